//! The one list of commands and events; `ui/src/lib/backend/bindings.ts` is generated from it.

use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::{
    commands, events::CaseChanged, events::DeploymentChanged, events::ProfileChanged,
    events::SourceChanged,
};

/// The builder that mounts commands and events, and that writes the TypeScript for them.
pub fn builder() -> Builder<Wry> {
    Builder::new()
        .disable_serde_phases()
        .commands(collect_commands![
            commands::alert::attach_alerts,
            commands::app::app_info,
            commands::app::board_painted,
            commands::app::open_profile,
            commands::app::set_preferences,
            commands::case::add_comment,
            commands::case::board,
            commands::case::board_window,
            commands::case::open_case,
            commands::case::set_case_status,
            commands::deployment::connect_deployment,
            commands::deployment::deployments,
            commands::deployment::replace_key,
            commands::deployment::set_space_shown,
            commands::deployment::sync_now,
        ])
        .events(collect_events![
            CaseChanged,
            DeploymentChanged,
            ProfileChanged,
            SourceChanged
        ])
}

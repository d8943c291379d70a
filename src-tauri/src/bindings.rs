//! The one list of commands and events; `ui/src/lib/backend/bindings.ts` is generated from it.

use tauri::Wry;
use tauri_specta::{Builder, collect_commands, collect_events};

use crate::{
    commands,
    events::{
        CaseChanged, DeploymentChanged, LinkPassed, OutboxChanged, ProfileChanged, SourceChanged,
    },
};

/// The builder that mounts commands and events, and that writes the TypeScript for them.
pub fn builder() -> Builder<Wry> {
    Builder::new()
        .disable_serde_phases()
        .commands(collect_commands![
            commands::alert::alert_detail,
            commands::agent::agent_policies,
            commands::agent::approve_proposal,
            commands::agent::proposals,
            commands::agent::refuse_proposal,
            commands::agent::set_agent_policy,
            commands::agent::set_marks_comments,
            commands::alert::attach_alerts,
            commands::alert::attach_ids,
            commands::alert::detach_alerts,
            commands::alert::link_cases,
            commands::alert::open_incident,
            commands::alert::put_tray,
            commands::alert::read_drop,
            commands::alert::resolve_alerts,
            commands::alert::search_alerts,
            commands::alert::set_alert_status,
            commands::alert::suggest_cases,
            commands::alert::tray,
            commands::app::app_info,
            commands::app::attend,
            commands::app::board_painted,
            commands::app::open_profile,
            commands::app::set_keep_on_disk,
            commands::app::set_preferences,
            commands::attachment::delete_attachment,
            commands::attachment::edit_comment,
            commands::case::add_comment,
            commands::case::board,
            commands::case::board_window,
            commands::case::create_case,
            commands::case::draft,
            commands::case::edit_case,
            commands::case::edit_cases,
            commands::case::look_at,
            commands::case::new_case_draft,
            commands::case::open_case,
            commands::case::pin,
            commands::case::put_draft,
            commands::case::put_new_case_draft,
            commands::deployment::connect_deployment,
            commands::deployment::credential_set,
            commands::deployment::deployments,
            commands::deployment::minimal_role,
            commands::deployment::remove_deployment,
            commands::deployment::replace_key,
            commands::deployment::set_space_shown,
            commands::deployment::sync_now,
            commands::deployment::test_deployment,
            commands::form::case_form,
            commands::form::preview_markdown,
            commands::form::suggest_people,
            commands::link::linked_case,
            commands::link::open_link,
            commands::link::passed_case,
            commands::outbox::discard_entry,
            commands::outbox::keep_mine,
            commands::outbox::outbox,
            commands::outbox::retry_entry,
            commands::outbox::undo_entry,
            commands::search::chips_to_text,
            commands::search::groups,
            commands::search::list,
            commands::search::read_search,
            commands::search::search_fields,
        ])
        .events(collect_events![
            CaseChanged,
            DeploymentChanged,
            LinkPassed,
            OutboxChanged,
            ProfileChanged,
            SourceChanged
        ])
}

//! Declares every command, so that a window can call only those that its capability file names.

use std::{fs, path::Path};

/// Must name the same commands as `src/bindings.rs`; `tests/bindings.rs` compares.
const COMMANDS: &[&str] = &[
    "add_comment",
    "alert_detail",
    "app_info",
    "attach_alerts",
    "attach_ids",
    "attend",
    "board",
    "board_painted",
    "board_window",
    "case_form",
    "chips_to_text",
    "connect_deployment",
    "create_case",
    "delete_attachment",
    "deployments",
    "detach_alerts",
    "discard_entry",
    "draft",
    "edit_case",
    "edit_cases",
    "edit_comment",
    "groups",
    "keep_mine",
    "link_cases",
    "list",
    "look_at",
    "new_case_draft",
    "open_case",
    "open_incident",
    "open_profile",
    "outbox",
    "pin",
    "preview_markdown",
    "put_draft",
    "put_new_case_draft",
    "put_tray",
    "read_drop",
    "read_search",
    "replace_key",
    "resolve_alerts",
    "retry_entry",
    "search_alerts",
    "search_fields",
    "set_alert_status",
    "set_preferences",
    "set_space_shown",
    "suggest_cases",
    "suggest_people",
    "sync_now",
    "tray",
    "undo_entry",
];

fn main() {
    placeholder_for_missing_pages();
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("the shell's configuration is valid");
}

/// `cargo check` works on a fresh clone: the pages exist only after the UI was built.
fn placeholder_for_missing_pages() {
    let dist = Path::new("../ui/dist");
    if !dist.exists() {
        fs::create_dir_all(dist).expect("the UI's folder can be written");
        fs::write(
            dist.join("index.html"),
            "<!doctype html><title>Caseboard</title><p>Run cargo xtask run.</p>",
        )
        .expect("the placeholder can be written");
    }
}

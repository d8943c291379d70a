//! Declares every command, so that a window can call only those that its capability file names.

use std::{fs, path::Path};

/// Must name the same commands as `src/bindings.rs`; `tests/bindings.rs` compares.
const COMMANDS: &[&str] = &[
    "add_comment",
    "agent_policies",
    "alert_detail",
    "app_info",
    "approve_proposal",
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
    "credential_set",
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
    "linked_case",
    "list",
    "look_at",
    "minimal_role",
    "new_case_draft",
    "open_case",
    "open_incident",
    "open_link",
    "open_profile",
    "outbox",
    "passed_case",
    "pin",
    "preview_markdown",
    "proposals",
    "put_draft",
    "put_new_case_draft",
    "put_tray",
    "read_drop",
    "read_search",
    "refuse_proposal",
    "remove_deployment",
    "replace_key",
    "resolve_alerts",
    "retry_entry",
    "search_alerts",
    "search_fields",
    "set_agent_policy",
    "set_alert_status",
    "set_keep_on_disk",
    "set_marks_comments",
    "set_preferences",
    "set_space_shown",
    "suggest_cases",
    "suggest_people",
    "sync_now",
    "test_deployment",
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

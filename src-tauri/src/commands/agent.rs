use caseboard_core::{
    code::CommandError,
    id::{EntryId, SourceId},
    view::{AgentPolicies, Approval, EntryView, Policy, ProposalView, WriteClass},
};
use tauri::State;

use crate::shell::Shell;

/// What agents propose, oldest first: what waits for an answer, and what was decided within a day. `outboxChanged` tells when
/// that changes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn proposals(shell: State<'_, Shell>) -> Result<Vec<ProposalView>, CommandError> {
    shell.desk().await?.proposals().await
}

/// Says yes to a proposal: to exactly what `hash` names, once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn approve_proposal(
    shell: State<'_, Shell>,
    proposal: EntryId,
    hash: String,
    how: Approval,
) -> Result<Vec<EntryView>, CommandError> {
    shell.desk().await?.approve(&proposal, &hash, how).await
}

/// Says no to a proposal, with a note for the agent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refuse_proposal(
    shell: State<'_, Shell>,
    proposal: EntryId,
    note: Option<String>,
) -> Result<Vec<EntryView>, CommandError> {
    shell.desk().await?.refuse(&proposal, note).await
}

/// What agents may write, and how their comments are marked.
#[tauri::command]
#[specta::specta]
pub(crate) async fn agent_policies(shell: State<'_, Shell>) -> Result<AgentPolicies, CommandError> {
    shell.desk().await?.agent_policies().await
}

/// Sets what becomes of what agents write to a source; `null` refuses it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_agent_policy(
    shell: State<'_, Shell>,
    source: SourceId,
    kind: WriteClass,
    policy: Option<Policy>,
) -> Result<AgentPolicies, CommandError> {
    let desk = shell.desk().await?;
    desk.set_policy(&source, kind, policy).await
}

/// Sets whether comments of agents end with a line that says so.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_marks_comments(
    shell: State<'_, Shell>,
    marks: bool,
) -> Result<AgentPolicies, CommandError> {
    shell.desk().await?.set_marks_comments(marks).await
}

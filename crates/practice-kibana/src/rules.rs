//! Kibana's validation of bodies and query strings, and its texts for what is wrong.
//!
//! The words are those of 8.10 to 9.3, where the Cases plugin validates with io-ts; see
//! `rules/check.rs` for how problems are collected.

mod attachment;
mod case;
mod check;
mod configure;
mod custom_field;
mod file;
mod find;
mod internal;
mod observable;
mod schema;
mod space;
mod triage;
mod words;

pub(crate) use attachment::{
    AttachmentPatch, check_alert_pairs, check_registered, read_attachment, read_attachment_patch,
};
pub(crate) use case::{CasePatch, NewCase, read_custom_field_value, read_new_case, read_patches};
pub(crate) use configure::{
    ConfigurationParts, NewConnector, ObservableType, check_push, is_case_connector, is_connector,
    read_configuration_patch, read_new_configuration, read_new_connector,
};
pub(crate) use custom_field::{CustomField, CustomFieldDefinition, complete, read_value};
pub(crate) use file::{FileName, LARGEST_FILE, largest, name_file, read_file_ids, read_file_list};
pub(crate) use find::{
    CaseFilter, CaseSort, FindCases, Page, read_find_cases, read_find_comments,
    read_find_user_actions, read_ids, read_include_comments, read_owners, read_page_body,
};
pub(crate) use internal::{
    read_attachment_ids, read_attachments, read_case_ids, read_find_user_actions_within,
    read_profile_uids, read_search_cases, read_suggest_profiles,
};
pub(crate) use observable::{
    NewObservable, ObservablePatch, check_observable, observable_label, read_observable,
    read_observable_patch,
};
pub(crate) use schema::{Object, read_bare_flag, read_flag};
pub(crate) use space::{Purpose, SpaceBody, read_space, read_space_list};
pub(crate) use triage::{read_alert_assignees, read_alert_status, read_alert_tags};
pub(crate) use words::{
    ClosureType, CustomFieldKind, Severity, SortField, SortOrder, Status, UserActionType, Word,
};

/// User actions that a case can have.
pub(crate) const USER_ACTIONS_PER_CASE: usize = 10_000;

/// The owners that an application of Kibana registers.
pub(crate) const OWNERS: [&str; 3] = ["securitySolution", "observability", "cases"];

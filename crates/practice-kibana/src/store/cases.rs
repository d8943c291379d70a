//! Creating, changing and deleting cases.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Case, Stamp, Store, Times, UserAction, Version, Write, document::assignee_objects};
use crate::{
    error::ApiError,
    rules::{self, CasePatch, CustomField, NewCase, Status, USER_ACTIONS_PER_CASE, Word as _},
    search::CaseWords,
    server::Licence,
    time::seconds_between,
};

impl Store {
    /// Creates a case and its first user action.
    pub(crate) fn create_case(&mut self, space: &str, stamp: &Stamp, new: NewCase) -> Case {
        let number = self.numbers.entry(space.to_owned()).or_default();
        *number += 1;
        let number = *number;
        let case = Case {
            id: self.new_id(),
            space: space.to_owned(),
            version: Version::default(),
            owner: new.owner,
            title: new.title,
            description: new.description,
            tags: new.tags,
            status: Status::Open,
            severity: new.severity,
            category: new.category,
            assignees: new.assignees,
            connector: self.json(new.connector),
            sync_alerts: new.sync_alerts,
            custom_fields: new.custom_fields,
            observables: Vec::new(),
            external_service: None,
            number,
            created: stamp.clone(),
            updated: None,
            closed: None,
            in_progress_at: None,
            times: None,
            words: CaseWords::default(),
        };
        let payload = json!({
            "title": case.title,
            "description": case.description,
            "tags": case.tags,
            "connector": case.connector,
            "settings": case.settings(),
            "owner": case.owner,
            "status": case.status.word(),
            "severity": case.severity.word(),
            "assignees": case.assignee_objects(),
            "category": case.category,
            "customFields": case.custom_field_objects(),
        });
        let action = self.user_action(&case, stamp, ("create_case", "create"), payload);
        let id = case.id.clone();
        self.commit(vec![Write::Case(Box::new(case)), action]);
        self.case(space, &id).expect("it was just created").clone()
    }

    /// Changes cases, all or none; returns those that really changed, in the order asked.
    pub(crate) fn patch_cases(
        &mut self,
        space: &str,
        stamp: &Stamp,
        patches: &[CasePatch],
        licence: Licence,
    ) -> Result<Vec<Case>, ApiError> {
        let changes = self.decide(space, patches, licence)?;
        let mut writes = Vec::new();
        let mut records = Vec::new();
        let mut alerts = BTreeMap::new();
        let mut ids = Vec::new();
        for (old, patch) in changes {
            let mut case = old.clone();
            let actions = apply(&mut case, patch, stamp);
            if let Some(status) = status_for_alerts(&old, &case) {
                let attached: Vec<_> = self
                    .attachments(&case.id)
                    .iter()
                    .flat_map(super::Attachment::alerts)
                    .collect();
                alerts.extend(self.sync_writes(&attached, status, stamp.at));
            }
            for (kind, payload) in actions {
                records.push(self.user_action(&case, stamp, kind, payload));
            }
            ids.push(case.id.clone());
            writes.push(Write::Case(Box::new(case)));
        }
        writes.append(&mut records);
        writes.extend(
            alerts
                .into_values()
                .map(|alert| Write::Alert(Box::new(alert))),
        );
        self.commit(writes);
        ids.iter().map(|id| self.case(space, id).cloned()).collect()
    }

    /// Kibana's checks in Kibana's order; what is left are real changes.
    fn decide(
        &self,
        space: &str,
        patches: &[CasePatch],
        licence: Licence,
    ) -> Result<Vec<(Case, CasePatch)>, ApiError> {
        let missing: Vec<&str> = patches
            .iter()
            .map(|patch| patch.id.as_str())
            .filter(|id| self.case(space, id).is_err())
            .collect();
        if !missing.is_empty() {
            return Err(ApiError::no_cases(&missing));
        }
        let pairs = patches
            .iter()
            .map(|patch| Ok((self.case(space, &patch.id)?, patch)))
            .collect::<Result<Vec<_>, ApiError>>()?;
        let stale: Vec<&str> = pairs
            .iter()
            .enumerate()
            .filter(|(position, (case, patch))| {
                let named_before = patches
                    .iter()
                    .take(*position)
                    .any(|earlier| earlier.id == case.id);
                named_before || case.version.token() != patch.version
            })
            .map(|(_, (case, _))| case.id.as_str())
            .collect();
        if !stale.is_empty() {
            return Err(ApiError::cases_changed(&stale));
        }
        let mut changes: Vec<(Case, CasePatch)> = pairs
            .into_iter()
            .map(|(case, patch)| (case.clone(), without_equal(patch.clone(), case)))
            .filter(|(_, patch)| patch.changes_something())
            .collect();
        if changes.is_empty() {
            return Err(ApiError::nothing_to_update());
        }
        let moved = ids_of(&changes, |patch| patch.owner.is_some());
        if !moved.is_empty() {
            return Err(ApiError::invalid(format!(
                "Updating the owner of a case is not allowed ids: [{}]",
                moved.join(", ")
            )));
        }
        let assigned = ids_of(&changes, |patch| patch.assignees.is_some());
        if !assigned.is_empty() && !licence.includes_platinum() {
            return Err(ApiError::assigning_by_patch_needs_platinum(&assigned));
        }
        for (case, patch) in &mut changes {
            if let Some(fields) = patch.custom_fields.take() {
                let definitions = self.custom_field_definitions(space, &case.owner);
                patch.custom_fields = Some(rules::complete(fields, definitions)?);
            }
        }
        if let Some((case, _)) = changes
            .iter()
            .find(|(case, _)| self.user_actions(&case.id).len() >= USER_ACTIONS_PER_CASE)
        {
            return Err(ApiError::invalid(format!(
                "The case with case id {} has reached the limit of {USER_ACTIONS_PER_CASE} user actions.",
                case.id
            )));
        }
        Ok(changes)
    }

    /// Sets one custom field of a case whose version the caller saw.
    pub(crate) fn set_custom_field(
        &mut self,
        space: &str,
        stamp: &Stamp,
        patch: CasePatch,
        (key, value): (&str, Value),
        licence: Licence,
    ) -> Result<CustomField, ApiError> {
        let case = self.case(space, &patch.id)?;
        let definitions = self.custom_field_definitions(space, &case.owner);
        let definition = definitions.iter().find(|known| known.key == key);
        let kind = definition
            .ok_or_else(|| ApiError::unknown_custom_field(key))?
            .kind;
        let field = rules::read_value(key, kind, value)?;
        let mut fields = case.custom_fields.clone();
        match fields.iter_mut().find(|known| known.key == key) {
            Some(known) => *known = field.clone(),
            None => fields.push(field.clone()),
        }
        let patch = CasePatch {
            custom_fields: Some(fields),
            ..patch
        };
        self.patch_cases(space, stamp, &[patch], licence)?;
        Ok(field)
    }

    /// Deletes cases with all that hangs on them; nothing if one of them is unknown.
    pub(crate) fn delete_cases(&mut self, space: &str, ids: &[String]) -> Result<(), ApiError> {
        let cases = ids
            .iter()
            .map(|id| self.case(space, id))
            .collect::<Result<Vec<_>, _>>()?;
        let gone: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        let alerts: Vec<_> = gone
            .iter()
            .flat_map(|id| self.attachments(id))
            .flat_map(super::Attachment::alerts)
            .collect();
        let mut writes = self.detach_writes(&alerts, &gone);
        writes.extend(ids.iter().map(|id| Write::DropCase(id.clone())));
        self.commit(writes);
        Ok(())
    }

    /// A user action about a case as a whole.
    pub(super) fn user_action(
        &mut self,
        case: &Case,
        stamp: &Stamp,
        (kind, action): (&'static str, &'static str),
        payload: Value,
    ) -> Write {
        Write::UserAction(Box::new(UserAction {
            id: self.new_id(),
            case_id: self.text(&case.id),
            version: Version::default(),
            kind,
            action,
            created: stamp.clone(),
            owner: self.text(&case.owner),
            comment_id: None,
            payload: self.json(payload),
        }))
    }
}

/// The status that the alerts of a case get from a change, if any. A change of status counts with
/// the old setting; turning the setting on counts by itself.
pub(super) fn status_for_alerts(old: &Case, new: &Case) -> Option<Status> {
    let moved = old.status != new.status && old.sync_alerts;
    let turned_on = !old.sync_alerts && new.sync_alerts;
    (moved || turned_on).then_some(new.status)
}

fn ids_of(changes: &[(Case, CasePatch)], chosen: impl Fn(&CasePatch) -> bool) -> Vec<&str> {
    let chosen = changes.iter().filter(|(_, patch)| chosen(patch));
    chosen.map(|(case, _)| case.id.as_str()).collect()
}

/// Drops what the case already has. Texts are compared as sent, before they are trimmed.
fn without_equal(patch: CasePatch, case: &Case) -> CasePatch {
    CasePatch {
        title: patch.title.filter(|title| *title != case.title),
        description: patch
            .description
            .filter(|description| *description != case.description),
        tags: patch.tags.filter(|tags| !same_members(tags, &case.tags)),
        connector: patch
            .connector
            .filter(|connector| *connector != case.connector.to_value()),
        severity: patch.severity.filter(|severity| *severity != case.severity),
        assignees: patch
            .assignees
            .filter(|assignees| !same_members(assignees, &case.assignees)),
        category: patch.category.filter(|category| *category != case.category),
        sync_alerts: patch
            .sync_alerts
            .filter(|sync_alerts| *sync_alerts != case.sync_alerts),
        status: patch.status.filter(|status| *status != case.status),
        owner: patch.owner.filter(|owner| *owner != case.owner),
        custom_fields: patch
            .custom_fields
            .filter(|fields| !same_members(fields, &case.custom_fields)),
        ..patch
    }
}

fn same_members<T: PartialEq>(left: &[T], right: &[T]) -> bool {
    left.iter().all(|member| right.contains(member))
        && right.iter().all(|member| left.contains(member))
}

type Action = ((&'static str, &'static str), Value);

/// Applies a patch and returns the user actions it makes, one a field.
fn apply(case: &mut Case, patch: CasePatch, stamp: &Stamp) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    let mut update = |kind: &'static str, payload: Value| actions.push(((kind, "update"), payload));
    if let Some(title) = patch.title {
        title.trim().clone_into(&mut case.title);
        update("title", json!({"title": case.title}));
    }
    if let Some(description) = patch.description {
        description.trim().clone_into(&mut case.description);
        update("description", json!({"description": case.description}));
    }
    if let Some(status) = patch.status {
        set_status(case, status, stamp);
        update("status", json!({"status": status.word()}));
    }
    if let Some(severity) = patch.severity {
        case.severity = severity;
        update("severity", json!({"severity": severity.word()}));
    }
    if let Some(category) = patch.category {
        case.category = category.map(|category| category.trim().to_owned());
        update("category", json!({"category": case.category}));
    }
    if let Some(sync_alerts) = patch.sync_alerts {
        case.sync_alerts = sync_alerts;
        update("settings", json!({"settings": case.settings()}));
    }
    if let Some(connector) = patch.connector {
        case.connector = connector.into();
        update("connector", json!({"connector": case.connector}));
    }
    if let Some(tags) = patch.tags {
        let tags: Vec<String> = tags.iter().map(|tag| tag.trim().to_owned()).collect();
        actions.extend(set_actions(
            "tags",
            &case.tags,
            &tags,
            |tags| json!({"tags": tags}),
        ));
        case.tags = tags;
    }
    if let Some(assignees) = patch.assignees {
        actions.extend(set_actions(
            "assignees",
            &case.assignees,
            &assignees,
            |uids| json!({"assignees": assignee_objects(uids.iter().copied())}),
        ));
        case.assignees = assignees;
    }
    if let Some(fields) = patch.custom_fields {
        let changed = fields
            .iter()
            .filter(|field| !case.custom_fields.contains(field));
        let payload = |field: &CustomField| json!({"customFields": [field.to_json()]});
        actions.extend(changed.map(|field| (("customFields", "update"), payload(field))));
        case.custom_fields = fields;
    }
    case.updated = Some(stamp.clone());
    actions
}

/// One action for what was added and one for what was removed, in this order.
fn set_actions(
    kind: &'static str,
    old: &[String],
    new: &[String],
    payload: impl Fn(&[&String]) -> Value,
) -> Vec<Action> {
    let added: Vec<&String> = new.iter().filter(|member| !old.contains(member)).collect();
    let removed: Vec<&String> = old.iter().filter(|member| !new.contains(member)).collect();
    [("add", added), ("delete", removed)]
        .into_iter()
        .filter(|(_, members)| !members.is_empty())
        .map(|(action, members)| ((kind, action), payload(&members)))
        .collect()
}

pub(super) fn set_status(case: &mut Case, status: Status, stamp: &Stamp) {
    let since_created = seconds_between(case.created.at, stamp.at);
    case.status = status;
    case.closed = None;
    case.times = Some(match status {
        Status::Open => Times {
            acknowledge: None,
            investigate: None,
            resolve: None,
        },
        Status::InProgress => {
            case.in_progress_at.get_or_insert(stamp.at);
            Times {
                acknowledge: Some(since_created),
                investigate: None,
                resolve: None,
            }
        }
        Status::Closed => {
            case.closed = Some(stamp.clone());
            let taken_up = case.in_progress_at;
            Times {
                acknowledge: Some(
                    taken_up.map_or(since_created, |at| seconds_between(case.created.at, at)),
                ),
                investigate: Some(taken_up.map_or(0, |at| seconds_between(at, stamp.at))),
                resolve: Some(since_created),
            }
        }
    });
}

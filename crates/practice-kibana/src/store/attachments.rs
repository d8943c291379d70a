//! Adding, changing and deleting attachments.

use std::{collections::HashSet, sync::Arc};

use serde_json::{Map, Value};

use super::{
    Attachment, Case, Json, Stamp, Store, UserAction, Version, Write, document::alerts_of,
};
use crate::{
    error::ApiError,
    rules::{AttachmentPatch, Status, USER_ACTIONS_PER_CASE},
};

const ALERTS_PER_CASE: usize = 1000;
const REFERENCES_PER_CASE: usize = 100;

/// What became of an attachment that was sent.
pub(crate) enum Added {
    /// It was stored and all that follows was done.
    Stored,
    /// The case has all of its alerts already, so nothing was written.
    Known,
    /// It was stored, but what should have followed was refused.
    Half(ApiError),
}

impl Store {
    /// Attaches something to a case. `body` has passed validation.
    pub(crate) fn add_attachment(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        body: Map<String, Value>,
    ) -> Result<Added, ApiError> {
        self.add_attachments(space, stamp, case_id, vec![body])
    }

    /// Attaches several things to a case: all or none are stored. The bodies have passed validation.
    pub(crate) fn add_attachments(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        bodies: Vec<Map<String, Value>>,
    ) -> Result<Added, ApiError> {
        let case = self.case(space, case_id)?.clone();
        let bodies: Vec<Json> = bodies.into_iter().map(Json::from).collect();
        self.check_limits(&case, &bodies)?;
        let bodies = self.keep_new(case_id, bodies);
        if bodies.is_empty() {
            return Ok(Added::Known);
        }
        let (mut alerts, mut writes, mut actions) = (Vec::new(), Vec::new(), Vec::new());
        for body in bodies {
            let attachment = Attachment {
                id: self.new_id(),
                case_id: self.text(case_id),
                space: self.text(space),
                version: Version::default(),
                created: stamp.clone(),
                updated: None,
                pushed: None,
                body: self.json(body),
            };
            alerts.extend(attachment.alerts());
            actions.push(self.comment_action(&case, stamp, "create", &attachment));
            writes.push(Write::Attachment(Box::new(attachment)));
        }
        let sync = case.sync_alerts.then_some(case.status);
        writes.push(touched(case, stamp));
        writes.append(&mut actions);
        self.commit(writes);
        match self.attach_writes(&alerts, case_id, sync, stamp.at) {
            Ok(writes) => {
                self.commit(writes);
                Ok(Added::Stored)
            }
            Err(refused) => Ok(Added::Half(refused)),
        }
    }

    /// Whether a case, even an unknown one, can take another user action.
    pub(crate) fn check_user_actions(&self, case_id: &str) -> Result<(), ApiError> {
        if self.user_actions(case_id).len() >= USER_ACTIONS_PER_CASE {
            return Err(ApiError::invalid(format!(
                "The case with id {case_id} has reached the limit of {USER_ACTIONS_PER_CASE} user actions."
            )));
        }
        Ok(())
    }

    fn check_limits(&self, case: &Case, bodies: &[Json]) -> Result<(), ApiError> {
        let has_alerts = bodies.iter().any(|body| body["type"] == "alert");
        if has_alerts && case.status == Status::Closed {
            return Err(ApiError::invalid(
                "Alert cannot be attached to a closed case",
            ));
        }
        if bodies.iter().any(|body| body["owner"] != *case.owner) {
            return Err(ApiError::invalid(
                "The owner field of the comment must match the case",
            ));
        }
        let n_alerts: usize = bodies.iter().map(|body| alerts_of(body).len()).sum();
        if has_alerts && self.totals(&case.id).alerts + n_alerts > ALERTS_PER_CASE {
            return Err(ApiError::invalid(format!(
                "Case has reached the maximum allowed number ({ALERTS_PER_CASE}) of attached alerts."
            )));
        }
        let known = self.attachments(&case.id).iter().map(|other| &other.body);
        let n_known = known.filter(|body| is_reference(body)).count();
        let n_new = bodies.iter().filter(|body| is_reference(body)).count();
        if n_new > 0 && n_known + n_new > REFERENCES_PER_CASE {
            return Err(ApiError::invalid(format!(
                "Case has reached the maximum allowed number ({REFERENCES_PER_CASE}) of attached persistable state and external reference attachments."
            )));
        }
        Ok(())
    }

    /// The bodies without repeated and known alerts, the rest as lists; one without any left goes.
    fn keep_new(&self, case_id: &str, bodies: Vec<Json>) -> Vec<Json> {
        let mut seen = HashSet::new();
        let mut keep = |body: Json| {
            if body["type"] != "alert" {
                return Some(body);
            }
            let new: Vec<_> = alerts_of(&body)
                .into_iter()
                .filter(|alert| !self.names_alert(case_id, &alert.id))
                .filter(|alert| seen.insert(Arc::clone(&alert.id)))
                .collect();
            let ids: Json = new
                .iter()
                .map(|alert| Arc::clone(&alert.id).into())
                .collect();
            let indices: Json = new
                .iter()
                .map(|alert| Arc::clone(&alert.index).into())
                .collect();
            (!new.is_empty()).then(|| body.with([("alertId", ids), ("index", indices)]))
        };
        bodies.into_iter().filter_map(&mut keep).collect()
    }

    /// Replaces the body of an attachment.
    pub(crate) fn change_attachment(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        patch: AttachmentPatch,
    ) -> Result<(), ApiError> {
        let old = self.attachment(space, &patch.id)?;
        let case = self.case(space, case_id)?.clone();
        let body = Json::from(patch.body);
        if old.body["type"] != body["type"] {
            return Err(ApiError::invalid(
                "You cannot change the type of the comment.",
            ));
        }
        if old.body["owner"] != body["owner"] {
            return Err(ApiError::invalid(
                "You cannot change the owner of the comment.",
            ));
        }
        if storage_type(&old.body) != storage_type(&body) {
            return Err(ApiError::invalid(
                "You cannot change the storage type of an external reference comment.",
            ));
        }
        if *old.case_id != *case_id {
            return Err(ApiError::updated_comment_of_another_case(
                &patch.id, case_id,
            ));
        }
        if old.version.token() != patch.version {
            return Err(ApiError::comment_changed());
        }
        let mut attachment = old.clone();
        attachment.body = self.json(body);
        attachment.updated = Some(stamp.clone());
        let action = self.comment_action(&case, stamp, "update", &attachment);
        self.commit(vec![
            Write::Attachment(Box::new(attachment)),
            touched(case, stamp),
            action,
        ]);
        Ok(())
    }

    /// Deletes one attachment of a case.
    pub(crate) fn delete_attachment(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        id: &str,
    ) -> Result<(), ApiError> {
        let attachment = self.attachment(space, id)?.clone();
        if *attachment.case_id != *case_id {
            return Err(ApiError::comment_of_another_case(id, case_id));
        }
        self.drop_attachments(space, stamp, case_id, &[attachment])
    }

    /// Deletes every attachment of a case.
    pub(crate) fn delete_attachments(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
    ) -> Result<(), ApiError> {
        let all = match self.case(space, case_id) {
            Ok(_) => self.attachments(case_id).to_vec(),
            Err(_) => Vec::new(),
        };
        if all.is_empty() {
            return Err(ApiError::no_comments(case_id));
        }
        self.drop_attachments(space, stamp, case_id, &all)
    }

    pub(super) fn drop_attachments(
        &mut self,
        space: &str,
        stamp: &Stamp,
        case_id: &str,
        gone: &[Attachment],
    ) -> Result<(), ApiError> {
        let case = self.case(space, case_id)?.clone();
        let alerts: Vec<_> = gone.iter().flat_map(Attachment::alerts).collect();
        let mut writes = self.detach_writes(&alerts, &[case_id]);
        for attachment in gone {
            writes.push(Write::DropAttachment(attachment.id.clone()));
            writes.push(self.comment_action(&case, stamp, "delete", attachment));
        }
        writes.push(touched(case, stamp));
        self.commit(writes);
        Ok(())
    }

    fn comment_action(
        &mut self,
        case: &Case,
        stamp: &Stamp,
        action: &'static str,
        attachment: &Attachment,
    ) -> Write {
        Write::UserAction(Box::new(UserAction {
            id: self.new_id(),
            case_id: self.text(&case.id),
            version: Version::default(),
            kind: "comment",
            action,
            created: stamp.clone(),
            owner: self.text(&case.owner),
            comment_id: Some(attachment.id.clone()),
            payload: Json::Null.with([("comment", attachment.body.clone())]),
        }))
    }
}

/// The case with a new stamp: every write of an attachment is a write of its case.
fn touched(mut case: Case, stamp: &Stamp) -> Write {
    case.updated = Some(stamp.clone());
    Write::Case(Box::new(case))
}

/// Whether an attachment counts against the limit of references; files have their own.
fn is_reference(body: &Json) -> bool {
    (body["type"] == "externalReference" || body["type"] == "persistableState")
        && body["externalReferenceAttachmentTypeId"] != ".files"
}

fn storage_type(body: &Json) -> &Json {
    &body["externalReferenceStorage"]["type"]
}

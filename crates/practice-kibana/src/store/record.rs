//! What a commit is told and told apart by: who asked, what a fault does to it, and the log of it.

use std::{collections::BTreeMap, mem, sync::Arc};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Attachment, Case, Observable, Store, Version, Write};
use crate::{
    log::{Action, Cause, Change, Commit, Document, FieldChange},
    rules::Word as _,
};

/// On whose behalf the store is held.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) at: Timestamp,
    /// Number of the request; 0 without one.
    pub(crate) request: u64,
    pub(crate) route: String,
    pub(crate) space: String,
    /// Name of the key.
    pub(crate) key: String,
    pub(crate) user: Option<String>,
    pub(crate) cause: Cause,
    /// The versions that the request says it has seen, by id.
    pub(crate) seen: Vec<(String, String)>,
    pub(crate) effect: Effect,
}

/// What a fault does to the commits of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// The documents are written, but nothing that should follow: neither the case nor the record (F10).
    pub(crate) half: bool,
    /// A document that was there keeps its version (F30).
    pub(crate) reuse_versions: bool,
    /// Searching sees nothing younger than this (F21).
    pub(crate) lag: Option<std::time::Duration>,
}

impl Origin {
    /// Nobody: the world at the start, or a program that holds the server.
    pub(crate) fn server() -> Self {
        Self {
            at: Timestamp::UNIX_EPOCH,
            request: 0,
            route: String::new(),
            space: String::new(),
            key: String::new(),
            user: None,
            cause: Cause::Server,
            seen: Vec::new(),
            effect: Effect::default(),
        }
    }
}

impl Effect {
    /// The writes that are really applied.
    pub(super) fn keep(self, writes: Vec<Write>) -> Vec<Write> {
        if !self.half {
            return writes;
        }
        let is_attachment =
            |write: &Write| matches!(write, Write::Attachment(_) | Write::DropAttachment(_));
        let attaches = writes.iter().any(is_attachment);
        let keep = |write: &Write| match write {
            Write::Attachment(_) | Write::DropAttachment(_) | Write::File(_) => true,
            Write::UserAction(_) | Write::Alert(_) => false,
            Write::Case(_)
            | Write::MoveCase { .. }
            | Write::DropCase(_)
            | Write::Space(_)
            | Write::DropSpace(_)
            | Write::Configuration(_)
            | Write::DropConfiguration(_)
            | Write::Connector(_) => !attaches,
        };
        writes.into_iter().filter(keep).collect()
    }
}

/// What became of a document, before the origin is added.
struct Difference {
    document: Document,
    id: String,
    case: Option<String>,
    before: Option<(Version, Map<String, Value>)>,
    after: Option<(Version, Map<String, Value>)>,
}

impl Store {
    /// Takes the store for a request, or for nobody.
    pub(crate) fn begin(&mut self, origin: Arc<Origin>) {
        self.origin = origin;
    }

    /// Begins the log. What is there already is not in it.
    pub(crate) fn keep_log(&mut self) {
        self.log.get_or_insert_default();
    }

    /// The log from a number on; empty if none is kept.
    pub(crate) fn log(&self, from: u64) -> Vec<Arc<Commit>> {
        let all = self.log.as_deref().unwrap_or_default();
        let skip = usize::try_from(from.saturating_sub(1)).unwrap_or(usize::MAX);
        all.iter().skip(skip).cloned().collect()
    }

    /// Describes a write that is about to be applied. Costs nothing without a log.
    pub(super) fn describe(&self, write: &Write, version: Version) -> Vec<Change> {
        if self.log.is_none() {
            return Vec::new();
        }
        let cases = match write {
            Write::DropSpace(space) => self.ids_in(space),
            _ => Vec::new(),
        };
        let cases = cases.into_iter().map(Write::DropCase);
        let gone = cases.filter_map(|drop| self.describe_one(&drop, version));
        gone.chain(self.describe_one(write, version)).collect()
    }

    fn describe_one(&self, write: &Write, version: Version) -> Option<Change> {
        let plain = |document, id: &str| Difference {
            document,
            id: id.to_owned(),
            case: None,
            before: None,
            after: Some((version, Map::new())),
        };
        let difference = match write {
            Write::Case(case) => Difference {
                document: Document::Case,
                id: case.id.clone(),
                case: Some(case.id.clone()),
                before: self.case_anywhere(&case.id).map(of_case),
                after: Some((version, fields_of_case(case))),
            },
            Write::MoveCase { id, space } => {
                let case = self.case_anywhere(id)?;
                let space_field = |space: &str| Map::from_iter([("space".into(), json!(space))]);
                Difference {
                    document: Document::Case,
                    id: id.clone(),
                    case: Some(id.clone()),
                    before: Some((case.version, space_field(&case.space))),
                    after: Some((version, space_field(space))),
                }
            }
            Write::DropCase(id) => Difference {
                document: Document::Case,
                id: id.clone(),
                case: Some(id.clone()),
                before: Some(of_case(self.case_anywhere(id)?)),
                after: None,
            },
            Write::Space(space) => plain(Document::Space, &space.id),
            Write::DropSpace(id) => Difference {
                after: None,
                ..plain(Document::Space, id)
            },
            Write::Attachment(attachment) => Difference {
                document: Document::Attachment,
                id: attachment.id.clone(),
                case: Some((*attachment.case_id).to_owned()),
                before: self.attachment_anywhere(&attachment.id).map(of_attachment),
                after: Some((version, attachment.body.to_map())),
            },
            Write::DropAttachment(id) => {
                let attachment = self.attachment_anywhere(id)?;
                Difference {
                    document: Document::Attachment,
                    id: id.clone(),
                    case: Some((*attachment.case_id).to_owned()),
                    before: Some(of_attachment(attachment)),
                    after: None,
                }
            }
            Write::UserAction(action) => Difference {
                case: Some((*action.case_id).to_owned()),
                ..plain(Document::UserAction, &action.id)
            },
            Write::Alert(alert) => plain(Document::Alert, &alert.id),
            Write::Configuration(configuration) => {
                plain(Document::Configuration, &configuration.id)
            }
            Write::DropConfiguration(id) => Difference {
                after: None,
                ..plain(Document::Configuration, id)
            },
            Write::Connector(connector) => plain(Document::Connector, &connector.id),
            Write::File(file) => Difference {
                case: Some(file.case_id.clone()),
                ..plain(Document::File, &file.id)
            },
        };
        let moved = matches!(write, Write::MoveCase { .. });
        Some(difference.into_change(&self.origin, moved))
    }

    /// Puts the changes of one commit into the log.
    pub(super) fn record(&mut self, changes: Vec<Change>) {
        let Some(log) = &mut self.log else {
            return;
        };
        if changes.is_empty() {
            return;
        }
        let origin = &self.origin;
        log.push(Arc::new(Commit {
            number: log.len() as u64 + 1,
            at: origin.at,
            request: origin.request,
            route: origin.route.clone(),
            space: origin.space.clone(),
            key: origin.key.clone(),
            user: origin.user.clone(),
            cause: origin.cause.clone(),
            changes,
        }));
    }

    /// The version that a write gives to its document.
    pub(super) fn version_of(&self, write: &Write) -> Version {
        let kept = match write {
            _ if !self.origin.effect.reuse_versions => None,
            Write::Case(case) => self.case_anywhere(&case.id).map(|case| case.version),
            Write::Attachment(attachment) => self
                .attachment_anywhere(&attachment.id)
                .map(|attachment| attachment.version),
            _ => None,
        };
        kept.unwrap_or(Version(self.sequence))
    }

    /// Finds a case in whichever space it is.
    pub(crate) fn case_anywhere(&self, id: &str) -> Option<&Case> {
        let place = self.places.get(id)?;
        self.cases.get(&place.space)?.get(&place.order)
    }

    fn attachment_anywhere(&self, id: &str) -> Option<&Attachment> {
        let case = self.attachment_case.get(id)?;
        self.attachments(case).iter().find(|known| known.id == id)
    }
}

impl Difference {
    fn into_change(self, origin: &Origin, moved: bool) -> Change {
        let action = match (&self.before, &self.after) {
            _ if moved => Action::Move,
            (Some(_), Some(_)) => Action::Update,
            (_, None) => Action::Delete,
            (None, Some(_)) => Action::Create,
        };
        let seen = origin.seen.iter().find(|(id, _)| *id == self.id);
        let token = |side: &Option<(Version, _)>| side.as_ref().map(|(version, _)| version.token());
        Change {
            document: self.document,
            action,
            seen: seen.map(|(_, version)| version.clone()),
            before: token(&self.before),
            version: token(&self.after),
            fields: different(
                self.before.map(|(_, fields)| fields),
                self.after.map(|(_, fields)| fields),
            ),
            id: self.id,
            case: self.case,
        }
    }
}

fn different(
    before: Option<Map<String, Value>>,
    after: Option<Map<String, Value>>,
) -> BTreeMap<String, FieldChange> {
    let mut changes = BTreeMap::new();
    let mut after = after.unwrap_or_default();
    for (name, before) in before.unwrap_or_default() {
        let after = after.get_mut(&name).map_or(Value::Null, mem::take);
        if before != after {
            changes.insert(name, FieldChange { before, after });
        }
    }
    for (name, after) in after {
        if !after.is_null() && !changes.contains_key(&name) {
            let before = Value::Null;
            changes.insert(name, FieldChange { before, after });
        }
    }
    changes
}

fn of_case(case: &Case) -> (Version, Map<String, Value>) {
    (case.version, fields_of_case(case))
}

fn of_attachment(attachment: &Attachment) -> (Version, Map<String, Value>) {
    (attachment.version, attachment.body.to_map())
}

/// What people can change about a case.
fn fields_of_case(case: &Case) -> Map<String, Value> {
    let observables: Vec<Value> = case.observables.iter().map(Observable::to_json).collect();
    let fields = json!({
        "title": case.title,
        "description": case.description,
        "tags": case.tags,
        "status": case.status.word(),
        "severity": case.severity.word(),
        "category": case.category,
        "assignees": case.assignee_objects(),
        "connector": case.connector,
        "settings": case.settings(),
        "customFields": case.custom_field_objects(),
        "observables": observables,
        "external_service": case.external_service,
        "owner": case.owner,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => unreachable!("an object literal"),
    }
}

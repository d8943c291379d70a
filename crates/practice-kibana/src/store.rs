//! The documents of the server, and the one function through which every write passes.
//!
//! Reading and deciding happens on `&Store`; a decision becomes a list of [`Write`]s, which
//! [`Store::commit`] applies together. Nothing else changes a document.

mod alerts;
mod attachments;
mod cases;
mod configurations;
mod document;
mod elastic;
mod files;
mod observables;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Builder;

use crate::{auth::User, error::ApiError};

pub(crate) use alerts::{AlertChange, AlertKey, Members};
pub(crate) use attachments::Added;
pub(crate) use configurations::{Configuration, Connector};
pub(crate) use document::{
    AlertDocument, Attachment, Case, Times, Totals, UserAction, Version, View,
};
pub(crate) use elastic::AlertSearch;
pub(crate) use files::{File, file_kind};
pub(crate) use observables::Observable;

/// Everything the server knows, in memory.
pub(crate) struct Store {
    sequence: u64,
    ids: ChaCha8Rng,
    /// The last `incremental_id` given out, by space.
    numbers: HashMap<String, u64>,
    cases: BTreeMap<u64, Case>,
    case_order: HashMap<String, u64>,
    /// Attachments by case, oldest first.
    attachments: HashMap<String, Vec<Attachment>>,
    /// The case of an attachment.
    attachment_case: HashMap<String, String>,
    /// User actions by case, oldest first.
    user_actions: HashMap<String, Vec<UserAction>>,
    alerts: BTreeMap<AlertKey, AlertDocument>,
    configurations: BTreeMap<String, Configuration>,
    connectors: BTreeMap<String, Connector>,
    files: HashMap<String, File>,
}

/// One change of one document.
pub(crate) enum Write {
    Case(Box<Case>),
    /// Also deletes the attachments and user actions of the case.
    DropCase(String),
    Attachment(Box<Attachment>),
    DropAttachment(String),
    UserAction(Box<UserAction>),
    Alert(Box<AlertDocument>),
    Configuration(Box<Configuration>),
    DropConfiguration(String),
    Connector(Box<Connector>),
    /// Goes with the attachment that refers to it.
    File(Box<File>),
}

/// Who writes, and when; all documents of one request share it.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    pub(crate) by: User,
    pub(crate) at: Timestamp,
}

impl Store {
    /// Makes an empty store. Ids of documents follow from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            sequence: 0,
            ids: ChaCha8Rng::seed_from_u64(seed),
            numbers: HashMap::new(),
            cases: BTreeMap::new(),
            case_order: HashMap::new(),
            attachments: HashMap::new(),
            attachment_case: HashMap::new(),
            user_actions: HashMap::new(),
            alerts: BTreeMap::new(),
            configurations: BTreeMap::new(),
            connectors: BTreeMap::new(),
            files: HashMap::new(),
        }
    }

    /// Applies the writes of one request, all of them. Each takes the next sequence number as its
    /// version, so the tokens of two documents never coincide.
    pub(crate) fn commit(&mut self, writes: Vec<Write>) {
        for write in writes {
            self.sequence += 1;
            self.apply(write, Version(self.sequence));
        }
    }

    fn apply(&mut self, write: Write, version: Version) {
        match write {
            Write::Case(mut case) => {
                case.version = version;
                let order = *self.case_order.entry(case.id.clone()).or_insert(version.0);
                self.cases.insert(order, *case);
            }
            Write::DropCase(id) => {
                if let Some(order) = self.case_order.remove(&id) {
                    self.cases.remove(&order);
                }
                for attachment in self.attachments.remove(&id).unwrap_or_default() {
                    self.attachment_case.remove(&attachment.id);
                    self.drop_file_of(&attachment);
                }
                self.user_actions.remove(&id);
            }
            Write::Attachment(mut attachment) => {
                attachment.version = version;
                self.attachment_case
                    .insert(attachment.id.clone(), attachment.case_id.clone());
                let of_case = self
                    .attachments
                    .entry(attachment.case_id.clone())
                    .or_default();
                match of_case.iter_mut().find(|old| old.id == attachment.id) {
                    Some(old) => *old = *attachment,
                    None => of_case.push(*attachment),
                }
            }
            Write::DropAttachment(id) => {
                if let Some(case) = self.attachment_case.remove(&id) {
                    let of_case = self.attachments.entry(case).or_default();
                    if let Some(position) = of_case.iter().position(|known| known.id == id) {
                        let gone = of_case.remove(position);
                        self.drop_file_of(&gone);
                    }
                }
            }
            Write::UserAction(mut action) => {
                action.version = version;
                self.user_actions
                    .entry(action.case_id.clone())
                    .or_default()
                    .push(*action);
            }
            Write::Alert(alert) => {
                self.alerts.insert(alert.key(), *alert);
            }
            Write::Configuration(mut configuration) => {
                configuration.version = version;
                self.configurations
                    .insert(configuration.id.clone(), *configuration);
            }
            Write::DropConfiguration(id) => {
                self.configurations.remove(&id);
            }
            Write::File(file) => {
                self.files.insert(file.id.clone(), *file);
            }
            Write::Connector(connector) => {
                self.connectors.insert(connector.id.clone(), *connector);
            }
        }
    }

    fn drop_file_of(&mut self, attachment: &Attachment) {
        if let Some(id) = attachment.file_id() {
            self.files.remove(id);
        }
    }

    /// Makes the id of a new document.
    fn new_id(&mut self) -> String {
        let mut bytes = [0; 16];
        self.ids.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Finds a case of a space; one of another space is as unknown as any other id.
    pub(crate) fn case(&self, space: &str, id: &str) -> Result<&Case, ApiError> {
        self.case_order
            .get(id)
            .and_then(|order| self.cases.get(order))
            .filter(|case| case.space == space)
            .ok_or_else(|| ApiError::no_case(id))
    }

    /// The cases of a space in the order of their creation.
    pub(crate) fn cases<'a>(&'a self, space: &'a str) -> impl Iterator<Item = &'a Case> {
        self.cases.values().filter(move |case| case.space == space)
    }

    /// Finds an attachment of a space.
    pub(crate) fn attachment(&self, space: &str, id: &str) -> Result<&Attachment, ApiError> {
        self.attachment_case
            .get(id)
            .and_then(|case| self.attachments.get(case))
            .and_then(|of_case| of_case.iter().find(|attachment| attachment.id == id))
            .filter(|attachment| attachment.space == space)
            .ok_or_else(|| ApiError::no_comment(id))
    }

    /// The attachments of a case, oldest first; none for an unknown case.
    pub(crate) fn attachments(&self, case: &str) -> &[Attachment] {
        self.attachments.get(case).map_or(&[], Vec::as_slice)
    }

    /// The user actions of a case, oldest first.
    pub(crate) fn user_actions(&self, case: &str) -> &[UserAction] {
        self.user_actions.get(case).map_or(&[], Vec::as_slice)
    }

    /// Counts what is attached to a case.
    pub(crate) fn totals(&self, case: &str) -> Totals {
        Totals::of(self.attachments(case))
    }
}

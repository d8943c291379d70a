//! The documents of the server, and the one function through which every write passes.
//!
//! Reading and deciding happens on `&Store`; a decision becomes a list of [`Write`]s, which
//! [`Store::commit`] applies together. Nothing else changes a document.

mod alerts;
mod attachments;
mod cases;
mod configurations;
mod contents;
mod document;
mod elastic;
mod files;
mod json;
mod observables;
mod record;
mod saved;
mod trail;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use uuid::Builder;

use crate::{
    auth::User,
    error::ApiError,
    log::Commit,
    search::Dictionary,
    space::{Space, Spaces},
};

pub(crate) use alerts::{AlertChange, AlertKey, Members, alert_index};
pub(crate) use attachments::Added;
pub(crate) use configurations::{Configuration, Connector};
pub(crate) use document::{
    AlertDocument, Attachment, Case, Times, Totals, UserAction, Version, View,
};
pub(crate) use elastic::AlertSearch;
pub(crate) use files::{File, file_kind};
pub(crate) use json::Json;
pub(crate) use observables::Observable;
pub(crate) use record::{Effect, Origin};
pub(crate) use saved::{Block, Changes, Restored, Settings};

use contents::{AlertIndex, Contents};
use json::Shared;
use saved::Unsaved;
use trail::Trail;

/// Everything the server knows, in memory.
pub(crate) struct Store {
    spaces: Arc<Spaces>,
    sequence: u64,
    ids: ChaCha8Rng,
    /// The last `incremental_id` given out, by space.
    numbers: HashMap<String, u64>,
    /// Cases by space, in the order of their creation.
    cases: HashMap<Arc<str>, BTreeMap<u64, Case>>,
    /// Where a case is.
    places: HashMap<String, Place>,
    /// What hangs on a case.
    contents: HashMap<String, Contents>,
    /// The case of an attachment.
    attachment_case: HashMap<String, Arc<str>>,
    /// The cases that name an alert.
    alert_cases: AlertIndex,
    /// Alerts by space.
    alerts: HashMap<Arc<str>, BTreeMap<AlertKey, AlertDocument>>,
    /// The spaces that have alerts of an index, so that not each is asked for an alert.
    alert_spaces: HashMap<Arc<str>, Vec<Arc<str>>>,
    shared: Shared,
    /// The words of all titles and descriptions.
    dictionary: Dictionary,
    configurations: BTreeMap<String, Configuration>,
    connectors: BTreeMap<String, Connector>,
    files: HashMap<String, File>,
    /// What has changed since the store was saved, if it is saved at all.
    unsaved: Option<Unsaved>,
    /// On whose behalf the store is held now.
    origin: Arc<Origin>,
    /// None if nobody asked for one.
    log: Option<Vec<Arc<Commit>>>,
    trail: Trail,
}

/// Where a case is: its space, and its place in the order of creation.
#[derive(Clone)]
struct Place {
    space: Arc<str>,
    order: u64,
}

/// One change of one document.
pub(crate) enum Write {
    Case(Box<Case>),
    /// Puts a case and all that hangs on it into another space.
    MoveCase {
        id: String,
        space: String,
    },
    /// Also deletes the attachments and user actions of the case.
    DropCase(String),
    Space(Box<Space>),
    /// Also deletes all documents of the space.
    DropSpace(String),
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stamp {
    pub(crate) by: Arc<User>,
    pub(crate) at: Timestamp,
}

impl Store {
    /// Makes an empty store. Ids of documents follow from the seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            spaces: Arc::default(),
            sequence: 0,
            ids: ChaCha8Rng::seed_from_u64(seed),
            numbers: HashMap::new(),
            cases: HashMap::new(),
            places: HashMap::new(),
            contents: HashMap::new(),
            attachment_case: HashMap::new(),
            alert_cases: AlertIndex::default(),
            alerts: HashMap::new(),
            alert_spaces: HashMap::new(),
            shared: Shared::default(),
            dictionary: Dictionary::default(),
            configurations: BTreeMap::new(),
            connectors: BTreeMap::new(),
            files: HashMap::new(),
            unsaved: None,
            origin: Arc::new(Origin::server()),
            log: None,
            trail: Trail::default(),
        }
    }

    /// The spaces, which can also be read while the store is locked.
    pub(crate) fn spaces(&self) -> &Arc<Spaces> {
        &self.spaces
    }

    /// Applies the writes of one request, all of them. Each takes the next sequence number as its
    /// version, so the tokens of two documents never coincide.
    pub(crate) fn commit(&mut self, writes: Vec<Write>) {
        let mut changes = Vec::new();
        for write in self.origin.effect.keep(writes) {
            self.sequence += 1;
            let version = self.version_of(&write);
            changes.extend(self.describe(&write, version));
            self.leave_trail(&write);
            self.mark(&write);
            self.apply(write, version);
        }
        self.record(changes);
        self.tell_of_changes();
    }

    fn apply(&mut self, write: Write, version: Version) {
        match write {
            Write::Case(mut case) => {
                case.version = version;
                self.put_case(*case);
            }
            Write::MoveCase { id, space } => self.move_case(&id, &space, version),
            Write::DropCase(id) => self.drop_case(&id),
            Write::Space(space) => self.spaces.put(*space),
            Write::DropSpace(space) => self.drop_space(&space),
            Write::Attachment(mut attachment) => {
                attachment.version = version;
                self.put_attachment(*attachment);
            }
            Write::DropAttachment(id) => self.drop_attachment(&id),
            Write::UserAction(mut action) => {
                action.version = version;
                self.put_user_action(*action);
            }
            Write::Alert(alert) => self.insert_alert(*alert),
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

    fn put_case(&mut self, case: Case) {
        let order = case.version.0;
        self.put_case_at(case, order);
    }

    /// Replaces a case, or adds it in its place in the order of creation.
    fn put_case_at(&mut self, mut case: Case, order: u64) {
        let mut space = case.space.as_str().into();
        self.shared.text(&mut space);
        let new = Place { space, order };
        let place = self.places.entry(case.id.clone()).or_insert(new).clone();
        let of_space = self.cases.entry(place.space).or_default();
        let same_texts = of_space
            .get(&place.order)
            .filter(|known| (&known.title, &known.description) == (&case.title, &case.description));
        case.words = match same_texts {
            Some(known) => known.words.clone(),
            None => self.dictionary.read(&case.title, &case.description),
        };
        of_space.insert(place.order, case);
    }

    /// Puts a case into another space, as nobody can by the API.
    pub(crate) fn move_to(&mut self, id: &str, space: &str) {
        self.commit(vec![Write::MoveCase {
            id: id.to_owned(),
            space: space.to_owned(),
        }]);
    }

    fn move_case(&mut self, id: &str, space: &str, version: Version) {
        let to = self.text(space);
        let Some(place) = self.places.get_mut(id) else {
            return;
        };
        let from = std::mem::replace(&mut place.space, Arc::clone(&to));
        let order = place.order;
        let taken = self.cases.get_mut(&from).and_then(|all| all.remove(&order));
        if let Some(mut case) = taken {
            space.clone_into(&mut case.space);
            case.version = version;
            let of_space = self.cases.entry(Arc::clone(&to)).or_default();
            of_space.insert(order, case);
        }
        if let Some(contents) = self.contents.get_mut(id) {
            for attachment in &mut contents.attachments {
                attachment.space = Arc::clone(&to);
                let file = attachment.file_id().map(str::to_owned);
                if let Some(file) = file.and_then(|id| self.files.get_mut(&id)) {
                    space.clone_into(&mut file.space);
                }
            }
        }
    }

    fn drop_case(&mut self, id: &str) {
        let Some(Place { space, order }) = self.places.remove(id) else {
            return;
        };
        if let Some(of_space) = self.cases.get_mut(&space) {
            of_space.remove(&order);
        }
        for attachment in self.contents.remove(id).unwrap_or_default().attachments {
            self.attachment_case.remove(&attachment.id);
            self.drop_file_of(&attachment);
            for alert in attachment.alerts() {
                self.alert_cases.remove(&alert.id, order);
            }
        }
    }

    fn drop_space(&mut self, space: &str) {
        self.spaces.remove(space);
        let cases = self.ids_in(space);
        for case in &cases {
            self.drop_case(case);
        }
        self.cases.remove(space);
        self.numbers.remove(space);
        self.alerts.remove(space);
        self.configurations
            .retain(|_, configuration| configuration.space != space);
        self.connectors
            .retain(|_, connector| connector.space != space);
        self.files.retain(|_, file| file.space != space);
    }

    /// The ids of all cases of a space, whatever searching sees.
    fn ids_in(&self, space: &str) -> Vec<String> {
        let of_space = self.cases.get(space).into_iter();
        of_space
            .flat_map(BTreeMap::values)
            .map(|case| case.id.clone())
            .collect()
    }

    fn put_attachment(&mut self, attachment: Attachment) {
        let Some(place) = self.places.get(&*attachment.case_id) else {
            return;
        };
        self.attachment_case
            .insert(attachment.id.clone(), Arc::clone(&attachment.case_id));
        self.contents
            .entry((*attachment.case_id).to_owned())
            .or_default()
            .put(attachment, place.order, &mut self.alert_cases);
    }

    fn drop_attachment(&mut self, id: &str) {
        let Some(case) = self.attachment_case.remove(id) else {
            return;
        };
        if let (Some(place), Some(contents)) =
            (self.places.get(&*case), self.contents.get_mut(&*case))
        {
            let gone = contents.take(id, place.order, &mut self.alert_cases);
            if let Some(attachment) = gone {
                self.drop_file_of(&attachment);
            }
        }
    }

    fn put_user_action(&mut self, action: UserAction) {
        self.contents
            .entry((*action.case_id).to_owned())
            .or_default()
            .user_actions
            .push(action);
    }

    fn insert_alert(&mut self, mut alert: AlertDocument) {
        self.shared.outer_shape(&mut alert.source);
        let spaces = self.alert_spaces.entry(Arc::clone(&alert.index));
        let spaces = spaces.or_default();
        if !spaces.contains(&alert.space) {
            spaces.push(Arc::clone(&alert.space));
        }
        self.alerts
            .entry(Arc::clone(&alert.space))
            .or_default()
            .insert(alert.key(), alert);
    }

    /// Gives back the memory that lists have for more than they hold, after many writes.
    pub(crate) fn shrink(&mut self) {
        for contents in self.contents.values_mut() {
            contents.attachments.shrink_to_fit();
            contents.user_actions.shrink_to_fit();
        }
    }

    /// Makes JSON for a document.
    fn json(&mut self, value: impl Into<Json>) -> Json {
        let mut json = value.into();
        self.shared.share(&mut json);
        json
    }

    /// Makes a text for a document: a space, an owner, an id that others hold, too.
    fn text(&mut self, text: &str) -> Arc<str> {
        let mut text = text.into();
        self.shared.text(&mut text);
        text
    }

    /// Makes the id of a new document.
    fn new_id(&mut self) -> String {
        let mut bytes = [0; 16];
        self.ids.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// Finds a case of a space; one of another space is as unknown as any other id.
    pub(crate) fn case(&self, space: &str, id: &str) -> Result<&Case, ApiError> {
        self.places
            .get(id)
            .filter(|place| *place.space == *space)
            .and_then(|place| self.cases.get(space)?.get(&place.order))
            .ok_or_else(|| ApiError::no_case(id))
    }

    /// The cases of a space as searching sees them, in the order of their creation.
    pub(crate) fn cases(&self, space: &str) -> impl Iterator<Item = &Case> {
        let mut older = self.trail.older(space, self.origin.effect.lag);
        let of_space = self.cases.get(space).into_iter().flatten();
        let gone: Vec<&Case> = older
            .extract_if(.., |order, _| !self.has_case(space, *order))
            .filter_map(|(_, case)| case)
            .collect();
        of_space
            .filter_map(move |(order, case)| match older.get(order) {
                None => Some(case),
                Some(case) => *case,
            })
            .chain(gone)
    }

    fn has_case(&self, space: &str, order: u64) -> bool {
        self.cases
            .get(space)
            .is_some_and(|of_space| of_space.contains_key(&order))
    }

    /// The words of the cases, for searches.
    pub(crate) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The cases of a space that name an alert, oldest first.
    pub(crate) fn cases_of_alert(&self, space: &str, alert: &str) -> impl Iterator<Item = &Case> {
        let of_space = self.cases.get(space);
        self.alert_cases
            .cases(alert)
            .filter_map(move |order| of_space?.get(&order))
    }

    /// Whether a case names an alert.
    fn names_alert(&self, case: &str, alert: &str) -> bool {
        self.places
            .get(case)
            .is_some_and(|place| self.alert_cases.names(alert, place.order))
    }

    /// Finds an attachment of a space.
    pub(crate) fn attachment(&self, space: &str, id: &str) -> Result<&Attachment, ApiError> {
        self.attachment_case
            .get(id)
            .and_then(|case| self.attachments(case).iter().find(|known| known.id == id))
            .filter(|attachment| *attachment.space == *space)
            .ok_or_else(|| ApiError::no_comment(id))
    }

    /// The attachments of a case, oldest first; none for an unknown case.
    pub(crate) fn attachments(&self, case: &str) -> &[Attachment] {
        self.contents
            .get(case)
            .map_or(&[], |contents| &contents.attachments)
    }

    /// The user actions of a case, oldest first.
    pub(crate) fn user_actions(&self, case: &str) -> &[UserAction] {
        self.contents
            .get(case)
            .map_or(&[], |contents| &contents.user_actions)
    }

    /// Counts what is attached to a case.
    pub(crate) fn totals(&self, case: &str) -> Totals {
        self.contents
            .get(case)
            .map_or_else(Totals::default, |contents| contents.totals)
    }
}

//! The store in blocks, so that saving a change does not mean writing all there is.
//!
//! A block holds neighbouring cases with what hangs on them, alerts whose ids begin alike, or one
//! file; the settings are all else. Every write marks the blocks that it changes, and whoever saves
//! takes the marked ones, some at a time. Blocks taken earlier and not marked again are as they are
//! when the last ones are taken, so together they are the store at that moment.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    ops::Bound,
    sync::Arc,
};

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::{
    AlertDocument, AlertKey, Attachment, Case, Configuration, Connector, File, Place, Store,
    UserAction, Write,
};
use crate::{auth::User, space::Space};

/// Sequence numbers whose cases make one block; every third to tenth is that of a case.
const CASES_BLOCK: u64 = 256;

/// Names a part of the store that is saved as one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    /// The cases of a space, by the order of their creation.
    Cases(Arc<str>, u64),
    /// The alerts of a space whose ids begin with these characters.
    Alerts(Arc<str>, String),
    File(String),
}

/// What is in a block.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BlockContent {
    Cases(Vec<SavedCase>),
    Alerts(Vec<AlertDocument>),
    File(Box<File>),
}

/// A case with all that hangs on it.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedCase {
    /// Its place in the order of creation.
    order: u64,
    case: Case,
    attachments: Vec<Attachment>,
    user_actions: Vec<UserAction>,
}

/// What the store has beside blocks.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    sequence: u64,
    /// The generator of ids: its seed, and how far it has come.
    ids: ([u8; 32], u128),
    numbers: BTreeMap<String, u64>,
    configurations: Vec<Configuration>,
    connectors: Vec<Connector>,
    spaces: Vec<Space>,
}

/// Some of what has changed.
pub(crate) struct Changes {
    /// A block without anything in it is `None`.
    pub(crate) blocks: Vec<(Block, Option<BlockContent>)>,
    /// There if nothing else has changed.
    pub(crate) settings: Option<Settings>,
    /// Blocks that are still to be taken.
    pub(crate) left: usize,
}

/// What has changed and has not been taken.
pub(super) struct Unsaved {
    blocks: BTreeSet<Block>,
    changed: Arc<Notify>,
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cases(space, number) => write!(f, "cases/{space}/{number}"),
            Self::Alerts(space, start) => write!(f, "alerts/{space}/{start}"),
            Self::File(id) => write!(f, "file/{id}"),
        }
    }
}

/// How the ids of the alerts of a block begin. Most ids are hexadecimal, so that two of their
/// characters make as many blocks as are useful.
fn start_of(alert: &str) -> String {
    let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    let length = if alert.starts_with(is_digit) { 2 } else { 1 };
    alert.chars().take(length).collect()
}

impl Store {
    /// Starts to keep note of changes; `changed` is told of each. All that is there counts as
    /// changed, and is told of, unless it was just loaded.
    pub(crate) fn note_changes(&mut self, changed: Arc<Notify>, loaded: bool) {
        let mut blocks = BTreeSet::new();
        if !loaded {
            for space in self.cases.keys() {
                blocks.extend(self.blocks_of_cases(space));
            }
            for space in self.alerts.keys() {
                blocks.extend(self.blocks_of_alerts(space));
            }
            blocks.extend(self.files.keys().cloned().map(Block::File));
            changed.notify_one();
        }
        self.unsaved = Some(Unsaved { blocks, changed });
    }

    /// Marks what a write is about to change.
    pub(super) fn mark(&mut self, write: &Write) {
        if self.unsaved.is_none() {
            return;
        }
        let of_case = |id: &str| self.places.get(id).map(Place::block);
        let mut blocks: Vec<Block> = Vec::new();
        match write {
            Write::Case(case) => blocks.push(of_case(&case.id).unwrap_or_else(|| {
                Block::Cases(case.space.as_str().into(), self.sequence / CASES_BLOCK)
            })),
            Write::MoveCase { id, space } => {
                if let Some(place) = self.places.get(id) {
                    blocks.push(place.block());
                    blocks.push(Block::Cases(
                        space.as_str().into(),
                        place.order / CASES_BLOCK,
                    ));
                }
                let attachments = self.attachments(id).iter();
                let files = attachments.filter_map(Attachment::file_id);
                blocks.extend(files.map(|file| Block::File(file.to_owned())));
            }
            Write::DropCase(id) => {
                blocks.extend(of_case(id));
                let attachments = self.attachments(id).iter();
                blocks.extend(
                    attachments
                        .filter_map(Attachment::file_id)
                        .map(|file| Block::File(file.to_owned())),
                );
            }
            Write::Attachment(attachment) => blocks.extend(of_case(&attachment.case_id)),
            Write::DropAttachment(id) => {
                if let Some(case) = self.attachment_case.get(id) {
                    blocks.extend(of_case(case));
                    let attachment = self.attachments(case).iter().find(|known| known.id == *id);
                    let file = attachment.and_then(Attachment::file_id);
                    blocks.extend(file.map(|file| Block::File(file.to_owned())));
                }
            }
            Write::UserAction(action) => blocks.extend(of_case(&action.case_id)),
            Write::Alert(alert) => {
                blocks.push(Block::Alerts(Arc::clone(&alert.space), start_of(&alert.id)));
            }
            Write::File(file) => blocks.push(Block::File(file.id.clone())),
            Write::DropSpace(space) => {
                blocks.extend(self.blocks_of_cases(space));
                blocks.extend(self.blocks_of_alerts(space));
                let files = self.files.values().filter(|file| file.space == *space);
                blocks.extend(files.map(|file| Block::File(file.id.clone())));
            }
            // These are settings, which are always saved.
            Write::Space(_)
            | Write::Configuration(_)
            | Write::DropConfiguration(_)
            | Write::Connector(_) => {}
        }
        self.mark_blocks(blocks);
    }

    fn blocks_of_cases(&self, space: &str) -> impl Iterator<Item = Block> {
        let of_space = self.cases.get_key_value(space).into_iter();
        of_space.flat_map(|(space, cases)| {
            let orders = cases.keys();
            orders.map(|order| Block::Cases(Arc::clone(space), order / CASES_BLOCK))
        })
    }

    fn blocks_of_alerts(&self, space: &str) -> impl Iterator<Item = Block> {
        let of_space = self.alerts.get_key_value(space).into_iter();
        of_space.flat_map(|(space, alerts)| {
            let ids = alerts.keys();
            ids.map(|key| Block::Alerts(Arc::clone(space), start_of(&key.id)))
        })
    }

    /// Marks blocks as changed, for instance because they could not be saved.
    pub(crate) fn mark_blocks(&mut self, blocks: impl IntoIterator<Item = Block>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.blocks.extend(blocks);
        }
    }

    pub(super) fn tell_of_changes(&self) {
        if let Some(unsaved) = &self.unsaved {
            unsaved.changed.notify_one();
        }
    }

    /// Takes up to so many of the blocks that have changed, and the settings with the last.
    pub(crate) fn take_changes(&mut self, most: usize) -> Changes {
        let mut taken = Vec::new();
        let mut left = 0;
        if let Some(unsaved) = &mut self.unsaved {
            while taken.len() < most
                && let Some(block) = unsaved.blocks.pop_first()
            {
                taken.push(block);
            }
            left = unsaved.blocks.len();
        }
        let blocks = taken.into_iter().map(|block| {
            let content = self.content(&block);
            (block, content)
        });
        Changes {
            blocks: blocks.collect(),
            settings: (left == 0).then(|| self.settings()),
            left,
        }
    }

    fn content(&self, block: &Block) -> Option<BlockContent> {
        match block {
            Block::Cases(space, number) => {
                let start = number * CASES_BLOCK;
                let of_space = self.cases.get(space)?;
                let cases = of_space.range(start..start + CASES_BLOCK);
                let cases: Vec<SavedCase> = cases
                    .map(|(order, case)| SavedCase {
                        order: *order,
                        case: case.clone(),
                        attachments: self.attachments(&case.id).to_vec(),
                        user_actions: self.user_actions(&case.id).to_vec(),
                    })
                    .collect();
                (!cases.is_empty()).then_some(BlockContent::Cases(cases))
            }
            Block::Alerts(space, start) => {
                let first = AlertKey {
                    id: start.as_str().into(),
                    index: "".into(),
                };
                let of_space = self.alerts.get(space)?;
                let alerts = of_space.range((Bound::Included(first), Bound::Unbounded));
                let alerts: Vec<AlertDocument> = alerts
                    .take_while(|(key, _)| key.id.starts_with(start.as_str()))
                    .filter(|(key, _)| start_of(&key.id) == *start)
                    .map(|(_, alert)| alert.clone())
                    .collect();
                (!alerts.is_empty()).then_some(BlockContent::Alerts(alerts))
            }
            Block::File(id) => {
                let file = self.files.get(id)?;
                Some(BlockContent::File(Box::new(file.clone())))
            }
        }
    }

    fn settings(&self) -> Settings {
        let numbers = self.numbers.iter();
        Settings {
            sequence: self.sequence,
            ids: (self.ids.get_seed(), self.ids.get_word_pos()),
            numbers: numbers
                .map(|(space, number)| (space.clone(), *number))
                .collect(),
            configurations: self.configurations.values().cloned().collect(),
            connectors: self.connectors.values().cloned().collect(),
            spaces: self.spaces.all(),
        }
    }
}

/// Puts a store together from what was saved.
pub(crate) struct Restored {
    store: Store,
    people: HashMap<Arc<User>, Arc<User>>,
}

impl Restored {
    pub(crate) fn new(settings: Settings) -> Self {
        let mut store = Store::new(0);
        let (seed, position) = settings.ids;
        store.ids = ChaCha8Rng::from_seed(seed);
        store.ids.set_word_pos(position);
        store.sequence = settings.sequence;
        store.numbers = settings.numbers.into_iter().collect();
        for configuration in settings.configurations {
            store
                .configurations
                .insert(configuration.id.clone(), configuration);
        }
        for space in settings.spaces {
            store.spaces.put(space);
        }
        for connector in settings.connectors {
            store.connectors.insert(connector.id.clone(), connector);
        }
        Self {
            store,
            people: HashMap::new(),
        }
    }

    pub(crate) fn put(&mut self, content: BlockContent) {
        match content {
            BlockContent::Cases(cases) => {
                for case in cases {
                    self.put_case(case);
                }
            }
            BlockContent::Alerts(alerts) => {
                for mut alert in alerts {
                    self.store.share_alert(&mut alert);
                    self.store.insert_alert(alert);
                }
            }
            BlockContent::File(file) => {
                self.store.files.insert(file.id.clone(), *file);
            }
        }
    }

    fn put_case(&mut self, saved: SavedCase) {
        let SavedCase {
            order,
            mut case,
            attachments,
            user_actions,
        } = saved;
        let stamps = [
            Some(&mut case.created),
            case.updated.as_mut(),
            case.closed.as_mut(),
        ];
        for stamp in stamps.into_iter().flatten() {
            share_person(&mut self.people, &mut stamp.by);
        }
        self.store.put_case_at(case, order);
        for mut attachment in attachments {
            let stamps = [
                Some(&mut attachment.created),
                attachment.updated.as_mut(),
                attachment.pushed.as_mut(),
            ];
            for stamp in stamps.into_iter().flatten() {
                share_person(&mut self.people, &mut stamp.by);
            }
            self.store.shared.text(&mut attachment.case_id);
            self.store.shared.text(&mut attachment.space);
            self.store.shared.share(&mut attachment.body);
            self.store.put_attachment(attachment);
        }
        for mut action in user_actions {
            share_person(&mut self.people, &mut action.created.by);
            self.store.shared.text(&mut action.case_id);
            self.store.shared.text(&mut action.owner);
            self.store.shared.share(&mut action.payload);
            self.store.put_user_action(action);
        }
    }

    pub(crate) fn finish(mut self) -> Store {
        self.store.shrink();
        self.store
    }
}

/// Replaces a person by the equal one that was seen before.
fn share_person(people: &mut HashMap<Arc<User>, Arc<User>>, person: &mut Arc<User>) {
    let known = people
        .entry(Arc::clone(person))
        .or_insert_with(|| Arc::clone(person));
    *person = Arc::clone(known);
}

impl Place {
    fn block(&self) -> Block {
        Block::Cases(Arc::clone(&self.space), self.order / CASES_BLOCK)
    }
}

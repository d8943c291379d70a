//! What was found so far: each id once, in first-seen order.

use std::collections::{HashMap, HashSet};

use kibana_cases::{AlertId, CaseId};

use super::{MOST_IDS, link::Place, word};
use crate::view::{CaseLink, FoundId, FoundValue, Hint, ReadText, ShortenedId};

/// Looked at for each shortened id: whether it is one of those that were found whole.
const MOST_LIKE_IT: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) read: ReadText,
    /// Where an id stands in the list; `None` behind the limit.
    ids: HashMap<AlertId, Option<usize>>,
    cases: HashSet<CaseId>,
    shortened: HashSet<String>,
    /// Whether a link into Kibana was seen, whatever it named.
    pub(super) is_of_kibana: bool,
}

impl Found {
    /// Takes an id whose form, or whose place, says what it is.
    pub(super) fn id(&mut self, id: &str, line: u32, hint: Option<Hint>) {
        self.take(id, line, true, hint);
    }

    /// Takes a word of which only Kibana can tell whether it is an id.
    pub(super) fn maybe(&mut self, id: &str, line: u32) {
        self.take(id, line, false, None);
    }

    fn take(&mut self, id: &str, line: u32, certain: bool, hint: Option<Hint>) {
        let Ok(id) = id.parse::<AlertId>() else {
            return;
        };
        let hint = hint.filter(|hint| *hint != Hint::default()).map(Box::new);
        match self.ids.get(&id) {
            Some(Some(at)) => {
                if let Some(known) = self.read.ids.get_mut(*at) {
                    known.certain |= certain;
                    match (&mut known.hint, hint) {
                        (Some(known), Some(hint)) => known.fill(*hint),
                        (none, hint @ Some(_)) => *none = hint,
                        (_, None) => {}
                    }
                }
            }
            Some(None) => {}
            None if self.read.ids.len() == MOST_IDS => {
                self.read.left_out.ids = self.read.left_out.ids.saturating_add(1);
                self.ids.insert(id, None);
            }
            None => {
                self.ids.insert(id.clone(), Some(self.read.ids.len()));
                self.read.ids.push(FoundId {
                    id,
                    line,
                    certain,
                    hint,
                });
            }
        }
    }

    pub(super) fn case(&mut self, id: &str, place: Option<&Place>, line: u32) {
        let Ok(id) = id.parse::<CaseId>() else { return };
        if self.cases.len() < MOST_IDS && self.cases.insert(id.clone()) {
            let Place { kibana, space } = place.cloned().unwrap_or_default();
            self.read.cases.push(CaseLink {
                id,
                kibana,
                space,
                line,
            });
        }
    }

    pub(super) fn shortened(&mut self, text: String, line: u32) {
        if self.shortened.len() < MOST_IDS && !self.shortened.contains(&text) {
            self.shortened.insert(text.clone());
            self.read.shortened.push(ShortenedId { text, line });
        }
    }

    pub(super) fn value(&mut self, value: FoundValue) {
        if self.read.values.len() < MOST_IDS {
            self.read.values.push(value);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let read = &self.read;
        !self.is_of_kibana
            && read.ids.is_empty()
            && read.cases.is_empty()
            && read.shortened.is_empty()
            && read.values.is_empty()
            && read.columns.is_empty()
    }

    /// A link is often shown shortened, with the whole id behind it: then nothing is missing.
    pub(super) fn finish(mut self) -> ReadText {
        if !self.read.shortened.is_empty() {
            let mut ids: Vec<_> = self
                .read
                .ids
                .iter()
                .map(|found| found.id.as_str())
                .collect();
            ids.sort_unstable();
            self.read.shortened.retain(|shortened| {
                let (head, tail) = word::ends_of(&shortened.text);
                let from = ids.partition_point(|id| *id < head);
                let like_it = ids.iter().skip(from).take(MOST_LIKE_IT);
                !like_it
                    .take_while(|id| id.starts_with(head))
                    .any(|id| id.ends_with(tail))
            });
        }
        self.read
    }
}

impl Hint {
    /// Adds what another place says.
    fn fill(&mut self, other: Self) {
        let fill = |known: &mut Option<String>, other: Option<String>| {
            if known.is_none() {
                *known = other;
            }
        };
        // Both parts of a place, or none.
        if self.kibana.is_none() {
            (self.kibana, self.space) = (other.kibana, other.space);
        }
        fill(&mut self.index, other.index);
        fill(&mut self.rule_id, other.rule_id);
        let (known, other) = (&mut self.summary, other.summary);
        fill(&mut known.rule_name, other.rule_name);
        fill(&mut known.severity, other.severity);
        fill(&mut known.at, other.at);
        fill(&mut known.host, other.host);
        fill(&mut known.user, other.user);
        fill(&mut known.reason, other.reason);
        fill(&mut known.status, other.status);
    }
}

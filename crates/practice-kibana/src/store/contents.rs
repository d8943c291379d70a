//! What hangs on a case, with its counts, and which cases name an alert.

use std::{collections::HashMap, sync::Arc};

use super::{Attachment, Totals, UserAction};

/// What hangs on a case.
#[derive(Default)]
pub(super) struct Contents {
    /// Oldest first.
    pub(super) attachments: Vec<Attachment>,
    /// Oldest first.
    pub(super) user_actions: Vec<UserAction>,
    pub(super) totals: Totals,
}

impl Contents {
    /// Adds an attachment or replaces the one of the same id.
    pub(super) fn put(&mut self, attachment: Attachment, order: u64, index: &mut AlertIndex) {
        let known = self
            .attachments
            .iter_mut()
            .find(|known| known.id == attachment.id);
        if let Some(known) = &known {
            self.totals.count(known, order, index, false);
        }
        self.totals.count(&attachment, order, index, true);
        match known {
            Some(known) => *known = attachment,
            None => self.attachments.push(attachment),
        }
    }

    /// Takes an attachment out.
    pub(super) fn take(
        &mut self,
        id: &str,
        order: u64,
        index: &mut AlertIndex,
    ) -> Option<Attachment> {
        let at = self.attachments.iter().position(|known| known.id == id)?;
        let gone = self.attachments.remove(at);
        self.totals.count(&gone, order, index, false);
        Some(gone)
    }
}

impl Totals {
    fn count(&mut self, attachment: &Attachment, order: u64, index: &mut AlertIndex, more: bool) {
        let step = |total: &mut usize| *total = if more { *total + 1 } else { *total - 1 };
        step(&mut self.attachments);
        if attachment.kind() == "user" {
            step(&mut self.user_comments);
        }
        for alert in attachment.alerts() {
            let changed = if more {
                index.add(&alert.id, order)
            } else {
                index.remove(&alert.id, order)
            };
            if changed {
                step(&mut self.alerts);
            }
        }
    }
}

/// The cases, by the order of their creation, that name an alert id, with how often each does.
#[derive(Default)]
pub(super) struct AlertIndex(HashMap<Arc<str>, Vec<(u64, u32)>>);

impl AlertIndex {
    /// The cases that name an alert, oldest first.
    pub(super) fn cases(&self, alert: &str) -> impl Iterator<Item = u64> {
        let cases = self.0.get(alert).map_or(&[][..], Vec::as_slice);
        cases.iter().map(|(order, _)| *order)
    }

    pub(super) fn names(&self, alert: &str, case: u64) -> bool {
        self.0.get(alert).is_some_and(|cases| {
            cases
                .binary_search_by_key(&case, |(order, _)| *order)
                .is_ok()
        })
    }

    /// Returns whether the case did not name the alert before.
    fn add(&mut self, alert: &Arc<str>, case: u64) -> bool {
        let cases = self.0.entry(Arc::clone(alert)).or_default();
        match cases.binary_search_by_key(&case, |(order, _)| *order) {
            Ok(at) => {
                cases[at].1 += 1;
                false
            }
            Err(at) => {
                cases.insert(at, (case, 1));
                true
            }
        }
    }

    /// Returns whether the case names the alert no more.
    pub(super) fn remove(&mut self, alert: &Arc<str>, case: u64) -> bool {
        let Some(cases) = self.0.get_mut(alert) else {
            return false;
        };
        let Ok(at) = cases.binary_search_by_key(&case, |(order, _)| *order) else {
            return false;
        };
        cases[at].1 -= 1;
        let gone = cases[at].1 == 0;
        if gone {
            cases.remove(at);
        }
        if cases.is_empty() {
            self.0.remove(alert);
        }
        gone
    }
}

//! [`Reading`]: one walk over the pages of a source, from the newest on.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kibana_cases::{Case, CaseId, CasePage, FindCases, SortField};

use super::Limits;

/// One walk over the pages of a source, from the newest on.
///
/// The newest cases are asked for anew from where the last page ended, so that neither 10,000 cases nor those that come and
/// go meanwhile stand in the way. For the newest changes Kibana has no such question: there pages are counted.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) by: SortField,
    /// Whether it goes to the very end.
    pub(super) is_sweep: bool,
    /// Everything at or before it is known.
    floor: Option<Timestamp>,
    page: u32,
    /// Asks for cases created then or earlier.
    to: Option<Timestamp>,
    pub(super) is_over: bool,
    /// Whether it is over because Kibana gives no further page, and not all is read.
    pub(super) is_cut: bool,
    /// Whether it had to leave cases out.
    has_hole: bool,
    /// Whether it saw every case.
    pub(super) is_complete: bool,
    /// When the first page came.
    pub(super) began_at: Option<Timestamp>,
    /// What Kibana counted then.
    pub(super) total: u32,
    /// The newest times on that page, and of changes that were seen before.
    pub(super) newest_case: Option<Timestamp>,
    pub(super) newest_change: Option<Timestamp>,
    pub(super) seen: BTreeSet<CaseId>,
}

impl Reading {
    /// Reads everything.
    pub(super) fn sweep() -> Self {
        Self {
            is_sweep: true,
            ..Self::follow(SortField::CreatedAt, None)
        }
    }

    /// Reads what is newer than `floor`.
    pub(super) fn follow(by: SortField, floor: Option<Timestamp>) -> Self {
        Self {
            by,
            is_sweep: false,
            floor,
            page: 1,
            to: None,
            is_over: false,
            is_cut: false,
            has_hole: false,
            is_complete: false,
            began_at: None,
            total: 0,
            newest_case: None,
            newest_change: None,
            seen: BTreeSet::new(),
        }
    }

    pub(super) fn request(&self, limits: Limits) -> FindCases {
        FindCases {
            sort_field: self.by,
            descending: true,
            page: self.page,
            per_page: limits.per_page,
            to: self.to.map(|to| to.to_string()),
            ..FindCases::default()
        }
    }

    /// Decides where the next page begins, if there is one.
    pub(super) fn take_in(
        &mut self,
        page: &CasePage,
        n_changed: usize,
        limits: Limits,
        now: Timestamp,
    ) {
        let is_first = self.began_at.is_none();
        if is_first {
            self.began_at = Some(now);
            self.total = page.total;
            self.newest_case = page.cases.iter().map(|case| case.created_at).max();
            let changes = page.cases.iter().filter_map(|case| case.updated_at);
            self.newest_change = changes.chain(self.newest_change).max();
        }
        self.see(page);
        let n_on_page = page.cases.len() + page.unreadable.len();
        if n_on_page < limits.per_page as usize {
            self.is_over = true;
            // Counted pages shift when a case goes away, so only one alone tells that it was all.
            self.is_complete = (is_first || self.by == SortField::CreatedAt) && !self.has_hole;
            return;
        }
        let is_all_news = !page.cases.is_empty() && n_changed == page.cases.len();
        if !self.is_sweep && !is_all_news && self.is_known(page) {
            self.is_over = true;
            return;
        }
        self.advance(page, limits);
    }

    fn see(&mut self, page: &CasePage) {
        self.seen
            .extend(page.cases.iter().map(|case| case.id.clone()));
        let unreadable = page.unreadable.iter();
        self.seen
            .extend(unreadable.filter_map(|bad| bad.id.as_deref()?.parse().ok()));
    }

    /// Whether everything behind this page is known.
    fn is_known(&self, page: &CasePage) -> bool {
        let Some(floor) = self.floor else {
            return false;
        };
        page.cases
            .iter()
            .any(|case| self.time(case).is_none_or(|time| time <= floor))
    }

    /// What the pages are sorted by; cases without it are the last.
    fn time(&self, case: &Case) -> Option<Timestamp> {
        if self.by == SortField::UpdatedAt {
            case.updated_at
        } else {
            Some(case.created_at)
        }
    }

    fn advance(&mut self, page: &CasePage, limits: Limits) {
        let oldest = page.cases.iter().map(|case| case.created_at).min();
        let is_further = oldest.is_some() && self.to.is_none_or(|to| oldest < Some(to));
        if self.by == SortField::CreatedAt && is_further {
            self.to = oldest;
            self.page = 1;
            return;
        }
        // Counted, or a whole page of one moment: the next begins with the same question.
        self.page += 1;
        if self.page * limits.per_page <= limits.most_cases {
            return;
        }
        if self.by == SortField::UpdatedAt {
            (self.is_over, self.is_cut) = (true, true);
        } else {
            // As many as Kibana gives share one moment, and the rest of them cannot be asked for.
            self.to = self
                .to
                .and_then(|to| to.checked_sub(jiff::SignedDuration::from_millis(1)).ok());
            self.page = 1;
            self.has_hole = true;
        }
    }
}

//! Follows one source: a full reading first, then one small request a pass, and a full reading again when the totals disagree.
//!
//! New cases have no `updated_at`, and Kibana sorts those last in both directions: so passes alternate between the newest
//! changes and the newest cases (`decisions.md`, Sync and search).

use std::{collections::BTreeSet, time::Duration};

use kibana_cases::{CaseId, CasePage, FindCases, SortField};

/// Time between two passes over a source.
pub(crate) const INTERVAL: Duration = Duration::from_secs(15);
/// Time between two passes over a deployment that does not accept its key (R11).
pub(crate) const REFUSED_INTERVAL: Duration = Duration::from_mins(5);
/// Cases on one page; the most that Kibana gives.
const PER_PAGE: u32 = 100;
/// Kibana gives no case behind the 10,000th.
const MOST_CASES: u32 = 10_000;
/// Kibana gives no page behind the 10,000th case.
const LAST_PAGE: u32 = MOST_CASES / PER_PAGE;

/// What the next request of a source is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Reads every case, newest first.
    Sweep { page: u32, seen: BTreeSet<CaseId> },
    /// Reads the newest changes or the newest cases, until a page holds nothing new.
    Follow { by: SortField, page: u32 },
}

/// What a page told, once it is in the mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageOutcome {
    /// Cases of the page that were new or different.
    pub(crate) n_changed: usize,
    /// Cases of the source that the mirror holds now, and those that the last full reading could not read.
    pub(crate) n_known: usize,
}

/// What follows after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask this at once.
    Now(Step),
    /// The pass is over; ask this at the next.
    Later(Step),
    /// A full reading is over: cases that it did not see are gone.
    Swept { seen: BTreeSet<CaseId>, later: Step },
}

impl Step {
    /// The first request of a source.
    pub(crate) fn first() -> Self {
        Self::Sweep {
            page: 1,
            seen: BTreeSet::new(),
        }
    }

    /// Whether the answer begins a full reading, so that what is older than it can be told from what came meanwhile.
    pub(crate) fn begins_sweep(&self) -> bool {
        matches!(self, Self::Sweep { page: 1, .. })
    }

    /// The request.
    pub(crate) fn request(&self) -> FindCases {
        match self {
            Self::Sweep { page, .. } => find(SortField::CreatedAt, *page),
            Self::Follow { by, page } => find(*by, *page),
        }
    }

    /// What follows after this page.
    pub(crate) fn next(self, answer: &CasePage, outcome: PageOutcome) -> Next {
        match self {
            Self::Sweep { page, mut seen } => {
                let n_on_page = answer.cases.len() + answer.unreadable.len();
                seen.extend(answer.cases.iter().map(|case| case.id.clone()));
                seen.extend(
                    answer
                        .unreadable
                        .iter()
                        .filter_map(|bad| bad.id.as_deref()?.parse().ok()),
                );
                if n_on_page < PER_PAGE as usize
                    || page * PER_PAGE >= answer.total
                    || page == LAST_PAGE
                {
                    return Next::Swept {
                        seen,
                        later: Self::Follow {
                            by: SortField::UpdatedAt,
                            page: 1,
                        },
                    };
                }
                Next::Now(Self::Sweep {
                    page: page + 1,
                    seen,
                })
            }
            Self::Follow { by, page } => {
                let all_new = !answer.cases.is_empty() && outcome.n_changed == answer.cases.len();
                if all_new && page * PER_PAGE < answer.total && page < LAST_PAGE {
                    return Next::Now(Self::Follow { by, page: page + 1 });
                }
                let by_change = by == SortField::UpdatedAt;
                let other = if by_change {
                    SortField::CreatedAt
                } else {
                    SortField::UpdatedAt
                };
                if outcome.n_known == answer.total.min(MOST_CASES) as usize {
                    return Next::Later(Self::Follow { by: other, page: 1 });
                }
                // A new case shows in the newest cases; a deleted one only in a full reading.
                if by_change {
                    Next::Now(Self::Follow { by: other, page: 1 })
                } else {
                    Next::Now(Self::first())
                }
            }
        }
    }
}

fn find(sort_field: SortField, page: u32) -> FindCases {
    FindCases {
        sort_field,
        descending: true,
        page,
        per_page: PER_PAGE,
        ..FindCases::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cache::tests::case;

    fn page(n: usize, total: u32) -> CasePage {
        CasePage {
            cases: (0..n)
                .map(|id| case(&format!("c{id}"), json!({})))
                .collect(),
            total,
            ..CasePage::default()
        }
    }

    fn follow(by: SortField) -> Step {
        Step::Follow { by, page: 1 }
    }

    #[test]
    fn a_first_reading_goes_through_every_page_and_then_follows() {
        let Next::Now(second) = Step::first().next(
            &page(100, 130),
            PageOutcome {
                n_changed: 100,
                n_known: 100,
            },
        ) else {
            panic!("there is a second page")
        };
        assert_eq!(second.request().page, 2);
        let Next::Swept { seen, later } = second.next(
            &page(30, 130),
            PageOutcome {
                n_changed: 30,
                n_known: 130,
            },
        ) else {
            panic!("that was all")
        };
        assert_eq!((seen.len(), later), (100, follow(SortField::UpdatedAt)));
    }

    #[test]
    fn a_quiet_source_costs_one_request_a_pass_and_alternates() {
        let quiet = PageOutcome {
            n_changed: 0,
            n_known: 60,
        };
        assert_eq!(
            follow(SortField::UpdatedAt).next(&page(60, 60), quiet),
            Next::Later(follow(SortField::CreatedAt))
        );
        assert_eq!(
            follow(SortField::CreatedAt).next(&page(60, 60), quiet),
            Next::Later(follow(SortField::UpdatedAt))
        );
    }

    #[test]
    fn a_changed_total_asks_for_new_cases_then_for_all() {
        let more = PageOutcome {
            n_changed: 0,
            n_known: 60,
        };
        assert_eq!(
            follow(SortField::UpdatedAt).next(&page(60, 61), more),
            Next::Now(follow(SortField::CreatedAt))
        );
        let found = PageOutcome {
            n_changed: 1,
            n_known: 61,
        };
        assert_eq!(
            follow(SortField::CreatedAt).next(&page(61, 61), found),
            Next::Later(follow(SortField::UpdatedAt))
        );
        let deleted = PageOutcome {
            n_changed: 0,
            n_known: 61,
        };
        assert_eq!(
            follow(SortField::CreatedAt).next(&page(60, 60), deleted),
            Next::Now(Step::first())
        );
    }

    #[test]
    fn a_page_full_of_news_asks_for_the_next() {
        let news = PageOutcome {
            n_changed: 100,
            n_known: 400,
        };
        assert_eq!(
            follow(SortField::UpdatedAt).next(&page(100, 400), news),
            Next::Now(Step::Follow {
                by: SortField::UpdatedAt,
                page: 2
            })
        );
    }
}

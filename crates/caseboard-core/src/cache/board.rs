//! Board queries over the mirror: columns with counts, and windows of rows.

use std::{cmp::Reverse, collections::BTreeMap};

use kibana_cases::{CaseId, CaseSeverity, CaseStatus};

use super::{Mirror, MirrorCase, Pending, SourceMirror};
use crate::{
    id::{CaseRef, SourceId},
    plain::visible,
    view::{Board, BoardQuery, BoardWindow, CaseRow, Column, NewStatus, Person, SeverityCounts},
};

/// Most rows that one window holds, whatever is asked for.
const MOST_ROWS: u32 = 200;
/// Shortest prefix of an id that stands for a case without a number.
const SHORTEST_PREFIX: usize = 6;

/// A source in use, with the names that rows carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedSource {
    pub(crate) source: SourceId,
    pub(crate) deployment_name: String,
    pub(crate) space_name: String,
    /// Whether the deployment has other spaces in use, so that a handle must name the space.
    pub(crate) has_siblings: bool,
}

impl Mirror {
    /// The columns of the board of these sources.
    pub(crate) fn board(&self, sources: &[NamedSource], query: &BoardQuery) -> Board {
        let words = words(query);
        let mut columns: BTreeMap<(u8, String), SeverityCounts> = BTreeMap::new();
        for known in [CaseStatus::Open, CaseStatus::InProgress, CaseStatus::Closed] {
            columns.insert(column_key(known.as_str()), SeverityCounts::default());
        }
        let mut n_known = 0;
        for (named, known) in self.cases_of(sources) {
            n_known += 1;
            if self.matches(named, known, &words) {
                let counts = columns
                    .entry(column_key(self.status(named, known)))
                    .or_default();
                *of(counts, &known.case.severity) += 1;
            }
        }
        let columns: Vec<_> = columns
            .into_iter()
            .map(|((order, status), severities)| column(status, order == UNKNOWN, severities))
            .collect();
        Board {
            n_cases: columns.iter().map(|column| column.total).sum(),
            n_known,
            columns,
        }
    }

    /// A window on one column: worst severity first, then newest change.
    pub(crate) fn board_window(
        &self,
        sources: &[NamedSource],
        query: &BoardQuery,
        column: &str,
        offset: u32,
        limit: u32,
    ) -> BoardWindow {
        let words = words(query);
        let mut found: Vec<_> = self
            .cases_of(sources)
            .filter(|(named, known)| {
                self.status(named, known) == column && self.matches(named, known, &words)
            })
            .collect();
        found.sort_by_cached_key(|(named, known)| {
            let case = &known.case;
            (
                severity_rank(&case.severity),
                Reverse(case.updated_at.unwrap_or(case.created_at)),
                named.source.clone(),
                case.id.clone(),
            )
        });
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let window = found
            .into_iter()
            .skip(offset as usize)
            .take(limit.min(MOST_ROWS) as usize);
        BoardWindow {
            total,
            rows: window
                .map(|(named, known)| self.row(named, known))
                .collect(),
        }
    }

    /// Cases of a source that are not closed.
    pub(crate) fn n_active(&self, source: &SourceId) -> u32 {
        let active = self
            .sources
            .get(source)
            .into_iter()
            .flat_map(|source| source.cases.values());
        u32::try_from(
            active
                .filter(|known| known.case.status != CaseStatus::Closed)
                .count(),
        )
        .unwrap_or(u32::MAX)
    }

    pub(super) fn row(&self, named: &NamedSource, known: &MirrorCase) -> CaseRow {
        let case = &known.case;
        let reference = CaseRef {
            source: named.source.clone(),
            id: case.id.clone(),
        };
        let pending = self.pending(&reference).next().is_some();
        CaseRow {
            handle: self.handle(named, &case.id),
            deployment_name: named.deployment_name.clone(),
            space_name: visible(&named.space_name),
            title: visible(&case.title),
            status: self.status(named, known).to_owned(),
            severity: case.severity.to_string(),
            owner: case.owner.to_string(),
            tags: case.tags.iter().map(|tag| visible(tag)).collect(),
            assignees: case
                .assignees
                .iter()
                .map(|assignee| self.person_of(&assignee.uid))
                .collect(),
            n_alerts: case.total_alerts,
            n_comments: case.total_comments,
            created_at: case.created_at.to_string(),
            changed_at: case.updated_at.unwrap_or(case.created_at).to_string(),
            pending,
            case: reference,
        }
    }

    /// Short name of a case: its number, else the shortest prefix of its id that no other case of the source has.
    pub(crate) fn handle(&self, named: &NamedSource, id: &CaseId) -> String {
        let place = if named.has_siblings {
            format!("{}/{}", named.deployment_name, named.source.space)
        } else {
            named.deployment_name.clone()
        };
        let source = self.sources.get(&named.source);
        match source.and_then(|source| source.cases.get(id)?.case.incremental_id) {
            Some(number) => format!("{place}#{number}"),
            None => format!(
                "{place}~{}",
                source.map_or(id.as_str(), |source| source.short_id(id))
            ),
        }
    }

    fn cases_of<'a>(
        &'a self,
        sources: &'a [NamedSource],
    ) -> impl Iterator<Item = (&'a NamedSource, &'a MirrorCase)> {
        sources.iter().flat_map(|named| {
            let cases = self
                .sources
                .get(&named.source)
                .into_iter()
                .flat_map(|source| source.cases.values());
            cases.map(move |known| (named, known))
        })
    }

    /// The status on screen: ours while it is pending, else Kibana's.
    fn status<'a>(&'a self, named: &NamedSource, known: &'a MirrorCase) -> &'a str {
        if self.pending.is_empty() {
            return known.case.status.as_str();
        }
        let reference = CaseRef {
            source: named.source.clone(),
            id: known.case.id.clone(),
        };
        let ours = self
            .pending(&reference)
            .filter_map(|pending| match pending {
                Pending::Status(status) => Some(status.as_str()),
                Pending::Comment { .. } | Pending::Alerts => None,
            });
        ours.last().unwrap_or(known.case.status.as_str())
    }

    fn matches(&self, named: &NamedSource, known: &MirrorCase, words: &[String]) -> bool {
        if words.is_empty() {
            return true;
        }
        let case = &known.case;
        let handle = self.handle(named, &case.id);
        let text = [case.title.as_str(), case.id.as_str(), &handle]
            .into_iter()
            .chain(case.tags.iter().map(String::as_str));
        let text = text.collect::<Vec<_>>().join("\n").to_lowercase();
        words.iter().all(|word| text.contains(word))
    }

    fn person_of(&self, uid: &str) -> Person {
        Person {
            name: Some(visible(self.people.get(uid).map_or(uid, String::as_str))),
        }
    }
}

impl SourceMirror {
    fn short_id<'a>(&self, id: &'a CaseId) -> &'a str {
        let neighbours = [
            self.cases.range(..id).next_back(),
            self.cases.range(id..).nth(1),
        ];
        let shared = neighbours
            .into_iter()
            .flatten()
            .map(|(other, _)| shared_prefix(id.as_str(), other.as_str()))
            .max()
            .unwrap_or(0);
        id.as_str()
            .get(..(shared + 1).max(SHORTEST_PREFIX))
            .unwrap_or(id.as_str())
    }
}

impl NewStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in-progress",
            Self::Closed => "closed",
        }
    }
}

const UNKNOWN: u8 = 2;

/// Columns in the order of the screen: unknown statuses stand before closed.
fn column_key(status: &str) -> (u8, String) {
    let order = match status {
        "open" => 0,
        "in-progress" => 1,
        "closed" => 3,
        _ => UNKNOWN,
    };
    (order, status.to_owned())
}

fn column(status: String, read_only: bool, severities: SeverityCounts) -> Column {
    let SeverityCounts {
        critical,
        high,
        medium,
        low,
        unknown,
    } = &severities;
    Column {
        total: critical + high + medium + low + unknown,
        status,
        severities,
        read_only,
    }
}

fn of<'a>(counts: &'a mut SeverityCounts, severity: &CaseSeverity) -> &'a mut u32 {
    match severity {
        CaseSeverity::Critical => &mut counts.critical,
        CaseSeverity::High => &mut counts.high,
        CaseSeverity::Medium => &mut counts.medium,
        CaseSeverity::Low => &mut counts.low,
        CaseSeverity::Other(_) => &mut counts.unknown,
    }
}

fn severity_rank(severity: &CaseSeverity) -> u8 {
    match severity {
        CaseSeverity::Critical => 0,
        CaseSeverity::High => 1,
        CaseSeverity::Medium => 2,
        CaseSeverity::Low => 3,
        CaseSeverity::Other(_) => 4,
    }
}

fn words(query: &BoardQuery) -> Vec<String> {
    query
        .text
        .split_whitespace()
        .map(str::to_lowercase)
        .collect()
}

fn shared_prefix(one: &str, other: &str) -> usize {
    one.bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cache::tests::{case, source};

    fn named(space: &str) -> NamedSource {
        NamedSource {
            source: source(space),
            deployment_name: "PROD".to_owned(),
            space_name: space.to_uppercase(),
            has_siblings: true,
        }
    }

    fn mirror() -> Mirror {
        let mut mirror = Mirror::default();
        let read = mirror.begin();
        let mut put =
            |space: &str, id: &str, more| mirror.put(&source(space), case(id, more), read);
        put(
            "soc",
            "76e195a1",
            json!({"severity": "low", "title": "DLL sideloading on web-07", "tags": ["T1574.002"]}),
        );
        put("soc", "76e195a2", json!({"severity": "critical"}));
        put(
            "soc",
            "91d0c3b4",
            json!({"severity": "critical", "updated_at": "2026-11-23T12:00:00.000Z", "incremental_id": 42}),
        );
        put(
            "ot",
            "a0000000",
            json!({"status": "on-hold", "severity": "odd"}),
        );
        put("ot", "b0000000", json!({"status": "closed"}));
        put("hidden", "c0000000", json!({}));
        mirror
    }

    fn ids(window: &BoardWindow) -> Vec<&str> {
        window.rows.iter().map(|row| row.case.id.as_str()).collect()
    }

    #[test]
    fn an_unknown_status_is_a_read_only_column_before_closed() {
        let board = mirror().board(&[named("soc"), named("ot")], &BoardQuery::default());
        let columns: Vec<_> = board
            .columns
            .iter()
            .map(|column| (column.status.as_str(), column.total, column.read_only))
            .collect();
        assert_eq!(
            columns,
            [
                ("open", 3, false),
                ("in-progress", 0, false),
                ("on-hold", 1, true),
                ("closed", 1, false)
            ]
        );
        assert_eq!(
            (
                board.n_cases,
                board.n_known,
                board.columns[2].severities.unknown
            ),
            (5, 5, 1)
        );
    }

    #[test]
    fn a_window_is_ordered_by_severity_then_change_and_never_larger_than_asked() {
        let mirror = mirror();
        let sources = [named("soc"), named("ot")];
        let all = mirror.board_window(&sources, &BoardQuery::default(), "open", 0, 100);
        assert_eq!(ids(&all), ["91d0c3b4", "76e195a2", "76e195a1"]);
        let second = mirror.board_window(&sources, &BoardQuery::default(), "open", 1, 1);
        assert_eq!((ids(&second), second.total), (vec!["76e195a2"], 3));
    }

    #[test]
    fn words_are_looked_for_in_title_tags_handle_and_id() {
        let mirror = mirror();
        let find = |text: &str| {
            mirror
                .board(
                    &[named("soc"), named("ot")],
                    &BoardQuery {
                        text: text.to_owned(),
                    },
                )
                .n_cases
        };
        assert_eq!(
            [
                find("WEB-07 dll"),
                find("t1574"),
                find("prod/soc#42"),
                find("76e195a2"),
                find("dll nothing")
            ],
            [1, 1, 1, 1, 0]
        );
    }

    #[test]
    fn a_handle_is_the_number_else_the_shortest_unique_prefix() {
        let mirror = mirror();
        let handle = |id: &str| mirror.handle(&named("soc"), &id.parse().unwrap());
        assert_eq!(handle("91d0c3b4"), "PROD/soc#42");
        assert_eq!(
            handle("76e195a1"),
            "PROD/soc~76e195a1",
            "its neighbour shares seven characters"
        );
        let alone = NamedSource {
            has_siblings: false,
            ..named("ot")
        };
        assert_eq!(
            mirror.handle(&alone, &"a0000000".parse().unwrap()),
            "PROD~a00000"
        );
    }

    #[test]
    fn a_pending_status_moves_the_card_and_marks_it() {
        let mut mirror = mirror();
        let reference = CaseRef {
            source: source("soc"),
            id: "91d0c3b4".parse().unwrap(),
        };
        let id = mirror.add_pending(&reference, Pending::Status(NewStatus::InProgress));
        let window = mirror.board_window(
            &[named("soc")],
            &BoardQuery::default(),
            "in-progress",
            0,
            10,
        );
        assert_eq!(
            (ids(&window), window.rows[0].pending),
            (vec!["91d0c3b4"], true)
        );
        mirror.remove_pending(&reference, id);
        let window = mirror.board_window(&[named("soc")], &BoardQuery::default(), "open", 0, 10);
        assert_eq!(
            (window.total, window.rows[0].pending),
            (3, false),
            "refused or confirmed, the mark goes"
        );
    }
}

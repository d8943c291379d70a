//! Which cases alerts may belong to (`ux.md` §8.5): a score, the two strongest reasons, and what a new case would begin with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use kibana_cases::{AlertHit, CaseId};

use super::summary;
use crate::{
    cache::{NearCase, Shared, techniques},
    plain::visible,
    view::{AlertSummary, CaseDraft, Reason},
};

/// Below this a new case comes first.
pub(crate) const LIKELY: i32 = 4;
/// Cases that are suggested.
const MOST: usize = 10;
const REASONS: usize = 2;
/// Lines of the description of a new case.
const MOST_LINES: usize = 20;
/// Kibana takes titles of 160 UTF-16 units.
const LONGEST_TITLE: usize = 160;
/// Kibana takes tags of 256 UTF-16 units.
const LONGEST_TAG: usize = 256;
/// Tags that a new case begins with; more would hide the case.
const MOST_TAGS: usize = 10;
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];

/// A case, and how likely it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ranked {
    pub(crate) id: CaseId,
    pub(crate) score: i32,
    pub(crate) reasons: Vec<Reason>,
}

/// The likeliest cases first; of equally likely ones the one that was changed last. `me` is whoever asks, where that is known.
pub(crate) fn rank(near: Vec<NearCase>, me: Option<&str>, now: Timestamp) -> Vec<Ranked> {
    let mut ranked: Vec<_> = near
        .into_iter()
        .map(|case| (case.changed_at, one(case, me, now)))
        .collect();
    ranked.sort_by(|(left_at, left), (right_at, right)| {
        (right.score, right_at, &left.id).cmp(&(left.score, left_at, &right.id))
    });
    let ranked = ranked.into_iter().map(|(_, ranked)| ranked);
    ranked
        .filter(|ranked| ranked.score > 0)
        .take(MOST)
        .collect()
}

fn one(case: NearCase, me: Option<&str>, now: Timestamp) -> Ranked {
    let NearCase {
        id,
        status,
        assignees,
        changed_at,
        shared,
    } = case;
    let Shared {
        n_alerts,
        hosts,
        users,
        rules,
        observables,
    } = shared;
    let first = |values: BTreeSet<String>| values.into_iter().next().map(|value| visible(&value));
    let is_mine = me.is_some_and(|me| assignees.iter().any(|uid| uid == me));
    let weighed = [
        (
            5,
            (n_alerts > 0).then_some(Reason::HoldsAlerts { n: n_alerts }),
        ),
        (
            4,
            first(observables).map(|value| Reason::SameObservable { value }),
        ),
        (-4, (status == "closed").then_some(Reason::Closed)),
        (3, first(hosts).map(|host| Reason::SameHost { host })),
        (3, first(users).map(|user| Reason::SameUser { user })),
        (2, first(rules).map(|rule| Reason::SameRule { rule })),
        recent(changed_at, now),
        (1, is_mine.then_some(Reason::Yours)),
        (1, (status == "in-progress").then_some(Reason::InProgress)),
    ];
    let mut reasons: Vec<_> = weighed
        .into_iter()
        .filter_map(|(weight, reason)| Some((weight, reason?)))
        .collect();
    let score = reasons.iter().map(|(weight, _)| weight).sum();
    // The strongest, and of these what speaks for it first.
    reasons.sort_by_key(|(weight, _): &(i32, _)| -weight.abs());
    reasons.truncate(REASONS);
    reasons.sort_by_key(|(weight, _)| *weight < 0);
    Ranked {
        id,
        score,
        reasons: reasons.into_iter().map(|(_, reason)| reason).collect(),
    }
}

fn recent(changed_at: Timestamp, now: Timestamp) -> (i32, Option<Reason>) {
    let ago = now.duration_since(changed_at).max(SignedDuration::ZERO);
    let minutes = u32::try_from(ago.as_mins()).unwrap_or(u32::MAX);
    let weight = if ago < SignedDuration::from_hours(24) {
        2
    } else if ago < SignedDuration::from_hours(7 * 24) {
        1
    } else {
        return (0, None);
    };
    (weight, Some(Reason::Recent { minutes }))
}

/// What a new case with these alerts begins with.
pub(crate) fn draft(hits: &[AlertHit]) -> CaseDraft {
    let summaries: Vec<_> = hits.iter().map(summary).collect();
    let mut lines: BTreeMap<_, usize> = BTreeMap::new();
    for summary in &summaries {
        let AlertSummary {
            rule_name,
            host,
            user,
            ..
        } = summary;
        *lines.entry((rule_name, host, user)).or_default() += 1;
    }
    let worst = |summary: &AlertSummary| {
        let severity = summary.severity.as_deref()?;
        SEVERITIES.iter().position(|known| *known == severity)
    };
    let severity = summaries.iter().filter_map(worst).max().unwrap_or_default();
    let n_more = lines.len().saturating_sub(MOST_LINES);
    let mut description: Vec<_> = lines
        .iter()
        .take(MOST_LINES)
        .map(|((rule, host, user), n)| line(rule.as_deref(), host.as_deref(), user.as_deref(), *n))
        .collect();
    if n_more > 0 {
        description.push(format!("- and {n_more} more"));
    }
    CaseDraft {
        title: title(&summaries),
        description: description.join("\n"),
        severity: SEVERITIES
            .get(severity)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        tags: tags(hits, &summaries),
    }
}

/// `rule:Malware prevention`, `T1059`.
fn tags(hits: &[AlertHit], summaries: &[AlertSummary]) -> Vec<String> {
    let rules: BTreeSet<_> = summaries
        .iter()
        .filter_map(|one| one.rule_name.as_deref())
        .collect();
    let rule = rules.first().filter(|_| rules.len() == 1);
    let techniques: BTreeSet<_> = hits.iter().flat_map(techniques).collect();
    let tags = rule.map(|rule| format!("rule:{rule}")).into_iter();
    tags.chain(techniques)
        .filter(|tag| tag.encode_utf16().count() <= LONGEST_TAG)
        .take(MOST_TAGS)
        .collect()
}

/// `Malware prevention on web-07`, `Malware prevention and 2 more on 3 hosts`.
fn title(summaries: &[AlertSummary]) -> String {
    let rules: BTreeSet<_> = summaries
        .iter()
        .filter_map(|one| one.rule_name.as_deref())
        .collect();
    let hosts: BTreeSet<_> = summaries
        .iter()
        .filter_map(|one| one.host.as_deref())
        .collect();
    let first = |set: &BTreeSet<&str>| set.first().copied().unwrap_or_default().to_owned();
    let what = match rules.len() {
        0 => "Alerts".to_owned(),
        1 => first(&rules),
        n => format!("{} and {} more", first(&rules), n - 1),
    };
    let place = match hosts.len() {
        0 => String::new(),
        1 => format!(" on {}", first(&hosts)),
        n => format!(" on {n} hosts"),
    };
    let title = what + &place;
    let mut n_units = 0;
    let kept = title.chars().take_while(|c| {
        n_units += c.len_utf16();
        n_units <= LONGEST_TITLE
    });
    kept.collect()
}

/// Foreign text stands as code, so that none of it becomes markup.
fn line(rule: Option<&str>, host: Option<&str>, user: Option<&str>, n: usize) -> String {
    let code = |text: &str| format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "));
    let rule = rule.map_or_else(|| "no rule".to_owned(), code);
    let host = host.map_or_else(String::new, |host| format!(" on {}", code(host)));
    let user = user.map_or_else(String::new, |user| format!(", {}", code(user)));
    let n = if n > 1 {
        format!(": {n} alerts")
    } else {
        String::new()
    };
    format!("- {rule}{host}{user}{n}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-11-23T12:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    /// Open, not assigned, changed long ago.
    fn near(id: &str, shared: Shared) -> NearCase {
        NearCase {
            id: id.parse().unwrap(),
            status: "open".to_owned(),
            assignees: vec![],
            changed_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            shared,
        }
    }

    fn set(values: &[&str]) -> BTreeSet<String> {
        values.iter().map(|&value| value.to_owned()).collect()
    }

    fn host() -> Shared {
        Shared {
            hosts: set(&["web-07"]),
            ..Shared::default()
        }
    }

    fn shown(ranked: &[Ranked]) -> Vec<String> {
        let words = |one: &Ranked| {
            one.reasons
                .iter()
                .map(Reason::words)
                .collect::<Vec<_>>()
                .join(" · ")
        };
        let lines = ranked.iter();
        lines
            .map(|one| format!("{} {} {}", one.id, one.score, words(one)))
            .collect()
    }

    #[test]
    fn every_likeness_counts_as_the_guide_says() {
        let hours_ago = |hours| now() - SignedDuration::from_hours(hours);
        let table: [(i32, &str, NearCase); 11] = [
            (
                5,
                "holds 3 of them",
                near(
                    "a",
                    Shared {
                        n_alerts: 3,
                        ..Shared::default()
                    },
                ),
            ),
            (
                4,
                "same observable 10.0.0.1",
                near(
                    "a",
                    Shared {
                        observables: set(&["10.0.0.1"]),
                        ..Shared::default()
                    },
                ),
            ),
            (3, "same host web-07", near("a", host())),
            (
                3,
                "same user maya",
                near(
                    "a",
                    Shared {
                        users: set(&["maya"]),
                        ..Shared::default()
                    },
                ),
            ),
            (
                2,
                "same rule r",
                near(
                    "a",
                    Shared {
                        rules: set(&["r"]),
                        ..Shared::default()
                    },
                ),
            ),
            (
                5,
                "same host web-07 · changed 9 min ago",
                NearCase {
                    changed_at: now() - SignedDuration::from_mins(9),
                    ..near("a", host())
                },
            ),
            (
                5,
                "same host web-07 · changed 23 h ago",
                NearCase {
                    changed_at: hours_ago(23),
                    ..near("a", host())
                },
            ),
            (
                4,
                "same host web-07 · changed 6 d ago",
                NearCase {
                    changed_at: hours_ago(6 * 24),
                    ..near("a", host())
                },
            ),
            (
                3,
                "same host web-07",
                NearCase {
                    changed_at: hours_ago(7 * 24),
                    ..near("a", host())
                },
            ),
            (
                4,
                "same host web-07 · assigned to you",
                NearCase {
                    assignees: vec!["u_1".to_owned()],
                    ..near("a", host())
                },
            ),
            (
                4,
                "same host web-07 · in progress",
                NearCase {
                    status: "in-progress".to_owned(),
                    ..near("a", host())
                },
            ),
        ];
        for (score, words, case) in table {
            assert_eq!(
                shown(&rank(vec![case], Some("u_1"), now())),
                [format!("a {score} {words}")]
            );
        }
    }

    #[test]
    fn the_likeliest_comes_first_and_what_speaks_against_it_is_told() {
        let both = Shared {
            rules: set(&["r"]),
            ..host()
        };
        let closed = NearCase {
            status: "closed".to_owned(),
            ..near("closed", both.clone())
        };
        let newer = NearCase {
            changed_at: "2026-02-01T00:00:00Z".parse().unwrap(),
            ..near("newer", host())
        };
        let unlikely = NearCase {
            status: "closed".to_owned(),
            ..near("unlikely", host())
        };
        let near = vec![
            near("older", host()),
            closed,
            near("both", both),
            newer,
            unlikely,
        ];
        assert_eq!(
            shown(&rank(near, None, now())),
            [
                "both 5 same host web-07 · same rule r",
                "newer 3 same host web-07",
                "older 3 same host web-07",
                "closed 1 same host web-07 · reopen needed",
            ]
        );
    }

    #[test]
    fn a_new_case_begins_with_what_the_alerts_say() {
        let hit = |rule: &str, host: &str, severity: &str| {
            let source = json!({"kibana.alert.rule.name": rule, "host.name": host, "kibana.alert.severity": severity,
                "kibana.alert.rule.threat": [{"technique": [{"id": "T1059", "subtechnique": [{"id": "T1059.001"}]}]}]});
            serde_json::from_value::<AlertHit>(
                json!({"_id": "a", "_index": "i", "_source": source}),
            )
            .unwrap()
        };
        let one = draft(&[
            hit("Malware", "web-07", "high"),
            hit("Malware", "web-07", "low"),
        ]);
        assert_eq!(one.title, "Malware on web-07");
        assert_eq!(one.description, "- `Malware` on `web-07`: 2 alerts");
        assert_eq!(one.severity, "high");
        assert_eq!(one.tags, ["rule:Malware", "T1059", "T1059.001"]);
        let two = draft(&[
            hit("A `b`\n# c", "web-07", "odd"),
            hit("D", "web-08", "medium"),
        ]);
        assert_eq!(two.title, "A `b` # c and 1 more on 2 hosts");
        assert_eq!(
            two.tags,
            ["T1059", "T1059.001"],
            "of two rules none is named"
        );
        assert_eq!(
            two.description,
            "- `A 'b' # c` on `web-07`\n- `D` on `web-08`"
        );
        let long = draft(&[hit(&"ä".repeat(200), "web-07", "low")]);
        assert_eq!(long.title.chars().count(), LONGEST_TITLE);
        let many: Vec<_> = (0..30)
            .map(|n| hit("R", &format!("web-{n:02}"), "low"))
            .collect();
        assert!(draft(&many).description.ends_with("- and 10 more"));
        assert_eq!(draft(&[]).title, "Alerts");
    }
}

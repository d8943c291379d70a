//! Queries of the search language, asked of a mirror.

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::select};

use super::*;
use crate::{
    cache::board,
    search::Search,
    view::{CaseRow, ExactKind, GroupKey, Grouping, ListOrder, ListPart, MatchedIn},
};

const UUID: &str = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";

/// Three sources: `soc` and `ot` of PROD, and one that is not in use.
async fn filled() -> Mirror {
    let mirror = empty();
    for (space, id, more) in [
        (
            "soc",
            "dll-0001",
            json!({
                "title": "DLL sideloading on web-07", "description": "C:\\Windows\\Temp and more", "severity": "low",
                "tags": ["T1574.002", "Phish", "tlp:AMBER"], "incremental_id": 42, "category": "Malware",
                "assignees": [{"uid": "u_maya_0"}], "created_at": "2026-11-20T10:00:00.000Z",
                "updated_at": "2026-11-26T11:00:00.000Z", "totalAlerts": 1, "totalComment": 1,
                "created_by": {"username": "j.weber", "profile_uid": "u_jonas_0", "full_name": "Jonas Weber"},
            }),
        ),
        (
            "soc",
            "vpn-0002",
            json!({
                "title": "Brute force on vpn", "description": "many logins", "severity": "critical", "status": "in-progress",
                "totalAlerts": 120, "created_at": "2026-11-25T23:30:00.000Z",
                "customFields": [
                    {"key": "customer", "type": "text", "value": "Acme Corp"}, {"key": "score", "type": "number", "value": 7},
                    {"key": "paid", "type": "toggle", "value": true}, {"key": "none", "type": "text", "value": null},
                ],
            }),
        ),
        (
            "ot",
            UUID,
            json!({
                "title": "Beacon 🛡", "description": "seen", "severity": "high", "status": "closed", "owner": "observability",
                "closed_at": "2026-11-24T08:00:00.000Z", "tags": ["tlp:amber+strict"], "created_at": "2026-11-01T00:00:00.000Z",
                "observables": [{"id": "o-1", "typeKey": "observable-type-ipv4", "value": "198[.]51[.]100[.]7"}],
            }),
        ),
        (
            "ot",
            "odd-0004",
            json!({
                "title": "100% odd_name", "status": "On-Hold", "severity": "strange", "settings": {"syncAlerts": false},
                "created_at": "2026-11-26T11:30:00.000Z", "tags": ["mitre:TA0005"],
                "external_service": {"external_id": "abc", "external_title": "SIR-00123"},
            }),
        ),
        ("hidden", "hid-0005", json!({"title": "DLL vpn beacon odd"})),
    ] {
        put(&mirror, space, id, more).await;
    }
    let read = mirror.begin().await.unwrap();
    let case = told(&mirror, &reference("soc", "dll-0001")).await.unwrap();
    let details = details(
        "WzEsMV0=",
        &["isolated 203[.]0[.]113[.]9"],
        "2026-11-26T11:00:00Z",
    );
    mirror
        .put_details(&source("soc"), case, details, read)
        .await
        .unwrap();
    let read = mirror.begin().await.unwrap();
    let case = told(&mirror, &reference("soc", "vpn-0002")).await.unwrap();
    let others = [
        json!({"type": "event", "eventId": ["event-1", "event-2"], "index": ["i", "i"]}),
        json!({"type": "externalReference", "externalReferenceAttachmentTypeId": ".files", "externalReferenceId": "f"}),
        json!({"type": "externalReference", "externalReferenceAttachmentTypeId": ".other", "externalReferenceId": "o"}),
    ];
    let attachments = others.into_iter().enumerate().map(|(n, mut body)| {
        let common = json!({"id": format!("a-{n}"), "version": "v", "created_at": "2026-11-26T10:00:00.000Z", "created_by": {}});
        body.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    });
    let details = Details {
        attachments: attachments.collect(),
        alerts: Vec::new(),
        documents: HashMap::new(),
        ..super::details("WzEsMV0=", &[], "2026-11-26T11:00:00Z")
    };
    mirror
        .put_details(&source("soc"), case, details, read)
        .await
        .unwrap();
    let park = "INSERT INTO outbox (id, place, deployment, space, case_id, state, entry)
                VALUES ('1', 1, 'practice', 'ot', 'odd-0004', 'parked', '{}'), ('2', 2, 'practice', 'soc', 'dll-0001', 'confirmed', '{}')";
    mirror
        .database()
        .write(move |transaction| Ok(transaction.execute(park, [])?))
        .await
        .unwrap();
    mirror
}

fn asking() -> Asking {
    Asking {
        now: "2026-11-26T12:00:00Z".parse().unwrap(),
        me: HashMap::from([(DeploymentId::practice(), "u_maya_0".to_owned())]),
    }
}

fn in_use() -> Vec<NamedSource> {
    vec![named("soc"), named("ot")]
}

fn by(order: ListOrder) -> ListPart {
    ListPart {
        group: None,
        order,
        descending: false,
        offset: 0,
        limit: 100,
    }
}

/// The ids that a query finds, and what is told beside them.
async fn ask(mirror: &Mirror, query: &BoardQuery) -> (BTreeSet<String>, Board, Vec<CaseRow>) {
    let query = query.clone();
    let some = BoardRows {
        offsets: [("open".to_owned(), 1)].into(),
        limit: 3,
    };
    let board = mirror
        .board(in_use(), &query, &some, asking())
        .await
        .unwrap();
    for column in &board.columns {
        let part = Part {
            offset: u32::from(column.status == "open"),
            limit: 3,
        };
        let window = mirror
            .board_window(in_use(), &query, &column.status, part, asking())
            .await
            .unwrap();
        assert_eq!(
            (&window.rows, window.total),
            (&column.rows, column.total),
            "{query:?}"
        );
    }
    let rows = mirror
        .database()
        .read(move |connection| {
            let places = Places::find(connection, &in_use())?;
            let meaning = matching::meaning(connection, &places, &asking(), &query)?;
            board::list(
                connection,
                &in_use(),
                meaning.matching.as_ref(),
                &by(ListOrder::Number),
            )
        })
        .await
        .unwrap()
        .rows;
    let ids: BTreeSet<_> = rows.iter().map(|row| row.case.id.to_string()).collect();
    assert_eq!(ids.len(), rows.len(), "each case comes once");
    assert_eq!(board.n_cases as usize, ids.len(), "board and list agree");
    (ids, board, rows)
}

const DLL: &str = "dll-0001";
const VPN: &str = "vpn-0002";
const ODD: &str = "odd-0004";
const ALL: [&str; 4] = [DLL, VPN, UUID, ODD];

/// Queries, and the cases that they find.
const TABLE: &[(&str, &[&str])] = &[
    ("", &ALL),
    ("dll", &[DLL]),
    ("DLL web-07", &[DLL]),
    ("web-0", &[DLL]),
    ("\"web-0\"", &[]),
    ("web-0* dll", &[DLL]),
    ("\"sideloading on web\"", &[DLL]),
    ("\"web sideloading\"", &[]),
    ("windows\\temp", &[DLL]),
    ("🛡", &[UUID]),
    ("title:🛡", &[UUID]),
    ("desc:🛡", &[]),
    ("phish", &[DLL]),
    ("isolated", &[DLL]),
    ("203.0.113.9 x", &[]),
    ("comment:203.0.113.9", &[DLL]),
    ("text:203[.]0[.]113[.]9", &[DLL]),
    ("title:isolated", &[]),
    ("title:force OR desc:seen", &[VPN, UUID]),
    ("desc:none", &[ODD]),
    ("desc:*", &[DLL, VPN, UUID]),
    ("comment:none", &[VPN, UUID, ODD]),
    ("prevention", &[DLL]),
    ("dll-0001", &[DLL]),
    ("alert-1", &[DLL]),
    ("maya", &[DLL]),
    ("PROD/ot", &[UUID, ODD]),
    ("#42", &[DLL]),
    ("prod/soc#42", &[DLL]),
    ("PROD/ot#42", &[]),
    ("~6f1b3c", &[UUID]),
    ("prod/soc~6f1b3c", &[]),
    ("id:dll-0001", &[DLL]),
    ("id:DLL-0001", &[]),
    (UUID, &[UUID]),
    ("status:open", &[DLL]),
    ("status:on-hold,closed", &[UUID, ODD]),
    ("-status:on-hold", &[DLL, VPN, UUID]),
    ("is:open", &[DLL]),
    ("is:active", &[DLL, VPN, ODD]),
    ("is:closed", &[UUID]),
    ("is:mine", &[DLL]),
    ("-is:mine", &[VPN, UUID, ODD]),
    ("is:unassigned", &[VPN, UUID, ODD]),
    ("is:synced", &[DLL, VPN, UUID]),
    ("is:stale", &[UUID, ODD]),
    ("is:pending", &[]),
    ("is:closed,mine", &[DLL, UUID]),
    ("sev:high+", &[VPN, UUID]),
    ("sev:low", &[DLL]),
    ("-sev:low+", &[ODD]),
    ("assignee:me", &[DLL]),
    ("assignee:maya", &[DLL]),
    ("assignee:u_maya_0", &[DLL]),
    ("assignee:ma*", &[DLL]),
    ("assignee:may", &[]),
    ("assignee:none", &[VPN, UUID, ODD]),
    ("by:weber", &[DLL]),
    ("by:J.WEBER", &[DLL]),
    ("by:\"jonas w*\"", &[DLL]),
    ("by:none", &[VPN, UUID, ODD]),
    ("participant:maya", &[DLL]),
    ("tag:phish", &[DLL]),
    ("tag:mitre:*", &[ODD]),
    ("tag:none", &[VPN]),
    ("-tag:phish,tlp:*", &[VPN, ODD]),
    ("cat:malware", &[DLL]),
    ("cat:mal*", &[DLL]),
    ("cat:none", &[VPN, UUID, ODD]),
    ("owner:OBSERVABILITY", &[UUID]),
    ("deployment:prod", &ALL),
    ("deployment:acme", &[]),
    ("space:ot", &[UUID, ODD]),
    ("source:prod", &ALL),
    ("source:PROD/so*", &[DLL, VPN]),
    ("source:soc -is:open", &[VPN]),
    ("alert:alert-1", &[DLL]),
    ("alert:ALERT-1", &[]),
    ("alert:alert*", &[DLL]),
    ("alert:none", &[UUID, ODD]),
    ("host:WEB-07", &[DLL]),
    ("host:web*", &[DLL]),
    ("host:web", &[]),
    ("host:none", &[VPN, UUID, ODD]),
    ("rule:\"malware*\"", &[DLL]),
    ("ip:198.51.100.7", &[UUID]),
    ("obs:198[.]51[.]100[.]7", &[UUID]),
    ("obs:none", &[DLL, VPN, ODD]),
    ("198[.]51[.]100[.]7", &[UUID]),
    ("mitre:T1574", &[DLL]),
    ("mitre:T1574.002", &[DLL]),
    ("mitre:T1574.001", &[]),
    ("mitre:TA0005", &[ODD]),
    ("mitre:none", &[VPN, UUID]),
    ("tlp:amber", &[DLL]),
    ("tlp:amber+", &[DLL, UUID]),
    ("tlp:amber+strict", &[UUID]),
    ("tlp:none", &[VPN, ODD]),
    ("created:2026-11-25", &[VPN]),
    ("created:>2026-11-25", &[ODD]),
    ("created:2026-11-01..2026-11-20", &[DLL, UUID]),
    ("updated:<2h", &[DLL, ODD]),
    ("updated:>2h", &[VPN, UUID]),
    ("closed:2026-11-24T08:00Z", &[UUID]),
    ("closed:none", &[DLL, VPN, ODD]),
    ("-closed:<2026-11-25", &[DLL, VPN, ODD]),
    ("touched:now-1h..", &[DLL, ODD]),
    ("age:>24h", &[DLL, UUID]),
    ("age:12h", &[VPN]),
    ("idle:<=1h", &[DLL, ODD]),
    ("alerts:>100", &[VPN]),
    ("alerts:1..120", &[DLL, VPN]),
    ("alerts:none", &[UUID, ODD]),
    ("comments:0", &[VPN, UUID, ODD]),
    ("observables:*", &[UUID]),
    ("files:1", &[VPN]),
    ("files:none", &[DLL, UUID, ODD]),
    ("event:event-2", &[VPN]),
    ("event:ev*", &[VPN]),
    ("event:none", &[DLL, UUID, ODD]),
    ("is:failed", &[ODD]),
    ("field.customer:\"acme corp\"", &[VPN]),
    ("field.CUSTOMER:acme*", &[VPN]),
    ("field.score:>5", &[VPN]),
    ("field.score:7", &[VPN]),
    ("field.paid:true", &[VPN]),
    ("field.none:none", &ALL),
    ("field.customer:*", &[VPN]),
    ("ext:sir-00123", &[ODD]),
    ("ext:abc", &[ODD]),
    ("ext:none", &[DLL, VPN, UUID]),
    ("title:\"100%\"", &[ODD]),
    ("title:odd_name", &[ODD]),
    ("cat:%", &[]),
    ("(dll OR vpn) sev:high+", &[VPN]),
    ("-(dll OR vpn)", &[UUID, ODD]),
    ("-(is:open sev:low)", &[VPN, UUID, ODD]),
    // What cannot be read or asked for is left out, and never clears the result.
    ("sev:hgh", &ALL),
    ("is:watched dll", &[DLL]),
    ("-is:watched", &ALL),
    ("dll template:x", &[DLL]),
    ("\"", &ALL),
    ("dll OR AND (", &[DLL]),
    ("hots:web", &[]),
];

#[tokio::test]
async fn every_field_of_the_language_finds_what_it_names() {
    let mirror = filled().await;
    let mut wrong = Vec::new();
    for (words, expected) in TABLE {
        let (found, ..) = ask(&mirror, &text(words)).await;
        let expected: BTreeSet<_> = expected.iter().map(|id| (*id).to_owned()).collect();
        if found != expected {
            wrong.push(format!("{words}: {found:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn dates_are_in_the_zone_that_is_told() {
    let mirror = filled().await;
    let in_zone = |zone: &str| BoardQuery {
        zone: Some(zone.to_owned()),
        ..text("created:2026-11-26")
    };
    let (utc, ..) = ask(&mirror, &in_zone("UTC")).await;
    let (east, ..) = ask(&mirror, &in_zone("Etc/GMT-1")).await;
    assert_eq!(
        (utc.len(), east.len()),
        (1, 2),
        "23:30 is the next day there"
    );
    let (unknown, ..) = ask(&mirror, &in_zone("no/zone")).await;
    assert_eq!(unknown, utc);
}

#[tokio::test]
async fn one_thing_is_searched_exactly_first_and_as_text_on_demand() {
    let mirror = filled().await;
    put(
        &mirror,
        "soc",
        "tells-of-it",
        json!({"title": format!("like {UUID}"), "tags": [UUID]}),
    )
    .await;
    let (exactly, board, _) = ask(&mirror, &text(UUID)).await;
    assert_eq!(
        exactly,
        BTreeSet::from([UUID.to_owned(), "tells-of-it".to_owned()])
    );
    assert_eq!(board.search.exact, Some(ExactKind::Uuid));
    let link = format!("https://k.test/s/ot/app/security/cases/{UUID}");
    let (exactly, board, _) = ask(&mirror, &text(&link)).await;
    assert_eq!(
        (exactly, board.search.exact),
        (BTreeSet::from([UUID.to_owned()]), Some(ExactKind::CaseLink))
    );
    let words = BoardQuery {
        as_text: true,
        ..text(&link)
    };
    assert_eq!(
        ask(&mirror, &words).await.0,
        BTreeSet::new(),
        "nobody wrote the link anywhere"
    );
}

#[tokio::test]
async fn rows_tell_where_they_matched() {
    use MatchedIn as M;
    let mirror = filled().await;
    for (words, expected) in [
        ("dll", vec![M::Title]),
        ("isolated dll", vec![M::Title, M::Comment]),
        ("203[.]0[.]113[.]9", vec![M::Comment]),
        ("text:windows", vec![M::Description]),
        ("198.51.100.7", vec![M::Observable]),
        ("host:web-07", vec![M::Alert]),
        ("alert-1", vec![M::Alert]),
        ("dll-0001", vec![M::Id]),
        ("phish", vec![M::Tag]),
        ("#42", vec![]),
        ("title:web*", vec![M::Title]),
        ("web-07", vec![M::Title, M::Alert]),
        ("-isolated sev:critical", vec![]),
    ] {
        let (_, _, rows) = ask(&mirror, &text(words)).await;
        let places: Vec<_> = rows.into_iter().map(|row| row.matched_in).collect();
        assert_eq!(places, [expected], "{words}");
    }
}

#[tokio::test]
async fn what_a_search_could_have_missed_is_told() {
    let mirror = filled().await;
    for (words, expected) in [
        ("dll", vec!["PROD / OT"]),
        ("host:web-07 space:soc", vec!["PROD / OT"]),
        ("title:dll sev:high+", vec![]),
        ("", vec![]),
    ] {
        let (_, board, _) = ask(&mirror, &text(words)).await;
        let names: Vec<_> = board
            .search
            .incomplete
            .iter()
            .map(|source| source.name.as_str())
            .collect();
        assert_eq!(names, expected, "{words}");
    }
    let (_, board, _) = ask(&mirror, &text("dll")).await;
    assert_eq!(
        (
            board.search.incomplete[0].n_detailed,
            board.search.incomplete[0].n_cases
        ),
        (0, 2)
    );
}

#[tokio::test]
async fn problems_are_told_with_their_places() {
    let mirror = filled().await;
    for (words, expected) in [
        ("é hots:x", vec![(2, 6)]),
        ("is:watched sev:hgh", vec![(15, 18), (0, 10)]),
        ("dll", vec![]),
    ] {
        let (_, board, _) = ask(&mirror, &text(words)).await;
        let places: Vec<_> = board
            .search
            .problems
            .iter()
            .map(|problem| (problem.start, problem.end))
            .collect();
        assert_eq!(places, expected, "{words}");
    }
    let nobody = Asking {
        me: HashMap::new(),
        ..asking()
    };
    let board = mirror
        .board(in_use(), &text("is:mine"), &COUNTS, nobody)
        .await
        .unwrap();
    assert_eq!(
        (board.n_cases, board.search.problems.len()),
        (0, 1),
        "nobody knows who asks"
    );
}

#[tokio::test]
async fn groups_hold_what_they_count() {
    let mirror = filled().await;
    let some = |key: &str, total| (Some(key.to_owned()), total);
    let practice = |space: &str| format!("practice/{space}");
    for (grouping, words, expected) in [
        (
            Grouping::Status,
            "",
            vec![
                some("open", 1),
                some("in-progress", 1),
                some("On-Hold", 1),
                some("closed", 1),
            ],
        ),
        (
            Grouping::Severity,
            "",
            vec![
                some("critical", 1),
                some("high", 1),
                some("low", 1),
                some("strange", 1),
            ],
        ),
        (Grouping::Assignee, "", vec![some("u_maya_0", 1), (None, 3)]),
        (
            Grouping::Source,
            "is:active",
            vec![some(&practice("soc"), 2), some(&practice("ot"), 1)],
        ),
        (Grouping::Category, "", vec![some("Malware", 1), (None, 3)]),
        (
            Grouping::Tag,
            "tlp:amber+ OR vpn",
            vec![
                some("Phish", 1),
                some("T1574.002", 1),
                some("tlp:AMBER", 1),
                some("tlp:amber+strict", 1),
                (None, 1),
            ],
        ),
        (
            Grouping::Owner,
            "",
            vec![some("securitySolution", 3), some("observability", 1)],
        ),
        (Grouping::Owner, "title:nothing", vec![]),
    ] {
        let groups = mirror
            .groups(in_use(), &text(words), (grouping, 100), asking())
            .await
            .unwrap();
        let found: Vec<_> = groups
            .groups
            .iter()
            .map(|group| (group.key.clone(), group.total))
            .collect();
        assert_eq!(found, expected, "{grouping:?} {words}");
        for group in groups.groups {
            let list = ListPart {
                group: Some(GroupKey {
                    grouping,
                    key: group.key.clone(),
                }),
                ..by(ListOrder::Changed)
            };
            let window = mirror
                .list(in_use(), &text(words), &list, asking())
                .await
                .unwrap();
            assert_eq!(
                (window.total, window.rows.len()),
                (group.total, group.total as usize),
                "{:?}",
                group.key
            );
        }
    }
    let groups = mirror
        .groups(in_use(), &text("dll hots:x"), (Grouping::Tag, 2), asking())
        .await
        .unwrap();
    assert_eq!((groups.groups.len(), groups.search.problems.len()), (0, 1));
    let groups = mirror
        .groups(in_use(), &text("dll"), (Grouping::Tag, 2), asking())
        .await
        .unwrap();
    assert_eq!(
        (groups.groups.len(), groups.n_groups),
        (2, 3),
        "no more than were asked for"
    );
    let names = mirror
        .groups(in_use(), &text("dll"), (Grouping::Assignee, 9), asking())
        .await
        .unwrap();
    assert_eq!(names.groups[0].name.as_deref(), Some("Maya"));
}

/// Conditions that can be asked for, each of which holds for some of the cases.
fn conditions() -> impl Strategy<Value = String> {
    let leaves = select(vec![
        "dll",
        "vpn",
        "text:seen",
        "desc:none",
        "comment:*",
        "sev:high+",
        "status:open",
        "closed:<2026-11-25",
        "closed:none",
        "host:none",
        "assignee:me",
        "tag:phish",
        "alerts:>1",
        "cat:malware",
        "cat:none",
        "space:ot",
        "mitre:*",
        "field.score:>5",
        "ext:none",
        "updated:<2h",
        "#42",
        "is:synced",
        "🛡",
        "observables:0",
        "by:weber",
        "deployment:acme",
    ])
    .prop_map(str::to_owned);
    leaves.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} {other})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} OR {other})")),
            inner.prop_map(|one| format!("-({one})")),
        ]
    })
}

#[test]
fn and_or_and_not_are_those_of_sets() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mirror = runtime.block_on(filled());
    let found = |words: &str| runtime.block_on(ask(&mirror, &text(words))).0;
    let all = found("");
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&(conditions(), conditions()), |(one, other)| {
            let (a, b) = (found(&format!("({one})")), found(&format!("({other})")));
            let both: BTreeSet<_> = a.intersection(&b).cloned().collect();
            let either: BTreeSet<_> = a.union(&b).cloned().collect();
            let neither: BTreeSet<_> = all.difference(&either).cloned().collect();
            prop_assert_eq!(found(&format!("({one}) ({other})")), both);
            prop_assert_eq!(found(&format!("({one}) OR ({other})")), either);
            prop_assert_eq!(found(&format!("-({one}) -({other})")), neither);
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_text_makes_a_statement_that_the_database_refuses() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mirror = runtime.block_on(filled());
    let pieces = select(vec![
        " ",
        " ",
        " ",
        "(",
        ")",
        "\"",
        "-",
        ",",
        ":",
        "*",
        "'",
        ";",
        "--",
        "%",
        "_",
        "\\",
        "{",
        "}",
        "^",
        "+",
        "\0",
        "é",
        "🛡",
        " OR ",
        " NOT ",
        "NEAR",
        "title:",
        "host:",
        "tag:",
        "any:",
        "id:",
        "#42",
        "alert:",
        "event:",
        "field.x:",
        "field.\"'\":",
        "created:",
        "2026-11-23",
        "<2h",
        "age:",
        "alerts:",
        ">5",
        "5..7",
        "is:",
        "mine",
        "synced",
        "tlp:",
        "red+",
        "mitre:",
        "T1574",
        "source:",
        "PROD/soc",
        "none",
        "me",
        "assignee:",
        "cat:",
        "ext:",
        "files:",
        "web-07",
        "AND",
        "\"\"",
        "dll",
    ]);
    let texts = prop_oneof![
        3 => prop::collection::vec(pieces, 0..16).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&texts, |words| {
            runtime.block_on(ask(&mirror, &text(&words)));
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn the_largest_queries_of_the_language_are_answered() {
    let mirror = filled().await;
    let many = |word: &str, joint: &str| vec![word; 1000].join(joint);
    for words in [
        many("dll", " "),
        many("dll", " OR "),
        many("alerts:1", " "),
        many("alerts:1", " OR "),
        many("host:web-07", " OR "),
        many("-host:web-08", " "),
        format!("host:{}", many("web-07", ",")),
        format!("any:{}", many("dll", ",")),
        format!("tag:{}", many("phi*", ",")),
        format!("assignee:{}", many("maya", ",")),
        format!("alerts:{}", many("1", ",")),
        format!("{}dll{}", "-(alerts:7 OR ".repeat(32), ")".repeat(32)),
        format!("{}dll{}", "(-vpn (beacon OR ".repeat(16), "))".repeat(16)),
    ] {
        let (found, ..) = ask(&mirror, &text(&words)).await;
        let start: String = words.chars().take(20).collect();
        assert!(Search::read(&words).problems.is_empty(), "{start}");
        assert!(found.contains("dll-0001"), "{start}: {found:?}");
    }
}

#[tokio::test]
async fn what_others_changed_since_somebody_looked_is_unread() {
    let mirror = empty();
    let person = |uid: &str| json!({"username": "x", "profile_uid": uid});
    for (id, more) in [
        ("new-0001", json!({"created_by": person("u_jonas_0")})),
        ("own-0002", json!({"created_by": person("u_maya_0")})),
        (
            "mine-003",
            json!({"created_by": person("u_jonas_0"), "updated_at": "2026-11-23T11:00:00.000Z", "updated_by": person("u_maya_0")}),
        ),
        (
            "changed4",
            json!({"created_by": person("u_maya_0"), "updated_at": "2026-11-23T11:00:00.123Z", "updated_by": person("u_jonas_0")}),
        ),
        (
            "closed-5",
            json!({"status": "closed", "created_by": person("u_jonas_0")}),
        ),
        ("nobody-6", json!({})),
    ] {
        put(&mirror, "soc", id, more).await;
    }
    let named = NamedSource {
        me: Some("u_maya_0".to_owned()),
        ..named("soc")
    };
    let unread = async || {
        let list = by(ListOrder::Number);
        let query = text("is:unread");
        let found = mirror
            .list(vec![named.clone()], &query, &list, asking())
            .await
            .unwrap();
        let all = mirror
            .list(vec![named.clone()], &text(""), &list, asking())
            .await
            .unwrap();
        let ids = |rows: &[CaseRow]| -> BTreeSet<String> {
            rows.iter().map(|row| row.case.id.to_string()).collect()
        };
        let flagged: Vec<_> = all.rows.into_iter().filter(|row| row.unread).collect();
        assert_eq!(ids(&found.rows), ids(&flagged), "search and flag agree");
        ids(&found.rows)
    };
    let set =
        |ids: &[&str]| -> BTreeSet<String> { ids.iter().map(|id| (*id).to_owned()).collect() };
    assert_eq!(
        unread().await,
        set(&["new-0001", "changed4", "nobody-6"]),
        "what one changed or wrote oneself is none of it, and neither is what was closed before"
    );
    for (id, at, left) in [
        (
            "changed4",
            "2026-11-23T11:00:00.122Z",
            set(&["new-0001", "changed4", "nobody-6"]),
        ),
        (
            "changed4",
            "2026-11-23T11:00:00.123Z",
            set(&["new-0001", "nobody-6"]),
        ),
        ("new-0001", "2026-11-23T12:00:00Z", set(&["nobody-6"])),
    ] {
        let case = reference("soc", id);
        let at = at.parse().unwrap();
        mirror
            .database()
            .write(move |transaction| mine::look_at(transaction, &case, at))
            .await
            .unwrap();
        assert_eq!(unread().await, left, "{id} was looked at until {at}");
    }
}

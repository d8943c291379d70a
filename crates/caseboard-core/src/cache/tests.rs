use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::id::{DeploymentId, EntryId};

mod plan;
mod searching;

pub(crate) fn source(space: &str) -> SourceId {
    SourceId {
        deployment: DeploymentId::practice(),
        space: space.parse().unwrap(),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is written with `json!` at every call"
)]
pub(crate) fn case(id: &str, more: Value) -> Case {
    let mut body = json!({
        "id": id, "version": "WzEsMV0=", "owner": "securitySolution", "title": id, "description": "", "tags": [], "status": "open",
        "connector": {}, "settings": {"syncAlerts": true}, "created_at": "2026-11-23T10:00:00.000Z", "created_by": {},
        "totalComment": 0, "totalAlerts": 0,
    });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    serde_json::from_value(body).unwrap()
}

pub(crate) fn named(space: &str) -> NamedSource {
    NamedSource {
        source: source(space),
        deployment_name: "PROD".to_owned(),
        space_name: space.to_uppercase(),
        me: None,
        has_siblings: true,
    }
}

fn reference(space: &str, id: &str) -> CaseRef {
    CaseRef {
        source: source(space),
        id: id.parse().unwrap(),
    }
}

/// A board without cards.
const COUNTS: BoardRows = BoardRows {
    offsets: BTreeMap::new(),
    limit: 0,
};

fn text(text: &str) -> BoardQuery {
    BoardQuery {
        text: text.to_owned(),
        ..BoardQuery::default()
    }
}

pub(crate) fn empty() -> Mirror {
    Mirror::new(Database::in_memory(migrations(), crate::outbox::SALVAGE).unwrap())
}

pub(crate) async fn put(mirror: &Mirror, space: &str, id: &str, more: Value) {
    let read = mirror.begin().await.unwrap();
    mirror
        .put(&source(space), vec![case(id, more)], read)
        .await
        .unwrap();
}

pub(crate) async fn mirror() -> Mirror {
    let mirror = empty();
    for (space, id, more) in [
        (
            "soc",
            "76e195a1",
            json!({"severity": "low", "title": "DLL sideloading on web-07", "tags": ["T1574.002"]}),
        ),
        ("soc", "76e195a2", json!({"severity": "critical"})),
        (
            "soc",
            "91d0c3b4",
            json!({"severity": "critical", "updated_at": "2026-11-23T12:00:00.000Z", "incremental_id": 42}),
        ),
        (
            "ot",
            "a0000000",
            json!({"status": "on-hold", "severity": "odd"}),
        ),
        ("ot", "b0000000", json!({"status": "closed"})),
        ("hidden", "c0000000", json!({})),
    ] {
        put(&mirror, space, id, more).await;
    }
    mirror
}

async fn window(
    mirror: &Mirror,
    spaces: &[&str],
    query: &BoardQuery,
    column: &str,
    part: (u32, u32),
) -> BoardWindow {
    let sources = spaces.iter().map(|space| named(space)).collect();
    let part = Part {
        offset: part.0,
        limit: part.1,
    };
    mirror
        .board_window(sources, query, column, part, Asking::default())
        .await
        .unwrap()
}

fn ids(window: &BoardWindow) -> Vec<&str> {
    window.rows.iter().map(|row| row.case.id.as_str()).collect()
}

fn details(version: &str, comments: &[&str], at: &str) -> Details {
    let comments = comments.iter().enumerate().map(|(n, text)| {
        serde_json::from_value(json!({
            "id": format!("comment-{n}"), "version": "WzEsMV0=", "type": "user", "comment": text,
            "created_at": "2026-11-23T10:00:00.000Z", "created_by": {"username": "maya", "profile_uid": "u_maya_0", "full_name": "Maya"},
        }))
        .unwrap()
    });
    let hit: AlertHit = serde_json::from_value(
        json!({"_id": "alert-1", "_index": ".alerts", "_source": {"host.name": "WEB-07", "kibana.alert.rule.name": "Malware prevention"}}),
    )
    .unwrap();
    Details {
        version: version.parse().unwrap(),
        attachments: comments.collect(),
        alerts: vec![(
            kibana_cases::AttachedAlert {
                id: hit.id.clone(),
                index: ".alerts".to_owned(),
            },
            "2026-11-23T10:00:00Z".parse().unwrap(),
        )],
        documents: HashMap::from([(hit.id.clone(), hit)]),
        history: Vec::new(),
        read_at: at.parse().unwrap(),
    }
}

/// A case as Kibana last told it.
pub(crate) async fn told(mirror: &Mirror, case: &CaseRef) -> Option<Case> {
    let case = case.clone();
    let told = mirror.database().read(move |connection| {
        let key = cases::key(connection, &case)?;
        key.map(|key| cases::told(connection, key)).transpose()
    });
    told.await.unwrap()
}

/// Lays an unconfirmed change over a case.
async fn pend(mirror: &Mirror, case: &CaseRef, patch: Value, comment: Option<&str>) -> PendingId {
    let id = PendingId::of_entry(&EntryId::new());
    let pending = Pending {
        id,
        patch,
        comment: comment.map(str::to_owned),
        at: Timestamp::UNIX_EPOCH,
    };
    let case = case.clone();
    let put = mirror
        .database()
        .write(move |transaction| put_pending(transaction, &case, &pending));
    put.await.unwrap();
    id
}

async fn confirm(mirror: &Mirror, id: PendingId) {
    let removed = mirror
        .database()
        .write(move |transaction| remove_pending(transaction, id));
    removed.await.unwrap();
}

#[tokio::test]
async fn an_older_answer_never_replaces_a_newer_one() {
    let mirror = empty();
    put(&mirror, "soc", "b", json!({})).await;
    let slow = mirror.begin().await.unwrap();
    let closed = case("a", json!({"status": "closed"}));
    mirror.put_confirmed(&source("soc"), closed).await.unwrap();
    let open = vec![case("a", json!({"status": "open"}))];
    let taken_in = mirror.put(&source("soc"), open, slow).await.unwrap();
    assert_eq!(
        taken_in.n_changed, 0,
        "the slow reading began before the write was confirmed"
    );
    let known = told(&mirror, &reference("soc", "a")).await.unwrap();
    assert_eq!(known.status.as_str(), "closed");
}

#[tokio::test]
async fn a_listing_that_falls_behind_again_takes_nothing_back() {
    let mirror = mirror().await;
    let case_of = |title: &str, at: &str| {
        case(
            "91d0c3b4",
            json!({"title": title, "updated_at": at, "version": title}),
        )
    };
    let (old, new) = ("2026-11-23T12:30:00.000Z", "2026-11-23T12:31:00.000Z");
    let reference = reference("soc", "91d0c3b4");
    let known = async || told(&mirror, &reference).await.unwrap().title;
    let in_full = async || {
        let wanting = mirror.without_details(vec![source("soc")], 9).await;
        !wanting.unwrap().contains(&reference)
    };
    for (title, at) in [("old", old), ("new", new)] {
        let read = mirror.begin().await.unwrap();
        let listed = vec![case_of(title, at)];
        let taken_in = mirror.put(&source("soc"), listed, read).await.unwrap();
        assert_eq!(taken_in.n_changed, 1, "{title}");
    }
    let read_it = async |title: &str, at: &str| {
        let read = mirror.begin().await.unwrap();
        let details = details(title, &[], at);
        let case = case_of(title, at);
        let put = mirror.put_details(&reference.source, case, details, read);
        put.await.unwrap();
    };
    read_it("new", new).await;
    // However long ago it was that the new one was seen.
    let again = Mirror::new(mirror.database().clone());
    let read = again.begin().await.unwrap();
    let listed = vec![case_of("old", old)];
    let taken_in = again.put(&source("soc"), listed, read).await.unwrap();
    assert_eq!(taken_in.n_changed, 0);
    assert_eq!(known().await, "new", "it did not go back");
    assert!(!in_full().await, "the case itself is asked");
    // It was put back in Kibana.
    read_it("old", old).await;
    assert_eq!(known().await, "old");
    assert!(in_full().await);
}

#[tokio::test(start_paused = true)]
async fn a_case_that_we_deleted_does_not_come_back_by_a_listing_that_lags() {
    let mirror = empty();
    put(&mirror, "soc", "a", json!({})).await;
    mirror.remove(&reference("soc", "a")).await.unwrap();
    for (wait, is_there) in [(0, false), (170, false), (11, true)] {
        tokio::time::advance(std::time::Duration::from_secs(wait)).await;
        put(&mirror, "soc", "a", json!({})).await;
        let known = told(&mirror, &reference("soc", "a")).await;
        assert_eq!(known.is_some(), is_there, "{wait} s later");
    }
}

#[tokio::test]
async fn a_case_that_we_delete_while_a_listing_waits_for_its_turn_does_not_come_back() {
    for _ in 0..50 {
        let mirror = empty();
        put(&mirror, "soc", "a", json!({})).await;
        let read = mirror.begin().await.unwrap();
        let (begun, begins) = std::sync::mpsc::channel();
        let (go, gone) = std::sync::mpsc::channel();
        let busy = mirror.database.write(move |_| {
            begun.send(()).unwrap();
            gone.recv().unwrap();
            Ok(())
        });
        let (source, reference) = (source("soc"), reference("soc", "a"));
        let others = async {
            let begun = tokio::task::spawn_blocking(move || begins.recv());
            begun.await.unwrap().unwrap();
            // Both wait; which comes first is the system's choice.
            let listed = mirror.put(&source, vec![case("a", json!({}))], read);
            let go = async { go.send(()).unwrap() };
            tokio::join!(listed, mirror.remove(&reference), go)
        };
        let (busy, (listed, removed, ())) = tokio::join!(busy, others);
        busy.unwrap();
        listed.unwrap();
        removed.unwrap();
        assert_eq!(told(&mirror, &reference).await, None);
    }
}

#[tokio::test]
async fn a_sweep_forgets_what_is_gone_and_keeps_what_came_meanwhile() {
    let mirror = empty();
    put(&mirror, "soc", "gone", json!({"title": "vanished"})).await;
    put(&mirror, "soc", "stays", json!({})).await;
    let sweep = mirror.begin().await.unwrap();
    put(&mirror, "soc", "new", json!({})).await;
    let seen = BTreeSet::from(["stays".parse().unwrap()]);
    let n_left = mirror.retain(&source("soc"), seen, sweep).await.unwrap();
    assert_eq!(n_left, 2);
    assert_eq!(told(&mirror, &reference("soc", "gone")).await, None);
    let board = mirror
        .board(vec![named("soc")], &text(""), &COUNTS, Asking::default())
        .await
        .unwrap();
    assert_eq!(board.n_known, 2);
    let board = mirror
        .board(
            vec![named("soc")],
            &text("vanished"),
            &COUNTS,
            Asking::default(),
        )
        .await
        .unwrap();
    assert_eq!(board.n_cases, 0, "no search finds it any more");
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_lags_behind_a_confirmed_write_changes_nothing() {
    let mirror = empty();
    put(&mirror, "soc", "a", json!({"title": "as it was"})).await;
    let confirmed = json!({"title": "as we made it", "updated_at": "2026-11-23T10:00:00.000Z"});
    let source = source("soc");
    let new = case("b", json!({"title": "ours"}));
    mirror
        .put_confirmed(&source, case("a", confirmed))
        .await
        .unwrap();
    mirror.put_confirmed(&source, new).await.unwrap();
    let title = async || told(&mirror, &reference("soc", "a")).await.unwrap().title;

    let sweep = mirror.begin().await.unwrap();
    put(&mirror, "soc", "a", json!({"title": "as it was"})).await;
    let seen = || BTreeSet::from(["a".parse().unwrap()]);
    let n_left = mirror.retain(&source, seen(), sweep).await.unwrap();
    assert_eq!((title().await.as_str(), n_left), ("as we made it", 2));
    let edited = json!({"title": "ours, edited", "updated_at": "2026-11-23T10:00:00.500Z"});
    let edited = mirror.put_confirmed(&source, case("b", edited));
    edited.await.unwrap();
    let sweep = mirror.begin().await.unwrap();
    let n_left = mirror.retain(&source, seen(), sweep).await.unwrap();
    assert_eq!(n_left, 2, "a new case that was changed is still new");

    let newer = json!({"title": "by somebody else", "updated_at": "2026-11-23T10:00:01.000Z"});
    put(&mirror, "soc", "a", newer).await;
    assert_eq!(title().await, "by somebody else", "what is newer is told");
    tokio::time::advance(std::time::Duration::from_secs(16)).await;
    let sweep = mirror.begin().await.unwrap();
    let n_left = mirror.retain(&source, seen(), sweep).await.unwrap();
    assert_eq!(n_left, 1, "a listing is believed again");
}

#[tokio::test]
async fn following_goes_on_where_it_stood() {
    let mirror = empty();
    put(&mirror, "soc", "a", json!({})).await;
    assert_eq!(mirror.cursor(&source("soc")).await.unwrap(), None);
    let now = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut cursor = Cursor::default();
    for _ in 0..2 {
        cursor.doubt();
        mirror
            .set_read_at(&source("soc"), Some(now), &cursor)
            .await
            .unwrap();
        let found = mirror.cursor(&source("soc")).await.unwrap();
        assert_eq!(found.as_ref(), Some(&cursor));
        cursor = Cursor::default();
        cursor.disagrees(now);
    }
    assert_eq!(mirror.cursor(&source("ot")).await.unwrap(), None);
    mirror.forget(&source("soc")).await.unwrap();
    assert_eq!(mirror.cursor(&source("soc")).await.unwrap(), None);
}

#[tokio::test]
async fn fields_that_this_app_does_not_know_are_kept_as_they_came() {
    let mirror = empty();
    put(
        &mirror,
        "soc",
        "a",
        json!({"from_the_future": {"b": [1]}, "comments": [{"id": "x"}]}),
    )
    .await;
    let known = told(&mirror, &reference("soc", "a")).await.unwrap();
    assert_eq!(known.other["from_the_future"], json!({"b": [1]}));
}

#[tokio::test]
async fn an_unknown_status_is_a_read_only_column_before_closed() {
    let board = mirror()
        .await
        .board(
            vec![named("soc"), named("ot")],
            &text(""),
            &COUNTS,
            Asking::default(),
        )
        .await
        .unwrap();
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

#[tokio::test]
async fn a_window_is_ordered_by_severity_then_change_and_never_larger_than_asked() {
    let mirror = mirror().await;
    let all = window(&mirror, &["soc", "ot"], &text(""), "open", (0, 100)).await;
    assert_eq!(ids(&all), ["91d0c3b4", "76e195a2", "76e195a1"]);
    let second = window(&mirror, &["soc", "ot"], &text(""), "open", (1, 1)).await;
    assert_eq!((ids(&second), second.total), (vec!["76e195a2"], 3));
}

#[tokio::test]
async fn a_window_merges_sources_in_order() {
    let mirror = empty();
    for (n, space) in ["soc", "ot", "soc", "ot"].into_iter().enumerate() {
        let more = json!({"severity": "high", "updated_at": format!("2026-11-23T12:0{n}:00.000Z")});
        put(&mirror, space, &format!("case-{n}"), more).await;
    }
    let all = window(&mirror, &["soc", "ot"], &text(""), "open", (0, 3)).await;
    assert_eq!(
        (ids(&all), all.total),
        (vec!["case-3", "case-2", "case-1"], 4)
    );
}

#[tokio::test]
async fn words_are_looked_for_in_title_tags_handle_and_id() {
    let mirror = mirror().await;
    for (words, expected) in [
        ("WEB-07 dll", 1),
        ("t1574", 1),
        ("prod/soc#42", 1),
        ("#42", 1),
        ("76e195a2", 1),
        ("prod/soc~76e195", 2),
        ("prod/ot", 2),
        ("sideload", 1),
        ("dll nothing", 0),
        ("\"", 5),
        ("#", 0),
        ("dll OR AND (", 1),
    ] {
        let board = mirror
            .board(
                vec![named("soc"), named("ot")],
                &text(words),
                &COUNTS,
                Asking::default(),
            )
            .await
            .unwrap();
        let mut n_rows = 0;
        for column in ["open", "on-hold", "closed"] {
            n_rows += window(&mirror, &["soc", "ot"], &text(words), column, (0, 10))
                .await
                .rows
                .len();
        }
        assert_eq!(
            (board.n_cases, n_rows),
            (expected, expected as usize),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_handle_is_the_number_else_the_shortest_unique_prefix() {
    let mirror = mirror().await;
    let handle = async |named: NamedSource, space: &str, id: &str| {
        mirror
            .handle(named, &reference(space, id))
            .await
            .unwrap()
            .unwrap()
            .0
    };
    assert_eq!(handle(named("soc"), "soc", "91d0c3b4").await, "PROD/soc#42");
    assert_eq!(
        handle(named("soc"), "soc", "76e195a1").await,
        "PROD/soc~76e195a1",
        "its neighbour shares seven characters"
    );
    let alone = NamedSource {
        has_siblings: false,
        ..named("ot")
    };
    assert_eq!(handle(alone, "ot", "a0000000").await, "PROD~a00000");
}

#[tokio::test]
async fn a_pending_status_moves_the_card_and_marks_it_whatever_is_read_meanwhile() {
    let mirror = mirror().await;
    let case_ref = reference("soc", "91d0c3b4");
    let id = pend(&mirror, &case_ref, json!({"status": "in-progress"}), None).await;
    put(
        &mirror,
        "soc",
        "91d0c3b4",
        json!({"severity": "high", "title": "read again", "updated_at": "2026-11-23T12:00:01.000Z"}),
    )
    .await;
    let moved = window(&mirror, &["soc"], &text(""), "in-progress", (0, 10)).await;
    assert_eq!(
        (
            ids(&moved),
            moved.rows[0].pending,
            moved.rows[0].title.as_str()
        ),
        (vec!["91d0c3b4"], true, "read again")
    );
    confirm(&mirror, id).await;
    let back = window(&mirror, &["soc"], &text(""), "open", (0, 10)).await;
    assert_eq!(
        (back.total, back.rows[0].pending),
        (3, false),
        "refused or confirmed, the mark goes"
    );
}

#[tokio::test]
async fn details_are_kept_and_an_older_reading_of_them_changes_nothing() {
    let mirror = mirror().await;
    let case_ref = reference("soc", "76e195a1");
    let older = mirror.begin().await.unwrap();
    let newer = mirror.begin().await.unwrap();
    let put = async |details: Details, read| {
        let case = told(&mirror, &case_ref).await.unwrap();
        mirror
            .put_details(&source("soc"), case, details, read)
            .await
            .unwrap()
    };
    assert!(
        put(
            details(
                "WzEsMV0=",
                &["isolated 203[.]0[.]113[.]9"],
                "2026-11-23T12:00:00Z"
            ),
            newer
        )
        .await
    );
    assert!(
        !put(
            details("WzEsMV0=", &["older"], "2026-11-23T12:00:01Z"),
            older
        )
        .await
    );
    let again = mirror.begin().await.unwrap();
    assert!(
        !put(
            details(
                "WzEsMV0=",
                &["isolated 203[.]0[.]113[.]9"],
                "2026-11-23T12:00:02Z"
            ),
            again
        )
        .await
    );
    let shown = mirror
        .case_detail(
            named("soc"),
            &case_ref,
            "https://k.test".to_owned(),
            Timestamp::UNIX_EPOCH,
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown.activity.unwrap().len(), 1);
    assert_eq!(
        shown.alerts.unwrap()[0]
            .summary
            .as_ref()
            .unwrap()
            .host
            .as_deref(),
        Some("WEB-07")
    );
    assert_eq!(shown.read_at.as_deref(), Some("2026-11-23T12:00:02Z"));
    let facts = mirror.facts().await.unwrap();
    assert_eq!(
        facts[&source("soc")].coverage,
        Coverage {
            n_cases: 3,
            n_detailed: 1
        }
    );
}

#[tokio::test]
async fn text_and_terms_follow_the_case_in_the_same_step() {
    let mirror = mirror().await;
    let case_ref = reference("soc", "76e195a1");
    let read = mirror.begin().await.unwrap();
    let case = told(&mirror, &case_ref).await.unwrap();
    let details = details(
        "WzEsMV0=",
        &["isolated 203[.]0[.]113[.]9"],
        "2026-11-23T12:00:00Z",
    );
    mirror
        .put_details(&source("soc"), case, details, read)
        .await
        .unwrap();
    let found = async |sql: &'static str, value: &'static str| {
        let found = mirror.database().read(move |connection| {
            let mut found = connection.prepare(sql)?;
            let ids = found.query_map([value], |row| row.get::<_, String>(0))?;
            Ok(ids.collect::<Result<Vec<_>, _>>()?)
        });
        found.await.unwrap()
    };
    let by_text = "SELECT id FROM case_text JOIN cases ON case_key = case_text.rowid WHERE case_text MATCH ?1";
    let by_term =
        "SELECT id FROM terms JOIN cases USING (case_key) WHERE field || ':' || value = ?1";
    assert_eq!(
        found(by_text, "comments : \"203.0.113.9\"").await,
        ["76e195a1"]
    );
    assert_eq!(
        found(by_text, "alerts : \"malware prevention\"").await,
        ["76e195a1"]
    );
    for term in [
        "host:web-07",
        "mitre:t1574",
        "tag:t1574.002",
        "rule:malware prevention",
        "participant:maya",
    ] {
        assert_eq!(found(by_term, term).await, ["76e195a1"], "{term}");
    }
    put(
        &mirror,
        "soc",
        "76e195a1",
        json!({"title": "another", "tags": ["renamed"]}),
    )
    .await;
    assert_eq!(found(by_text, "title : sideloading").await, [""; 0]);
    assert_eq!(
        found(by_text, "comments : isolated").await,
        ["76e195a1"],
        "what was read of it stays"
    );
    assert_eq!(found(by_term, "tag:t1574.002").await, [""; 0]);
    assert_eq!(found(by_term, "tag:renamed").await, ["76e195a1"]);
    mirror.forget(&source("soc")).await.unwrap();
    assert_eq!(found(by_text, "isolated").await, [""; 0]);
    assert_eq!(found(by_term, "tag:renamed").await, [""; 0]);
}

#[tokio::test]
async fn what_is_in_memory_moves_into_the_file_and_stays_there() {
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let earlier = empty();
    earlier
        .move_to_file(dir.path(), key.clone(), Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    put(
        &earlier,
        "soc",
        "a",
        json!({"title": "from an earlier run"}),
    )
    .await;
    put(&earlier, "soc", "b", json!({"title": "older"})).await;
    drop(earlier);
    let mirror = empty();
    put(
        &mirror,
        "soc",
        "b",
        json!({"title": "read while waiting for the key"}),
    )
    .await;
    let b = reference("soc", "b");
    let id = pend(&mirror, &b, json!({}), Some("not confirmed")).await;
    assert_eq!(
        mirror
            .move_to_file(dir.path(), key, Timestamp::UNIX_EPOCH)
            .await
            .unwrap(),
        None
    );
    let all = window(&mirror, &["soc"], &text(""), "open", (0, 10)).await;
    let mut titles: Vec<_> = all
        .rows
        .iter()
        .map(|row| (row.title.as_str(), row.pending))
        .collect();
    titles.sort_unstable();
    assert_eq!(
        titles,
        [
            ("from an earlier run", false),
            ("read while waiting for the key", true)
        ]
    );
    confirm(&mirror, id).await;
    let all = window(&mirror, &["soc"], &text(""), "open", (0, 10)).await;
    assert!(
        all.rows.iter().all(|row| !row.pending),
        "the mark is known by the same name"
    );
}

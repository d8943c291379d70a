//! With many cases, no query of board, list or search reads a whole table.

use std::sync::{Arc, Mutex};

use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};

use super::*;
use crate::{
    cache::{board, groups},
    outbox,
    view::{BoardRows, GroupKey, Grouping, ListOrder, ListPart},
};

const N_SOURCES: i64 = 10;
const N_CASES: u32 = 50_000;

/// Rows as the app writes them, written by SQLite itself because that is quicker.
const FILL: &str = "
INSERT INTO sources (deployment, space)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT 'practice', 'space-' || i FROM n;
INSERT INTO cases (source, id, number, read, version, status, severity, severity_rank, title, changed_at, created_at, n_alerts)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49999)
    SELECT i % 10 + 1, printf('%08x-case', i * 7919), iif(i % 2, i, NULL), 1, 'v1',
        CASE i % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'in-progress' WHEN 2 THEN 'closed' ELSE 'on-hold' END,
        'low', i % 5, 'Odd PowerShell ' || i || ' on web-' || (i % 100), i * 1000, i, i % 50
    FROM n;
INSERT INTO case_text (rowid, title, tags) SELECT case_key, title, 'phish' FROM cases;
INSERT INTO terms (field, value, case_key) SELECT 'host', 'web-' || (case_key % 100), case_key FROM cases;
INSERT INTO case_alerts (case_key, position, alert, index_name, attached_at) SELECT case_key, 0, 'alert-' || case_key, '', 0 FROM cases;
";

/// A database that notes every statement.
struct Watched {
    connection: Connection,
    statements: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    fn new() -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        for migration in migrations() {
            connection.execute_batch(migration.sql).unwrap();
        }
        connection.execute_batch(FILL).unwrap();
        let statements = Arc::<Mutex<Vec<String>>>::default();
        let noted = statements.clone();
        let note = move |event: TraceEvent<'_>| {
            if let TraceEvent::Stmt(_, sql) = event {
                noted.lock().unwrap().push(sql.to_owned());
            }
        };
        connection
            .trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note))
            .unwrap();
        Self {
            connection,
            statements,
        }
    }

    /// Statements so far that were not our own, and what SQLite reads in full for each of them.
    fn scans(&self) -> Vec<(String, Vec<String>)> {
        let mut statements = std::mem::take(&mut *self.statements.lock().unwrap());
        statements.retain(|sql| !sql.starts_with("--"));
        statements.sort();
        statements.dedup();
        let scans = statements.into_iter().map(|sql| {
            let scans = self.scans_of(&sql);
            (sql, scans)
        });
        scans.collect()
    }

    fn scans_of(&self, sql: &str) -> Vec<String> {
        // What a query found for itself may be walked; a virtual table says `SCAN` for its index as well.
        let own = |step: &str| {
            step.contains("VIRTUAL TABLE INDEX")
                || step.starts_with("SCAN matching")
                || step.starts_with("SCAN (")
                || step == "SCAN CONSTANT ROW"
                // A list inside a value, and the few whose names are known.
                || step == "SCAN people"
        };
        let mut steps = self.plan(sql);
        steps.retain(|step| step.starts_with("SCAN") && !own(step));
        steps
    }

    fn plan(&self, sql: &str) -> Vec<String> {
        let mut plan = self
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        // A plan does not depend on the values, so none are given.
        let mut rows = plan.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get(3).unwrap());
        }
        steps
    }
}

fn list(order: ListOrder, descending: bool) -> ListPart {
    ListPart {
        group: None,
        order,
        descending,
        offset: 20,
        limit: 50,
    }
}

fn sources() -> Vec<NamedSource> {
    (0..N_SOURCES)
        .map(|n| named(&format!("space-{n}")))
        .collect()
}

#[test]
fn no_query_of_board_list_or_search_reads_a_whole_table() {
    let watched = Watched::new();
    let (connection, sources) = (&watched.connection, sources());
    let places = Places::find(connection, &sources).unwrap();
    let orders = [
        ListOrder::Severity,
        ListOrder::Changed,
        ListOrder::Created,
        ListOrder::Closed,
        ListOrder::Number,
        ListOrder::Title,
        ListOrder::Category,
        ListOrder::Owner,
        ListOrder::Alerts,
        ListOrder::Comments,
    ];
    let part = Part {
        offset: 20,
        limit: 50,
    };
    for words in [
        "",
        "powershell",
        "powershell web-42",
        "prod/space-3#43",
        "0000000",
        "prod",
        "203.0.113.9",
        "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10",
        "title:powershell* -comment:seen",
        "desc:none comment:*",
        "status:open,on-hold is:active,synced,stale,pending sev:high+",
        "assignee:none by:maya participant:me -is:mine",
        "tag:phish,mal* cat:malware owner:cases -tag:none",
        "host:web-42 user:none rule:\"malware*\" ip:10.0.* obs:*",
        "-host:web-42",
        "mitre:T1574,TA0005 tlp:amber+ -tlp:none",
        "created:2026-11-01.. updated:<2h closed:none age:>3d idle:<1w",
        "alerts:>10 comments:0 files:1.. observables:none",
        "field.customer:acme field.score:>5 ext:SIR-1",
        "alert:alert-42 event:x* (#42 OR PROD/space-3~0000 OR space:space-1)",
        "-(powershell OR sev:low (host:web-1 OR -tag:phish))",
        "deployment:nowhere",
    ] {
        let meaning =
            matching::meaning(connection, &places, &Asking::default(), &text(words)).unwrap();
        let matching = meaning.matching.as_ref();
        let rows = BoardRows {
            offsets: [("open".to_owned(), 20)].into(),
            limit: 50,
        };
        board::board(connection, &sources, matching, &rows).unwrap();
        board::window(connection, &sources, matching, "open", part).unwrap();
        // Every order walks along its own index, whatever is searched.
        let orders = if words.contains(':') {
            &orders[..1]
        } else {
            &orders
        };
        for &order in orders {
            for descending in [false, true] {
                board::list(connection, &sources, matching, &list(order, descending)).unwrap();
            }
        }
    }
    for words in ["", "powershell", "host:web-42"] {
        let meaning =
            matching::meaning(connection, &places, &Asking::default(), &text(words)).unwrap();
        let matching = meaning.matching.as_ref();
        for (grouping, key) in [
            (Grouping::Status, Some("open")),
            (Grouping::Severity, Some("low")),
            (Grouping::Assignee, Some("u_0")),
            (Grouping::Assignee, None),
            (Grouping::Source, Some("practice/space-1")),
            (Grouping::Category, Some("malware")),
            (Grouping::Category, None),
            (Grouping::Tag, Some("phish")),
            (Grouping::Tag, None),
            (Grouping::Owner, Some("cases")),
        ] {
            let group = GroupKey {
                grouping,
                key: key.map(str::to_owned),
            };
            let of_group = ListPart {
                group: Some(group),
                ..list(ListOrder::Changed, true)
            };
            groups::groups(connection, &sources, matching, grouping, 50).unwrap();
            board::list(connection, &sources, matching, &of_group).unwrap();
        }
    }
    cases::key(connection, &reference("space-1", "case-1")).unwrap();
    outbox::list(connection, 50).unwrap();
    outbox::count_unsettled(connection).unwrap();
    outbox::of_case(connection, &reference("space-1", "case-1")).unwrap();
    outbox::draft(connection, &reference("space-1", "case-1")).unwrap();
    outbox::is_awaited(connection, &source("space-1"), "{}").unwrap();
    details::get(connection, 1).unwrap();
    details::coverage(connection, 1).unwrap();
    board::cases_of_alert(connection, &sources, &"alert-1".parse().unwrap(), 10).unwrap();
    let scans = watched.scans();
    assert!(
        scans.len() > 50,
        "only {} statements were looked at",
        scans.len()
    );
    for (sql, scans) in scans {
        assert_eq!(scans, [""; 0], "{sql}");
    }
    assert_eq!(
        watched
            .scans_of("SELECT * FROM cases WHERE title = 'x'")
            .len(),
        1,
        "a scan would be seen"
    );
}

#[test]
fn no_order_of_a_list_is_sorted_at_the_time_of_asking() {
    let watched = Watched::new();
    for order in [
        ListOrder::Severity,
        ListOrder::Changed,
        ListOrder::Title,
        ListOrder::Number,
    ] {
        board::list(&watched.connection, &sources(), None, &list(order, true)).unwrap();
    }
    let mut n_merged = 0;
    for (sql, _) in watched.scans() {
        if sql.contains("UNION ALL") {
            n_merged += 1;
            let plan = watched.plan(&sql);
            let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(!sorts, "{sql}\n{plan:#?}");
        }
    }
    assert_eq!(n_merged, 4);
}

#[test]
fn no_more_rows_cross_than_were_asked_for() {
    let watched = Watched::new();
    for (offset, limit, expected) in [
        (0, 200, 200),
        (0, 7, 7),
        (12_480, 50, 20),
        (0, 100_000, 200),
        (50_000, 5, 0),
    ] {
        let part = Part { offset, limit };
        let window = board::window(&watched.connection, &sources(), None, "open", part).unwrap();
        assert_eq!((window.rows.len(), window.total), (expected, N_CASES / 4));
        let rows = BoardRows {
            offsets: [("open".to_owned(), offset)].into(),
            limit,
        };
        let board = |matching| {
            board::board(&watched.connection, &sources(), matching, &rows)
                .unwrap()
                .columns
        };
        let places = Places::find(&watched.connection, &sources()).unwrap();
        let asking = Asking::default();
        let meaning =
            matching::meaning(&watched.connection, &places, &asking, &text("powershell")).unwrap();
        let found = board::window(
            &watched.connection,
            &sources(),
            meaning.matching.as_ref(),
            "open",
            part,
        )
        .unwrap();
        assert_eq!(
            found, window,
            "every case matches, so it is the same window"
        );
        for columns in [board(None), board(meaning.matching.as_ref())] {
            assert_eq!(columns[0].rows, window.rows, "of the board, too");
            let most = limit.min(200) as usize;
            assert!(columns.iter().all(|column| column.rows.len() <= most));
        }
    }
}

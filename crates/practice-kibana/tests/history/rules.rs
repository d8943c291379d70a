//! The rules of the checker, one by one, on logs and histories made by hand.

use std::collections::BTreeMap;

use practice_kibana::{
    history::{
        CaseName, DeploymentLog, Entry, Finding, History, Record, State, View, Write, check,
    },
    log::{Action, Cause, Change, Commit, Document, FieldChange},
};
use serde_json::{Value, json};

const CONFIRMED: State = State::Confirmed { at: 10 };

/// A log that is told line by line. Numbers are 1, 2, …; each commit gives the version of its number.
#[derive(Default)]
struct Log(Vec<Commit>);

impl Log {
    fn by(
        mut self,
        user: &str,
        (document, action): (Document, Action),
        id: &str,
        fields: &[(&str, Value, Value)],
    ) -> Self {
        let number = self.0.len() as u64 + 1;
        let fields = fields.iter().map(|(name, before, after)| {
            let (before, after) = (before.clone(), after.clone());
            ((*name).to_owned(), FieldChange { before, after })
        });
        self.0.push(Commit {
            number,
            at: "2025-05-06T07:08:09Z".parse().unwrap(),
            request: number,
            route: String::new(),
            space: "soc".to_owned(),
            key: String::new(),
            user: Some(user.to_owned()),
            cause: Cause::Request,
            changes: vec![Change {
                document,
                action,
                id: id.to_owned(),
                case: Some("c1".to_owned()),
                seen: None,
                before: None,
                version: Some(format!("v{number}")),
                fields: fields.collect(),
            }],
        });
        self
    }

    fn case(self, user: &str, title: &str) -> Self {
        let fields = [("title", Value::Null, json!(title))];
        self.by(user, (Document::Case, Action::Create), "c1", &fields)
    }

    fn edit(self, user: &str, field: &str, before: Value, after: Value) -> Self {
        let fields = [(field, before, after)];
        self.by(user, (Document::Case, Action::Update), "c1", &fields)
    }

    fn comment(self, user: &str, text: &str) -> Self {
        let fields = [("comment", Value::Null, json!(text))];
        self.by(user, (Document::Attachment, Action::Create), text, &fields)
    }

    fn without_comment(self, user: &str, text: &str) -> Self {
        let fields = [("comment", json!(text), Value::Null)];
        self.by(user, (Document::Attachment, Action::Delete), text, &fields)
    }

    fn alerts(self, user: &str, ids: &[&str]) -> Self {
        let fields = [("alertId", Value::Null, json!(ids))];
        self.by(user, (Document::Attachment, Action::Create), "a1", &fields)
    }

    fn without_case(self, user: &str) -> Self {
        self.by(user, (Document::Case, Action::Delete), "c1", &[])
    }

    /// Changes the last commit.
    fn but(mut self, change: impl FnOnce(&mut Commit)) -> Self {
        change(self.0.last_mut().unwrap());
        self
    }
}

fn entry(token: &str, write: Write, state: State) -> Entry {
    let digits: String = token.chars().filter(char::is_ascii_digit).collect();
    Entry {
        token: token.to_owned(),
        deployment: "prod".to_owned(),
        space: "soc".to_owned(),
        author: "ann".to_owned(),
        case: CaseName::Id("c1".to_owned()),
        order: digits.parse().unwrap_or_default(),
        write,
        state,
    }
}

fn comment(token: &str, state: State) -> Entry {
    entry(token, Write::Comment, state)
}

fn edit(
    token: &str,
    field: &str,
    value: Value,
    seen: Option<&str>,
    seen_value: Option<Value>,
) -> Entry {
    let write = Write::Edit {
        field: field.to_owned(),
        value,
        seen: seen.map(str::to_owned),
        seen_value,
    };
    entry(token, write, CONFIRMED)
}

fn view(at: u64, comments: &[&str], fields: Value) -> View {
    View {
        at,
        deployment: "prod".to_owned(),
        case: CaseName::Id("c1".to_owned()),
        gone: false,
        comments: Some(comments.iter().map(|&token| token.to_owned()).collect()),
        fields: serde_json::from_value::<BTreeMap<_, _>>(fields).unwrap(),
    }
}

fn findings(log: Log, entries: &[Entry], views: &[View]) -> Vec<Finding> {
    let history = History {
        entries: entries.to_vec(),
        views: views.to_vec(),
    };
    let logs = [DeploymentLog {
        deployment: "prod".to_owned(),
        commits: log.0,
    }];
    check(&history, &logs)
}

#[track_caller]
fn classes(log: Log, entries: &[Entry], views: &[View], expect: &[&str]) {
    let found = findings(log, entries, views);
    let classes: Vec<&str> = found.iter().map(Finding::class).collect();
    assert_eq!(classes, expect, "{found:#?}");
}

#[test]
fn what_is_promised_is_there_and_what_is_not_may_be_missing() {
    for (state, expect) in [
        (CONFIRMED, &["lost"][..]),
        (State::Promised, &["lost"]),
        (State::Ambiguous, &[]),
        (State::Parked, &[]),
        (State::Cancelled, &[]),
    ] {
        classes(Log::default(), &[comment("t1", state)], &[], expect);
        let once = Log::default().comment("ann", "it is t1");
        classes(once, &[comment("t1", state)], &[], &[]);
        let twice = Log::default()
            .comment("ann", "it is t1")
            .comment("ann", "t1");
        classes(twice, &[comment("t1", state)], &[], &["duplicate"]);
    }
}

#[test]
fn a_token_is_a_whole_word() {
    let log = Log::default().comment("ann", "t11 and x-t1");
    let found = findings(
        log,
        &[comment("t1", CONFIRMED), comment("t11", CONFIRMED)],
        &[],
    );
    let lost = Finding::Lost {
        token: "t1".to_owned(),
        alerts: Vec::new(),
    };
    assert_eq!(found, [lost]);
}

#[test]
fn only_authors_of_the_history_make_phantoms() {
    let own = [comment("t1", CONFIRMED)];
    let log = || Log::default().comment("ann", "t1");
    classes(log().comment("ann", "who?"), &own, &[], &["phantom"]);
    classes(log().comment("bob", "who?"), &own, &[], &[]);
    let fault = |commit: &mut Commit| commit.cause = Cause::Fault("F22".to_owned());
    classes(log().comment("ann", "who?").but(fault), &own, &[], &[]);
    let touched = log().by("ann", (Document::Case, Action::Update), "c1", &[]);
    classes(touched, &own, &[], &[]);
    classes(log().without_comment("ann", "t1"), &own, &[], &["phantom"]);
    classes(log().without_case("ann"), &own, &[], &["phantom"]);
}

#[test]
fn order_is_kept_in_each_case() {
    let entries = [comment("t1", CONFIRMED), comment("t2", CONFIRMED)];
    let wrong = Log::default().comment("ann", "t2").comment("ann", "t1");
    let found = findings(wrong, &entries, &[]);
    let order = Finding::Order {
        case: "c1".to_owned(),
        earlier: "t1".to_owned(),
        later: "t2".to_owned(),
    };
    assert_eq!(found, [order]);
    let elsewhere = |commit: &mut Commit| commit.changes[0].case = Some("c2".to_owned());
    let other_case = Log::default()
        .comment("ann", "t2")
        .but(elsewhere)
        .comment("ann", "t1");
    let mut entries = entries;
    entries[1].case = CaseName::Id("c2".to_owned());
    classes(other_case, &entries, &[], &[]);
}

#[test]
fn nobody_overwrites_what_they_have_not_seen() {
    let log = || {
        let log =
            Log::default()
                .case("bob", "one")
                .edit("bob", "title", json!("one"), json!("two"));
        log.edit("ann", "title", json!("two"), json!("t1"))
    };
    for (seen, seen_value, expect) in [
        (Some("v1"), None, &["lost_update"][..]),
        (Some("v2"), None, &[]),
        (Some("v9"), None, &["lost_update"]),
        (None, None, &["lost_update"]),
        (Some("v1"), Some(json!("two")), &[]),
        (Some("v1"), Some(json!("one")), &["lost_update"]),
    ] {
        let entry = edit("t1", "title", json!("t1"), seen, seen_value);
        classes(log(), &[entry], &[], expect);
    }
    let found = findings(
        log(),
        &[edit("t1", "title", json!("t1"), Some("v1"), None)],
        &[],
    );
    assert!(
        matches!(
            &found[..],
            [Finding::LostUpdate {
                lost: 2,
                commit: 3,
                ..
            }]
        ),
        "{found:?}"
    );
}

#[test]
fn own_values_other_fields_and_merges_are_no_lost_updates() {
    let own = [
        edit("t1", "title", json!("t1"), Some("v1"), None),
        edit("t2", "title", json!("t2"), Some("v1"), None),
    ];
    let log = Log::default()
        .case("bob", "one")
        .edit("ann", "title", json!("one"), json!("t1"))
        .edit("ann", "title", json!("t1"), json!("t2"));
    classes(log, &own, &[], &[]);

    let other_field = Log::default()
        .case("bob", "one")
        .edit("bob", "severity", json!("low"), json!("high"))
        .edit("ann", "title", json!("one"), json!("t1"));
    classes(other_field, &own[..1], &[], &[]);

    let list = |after: Value| {
        Log::default()
            .case("bob", "one")
            .edit("bob", "tags", json!([]), json!(["theirs"]))
            .edit("ann", "tags", json!(["theirs"]), after)
    };
    let tags = [edit("t1", "tags", json!(["t1"]), Some("v1"), None)];
    classes(list(json!(["t1", "theirs"])), &tags, &[], &[]);
    classes(list(json!(["t1"])), &tags, &[], &["lost_update"]);

    let text = |after: &str| {
        Log::default()
            .case("bob", "one")
            .edit("bob", "description", json!("a"), json!("a\ntheirs"))
            .edit("ann", "description", json!("a\ntheirs"), json!(after))
    };
    let description = [edit("t1", "description", json!("a t1"), Some("v1"), None)];
    classes(text("a t1\ntheirs"), &description, &[], &[]);
    classes(text("a t1"), &description, &[], &["lost_update"]);
}

#[test]
fn a_version_that_is_used_twice_hides_no_lost_update() {
    let reuse = |commit: &mut Commit| commit.changes[0].version = Some("v1".to_owned());
    let log = Log::default()
        .case("bob", "one")
        .edit("bob", "title", json!("one"), json!("two"))
        .but(reuse)
        .edit("ann", "title", json!("two"), json!("t1"));
    let unseen = edit("t1", "title", json!("t1"), Some("v1"), Some(json!("one")));
    classes(log, &[unseen], &[], &["lost_update"]);
}

#[test]
fn words_are_found_by_themselves() {
    let close = |token: &str| edit(token, "status", json!("closed"), None, Some(json!("open")));
    let closed = || {
        let log = Log::default().case("bob", "one");
        log.edit("ann", "status", json!("open"), json!("closed"))
    };
    classes(closed(), &[close("t1")], &[], &[]);
    classes(
        Log::default().case("bob", "one"),
        &[close("t1")],
        &[],
        &["lost"],
    );
    let twice = || {
        let log = closed().edit("bob", "status", json!("closed"), json!("open"));
        log.edit("ann", "status", json!("open"), json!("closed"))
    };
    classes(twice(), &[close("t1"), close("t2")], &[], &[]);
    classes(twice(), &[close("t1")], &[], &["phantom"]);
    let by_bob =
        Log::default()
            .case("bob", "one")
            .edit("bob", "status", json!("open"), json!("closed"));
    classes(by_bob, &[close("t1")], &[], &[]);
}

#[test]
fn each_alert_is_there_exactly_once() {
    let alerts = ["x", "y"].map(str::to_owned).to_vec();
    let attach = |state| {
        [entry(
            "t1",
            Write::Attach {
                alerts: alerts.clone(),
            },
            state,
        )]
    };
    classes(
        Log::default().alerts("ann", &["x", "y"]),
        &attach(CONFIRMED),
        &[],
        &[],
    );
    let found = findings(
        Log::default().alerts("ann", &["x"]),
        &attach(CONFIRMED),
        &[],
    );
    let lost = Finding::Lost {
        token: "t1".to_owned(),
        alerts: vec!["y".to_owned()],
    };
    assert_eq!(found, [lost]);
    classes(
        Log::default().alerts("ann", &["x"]),
        &attach(State::Ambiguous),
        &[],
        &[],
    );
    let twice = Log::default()
        .alerts("ann", &["x", "y"])
        .alerts("ann", &["y"]);
    classes(twice, &attach(CONFIRMED), &[], &["duplicate"]);
}

#[test]
fn nothing_on_screen_is_older_than_what_was_confirmed() {
    let entries = [
        comment("t1", CONFIRMED),
        edit("t2", "title", json!("t2"), None, Some(json!("one"))),
    ];
    let log = || {
        let log = Log::default().case("bob", "one").comment("ann", "t1");
        log.edit("ann", "title", json!("one"), json!("t2"))
    };
    let title = |title: &str| json!({"title": title});
    for (view, expect) in [
        (view(11, &["t1"], title("t2")), &[][..]),
        (view(9, &[], title("one")), &[]),
        (view(11, &[], title("t2")), &["stale_read"]),
        (view(11, &["t1"], title("one")), &["stale_read"]),
        (view(11, &["t1"], json!({})), &[]),
        (
            View {
                comments: None,
                ..view(11, &[], title("t2"))
            },
            &[],
        ),
    ] {
        classes(log(), &entries, &[view], expect);
    }
    let changed = log().edit("bob", "title", json!("t2"), json!("three"));
    classes(changed, &entries, &[view(11, &["t1"], title("three"))], &[]);
    let deleted = log().without_comment("bob", "t1");
    classes(deleted, &entries, &[view(11, &[], title("t2"))], &[]);
    let pending = edit("t3", "title", json!("t3"), None, Some(json!("t2")));
    let pending = Entry {
        state: State::Parked,
        ..pending
    };
    let entries = [&entries[..], &[pending]].concat();
    classes(log(), &entries, &[view(11, &["t1"], title("t3"))], &[]);
}

#[test]
fn what_is_known_to_be_deleted_stays_away() {
    let own = [
        comment("t1", CONFIRMED),
        entry(
            "t2",
            Write::DeleteComment {
                token: "t1".to_owned(),
            },
            State::Confirmed { at: 20 },
        ),
    ];
    let log = || {
        Log::default()
            .comment("ann", "t1")
            .without_comment("ann", "t1")
    };
    classes(
        log(),
        &own,
        &[view(15, &["t1"], json!({})), view(21, &[], json!({}))],
        &[],
    );
    classes(
        log(),
        &own,
        &[view(21, &["t1"], json!({}))],
        &["resurrection"],
    );

    let theirs = [comment("t1", CONFIRMED)];
    let log = || {
        Log::default()
            .comment("ann", "t1")
            .without_comment("bob", "t1")
    };
    let shown = |ats: &[(u64, &[&str])]| -> Vec<View> {
        ats.iter()
            .map(|(at, comments)| view(*at, comments, json!({})))
            .collect()
    };
    classes(log(), &theirs, &shown(&[(11, &["t1"]), (12, &[])]), &[]);
    classes(
        log(),
        &theirs,
        &shown(&[(11, &["t1"]), (12, &[]), (13, &["t1"])]),
        &["resurrection"],
    );

    let gone = View {
        gone: true,
        ..view(12, &[], json!({}))
    };
    let log = || Log::default().comment("ann", "t1").without_case("bob");
    classes(log(), &theirs, std::slice::from_ref(&gone), &[]);
    classes(
        log(),
        &theirs,
        &[gone, view(13, &[], json!({}))],
        &["resurrection"],
    );
    let delete = [
        comment("t1", CONFIRMED),
        entry("t2", Write::DeleteCase, CONFIRMED),
    ];
    let log = Log::default().comment("ann", "t1").without_case("ann");
    classes(log, &delete, &[view(13, &[], json!({}))], &["resurrection"]);
}

#[test]
fn what_is_written_is_where_it_was_meant_to_be() {
    let log = || Log::default().comment("ann", "t1");
    let right = comment("t1", CONFIRMED);
    classes(log(), std::slice::from_ref(&right), &[], &[]);
    let other = || "other".to_owned();
    for wrong in [
        Entry {
            space: other(),
            ..right.clone()
        },
        Entry {
            deployment: other(),
            ..right.clone()
        },
        Entry {
            author: other(),
            ..right.clone()
        },
        Entry {
            case: CaseName::Id(other()),
            ..right.clone()
        },
    ] {
        classes(log(), &[wrong], &[], &["misattribution"]);
    }
}

#[test]
fn a_case_has_the_name_of_the_entry_that_made_it() {
    let own = CaseName::CreatedBy("t1".to_owned());
    let entries = [
        Entry {
            case: own.clone(),
            ..entry("t1", Write::CreateCase, CONFIRMED)
        },
        Entry {
            case: own.clone(),
            ..comment("t2", CONFIRMED)
        },
    ];
    let log = || Log::default().case("ann", "t1").comment("ann", "t2");
    let view = View {
        case: own,
        ..view(11, &[], json!({}))
    };
    classes(log(), &entries, &[view], &["stale_read"]);
    let elsewhere = |commit: &mut Commit| commit.changes[0].case = Some("c2".to_owned());
    classes(log().but(elsewhere), &entries, &[], &["misattribution"]);
}

#[test]
fn histories_are_read_line_by_line() {
    let records = [
        Record::Entry(comment("t1", CONFIRMED)),
        Record::View(view(11, &["t1"], json!({"title": "x"}))),
    ];
    let lines: Vec<String> = records
        .iter()
        .map(|record| json!(record).to_string())
        .collect();
    let history = History::from_lines(&format!("{}\n\n{}\n", lines[0], lines[1])).unwrap();
    assert_eq!((history.entries.len(), history.views.len()), (1, 1));
    let written = r#"{"entry":{"token":"t1","deployment":"prod","space":"soc","author":"ann","case":{"created_by":"t0"},"order":1,"write":"comment","state":{"confirmed":{"at":5}}}}"#;
    assert_eq!(History::from_lines(written).unwrap().entries[0].order, 1);
    let error = History::from_lines(&format!("{}\n{{\"entry\":{{}}}}", lines[0])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2: missing field `token` at line 1 column 11"
    );
}

//! What a terminal can do with cases, comments, alerts and spaces.

use serde_json::json;

use super::*;

const SPACES: [&str; 2] = ["soc", "ot"];

#[tokio::test]
async fn lists_are_complete_or_say_how_many_there_are() {
    let terminal = Terminal::new().await;
    let all = terminal.json(&["case", "list", "--limit", "200"]).await;
    let total = all["total"].as_u64().unwrap();
    assert!(total > 5 && all["rows"].as_array().unwrap().len() as u64 == total);
    let two = terminal.text(&["case", "list", "--limit", "2"]).await;
    assert!(two.contains(&format!("2 of {total} cases")), "{two}");
    let first = all["rows"][0]["title"].as_str().unwrap();
    assert!(two.contains(first), "{first} stands in {two}");
    let of_soc = terminal.json(&["case", "list", "--space", "soc"]).await;
    assert!(of_soc["total"].as_u64().unwrap() < total);
    let url = terminal.practice.url();
    assert!(terminal.text(&["deployment", "list"]).await.contains(url));
    let spaces = terminal.json(&["space", "list"]).await;
    let ids = spaces.as_array().unwrap().iter();
    let ids: Vec<_> = ids
        .map(|space| space["source"]["space"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["default", "soc", "ot"]);
    let read = terminal.json(&["sync"]).await;
    assert!(
        read.as_array()
            .unwrap()
            .iter()
            .all(|space| space["sync"]["state"] == "following")
    );
}

#[tokio::test]
async fn a_case_lives_from_create_to_delete_in_every_space() {
    let terminal = Terminal::new().await;
    for space in SPACES {
        let created = terminal
            .with(
                &[
                    "case",
                    "create",
                    "Beacon on web-07",
                    "--description",
                    "-",
                    "--tag",
                    "c2",
                    "--tag",
                    "T1071",
                    "--severity",
                    "high",
                    "--space",
                    space,
                ],
                "first line\nsecond line",
            )
            .await
            .unwrap();
        assert_eq!(created.exit, 0, "{}", created.text);
        let mut lines = created.text.lines();
        let target = lines.next().unwrap();
        assert!(
            target.starts_with(&format!("PROD / {space}  PROD/{space}~")),
            "{target}"
        );
        assert!(target.contains("Beacon on web-07"), "{target}");
        assert_eq!(lines.next(), Some("  create Beacon on web-07: done"));
        let id = target.rsplit(' ').next().unwrap();
        let handle = target.split("  ").nth(1).unwrap();

        for called in [id, handle, id.get(..8).unwrap()] {
            let got = terminal.json(&["case", "get", called]).await;
            assert_eq!(got["case"]["case"]["id"], id, "{called}");
            assert_eq!(got["description"], "first line\nsecond line");
            assert_eq!(got["tags"], json!(["c2", "T1071"]));
        }
        let shown = terminal.text(&["case", "get", handle]).await;
        for part in ["severity  high", "tags      c2, T1071", "\n  second line\n"] {
            assert!(shown.contains(part), "{part} stands in {shown}");
        }

        let update = [
            "case",
            "update",
            handle,
            "--status",
            "in-progress",
            "--add-tag",
            "new",
            "--remove-tag",
            "c2",
        ];
        let rehearsed = [&update[..], &["--dry-run"]].concat();
        let rehearsed = terminal.text(&rehearsed).await;
        assert!(
            rehearsed.contains("would be written: status = in-progress; tags = T1071, new"),
            "{rehearsed}"
        );
        assert_eq!(
            terminal.json(&["case", "get", id]).await["case"]["status"],
            "open"
        );
        assert!(
            terminal
                .text(&update)
                .await
                .ends_with("status = in-progress; tags = T1071, new: done")
        );
        let again = terminal.text(&update).await;
        assert!(
            again.ends_with("as wanted already: nothing is written"),
            "{again}"
        );
        terminal
            .text(&["case", "update", id, "--replace-tags", "a, b"])
            .await;
        assert_eq!(
            terminal.json(&["case", "get", id]).await["tags"],
            json!(["a", "b"])
        );

        let closed = terminal
            .with(&["case", "close", "-"], &format!(" {id}\n{handle} "))
            .await
            .unwrap();
        assert_eq!(
            closed.text.matches("status = closed: done").count(),
            1,
            "{}",
            closed.text
        );
        let done: Vec<_> = timeline(&terminal, id).await;
        assert!(
            done.contains(&("update".to_owned(), "status".to_owned())),
            "{done:?}"
        );

        let delete = |id, yes: &'static [&'static str]| [&["case", "delete", id], yes].concat();
        for refused in [
            delete(id, &[]),
            delete(handle, &["--yes"]),
            delete(id.get(..8).unwrap(), &["--yes"]),
        ] {
            let error = terminal.with(&refused, "").await.unwrap_err();
            assert_eq!(crate::exit::of(error.code), 2, "{refused:?}");
        }
        terminal.text(&delete(id, &["--yes"])).await;
        let error = terminal.with(&["case", "get", id], "").await.unwrap_err();
        assert_eq!(crate::exit::of(error.code), 3, "it is gone");
    }
}

async fn timeline(terminal: &Terminal, case: &str) -> Vec<(String, String)> {
    let told = terminal.json(&["timeline", case]).await;
    let entries = told["entries"].as_array().unwrap().iter();
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    entries
        .map(|entry| (word(entry, "action"), word(entry, "what")))
        .collect()
}

#[tokio::test]
async fn comments_are_added_changed_and_deleted() {
    let terminal = Terminal::new().await;
    for space in SPACES {
        let (id, handle) = terminal.case(space, "Kerberoasting").await;
        terminal
            .text(&["comment", "add", &handle, "Looked", "at", "it."])
            .await;
        terminal
            .with(&["comment", "add", &handle, "-"], "Two\nlines")
            .await
            .unwrap();
        let listed = terminal.json(&["comment", "list", &handle]).await;
        let comments = listed["comments"].as_array().unwrap();
        let texts: Vec<_> = comments
            .iter()
            .map(|one| one["text"].as_str().unwrap())
            .collect();
        assert_eq!(texts, ["Looked at it.", "Two\nlines"]);
        let first = comments[0]["id"].as_str().unwrap();

        terminal
            .text(&["comment", "edit", &id, first, "Done."])
            .await;
        let text = terminal.text(&["comment", "list", &id]).await;
        assert!(
            text.contains("\n  Done.\n") && text.ends_with("\n  Two\n  lines"),
            "{text}"
        );
        let delete = ["comment", "delete", &id, first];
        assert!(
            terminal.with(&delete, "").await.is_err(),
            "that needs --yes"
        );
        terminal.text(&[&delete[..], &["--yes"]].concat()).await;
        let left = terminal.json(&["comment", "list", &id]).await;
        assert_eq!(left["comments"].as_array().unwrap().len(), 1);
        assert_eq!(left["case"]["place"], format!("PROD / {space}"));
    }
}

#[tokio::test]
async fn alerts_are_found_attached_looked_up_and_detached() {
    let terminal = Terminal::new().await;
    for space in SPACES {
        let found = terminal
            .json(&["alert", "find", "--space", space, "--limit", "2"])
            .await;
        let found = &found["sources"][0];
        assert!(found["total"].as_u64().unwrap() > 2 && found["isExact"] == true);
        let ids = found["alerts"].as_array().unwrap().iter();
        let ids: Vec<_> = ids.map(|one| one["id"].as_str().unwrap()).collect();
        let (case, handle) = terminal.case(space, "Alerts").await;

        let attach = ["alert", "attach", &handle, "-"];
        let pasted = format!("see {} and\n{}, not {}", ids[0], ids[1], "0".repeat(64));
        let rehearsed = terminal
            .with(&[&attach[..], &["--dry-run"]].concat(), &pasted)
            .await
            .unwrap();
        assert_eq!(
            rehearsed.text.matches("would be attached").count(),
            2,
            "{}",
            rehearsed.text
        );
        let attached = terminal.with(&attach, &pasted).await.unwrap();
        assert_eq!(attached.exit, 3, "one was not found");
        assert_eq!(
            attached.text.matches("  attached").count(),
            2,
            "{}",
            attached.text
        );
        let again = terminal.text(&["alert", "attach", &handle, ids[0]]).await;
        assert!(again.contains("was attached before"), "{again}");

        let listed = terminal.json(&["alert", "list", &case]).await;
        assert_eq!(listed["alerts"].as_array().unwrap().len(), 2);
        let holders = terminal.json(&["alert", "cases", ids[0]]).await;
        let holders = holders["cases"].as_array().unwrap().iter();
        let holders: Vec<_> = holders
            .map(|row| row["case"]["id"].as_str().unwrap())
            .collect();
        assert!(holders.contains(&case.as_str()), "{holders:?}");
        let shown = terminal.text(&["alert", "show", ids[0]]).await;
        assert!(
            shown.starts_with(&format!("PROD / {space}\nalert     {}", ids[0])),
            "{shown}"
        );

        for id in &ids {
            let detach = ["alert", "detach", &case, id];
            assert!(
                terminal.with(&detach, "").await.is_err(),
                "that needs --yes"
            );
        }
        // One of what was attached together goes, and the other stays.
        let detach = ["alert", "detach", &case, ids[0], "--yes"];
        assert!(terminal.text(&detach).await.contains("done"));
        let left = terminal.json(&["alert", "list", &case]).await;
        assert_eq!(left["alerts"][0]["id"], ids[1], "{left}");
        let detach = ["alert", "detach", &case, ids[1], "--yes"];
        assert!(terminal.text(&detach).await.contains("done"));
        let left = terminal.json(&["alert", "list", &case]).await;
        assert_eq!(left["alerts"], json!([]));
        let error = terminal.with(&detach, "").await.unwrap_err();
        assert_eq!(crate::exit::of(error.code), 3, "nothing of it is there");
    }
}

#[tokio::test]
async fn every_filter_of_kibanas_find_reaches_it() {
    let terminal = Terminal::of(Options {
        seed: 7,
        ..Options::default()
    })
    .await;
    for (title, tag, severity) in [("Zebra one", "t-1", "high"), ("Zebra two", "t-2", "low")] {
        let line = [
            "case",
            "create",
            title,
            "--description",
            "stripes",
            "--tag",
            tag,
            "--severity",
            severity,
            "--category",
            tag,
            "--space",
            "soc",
        ];
        terminal.text(&line).await;
    }
    let titles = async |filters: &[&str]| {
        let line = [&["case", "find", "--space", "soc"], filters].concat();
        let found = terminal.json(&line).await;
        let rows = found["sources"][0]["rows"].as_array().unwrap().clone();
        let titles = rows
            .iter()
            .map(|row| row["title"].as_str().unwrap().to_owned());
        (
            titles.collect::<Vec<_>>(),
            found["sources"][0]["total"].as_u64().unwrap(),
        )
    };
    let by_title = [
        "--search",
        "zebra",
        "--sort-field",
        "title",
        "--sort-order",
        "asc",
    ];
    assert_eq!(titles(&by_title).await.0, ["Zebra one", "Zebra two"]);
    let paged = [&by_title[..], &["--per-page", "1", "--page", "2"]].concat();
    assert_eq!(titles(&paged).await, (vec!["Zebra two".to_owned()], 2));
    for (filter, expected) in [
        (["--tags", "t-1"], 1),
        (["--tags", "t-1,t-2"], 2),
        (["--severity", "high"], 1),
        (["--status", "open,in-progress"], 2),
        (["--status", "closed"], 0),
        (["--category", "t-2"], 1),
        (["--owner", "observability"], 0),
        (["--assignees", "none"], 2),
        (["--reporters", "nobody-here"], 0),
        (["--from", "now-1h"], 2),
        (["--to", "now-1h"], 0),
    ] {
        let line = [&["--search", "zebra"], &filter[..]].concat();
        assert_eq!(titles(&line).await.1, expected, "{filter:?}");
    }
    let text = terminal
        .text(&["case", "find", "--search", "zebra", "--per-page", "1"])
        .await;
    assert!(
        text.contains("PROD / soc: 1 of 2 cases, page 1 of 2"),
        "{text}"
    );
    assert!(
        text.contains("PROD / ot: 0 of 0 cases, page 1 of 1"),
        "{text}"
    );

    let query = ["case", "find", "--query", "zebra -sev:low"];
    let found = terminal.json(&query).await;
    assert_eq!(
        (&found["total"], &found["rows"][0]["title"]),
        (&json!(1), &json!("Zebra one"))
    );
    let elsewhere = [&query[..], &["--space", "ot"]].concat();
    assert_eq!(terminal.json(&elsewhere).await["total"], 0);
}

#[tokio::test]
async fn deployments_are_tested_added_and_removed() {
    let terminal = Terminal::new().await;
    let tested = terminal.text(&["deployment", "test", "PROD"]).await;
    assert_eq!(tested.matches(": ok\n").count(), 5, "{tested}");
    assert!(tested.contains("may: read, write"), "{tested}");
    assert!(tested.contains("superuser"), "{tested}");

    let other = PracticeKibana::start(Options::default()).await.unwrap();
    let add = ["deployment", "add", "DEV", other.url()];
    let key = format!("{}\n", other.api_key());
    let rehearsed = terminal
        .with(&[&add[..], &["--dry-run"]].concat(), &key)
        .await
        .unwrap();
    assert_eq!(
        rehearsed.text.matches(": ok").count(),
        5,
        "{}",
        rehearsed.text
    );
    assert_eq!(terminal.desk.deployments().len(), 1);
    let added = terminal.with(&add, &key).await.unwrap();
    assert!(
        added.text.starts_with(&format!("DEV  {}", other.url())),
        "{}",
        added.text
    );
    assert!(!added.text.contains(other.api_key()));
    assert!(
        terminal
            .with(&["deployment", "remove", "DEV"], "")
            .await
            .is_err(),
        "that needs --yes"
    );
    terminal
        .text(&["deployment", "remove", "DEV", "--yes"])
        .await;
    assert_eq!(terminal.desk.deployments().len(), 1);
}

#[test]
fn every_shell_has_completions() {
    use clap::ValueEnum;
    for shell in clap_complete::Shell::value_variants() {
        assert!(
            super::super::completions(*shell).contains("replace-tags"),
            "{shell}"
        );
    }
}

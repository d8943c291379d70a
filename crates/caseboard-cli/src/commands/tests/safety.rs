//! Commands in scripts do no damage.

use std::collections::BTreeSet;

use clap::CommandFactory;

use super::*;
use crate::{exit, proof::Proof};

/// Every command that writes to Kibana, with whatever it needs but its flags.
struct Verb {
    path: [&'static str; 2],
    line: Vec<String>,
    /// Whether what it does cannot be taken back by itself.
    destroys: bool,
}

fn verbs(id: &str, comment: &str, alert: &str) -> Vec<Verb> {
    let verb = |path: [&'static str; 2], rest: &[&str], destroys| Verb {
        path,
        line: path
            .iter()
            .chain(rest)
            .map(|word| (*word).to_owned())
            .collect(),
        destroys,
    };
    vec![
        verb(
            ["case", "create"],
            &["New", "--description", "d", "--space", "soc"],
            false,
        ),
        verb(["case", "update"], &[id, "--severity", "critical"], false),
        verb(["case", "close"], &[id], false),
        verb(["case", "delete"], &[id], true),
        verb(["comment", "add"], &[id, "text"], false),
        verb(["comment", "edit"], &[id, comment, "other"], false),
        verb(["comment", "delete"], &[id, comment], true),
        verb(["alert", "attach"], &[id, alert], false),
        verb(["alert", "detach"], &[id, alert], true),
    ]
}

#[tokio::test]
async fn s48_every_verb_that_writes_keeps_its_promises() {
    let terminal = Terminal::of(Options {
        log: true,
        ..Options::default()
    })
    .await;
    let (id, handle) = terminal.case("soc", "Kept").await;
    terminal.text(&["comment", "add", &id, "first"]).await;
    let comments = terminal.json(&["comment", "list", &id]).await;
    let comment = comments["comments"][0]["id"].as_str().unwrap().to_owned();
    let found = terminal
        .json(&["alert", "find", "--space", "soc", "--limit", "1"])
        .await;
    let alert = found["sources"][0]["alerts"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    terminal.text(&["alert", "attach", &id, &alert]).await;
    let n_writes = || terminal.practice.practice().log().len();

    let before = n_writes();
    let verbs = verbs(&id, &comment, &alert);
    let n = u32::try_from(verbs.len()).unwrap();
    let mut proof = Proof::begin("S48", n, n);
    for verb in &verbs {
        proof.round();
        let line: Vec<_> = verb.line.iter().map(String::as_str).collect();
        // Rehearsed, with any other flag: nothing is written, and the target is told.
        for flags in [
            &["--dry-run"][..],
            &["--dry-run", "--yes"],
            &["--dry-run", "--json"],
        ] {
            let line = [&line[..], flags].concat();
            let told = terminal.with(&line, "").await.unwrap();
            assert_eq!(told.exit, 0, "{line:?}: {}", told.text);
            let target = if flags.contains(&"--json") {
                "\"soc\""
            } else {
                "PROD / soc"
            };
            assert!(told.text.contains(target), "{line:?}: {}", told.text);
        }
        if !verb.destroys {
            continue;
        }
        // What destroys needs --yes, and the whole id.
        let error = terminal.with(&line, "").await.unwrap_err();
        assert_eq!(exit::of(error.code), 2, "{line:?}");
        for name in [handle.as_str(), id.get(..8).unwrap()] {
            let line: Vec<_> = line
                .iter()
                .map(|word| if *word == id { name } else { word })
                .collect();
            let error = terminal.with(&[&line[..], &["--yes"]].concat(), "").await;
            assert_eq!(exit::of(error.unwrap_err().code), 2, "{line:?}");
        }
    }
    assert_eq!(n_writes(), before, "nothing was written so far");
    for verb in verbs.iter().filter(|verb| !verb.destroys) {
        let line: Vec<_> = verb.line.iter().map(String::as_str).collect();
        let told = terminal.with(&line, "").await.unwrap();
        let first = told.text.lines().next().unwrap();
        assert!(
            first.starts_with("PROD / soc  PROD/soc~"),
            "{line:?}: {first}"
        );
    }
    let delete = ["case", "delete", &id, "--yes"];
    assert!(terminal.text(&delete).await.starts_with("PROD / soc  "));
}

/// The list above names every command that can be rehearsed, but for those that write nothing to Kibana.
#[test]
fn s48_no_verb_that_writes_is_forgotten() {
    let mut rehearsed = BTreeSet::new();
    for group in Args::command().get_subcommands() {
        for verb in group.get_subcommands() {
            if verb.get_arguments().any(|one| one.get_id() == "dry_run") {
                rehearsed.insert(format!("{} {}", group.get_name(), verb.get_name()));
            }
        }
    }
    let listed: BTreeSet<_> = verbs("", "", "")
        .iter()
        .map(|verb| verb.path.join(" "))
        .collect();
    let local = [
        "deployment add",
        "deployment remove",
        "outbox discard",
        "outbox retry",
    ];
    let local = local.map(str::to_owned).into();
    assert_eq!(rehearsed, &listed | &local);
    let help = exit::help();
    assert!(help.contains(" 75  in the outbox"), "{help}");
}

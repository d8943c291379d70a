//! Grants and proposals at the terminal.

use caseboard_core::{Agent, view::EntryState};

use super::*;
use crate::exit;

async fn proposed(terminal: &Terminal, agent: Agent, case: &str, text: &str) -> String {
    let helper = terminal.desk.for_agent("helper", "s", agent).unwrap();
    let sources = terminal.desk.deployments().remove(0).spaces;
    let sources: Vec<_> = sources.into_iter().map(|space| space.source).collect();
    let case = helper.find_case(case, &sources).await.unwrap();
    let entry = helper.add_comment(&case, text.to_owned()).await.unwrap();
    assert_eq!(entry.state, EntryState::Proposed);
    entry.id.to_string()
}

#[tokio::test]
async fn grants_are_given_and_taken_by_a_person() {
    let terminal = Terminal::new().await;
    let listed = terminal.text(&["agent", "list"]).await;
    assert!(listed.starts_with("Nothing is granted"), "{listed}");
    let grant = ["agent", "grant", "comment", "--space", "soc"];
    let error = terminal.with(&grant, "y\n").await.unwrap_err();
    assert_eq!(exit::of(error.code), 2, "a pipe is no person: {error:?}");
    let (told, _) = terminal.person(&grant, &["n"]).await;
    assert!(told.is_err());
    let (told, shown) = terminal.person(&grant, &["y"]).await;
    assert!(shown.contains("PROD / soc"), "{shown}");
    assert_eq!(
        told.unwrap().text,
        "SPACE       WRITES   POLICY  UNTIL  CASE\nPROD / soc  comment  ask"
    );
    let everywhere = ["agent", "grant", "comment"];
    let (told, _) = terminal.person(&everywhere, &["y"]).await;
    assert!(told.is_err(), "one space has to be named");
    let all = ["agent", "grant", "all", "--allow", "--space", "ot"];
    let (told, _) = terminal.person(&all, &["y"]).await;
    let told = told.unwrap().text;
    assert!(told.contains("PROD / ot   create   allow"), "{told}");
    for asked in ["close", "delete", "push"] {
        let line = format!("PROD / ot   {asked:7}  ask");
        assert!(told.contains(&line), "{line}: {told}");
    }
    let revoke = ["agent", "revoke", "all", "--space", "ot"];
    assert!(!terminal.text(&revoke).await.contains("PROD / ot"));
    let unknown = ["agent", "grant", "everything", "--space", "ot"];
    assert!(terminal.person(&unknown, &["y"]).await.0.is_err());
}

#[tokio::test]
async fn a_proposal_is_shown_and_approved_or_refused() {
    let terminal = Terminal::new().await;
    let (id, handle) = terminal.case("soc", "Proposed to").await;
    let other = terminal.case("ot", "Read before").await.0;
    let grant = ["agent", "grant", "comment", "--space", "soc"];
    terminal.person(&grant, &["y"]).await.0.unwrap();
    let agent = Agent {
        reason: Some("odd \u{1b}[31m".to_owned()),
        ..Agent::default()
    };
    let one = proposed(&terminal, agent, &id, "isolate it").await;
    let listed = terminal.text(&["approve"]).await;
    for part in [
        one.as_str(),
        &handle,
        "helper",
        "+ isolate it",
        "1 proposals wait",
    ] {
        assert!(listed.contains(part), "{part} stands in {listed}");
    }
    assert!(!listed.contains('\u{1b}'), "{listed}");
    let error = terminal.with(&["approve", &one], "y\n").await.unwrap_err();
    assert_eq!(exit::of(error.code), 2, "a pipe is no person");
    let (told, shown) = terminal.person(&["approve", &one], &["n"]).await;
    assert!(shown.contains("+ isolate it"), "{shown}");
    assert_eq!(told.unwrap().text, "");
    let (told, _) = terminal.person(&["approve", &one], &["y"]).await;
    let told = told.unwrap();
    assert!(
        told.text.ends_with("add the comment isolate it: done"),
        "{}",
        told.text
    );
    let (told, _) = terminal.person(&["approve", &one], &["y"]).await;
    assert_eq!(exit::of(told.unwrap_err().code), 25, "it is used once");

    let sources = terminal.desk.deployments().remove(0).spaces;
    let ot = sources
        .iter()
        .find(|space| space.source.space.as_str() == "ot");
    let read = std::collections::BTreeSet::from([ot.unwrap().source.clone()]);
    let agent = Agent {
        read,
        ..Agent::default()
    };
    let two = proposed(&terminal, agent, &id, &format!("see {other}")).await;
    let (told, shown) = terminal.person(&["approve", &two], &["y", "n"]).await;
    assert!(shown.contains("had read PROD / ot"), "{shown}");
    assert_eq!(
        told.unwrap().text,
        "",
        "asked twice, and the second answer counts"
    );
    let refused = ["refuse", &two, "--note", "not there"];
    let told = terminal.text(&refused).await;
    assert!(
        told.contains("refused") && told.contains("note: not there"),
        "{told}"
    );

    let three = proposed(&terminal, Agent::default(), &id, "again").await;
    let hour = ["approve", &three, "--for-an-hour"];
    terminal.person(&hour, &["y"]).await.0.unwrap();
    let listed = terminal.text(&["agent", "list"]).await;
    assert!(listed.contains("allow") && listed.contains(&id), "{listed}");
    let marked = terminal.text(&["agent", "mark", "true"]).await;
    assert!(
        marked.ends_with("comments of agents end with a line that says so"),
        "{marked}"
    );
}

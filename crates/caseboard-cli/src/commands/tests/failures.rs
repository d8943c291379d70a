//! What is told when something does not go as it was meant.

use std::time::Duration;

use caseboard_core::{
    id::SourceId,
    view::{CaseEdit, EntryBy, EntryState, NewStatus, Policy, WriteClass},
};
use practice_kibana::faults::{Fault, Plan};

use super::*;
use crate::exit;

#[tokio::test]
async fn what_cannot_be_sent_is_kept_and_said_to_be() {
    let terminal = Terminal::new().await;
    let (id, handle) = terminal.case("soc", "Queued").await;
    let Terminal { practice, desk, .. } = &terminal;
    practice
        .practice()
        .faults()
        .set(Plan::always(Fault::RefuseConnect));
    let line = ["comment", "add", &handle, "later", "--wait", "0"];
    let told = terminal.with(&line, "").await.unwrap();
    assert_eq!(told.exit, exit::QUEUED, "{}", told.text);
    assert!(told.text.contains("in the outbox as "), "{}", told.text);
    let entries = desk.outbox().await.unwrap().entries;
    let entry = entries
        .iter()
        .find(|entry| entry.state != EntryState::Done)
        .unwrap();
    let listed = terminal.text(&["outbox", "list"]).await;
    assert!(
        listed.contains(entry.id.as_str()) && listed.contains(&handle),
        "{listed}"
    );

    let discard = ["outbox", "discard", entry.id.as_str()];
    assert_eq!(
        exit::of(terminal.with(&discard, "").await.unwrap_err().code),
        2
    );
    let read = terminal.json(&["case", "get", &id]).await;
    assert_eq!(
        read["problem"]["code"], "unreachable",
        "the mirror answers, and says so"
    );
    practice.practice().faults().clear();
    let done = terminal
        .desk
        .wait_for_entries(std::slice::from_ref(&entry.id), Duration::from_mins(1));
    assert_eq!(done.await.unwrap()[0].state, EntryState::Done);
}

#[tokio::test]
async fn a_conflict_tells_what_is_kept_and_how_to_go_on() {
    let terminal = Terminal::new().await;
    let (id, handle) = terminal.case("ot", "Conflict").await;
    let case = terminal
        .desk
        .find_case(&id, &sources(&terminal))
        .await
        .unwrap();
    // Somebody else, who has read the case as it is.
    let theirs = Terminal::beside(&terminal).await;
    let to = |status| CaseEdit {
        status: Some(status),
        ..CaseEdit::default()
    };
    theirs
        .text(&["case", "update", &id, "--status", "closed"])
        .await;
    let mine = terminal
        .desk
        .edit_case(&case, &to(NewStatus::InProgress))
        .await;
    let ids = [mine.unwrap().unwrap().id];
    let stands = terminal
        .desk
        .wait_for_entries(&ids, Duration::from_mins(1))
        .await;
    assert_eq!(stands.unwrap()[0].state, EntryState::NeedsYou);
    let entry = ids[0].to_string();
    let told = terminal
        .with(&["outbox", "retry", &entry], "")
        .await
        .unwrap();
    assert_eq!(
        told.exit, 6,
        "a conflict is not settled by trying again: {}",
        told.text
    );
    let listed = terminal.text(&["outbox", "list"]).await;
    for part in [
        "status: it was open, you want in-progress, it is closed now".to_owned(),
        format!("caseboard outbox retry {entry} --mine status"),
        format!("caseboard outbox discard {entry} --yes"),
    ] {
        assert!(listed.contains(&part), "{part} stands in {listed}");
    }
    let settled = terminal
        .text(&["outbox", "retry", &entry, "--mine", "status"])
        .await;
    assert!(
        settled.contains(&handle) && settled.ends_with("status = in-progress: done"),
        "{settled}"
    );
    let got = theirs.json(&["case", "get", &id]).await;
    assert_eq!(got["case"]["status"], "in-progress");
}

fn sources(terminal: &Terminal) -> Vec<SourceId> {
    let deployments = terminal.desk.deployments();
    let spaces = deployments
        .into_iter()
        .flat_map(|deployment| deployment.spaces);
    spaces.map(|space| space.source).collect()
}

#[tokio::test]
async fn a_name_that_means_several_cases_is_refused_with_all_of_them() {
    let terminal = Terminal::new().await;
    let (one, _) = terminal.case("soc", "One").await;
    let error = terminal
        .with(&["case", "get", "PROD/soc~zzzzzz"], "")
        .await
        .unwrap_err();
    assert_eq!(exit::of(error.code), 3);
    let error = terminal
        .with(&["case", "get", one.get(..5).unwrap()], "")
        .await
        .unwrap_err();
    assert_eq!(exit::of(error.code), 2, "too short");
    let all = terminal.json(&["case", "list", "--limit", "200"]).await;
    let handles = all["rows"].as_array().unwrap().iter();
    let handles: Vec<_> = handles.map(|row| row["handle"].as_str().unwrap()).collect();
    let number = |handle: &str| {
        handle
            .split_once('#')
            .map(|(_, number)| format!("#{number}"))
    };
    let numbers: Vec<_> = handles.iter().filter_map(|handle| number(handle)).collect();
    let twice = numbers
        .iter()
        .find(|one| numbers.iter().filter(|other| other == one).count() > 1);
    let twice = twice.expect("two spaces count from the same number");
    let error = terminal
        .with(&["case", "get", twice], "")
        .await
        .unwrap_err();
    assert_eq!(exit::of(error.code), 2);
    let meant: Vec<_> = handles
        .iter()
        .filter(|handle| handle.ends_with(twice))
        .collect();
    for handle in meant {
        assert!(
            error.message.contains(*handle),
            "{handle} stands in {}",
            error.message
        );
    }
}

#[tokio::test]
async fn many_cases_at_once_need_a_yes() {
    let terminal = Terminal::new().await;
    let all = terminal
        .json(&["case", "find", "--query", "", "--per-page", "100"])
        .await;
    let ids = all["rows"].as_array().unwrap().iter();
    let ids: Vec<_> = ids.map(|row| row["case"]["id"].as_str().unwrap()).collect();
    assert!(ids.len() > 20);
    let some = ids[..21].join("\n");
    let line = ["case", "update", "-", "--add-tag", "bulk"];
    let error = terminal.with(&line, &some).await.unwrap_err();
    assert_eq!(exit::of(error.code), 2, "{}", error.message);
    let told = terminal
        .with(&[&line[..], &["--dry-run", "--json"]].concat(), &some)
        .await
        .unwrap();
    let told: Value = serde_json::from_str(&told.text).unwrap();
    assert_eq!(told["writes"].as_array().unwrap().len(), 21);
    assert!(terminal.desk.outbox().await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn every_write_says_whose_it_is_and_a_rehearsal_is_none() {
    let terminal = Terminal::new().await;
    let (id, _) = terminal.case("soc", "Whose").await;
    let case = terminal
        .desk
        .find_case(&id, &sources(&terminal))
        .await
        .unwrap();
    let allow = Some(Policy::Allow);
    let granted = terminal
        .desk
        .set_policy(&case.source, WriteClass::Comment, allow);
    granted.await.unwrap();
    let agent = terminal.desk.on_behalf(Provenance::Mcp {
        client: "agent".to_owned(),
        session: "1".to_owned(),
    });
    let rehearsed = agent
        .rehearsing()
        .add_comment(&case, "never".to_owned())
        .await
        .unwrap();
    let written = agent.add_comment(&case, "said".to_owned()).await.unwrap();
    let by = EntryBy::Mcp {
        client: "agent".to_owned(),
    };
    assert_eq!((&rehearsed.by, &written.by), (&by, &by));
    let entries = terminal.desk.outbox().await.unwrap().entries;
    let all: Vec<_> = entries.iter().map(|entry| (&entry.by, &entry.id)).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.contains(&(&by, &written.id)));
    assert!(all.iter().any(|(by, _)| **by == EntryBy::Cli), "{all:?}");
}

use caseboard_core::view::{CaseEdit, ConflictView, EntryState, EntryView};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    seed::Seed,
};
use practice_kibana::{
    PracticeKibana,
    faults::{Fault, Plan},
    history::{self, CaseName, DeploymentLog, Finding, History, State, Write},
};
use serde_json::json;

#[tokio::test]
async fn offline_edits_of_three_cases_survive_a_restart_two_are_sent_and_one_asks() {
    let mut seed = Seed::of("offline_edits_of_three_cases");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (titled, before) = server.some_case(&mut seed, "soc").await;
    let (commented, _) = server.some_case(&mut seed, "soc").await;
    let contested = server.create_case("soc", &seed.title(), "low").await;
    let contested = contested["id"].as_str().unwrap().to_owned();
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await.id;
    let [titled, commented, contested] =
        [titled, commented, contested].map(|id| case(&deployment, "soc", &id));
    // A colleague is quicker, and then the network goes.
    server
        .patch(
            "soc",
            contested.id.as_str(),
            json!({"severity": "critical"}),
        )
        .await;
    practice
        .practice()
        .faults()
        .set(Plan::always(Fault::RefuseConnect));

    let title = format!("Renamed {}", seed.token());
    let rename = CaseEdit {
        title: Some(title.clone()),
        ..CaseEdit::default()
    };
    let comment = seed.comment();
    let grave = CaseEdit {
        severity: Some("high".to_owned()),
        ..CaseEdit::default()
    };
    test.desk.edit_case(&titled, &rename).await.unwrap();
    test.desk
        .add_comment(&commented, comment.clone())
        .await
        .unwrap();
    let edited = test.desk.edit_case(&contested, &grave).await.unwrap();
    assert!(edited.is_some());
    let cards = test.cards().await;
    let renamed = cards.iter().find(|card| card.case == titled).unwrap();
    assert_eq!(renamed.title, title, "it shows at once");
    assert!(cards.iter().all(|card| card.pending), "and is marked");

    let TestDesk {
        desk,
        keychain,
        profile,
    } = test;
    desk.shutdown().await;
    let test = TestDesk::open_on(profile, keychain).await;
    let kept = test.desk.outbox().await.unwrap().entries;
    assert_eq!(kept.len(), 3, "nothing is lost by quitting");
    practice.practice().faults().clear();
    let settled =
        |entry: &EntryView| matches!(entry.state, EntryState::Done | EntryState::NeedsYou);
    let entries = test
        .until(async |desk| {
            let entries = desk.outbox().await.ok()?.entries;
            entries.iter().all(settled).then_some(entries)
        })
        .await;
    let states: Vec<_> = entries.iter().map(|entry| entry.state).collect();
    assert_eq!(
        states,
        [EntryState::Done, EntryState::Done, EntryState::NeedsYou]
    );
    let one = |value: &str| vec![value.to_owned()];
    assert_eq!(
        entries[2].conflicts,
        [ConflictView {
            field: "severity".to_owned(),
            base: one("low"),
            mine: one("high"),
            theirs: one("critical"),
        }]
    );
    assert_eq!(server.case("soc", titled.id.as_str()).await["title"], title);
    assert_eq!(
        server.comments("soc", commented.id.as_str()).await,
        [comment.as_str()]
    );
    let now = server.case("soc", contested.id.as_str()).await;
    assert_eq!(now["severity"], "critical");
    assert_clean(&practice, &comment, &before, &title);

    test.desk
        .resolve_conflict(&entries[2].id, &grave)
        .await
        .unwrap();
    test.until(async |desk| {
        let entries = desk.outbox().await.ok()?.entries;
        entries
            .iter()
            .all(|entry| entry.state == EntryState::Done)
            .then_some(())
    })
    .await;
    let now = server.case("soc", contested.id.as_str()).await;
    assert_eq!(now["severity"], "high", "what the person chose");
}

/// Nothing of ours is in the server's log twice, or was lost.
fn assert_clean(practice: &PracticeKibana, comment: &str, before: &str, title: &str) {
    let log = practice.practice().log();
    let token = |text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
            .unwrap()
            .to_owned()
    };
    let of = |text: &str, write: Write| {
        let holds = |change: &&practice_kibana::log::Change| {
            change.fields.values().any(|field| field.after == text)
        };
        let change = log
            .iter()
            .flat_map(|commit| &commit.changes)
            .find(holds)
            .unwrap();
        history::Entry {
            token: token(text),
            deployment: "PROD".to_owned(),
            space: "soc".to_owned(),
            author: log[0].user.clone().unwrap(),
            case: CaseName::Id(change.case.clone().unwrap()),
            order: 1,
            write,
            state: State::Confirmed { at: 1 },
        }
    };
    let edit = Write::Edit {
        field: "title".to_owned(),
        value: json!(title),
        seen: None,
        seen_value: Some(json!(before)),
    };
    let history = History {
        entries: vec![of(comment, Write::Comment), of(title, edit)],
        views: vec![],
    };
    let log = DeploymentLog {
        deployment: "PROD".to_owned(),
        commits: log.iter().map(|commit| (**commit).clone()).collect(),
    };
    let findings: Vec<_> = history::check(&history, &[log])
        .into_iter()
        // The cases themselves, and the colleague's change, are nobody's entries.
        .filter(|finding| !matches!(finding, Finding::Phantom { .. }))
        .collect();
    assert_eq!(findings, []);
}

#[tokio::test]
async fn a_new_case_takes_comments_before_kibana_has_it_and_undo_takes_all_back() {
    let mut seed = Seed::of("a_new_case_takes_comments_before_kibana_has_it");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await;
    practice
        .practice()
        .faults()
        .set(Plan::always(Fault::RefuseConnect));
    let soc = deployment
        .spaces
        .iter()
        .find(|space| space.source.space.as_str() == "soc");
    let title = seed.title();
    let form = caseboard_core::view::NewCaseForm {
        title: title.clone(),
        description: "What happened.".to_owned(),
        tags: vec!["phish".to_owned()],
        severity: "high".to_owned(),
        assignees: vec![],
        category: None,
        sync_alerts: true,
        custom_fields: vec![],
    };
    let source = &soc.unwrap().source;
    let created = test.desk.create_case(source, form).await.unwrap();
    test.desk
        .put_draft(&created.case, "half a thought")
        .await
        .unwrap();
    let comment = seed.comment();
    test.desk
        .add_comment(&created.case, comment.clone())
        .await
        .unwrap();
    test.desk.put_draft(&created.case, "another").await.unwrap();
    practice.practice().faults().clear();
    let entries = test
        .until(async |desk| {
            let entries = desk.outbox().await.ok()?.entries;
            let done = |entry: &EntryView| entry.state == EntryState::Done;
            entries.iter().all(done).then_some(entries)
        })
        .await;
    let named = &entries[1].case;
    assert_ne!(*named, created.case, "it has Kibana's name now");
    assert_eq!(server.comments("soc", named.id.as_str()).await, [comment]);
    assert_eq!(
        test.desk.draft(named).await.unwrap().as_deref(),
        Some("another")
    );
    assert_eq!(test.card(named.id.as_str()).await.title, title);

    test.desk.undo_entry(&entries[1].id).await.unwrap();
    test.until(async |_| {
        server
            .comments("soc", named.id.as_str())
            .await
            .is_empty()
            .then_some(())
    })
    .await;
    let journal = test.desk.export_journal(0, 1000).await.unwrap();
    assert!(
        journal.lines().count() >= 8,
        "every step stands in the journal"
    );
    assert!(journal.contains(&title), "in words");
}

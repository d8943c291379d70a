use std::time::Duration;

use caseboard_core::view::{CaseEdit, EntryState, EntryWhat};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};
use practice_kibana::faults::{Fault, Plan, Rule};

#[tokio::test]
async fn r25_own_writes_show_at_once_and_never_flicker_back() {
    let mut words = Seed::of("r25");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut words, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let mut proof = Proof::begin("R25", 50, 50);
    while let Some(seed) = proof.round() {
        let late = Rule::of(Fault::Reorder {
            at_most: Duration::from_millis(30),
        });
        let plan = Plan::of([late.probability(0.5)]).seeded(seed);
        practice.practice().faults().set(plan);
        let title = words.title();
        let wanted = CaseEdit {
            title: Some(title.clone()),
            ..CaseEdit::default()
        };
        test.desk.sync_now();
        let written = test.desk.edit_case(&reference, &wanted).await.unwrap();
        let written = written.expect("it is another title").id;
        test.until(async |desk| {
            let card = test.cards().await.remove(0);
            assert_eq!(card.title, title, "seed {seed}: an older title shows again");
            desk.sync_now();
            let entries = desk.outbox().await.ok()?.entries;
            let entry = entries.iter().find(|entry| entry.id == written)?;
            (entry.state == EntryState::Done).then_some(())
        })
        .await;
        assert_eq!(test.cards().await[0].title, title, "seed {seed}");
    }
}

#[tokio::test]
async fn what_another_process_writes_shows_here_and_what_becomes_of_it_there() {
    let mut words = Seed::of("what_another_process_writes_shows_here_and_what_becomes_of_it_there");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut words, "soc").await;
    let window = TestDesk::open().await;
    let reference = case(&window.connect("PROD", &practice).await.id, "soc", &id);
    let terminal = window.again().await;
    practice
        .practice()
        .faults()
        .set(Plan::of([Rule::of(Fault::LoginPage)]));
    let text = words.comment();
    let written = terminal
        .add_comment(&reference, text.clone())
        .await
        .unwrap();
    let shown = window.until(async |desk| {
        let entries = desk.open_case(&reference).await.ok()?.entries;
        entries.into_iter().find(|entry| entry.id == written.id)
    });
    assert_eq!(shown.await.what, EntryWhat::AddComment { text });
    let sender = terminal.outbox().await.unwrap().sender;
    assert_eq!(sender, None, "both are this process");

    practice.practice().faults().clear();
    let ids = [written.id];
    let settled = terminal
        .wait_for_entries(&ids, Duration::from_secs(30))
        .await;
    assert_eq!(settled.unwrap()[0].state, EntryState::Done);
    terminal.shutdown().await;
}

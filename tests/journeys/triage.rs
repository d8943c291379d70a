use std::collections::BTreeSet;

use caseboard_core::{
    id::SourceId,
    view::{Activity, Block, EntryState, Inline, NewStatus},
};
use caseboard_journeys::{
    desk::{TestDesk, cards, case},
    kibana::{self, Kibana, SPACES},
    seed::Seed,
};
use practice_kibana::{
    Options, PracticeKibana,
    faults::{Fault, Plan, Rule},
};

#[tokio::test]
async fn the_board_shows_the_cases_of_three_spaces_at_once() {
    let practice = PracticeKibana::start(Options::default()).await.unwrap();
    let server = Kibana::of(&practice);
    let test = TestDesk::open().await;
    test.connect("PRACTICE", &practice).await;
    let shown: BTreeSet<_> = test
        .cards()
        .await
        .into_iter()
        .map(|row| (row.case.source.space.to_string(), row.case.id.to_string()))
        .collect();
    let mut n_cases = 0;
    for space in SPACES {
        let titles = server.titles(space).await;
        n_cases += titles.len();
        assert!(
            !titles.is_empty() && shown.iter().any(|(shown, _)| shown == space),
            "{space} is on the board"
        );
    }
    assert!(
        n_cases >= 55,
        "the practice world has about 60 cases, not {n_cases}"
    );
}

#[tokio::test]
async fn a_case_created_from_outside_appears_and_a_deleted_one_goes() {
    let mut seed = Seed::of("a_case_created_from_outside_appears_and_a_deleted_one_goes");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let test = TestDesk::open().await;
    test.connect("PROD", &practice).await;
    let (id, title) = server.some_case(&mut seed, "ot").await;
    assert_eq!(test.card(&id).await.title, title);
    server.delete("ot", &id).await;
    test.desk.sync_now();
    test.until(async |desk| cards(desk).await.is_empty().then_some(()))
        .await;
}

#[tokio::test]
async fn a_space_taken_out_of_use_leaves_the_board_and_comes_back() {
    let mut seed = Seed::of("a_space_taken_out_of_use_leaves_the_board_and_comes_back");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (soc, _) = server.some_case(&mut seed, "soc").await;
    let (ot, _) = server.some_case(&mut seed, "ot").await;
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await;
    let source = SourceId {
        deployment: deployment.id,
        space: "soc".parse().unwrap(),
    };
    test.desk.set_space_shown(&source, false).await.unwrap();
    assert_eq!(
        test.cards()
            .await
            .iter()
            .map(|row| row.case.id.as_str())
            .collect::<Vec<_>>(),
        [ot.as_str()]
    );
    test.desk.set_space_shown(&source, true).await.unwrap();
    test.card(&soc).await;
}

#[tokio::test]
async fn a_comment_and_a_status_reach_kibana_and_show_as_pending_until_then() {
    let mut seed = Seed::of("a_comment_and_a_status_reach_kibana_and_show_as_pending_until_then");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let deployment = test.connect("PROD", &practice).await;
    let reference = case(&deployment.id, "soc", &id);
    let text = seed.comment();

    let faults = practice.practice().faults();
    faults.set(Plan::of([Rule::of(Fault::LoginPage)]));
    let written = test.desk.add_comment(&reference, text.clone()).await;
    assert!(
        test.card(&id).await.pending,
        "marked while it is on its way"
    );
    faults.clear();
    let settled = test.settled(&written.unwrap()).await;
    assert_eq!(settled.state, EntryState::Done);
    let detail = test.desk.open_case(&reference).await.unwrap();
    assert!(!detail.row.pending, "and not after");
    let activity = detail.activity.unwrap();
    let [entry] = activity.as_slice() else {
        panic!("one comment, not {activity:?}")
    };
    let Activity::Comment { body, .. } = &entry.what else {
        panic!("a comment, not {entry:?}")
    };
    assert_eq!(
        body.blocks,
        [Block::Paragraph {
            inlines: vec![Inline::Text { text: text.clone() }]
        }]
    );
    assert_eq!(server.comments("soc", &id).await, [text]);

    let written = test.set_status(&reference, NewStatus::InProgress).await;
    assert_eq!(test.settled(&written).await.state, EntryState::Done);
    let detail = test.desk.open_case(&reference).await.unwrap();
    assert_eq!(
        (detail.row.status.as_str(), detail.row.n_comments),
        ("in-progress", 1)
    );
    assert_eq!(server.case("soc", &id).await["status"], "in-progress");
}

#[tokio::test]
async fn the_same_words_twice_are_two_comments() {
    let mut seed = Seed::of("the_same_words_twice_are_two_comments");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let text = seed.comment();
    for _ in 0..2 {
        let written = test.desk.add_comment(&reference, text.clone()).await;
        let settled = test.settled(&written.unwrap()).await;
        assert_eq!(settled.state, EntryState::Done);
    }
    assert_eq!(server.comments("soc", &id).await, [text.clone(), text]);
}

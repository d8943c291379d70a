use std::slice;

use caseboard_core::{
    code::ErrorCode,
    view::{ConflictView, EntryState, EntryWhy, NewStatus},
};
use caseboard_journeys::{
    desk::{TestDesk, case},
    kibana::{self, Kibana},
    seed::Seed,
};
use serde_json::json;

#[tokio::test]
async fn somebody_elses_title_is_no_obstacle_to_my_status() {
    let mut seed = Seed::of("somebody_elses_title_is_no_obstacle_to_my_status");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    let theirs = seed.title();
    server.patch("soc", &id, json!({"title": theirs})).await;
    let written = test.set_status(&reference, NewStatus::Closed).await;
    assert_eq!(test.settled(&written).await.state, EntryState::Done);
    let detail = test.desk.open_case(&reference).await.unwrap();
    assert_eq!(
        (detail.row.status.as_str(), detail.row.title),
        ("closed", theirs.clone()),
        "both changes stand"
    );
    assert_eq!(server.case("soc", &id).await["title"], theirs);
}

#[tokio::test]
async fn somebody_elses_status_is_never_overwritten_unseen() {
    let mut seed = Seed::of("somebody_elses_status_is_never_overwritten_unseen");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    server.patch("soc", &id, json!({"status": "closed"})).await;
    let written = test.set_status(&reference, NewStatus::InProgress).await;
    let parked = test.settled(&written).await;
    assert_eq!(
        (parked.state, parked.why, parked.error),
        (
            EntryState::NeedsYou,
            Some(EntryWhy::Conflict),
            Some(ErrorCode::VersionConflict)
        )
    );
    let words = |status: &str| vec![status.to_owned()];
    let conflict = ConflictView {
        field: "status".to_owned(),
        base: words("open"),
        mine: words("in-progress"),
        theirs: words("closed"),
    };
    assert_eq!(parked.conflicts, [conflict]);
    assert_eq!(server.case("soc", &id).await["status"], "closed");
    let shown = test.until(async |desk| {
        let detail = desk.open_case(&reference).await.ok()?;
        (detail.row.status == "closed").then_some(detail)
    });
    let shown = shown.await;
    assert!(!shown.row.pending, "nothing is left on its way");
    assert_eq!(
        shown.entries,
        slice::from_ref(&parked),
        "it is told with the case"
    );

    let mine = ["status".to_owned()];
    test.desk.keep_mine(&parked.id, &mine).await.unwrap();
    assert_eq!(test.settled(&written).await.state, EntryState::Done);
    assert_eq!(
        server.case("soc", &id).await["status"],
        "in-progress",
        "now it was seen"
    );
}

#[tokio::test]
async fn a_conflict_that_is_settled_for_the_other_side_writes_nothing() {
    let mut seed = Seed::of("a_conflict_that_is_settled_for_the_other_side_writes_nothing");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    server.patch("soc", &id, json!({"status": "closed"})).await;
    let written = test.set_status(&reference, NewStatus::InProgress).await;
    let parked = test.settled(&written).await;
    let settled = test.desk.keep_mine(&parked.id, &[]).await.unwrap();
    assert_eq!(settled.state, EntryState::Cancelled);
    assert_eq!(server.case("soc", &id).await["status"], "closed");
}

#[tokio::test]
async fn the_same_status_by_somebody_else_is_no_conflict() {
    let mut seed = Seed::of("the_same_status_by_somebody_else_is_no_conflict");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let test = TestDesk::open().await;
    let reference = case(&test.connect("PROD", &practice).await.id, "soc", &id);
    server
        .patch("soc", &id, json!({"status": "in-progress"}))
        .await;
    let written = test.set_status(&reference, NewStatus::InProgress).await;
    assert_eq!(test.settled(&written).await.state, EntryState::Done);
    let detail = test.desk.open_case(&reference).await.unwrap();
    assert_eq!(detail.row.status, "in-progress");
}

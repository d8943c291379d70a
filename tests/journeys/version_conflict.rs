use caseboard_core::{code::ErrorCode, view::NewStatus};
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
    let detail = test
        .desk
        .set_case_status(&reference, NewStatus::Closed)
        .await
        .unwrap();
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
    let error = test
        .desk
        .set_case_status(&reference, NewStatus::InProgress)
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::VersionConflict);
    assert_eq!(server.case("soc", &id).await["status"], "closed");
    assert!(!test.cards().await[0].pending, "nothing is left on its way");
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
    let detail = test
        .desk
        .set_case_status(&reference, NewStatus::InProgress)
        .await
        .unwrap();
    assert_eq!(detail.row.status, "in-progress");
}

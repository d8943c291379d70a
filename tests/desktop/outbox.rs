//! What is written goes out once, whatever becomes of Kibana and of the app, and what cannot go out asks.

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Window, control, control_enter},
};
use practice_kibana::faults::{Fault, Plan, Rule};
use serde_json::json;

#[tokio::test]
async fn a_comment_written_while_kibana_is_down_outlives_the_app_and_arrives_once() {
    let mut seed =
        Seed::of("a_comment_written_while_kibana_is_down_outlives_the_app_and_arrives_once");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let mut window = Window::on(&practice).await;
    window.open_case(&id).await;
    let faults = practice.practice().faults();
    faults.set(Plan::of([Rule::of(Fault::ResetBeforeCommit)]));
    let text = seed.comment();
    window.fill("Comment", &text).await;
    window.press(&control_enter()).await;
    window
        .until("document.querySelector('textarea')?.value === ''")
        .await;
    window.until_status_says("1 waiting").await;

    window.restart().await;
    window.until_status_says("1 waiting").await;
    window.open_case(&id).await;
    window.until_case_says(&text).await;
    faults.clear();
    kibana::until(|| async { server.comments("soc", &id).await == [text.clone()] }).await;
    window
        .until("document.querySelector('footer')?.innerText.includes('waiting') === false")
        .await;
    assert_eq!(server.comments("soc", &id).await, [text]);
}

#[tokio::test]
async fn a_status_that_somebody_else_changed_asks_and_what_is_chosen_is_written() {
    let mut seed =
        Seed::of("a_status_that_somebody_else_changed_asks_and_what_is_chosen_is_written");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.focus_card(&id).await;
    server.patch("soc", &id, json!({"status": "closed"})).await;
    window.press("s").await;
    window
        .until("document.querySelector('[role=menu]') !== null")
        .await;
    window.press("2").await;
    let words = window.problem("version_conflict").await;
    assert!(words.contains("changed"), "{words}");
    window.until_in_column(&id, "closed").await;
    assert_eq!(server.case("soc", &id).await["status"], "closed");

    window.click_button("Outbox").await;
    window.choose("Yours").await;
    window.click_button("Save this result").await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "in-progress" }).await;
}

#[tokio::test]
async fn a_status_is_taken_back_by_a_key() {
    let mut seed = Seed::of("a_status_is_taken_back_by_a_key");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.focus_card(&id).await;
    window.press("s").await;
    window
        .until("document.querySelector('[role=menu]') !== null")
        .await;
    window.press("2").await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "in-progress" }).await;
    window.until_in_column(&id, "in-progress").await;
    window.focus_card(&id).await;
    window.press(&control('z')).await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "open" }).await;
    window.until_in_column(&id, "open").await;
}

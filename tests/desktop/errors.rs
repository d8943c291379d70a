//! Each trouble of the server is shown in words, with its code, and loses nothing that was typed.

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Start, Window, control_enter},
};
use practice_kibana::{
    Key, Rights,
    faults::{Fault, Plan, RightsLeft, Rule},
};
use serde_json::json;

#[tokio::test]
async fn a_wrong_key_is_told_where_it_was_typed_and_the_form_stays_filled() {
    let practice = kibana::empty(vec![]).await;
    let window = Window::open(Start::Own).await;
    window.ask_to_connect("PROD", practice.url()).await;
    let main = window.page.window().await.unwrap();
    window.type_key("bm9ib2R5Om5vdGhpbmc=").await;
    let words = window.problem("unauthenticated").await;
    assert!(words.contains("key"), "{words}");
    let typed = window.eval("document.querySelector('input').value").await;
    assert_eq!(typed, json!("bm9ib2R5Om5vdGhpbmc="));
    window.page.switch_to_window(main).await.unwrap();
    let typed = window
        .eval("[...document.querySelectorAll('[role=dialog] input')].map((field) => field.value)")
        .await;
    assert_eq!(typed, json!([practice.url(), "PROD"]));
}

#[tokio::test]
async fn a_stopped_server_is_told_and_neither_cards_nor_the_comment_are_lost() {
    let mut seed = Seed::of("a_stopped_server_is_told_and_neither_cards_nor_the_comment_are_lost");
    let practice = kibana::empty(vec![]).await;
    let (id, _) = Kibana::of(&practice).some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    practice.stop().await;
    let text = seed.comment();
    window.fill("Comment", &text).await;
    window.press(&control_enter()).await;
    window.until_status_says("1 waiting").await;
    window.until_case_says(&text).await;
    window.click_button("Sync").await;
    window.problem("unreachable").await;
    window.card(&id).await;
}

#[tokio::test]
async fn a_case_that_was_deleted_is_told_when_it_is_opened() {
    let mut seed = Seed::of("a_case_that_was_deleted_is_told_when_it_is_opened");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    server.delete("soc", &id).await;
    window.open_case(&id).await;
    let words = window.problem("not_found").await;
    assert!(words.contains("not there any more"), "{words}");
}

#[tokio::test]
async fn a_key_without_rights_is_told_and_the_comment_is_kept() {
    let mut seed = Seed::of("a_key_without_rights_is_told_and_the_comment_is_kept");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    // Only the request itself shows it: what the key may do was asked before.
    let reduced = Rule::of(Fault::ReduceKey {
        left: RightsLeft::Read,
        lasting: None,
    });
    let comments = reduced.on("POST /api/cases/*/comments").limit(1);
    practice.practice().faults().set(Plan::of([comments]));
    let text = seed.comment();
    window.fill("Comment", &text).await;
    window.press(&control_enter()).await;
    window.problem("forbidden").await;
    window.until_case_says(&text).await;
    window.click_button("Edit again").await;
    window
        .until(&format!(
            "document.querySelector('textarea')?.value === {text:?}"
        ))
        .await;
    assert!(server.comments("soc", &id).await.is_empty());
}

#[tokio::test]
async fn a_key_that_is_replaced_by_a_good_one_brings_the_board_back() {
    let mut seed = Seed::of("a_key_that_is_replaced_by_a_good_one_brings_the_board_back");
    let narrow = Key::new("narrow").with("ot", Rights::All);
    let practice = kibana::empty(vec![narrow.clone()]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.replace_key(&narrow.api_key).await;
    window.problem("forbidden").await;
    window.replace_key(practice.api_key()).await;
    window
        .until("document.querySelector('[data-error-code=forbidden]') === null")
        .await;
    window.card(&id).await;
}

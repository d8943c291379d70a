use std::collections::BTreeSet;

use caseboard_journeys::{
    kibana::{self, Kibana, SPACES},
    seed::Seed,
    window::{Start, Window},
};
use serde_json::json;

#[tokio::test]
async fn the_board_shows_the_cases_that_the_server_has_and_one_created_from_outside_appears() {
    let mut seed = Seed::of(
        "the_board_shows_the_cases_that_the_server_has_and_one_created_from_outside_appears",
    );
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    for space in SPACES {
        for severity in ["low", "medium", "high", "critical"] {
            server.create_case(space, &seed.title(), severity).await;
        }
    }
    let window = Window::on(&practice).await;
    window
        .until("document.body.innerText.includes('12 cases in 3 spaces')")
        .await;
    let mut expected = BTreeSet::new();
    for space in SPACES {
        expected.extend(server.titles(space).await);
    }
    assert_eq!(BTreeSet::from_iter(window.titles().await), expected);

    // Nobody asks for it: the app finds it by itself.
    let (id, title) = server.some_case(&mut seed, "ot").await;
    window.until_in_column(&id, "open").await;
    assert!(window.titles().await.contains(&title));
    assert_eq!(
        window.violations().await,
        json!([]),
        "nothing tries what the content security policy refuses"
    );
}

#[tokio::test]
async fn the_practice_kibana_comes_up_by_itself_with_three_spaces() {
    let window = Window::open(Start::Practice).await;
    for space in SPACES {
        window
            .element(&format!("[data-case][data-space={space:?}]"))
            .await;
    }
    window
        .until("document.body.innerText.includes('Practice')")
        .await;
    for status in ["open", "in-progress", "closed"] {
        window
            .element(&format!("[data-column={status:?}] [data-case]"))
            .await;
    }
}

#[tokio::test]
async fn a_space_is_switched_off_and_on() {
    let mut seed = Seed::of("a_space_is_switched_off_and_on");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (soc, _) = server.some_case(&mut seed, "soc").await;
    let (ot, _) = server.some_case(&mut seed, "ot").await;
    let window = Window::on(&practice).await;
    window.card(&soc).await;
    window.toggle_space("SOC").await;
    window
        .until("document.querySelector('[data-case][data-space=soc]') === null")
        .await;
    window.card(&ot).await;
    window.toggle_space("SOC").await;
    window.card(&soc).await;
}

#[tokio::test]
async fn a_status_is_changed_by_key_and_a_card_is_moved_by_key() {
    let mut seed = Seed::of("a_status_is_changed_by_key_and_a_card_is_moved_by_key");
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
    window.until_in_column(&id, "in-progress").await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "in-progress" }).await;

    window.focus_card(&id).await;
    window.press("m").await;
    window
        .press(&char::from(fantoccini::key::Key::Right).to_string())
        .await;
    window
        .press(&char::from(fantoccini::key::Key::Enter).to_string())
        .await;
    window.until_in_column(&id, "closed").await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "closed" }).await;
}

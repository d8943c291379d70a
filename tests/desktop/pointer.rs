//! The drags that need a real pointer: of a card to another column, of text from another program's window, and of either
//! near to an edge, where what is under it scrolls.

use std::collections::BTreeSet;

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Window, card, pointer::Place},
};

#[tokio::test]
async fn a_card_is_dragged_to_another_column_with_a_real_mouse() {
    let mut seed = Seed::of("a_card_is_dragged_to_another_column_with_a_real_mouse");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.until_settled().await;
    let (from, to) = (
        window.middle(&card(&id)).await,
        window.middle("[data-column='in-progress']").await,
    );
    window.drag(from, to).await;
    window.until_in_column(&id, "in-progress").await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "in-progress" }).await;
}

#[tokio::test]
async fn a_card_held_near_the_edge_of_its_column_scrolls_it_and_is_let_go_elsewhere() {
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    for n in 0..40 {
        server
            .create_case("soc", &format!("Quiet case {n}"), "low")
            .await;
    }
    let case = server
        .create_case("soc", "On top of its column", "critical")
        .await;
    let id = case["id"].as_str().unwrap().to_owned();
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.until_settled().await;
    let column = "[data-column='open'] .scroller";
    let (from, to) = (
        window.middle(&card(&id)).await,
        window.middle("[data-column='in-progress']").await,
    );
    let edge = Place {
        x: from.x,
        y: window.bottom(column).await - 16,
    };
    window.grip(from).await;
    window.carry(from, edge).await;
    window
        .until(&format!(
            "document.querySelector({column:?}).scrollTop > 1500"
        ))
        .await;
    // By now the card itself is no longer drawn; its drag goes on all the same.
    window
        .until(&format!("document.querySelector({:?}) === null", card(&id)))
        .await;
    window.carry(edge, to).await;
    window.let_go();
    window.until_in_column(&id, "in-progress").await;
    kibana::until(|| async { server.case("soc", &id).await["status"] == "in-progress" }).await;
}

#[tokio::test]
async fn text_is_dragged_onto_a_card_from_another_programs_window() {
    let mut seed = Seed::of("text_is_dragged_onto_a_card_from_another_programs_window");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let alert = seed.alert_id();
    kibana::put_alert(&practice, "soc", &alert, "Malware prevention");
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.until_settled().await;
    let program = window
        .other_program(&format!("from the chat: {alert}"))
        .await;
    let to = window.middle(&card(&id)).await;
    window.drag(program.label, to).await;
    assert_eq!(window.outcomes().await[&alert], "attached");
    assert_eq!(server.alerts("soc", &id).await, BTreeSet::from([alert]));
}

#[tokio::test]
async fn alerts_are_dragged_from_the_tray_onto_the_open_case_with_a_real_mouse() {
    let mut seed =
        Seed::of("alerts_are_dragged_from_the_tray_onto_the_open_case_with_a_real_mouse");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let [here, too, there] = std::array::from_fn(|_| seed.alert_id());
    for alert in [&here, &too] {
        kibana::put_alert(&practice, "soc", alert, "Malware prevention");
    }
    kibana::put_alert(&practice, "ot", &there, "Odd PLC write");
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    window.press("g").await;
    window.press("t").await;
    window.element("[data-tray-screen]").await;
    window
        .drop_text("[data-tray-screen]", &format!("{here} {too} {there}"))
        .await;
    let heading = |space: &str| format!("[data-tray-group$='/{space}'] h3[draggable=true]");
    for space in ["soc", "ot"] {
        window.element(&heading(space)).await;
    }
    window.until_settled().await;
    // One of another space is refused where it is held, in words, and nothing is asked of the server.
    let to = window.middle("[data-open-case]").await;
    window.drag(window.middle(&heading("ot")).await, to).await;
    window
        .until("document.querySelector('[data-tray-group$=\"/ot\"]') !== null")
        .await;
    assert!(server.alerts("soc", &id).await.is_empty());
    window.drag(window.middle(&heading("soc")).await, to).await;
    kibana::until(|| async {
        server.alerts("soc", &id).await == BTreeSet::from([here.clone(), too.clone()])
    })
    .await;
    window
        .until("document.querySelector('[data-tray-group$=\"/soc\"]') === null")
        .await;
    window
        .until("document.querySelector('[data-tray-group$=\"/ot\"]') !== null")
        .await;
}

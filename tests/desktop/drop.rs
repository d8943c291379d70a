use std::collections::BTreeSet;

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Window, card},
};
use serde_json::json;

#[tokio::test]
async fn a_drop_of_three_ids_ends_attached_already_there_and_not_found_and_the_server_agrees() {
    let mut seed = Seed::of(
        "a_drop_of_three_ids_ends_attached_already_there_and_not_found_and_the_server_agrees",
    );
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let [new, old, unknown] = std::array::from_fn(|_| seed.alert_id());
    kibana::put_alert(&practice, "soc", &new, "Malware prevention");
    kibana::put_alert(&practice, "soc", &old, "Malware prevention");
    server.attach("soc", &id, &old).await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window
        .drop_text(&card(&id), &format!("{new}\n{old}\n{unknown}"))
        .await;
    let outcomes = window.outcomes().await;
    assert_eq!(outcomes.len(), 3);
    assert_eq!(
        (
            outcomes[&new].as_str(),
            outcomes[&old].as_str(),
            outcomes[&unknown].as_str()
        ),
        ("attached", "alreadyAttached", "notFound")
    );
    assert_eq!(server.alerts("soc", &id).await, BTreeSet::from([new, old]));
}

#[tokio::test]
async fn pasted_text_goes_to_the_open_case_and_an_alert_of_another_space_is_named() {
    let mut seed =
        Seed::of("pasted_text_goes_to_the_open_case_and_an_alert_of_another_space_is_named");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let [here, there] = std::array::from_fn(|_| seed.alert_id());
    kibana::put_alert(&practice, "soc", &here, "Malware prevention");
    kibana::put_alert(&practice, "ot", &there, "Odd PLC write");
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    window.paste_text(&format!("see https://kibana.example.org/s/soc/app/security/alerts/redirect/{here}?index=x and {there}")).await;
    let outcomes = window.outcomes().await;
    assert_eq!(
        (outcomes[&here].as_str(), outcomes[&there].as_str()),
        ("attached", "elsewhere")
    );
    window
        .until(
            "document.querySelector('[data-outcome=elsewhere]')?.innerText.includes('PROD / ot')",
        )
        .await;
    assert_eq!(server.alerts("soc", &id).await, BTreeSet::from([here]));
}

#[tokio::test]
async fn a_drop_without_ids_says_what_was_expected_and_one_that_fails_keeps_its_text() {
    let mut seed =
        Seed::of("a_drop_without_ids_says_what_was_expected_and_one_that_fails_keeps_its_text");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.drop_text(&card(&id), "nothing to see here").await;
    window
        .until("document.body.innerText.includes('No alert ids in this text')")
        .await;

    let alert = seed.alert_id();
    kibana::put_alert(&practice, "soc", &alert, "R");
    server.patch("soc", &id, json!({"status": "closed"})).await;
    window.drop_text(&card(&id), &alert).await;
    window
        .until("document.querySelector('[data-outcome=refused]') !== null")
        .await;
    window.until("document.querySelector('[data-outcome=refused]')?.innerText.toLowerCase().includes('closed')").await;
    assert!(server.alerts("soc", &id).await.is_empty());
}

#[tokio::test]
async fn what_is_in_no_space_in_use_is_looked_for_in_another() {
    let mut seed = Seed::of("what_is_in_no_space_in_use_is_looked_for_in_another");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let alert = seed.alert_id();
    kibana::put_alert(&practice, "ot", &alert, "Odd PLC write");
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.toggle_space("OT").await;
    window.drop_text("header[data-region]", &alert).await;
    window.click_button("Look in…").await;
    window.click_button("PROD / OT").await;
    window
        .until(&format!(
            "document.querySelector('[data-tray-group$=\"/ot\"] [data-tray={alert:?}]') !== null"
        ))
        .await;
    window
        .until("document.activeElement?.matches('[data-tray-screen]')")
        .await;
}

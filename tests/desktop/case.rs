use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Window, control_enter},
};
use serde_json::json;

#[tokio::test]
async fn a_comment_written_in_the_window_is_found_by_asking_the_server() {
    let mut seed = Seed::of("a_comment_written_in_the_window_is_found_by_asking_the_server");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, title) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    window
        .until(&format!(
            "document.querySelector('[data-open-case]')?.innerText.includes({title:?})"
        ))
        .await;
    let text = seed.comment();
    window.fill("Comment", &text).await;
    window.press(&control_enter()).await;
    kibana::until(|| async { server.comments("soc", &id).await == [text.clone()] }).await;
    window
        .until(&format!(
            "document.querySelector('[data-open-case]')?.innerText.includes({text:?})"
        ))
        .await;
    window
        .until("document.querySelector('textarea')?.value === ''")
        .await;
}

#[tokio::test]
async fn a_draft_stays_with_its_case_while_another_is_open() {
    let mut seed = Seed::of("a_draft_stays_with_its_case_while_another_is_open");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (one, _) = server.some_case(&mut seed, "soc").await;
    let (other, _) = server.some_case(&mut seed, "ot").await;
    let window = Window::on(&practice).await;
    window.open_case(&one).await;
    let text = seed.comment();
    window.fill("Comment", &text).await;
    window.open_case(&other).await;
    window
        .until("document.querySelector('textarea')?.value === ''")
        .await;
    window.open_case(&one).await;
    window
        .until(&format!(
            "document.querySelector('textarea')?.value === {text:?}"
        ))
        .await;
}

#[tokio::test]
async fn hostile_text_is_shown_as_text_and_does_nothing() {
    let mut seed = Seed::of("hostile_text_is_shown_as_text_and_does_nothing");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let payload = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> [x](javascript:document.title='owned') ![y](https://evil.test/a.png)";
    let title = format!(
        "<b onmouseover=alert(1)>{}</b>\u{202E}gpj.exe",
        seed.token()
    );
    let case = server.create_case("soc", &title, "critical").await;
    let id = case["id"].as_str().unwrap().to_owned();
    server
        .patch(
            "soc",
            &id,
            json!({"description": payload, "tags": ["<i>tag</i>"]}),
        )
        .await;
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    window
        .until("document.querySelector('[data-open-case]')?.innerText.includes('onerror')")
        .await;
    let pane = window
        .eval("document.querySelector('[data-open-case]').innerText")
        .await;
    assert!(
        pane.as_str().unwrap().contains("⟨RLO⟩"),
        "what reorders text is shown by name: {pane}"
    );
    let made = window.eval("document.querySelectorAll('img, script:not([src]), iframe, [onerror], [onmouseover], a[href^=\"javascript\"], a[href^=\"http\"]').length").await;
    assert_eq!(made, 0, "no element comes from case text");
    assert_eq!(window.eval("document.title").await, "Caseboard");
    assert_eq!(window.violations().await, json!([]));
}

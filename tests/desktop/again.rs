//! The app started again, and started with a link (S25).

use std::process::{Child, Command};

use caseboard_journeys::{
    kibana::{self, Kibana},
    seed::Seed,
    window::{Start, Window},
};
use serde_json::json;

/// Another window of the session. Dropping it ends it.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn link(deployment: &str, space: &str, case: &str) -> String {
    format!("caseboard://case/{deployment}/{space}/{case}")
}

async fn until_shown(window: &Window, case: &str) {
    window
        .until(&format!(
            "document.querySelector('[data-open-case={case:?}]') !== null"
        ))
        .await;
}

/// Remembers what is told: some of it leaves by itself.
async fn listen(window: &Window) {
    let script = "window.told = ''; const heard = new WeakSet();
        new MutationObserver(() => { for (const toast of document.querySelectorAll('.toast')) {
            if (!heard.has(toast)) { heard.add(toast); window.told += toast.textContent; } } }).observe(document.body, { childList: true, subtree: true });";
    window.run(script).await;
}

async fn until_told(window: &Window, words: &str) {
    window
        .until(&format!("window.told.includes({words:?})"))
        .await;
    window.run("window.told = ''").await;
}

/// Process of the window that the keyboard types into.
fn in_front(window: &Window) -> Option<u32> {
    let found = Command::new("xdotool")
        .args(["getwindowfocus", "getwindowpid"])
        .envs(&window.environment)
        .output()
        .unwrap();
    String::from_utf8(found.stdout).unwrap().trim().parse().ok()
}

/// Everything that a start could change: what the server has and knows of, and what the app keeps of deployments.
async fn state(window: &Window, server: &Kibana, case: &str) -> serde_json::Value {
    json!([
        server.case("soc", case).await,
        window
            .invoke("deployments", json!({}))
            .await
            .as_array()
            .unwrap()
            .len(),
        window.invoke("outbox", json!({})).await["entries"],
    ])
}

#[tokio::test]
async fn a_second_start_brings_the_case_of_its_link_up_in_the_first_window() {
    let mut seed = Seed::of("a_second_start_brings_the_case_of_its_link_up_in_the_first_window");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let (second, _) = server.some_case(&mut seed, "ot").await;
    let window = Window::on(&practice).await;
    window.card(&id).await;
    window.card(&second).await;

    let ended = window.start_again(&["--", &link("PROD", "soc", &id)]).await;
    assert_eq!(ended.code(), Some(0));
    until_shown(&window, &id).await;
    let address = format!("{}/s/ot/app/security/cases/{second}", practice.url());
    let ended = window.start_again(&["--", &address]).await;
    assert_eq!(ended.code(), Some(0));
    until_shown(&window, &second).await;
}

#[tokio::test]
async fn each_profile_has_one_window_which_a_second_start_brings_to_the_front() {
    let window = Window::open(Start::Own).await;
    window.until_on_bus(1).await;
    let other = Other(window.app("practice").spawn().unwrap());
    window.until_on_bus(2).await;
    let ended = window.start_again(&[]).await;
    assert_eq!(ended.code(), Some(0));
    kibana::until(|| async { in_front(&window).is_some_and(|front| front != other.0.id()) }).await;

    let again = window.app("practice").status().unwrap();
    assert_eq!(again.code(), Some(0));
    kibana::until(|| async { in_front(&window) == Some(other.0.id()) }).await;
    assert_eq!(window.windows_on_bus().len(), 2);
}

#[tokio::test]
async fn a_first_start_with_a_link_shows_its_case_beside_the_board() {
    let mut seed = Seed::of("a_first_start_with_a_link_shows_its_case_beside_the_board");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let mut window = Window::on(&practice).await;
    window.card(&id).await;
    window
        .restart_with(&["--", &link("PROD", "soc", &id)])
        .await;
    window.card(&id).await;
    until_shown(&window, &id).await;
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_told_and_changes_nothing() {
    let mut seed = Seed::of("a_link_that_leads_nowhere_is_told_and_changes_nothing");
    let practice = kibana::empty(vec![]).await;
    let server = Kibana::of(&practice);
    let (id, _) = server.some_case(&mut seed, "soc").await;
    let window = Window::on(&practice).await;
    window.open_case(&id).await;
    let before = state(&window, &server, &id).await;
    listen(&window).await;
    for (hostile, told) in [
        (link("EVIL", "soc", &id), "not connected here"),
        (
            format!("https://evil.test/s/soc/app/security/cases/{id}"),
            "not connected here",
        ),
        (
            format!("caseboard://connect/http://evil.test/{id}"),
            "no link to a case",
        ),
        ("--profile=practice".to_owned(), "no link to a case"),
    ] {
        let ended = window.start_again(&["--", &hostile]).await;
        assert_eq!(ended.code(), Some(0), "{hostile}");
        until_told(&window, told).await;
    }
    for line in [
        &[&*link("PROD", "soc", &id)][..],
        &["--", "a", "b"],
        &["--connect", "http://evil.test"],
    ] {
        let ended = window.start_again(line).await;
        assert_eq!(
            ended.code(),
            Some(2),
            "{line:?} is refused before anybody hears of it"
        );
    }
    until_shown(&window, &id).await;
    assert_eq!(state(&window, &server, &id).await, before);
}

#[tokio::test]
async fn the_window_is_as_large_after_a_restart_as_it_was() {
    let mut window = Window::open(Start::Practice).await;
    window.element("[data-case]").await;
    window.resize((1100, 750)).await;
    kibana::until(|| async { window.kept_place()["width"] == 1100.0 }).await;
    window.restart().await;
    window
        .until("innerWidth === 1100 && innerHeight === 750")
        .await;
}

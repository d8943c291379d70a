//! `cargo xtask shots`: pictures of the real window on the practice world, in light and dark, into the folder that is given.
#![expect(clippy::print_stdout, reason = "it names the pictures")]

use std::path::PathBuf;

use caseboard_journeys::{
    kibana::Kibana,
    window::{Start, Window, card},
};
use serde_json::Value;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let dir = PathBuf::from(
        std::env::args_os()
            .nth(1)
            .ok_or_else(|| anyhow::anyhow!("shots DIR"))?,
    );
    std::fs::create_dir_all(&dir)?;
    let window = Window::open(Start::Practice).await;
    let server = window.practice().await;
    for theme in ["light", "dark"] {
        let picture = |name: &str| {
            let file = dir.join(format!("{name}-{theme}.png"));
            window.picture(&file);
            println!("{}", file.display());
        };
        window.theme(theme).await;
        window.element("[data-column=open] [data-case]").await;
        window.until_settled().await;
        picture("board");
        let (space, id) = rich_case(&server).await;
        window.open_case(&id).await;
        window.until_settled().await;
        picture("case");
        window
            .drop_text(
                &card(&id),
                &drop_of_every_outcome(&server, &space, &id).await,
            )
            .await;
        window.outcomes().await;
        window.until_settled().await;
        picture("drop");
        for (button, name) in [("List", "list"), ("Outbox", "outbox")] {
            window.click_button(button).await;
            window.until_settled().await;
            picture(name);
        }
    }
    Ok(())
}

/// The open case with the most in it: worst severity first, comments and alerts at once.
async fn rich_case(server: &Kibana) -> (String, String) {
    let cases = server.open_cases("soc").await;
    let rank = |case: &Value| {
        (
            case["severity"] == "critical",
            case["totalComment"].as_u64().min(Some(4)),
            case["totalAlerts"].as_u64().min(Some(12)),
        )
    };
    let case = cases
        .iter()
        .max_by_key(|case| rank(case))
        .expect("the practice world has open cases");
    (
        "soc".to_owned(),
        case["id"].as_str().expect("a case has an id").to_owned(),
    )
}

/// Text with new alerts, one that is attached, one of another space, one that nobody knows, and one that is shortened.
async fn drop_of_every_outcome(server: &Kibana, space: &str, case: &str) -> String {
    let new = server.unattached_alerts(space).await;
    let elsewhere = server.unattached_alerts("ot").await;
    let attached = server.alerts(space, case).await;
    let unknown = "7c1e0b5d".repeat(8);
    let ids = new
        .iter()
        .take(3)
        .chain(attached.iter().take(1))
        .chain(elsewhere.iter().take(1))
        .cloned()
        .chain([unknown, "91d0c3…".to_owned()]);
    ids.collect::<Vec<_>>().join("\n")
}

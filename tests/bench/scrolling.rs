//! What frames take while the wheel of a real mouse turns.

use anyhow::Context as _;
use caseboard_journeys::window::Window;
use serde::Deserialize;

use crate::{
    Windows,
    figures::{Figures, Moment},
};

/// Milliseconds of a frame.
const FRAME: f64 = 1000.0 / 60.0;
/// Steps of the wheel, and milliseconds between two.
const STEPS: &str = "300";
const PAUSE: &str = "13";

/// What was seen of one scrolling.
#[derive(Debug, Deserialize)]
struct Seen {
    /// Milliseconds of each frame.
    took: Vec<f64>,
    /// Pixels a second.
    speed: f64,
    /// Frames in which some place showed no row.
    empty: usize,
    /// Frames in which some row was only outlined.
    outlined: usize,
}

/// Board and list; the list is what the window shows now.
pub(crate) async fn measure(windows: &Windows) -> anyhow::Result<Vec<Moment>> {
    windows.floor.run("bench.fill(10_000)").await;
    let list = both(
        windows,
        "a frame while the list scrolls",
        "[role=grid]",
        ".line",
    )
    .await?;
    windows.app.click_button("Board").await;
    windows
        .app
        .until("document.querySelector('[data-column=open] [data-case]') !== null")
        .await;
    let column = "[data-column=open] .scroller";
    let board = both(
        windows,
        "a frame while a column scrolls",
        column,
        "[data-index]",
    )
    .await?;
    Ok(vec![board, list])
}

async fn both(
    Windows { app, floor }: &Windows,
    name: &'static str,
    scroller: &str,
    rows: &str,
) -> anyhow::Result<Moment> {
    let of_app = scroll(app, scroller, None).await?;
    // Looking at every row takes time of its own: what is drawn is looked at another time.
    let drawn = scroll(app, scroller, Some(rows)).await?;
    let of_floor = scroll(floor, "#rows", None).await?;
    Ok(Moment {
        name,
        budget: FRAME,
        app: Figures::of(of_app.took)?,
        floor: Figures::of(of_floor.took)?,
        note: Some(format!(
            "{:.0} / {:.0} pixels a second; of {} frames {} with a place without a row, {} with a row only outlined",
            of_app.speed,
            of_floor.speed,
            drawn.took.len(),
            drawn.empty,
            drawn.outlined
        )),
    }
    .told())
}

/// Turns the wheel over an element.
async fn scroll(window: &Window, scroller: &str, rows: Option<&str>) -> anyhow::Result<Seen> {
    let middle = window.middle(scroller).await;
    window.pointer(&["mousemove", &middle.x.to_string(), &middle.y.to_string()]);
    window
        .run(&format!(
            "document.querySelector({scroller:?}).scrollTop = 0"
        ))
        .await;
    window.until_settled().await;
    let rows = rows.map_or("null".to_owned(), |rows| format!("{rows:?}"));
    window
        .run(&format!(
            "bench.watch(document.querySelector({scroller:?}), {rows})"
        ))
        .await;
    window.pointer(&["click", "--repeat", STEPS, "--delay", PAUSE, "5"]);
    window.until_settled().await;
    let seen = window.eval("bench.end()").await;
    serde_json::from_value(seen).with_context(|| format!("{scroller} was not scrolled"))
}

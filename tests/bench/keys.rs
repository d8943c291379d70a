//! What a key press brings on screen.

use anyhow::Context as _;
use caseboard_journeys::window::Window;
use fantoccini::{
    actions::{InputSource as _, KeyAction, KeyActions},
    key::Key,
};
use serde_json::{Value, json};

use crate::{
    Windows,
    figures::{Figures, Moment},
};

/// Milliseconds that a key press may take to be answered.
const REACTION: f64 = 50.0;
const WHOLE_STORY: f64 = 120.0;
const ROUNDS: usize = 30;
/// Cases that are opened in turn.
const OPENED: usize = 5;
/// Words of cases' titles that are typed.
const WORDS: usize = 8;

/// All moments that begin with a key.
pub(crate) async fn measure(windows: &Windows) -> anyhow::Result<Vec<Moment>> {
    let app = &windows.app;
    let mut moments = Vec::new();
    let mut told = async |name, budget, took| {
        moments.push(moment(windows, name, budget, took).await?);
        anyhow::Ok(())
    };
    let (typed, cleared) = search(app).await?;
    told("a letter in search, all cases repainted", REACTION, typed).await?;
    told("search cleared, all cases repainted", REACTION, cleared).await?;
    let cases = texts(
        app,
        "[...document.querySelectorAll('[data-column=open] [data-case]')].map((card) => card.dataset.case)",
    )
    .await?;
    let cases = cases
        .get(..OPENED)
        .context("the board shows too few cases")?;
    let (facts, stories) = open(app, cases).await?;
    told("a case opened: title and properties", REACTION, facts).await?;
    told("a case opened: all of its story", WHOLE_STORY, stories).await?;
    told("a peek at a case", REACTION, peek(app, cases).await?).await?;
    let (opened, found) = palette(app).await?;
    told("the palette opened", REACTION, opened).await?;
    told(
        "a letter in the palette, first cases found",
        REACTION,
        found,
    )
    .await?;
    app.focus_card(&cases[0]).await;
    told(
        "the focus moved on the board",
        REACTION,
        move_focus(app).await?,
    )
    .await?;
    app.click_button("List").await;
    app.until("document.querySelector('[role=grid] [data-case]') !== null")
        .await;
    app.run("document.querySelector('[role=grid] [data-case]').focus()")
        .await;
    told(
        "the focus moved in the list",
        REACTION,
        move_focus(app).await?,
    )
    .await?;
    Ok(moments)
}

/// Beside what the app took, what the empty page takes now to change a text.
async fn moment(
    Windows { floor, .. }: &Windows,
    name: &'static str,
    budget: f64,
    took: Vec<f64>,
) -> anyhow::Result<Moment> {
    let mut of_floor = Vec::new();
    for _ in 0..ROUNDS {
        floor.run("bench.before = answer.textContent").await;
        of_floor.extend(press(floor, &['j'], &["answer.textContent !== bench.before"]).await?);
    }
    Ok(Moment {
        name,
        budget,
        app: Figures::of(took)?,
        floor: Figures::of(of_floor)?,
        note: None,
    }
    .told())
}

/// Types words letter by letter, each after the cases of the one before are there, and clears the field again.
async fn search(app: &Window) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    let words = texts(
        app,
        "[...new Set([...document.querySelectorAll('[data-case] .title')].map((title) => title.textContent.match(/[a-z]{5,}/gi)?.[0].toLowerCase()))].filter(Boolean)",
    )
    .await?;
    app.run("document.querySelector('[data-search]').focus()")
        .await;
    let (mut typed, mut cleared) = (Vec::new(), Vec::new());
    for word in words.iter().take(WORDS) {
        for (at, letter) in word.char_indices() {
            let text = word.get(..at).unwrap_or_default().to_owned() + &letter.to_string();
            if expect(app, &text).await? {
                typed.extend(press(app, &[letter], &["bench.asExpected()"]).await?);
            } else {
                let shown = format!("document.querySelector('[data-search]').value === {text:?}");
                press(app, &[letter], &[&shown]).await?;
            }
        }
        if expect(app, "").await? {
            cleared.extend(press(app, &[Key::Escape.into()], &["bench.asExpected()"]).await?);
        }
    }
    Ok((typed, cleared))
}

/// Opens cases that were read before: until title and properties are there, and until all of the story is.
async fn open(app: &Window, cases: &[String]) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    let mut entries = Vec::new();
    for case in cases {
        app.open_case(case).await;
        app.until(&format!("document.querySelector('[data-open-case={case:?}] [data-story-entry]') !== null && ![...document.querySelectorAll('[data-story] .count')].some((count) => count.textContent === '–')")).await;
        app.until_settled().await;
        let told = app
            .eval("document.querySelectorAll('[data-story-entry]').length")
            .await;
        entries.push(told);
        close(app).await?;
    }
    let (mut facts, mut stories) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (case, entries) = (&cases[round % OPENED], &entries[round % OPENED]);
        app.focus_card(case).await;
        let pane =
            format!("document.querySelector('[data-open-case={case:?}] header h2') !== null");
        let story = format!(
            "document.querySelectorAll('[data-open-case={case:?}] [data-story-entry]').length === {entries}"
        );
        let took = press(app, &[Key::Enter.into()], &[&pane, &story]).await?;
        facts.push(took[0]);
        stories.push(took[1]);
        close(app).await?;
    }
    Ok((facts, stories))
}

async fn close(app: &Window) -> anyhow::Result<()> {
    let closed = "document.querySelector('[data-open-case]') === null";
    press(app, &[Key::Escape.into()], &[closed]).await.map(drop)
}

async fn peek(app: &Window, cases: &[String]) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::new();
    for case in cases.iter().cycle().take(ROUNDS) {
        app.focus_card(case).await;
        // It is laid out unseen first.
        let shown = format!(
            "['', 'visible'].includes(document.querySelector('[data-peek={case:?}]')?.style.visibility)"
        );
        took.extend(press(app, &[' '], &[&shown]).await?);
        // A key that was held, as it is on a busy machine, has closed it already.
        let gone = "document.querySelector('[data-peek]') === null";
        if app.eval(gone).await == json!(false) {
            press(app, &[' '], &[gone]).await?;
        }
    }
    Ok(took)
}

async fn palette(app: &Window) -> anyhow::Result<(Vec<f64>, Vec<f64>)> {
    let (mut opened, mut found) = (Vec::new(), Vec::new());
    for letter in ('a'..='z').cycle().take(ROUNDS) {
        let shown = "document.querySelector('[role=dialog] [role=option]') !== null && document.activeElement.matches('[role=dialog] [role=combobox]')";
        opened.extend(press(app, &[Key::Control.into(), 'k'], &[shown]).await?);
        let shown = "document.querySelector('[role=dialog] [role=option] .handle') !== null";
        found.extend(press(app, &[letter], &[shown]).await?);
        let closed = "document.querySelector('[role=dialog]') === null";
        press(app, &[Key::Escape.into()], &[closed]).await?;
    }
    Ok((opened, found))
}

/// From the case in focus to those below it.
async fn move_focus(app: &Window) -> anyhow::Result<Vec<f64>> {
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        app.run("bench.focused = document.activeElement.dataset.case")
            .await;
        took.extend(press(app, &['j'], &["bench.moved()"]).await?);
    }
    Ok(took)
}

/// Presses keys together, and tells after how many milliseconds each condition was on screen.
async fn press(window: &Window, keys: &[char], shown: &[&str]) -> anyhow::Result<Vec<f64>> {
    let conditions: Vec<_> = shown.iter().map(|shown| format!("() => {shown}")).collect();
    window
        .run(&format!("bench.next([{}])", conditions.join(", ")))
        .await;
    let down = keys.iter().map(|&value| KeyAction::Down { value });
    let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
    let actions = down
        .chain(up)
        .fold(KeyActions::new("keys".to_owned()), KeyActions::then);
    window.page.perform_actions(actions).await?;
    let took = asked(window, "bench.timed", vec![]).await?;
    serde_json::from_value(took).context("the page told no times")
}

/// Whether the board will show something else for a text.
async fn expect(app: &Window, text: &str) -> anyhow::Result<bool> {
    let differs = asked(app, "bench.expect(arguments[0])", vec![json!(text)]).await?;
    differs.as_bool().context("the page told no difference")
}

/// What a promise of the page comes to.
async fn asked(window: &Window, promise: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
    let script = format!(
        "const done = arguments[arguments.length - 1]; {promise}.then((value) => done({{ value }}), (error) => done({{ error: String(error) }}))"
    );
    let answer = window.page.execute_async(&script, arguments).await;
    let answer = answer.with_context(|| format!("{promise} never came"))?;
    let value = answer.get("value").cloned();
    value.with_context(|| format!("{promise}: {answer}"))
}

async fn texts(app: &Window, script: &str) -> anyhow::Result<Vec<String>> {
    serde_json::from_value(app.eval(script).await).context("the page told no texts")
}

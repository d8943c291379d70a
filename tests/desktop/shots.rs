//! `cargo xtask shots`: pictures of the real window on the practice world and of the gallery, a folder and a sheet for each look.
#![expect(clippy::print_stdout, reason = "it names the pictures")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};
use caseboard_journeys::{
    kibana::Kibana,
    window::{Start, Window, card, control},
};
use fantoccini::{Locator, key::Key};
use serde_json::Value;

type Size = (u32, u32);

/// What an analyst's window is like.
const USUAL: Size = (1440, 900);
/// The smallest that the window gets, and a large one.
const OTHERS: [Size; 2] = [(900, 600), (2560, 1440)];
const THEMES: [&str; 3] = ["light", "dark", "contrast"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().context("shots FOLDER GALLERY");
    let folder = PathBuf::from(argument()?);
    let gallery = argument()?;
    let window = Window::open(Start::Practice).await;
    let server = window.practice().await;
    let mut sheets = Vec::new();
    for theme in THEMES {
        let look = Look::of(&folder, theme, USUAL)?;
        look.put_on(&window).await;
        main_screens(&window, &server, &look).await;
        if theme != "contrast" {
            other_screens(&window, &look).await;
            welcome(&look).await;
        }
        sheets.push(look.folder);
        for size in OTHERS {
            let look = Look::of(&folder, theme, size)?;
            look.put_on(&window).await;
            main_screens(&window, &server, &look).await;
            sheets.push(look.folder);
        }
    }
    for theme in THEMES {
        sheets.push(
            gallery_parts(
                &window,
                &gallery,
                &folder.join(format!("gallery-{theme}")),
                theme,
            )
            .await?,
        );
    }
    sheets.iter().try_for_each(|folder| sheet(folder))
}

/// How the window looks in the pictures of a folder.
#[derive(Debug)]
struct Look {
    folder: PathBuf,
    theme: &'static str,
    size: Size,
}

impl Look {
    fn of(folder: &Path, theme: &'static str, size: Size) -> anyhow::Result<Self> {
        let (width, height) = size;
        let folder = folder.join(format!("{theme}-{width}x{height}"));
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            theme,
            size,
        })
    }

    async fn put_on(&self, window: &Window) {
        window.resize(self.size).await;
        window.theme(self.theme).await;
        window.element("[data-case]").await;
    }

    async fn picture(&self, window: &Window, name: &str) {
        window.until_settled().await;
        let file = self.folder.join(format!("{name}.png"));
        window.picture(&file).await;
        println!("{}", file.display());
    }
}

/// The screens that are looked at in every size and theme.
async fn main_screens(window: &Window, server: &Kibana, look: &Look) {
    window.click_button("Board").await;
    window.element("[data-column=open] [data-case]").await;
    look.picture(window, "board").await;
    let id = rich_case(server).await;
    window.open_case(&id).await;
    look.picture(window, "case").await;
    window
        .drop_text(&card(&id), &drop_of_every_outcome(server, "soc", &id).await)
        .await;
    window.outcomes().await;
    look.picture(window, "drop").await;
    window.press(&char::from(Key::Escape).to_string()).await;
    for (button, name) in [("List", "list"), ("Settings", "settings"), ("Tray", "tray")] {
        window.click_button(button).await;
        if button == "Tray" {
            let text = drop_of_every_outcome(server, "soc", &id).await;
            window.paste_text(&text).await;
            window.element("[data-tray-group]").await;
        }
        look.picture(window, name).await;
    }
}

/// The other screens, and what opens over them.
async fn other_screens(window: &Window, look: &Look) {
    for (button, name) in [
        ("Outbox", "outbox"),
        ("Approvals", "approvals"),
        ("Deployments", "deployments"),
    ] {
        window.click_button(button).await;
        look.picture(window, name).await;
    }
    window.click_button("Settings").await;
    window.click_button("Keyboard").await;
    window.element("[data-key]").await;
    look.picture(window, "settings-keyboard").await;
    window.click_button("List").await;
    window.element("[data-case]").await;
    for (keys, name) in [
        ("c".to_owned(), "new-case"),
        ("?".to_owned(), "keys"),
        (control('k'), "palette"),
    ] {
        window.press(&keys).await;
        window.element("[role=dialog]").await;
        look.picture(window, name).await;
        window.press(&char::from(Key::Escape).to_string()).await;
        window
            .until("document.querySelector('[role=dialog]') === null")
            .await;
    }
    window.click_button("Board").await;
    window.element("[data-open-case]").await;
    for tab in ["timeline", "alerts", "story"] {
        window
            .run(&format!(
                "document.querySelector('[data-case-tab={tab}]').click()"
            ))
            .await;
        look.picture(window, &format!("case-{tab}")).await;
    }
}

/// What somebody sees who has no Kibana yet.
async fn welcome(look: &Look) {
    let window = Window::open(Start::Own).await;
    window.resize(look.size).await;
    window.theme(look.theme).await;
    look.picture(&window, "welcome").await;
    window.close().await;
}

/// Waits until the window has the height that a part needs, if it can get it, and nothing of the part moves.
const PART_SETTLED: &str = "const [tall, done] = arguments; (async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    for (let n = 0; n < 300 && outerHeight < tall; n++) await frame();
    const ending = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
    await Promise.all(document.getAnimations().filter(ending).map(({ finished }) => finished));
    await frame(); await frame();
})().then(() => done(true), (error) => done(String(error)))";

/// Pictures of the gallery's parts, in the browser of the webview's engine.
async fn gallery_parts(
    window: &Window,
    gallery: &str,
    folder: &Path,
    theme: &str,
) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let (mut driver, page) = window.browser().await;
    page.set_window_rect(0, 0, USUAL.0, USUAL.1).await?;
    page.goto(&format!("{gallery}?theme={theme}")).await?;
    page.wait()
        .for_element(Locator::Css("section[aria-labelledby^=part-]"))
        .await?;
    let parts = page
        .execute("return [...document.querySelectorAll('section[aria-labelledby^=part-]')].map((part) => part.getAttribute('aria-labelledby').replace('part-', ''))", vec![])
        .await?;
    for part in parts.as_array().context("parts")? {
        let part = part.as_str().context("a part")?;
        // A page is at least as tall as its window.
        page.set_window_rect(0, 0, USUAL.0, USUAL.1).await?;
        page.goto(&format!("{gallery}?theme={theme}&part={part}"))
            .await?;
        page.wait()
            .for_element(Locator::Css("section[aria-labelledby^=part-]"))
            .await?;
        let tall = page.execute_async("const done = arguments[arguments.length - 1]; document.fonts.ready.then(() => done(Math.ceil(document.querySelector('main').scrollHeight) + outerHeight - innerHeight))", vec![]).await?;
        let tall = u32::try_from(tall.as_u64().context("a height")?)?;
        page.set_window_rect(0, 0, USUAL.0, tall).await?;
        let settled = page.execute_async(PART_SETTLED, vec![tall.into()]).await?;
        ensure!(settled == true, "{part}: {settled}");
        let file = folder.join(format!("{part}.png"));
        fs::write(&file, page.screenshot().await?)?;
        println!("{}", file.display());
    }
    page.close().await?;
    driver.kill()?;
    driver.wait()?;
    Ok(folder.to_owned())
}

/// One sheet of all pictures of a folder, beside it.
fn sheet(folder: &Path) -> anyhow::Result<()> {
    let mut pictures: Vec<_> = fs::read_dir(folder)?
        .map(|file| Ok(file?.path()))
        .collect::<anyhow::Result<_>>()?;
    pictures.sort();
    let file = folder.with_extension("png");
    let made = Command::new("montage")
        .args(["-font", "DejaVu-Sans", "-label", "%t"])
        .args(&pictures)
        .args(["-geometry", "720x720+8+8", "-tile", "3x"])
        .arg(&file)
        .status()?;
    ensure!(made.success(), "ImageMagick makes the sheet");
    println!("{}", file.display());
    Ok(())
}

/// The open case of the space `soc` with the most in it: worst severity first, comments and alerts at once.
async fn rich_case(server: &Kibana) -> String {
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
    case["id"].as_str().expect("a case has an id").to_owned()
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

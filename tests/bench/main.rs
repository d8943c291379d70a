//! `cargo xtask bench ui`: what the real window of a release build takes with 10,000 cases, beside an empty page of the same
//! toolkit that answers the same input in the same run. Reported, never asserted: it fails only if it could not measure.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod figures;
mod keys;
mod scrolling;
mod starting;

use std::{
    env, fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::Context as _;
use caseboard_journeys::{
    kibana::SPACES,
    window::{Start, Window},
};
use practice_kibana::{Options, PracticeKibana, Space, World};
use serde_json::json;

use self::figures::Moment;

const CASES: usize = 10_000;
/// A hang guard: so many cases are read in seconds, on a busy machine in minutes.
const FIRST_SYNC: Duration = Duration::from_mins(15);

/// Caseboard with all cases, and the empty page.
struct Windows {
    app: Window,
    floor: Window,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).context("bench-ui FOLDER")?);
    let practice = practice().await?;
    let mut windows = Windows {
        app: Window::open(Start::Own).await,
        floor: Window::open(Start::Floor).await,
    };
    println!("{CASES} cases are read first.");
    fill(&windows.app, &practice).await;
    for window in [&windows.app, &windows.floor] {
        window.run(include_str!("page.js")).await;
    }
    let load_before = load();
    println!(
        "\nMilliseconds, of the app / of an empty page. Keys: from the press to the second frame with the answer.\n\n{}",
        figures::HEADING
    );
    let mut moments = keys::measure(&windows).await?;
    moments.extend(scrolling::measure(&windows).await?);
    moments.push(starting::measure(&mut windows).await?);
    keep(&folder, &moments, [&load_before, &load()])
}

/// A Kibana with all cases, in the spaces of the stories.
async fn practice() -> anyhow::Result<PracticeKibana> {
    let options = Options {
        world: World::Scale {
            cases: CASES,
            comments: 2 * CASES,
            alerts: 4 * CASES,
        },
        spaces: SPACES.map(|space| Space::new(space, space)).to_vec(),
        ..Options::default()
    };
    Ok(PracticeKibana::start(options).await?)
}

/// Connects as a person does, and waits until the list of all cases is there.
async fn fill(app: &Window, practice: &PracticeKibana) {
    app.connect("PROD", practice.url(), practice.api_key())
        .await;
    let told = format!(
        "document.querySelector('footer')?.innerText.replaceAll(/(?<=\\d)\\s(?=\\d)/g, '').includes('{CASES} cases in {} spaces')",
        SPACES.len()
    );
    app.until_within(FIRST_SYNC, &told).await;
    app.until("document.querySelector('[data-column=open] [data-case]') !== null")
        .await;
}

/// Tells what the figures are of, and keeps all of it.
fn keep(folder: &Path, moments: &[Moment], load: [&str; 2]) -> anyhow::Result<()> {
    let software = env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_some_and(|set| set == "1");
    let drawn = if software {
        "drawn by the processor, without a graphics card,"
    } else {
        "drawn as the system does it"
    };
    let processors = thread::available_parallelism()?;
    let [before, after] = load;
    println!(
        "\n{CASES} cases in {} spaces, {drawn} on a virtual display; {processors} processors, load {before} before and {after} after.",
        SPACES.len()
    );
    let file = folder.join("report.json");
    let report = json!({
        "cases": CASES, "spaces": SPACES.len(), "drawnByProcessor": software, "processors": processors,
        "load": {"before": before, "after": after}, "moments": moments.iter().map(Moment::to_json).collect::<Vec<_>>(),
    });
    fs::write(&file, format!("{report:#}\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("{}", file.display());
    Ok(())
}

/// How busy the machine was in the last minute, if it tells.
fn load() -> String {
    let told = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split(' ').next().unwrap_or("unknown").to_owned()
}

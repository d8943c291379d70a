//! Measures the mirror with many cases: medians, and a plain SQL scan of the same table in the same run to compare them with.
//! Wall time is reported, never asserted.

mod texts;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use kibana_cases::Case;
use serde_json::json;

use crate::{
    cache::{
        Asking, Mirror, NamedSource, Part,
        database::{Database, DatabaseKey},
        migrations,
    },
    code::CommandError,
    error::Error,
    id::{CaseRef, DeploymentId, SourceId},
    view::{BoardQuery, BoardRows},
};

const N_SOURCES: u32 = 10;
const PAGE: u32 = 100;
/// How often each is measured.
const ROUNDS: usize = 21;

/// One thing that was measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What was done.
    pub name: &'static str,
    /// Half of the rounds were quicker.
    pub median: Duration,
}

/// Fills an encrypted database in an empty folder with `n_cases` in ten sources, and measures. The plain scan comes first.
///
/// # Errors
/// `cache_unreadable` if the folder cannot be used.
pub async fn run(dir: &Path, n_cases: u32) -> Result<Vec<Measured>, CommandError> {
    Ok(measure(dir, n_cases).await?)
}

async fn measure(dir: &Path, n_cases: u32) -> Result<Vec<Measured>, Error> {
    let mirror = Mirror::new(Database::in_memory(migrations(), crate::outbox::SALVAGE)?);
    mirror
        .move_to_file(dir, DatabaseKey::new(), Timestamp::UNIX_EPOCH)
        .await?;
    let mut filled = Vec::new();
    for first in (0..n_cases).step_by(PAGE as usize) {
        let began = Instant::now();
        put_page(&mirror, first, "as it was").await?;
        filled.push(began.elapsed());
    }
    let sources: Vec<_> = (0..N_SOURCES).map(named).collect();
    let window = async |text: &str, offset| {
        let part = Part { offset, limit: 50 };
        mirror
            .board_window(
                sources.clone(),
                &query(text),
                "open",
                part,
                Asking::default(),
            )
            .await
            .map(drop)
    };
    let board = async |text: &str| {
        let rows = BoardRows {
            limit: 40,
            ..BoardRows::default()
        };
        mirror
            .board(sources.clone(), &query(text), &rows, Asking::default())
            .await
            .map(drop)
    };
    let mut all = vec![
        of("plain scan of the table", async |_| scan(&mirror).await).await?,
        Measured {
            name: "put a page of 100 new cases",
            median: median(filled),
        },
        of("put a page of 100 changed cases", async |n| {
            put_page(&mirror, n * PAGE, "changed").await
        })
        .await?,
        of("put the same page again", async |n| {
            put_page(&mirror, n * PAGE, "changed").await
        })
        .await?,
    ];
    for (name, text) in texts::all() {
        let reading = async |_| {
            drop(crate::alerts::read(&text, None));
            Ok(())
        };
        all.push(of(name, reading).await?);
    }
    all.extend([
        of("board", async |_| board("").await).await?,
        of("board of a word in 1 % of cases", async |_| {
            board("web-42").await
        })
        .await?,
        of("board of a word in all cases", async |_| {
            board("powershell").await
        })
        .await?,
        of("window at the top", async |_| window("", 0).await).await?,
        of("window 10,000 rows down", async |_| {
            window("", 10_000).await
        })
        .await?,
        of("window of a word in 1 % of cases", async |_| {
            window("web-42", 0).await
        })
        .await?,
        of("window of a word in all cases", async |_| {
            window("powershell", 0).await
        })
        .await?,
        of("board of an assignee", async |_| {
            board("assignee:u_7_0 created:2026-11-01..").await
        })
        .await?,
        of("board of all but a word", async |_| board("-web-42").await).await?,
        of("board of alternatives and a range", async |_| {
            board("(web-42 OR tag:T1042) sev:high+ alerts:>10").await
        })
        .await?,
        of("window of a handle", async |_| {
            window("prod/space-3#43", 0).await
        })
        .await?,
        of("open a case", async |n| {
            let case = CaseRef {
                source: source(n % N_SOURCES),
                id: id(n).parse().map_err(kibana_cases::Error::from)?,
            };
            mirror
                .case_detail(
                    named(n % N_SOURCES),
                    &case,
                    "https://k.test".to_owned(),
                    Timestamp::UNIX_EPOCH,
                )
                .await
                .map(drop)
        })
        .await?,
    ]);
    Ok(all)
}

async fn of(
    name: &'static str,
    work: impl AsyncFn(u32) -> Result<(), Error>,
) -> Result<Measured, Error> {
    let mut took = Vec::new();
    for n in (0..).take(ROUNDS) {
        let began = Instant::now();
        work(n).await?;
        took.push(began.elapsed());
    }
    Ok(Measured {
        name,
        median: median(took),
    })
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort_unstable();
    took.get(took.len() / 2).copied().unwrap_or_default()
}

/// What a search without any index would cost at least.
async fn scan(mirror: &Mirror) -> Result<(), Error> {
    let scan = mirror.database().read(|connection| {
        let mut scan = connection
            .prepare_cached("SELECT count(*) FROM cases NOT INDEXED WHERE title LIKE '%web-42%'")?;
        Ok(scan.query_row([], |row| row.get::<_, u32>(0))?)
    });
    scan.await.map(drop)
}

/// Cases `first` to `first + 99`, of one source: every page is of one reading.
async fn put_page(mirror: &Mirror, first: u32, how: &str) -> Result<(), Error> {
    let source = source(first / PAGE % N_SOURCES);
    let cases = (first..first + PAGE)
        .map(|n| case(n, how))
        .collect::<Result<_, _>>()?;
    let read = mirror.begin().await?;
    mirror.put(&source, cases, read).await.map(drop)
}

fn case(n: u32, how: &str) -> Result<Case, Error> {
    let words = [
        "isolated the host and",
        "collected an image of",
        "asked the owner about",
        "found the same hash on",
    ];
    let description: Vec<_> = (0..20)
        .map(|m| format!("{} db-{}", words[(n + m) as usize % 4], (n * 7 + m) % 100))
        .collect();
    let status = ["open", "in-progress", "closed", "closed"][n as usize / 7 % 4];
    let severity = ["low", "medium", "high", "critical"][n as usize / 3 % 4];
    let body = json!({
        "id": id(n), "version": format!("WzEs{n}{how}"), "owner": "securitySolution",
        "title": format!("Odd PowerShell on web-{} ({how})", n % 100), "description": description.join("\n"),
        "tags": ["phish", format!("T1{:03}", n % 600)], "status": status,
        "severity": severity,
        "connector": {}, "settings": {"syncAlerts": true}, "incremental_id": n,
        "created_at": "2026-11-23T10:00:00.000Z", "updated_at": format!("2026-11-23T{:02}:{:02}:{:02}.{:03}Z", n / 3600 % 24, n / 60 % 60, n % 60, n % 1000),
        "created_by": {"username": format!("analyst-{}", n % 40), "profile_uid": format!("u_{}_0", n % 40)},
        "assignees": [{"uid": format!("u_{}_0", n % 40)}], "totalComment": n % 9, "totalAlerts": n % 50,
    });
    serde_json::from_value(body).map_err(|error| Error::input("case", error.to_string()))
}

fn id(n: u32) -> String {
    format!(
        "{:08x}-0000-4000-8000-{n:012x}",
        n.wrapping_mul(2_654_435_761)
    )
}

fn source(n: u32) -> SourceId {
    SourceId {
        deployment: DeploymentId::practice(),
        space: format!("space-{n}")
            .parse()
            .expect("small letters and digits are allowed in it"),
    }
}

fn named(n: u32) -> NamedSource {
    NamedSource {
        source: source(n),
        deployment_name: "PROD".to_owned(),
        space_name: format!("Space {n}"),
        me: None,
        has_siblings: true,
    }
}

fn query(text: &str) -> BoardQuery {
    BoardQuery {
        text: text.to_owned(),
        ..BoardQuery::default()
    }
}

//! The practice Kibana: run for itself, or inside a session of an agent.

use std::sync::Arc;

use caseboard_core::{
    MemoryKeychain, SystemClock,
    code::{CommandError, ErrorCode},
    desk::{Desk, Provenance},
    id::DeploymentId,
};
use practice_kibana::{Options, PracticeKibana};
use serde_json::json;
use tempfile::TempDir;

use super::agent;
use crate::{args::Practice, context::Context, output::page::Page, told::Result};

/// The profile in which nothing but the practice Kibana lives.
pub(crate) const PRACTICE: &str = "practice";
const NAME: &str = "PRACTICE";

/// Starts a practice Kibana and takes it into a desk.
async fn adopted(desk: &Desk, seed: u64) -> Result<PracticeKibana> {
    let options = Options {
        seed,
        ..Options::default()
    };
    let practice = PracticeKibana::start(options)
        .await
        .map_err(|error| CommandError {
            code: ErrorCode::Internal,
            message: format!("the practice Kibana did not start: {error}"),
            hint: None,
            retryable: true,
            detail: None,
        })?;
    let id = DeploymentId::practice();
    desk.adopt(id, NAME, practice.url(), practice.api_key())
        .await?;
    Ok(practice)
}

/// A practice Kibana in the profile of a context, and what to print of it.
pub(crate) async fn practise(
    context: &Context,
    how: &Practice,
) -> Result<(PracticeKibana, String)> {
    if how.grant_all {
        agent::kept(context)?;
    }
    let practice = adopted(&context.desk, how.seed).await?;
    if how.grant_all {
        agent::grant_practice(context).await?;
    }
    let (url, key) = (practice.url(), practice.api_key());
    let told = json!({"url": url, "apiKey": key, "profile": PRACTICE, "seed": how.seed});
    let text = context.tell_as(&told, |page: &mut Page| {
        page.line(format!(
            "{NAME}  {url}  profile {PRACTICE}, seed {}",
            how.seed
        ));
        page.line(format!("  KIBANA_URL={url} KIBANA_API_KEY={key}"));
        page.line("  It runs until it is interrupted. Its key is new at each start.");
    });
    Ok((practice, text))
}

/// Grants everything in the practice Kibana.
pub(crate) async fn grant_all(context: &Context) -> Result {
    agent::grant_practice(context).await
}

/// A desk of its own on a practice Kibana, and what keeps both alive.
pub(crate) struct Inside {
    pub(crate) desk: Desk,
    pub(crate) practice: PracticeKibana,
    _profile: TempDir,
}

impl Inside {
    /// Everything in it is gone with it.
    pub(crate) async fn open(face: Provenance) -> Result<Self> {
        let failed = |error: std::io::Error| CommandError {
            code: ErrorCode::CacheUnreadable,
            message: format!("no folder for a while: {error}"),
            hint: None,
            retryable: true,
            detail: None,
        };
        let profile = tempfile::tempdir().map_err(failed)?;
        let (keychain, clock) = (Arc::<MemoryKeychain>::default(), Arc::new(SystemClock));
        let dir = profile.path().join(PRACTICE);
        let desk = Desk::open_as(face, &dir, keychain, clock).await?;
        let practice = adopted(&desk, 1).await?;
        Ok(Self {
            desk,
            practice,
            _profile: profile,
        })
    }
}

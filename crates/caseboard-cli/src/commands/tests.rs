//! Command lines against the practice server.

mod agents;
mod failures;
mod lives;
mod safety;
mod terminal;

use std::sync::{Arc, Mutex};

use caseboard_core::{
    MemoryKeychain, SystemClock,
    code::CommandError,
    desk::{Desk, Provenance},
    view::SignIn,
};
use clap::Parser;
use practice_kibana::{Options, PracticeKibana};
use serde_json::Value;
use tempfile::TempDir;

use super::run;
use crate::{args::Args, context::Context, told::Told};

/// A profile in which a practice server is connected as `PROD`.
pub(crate) struct Terminal {
    pub(crate) practice: Arc<PracticeKibana>,
    pub(crate) desk: Desk,
    /// What the person at it says, line by line; nobody sits there without any.
    says: Arc<Mutex<Option<Vec<String>>>>,
    /// What they were shown.
    shown: Arc<Mutex<String>>,
    _profile: TempDir,
}

impl Terminal {
    async fn new() -> Self {
        Self::of(Options::default()).await
    }

    pub(crate) async fn of(options: Options) -> Self {
        Self::on(Arc::new(PracticeKibana::start(options).await.unwrap())).await
    }

    /// Another profile on the same server: somebody else.
    async fn beside(other: &Self) -> Self {
        Self::on(other.practice.clone()).await
    }

    async fn on(practice: Arc<PracticeKibana>) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let desk = Desk::open_as(
            Provenance::Cli,
            profile.path(),
            Arc::<MemoryKeychain>::default(),
            Arc::new(SystemClock),
        )
        .await
        .unwrap();
        let key = SignIn::Key(practice.api_key().into());
        desk.connect_with("PROD", practice.url(), &key)
            .await
            .unwrap();
        Self {
            practice,
            desk,
            says: Arc::default(),
            shown: Arc::default(),
            _profile: profile,
        }
    }

    /// Does one command line, with this on standard input.
    pub(crate) async fn with(&self, line: &[&str], input: &str) -> Result<Told, CommandError> {
        self.done(line, input, false).await
    }

    async fn done(&self, line: &[&str], input: &str, colours: bool) -> Result<Told, CommandError> {
        let line = ["caseboard"].iter().chain(line);
        let args = Args::try_parse_from(line).unwrap();
        let input = input.to_owned();
        let context = Context {
            desk: self.desk.clone(),
            deployment: args.deployment,
            space: args.space,
            json: args.json,
            colours,
            once: false,
            bars: false,
            input: Box::new(move || Ok(input.clone())),
            ask: self.answers(),
        };
        run(&context, &args.command).await
    }

    fn answers(&self) -> Option<crate::context::Ask> {
        self.says.lock().unwrap().as_ref()?;
        let (says, shown) = (self.says.clone(), self.shown.clone());
        Some(Box::new(move |question| {
            *shown.lock().unwrap() += question;
            let mut says = says.lock().unwrap();
            let lines = says.as_mut().unwrap();
            Ok(if lines.is_empty() {
                String::new()
            } else {
                lines.remove(0)
            })
        }))
    }

    /// Does a command line with a person at the terminal who says this; tells what they were shown, too.
    async fn person(&self, line: &[&str], says: &[&str]) -> (Result<Told, CommandError>, String) {
        *self.says.lock().unwrap() = Some(says.iter().map(|line| (*line).to_owned()).collect());
        self.shown.lock().unwrap().clear();
        let told = self.with(line, "").await;
        *self.says.lock().unwrap() = None;
        let shown = std::mem::take(&mut *self.shown.lock().unwrap());
        (told, shown)
    }

    /// The text of a command line that succeeds.
    pub(crate) async fn text(&self, line: &[&str]) -> String {
        let told = self.with(line, "").await.unwrap();
        assert_eq!(told.exit, 0, "{line:?}: {}", told.text);
        told.text
    }

    /// The JSON of a command line that succeeds.
    pub(crate) async fn json(&self, line: &[&str]) -> Value {
        let line: Vec<_> = line.iter().chain(&["--json"]).copied().collect();
        serde_json::from_str(&self.text(&line).await).unwrap()
    }

    /// A new case of a space, by its whole id and its handle.
    pub(crate) async fn case(&self, space: &str, title: &str) -> (String, String) {
        let line = [
            "case",
            "create",
            title,
            "--description",
            "d",
            "--space",
            space,
        ];
        let told = self.json(&line).await;
        let target = &told["writes"][0]["target"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&target["case"]["id"]), text(&target["handle"]))
    }
}

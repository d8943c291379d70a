//! A profile that several processes share.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use caseboard_core::{
    Clock, SystemKeychain,
    desk::{Desk, Provenance},
    id::CaseRef,
    view::{ProposalState, ProposalView},
};
use practice_kibana::{
    Options, PracticeKibana,
    log::{Action, Document},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    client::{self, Client, call},
    session::BUS,
    terminal::Terminal,
};

/// A profile in which a practice Kibana is connected as `PROD`, with one space, in which agents may propose things.
pub(crate) struct Place {
    practice: PracticeKibana,
    home: TempDir,
    bus: String,
    /// A case of which nobody else knows.
    pub(crate) case: String,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let practice = PracticeKibana::start(Options {
            log: true,
            ..Options::default()
        })
        .await
        .unwrap();
        let mut place = Self {
            practice,
            home: tempfile::tempdir().unwrap(),
            bus: std::env::var_os(BUS).unwrap().into_string().unwrap(),
            case: String::new(),
        };
        place.connect();
        let grant = ["agent", "grant", "comment", "update"];
        assert_eq!(place.answered(&grant, "y").0, Some(0));
        place.case = place.new_case("Proposed to");
        place
    }

    fn connect(&self) {
        let url = format!("{}/s/soc", self.practice.url());
        let mut add = self.command(&["deployment", "add", "PROD", &url]);
        let mut add = add.stdin(Stdio::piped()).spawn().unwrap();
        writeln!(add.stdin.take().unwrap(), "{}", self.practice.api_key()).unwrap();
        let added = add.wait_with_output().unwrap();
        assert!(added.status.success(), "{added:?}");
    }

    /// A new case, by its whole id.
    pub(crate) fn new_case(&self, title: &str) -> String {
        let line = ["case", "create", title, "--description", "d", "--json"];
        let (exit, told, error) = self.run(&line);
        assert_eq!(exit, Some(0), "{told}{error}");
        let told: Value = serde_json::from_str(&told).unwrap();
        let id = &told["writes"][0]["target"]["case"]["id"];
        id.as_str().unwrap().to_owned()
    }

    fn command(&self, line: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caseboard"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.data())
            .env(BUS, &self.bus)
            .args(line)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Does a command line where nobody sits: its exit code and what it prints.
    pub(crate) fn run(&self, line: &[&str]) -> (Option<i32>, String, String) {
        let output = self.command(line).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    /// Begins one in a terminal.
    pub(crate) fn terminal(&self, line: &[&str]) -> Terminal {
        Terminal::start(self.command(line))
    }

    /// Does one with one answer of a person.
    pub(crate) fn answered(&self, line: &[&str], answer: &str) -> (Option<i32>, String, String) {
        let mut terminal = self.terminal(line);
        terminal.question();
        terminal.answer(answer);
        terminal.end()
    }

    /// An agent, served by a process of its own.
    pub(crate) async fn agent(&self) -> Client {
        client::client(self.home.path(), &[(BUS, &self.bus)], &["mcp"]).await
    }

    /// The same profile in this process.
    pub(crate) async fn desk(&self, face: Provenance, clock: Arc<dyn Clock>) -> Desk {
        let dir = self.data().join("caseboard/default");
        let desk = Desk::open_as(face, &dir, Arc::new(SystemKeychain), clock).await;
        let desk = desk.unwrap();
        desk.wait_for_storage(Duration::from_mins(5)).await;
        desk.follow_all();
        desk
    }

    /// The case, once the desk has the key to read it.
    pub(crate) async fn case_of(&self, desk: &Desk) -> CaseRef {
        let mut events = desk.subscribe();
        let mut spaces = desk.deployments().remove(0).spaces.into_iter();
        let space = spaces.find(|space| space.source.space.as_str() == "soc");
        let case = CaseRef {
            source: space.unwrap().source,
            id: self.case.parse().unwrap(),
        };
        while desk.read_case_now(&case).await.is_err() {
            events.recv().await.unwrap();
        }
        case
    }

    /// What an agent is told of what it wrote, once it does not change by itself any more.
    pub(crate) async fn told(&self, agent: &Client, id: &str) -> Value {
        loop {
            let input = json!({"entries": [id], "wait_seconds": 30});
            let (failed, mut told) = call(agent, "outbox_list", input).await;
            assert!(!failed, "{told}");
            let entry = told["entries"][0].take();
            let state = entry["state"].as_str().unwrap();
            if !["waiting", "sending", "checking"].contains(&state) {
                return entry;
            }
        }
    }

    /// The comments that Kibana took, in its order.
    pub(crate) fn comments(&self) -> Vec<String> {
        let log = self.practice.practice().log();
        let changes = log.iter().flat_map(|commit| &commit.changes);
        let comments = changes.filter(|change| {
            change.document == Document::Attachment && change.action == Action::Create
        });
        let text = |change: &practice_kibana::log::Change| {
            let comment = change.fields.get("comment")?.after.as_str()?;
            Some(comment.to_owned())
        };
        comments.filter_map(text).collect()
    }
}

/// The proposals that wait for an answer, once there are so many.
pub(crate) async fn waiting(desk: &Desk, n: usize) -> Vec<ProposalView> {
    let mut events = desk.subscribe();
    loop {
        let mut all = desk.proposals().await.unwrap();
        all.retain(|one| one.state == ProposalState::Open);
        if all.len() == n {
            return all;
        }
        events.recv().await.unwrap();
    }
}

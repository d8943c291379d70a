//! Several processes of one profile, over TCP, on a file: killed, frozen, and one of them sending.
//!
//! A process is this test program once more: a test that does nothing unless it is told to be one.

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use practice_kibana::{Options, PracticeKibana};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use secrecy::{ExposeSecret as _, SecretString};

use super::{super::lock::Holder, *};
use crate::{cache::database::DatabaseKey, clock::SystemClock, error::Error};

const DIR: &str = "CASEBOARD_PROOF_DIR";
const TEST: &str = "outbox::proofs::processes::a_process_of_the_profile";
/// Cases that are written to at the same time.
const CASES: usize = 5;
/// A hang guard.
const GUARD: Duration = Duration::from_mins(5);

/// Everything that a process needs to know, in files of the profile.
struct Profile {
    dir: tempfile::TempDir,
    key: DatabaseKey,
    server: PracticeKibana,
    cases: Vec<CaseRef>,
}

impl Profile {
    async fn new(seed: u64) -> Self {
        let server = PracticeKibana::start(Options {
            world: practice_kibana::World::Empty,
            seed,
            log: true,
            ..Options::default()
        })
        .await
        .unwrap();
        let dir = tempfile::tempdir().unwrap();
        let key = DatabaseKey::new();
        let mut profile = Self {
            dir,
            key,
            server,
            cases: Vec::new(),
        };
        let told = json!({
            "url": profile.server.url(), "api_key": profile.server.api_key(),
            "key": profile.key.secret().expose_secret(),
        });
        fs::write(profile.dir.path().join("told.json"), told.to_string()).unwrap();
        profile.new_cases().await;
        profile
    }

    /// Cases for what is written from now on: what is written to the others may have to wait for two minutes, until it is proved
    /// that what a killed process sent was not applied.
    async fn new_cases(&mut self) {
        let space = self.client().space(&source("soc").space);
        for _ in 0..CASES {
            let new = kibana_cases::NewCase::new("a case", "what happened");
            let id = space.create_case(&new).await.unwrap().id;
            self.cases.push(CaseRef {
                source: source("soc"),
                id,
            });
        }
    }

    fn client(&self) -> Client {
        let key = Credentials::api_key(self.server.api_key()).unwrap();
        Client::new(self.server.url(), key).unwrap()
    }

    fn process(&self) -> Child {
        Command::new(env::current_exe().unwrap())
            .args([TEST, "--exact", "--nocapture"])
            .env(DIR, self.dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    async fn database(&self) -> Database {
        open(self.dir.path(), self.key.clone()).await
    }

    fn comment(&self, n: usize, random: &mut StdRng) -> Entry {
        let change = Change::AddComment {
            text: format!("host isolated token-{n}"),
        };
        let newest = &self.cases[self.cases.len() - CASES..];
        let case = newest[random.random_range(0..CASES)].clone();
        Entry::new(
            case,
            "securitySolution",
            change,
            Provenance::Cli,
            Timestamp::now(),
        )
    }

    /// The comments with tokens, in the order in which Kibana took them.
    fn written(&self) -> Vec<(String, String)> {
        let log = self.server.practice().log();
        let changes = log.iter().flat_map(|commit| commit.changes.clone());
        changes
            .filter_map(|change| {
                let text = change.fields.get("comment")?.after.as_str()?.to_owned();
                Some((change.case?, text))
            })
            .collect()
    }

    /// What was settled long ago is forgotten; of the others none waits for a person.
    async fn until_all_are_settled(&self, database: &Database) {
        let wait = async {
            while database.read(tables::count_unsettled).await.unwrap() > 0 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(GUARD, wait)
            .await
            .expect("it never settles");
        for entry in entries(database).await {
            assert_eq!(entry.state, State::Confirmed, "{entry:?}");
        }
    }

    /// Each once, and in each case in the order of acknowledgement.
    fn assert_once_and_in_order(&self, acknowledged: &[Entry]) {
        let written = self.written();
        assert_eq!(
            written.len(),
            acknowledged.len(),
            "none is lost, none is there twice"
        );
        for case in &self.cases {
            let of_case: Vec<_> = written
                .iter()
                .filter(|(id, _)| *id == case.id.as_str())
                .map(|(_, text)| text.as_str())
                .collect();
            let promised: Vec<_> = acknowledged
                .iter()
                .filter(|entry| entry.case == *case)
                .map(text_of)
                .collect();
            assert_eq!(of_case, promised, "in order");
        }
    }
}

fn text_of(entry: &Entry) -> &str {
    match &entry.change {
        Change::AddComment { text } => text,
        other => unreachable!("only comments are written, not {other:?}"),
    }
}

/// Puts an entry into an outbox, as soon as that takes it. Tells it as it was acknowledged.
async fn put(writer: &Outbox, entry: Entry) -> Entry {
    loop {
        match writer.enqueue(vec![entry.clone()]).await {
            Ok(taken) => return taken.into_iter().next().unwrap(),
            Err(error) => assert!(matches!(error, Error::OutboxFull { .. }), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn open(dir: &Path, key: DatabaseKey) -> Database {
    let database = Database::in_memory(crate::cache::migrations(), tables::SALVAGE).unwrap();
    let moved = database.move_to_file(dir, key, Timestamp::now(), |_, _, _| Ok(()));
    moved.await.unwrap();
    database
}

/// Sends, as long as it lives, if it was started as a process of a profile.
#[tokio::test]
async fn a_process_of_the_profile() {
    let Some(dir) = env::var_os(DIR) else {
        assert!(
            env::var_os(DIR).is_none(),
            "it is an ordinary run of the tests"
        );
        return;
    };
    let dir = Path::new(&dir);
    let told: Value = serde_json::from_slice(&fs::read(dir.join("told.json")).unwrap()).unwrap();
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    let key = DatabaseKey::read(&SecretString::from(text("key"))).unwrap();
    let database = open(dir, key).await;
    let outbox = Outbox::new(database, Arc::new(SystemClock), 7);
    let credentials = Credentials::api_key(&text("api_key")).unwrap();
    let client = Client::new(&text("url"), credentials).unwrap();
    outbox.connect(&DeploymentId::practice(), Some(client));
    outbox.run(Some(dir), "proof").await;
}

#[tokio::test]
async fn r01_killed_at_any_instant_nothing_acknowledged_is_lost_or_sent_twice() {
    const WRITES: usize = 10;
    let mut proof = Proof::begin("R01", 20, 500);
    let seed = proof.seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut profile = Profile::new(seed).await;
    let mut acknowledged = Vec::new();
    while proof.round().is_some() {
        profile.new_cases().await;
        let mut process = profile.process();
        let database = profile.database().await;
        let writer = Outbox::new(database, Arc::new(SystemClock), 7);
        for _ in 0..WRITES {
            let entry = profile.comment(acknowledged.len(), &mut random);
            acknowledged.push(put(&writer, entry).await);
            tokio::time::sleep(Duration::from_millis(random.random_range(0..60))).await;
        }
        drop(writer);
        process.kill().unwrap();
        process.wait().unwrap();
        let database = profile.database().await;
        let checked = database.read(|connection| {
            Ok((
                connection
                    .query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?,
                connection
                    .prepare("PRAGMA cipher_integrity_check")?
                    .exists([])?,
            ))
        });
        assert_eq!(checked.await.unwrap(), ("ok".to_owned(), false));
    }
    let mut last = profile.process();
    let database = profile.database().await;
    profile.until_all_are_settled(&database).await;
    last.kill().unwrap();
    last.wait().unwrap();
    profile.assert_once_and_in_order(&acknowledged);
}

#[cfg(unix)]
#[tokio::test]
async fn r07_three_processes_share_an_outbox_and_one_of_them_sends() {
    let mut proof = Proof::begin("R07", 200, 2_000);
    let seed = proof.seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut profile = Profile::new(seed).await;
    let mut processes: Vec<_> = (0..3).map(|_| profile.process()).collect();
    let database = profile.database().await;
    let writer = Outbox::new(database.clone(), Arc::new(SystemClock), 7);
    let dir = profile.dir.path().to_owned();
    let holder = || Holder::of(&dir).map(|holder| holder.pid);
    let mut acknowledged = Vec::new();
    for round in 0.. {
        let n = std::iter::from_fn(|| proof.round()).take(40).count();
        profile.new_cases().await;
        for _ in 0..n {
            let entry = profile.comment(acknowledged.len(), &mut random);
            acknowledged.push(put(&writer, entry).await);
        }
        if n < 40 {
            break;
        }
        let sends = until_one_sends(&processes, holder).await;
        assert_eq!(
            Outbox::other_sender(&dir).map(|holder| holder.pid),
            Some(sends),
            "others name it"
        );
        let at = processes
            .iter()
            .position(|process| process.id() == sends)
            .unwrap();
        if round % 2 == 0 {
            signal(sends, "-STOP");
            let before = profile.written().len();
            tokio::time::sleep(Duration::from_secs(2)).await;
            assert_eq!(holder(), Some(sends), "a frozen holder keeps the lock");
            assert!(profile.written().len() <= before + 6, "nobody else sends");
            signal(sends, "-CONT");
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..300))).await;
        processes[at].kill().unwrap();
        processes[at].wait().unwrap();
        processes[at] = profile.process();
    }
    profile.until_all_are_settled(&database).await;
    for process in &mut processes {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    profile.assert_once_and_in_order(&acknowledged);
}

/// Waits until one of the living holds the lock.
async fn until_one_sends(processes: &[Child], holder: impl Fn() -> Option<u32>) -> u32 {
    let wait = async {
        loop {
            let living =
                holder().filter(|pid| processes.iter().any(|process| process.id() == *pid));
            if let Some(pid) = living {
                return pid;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(GUARD, wait)
        .await
        .expect("somebody takes the lock over")
}

fn signal(pid: u32, signal: &str) {
    let sent = Command::new("kill")
        .args([signal, &pid.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

//! A whole process with keys of its own, everything of which is logged: what fails in it, what panics, and its end without a word
//! (S14).

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use caseboard_journeys::{
    kibana::{self, Kibana},
    proof::Proof,
    seed::Seed,
};
use practice_kibana::{Key, Rights};
use tokio::{sync::mpsc, task::spawn_blocking};

use super::keys::{failing, holds, search, secrets_of};

/// A hang guard.
const GUARD: Duration = Duration::from_mins(5);

/// The process, as a shell starts it that lets memory be dumped. All that it writes lies in `dir`.
fn process(dir: &Path) -> Command {
    let mut command = Command::new("sh");
    let with_dumps = r#"ulimit -c "$(ulimit -H -c)" && exec "$0""#;
    command
        .args(["-c", with_dumps, env!("CARGO_BIN_EXE_canary")])
        .env("HOME", dir)
        .env("TMPDIR", dir)
        .env("RUST_BACKTRACE", "full")
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[tokio::test]
async fn s14_nothing_that_a_process_writes_or_prints_holds_a_key_when_it_fails_panics_and_aborts() {
    let mut proof = Proof::begin("S14", 10, 30);
    let seed = proof.seed();
    let pair = format!("canary:secret-{seed:016x}");
    let password = format!("password-{seed:016x}");
    let secrets = [secrets_of(&pair), vec![password.clone()]].concat();
    let mut key = Key::new("canary").with("*", Rights::All);
    key.api_key = STANDARD.encode(&pair);
    let practice = kibana::empty(vec![key]).await;
    let mut words = Seed::of("s14");
    let (id, _) = Kibana::of(&practice).some_case(&mut words, "soc").await;

    let dir = tempfile::tempdir().unwrap();
    let mut process = process(dir.path()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut tell = |line: &str| writeln!(input, "{line}").unwrap();
    let output = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut errors = process.stderr.take().unwrap();
    let (lines, mut told) = mpsc::unbounded_channel();
    let printing = spawn_blocking(move || {
        for line in output {
            lines.send(line.unwrap()).unwrap();
        }
    });
    let logging = spawn_blocking(move || {
        let mut log = Vec::new();
        errors.read_to_end(&mut log).unwrap();
        log
    });
    for line in [practice.url(), &pair, &id, &password] {
        tell(line);
    }
    let mut printed = String::new();
    let working = async {
        let mut n = 0;
        while let Some(line) = told.recv().await {
            if line == "next failure" {
                practice.practice().faults().set(failing(n));
                n += 1;
                tell(if proof.round().is_some() {
                    "go on"
                } else {
                    "that was all"
                });
            }
            printed.push_str(&line);
            printed.push('\n');
        }
        printing.await.unwrap();
        logging.await.unwrap()
    };
    let log = tokio::time::timeout(GUARD, working)
        .await
        .expect("it hangs");
    let ended = process.wait().unwrap();
    assert!(!ended.success(), "it aborted");
    let log_text = String::from_utf8_lossy(&log);
    let n_panics = log_text
        .lines()
        .filter(|line| line.starts_with("panicked at tests/canary/main.rs:"));
    assert_eq!(n_panics.count(), 3, "each is one line: {log_text}");
    for level in ["DEBUG", "TRACE"] {
        assert!(log_text.contains(level), "all is logged: {log_text}");
    }
    assert!(printed.contains("code: "), "errors are printed: {printed}");
    for (what, content) in [("log", &log[..]), ("output", printed.as_bytes())] {
        assert!(!holds(content, &secrets), "a key is in the {what}");
    }
    let dumps = fs::read_dir(dir.path()).unwrap().flatten();
    let mut names = dumps.map(|entry| entry.file_name().into_string().unwrap());
    let dump = names.find(|name| name.starts_with("core"));
    assert_eq!(dump, None, "its memory was dumped");
    let (hits, n_files) = search(dir.path(), &secrets);
    assert!(hits.is_empty(), "{hits:?}");
    assert!(
        n_files >= 3,
        "registry, lock and database are there: {n_files}"
    );
}

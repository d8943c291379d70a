//! R14: an upgrade that is killed at any statement leaves the old tables or the new ones.

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::*;
use crate::{cache, proof::Proof};

/// Folder and statement for the process that is killed.
const DIR: &str = "R14_DIR";
const STATEMENT: &str = "R14_STATEMENT";
const THIS: &str =
    "cache::database::tests::kill::r14_an_upgrade_killed_at_any_statement_is_old_or_new";

#[test]
fn r14_an_upgrade_killed_at_any_statement_is_old_or_new() {
    if let (Some(dir), Some(statement)) = (std::env::var_os(DIR), std::env::var_os(STATEMENT)) {
        return upgrade(
            Path::new(&dir),
            statement.to_str().unwrap().parse().unwrap(),
        );
    }
    let migrations = cache::migrations();
    let forms: Vec<_> = (0..=migrations.len())
        .map(|n| form_after(&migrations[..n]))
        .collect();
    let n_statements = statements(&migrations);
    let mut proof = Proof::begin("R14", n_statements, n_statements);
    let mut last = 0;
    while proof.round().is_some() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("key"), DatabaseKey::new().hex()).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        let ended = child
            .args(["--exact", THIS])
            .env(DIR, dir.path())
            .env(STATEMENT, last.to_string())
            .output()
            .unwrap();
        let mut connection =
            connection::to_file(&dir.path().join("mirror.db"), &key_in(dir.path())).unwrap();
        let version: u32 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(
            form(&connection),
            forms[version as usize],
            "killed at statement {last}, version {version}"
        );
        migration::run(&mut connection, &migrations).unwrap();
        assert_eq!(
            form(&connection),
            forms[migrations.len()],
            "it goes on after statement {last}"
        );
        assert!(!ended.status.success(), "statement {last} was reached");
        last += 1;
    }
    assert!(last > 30, "only {last} statements were killed");
}

#[test]
fn r14_every_migration_has_its_own_number() {
    let numbers: Vec<_> = cache::migrations()
        .iter()
        .map(|migration| migration.number)
        .collect();
    assert_eq!(
        numbers,
        (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn r14_a_file_of_a_newer_app_is_refused_and_not_touched() {
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let newer = Migration {
        number: 2,
        sql: "ALTER TABLE notes RENAME TO remarks;",
    };
    let made = open_with(dir.path(), &key, vec![NOTES, newer]).await;
    // `notes` is gone there, so nothing could move in; the tables are the newer ones all the same.
    drop(made);
    let before = fs::read(dir.path().join("mirror.db")).unwrap();
    let refused = open(dir.path(), &key).await.err();
    assert!(
        matches!(refused, Some(Error::NewerDatabase { found: 2, known: 1 })),
        "{refused:?}"
    );
    assert_eq!(fs::read(dir.path().join("mirror.db")).unwrap(), before);
    assert!(
        files(dir.path())
            .iter()
            .all(|name| !name.contains("unreadable"))
    );
}

/// What the process does that is killed: an upgrade, until the statement comes.
fn upgrade(dir: &Path, last: u32) {
    static N: AtomicU32 = AtomicU32::new(0);
    let path = dir.join("mirror.db");
    fs::write(&path, "").unwrap();
    let mut connection = connection::to_file(&path, &key_in(dir)).unwrap();
    connection::begin_writing(&connection).unwrap();
    let kill = move |_: TraceEvent<'_>| {
        if N.fetch_add(1, Ordering::SeqCst) == last {
            std::process::abort();
        }
    };
    connection
        .trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(kill))
        .unwrap();
    migration::run(&mut connection, &cache::migrations()).unwrap();
}

/// How many statements an upgrade from nothing runs.
fn statements(migrations: &[Migration]) -> u32 {
    let n = Arc::new(AtomicU32::new(0));
    let counted = n.clone();
    let mut connection = connection::in_memory().unwrap();
    let count = move |_: TraceEvent<'_>| {
        counted.fetch_add(1, Ordering::SeqCst);
    };
    connection
        .trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count))
        .unwrap();
    migration::run(&mut connection, migrations).unwrap();
    n.load(Ordering::SeqCst)
}

fn key_in(dir: &Path) -> DatabaseKey {
    let hex = fs::read_to_string(dir.join("key")).unwrap();
    DatabaseKey::read(&hex.into()).unwrap()
}

fn form_after(migrations: &[Migration]) -> Vec<(String, Option<String>)> {
    let mut connection = connection::in_memory().unwrap();
    migration::run(&mut connection, migrations).unwrap();
    form(&connection)
}

/// Every table, index and trigger.
pub(super) fn form(connection: &Connection) -> Vec<(String, Option<String>)> {
    let mut all = connection
        .prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")
        .unwrap();
    let all = all
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    all.map(Result::unwrap).collect()
}

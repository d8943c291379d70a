//! R12: a disk that is full, fails or may not be written.

use rusqlite::ffi;

use super::*;
use crate::{
    code::{CommandError, ErrorCode},
    proof::Proof,
};

#[tokio::test]
async fn r12_a_failing_disk_refuses_visibly_keeps_what_was_saved_and_recovers_without_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join(failing_disk::NAME);
    fs::create_dir(&dir).unwrap();
    let key = DatabaseKey::new();
    let opened = open(&dir, &key).await.unwrap();
    let mut saved = Vec::new();
    let faults = [
        ffi::SQLITE_FULL,
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_READONLY,
    ];
    let mut proof = Proof::begin("R12", 40, 400);
    let (mut n_calls, mut n_refused) = (0, 0);
    while proof.round().is_some() {
        // Every call on the disk of such a transaction fails once, with each fault in turn.
        let (n_good, fault) = (n_calls / 4 % 10, faults[n_calls % 4]);
        let n_good = i32::try_from(n_good).unwrap();
        failing_disk::fail_after(n_good, fault);
        // Long enough for several pages, so that the disk fails in the middle of it as well.
        let text = format!("{n_good} {fault} {}", "words ".repeat(2_000));
        let done = note(&opened.database, &text).await;
        n_calls += 1;
        match done {
            Ok(()) => saved.push(text),
            Err(error) => {
                n_refused += 1;
                let told = CommandError::from(error);
                assert_eq!(
                    (told.code, told.retryable),
                    (ErrorCode::CacheUnreadable, true),
                    "{}",
                    told.message
                );
            }
        }
        assert_eq!(
            notes(&opened.database).await,
            saved,
            "what was saved can be read while the disk fails"
        );
        failing_disk::heal();
        let text = format!("after {n_good} {fault}");
        note(&opened.database, &text).await.unwrap();
        saved.push(text);
        assert_eq!(notes(&opened.database).await, saved);
    }
    assert!(n_refused * 4 >= n_calls * 3, "{n_refused} of {n_calls}");
    drop(opened);
    let again = open(&dir, &key).await.unwrap();
    assert_eq!((notes(&again.database).await, again.kept), (saved, None));
}

#[tokio::test]
async fn r12_a_database_that_may_not_grow_says_that_there_is_no_room() {
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let opened = open(dir.path(), &key).await.unwrap();
    let limit = |pages: u32| {
        let writer = opened.database.inner.writer();
        writer
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit(8);
    let mut n_saved = 0;
    let refused = loop {
        match note(&opened.database, &"words ".repeat(500)).await {
            Ok(()) => n_saved += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(refused, Error::Database(DatabaseFault::Full)),
        "{refused}"
    );
    assert_eq!(notes(&opened.database).await.len(), n_saved);
    limit(100);
    note(&opened.database, "there is room again").await.unwrap();
    assert_eq!(notes(&opened.database).await.len(), n_saved + 1);
}

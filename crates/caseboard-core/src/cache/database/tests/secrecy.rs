//! S18: who has the disk and not the keychain has nothing.

use super::*;
use crate::proof::Proof;

#[tokio::test]
async fn s18_no_planted_phrase_is_in_any_file_and_every_file_looks_random() {
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let opened = open(dir.path(), &key).await.unwrap();
    let mut proof = Proof::begin("S18", 200, 200);
    let phrases: Vec<_> = std::iter::from_fn(|| proof.round())
        .map(|n| format!("planted phrase number {n} of the intruder"))
        .collect();
    for phrase in &phrases {
        note(&opened.database, phrase).await.unwrap();
    }
    let look = || {
        let mut n_files = 0;
        for name in files(dir.path())
            .into_iter()
            .filter(|name| name.starts_with("mirror.db"))
        {
            let content = fs::read(dir.path().join(&name)).unwrap();
            n_files += 1;
            for phrase in &phrases {
                assert!(!holds(&content, phrase.as_bytes()), "{name} holds {phrase}");
            }
            assert!(
                !holds(&content, b"CREATE TABLE") && !holds(&content, b"SQLite format 3"),
                "{name}"
            );
            // The index of the log holds page numbers and checksums, nothing of the pages.
            if !name.ends_with("-shm") {
                assert!(
                    entropy(&content) > 7.9,
                    "{name} has {} bits a byte",
                    entropy(&content)
                );
            }
        }
        n_files
    };
    assert_eq!(look(), 3, "file, log and index of the log while it is open");
    drop(opened);
    assert!(look() >= 1);
}

#[tokio::test]
async fn s18_a_wrong_key_and_no_key_open_nothing() {
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    note(&open(dir.path(), &key).await.unwrap().database, "secret")
        .await
        .unwrap();
    let path = dir.path().join("mirror.db");
    let before = fs::read(&path).unwrap();
    assert!(
        connection::to_file(&path, &DatabaseKey::new()).is_err(),
        "it opens with a wrong key"
    );
    let plain = Connection::open(&path).unwrap();
    let without = plain.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    assert!(without.is_err(), "it opens without a key");
    drop(plain);
    assert_eq!(fs::read(&path).unwrap(), before, "trying does not touch it");
    assert!(connection::to_file(&path, &key).is_ok());
}

fn holds(content: &[u8], phrase: &[u8]) -> bool {
    content.windows(phrase.len()).any(|part| part == phrase)
}

/// Bits a byte, 8 at most.
#[expect(clippy::cast_precision_loss, reason = "files of tests are small")]
fn entropy(content: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in content {
        counts[usize::from(*byte)] += 1;
    }
    let share = |count: &u32| f64::from(*count) / content.len() as f64;
    -counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| share(count) * share(count).log2())
        .sum::<f64>()
}

//! R13: a file that cannot be read is never deleted.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::*;
use crate::proof::Proof;

const N_DAMAGES: u32 = 100;
const N_NOTES: usize = 40;

/// What happens to files of people.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Flip,
    Truncate,
    Zero,
    MissingLog,
    WrongKey,
    LostKey,
}

/// A profile that ended without closing its database, so that there is a log.
async fn profile(key: &DatabaseKey, log: bool) -> tempfile::TempDir {
    let (made, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let opened = open(made.path(), key).await.unwrap();
    for n in 0..N_NOTES {
        note(&opened.database, &format!("{n} {}", "words ".repeat(200)))
            .await
            .unwrap();
    }
    if !log {
        drop(opened.database);
    }
    copy(made.path(), dir.path());
    dir
}

fn copy(from: &Path, to: &Path) {
    for name in files(from) {
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = files(dir)
        .into_iter()
        .filter(|name| !name.ends_with("-shm") && !name.ends_with("lock"));
    names
        .map(|name| (name.clone(), fs::read(dir.join(name)).unwrap()))
        .collect()
}

fn hurt(dir: &Path, damage: Damage, random: &mut StdRng) {
    let path = dir.join("mirror.db");
    let mut content = fs::read(&path).unwrap();
    let at = random.random_range(0..content.len());
    match damage {
        Damage::Flip => {
            for _ in 0..random.random_range(1..20) {
                let at = random.random_range(0..content.len());
                content[at] ^= 1 << random.random_range(0..8);
            }
        }
        Damage::Truncate => content.truncate(at),
        Damage::Zero => {
            let end = (at + random.random_range(1..20_000)).min(content.len());
            content[at..end].fill(0);
        }
        Damage::MissingLog => return fs::remove_file(dir.join("mirror.db-wal")).unwrap(),
        Damage::WrongKey | Damage::LostKey => return,
    }
    fs::write(path, content).unwrap();
}

#[tokio::test]
async fn r13_no_damaged_file_is_deleted_and_the_app_goes_on() {
    let mut proof = Proof::begin("R13", N_DAMAGES, 1_000);
    let key = DatabaseKey::new();
    let profiles = [profile(&key, false).await, profile(&key, true).await];
    let (mut n, mut n_kept, mut n_salvaged) = (0, 0, 0);
    while let Some(seed) = proof.round() {
        n += 1;
        let mut random = StdRng::seed_from_u64(seed);
        let all = [
            Damage::Flip,
            Damage::Truncate,
            Damage::Zero,
            Damage::MissingLog,
            Damage::WrongKey,
            Damage::LostKey,
        ];
        let damage = all[n % all.len()];
        let with_log = matches!(damage, Damage::MissingLog) || random.random();
        let dir = tempfile::tempdir().unwrap();
        copy(profiles[usize::from(with_log)].path(), dir.path());
        hurt(dir.path(), damage, &mut random);
        let before = contents(dir.path());
        let used = match damage {
            Damage::WrongKey | Damage::LostKey => DatabaseKey::new(),
            _ => key.clone(),
        };

        let opened = open(dir.path(), &used).await.unwrap();
        let mut kept = opened.kept;
        // What opening did not look at shows at the first reading of it.
        if matches!(
            try_notes(&opened.database).await,
            Err(Error::Database(DatabaseFault::Unreadable))
        ) {
            kept = opened.database.mend(Timestamp::UNIX_EPOCH).await.unwrap();
        }
        let left = try_notes(&opened.database)
            .await
            .unwrap_or_else(|error| panic!("{damage:?} {n}: {error}"));
        note(&opened.database, "life goes on").await.unwrap();
        assert_eq!(
            notes(&opened.database).await.len(),
            left.len() + 1,
            "{damage:?} {n}"
        );

        if let Some(KeptFile(name)) = &kept {
            n_kept += 1;
            n_salvaged += usize::from(!left.is_empty());
            for (old, content) in &before {
                let now = old.replace("mirror.db", name);
                let now = fs::read(dir.path().join(&now))
                    .unwrap_or_else(|_| panic!("{damage:?} {n}: {now} is gone"));
                assert!(now == *content, "{damage:?} {n}: {old} was changed");
            }
        } else {
            let expected = if matches!(damage, Damage::MissingLog) {
                0
            } else {
                N_NOTES
            };
            assert!(
                left.len() >= expected,
                "{damage:?} {n}: {} of {N_NOTES} without a word",
                left.len()
            );
        }
        assert!(
            kept.is_some() || !matches!(damage, Damage::WrongKey | Damage::LostKey),
            "{damage:?} {n}: a file of another key was used"
        );
    }
    assert!(
        n_kept * 3 > n && n_salvaged > 0,
        "of {n} damages {n_kept} were noticed, and rows of {n_salvaged} were saved"
    );
}

#[tokio::test]
async fn r13_a_file_cut_to_nothing_takes_no_log_with_it() {
    let key = DatabaseKey::new();
    let profile = profile(&key, true).await;
    for size in [0, 1] {
        let dir = tempfile::tempdir().unwrap();
        copy(profile.path(), dir.path());
        let mut file = fs::File::options();
        let file = file.write(true).open(dir.path().join("mirror.db"));
        file.unwrap().set_len(size).unwrap();
        let before = contents(dir.path());
        let opened = open(dir.path(), &key).await.unwrap();
        let KeptFile(name) = opened.kept.unwrap();
        let log = fs::read(dir.path().join(format!("{name}-wal"))).unwrap();
        assert!(log == before["mirror.db-wal"], "{size}");
    }
}

#[tokio::test]
async fn r13_a_file_that_another_process_uses_is_not_moved() {
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let other = open(dir.path(), &key).await.unwrap();
    note(&other.database, "in use").await.unwrap();
    let wrong = open(dir.path(), &DatabaseKey::new()).await;
    assert!(matches!(
        wrong.err(),
        Some(Error::Database(DatabaseFault::Unreadable))
    ));
    note(&other.database, "still").await.unwrap();
    assert_eq!(notes(&other.database).await, ["in use", "still"]);
    assert_eq!(
        files(dir.path()),
        ["mirror.db", "mirror.db-shm", "mirror.db-wal", "mirror.lock"]
    );
}

use std::fs;

use super::*;

mod damage;
pub(super) mod failing_disk;
mod faults;
mod kill;
mod older;
mod secrecy;

const NOTES: Migration = Migration {
    number: 1,
    sql: "CREATE TABLE notes (text TEXT NOT NULL) STRICT;
          CREATE TABLE rebuilt (text TEXT NOT NULL) STRICT;",
};

const SALVAGE: Salvage = Salvage {
    tables: &[("notes", "DO NOTHING")],
    after_damage: |_, _| Ok(()),
};

/// A database in a folder, with one table whose rows exist nowhere else.
struct Opened {
    database: Database,
    kept: Option<KeptFile>,
}

async fn open(dir: &Path, key: &DatabaseKey) -> Result<Opened, Error> {
    open_with(dir, key, vec![NOTES]).await
}

async fn open_with(
    dir: &Path,
    key: &DatabaseKey,
    migrations: Vec<Migration>,
) -> Result<Opened, Error> {
    let database = Database::in_memory(migrations, SALVAGE)?;
    let now = "2026-11-26T11:15:00Z".parse().unwrap();
    let kept = database
        .move_to_file(dir, key.clone(), now, |_, _, _| Ok(()))
        .await?;
    Ok(Opened { database, kept })
}

async fn note(database: &Database, text: &str) -> Result<(), Error> {
    let text = text.to_owned();
    database
        .write(move |transaction| {
            transaction.execute("INSERT INTO notes VALUES (?1)", [text])?;
            Ok(())
        })
        .await
}

async fn try_notes(database: &Database) -> Result<Vec<String>, Error> {
    database
        .read(|connection| {
            let mut found = connection.prepare("SELECT text FROM notes ORDER BY rowid")?;
            let texts = found.query_map([], |row| row.get(0))?;
            Ok(texts.collect::<Result<_, _>>()?)
        })
        .await
}

async fn notes(database: &Database) -> Vec<String> {
    try_notes(database).await.unwrap()
}

fn files(dir: &Path) -> Vec<String> {
    let files = fs::read_dir(dir).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn sqlite_is_one_that_does_not_damage_its_log() {
    assert!(rusqlite::version_number() >= 3_051_003);
}

#[tokio::test]
async fn what_is_written_is_there_for_others_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let key = DatabaseKey::new();
    let one = open(dir.path(), &key).await.unwrap().database;
    let other = open(dir.path(), &key).await.unwrap().database;
    note(&one, "by one").await.unwrap();
    note(&other, "by the other").await.unwrap();
    assert_eq!(notes(&one).await, ["by one", "by the other"]);
    drop((one, other));
    let again = open(dir.path(), &key).await.unwrap();
    assert_eq!(notes(&again.database).await, ["by one", "by the other"]);
    assert_eq!(again.kept, None);
}

#[tokio::test]
async fn in_memory_everything_works_and_moves_into_the_file() {
    let database = Database::in_memory(vec![NOTES], SALVAGE).unwrap();
    note(&database, "written before the key came")
        .await
        .unwrap();
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let moved = database.move_to_file(dir.path(), key.clone(), Timestamp::UNIX_EPOCH, |_, _, _| {
        Ok(())
    });
    assert_eq!(moved.await.unwrap(), None);
    note(&database, "and after").await.unwrap();
    drop(database);
    let again = open(dir.path(), &key).await.unwrap().database;
    assert_eq!(
        notes(&again).await,
        ["written before the key came", "and after"]
    );
}

#[tokio::test]
async fn work_that_fails_leaves_nothing_behind() {
    let database = Database::in_memory(vec![NOTES], SALVAGE).unwrap();
    let failed = database.write(|transaction| {
        transaction.execute("INSERT INTO notes VALUES ('half')", [])?;
        Err::<(), _>(Error::Unknown { what: "other half" })
    });
    assert!(failed.await.is_err());
    assert_eq!(notes(&database).await, [""; 0]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_files_and_a_link_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let opened = open(dir.path(), &DatabaseKey::new()).await.unwrap();
    note(&opened.database, "so that there is a log")
        .await
        .unwrap();
    assert_eq!(
        files(dir.path()),
        ["mirror.db", "mirror.db-shm", "mirror.db-wal", "mirror.lock"]
    );
    for name in files(dir.path()) {
        let mode = fs::metadata(dir.path().join(&name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }

    for linked in ["mirror.db", "mirror.db-wal", "mirror.lock"] {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let target = elsewhere.path().join("target");
        fs::write(&target, "").unwrap();
        symlink(&target, dir.path().join(linked)).unwrap();
        let opened = open(dir.path(), &DatabaseKey::new()).await;
        if let Ok(opened) = opened {
            assert!(
                note(&opened.database, "through the link").await.is_err(),
                "{linked}"
            );
        }
        assert_eq!(
            fs::read(&target).unwrap(),
            b"",
            "nothing was written through {linked}"
        );
    }
}

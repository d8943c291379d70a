use std::{fs, path::Path};

use super::*;

const NOTES: Migration = Migration {
    number: 1,
    sql: "CREATE TABLE notes (text TEXT NOT NULL) STRICT;",
};

async fn open(dir: &Path, key: &DatabaseKey) -> Result<Database, Error> {
    Database::open(dir, key.clone(), vec![NOTES]).await
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

async fn notes(database: &Database) -> Vec<String> {
    database
        .read(|connection| {
            let mut found = connection.prepare("SELECT text FROM notes ORDER BY rowid")?;
            let texts = found.query_map([], |row| row.get(0))?;
            Ok(texts.collect::<Result<_, _>>()?)
        })
        .await
        .unwrap()
}

#[test]
fn sqlite_is_one_that_does_not_damage_its_log() {
    assert!(rusqlite::version_number() >= 3_051_003);
}

#[tokio::test]
async fn what_is_written_is_there_for_others_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let key = DatabaseKey::new();
    let one = open(dir.path(), &key).await.unwrap();
    let other = open(dir.path(), &key).await.unwrap();
    note(&one, "by one").await.unwrap();
    note(&other, "by the other").await.unwrap();
    assert_eq!(notes(&one).await, ["by one", "by the other"]);
    drop((one, other));
    let again = open(dir.path(), &key).await.unwrap();
    assert_eq!(notes(&again).await, ["by one", "by the other"]);
    assert!(again.is_on_disk());
}

#[tokio::test]
async fn in_memory_everything_works_as_in_a_file() {
    let database = Database::in_memory(vec![NOTES]).unwrap();
    note(&database, "kept nowhere").await.unwrap();
    assert_eq!(notes(&database).await, ["kept nowhere"]);
    assert!(!database.is_on_disk());
}

#[tokio::test]
async fn work_that_fails_leaves_nothing_behind() {
    let database = Database::in_memory(vec![NOTES]).unwrap();
    let failed = database.write(|transaction| {
        transaction.execute("INSERT INTO notes VALUES ('half')", [])?;
        Err::<(), _>(Error::Unknown { what: "other half" })
    });
    assert!(failed.await.is_err());
    assert_eq!(notes(&database).await, [""; 0]);
}

#[tokio::test]
async fn s18_a_wrong_key_and_no_key_open_nothing() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), &DatabaseKey::new()).await.unwrap());
    let before = fs::read(dir.path().join(file::NAME)).unwrap();
    let wrong = open(dir.path(), &DatabaseKey::new()).await;
    assert!(matches!(
        wrong.err(),
        Some(Error::Database(crate::error::DatabaseFault::Unreadable))
    ));
    let plain = Connection::open(dir.path().join(file::NAME)).unwrap();
    let without = plain.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    assert!(without.is_err(), "it opens without a key");
    assert_eq!(
        fs::read(dir.path().join(file::NAME)).unwrap(),
        before,
        "trying does not touch it"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_files_and_a_link_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let database = open(dir.path(), &DatabaseKey::new()).await.unwrap();
    note(&database, "so that there is a log").await.unwrap();
    let mut names = Vec::new();
    for file in fs::read_dir(dir.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            file.file_name()
        );
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["mirror.db", "mirror.db-shm", "mirror.db-wal"]);

    let (other, target) = (tempfile::tempdir().unwrap(), dir.path().join("target"));
    fs::write(&target, "").unwrap();
    symlink(&target, other.path().join(file::NAME)).unwrap();
    assert!(open(other.path(), &DatabaseKey::new()).await.is_err());
    assert_eq!(
        fs::read(&target).unwrap(),
        b"",
        "nothing was written through the link"
    );
}

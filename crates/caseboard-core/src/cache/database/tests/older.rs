//! R14: files of every older form open, with everything that is in them.

use super::{kill::form, *};
use crate::{
    cache::{Mirror, migrations, tests::source},
    id::CaseRef,
    outbox,
    proof::Proof,
};

/// A row of a table, as it was written when the table was new.
const ROWS: &[(&str, &str)] = &[
    (
        "sources",
        "INSERT INTO sources (deployment, space) VALUES ('practice', 'soc')",
    ),
    (
        "cases",
        "INSERT INTO cases (source, id, read, version) VALUES (1, 'case-1', 1, 'WzEsMV0=')",
    ),
    (
        "bodies",
        r#"INSERT INTO bodies VALUES (1, '{"id": "case-1", "version": "WzEsMV0=", "owner": "securitySolution",
           "title": "Beacon on web-07", "description": "", "status": "open", "severity": "high", "tags": ["c2"],
           "created_at": "2026-11-23T10:00:00.000Z", "created_by": {}, "totalComment": 0, "totalAlerts": 0,
           "connector": {"id": "none", "name": "none", "type": ".none", "fields": null},
           "settings": {"syncAlerts": true}}')"#,
    ),
    (
        "outbox",
        r#"INSERT INTO outbox VALUES ('00000000000000000000000000000001', 7, 'practice', 'soc', 'case-1', 'queued', NULL,
           '{"id": "00000000000000000000000000000001", "place": 7, "owner": "securitySolution",
             "case": {"source": {"deployment": "practice", "space": "soc"}, "id": "case-1"},
             "change": {"kind": "addComment", "text": "host isolated"}, "seen": null, "baseline": null, "bulk": null,
             "undoes": null, "by": {"face": "window"}, "created_at": "2026-11-23T10:00:00Z",
             "wanted_at": "2026-11-23T10:00:00Z", "attempts": 0, "rereads": 0, "last_error": null, "refusal": null,
             "state": {"name": "queued"}, "made": [], "watched_until": null, "twins": []}')"#,
    ),
    (
        "journal",
        "INSERT INTO journal VALUES (1, '2026-11-23T10:00:00Z', '00000000000000000000000000000001', NULL, 'queued', NULL, NULL)",
    ),
    (
        "drafts",
        "INSERT INTO drafts VALUES ('practice', 'soc', 'case-1', 'a draft', '2026-11-23T10:00:00Z')",
    ),
];

#[tokio::test]
async fn r14_files_of_every_older_form_open_with_everything_in_them() {
    let all = migrations();
    let n_forms = u32::try_from(all.len()).unwrap();
    let mut proof = Proof::begin("R14", n_forms, n_forms);
    let case = CaseRef {
        source: source("soc"),
        id: "case-1".parse().unwrap(),
    };
    let mut n = 0;
    while proof.round().is_some() {
        n += 1;
        let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
        let there = file_of(dir.path(), &key, &all[..n]);
        let database = Database::in_memory(migrations(), outbox::SALVAGE).unwrap();
        let mirror = Mirror::new(database.clone());
        let moved = mirror.move_to_file(dir.path(), key, Timestamp::UNIX_EPOCH);
        assert_eq!(moved.await.unwrap(), None, "form {n} is read");
        let newest = form(&newest());
        let found = database.read(|connection| Ok(form(connection)));
        assert!(
            found.await.unwrap() == newest,
            "form {n} is brought up to date"
        );
        if there.contains(&"bodies") {
            let shown = mirror.shown(&case).await.unwrap().unwrap();
            assert_eq!(shown.title, "Beacon on web-07", "form {n}");
        }
        if there.contains(&"outbox") {
            let of_case = case.clone();
            let found = database.read(move |connection| {
                let entries = outbox::list(connection, 0)?;
                let lines = outbox::journal(connection, 0, 10)?;
                let draft = outbox::draft(connection, &of_case)?;
                Ok((entries.len(), lines.len(), draft))
            });
            let draft = Some("a draft".to_owned());
            assert_eq!(found.await.unwrap(), (1, 1, draft), "form {n}");
        }
    }
}

/// A file that an app made which knew only these migrations. Tells which of the tables it has.
fn file_of(dir: &Path, key: &DatabaseKey, migrations: &[Migration]) -> Vec<&'static str> {
    let path = dir.join("mirror.db");
    fs::write(&path, "").unwrap();
    let mut connection = connection::to_file(&path, key).unwrap();
    connection::begin_writing(&connection).unwrap();
    migration::run(&mut connection, migrations).unwrap();
    let tables = form(&connection);
    let has = |table: &str| tables.iter().any(|(name, _)| name == table);
    let rows = ROWS.iter().filter(|(table, _)| has(table));
    rows.map(|(table, row)| {
        connection.execute(row, []).unwrap();
        *table
    })
    .collect()
}

fn newest() -> Connection {
    let mut connection = connection::in_memory().unwrap();
    migration::run(&mut connection, &migrations()).unwrap();
    connection
}

//! What a person keeps beside the mirror: when they last looked at a case, what they pinned in it, the new case that they have
//! begun to write, and what waits in the Tray.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{cases::unreadable, database::Migration};
use crate::{
    error::Error,
    id::{CaseRef, DeploymentId},
    view::{NewCaseDraft, Tray},
};

pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 10,
        sql: "
CREATE TABLE looked_at (
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    case_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (deployment, space, case_id)
) STRICT;
-- One row at most: there is one form for new cases.
CREATE TABLE new_case (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    draft TEXT NOT NULL
) STRICT;
",
    },
    Migration {
        number: 14,
        sql: "
-- One row at most: there is one Tray.
CREATE TABLE tray (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    held TEXT NOT NULL
) STRICT;
",
    },
    Migration {
        number: 16,
        sql: "
CREATE TABLE pinned (
    place INTEGER PRIMARY KEY,
    deployment TEXT NOT NULL,
    space TEXT NOT NULL,
    case_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    UNIQUE (deployment, space, case_id, mark)
) STRICT;
",
    },
];

/// Longest name of something that can be pinned.
pub(crate) const MOST_MARK: usize = 600;

/// Tables whose rows exist nowhere else.
pub(crate) const LOOKED_AT: &str = "looked_at";
pub(crate) const NEW_CASE: &str = "new_case";
pub(crate) const TRAY: &str = "tray";
pub(crate) const PINNED: &str = "pinned";

/// Notes that a person looked at a case. An earlier look never replaces a later one.
pub(crate) fn look_at(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    at: Timestamp,
) -> Result<(), Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    transaction.execute(
        "INSERT INTO looked_at VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at",
        params![deployment, space, case.id.as_str(), fixed(at)],
    )?;
    Ok(())
}

/// When a person last looked at a case.
pub(super) fn looked_at(connection: &Connection, case: &CaseRef) -> Result<Option<String>, Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    let mut find = connection.prepare_cached(
        "SELECT at FROM looked_at WHERE deployment = ?1 AND space = ?2 AND case_id = ?3",
    )?;
    let found = find.query_row(params![deployment, space, case.id.as_str()], |row| {
        row.get(0)
    });
    Ok(found.optional()?)
}

/// SQL that tells of a row of `cases` whether somebody else changed it since the person looked at it. `me` is SQL for their
/// profile uid. Kibana's times are milliseconds. What was closed before anybody looked waits for nobody.
pub(super) fn unread(me: &str) -> String {
    format!(
        "(changed_at / 1000 > coalesce(
            (SELECT CAST(round(unixepoch(at, 'subsec') * 1000) AS INTEGER)
             FROM sources CROSS JOIN looked_at USING (deployment, space)
             WHERE sources.source = cases.source AND looked_at.case_id = cases.id),
            CASE cases.status WHEN 'closed' THEN changed_at / 1000 ELSE 0 END)
         AND coalesce((SELECT json_extract(body, iif(json_extract(body, '$.updated_at') IS NULL,
                '$.created_by.profile_uid', '$.updated_by.profile_uid')) <> {me}
             FROM bodies WHERE bodies.case_key = cases.case_key), TRUE))"
    )
}

/// Pins something on the timeline of a case, or takes the pin away.
pub(crate) fn pin(
    transaction: &Transaction<'_>,
    case: &CaseRef,
    mark: &str,
    on: bool,
) -> Result<(), Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    let sql = if on {
        "INSERT OR IGNORE INTO pinned (deployment, space, case_id, mark) VALUES (?1, ?2, ?3, ?4)"
    } else {
        "DELETE FROM pinned WHERE deployment = ?1 AND space = ?2 AND case_id = ?3 AND mark = ?4"
    };
    transaction.execute(sql, params![deployment, space, case.id.as_str(), mark])?;
    Ok(())
}

/// What is pinned on the timeline of a case, in the order in which it was.
pub(super) fn pinned(connection: &Connection, case: &CaseRef) -> Result<Vec<String>, Error> {
    let (deployment, space) = (case.source.deployment.as_str(), case.source.space.as_str());
    let mut find = connection.prepare_cached(
        "SELECT mark FROM pinned WHERE deployment = ?1 AND space = ?2 AND case_id = ?3 ORDER BY place",
    )?;
    let marks = find.query_map(params![deployment, space, case.id.as_str()], |row| {
        row.get(0)
    })?;
    Ok(marks.collect::<Result<_, _>>()?)
}

/// Forgets what was looked at and pinned in a deployment.
pub(super) fn forget(
    transaction: &Transaction<'_>,
    deployment: &DeploymentId,
) -> Result<(), Error> {
    for table in [LOOKED_AT, PINNED] {
        let forget = format!("DELETE FROM {table} WHERE deployment = ?1");
        transaction.execute(&forget, [deployment.as_str()])?;
    }
    Ok(())
}

/// Keeps the new case that somebody has begun to write; `None` throws it away.
pub(crate) fn put_new_case(
    transaction: &Transaction<'_>,
    draft: Option<&NewCaseDraft>,
) -> Result<(), Error> {
    match draft {
        Some(draft) => {
            let draft = serde_json::to_string(draft).map_err(unreadable)?;
            transaction.execute("INSERT OR REPLACE INTO new_case VALUES (1, ?1)", [draft])?;
        }
        None => drop(transaction.execute("DELETE FROM new_case", [])?),
    }
    Ok(())
}

/// The new case that somebody has begun to write.
pub(crate) fn new_case(connection: &Connection) -> Result<Option<NewCaseDraft>, Error> {
    let mut find = connection.prepare_cached("SELECT draft FROM new_case")?;
    let found: Option<String> = find.query_row([], |row| row.get(0)).optional()?;
    found
        .map(|draft| serde_json::from_str(&draft).map_err(unreadable))
        .transpose()
}

/// Keeps what waits in the Tray.
pub(crate) fn put_tray(transaction: &Transaction<'_>, tray: &Tray) -> Result<(), Error> {
    let held = serde_json::to_string(tray).map_err(unreadable)?;
    transaction.execute("INSERT OR REPLACE INTO tray VALUES (1, ?1)", [held])?;
    Ok(())
}

/// What waits in the Tray.
pub(crate) fn tray(connection: &Connection) -> Result<Tray, Error> {
    let mut find = connection.prepare_cached("SELECT held FROM tray")?;
    let found: Option<String> = find.query_row([], |row| row.get(0)).optional()?;
    let tray = found.map(|found| serde_json::from_str(&found).map_err(unreadable));
    Ok(tray.transpose()?.unwrap_or_default())
}

/// With the same number of digits always, so that texts are ordered as times are.
fn fixed(at: Timestamp) -> String {
    format!("{at:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{database::Database, migrations, tests::source};

    fn case() -> CaseRef {
        CaseRef {
            source: source("soc"),
            id: "case-1".parse().unwrap(),
        }
    }

    #[tokio::test]
    async fn the_tray_is_kept_as_it_was_left() {
        let database = Database::in_memory(migrations(), crate::outbox::SALVAGE).unwrap();
        assert_eq!(database.read(tray).await.unwrap(), Tray::default());
        let ids = crate::alerts::read("DLcmpAfIAZhn7RTHBSFX e2a2fe19\u{2026}086d76", None);
        let held = Tray {
            origin: "pasted".to_owned(),
            ids: ids.ids,
            shortened: ids.shortened,
            recent: Vec::new(),
        };
        assert!(!held.ids.is_empty() && !held.shortened.is_empty());
        for held in [held, Tray::default()] {
            let kept = held.clone();
            let put = database.write(move |transaction| put_tray(transaction, &kept));
            put.await.unwrap();
            assert_eq!(database.read(tray).await.unwrap(), held);
        }
    }

    #[tokio::test]
    async fn an_earlier_look_never_replaces_a_later_one() {
        let database = Database::in_memory(migrations(), crate::outbox::SALVAGE).unwrap();
        for (second, shown) in [(5, 5), (7, 7), (6, 7)] {
            let at = Timestamp::from_second(second).unwrap();
            database
                .write(move |transaction| look_at(transaction, &case(), at))
                .await
                .unwrap();
            let looked = database
                .read(|connection| looked_at(connection, &case()))
                .await;
            let looked: Timestamp = looked.unwrap().unwrap().parse().unwrap();
            assert_eq!(looked.as_second(), shown);
        }
        let forgotten = database
            .write(|transaction| forget(transaction, &case().source.deployment))
            .await;
        forgotten.unwrap();
        let looked = database
            .read(|connection| looked_at(connection, &case()))
            .await;
        assert_eq!(looked.unwrap(), None);
    }

    #[tokio::test]
    async fn what_is_pinned_stays_in_its_order_until_it_is_let_go() {
        let database = Database::in_memory(migrations(), crate::outbox::SALVAGE).unwrap();
        for (mark, on, expected) in [
            ("alert:b", true, vec!["alert:b"]),
            ("alert:a", true, vec!["alert:b", "alert:a"]),
            ("alert:b", true, vec!["alert:b", "alert:a"]),
            ("alert:b", false, vec!["alert:a"]),
        ] {
            let pinned = database
                .write(move |transaction| {
                    pin(transaction, &case(), mark, on)?;
                    pinned(transaction, &case())
                })
                .await;
            assert_eq!(pinned.unwrap(), expected, "{mark} {on}");
        }
        let left = database
            .write(|transaction| {
                forget(transaction, &case().source.deployment)?;
                pinned(transaction, &case())
            })
            .await;
        assert_eq!(left.unwrap(), Vec::<String>::new());
    }
}

use std::{collections::BTreeSet, fs, path::Path};

use super::*;
use crate::{
    cache::{
        self, Mirror,
        database::{Database, DatabaseKey},
        tests::source,
    },
    outbox::entry::{Provenance, Reason},
};

fn comment(text: &str) -> Entry {
    let case = CaseRef {
        source: source("soc"),
        id: "case-1".parse().unwrap(),
    };
    let change = Change::AddComment {
        text: text.to_owned(),
    };
    let agent = Provenance::Mcp {
        client: "helper".to_owned(),
        session: "s-1".to_owned(),
    };
    Entry::new(
        case,
        "securitySolution",
        change,
        agent,
        Timestamp::UNIX_EPOCH,
    )
}

async fn with<T: Send + 'static>(
    database: &Database,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    database.write(work).await
}

#[tokio::test]
async fn a_comment_takes_its_draft_along_and_no_other() {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    for (typed, stays) in [("isolated", None), ("isolated it", Some("isolated it"))] {
        let entry = comment("isolated");
        let case = entry.case.clone();
        let kept = with(&database, move |transaction| {
            put_draft(transaction, &case, typed, now)?;
            enqueue(transaction, entry, now)?;
            draft(transaction, &case)
        });
        assert_eq!(kept.await.unwrap().as_deref(), stays);
    }
}

#[tokio::test]
async fn what_was_written_shows_again_when_its_case_comes_back() {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let mirror = Mirror::new(database.clone());
    let there = || vec![cache::tests::case("case-1", serde_json::json!({}))];
    let read = mirror.begin().await.unwrap();
    mirror.put(&source("soc"), there(), read).await.unwrap();
    let entry = comment("isolated");
    with(&database, move |transaction| {
        enqueue(transaction, entry, Timestamp::UNIX_EPOCH)
    })
    .await
    .unwrap();
    mirror.forget(&source("soc")).await.unwrap();
    let read = mirror.begin().await.unwrap();
    mirror.put(&source("soc"), there(), read).await.unwrap();
    let shown = database.read(|connection| {
        let mut find = connection.prepare("SELECT comment FROM pending")?;
        Ok(find
            .query_row([], |row| row.get::<_, String>(0))
            .optional()?)
    });
    assert_eq!(shown.await.unwrap().as_deref(), Some("isolated"));
}

#[tokio::test]
async fn the_journal_tells_everything_and_refuses_to_be_changed() {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let entry = comment("isolated");
    let id = entry.id.clone();
    with(&database, move |transaction| {
        enqueue(transaction, entry, now)?;
        happens(transaction, &id, Event::Cancel, now)
    })
    .await
    .unwrap();
    let lines = database
        .read(|connection| journal(connection, 0, 10))
        .await
        .unwrap();
    let states: Vec<_> = lines
        .iter()
        .map(|line| (line.came_from.as_deref(), line.went_to.as_str()))
        .collect();
    assert_eq!(states, [(None, "queued"), (Some("queued"), "cancelled")]);
    let content = lines[0].content.as_ref().unwrap();
    assert_eq!(content["change"]["text"], "isolated");
    assert_eq!(content["by"]["client"], "helper");
    for sql in ["UPDATE journal SET at = ''", "DELETE FROM journal"] {
        let refused = with(&database, move |transaction| {
            Ok(transaction.execute(sql, [])?)
        });
        assert!(refused.await.is_err(), "{sql} is refused");
    }
}

#[tokio::test]
async fn what_a_person_retries_goes_to_the_end_of_the_line() {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let (first, second) = (comment("first"), comment("second"));
    let id = first.id.clone();
    let front = with(&database, move |transaction| {
        enqueue(transaction, first, now)?;
        enqueue(transaction, second, now)?;
        happens(transaction, &id, Event::NeverCreated, now)?;
        happens(transaction, &id, Event::Retry, now)?;
        front(transaction)
    });
    let texts: Vec<_> = front
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.change)
        .collect();
    assert_eq!(texts, [comment("second").change]);
}

#[tokio::test]
async fn a_draft_is_kept_for_each_case_until_it_is_empty() {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let case = comment("").case;
    for (text, kept) in [("a", Some("a")), ("ab", Some("ab")), ("", None)] {
        let case = case.clone();
        let found = with(&database, move |transaction| {
            put_draft(transaction, &case, text, Timestamp::UNIX_EPOCH)?;
            draft(transaction, &case)
        });
        assert_eq!(found.await.unwrap().as_deref(), kept);
    }
}

/// Mirror and outbox in the file of a profile.
async fn on_disk(dir: &Path, key: &DatabaseKey) -> (Mirror, bool) {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let mirror = Mirror::new(database);
    let moved = mirror.move_to_file(dir, key.clone(), Timestamp::UNIX_EPOCH);
    let kept = moved.await.unwrap().is_some();
    (mirror, kept)
}

#[tokio::test]
async fn the_newer_draft_wins_wherever_it_was_written() {
    let times = ["2026-11-23T10:00:00Z", "2026-11-23T10:00:00.5Z"];
    let case = comment("").case;
    for (in_file, in_memory) in [(0, 1), (1, 0)] {
        let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
        let draft_of = |n: usize| {
            let (case, at) = (case.clone(), times[n].parse().unwrap());
            move |transaction: &Transaction<'_>| {
                put_draft(transaction, &case, &format!("draft {n}"), at)
            }
        };
        let (mirror, _) = on_disk(dir.path(), &key).await;
        with(mirror.database(), draft_of(in_file)).await.unwrap();
        mirror.database().close().await;
        let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
        with(&database, draft_of(in_memory)).await.unwrap();
        let mirror = Mirror::new(database.clone());
        let moved = mirror.move_to_file(dir.path(), key, Timestamp::UNIX_EPOCH);
        moved.await.unwrap();
        let case = case.clone();
        let stays = database.read(move |connection| draft(connection, &case));
        assert_eq!(stays.await.unwrap().as_deref(), Some("draft 1"));
    }
}

#[tokio::test]
async fn what_is_saved_from_a_damaged_file_waits_for_a_person() {
    const PAGE: usize = 4096;
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let now = Timestamp::UNIX_EPOCH;
    let (mirror, _) = on_disk(dir.path(), &key).await;
    let (queued, sent, done) = (comment("queued"), comment("sent"), comment("done"));
    let written = with(mirror.database(), move |transaction| {
        for entry in [queued, sent, done] {
            enqueue(transaction, entry, now)?;
        }
        let mut entries = list(transaction, 0)?;
        entries[1].state = State::Sent { at: now };
        entries[2].state = State::Confirmed;
        for entry in &entries {
            save(transaction, entry)?;
        }
        Ok(entries)
    });
    let written = written.await.unwrap();
    mirror.database().close().await;
    let whole = fs::read(dir.path().join("mirror.db")).unwrap();
    let mut n_saved = 0;
    for page in 1..whole.len() / PAGE {
        let dir = tempfile::tempdir().unwrap();
        let mut content = whole.clone();
        content[page * PAGE + 100] ^= 1;
        fs::write(dir.path().join("mirror.db"), content).unwrap();
        let (mirror, mut was_damaged) = on_disk(dir.path(), &key).await;
        was_damaged |= mirror.database().mend(now).await.unwrap().is_some();
        let saved = mirror.database().read(|connection| list(connection, 10));
        let saved = saved.await.unwrap();
        if !was_damaged || saved.is_empty() {
            continue;
        }
        n_saved += 1;
        for entry in &saved {
            let before = written.iter().find(|one| one.id == entry.id).unwrap();
            let expected = match before.state {
                State::Confirmed => State::Confirmed,
                _ => State::Parked {
                    reason: Reason::Salvaged,
                },
            };
            assert_eq!((&entry.state, &entry.change), (&expected, &before.change));
        }
        let goes_out = mirror.database().read(front).await.unwrap();
        assert_eq!(goes_out, [], "nothing of it is sent by itself");
        // A person decides, and what was there before it was sent is still known.
        let id = saved[0].id.clone();
        let retried = with(mirror.database(), move |transaction| {
            happens(transaction, &id, Event::Retry, now)
        });
        assert_eq!(retried.await.unwrap().entry.state, State::Queued);
    }
    assert!(n_saved > 3, "rows were saved {n_saved} times");
}

#[tokio::test]
async fn what_comes_late_of_a_forgotten_source_is_not_kept_and_nothing_is_written_to_it() {
    let database = Database::in_memory(cache::migrations(), SALVAGE).unwrap();
    let (mirror, now) = (Mirror::new(database.clone()), Timestamp::UNIX_EPOCH);
    let there = || vec![cache::tests::case("case-1", serde_json::json!({}))];
    let soc = source("soc");
    let late = mirror.begin().await.unwrap();
    mirror.forget(&soc).await.unwrap();
    assert!(mirror.put(&soc, there(), late).await.is_err());
    mirror.put_confirmed(&soc, there().remove(0)).await.unwrap();
    mirror.retain(&soc, BTreeSet::new(), late).await.unwrap();
    let cursor = crate::sync::Cursor::default();
    mirror.set_read_at(&soc, Some(now), &cursor).await.unwrap();
    assert!(mirror.facts().await.unwrap().is_empty(), "no row is left");
    let again = mirror.begin().await.unwrap();
    mirror.put(&soc, there(), again).await.unwrap();

    // While something waits a deployment stays, and from then on nothing is taken in.
    let deployment = soc.deployment.clone();
    let id = deployment.clone();
    let entry = comment("unsent");
    let waits = entry.id.clone();
    let written = with(&database, move |transaction| {
        enqueue(transaction, entry, now)?;
        Ok(leave(transaction, &id).is_err())
    });
    assert!(written.await.unwrap(), "it would be lost");
    let id = deployment.clone();
    let refused = with(&database, move |transaction| {
        happens(transaction, &waits, Event::Cancel, now)?;
        leave(transaction, &id)?;
        let refused = enqueue(transaction, comment("late"), now).is_err();
        forget(transaction, &id)?;
        Ok(refused)
    });
    assert!(refused.await.unwrap(), "it would be an orphan");
    let late = mirror.begin().await.unwrap();
    assert!(mirror.put(&soc, there(), late).await.is_err());
    assert!(mirror.facts().await.unwrap().is_empty());

    // In another database, too, once this one moves there; and until it is in use again.
    let (dir, key) = (tempfile::tempdir().unwrap(), DatabaseKey::new());
    let (file, _) = on_disk(dir.path(), &key).await;
    let before = file.begin().await.unwrap();
    file.put(&soc, there(), before).await.unwrap();
    file.database().close().await;
    let moved = mirror.move_to_file(dir.path(), key, now);
    moved.await.unwrap();
    assert!(mirror.facts().await.unwrap().is_empty());
    with(&database, move |transaction| {
        cache::stay(transaction, &deployment)
    })
    .await
    .unwrap();
    let read = mirror.begin().await.unwrap();
    mirror.put(&soc, there(), read).await.unwrap();
}

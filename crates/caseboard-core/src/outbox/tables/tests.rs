use super::*;
use crate::{
    cache::{self, database::Database, tests::source},
    outbox::entry::Provenance,
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
    let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
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
    let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
    let mirror = cache::Mirror::new(database.clone());
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
    let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
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
    let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
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
    let database = Database::in_memory(cache::migrations(), SALVAGED).unwrap();
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

//! Paging over more cases than Kibana shows of one question, while cases come and go (R22).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use axum::body::Body;
use futures::{StreamExt as _, stream};
use kibana_cases::{
    AttachmentId, CaseId, Client, Credentials, FindCases, NewCase, ServiceTransport, Space, SpaceId,
};
use practice_kibana::{Options, World, router};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const N_CASES: usize = 10_050;
const N_CHANGES: usize = 500;

fn empty_space() -> Space {
    empty_space_asked_with(None)
}

/// With another key than the server's, if one is given.
fn empty_space_asked_with(key: Option<&str>) -> Space {
    let (router, handle) = router(Options {
        world: World::Empty,
        ..Options::default()
    });
    let key = Credentials::api_key(key.unwrap_or(handle.api_key())).unwrap();
    let client = Client::builder("http://127.0.0.1", key)
        .transport(ServiceTransport::<_, Body>::new(router))
        .build();
    client.unwrap().space(&SpaceId::default())
}

async fn create(space: &Space) -> CaseId {
    space.create_case(&NewCase::new("t", "d")).await.unwrap().id
}

async fn delete(space: &Space, case: &CaseId) {
    let ids = std::slice::from_ref(case);
    space.delete_cases(ids).await.unwrap();
}

#[tokio::test]
async fn r22_nothing_is_missed_or_doubled_while_cases_come_and_go() {
    let space = empty_space();
    let created = stream::iter(0..N_CASES).map(|_| create(&space)).buffered(6);
    let mut alive: Vec<CaseId> = created.collect().await;
    for seed in 0..5 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut seen: BTreeMap<CaseId, usize> = BTreeMap::new();
        let mut n_changes = 0;
        let mut n_pages = 0;
        let mut pages = space.all_cases(&FindCases::default());
        while let Some(page) = pages.next().await {
            for case in page.unwrap().cases {
                *seen.entry(case.id).or_default() += 1;
            }
            n_pages += 1;
            while n_changes < N_CHANGES.min(n_pages * 6) {
                if random.random_bool(0.5) {
                    alive.push(create(&space).await);
                } else {
                    let gone = alive.swap_remove(random.random_range(..alive.len()));
                    delete(&space, &gone).await;
                }
                n_changes += 1;
            }
        }
        assert_eq!(
            n_changes, N_CHANGES,
            "seed {seed}: there was time for all of them"
        );
        let doubled = seen.values().filter(|&&times| times > 1).count();
        let missed = alive.iter().filter(|case| !seen.contains_key(case)).count();
        assert_eq!((missed, doubled), (0, 0), "seed {seed}: missed, doubled");
    }
}

#[tokio::test]
async fn r22_no_comment_is_missed_or_doubled_while_comments_come_and_go() {
    let space = empty_space();
    let case = create(&space).await;
    let mut alive = Vec::new();
    for _ in 0..320 {
        alive.push(comment(&space, &case).await);
    }
    for seed in 0..5 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut pages = space.all_comments(&case);
        let mut seen: BTreeMap<AttachmentId, usize> = BTreeMap::new();
        let mut after_last: Option<AttachmentId> = None;
        while let Some(page) = pages.next().await {
            for item in page.unwrap().items {
                *seen.entry(item.id).or_default() += 1;
            }
            for _ in 0..random.random_range(0..5) {
                let gone = alive.swap_remove(random.random_range(..alive.len()));
                space.delete_attachment(&case, &gone).await.unwrap();
            }
            after_last = None;
            if random.random_bool(0.3) {
                alive.push(comment(&space, &case).await);
                after_last = alive.last().cloned();
            }
        }
        // What was added after the last page was read is not of this walk.
        let missed = alive
            .iter()
            .filter(|id| !seen.contains_key(*id) && after_last.as_ref() != Some(*id));
        let doubled = seen.values().filter(|&&times| times > 1).count();
        assert_eq!(
            (missed.count(), doubled),
            (0, 0),
            "seed {seed}: missed, doubled"
        );
    }
}

/// Adds a comment, and tells its id.
async fn comment(space: &Space, case: &CaseId) -> AttachmentId {
    let case = space.add_comment(case, "securitySolution", "c").await;
    let comments = case.unwrap().comments.attachments;
    comments.last().unwrap().id.clone()
}

#[tokio::test]
async fn a_walk_over_nothing_ends_at_once() {
    let space = empty_space();
    assert!(
        space
            .all_cases(&FindCases::default())
            .next()
            .await
            .is_none()
    );
}

#[tokio::test]
async fn pages_of_one_moment_are_told_once() {
    let space = empty_space();
    let created = stream::iter(0..50).map(|_| create(&space)).buffered(6);
    let created: Vec<CaseId> = created.collect().await;
    for per_page in [1, 2, 7, 50, 51] {
        let mut pages = space.all_cases(&FindCases {
            per_page,
            ..FindCases::default()
        });
        let mut seen = Vec::new();
        while let Some(page) = pages.next().await {
            seen.extend(page.unwrap().cases.into_iter().map(|case| case.id));
        }
        let [mut seen, mut created] = [seen, created.clone()];
        seen.sort();
        created.sort();
        assert_eq!(seen, created, "{per_page} a page");
    }
}

#[tokio::test]
async fn streams_tell_what_pages_tell() {
    let space = empty_space();
    let created = stream::iter(0..250).map(|_| create(&space)).buffered(6);
    let mut created: Vec<CaseId> = created.collect().await;
    let pages = space.all_cases(&FindCases::default()).into_stream();
    let pages: Vec<_> = pages.map(Result::unwrap).collect().await;
    let cases = pages.into_iter().flat_map(|page| page.cases);
    let mut told: Vec<CaseId> = cases.map(|case| case.id).collect();
    told.sort();
    created.sort();
    assert_eq!(told, created);
    let case = &created[0];
    for _ in 0..150 {
        comment(&space, case).await;
    }
    let comments = space.all_comments(case).into_stream();
    let comments: Vec<_> = comments
        .map(|page| page.unwrap().items.len())
        .collect()
        .await;
    assert_eq!(comments, [100, 50]);
    let actions = space.all_user_actions(case).into_stream();
    let actions: Vec<_> = actions
        .map(|page| page.unwrap().items.len())
        .collect()
        .await;
    assert_eq!(actions, [100, 51], "creating the case is one, too");
}

#[tokio::test]
async fn a_stream_ends_after_an_error() {
    let space = empty_space_asked_with(Some("id:of-nobody"));
    let pages = space.all_cases(&FindCases::default()).into_stream();
    let pages: Vec<_> = pages.collect().await;
    assert!(matches!(pages.as_slice(), [Err(_)]), "{pages:?}");
    let case = "6f1b".parse().unwrap();
    let pages: Vec<_> = space.all_comments(&case).into_stream().collect().await;
    assert!(matches!(pages.as_slice(), [Err(_)]), "{pages:?}");
}

//! Paging over more cases than Kibana shows of one question, while cases come and go (R22).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use axum::body::Body;
use futures::{StreamExt as _, stream};
use http::Method;
use kibana_cases::{
    CaseId, CaseSeverity, Client, Credentials, FindCases, NewCase, Request, ServiceTransport,
    Space, SpaceId,
};
use practice_kibana::{Options, World, router};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

const N_CASES: usize = 10_050;
const N_CHANGES: usize = 500;

fn empty_space() -> Space {
    let (router, handle) = router(Options {
        world: World::Empty,
        ..Options::default()
    });
    let key = Credentials::api_key(handle.api_key()).unwrap();
    let client = Client::builder("http://127.0.0.1", key)
        .transport(ServiceTransport::<_, Body>::new(router))
        .build();
    client.unwrap().space(&SpaceId::default())
}

async fn create(space: &Space) -> CaseId {
    let case = NewCase {
        title: "t".to_owned(),
        description: "d".to_owned(),
        tags: vec![],
        severity: CaseSeverity::Low,
    };
    space.create_case(&case).await.unwrap().id
}

async fn delete(space: &Space, case: &CaseId) {
    let request = Request::raw(Method::DELETE, &["api", "cases"]).unwrap();
    let ids = json!([case]).to_string();
    space.raw(request.query("ids", ids)).await.unwrap();
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
    let path = ["api", "cases", case.as_str(), "comments", "_find"];
    for seed in 0..5 {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let request = Request::raw(Method::GET, &path).unwrap();
        let mut pages = space.pages::<Value>(request.query("sortOrder", "asc"));
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut after_last: Option<String> = None;
        while let Some(page) = pages.next().await {
            for item in page.unwrap().items {
                *seen
                    .entry(item["id"].as_str().unwrap().to_owned())
                    .or_default() += 1;
            }
            for _ in 0..random.random_range(0..5) {
                let gone = alive.swap_remove(random.random_range(..alive.len()));
                let path = ["api", "cases", case.as_str(), "comments", &gone];
                let request = Request::raw(Method::DELETE, &path).unwrap();
                space.raw(request).await.unwrap();
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
async fn comment(space: &Space, case: &CaseId) -> String {
    let request = Request::raw(Method::POST, &["api", "cases", case.as_str(), "comments"]).unwrap();
    let body = json!({"type": "user", "comment": "c", "owner": "securitySolution"});
    let case = space.raw(request.json(body)).await.unwrap();
    let comments = case["comments"].as_array().unwrap();
    comments.last().unwrap()["id"].as_str().unwrap().to_owned()
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

//! The back-fill, held against the practice server's log of requests in virtual time.

use std::collections::{BTreeMap, BTreeSet};

use kibana_cases::{AlertHit, AlertQuery, Case, CaseId, FindCases, SearchAlerts};
use practice_kibana::faults::{Fault, Plan, Rule};
use tokio::time::Instant;

use super::*;
use crate::{
    desk::world::{Asked, World},
    view::{BoardQuery, BoardRows, ListOrder, ListPart},
};

const MINUTE: Duration = Duration::from_mins(1);

/// The cases of a space, newest first.
async fn cases(world: &World, space: &str) -> Vec<Case> {
    let space = world.servers[0].client.space(&space.parse().unwrap());
    let find = FindCases {
        descending: true,
        sort_field: kibana_cases::SortField::CreatedAt,
        per_page: 100,
        ..FindCases::default()
    };
    space.find_cases(&find).await.unwrap().cases
}

/// Requests of the back-fill.
fn details(world: &World) -> Vec<Asked> {
    let mut asked = world.servers[0].take_asked();
    asked.retain(|asked| !asked.is_of_list() && !asked.is_of_rights());
    asked
}

/// The cases that these requests began to read, in order.
fn begun(asked: &[Asked]) -> Vec<CaseId> {
    let last = |path: &str| {
        path.rsplit_once("/api/cases/")
            .map(|(_, rest)| rest.to_owned())
    };
    let rests = asked.iter().filter_map(|asked| last(&asked.path));
    rests
        .filter(|rest| !rest.contains('/'))
        .map(|id| id.parse().unwrap())
        .collect()
}

fn assert_at_most_one_a_second(asked: &[Asked]) {
    for pair in asked.windows(2) {
        let between = pair[1].at - pair[0].at;
        assert!(between >= Duration::from_secs(1), "{between:?}: {pair:?}");
    }
}

fn is_complete(world: &World) -> bool {
    let spaces = world.spaces(0).into_iter();
    spaces
        .map(|space| (space.n_cases, space.n_detailed))
        .all(|(all, here)| all > 0 && all == here)
}

/// Waits until every case is here in full.
async fn complete(world: &World) {
    let until = Instant::now() + MINUTE * 240;
    while !is_complete(world) {
        assert!(Instant::now() < until, "{:?}", world.spaces(0));
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn all_details_are_read_newest_first_at_most_one_request_a_second() {
    let world = World::new(1, &["soc"], 1).await;
    complete(&world).await;
    let asked = details(&world);
    assert_at_most_one_a_second(&asked);
    let newest_first: Vec<_> = cases(&world, "soc")
        .await
        .into_iter()
        .map(|case| case.id)
        .collect();
    assert_eq!(begun(&asked), newest_first, "each once");
    let space = world.servers[0].client.space(&"soc".parse().unwrap());
    for id in newest_first {
        let case = CaseRef {
            source: world.servers[0].source("soc"),
            id,
        };
        let shown = world.desk.detail(&case).await.unwrap();
        let there = space.attachments(&case.id).await.unwrap().attachments;
        assert_eq!(shown.activity.unwrap().len(), there.len());
        let alerts = space.case_alerts(&case.id).await.unwrap().items;
        assert_eq!(shown.alerts.unwrap().len(), alerts.len());
        let known = world.desk.inner.mirror.history(&case).await.unwrap();
        let mut pages = space.all_user_actions(&case.id);
        let mut told = Vec::new();
        while let Some(page) = pages.next().await {
            told.extend(page.unwrap().items);
        }
        assert_eq!(known, told, "in Kibana's order");
    }
    tokio::time::sleep(MINUTE * 10).await;
    assert_eq!(begun(&details(&world)), [], "nothing changed");
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_quiet_and_what_follows_goes_on() {
    let world = World::new(1, &["soc"], 2).await;
    let before = begun(&details(&world));
    assert!(!before.is_empty());
    world.desk.pause_back_fill(true);
    tokio::time::sleep(Duration::from_secs(2)).await;
    details(&world);
    tokio::time::sleep(MINUTE * 5).await;
    assert_eq!(details(&world).len(), 0);
    world.desk.pause_back_fill(false);
    complete(&world).await;
    let asked = details(&world);
    assert_at_most_one_a_second(&asked);
    let again: BTreeSet<_> = begun(&asked)
        .into_iter()
        .filter(|id| before.contains(id))
        .collect();
    assert!(again.is_empty(), "{again:?}");
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_where_it_stood() {
    let mut world = World::new(1, &["soc"], 3).await;
    let before = begun(&details(&world));
    world.restart().await;
    complete(&world).await;
    let after = begun(&details(&world));
    let all = cases(&world, "soc").await.len();
    let twice: BTreeSet<_> = after.iter().filter(|id| before.contains(id)).collect();
    assert!(
        twice.len() <= 1,
        "all but the one that was being read: {twice:?}"
    );
    assert_eq!(before.len() + after.len(), all + twice.len());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_case_that_cannot_be_read_is_left_alone_for_longer_and_longer() {
    let world = World::of(practice_kibana::World::Practice, 1, &["soc"], 4).await;
    let newest = cases(&world, "soc").await.remove(0).id;
    let route = format!("GET /api/cases/{newest}");
    let rule = Rule::of(Fault::FailAfterCommit { status: 500 }).on(&route);
    let faults = world.servers[0].practice.faults();
    faults.set(Plan::of([rule]));
    tokio::time::sleep(MINUTE * 40).await;
    let space = &world.spaces(0)[0];
    assert_eq!(space.n_cases - space.n_detailed, 1, "all others are here");
    let n_failed = faults.fired().len();
    assert!(
        (3..=4).contains(&n_failed),
        "after 5, 10, 20 minutes: {n_failed}"
    );
    let case = CaseRef {
        source: space.source.clone(),
        id: newest,
    };
    assert!(world.desk.detail(&case).await.unwrap().problem.is_some());
    faults.clear();
    complete(&world).await;
    assert_eq!(world.desk.detail(&case).await.unwrap().problem, None);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn alerts_that_cannot_be_searched_are_not_asked_for_again_and_again() {
    let world = World::of(practice_kibana::World::Practice, 1, &["soc"], 7).await;
    let route = "POST /api/detection_engine/signals/search";
    let rule = Rule::of(Fault::FailAfterCommit { status: 500 }).on(route);
    let faults = world.servers[0].practice.faults();
    faults.set(Plan::of([rule]));
    tokio::time::sleep(MINUTE * 40).await;
    let space = &world.spaces(0)[0];
    let n_without = (space.n_cases - space.n_detailed) as usize;
    assert!(n_without > 0 && space.n_detailed > 0, "{space:?}");
    let n_failed = faults.fired().len();
    assert!(
        n_failed <= n_without * 4,
        "{n_failed} for {n_without} cases"
    );
    faults.clear();
    complete(&world).await;
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn cases_are_found_by_what_their_alerts_name() {
    let world = World::new(1, &["soc"], 8).await;
    complete(&world).await;
    let space = world.servers[0].client.space(&"soc".parse().unwrap());
    let search = SearchAlerts {
        query: AlertQuery::Exists("kibana.alert.case_ids".to_owned()),
        size: 1_000,
        ..SearchAlerts::default()
    };
    let hits = space.search_alerts(&search).await.unwrap().alerts.items;
    for (key, pointer) in [
        ("host", "/host/name"),
        ("user", "/user/name"),
        ("ip", "/host/ip/0"),
        ("ip", "/destination/ip"),
        ("domain", "/destination/domain"),
        ("process", "/process/name"),
        ("process", "/process/parent/name"),
        ("hash", "/process/hash/sha256"),
        ("hash", "/file/hash/sha256"),
        ("mitre", "/kibana.alert.rule.threat/0/tactic/id"),
        ("mitre", "/kibana.alert.rule.threat/0/technique/0/id"),
        (
            "mitre",
            "/kibana.alert.rule.threat/0/technique/0/subtechnique/0/id",
        ),
    ] {
        let value = |hit: &AlertHit| Some(hit.source().pointer(pointer)?.as_str()?.to_owned());
        let named = hits
            .iter()
            .find_map(|hit| Some((value(hit)?, hit.case_ids()?)));
        let (value, holding) = named.unwrap_or_else(|| panic!("no alert has {pointer}"));
        let query = BoardQuery {
            text: format!("{key}:\"{value}\""),
            ..BoardQuery::default()
        };
        let list = ListPart {
            group: None,
            order: ListOrder::Created,
            descending: true,
            offset: 0,
            limit: 200,
        };
        let found = world.desk.list(&query, &list).await.unwrap().rows;
        let found: BTreeSet<_> = found.iter().map(|row| row.case.id.as_str()).collect();
        assert!(
            holding.iter().all(|id| found.contains(id.as_str())),
            "{}",
            query.text
        );
        let board = world
            .desk
            .board(&query, &BoardRows::default())
            .await
            .unwrap();
        assert_eq!(board.search.incomplete, [], "nothing can be missing");
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_is_down_is_not_asked() {
    let world = World::new(1, &["soc"], 5).await;
    let faults = world.servers[0].practice.faults();
    faults.set(Plan::of([Rule::of(Fault::RefuseConnect)]));
    tokio::time::sleep(MINUTE * 30).await;
    let mut by_path = BTreeMap::<_, usize>::new();
    for fired in faults.fired() {
        *by_path.entry(fired.path).or_default() += 1;
    }
    by_path.remove("/api/cases/_find");
    assert!(by_path.values().sum::<usize>() <= 1, "{by_path:?}");
    faults.clear();
    complete(&world).await;
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn an_opened_case_is_read_at_once_and_not_again() {
    let world = World::of(practice_kibana::World::Practice, 1, &["soc"], 6).await;
    let all = cases(&world, "soc").await;
    while begun(&details(&world)).is_empty() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // The first one is being read slowly; the last one would be read minutes later.
    for case in [&all[0], all.last().unwrap()] {
        let case = CaseRef {
            source: world.servers[0].source("soc"),
            id: case.id.clone(),
        };
        world.desk.open_case(&case).await.unwrap();
        let mut events = world.desk.subscribe();
        let is_case = |event: &DeskEvent| matches!(event, DeskEvent::CaseChanged { case: changed } if *changed == case);
        let began = Instant::now();
        while !is_case(&events.recv().await.unwrap()) {}
        assert!(began.elapsed() < Duration::from_secs(1));
        assert!(world.desk.detail(&case).await.unwrap().history.is_some());
    }
    details(&world);
    complete(&world).await;
    let after = begun(&details(&world));
    assert_eq!(after.len(), all.len() - 2);
    assert!(!after.contains(&all[0].id) && !after.contains(&all[all.len() - 1].id));
    world.desk.shutdown().await;
}

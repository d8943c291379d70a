//! Drops over several spaces and deployments, with the requests that the servers counted.

use std::{collections::BTreeMap, time::Duration};

use http::Method;
use kibana_cases::{AttachedAlert, NewAlerts, NewCase};
use practice_kibana::{
    Alert,
    history::{self, CaseName, DeploymentLog, History, State, Write},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};
use serde_json::{Value, json};

use super::*;
use crate::{
    alerts::read,
    desk::world::{Asked, Server, World},
    view::{BoardQuery, BoardRows, EntryState, Outcome, Reason},
};

const SPACES: [&str; 2] = ["soc", "ot"];
const RULES: [&str; 3] = ["Malware prevention", "Suspicious rundll32", "Odd PLC write"];
const TARGET: &str = "the-target";
const SEARCH: &str = "signals/search";

/// A new seed, or that of `SEED`; printed either way.
#[expect(
    clippy::print_stderr,
    reason = "a seed is told, so that it can be taken back"
)]
fn seed() -> u64 {
    let given = std::env::var_os("SEED").and_then(|seed| seed.to_str()?.parse().ok());
    let seed = given.unwrap_or_else(rand::random::<u32>).into();
    eprintln!("SEED={seed}");
    seed
}

pub(in crate::desk) fn put(world: &World, nth: usize, space: &str, id: &str, source: &Value) {
    world.servers[nth].practice.put_alert(Alert {
        space: space.to_owned(),
        index: format!(".internal.alerts-security.alerts-{space}-000001"),
        id: id.to_owned(),
        source: source.as_object().unwrap().clone(),
    });
}

pub(in crate::desk) fn of_rule(rule: &str) -> Value {
    json!({
        "@timestamp": "2026-11-23T09:00:00.000Z", "kibana.alert.rule.uuid": format!("id of {rule}"), "kibana.alert.rule.name": rule,
        "host": {"name": "web-07"}, "user.name": "maya", "agent": {"id": "0a9c7d1e-22b4-4c6f-8e1d-5b7a9f3c2e11"},
    })
}

/// Creates a case as a colleague would, and waits until it is on the board.
pub(in crate::desk) async fn case(world: &World, nth: usize, space: &str, title: &str) -> CaseRef {
    let source = world.servers[nth].source(space);
    let client = world.servers[nth].client.space(&source.space);
    let id = client
        .create_case(&NewCase::new(title, "what happened"))
        .await
        .unwrap()
        .id;
    tokio::time::sleep(Duration::from_mins(2)).await;
    CaseRef { source, id }
}

pub(in crate::desk) async fn empty(n_servers: usize) -> World {
    let world = World::of(practice_kibana::World::Empty, n_servers, &SPACES, 7).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    world
}

pub(in crate::desk) async fn held(world: &World, case: &CaseRef) -> BTreeSet<AlertId> {
    let space = world.servers[0].client.space(&case.source.space);
    let there = space.case_alerts(&case.id).await.unwrap();
    there.into_iter().map(|(alert, _)| alert.id).collect()
}

async fn resolve(world: &World, text: &str) -> Vec<ResolvedAlert> {
    let mut told = Vec::new();
    let ids = read(text, None).ids;
    let resolving = world
        .desk
        .resolve_alerts(&ids, |alerts| told.extend(alerts));
    resolving.await.unwrap();
    told
}

/// What was told of an id at last.
fn last<'a>(told: &'a [ResolvedAlert], id: &str) -> &'a Whereabouts {
    let mut told = told.iter().rev();
    &told.find(|one| one.id.as_str() == id).unwrap().whereabouts
}

fn names(whereabouts: &Whereabouts) -> Vec<&str> {
    match whereabouts {
        Whereabouts::Found { places } => places.iter().map(|place| place.name.as_str()).collect(),
        Whereabouts::NotFound { .. } => vec![],
    }
}

fn may_be(whereabouts: &Whereabouts) -> Option<&MayBe> {
    match whereabouts {
        Whereabouts::Found { .. } => panic!("it was found"),
        Whereabouts::NotFound { may_be, .. } => may_be.as_ref(),
    }
}

fn count(asked: &[Asked], method: &Method, part: &str) -> usize {
    let is_it = |one: &&Asked| one.method == *method && one.path.contains(part);
    asked.iter().filter(is_it).count()
}

#[tokio::test(start_paused = true)]
async fn two_hundred_ids_of_four_sources_all_get_their_outcome_by_as_few_requests_as_can_be() {
    let seed = seed();
    let mut random = StdRng::seed_from_u64(seed);
    let world = empty(2).await;
    let target = case(&world, 0, "soc", TARGET).await;
    let mut expected: BTreeMap<String, &str> = BTreeMap::new();
    let mut of_rules: BTreeMap<&str, usize> = BTreeMap::new();
    let mut already = Vec::new();
    for n in 0..190 {
        let id = format!("{seed:016x}{n:048x}");
        let rule = RULES[random.random_range(0..3)];
        // The first twenty are attached already.
        let (nth, space) = if n < 20 {
            (0, "soc")
        } else {
            (random.random_range(0..2), SPACES[random.random_range(0..2)])
        };
        put(&world, nth, space, &id, &of_rule(rule));
        let outcome = match (nth, space) {
            _ if n < 20 => "already",
            (0, "soc") => "attached",
            (0, _) => "D0 / ot",
            (_, "soc") => "D1 / soc",
            _ => "D1 / ot",
        };
        if n < 20 {
            already.push(id.parse().unwrap());
        } else if outcome == "attached" {
            *of_rules.entry(rule).or_default() += 1;
        }
        expected.insert(id, outcome);
    }
    for n in 0..10 {
        expected.insert(format!("{seed:024x}{n:016x}"), "not found");
    }
    world
        .desk
        .attach_ids(&target, already, false)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_mins(5)).await;
    let mut ids: Vec<_> = expected.keys().cloned().collect();
    ids.shuffle(&mut random);
    for server in &world.servers {
        server.take_asked();
    }

    let report = world
        .desk
        .attach_alerts(&target, ids.join("\n"))
        .await
        .unwrap();
    let asked: Vec<_> = world.servers.iter().map(Server::take_asked).collect();

    let order: Vec<_> = report
        .items
        .iter()
        .map(|item| item.id.to_string())
        .collect();
    assert_eq!(order, ids, "first-seen order, each once");
    for item in &report.items {
        let told = match &item.outcome {
            Outcome::Attached => "attached",
            Outcome::AlreadyAttached => "already",
            Outcome::NotFound { unasked } if unasked.is_empty() => "not found",
            Outcome::Elsewhere { sources } => sources[0].as_str(),
            outcome => panic!("{outcome:?}"),
        };
        assert_eq!(told, expected[item.id.as_str()], "{}", item.id);
    }
    let should: BTreeSet<AlertId> = expected
        .iter()
        .filter(|(_, outcome)| ["attached", "already"].contains(outcome))
        .map(|(id, _)| id.parse().unwrap())
        .collect();
    assert_eq!(
        held(&world, &target).await,
        should,
        "the server holds what was told"
    );

    let n_attaches: usize = of_rules.values().map(|n| n.div_ceil(100)).sum();
    let comments = format!("/{}/comments", target.id);
    assert_eq!(
        count(&asked[0], &Method::POST, &comments),
        n_attaches,
        "one for each rule and hundred"
    );
    let first = asked[0]
        .iter()
        .position(|one| one.method == Method::POST && one.path.ends_with(&comments));
    let (resolving, _) = asked[0].split_at(first.unwrap());
    assert_eq!(
        count(resolving, &Method::POST, SEARCH),
        2,
        "one for each of its spaces"
    );
    assert_eq!(
        count(resolving, &Method::GET, &format!("/{}/alerts", target.id)),
        1
    );
    assert_eq!(
        count(resolving, &Method::GET, &comments),
        1,
        "the outbox looks before it writes"
    );
    assert_eq!(count(&asked[1], &Method::POST, SEARCH), 2);
    assert_eq!(
        asked[1]
            .iter()
            .filter(|one| !one.is_of_list() && !one.path.ends_with(SEARCH))
            .count(),
        0
    );
    let told = |wanted: &str| {
        let of_outcome = expected.iter().filter(|(_, outcome)| **outcome == wanted);
        of_outcome.map(|(id, _)| id.clone()).collect()
    };
    let attached = [told("already"), told("attached")];
    assert_eq!(findings(&world, &target, attached), []);
    world.desk.shutdown().await;
}

/// What the history checker finds: the target was made, these alerts were attached to it in this order, and nothing else was written
/// to either deployment.
fn findings(world: &World, target: &CaseRef, attached: [Vec<String>; 2]) -> Vec<history::Finding> {
    let logs = (0..)
        .zip(&world.servers)
        .map(|(nth, server)| DeploymentLog {
            deployment: format!("D{nth}"),
            commits: server
                .practice
                .log()
                .iter()
                .map(|commit| (**commit).clone())
                .collect(),
        });
    let logs: Vec<_> = logs.collect();
    let commits = &logs[0].commits;
    let entry = |order: u64, token: &str, author: &str, write: Write| history::Entry {
        token: token.to_owned(),
        deployment: "D0".to_owned(),
        space: target.source.space.to_string(),
        author: author.to_owned(),
        case: CaseName::CreatedBy(TARGET.to_owned()),
        order,
        write,
        state: State::Confirmed { at: order },
    };
    // The target is a colleague's, what came last is ours.
    let [colleague, us] =
        [commits.first(), commits.last()].map(|commit| commit.unwrap().user.as_deref().unwrap());
    let mut entries = vec![entry(0, TARGET, colleague, Write::CreateCase)];
    for (order, alerts) in (1..).zip(attached) {
        let token = format!("drop-{order}");
        entries.push(entry(order, &token, us, Write::Attach { alerts }));
    }
    history::check(
        &History {
            entries,
            views: vec![],
        },
        &logs,
    )
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_back_is_exactly_what_was_attached() {
    let world = empty(1).await;
    let target = case(&world, 0, "soc", "the target").await;
    let ids: Vec<_> = (0..9).map(|n| format!("{n:064x}")).collect();
    for (nth, id) in ids.iter().enumerate() {
        put(&world, 0, "soc", id, &of_rule(RULES[nth % 3]));
    }
    let [mine, theirs] = [&ids[..6], &ids[6..]];
    let first = theirs.iter().map(|id| id.parse().unwrap()).collect();
    world.desk.attach_ids(&target, first, false).await.unwrap();
    let before = world.desk.outbox().await.unwrap().entries;
    world
        .desk
        .attach_alerts(&target, mine.join(" "))
        .await
        .unwrap();
    assert_eq!(held(&world, &target).await.len(), 9);
    let written = world.desk.outbox().await.unwrap().entries;
    let ours = written
        .iter()
        .filter(|one| !before.iter().any(|other| other.id == one.id));
    let ours: Vec<_> = ours.map(|one| one.id.clone()).collect();
    assert_eq!(ours.len(), 3, "one for each rule");
    for entry in &ours {
        let undone = world.desk.undo_entry(entry).await.unwrap();
        let settled = world
            .desk
            .wait_for_entries(&[undone.id], Duration::from_mins(1))
            .await;
        assert_eq!(settled.unwrap()[0].state, EntryState::Done);
    }
    let left: BTreeSet<_> = held(&world, &target).await;
    assert_eq!(left, theirs.iter().map(|id| id.parse().unwrap()).collect());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn one_alert_of_a_group_is_detached_and_the_others_stay() {
    let world = empty(1).await;
    let target = case(&world, 0, "soc", "the target").await;
    let ids: Vec<AlertId> = (0..5)
        .map(|n| format!("{n:064x}").parse().unwrap())
        .collect();
    for id in &ids {
        put(&world, 0, "soc", id.as_str(), &of_rule("R"));
    }
    world
        .desk
        .attach_ids(&target, ids.clone(), false)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    let missing: AlertId = "nobody".parse().unwrap();
    let refused = world
        .desk
        .detach_alerts(&target, &[ids[0].clone(), missing])
        .await;
    assert_eq!(refused.unwrap_err().code, crate::code::ErrorCode::NotFound);
    let written = world.desk.detach_alerts(&target, &ids[1..3]).await.unwrap();
    let written: Vec<_> = written.into_iter().map(|entry| entry.id).collect();
    let settled = world
        .desk
        .wait_for_entries(&written, Duration::from_mins(1))
        .await
        .unwrap();
    assert!(
        settled.iter().all(|entry| entry.state == EntryState::Done),
        "{settled:?}"
    );
    let left = [&ids[0], &ids[3], &ids[4]].map(AlertId::clone);
    assert_eq!(held(&world, &target).await, left.into());
    let space = world.servers[0].client.space(&target.source.space);
    let there = space.alerts_by_id(&ids[..2]).await.unwrap().items;
    for hit in there {
        let n_cases = hit.case_ids().unwrap_or_default().len();
        assert_eq!(
            n_cases,
            usize::from(hit.id == ids[0]),
            "the document says the same"
        );
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_attached_without_its_rule_unless_somebody_says_so() {
    let world = empty(1).await;
    let target = case(&world, 0, "soc", "the target").await;
    let (bare, gone) = (format!("{:064x}", 1), format!("{:064x}", 2));
    put(
        &world,
        0,
        "soc",
        &bare,
        &json!({"@timestamp": "2026-11-23T09:00:00.000Z"}),
    );
    let report = world
        .desk
        .attach_alerts(&target, format!("{bare} {gone}"))
        .await
        .unwrap();
    let outcomes: Vec<_> = report.items.into_iter().map(|item| item.outcome).collect();
    assert!(
        matches!(&outcomes[..], [Outcome::Refused { error }, Outcome::NotFound { .. }] if error.code == crate::code::ErrorCode::AlertUnreadable),
        "{outcomes:?}"
    );
    assert!(held(&world, &target).await.is_empty());
    let ids = [&bare, &gone].map(|id| id.parse().unwrap());
    let report = world
        .desk
        .attach_ids(&target, ids.to_vec(), true)
        .await
        .unwrap();
    assert!(
        report
            .items
            .iter()
            .all(|item| item.outcome == Outcome::Attached),
        "{:?}",
        report.items
    );
    assert_eq!(held(&world, &target).await, ids.into());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn alerts_are_found_where_they_live_and_nobody_chooses_between_two_places() {
    let world = empty(2).await;
    let ids: Vec<_> = (0..4).map(|n| format!("{n:064x}")).collect();
    put(&world, 0, "soc", &ids[0], &of_rule("R"));
    put(&world, 1, "ot", &ids[1], &of_rule("R"));
    put(&world, 0, "ot", &ids[2], &of_rule("R"));
    put(&world, 1, "soc", &ids[2], &of_rule("R"));
    let told = resolve(&world, &ids.join(" ")).await;
    assert_eq!(names(last(&told, &ids[0])), ["D0 / soc"]);
    assert_eq!(names(last(&told, &ids[1])), ["D1 / ot"]);
    let both: BTreeSet<_> = names(last(&told, &ids[2])).into_iter().collect();
    assert_eq!(both, ["D0 / ot", "D1 / soc"].into());
    assert_eq!(may_be(last(&told, &ids[3])), Some(&MayBe::FileHash));
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_source_that_a_link_names_is_asked_first_and_alone() {
    let world = empty(1).await;
    let id = format!("{:064x}", 1);
    put(&world, 0, "ot", &id, &of_rule("R"));
    world.servers[0].take_asked();
    let link = format!("http://127.0.0.1/s/ot/app/security/alerts/redirect/{id}?index=x");
    let told = resolve(&world, &link).await;
    assert_eq!(names(last(&told, &id)), ["D0 / ot"]);
    let asked = world.servers[0].take_asked();
    assert_eq!(count(&asked, &Method::POST, SEARCH), 1);
    assert_eq!(count(&asked, &Method::POST, "/s/ot/"), 1);
    // A link that leads to the wrong space does no harm.
    let link = format!("http://127.0.0.1/s/soc/app/security/alerts/redirect/{id}");
    assert_eq!(names(last(&resolve(&world, &link).await, &id)), ["D0 / ot"]);
    assert_eq!(
        count(&world.servers[0].take_asked(), &Method::POST, SEARCH),
        2
    );
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_no_alert_is_told_for_what_it_may_be() {
    let world = empty(1).await;
    let a_case = case(&world, 0, "ot", "not an alert").await;
    let rule = "6f1b3c52-1f9e-4f53-9a43-0c0f3f2b7d10";
    let agent = "0a9c7d1e-22b4-4c6f-8e1d-5b7a9f3c2e11";
    let nobody = "ffffffff-1f9e-4f53-9a43-0c0f3f2b7d10";
    let mut source = of_rule("R");
    source["kibana.alert.rule.uuid"] = rule.into();
    put(&world, 0, "soc", "some alert", &source);
    world.servers[0].take_asked();
    let text = format!(
        "{rule} {agent} {nobody} {} Zm9v-_barQUX01234567 https://k.test/app/security/alerts/redirect/1a2B3c4D5e6F7g8H9i0J",
        a_case.id
    );
    let told = resolve(&world, &text).await;
    let asked = world.servers[0].take_asked();
    let name = || "D0 / soc".to_owned();
    assert_eq!(
        may_be(last(&told, rule)),
        Some(&MayBe::Rule {
            source: name(),
            name: Some("R".to_owned())
        })
    );
    assert_eq!(
        may_be(last(&told, agent)),
        Some(&MayBe::Agent {
            source: name(),
            host: Some("web-07".to_owned())
        })
    );
    assert_eq!(may_be(last(&told, nobody)), None);
    let title = "not an alert".to_owned();
    assert_eq!(
        may_be(last(&told, a_case.id.as_str())),
        Some(&MayBe::Case {
            case: a_case,
            title
        })
    );
    assert_eq!(
        may_be(last(&told, "1a2B3c4D5e6F7g8H9i0J")),
        Some(&MayBe::Event)
    );
    assert!(
        !told
            .iter()
            .any(|one| one.id.as_str() == "Zm9v-_barQUX01234567"),
        "a word is just a word"
    );
    let searches = count(&asked, &Method::POST, SEARCH);
    assert!(
        searches <= 2 + 2 * 2,
        "one for each source, and two to tell what the rest is: {searches}"
    );
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_a_case_holds_is_known_without_asking_and_leads_to_the_case() {
    let world = empty(1).await;
    let near = case(&world, 0, "soc", "near").await;
    let far = case(&world, 0, "soc", "far").await;
    let ids: Vec<_> = (0..3).map(|n| format!("{n:064x}")).collect();
    put(&world, 0, "soc", &ids[0], &of_rule("R"));
    put(&world, 0, "soc", &ids[1], &of_rule("R"));
    let mut other = of_rule("Q");
    other["host"]["name"] = "db-01".into();
    other["user.name"] = "jonas".into();
    put(&world, 0, "soc", &ids[2], &other);
    world
        .desk
        .attach_alerts(&near, ids[0].clone())
        .await
        .unwrap();
    world
        .desk
        .attach_alerts(&far, ids[2].clone())
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    world.servers[0].take_asked();
    let told = resolve(&world, &ids[0]).await;
    assert_eq!(
        count(&world.servers[0].take_asked(), &Method::POST, SEARCH),
        0
    );
    let Whereabouts::Found { places } = last(&told, &ids[0]) else {
        panic!("it is known");
    };
    assert_eq!(places[0].cases, Some(vec![near.id.clone()]));

    let wanted: Vec<AlertId> = vec![ids[1].parse().unwrap()];
    let suggested = world
        .desk
        .suggest_cases(&near.source, &wanted)
        .await
        .unwrap();
    let cases: Vec<_> = suggested.cases.iter().map(|one| &one.row.case).collect();
    assert_eq!(cases, [&near], "the other has nothing in common with it");
    assert_eq!(
        suggested.cases[0].reasons,
        [
            Reason::SameHost {
                host: "web-07".to_owned()
            },
            Reason::SameUser {
                user: "maya".to_owned()
            }
        ]
    );
    assert!(!suggested.is_new_first);
    assert_eq!(suggested.new_case.title, "R on web-07");
    let none = world
        .desk
        .suggest_cases(&near.source, &["nobody".parse().unwrap()])
        .await
        .unwrap();
    assert!(none.cases.is_empty() && none.is_new_first);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn ids_of_five_sources_of_three_deployments_are_sorted_to_where_they_live() {
    let world = empty(3).await;
    let mut lives = BTreeMap::new();
    for (n, (nth, space)) in [(0, "soc"), (0, "ot"), (1, "soc"), (2, "soc"), (2, "ot")]
        .into_iter()
        .enumerate()
    {
        let id = format!("{n:064x}");
        put(&world, nth, space, &id, &of_rule("R"));
        case(&world, nth, space, &format!("case {n}")).await;
        lives.insert(id, world.servers[nth].source(space));
    }
    let board = world
        .desk
        .board(&BoardQuery::default(), &BoardRows::default())
        .await
        .unwrap();
    assert_eq!(board.n_cases, 5, "one board for all of them");
    let text: Vec<_> = lives.keys().map(String::as_str).collect();
    let told = resolve(&world, &text.join("\n")).await;
    for (id, source) in lives {
        let Whereabouts::Found { places } = last(&told, &id) else {
            panic!("{id} is there");
        };
        let found: Vec<_> = places.iter().map(|place| &place.source).collect();
        assert_eq!(found, [&source]);
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_case_that_an_alert_names_is_suggested_before_its_own_alerts_were_read() {
    let world = empty(1).await;
    let holder = case(&world, 0, "soc", "the holder").await;
    let id = format!("{:064x}", 1);
    put(&world, 0, "soc", &id, &of_rule("R"));
    let wanted: Vec<AlertId> = vec![id.parse().unwrap()];
    // A colleague is quick, and nothing of it was read here.
    let space = world.servers[0].client.space(&holder.source.space);
    let hit = space.alerts_by_id(&wanted).await.unwrap().items.remove(0);
    let new = NewAlerts {
        rule: hit.rule(),
        alerts: vec![AttachedAlert {
            id: hit.id,
            index: hit.index,
        }],
    };
    let attached = space.attach_alerts(&holder.id, "securitySolution", &new);
    attached.await.unwrap();
    let suggested = world.desk.suggest_cases(&holder.source, &wanted).await;
    let suggested = suggested.unwrap().cases;
    let shown: Vec<_> = suggested
        .iter()
        .map(|one| (&one.row.case, one.reasons.first()))
        .collect();
    assert_eq!(shown, [(&holder, Some(&Reason::HoldsAlerts { n: 1 }))]);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_drop_is_read_without_asking_and_a_link_to_a_case_leads_to_it() {
    let world = empty(2).await;
    let target = case(&world, 0, "ot", "the target").await;
    let url = world.desk.open_case(&target).await.unwrap().kibana_url;
    let id = format!("{:064x}", 7);
    for server in &world.servers {
        server.take_asked();
    }
    let text = format!(
        "{url}\n{id}\nhttps://other.test/s/ot/app/security/cases/{}",
        target.id
    );
    let dropped = world.desk.read_drop(text, None).await.unwrap();
    let ids: Vec<_> = dropped
        .text
        .ids
        .iter()
        .map(|found| found.id.as_str())
        .collect();
    assert_eq!(ids, [id.as_str()]);
    let cases: Vec<_> = dropped.cases.iter().map(|row| &row.case).collect();
    assert_eq!(cases, [&target], "another Kibana's case is none of ours");
    let table = "host\tone\ttwo\nweb-07\tDLcmpAfIAZhn7RTHBSFX\tELcmpAfIAZhn7RTHBSFX\n".to_owned();
    let chosen = world
        .desk
        .read_drop(table, Some("two".to_owned()))
        .await
        .unwrap();
    let ids: Vec<_> = chosen
        .text
        .ids
        .iter()
        .map(|found| found.id.as_str())
        .collect();
    assert_eq!(ids, ["ELcmpAfIAZhn7RTHBSFX"]);
    world.desk.shutdown().await;
}

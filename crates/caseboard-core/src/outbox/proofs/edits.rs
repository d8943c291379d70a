//! Three people edit the same cases: nothing is overwritten unseen.

use std::collections::HashMap;

use practice_kibana::faults::{Fault, Plan, Rule};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::*;

#[tokio::test(start_paused = true)]
async fn r08_an_edit_never_overwrites_what_its_writer_did_not_see() {
    const CLIENTS: usize = 3;
    const EDITS: u32 = 200;
    let mut proof = Proof::begin("R08", EDITS, 2_000);
    let seed = proof.seed();
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::new(seed);
    let mut cases = Vec::new();
    for _ in 0..10 {
        cases.push(world.case("soc").await);
    }
    let faults = [
        Fault::ResetBeforeCommit,
        Fault::ResetAfterCommit,
        Fault::CutBody { bytes: None },
        Fault::FailAfterCommit { status: 502 },
        Fault::ConflictAfterCommit,
        Fault::Reorder {
            at_most: Duration::from_millis(200),
        },
    ];
    let rules = faults.map(|fault| Rule::of(fault).on("PATCH /api/cases").probability(0.04));
    world.practice.faults().set(Plan::of(rules).seeded(seed));
    let running: Vec<_> = (0..CLIENTS).map(|_| world.start()).collect();
    let mut n_mergeable = 0;
    let mut own_lines = HashMap::new();
    while let Some(n) = proof.round() {
        for (client, running) in running.iter().enumerate() {
            let nth = random.random_range(0..cases.len());
            let case = &cases[nth];
            let seen = world.now(case).await;
            let field = match random.random_range(0..10) {
                0 => Field::Title,
                // Few enough for the 200 that a case may have.
                1..3 => Field::Tags,
                _ => Field::Description,
            };
            let mut base = field.of(&seen);
            let mine = match field {
                Field::Title => json!(format!("title {client} {n}")),
                Field::Tags => {
                    let mut tags = base.as_array().cloned().unwrap();
                    tags.push(json!(format!("t{client}-{n}")));
                    Value::Array(tags)
                }
                // Everybody has a line of their own, and sees it as they last wrote it, sent or not.
                _ => {
                    let mut lines: Vec<_> = base
                        .as_str()
                        .unwrap()
                        .split('\n')
                        .map(str::to_owned)
                        .collect();
                    if let Some(own) = own_lines.get(&(client, nth)) {
                        lines[client * 2] = String::clone(own);
                    }
                    base = json!(lines.join("\n"));
                    lines[client * 2] = format!("line of {client}, edit {n}");
                    own_lines.insert((client, nth), lines[client * 2].clone());
                    json!(lines.join("\n"))
                }
            };
            n_mergeable += usize::from(field != Field::Title);
            let mut entry = world.edit(case, Edit { field, base, mine });
            entry.seen = seen["version"].as_str().unwrap().parse().ok();
            running.put(vec![entry]).await;
        }
        tokio::time::sleep(Duration::from_millis(random.random_range(0..300))).await;
    }
    let mut n_asked = 0;
    for running in &running {
        for entry in running.settled().await {
            let Change::EditCase { edits } = &entry.change else {
                unreachable!("only edits were made")
            };
            let is_title = edits.get(&Field::Title).is_some();
            match entry.state {
                State::Confirmed | State::Cancelled => {}
                State::Parked { .. } if is_title => {}
                _ => n_asked += 1,
            }
        }
    }
    assert!(
        n_asked * 100 <= n_mergeable,
        "{n_asked} of {n_mergeable} asked a person"
    );
    let profiles: Vec<_> = running.iter().map(|running| &running.database).collect();
    let lost: Vec<_> = world
        .findings(&profiles)
        .await
        .into_iter()
        .filter(|finding| matches!(finding, history::Finding::LostUpdate { .. }))
        .collect();
    assert_eq!(lost, []);
    for case in &cases {
        assert_every_confirmed_tag_is_there(&world, &running, case).await;
    }
}

async fn assert_every_confirmed_tag_is_there(world: &World, running: &[Running], case: &CaseRef) {
    let now = world.now(case).await;
    let tags = Field::Tags.of(&now);
    for running in running {
        for entry in running.settled().await {
            let Change::EditCase { edits } = &world.tokens[entry.id.as_str()].0.change else {
                continue;
            };
            let Some(edit) = edits
                .get(&Field::Tags)
                .filter(|_| entry.case == *case && entry.state == State::Confirmed)
            else {
                continue;
            };
            let added = edit.mine.as_array().unwrap().last().unwrap();
            assert!(
                tags.as_array().unwrap().contains(added),
                "{added} was added and confirmed"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn r08_the_same_field_waits_with_all_three_values() {
    let mut world = World::new(88);
    let case = world.case("soc").await;
    let running = world.start();
    let theirs = world.edit(&case, title("a case", "theirs"));
    running.put(vec![theirs]).await;
    running.settled().await;
    let mine = world.edit(&case, title("a case", "mine"));
    running.put(vec![mine.clone()]).await;
    let entry = running.settled().await.pop().unwrap();
    let clash = json!({"field": "title", "base": "a case", "mine": "mine", "theirs": "theirs"});
    let State::Parked { reason } = &entry.state else {
        panic!("it waits for a person, not {:?}", entry.state)
    };
    assert_eq!(json!(reason)["clashes"], json!([clash]));
    assert_eq!(world.now(&case).await["title"], "theirs");

    let chosen = Edits::new([title("a case", "both")]);
    running
        .outbox
        .happens(&entry.id, super::super::step::Event::Resolve(chosen))
        .await
        .unwrap();
    running.settled().await;
    assert_eq!(world.now(&case).await["title"], "both");
}

#[tokio::test(start_paused = true)]
async fn a_bulk_goes_out_in_chunks_and_one_bad_case_stops_no_other() {
    let mut world = World::new(9);
    let mut cases = Vec::new();
    for _ in 0..120 {
        cases.push(world.case("soc").await);
    }
    let bulk = crate::id::EntryId::new();
    let mut entries = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let seen = world.now(case).await;
        let mine = if n == 57 { "grave" } else { "high" };
        let mut entry = world.edit(
            case,
            Edit {
                field: Field::Severity,
                base: json!("low"),
                mine: json!(mine),
            },
        );
        entry.seen = seen["version"].as_str().unwrap().parse().ok();
        entry.bulk = Some(bulk.clone());
        entries.push(entry);
    }
    let bad = entries[57].id.clone();
    // Somebody comments on one of them meanwhile, which is no obstacle.
    let commented = &cases[3];
    let space = world.client.space(&commented.source.space);
    space
        .add_comment(&commented.id, "securitySolution", "x")
        .await
        .unwrap();
    let before = world.practice.log().len();
    let running = world.start();
    running.put(entries).await;
    for entry in running.settled().await {
        let refused = entry.id == bad;
        assert_eq!(
            entry.state == State::Confirmed,
            !refused,
            "{:?}",
            entry.state
        );
    }
    let n_commits = world.practice.log().len() - before;
    assert!(n_commits < 20, "119 cases in {n_commits} writes");
    assert_eq!(world.now(commented).await["severity"], "high");
}

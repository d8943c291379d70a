//! What agents may and may not do, held against a practice Kibana in virtual time.

use std::time::Duration;

use jiff::SignedDuration;
use practice_kibana::Alert;
use serde_json::json;

use super::*;
use crate::{
    clock::Clock,
    code::ErrorCode,
    desk::world::World,
    outbox,
    proof::Proof,
    view::{BoardQuery, BoardRows, CaseEdit, EntryBy, EntryState, NewCaseForm, NewStatus, Outcome},
};

const MINUTE: Duration = Duration::from_mins(1);

/// An agent of a world with two spaces.
fn agent(world: &World, agent: Agent) -> Desk {
    world.desk.for_agent("helper", "s-1", agent).unwrap()
}

fn source(world: &World, space: &str) -> SourceId {
    world.servers[0].source(space)
}

async fn case_in(world: &World, space: &str) -> CaseRef {
    let query = BoardQuery {
        text: format!("space:{space}"),
        ..BoardQuery::default()
    };
    let window = world.desk.board_window(&query, "open", 0, 1).await;
    window.unwrap().rows.remove(0).case
}

async fn grant(world: &World, class: WriteClass, policy: Policy) {
    for space in ["soc", "ot"] {
        let source = source(world, space);
        let set = world.desk.set_policy(&source, class, Some(policy));
        set.await.unwrap();
    }
}

async fn say(desk: &Desk, case: &CaseRef, text: &str) -> Result<EntryView, ErrorCode> {
    let said = desk.add_comment(case, text.to_owned()).await;
    said.map_err(|error| error.code)
}

async fn open(desk: &Desk) -> Vec<ProposalView> {
    let mut all = desk.proposals().await.unwrap();
    all.retain(|one| one.state == ProposalState::Open);
    all
}

async fn settled(world: &World, entries: &[EntryView]) -> Vec<EntryState> {
    let ids: Vec<_> = entries.iter().map(|entry| entry.id.clone()).collect();
    let stand = world.desk.wait_for_entries(&ids, MINUTE * 5).await.unwrap();
    stand.iter().map(|entry| entry.state).collect()
}

fn form(title: &str) -> NewCaseForm {
    NewCaseForm {
        title: title.to_owned(),
        description: "d".to_owned(),
        tags: vec!["t".to_owned()],
        severity: "low".to_owned(),
        assignees: Vec::new(),
        category: None,
        sync_alerts: true,
        custom_fields: Vec::new(),
    }
}

fn to(status: NewStatus) -> CaseEdit {
    CaseEdit {
        status: Some(status),
        ..CaseEdit::default()
    }
}

const CONFIRMED: Approval = Approval {
    for_an_hour: false,
    despite_reading_elsewhere: true,
};

#[tokio::test(start_paused = true)]
async fn what_is_not_granted_is_refused_and_what_is_asked_about_waits() {
    let world = World::new(1, &["soc", "ot"], 40).await;
    let case = case_in(&world, "soc").await;
    let helper = agent(&world, Agent::default());
    let refused = Err(ErrorCode::ApprovalRefused);
    assert_eq!(say(&helper, &case, "x").await, refused);
    assert!(helper.delete_case(&case).await.is_err());
    assert!(world.desk.outbox().await.unwrap().entries.is_empty());

    for class in WriteClass::ALL {
        let allowed = world
            .desk
            .set_policy(&case.source, class, Some(Policy::Allow));
        assert_eq!(
            allowed.await.is_ok(),
            class.may_be_allowed(),
            "{class:?} deletes, pushes or closes"
        );
    }
    grant(&world, WriteClass::Delete, Policy::Ask).await;
    let deleted = helper.delete_case(&case).await.unwrap();
    assert_eq!(deleted.state, EntryState::Proposed);
    let commented = say(&helper, &case, "x").await.unwrap();
    assert_eq!(settled(&world, &[commented]).await, [EntryState::Done]);

    let policies = world.desk.agent_policies().await.unwrap();
    let of_soc = policies.grants.iter();
    let of_soc: Vec<_> = of_soc
        .filter(|grant| grant.source == case.source)
        .map(|grant| (grant.class, grant.policy))
        .collect();
    assert_eq!(
        of_soc,
        [
            (WriteClass::Create, Policy::Allow),
            (WriteClass::Comment, Policy::Allow),
            (WriteClass::Attach, Policy::Allow),
            (WriteClass::Update, Policy::Allow),
            (WriteClass::Delete, Policy::Ask),
        ]
    );
    let taken = world
        .desk
        .set_policy(&case.source, WriteClass::Comment, None);
    assert_eq!(taken.await.unwrap().grants.len(), 5, "one of ot is left");
    assert_eq!(say(&helper, &case, "y").await, refused);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s44_an_approval_is_bound_to_what_was_shown_and_used_once() {
    let world = World::new(1, &["soc", "ot"], 44).await;
    let case = case_in(&world, "soc").await;
    let helper = agent(
        &world,
        Agent {
            reason: Some("it looks odd".to_owned()),
            ..Agent::default()
        },
    );
    grant(&world, WriteClass::Comment, Policy::Ask).await;
    let refused = |error: CommandError| error.code == ErrorCode::ApprovalRefused;

    let entry = say(&helper, &case, "shown").await.unwrap();
    let shown = open(&world.desk).await.remove(0);
    assert_eq!((&shown.id, shown.class), (&entry.id, WriteClass::Comment));
    assert_eq!(shown.reason.as_deref(), Some("it looks odd"));
    assert_eq!(shown.writes[0].diff[0].after, ["shown"]);
    assert_eq!(shown.client, "helper");

    // Never by the agent itself.
    for by_agent in [
        helper
            .approve(&shown.id, &shown.hash, CONFIRMED)
            .await
            .err(),
        helper.retry_entry(&shown.id).await.err(),
        helper.refuse(&shown.id, None).await.err(),
        helper
            .set_policy(&case.source, WriteClass::Comment, Some(Policy::Allow))
            .await
            .err(),
        helper.set_marks_comments(false).await.err(),
    ] {
        assert!(refused(by_agent.unwrap()));
    }
    // Nor as something that is tried again.
    assert!(world.desk.retry_entry(&shown.id).await.is_err());

    // Swapped behind the person's back.
    let (id, database) = (entry.id.clone(), world.desk.inner.outbox.database());
    let swap = |from: &'static str, to: &'static str| {
        let id = id.clone();
        database.write(move |transaction| {
            let swap = "UPDATE outbox SET entry = replace(entry, ?2, ?3) WHERE id = ?1";
            Ok(transaction.execute(swap, [id.as_str(), from, to])?)
        })
    };
    assert_eq!(swap("\"shown\"", "\"swapped\"").await.unwrap(), 1);
    let approve = |hash: String| {
        let (desk, id) = (world.desk.clone(), entry.id.clone());
        async move { desk.approve(&id, &hash, Approval::default()).await }
    };
    assert!(refused(approve(shown.hash.clone()).await.unwrap_err()));
    swap("\"swapped\"", "\"shown\"").await.unwrap();
    let other = shown.hash.replace(['0', '1'], "2");
    assert!(refused(approve(other).await.unwrap_err()));

    let approved = approve(shown.hash.clone()).await.unwrap();
    assert_eq!(settled(&world, &approved).await, [EntryState::Done]);
    assert!(
        refused(approve(shown.hash).await.unwrap_err()),
        "it is used once"
    );

    // The same again is another proposal, which expires.
    let again = say(&helper, &case, "shown").await.unwrap();
    assert_eq!(again.state, EntryState::Proposed);
    let shown = open(&world.desk).await.remove(0);
    tokio::time::sleep(MINUTE * 11).await;
    let late = world
        .desk
        .approve(&shown.id, &shown.hash, Approval::default());
    assert!(refused(late.await.unwrap_err()));
    let all = world.desk.proposals().await.unwrap();
    let states: Vec<_> = all.iter().map(|one| one.state).collect();
    assert_eq!(states, [ProposalState::Approved, ProposalState::Expired]);
    assert_eq!(
        settled(&world, &[again]).await,
        [EntryState::Cancelled],
        "nothing of it is sent"
    );

    // A person says no, and why.
    let unwanted = say(&helper, &case, "unwanted").await.unwrap();
    let note = Some("ask Ana first".to_owned());
    world.desk.refuse(&unwanted.id, note.clone()).await.unwrap();
    let told = helper.proposals().await.unwrap().pop().unwrap();
    assert_eq!((told.state, told.note), (ProposalState::Refused, note));
    let tomorrow = Clock::now(&world.clock) + SignedDuration::from_hours(25);
    let shown = database.read(move |connection| proposal::shown(connection, tomorrow));
    assert!(shown.await.unwrap().is_empty());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s44_a_case_is_allowed_for_an_hour_and_no_longer() {
    let world = World::new(1, &["soc", "ot"], 45).await;
    let case = case_in(&world, "soc").await;
    let other = case_in(&world, "ot").await;
    let helper = agent(&world, Agent::default());
    for class in [WriteClass::Comment, WriteClass::Delete, WriteClass::Create] {
        grant(&world, class, Policy::Ask).await;
    }
    let for_an_hour = Approval {
        for_an_hour: true,
        ..Approval::default()
    };
    say(&helper, &case, "one").await.unwrap();
    let shown = open(&world.desk).await.remove(0);
    let approved = world.desk.approve(&shown.id, &shown.hash, for_an_hour);
    assert_eq!(
        settled(&world, &approved.await.unwrap()).await,
        [EntryState::Done]
    );
    let two = say(&helper, &case, "two").await.unwrap();
    assert_eq!(settled(&world, &[two]).await, [EntryState::Done]);
    let elsewhere = say(&helper, &other, "two").await.unwrap();
    assert_eq!(
        elsewhere.state,
        EntryState::Proposed,
        "it holds for one case"
    );
    tokio::time::sleep(MINUTE * 61).await;
    let three = say(&helper, &case, "three").await.unwrap();
    assert_eq!(three.state, EntryState::Proposed);

    // What deletes is never allowed, nor what has no case yet.
    let deleted = helper.delete_case(&case).await.unwrap();
    let created = helper.create_case(&case.source, form("new")).await.unwrap();
    let shown = open(&world.desk).await;
    for id in [deleted.id, created.id] {
        let shown = shown.iter().find(|one| one.id == id).unwrap();
        let error = world.desk.approve(&id, &shown.hash, for_an_hour);
        assert_eq!(error.await.unwrap_err().code, ErrorCode::InvalidInput);
    }
    assert_eq!(open(&world.desk).await.len(), shown.len());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s44_people_are_not_flooded() {
    let world = World::new(1, &["soc", "ot"], 46).await;
    let case = case_in(&world, "soc").await;
    let helper = agent(&world, Agent::default());
    grant(&world, WriteClass::Comment, Policy::Ask).await;
    let mut taken = Vec::new();
    for minute in 0..3 {
        let mut n = 0;
        for nth in 0..334 {
            match say(&helper, &case, &format!("{minute} {nth}")).await {
                Ok(_) => n += 1,
                Err(code) => assert_eq!(code, ErrorCode::RateLimited),
            }
        }
        taken.push(n);
        tokio::time::sleep(Duration::from_secs(61)).await;
    }
    assert_eq!(taken, [10, 10, 0], "ten a minute, twenty open");
    assert_eq!(open(&world.desk).await.len(), 20);
    let refused = open(&world.desk).await.remove(0);
    world.desk.refuse(&refused.id, None).await.unwrap();
    assert!(say(&helper, &case, "room again").await.is_ok());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s44_a_batch_is_one_proposal_with_everything_in_it() {
    let world = World::new(1, &["soc", "ot"], 47).await;
    let cases = [case_in(&world, "soc").await, case_in(&world, "ot").await];
    let helper = agent(&world, Agent::default());
    grant(&world, WriteClass::Update, Policy::Ask).await;
    grant(&world, WriteClass::Close, Policy::Ask).await;
    let edit = to(NewStatus::InProgress);
    let entries = helper.edit_cases(&cases, &edit).await.unwrap();
    let shown = open(&world.desk).await;
    assert_eq!((shown.len(), shown[0].writes.len()), (1, 2));
    let diff = &shown[0].writes[1].diff[0];
    assert_eq!(
        (
            diff.field.as_str(),
            diff.before[0].as_str(),
            diff.after[0].as_str()
        ),
        ("status", "open", "in-progress")
    );
    // Proposed again, it is still the same proposal.
    let again = helper.edit_cases(&cases, &edit).await.unwrap();
    let ids = |entries: &[EntryView]| -> Vec<EntryId> {
        entries.iter().map(|entry| entry.id.clone()).collect()
    };
    assert_eq!(ids(&again), ids(&entries));
    // One of the two is taken back: what was shown is not there any more.
    helper.discard_entry(&entries[1].id).await.unwrap();
    let approve = |shown: &ProposalView| {
        let (desk, id, hash) = (world.desk.clone(), shown.id.clone(), shown.hash.clone());
        async move { desk.approve(&id, &hash, Approval::default()).await }
    };
    assert!(approve(&shown[0]).await.is_err());
    world.desk.refuse(&shown[0].id, None).await.unwrap();
    helper.edit_cases(&cases, &edit).await.unwrap();
    let shown = open(&world.desk).await;
    let approved = approve(&shown[0]).await.unwrap();
    assert_eq!(settled(&world, &approved).await, [EntryState::Done; 2]);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s41_what_was_read_elsewhere_is_told_and_confirmed_twice() {
    let mut proof = Proof::begin("S41", 20, 200);
    let world = World::new(1, &["soc", "ot"], proof.seed()).await;
    let (soc, ot) = (case_in(&world, "soc").await, case_in(&world, "ot").await);
    grant(&world, WriteClass::Comment, Policy::Allow).await;
    let mut n = 0;
    while proof.round().is_some() {
        n += 1;
        let (target, read) = if n % 2 == 0 { (&soc, &ot) } else { (&ot, &soc) };
        let has_read = |source: &SourceId| {
            let read = BTreeSet::from([source.clone()]);
            agent(
                &world,
                Agent {
                    read,
                    ..Agent::default()
                },
            )
        };
        // What it read where it writes is no matter.
        let own = say(&has_read(&target.source), target, "own").await.unwrap();
        assert_ne!(own.state, EntryState::Proposed);
        let carried = say(&has_read(&read.source), target, "carried")
            .await
            .unwrap();
        assert_eq!(carried.state, EntryState::Proposed, "in spite of the grant");
        let shown = open(&world.desk).await.remove(0);
        let place = format!("D0 / {}", read.source.space);
        assert_eq!(shown.read_elsewhere, BTreeSet::from([place]));
        let once = world
            .desk
            .approve(&shown.id, &shown.hash, Approval::default());
        assert_eq!(once.await.unwrap_err().code, ErrorCode::ApprovalRefused);
        world
            .desk
            .approve(&shown.id, &shown.hash, CONFIRMED)
            .await
            .unwrap();
        tokio::time::sleep(MINUTE).await;
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s47_every_write_of_an_agent_says_so_for_good() {
    let mut proof = Proof::begin("S47", 100, 1_000);
    let world = World::new(1, &["soc", "ot"], proof.seed()).await;
    let case = case_in(&world, "soc").await;
    for class in [WriteClass::Comment, WriteClass::Update, WriteClass::Create] {
        grant(&world, class, Policy::Allow).await;
    }
    let mut ids = BTreeSet::new();
    while proof.round().is_some() {
        let n = ids.len();
        let session = format!("s-{n}");
        let helper = world.desk.for_agent("helper", &session, Agent::default());
        let helper = helper.unwrap();
        let entry = match n % 3 {
            0 => helper.add_comment(&case, format!("note {n}")).await,
            1 => helper.create_case(&case.source, form(&session)).await,
            _ => {
                let edit = CaseEdit {
                    title: Some(format!("title {n}")),
                    ..CaseEdit::default()
                };
                helper.edit_case(&case, &edit).await.map(Option::unwrap)
            }
        };
        let entry = entry.unwrap();
        let client = "helper".to_owned();
        assert_eq!(entry.by, EntryBy::Mcp { client });
        let stored = world.desk.load_entry(&entry.id).await.unwrap();
        let client = "helper".to_owned();
        assert_eq!(stored.by, Provenance::Mcp { client, session });
        ids.insert(entry.id.as_str().to_owned());
        world
            .desk
            .wait_for_entries(&[entry.id], MINUTE)
            .await
            .unwrap();
    }
    let journal = world.desk.export_journal(0, 100_000).await.unwrap();
    let lines = journal.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line
    });
    for line in lines.filter(|line| line["cameFrom"].is_null()) {
        assert_eq!(line["content"]["by"]["client"], "helper");
        ids.remove(line["entry"].as_str().unwrap());
    }
    assert!(ids.is_empty(), "each stands in the journal: {ids:?}");
    let database = world.desk.inner.outbox.database();
    for sql in ["UPDATE journal SET at = ''", "DELETE FROM journal"] {
        let refused = database.write(move |transaction| Ok(transaction.execute(sql, [])?));
        assert!(refused.await.is_err(), "{sql}");
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s47_comments_of_agents_are_marked_if_people_want_that() {
    let world = World::new(1, &["soc", "ot"], 48).await;
    let case = case_in(&world, "soc").await;
    grant(&world, WriteClass::Comment, Policy::Ask).await;
    let helper = world
        .desk
        .for_agent("help](http://x)er", "s", Agent::default())
        .unwrap();
    say(&helper, &case, "plain").await.unwrap();
    world.desk.set_marks_comments(true).await.unwrap();
    say(&helper, &case, "marked\n").await.unwrap();
    let shown = open(&world.desk).await;
    let texts: Vec<_> = shown
        .iter()
        .map(|one| one.writes[0].diff[0].after[0].as_str())
        .collect();
    assert_eq!(texts, ["plain", "marked  via assistant (helphttpxer)"]);
    let person = say(&world.desk, &case, "a person's").await.unwrap();
    let EntryView { what, .. } = person;
    assert_eq!(
        what,
        crate::view::EntryWhat::AddComment {
            text: "a person's".to_owned()
        }
    );
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn the_same_write_under_the_same_key_is_done_once() {
    let world = World::new(1, &["soc", "ot"], 49).await;
    let soc = source(&world, "soc");
    for (policy, key) in [(Policy::Allow, "k-1"), (Policy::Ask, "k-2")] {
        grant(&world, WriteClass::Create, policy).await;
        let helper = agent(
            &world,
            Agent {
                key: Some(key.to_owned()),
                ..Agent::default()
            },
        );
        let create = |title: &'static str| {
            let (helper, soc) = (helper.clone(), soc.clone());
            async move { helper.create_case(&soc, form(title)).await }
        };
        let one = create("qwxonce").await.unwrap();
        tokio::time::sleep(MINUTE).await;
        let two = create("qwxonce").await.unwrap();
        assert_eq!(one.id, two.id);
        if policy == Policy::Ask {
            world.desk.refuse(&one.id, None).await.unwrap();
        }
        // It is still known when hundreds of others were written since.
        let now = Clock::now(&world.clock) + SignedDuration::from_hours(24);
        let (id, database) = (one.id.clone(), world.desk.inner.outbox.database());
        let kept = database.write(move |transaction| {
            for nth in 0..400 {
                let sql = "INSERT INTO outbox SELECT id || ?1, place + ?1, deployment, space, case_id, 'cancelled', NULL,
                    json_remove(entry, '$.key') FROM outbox WHERE id = ?2";
                transaction.execute(sql, rusqlite::params![nth + 1, id.as_str()])?;
            }
            outbox::prune(transaction, now)?;
            outbox::load(transaction, &id)
        });
        assert!(kept.await.is_ok(), "{key}");
        assert_eq!(create("qwxonce").await.unwrap().id, one.id);
        let other = create("another").await.unwrap_err();
        assert_eq!(other.code, ErrorCode::InvalidInput);
    }
    let query = BoardQuery {
        text: "title:qwxonce".to_owned(),
        ..BoardQuery::default()
    };
    assert_eq!(
        world
            .desk
            .board(&query, &BoardRows::default())
            .await
            .unwrap()
            .n_cases,
        1
    );
    for key in [String::new(), "k".repeat(129), "a\u{1b}".to_owned()] {
        let agent = Agent {
            key: Some(key),
            ..Agent::default()
        };
        assert!(world.desk.for_agent("helper", "s", agent).is_err());
    }
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn the_same_attach_does_nothing_twice() {
    let world = World::new(1, &["soc", "ot"], 50).await;
    let case = case_in(&world, "soc").await;
    let put = |n: u32| {
        let id = format!("{n:064x}");
        let source = json!({"kibana.alert.uuid": id, "kibana.alert.rule.uuid": "r", "kibana.alert.rule.name": "R"});
        world.servers[0].practice.put_alert(Alert {
            space: "soc".to_owned(),
            index: ".internal.alerts-security.alerts-soc-000001".to_owned(),
            id: id.clone(),
            source: source.as_object().unwrap().clone(),
        });
        id
    };
    let helper = agent(&world, Agent::default());
    let attach = |id: &str| {
        let (helper, case, id) = (helper.clone(), case.clone(), id.to_owned());
        async move {
            let report = helper.attach_alerts(&case, id).await.unwrap();
            report.items.into_iter().next().unwrap().outcome
        }
    };
    grant(&world, WriteClass::Attach, Policy::Ask).await;
    let first = put(1);
    let (one, two) = (attach(&first).await, attach(&first).await);
    assert_eq!(one, two, "it is the same proposal");
    let shown = open(&world.desk).await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].writes[0].alerts[0].as_str(), first);
    let approved = world
        .desk
        .approve(&shown[0].id, &shown[0].hash, Approval::default());
    assert_eq!(
        settled(&world, &approved.await.unwrap()).await,
        [EntryState::Done]
    );
    assert_eq!(attach(&first).await, Outcome::AlreadyAttached);
    grant(&world, WriteClass::Attach, Policy::Allow).await;
    let second = put(2);
    assert!(matches!(attach(&second).await, Outcome::Waiting { .. }));
    tokio::time::sleep(MINUTE).await;
    assert_eq!(attach(&second).await, Outcome::AlreadyAttached);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn s40_an_agent_sees_nothing_outside_its_sources() {
    let world = World::new(1, &["soc", "ot"], 51).await;
    let (soc, ot) = (case_in(&world, "soc").await, case_in(&world, "ot").await);
    for class in WriteClass::ALL {
        grant(&world, class, Policy::Ask).await;
    }
    let theirs = say(&world.desk, &ot, "of ot").await.unwrap();
    let only = Some(BTreeSet::from([soc.source.clone()]));
    let helper = agent(
        &world,
        Agent {
            only,
            ..Agent::default()
        },
    );
    let n_all = world
        .desk
        .board(&BoardQuery::default(), &BoardRows::default())
        .await
        .unwrap();
    let n_seen = helper
        .board(&BoardQuery::default(), &BoardRows::default())
        .await
        .unwrap();
    assert!(n_seen.n_cases > 0 && n_seen.n_cases < n_all.n_cases);
    let spaces = helper.deployments().remove(0).spaces;
    assert_eq!(spaces.len(), 1);
    assert_eq!(spaces[0].source, soc.source);
    // What goes on in the background names no case that the mirror has never seen.
    let unseen = CaseRef {
        source: ot.source.clone(),
        id: "never-seen".parse().unwrap(),
    };
    let sources = [soc.source.clone(), ot.source.clone()];
    world.servers[0].take_asked();
    for case in [&ot, &unseen] {
        let codes = [
            helper.read_case_now(case).await.err(),
            helper.open_case(case).await.err(),
            helper.texts(case).await.err(),
            helper.timeline(case).await.err(),
            helper.add_comment(case, "x".to_owned()).await.err(),
            helper.edit_case(case, &to(NewStatus::Closed)).await.err(),
            helper.delete_case(case).await.err(),
            helper.attach_alerts(case, "a".repeat(64)).await.err(),
            helper.create_case(&case.source, form("x")).await.err(),
            helper.find_case(case.id.as_str(), &sources).await.err(),
            helper
                .wait_for_entries(std::slice::from_ref(&theirs.id), MINUTE)
                .await
                .err(),
            helper.undo_entry(&theirs.id).await.err(),
            helper.discard_entry(&theirs.id).await.err(),
        ];
        for (nth, error) in codes.into_iter().enumerate() {
            assert_eq!(error.unwrap().code, ErrorCode::NotFound, "{nth}");
        }
    }
    let of_unseen = || {
        let asked = world.servers[0].take_asked().into_iter();
        asked
            .filter(|asked| asked.path.contains("/s/ot/") && asked.path.contains("never-seen"))
            .count()
    };
    assert_eq!(of_unseen(), 0);
    world.desk.read_case_now(&unseen).await.unwrap_err();
    assert!(of_unseen() > 0);
    assert!(helper.outbox().await.unwrap().entries.is_empty());
    assert!(helper.proposals().await.unwrap().is_empty());
    world.desk.shutdown().await;
}

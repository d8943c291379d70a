//! Cases that Kibana has not confirmed, as a face sees them, in virtual time.

use practice_kibana::faults::{Fault, Plan, Rule};

use super::*;
use crate::{
    desk::world::World,
    view::{BoardQuery, BoardRows, BulkEdit, CaseRow, EntryState, ListChange, ListOrder, ListPart},
};

fn form(title: &str) -> NewCaseForm {
    NewCaseForm {
        title: title.to_owned(),
        description: "Seen on **web-07**.".to_owned(),
        tags: vec!["phish".to_owned()],
        severity: "high".to_owned(),
        assignees: Vec::new(),
        category: None,
        sync_alerts: true,
        custom_fields: vec![],
    }
}

async fn world() -> World {
    let world = World::of(practice_kibana::World::Empty, 1, &["soc"], 1).await;
    tokio::time::sleep(Duration::from_mins(1)).await;
    world
}

/// What the list shows of a search; the board has as many.
async fn found(world: &World, text: &str) -> Vec<CaseRow> {
    let query = BoardQuery {
        text: text.to_owned(),
        ..BoardQuery::default()
    };
    let all = ListPart {
        group: None,
        order: ListOrder::Changed,
        descending: true,
        offset: 0,
        limit: 50,
    };
    // Between two readings Kibana may have confirmed the case: then both are read again.
    loop {
        let before = world
            .desk
            .board(&query, &BoardRows::default())
            .await
            .unwrap()
            .n_cases;
        let rows = world.desk.list(&query, &all).await.unwrap().rows;
        if world
            .desk
            .board(&query, &BoardRows::default())
            .await
            .unwrap()
            .n_cases
            == before
        {
            assert_eq!(before as usize, rows.len(), "{text}");
            return rows;
        }
    }
}

fn faults(world: &World, rules: impl IntoIterator<Item = Rule>) {
    world.servers[0].practice.faults().set(Plan::of(rules));
}

async fn state(world: &World, entry: &EntryId) -> EntryState {
    let entries = world.desk.outbox().await.unwrap().entries;
    entries.iter().find(|one| one.id == *entry).unwrap().state
}

#[tokio::test(start_paused = true)]
async fn a_new_case_shows_at_once_as_it_was_typed() {
    let mut world = world().await;
    faults(&world, [Rule::of(Fault::RefuseConnect)]);
    let source = world.servers[0].source("soc");
    let written = world
        .desk
        .create_case(&source, form("Odd beacon"))
        .await
        .unwrap();
    let case = written.case;
    for text in [
        "",
        case.id.as_str(),
        "beacon",
        "web-07",
        "sev:high",
        "tag:phish",
        "is:open",
        "is:pending",
    ] {
        let rows = found(&world, text).await;
        assert_eq!(rows.len(), 1, "{text}");
        assert_eq!((&rows[0].case, rows[0].pending), (&case, true), "{text}");
    }
    assert_eq!(found(&world, "sev:low").await, []);
    let query = BoardQuery::default();
    let board = world
        .desk
        .board(&query, &BoardRows::default())
        .await
        .unwrap();
    assert_eq!(
        (board.columns[0].total, board.columns[0].severities.high),
        (1, 1)
    );
    assert_eq!(
        world
            .desk
            .find_case(case.id.as_str(), std::slice::from_ref(&source))
            .await,
        Ok(case.clone())
    );

    world
        .desk
        .add_comment(&case, "host isolated".to_owned())
        .await
        .unwrap();
    let edit = CaseEdit {
        severity: Some("critical".to_owned()),
        ..CaseEdit::default()
    };
    world.desk.edit_case(&case, &edit).await.unwrap();
    world.restart().await;
    let opened = world.desk.open_case(&case).await.unwrap();
    assert_eq!(opened.row.severity, "critical");
    assert_eq!(
        opened.description,
        crate::markdown::parse("Seen on **web-07**.")
    );
    assert_eq!((opened.entries.len(), opened.read_at), (3, None));
    assert_eq!(
        opened.activity.unwrap().len(),
        1,
        "the comment shows, too, and survives a restart"
    );
    let texts = world.desk.texts(&case).await.unwrap();
    assert_eq!(texts.description, "Seen on **web-07**.");

    // Out of use and back in use it is still there.
    world.desk.set_space_shown(&source, false).await.unwrap();
    assert_eq!(found(&world, "").await, []);
    faults(
        &world,
        [Rule::of(Fault::RefuseConnect).on("POST /api/cases")],
    );
    world.desk.set_space_shown(&source, true).await.unwrap();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let rows = found(&world, "beacon").await;
    assert_eq!((rows.len(), rows[0].severity.as_str()), (1, "critical"));

    // A colleague's deletion of everything else does not concern it; its own end does.
    world.desk.discard_entry(&written.id).await.unwrap();
    assert_eq!(found(&world, "").await, []);
    assert!(world.desk.open_case(&case).await.is_err());
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_bulk_changes_what_each_case_holds_and_leaves_out_those_that_are_as_wanted() {
    let world = world().await;
    faults(&world, [Rule::of(Fault::RefuseConnect)]);
    let source = world.servers[0].source("soc");
    let mut cases = Vec::new();
    for tags in [&["phish"][..], &["web", "phish"], &["web"]] {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let form = NewCaseForm {
            tags,
            ..form("Odd beacon")
        };
        let written = world.desk.create_case(&source, form).await.unwrap();
        cases.push(written.case);
    }
    let change = |cases: &[CaseRef], severity: &str| BulkEdit {
        cases: cases.to_vec(),
        edit: CaseEdit {
            severity: Some(severity.to_owned()),
            ..CaseEdit::default()
        },
        tags: ListChange {
            add: vec!["web".to_owned()],
            remove: vec!["phish".to_owned()],
        },
        assignees: ListChange::default(),
    };
    let parts = [change(&cases[..2], "low"), change(&cases[2..], "high")];
    let entries = world.desk.edit_bulk(&parts).await.unwrap();
    assert_eq!(
        entries.len(),
        2,
        "the last case has this severity and these tags"
    );
    assert!(entries[0].bulk.is_some());
    assert_eq!(
        entries[0].bulk, entries[1].bulk,
        "they are taken back together"
    );
    for case in &cases[..2] {
        let opened = world.desk.open_case(case).await.unwrap();
        assert_eq!(
            (opened.fields.tags, opened.row.severity.as_str()),
            (vec!["web".to_owned()], "low")
        );
    }
    world.desk.shutdown().await;
}

/// However its confirmation goes, the case shows exactly once at any time.
#[tokio::test(start_paused = true)]
async fn a_new_case_becomes_the_real_one_without_a_flicker_or_a_double() {
    let post = |fault| Rule::of(fault).on("POST /api/cases").limit(1);
    for (what, rules) in [
        ("fine", vec![]),
        ("answer lost", vec![post(Fault::ResetAfterCommit)]),
        (
            "answer late",
            vec![post(Fault::FailAfterCommit { status: 504 })],
        ),
        ("nothing applied", vec![post(Fault::ResetBeforeCommit)]),
    ] {
        let world = world().await;
        faults(&world, rules);
        let source = world.servers[0].source("soc");
        let written = world.desk.create_case(&source, form("Odd beacon"));
        let written = written.await.unwrap();
        let mut n_looks = 0;
        let mut was_real = false;
        while found(&world, "is:pending").await.len() == 1 || !was_real {
            world.desk.sync_now();
            // Often while it is on its way, and from time to time while it is looked for.
            let pause = if n_looks < 100 { 20 } else { 700 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let rows = found(&world, "beacon").await;
            assert_eq!(rows.len(), 1, "{what}: {rows:#?}");
            let is_real = rows[0].case != written.case;
            assert!(is_real || !was_real, "{what}: it never goes back");
            was_real = is_real;
            n_looks += 1;
            assert!(n_looks < 1_000, "{what}: it never arrives");
        }
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(found(&world, "").await.len(), 1, "{what}");
        assert_eq!(state(&world, &written.id).await, EntryState::Done, "{what}");
        world.desk.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_name_of_a_case_leads_to_it_once_kibana_has_it() {
    let world = world().await;
    faults(&world, [Rule::of(Fault::RefuseConnect)]);
    let source = world.servers[0].source("soc");
    let created = world
        .desk
        .create_case(&source, form("Odd beacon"))
        .await
        .unwrap();
    let local = created.case;
    world.desk.put_draft(&local, "half a").await.unwrap();
    world
        .desk
        .add_comment(&local, "queued".to_owned())
        .await
        .unwrap();
    let mut events = world.desk.subscribe();
    world.servers[0].practice.faults().clear();
    world.desk.sync_now();
    tokio::time::sleep(Duration::from_mins(2)).await;
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(event);
    }
    let real = found(&world, "").await.remove(0).case;
    assert_ne!(real, local);
    for case in [&local, &real] {
        let event = DeskEvent::CaseChanged { case: case.clone() };
        assert!(told.contains(&event), "{case} is told of");
    }

    // An open pane and a draft follow.
    let opened = world.desk.open_case(&local).await.unwrap();
    assert_eq!(opened.row.case, real);
    assert!(opened.kibana_url.ends_with(real.id.as_str()));
    let draft = world.desk.draft(&local).await.unwrap();
    assert_eq!(draft.as_deref(), Some("half a"));
    world.desk.put_draft(&local, "half a word").await.unwrap();
    let draft = world.desk.draft(&real).await.unwrap();
    assert_eq!(draft.as_deref(), Some("half a word"));
    let called = world.desk.find_case(local.id.as_str(), &[source]).await;
    assert_eq!(called.unwrap(), real);
    let read = world.desk.read_case_now(&local).await.unwrap();
    assert_eq!((read.row.case, read.problem), (real.clone(), None));
    assert!(!world.desk.timeline(&local).await.unwrap().is_empty());
    let named = world.desk.name_case(&local).await.unwrap();
    assert_eq!(named.title.as_deref(), Some("Odd beacon"));

    // What is written by the first name goes to the case.
    let comment = world.desk.add_comment(&local, "more".to_owned());
    assert_eq!(comment.await.unwrap().case, real);
    let edit = CaseEdit {
        title: Some("Odder beacon".to_owned()),
        ..CaseEdit::default()
    };
    let edit = world.desk.edit_case(&local, &edit).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(state(&world, &edit.id).await, EntryState::Done);
    let space = world.servers[0].client.space(&real.source.space);
    assert_eq!(space.case(&real.id).await.unwrap().title, "Odder beacon");
    let there = space.attachments(&real.id).await.unwrap().attachments;
    assert_eq!(there.len(), 2, "the queued comment, and the later one");

    let undone = world.desk.undo_entry(&created.id).await.unwrap();
    assert_eq!(undone.case, real);
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(found(&world, "").await, []);
    world.desk.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_written_to_a_case_waits_until_it_is_created() {
    let world = world().await;
    let refused = Rule::of(Fault::ReduceKey {
        left: practice_kibana::faults::RightsLeft::Read,
        lasting: None,
    });
    faults(&world, [refused.on("POST /api/cases").limit(1)]);
    let source = world.servers[0].source("soc");
    let created = world
        .desk
        .create_case(&source, form("Odd beacon"))
        .await
        .unwrap();
    let comment = world.desk.add_comment(&created.case, "first".to_owned());
    let comment = comment.await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    assert_eq!(state(&world, &created.id).await, EntryState::Refused);
    assert_eq!(state(&world, &comment.id).await, EntryState::Waiting);
    let rows = found(&world, "").await;
    assert_eq!(
        (rows.len(), rows[0].pending),
        (1, true),
        "nothing else has its text"
    );

    world.servers[0].practice.faults().clear();
    world.desk.retry_entry(&created.id).await.unwrap();
    tokio::time::sleep(Duration::from_mins(1)).await;
    for entry in [&created.id, &comment.id] {
        assert_eq!(state(&world, entry).await, EntryState::Done);
    }
    let asked = world.servers[0].take_asked();
    let local = created.case.id.as_str();
    assert!(asked.iter().all(|asked| !asked.path.contains(local)));
    world.desk.shutdown().await;
}

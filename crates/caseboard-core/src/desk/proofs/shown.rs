//! What we write shows at once and never flickers back, and nothing older replaces what was shown (R25).

use std::collections::{BTreeMap, BTreeSet};

use kibana_cases::AttachmentId;
use practice_kibana::history::Write;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use serde_json::{Value, json};

use super::{
    marks::written,
    told::{Told, known_cases, rows},
    *,
};
use crate::{
    cache::tests::told,
    id::CaseRef,
    view::{Activity, CaseEdit, CaseRow, NewCaseForm, NewStatus, PendingChange},
};

/// So many rounds, then the history is checked.
const ROUNDS_OF_A_LIFE: usize = 25;

/// What somebody who wrote it has to see of a case.
#[derive(Default)]
struct Mine {
    fields: BTreeMap<&'static str, Value>,
    comments: BTreeSet<String>,
    /// Comments that were taken away.
    gone: BTreeSet<String>,
}

struct Life {
    world: World,
    told: Told,
    mine: BTreeMap<CaseRef, Mine>,
    /// Cases that somebody else changes.
    theirs: Vec<CaseRef>,
    /// Titles of cases that were created here.
    created: Vec<String>,
    /// Cases whose deletion is known to be done.
    deleted: BTreeSet<CaseRef>,
    /// How far searching is behind, all the time: what it showed once it does not take back.
    lag: Duration,
    /// Where each case was in its history when it was seen last.
    reached: BTreeMap<CaseRef, usize>,
}

fn form(title: &str) -> NewCaseForm {
    NewCaseForm {
        title: title.to_owned(),
        description: "Seen.".to_owned(),
        tags: Vec::new(),
        severity: "low".to_owned(),
        assignees: Vec::new(),
        category: None,
        sync_alerts: false,
        custom_fields: Vec::new(),
    }
}

/// An edit of one field, and the value as it is shown.
fn an_edit(token: &str, random: &mut StdRng) -> (&'static str, Value, CaseEdit) {
    let mut edit = CaseEdit::default();
    let text = token.to_owned();
    let (field, value) = match random.random_range(0..7) {
        0 => ("title", json!(edit.title.insert(text))),
        1 => ("description", json!(edit.description.insert(text))),
        2 => ("tags", json!(edit.tags.insert(vec![text]))),
        3 => ("category", json!(edit.category.insert(text))),
        4 => ("assignees", json!(edit.assignees.insert(vec![text]))),
        5 => {
            let word = ["low", "medium", "high", "critical"]
                .choose(random)
                .unwrap();
            ("severity", json!(edit.severity.insert((*word).to_owned())))
        }
        _ => {
            let all = [NewStatus::Open, NewStatus::InProgress, NewStatus::Closed];
            let status = *all.choose(random).unwrap();
            ("status", json!(edit.status.insert(status)))
        }
    };
    (field, value, edit)
}

impl Life {
    async fn new(seed: u64) -> Self {
        let world = World::of(practice_kibana::World::Empty, 1, &["soc"], seed).await;
        let mine = known_cases(&world, 0, "soc", 3).await;
        let theirs = known_cases(&world, 0, "soc", 3).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        Self {
            world,
            told: Told::default(),
            mine: mine
                .into_iter()
                .map(|case| (case, Mine::default()))
                .collect(),
            theirs,
            created: Vec::new(),
            deleted: BTreeSet::new(),
            lag: Duration::from_millis(seed % 5_000),
            reached: BTreeMap::new(),
        }
    }

    fn some_case(&self, random: &mut StdRng) -> CaseRef {
        let cases: Vec<_> = self.mine.keys().cloned().collect();
        cases.choose(random).unwrap().clone()
    }

    async fn write(&mut self, random: &mut StdRng) {
        let desk = self.world.desk.clone();
        let case = self.some_case(random);
        match random.random_range(0..20) {
            0 if self.mine.len() > 2 => {
                let id = self.told.delete(&desk, &case).await;
                self.mine.remove(&case);
                // Second thoughts are not waited for here.
                desk.retry_entry(&id).await.unwrap();
            }
            0 | 1 => {
                let title = format!("created {}", self.told.token());
                let source = case.source.clone();
                let entry = desk.create_case(&source, form(&title)).await.unwrap();
                self.told.wrote(&entry, Write::CreateCase);
                self.created.push(title);
            }
            2 | 3 => self.take_comment_away(&case, random).await,
            4..8 => {
                let (_, text) = self.told.comment(&desk, &case).await;
                self.mine.get_mut(&case).unwrap().comments.insert(text);
            }
            _ => {
                let (field, value, edit) = an_edit(&self.told.token(), random);
                let seen = self.shown(&case).await.0[field].clone();
                if let Some(entry) = desk.edit_case(&case, &edit).await.unwrap() {
                    let write = Write::Edit {
                        field: field.to_owned(),
                        value: as_sent(field, &value),
                        seen: None,
                        seen_value: Some(as_sent(field, &seen)),
                    };
                    self.told.wrote(&entry, write);
                }
                let mine = self.mine.get_mut(&case).unwrap();
                mine.fields.insert(field, value);
            }
        }
    }

    /// A comment that Kibana has is taken away.
    async fn take_comment_away(&mut self, case: &CaseRef, random: &mut StdRng) {
        let desk = self.world.desk.clone();
        let (_, comments) = self.shown(case).await;
        let mine = self.mine.get_mut(case).unwrap();
        let there = comments
            .into_iter()
            .filter_map(|(text, id)| Some((text, id?)));
        let there: Vec<_> = there
            .filter(|(text, _)| mine.comments.contains(text))
            .collect();
        let Some((text, id)) = there.choose(random) else {
            return;
        };
        let entry = desk.delete_attachment(case, id).await.unwrap();
        let (_, token) = text.rsplit_once(' ').unwrap();
        let token = token.to_owned();
        self.told.wrote(&entry, Write::DeleteComment { token });
        mine.comments.remove(text);
        mine.gone.insert(text.clone());
    }

    /// The fields of a case and the comments that are there, as they are shown.
    async fn shown(&self, case: &CaseRef) -> (Value, Vec<(String, Option<AttachmentId>)>) {
        let detail = self.world.desk.detail(case).await.unwrap();
        let fields = json!({
            "title": detail.fields.title, "description": detail.fields.description, "tags": detail.fields.tags,
            "category": detail.fields.category, "assignees": detail.fields.assignees,
            "severity": detail.row.severity, "status": detail.row.status,
        });
        let shown = detail.activity.into_iter().flatten();
        let comments = shown.filter(|one| one.pending != Some(PendingChange::Removed));
        let comments = comments.filter_map(|one| match one.what {
            Activity::Comment { text, .. } => Some((text, one.id)),
            _ => None,
        });
        (fields, comments.collect())
    }

    /// What was written is shown, and nothing that is older than what was shown before.
    async fn look(&mut self, seed: u64) {
        let desk = self.world.desk.clone();
        let rows = rows(&desk).await;
        let by_case: BTreeMap<_, _> = rows.iter().map(|row| (&row.case, row)).collect();
        assert_eq!(
            by_case.len(),
            rows.len(),
            "seed {seed}: a case is shown twice"
        );
        for case in &self.deleted {
            assert!(
                !by_case.contains_key(case),
                "seed {seed}: {case} was deleted"
            );
            self.told.saw(case, desk.detail(case).await.ok().as_ref());
        }
        for title in &self.created {
            let n = rows.iter().filter(|row| row.title == *title).count();
            assert_eq!(n, 1, "seed {seed}: {title}");
        }
        for (case, mine) in &self.mine {
            let (fields, comments) = self.shown(case).await;
            let row = by_case[case];
            for (field, value) in &mine.fields {
                assert_eq!(fields[field], *value, "seed {seed}: {field} of {case}");
                let of_row = in_row(row, field).unwrap_or_else(|| value.clone());
                assert_eq!(of_row, *value, "seed {seed}: {field} of the row of {case}");
            }
            let texts: Vec<_> = comments.into_iter().map(|(text, _)| text).collect();
            for text in &mine.comments {
                let n = texts.iter().filter(|one| *one == text).count();
                assert_eq!(n, 1, "seed {seed}: {text} of {case}");
            }
            let is_back = texts.iter().any(|text| mine.gone.contains(text));
            assert!(!is_back, "seed {seed}: a comment of {case} is back");
            self.told.saw(case, desk.detail(case).await.ok().as_ref());
        }
        for (id, versions) in written(&self.world.servers[0], "soc") {
            let source = self.world.servers[0].source("soc");
            let case = CaseRef { source, id };
            let Some(known) = told(&desk.inner.mirror, &case).await else {
                continue;
            };
            let is_it =
                |version: &Option<String>| version.as_deref() == Some(known.version.as_str());
            let at = versions.iter().position(|(_, version)| is_it(version));
            // A new case has its name before what Kibana made of it is read.
            let Some(at) = at else { continue };
            let before = self.reached.insert(case.clone(), at).unwrap_or_default();
            assert!(
                before <= at,
                "seed {seed}: {case} went back from {before} to {at}"
            );
        }
    }

    /// Somebody else writes comments, and changes cases of their own.
    async fn colleague(&self, random: &mut StdRng) {
        // Kibana tells by the millisecond what came after what.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let server = &self.world.servers[0];
        let space = server.client.space(&"soc".parse().unwrap());
        if random.random_bool(0.3) {
            let case = self.some_case(random);
            // It may be deleted at this moment.
            drop(
                space
                    .add_comment(&case.id, "securitySolution", "seen, too")
                    .await,
            );
            return;
        }
        let case = self.theirs.choose(random).unwrap();
        let case = space.case(&case.id).await.unwrap();
        let update = kibana_cases::UpdateCase {
            title: Some(format!("theirs {}", random.random_range(0..1_000_000))),
            ..kibana_cases::UpdateCase::new(case.id, case.version)
        };
        space.update_cases(&[update]).await.unwrap();
    }

    async fn round(&mut self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        let millis =
            |most: u64, random: &mut StdRng| Duration::from_millis(random.random_range(5..most));
        let overtaken = Fault::Reorder {
            at_most: millis(3_000, &mut random),
        };
        let lagging = Fault::SearchLag { lag: self.lag };
        let rules = [Rule::of(overtaken).probability(0.5), Rule::of(lagging)];
        let faults = self.world.servers[0].practice.faults();
        faults.set(Plan::of(rules).seeded(seed));
        for _ in 0..random.random_range(1..=3) {
            self.write(&mut random).await;
            self.look(seed).await;
            self.colleague(&mut random).await;
        }
        let mut n_quiet = 0;
        while n_quiet < 5 {
            let pause = millis(if n_quiet == 0 { 300 } else { 3_000 }, &mut random);
            tokio::time::sleep(pause).await;
            if random.random_bool(0.5) {
                self.world.desk.sync_now();
            }
            if random.random_bool(0.2) {
                let case = self.some_case(&mut random);
                self.world.desk.open_case(&case).await.unwrap();
            }
            self.look(seed).await;
            let entries = self.told.hear(&self.world.desk).await;
            for entry in entries.values() {
                let deletes = matches!(entry.change, outbox::Change::DeleteCase { .. });
                if deletes && entry.state == outbox::State::Confirmed {
                    self.deleted.insert(entry.case.clone());
                }
            }
            n_quiet += usize::from(!entries.values().any(|entry| entry.state.is_in_line()));
        }
    }
}

/// As Kibana is sent a value that is shown.
fn as_sent(field: &str, value: &Value) -> Value {
    match (field, value) {
        ("category", Value::String(text)) if text.is_empty() => Value::Null,
        ("assignees", Value::Array(uids)) => uids.iter().map(|uid| json!({ "uid": uid })).collect(),
        _ => value.clone(),
    }
}

fn in_row(row: &CaseRow, field: &str) -> Option<Value> {
    match field {
        "title" => Some(json!(row.title)),
        "tags" => Some(json!(row.tags)),
        "severity" => Some(json!(row.severity)),
        "status" => Some(json!(row.status)),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn r25_what_was_written_shows_at_once_and_nothing_older_comes_back() {
    let mut proof = Proof::begin("R25", 100, 10_000);
    while let Some(seed) = proof.round() {
        let mut life = Life::new(seed).await;
        life.round(seed).await;
        for _ in 1..ROUNDS_OF_A_LIFE {
            let Some(seed) = proof.round() else { break };
            life.round(seed).await;
        }
        assert_eq!(life.told.findings(&life.world.servers), [], "seed {seed}");
        life.world.desk.shutdown().await;
    }
}

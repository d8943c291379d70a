//! A small writing client: a queue in memory, reading back, a mirror; and eight ways to get it wrong.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use axum::http::Method;
use practice_kibana::history::{CaseName, Entry, History, State, View, Write};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::world::{Answer, Line, case_body};

/// What the client does wrong, one for each class of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Lost: takes a broken connection for a success.
    TrustsSilence,
    /// Duplicate: sends again without reading back.
    SendsAgain,
    /// Phantom: sends what was discarded.
    SendsDrafts,
    /// Order: what failed goes to the end of the queue.
    RequeuesLast,
    /// Lost update: takes the newest version for the one that was seen.
    IgnoresConflicts,
    /// Stale read: an older answer replaces a newer one.
    TakesAnyAnswer,
    /// Resurrection: adds the comments that an older answer has more.
    MergesComments,
    /// Misattribution: writes to the space that is looked at.
    FollowsTheEye,
}

/// When a lost answer is read back, in seconds after it was lost.
const READ_BACK: [u64; 5] = [2, 10, 30, 60, 120];
const AUTHOR: &str = "analyst";

pub(crate) struct Client {
    line: Line,
    bug: Option<Bug>,
    state: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Places in `history.entries`, next first.
    queue: Vec<usize>,
    history: History,
    cases: Vec<Mirror>,
    looked_at: String,
    clock: u64,
}

/// What the client knows of a case.
#[derive(Clone)]
struct Mirror {
    space: String,
    name: CaseName,
    id: Option<String>,
    title: String,
    version: Option<String>,
    /// Id and token.
    comments: Vec<(String, String)>,
    /// When the newest part of it was asked for.
    as_of: u64,
}

/// What to do with an entry after one attempt.
enum Next {
    Done,
    Park,
    Again,
}

impl Client {
    pub(crate) fn new(line: Line, bug: Option<Bug>) -> Self {
        Self {
            line,
            bug,
            state: RefCell::default(),
        }
    }

    /// Takes a case of somebody else into view.
    pub(crate) async fn open(&self, space: &str, case: &Value) {
        let id = text(&case["id"]);
        self.state.borrow_mut().cases.push(Mirror {
            space: space.to_owned(),
            name: CaseName::Id(id.clone()),
            id: Some(id),
            title: String::new(),
            version: None,
            comments: Vec::new(),
            as_of: 0,
        });
        self.refresh(self.n_cases() - 1).await;
    }

    pub(crate) fn n_cases(&self) -> usize {
        self.state.borrow().cases.len()
    }

    /// Space and id of a case, once it has one.
    pub(crate) fn place(&self, case: usize) -> Option<(String, String)> {
        let state = self.state.borrow();
        let case = &state.cases[case];
        Some((case.space.clone(), case.id.clone()?))
    }

    pub(crate) fn look_at(&self, space: &str) {
        space.clone_into(&mut self.state.borrow_mut().looked_at);
    }

    // What a person does. All of it is acknowledged at once.

    pub(crate) fn comment(&self, case: usize) {
        self.state.borrow_mut().enqueue(case, Write::Comment);
    }

    pub(crate) fn create(&self, space: &str) {
        let mut state = self.state.borrow_mut();
        let token = state.next_token();
        state.cases.push(Mirror {
            space: space.to_owned(),
            name: CaseName::CreatedBy(token.clone()),
            id: None,
            title: title(&token),
            version: None,
            comments: Vec::new(),
            as_of: 0,
        });
        let case = state.cases.len() - 1;
        state.enqueue(case, Write::CreateCase);
    }

    pub(crate) fn rename(&self, case: usize) {
        let mut state = self.state.borrow_mut();
        let value = title(&state.next_token());
        let write = Write::Edit {
            field: "title".to_owned(),
            value: value.into(),
            seen: state.cases[case].version.clone(),
            seen_value: Some(state.shown_title(case).into()),
        };
        state.enqueue(case, write);
    }

    /// Deletes the first comment that is there, if there is one.
    pub(crate) fn delete_comment(&self, case: usize) {
        let mut state = self.state.borrow_mut();
        let gone = |state: &Inner, token: &str| {
            let deletes = |entry: &Entry| matches!(&entry.write, Write::DeleteComment { token: gone } if gone == token);
            state.history.entries.iter().any(deletes)
        };
        let comments = state.cases[case].comments.clone();
        let first = comments.into_iter().find(|(_, token)| !gone(&state, token));
        if let Some((_, token)) = first {
            state.enqueue(case, Write::DeleteComment { token });
        }
    }

    /// A comment that is begun and thrown away.
    pub(crate) fn discard_draft(&self, case: usize) {
        if self.bug == Some(Bug::SendsDrafts) {
            let mut state = self.state.borrow_mut();
            state.enqueue(case, Write::Comment);
            // Sent like any other, but nobody was told.
            let entry = state.history.entries.last_mut().unwrap();
            entry.token = format!("draft-{}", entry.token);
        }
    }

    // What the client does.

    /// Sends what waits. A reading may be under way at the same time.
    pub(crate) async fn work(&self, while_reading: bool) {
        loop {
            let Some(entry) = self.state.borrow().queue.first().copied() else {
                return;
            };
            let case = self.state.borrow().case_of(entry);
            if while_reading && self.place(case).is_some() {
                tokio::join!(self.refresh(case), self.settle(entry));
            } else {
                self.settle(entry).await;
            }
            self.show();
        }
    }

    /// Brings one entry to its end.
    async fn settle(&self, entry: usize) {
        loop {
            let next = self.attempt(entry).await;
            let mut state = self.state.borrow_mut();
            match next {
                Next::Done => {
                    let at = state.tick();
                    state.history.entries[entry].state = State::Confirmed { at };
                }
                Next::Park => state.history.entries[entry].state = State::Parked,
                Next::Again if self.bug == Some(Bug::RequeuesLast) => {
                    state.queue.retain(|&queued| queued != entry);
                    state.queue.push(entry);
                    return;
                }
                Next::Again => {
                    drop(state);
                    sleep(Duration::from_secs(1)).await;
                    continue;
                }
            }
            state.queue.retain(|&queued| queued != entry);
            return;
        }
    }

    async fn attempt(&self, entry: usize) -> Next {
        let case = self.state.borrow().case_of(entry);
        if self.state.borrow().history.entries[entry].write != Write::CreateCase
            && self.place(case).is_none()
        {
            // Its case was overtaken, which only happens with a bug.
            return Next::Park;
        }
        let write = self.state.borrow().history.entries[entry].write.clone();
        if let Write::Edit { seen_value, .. } = &write
            && !self.may_overwrite(case, seen_value.as_ref())
        {
            return Next::Park;
        }
        let (method, uri, body) = self.request(entry, case, &write);
        match self.line.ask(method.clone(), &uri, body).await {
            Answer::NotSent => Next::Again,
            Answer::Told(200 | 204, json) => {
                self.take_answer(case, &write, &json);
                Next::Done
            }
            Answer::Told(409, _) if method == Method::PATCH => self.reconcile(entry, case).await,
            Answer::Told(404, _) if method == Method::DELETE => {
                self.take_answer(case, &write, &Value::Null);
                Next::Done
            }
            Answer::Told(400 | 403 | 404, _) => Next::Park,
            Answer::Told(..) | Answer::Broken => match self.bug {
                Some(Bug::TrustsSilence) if write == Write::Comment => Next::Done,
                Some(Bug::SendsAgain) => Next::Again,
                _ => self.reconcile(entry, case).await,
            },
        }
    }

    /// Whether the title that would go is the one that the person saw.
    fn may_overwrite(&self, case: usize, seen: Option<&Value>) -> bool {
        let state = self.state.borrow();
        seen.is_some_and(|seen| *seen == *state.cases[case].title)
            || self.bug == Some(Bug::IgnoresConflicts)
    }

    fn request(&self, entry: usize, case: usize, write: &Write) -> (Method, String, Option<Value>) {
        let state = self.state.borrow();
        let token = &state.history.entries[entry].token;
        let mirror = &state.cases[case];
        let id = mirror.id.as_deref().unwrap_or_default();
        let space = match (self.bug, write) {
            (Some(Bug::FollowsTheEye), Write::CreateCase) => &state.looked_at,
            _ => &mirror.space,
        };
        let cases = format!("/s/{space}/api/cases");
        match write {
            Write::Comment => {
                let body = json!({"type": "user", "comment": token, "owner": "securitySolution"});
                (Method::POST, format!("{cases}/{id}/comments"), Some(body))
            }
            Write::CreateCase => (Method::POST, cases, Some(case_body(&title(token)))),
            Write::Edit { value, .. } => {
                let change = json!({"id": id, "version": mirror.version, "title": value});
                (Method::PATCH, cases, Some(json!({"cases": [change]})))
            }
            Write::DeleteComment { token } => {
                let known = mirror.comments.iter().find(|(_, known)| known == token);
                let comment = known.map_or("gone", |(id, _)| id);
                (
                    Method::DELETE,
                    format!("{cases}/{id}/comments/{comment}"),
                    None,
                )
            }
            Write::Attach { .. } | Write::DeleteCase => unreachable!("this client does neither"),
        }
    }

    /// Takes in what a write answered. Whatever was asked for before it is older.
    fn take_answer(&self, case: usize, write: &Write, json: &Value) {
        let mut state = self.state.borrow_mut();
        let as_of = state.tick();
        let mirror = &mut state.cases[case];
        mirror.as_of = as_of;
        match write {
            Write::Comment => mirror.take(json, Some(&json["comments"])),
            Write::CreateCase => {
                mirror.id = Some(text(&json["id"]));
                mirror.take(json, None);
            }
            Write::Edit { .. } => mirror.take(&json[0], None),
            Write::DeleteComment { token } => mirror.comments.retain(|(_, known)| known != token),
            Write::Attach { .. } | Write::DeleteCase => {}
        }
    }

    /// Reads back what became of a write whose answer was lost.
    async fn reconcile(&self, entry: usize, case: usize) -> Next {
        let (token, write) = {
            let state = self.state.borrow();
            let entry = &state.history.entries[entry];
            (entry.token.clone(), entry.write.clone())
        };
        match write {
            Write::Comment => {
                self.find_late(case, async || self.has_comment(case, &token).await)
                    .await
            }
            Write::CreateCase => {
                self.find_late(case, async || self.has_case(case, &token).await)
                    .await
            }
            Write::Edit {
                value, seen_value, ..
            } => {
                self.refresh(case).await;
                let is_there = value == *self.state.borrow().cases[case].title;
                if is_there {
                    Next::Done
                } else if self.may_overwrite(case, seen_value.as_ref()) {
                    Next::Again
                } else {
                    Next::Park
                }
            }
            Write::DeleteComment { .. } => {
                let there = self.has_comment(case, &deleted(&write)).await;
                if there { Next::Again } else { Next::Done }
            }
            Write::Attach { .. } | Write::DeleteCase => Next::Park,
        }
    }

    /// Looks until a write shows up or is proved absent.
    async fn find_late(&self, case: usize, is_there: impl AsyncFn() -> bool) -> Next {
        let mut waited = 0;
        for moment in READ_BACK {
            sleep(Duration::from_secs(moment - waited)).await;
            waited = moment;
            if is_there().await {
                if self.place(case).is_some() {
                    self.refresh(case).await;
                }
                return Next::Done;
            }
        }
        Next::Again
    }

    async fn has_comment(&self, case: usize, token: &str) -> bool {
        self.refresh(case).await;
        let state = self.state.borrow();
        state.cases[case]
            .comments
            .iter()
            .any(|(_, known)| known == token)
    }

    async fn has_case(&self, case: usize, token: &str) -> bool {
        let space = self.state.borrow().cases[case].space.clone();
        let found = self
            .line
            .read(&format!("/s/{space}/api/cases/_find?perPage=100"))
            .await;
        let cases = found["cases"].as_array().cloned().unwrap_or_default();
        let own = cases
            .iter()
            .find(|case| text(&case["title"]).contains(token));
        if let Some(own) = own {
            self.take_answer(case, &Write::CreateCase, own);
        }
        own.is_some()
    }

    pub(crate) async fn refresh_all(&self) {
        for case in 0..self.n_cases() {
            if self.place(case).is_some() {
                self.refresh(case).await;
            }
        }
    }

    /// Reads a case anew. What is older than what the mirror has is dropped.
    async fn refresh(&self, case: usize) {
        let Some((space, id)) = self.place(case) else {
            return;
        };
        let asked = self.state.borrow_mut().tick();
        let uri = format!("/s/{space}/api/cases/{id}");
        let document = self.line.read(&uri).await;
        let comments = self.line.read(&format!("{uri}/comments")).await;
        let mut state = self.state.borrow_mut();
        let mirror = &mut state.cases[case];
        let is_older = asked < mirror.as_of;
        if is_older && self.bug == Some(Bug::MergesComments) {
            mirror.add_comments(&comments);
        }
        if !is_older || self.bug == Some(Bug::TakesAnyAnswer) {
            mirror.as_of = mirror.as_of.max(asked);
            mirror.take(&document, Some(&comments));
        }
    }

    /// Writes down what is on screen: the mirror, and over it what is on its way.
    pub(crate) fn show(&self) {
        let mut state = self.state.borrow_mut();
        for case in 0..state.cases.len() {
            if state.cases[case].id.is_none() {
                continue;
            }
            let at = state.tick();
            let mirror = state.cases[case].clone();
            let view = View {
                at,
                deployment: "practice".to_owned(),
                gone: false,
                comments: Some(state.shown_comments(&mirror)),
                fields: BTreeMap::from([("title".to_owned(), state.shown_title(case).into())]),
                case: mirror.name,
            };
            state.history.views.push(view);
        }
    }

    /// What was acknowledged and shown. Drafts never were.
    pub(crate) fn into_history(self) -> History {
        let mut history = self.state.into_inner().history;
        history
            .entries
            .retain(|entry| !entry.token.starts_with("draft-"));
        history
    }
}

impl Inner {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn next_token(&self) -> String {
        format!("tk-{}", self.history.entries.len())
    }

    fn enqueue(&mut self, case: usize, write: Write) {
        let token = self.next_token();
        let place = self.history.entries.len();
        self.history.entries.push(Entry {
            token,
            deployment: "practice".to_owned(),
            space: self.cases[case].space.clone(),
            author: AUTHOR.to_owned(),
            case: self.cases[case].name.clone(),
            order: place as u64,
            write,
            state: State::Promised,
        });
        self.queue.push(place);
    }

    fn case_of(&self, entry: usize) -> usize {
        let name = &self.history.entries[entry].case;
        let place = self.cases.iter().position(|case| case.name == *name);
        place.unwrap()
    }

    /// The entries of a case that are on their way.
    fn pending<'a>(&'a self, mirror: &'a Mirror) -> impl Iterator<Item = &'a Entry> {
        let queued = self.queue.iter().map(|&place| &self.history.entries[place]);
        queued.filter(|entry| entry.case == mirror.name)
    }

    fn shown_title(&self, case: usize) -> String {
        let mirror = &self.cases[case];
        let mut shown = mirror.title.clone();
        for entry in self.pending(mirror) {
            if let Write::Edit { value, .. } = &entry.write {
                shown = text(value);
            }
        }
        shown
    }

    fn shown_comments(&self, mirror: &Mirror) -> Vec<String> {
        let mut shown: Vec<String> = mirror
            .comments
            .iter()
            .map(|(_, token)| token.clone())
            .collect();
        for entry in self.pending(mirror) {
            match &entry.write {
                Write::Comment if !shown.contains(&entry.token) => shown.push(entry.token.clone()),
                Write::DeleteComment { token } => shown.retain(|known| known != token),
                _ => {}
            }
        }
        shown
    }
}

impl Mirror {
    fn take(&mut self, document: &Value, comments: Option<&Value>) {
        self.title = text(&document["title"]);
        self.version = document["version"].as_str().map(str::to_owned);
        if let Some(comments) = comments {
            self.comments.clear();
            self.add_comments(comments);
        }
    }

    fn add_comments(&mut self, comments: &Value) {
        for comment in comments.as_array().into_iter().flatten() {
            let comment = (text(&comment["id"]), text(&comment["comment"]));
            if !self.comments.contains(&comment) {
                self.comments.push(comment);
            }
        }
    }
}

fn deleted(write: &Write) -> String {
    match write {
        Write::DeleteComment { token } => token.clone(),
        _ => String::new(),
    }
}

fn title(token: &str) -> String {
    format!("Ours {token}")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

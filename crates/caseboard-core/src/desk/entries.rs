//! Writes by the outbox: taken in at once and for good, shown at once, sent when Kibana can be reached.

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use jiff::Timestamp;
use kibana_cases::{Attachment, AttachmentId, Case};
use rusqlite::Transaction;
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use super::Desk;
use crate::{
    approver::{self, is_agent},
    code::CommandError,
    error::Error,
    event::DeskEvent,
    id::{CaseRef, EntryId, SourceId, is_local},
    outbox::{self, Change, Entry, Event, Fresh, Holder, Outbox, Saw, State, Undo},
    plain::visible,
    view::{CaseEdit, EntryCase, EntryView, NewCaseForm, OutboxView, StorageState},
};

mod bulk;

/// Settled entries that the outbox still shows.
const MOST_SETTLED: u32 = 50;
/// The owner of new cases.
const OWNER: &str = "securitySolution";

impl Desk {
    /// What was written and is not settled, and the newest of what is.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn outbox(&self) -> Result<OutboxView, CommandError> {
        let now = self.inner.clock.now();
        let database = self.inner.outbox.database();
        let (entries, n_waiting) = database
            .read(|connection| {
                let entries = outbox::list(connection, MOST_SETTLED)?;
                Ok((entries, outbox::count_writes(connection)?))
            })
            .await?;
        let entries = entries.into_iter();
        let entries: Vec<_> = entries
            .filter(|entry| self.may_see(&entry.case.source))
            .collect();
        let mut cases: Vec<_> = entries.iter().map(|entry| &entry.case).collect();
        cases.sort_unstable();
        cases.dedup();
        let mut named = Vec::with_capacity(cases.len());
        for case in cases {
            named.push(self.entry_case(case).await?);
        }
        Ok(OutboxView {
            sender: self.other_sender(),
            n_waiting,
            limit: outbox::MOST_WRITES,
            is_nearly_full: n_waiting >= outbox::MANY_WRITES,
            entries: entries.iter().map(|entry| entry.view(now)).collect(),
            cases: named,
        })
    }

    /// Waits until every one of these entries is settled or waits for a person, but not longer than `at_most`. Tells how
    /// they stand then, in the order given.
    ///
    /// # Errors
    /// `not_found` if there is no such entry; `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn wait_for_entries(
        &self,
        ids: &[EntryId],
        at_most: Duration,
    ) -> Result<Vec<EntryView>, CommandError> {
        let mut changed = self.inner.outbox.subscribe();
        let over = self.inner.clock.sleep(at_most);
        tokio::pin!(over);
        loop {
            let mut entries = Vec::with_capacity(ids.len());
            for id in ids {
                entries.push(self.load_entry(id).await?);
            }
            let is_over = tokio::select! {
                biased;
                () = std::future::ready(()), if entries.iter().all(Entry::rests) => true,
                () = &mut over => true,
                // Whatever was missed is seen with the next look.
                _ = changed.recv() => false,
            };
            if is_over {
                let now = self.inner.clock.now();
                return Ok(entries.iter().map(|entry| entry.view(now)).collect());
            }
        }
    }

    /// Changes fields of a case. `None` if they are as wanted already.
    ///
    /// # Errors
    /// `invalid_input` with the field or the limit; `not_found` if the case is not known; `cache_unreadable` if it could not
    /// be taken in: then nothing is kept and nothing will be sent.
    pub async fn edit_case(
        &self,
        case: &CaseRef,
        wanted: &CaseEdit,
    ) -> Result<Option<EntryView>, CommandError> {
        let edited = self.edit_cases(std::slice::from_ref(case), wanted).await?;
        Ok(edited.into_iter().next())
    }

    /// Changes fields of many cases, of any sources. Those that are as wanted already are left out.
    ///
    /// # Errors
    /// As [`Desk::edit_case`]; nothing is changed then.
    pub async fn edit_cases(
        &self,
        cases: &[CaseRef],
        wanted: &CaseEdit,
    ) -> Result<Vec<EntryView>, CommandError> {
        let each = cases.iter().map(|case| (case.clone(), wanted.clone()));
        self.edit_each(&each.collect::<Vec<_>>()).await
    }

    /// As [`Desk::edit_cases`], each case with an edit of its own.
    ///
    /// # Errors
    /// As [`Desk::edit_case`]; nothing is changed then.
    pub async fn edit_each(
        &self,
        edits: &[(CaseRef, CaseEdit)],
    ) -> Result<Vec<EntryView>, CommandError> {
        let bulk = (edits.len() > 1).then(EntryId::new);
        let mut entries = Vec::new();
        for (case, wanted) in edits {
            let (shown, body) = self.shown_case(case).await?;
            let Some(change) = outbox::edit(&body, wanted)? else {
                continue;
            };
            let mut entry = self.entry(case, shown.owner.as_str(), change, &body, edits.len());
            // What the person saw otherwise is of another version, or of none yet: then it is read before it is sent.
            let is_of_kibana = entry.is_seen_in(&body) && !is_local(&shown.id);
            entry.seen = is_of_kibana.then_some(shown.version);
            entry.bulk.clone_from(&bulk);
            entries.push(entry);
        }
        Ok(self.take_in_entries(entries).await?)
    }

    /// Adds a comment, as it was typed, and throws the case's draft away if it is this text.
    ///
    /// # Errors
    /// As [`Desk::edit_case`].
    pub async fn add_comment(
        &self,
        case: &CaseRef,
        text: String,
    ) -> Result<EntryView, CommandError> {
        let text = self.marked(text).await?;
        Ok(self.change(case, outbox::comment(text)?).await?)
    }

    /// Changes the text of a comment that was read before. `seen` is the text that the person began with, where that may not
    /// be the one that is known now. `None` if it is the same.
    ///
    /// # Errors
    /// As [`Desk::edit_case`]; `not_found` if the comment is not known.
    pub async fn edit_comment(
        &self,
        case: &CaseRef,
        comment: &AttachmentId,
        seen: Option<String>,
        text: String,
    ) -> Result<Option<EntryView>, CommandError> {
        let there = self.attachment(case, comment).await?;
        match outbox::edit_comment(&there, seen, text)? {
            Some(change) => Ok(Some(self.change(case, change).await?)),
            None => Ok(None),
        }
    }

    /// Deletes a comment, or detaches the alerts of an attachment.
    ///
    /// # Errors
    /// As [`Desk::edit_comment`].
    pub async fn delete_attachment(
        &self,
        case: &CaseRef,
        attachment: &AttachmentId,
    ) -> Result<EntryView, CommandError> {
        let deleted = self.delete_attachments(case, std::slice::from_ref(attachment));
        Ok(deleted.await?.remove(0))
    }

    /// The same of several attachments of a case, all of them or none.
    ///
    /// # Errors
    /// As [`Desk::edit_comment`]; nothing is deleted then.
    pub async fn delete_attachments(
        &self,
        case: &CaseRef,
        attachments: &[AttachmentId],
    ) -> Result<Vec<EntryView>, CommandError> {
        let (shown, body) = self.shown_case(case).await?;
        let bulk = (attachments.len() > 1).then(EntryId::new);
        let mut entries = Vec::with_capacity(attachments.len());
        for id in attachments {
            let change = outbox::delete_attachment(&self.attachment(case, id).await?);
            let mut entry = self.entry(case, shown.owner.as_str(), change, &body, 1);
            entry.bulk.clone_from(&bulk);
            entries.push(entry);
        }
        Ok(self.take_in_entries(entries).await?)
    }

    /// Creates a case. Until Kibana has it, it shows by a name of our own, by which more can be written to it; afterwards that
    /// name leads to it.
    ///
    /// # Errors
    /// `invalid_input` with the field or the limit; `cache_unreadable` if it could not be taken in.
    pub async fn create_case(
        &self,
        source: &SourceId,
        form: NewCaseForm,
    ) -> Result<EntryView, CommandError> {
        self.named(source)?;
        let change = outbox::create(form)?;
        let case = CaseRef::not_yet_created(source.clone());
        let entry = self.entry(&case, OWNER, change, &Value::Null, 1);
        Ok(self.take_in_one(entry).await?)
    }

    /// Deletes a case, after 8 seconds for second thoughts.
    ///
    /// # Errors
    /// As [`Desk::edit_case`].
    pub async fn delete_case(&self, case: &CaseRef) -> Result<EntryView, CommandError> {
        let deleted = self.delete_cases(std::slice::from_ref(case)).await?;
        Ok(deleted.into_iter().next().expect("one was given"))
    }

    /// Deletes cases, all of them or none.
    ///
    /// # Errors
    /// As [`Desk::edit_case`]; nothing is deleted then.
    pub async fn delete_cases(&self, cases: &[CaseRef]) -> Result<Vec<EntryView>, CommandError> {
        let bulk = (cases.len() > 1).then(EntryId::new);
        let mut entries = Vec::with_capacity(cases.len());
        for case in cases {
            let (shown, body) = self.shown_case(case).await?;
            let owner = shown.owner.to_string();
            let change = Change::DeleteCase { title: shown.title };
            let mut entry = self.entry(case, &owner, change, &body, cases.len());
            entry.bulk.clone_from(&bulk);
            entries.push(entry);
        }
        Ok(self.take_in_entries(entries).await?)
    }

    /// Takes an entry back: not sent if it was not, else by its inverse, which is an ordinary change.
    ///
    /// # Errors
    /// `rejected` if it is on its way, or cannot be taken back.
    pub async fn undo_entry(&self, id: &EntryId) -> Result<EntryView, CommandError> {
        let entry = self.load_entry(id).await?;
        match outbox::undo(&entry) {
            Undo::NotSent => self.happens(id, Event::Cancel).await,
            Undo::Write(changes) => {
                let bulk = (changes.len() > 1).then(EntryId::new);
                let inverse = changes.into_iter().map(|change| {
                    let mut inverse =
                        self.entry(&entry.case, &entry.owner, change, &Value::Null, 1);
                    inverse.undoes = Some(id.clone());
                    inverse.bulk.clone_from(&bulk);
                    inverse
                });
                let written = self.take_in_entries(inverse.collect()).await?;
                Ok(written.into_iter().next().expect("there is one at least"))
            }
            Undo::Impossible => Err(Error::input("entry", "it cannot be taken back").into()),
            Undo::UnderWay => Err(Error::input("entry", "it is on its way").into()),
        }
    }

    /// Tries again what waits for a person, or lets go what is held. A proposal is not retried but approved.
    ///
    /// # Errors
    /// `rejected` if the entry does not wait.
    pub async fn retry_entry(&self, id: &EntryId) -> Result<EntryView, CommandError> {
        let event = match self.load_entry(id).await?.state {
            State::Held { .. } => Event::Release,
            _ => Event::Retry,
        };
        self.happens(id, event).await
    }

    /// Throws an entry away. What it wanted stays in the journal.
    ///
    /// # Errors
    /// `rejected` if it is on its way or settled.
    pub async fn discard_entry(&self, id: &EntryId) -> Result<EntryView, CommandError> {
        self.happens(id, Event::Cancel).await
    }

    /// Settles a conflict: what is given is written over what was shown as theirs; fields left out stay theirs.
    ///
    /// # Errors
    /// `rejected` if the entry is in no conflict; `invalid_input` with the field or the limit.
    pub async fn resolve_conflict(
        &self,
        id: &EntryId,
        chosen: &CaseEdit,
    ) -> Result<EntryView, CommandError> {
        self.happens(id, Event::Resolve(outbox::chosen(chosen)?))
            .await
    }

    /// Settles a conflict: of the fields with these names mine is written, of all others theirs stays.
    ///
    /// # Errors
    /// `rejected` if the entry is in no conflict.
    pub async fn keep_mine(
        &self,
        id: &EntryId,
        fields: &[String],
    ) -> Result<EntryView, CommandError> {
        let mine = self.load_entry(id).await?.mine(fields);
        self.happens(id, Event::Resolve(mine)).await
    }

    /// What somebody was writing to a case.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn draft(&self, case: &CaseRef) -> Result<Option<String>, CommandError> {
        let case = case.clone();
        let database = self.inner.outbox.database();
        Ok(database
            .read(move |connection| outbox::draft(connection, &case))
            .await?)
    }

    /// Keeps what somebody is writing to a case; an empty text is thrown away.
    ///
    /// # Errors
    /// `cache_unreadable` if it cannot be kept.
    pub async fn put_draft(&self, case: &CaseRef, text: &str) -> Result<(), CommandError> {
        if self.rehearses {
            return Ok(());
        }
        let (case, text, now) = (case.clone(), text.to_owned(), self.inner.clock.now());
        let database = self.inner.outbox.database();
        Ok(database
            .write(move |transaction| outbox::put_draft(transaction, &case, &text, now))
            .await?)
    }

    /// The journal of all writes as lines of JSON, at most `limit` after line number `after`.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn export_journal(&self, after: i64, limit: u32) -> Result<String, CommandError> {
        let database = self.inner.outbox.database();
        let lines = database
            .read(move |connection| outbox::journal(connection, after, limit))
            .await?;
        let mut text = String::new();
        for line in lines {
            text += &serde_json::to_string(&line).expect("a line of the journal is JSON");
            text.push('\n');
        }
        Ok(text)
    }

    /// Sends as long as the desk is open, once it is known where entries are kept.
    pub(super) fn begin_outbox(&self) {
        let (weak, by) = (Arc::downgrade(&self.inner), self.by.clone());
        self.inner.outbox.on_fresh(move |fresh| {
            let (inner, by) = (weak.upgrade(), by.clone());
            async move {
                if let Some(inner) = inner {
                    let desk = Self {
                        inner,
                        by,
                        agent: Arc::default(),
                        rehearses: false,
                    };
                    desk.take_fresh(fresh).await;
                }
            }
            .boxed()
        });
        let desk = self.clone();
        self.own(async move { desk.send_entries().await });
        let desk = self.clone();
        self.own(async move { desk.tell_of_entries().await });
        let desk = self.clone();
        self.own(async move { desk.inner.outbox.hear_others().await });
    }

    async fn send_entries(&self) {
        let mut storage = self.inner.storage.subscribe();
        let name = self.by.process();
        loop {
            let state = storage.borrow_and_update().state;
            let sending = async {
                match state {
                    StorageState::WaitingForKey => std::future::pending().await,
                    StorageState::OnDisk => {
                        self.inner.outbox.run(Some(&self.inner.dir), name).await;
                    }
                    StorageState::MemoryOnly => self.inner.outbox.run(None, name).await,
                }
            };
            tokio::select! {
                () = sending => {}
                changed = storage.wait_for(|now| now.state != state) => {
                    if changed.is_err() {
                        return;
                    }
                }
            }
        }
    }

    async fn tell_of_entries(&self) {
        let mut changed = self.inner.outbox.subscribe();
        loop {
            match changed.recv().await {
                Ok(case) => self.tell_case(&case),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
            while let Ok(case) = changed.try_recv() {
                self.tell_case(&case);
            }
            self.refresh_facts().await;
            self.tell(DeskEvent::OutboxChanged);
        }
    }

    async fn take_fresh(&self, fresh: Fresh) {
        self.wrote(match &fresh {
            Fresh::Case(source, _) => source,
            Fresh::Details(case) | Fresh::Gone(case) => &case.source,
        });
        match fresh {
            Fresh::Case(source, case) => {
                if let Err(error) = self.take_confirmed(&source, case).await {
                    tracing::warn!(%error, "a confirmed change could not be mirrored");
                }
            }
            Fresh::Details(case) => {
                self.read_case(&case).await;
            }
            Fresh::Gone(case) => {
                if let Err(error) = self.inner.mirror.remove(&case).await {
                    tracing::warn!(%error, "a deleted case could not be forgotten");
                }
            }
        }
    }

    async fn take_confirmed(&self, source: &SourceId, case: Value) -> Result<(), Error> {
        let case = serde_json::from_value::<Case>(case).map_err(|_| Error::Unknown {
            what: "form of a case",
        })?;
        self.inner.mirror.put_confirmed(source, case).await
    }

    pub(super) async fn change(&self, case: &CaseRef, change: Change) -> Result<EntryView, Error> {
        let (shown, body) = self.shown_case(case).await?;
        let entry = self.entry(case, shown.owner.as_str(), change, &body, 1);
        self.take_in_one(entry).await
    }

    /// An entry that is about to be taken in, held if it needs second thoughts.
    pub(super) fn entry(
        &self,
        case: &CaseRef,
        owner: &str,
        change: Change,
        body: &Value,
        n_in_bulk: usize,
    ) -> Entry {
        let now = self.inner.clock.now();
        let held = outbox::is_held(&change, body, n_in_bulk);
        let mut entry = Entry::new(case.clone(), owner, change, self.by.clone(), now);
        entry.saw = Saw::of(body);
        if let Ok(until) = now.checked_add(outbox::HOLD)
            && held
        {
            entry.state = State::Held { until };
        }
        entry
    }

    pub(super) async fn take_in_one(&self, entry: Entry) -> Result<EntryView, Error> {
        let taken = self.take_in_entries(vec![entry]).await?;
        Ok(taken.into_iter().next().expect("one was given"))
    }

    pub(super) async fn take_in_entries(
        &self,
        entries: Vec<Entry>,
    ) -> Result<Vec<EntryView>, Error> {
        let now = self.inner.clock.now();
        if self.rehearses {
            let entries = self.judged(entries, now).await?;
            return Ok(entries.iter().map(|entry| entry.view(now)).collect());
        }
        let taken = if is_agent(&self.by) {
            let agent = self.agent.clone();
            let admit = move |transaction: &Transaction<'_>, now| {
                approver::admit(transaction, entries, &agent, now)
            };
            self.inner.outbox.enqueue_admitted(admit).await?
        } else {
            self.inner.outbox.enqueue(entries).await?
        };
        self.refresh_facts().await;
        let held = taken
            .iter()
            .filter(|entry| matches!(entry.state, State::Held { .. }));
        self.let_go_later(held.map(|entry| entry.id.clone()).collect());
        Ok(taken.iter().map(|entry| entry.view(now)).collect())
    }

    /// Entries as they would be taken in.
    async fn judged(&self, mut entries: Vec<Entry>, now: Timestamp) -> Result<Vec<Entry>, Error> {
        if !is_agent(&self.by) {
            return Ok(entries);
        }
        let agent = self.agent.clone();
        let database = self.inner.outbox.database();
        database
            .read(move |connection| {
                if approver::asks(connection, &entries, &agent, now)? {
                    approver::propose(&mut entries, &agent, now);
                }
                Ok(entries)
            })
            .await
    }

    /// Whoever wrote it lets it go; if this process ends before, nobody does, and a person is asked.
    fn let_go_later(&self, held: Vec<EntryId>) {
        if held.is_empty() {
            return;
        }
        let desk = self.clone();
        self.own(async move {
            desk.inner.clock.sleep(outbox::HOLD).await;
            if let Err(error) = desk.inner.outbox.release(held).await {
                tracing::warn!(%error, "what was held asks now");
            }
        });
    }

    async fn happens(&self, id: &EntryId, event: Event) -> Result<EntryView, CommandError> {
        if is_agent(&self.by) {
            // It may take back what it wrote itself, and nothing else.
            let own = self.load_entry(id).await?.by == self.by;
            if !own || event != Event::Cancel {
                self.no_agent("decide")?;
            }
        }
        if self.rehearses {
            let entry = self.load_entry(id).await?;
            return Ok(entry.view(self.inner.clock.now()));
        }
        let done = self.inner.outbox.happens(id, event).await?;
        Ok(done.entry.view(self.inner.clock.now()))
    }

    pub(super) async fn load_entry(&self, id: &EntryId) -> Result<Entry, Error> {
        let id = id.clone();
        let database = self.inner.outbox.database();
        let entry = database
            .read(move |connection| outbox::load(connection, &id))
            .await?;
        if !self.may_see(&entry.case.source) {
            return Err(Error::Unknown { what: "entry" });
        }
        Ok(entry)
    }

    /// A case as the person sees it, and the same in Kibana's JSON.
    pub(super) async fn shown_case(&self, case: &CaseRef) -> Result<(Case, Value), Error> {
        self.see(&case.source)?;
        let shown = self.inner.mirror.shown(case).await?;
        let shown = shown.ok_or(Error::Unknown { what: "case" })?;
        let body = serde_json::to_value(&shown).expect("a case is JSON");
        Ok((shown, body))
    }

    async fn attachment(&self, case: &CaseRef, id: &AttachmentId) -> Result<Attachment, Error> {
        self.see(&case.source)?;
        let known = self.inner.mirror.attachment(case, id).await?;
        known.ok_or(Error::Unknown { what: "attachment" })
    }

    /// Where a case lives, and what people call it.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn name_case(&self, case: &CaseRef) -> Result<EntryCase, CommandError> {
        Ok(self.entry_case(case).await?)
    }

    async fn entry_case(&self, case: &CaseRef) -> Result<EntryCase, Error> {
        let case = &self.real(case).await?;
        let named = self.named(&case.source).ok();
        let place = named.as_ref().map_or_else(
            || case.source.to_string(),
            |named| format!("{} / {}", named.deployment_name, named.source.space),
        );
        let known = match named {
            Some(named) if !case.is_local() => self.inner.mirror.handle(named, case).await?,
            Some(_) | None => None,
        };
        let (handle, title) = known.unzip();
        Ok(EntryCase {
            case: case.clone(),
            place: visible(&place),
            handle,
            title: title.as_deref().map(visible),
        })
    }

    fn other_sender(&self) -> Option<crate::view::SenderView> {
        if self.storage().state != StorageState::OnDisk {
            return None;
        }
        Outbox::other_sender(&self.inner.dir).map(Holder::view)
    }
}

#[cfg(test)]
mod tests;

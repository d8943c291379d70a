//! The mirror: what was last read of each source, in the encrypted database, with our unconfirmed changes laid over it.
//!
//! It is written by sync and by confirmed writes only. Every reading takes a number when it begins, so that an older
//! answer never replaces a newer one, however late it comes and whichever process asked. [`Mirror`] is what the desk calls;
//! the modules below work on a connection, so that what belongs together can be one transaction.

mod board;
mod called;
mod cases;
pub(crate) mod configurations;
pub(crate) mod database;
mod details;
mod groups;
mod history;
mod lag;
mod local;
mod matching;
pub(crate) mod mine;
mod near;
mod people;
mod row;
mod search;
mod sources;
mod view;

pub(crate) use self::{
    board::Part,
    called::{Called, MOST_CANDIDATES},
    cases::{Pending, PendingId, put_pending, remove_pending},
    details::{Details, NO_VERSION},
    local::{CREATED, created, names_of, put_local, real, remove_local},
    matching::Asking,
    near::{KnownAlert, NearCase, Shared},
    row::NamedSource,
    search::techniques,
    sources::{forget_deployment, is_left, leave, stay},
    view::{person, shown_json},
};

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use jiff::Timestamp;
use kibana_cases::{
    AlertHit, AlertId, Attachment, AttachmentId, Case, CaseId, UserAction, Version,
};

use rusqlite::{Connection, Transaction};

use self::{
    database::{Database, DatabaseKey, KeptFile, Migration},
    lag::Recent,
    row::Places,
};
use crate::{
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    sync::Cursor,
    view::{
        Board, BoardQuery, BoardRows, BoardWindow, CaseDetail, CaseRow, CaseTexts, Grouping,
        Groups, ListPart,
    },
};

/// When a reading began, as a number: higher is later. The default is before all others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReadNumber(i64);

/// Everything known of the sources in use.
#[derive(Clone)]
pub(crate) struct Mirror {
    database: Database,
    recent: Recent,
}

/// What a page changed.
#[derive(Debug, Default)]
pub(crate) struct TakenIn {
    /// Cases that were new or different.
    pub(crate) n_changed: usize,
    /// Those among them whose details were read before.
    pub(crate) opened: Vec<CaseId>,
    /// Cases of the source that are known now.
    pub(crate) n_known: u32,
}

/// What the sidebar tells of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SourceFacts {
    /// Cases that are not closed.
    pub(crate) n_active: u32,
    /// How many cases there are, and how many of them are here in full.
    pub(crate) coverage: Coverage,
    /// Since when at least the list of its cases is as Kibana has it, as this run or an earlier one found.
    pub(crate) read_at: Option<Timestamp>,
}

/// How much of the details of a source's cases is here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Coverage {
    pub(crate) n_cases: u32,
    /// Cases whose details are of the version that the list tells.
    pub(crate) n_detailed: u32,
}

/// Every table of a profile: those of the mirror, and those of the outbox, which lays its changes over them.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = [
        sources::MIGRATIONS,
        cases::MIGRATIONS,
        people::MIGRATIONS,
        details::MIGRATIONS,
        search::MIGRATIONS,
        history::MIGRATIONS,
        local::MIGRATIONS,
        sources::FORGETTING,
        mine::MIGRATIONS,
        configurations::MIGRATIONS,
        crate::outbox::MIGRATIONS,
        crate::approver::MIGRATIONS,
    ]
    .concat();
    all.sort_by_key(|migration| migration.number);
    all
}

impl Mirror {
    /// The mirror in a database that has its tables.
    pub(crate) fn new(database: Database) -> Self {
        Self {
            database,
            recent: Recent::default(),
        }
    }

    /// The database, for what is kept beside the mirror.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Moves what is in memory into the file of a profile, and works there from now on.
    ///
    /// # Errors
    /// Why the file cannot be used. Everything stays in memory then.
    pub(crate) async fn move_to_file(
        &self,
        dir: &Path,
        key: DatabaseKey,
        now: Timestamp,
    ) -> Result<Option<KeptFile>, Error> {
        let move_in = |from: &Connection, transaction: &Transaction<'_>, alone: bool| {
            // Marks of a process that ended without taking them away.
            if alone {
                cases::remove_all_pending(transaction)?;
            }
            cases::copy_all(from, transaction)?;
            crate::outbox::show_all(transaction)
        };
        self.database.move_to_file(dir, key, now, move_in).await
    }

    /// Moves what is in the file of a profile into memory, and removes the file once `commit` returned.
    ///
    /// # Errors
    /// Why that cannot be done. Everything stays in the file then.
    pub(crate) async fn move_to_memory(
        &self,
        commit: impl FnOnce() -> Result<(), Error> + Send + 'static,
    ) -> Result<(), Error> {
        let move_in =
            |from: &Connection, transaction: &Transaction<'_>| cases::copy_all(from, transaction);
        self.database.move_to_memory(move_in, commit).await
    }

    /// Numbers a reading that begins now: readings that began before it are older.
    pub(crate) async fn begin(&self) -> Result<ReadNumber, Error> {
        self.database.write(sources::next_number).await
    }

    /// Takes in cases that one listing told, but for those that are known as they were later: searching may show something new
    /// and then something older again. The back-fill asks for such a case itself, which may have been put back, too.
    ///
    /// # Errors
    /// [`Error::Unknown`] if the source was forgotten since the reading began.
    pub(crate) async fn put(
        &self,
        source: &SourceId,
        cases: Vec<Case>,
        read: ReadNumber,
    ) -> Result<TakenIn, Error> {
        let recent = self.recent.clone();
        let source = source.clone();
        self.database
            .write(move |transaction| {
                // Not before its turn: what is deleted while it waits would come back.
                let cases = recent.without_older(&source, cases);
                let Some(source) = sources::told(transaction, &source, read)? else {
                    return Err(Error::Unknown { what: "source" });
                };
                let mut taken_in = TakenIn::default();
                for case in cases {
                    if let Some(key) = cases::key_of_later(transaction, source, &case)? {
                        details::doubt(transaction, key)?;
                        continue;
                    }
                    if let Some(key) = cases::put(transaction, source, &case, read)? {
                        taken_in.n_changed += 1;
                        let opened = details::freshness(transaction, key)?.is_some();
                        taken_in.opened.extend(opened.then_some(case.id));
                    }
                }
                taken_in.n_known = cases::count(transaction, source)?;
                Ok(taken_in)
            })
            .await
    }

    /// Takes in a case as Kibana confirmed it: every reading that began before is older. What somebody changed since may be known
    /// already.
    pub(crate) async fn put_confirmed(&self, source: &SourceId, case: Case) -> Result<(), Error> {
        self.recent.note(source, &case, true);
        let source = source.clone();
        self.database
            .write(move |transaction| {
                // It is gone if it was forgotten meanwhile.
                if let Some(source) = sources::key(transaction, &source)? {
                    let now = sources::next_number(transaction)?;
                    match cases::key_of_later(transaction, source, &case)? {
                        Some(key) => details::doubt(transaction, key)?,
                        None => drop(cases::put(transaction, source, &case, now)?),
                    }
                }
                Ok(())
            })
            .await
    }

    /// Forgets a case that we deleted. Searching may show it for a while.
    pub(crate) async fn remove(&self, case: &CaseRef) -> Result<(), Error> {
        self.recent.note_gone(case);
        let case = case.clone();
        self.database
            .write(move |transaction| match cases::key(transaction, &case)? {
                Some(key) => cases::remove(transaction, key),
                None => Ok(()),
            })
            .await
    }

    /// Takes in a case that is known, and its details. Tells whether anything but the time changed; an older answer changes
    /// nothing, and a case that was deleted meanwhile does not come back.
    pub(crate) async fn put_details(
        &self,
        source: &SourceId,
        case: Case,
        details: Details,
        read: ReadNumber,
    ) -> Result<bool, Error> {
        self.recent.note(source, &case, false);
        let source = source.clone();
        self.database
            .write(move |transaction| {
                let reference = CaseRef {
                    source: source.clone(),
                    id: case.id.clone(),
                };
                let Some(key) = cases::key(transaction, &reference)? else {
                    return Ok(false);
                };
                let source = sources::ensure(transaction, &source)?;
                let case_changed = cases::put(transaction, source, &case, read)?.is_some();
                Ok(details::put(transaction, key, &details, read)? || case_changed)
            })
            .await
    }

    /// Notes why the details of a case could not be read. Tells whether that is news.
    pub(crate) async fn put_problem(
        &self,
        case: &CaseRef,
        problem: CommandError,
    ) -> Result<bool, Error> {
        let case = case.clone();
        self.database
            .write(move |transaction| match cases::key(transaction, &case)? {
                Some(key) => details::put_problem(transaction, key, &problem),
                None => Ok(false),
            })
            .await
    }

    /// Ends a full reading: forgets the cases of a source that it did not see. Cases read since it began stay. Tells how many
    /// are known now.
    pub(crate) async fn retain(
        &self,
        source: &SourceId,
        mut seen: BTreeSet<CaseId>,
        read: ReadNumber,
    ) -> Result<u32, Error> {
        seen.extend(self.recent.new_cases(source));
        let source = source.clone();
        self.database
            .write(move |transaction| {
                let Some(source) = sources::key(transaction, &source)? else {
                    return Ok(0);
                };
                let changed = cases::retain(transaction, source, &seen, read)?;
                if changed {
                    details::forget_orphans(transaction, source)?;
                }
                cases::count(transaction, source)
            })
            .await
    }

    /// Notes where the next pass over a source goes on, and since when at least its list is as Kibana has it, if it is.
    pub(crate) async fn set_read_at(
        &self,
        source: &SourceId,
        at: Option<Timestamp>,
        cursor: &Cursor,
    ) -> Result<(), Error> {
        let source = source.clone();
        let cursor = serde_json::to_string(cursor).map_err(cases::unreadable)?;
        self.database
            .write(move |transaction| {
                let Some(source) = sources::key(transaction, &source)? else {
                    return Ok(());
                };
                sources::set_cursor(transaction, source, sources::LIST, &cursor)?;
                match at {
                    Some(at) => sources::set_read_at(transaction, source, at.as_microsecond()),
                    None => Ok(()),
                }
            })
            .await
    }

    /// Where the next pass over a source goes on. What an older app wrote otherwise counts as nothing.
    pub(crate) async fn cursor(&self, source: &SourceId) -> Result<Option<Cursor>, Error> {
        let source = source.clone();
        let found = self.database.read(move |connection| {
            let Some(source) = sources::key(connection, &source)? else {
                return Ok(None);
            };
            sources::cursor(connection, source, sources::LIST)
        });
        Ok(found
            .await?
            .and_then(|cursor| serde_json::from_str(&cursor).ok()))
    }

    /// Forgets a source that is no longer in use.
    pub(crate) async fn forget(&self, source: &SourceId) -> Result<(), Error> {
        let source = source.clone();
        self.database
            .write(move |transaction| sources::forget(transaction, &source))
            .await
    }

    /// A case as it shows: as Kibana last told it, with our unconfirmed changes laid over it.
    pub(crate) async fn shown(&self, case: &CaseRef) -> Result<Option<Case>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| {
                let key = cases::key(connection, &case)?;
                key.map(|key| cases::shown(connection, key)).transpose()
            })
            .await
    }

    /// Which version of a case is known, and of which version its details are and when they were read.
    pub(crate) async fn freshness(
        &self,
        case: &CaseRef,
    ) -> Result<Option<(Version, Option<(Version, Timestamp)>)>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| {
                let Some(key) = cases::key(connection, &case)? else {
                    return Ok(None);
                };
                let version = cases::told(connection, key)?.version;
                Ok(Some((version, details::freshness(connection, key)?)))
            })
            .await
    }

    /// Documents of a case's alerts, as far as they are known.
    pub(crate) async fn documents(
        &self,
        case: &CaseRef,
    ) -> Result<HashMap<AlertId, AlertHit>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| match cases::key(connection, &case)? {
                Some(key) => details::documents(connection, key),
                None => Ok(HashMap::new()),
            })
            .await
    }

    /// What is known to have been done to a case, oldest first.
    pub(crate) async fn history(&self, case: &CaseRef) -> Result<Vec<UserAction>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| match cases::key(connection, &case)? {
                Some(key) => history::get(connection, key),
                None => Ok(Vec::new()),
            })
            .await
    }

    /// What the sidebar tells of every source of which something was read.
    pub(crate) async fn facts(&self) -> Result<HashMap<SourceId, SourceFacts>, Error> {
        self.database
            .read(|connection| {
                let mut count = connection.prepare_cached(
                    "SELECT count(*) FROM cases WHERE source = ?1 AND (status < 'closed' OR status > 'closed')",
                )?;
                let mut facts = HashMap::new();
                for (key, source, read_at) in sources::all(connection)? {
                    let told = SourceFacts {
                        n_active: count.query_row([key], |row| row.get(0))?,
                        coverage: details::coverage(connection, key)?,
                        read_at: read_at.map(cases::time),
                    };
                    facts.insert(source, told);
                }
                Ok(facts)
            })
            .await
    }

    /// An attachment of a case, as it was last read.
    pub(crate) async fn attachment(
        &self,
        case: &CaseRef,
        id: &AttachmentId,
    ) -> Result<Option<Attachment>, Error> {
        let (case, id) = (case.clone(), id.clone());
        self.database
            .read(move |connection| {
                let Some(key) = cases::key(connection, &case)? else {
                    return Ok(None);
                };
                let there = details::attachments(connection, key)?;
                Ok(there.into_iter().find(|one| one.id == id))
            })
            .await
    }

    /// The newest cases of these sources whose details are not here, or not of their version; at most `limit` of each.
    pub(crate) async fn without_details(
        &self,
        sources: Vec<SourceId>,
        limit: u32,
    ) -> Result<Vec<CaseRef>, Error> {
        let found = self.database.read(move |connection| {
            let mut all = Vec::new();
            for source in sources {
                let Some(key) = sources::key(connection, &source)? else {
                    continue;
                };
                let missing = details::missing(connection, key, limit)?.into_iter();
                all.extend(missing.map(|(at, id)| {
                    let source = source.clone();
                    (at, CaseRef { source, id })
                }));
            }
            Ok(all)
        });
        let mut found = found.await?;
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(found.into_iter().map(|(_, case)| case).collect())
    }

    /// The columns of the board of these sources, each with the part of its rows that is asked for.
    pub(crate) async fn board(
        &self,
        sources: Vec<NamedSource>,
        query: &BoardQuery,
        rows: &BoardRows,
        asking: Asking,
    ) -> Result<Board, Error> {
        let (query, rows) = (query.clone(), rows.clone());
        self.database
            .read(move |connection| {
                let places = Places::find(connection, &sources)?;
                let meaning = matching::meaning(connection, &places, &asking, &query)?;
                let board = board::board(connection, &sources, meaning.matching.as_ref(), &rows)?;
                Ok(Board {
                    search: meaning.searched,
                    ..board
                })
            })
            .await
    }

    /// A window on one column: worst severity first, then newest change.
    pub(crate) async fn board_window(
        &self,
        sources: Vec<NamedSource>,
        query: &BoardQuery,
        column: &str,
        part: Part,
        asking: Asking,
    ) -> Result<BoardWindow, Error> {
        let (query, column) = (query.clone(), column.to_owned());
        self.database
            .read(move |connection| {
                let places = Places::find(connection, &sources)?;
                let matching = matching::matching(connection, &places, &asking, &query)?;
                board::window(connection, &sources, matching.as_ref(), &column, part)
            })
            .await
    }

    /// The cases that match, in groups; at most `limit` of these.
    pub(crate) async fn groups(
        &self,
        sources: Vec<NamedSource>,
        query: &BoardQuery,
        (grouping, limit): (Grouping, u32),
        asking: Asking,
    ) -> Result<Groups, Error> {
        let query = query.clone();
        self.database
            .read(move |connection| {
                let places = Places::find(connection, &sources)?;
                let meaning = matching::meaning(connection, &places, &asking, &query)?;
                let matching = meaning.matching.as_ref();
                let groups = groups::groups(connection, &sources, matching, grouping, limit)?;
                Ok(Groups {
                    search: meaning.searched,
                    ..groups
                })
            })
            .await
    }

    /// A window on the list of cases that match, or of one group of them.
    pub(crate) async fn list(
        &self,
        sources: Vec<NamedSource>,
        query: &BoardQuery,
        list: &ListPart,
        asking: Asking,
    ) -> Result<BoardWindow, Error> {
        let (query, list) = (query.clone(), list.clone());
        self.database
            .read(move |connection| {
                let places = Places::find(connection, &sources)?;
                let matching = matching::matching(connection, &places, &asking, &query)?;
                board::list(connection, &sources, matching.as_ref(), &list)
            })
            .await
    }

    /// A case as a face shows it; `base` is the deployment's address. `None` if it is not known.
    pub(crate) async fn case_detail(
        &self,
        named: NamedSource,
        case: &CaseRef,
        base: String,
        now: Timestamp,
    ) -> Result<Option<CaseDetail>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| view::case_detail(connection, &named, &case, &base, now))
            .await
    }

    /// The cases in these sources that a text may mean.
    pub(crate) async fn called(
        &self,
        sources: Vec<NamedSource>,
        called: Called,
    ) -> Result<Vec<CaseRow>, Error> {
        self.database
            .read(move |connection| called.find(connection, &sources))
            .await
    }

    /// Rows of those among these cases of one source that are known, in the order given.
    pub(crate) async fn rows(
        &self,
        named: NamedSource,
        ids: Vec<CaseId>,
    ) -> Result<Vec<CaseRow>, Error> {
        self.database
            .read(move |connection| {
                let mut keys = Vec::with_capacity(ids.len());
                for id in ids {
                    let source = named.source.clone();
                    keys.extend(cases::key(connection, &CaseRef { source, id })?);
                }
                let places = Places::find(connection, std::slice::from_ref(&named))?;
                row::of(connection, &places, &keys)
            })
            .await
    }

    /// The texts of a case as they were typed.
    pub(crate) async fn texts(&self, case: &CaseRef) -> Result<Option<CaseTexts>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| view::texts(connection, &case))
            .await
    }

    /// Short name of a case, and its title as it shows.
    pub(crate) async fn handle(
        &self,
        named: NamedSource,
        case: &CaseRef,
    ) -> Result<Option<(String, String)>, Error> {
        let case = case.clone();
        self.database
            .read(move |connection| {
                let Some(key) = cases::key(connection, &case)? else {
                    return Ok(None);
                };
                let handle = row::handle(connection, &named, &case.id)?;
                Ok(Some((handle, cases::shown(connection, key)?.title)))
            })
            .await
    }
}

#[cfg(test)]
pub(crate) mod tests;

//! Alerts that were dropped, before they are attached: where they live, and which cases they may belong to.

use std::collections::{BTreeSet, HashMap, HashSet};

use futures::StreamExt as _;
use kibana_cases::{AlertHit, AlertId, CaseId};

use super::{Desk, live::Live};
use crate::{
    alerts::{
        read,
        resolve::{self, Named, NamedSpace},
        suggest, summary,
    },
    cache::{NamedSource, mine},
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    plain::visible,
    view::{
        CaseLink, CaseRow, Dropped, FoundId, FoundPlace, Hint, MayBe, ResolvedAlert, Suggestion,
        Suggestions, Tray, Whereabouts,
    },
};

/// Where ids were found so far.
struct Resolving<T> {
    places: HashMap<AlertId, Vec<FoundPlace>>,
    unasked: BTreeSet<String>,
    tell: T,
}

impl Desk {
    /// Reads what was dropped or pasted; nobody is asked. `column` names the one that holds the ids, where a table did not tell.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn read_drop(
        &self,
        text: String,
        column: Option<String>,
    ) -> Result<Dropped, CommandError> {
        let text = tokio::task::spawn_blocking(move || read(&text, column.as_deref()))
            .await
            .expect("reading a text does not panic");
        let mut cases = Vec::new();
        for link in &text.cases {
            cases.extend(self.linked(link).await?);
        }
        Ok(Dropped { text, cases })
    }

    /// What waits in the Tray.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read.
    pub async fn tray(&self) -> Result<Tray, CommandError> {
        Ok(self.inner.mirror.database().read(mine::tray).await?)
    }

    /// Keeps what waits in the Tray.
    ///
    /// # Errors
    /// `cache_unreadable` if it cannot be kept.
    pub async fn put_tray(&self, tray: Tray) -> Result<(), CommandError> {
        let database = self.inner.mirror.database();
        let put = database.write(move |transaction| mine::put_tray(transaction, &tray));
        Ok(put.await?)
    }

    /// Finds out where alerts live: from what is known here, then from the source that a hint names, then from every other source
    /// in use, all at once. Tells what each answer found as soon as it is there, and an alert again if it is found in another
    /// source, too; what was found nowhere comes last, with what it may be. A word that only might have been an id, and belongs to
    /// nothing, is not told.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read. Sources that do not answer are told with each id.
    pub async fn resolve_alerts(
        &self,
        ids: &[FoundId],
        tell: impl FnMut(Vec<ResolvedAlert>) + Send,
    ) -> Result<(), CommandError> {
        let (sources, unasked) = self.askable_sources();
        let mut resolving = Resolving {
            places: HashMap::new(),
            unasked,
            tell,
        };
        self.tell_known(ids, &sources, &mut resolving).await?;
        let mut hinted: HashMap<&AlertId, &SourceId> = HashMap::new();
        let mut first: HashMap<&SourceId, Vec<AlertId>> = HashMap::new();
        for found in ids.iter().filter(|found| !resolving.has(&found.id)) {
            let hint = found.hint.as_deref();
            if let Some(source) = hint.and_then(|hint| self.hinted(hint, &sources)) {
                hinted.insert(&found.id, source);
                first.entry(source).or_default().push(found.id.clone());
            }
        }
        resolving
            .ask(&sources, |source| first.remove(source).unwrap_or_default())
            .await;
        let rest: Vec<_> = ids
            .iter()
            .filter(|found| !resolving.has(&found.id))
            .map(|found| &found.id)
            .collect();
        let of_source = |source: &SourceId| {
            let unhinted = rest.iter().filter(|id| hinted.get(*id) != Some(&source));
            unhinted.map(|&id| id.clone()).collect()
        };
        resolving.ask(&sources, of_source).await;
        let nowhere: Vec<_> = ids
            .iter()
            .filter(|found| !resolving.has(&found.id))
            .collect();
        self.tell_nowhere(nowhere, sources, &mut resolving).await?;
        Ok(())
    }

    /// Where alerts of one source may be attached.
    ///
    /// # Errors
    /// `not_found` for a source that is not there; why its Kibana did not answer, where an alert is not known here.
    pub async fn suggest_cases(
        &self,
        source: &SourceId,
        ids: &[AlertId],
    ) -> Result<Suggestions, CommandError> {
        let named = self.named(source)?;
        let known = self
            .inner
            .mirror
            .known_alerts(vec![source.clone()], ids.to_vec());
        let known = known.await?.into_values().flatten();
        let mut hits: Vec<AlertHit> = known.map(|known| known.hit).collect();
        let here: HashSet<_> = hits.iter().map(|hit| hit.id.clone()).collect();
        let missing: Vec<_> = ids
            .iter()
            .filter(|id| !here.contains(id))
            .cloned()
            .collect();
        let space = self.space(source)?;
        if !missing.is_empty() {
            hits.extend(resolve::in_source(&space, &missing).await?.into_values());
        }
        hits.sort_by(|left, right| left.id.cmp(&right.id));
        let me = self.inner.outbox.us(&source.deployment, &space).await;
        let me = me.ok().and_then(|me| me.profile_uid);
        let new_case = suggest::draft(&hits);
        let near = self.inner.mirror.cases_near(source.clone(), hits).await?;
        let ranked = suggest::rank(near, me.as_deref(), self.inner.clock.now());
        let is_new_first = ranked
            .first()
            .is_none_or(|best| best.score < suggest::LIKELY);
        let cases: Vec<CaseId> = ranked.iter().map(|one| one.id.clone()).collect();
        let mut rows = self.inner.mirror.rows(named, cases).await?;
        let cases = ranked.into_iter().filter_map(|one| {
            let at = rows.iter().position(|row| row.case.id == one.id)?;
            Some(Suggestion {
                row: rows.swap_remove(at),
                score: one.score,
                reasons: one.reasons,
            })
        });
        Ok(Suggestions {
            cases: cases.collect(),
            is_new_first,
            new_case,
        })
    }

    /// Every source in use, and the names of those that cannot be asked.
    pub(super) fn askable_sources(&self) -> (Vec<NamedSpace>, BTreeSet<String>) {
        let seen = self.sources_in_use();
        let state = self.state();
        let (mut askable, mut unasked) = (Vec::new(), BTreeSet::new());
        for named in seen {
            let name = visible(&format!(
                "{} / {}",
                named.deployment_name, named.source.space
            ));
            match state.space(&named.source) {
                Ok(space) => askable.push(NamedSpace {
                    source: named.source,
                    name,
                    space,
                }),
                Err(_) => drop(unasked.insert(name)),
            }
        }
        (askable, unasked)
    }

    /// The case that a link leads to, if it is known here.
    async fn linked(&self, link: &CaseLink) -> Result<Option<CaseRow>, Error> {
        let (sources, _) = self.askable_sources();
        let (kibana, space) = (link.kibana.as_deref(), link.space.as_deref());
        let source = kibana.and_then(|kibana| self.source_at(kibana, space?, &sources));
        let Some(source) = source else {
            return Ok(None);
        };
        let rows = self
            .inner
            .mirror
            .rows(self.named(source)?, vec![link.id.clone()]);
        Ok(rows.await?.pop())
    }

    /// The source in use that a hint names.
    fn hinted<'a>(&self, hint: &Hint, sources: &'a [NamedSpace]) -> Option<&'a SourceId> {
        self.source_at(hint.kibana.as_deref()?, hint.space.as_deref()?, sources)
    }

    /// The source in use of a Kibana at this address.
    fn source_at<'a>(
        &self,
        kibana: &str,
        space: &str,
        sources: &'a [NamedSpace],
    ) -> Option<&'a SourceId> {
        let state = self.state();
        let is_it = |live: &&Live| address(&live.saved.url) == address(kibana);
        let mut deployments = state.deployments.iter().filter(is_it);
        deployments.find_map(|live| {
            let mut sources = sources.iter().map(|named| &named.source);
            sources
                .find(|source| source.deployment == live.saved.id && source.space.as_str() == space)
        })
    }

    async fn tell_known<T: FnMut(Vec<ResolvedAlert>) + Send>(
        &self,
        ids: &[FoundId],
        sources: &[NamedSpace],
        resolving: &mut Resolving<T>,
    ) -> Result<(), Error> {
        let wanted = sources.iter().map(|named| named.source.clone()).collect();
        let ids_wanted = ids.iter().map(|found| found.id.clone()).collect();
        let mut known = self.inner.mirror.known_alerts(wanted, ids_wanted).await?;
        let mut told = Vec::new();
        for found in ids {
            for known in known.remove(&found.id).unwrap_or_default() {
                let named = sources.iter().find(|named| named.source == known.source);
                if let Some(named) = named {
                    resolving.found(named, &known.hit, Some(known.cases));
                    told.push(found.id.clone());
                }
            }
        }
        resolving.tell_found(&told);
        Ok(())
    }

    /// Tells what was found nowhere, and what it may be.
    async fn tell_nowhere<T: FnMut(Vec<ResolvedAlert>) + Send>(
        &self,
        nowhere: Vec<&FoundId>,
        sources: Vec<NamedSpace>,
        resolving: &mut Resolving<T>,
    ) -> Result<(), Error> {
        let uuids = nowhere.iter().filter(|found| is_uuid(&found.id));
        let uuids: Vec<_> = uuids.map(|found| found.id.clone()).collect();
        let mut may_be = self.cases_called(&uuids).await?;
        let rest: Vec<_> = uuids
            .into_iter()
            .filter(|id| !may_be.contains_key(id))
            .collect();
        if !rest.is_empty() {
            let answering = sources
                .into_iter()
                .filter(|named| !resolving.unasked.contains(&named.name));
            let named = resolve::named_in(answering.collect(), &rest).await;
            may_be.extend(named.into_iter().map(|(id, (source, what))| {
                let shown = |name: Option<String>| name.map(|name| visible(&name));
                let what = match what {
                    Named::Rule(name) => MayBe::Rule {
                        source,
                        name: shown(name),
                    },
                    Named::Agent(host) => MayBe::Agent {
                        source,
                        host: shown(host),
                    },
                };
                (id, what)
            }));
        }
        let unasked: Vec<_> = resolving.unasked.iter().cloned().collect();
        let nowhere = nowhere
            .into_iter()
            .filter(|found| found.certain || !unasked.is_empty());
        let told = nowhere.map(|found| ResolvedAlert {
            id: found.id.clone(),
            whereabouts: Whereabouts::NotFound {
                may_be: may_be.remove(&found.id).or_else(|| by_form(found)),
                unasked: unasked.clone(),
            },
        });
        (resolving.tell)(told.collect());
        Ok(())
    }

    /// Which of these ids are those of cases.
    async fn cases_called(&self, ids: &[AlertId]) -> Result<HashMap<AlertId, MayBe>, Error> {
        let mut called = HashMap::new();
        let cases: Vec<CaseId> = ids
            .iter()
            .filter_map(|id| id.as_str().parse().ok())
            .collect();
        let sources: Vec<NamedSource> = self.state().sources_in_use();
        for named in sources.into_iter().filter(|_| !cases.is_empty()) {
            for row in self.inner.mirror.rows(named, cases.clone()).await? {
                let CaseRef { source, id } = row.case;
                if let Ok(alert) = id.as_str().parse() {
                    let case = CaseRef { source, id };
                    called.insert(
                        alert,
                        MayBe::Case {
                            case,
                            title: row.title,
                        },
                    );
                }
            }
        }
        Ok(called)
    }
}

impl<T: FnMut(Vec<ResolvedAlert>) + Send> Resolving<T> {
    fn has(&self, id: &AlertId) -> bool {
        self.places.contains_key(id)
    }

    /// Asks sources, each for its ids.
    async fn ask(
        &mut self,
        sources: &[NamedSpace],
        mut of_source: impl FnMut(&SourceId) -> Vec<AlertId>,
    ) {
        let asked = sources
            .iter()
            .map(|named| (named.clone(), of_source(&named.source)));
        let mut answers = std::pin::pin!(resolve::ask(asked.collect()));
        while let Some((named, answer)) = answers.next().await {
            let Ok(hits) = answer else {
                self.unasked.insert(named.name);
                continue;
            };
            let mut newest = HashMap::new();
            for hit in hits {
                resolve::keep_newest(&mut newest, hit);
            }
            for hit in newest.values() {
                self.found(&named, hit, None);
            }
            self.tell_found(newest.keys());
        }
    }

    /// Tells where these alerts were found so far.
    fn tell_found<'a>(&mut self, ids: impl IntoIterator<Item = &'a AlertId>) {
        let told = ids.into_iter().map(|id| ResolvedAlert {
            id: id.clone(),
            whereabouts: Whereabouts::Found {
                places: self.places.get(id).cloned().unwrap_or_default(),
            },
        });
        let told: Vec<_> = told.collect();
        if !told.is_empty() {
            (self.tell)(told);
        }
    }

    /// Notes where an alert was found. `cases` hold it, where that is known better than its document knows it.
    fn found(&mut self, named: &NamedSpace, hit: &AlertHit, cases: Option<Vec<CaseId>>) {
        let told = || {
            let cases = hit.case_ids()?.into_iter();
            Some(cases.filter_map(|id| id.parse().ok()).collect())
        };
        let places = self.places.entry(hit.id.clone()).or_default();
        places.push(FoundPlace {
            source: named.source.clone(),
            name: named.name.clone(),
            index: visible(&hit.index),
            summary: summary(hit),
            cases: cases.or_else(told),
        });
    }
}

/// What its form says that an id may be.
fn by_form(found: &FoundId) -> Option<MayBe> {
    let id = found.id.as_str();
    let is_hash = [40, 64].contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash {
        Some(MayBe::FileHash)
    } else {
        (id.len() == 20 && found.certain).then_some(MayBe::Event)
    }
}

fn is_uuid(id: &AlertId) -> bool {
    id.as_str().len() == 36 && id.as_str().parse::<CaseId>().is_ok()
}

/// An address without what two people may write differently.
fn address(url: &str) -> String {
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    address.trim_end_matches('/').to_ascii_lowercase()
}

#[cfg(test)]
pub(super) mod tests;

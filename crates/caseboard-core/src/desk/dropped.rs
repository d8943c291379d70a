//! Alerts that were dropped, before they are attached: where they live, and which cases they may belong to.

use std::collections::{BTreeSet, HashMap, HashSet};

use futures::StreamExt as _;
use kibana_cases::{AlertHit, AlertId, CaseId};

use super::{Desk, live::Live};
use crate::{
    alerts::{
        resolve::{self, Named, NamedSpace},
        suggest, summary,
    },
    cache::NamedSource,
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    plain::visible,
    view::{FoundId, FoundPlace, Hint, MayBe, ResolvedAlert, Suggestion, Suggestions, Whereabouts},
};

/// Where ids were found so far.
struct Resolving<T> {
    places: HashMap<AlertId, Vec<FoundPlace>>,
    unasked: BTreeSet<String>,
    tell: T,
}

impl Desk {
    /// Finds out where alerts live: from what is known here, then from the source that a hint names, then from every other source
    /// in use, all at once. Tells each as soon as it is found, and again if it is found in another source, too; what was found
    /// nowhere comes last, with what it may be. A word that only might have been an id, and belongs to nothing, is not told.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read. Sources that do not answer are told with each id.
    pub async fn resolve_alerts(
        &self,
        ids: &[FoundId],
        tell: impl FnMut(ResolvedAlert) + Send,
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

    /// The source in use that a hint names.
    fn hinted<'a>(&self, hint: &Hint, sources: &'a [NamedSpace]) -> Option<&'a SourceId> {
        let (kibana, space) = (hint.kibana.as_deref()?, hint.space.as_deref()?);
        let state = self.state();
        let is_it = |live: &&Live| address(&live.saved.url) == address(kibana);
        let mut deployments = state.deployments.iter().filter(is_it);
        deployments.find_map(|live| {
            let mut sources = sources.iter().map(|named| &named.source);
            sources
                .find(|source| source.deployment == live.saved.id && source.space.as_str() == space)
        })
    }

    async fn tell_known<T: FnMut(ResolvedAlert) + Send>(
        &self,
        ids: &[FoundId],
        sources: &[NamedSpace],
        resolving: &mut Resolving<T>,
    ) -> Result<(), Error> {
        let wanted = sources.iter().map(|named| named.source.clone()).collect();
        let ids_wanted = ids.iter().map(|found| found.id.clone()).collect();
        let mut known = self.inner.mirror.known_alerts(wanted, ids_wanted).await?;
        for found in ids {
            for known in known.remove(&found.id).unwrap_or_default() {
                let named = sources.iter().find(|named| named.source == known.source);
                if let Some(named) = named {
                    resolving.found(named, &known.hit, Some(known.cases));
                }
            }
        }
        Ok(())
    }

    /// Tells what was found nowhere, and what it may be.
    async fn tell_nowhere<T: FnMut(ResolvedAlert) + Send>(
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
        for found in nowhere
            .into_iter()
            .filter(|found| found.certain || !unasked.is_empty())
        {
            let may_be = may_be.remove(&found.id).or_else(|| by_form(found));
            (resolving.tell)(ResolvedAlert {
                id: found.id.clone(),
                whereabouts: Whereabouts::NotFound {
                    may_be,
                    unasked: unasked.clone(),
                },
            });
        }
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

impl<T: FnMut(ResolvedAlert) + Send> Resolving<T> {
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
            for hit in newest.into_values() {
                self.found(&named, &hit, None);
            }
        }
    }

    /// Notes and tells where an alert was found. `cases` hold it, where that is known better than its document knows it.
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
        (self.tell)(ResolvedAlert {
            id: hit.id.clone(),
            whereabouts: Whereabouts::Found {
                places: places.clone(),
            },
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
mod tests;

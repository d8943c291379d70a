//! Asks sources for alerts: in batches, at most four requests a deployment at a time, and tells each answer as it comes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::{Stream, StreamExt as _, stream};
use kibana_cases::{AlertHit, AlertId, AlertQuery, SearchAlerts, Space};
use serde_json::Value;

use crate::{
    error::Error,
    id::{DeploymentId, SourceId},
};

/// Ids in one request.
pub(crate) const BATCH: usize = 500;
/// Requests under way to one deployment at once.
const AT_ONCE: usize = 4;
/// Alerts that are looked at to tell whether ids are those of rules or agents.
const SAMPLE: u64 = 1_000;

/// A source that can be asked, with its name for people: `PROD / soc`.
#[derive(Debug, Clone)]
pub(crate) struct NamedSpace {
    pub(crate) source: SourceId,
    pub(crate) name: String,
    pub(crate) space: Space,
}

/// Where ids were found outside the case's source, and who could not be asked.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere {
    /// Names of the sources that hold an id.
    pub(crate) found: HashMap<AlertId, BTreeSet<String>>,
    /// Names of the sources that did not answer.
    pub(crate) unasked: BTreeSet<String>,
}

/// What ids are that belong to no alert: name of a rule, or host of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Rule(Option<String>),
    Agent(Option<String>),
}

/// Asks each source for its ids. Every batch is one answer, in any order.
pub(crate) fn ask(
    asked: Vec<(NamedSpace, Vec<AlertId>)>,
) -> impl Stream<Item = (NamedSpace, Result<Vec<AlertHit>, Error>)> {
    let batches = asked.into_iter().flat_map(|(source, ids)| {
        let batches: Vec<_> = ids.chunks(BATCH).map(<[AlertId]>::to_vec).collect();
        batches
            .into_iter()
            .map(move |batch| (source.clone(), batch))
    });
    at_once(batches.map(|(source, batch)| {
        let deployment = source.source.deployment.clone();
        let request = async move {
            let hits = source.space.alerts_by_id(&batch).await;
            let hits = hits.map(|hits| hits.into_iter().collect());
            (source, hits.map_err(Error::from))
        };
        (deployment, request)
    }))
}

/// The documents of those ids that live in this source. Where an id lies in two indices, the newest document counts.
///
/// # Errors
/// Fails as a whole: an id is never called unknown because a request failed.
pub(crate) async fn in_source(
    space: &Space,
    ids: &[AlertId],
) -> Result<HashMap<AlertId, AlertHit>, Error> {
    let batches: Vec<_> = ids.chunks(BATCH).map(<[AlertId]>::to_vec).collect();
    let requests = stream::iter(batches)
        .map(|batch| async move { space.alerts_by_id(&batch).await })
        .buffer_unordered(AT_ONCE);
    let answers: Vec<_> = requests.collect().await;
    let mut found = HashMap::new();
    for answer in answers {
        for hit in answer? {
            keep_newest(&mut found, hit);
        }
    }
    Ok(found)
}

/// Keeps the newest document of an alert.
pub(crate) fn keep_newest(found: &mut HashMap<AlertId, AlertHit>, hit: AlertHit) {
    match found.get(&hit.id) {
        Some(known) if known.created_at() >= hit.created_at() => {}
        Some(_) | None => drop(found.insert(hit.id.clone(), hit)),
    }
}

/// Asks other sources for ids that the case's own does not hold.
pub(crate) async fn elsewhere(sources: Vec<NamedSpace>, ids: &[AlertId]) -> Elsewhere {
    let mut elsewhere = Elsewhere::default();
    let asked = sources.into_iter().map(|source| (source, ids.to_vec()));
    let mut answers = std::pin::pin!(ask(asked.collect()));
    while let Some((source, answer)) = answers.next().await {
        match answer {
            Ok(hits) => {
                for hit in hits {
                    let names = elsewhere.found.entry(hit.id).or_default();
                    names.insert(source.name.clone());
                }
            }
            Err(_) => drop(elsewhere.unasked.insert(source.name)),
        }
    }
    elsewhere
}

/// Which of these ids are those of rules or agents, by what the alerts of each source name: at most two requests a source.
/// Sources that do not answer tell nothing.
pub(crate) async fn named_in(
    sources: Vec<NamedSpace>,
    ids: &[AlertId],
) -> HashMap<AlertId, (String, Named)> {
    let requests = sources.into_iter().map(|source| {
        let deployment = source.source.deployment.clone();
        let request = async move {
            let found = names_of(&source.space, ids).await;
            (source.name, found)
        };
        (deployment, request)
    });
    let mut named = HashMap::new();
    let mut answers = std::pin::pin!(at_once(requests));
    while let Some((name, answer)) = answers.next().await {
        for (id, what) in answer {
            named.entry(id).or_insert_with(|| (name.clone(), what));
        }
    }
    named
}

async fn names_of(space: &Space, ids: &[AlertId]) -> Vec<(AlertId, Named)> {
    let rules = documents(
        space,
        ids,
        "kibana.alert.rule.uuid",
        "kibana.alert.rule.name",
    )
    .await;
    let mut named: Vec<_> = rules
        .into_iter()
        .map(|(id, name)| (id, Named::Rule(name)))
        .collect();
    let rest: Vec<_> = ids
        .iter()
        .filter(|id| !named.iter().any(|(known, _)| known == *id))
        .cloned()
        .collect();
    if !rest.is_empty() {
        let agents = documents(space, &rest, "agent.id", "host.name").await;
        named.extend(
            agents
                .into_iter()
                .map(|(id, host)| (id, Named::Agent(host))),
        );
    }
    named
}

/// Ids that stand in a field of some alert, with what another field of it says.
async fn documents(
    space: &Space,
    ids: &[AlertId],
    field: &str,
    told: &str,
) -> BTreeMap<AlertId, Option<String>> {
    let values = ids.iter().map(|id| id.as_str().into()).collect();
    let search = SearchAlerts {
        query: AlertQuery::AnyOf(field.to_owned(), values),
        size: SAMPLE,
        fields: vec![field.to_owned(), told.to_owned()],
        count: false,
        ..SearchAlerts::default()
    };
    let Ok(found) = space.search_alerts(&search).await else {
        return BTreeMap::new();
    };
    let hits = found.alerts.items.iter();
    hits.filter_map(|hit| {
        let id = text(hit.source(), field)?.parse().ok()?;
        Some((id, text(hit.source(), told).map(str::to_owned)))
    })
    .collect()
}

/// A field of a document, flat or nested, alone or the first of a list.
fn text<'a>(source: &'a Value, name: &str) -> Option<&'a str> {
    let nested = || {
        name.split('.')
            .try_fold(source, |value, key| value.get(key))
    };
    match source.get(name).or_else(nested)? {
        Value::Array(values) => values.first()?.as_str(),
        value => value.as_str(),
    }
}

/// Runs requests, at most so many of a deployment at once.
fn at_once<F: Future>(
    requests: impl Iterator<Item = (DeploymentId, F)>,
) -> impl Stream<Item = F::Output> {
    let mut of_deployments: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (deployment, request) in requests {
        of_deployments.entry(deployment).or_default().push(request);
    }
    let of_deployments = of_deployments.into_values();
    stream::select_all(
        of_deployments
            .map(|requests| stream::iter(requests).buffer_unordered(AT_ONCE))
            .map(Box::pin),
    )
}

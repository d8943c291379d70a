//! From the side of an alert: all that it says, which cases hold it, alerts that a text names anywhere, and where they stand.

use std::collections::BTreeMap;

use futures::future::join_all;
use kibana_cases::{AlertHit, AlertId, AlertQuery, AlertSort, CaseId, SearchAlerts};
use serde_json::Value;

use super::{
    Desk,
    ask::{alert_view, count},
};
use crate::{
    alerts::{resolve, summary},
    cache::{KnownAlert, NamedSource, shown_json},
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    outbox::{AlertStatuses, Change},
    plain::visible,
    search::refang,
    view::{
        AlertCase, AlertDetail, AlertField, AlertSearch, AlertThere, AlertsThere, EntryView,
        KeptAlert, NewAlertStatus,
    },
};

/// Alerts of each source that a search tells.
const MOST_FOUND: u32 = 50;
/// Alerts that are given another status at once.
const MOST_SET: usize = 1_000;
/// Fields in which a text is looked for.
const NAMED_IN: &[&str] = &[
    "host.name",
    "user.name",
    "kibana.alert.rule.name",
    "kibana.alert.rule.uuid",
    "file.hash.md5",
    "file.hash.sha1",
    "file.hash.sha256",
    "process.hash.md5",
    "process.hash.sha1",
    "process.hash.sha256",
];
/// Fields that only an address can be asked for in.
const ADDRESSES: &[&str] = &["source.ip", "destination.ip", "host.ip"];

impl Desk {
    /// An alert of one source in full: as Kibana has it now, else as it was last read with a case that holds it.
    ///
    /// # Errors
    /// `not_found` if neither Kibana nor this computer has it; why Kibana did not answer, if this computer does not know it.
    pub async fn alert_detail(
        &self,
        source: &SourceId,
        alert: &AlertId,
    ) -> Result<AlertDetail, CommandError> {
        let named = self.named(source)?;
        let known = self.known_alert(source, alert).await?;
        let hit = self.whole_alert(source, alert).await;
        let (hit, kept) = match (hit, &known) {
            (Ok(Some(hit)), _) => (hit, None),
            (Ok(None), Some(known)) => (known.hit.clone(), Some(kept(known, None))),
            (Err(error), Some(known)) => (known.hit.clone(), Some(kept(known, Some(error)))),
            (Ok(None), None) => return Err(Error::Unknown { what: "alert" }.into()),
            (Err(error), None) => return Err(error.into()),
        };
        let mut cases: Vec<CaseId> = known.map(|known| known.cases).unwrap_or_default();
        if kept.is_none() {
            let told = hit.case_ids().unwrap_or_default();
            let told = told.iter().filter_map(|id| id.parse().ok());
            let new: Vec<_> = told.filter(|id| !cases.contains(id)).collect();
            cases.extend(new);
        }
        Ok(AlertDetail {
            id: hit.id.clone(),
            source: source.clone(),
            place: place(&named),
            index: visible(&hit.index),
            summary: summary(&hit),
            fields: fields(hit.source()),
            raw: shown_json(hit.source()),
            cases: self.cases_of(named, cases).await?,
            kept,
        })
    }

    /// Alerts of every source in use that a text names: by id, host, user, rule, address or hash, exactly.
    ///
    /// # Errors
    /// `invalid_input` for an empty text; `cache_unreadable` if what is kept on this computer cannot be read. Sources that do not
    /// answer are told in the answer.
    pub async fn search_alerts(&self, text: &str) -> Result<AlertSearch, CommandError> {
        let text = refang(text.trim());
        if text.is_empty() {
            return Err(Error::input("text", "there is nothing to look for").into());
        }
        let asked = self.sources_in_use().into_iter().map(|named| {
            let text = &text;
            async move {
                let name = place(&named);
                (name, self.named_in(named, text).await)
            }
        });
        let mut search = AlertSearch {
            places: Vec::new(),
            unasked: Vec::new(),
        };
        for (name, there) in join_all(asked).await {
            match there {
                Ok(there) => search.places.extend(there),
                Err(_) => search.unasked.push(name),
            }
        }
        Ok(search)
    }

    /// Gives alerts of a case another status. The case stays as it is; where it sets the status of its alerts, its next change
    /// of status sets them again.
    ///
    /// # Errors
    /// `invalid_input` for none or more than 1,000; `not_found` if the case is not known; `cache_unreadable` if it could not be
    /// taken in.
    pub async fn set_alert_status(
        &self,
        case: &CaseRef,
        ids: Vec<AlertId>,
        status: NewAlertStatus,
    ) -> Result<EntryView, CommandError> {
        if ids.is_empty() || ids.len() > MOST_SET {
            let reason = format!("give 1 to {MOST_SET} of them");
            return Err(Error::input("alerts", reason).into());
        }
        let case = &self.real(case).await?;
        let sources = vec![case.source.clone()];
        let known = self.inner.mirror.known_alerts(sources, ids.clone()).await?;
        let stood = |id: &AlertId| known.get(id)?.first()?.hit.workflow_status();
        let alerts = ids.into_iter().map(|id| (id.clone(), stood(&id)));
        let change = Change::SetAlertStatus(AlertStatuses {
            alerts: alerts.collect(),
            status: status.as_str().to_owned(),
        });
        Ok(self.change(case, change).await?)
    }

    /// What is kept here of an alert of a case.
    async fn known_alert(
        &self,
        source: &SourceId,
        alert: &AlertId,
    ) -> Result<Option<KnownAlert>, Error> {
        let sources = vec![source.clone()];
        let known = self.inner.mirror.known_alerts(sources, vec![alert.clone()]);
        Ok(known.await?.remove(alert).and_then(|mut known| known.pop()))
    }

    /// The whole document of an alert; the newest, where it lies in two indices.
    async fn whole_alert(
        &self,
        source: &SourceId,
        alert: &AlertId,
    ) -> Result<Option<AlertHit>, Error> {
        let search = SearchAlerts {
            query: AlertQuery::Ids(vec![alert.clone()]),
            size: 2,
            fields: vec!["*".to_owned()],
            count: false,
            ..SearchAlerts::default()
        };
        let found = self.space(source)?.search_alerts(&search).await?;
        let mut newest = std::collections::HashMap::new();
        for hit in found.alerts {
            resolve::keep_newest(&mut newest, hit);
        }
        Ok(newest.remove(alert))
    }

    async fn cases_of(
        &self,
        named: NamedSource,
        ids: Vec<CaseId>,
    ) -> Result<Vec<AlertCase>, Error> {
        // What cannot be read now is left out, as a case is that was deleted meanwhile.
        let rows = match self.rows_now(named.clone(), ids.clone()).await {
            Ok(rows) => rows,
            Err(_) => self.inner.mirror.rows(named, ids).await?,
        };
        let mut cases = Vec::with_capacity(rows.len());
        for row in rows {
            let (shown, _) = self.shown_case(&row.case).await?;
            cases.push(AlertCase {
                sync_alerts: shown.settings.sync_alerts,
                row,
            });
        }
        Ok(cases)
    }

    async fn named_in(&self, named: NamedSource, text: &str) -> Result<Option<AlertsThere>, Error> {
        let is_address = text.parse::<std::net::IpAddr>().is_ok();
        let addresses: &[_] = if is_address { ADDRESSES } else { &[] };
        let mut any: Vec<_> = NAMED_IN
            .iter()
            .chain(addresses)
            .map(|field| AlertQuery::is(*field, text))
            .collect();
        let id: Option<AlertId> = text.parse().ok();
        any.extend(id.clone().map(|id| AlertQuery::Ids(vec![id])));
        let search = SearchAlerts {
            query: AlertQuery::Or(any),
            size: MOST_FOUND.into(),
            sort: vec![AlertSort {
                field: "@timestamp".to_owned(),
                descending: true,
            }],
            ..SearchAlerts::default()
        };
        let found = self.space(&named.source)?.search_alerts(&search).await?;
        let mut hits = found.alerts.items;
        let mut total = u32::try_from(found.total).unwrap_or(u32::MAX);
        let mut cases_of: BTreeMap<String, Vec<CaseId>> = BTreeMap::new();
        for hit in &hits {
            let cases = hit.case_ids().unwrap_or_default();
            let cases = cases.iter().filter_map(|id| id.parse().ok());
            cases_of.insert(hit.id.to_string(), cases.collect());
        }
        // A case may hold an alert that no index has any more.
        if let Some(id) = id.filter(|id| hits.iter().all(|hit| hit.id != *id))
            && let Some(known) = self.known_alert(&named.source, &id).await?
        {
            cases_of.insert(id.to_string(), known.cases);
            hits.push(known.hit);
            total += 1;
        }
        if hits.is_empty() {
            return Ok(None);
        }
        let mut ids: Vec<_> = cases_of.values().flatten().cloned().collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = self.inner.mirror.rows(named.clone(), ids).await?;
        let alerts = hits.iter().map(|hit| {
            let cases = cases_of.get(hit.id.as_str()).into_iter().flatten();
            let row = |id: &CaseId| rows.iter().find(|row| row.case.id == *id).cloned();
            AlertThere {
                alert: alert_view(hit),
                cases: cases.filter_map(row).collect(),
            }
        });
        Ok(Some(AlertsThere {
            name: place(&named),
            total: total.max(count(hits.len())),
            alerts: alerts.collect(),
            source: named.source,
        }))
    }
}

/// A source as people read it.
pub(super) fn place(named: &NamedSource) -> String {
    visible(&format!(
        "{} / {}",
        named.deployment_name, named.source.space
    ))
}

fn kept(known: &KnownAlert, problem: Option<Error>) -> KeptAlert {
    KeptAlert {
        at: known.read_at.map(|at| at.to_string()),
        problem: problem.map(CommandError::from),
    }
}

/// Every value of a document under its dotted name.
fn fields(document: &Value) -> Vec<AlertField> {
    let mut named = BTreeMap::new();
    walk(document, "", &mut named);
    let fields = named.into_iter();
    fields
        .map(|(name, values)| AlertField { name, values })
        .collect()
}

fn walk(value: &Value, name: &str, named: &mut BTreeMap<String, Vec<String>>) {
    let mut add = |name: &str, text: String| {
        named.entry(visible(name)).or_default().push(text);
    };
    match value {
        Value::Null => {}
        Value::String(text) => add(name, visible(text)),
        Value::Bool(_) | Value::Number(_) => add(name, value.to_string()),
        Value::Array(values) => {
            for value in values {
                walk(value, name, named);
            }
        }
        Value::Object(parts) => {
            for (key, value) in parts {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                walk(value, &name, named);
            }
        }
    }
}

#[cfg(test)]
mod tests;

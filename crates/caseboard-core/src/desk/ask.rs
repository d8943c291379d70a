//! Asks Kibana itself, where the answer has to be its own or the mirror does not hold it.

use futures::future::join_all;
use kibana_cases::{
    AlertHit, AlertId, AlertQuery, AlertSort, Bounds, CaseId, FindCases, SearchAlerts, UserAction,
    UserActionChange,
};

use super::{Desk, read::Pace};
use crate::{
    alerts::{resolve, summary},
    cache::{NamedSource, person},
    code::{CommandError, ErrorCode},
    error::Error,
    id::{CaseRef, SourceId},
    plain::visible,
    view::{
        AlertFilter, AlertLookup, AlertPlace, CaseDetail, CaseFilter, CaseRow, CaseTexts,
        FoundAlert, FoundAlerts, FoundCases, TimelineEntry,
    },
};

impl Desk {
    /// A case as Kibana has it now. If Kibana cannot be asked: as it was last read, with the problem; as it was typed, if it is
    /// not created yet.
    ///
    /// # Errors
    /// `not_found` if the case is gone; why Kibana cannot be asked, if nothing is known of the case.
    pub async fn read_case_now(&self, case: &CaseRef) -> Result<CaseDetail, CommandError> {
        let case = &self.real(case).await?;
        if case.is_local() {
            return Ok(self.detail(case).await?);
        }
        let read = match self.space(&case.source) {
            Ok(space) => Box::pin(self.try_read_case(case, &space, Pace::AtOnce)).await,
            Err(error) => Err(error),
        };
        let Err(error) = read else {
            return Ok(self.detail(case).await?);
        };
        let error = CommandError::from(error);
        if error.code == ErrorCode::NotFound {
            return Err(error);
        }
        match self.detail(case).await {
            Ok(detail) => Ok(CaseDetail {
                problem: Some(error),
                ..detail
            }),
            Err(_) => Err(error),
        }
    }

    /// The texts of a case as they were typed, from the mirror.
    ///
    /// # Errors
    /// `not_found` if the case is not known.
    pub async fn texts(&self, case: &CaseRef) -> Result<CaseTexts, CommandError> {
        self.see(&case.source)?;
        let texts = self.inner.mirror.texts(case).await?;
        Ok(texts.ok_or(Error::Unknown { what: "case" })?)
    }

    /// One page of Kibana's own find.
    ///
    /// # Errors
    /// `invalid_input` with the field or the limit; why Kibana did not answer.
    pub async fn find_cases(
        &self,
        source: &SourceId,
        filter: &CaseFilter,
    ) -> Result<FoundCases, CommandError> {
        let (space, named) = (self.space(source)?, self.named(source)?);
        let began = self.inner.mirror.begin().await?;
        let page = space.find_cases(&find(filter)).await.map_err(Error::from)?;
        let ids: Vec<_> = page.cases.iter().map(|case| case.id.clone()).collect();
        self.inner.mirror.put(source, page.cases, began).await?;
        Ok(FoundCases {
            total: page.total,
            rows: self.inner.mirror.rows(named, ids).await?,
            n_unreadable: count(page.unreadable.len()),
        })
    }

    /// Where an alert lives, in every source in use, and which cases hold it.
    ///
    /// # Errors
    /// `cache_unreadable` if what is kept on this computer cannot be read. Sources that do not answer are told in the answer.
    pub async fn look_up_alert(&self, alert: &AlertId) -> Result<AlertLookup, CommandError> {
        let sources = self.sources_in_use();
        let asked = sources.into_iter().map(|named| async move {
            let name = format!("{} / {}", named.deployment_name, named.source.space);
            let place = self.place_of_alert(named, name.clone(), alert).await;
            (name, place)
        });
        let mut lookup = AlertLookup {
            places: Vec::new(),
            unasked: std::collections::BTreeSet::new(),
        };
        for (name, place) in join_all(asked).await {
            match place {
                Ok(place) => lookup.places.extend(place),
                Err(_) => drop(lookup.unasked.insert(visible(&name))),
            }
        }
        Ok(lookup)
    }

    /// Alerts of one source, newest first.
    ///
    /// # Errors
    /// `invalid_input` for more than 10,000; why Kibana did not answer.
    pub async fn find_alerts(
        &self,
        source: &SourceId,
        filter: &AlertFilter,
    ) -> Result<FoundAlerts, CommandError> {
        let search = SearchAlerts {
            query: query(filter),
            size: filter.limit.into(),
            sort: vec![AlertSort {
                field: "@timestamp".to_owned(),
                descending: true,
            }],
            ..SearchAlerts::default()
        };
        let space = self.space(source)?;
        let found = space.search_alerts(&search).await.map_err(Error::from)?;
        Ok(FoundAlerts {
            total: u32::try_from(found.total).unwrap_or(u32::MAX),
            is_exact: found.is_exact && !found.timed_out && found.alerts.unreadable.is_empty(),
            alerts: found.alerts.items.iter().map(alert_view).collect(),
        })
    }

    /// Everything that was done to a case, oldest first.
    ///
    /// # Errors
    /// `not_found` if the case is gone; why Kibana did not answer.
    pub async fn timeline(&self, case: &CaseRef) -> Result<Vec<TimelineEntry>, CommandError> {
        let case = self.real(case).await?;
        if case.is_local() {
            return Ok(Vec::new());
        }
        let mut pages = self.space(&case.source)?.all_user_actions(&case.id);
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await {
            entries.extend(page.map_err(Error::from)?.items.iter().map(timeline_entry));
        }
        Ok(entries)
    }

    async fn place_of_alert(
        &self,
        named: NamedSource,
        name: String,
        alert: &AlertId,
    ) -> Result<Option<AlertPlace>, Error> {
        let space = self.space(&named.source)?;
        let found = resolve::in_source(&space, std::slice::from_ref(alert)).await;
        let hit = found.as_ref().ok().and_then(|found| found.get(alert));
        let cases: Vec<CaseId> = if let Some(ids) = hit.and_then(AlertHit::case_ids) {
            ids.iter().filter_map(|id| id.parse().ok()).collect()
        } else {
            let cases = space.cases_of_alert(alert).await?;
            cases.into_iter().map(|case| case.id).collect()
        };
        if hit.is_none() && cases.is_empty() {
            // Nobody can tell whether an alert is there that may not be read.
            return found.map(|_| None);
        }
        Ok(Some(AlertPlace {
            source: named.source.clone(),
            name: visible(&name),
            alert: hit.map(alert_view),
            cases: self.rows_now(named, cases).await?,
        }))
    }

    /// Rows of cases of one source; those that the mirror does not know are read, and those that are gone left out.
    pub(super) async fn rows_now(
        &self,
        named: NamedSource,
        ids: Vec<CaseId>,
    ) -> Result<Vec<CaseRow>, Error> {
        let known = self.inner.mirror.rows(named.clone(), ids.clone()).await?;
        let unknown = ids
            .iter()
            .filter(|id| !known.iter().any(|row| row.case.id == **id));
        let space = self.space(&named.source)?;
        let began = self.inner.mirror.begin().await?;
        let mut read = Vec::new();
        for id in unknown {
            match space.case(id).await {
                Ok(case) => read.push(case),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        if read.is_empty() {
            return Ok(known);
        }
        self.inner.mirror.put(&named.source, read, began).await?;
        self.inner.mirror.rows(named, ids).await
    }
}

fn find(filter: &CaseFilter) -> FindCases {
    FindCases {
        search: filter.search.clone(),
        tags: filter.tags.clone(),
        status: filter
            .status
            .iter()
            .map(|word| word.as_str().into())
            .collect(),
        severity: filter
            .severity
            .iter()
            .map(|word| word.as_str().into())
            .collect(),
        assignees: filter.assignees.clone(),
        reporters: filter.reporters.clone(),
        category: filter.category.clone(),
        owner: filter
            .owner
            .iter()
            .map(|word| word.as_str().into())
            .collect(),
        from: filter.from.clone(),
        to: filter.to.clone(),
        sort_field: filter.sort_field,
        descending: filter.descending,
        page: filter.page,
        per_page: filter.per_page,
        ..FindCases::default()
    }
}

fn query(filter: &AlertFilter) -> AlertQuery {
    let exact = [
        ("kibana.alert.rule.name", &filter.rule),
        ("host.name", &filter.host),
        ("user.name", &filter.user),
        ("kibana.alert.severity", &filter.severity),
        ("kibana.alert.workflow_status", &filter.status),
    ];
    let mut all: Vec<_> = exact
        .into_iter()
        .filter_map(|(field, value)| Some(AlertQuery::is(field, value.clone()?)))
        .collect();
    if filter.from.is_some() || filter.to.is_some() {
        let bounds = Bounds {
            from: filter.from.clone().map(Into::into),
            to: filter.to.clone().map(Into::into),
        };
        all.push(AlertQuery::Between("@timestamp".to_owned(), bounds));
    }
    if all.is_empty() {
        AlertQuery::All
    } else {
        AlertQuery::And(all)
    }
}

pub(super) fn alert_view(hit: &AlertHit) -> FoundAlert {
    FoundAlert {
        id: hit.id.clone(),
        index: visible(&hit.index),
        summary: summary(hit),
        n_cases: hit.case_ids().map(|ids| count(ids.len())),
    }
}

fn timeline_entry(action: &UserAction) -> TimelineEntry {
    TimelineEntry {
        at: action.created_at.to_string(),
        by: person(&action.created_by),
        action: visible(action.verb.as_str()),
        what: visible(action.kind.as_str()),
        values: values(action.change())
            .iter()
            .map(|text| visible(text))
            .collect(),
        attachment: action.comment_id.clone(),
    }
}

/// What a change set, added or took away, where that is short.
fn values(change: UserActionChange) -> Vec<String> {
    match change {
        UserActionChange::Title(title) => vec![title],
        UserActionChange::Status(status) => vec![status.to_string()],
        UserActionChange::Severity(severity) => vec![severity.to_string()],
        UserActionChange::Category(category) => category.into_iter().collect(),
        UserActionChange::Tags(tags) => tags,
        UserActionChange::Assignees(assignees) => {
            assignees.into_iter().map(|assignee| assignee.uid).collect()
        }
        UserActionChange::Observables(n) => vec![n.to_string()],
        UserActionChange::CreateCase(_)
        | UserActionChange::Description(_)
        | UserActionChange::Settings(_)
        | UserActionChange::Connector(_)
        | UserActionChange::CustomFields(_)
        | UserActionChange::Attachment(_)
        | UserActionChange::Pushed(_)
        | UserActionChange::Other => Vec::new(),
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

//! Opens a case: at once from the mirror, then freshly from Kibana in the background.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use kibana_cases::{AlertHit, AlertId, AttachedAlert, FindUserActions, Space, UserAction};

use super::{Desk, back_fill::Rhythm};
use crate::{
    alerts::resolve,
    cache::{Details, NO_VERSION},
    code::CommandError,
    error::Error,
    id::CaseRef,
    view::CaseDetail,
};

/// Details younger than this are not read again just because somebody looks.
const FRESH: Duration = Duration::from_secs(15);
/// User actions that Kibana shows of one case.
const MOST_USER_ACTIONS: u32 = 10_000;

/// How the requests of one reading follow each other.
#[derive(Clone, Copy)]
pub(super) enum Pace<'a> {
    /// Side by side: somebody waits.
    AtOnce,
    /// One by one, in the back-fill's rhythm.
    Slowly(&'a Rhythm),
}

impl Pace<'_> {
    async fn of<T>(self, request: impl Future<Output = T>) -> T {
        match self {
            Self::AtOnce => request.await,
            Self::Slowly(rhythm) => rhythm.turn(request).await,
        }
    }
}

impl Desk {
    /// A case from the mirror. If what is known of it is not fresh, reading begins, and `CaseChanged` tells when it is there.
    ///
    /// # Errors
    /// `not_found` if the case is not in a space in use.
    pub async fn open_case(&self, case: &CaseRef) -> Result<CaseDetail, CommandError> {
        let detail = self.detail(case).await?;
        let case = &detail.row.case;
        if !case.is_local() && self.begin_reading(case).await? {
            let (desk, case) = (self.clone(), case.clone());
            self.own(async move {
                let changed = desk.read_case(&case).await;
                desk.state().reading.remove(&case);
                if changed {
                    desk.tell_case(&case);
                }
            });
        }
        Ok(detail)
    }

    /// Reads a case and all that is attached to it. Tells whether anything changed; a failure is noted with the case.
    pub(super) async fn read_case(&self, case: &CaseRef) -> bool {
        let read = match self.space(&case.source) {
            Ok(space) => Box::pin(self.try_read_case(case, &space, Pace::AtOnce)).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(changed) => changed,
            Err(error) => self.note_problem(case, error.into()).await,
        }
    }

    /// Notes why a case could not be read. Tells whether that is news.
    pub(super) async fn note_problem(&self, case: &CaseRef, problem: CommandError) -> bool {
        let noted = self.inner.mirror.put_problem(case, problem).await;
        noted.unwrap_or_else(|error| {
            tracing::warn!(%error, "the problem of a case could not be noted");
            false
        })
    }

    /// The case comes first: what is read after it is of its version, or of a later one that is read again.
    pub(super) async fn try_read_case(
        &self,
        case: &CaseRef,
        space: &Space,
        pace: Pace<'_>,
    ) -> Result<bool, Error> {
        let began = self.inner.mirror.begin().await?;
        let read_at = self.inner.clock.now();
        let read = pace.of(space.case(&case.id)).await?;
        let (attachments, alerts, history) = futures::try_join!(
            async { Ok(pace.of(space.attachments(&case.id)).await?) },
            async { Ok(pace.of(space.case_alerts(&case.id)).await?) },
            self.history(case, space, pace),
        )?;
        for bad in attachments.unreadable.iter().chain(&alerts.unreadable) {
            tracing::warn!(
                reason = bad.reason,
                "left out an attachment that could not be read"
            );
        }
        let alerts = alerts.items;
        let attached: Vec<_> = alerts.iter().map(|(alert, _)| alert).collect();
        let (documents, failure) = self.documents(case, &attached, space, pace).await?;
        let version = match failure {
            None => read.version.clone(),
            Some(_) => NO_VERSION.parse().expect("it is a word"),
        };
        let details = Details {
            version,
            attachments: attachments.attachments,
            alerts,
            documents,
            history,
            read_at,
        };
        let mirror = &self.inner.mirror;
        let put = mirror.put_details(&case.source, read, details, began);
        let changed = put.await?;
        match (pace, failure) {
            (Pace::Slowly(_), Some(failure)) => Err(failure),
            (Pace::AtOnce, _) | (_, None) => Ok(changed),
        }
    }

    /// What was done to a case, oldest first: what is known, and what is new. Kibana's record only grows, so the newest are
    /// read until nothing is missing; if it is shorter than what is known, it is another one.
    async fn history(
        &self,
        case: &CaseRef,
        space: &Space,
        pace: Pace<'_>,
    ) -> Result<Vec<UserAction>, Error> {
        let mut known = self.inner.mirror.history(case).await?;
        let mut ids: HashSet<_> = known.iter().map(|action| action.id.clone()).collect();
        let mut new = Vec::new();
        let mut n_unreadable = 0;
        let mut find = FindUserActions {
            descending: true,
            ..FindUserActions::default()
        };
        loop {
            let page = pace.of(space.find_user_actions(&case.id, &find)).await?;
            if page.total < known.len() {
                known.clear();
                ids = new
                    .iter()
                    .map(|action: &UserAction| action.id.clone())
                    .collect();
            }
            if let Some(bad) = page.unreadable.first() {
                tracing::warn!(
                    reason = bad.reason,
                    "left out a user action that could not be read"
                );
            }
            n_unreadable += page.unreadable.len();
            let n_told = page.items.len() + page.unreadable.len();
            let items = page.items.into_iter();
            new.extend(items.filter(|action| ids.insert(action.id.clone())));
            let is_last = n_told < find.per_page as usize
                || find.page * find.per_page >= MOST_USER_ACTIONS
                || ids.len() + n_unreadable >= page.total;
            if is_last {
                break;
            }
            find.page += 1;
        }
        new.reverse();
        known.extend(new);
        known.sort_by_key(|action| action.created_at);
        Ok(known)
    }

    /// Documents of attached alerts: fresh ones, and what was known of those that can no longer be read. Beside them the failure
    /// because of which some are missing that may be there the next time.
    async fn documents(
        &self,
        case: &CaseRef,
        alerts: &[&AttachedAlert],
        space: &Space,
        pace: Pace<'_>,
    ) -> Result<(HashMap<AlertId, AlertHit>, Option<Error>), Error> {
        let mut documents = self.inner.mirror.documents(case).await?;
        let mut failure = None;
        let ids: Vec<_> = alerts.iter().map(|alert| alert.id.clone()).collect();
        for batch in ids.chunks(resolve::BATCH) {
            match pace.of(resolve::in_source(space, batch)).await {
                Ok(fresh) => documents.extend(fresh),
                Err(error) if is_refusal(&error) => {
                    tracing::info!(%error, "documents of attached alerts may not be read");
                }
                Err(error) => {
                    tracing::info!(%error, "documents of attached alerts could not be read");
                    failure = Some(error);
                }
            }
        }
        Ok((documents, failure))
    }

    async fn begin_reading(&self, case: &CaseRef) -> Result<bool, Error> {
        let known = self.inner.mirror.freshness(case).await?;
        let now = self.inner.clock.now();
        let fresh = known.is_some_and(|(version, details)| {
            details.is_some_and(|(of_version, read_at)| {
                of_version == version && now.duration_since(read_at).unsigned_abs() < FRESH
            })
        });
        if fresh {
            return Ok(false);
        }
        let mut state = self.state();
        state.stop_filling(case);
        Ok(state.reading.insert(case.clone()))
    }
}

/// Whether Kibana would answer the same at any time: a key that may not read alerts, say.
fn is_refusal(error: &Error) -> bool {
    let Error::Kibana(error) = error else {
        return false;
    };
    let status = error.api().map(|api| api.status);
    status.is_some_and(|status| status.is_client_error() && status.as_u16() != 429)
}

#[cfg(test)]
mod tests;

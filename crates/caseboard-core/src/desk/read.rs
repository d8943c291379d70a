//! Opens a case: at once from the mirror, then freshly from Kibana in the background.

use std::{collections::HashMap, time::Duration};

use kibana_cases::{AlertHit, AlertId, AttachedAlert};

use super::Desk;
use crate::{
    alerts::resolve, cache::Details, code::CommandError, error::Error, id::CaseRef,
    view::CaseDetail,
};

/// Details younger than this are not read again just because somebody looks.
const FRESH: Duration = Duration::from_secs(15);

impl Desk {
    /// A case from the mirror. If what is known of it is not fresh, reading begins, and `CaseChanged` tells when it is there.
    ///
    /// # Errors
    /// `not_found` if the case is not in a space in use.
    pub async fn open_case(&self, case: &CaseRef) -> Result<CaseDetail, CommandError> {
        let detail = self.detail(case).await?;
        if self.begin_reading(case).await? {
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
        match self.try_read_case(case).await {
            Ok(changed) => changed,
            Err(error) => {
                let noted = self.inner.mirror.put_problem(case, error.into()).await;
                noted.unwrap_or_else(|error| {
                    tracing::warn!(%error, "the problem of a case could not be noted");
                    false
                })
            }
        }
    }

    async fn try_read_case(&self, case: &CaseRef) -> Result<bool, Error> {
        let space = self.space(&case.source)?;
        let began = self.inner.mirror.begin().await?;
        let (read, attachments, alerts) = futures::try_join!(
            space.case(&case.id),
            space.attachments(&case.id),
            space.case_alerts(&case.id)
        )?;
        for bad in attachments.unreadable.iter().chain(&alerts.unreadable) {
            tracing::warn!(
                reason = bad.reason,
                "left out an attachment that could not be read"
            );
        }
        let alerts = alerts.items;
        let documents = self
            .documents(
                case,
                &alerts.iter().map(|(alert, _)| alert).collect::<Vec<_>>(),
            )
            .await?;
        let details = Details {
            version: read.version.clone(),
            attachments: attachments.attachments,
            alerts,
            documents,
            read_at: self.inner.clock.now(),
        };
        self.inner
            .mirror
            .put_details(&case.source, read, details, began)
            .await
    }

    /// Documents of attached alerts: fresh ones, and what was known of those that can no longer be read.
    async fn documents(
        &self,
        case: &CaseRef,
        alerts: &[&AttachedAlert],
    ) -> Result<HashMap<AlertId, AlertHit>, Error> {
        let mut documents = self.inner.mirror.documents(case).await?;
        let ids: Vec<_> = alerts.iter().map(|alert| alert.id.clone()).collect();
        let Ok(space) = self.space(&case.source) else {
            return Ok(documents);
        };
        match resolve::in_source(&space, &ids).await {
            Ok(fresh) => documents.extend(fresh),
            Err(error) => {
                tracing::info!(code = ?CommandError::from(error).code, "documents of attached alerts could not be read");
            }
        }
        Ok(documents)
    }

    async fn begin_reading(&self, case: &CaseRef) -> Result<bool, Error> {
        let known = self.inner.mirror.freshness(case).await?;
        let now = self.inner.clock.now();
        let fresh = known.is_some_and(|(version, details)| {
            details.is_some_and(|(of_version, read_at)| {
                of_version == version && now.duration_since(read_at).unsigned_abs() < FRESH
            })
        });
        Ok(!fresh && self.state().reading.insert(case.clone()))
    }
}

//! Writes to one case. Each shows at once as pending, and is told as done only when Kibana confirmed it or reading back proved it.

use std::collections::HashSet;

use http::Method;
use kibana_cases::{AttachmentId, AttachmentKind, Case, CaseStatus, Space, UpdateCase};
use serde_json::json;

use super::Desk;
use crate::{
    cache::{Pending, PendingId},
    code::CommandError,
    error::Error,
    id::CaseRef,
    view::{CaseDetail, NewStatus},
};

/// Most UTF-16 units of a comment.
const LONGEST_COMMENT: u32 = 30_000;
/// How often a change is sent again because other fields of the case changed meanwhile.
const MOST_MERGES: usize = 3;

impl Desk {
    /// Changes the status of a case. Changes of other fields by others are no obstacle.
    ///
    /// # Errors
    /// `version_conflict` if somebody changed the status meanwhile; else why Kibana refused or could not be reached.
    pub async fn set_case_status(
        &self,
        case: &CaseRef,
        status: NewStatus,
    ) -> Result<CaseDetail, CommandError> {
        let space = self.space(&case.source)?;
        let base = self.known_case(case).await?;
        let wanted: CaseStatus = status.as_str().parse().unwrap_or_default();
        if base.status != wanted {
            let patch = json!({"status": status.as_str()});
            let pending = Pending::patch(patch, self.inner.clock.now());
            self.while_pending(case, pending, async {
                let changed = change_status(&space, &base, &wanted).await?;
                self.inner.mirror.put_confirmed(&case.source, changed).await
            })
            .await?;
        }
        Ok(self.detail(case).await?)
    }

    /// Adds a comment, as it was typed.
    ///
    /// # Errors
    /// `invalid_input` if it is empty or too long; else why Kibana refused or could not be reached. The text is the face's to keep.
    pub async fn add_comment(
        &self,
        case: &CaseRef,
        text: String,
    ) -> Result<CaseDetail, CommandError> {
        let space = self.space(&case.source)?;
        let owner = self.known_case(case).await?.owner;
        check_comment(&text)?;
        let pending = Pending::comment(text.clone(), self.inner.clock.now());
        let work = Box::pin(async {
            let baseline = comment_ids(&space, case).await?;
            let sent = space.add_comment(&case.id, &owner, &text).await;
            if let Err(error) = sent
                && (!error.may_have_worked(&Method::POST)
                    || !has_arrived(&space, case, &baseline, &text).await)
            {
                return Err(error.into());
            }
            self.read_case(case).await;
            Ok(())
        });
        self.while_pending(case, pending, work).await?;
        Ok(self.detail(case).await?)
    }

    /// Shows a change as pending while it is being made.
    pub(super) async fn while_pending<T>(
        &self,
        case: &CaseRef,
        pending: Pending,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mark = PendingMark {
            of: Some((self.clone(), case.clone(), pending.id)),
        };
        self.inner.mirror.add_pending(case, pending).await?;
        self.refresh_facts().await;
        self.tell_case(case);
        let done = work.await;
        mark.remove().await;
        done
    }

    pub(super) async fn known_case(&self, case: &CaseRef) -> Result<Case, Error> {
        let known = self.inner.mirror.case(case).await?;
        known.ok_or(Error::Unknown { what: "case" })
    }

    async fn remove_pending(&self, case: &CaseRef, id: PendingId) {
        if let Err(error) = self.inner.mirror.remove_pending(id).await {
            tracing::warn!(%error, "a pending mark could not be taken away");
        }
        self.refresh_facts().await;
        self.tell_case(case);
    }
}

/// Takes the pending mark away however the work ends, its future being dropped included.
struct PendingMark {
    of: Option<(Desk, CaseRef, PendingId)>,
}

impl PendingMark {
    async fn remove(mut self) {
        if let Some((desk, case, id)) = self.of.take() {
            desk.remove_pending(&case, id).await;
        }
    }
}

impl Drop for PendingMark {
    fn drop(&mut self) {
        if let Some((desk, case, id)) = self.of.take() {
            let tasks = desk.inner.tasks.clone();
            tasks.spawn(async move { desk.remove_pending(&case, id).await });
        }
    }
}

impl NewStatus {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in-progress",
            Self::Closed => "closed",
        }
    }
}

/// Sends until it is confirmed or somebody else's status stands in the way. `base` is the case that the person saw.
async fn change_status(space: &Space, base: &Case, wanted: &CaseStatus) -> Result<Case, Error> {
    let mut version = base.version.clone();
    let mut n_sent = 0;
    loop {
        n_sent += 1;
        let update = UpdateCase {
            status: Some(wanted.clone()),
            ..UpdateCase::new(base.id.clone(), version)
        };
        let error = match space.update_cases(&[update]).await {
            Ok(mut changed) if changed.items.len() == 1 => return Ok(changed.items.remove(0)),
            Ok(_) => return Ok(space.case(&base.id).await?),
            Err(error) => error,
        };
        let unchanged = error
            .api()
            .is_some_and(kibana_cases::ApiError::is_unchanged);
        if !unchanged && !error.is_version_conflict() && !error.may_have_worked(&Method::PATCH) {
            return Err(error.into());
        }
        let Ok(now) = space.case(&base.id).await else {
            return Err(error.into());
        };
        if now.status == *wanted {
            return Ok(now);
        }
        if now.status != base.status {
            return Err(Error::Conflict {
                field: "status",
                theirs: now.status.to_string(),
            });
        }
        if n_sent > MOST_MERGES {
            return Err(error.into());
        }
        version = now.version;
    }
}

fn check_comment(text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::input("comment", "there is no text"));
    }
    if text.trim().encode_utf16().count() > LONGEST_COMMENT as usize {
        return Err(Error::TooLong {
            field: "comment",
            limit: LONGEST_COMMENT,
        });
    }
    Ok(())
}

/// The ids that are there before sending: the same words twice are two comments, so only an id outside these can be ours.
async fn comment_ids(space: &Space, case: &CaseRef) -> Result<HashSet<AttachmentId>, Error> {
    let there = space.attachments(&case.id).await?;
    Ok(there
        .attachments
        .into_iter()
        .map(|attachment| attachment.id)
        .collect())
}

async fn has_arrived(
    space: &Space,
    case: &CaseRef,
    baseline: &HashSet<AttachmentId>,
    text: &str,
) -> bool {
    let Ok(there) = space.attachments(&case.id).await else {
        return false;
    };
    let ours =
        |kind: &AttachmentKind| matches!(kind, AttachmentKind::Comment(comment) if comment == text);
    there
        .attachments
        .iter()
        .any(|attachment| !baseline.contains(&attachment.id) && ours(&attachment.kind))
}

//! Writes to one case. Each shows at once as pending, and is told as done only when Kibana confirmed it or reading back proved it.

use std::collections::HashSet;

use http::Method;
use kibana_cases::{AttachmentId, AttachmentKind, Case, CaseStatus, Space, UpdateCase};

use super::Desk;
use crate::{
    cache::Pending,
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
        let base = self.known_case(case)?;
        let wanted: CaseStatus = status.as_str().parse().unwrap_or_default();
        if base.status != wanted {
            self.while_pending(case, Pending::Status(status), async {
                let changed = change_status(&space, &base, &wanted).await?;
                let mut state = self.state();
                let confirmed = state.mirror.begin();
                state.mirror.put(&case.source, changed, confirmed);
                Ok(())
            })
            .await?;
        }
        Ok(self.detail(case)?)
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
        let owner = self.known_case(case)?.owner;
        check_comment(&text)?;
        let pending = Pending::Comment {
            text: text.clone(),
            at: self.inner.clock.now(),
        };
        self.while_pending(case, pending, async {
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
        })
        .await?;
        Ok(self.detail(case)?)
    }

    /// Shows a change as pending while it is being made.
    pub(super) async fn while_pending<T>(
        &self,
        case: &CaseRef,
        pending: Pending,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let mark = PendingMark {
            desk: self,
            case,
            id: self.state().mirror.add_pending(case, pending),
        };
        self.tell_case(case);
        let done = work.await;
        drop(mark);
        done
    }

    pub(super) fn known_case(&self, case: &CaseRef) -> Result<Case, Error> {
        self.state()
            .mirror
            .case(case)
            .cloned()
            .ok_or(Error::Unknown { what: "case" })
    }
}

/// Takes the pending mark away however the work ends, its future being dropped included.
struct PendingMark<'a> {
    desk: &'a Desk,
    case: &'a CaseRef,
    id: crate::cache::PendingId,
}

impl Drop for PendingMark<'_> {
    fn drop(&mut self) {
        self.desk.state().mirror.remove_pending(self.case, self.id);
        self.desk.tell_case(self.case);
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

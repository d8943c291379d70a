//! Pushes a case to the system outside that it is connected to.

use kibana_cases::{CaseStatus, ConnectorId};

use super::Desk;
use crate::{code::CommandError, error::Error, id::CaseRef, outbox::Change, view::EntryView};

/// The connector of a case that has none.
const NONE: &str = "none";

impl Desk {
    /// Pushes a case by a connector, after 8 seconds for second thoughts.
    ///
    /// # Errors
    /// `invalid_input` with `connector` if there is none, with `status` if the case is closed: Kibana pushes no such case;
    /// else as [`Desk::edit_case`].
    pub async fn push_case(
        &self,
        case: &CaseRef,
        connector: &ConnectorId,
    ) -> Result<EntryView, CommandError> {
        if connector.as_str() == NONE {
            return Err(Error::input("connector", "the case has none").into());
        }
        let (shown, _) = self.shown_case(case).await?;
        if shown.status == CaseStatus::Closed {
            return Err(Error::input("status", "a closed case is not pushed").into());
        }
        let connector = connector.to_string();
        Ok(self.change(case, Change::Push { connector }).await?)
    }
}

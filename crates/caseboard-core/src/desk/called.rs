//! Finds the case that somebody means.

use super::Desk;
use crate::{
    cache::{self, Called, MOST_CANDIDATES},
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
};

impl Desk {
    /// The name that Kibana knows a case by, if it is known by now: a name of our own leads to it.
    pub(super) async fn real(&self, case: &CaseRef) -> Result<CaseRef, Error> {
        if !case.is_local() {
            return Ok(case.clone());
        }
        let local = case.clone();
        let database = self.inner.mirror.database();
        let real = database.read(move |connection| cache::real(connection, &local));
        Ok(real.await?.unwrap_or_else(|| case.clone()))
    }

    /// The one case that a text means: its id or at least 6 characters of the beginning, its handle (`PROD/soc#42`,
    /// `PROD/soc~76e195`), or a [`CaseRef`] as it is printed. Cases outside these sources are
    /// left out.
    ///
    /// # Errors
    /// `invalid_input` if the text means several cases, with their handles, or none of these forms; `not_found` if no case
    /// in a space in use, as far as they were read, is called so.
    pub async fn find_case(
        &self,
        text: &str,
        within: &[SourceId],
    ) -> Result<CaseRef, CommandError> {
        let mut sources = self.sources_in_use();
        sources.retain(|named| within.contains(&named.source));
        let found = self.inner.mirror.called(sources, Called::read(text)?);
        let mut found = found.await?;
        if found.len() > 1 {
            let more = found.len() > MOST_CANDIDATES;
            let candidates = found.into_iter().take(MOST_CANDIDATES);
            return Err(Error::Ambiguous {
                candidates: candidates.map(|row| row.handle).collect(),
                more,
            }
            .into());
        }
        let only = found.pop().ok_or(Error::Unknown { what: "case" })?;
        Ok(only.case)
    }
}

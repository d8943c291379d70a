//! Removes copies that Kibana made late.

use serde_json::Value;

use super::Desk;
use crate::{code::CommandError, id::EntryId, outbox, view::EntryView};

impl Desk {
    /// Removes a late twin of what an entry made, by an ordinary entry that deletes it. The twin is shown until Kibana confirmed
    /// that.
    ///
    /// # Errors
    /// `not_found` if the entry has no such twin; else as [`Desk::edit_case`].
    pub async fn remove_twin(
        &self,
        entry: &EntryId,
        twin: &str,
    ) -> Result<EntryView, CommandError> {
        let copied = self.load_entry(entry).await?;
        let (case, change) = outbox::remove_twin(&copied, twin)?;
        let mut removal = self.entry(&case, &copied.owner, change, &Value::Null, 1);
        removal.removes_twin_of = Some(entry.clone());
        Ok(self.take_in_one(removal).await?)
    }
}

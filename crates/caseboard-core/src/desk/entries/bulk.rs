//! The same change of many cases, where what they hold now decides what it makes of each.

use kibana_cases::Case;

use super::Desk;
use crate::{
    code::CommandError,
    view::{BulkEdit, CaseEdit, EntryView, ListChange},
};

impl Desk {
    /// Changes many cases together, of any sources; all parts are one bulk. Those that are as wanted already are left out.
    ///
    /// # Errors
    /// As [`Desk::edit_case`]; nothing is changed then.
    pub async fn edit_bulk(&self, parts: &[BulkEdit]) -> Result<Vec<EntryView>, CommandError> {
        let mut edits = Vec::new();
        for part in parts {
            for case in &part.cases {
                let (shown, _) = self.shown_case(case).await?;
                edits.push((case.clone(), part.of(&shown)));
            }
        }
        self.edit_each(&edits).await
    }
}

impl BulkEdit {
    fn of(&self, case: &Case) -> CaseEdit {
        let mut edit = self.edit.clone();
        if self.tags != ListChange::default() {
            edit.tags = Some(self.tags.made_of(&case.tags));
        }
        if self.assignees != ListChange::default() {
            let uids: Vec<_> = case.assignees.iter().map(|one| one.uid.clone()).collect();
            edit.assignees = Some(self.assignees.made_of(&uids));
        }
        edit
    }
}

impl ListChange {
    fn made_of(&self, list: &[String]) -> Vec<String> {
        let kept = list.iter().filter(|item| !self.remove.contains(item));
        let mut made: Vec<_> = kept.cloned().collect();
        for item in &self.add {
            if !made.contains(item) {
                made.push(item.clone());
            }
        }
        made
    }
}

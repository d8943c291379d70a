use serde_json::json;

use crate::{
    check,
    client::Space,
    error::Error,
    id::{CaseId, FileId},
    request::Request,
};

impl Space {
    /// Deletes 1 to 10 files of a case with their attachments. An internal route: consider [`Space::delete_attachment`] if it
    /// fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// space.delete_files(&case.id, &["f-1".parse()?]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if one is not there; [`Error::Input`] for none or too many.
    pub async fn delete_files(&self, case: &CaseId, files: &[FileId]) -> Result<(), Error> {
        check::some("ids", files, check::BULK_FILES)?;
        let path = [
            "internal",
            "cases",
            case.as_str(),
            "attachments",
            "files",
            "_bulk_delete",
        ];
        let route = "POST /internal/cases/{case}/attachments/files/_bulk_delete";
        self.fetch(Request::post(route, &path, json!({ "ids": files })))
            .await
    }
}

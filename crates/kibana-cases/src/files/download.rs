use bytes::Bytes;

use crate::{
    client::Space,
    error::Error,
    id::{FileId, file_kind},
    model::Owner,
    request::Request,
};

impl Space {
    /// Reads what a file of a case holds. It may be hostile: it is never to be opened by itself.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// for attachment in space.attachments(&case.id).await?.attachments {
    ///     if let Some(file) = attachment.file() {
    ///         let content = space.download_file(&case.owner, &file.id).await?;
    ///         println!("{}: {} bytes", file.name, content.len());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if there is no such file of this owner's cases; [`Error::Transport`] if it is larger
    /// than [`crate::Limits::file_answer`].
    pub async fn download_file(&self, owner: &Owner, file: &FileId) -> Result<Bytes, Error> {
        let kind = file_kind(owner);
        let path = ["api", "files", "files", &kind, file.as_str(), "blob"];
        self.fetch_bytes(Request::get(
            "GET /api/files/files/{kind}/{file}/blob",
            &path,
        ))
        .await
    }
}

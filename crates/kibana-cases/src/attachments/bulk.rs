use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    attachments::NewAlerts,
    check::{self, InvalidInput},
    client::Space,
    error::Error,
    id::{AttachmentId, CaseId},
    lenient::OtherFields,
    model::{Attachments, Case, Owner, alert_fields},
    request::Request,
};

/// Something that is to be attached to a case.
#[derive(Debug, Clone, PartialEq)]
pub enum NewAttachment {
    /// A comment in Markdown, 1 to 30,000 UTF-16 units without the blanks around it.
    Comment(String),
    /// Alerts of one rule.
    Alerts(NewAlerts),
    /// Any other kind, with all its fields but the owner.
    Other(OtherFields),
}

/// Attachments that were asked for by id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AttachmentsById {
    /// Those that are there.
    pub attachments: Attachments,
    /// Those that are not, or belong to another case.
    #[serde(default)]
    pub errors: Vec<AttachmentNotGot>,
}

/// Why an attachment was not answered with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AttachmentNotGot {
    /// Which attachment.
    #[serde(rename = "attachmentId")]
    pub attachment: AttachmentId,
    /// 404 if it is not there, or belongs to another case.
    pub status: u16,
    /// Kibana's words.
    #[serde(default)]
    pub message: String,
    /// The rest.
    #[serde(flatten)]
    pub other: OtherFields,
}

impl NewAttachment {
    /// Whether it is within every limit that can be known before asking.
    ///
    /// # Errors
    /// The limit that it passes.
    pub fn check(&self) -> Result<(), InvalidInput> {
        match self {
            Self::Comment(text) => check::text("comment", text, check::COMMENT),
            Self::Alerts(new) => check::some("alertId", &new.alerts, check::ALERTS),
            Self::Other(_) => Ok(()),
        }
    }

    pub(super) fn body(&self, owner: &Owner) -> Value {
        let mut body = match self {
            Self::Comment(text) => json!({"type": "user", "comment": text}),
            Self::Alerts(new) => {
                let mut body = alert_fields(&new.alerts, &new.rule);
                body["type"] = json!("alert");
                body
            }
            Self::Other(fields) => Value::Object(fields.clone()),
        };
        body["owner"] = json!(owner);
        body
    }
}

impl Space {
    /// Attaches up to 100 things at once, all or none. `owner` must be the case's. An internal route: consider one after
    /// another if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::NewAttachment;
    ///
    /// let comments = ["first", "second"].map(|text| NewAttachment::Comment(text.to_owned()));
    /// space.attach(&case.id, &case.owner, &comments).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::attach_alerts`].
    pub async fn attach(
        &self,
        case: &CaseId,
        owner: impl AsRef<str>,
        new: &[NewAttachment],
    ) -> Result<Case, Error> {
        check::at_most("attachments", new, check::BULK_ATTACHMENTS)?;
        new.iter().try_for_each(NewAttachment::check)?;
        let owner = Owner::from(owner.as_ref());
        let body = new.iter().map(|new| new.body(&owner)).collect();
        let path = [
            "internal",
            "cases",
            case.as_str(),
            "attachments",
            "_bulk_create",
        ];
        let route = "POST /internal/cases/{case}/attachments/_bulk_create";
        self.fetch(Request::post(route, &path, body)).await
    }

    /// Reads 1 to 100 attachments of a case. An internal route: consider [`Space::attachments`] if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let read = space.attachments_by_id(&case.id, &["0d7f4a8e".parse()?]).await?;
    /// println!("{} of 1", read.attachments.attachments.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space. What concerns single attachments stands in
    /// [`AttachmentsById::errors`].
    pub async fn attachments_by_id(
        &self,
        case: &CaseId,
        attachments: &[AttachmentId],
    ) -> Result<AttachmentsById, Error> {
        check::some("ids", attachments, check::BULK_ATTACHMENTS)?;
        let path = [
            "internal",
            "cases",
            case.as_str(),
            "attachments",
            "_bulk_get",
        ];
        let route = "POST /internal/cases/{case}/attachments/_bulk_get";
        let request = Request::post(route, &path, json!({ "ids": attachments }));
        self.fetch(request.harmless()).await
    }
}

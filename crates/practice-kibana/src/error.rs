//! Kibana's error answers: one constructor for each text.

use axum::{
    http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::routes::json_response;

/// An answer that is not a success.
#[derive(Debug, thiserror::Error)]
#[error("{status}: {message}")]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    attributes: Option<Value>,
    envelope: Envelope,
}

/// Which of Kibana's error bodies an answer has.
#[derive(Debug)]
enum Envelope {
    /// `{statusCode, error, message}`.
    Standard,
    /// `{message, status_code}`, of the detection engine's routes.
    Detection,
    /// The same with a list of texts as its message.
    DetectionList(Vec<String>),
}

/// What somebody tried to do, in the words of Kibana's 403 texts.
pub(crate) type Deed = &'static str;

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            attributes: None,
            envelope: Envelope::Standard,
        }
    }

    /// Makes the 400 of a validation; `message` is the whole text.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// Makes the 400 of a detection-engine route, with its own body.
    pub(crate) fn detection(message: impl Into<String>) -> Self {
        Self {
            envelope: Envelope::Detection,
            ..Self::invalid(message)
        }
    }

    /// Makes the 400 of a detection-engine route that tells everything that is wrong.
    pub(crate) fn detection_list(messages: Vec<String>) -> Self {
        let text = messages.join(", ");
        Self {
            envelope: Envelope::DetectionList(messages),
            ..Self::invalid(text)
        }
    }

    // The front door.

    pub(crate) fn foreign_host() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Host must be 127.0.0.1 or localhost with the port of this server",
        )
    }

    pub(crate) fn foreign_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Requests with an Origin header are refused",
        )
    }

    pub(crate) fn no_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized")
    }

    pub(crate) fn bad_credentials() -> Self {
        const REASON: &str = "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
        Self::new(
            StatusCode::UNAUTHORIZED,
            format!(
                "[security_exception\n\tRoot causes:\n\t\tsecurity_exception: {REASON}]: {REASON}"
            ),
        )
    }

    pub(crate) fn malformed_json() -> Self {
        Self::invalid("Invalid request payload JSON format")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("Payload content length greater than maximum allowed: {limit}"),
        )
    }

    pub(crate) fn wrong_media_type() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported Media Type")
    }

    pub(crate) fn out_of_date(got: &str, expected: &str) -> Self {
        let message = format!(
            "Browser client is out of date, please refresh the page (\"kbn-version\" header was \"{got}\" but should be \"{expected}\")"
        );
        Self {
            attributes: Some(json!({"expected": expected, "got": got})),
            ..Self::invalid(message)
        }
    }

    pub(crate) fn xsrf() -> Self {
        Self::invalid("Request must contain a kbn-xsrf header.")
    }

    pub(crate) fn internal_route(path_and_query: &str, method: &str) -> Self {
        Self::invalid(format!(
            "uri [{path_and_query}] with method [{method}] exists but is not available with the current configuration"
        ))
    }

    pub(crate) fn malformed_version(version: &str) -> Self {
        Self::invalid(format!(
            "Invalid version. Received \"{version}\", expected a valid date string formatted as YYYY-MM-DD."
        ))
    }

    pub(crate) fn no_such_version(version: &str, method: &str, path: &str, known: &str) -> Self {
        Self::invalid(format!(
            "No version \"{version}\" available for [{method}] [{path}]. Available versions are: [{known}]"
        ))
    }

    pub(crate) fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    // Authorization.

    pub(crate) fn unauthorized_route(method: &str, path: &str, privilege: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            format!(
                "API [{method} {path}] is unauthorized for user, this action is granted by the Kibana privileges [{privilege}]"
            ),
        )
    }

    pub(crate) fn unauthorized_space(space: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            format!("Unauthorized to get {space} space"),
        )
    }

    pub(crate) fn no_spaces() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden")
    }

    pub(crate) fn unauthorized_spaces(attempt: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            format!("Unauthorized to {attempt} spaces"),
        )
    }

    pub(crate) fn space_exists(id: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            format!("A space with the identifier {id} already exists."),
        )
    }

    pub(crate) fn reserved_space(id: &str) -> Self {
        Self::invalid(format!(
            "The {id} space cannot be deleted because it is reserved."
        ))
    }

    pub(crate) fn too_many_spaces() -> Self {
        Self::invalid(
            "Unable to create Space, this exceeds the maximum number of spaces set by the xpack.spaces.maxSpaces setting",
        )
    }

    pub(crate) fn unauthorized_owners<'a>(
        deed: Deed,
        owners: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut names: Vec<&str> = owners.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        Self::new(
            StatusCode::FORBIDDEN,
            format!(
                "Unauthorized to {deed} with owners: \"{}\"",
                names.join(", ")
            ),
        )
    }

    pub(crate) fn unauthorized_any_owner(deed: Deed) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            format!("Unauthorized to {deed} of any owner"),
        )
    }

    /// The licence lacks what somebody tried to do.
    pub(crate) fn needs_platinum(deed: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            format!("In order to {deed}, you must be subscribed to an Elastic Platinum license"),
        )
    }

    pub(crate) fn assigning_by_patch_needs_platinum(ids: &[&str]) -> Self {
        let mut error = Self::needs_platinum("assign users to cases");
        error.message = format!("{}, ids: [{}]", error.message, ids.join(", "));
        error
    }

    /// What somebody may not do with connectors, which their routes call actions.
    pub(crate) fn unauthorized_connectors(deed: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, format!("Unauthorized to {deed}"))
    }

    pub(crate) fn unknown_connector_type(kind: &str) -> Self {
        Self::invalid(format!("Action type \"{kind}\" is not registered."))
    }

    /// The error of one item of many, which does not fail the others.
    pub(crate) fn of_item(&self, key: &str, id: &str) -> Value {
        json!({
            "error": self.status.canonical_reason().unwrap_or_default(),
            "message": self.message,
            "status": self.status.as_u16(),
            key: id,
        })
    }

    /// An error of the observables' routes, which Kibana wraps: all but the licence become a 400.
    pub(crate) fn wrapped(self, attempt: &str) -> Self {
        Self::invalid(format!("{attempt}: Error: {}", self.message))
    }

    // Lookups and conflicts.

    pub(crate) fn no_object(kind: &str, id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("Saved object [{kind}/{id}] not found"),
        )
    }

    pub(crate) fn no_case(id: &str) -> Self {
        Self::no_object("cases", id)
    }

    pub(crate) fn no_comment(id: &str) -> Self {
        Self::no_object("cases-comments", id)
    }

    pub(crate) fn no_cases(ids: &[&str]) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!(
                "These cases {} do not exist. Please check you have the correct ids.",
                ids.join(", ")
            ),
        )
    }

    pub(crate) fn cases_changed(ids: &[&str]) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            format!(
                "These cases {} have been updated. Please refresh before saving additional updates.",
                ids.join(", ")
            ),
        )
    }

    pub(crate) fn configuration_changed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "This configuration has been updated. Please refresh before saving additional updates.",
        )
    }

    pub(crate) fn pushing_closed_case(title: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            format!("The {title} case is closed. Pushing a closed case is not allowed."),
        )
    }

    pub(crate) fn unknown_custom_field(key: &str) -> Self {
        Self::invalid(format!("Invalid custom field keys: {key}"))
    }

    pub(crate) fn nothing_to_update() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "All update fields are identical to current version.",
        )
    }

    /// The comment was asked for, or deleted, through a case that is not its own.
    pub(crate) fn comment_of_another_case(comment: &str, case: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("This comment {comment} does not exist in {case}."),
        )
    }

    /// The same on update, where Kibana writes a stray bracket.
    pub(crate) fn updated_comment_of_another_case(comment: &str, case: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("This comment {comment} does not exist in {case})."),
        )
    }

    pub(crate) fn no_comments(case: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("No comments found for {case}."),
        )
    }

    pub(crate) fn comment_changed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "This case has been updated. Please refresh before saving additional updates.",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut body = match self.envelope {
            Envelope::Standard => json!({
                "statusCode": status.as_u16(),
                "error": status.canonical_reason().unwrap_or_default(),
                "message": self.message,
            }),
            Envelope::Detection => json!({"message": self.message, "status_code": status.as_u16()}),
            Envelope::DetectionList(messages) => {
                json!({"message": messages, "status_code": status.as_u16()})
            }
        };
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            body["error"] = json!("Request Entity Too Large");
        }
        if let Some(attributes) = self.attributes {
            body["attributes"] = attributes;
        }
        let mut response = json_response(status, &body);
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"));
        }
        response
    }
}

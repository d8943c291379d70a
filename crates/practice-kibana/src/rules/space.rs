//! The bodies and queries of the spaces' routes.

use super::{
    Word,
    schema::{Object, read_flag},
};
use crate::{error::ApiError, query::Query, space::Solution};
use serde_json::Value;

const NAMES: [&str; 9] = [
    "id",
    "name",
    "description",
    "initials",
    "color",
    "disabledFeatures",
    "_reserved",
    "imageUrl",
    "solution",
];
const LONGEST_INITIALS: usize = 2;
const MOST_DISABLED_FEATURES: usize = 100;

/// A space as somebody sends it to create or change one.
#[derive(Debug)]
pub(crate) struct SpaceBody {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) initials: Option<String>,
    pub(crate) color: Option<String>,
    pub(crate) image_url: Option<String>,
    pub(crate) disabled_features: Vec<String>,
    pub(crate) solution: Option<Solution>,
}

/// What a list of spaces is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Any,
    CopySavedObjects,
    FindSavedObjects,
    ShareSavedObjects,
}

impl Word for Purpose {
    /// Those that the query may name; finding is only told.
    const ALL: &'static [Self] = &[Self::Any, Self::CopySavedObjects, Self::ShareSavedObjects];

    fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::CopySavedObjects => "copySavedObjectsIntoSpace",
            Self::FindSavedObjects => "findSavedObjects",
            Self::ShareSavedObjects => "shareSavedObjectsIntoSpace",
        }
    }
}

impl Word for Solution {
    const ALL: &'static [Self] = &[
        Self::Search,
        Self::Observability,
        Self::Security,
        Self::Classic,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Search => "es",
            Self::Observability => "oblt",
            Self::Security => "security",
            Self::Classic => "classic",
        }
    }
}

/// Reads the body of `POST /api/spaces/space` and of the `PUT` that changes one.
pub(crate) fn read_space(body: &Value) -> Result<SpaceBody, ApiError> {
    let body = Object::read("request body", body)?;
    let id = body.text("id")?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if id.is_empty() || !id.chars().all(allowed) {
        return Err(body.refusal(
            "id",
            "must be lower case, a-z, 0-9, '_', and '-' are allowed",
        ));
    }
    let name = body.text("name")?;
    if name.is_empty() {
        return Err(body.refusal(
            "name",
            "value has length [0] but it must have a minimum length of [1].",
        ));
    }
    let description = body.maybe_text("description")?;
    let initials = body.maybe_text("initials")?;
    let length = initials
        .as_ref()
        .map_or(0, |text| text.encode_utf16().count());
    if length > LONGEST_INITIALS {
        return Err(body.refusal(
            "initials",
            &format!(
                "value has length [{length}] but it must have a maximum length of [{LONGEST_INITIALS}]."
            ),
        ));
    }
    let color = body.maybe_text("color")?;
    if color.as_ref().is_some_and(|color| !is_color(color)) {
        return Err(body.refusal("color", "must be a 6 digit hex color, starting with a #"));
    }
    let disabled_features = body.texts("disabledFeatures", MOST_DISABLED_FEATURES)?;
    body.maybe_flag("_reserved")?;
    let image_url = body.maybe_text("imageUrl")?;
    let is_image = |url: &String| url.is_empty() || url.starts_with("data:image");
    if image_url.as_ref().is_some_and(|url| !is_image(url)) {
        return Err(body.refusal("imageUrl", "must start with 'data:image'"));
    }
    let solution = body.maybe_choice("solution")?;
    body.finish(&NAMES)?;
    Ok(SpaceBody {
        id,
        name,
        description,
        initials,
        color,
        image_url,
        disabled_features,
        solution,
    })
}

/// Kibana's rule, which takes letters beyond `f` too.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.chars().all(|c| c.is_ascii_alphanumeric())
    })
}

/// Reads the query of the list: what it is for, or `None` to tell all purposes of each space.
pub(crate) fn read_space_list(query: &Query) -> Result<Option<Purpose>, ApiError> {
    let value = query.to_value();
    let object = Object::read("request query", &value)?;
    let purpose = object.maybe_choice("purpose")?;
    let tells_all = read_flag(&object, "include_authorized_purposes")?.unwrap_or(false);
    object.finish(&["purpose", "include_authorized_purposes"])?;
    if tells_all && purpose.is_some() {
        return Err(ApiError::invalid(
            "[request query]: include_authorized_purposes can only be false when purpose is specified",
        ));
    }
    Ok((!tells_all).then(|| purpose.unwrap_or(Purpose::Any)))
}

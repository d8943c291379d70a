use serde::Serialize;

use crate::{
    check,
    client::Client,
    error::Error,
    id::SpaceId,
    model::KibanaSpace,
    request::{Request, body},
};

/// A space as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewSpace {
    /// Id, as in `/s/{id}`; it never changes.
    pub id: SpaceId,
    /// Name for people.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Colour of its mark, `#aabbcc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// At most two letters for its mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Features that are not shown there.
    #[serde(rename = "disabledFeatures", skip_serializing_if = "Vec::is_empty")]
    pub disabled_features: Vec<String>,
}

impl NewSpace {
    /// A space with an id and a name.
    pub fn new(id: SpaceId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            description: None,
            color: None,
            initials: None,
            disabled_features: Vec::new(),
        }
    }
}

impl Client {
    /// Creates a space.
    ///
    /// ```no_run
    /// # async fn example(client: kibana_cases::Client) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::NewSpace;
    ///
    /// client.create_space(&NewSpace::new("soc".parse()?, "SOC")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with status 409 if there is one with this id, with `is_forbidden()` without the right to manage spaces.
    /// [`Error::Input`] without a name.
    pub async fn create_space(&self, new: &NewSpace) -> Result<KibanaSpace, Error> {
        check::text("name", &new.name, u64::MAX)?;
        self.fetch(Request::post(
            "POST /api/spaces/space",
            &["api", "spaces", "space"],
            body(new),
        ))
        .await
    }
}

use serde::Serialize;
use serde_json::json;

use crate::{
    check,
    client::Space,
    error::Error,
    id::CaseId,
    model::{Case, ObservableTypeKey},
    request::Request,
};

/// Something seen that is to be added to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewObservable {
    /// What it is.
    #[serde(rename = "typeKey")]
    pub type_key: ObservableTypeKey,
    /// What was seen.
    pub value: String,
    /// What people say of it.
    pub description: Option<String>,
}

impl Space {
    /// Adds an observable to a case. The case gets a new version, but `updated_at` stays (§8, quirk 24).
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{NewObservable, ObservableTypeKey};
    ///
    /// let seen = NewObservable {
    ///     type_key: ObservableTypeKey::Ipv4,
    ///     value: "203.0.113.7".to_owned(),
    ///     description: None,
    /// };
    /// println!("{}", space.add_observable(&case.id, &seen).await?.observables.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` without the licence; with status 400 for everything else, an unknown case included:
    /// the same type and value twice, a value that is none of its type, more than 50 of them. [`Error::Input`] without a value.
    pub async fn add_observable(&self, case: &CaseId, new: &NewObservable) -> Result<Case, Error> {
        check::text("value", &new.value, u64::MAX)?;
        let path = ["internal", "cases", case.as_str(), "observables"];
        self.fetch(Request::post(
            "POST /internal/cases/{case}/observables",
            &path,
            json!({ "observable": new }),
        ))
        .await
    }
}

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    check,
    client::Space,
    error::Error,
    id::CaseId,
    lenient::{List, null_as_default},
    model::{Case, ObservableTypeKey},
    page::Page,
    request::Request,
};

/// A case that shares observables with another.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SimilarCase {
    /// The case.
    #[serde(flatten)]
    pub case: Case,
    /// What they share.
    pub similarities: Similarities,
}

/// What two cases share.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Similarities {
    /// Observables of the same type and value.
    #[serde(default, deserialize_with = "null_as_default")]
    pub observables: Vec<SharedObservable>,
}

/// An observable that two cases share.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SharedObservable {
    /// What it is.
    #[serde(rename = "typeKey")]
    pub type_key: ObservableTypeKey,
    /// The same for people; `None` if the configuration does not know the type any more.
    #[serde(default, rename = "typeLabel")]
    pub type_label: Option<String>,
    /// What was seen. Foreign text.
    pub value: String,
}

#[derive(Deserialize)]
struct Body {
    cases: Vec<Value>,
    total: usize,
}

impl Space {
    /// Finds other cases with an observable of the same type and value. `page` counts from 1, `per_page` is at most 100. An
    /// internal route, 8.18 and later.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// for similar in space.similar_cases(&case.id, 1, 20).await?.items {
    ///     println!("{}: {} in common", similar.case.title, similar.similarities.observables.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space; [`Error::Input`] beyond 10,000 cases.
    pub async fn similar_cases(
        &self,
        case: &CaseId,
        page: u32,
        per_page: u32,
    ) -> Result<Page<SimilarCase>, Error> {
        check::page(page, per_page)?;
        let path = ["internal", "cases", case.as_str(), "_similar"];
        let asked = json!({"page": page, "perPage": per_page});
        let request = Request::post("POST /internal/cases/{case}/_similar", &path, asked);
        let body: Body = self.fetch(request.harmless()).await?;
        let List { items, unreadable } = List::read(body.cases);
        Ok(Page {
            items,
            unreadable,
            total: body.total,
        })
    }
}

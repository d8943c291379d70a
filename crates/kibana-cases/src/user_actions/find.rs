use serde::Deserialize;
use serde_json::Value;

use crate::{
    check,
    client::Space,
    error::Error,
    id::CaseId,
    lenient::List,
    model::{UserAction, UserActionType},
    page::{Page, Pages},
    request::Request,
};

/// Which user actions of a case, and in which order. The order is always sent: Kibana's real default is not the documented
/// one (§8, quirk 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindUserActions {
    /// Any of these, groups included; all if empty.
    pub types: Vec<UserActionType>,
    /// Newest first.
    pub descending: bool,
    /// From 1; `page * per_page` is at most 10,000.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "userActions")]
    user_actions: Vec<Value>,
    total: usize,
}

impl Default for FindUserActions {
    /// The 100 oldest.
    fn default() -> Self {
        Self {
            types: Vec::new(),
            descending: false,
            page: 1,
            per_page: 100,
        }
    }
}

impl FindUserActions {
    /// The part of the query that pages share.
    pub(super) fn ask(&self, request: Request) -> Request {
        request
            .queries("types", &self.types)
            .query("sortOrder", if self.descending { "desc" } else { "asc" })
    }

    pub(super) fn ask_page(&self, request: Request) -> Request {
        self.ask(request)
            .query("page", self.page.to_string())
            .query("perPage", self.per_page.to_string())
    }
}

impl Space {
    /// Finds what was done to a case.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::{FindUserActions, UserActionChange, UserActionType};
    ///
    /// let find = FindUserActions { types: vec![UserActionType::Status], ..FindUserActions::default() };
    /// for action in space.find_user_actions(&case.id, &find).await?.items {
    ///     if let UserActionChange::Status(status) = action.change() {
    ///         println!("{} {status}", action.created_at);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space, with status 400 for a type that this Kibana does
    /// not know; [`Error::Input`] beyond 10,000 entries.
    pub async fn find_user_actions(
        &self,
        case: &CaseId,
        find: &FindUserActions,
    ) -> Result<Page<UserAction>, Error> {
        check::page(find.page, find.per_page)?;
        let body: Body = self.fetch(find.ask_page(request(case))).await?;
        let List { items, unreadable } = List::read(body.user_actions);
        Ok(Page {
            items,
            unreadable,
            total: body.total,
        })
    }

    /// Walks over everything that was done to a case, oldest first.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let mut pages = space.all_user_actions(&case.id);
    /// while let Some(page) = pages.next().await {
    ///     println!("{} more", page?.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn all_user_actions(&self, case: &CaseId) -> Pages<UserAction> {
        self.pages(FindUserActions::default().ask(request(case)))
    }
}

fn request(case: &CaseId) -> Request {
    let path = ["api", "cases", case.as_str(), "user_actions", "_find"];
    Request::get("GET /api/cases/{case}/user_actions/_find", &path)
}

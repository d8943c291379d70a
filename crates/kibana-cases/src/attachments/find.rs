use serde::Deserialize;
use serde_json::Value;

use crate::{
    check,
    client::Space,
    error::Error,
    id::CaseId,
    lenient::List,
    model::Attachment,
    page::{Page, Pages},
    request::Request,
};

const ROUTE: &str = "GET /api/cases/{case}/comments/_find";

/// Which page of the comments of a case, and in which order. The order is always sent: Kibana's real default is not the
/// documented one (§8, quirk 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindComments {
    /// Newest first.
    pub descending: bool,
    /// From 1; `page * per_page` is at most 10,000.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
}

#[derive(Deserialize)]
struct Body {
    comments: Vec<Value>,
    total: usize,
}

impl Default for FindComments {
    /// The 100 oldest.
    fn default() -> Self {
        Self {
            descending: false,
            page: 1,
            per_page: 100,
        }
    }
}

impl Space {
    /// Finds comments of a case, in the order of their creation. Later releases may find other kinds too.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::FindComments;
    ///
    /// let newest = FindComments { descending: true, per_page: 10, ..FindComments::default() };
    /// let page = space.find_comments(&case.id, &newest).await?;
    /// println!("{} of {}", page.items.len(), page.total);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Input`] beyond 10,000 comments. A case that is not in this space has no comments, which is no error.
    pub async fn find_comments(
        &self,
        case: &CaseId,
        find: &FindComments,
    ) -> Result<Page<Attachment>, Error> {
        check::page(find.page, find.per_page)?;
        let request = find_request(case, find.descending)
            .query("page", find.page.to_string())
            .query("perPage", find.per_page.to_string());
        let body: Body = self.fetch(request).await?;
        let List { items, unreadable } = List::read(body.comments);
        Ok(Page {
            items,
            unreadable,
            total: body.total,
        })
    }

    /// Walks over all comments of a case, oldest first.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// let mut pages = space.all_comments(&case.id);
    /// while let Some(page) = pages.next().await {
    ///     println!("{} more", page?.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn all_comments(&self, case: &CaseId) -> Pages<Attachment> {
        self.pages(find_request(case, false))
    }
}

fn find_request(case: &CaseId, descending: bool) -> Request {
    let path = ["api", "cases", case.as_str(), "comments", "_find"];
    Request::get(ROUTE, &path).query("sortOrder", if descending { "desc" } else { "asc" })
}

use serde::Deserialize;
use serde_json::Value;

use super::FindUserActions;
use crate::{
    check,
    client::Space,
    error::Error,
    id::CaseId,
    lenient::{List, null_as_default},
    model::{UserActionPage, UserActionStats},
    request::Request,
};

/// As [`FindUserActions`], and by author and by words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindUserActionsWithin {
    /// The other conditions, order and page.
    pub find: FindUserActions,
    /// User names or profile uids of those who did it, any of them.
    pub authors: Vec<String>,
    /// Words in comments.
    pub search: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "userActions")]
    user_actions: Vec<Value>,
    #[serde(
        default,
        rename = "latestAttachments",
        deserialize_with = "null_as_default"
    )]
    attachments: Vec<Value>,
    total: usize,
}

impl Space {
    /// Finds what was done to a case, by whom and with which words, with the attachments that it was about. An internal
    /// route: consider [`Space::find_user_actions`] if it fails.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::FindUserActionsWithin;
    ///
    /// let find = FindUserActionsWithin { authors: vec!["ana".to_owned()], ..FindUserActionsWithin::default() };
    /// let page = space.find_user_actions_within(&case.id, &find).await?;
    /// println!("{} by ana", page.total);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Space::find_user_actions`].
    pub async fn find_user_actions_within(
        &self,
        case: &CaseId,
        find: &FindUserActionsWithin,
    ) -> Result<UserActionPage, Error> {
        check::page(find.find.page, find.find.per_page)?;
        let path = ["internal", "cases", case.as_str(), "user_actions", "_find"];
        let request = Request::get("GET /internal/cases/{case}/user_actions/_find", &path)
            .queries("authors", &find.authors)
            .queries("search", find.search.as_ref());
        let body: Body = self.fetch(find.find.ask_page(request)).await?;
        Ok(UserActionPage {
            user_actions: List::read(body.user_actions),
            attachments: List::read(body.attachments),
            total: body.total,
        })
    }

    /// How much was done to a case. An internal route.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// println!("{} in all", space.user_action_stats(&case.id).await?.total);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_not_found()` if the case is not in this space.
    pub async fn user_action_stats(&self, case: &CaseId) -> Result<UserActionStats, Error> {
        let path = ["internal", "cases", case.as_str(), "user_actions", "_stats"];
        self.fetch(Request::get(
            "GET /internal/cases/{case}/user_actions/_stats",
            &path,
        ))
        .await
    }
}

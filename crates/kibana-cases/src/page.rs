//! Walking the pages of any `_find`. For cases, of which there may be more than Kibana shows, see [`Space::all_cases`].

use std::{collections::HashSet, marker::PhantomData};

use futures::Stream;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    client::Space,
    error::Error,
    lenient::{Unreadable, read_each},
    request::Request,
};

/// Most that any `_find` shows at once (`kibana-cases-api.md` §2.7).
const PER_PAGE: usize = 100;

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Those that could be read.
    pub items: Vec<T>,
    /// Those that could not.
    pub unreadable: Vec<Unreadable>,
    /// How many there are on all pages.
    pub total: usize,
}

/// The pages of a listing, one after another; see [`Space::pages`].
#[derive(Debug)]
#[must_use]
pub struct Pages<T> {
    space: Space,
    request: Request,
    /// The next one, from 1.
    page: usize,
    /// What was told, so that nothing is told again when the pages shift.
    told: HashSet<String>,
    total: usize,
    is_done: bool,
    item: PhantomData<fn() -> T>,
}

/// Every listing is an object with a number and one list, whose name depends on what it lists.
#[derive(Deserialize)]
struct Body {
    #[serde(
        alias = "cases",
        alias = "comments",
        alias = "userActions",
        alias = "files"
    )]
    data: Vec<Value>,
    total: usize,
}

impl Space {
    /// Walks over all pages of a listing: the request of any `_find`, without its page. Let it sort from the oldest on:
    /// what is added meanwhile is then told at the end, and what is deleted meanwhile hides nothing else.
    pub fn pages<T: DeserializeOwned>(&self, request: Request) -> Pages<T> {
        Pages {
            space: self.clone(),
            request,
            page: 1,
            told: HashSet::new(),
            total: 0,
            is_done: false,
            item: PhantomData,
        }
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// The same as a stream. It ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Page<T>, Error>> + Send {
        futures::stream::unfold(Some(self), async |pages| {
            let mut pages = pages?;
            let page = pages.next().await?;
            let rest = page.is_ok().then_some(pages);
            Some((page, rest))
        })
    }

    /// The next page, or `None` after the last one. After an error the same page can be asked for again.
    ///
    /// # Errors
    /// Those of the route; [`Error::Decode`] if it lists nothing.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        while !self.is_done {
            let request = self.request.clone();
            let request = request
                .query("page", self.page.to_string())
                .query("perPage", PER_PAGE.to_string());
            let body: Body = match self.space.fetch(request).await {
                Ok(body) => body,
                Err(error) => return Some(Err(error)),
            };
            self.advance(&body);
            let mut items = body.data;
            items.retain(|item| match item.get("id").and_then(Value::as_str) {
                Some(id) => self.told.insert(id.to_owned()),
                None => true,
            });
            if !items.is_empty() {
                let (items, unreadable) = read_each(items);
                return Some(Ok(Page {
                    items,
                    unreadable,
                    total: self.total,
                }));
            }
        }
        None
    }

    /// Where fewer are left than before, what follows has moved forward: go back as far as it can have moved.
    fn advance(&mut self, body: &Body) {
        let gone = self.total.saturating_sub(body.total);
        self.total = body.total;
        if gone > 0 && self.page > 1 {
            self.page = self.page.saturating_sub(gone.div_ceil(PER_PAGE)).max(1);
        } else {
            self.is_done = body.data.len() < PER_PAGE;
            self.page += 1;
        }
    }
}

use std::collections::HashSet;

use futures::Stream;
use jiff::Timestamp;

use super::find::{CasePage, FindCases, SortField};
use crate::{client::Space, error::Error, model::Case};

/// Every case that matches, oldest first, page by page; see [`Space::all_cases`].
#[derive(Debug)]
#[must_use]
pub struct AllCases {
    space: Space,
    find: FindCases,
    /// When the newest case so far was created; asking goes on from there, that moment included.
    reached: Option<Timestamp>,
    /// What was told of that moment already.
    told: HashSet<String>,
    is_done: bool,
}

impl Space {
    /// Walks over every case that `find` matches, however many there are: Kibana shows no more than 10,000 of one
    /// question, so each page asks anew from where the last one ended. Order and page of `find` do not matter.
    ///
    /// While cases come and go, each one that is there all the time is told once; one that is created meanwhile is told
    /// too, unless the walk has ended. Only where more cases than one page holds share a millisecond, which Kibana leaves
    /// without an order of their own, could one escape; the next walk finds it.
    pub fn all_cases(&self, find: &FindCases) -> AllCases {
        AllCases {
            space: self.clone(),
            find: FindCases {
                sort_field: SortField::CreatedAt,
                descending: false,
                page: 1,
                per_page: find.per_page.clamp(1, 100),
                ..find.clone()
            },
            reached: None,
            told: HashSet::new(),
            is_done: false,
        }
    }
}

impl AllCases {
    /// The same as a stream. It ends after an error.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space) -> Result<(), kibana_cases::Error> {
    /// use futures::{TryStreamExt as _, pin_mut};
    /// use kibana_cases::FindCases;
    ///
    /// let pages = space.all_cases(&FindCases::default()).into_stream();
    /// pin_mut!(pages);
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} cases", page.cases.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_stream(self) -> impl Stream<Item = Result<CasePage, Error>> + Send {
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
    /// As [`Space::find_cases`].
    pub async fn next(&mut self) -> Option<Result<CasePage, Error>> {
        while !self.is_done {
            if let Err(invalid) = self.find.check() {
                return Some(Err(invalid.into()));
            }
            let mut request = self.find.request();
            if let Some(reached) = self.reached {
                request.query.retain(|(name, _)| name != "from");
                request = request.query("from", reached.to_string());
            }
            let mut page = match self.space.page_of_cases(request).await {
                Ok(page) => page,
                Err(error) => return Some(Err(error)),
            };
            let told = std::mem::take(&mut self.told);
            self.advance(&page, &told);
            page.cases.retain(|case| !told.contains(case.id.as_str()));
            page.unreadable
                .retain(|item| item.id.as_ref().is_none_or(|id| !told.contains(id)));
            if !page.cases.is_empty() || !page.unreadable.is_empty() {
                return Some(Ok(page));
            }
        }
        None
    }

    /// Decides where the next page begins, and remembers what it will show again.
    fn advance(&mut self, page: &CasePage, told: &HashSet<String>) {
        let newest = page.cases.iter().map(|case| case.created_at).max();
        let n_items = page.cases.len() + page.unreadable.len();
        self.is_done = u32::try_from(n_items).is_ok_and(|n| n < self.find.per_page);
        if newest > self.reached {
            self.reached = newest;
            self.find.page = 1;
        } else {
            // A whole page of one moment: the next begins with the same question.
            self.find.page += 1;
            self.told.clone_from(told);
        }
        let at_edge = |case: &&Case| Some(case.created_at) >= self.reached;
        let cases = page.cases.iter().filter(at_edge);
        self.told.extend(cases.map(|case| case.id.to_string()));
        let unreadable = page.unreadable.iter().filter_map(|item| item.id.clone());
        self.told.extend(unreadable);
    }
}

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    check,
    client::Space,
    error::Error,
    id::{CaseId, file_kind},
    lenient::List,
    model::{FileInfo, Owner},
    page::Page,
    request::Request,
};

/// Which files of an owner's cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindFiles {
    /// Whose cases.
    pub owner: Owner,
    /// Those of these cases; of all if empty.
    pub cases: Vec<CaseId>,
    /// From 1; `page * per_page` is at most 10,000.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
}

#[derive(Deserialize)]
struct Body {
    files: Vec<Value>,
    total: usize,
}

impl Default for FindFiles {
    /// 100 files of any case of Elastic Security.
    fn default() -> Self {
        Self {
            owner: Owner::SecuritySolution,
            cases: Vec::new(),
            page: 1,
            per_page: 100,
        }
    }
}

impl Space {
    /// Finds files of cases, with their sizes.
    ///
    /// ```no_run
    /// # async fn example(space: kibana_cases::Space, case: kibana_cases::Case) -> Result<(), kibana_cases::Error> {
    /// use kibana_cases::FindFiles;
    ///
    /// let find = FindFiles { owner: case.owner, cases: vec![case.id], ..FindFiles::default() };
    /// for file in space.find_files(&find).await?.items {
    ///     println!("{} {:?}", file.name, file.size);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Api`] with `is_forbidden()` if the key may not read cases of this owner.
    pub async fn find_files(&self, find: &FindFiles) -> Result<Page<FileInfo>, Error> {
        check::page(find.page, find.per_page)?;
        let meta = if find.cases.is_empty() {
            json!({})
        } else {
            json!({"meta": {"caseIds": find.cases}})
        };
        let kind = file_kind(&find.owner);
        let path = ["api", "files", "files", &kind, "list"];
        let request = Request::post("POST /api/files/files/{kind}/list", &path, meta)
            .query("page", find.page.to_string())
            .query("perPage", find.per_page.to_string());
        let body: Body = self.fetch(request.harmless()).await?;
        let List { items, unreadable } = List::read(body.files);
        Ok(Page {
            items,
            unreadable,
            total: body.total,
        })
    }
}

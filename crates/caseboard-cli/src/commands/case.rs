//! Cases: listed, found, shown, and written.

use caseboard_core::{
    code::CommandError,
    id::{CaseRef, SourceId},
    view::{
        BoardQuery, BoardRows, CaseEdit, CaseRow, CaseTexts, DeploymentView, FoundCases, ListPart,
        NewCaseForm, NewStatus,
    },
};
use serde::Serialize;
use serde_json::json;

use crate::{
    args::{CreateCase, FindCases, ListCases, UpdateCase, Write},
    context::{Context, invalid},
    exit,
    output::{self, page::Page},
    told::{Result, Told},
    writes::settle,
};

pub(super) async fn list(context: &Context, list: &ListCases) -> Result {
    let deployments = context.read().await?;
    let query = context.within(&list.words.join(" "), &deployments);
    let desk = &context.desk;
    let window = desk
        .board_window(&query, &list.status, 0, list.limit)
        .await?;
    let mut problems = output::problems(&deployments);
    problems.extend(output::search(
        &desk.board(&query, &BoardRows::default()).await?.search,
    ));
    let told = json!({"total": window.total, "rows": window.rows, "problems": problems});
    Ok(context.tell(&told, |page| {
        output::cases(page, &window.rows);
        page.line(format!("{} of {} cases", window.rows.len(), window.total));
        output::not_read(page, &problems);
    }))
}

/// What Kibana found in one source.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundIn {
    source: SourceId,
    name: String,
    page: u32,
    per_page: u32,
    #[serde(flatten)]
    found: Option<FoundCases>,
    problem: Option<CommandError>,
}

pub(super) async fn find(context: &Context, find: &FindCases) -> Result {
    if let Some(text) = &find.query {
        return search(context, find, text).await;
    }
    let filter = find.filter();
    let mut answers = Vec::new();
    for (source, name) in context.sources().await? {
        let found = context.desk.find_cases(&source, &filter).await;
        let (found, problem) = match found {
            Ok(found) => (Some(found), None),
            Err(problem) => (None, Some(problem)),
        };
        answers.push(FoundIn {
            source,
            name,
            page: find.page,
            per_page: find.per_page,
            found,
            problem,
        });
    }
    let problem = answers.iter().find_map(|answer| answer.problem.clone());
    if let (Some(problem), true) = (&problem, answers.iter().all(|one| one.found.is_none())) {
        return Err(problem.clone());
    }
    let text = context.tell_as(&json!({"sources": answers}), |page| {
        let rows = answers.iter().filter_map(|answer| answer.found.as_ref());
        let rows: Vec<CaseRow> = rows.flat_map(|found| found.rows.clone()).collect();
        output::cases(page, &rows);
        for answer in &answers {
            found_in(page, answer);
        }
    });
    let exit = problem.map_or(0, |problem| exit::of(problem.code));
    Ok(Told { text, exit })
}

fn found_in(page: &mut Page, answer: &FoundIn) {
    if let Some(problem) = &answer.problem {
        page.line(format!(
            "could not be read: {}: {}",
            answer.name, problem.message
        ));
    }
    let Some(found) = &answer.found else {
        return;
    };
    let n_pages = found.total.div_ceil(answer.per_page).max(1);
    page.line(format!(
        "{}: {} of {} cases, page {} of {n_pages}",
        answer.name,
        found.rows.len(),
        found.total,
        answer.page
    ));
    if found.n_unreadable > 0 {
        page.line(format!(
            "{}: {} cases could not be read",
            answer.name, found.n_unreadable
        ));
    }
}

async fn search(context: &Context, find: &FindCases, text: &str) -> Result {
    let (order, descending) = find
        .order()
        .ok_or_else(|| invalid("sort-field", "a search with --query has no order by status"))?;
    let deployments = context.read().await?;
    let query = context.within(text, &deployments);
    let list = ListPart {
        group: None,
        order,
        descending,
        offset: (find.page - 1) * find.per_page,
        limit: find.per_page,
    };
    let window = context.desk.list(&query, &list).await?;
    let search = context
        .desk
        .board(&query, &BoardRows::default())
        .await?
        .search;
    let mut problems = output::problems(&deployments);
    problems.extend(output::search(&search));
    let told = json!({
        "total": window.total, "page": find.page, "perPage": find.per_page, "rows": window.rows, "search": search,
        "problems": problems,
    });
    Ok(context.tell(&told, |page| {
        output::cases(page, &window.rows);
        let n_pages = window.total.div_ceil(find.per_page).max(1);
        page.line(format!(
            "{} of {} cases, page {} of {n_pages}",
            window.rows.len(),
            window.total,
            find.page
        ));
        output::not_read(page, &problems);
    }))
}

pub(super) async fn get(context: &Context, text: &str) -> Result {
    let detail = context.case_in_full(text).await?;
    let texts = context.desk.texts(&detail.row.case).await?;
    let CaseTexts {
        title,
        tags,
        assignees,
        description,
        comments,
    } = &texts;
    let told = json!({
        "case": detail.row, "title": title, "tags": tags, "assigneeUids": assignees, "description": description,
        "reporter": detail.reporter, "category": detail.category, "syncAlerts": detail.sync_alerts, "closedAt": detail.closed_at,
        "kibanaUrl": detail.kibana_url, "comments": comments, "alerts": detail.alerts, "entries": detail.entries,
        "readAt": detail.read_at, "problem": detail.problem,
    });
    Ok(context.tell(&told, |page| output::case(page, &detail, &texts)))
}

pub(super) async fn timeline(context: &Context, text: &str) -> Result {
    let case = context.case(text).await?;
    let target = context.desk.name_case(&case).await?;
    let entries = context.desk.timeline(&case).await?;
    let told = json!({"case": target, "entries": entries});
    Ok(context.tell(&told, |page| output::timeline(page, &target, &entries)))
}

pub(super) async fn create(context: &Context, create: &CreateCase) -> Result {
    let (source, _) = context.source().await?;
    let form = NewCaseForm {
        title: create.title.clone(),
        description: context.text(&create.description)?,
        tags: create.tags.clone(),
        severity: severity(&create.severity)?,
        assignees: create.assignees.clone(),
        category: create.category.clone(),
        sync_alerts: !create.no_sync_alerts,
        custom_fields: Vec::new(),
    };
    let written = create
        .write
        .desk(context)
        .create_case(&source, form)
        .await?;
    settle(context, &create.write, vec![written], &[]).await
}

pub(super) async fn update(context: &Context, update: &UpdateCase) -> Result {
    let cases = context.cases(&update.cases).await?;
    let cases: Vec<_> = cases.into_iter().map(|(_, case)| case).collect();
    let edit = CaseEdit {
        status: update.status.as_deref().map(status),
        severity: update.severity.as_deref().map(severity).transpose()?,
        title: update.title.clone(),
        description: match &update.description {
            Some(text) => Some(context.text(text)?),
            None => None,
        },
        tags: update.replace_tags.as_deref().map(tags),
        category: update.category.clone(),
        sync_alerts: update.sync_alerts,
        ..CaseEdit::default()
    };
    if edit == CaseEdit::default() && !update.changes_lists() {
        return Err(invalid("field", "nothing is to be changed"));
    }
    write_edits(context, &cases, &edit, Some(update), &update.write).await
}

pub(super) async fn close(context: &Context, cases: &[String], write: &Write) -> Result {
    let cases = context.cases(cases).await?;
    let cases: Vec<_> = cases.into_iter().map(|(_, case)| case).collect();
    let edit = CaseEdit {
        status: Some(NewStatus::Closed),
        ..CaseEdit::default()
    };
    write_edits(context, &cases, &edit, None, write).await
}

pub(super) async fn delete(context: &Context, cases: &[String], write: &Write) -> Result {
    let cases = context.cases(cases).await?;
    for (text, case) in &cases {
        write.destroys(text, case)?;
    }
    write.many(cases.len())?;
    let cases: Vec<_> = cases.into_iter().map(|(_, case)| case).collect();
    let written = write.desk(context).delete_cases(&cases).await?;
    settle(context, write, written, &[]).await
}

/// Writes an edit to cases as one bulk; what each needs may hang on the tags and persons that it has.
async fn write_edits(
    context: &Context,
    cases: &[CaseRef],
    edit: &CaseEdit,
    lists: Option<&UpdateCase>,
    write: &Write,
) -> Result {
    write.many(cases.len())?;
    let desk = write.desk(context);
    let written = match lists.filter(|update| update.changes_lists()) {
        None => desk.edit_cases(cases, edit).await?,
        Some(update) => {
            let mut edits = Vec::with_capacity(cases.len());
            for case in cases {
                let edit = update.with_lists(edit, desk.texts(case).await?);
                edits.push((case.clone(), edit));
            }
            desk.edit_each(&edits).await?
        }
    };
    let unchanged = cases.iter();
    let unchanged = unchanged.filter(|case| !written.iter().any(|entry| entry.case == **case));
    let unchanged: Vec<_> = unchanged.cloned().collect();
    settle(context, write, written, &unchanged).await
}

impl UpdateCase {
    fn changes_lists(&self) -> bool {
        let lists = [
            &self.add_tags,
            &self.remove_tags,
            &self.assign,
            &self.unassign,
        ];
        lists.iter().any(|list| !list.is_empty())
    }

    fn with_lists(&self, edit: &CaseEdit, has: CaseTexts) -> CaseEdit {
        let mut edit = edit.clone();
        if !self.add_tags.is_empty() || !self.remove_tags.is_empty() {
            edit.tags = Some(changed(has.tags, &self.add_tags, &self.remove_tags));
        }
        if !self.assign.is_empty() || !self.unassign.is_empty() {
            edit.assignees = Some(changed(has.assignees, &self.assign, &self.unassign));
        }
        edit
    }
}

/// A list with some items added and some removed.
pub(crate) fn changed(mut list: Vec<String>, add: &[String], remove: &[String]) -> Vec<String> {
    list.retain(|item| !remove.contains(item));
    for item in add {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
    list
}

fn tags(text: &str) -> Vec<String> {
    let tags = text.split(',').map(|tag| tag.trim().to_owned());
    tags.filter(|tag| !tag.is_empty()).collect()
}

/// The command line takes no other words.
fn status(word: &str) -> NewStatus {
    match word {
        "closed" => NewStatus::Closed,
        "in-progress" => NewStatus::InProgress,
        _ => NewStatus::Open,
    }
}

fn severity(word: &str) -> Result<String> {
    if ["low", "medium", "high", "critical"].contains(&word) {
        Ok(word.to_owned())
    } else {
        Err(invalid("severity", "use low, medium, high or critical"))
    }
}

impl Context {
    /// A search, of the places that are meant alone.
    pub(crate) fn within(&self, text: &str, deployments: &[DeploymentView]) -> BoardQuery {
        let mut filters = Vec::new();
        if let (Some(_), [only]) = (&self.deployment, deployments) {
            filters.push(format!("deployment:\"{}\"", only.name));
        }
        filters.extend(self.space.iter().map(|space| format!("space:\"{space}\"")));
        let text = match (text.trim(), filters.join(" ")) {
            (text, filters) if filters.is_empty() => text.to_owned(),
            ("", filters) => filters,
            (text, filters) => format!("({text}) {filters}"),
        };
        BoardQuery {
            text,
            ..BoardQuery::default()
        }
    }
}

//! Tools that read.

use std::time::Duration;

use caseboard_core::{
    code::{CommandError, ErrorCode},
    id::EntryId,
    view::{
        AlertFilter, AlertLookup, BoardRows, CaseFilter, CaseRow, DeploymentView, EntryView,
        Policy, SortField,
    },
};
use serde::Serialize;

use super::{
    Answer, input,
    session::Call,
    told::{self, Row, Written, page, person, short, sources},
    untrusted::Untrusted,
};
use crate::{
    context::{Context, invalid, not_found},
    exit, output,
    told::Result,
};

/// Items of an answer if nobody says how many.
const FEW: u32 = 20;
/// Most cases of each place in one answer of Kibana's find.
const MOST_FOUND: u32 = 50;
/// Most words of a text that are looked up.
const MOST_WORDS: usize = 20;
const LONGEST_WAIT: u32 = 60;

/// Our words, and a value.
pub(super) fn answer(head: impl Into<String>, value: &impl Serialize) -> Answer {
    let value = serde_json::to_value(value).expect("answers are JSON");
    Answer {
        head: head.into(),
        value,
    }
}

/// How many items are wanted.
fn limit(wanted: Option<u32>, most: u32) -> Result<u32> {
    match wanted.unwrap_or(FEW) {
        n if (1..=most).contains(&n) => Ok(n),
        _ => Err(invalid("limit", &format!("1 to {most}"))),
    }
}

fn rows(call: &Call, rows: &[CaseRow]) -> Vec<Row> {
    call.session.gave(sources(rows));
    rows.iter().map(Row::of).collect()
}

pub(super) fn problem(error: &CommandError) -> String {
    exit::words(error.code).to_owned()
}

pub(super) async fn spaces(call: Call, _: input::Nothing) -> Result<Answer> {
    let context = call.all()?;
    let deployments = context.deployments().await?;
    let policies = context.desk.agent_policies().await?;
    let granted = |source: &caseboard_core::id::SourceId, policy: Policy| {
        let grants = policies.grants.iter();
        let grants = grants.filter(|grant| grant.source == *source && grant.policy == policy);
        let names = grants.map(|grant| match &grant.case {
            None => grant.class.name().to_owned(),
            Some(case) => format!("{} in {} for a while", grant.class.name(), case.id),
        });
        names.collect::<Vec<_>>()
    };
    let mut spaces = Vec::new();
    for deployment in &deployments {
        for space in deployment.spaces.iter().filter(|space| space.shown) {
            spaces.push(told::Space {
                deployment: deployment.name.clone(),
                space: space.source.space.to_string(),
                name: short(&space.name),
                active: space.n_active,
                cases: space.n_cases,
                read_only: space.rights.write == Some(false),
                read_at: space.sync.at.clone(),
                problem: space.sync.problem.as_ref().map(problem),
                ask: granted(&space.source, Policy::Ask),
                allow: granted(&space.source, Policy::Allow),
            });
        }
    }
    Ok(answer(
        format!("{} spaces in use.", spaces.len()),
        &told::Spaces { spaces },
    ))
}

pub(super) async fn deployments(call: Call, _: input::Nothing) -> Result<Answer> {
    let deployments = call.all()?.deployments().await?;
    let of = |deployment: &DeploymentView| {
        let spaces = deployment.spaces.iter().filter(|space| space.shown);
        told::Deployment {
            name: deployment.name.clone(),
            kibana_version: deployment.kibana_version.clone(),
            spaces: spaces.map(|space| space.source.space.to_string()).collect(),
            problem: deployment.problem.as_ref().map(problem),
        }
    };
    let deployments: Vec<_> = deployments.iter().map(of).collect();
    Ok(answer(
        format!("{} deployments.", deployments.len()),
        &told::Deployments { deployments },
    ))
}

pub(super) async fn test(call: Call, input: input::OneDeployment) -> Result<Answer> {
    let context = call.all()?;
    let deployments = context.deployments().await?;
    let mut named = deployments
        .iter()
        .filter(|one| one.name == input.deployment);
    let deployment = named
        .next()
        .ok_or_else(|| not_found("there is no such deployment"))?;
    let test = context.desk.test_saved_deployment(&deployment.id).await?;
    let steps = test.steps.iter().map(|step| told::TestStep {
        step: output::step_name(step.name).to_owned(),
        outcome: output::short_outcome(&step.outcome).to_owned(),
    });
    let told = told::Test {
        deployment: deployment.name.clone(),
        steps: steps.collect(),
    };
    Ok(answer("Tested in five steps.", &told))
}

pub(super) async fn sync(call: Call, _: input::Nothing) -> Result<Answer> {
    let context = call.all()?;
    context.desk.sync_now();
    let total = |all: &[DeploymentView]| {
        let spaces = all.iter().flat_map(|one| &one.spaces);
        u32::try_from(spaces.filter(|space| space.shown).count()).unwrap_or(u32::MAX)
    };
    let all = total(&context.deployments().await?);
    call.progress(0, all).await;
    let deployments = context.read().await?;
    call.progress(total(&deployments), all).await;
    spaces(call, input::Nothing {}).await
}

pub(super) async fn list(call: Call, input: input::ListCases) -> Result<Answer> {
    let limit = limit(input.limit, input::MOST_ROWS)?;
    let offset = input.cursor.unwrap_or(0);
    let context = call.context(input.deployment, input.space)?;
    let deployments = context.read().await?;
    let text = input.query.unwrap_or_default();
    let query = context.within(&text, &deployments);
    let status = input.status.as_deref().unwrap_or("open");
    let window = context
        .desk
        .board_window(&query, status, offset, limit)
        .await?;
    let search = context
        .desk
        .board(&query, &BoardRows::default())
        .await?
        .search;
    let mut problems = problems(&deployments);
    problems.extend(output::search(&search).iter().map(|text| short(text)));
    Ok(listed(
        &call,
        status,
        window.total,
        &window.rows,
        (offset, problems),
    ))
}

/// What could not be read, without Kibana's words.
fn problems(deployments: &[DeploymentView]) -> Vec<Untrusted> {
    let mut problems = Vec::new();
    for deployment in deployments {
        for space in deployment.spaces.iter().filter(|space| space.shown) {
            let error = deployment.problem.as_ref().or(space.sync.problem.as_ref());
            problems.extend(error.map(|error| {
                let space = &space.source.space;
                short(&format!(
                    "{} / {space}: {}",
                    deployment.name,
                    problem(error)
                ))
            }));
        }
    }
    problems
}

fn listed(
    call: &Call,
    status: &str,
    total: u32,
    found: &[CaseRow],
    (offset, problems): (u32, Vec<Untrusted>),
) -> Answer {
    let (cases, next) = page(found, None, found.len(), Row::alike);
    let n = u32::try_from(cases.len()).unwrap_or(u32::MAX);
    call.session.gave(sources(found.iter().take(cases.len())));
    let end = offset.saturating_add(n);
    let next_cursor = (next.is_some() || end < total).then_some(end);
    let head = match next_cursor {
        Some(cursor) => format!("{n} of {total} cases; cursor {cursor} goes on."),
        None => format!("{n} of {total} cases."),
    };
    let told = told::Cases {
        status: status.to_owned(),
        cases,
        total,
        next_cursor: next_cursor.filter(|_| n > 0),
        problems,
    };
    answer(head, &told)
}

pub(super) async fn find(call: Call, input: input::FindCases) -> Result<Answer> {
    let per_page = limit(input.per_page, MOST_FOUND)?;
    let page = input.page.unwrap_or(1).clamp(1, 10_000);
    let words = |all: Vec<input::Status>| all.into_iter().map(input::Status::word).collect();
    let filter = CaseFilter {
        search: input.search,
        tags: input.tags,
        status: words(input.status),
        severity: input
            .severity
            .into_iter()
            .map(input::Severity::word)
            .collect(),
        assignees: input.assignees,
        reporters: input.reporters,
        category: input.category,
        owner: input.owner,
        from: input.from,
        to: input.to,
        sort_field: sort_field(input.sort_field.unwrap_or(input::SortField::UpdatedAt)),
        descending: input.sort_order != Some(input::SortOrder::Asc),
        page,
        per_page,
    };
    let context = call.context(input.deployment, input.space)?;
    let (mut cases, mut places, mut first) = (Vec::new(), Vec::new(), None);
    let mut more = false;
    let all = context.sources().await?;
    let n_places = u32::try_from(all.len()).unwrap_or(u32::MAX);
    for (n, (source, place)) in (1..).zip(all) {
        let found = context.desk.find_cases(&source, &filter).await;
        call.progress(n, n_places).await;
        let (total, error) = match found {
            Ok(found) => {
                more |= found.total > page.saturating_mul(per_page);
                cases.extend(rows(&call, &found.rows));
                (Some(found.total), None)
            }
            Err(error) => (None, Some(error)),
        };
        let problem = error.as_ref().map(problem);
        first = first.or(error);
        places.push(told::FoundIn {
            place,
            total,
            problem,
        });
    }
    if let Some(error) = first
        && places.iter().all(|place| place.total.is_none())
    {
        return Err(error);
    }
    let total: u32 = places.iter().filter_map(|place| place.total).sum();
    let head = format!("{} of {total} cases, page {page}.", cases.len());
    let told = told::FoundCases {
        cases,
        places,
        page,
        more,
    };
    Ok(answer(head, &told))
}

fn sort_field(field: input::SortField) -> SortField {
    match field {
        input::SortField::CreatedAt => SortField::CreatedAt,
        input::SortField::UpdatedAt => SortField::UpdatedAt,
        input::SortField::ClosedAt => SortField::ClosedAt,
        input::SortField::Title => SortField::Title,
        input::SortField::Category => SortField::Category,
        input::SortField::Status => SortField::Status,
        input::SortField::Severity => SortField::Severity,
    }
}

pub(super) async fn get(call: Call, input: input::OneCase) -> Result<Answer> {
    let context = call.all()?;
    let detail = context.case_in_full(&input.case).await?;
    let row = &detail.row;
    let texts = context.desk.texts(&row.case).await?;
    call.session.gave([row.case.source.clone()]);
    let from = usize::try_from(input.from.unwrap_or(0)).unwrap_or(usize::MAX);
    let told = told::CaseInFull {
        case: row.handle.clone(),
        id: row.case.id.to_string(),
        place: format!("{} / {}", row.deployment_name, row.case.source.space),
        title: Untrusted::most(&texts.title, 200),
        status: row.status.clone(),
        severity: row.severity.clone(),
        owner: row.owner.clone(),
        category: detail.category.as_deref().map(short),
        tags: texts.tags.iter().map(|tag| short(tag)).collect(),
        assignees: row.assignees.iter().map(person).collect(),
        assignee_uids: texts.assignees,
        reporter: person(&detail.reporter),
        created: row.created_at.clone(),
        changed: row.changed_at.clone(),
        closed: detail.closed_at,
        sync_alerts: detail.sync_alerts,
        description: Untrusted::part(&texts.description, from, told::ALONE),
        comments: row.n_comments,
        alerts: row.n_alerts,
        waiting: entries(&context, &detail.entries).await?,
        problem: detail.problem.as_ref().map(problem),
    };
    Ok(answer("One case.", &told))
}

pub(super) async fn comments(call: Call, input: input::ListComments) -> Result<Answer> {
    let limit = limit(input.limit, input::MOST_ROWS)?;
    let context = call.all()?;
    let detail = context.case_in_full(&input.case).await?;
    let mut all = context
        .desk
        .texts(&detail.row.case)
        .await?
        .comments
        .unwrap_or_default();
    call.session.gave([detail.row.case.source.clone()]);
    let total = all.len();
    let (mut from, mut most) = (0, told::IN_LIST);
    if let Some(id) = &input.comment {
        all.retain(|one| one.id.as_str() == id);
        if all.is_empty() {
            return Err(not_found("the case has no comment of that id"));
        }
        (from, most) = (
            usize::try_from(input.from.unwrap_or(0)).unwrap_or(usize::MAX),
            told::ALONE,
        );
    }
    let of = |one: &caseboard_core::view::CommentText| told::Comment {
        id: one.id.to_string(),
        at: one.at.clone(),
        by: person(&one.by),
        text: Untrusted::part(&one.text, from, most),
    };
    let (comments, next_cursor) = page(&all, input.cursor, limit as usize, of);
    let told = told::Comments {
        case: detail.row.handle.clone(),
        comments,
        total,
        next_cursor,
        problem: detail.problem.as_ref().map(problem),
    };
    Ok(answer(
        format!("{} of {total} comments.", told.comments.len()),
        &told,
    ))
}

pub(super) async fn timeline(call: Call, input: input::PartOfCase) -> Result<Answer> {
    let limit = limit(input.limit, input::MOST_ROWS)?;
    let context = call.all()?;
    let case = context.case(&input.case).await?;
    let actions = context.desk.timeline(&case).await?;
    call.session.gave([case.source.clone()]);
    let of = |one: &caseboard_core::view::TimelineEntry| told::Action {
        at: one.at.clone(),
        by: person(&one.by),
        action: one.action.clone(),
        what: one.what.clone(),
        values: one.values.iter().take(10).map(|text| short(text)).collect(),
    };
    let total = actions.len();
    let (actions, next_cursor) = page(&actions, input.cursor, limit as usize, of);
    let told = told::Timeline {
        case: told::name(&context.desk.name_case(&case).await?),
        actions,
        total,
        next_cursor,
    };
    Ok(answer(
        format!("{} of {total} actions.", told.actions.len()),
        &told,
    ))
}

pub(super) async fn alerts(call: Call, input: input::PartOfCase) -> Result<Answer> {
    let limit = limit(input.limit, input::MOST_ROWS)?;
    let context = call.all()?;
    let detail = context.case_in_full(&input.case).await?;
    call.session.gave([detail.row.case.source.clone()]);
    let all = detail.alerts.unwrap_or_default();
    let (alerts, next_cursor) = page(&all, input.cursor, limit as usize, told::Alert::of_case);
    let told = told::Alerts {
        case: detail.row.handle.clone(),
        alerts,
        total: all.len(),
        next_cursor,
        problem: detail.problem.as_ref().map(problem),
    };
    Ok(answer(
        format!("{} of {} alerts.", told.alerts.len(), all.len()),
        &told,
    ))
}

pub(super) async fn cases_of_alert(call: Call, input: input::OneAlert) -> Result<Answer> {
    let (places, unasked) = look_up(&call, &input.alert).await?;
    let n: usize = places.iter().map(|place| place.cases.len()).sum();
    Ok(answer(
        format!("{n} cases hold it."),
        &told::AlertPlaces { places, unasked },
    ))
}

pub(super) async fn alert(call: Call, input: input::OneAlert) -> Result<Answer> {
    let (places, unasked) = look_up(&call, &input.alert).await?;
    if places.is_empty() && unasked.is_empty() {
        return Err(not_found("no space in use has such an alert"));
    }
    Ok(answer(
        format!("It lives in {} places.", places.len()),
        &told::AlertPlaces { places, unasked },
    ))
}

async fn look_up(call: &Call, alert: &str) -> Result<(Vec<told::AlertPlace>, Vec<String>)> {
    let context = call.all()?;
    // Their keys have to be there.
    context.sources().await?;
    let id = alert
        .parse()
        .map_err(|_| invalid("alert", "that is no id of an alert"))?;
    let lookup = context.desk.look_up_alert(&id).await?;
    let unasked = lookup.unasked.iter().cloned().collect();
    Ok((places(call, &lookup), unasked))
}

fn places(call: &Call, lookup: &AlertLookup) -> Vec<told::AlertPlace> {
    let places = lookup.places.iter().map(|place| {
        call.session.gave([place.source.clone()]);
        told::AlertPlace {
            place: place.name.clone(),
            alert: place.alert.as_ref().map(told::Alert::found),
            cases: rows(call, &place.cases),
        }
    });
    places.collect()
}

pub(super) async fn find_alerts(call: Call, input: input::FindAlerts) -> Result<Answer> {
    let limit = limit(input.limit, input::MOST_ROWS)?;
    let filter = AlertFilter {
        rule: input.rule,
        host: input.host,
        user: input.user,
        severity: input.severity.map(input::Severity::word),
        status: input.status.map(input::AlertStatus::word),
        from: input.from,
        to: input.to,
        limit,
    };
    let context = call.context(input.deployment, input.space)?;
    let (mut found, mut places, mut first) = (Vec::new(), Vec::new(), None);
    for (source, place) in context.sources().await? {
        match context.desk.find_alerts(&source, &filter).await {
            Ok(answer) => {
                call.session.gave([source]);
                places.push(told::FoundIn {
                    place,
                    total: Some(answer.total),
                    problem: None,
                });
                found.extend(answer.alerts);
            }
            Err(error) => {
                places.push(told::FoundIn {
                    place,
                    total: None,
                    problem: Some(problem(&error)),
                });
                first.get_or_insert(error);
            }
        }
    }
    if let Some(error) = first
        && places.iter().all(|place| place.total.is_none())
    {
        return Err(error);
    }
    let (alerts, next) = page(&found, None, found.len(), told::Alert::found);
    let total: u32 = places.iter().filter_map(|place| place.total).sum();
    let told = told::FoundAlerts {
        alerts,
        places,
        cut: next.is_some(),
    };
    Ok(answer(
        format!("{} of {total} alerts.", told.alerts.len()),
        &told,
    ))
}

pub(super) async fn resolve(call: Call, input: input::SomeText) -> Result<Answer> {
    let context = call.all()?;
    context.read().await?;
    let sources: Vec<_> = context
        .sources()
        .await?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let separates = |c: char| c.is_whitespace() || ",;\"'`<>|()[]{}".contains(c);
    let mut words: Vec<&str> = Vec::new();
    for word in input.text.split(separates).filter(|word| !word.is_empty()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let n_words = u32::try_from(words.len().min(MOST_WORDS)).unwrap_or(u32::MAX);
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for (n, word) in (1..).zip(words.iter().take(MOST_WORDS)) {
        call.progress(n, n_words).await;
        let case = context.desk.find_case(word, &sources).await;
        let case = match case {
            Ok(case) => {
                let detail = context.desk.read_case_now(&case).await?;
                rows(&call, std::slice::from_ref(&detail.row)).pop()
            }
            Err(error) if error.code == ErrorCode::Internal => return Err(error),
            Err(_) => None,
        };
        let mut alert = Vec::new();
        if case.is_none()
            && let Ok(id) = word.parse()
            && may_be_alert(word)
        {
            alert = places(&call, &context.desk.look_up_alert(&id).await?);
        }
        if case.is_none() && alert.is_empty() {
            unknown.push(short(word));
            continue;
        }
        found.push(told::ResolvedWord {
            word: (*word).to_owned(),
            case,
            alert,
        });
    }
    let told = told::Resolved {
        found,
        unknown,
        cut: words.len() > MOST_WORDS,
    };
    Ok(answer(
        format!("{} of {n_words} words mean something.", told.found.len()),
        &told,
    ))
}

/// Ids of alerts are long; what is shorter is a word.
fn may_be_alert(word: &str) -> bool {
    word.len() >= 20 && word.chars().any(|c| c.is_ascii_digit())
}

pub(super) async fn outbox(call: Call, input: input::Entries) -> Result<Answer> {
    let limit = limit(input.limit, input::MOST_ROWS)?;
    let context = call.all()?;
    let all = if input.entries.is_empty() {
        let mut all = context.desk.outbox().await?.entries;
        all.reverse();
        all
    } else {
        let wait = input.wait_seconds.unwrap_or(0).min(LONGEST_WAIT);
        let ids = ids(&input.entries)?;
        let wait = Duration::from_secs(wait.into());
        context.desk.wait_for_entries(&ids, wait).await?
    };
    call.session
        .gave(all.iter().map(|entry| entry.case.source.clone()));
    let written = entries(&context, &all).await?;
    let total = written.len();
    let mut written: Vec<_> = written.into_iter().map(Some).collect();
    let start = input.cursor.unwrap_or(0) as usize;
    let sizes: Vec<_> = written.iter().flatten().collect();
    let (taken, next_cursor) = page(&sizes, input.cursor, limit as usize, |one| {
        serde_json::to_value(one).expect("it is JSON")
    });
    let n = taken.len();
    let entries = written.iter_mut().skip(start).take(n);
    let told = told::Outbox {
        entries: entries.filter_map(Option::take).collect(),
        total,
        next_cursor,
    };
    Ok(answer(
        format!("{n} of {total} entries, newest first."),
        &told,
    ))
}

/// Entries with the cases that they go to, and what people are asked about them.
pub(super) async fn entries(context: &Context, entries: &[EntryView]) -> Result<Vec<Written>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let proposals = context.desk.proposals().await?;
    let mut told = Vec::with_capacity(entries.len());
    for entry in entries {
        let target = context.desk.name_case(&entry.case).await?;
        told.push(Written::of(entry, &target, &proposals));
    }
    Ok(told)
}

pub(super) fn ids(texts: &[String]) -> Result<Vec<EntryId>> {
    let ids = texts.iter().cloned();
    ids.map(|text| {
        EntryId::try_from(text).map_err(|_| invalid("entry", "that is no id of an entry"))
    })
    .collect()
}

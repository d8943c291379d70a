//! Views as text for people.

pub(crate) mod bar;
pub(crate) mod page;
mod proposal;

use caseboard_core::{
    code::CommandError,
    view::{
        AlertLookup, AlertSummary, AttachReport, CaseAlert, CaseDetail, CaseRights, CaseRow,
        CaseTexts, DeploymentTest, DeploymentView, EntryCase, EntryView, FoundAlert, FoundAlerts,
        KeyWarning, OutboxView, Outcome, Person, Searched, StorageView, TestOutcome, TestStepName,
        TimelineEntry,
    },
};

use self::page::{Page, Part, Style};
pub(crate) use self::proposal::{policies, proposal};
use crate::writes;

/// An error as a terminal tells it.
pub(crate) fn failed(page: &mut Page, error: &CommandError) {
    let hint = error.hint.as_ref();
    let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
    page.parts(&[
        (Style::Red, "error: ".to_owned()),
        (Style::Plain, format!("{}{hint}", error.message)),
    ]);
}

/// What could not be read, and why: `PROD / soc: …`.
pub(crate) fn problems(deployments: &[DeploymentView]) -> Vec<String> {
    let mut problems = Vec::new();
    for deployment in deployments {
        problems.extend(
            deployment
                .problem
                .as_ref()
                .map(|problem| format!("{}: {}", deployment.name, problem.message)),
        );
        for space in deployment.spaces.iter().filter(|space| space.shown) {
            problems.extend(space.sync.problem.as_ref().map(|problem| {
                format!(
                    "{} / {}: {}",
                    deployment.name, space.source.space, problem.message
                )
            }));
        }
    }
    problems
}

/// What of a search could not be read, and where it could have missed something.
pub(crate) fn search(search: &Searched) -> Vec<String> {
    let problems = search
        .problems
        .iter()
        .map(|problem| format!("search, at {}: {}", problem.start + 1, problem.message));
    let incomplete = search.incomplete.iter().map(|source| {
        format!(
            "{}: comments and alerts of {} of {} cases",
            source.name,
            source.n_cases - source.n_detailed,
            source.n_cases
        )
    });
    problems.chain(incomplete).collect()
}

/// What is wrong with what is kept on this computer.
pub(crate) fn storage(storage: &StorageView) -> Vec<String> {
    let not_kept = storage.problem.as_ref();
    let not_kept = not_kept.map(|problem| format!("nothing is kept on disk: {}", problem.message));
    let moved = storage.kept_file.as_ref();
    let moved = moved.map(|name| format!("the database could not be read and is kept as {name}"));
    not_kept.into_iter().chain(moved).collect()
}

/// Lines of what could not be read.
pub(crate) fn not_read(page: &mut Page, problems: &[String]) {
    for problem in problems {
        page.line(format!("could not be read: {problem}"));
    }
}

/// A table of cases.
pub(crate) fn cases(page: &mut Page, rows: &[CaseRow]) {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![
                (Style::of_severity(&row.severity), row.severity.clone()),
                plain(&row.status),
                (Style::Strong, row.handle.clone()),
                plain(row.n_alerts.to_string()),
                plain(row.n_comments.to_string()),
                plain(&row.title),
            ]
        })
        .collect();
    let head = ["SEVERITY", "STATUS", "CASE", "ALERTS", "COMMENTS", "TITLE"];
    page.table(&head, &rows);
}

/// A case in full.
pub(crate) fn case(page: &mut Page, detail: &CaseDetail, texts: &CaseTexts) {
    let row = &detail.row;
    page.parts(&[
        (Style::Strong, row.handle.clone()),
        plain(format!("  {}", row.title)),
    ]);
    let persons: Vec<_> = row.assignees.iter().map(name).collect();
    for (what, value) in [
        ("id", row.case.id.to_string()),
        (
            "space",
            format!("{} / {}", row.deployment_name, row.case.source.space),
        ),
        ("status", row.status.clone()),
        ("severity", row.severity.clone()),
        ("owner", row.owner.clone()),
        ("category", detail.category.clone().unwrap_or_default()),
        ("tags", row.tags.join(", ")),
        ("assigned", persons.join(", ")),
        ("reporter", name(&detail.reporter)),
        ("created", row.created_at.clone()),
        ("changed", row.changed_at.clone()),
        ("closed", detail.closed_at.clone().unwrap_or_default()),
        ("Kibana", detail.kibana_url.clone()),
    ] {
        if !value.is_empty() {
            page.line(format!("{what:9} {value}"));
        }
    }
    heading(page, "description");
    page.block(&texts.description);
    let n_comments = texts.comments.as_ref().map_or(0, Vec::len);
    heading(page, &format!("comments: {n_comments}"));
    comments(page, texts);
    let n_alerts = detail.alerts.as_ref().map_or(0, Vec::len);
    heading(page, &format!("alerts: {n_alerts}"));
    alerts(page, detail.alerts.as_deref().unwrap_or_default());
    entries(page, &detail.entries);
    age(page, detail);
}

/// Comments with their ids.
pub(crate) fn comments(page: &mut Page, texts: &CaseTexts) {
    let Some(comments) = &texts.comments else {
        page.line("they were never read");
        return;
    };
    for comment in comments {
        let edited = comment.edited_at.as_ref();
        let edited = edited.map_or_else(String::new, |at| format!(", edited {at}"));
        page.parts(&[
            (Style::Strong, name(&comment.by)),
            (
                Style::Faint,
                format!("  {}{edited}  {}", comment.at, comment.id),
            ),
        ]);
        page.block(&comment.text);
    }
}

/// A table of the alerts of a case.
pub(crate) fn alerts(page: &mut Page, alerts: &[CaseAlert]) {
    if alerts.is_empty() {
        return;
    }
    let rows: Vec<_> = alerts
        .iter()
        .map(|alert| {
            of_alert(
                &alert.attached_at,
                alert.id.as_str(),
                alert.summary.as_ref(),
            )
        })
        .collect();
    page.table(
        &[
            "SEVERITY", "STATUS", "ATTACHED", "ALERT", "HOST", "USER", "RULE",
        ],
        &rows,
    );
}

/// Alerts that were found in one source.
pub(crate) fn found_alerts(
    page: &mut Page,
    place: &str,
    found: &Result<FoundAlerts, CommandError>,
) {
    let found = match found {
        Ok(found) => found,
        Err(problem) => {
            page.line(format!("could not be read: {place}: {}", problem.message));
            return;
        }
    };
    let row = |alert: &FoundAlert| {
        let at = alert.summary.at.clone().unwrap_or_default();
        of_alert(&at, alert.id.as_str(), Some(&alert.summary))
    };
    let rows: Vec<_> = found.alerts.iter().map(row).collect();
    page.table(
        &[
            "SEVERITY", "STATUS", "RAISED", "ALERT", "HOST", "USER", "RULE",
        ],
        &rows,
    );
    let at_least = if found.is_exact { "" } else { "at least " };
    page.line(format!(
        "{place}: {} of {at_least}{} alerts",
        found.alerts.len(),
        found.total
    ));
}

fn of_alert(at: &str, id: &str, summary: Option<&AlertSummary>) -> Vec<Part> {
    let Some(summary) = summary else {
        let gone = "(its document is gone or may not be read)";
        return vec![
            plain(""),
            plain(""),
            plain(at),
            plain(id),
            plain(""),
            plain(""),
            plain(gone),
        ];
    };
    let text = |text: &Option<String>| plain(text.as_deref().unwrap_or_default());
    let severity = summary.severity.clone().unwrap_or_default();
    vec![
        (Style::of_severity(&severity), severity),
        text(&summary.status),
        plain(at),
        plain(id),
        text(&summary.host),
        text(&summary.user),
        text(&summary.rule_name),
    ]
}

/// Where an alert lives, and its cases.
pub(crate) fn lookup(page: &mut Page, lookup: &AlertLookup) {
    for place in &lookup.places {
        page.parts(&[(Style::Strong, place.name.clone())]);
        if let Some(alert) = &place.alert {
            let summary = &alert.summary;
            let parts = [
                ("alert", Some(alert.id.to_string())),
                ("index", Some(alert.index.clone())),
                ("rule", summary.rule_name.clone()),
                ("severity", summary.severity.clone()),
                ("status", summary.status.clone()),
                ("raised", summary.at.clone()),
                ("host", summary.host.clone()),
                ("user", summary.user.clone()),
                ("reason", summary.reason.clone()),
            ];
            for (what, value) in parts {
                if let Some(value) = value {
                    page.line(format!("{what:9} {value}"));
                }
            }
        } else {
            page.line("its document is gone or may not be read");
        }
        if place.cases.is_empty() {
            page.line("no case holds it");
        } else {
            cases(page, &place.cases);
        }
    }
    unasked(page, lookup);
}

/// Sources that could not be asked about an alert.
pub(crate) fn unasked(page: &mut Page, lookup: &AlertLookup) {
    for name in &lookup.unasked {
        page.line(format!("could not be asked: {name}"));
    }
}

/// What became of alerts that were to be attached; `entries` are those that some are on their way by.
pub(crate) fn attached(
    page: &mut Page,
    report: &AttachReport,
    entries: &[EntryView],
    dry_run: bool,
) {
    let rows: Vec<_> = report
        .items
        .iter()
        .map(|item| {
            let words = outcome_words(&item.outcome, entries, dry_run);
            vec![plain(item.id.to_string()), plain(words)]
        })
        .collect();
    page.table(&["ALERT", "OUTCOME"], &rows);
    for shortened in &report.shortened {
        page.line(format!("shortened, and so not looked up: {shortened}"));
    }
    if report.cut_off {
        page.line("the text holds more than was read (20 MB or 50,000 ids)");
    }
}

fn outcome_words(outcome: &Outcome, entries: &[EntryView], dry_run: bool) -> String {
    match outcome {
        Outcome::Attached => "attached".to_owned(),
        Outcome::AlreadyAttached => "was attached before".to_owned(),
        Outcome::NotFound { unasked } if unasked.is_empty() => "not found".to_owned(),
        Outcome::NotFound { unasked } => {
            format!("not found; could not be asked: {}", unasked.join(", "))
        }
        Outcome::Elsewhere { sources } => {
            format!("lives elsewhere: {}", sources.join(", "))
        }
        Outcome::Refused { error } => format!("refused: {}", error.message),
        Outcome::Waiting { .. } if dry_run => "would be attached".to_owned(),
        Outcome::Waiting { entry } => {
            let entry = entries.iter().find(|one| one.id == *entry);
            let state = entry.map_or("waiting", |entry| writes::state(entry.state));
            format!("in the outbox: {state}")
        }
    }
}

/// What was done to a case.
pub(crate) fn timeline(page: &mut Page, target: &EntryCase, entries: &[TimelineEntry]) {
    writes::target(page, target);
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            vec![
                plain(&entry.at),
                plain(name(&entry.by)),
                plain(format!("{} {}", entry.action, entry.what)),
                plain(entry.values.join(", ")),
            ]
        })
        .collect();
    page.table(&["AT", "BY", "WHAT", "VALUE"], &rows);
}

/// What was written to a case and is not settled.
pub(crate) fn entries(page: &mut Page, entries: &[EntryView]) {
    if entries.is_empty() {
        return;
    }
    heading(page, "in the outbox");
    for entry in entries {
        of_entry(page, entry);
    }
}

/// The outbox, with the case of each entry.
pub(crate) fn outbox(page: &mut Page, outbox: &OutboxView) {
    if let Some(sender) = &outbox.sender {
        page.line(format!("{} sends (process {})", sender.name, sender.pid));
    }
    if outbox.entries.is_empty() {
        page.line("the outbox is empty");
    }
    for entry in &outbox.entries {
        if let Some(case) = outbox.cases.iter().find(|case| case.case == entry.case) {
            writes::target(page, case);
        }
        of_entry(page, entry);
    }
}

fn of_entry(page: &mut Page, entry: &EntryView) {
    let what = writes::what(&entry.what);
    page.line(format!(
        "  {}  {}  {what}: {}",
        entry.id,
        entry.created_at,
        writes::state(entry.state)
    ));
    if !matches!(entry.state, caseboard_core::view::EntryState::Done) {
        writes::stands(page, entry, false);
    }
}

/// How old what is shown is, if Kibana could not be asked.
pub(crate) fn age(page: &mut Page, detail: &CaseDetail) {
    if let Some(problem) = &detail.problem {
        let read_at = detail.read_at.as_deref().unwrap_or("its list was");
        page.line(format!("as last read ({read_at}): {}", problem.message));
    }
}

/// Deployments and their spaces.
pub(crate) fn deployments(page: &mut Page, deployments: &[DeploymentView]) {
    if deployments.is_empty() {
        page.line(
            "No Kibana is connected in this profile. Connect one in the window, or with `caseboard deployment add`.",
        );
    }
    for deployment in deployments {
        head(
            page,
            &deployment.name,
            &deployment.url,
            deployment.kibana_version.as_deref(),
        );
        page.line(format!("  id {}", deployment.id));
        for space in &deployment.spaces {
            let shown = if space.shown { "in use" } else { "not in use" };
            let may_not = if space.rights.write == Some(false) {
                ", read-only key"
            } else {
                ""
            };
            page.line(format!(
                "  {}  {}  {shown}, {} active{may_not}",
                space.source.space, space.name, space.n_active
            ));
        }
    }
    not_read(page, &problems(deployments));
}

/// A table of spaces.
pub(crate) fn spaces(page: &mut Page, deployments: &[DeploymentView]) {
    let mut rows = Vec::new();
    for deployment in deployments {
        for space in &deployment.spaces {
            rows.push(vec![
                plain(format!("{} / {}", deployment.name, space.source.space)),
                plain(if space.shown { "yes" } else { "no" }),
                plain(space.n_active.to_string()),
                plain(space.sync.at.as_deref().unwrap_or("never")),
                plain(&space.name),
            ]);
        }
    }
    page.table(&["SPACE", "IN USE", "ACTIVE", "READ", "NAME"], &rows);
}

/// The steps of a test, the rights in each space, and a warning.
pub(crate) fn test(page: &mut Page, (name, url): (&str, &str), test: &DeploymentTest) {
    head(page, name, url, test.kibana_version.as_deref());
    for step in &test.steps {
        let outcome = outcome(&step.outcome);
        page.line(format!("  {}: {outcome}", step_name(step.name)));
    }
    for space in &test.spaces {
        let rights = rights(space.rights);
        page.line(format!("  {}  {}  {rights}", space.space, space.name));
    }
    if let Some(warning) = &test.warning {
        page.line(format!("warning: {}", too_much(warning)));
    }
}

fn head(page: &mut Page, name: &str, url: &str, version: Option<&str>) {
    let version = version.unwrap_or("version unknown");
    page.parts(&[
        (Style::Strong, name.to_owned()),
        plain(format!("  {url}  {version}")),
    ]);
}

fn heading(page: &mut Page, words: &str) {
    page.line("");
    page.parts(&[(Style::Strong, words.to_owned())]);
}

fn name(person: &Person) -> String {
    person.name.clone().unwrap_or_else(|| "nobody".to_owned())
}

fn plain(text: impl Into<String>) -> Part {
    (Style::Plain, text.into())
}

/// The name of a step of a test.
pub(crate) fn step_name(name: TestStepName) -> &'static str {
    match name {
        TestStepName::Reach => "reach",
        TestStepName::Tls => "TLS",
        TestStepName::SignIn => "sign in",
        TestStepName::Spaces => "spaces",
        TestStepName::Rights => "rights",
    }
}

/// The outcome of a step in a word, without the words of others.
pub(crate) fn short_outcome(outcome: &TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Ok => "ok",
        TestOutcome::Failed { .. } => "failed",
        TestOutcome::NotReached => "not reached",
        TestOutcome::Unknown => "unknown",
    }
}

fn outcome(outcome: &TestOutcome) -> String {
    match outcome {
        TestOutcome::Ok => "ok".to_owned(),
        TestOutcome::Failed { problem } => format!("failed, {}", problem.message),
        TestOutcome::NotReached => "not reached".to_owned(),
        TestOutcome::Unknown => "unknown".to_owned(),
    }
}

fn rights(rights: CaseRights) -> String {
    let all = [
        ("read", rights.read),
        ("write", rights.write),
        ("comment", rights.comment),
        ("assign", rights.assign),
        ("reopen", rights.reopen),
        ("delete", rights.delete),
        ("push", rights.push),
        ("alerts", rights.alerts),
    ];
    let told = |answer, words: &str| {
        let names = all.iter().filter(|(_, told)| *told == answer);
        let names: Vec<_> = names.map(|(name, _)| *name).collect();
        (!names.is_empty()).then(|| format!("{words}: {}", names.join(", ")))
    };
    let parts = [
        told(Some(true), "may"),
        told(Some(false), "may not"),
        told(None, "unknown"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn too_much(warning: &KeyWarning) -> String {
    match warning {
        KeyWarning::Superuser => "the key is a superuser's".to_owned(),
        KeyWarning::AllRights => "the key has every right in every space".to_owned(),
        KeyWarning::BeyondCases { features } => {
            format!(
                "the key may change more than cases: {}",
                features.join(", ")
            )
        }
    }
}

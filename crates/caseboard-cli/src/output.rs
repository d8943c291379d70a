//! Views as text for people. Texts of cases come with everything that could act on a terminal made visible already.

use std::fmt::Write;

use caseboard_core::{
    code::CommandError,
    view::{
        BoardWindow, CaseRights, DeploymentTest, DeploymentView, KeyWarning, Searched, StorageView,
        TestOutcome, TestStepName,
    },
};

/// An error as a terminal tells it.
pub(crate) fn failed(error: CommandError) -> anyhow::Error {
    match error.hint {
        Some(hint) => anyhow::anyhow!("{} ({hint})", error.message),
        None => anyhow::anyhow!("{}", error.message),
    }
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

/// A table of cases, how many there are, and what could not be read.
pub(crate) fn cases(window: &BoardWindow, problems: &[String]) -> String {
    let mut text = format!(
        "{:9} {:20} {:>6} {:>8}  TITLE\n",
        "SEVERITY", "CASE", "ALERTS", "COMMENTS"
    );
    for row in &window.rows {
        line(
            &mut text,
            format_args!(
                "{:9} {:20} {:>6} {:>8}  {}",
                row.severity, row.handle, row.n_alerts, row.n_comments, row.title
            ),
        );
    }
    line(
        &mut text,
        format_args!("{} of {} cases", window.rows.len(), window.total),
    );
    for problem in problems {
        line(&mut text, format_args!("could not be read: {problem}"));
    }
    text.truncate(text.trim_end().len());
    text
}

/// Deployments and their spaces.
pub(crate) fn deployments(deployments: &[DeploymentView]) -> String {
    if deployments.is_empty() {
        return "No Kibana is connected in this profile. Connect one in the window.".to_owned();
    }
    let mut text = String::new();
    for deployment in deployments {
        let version = deployment
            .kibana_version
            .as_deref()
            .unwrap_or("version unknown");
        line(
            &mut text,
            format_args!("{}  {}  {version}", deployment.name, deployment.url),
        );
        for space in &deployment.spaces {
            let shown = if space.shown { "in use" } else { "not in use" };
            line(
                &mut text,
                format_args!(
                    "  {}  {}  {shown}, {} active",
                    space.source.space, space.name, space.n_active
                ),
            );
        }
    }
    for problem in problems(deployments) {
        line(&mut text, format_args!("could not be read: {problem}"));
    }
    text.truncate(text.trim_end().len());
    text
}

/// The steps of a test, the rights in each space, and a warning.
pub(crate) fn test(deployment: &DeploymentView, test: &DeploymentTest) -> String {
    let version = test.kibana_version.as_deref().unwrap_or("version unknown");
    let mut text = format!("{}  {}  {version}\n", deployment.name, deployment.url);
    for step in &test.steps {
        let outcome = outcome(&step.outcome);
        line(
            &mut text,
            format_args!("  {}: {outcome}", step_name(step.name)),
        );
    }
    for space in &test.spaces {
        let rights = rights(space.rights);
        line(
            &mut text,
            format_args!("  {}  {}  {rights}", space.space, space.name),
        );
    }
    if let Some(warning) = &test.warning {
        line(&mut text, format_args!("warning: {}", too_much(warning)));
    }
    text.truncate(text.trim_end().len());
    text
}

fn step_name(name: TestStepName) -> &'static str {
    match name {
        TestStepName::Reach => "reach",
        TestStepName::Tls => "TLS",
        TestStepName::SignIn => "sign in",
        TestStepName::Spaces => "spaces",
        TestStepName::Rights => "rights",
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

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a text takes every line");
}

//! One call into the desk for each command.

use anyhow::{Context as _, Result};
use caseboard_core::{
    desk::Desk,
    view::{BoardQuery, DeploymentView, KeyState, SyncState},
};
use serde_json::json;

use crate::{
    args::{CaseCommand, Command, DeploymentCommand, ListCases},
    output,
};

/// Does what is asked for and returns what is to be printed.
pub(crate) async fn run(desk: &Desk, command: &Command) -> Result<String> {
    match command {
        Command::Case(CaseCommand::List(list)) => list_cases(desk, list).await,
        Command::Deployment(DeploymentCommand::List { json }) => {
            list_deployments(desk, *json).await
        }
        Command::Deployment(DeploymentCommand::Test { name, json }) => {
            test_deployment(desk, name, *json).await
        }
    }
}

async fn list_cases(desk: &Desk, list: &ListCases) -> Result<String> {
    let deployments = read(desk).await;
    let query = BoardQuery {
        text: list.words.join(" "),
        ..BoardQuery::default()
    };
    let window = desk
        .board_window(&query, &list.status, 0, list.limit)
        .await
        .map_err(output::failed)?;
    let search = desk.board(&query).await.map_err(output::failed)?.search;
    let mut problems = output::problems(&deployments);
    problems.extend(output::search(&search));
    if list.json {
        return Ok(serde_json::to_string_pretty(
            &json!({"total": window.total, "rows": window.rows, "problems": problems}),
        )?);
    }
    Ok(output::cases(&window, &problems))
}

async fn list_deployments(desk: &Desk, json: bool) -> Result<String> {
    let deployments = read(desk).await;
    if json {
        Ok(serde_json::to_string_pretty(&deployments)?)
    } else {
        Ok(output::deployments(&deployments))
    }
}

async fn test_deployment(desk: &Desk, name: &str, json: bool) -> Result<String> {
    let deployment = with_key(desk, name).await?;
    let tested = desk.test_saved_deployment(&deployment.id).await;
    let test = tested.map_err(output::failed)?;
    if json {
        Ok(serde_json::to_string_pretty(&test)?)
    } else {
        Ok(output::test(&deployment, &test))
    }
}

/// Waits until the keychain has given the key of a deployment, or has not.
async fn with_key(desk: &Desk, name: &str) -> Result<DeploymentView> {
    let mut events = desk.subscribe();
    loop {
        let mut deployments = desk.deployments().into_iter();
        let deployment = deployments
            .find(|deployment| deployment.name == name)
            .with_context(|| format!("no deployment is named {name}"))?;
        let waits = deployment.key == KeyState::Missing && deployment.problem.is_none();
        if !waits || events.recv().await.is_err() {
            return Ok(deployment);
        }
    }
}

/// Waits until every space in use was read once, or could not be.
async fn read(desk: &Desk) -> Vec<DeploymentView> {
    let mut events = desk.subscribe();
    loop {
        let deployments = desk.deployments();
        let waits = |deployment: &DeploymentView| {
            let unread = |state| matches!(state, SyncState::First | SyncState::Off);
            deployment.problem.is_none()
                && deployment
                    .spaces
                    .iter()
                    .any(|space| space.shown && unread(space.sync.state))
        };
        if !deployments.iter().any(waits) || events.recv().await.is_err() {
            return deployments;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use caseboard_core::{MemoryKeychain, SystemClock, view::NewDeployment};
    use clap::Parser;
    use practice_kibana::{Options, PracticeKibana};
    use serde_json::Value;

    use super::*;
    use crate::args::Args;

    async fn told(desk: &Desk, line: &str) -> String {
        let args = Args::try_parse_from(line.split(' ')).unwrap();
        run(desk, &args.command).await.unwrap()
    }

    #[tokio::test]
    async fn lists_are_complete_or_say_how_many_there_are() {
        let practice = PracticeKibana::start(Options::default()).await.unwrap();
        let profile = tempfile::tempdir().unwrap();
        let desk = Desk::open(
            profile.path(),
            Arc::<MemoryKeychain>::default(),
            Arc::new(SystemClock),
        )
        .await
        .unwrap();
        let new = NewDeployment {
            name: "PROD".to_owned(),
            url: practice.url().to_owned(),
            key: practice.api_key().to_owned().into(),
        };
        desk.connect(new).await.unwrap();

        let all: Value =
            serde_json::from_str(&told(&desk, "caseboard case list --json --limit 200").await)
                .unwrap();
        let total = all["total"].as_u64().unwrap();
        assert!(total > 5 && all["rows"].as_array().unwrap().len() as u64 == total);
        let two = told(&desk, "caseboard case list --limit 2").await;
        assert_eq!(
            two.lines().count(),
            4,
            "head, two cases, and how many there are: {two}"
        );
        assert!(two.contains(&format!("2 of {total} cases")), "{two}");
        let first = all["rows"][0]["title"].as_str().unwrap();
        assert!(two.contains(first), "{first} stands in {two}");
        assert!(
            told(&desk, "caseboard deployment list")
                .await
                .contains(practice.url())
        );

        let tested = told(&desk, "caseboard deployment test PROD").await;
        assert_eq!(tested.matches(": ok\n").count(), 5, "{tested}");
        assert!(tested.contains("may: read, write"), "{tested}");
        assert!(tested.contains("superuser"), "{tested}");

        practice.stop().await;
        let tested = told(&desk, "caseboard deployment test PROD").await;
        assert!(tested.contains("reach: failed, "), "{tested}");
        assert_eq!(tested.matches(": not reached").count(), 4, "{tested}");
        desk.sync_now();
        let failed = |desk: &Desk| output::problems(&desk.deployments()).len() == 3;
        let mut events = desk.subscribe();
        while !failed(&desk) {
            events.recv().await.unwrap();
        }
        assert!(
            told(&desk, "caseboard case list")
                .await
                .contains("could not be read")
        );
    }
}

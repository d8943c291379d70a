//! Deployments and their spaces.

use std::io::IsTerminal;

use caseboard_core::{
    code::{CommandError, ErrorCode},
    view::{DeploymentView, KeyState, SignIn},
};
use secrecy::SecretString;
use serde_json::json;

use crate::{
    context::{Context, invalid},
    exit, output,
    told::{Result, Told},
};

pub(super) async fn add(
    context: &Context,
    (name, url): (&str, &str),
    user: Option<&str>,
    dry_run: bool,
) -> Result {
    if context.once {
        return Err(invalid("profile", "name the profile that it is added to"));
    }
    let secret = secret(context, user)?;
    let sign_in = match user {
        Some(user) => SignIn::Password {
            user: user.to_owned(),
            password: secret,
        },
        None => SignIn::Key(secret),
    };
    if dry_run {
        let test = context.desk.test_deployment(url, &sign_in).await?;
        return Ok(context.tell(&test, |page| output::test(page, (name, url), &test)));
    }
    let added = context.desk.connect_with(name, url, &sign_in).await?;
    let added = saved(context, added).await?;
    Ok(context.tell(&added, |page| {
        output::deployments(page, std::slice::from_ref(&added));
    }))
}

/// A deployment once its key is in the keychain. Without a keychain the key would be gone after this run, so it is not added.
async fn saved(context: &Context, added: DeploymentView) -> Result<DeploymentView> {
    let mut events = context.desk.subscribe();
    loop {
        let deployments = context.desk.deployments().into_iter();
        let now = deployments.into_iter().find(|one| one.id == added.id);
        let now = now.unwrap_or_else(|| added.clone());
        match now.key {
            KeyState::Saving => {}
            KeyState::Stored => return Ok(now),
            KeyState::MemoryOnly | KeyState::Missing => {
                context.desk.remove_deployment(&added.id).await?;
                return Err(now.problem.unwrap_or(CommandError {
                    code: ErrorCode::KeychainUnavailable,
                    message: "the keychain did not keep the key".to_owned(),
                    hint: None,
                    retryable: true,
                    detail: None,
                }));
            }
        }
        if events.recv().await.is_err() {
            return Ok(now);
        }
    }
}

/// What signs in: never an argument, which every process of the computer may read.
fn secret(context: &Context, user: Option<&str>) -> Result<SecretString> {
    let text = if std::io::stdin().is_terminal() {
        let what = if user.is_some() {
            "Password: "
        } else {
            "API key: "
        };
        rpassword::prompt_password(what).map_err(|error| invalid("key", &error.to_string()))?
    } else {
        context.text("-")?
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(invalid("key", "there is none on standard input"));
    }
    Ok(SecretString::from(text))
}

pub(super) async fn list(context: &Context) -> Result {
    let deployments = context.read().await?;
    Ok(context.tell(&deployments, |page| output::deployments(page, &deployments)))
}

pub(super) async fn test(context: &Context, name: &str) -> Result {
    let deployment = named(context, name).await?;
    let test = context.desk.test_saved_deployment(&deployment.id).await?;
    Ok(context.tell(&test, |page| {
        output::test(page, (&deployment.name, &deployment.url), &test);
    }))
}

pub(super) async fn remove(context: &Context, name: &str, yes: bool, dry_run: bool) -> Result {
    let deployment = named(context, name).await?;
    if !yes && !dry_run {
        return Err(invalid(
            "yes",
            "its key and what is kept of its cases go: say --yes",
        ));
    }
    if !dry_run {
        context.desk.remove_deployment(&deployment.id).await?;
    }
    let told = json!({"dryRun": dry_run, "removed": deployment.id, "name": deployment.name, "url": deployment.url});
    Ok(context.tell(&told, |page| {
        let done = if dry_run {
            "would be removed"
        } else {
            "removed"
        };
        page.line(format!("{}  {}  {done}", deployment.name, deployment.url));
    }))
}

pub(super) async fn list_spaces(context: &Context) -> Result {
    let deployments = context.read().await?;
    let spaces = deployments.iter().flat_map(|deployment| &deployment.spaces);
    let spaces: Vec<_> = spaces.collect();
    Ok(context.tell(&spaces, |page| output::spaces(page, &deployments)))
}

pub(super) async fn sync(context: &Context) -> Result {
    let deployments = context.read().await?;
    let of_deployments = deployments.iter().filter_map(|one| one.problem.as_ref());
    let spaces = deployments.iter().flat_map(|one| &one.spaces);
    let spaces: Vec<_> = spaces.filter(|space| space.shown).collect();
    let of_spaces = spaces
        .iter()
        .filter_map(|space| space.sync.problem.as_ref());
    let problem = of_deployments.chain(of_spaces).next();
    let exit = problem.map_or(0, |problem| exit::of(problem.code));
    let text = context.tell_as(&spaces, |page| {
        output::spaces(page, &deployments);
        output::not_read(page, &output::problems(&deployments));
    });
    Ok(Told { text, exit })
}

/// The deployment of a name, or of an id, once its key is there.
async fn named(context: &Context, name: &str) -> Result<DeploymentView> {
    let deployments = context.deployments().await?.into_iter();
    let mut found = deployments.filter(|one| one.name == name || one.id.as_str() == name);
    found
        .next()
        .ok_or_else(|| crate::context::not_found(&format!("no deployment is named {name}")))
}

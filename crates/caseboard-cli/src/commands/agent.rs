//! Agents: what they may write, and what people say to what they propose.

use caseboard_core::{
    code::{CommandError, ErrorCode},
    id::{DeploymentId, EntryId, SourceId},
    view::{AgentPolicies, Approval, EntryView, Policy, ProposalState, ProposalView, WriteClass},
};
use serde_json::json;

use crate::{
    args::Write,
    context::{Context, invalid, not_found},
    output,
    told::{Result, Told},
    writes::settle,
};

pub(super) async fn list(context: &Context) -> Result {
    context.deployments().await?;
    let policies = context.desk.agent_policies().await?;
    Ok(tell(context, &policies))
}

pub(super) async fn grant(context: &Context, classes: &[String], allow: bool) -> Result {
    kept(context)?;
    let classes = read(classes)?;
    let sources = sources(context).await?;
    if sources.iter().any(|source| !practises(source)) {
        let names: Vec<_> = classes.iter().map(|class| class.name()).collect();
        let how = if allow {
            "write without asking"
        } else {
            "propose to write"
        };
        let question = format!(
            "Agents may {how} ({}) in {}. Is that wanted? [y/N] ",
            names.join(", "),
            named(context, &sources)
        );
        if !context.agrees(&question)? {
            return Err(invalid("terminal", "nothing was granted"));
        }
    }
    set(context, &sources, &classes, |class| {
        Some(if allow && class.may_be_allowed() {
            Policy::Allow
        } else {
            Policy::Ask
        })
    })
    .await
}

pub(super) async fn revoke(context: &Context, classes: &[String]) -> Result {
    kept(context)?;
    let classes = read(classes)?;
    let sources = sources(context).await?;
    set(context, &sources, &classes, |_| None).await
}

pub(super) async fn mark(context: &Context, comments: bool) -> Result {
    kept(context)?;
    let policies = context.desk.set_marks_comments(comments).await?;
    Ok(tell(context, &policies))
}

pub(super) async fn approve(context: &Context, ids: &[String], for_an_hour: bool) -> Result {
    let mut proposals = context.desk.proposals().await?;
    if ids.is_empty() {
        proposals.retain(|one| one.state == ProposalState::Open);
        return Ok(context.tell(&json!({"proposals": proposals}), |page| {
            for one in &proposals {
                output::proposal(page, one);
            }
            page.line(format!("{} proposals wait", proposals.len()));
        }));
    }
    context.needs_person()?;
    let mut approved = Vec::new();
    for id in ids {
        let proposal = find(&proposals, id)?;
        if let Some(written) = ask(context, proposal, for_an_hour).await? {
            approved.extend(written);
        }
    }
    let write = Write {
        dry_run: false,
        yes: false,
        wait: 60,
    };
    settle(context, &write, approved, &[]).await
}

async fn ask(
    context: &Context,
    proposal: &ProposalView,
    for_an_hour: bool,
) -> Result<Option<Vec<EntryView>>> {
    let mut page = context.page();
    output::proposal(&mut page, proposal);
    let shown = page.finish();
    let what = if for_an_hour {
        "Approve this, and the same kind of write to the case for an hour?"
    } else {
        "Approve this?"
    };
    if !context.agrees(&format!("{shown}\n{what} [y/N] "))? {
        return Ok(None);
    }
    let elsewhere = !proposal.read_elsewhere.is_empty();
    if elsewhere {
        let question = "It may carry what the agent read elsewhere. Is it wanted still? [y/N] ";
        if !context.agrees(question)? {
            return Ok(None);
        }
    }
    let how = Approval {
        for_an_hour,
        despite_reading_elsewhere: elsewhere,
    };
    let approved = context.desk.approve(&proposal.id, &proposal.hash, how);
    Ok(Some(approved.await?))
}

pub(super) async fn refuse(context: &Context, id: &str, note: Option<String>) -> Result {
    let proposals = context.desk.proposals().await?;
    let id = find(&proposals, id)?.id.clone();
    context.desk.refuse(&id, note).await?;
    let all = context.desk.proposals().await?;
    let refused = find(&all, id.as_str())?;
    Ok(context.tell(refused, |page| output::proposal(page, refused)))
}

/// Grants agents everything in the practice Kibana.
pub(super) async fn grant_practice(context: &Context) -> Result {
    let sources = context.sources().await?;
    let sources: Vec<_> = sources.into_iter().map(|(source, _)| source).collect();
    set(context, &sources, &WriteClass::ALL, |class| {
        Some(if class.may_be_allowed() {
            Policy::Allow
        } else {
            Policy::Ask
        })
    })
    .await
}

async fn set(
    context: &Context,
    sources: &[SourceId],
    classes: &[WriteClass],
    policy: impl Fn(WriteClass) -> Option<Policy>,
) -> Result {
    for source in sources {
        for class in classes {
            let set = context.desk.set_policy(source, *class, policy(*class));
            set.await?;
        }
    }
    let policies = context.desk.agent_policies().await?;
    Ok(tell(context, &policies))
}

fn tell(context: &Context, policies: &AgentPolicies) -> Told {
    context.tell(policies, |page| output::policies(page, policies))
}

/// All spaces of the practice Kibana, or the one that is meant.
async fn sources(context: &Context) -> Result<Vec<SourceId>> {
    let all = context.sources().await?;
    if all.iter().all(|(source, _)| practises(source)) {
        return Ok(all.into_iter().map(|(source, _)| source).collect());
    }
    Ok(vec![context.source().await?.0])
}

fn practises(source: &SourceId) -> bool {
    source.deployment == DeploymentId::practice()
}

fn named(context: &Context, sources: &[SourceId]) -> String {
    let deployments = context.desk.deployments();
    let name = |source: &SourceId| {
        let of = deployments.iter().find(|one| one.id == source.deployment);
        let deployment = of.map_or_else(|| source.deployment.to_string(), |one| one.name.clone());
        format!("{deployment} / {}", source.space)
    };
    sources.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What is granted has to outlive this run, or no other process hears of it.
pub(super) fn kept(context: &Context) -> Result<()> {
    if !context.forgets() {
        return Ok(());
    }
    Err(CommandError {
        code: ErrorCode::KeychainUnavailable,
        message: "what is granted is kept with the profile, and this one is in memory only"
            .to_owned(),
        hint: Some("start or unlock the system's keychain".to_owned()),
        retryable: true,
        detail: None,
    })
}

fn read(words: &[String]) -> Result<Vec<WriteClass>> {
    let mut classes = Vec::new();
    for word in words.iter().flat_map(|words| words.split(',')) {
        if word == "all" {
            return Ok(WriteClass::ALL.to_vec());
        }
        let found = WriteClass::ALL.into_iter().find(|one| one.name() == word);
        let class = found.ok_or_else(|| {
            let names: Vec<_> = WriteClass::ALL.iter().map(|one| one.name()).collect();
            invalid("class", &format!("use {} or all", names.join(", ")))
        })?;
        classes.push(class);
    }
    Ok(classes)
}

fn find<'a>(proposals: &'a [ProposalView], id: &str) -> Result<&'a ProposalView> {
    let id = EntryId::try_from(id.to_owned());
    let id = id.map_err(|_| invalid("proposal", "that is no id of a proposal"))?;
    let mut found = proposals.iter().filter(|one| one.id == id);
    found
        .next()
        .ok_or_else(|| not_found("there is no such proposal"))
}

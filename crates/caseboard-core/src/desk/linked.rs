//! The case that a link leads to. A link can name a case that is known, and can do nothing else (S25).

use kibana_cases::{Address, CaseId, SpaceId};

use super::{Desk, live::Live};
use crate::{
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    search::Exact,
};

/// How links of our own begin.
const OURS: &str = "caseboard://case/";

/// A case as a link names it.
struct Named {
    deployment: Deployment,
    space: SpaceId,
    case: CaseId,
}

enum Deployment {
    /// By its short name or its id.
    Called(String),
    /// By its address, with base path.
    At(String),
}

impl Desk {
    /// The case that a link names: `caseboard://case/<deployment>/<space>/<id>`, or a case's address in a Kibana that is
    /// connected. Nothing is asked and nothing is written.
    ///
    /// # Errors
    /// `invalid_input` if the text is no link to a case; `not_found` if it leads to a deployment or a space that is not here.
    pub fn linked_case(&self, text: &str) -> Result<CaseRef, CommandError> {
        let named = ours(text.trim()).or_else(|| of_kibana(text));
        let named = named.ok_or_else(|| Error::input("link", "it is no link to a case"))?;
        let state = self.state();
        let mut all = state.deployments.iter();
        let live = all.find(|live| named.deployment.is(live));
        let live = live.ok_or(Error::Unknown { what: "deployment" })?;
        let source = SourceId {
            deployment: live.saved.id.clone(),
            space: named.space,
        };
        let mut spaces = live.saved.spaces.iter();
        if !spaces.any(|space| space.id == source.space) || !self.may_see(&source) {
            return Err(Error::Unknown { what: "space" }.into());
        }
        Ok(CaseRef {
            source,
            id: named.case,
        })
    }
}

impl Deployment {
    fn is(&self, live: &Live) -> bool {
        match self {
            Self::Called(name) => *name == live.saved.name || *name == live.saved.id.as_str(),
            Self::At(url) => Address::read(&live.saved.url).is_ok_and(|saved| saved.url == *url),
        }
    }
}

/// Exactly three names, as they are: nothing encoded, nothing before and nothing behind.
fn ours(text: &str) -> Option<Named> {
    let names: Vec<_> = text.strip_prefix(OURS)?.split('/').collect();
    let [deployment, space, case] = names.as_slice() else {
        return None;
    };
    Some(Named {
        deployment: Deployment::Called((*deployment).to_owned()),
        space: space.parse().ok()?,
        case: case.parse().ok()?,
    })
}

fn of_kibana(text: &str) -> Option<Named> {
    match Exact::read(text)? {
        Exact::CaseLink {
            deployment_url,
            space,
            case,
        } => Some(Named {
            deployment: Deployment::At(deployment_url),
            space: space.unwrap_or_default(),
            case,
        }),
        Exact::Ip(_)
        | Exact::Hash(_)
        | Exact::Url(_)
        | Exact::Uuid(_)
        | Exact::DocumentId(_)
        | Exact::AlertLink { .. } => None,
    }
}

#[cfg(test)]
mod tests;

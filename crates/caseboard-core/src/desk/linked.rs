//! The case that a link leads to. A link can name a case that is known, and can do nothing else (S25).

use kibana_cases::Address;

use super::{Desk, live::Live};
use crate::{
    code::CommandError,
    error::Error,
    id::{CaseRef, SourceId},
    link::{CaseLink, LinkedDeployment},
};

impl Desk {
    /// The case that a link names: `caseboard://case/<deployment>/<space>/<id>`, or a case's address in a Kibana that is
    /// connected. Nothing is asked and nothing is written.
    ///
    /// # Errors
    /// `invalid_input` if the text is no link to a case; `not_found` if it leads to a deployment or a space that is not here.
    pub fn linked_case(&self, text: &str) -> Result<CaseRef, CommandError> {
        let named = CaseLink::read(text);
        let named = named.ok_or_else(|| Error::input("link", "it is no link to a case"))?;
        let state = self.state();
        let mut all = state.deployments.iter();
        let live = all.find(|live| is_named(live, &named.deployment));
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

/// Whether a link names this deployment.
fn is_named(live: &Live, named: &LinkedDeployment) -> bool {
    match named {
        LinkedDeployment::Called(name) => {
            *name == live.saved.name || *name == live.saved.id.as_str()
        }
        LinkedDeployment::At(url) => {
            Address::read(&live.saved.url).is_ok_and(|saved| saved.url == *url)
        }
    }
}

#[cfg(test)]
mod tests;

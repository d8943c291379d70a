//! What the test of an address and a key found: five steps, the Kibana behind it, and the rights in each space.

use std::fmt;

use kibana_cases::SpaceId;
use secrecy::SecretString;
use serde::Serialize;

use crate::code::CommandError;

/// The test of a deployment, from one pass over it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DeploymentTest {
    /// The five steps, in the order in which people can mend them.
    pub steps: Vec<TestStep>,
    /// Kibana version, where the key was accepted.
    pub kibana_version: Option<String>,
    /// What this version does not have; empty where the version is not known.
    pub unavailable: Vec<KibanaAbility>,
    /// Whether the key may do more than it should.
    pub warning: Option<KeyWarning>,
    /// Spaces that the key may enter, with its rights there.
    pub spaces: Vec<SpaceRights>,
}

/// A key that may do more than work on cases makes every fault and every theft worse: a key of the minimal role is better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum KeyWarning {
    /// It is a superuser's.
    Superuser,
    /// It has every right in every space, as a role with `*` has.
    AllRights,
    /// It may change what has nothing to do with cases.
    BeyondCases {
        /// The features by Kibana's own names, sorted.
        features: Vec<String>,
    },
}

/// One step of a test.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct TestStep {
    /// Which one.
    pub name: TestStepName,
    /// How it went.
    pub outcome: TestOutcome,
}

/// The steps of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum TestStepName {
    /// Kibana answers at this address.
    Reach,
    /// Its certificate is trusted. Plain http, which is used only on this computer itself, needs none.
    Tls,
    /// The key, or user name and password, are accepted.
    SignIn,
    /// There are spaces that may be entered.
    Spaces,
    /// Cases may be read in one of them at least.
    Rights,
}

/// How a step of a test went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TestOutcome {
    /// It is as it should be.
    Ok,
    /// It is not, and this is why.
    Failed {
        /// Why.
        problem: CommandError,
    },
    /// An earlier step failed.
    NotReached,
    /// It could not be told either way.
    Unknown,
}

/// What not every version of Kibana has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub enum KibanaAbility {
    /// Observables of a case; from 8.18.
    Observables,
    /// A right to assign that is apart from the right to change; from 8.18.
    AssignRight,
    /// Numbers of cases that people can say; from 9.1.
    IncrementalIds,
    /// Times that a case took to be taken up and to be closed; from 9.2.
    CaseTimes,
    /// Observables that Kibana takes out of alerts by itself; from 9.3.
    ExtractedObservables,
}

/// A space, and what the key may do there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SpaceRights {
    /// Its id.
    pub space: SpaceId,
    /// Its name.
    pub name: String,
    /// The rights.
    pub rights: CaseRights,
}

/// What the key may do with the Security solution's cases of a space. `None` where Kibana did not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct CaseRights {
    /// Read cases.
    pub read: Option<bool>,
    /// Create and change them.
    pub write: Option<bool>,
    /// Comment, and attach.
    pub comment: Option<bool>,
    /// Assign people.
    pub assign: Option<bool>,
    /// Open closed ones again.
    pub reopen: Option<bool>,
    /// Delete them.
    pub delete: Option<bool>,
    /// Push them to other systems.
    pub push: Option<bool>,
    /// See the Security solution's alerts.
    pub alerts: Option<bool>,
}

/// What proves to Kibana who asks.
pub enum SignIn {
    /// An API key, encoded or as `id:api_key`.
    Key(SecretString),
    /// A user name and its password.
    Password {
        /// The user name.
        user: String,
        /// The password.
        password: SecretString,
    },
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(…)",
            Self::Password { .. } => "Password(…)",
        })
    }
}

impl DeploymentTest {
    /// How a step went.
    ///
    /// # Panics
    /// Never: a test has every step.
    pub fn outcome(&self, name: TestStepName) -> &TestOutcome {
        let step = self.steps.iter().find(|step| step.name == name);
        &step.expect("a test has every step").outcome
    }
}

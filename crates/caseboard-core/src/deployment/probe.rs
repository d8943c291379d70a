//! Tests an address with a key, step by step: is it Kibana, does it accept the key, which spaces may the key enter, what may it do there.

use futures::{StreamExt as _, stream};
use kibana_cases::{Capabilities, Client, KibanaSpace, Me, TransportError};

use super::{excess, rights, version::Version};
use crate::{
    code::{CommandError, ErrorCode},
    error::Error,
    plain::visible,
    view::{DeploymentTest, KibanaAbility, SpaceRights, TestOutcome, TestStep, TestStepName},
};

/// Spaces whose rights are asked for at a time.
const AT_ONCE: usize = 4;
const STEPS: [TestStepName; 5] = [
    TestStepName::Reach,
    TestStepName::Tls,
    TestStepName::SignIn,
    TestStepName::Spaces,
    TestStepName::Rights,
];

/// What a test found.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) kibana_version: Option<String>,
    pub(crate) spaces: Vec<KibanaSpace>,
    /// Whose key it is, where Kibana tells it.
    pub(crate) me: Option<Me>,
}

/// The step that failed, and why.
#[derive(Debug)]
pub(crate) struct Failure {
    step: TestStepName,
    error: kibana_cases::Error,
    /// Told before it failed.
    kibana_version: Option<String>,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        failure.error.into()
    }
}

/// Goes the first four steps, which a deployment needs. Fails at the first thing that is wrong, in the order in which people can
/// mend it.
pub(crate) async fn probe(client: &Client) -> Result<Probe, Failure> {
    let failed = |error, kibana_version, otherwise| Failure {
        step: failed_step(&error, otherwise),
        error,
        kibana_version,
    };
    let status = client
        .status()
        .await
        .map_err(|error| failed(error, None, TestStepName::SignIn))?;
    let spaces = client.spaces().await;
    let spaces =
        spaces.map_err(|error| failed(error, status.version.clone(), TestStepName::Spaces))?;
    Ok(Probe {
        kibana_version: status.version,
        spaces: spaces.items,
        me: client.me().await.ok(),
    })
}

/// Goes all five steps.
pub(crate) async fn test(client: &Client) -> DeploymentTest {
    let found = match probe(client).await {
        Ok(found) => found,
        Err(failure) => return broken_off(failure),
    };
    let (spaces, told): (Vec<_>, Vec<_>) = stream::iter(found.spaces)
        .map(|space| rights_in(client, space))
        .buffered(AT_ONCE)
        .unzip()
        .await;
    let rights = rights_outcome(&spaces);
    DeploymentTest {
        steps: steps(TestStepName::Rights, &rights),
        unavailable: unavailable(found.kibana_version.as_deref()),
        kibana_version: found.kibana_version,
        warning: excess::warning(found.me.as_ref(), told.iter()),
        spaces,
    }
}

/// Which step a failed call stands for: whoever answers was reached, and whoever answers in Kibana's voice was trusted.
fn failed_step(error: &kibana_cases::Error, otherwise: TestStepName) -> TestStepName {
    use kibana_cases::Error as Client;
    match error.cause() {
        Client::Transport {
            source: TransportError::Untrusted(_),
            ..
        } => TestStepName::Tls,
        Client::Transport { .. } | Client::NotKibana { .. } | Client::Redirected { .. } => {
            TestStepName::Reach
        }
        Client::Api(api) if api.is_unauthenticated() => TestStepName::SignIn,
        _ => otherwise,
    }
}

async fn rights_in(client: &Client, space: KibanaSpace) -> (SpaceRights, Capabilities) {
    let (rights, told) = rights::of(&client.space(&space.id)).await;
    let rights = SpaceRights {
        rights,
        name: visible(&space.name),
        space: space.id,
    };
    (rights, told)
}

fn rights_outcome(spaces: &[SpaceRights]) -> TestOutcome {
    let read = |answer| spaces.iter().any(|space| space.rights.read == answer);
    if read(Some(true)) {
        TestOutcome::Ok
    } else if read(None) {
        TestOutcome::Unknown
    } else {
        TestOutcome::Failed {
            problem: no_case_rights(),
        }
    }
}

fn no_case_rights() -> CommandError {
    CommandError {
        code: ErrorCode::Forbidden,
        message: "the key may not read cases in any space".to_owned(),
        hint: Some("give its role the rights that are told here".to_owned()),
        retryable: false,
        detail: None,
    }
}

fn broken_off(failure: Failure) -> DeploymentTest {
    let problem = Error::from(failure.error).into();
    DeploymentTest {
        steps: steps(failure.step, &TestOutcome::Failed { problem }),
        unavailable: unavailable(failure.kibana_version.as_deref()),
        kibana_version: failure.kibana_version,
        warning: None,
        spaces: Vec::new(),
    }
}

/// All steps: well before this one, not reached behind it.
fn steps(at: TestStepName, outcome: &TestOutcome) -> Vec<TestStep> {
    let outcome_of = |name: TestStepName| match name.cmp(&at) {
        std::cmp::Ordering::Less => TestOutcome::Ok,
        std::cmp::Ordering::Equal => outcome.clone(),
        std::cmp::Ordering::Greater => TestOutcome::NotReached,
    };
    STEPS
        .map(|name| TestStep {
            outcome: outcome_of(name),
            name,
        })
        .to_vec()
}

fn unavailable(version: Option<&str>) -> Vec<KibanaAbility> {
    version
        .and_then(Version::read)
        .map(Version::unavailable)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transport(source: TransportError) -> kibana_cases::Error {
        kibana_cases::Error::Transport {
            route: "GET /api/status",
            source,
        }
    }

    #[test]
    fn a_certificate_that_is_not_trusted_fails_the_second_step_alone() {
        let error = transport(TransportError::Untrusted("unknown issuer".to_owned()));
        let test = broken_off(Failure {
            step: failed_step(&error, TestStepName::SignIn),
            error,
            kibana_version: None,
        });
        assert_eq!(test.outcome(TestStepName::Reach), &TestOutcome::Ok);
        let TestOutcome::Failed { problem } = test.outcome(TestStepName::Tls) else {
            panic!("{:?}", test.steps)
        };
        assert_eq!(problem.code, ErrorCode::TlsUntrusted);
        for later in [
            TestStepName::SignIn,
            TestStepName::Spaces,
            TestStepName::Rights,
        ] {
            assert_eq!(test.outcome(later), &TestOutcome::NotReached, "{later:?}");
        }
    }

    #[test]
    fn no_answer_in_the_middle_is_a_failure_to_reach() {
        let error = transport(TransportError::Unreachable("refused".to_owned()));
        assert_eq!(
            failed_step(&error, TestStepName::Spaces),
            TestStepName::Reach
        );
    }
}

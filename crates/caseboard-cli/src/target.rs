//! Which Kibana is meant: those of a profile, or the one that the environment names, for this run alone.

use std::{path::PathBuf, sync::Arc, time::Duration};

use caseboard_core::{
    SystemClock, SystemKeychain,
    desk::{Desk, Provenance},
    view::SignIn,
};
use secrecy::SecretString;

use crate::{args::Args, context::invalid, told::Result};

/// How long the keychain may take to give the key of the profile; a person may have to unlock it.
const LONGEST_UNLOCK: Duration = Duration::from_secs(30);

/// What is opened.
pub(crate) enum Target {
    /// A profile, in its folder.
    Profile(PathBuf),
    /// One Kibana, and nothing that is kept.
    Once {
        url: String,
        sign_in: SignIn,
        space: Option<String>,
    },
}

/// What the command line and the environment name. The environment's Kibana counts only where neither a profile nor a
/// deployment is named.
pub(crate) fn choose(args: &Args, variable: impl Fn(&str) -> Option<String>) -> Result<Target> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let url = variable("KIBANA_URL");
    if let (Some(profile), Some(url)) = (&args.profile, &url) {
        // What may stand before the host signs in.
        let host = url.rsplit_once('@').map_or(url.as_str(), |(_, host)| host);
        let reason = format!("both the profile {profile} and KIBANA_URL ({host}) are named");
        return Err(invalid("profile", &reason));
    }
    let profile = args
        .profile
        .clone()
        .or_else(|| variable("CASEBOARD_PROFILE"));
    if let (Some(url), None, None) = (url, &profile, &args.deployment) {
        let space = args.space.clone().or_else(|| variable("KIBANA_SPACE_ID"));
        return Ok(Target::Once {
            url,
            sign_in: sign_in(variable)?,
            space,
        });
    }
    let profile = profile.unwrap_or_else(|| "default".to_owned());
    Ok(Target::Profile(self::profile(&profile, variable)?))
}

/// The folder of a profile.
pub(crate) fn profile(profile: &str, variable: impl Fn(&str) -> Option<String>) -> Result<PathBuf> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !profile.chars().all(plain) || profile.starts_with('.') {
        return Err(invalid(
            "profile",
            "letters, digits, -, _ and . are allowed",
        ));
    }
    let data = variable("XDG_DATA_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".local/share")));
    let data = data.ok_or_else(|| {
        let reason = "neither XDG_DATA_HOME nor HOME says where profiles are kept";
        invalid("profile", reason)
    })?;
    Ok(data.join("caseboard").join(profile))
}

impl Target {
    pub(crate) async fn open(self, face: Provenance) -> Result<Desk> {
        let clock = Arc::new(SystemClock);
        match self {
            Self::Profile(dir) => {
                let desk = Desk::open_as(face, &dir, Arc::new(SystemKeychain), clock).await?;
                // What is told is told once: nothing of the profile may be missing from it.
                desk.wait_for_storage(LONGEST_UNLOCK).await;
                Ok(desk)
            }
            Self::Once {
                url,
                sign_in,
                space,
            } => {
                let Ok(space) = space.map(|space| space.parse()).transpose() else {
                    return Err(invalid("space", "that is no id of a space"));
                };
                Desk::open_once(face, &url, &sign_in, space, clock).await
            }
        }
    }
}

fn sign_in(variable: impl Fn(&str) -> Option<String>) -> Result<SignIn> {
    let secret = |name| variable(name).map(SecretString::from);
    if let Some(key) = secret("KIBANA_API_KEY") {
        return Ok(SignIn::Key(key));
    }
    match (variable("KIBANA_USERNAME"), secret("KIBANA_PASSWORD")) {
        (Some(user), Some(password)) => Ok(SignIn::Password { user, password }),
        _ => Err(invalid(
            "key",
            "KIBANA_URL needs KIBANA_API_KEY, or KIBANA_USERNAME and KIBANA_PASSWORD",
        )),
    }
}

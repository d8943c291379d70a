//! One window a profile: whoever starts the app again comes to the window that is open, and what it was asked for goes along.

use std::path::Path;

use clap::Parser as _;
use sha2::{Digest as _, Sha256};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_single_instance::Builder;

use crate::{arguments::Arguments, events, shell::Shell, window};

/// Hands the command line over to the window of this profile if there is one, and ends then. Otherwise this is the one from
/// here on.
pub(crate) fn be_the_one(app: &AppHandle, profile: &Path) {
    let plugin = Builder::new()
        .dbus_id(bus_name(profile))
        .callback(|app, line, _| started_again(app, &line))
        .build();
    // Two windows of one profile are no danger, only a nuisance: its files are made for several processes.
    if let Err(error) = app.plugin(plugin) {
        tracing::warn!(%error, "the window that is open does not answer: this is another one");
    }
}

/// Lets the next start have a window of its own, while this one is ending.
pub(crate) fn retire(app: &AppHandle) {
    tauri_plugin_single_instance::destroy(app);
}

/// Whoever is on the bus can call this: what comes is read as a command line is, and can do no more (S25).
fn started_again(app: &AppHandle, line: &[String]) {
    match Arguments::try_parse_from(line) {
        Ok(arguments) => {
            window::bring_to_front(app);
            if let Some(link) = arguments.link {
                app.state::<Shell>().pass_link(link);
                events::emit_link(app);
            }
        }
        Err(error) => tracing::warn!(%error, "what another start asked for was not understood"),
    }
}

/// The folder is the profile: one of the same name elsewhere is another. A name on the bus has few letters, and starts with none
/// but a letter.
fn bus_name(profile: &Path) -> String {
    let digest = Sha256::digest(profile.as_os_str().as_encoded_bytes());
    let (short, _) = digest.split_first_chunk().expect("it has 32 bytes");
    format!("io.caseboard.desktop.p{:032x}", u128::from_be_bytes(*short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_a_name_of_its_own_that_the_bus_takes() {
        let names = ["/a/default", "/a/practice", "/b/default", "/a/Ä b/../1"]
            .map(|folder| bus_name(Path::new(folder)));
        for (nth, name) in names.iter().enumerate() {
            let is_word = |word: &str| {
                !word.starts_with(|first: char| first.is_ascii_digit())
                    && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
            };
            assert!(name.split('.').all(is_word) && name.len() < 200, "{name}");
            assert!(!names.iter().skip(nth + 1).any(|other| other == name));
        }
    }
}

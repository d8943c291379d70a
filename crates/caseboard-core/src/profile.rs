//! `profile.json`: what is kept of a profile beside its deployments. It holds no secret and no text of a case.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{error::Error, private};

const NAME: &str = "profile.json";
const LOCK: &str = "profile.lock";

/// The file. Every process of the profile reads and writes it under one lock, and never half of it.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    dir: PathBuf,
}

/// What it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    pub(crate) keep: Keep,
    /// The keychain that the key of the database was kept by, as it names itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keychain: Option<String>,
    /// Which of its items has the key; without a name of its own, the one that has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
}

/// Where people want what the desk knows to be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Keep {
    /// In the encrypted file.
    #[default]
    OnDisk,
    /// In memory; what an earlier run left on disk, and its key, are still to be removed.
    Leaving,
    /// In memory.
    InMemory,
}

impl Profile {
    /// The file in the folder of a profile.
    pub(crate) fn at(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// What is saved. A file that cannot be read is an error and stays as it is: to go on without it could write to the
    /// disk what nobody wants there.
    pub(crate) fn load(&self) -> Result<Settings, Error> {
        match fs::read(self.dir.join(NAME)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| Error::Damaged {
                file: NAME,
                reason: error.to_string(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Settings::default()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Changes what is saved, as one step for every process.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, Error> {
        let lock = private::open_lock(&self.dir.join(LOCK)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let before = self.load()?;
        let mut settings = before.clone();
        change(&mut settings);
        if settings != before {
            let content = serde_json::to_vec_pretty(&settings).expect("settings are JSON");
            private::replace(&self.dir.join(NAME), &content).map_err(failed)?;
        }
        Ok(settings)
    }
}

fn failed(source: io::Error) -> Error {
    Error::File { file: NAME, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_kept_and_a_damaged_file_is_told_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let profile = Profile::at(dir.path());
        assert_eq!(profile.load().unwrap(), Settings::default());
        profile
            .change(|settings| settings.keep = Keep::Leaving)
            .unwrap();
        let keychain = Some("gnome-keyring-daemon".to_owned());
        profile
            .change(|settings| settings.keychain.clone_from(&keychain))
            .unwrap();
        let keep = Keep::Leaving;
        let key = None;
        assert_eq!(
            Profile::at(dir.path()).load().unwrap(),
            Settings {
                keep,
                keychain,
                key
            }
        );
        let path = dir.path().join(NAME);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(&path, "{\"keep\": \"nowhere\"}").unwrap();
        assert!(matches!(profile.load(), Err(Error::Damaged { .. })));
        assert!(profile.change(|_| {}).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"{\"keep\": \"nowhere\"}");
    }
}

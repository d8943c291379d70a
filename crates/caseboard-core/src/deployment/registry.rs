//! `deployments.json`: every process of the profile reads and writes it under one file lock, and never half of it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Deployment;
use crate::{error::Error, private};

const NAME: &str = "deployments.json";

/// The file.
#[derive(Debug)]
pub(crate) struct Registry {
    /// `None` where nothing is saved.
    dir: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Content {
    deployments: Vec<Deployment>,
}

impl Registry {
    /// The registry of a profile; its folder is made if it is missing, for its owner alone.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        private::make_dir(dir).map_err(failed)?;
        Ok(Self {
            dir: Some(dir.to_owned()),
        })
    }

    /// The registry of what is used once: it saves nothing.
    pub(crate) fn of_nothing() -> Self {
        Self { dir: None }
    }

    /// What is saved. No file means no deployments; a file that cannot be read is an error and stays as it is.
    pub(crate) fn load(&self) -> Result<Vec<Deployment>, Error> {
        let Some(dir) = &self.dir else {
            return Ok(Vec::new());
        };
        match fs::read(dir.join(NAME)) {
            Ok(bytes) => {
                let content = serde_json::from_slice::<Content>(&bytes);
                Ok(content
                    .map_err(|error| Error::Damaged {
                        file: NAME,
                        reason: error.to_string(),
                    })?
                    .deployments)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Changes what is saved, as one step for every process.
    pub(crate) fn change(
        &self,
        change: impl FnOnce(&mut Vec<Deployment>) -> Result<(), Error>,
    ) -> Result<Vec<Deployment>, Error> {
        let dir = self.dir.as_ref();
        let dir = dir.ok_or_else(|| Error::input("deployment", "nothing is saved here"))?;
        let lock = private::open_lock(&dir.join("deployments.lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut deployments = self.load()?;
        change(&mut deployments)?;
        let content = Content { deployments };
        let text = serde_json::to_vec_pretty(&content).expect("deployments are JSON");
        private::replace(&dir.join(NAME), &text).map_err(failed)?;
        Ok(content.deployments)
    }
}

fn failed(source: io::Error) -> Error {
    Error::File { file: NAME, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::DeploymentId;

    fn deployment(name: &str) -> Deployment {
        Deployment {
            id: DeploymentId::try_from(name.to_lowercase()).unwrap(),
            name: name.to_owned(),
            url: "https://k.test".to_owned(),
            kibana_version: None,
            me: None,
            spaces: Vec::new(),
        }
    }

    fn add(name: &str) -> impl FnOnce(&mut Vec<Deployment>) -> Result<(), Error> {
        let new = deployment(name);
        move |all| {
            all.push(new);
            Ok(())
        }
    }

    #[test]
    fn changes_are_kept_by_the_file_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        let profile = dir.path().join("caseboard/default");
        let registry = Registry::open(&profile).unwrap();
        assert_eq!(registry.load().unwrap(), [], "no file means no deployments");
        registry.change(add("PROD")).unwrap();
        Registry::open(&profile)
            .unwrap()
            .change(add("ACME"))
            .unwrap();
        assert_eq!(
            registry.load().unwrap(),
            [deployment("PROD"), deployment("ACME")]
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&profile), mode(&profile.join(NAME))), (0o700, 0o600));
        }
    }

    #[test]
    fn a_damaged_file_is_told_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let registry = Registry::open(dir.path()).unwrap();
        fs::write(dir.path().join(NAME), "{\"deployments\": [{").unwrap();
        assert!(matches!(registry.load(), Err(Error::Damaged { .. })));
        assert!(
            registry.change(add("PROD")).is_err(),
            "nothing is written over what could not be read"
        );
        assert_eq!(
            fs::read_to_string(dir.path().join(NAME)).unwrap(),
            "{\"deployments\": [{"
        );
    }

    #[test]
    fn a_refused_change_writes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let registry = Registry::open(dir.path()).unwrap();
        let refused = registry.change(|all| {
            all.push(deployment("PROD"));
            Err(Error::Unknown { what: "test" })
        });
        assert!(refused.is_err() && registry.load().unwrap().is_empty());
    }
}

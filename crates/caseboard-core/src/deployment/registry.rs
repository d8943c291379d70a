//! `deployments.json`: every process of the profile reads and writes it under one file lock, and never half of it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Deployment;
use crate::error::Error;

const NAME: &str = "deployments.json";

/// The file.
#[derive(Debug)]
pub(crate) struct Registry {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Content {
    deployments: Vec<Deployment>,
}

impl Registry {
    /// The registry of a profile; its folder is made if it is missing, for its owner alone.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        make_private_dir(dir).map_err(failed)?;
        Ok(Self {
            dir: dir.to_owned(),
        })
    }

    /// What is saved. No file means no deployments; a file that cannot be read is an error and stays as it is.
    pub(crate) fn load(&self) -> Result<Vec<Deployment>, Error> {
        match fs::read(self.dir.join(NAME)) {
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
        let lock = private_file(
            &self.dir.join("deployments.lock"),
            OpenOptions::new().write(true).create(true),
        )
        .map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut deployments = self.load()?;
        change(&mut deployments)?;
        self.replace(&deployments).map_err(failed)?;
        Ok(deployments)
    }

    /// Writes a new file, makes sure that it is on the disk, and puts it in the place of the old one.
    fn replace(&self, deployments: &[Deployment]) -> io::Result<()> {
        let new = self.dir.join("deployments.new");
        let mut file = private_file(
            &new,
            OpenOptions::new().write(true).create(true).truncate(true),
        )?;
        file.write_all(&serde_json::to_vec_pretty(&Content {
            deployments: deployments.to_vec(),
        })?)?;
        file.sync_all()?;
        fs::rename(new, self.dir.join(NAME))?;
        File::open(&self.dir)?.sync_all()
    }
}

fn failed(source: io::Error) -> Error {
    Error::File { file: NAME, source }
}

#[cfg(unix)]
fn make_private_dir(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)?;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private_dir(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)
}

#[cfg(unix)]
fn private_file(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.open(path)
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

//! Who sends: the process that holds a lock on a file of the profile. It is never taken from a living process.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::error::Error;

const LOCK: &str = "sender.lock";
/// Who holds the lock, for people: the lock itself cannot be read on every system.
const HOLDER: &str = "sender.json";

/// The lock of a profile, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct SenderLock {
    _file: File,
}

/// The process that sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) pid: u32,
    pub(crate) name: String,
}

impl SenderLock {
    /// Takes the lock if nobody has it.
    pub(crate) fn try_take(dir: &Path, name: &str) -> Result<Option<Self>, Error> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join(LOCK))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let holder = Holder {
            pid: std::process::id(),
            name: name.to_owned(),
        };
        holder.save(dir).map_err(failed)?;
        Ok(Some(Self { _file: file }))
    }
}

impl Holder {
    /// The process that sends, or was the last to do so.
    pub(crate) fn of(dir: &Path) -> Option<Self> {
        let saved = fs::read(dir.join(HOLDER)).ok()?;
        serde_json::from_slice(&saved).ok()
    }

    fn save(&self, dir: &Path) -> io::Result<()> {
        let new: PathBuf = dir.join(format!("{HOLDER}.{}", self.pid));
        let text = serde_json::to_vec(self).map_err(io::Error::other)?;
        fs::write(&new, text)?;
        fs::rename(new, dir.join(HOLDER))
    }
}

fn failed(source: io::Error) -> Error {
    Error::File { file: LOCK, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_others_are_told_who() {
        let dir = tempfile::tempdir().unwrap();
        let held = SenderLock::try_take(dir.path(), "caseboard-desktop")
            .unwrap()
            .unwrap();
        assert!(
            SenderLock::try_take(dir.path(), "caseboard")
                .unwrap()
                .is_none()
        );
        let holder = Holder::of(dir.path()).unwrap();
        assert_eq!(
            (holder.pid, holder.name.as_str()),
            (std::process::id(), "caseboard-desktop")
        );
        drop(held);
        assert!(
            SenderLock::try_take(dir.path(), "caseboard")
                .unwrap()
                .is_some()
        );
    }
}

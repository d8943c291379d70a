//! The file that keeps a world over restarts.
//!
//! `data/format.rs` says what it looks like, `store/saved.rs` what is in it, `data/saver.rs` writes
//! it after changes. It is never changed in place: a new file is written beside it, flushed to the
//! disk and given its name, so that whoever reads it finds all of one moment. Beside it lies a lock,
//! `….lock`, which is held by the one server that writes it.

mod format;
mod saver;

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::store::{Restored, Settings, Store};
use format::{Index, Reader};
pub(crate) use saver::Saver;

/// Why a world cannot be kept in a file.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Another server has the file.
    #[error("{} is in use by another practice server", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// A newer release wrote the file. It is left as it is.
    #[error("{} was written by a newer release of the practice server (format {found}, this one reads up to {})", path.display(), format::FORMAT)]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format that the file says it has.
        found: u32,
    },
    /// The file is damaged, or is no file of a practice server. It is left as it is.
    #[error("{} is damaged or is no data file of the practice server: {problem}; move it away to start anew", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The file system refuses.
    #[error("cannot use {}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What is saved of a server beside the blocks of its store. Fields may be added as long as an older
/// release may drop them; else the number of the format goes up.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// What `/api/status` tells apart deployments by.
    pub(crate) uuid: String,
    pub(crate) store: Settings,
}

/// A data file that is ours as long as this lives.
#[derive(Debug)]
pub(crate) struct DataFile {
    path: PathBuf,
    /// What is where in the file; `None` if there is no file yet.
    index: Option<Index>,
    /// Unlocked when it is closed.
    _lock: File,
}

/// What a file held.
pub(crate) struct Loaded {
    pub(crate) uuid: String,
    pub(crate) store: Store,
}

impl DataFile {
    /// Takes the file and reads it, if it is there.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<Loaded>), DataError> {
        let refused = |source| DataError::Refused {
            path: path.to_owned(),
            source,
        };
        // A link stays a link: what it leads to is replaced.
        let path = &match fs::canonicalize(path) {
            Ok(path) => path,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(refused(error)),
        };
        let lock = open_private(&beside(path, "lock")).map_err(refused)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DataError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(refused(error)),
        }
        let (index, loaded) = match File::open(path) {
            Ok(file) => load(path, file).map(|(index, loaded)| (Some(index), Some(loaded)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (None, None),
            Err(error) => return Err(refused(error)),
        };
        let file = Self {
            path: path.to_owned(),
            index,
            _lock: lock,
        };
        Ok((file, loaded))
    }

    fn refused(&self, source: io::Error) -> DataError {
        DataError::Refused {
            path: self.path.clone(),
            source,
        }
    }
}

fn load(path: &Path, file: File) -> Result<(Index, Loaded), DataError> {
    let damaged = |problem: String| DataError::Damaged {
        path: path.to_owned(),
        problem,
    };
    let mut reader = Reader::open(file).map_err(&damaged)?;
    let found = reader.format();
    if found > format::FORMAT {
        return Err(DataError::Newer {
            path: path.to_owned(),
            found,
        });
    }
    let (frame, index) = reader.frame::<Frame>().map_err(&damaged)?;
    let mut store = Restored::new(frame.store);
    for range in index.ranges() {
        store.put(reader.block(range).map_err(&damaged)?);
    }
    let loaded = Loaded {
        uuid: frame.uuid,
        store: store.finish(),
    };
    Ok((index, loaded))
}

/// A file of the same folder whose name says what it belongs to.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

/// Opens a file that only its owner may read, or makes it.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

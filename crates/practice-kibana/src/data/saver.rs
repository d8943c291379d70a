//! Writes the data file soon after changes, off the way of requests.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Notify, task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{DataError, DataFile, Frame, beside, format::Writer, open_private};
use crate::{
    server::App,
    store::{Block, Changes, Settings},
};

/// How long after a change the file is written, so that changes that come together are one.
const DEBOUNCE: Duration = Duration::from_millis(100);
/// How long after a failure it is tried again.
const RETRY: Duration = Duration::from_secs(5);
/// How many blocks are taken while the store is locked.
const BLOCKS: usize = 16;

/// The one that writes the file of a server.
pub(crate) struct Saver {
    app: Arc<App>,
    file: DataFile,
    changed: Arc<Notify>,
    /// Whether the file does not hold what the store holds.
    failed: bool,
}

impl Saver {
    /// Makes a saver, which does nothing until it runs.
    pub(crate) fn new(app: Arc<App>, file: DataFile, changed: Arc<Notify>) -> Self {
        Self {
            app,
            file,
            changed,
            failed: false,
        }
    }

    /// Writes after changes until requests have ended, and then what is left.
    ///
    /// # Errors
    /// When the last state could not be written.
    pub(crate) async fn run(mut self, ended: CancellationToken) -> Result<(), DataError> {
        loop {
            let wait = async {
                if self.failed {
                    sleep(RETRY).await;
                } else {
                    self.changed.notified().await;
                    sleep(DEBOUNCE).await;
                }
            };
            let last = tokio::select! {
                () = wait => false,
                () = ended.cancelled() => true,
            };
            let (saver, result) = save_elsewhere(self).await;
            self = saver;
            self.failed = result.is_err();
            match result {
                result if last => return result,
                Ok(()) => {}
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the world is not saved"
                ),
            }
        }
    }

    fn save(&mut self) -> Result<(), DataError> {
        let mut taken = Vec::new();
        let result = self.write(&mut taken);
        result.map_err(|error| {
            self.app.store().mark_blocks(taken);
            self.file.refused(error)
        })
    }

    /// Writes a new file and puts it in the place of the old one. Tells in `taken` which changes it
    /// took from the store.
    fn write(&mut self, taken: &mut Vec<Block>) -> io::Result<()> {
        let start = Instant::now();
        let path = &self.file.path;
        let new = beside(path, "new");
        let file = open_private(&new)?;
        file.set_len(0)?;
        let mut writer = Writer::new(file)?;
        let (settings, held) = self.write_changes(&mut writer, taken)?;
        if let Some(index) = &self.file.index {
            writer.copy_rest(&File::open(path)?, index)?;
        }
        let frame = Frame {
            uuid: self.app.uuid.clone(),
            store: settings,
        };
        let index = writer.finish(frame)?;
        fs::rename(&new, path)?;
        self.file.index = Some(index);
        flush_folder(path)?;
        tracing::debug!(blocks = taken.len(), took = ?start.elapsed(), ?held, "the world is saved");
        Ok(())
    }

    /// Writes the blocks that have changed, a few at a time so that requests can come in between.
    /// Also returns how long the store was locked at the longest.
    fn write_changes(
        &self,
        writer: &mut Writer,
        taken: &mut Vec<Block>,
    ) -> io::Result<(Settings, Duration)> {
        let (mut most, mut left, mut held) = (BLOCKS, usize::MAX, Duration::ZERO);
        loop {
            let (changes, locked) = self.take_changes(most);
            held = held.max(locked);
            taken.extend(changes.blocks.iter().map(|(block, _)| block.clone()));
            for (block, content) in &changes.blocks {
                writer.block(block.to_string(), content.as_ref())?;
            }
            if let Some(settings) = changes.settings {
                return Ok((settings, held));
            }
            // Who writes faster than we do is caught up with by longer strides.
            if changes.left >= left {
                most *= 2;
            }
            left = changes.left;
        }
    }

    fn take_changes(&self, most: usize) -> (Changes, Duration) {
        let mut store = self.app.store();
        let start = Instant::now();
        let changes = store.take_changes(most);
        (changes, start.elapsed())
    }
}

async fn save_elsewhere(mut saver: Saver) -> (Saver, Result<(), DataError>) {
    let save = spawn_blocking(move || {
        let result = saver.save();
        (saver, result)
    });
    save.await.expect("saving does not panic")
}

/// Makes sure that the new name of a file outlives a loss of power.
fn flush_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

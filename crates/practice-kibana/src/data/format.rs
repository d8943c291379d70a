//! What a data file looks like: gzip members, each with lines of JSON, so that `zcat` shows it all.
//!
//! The first member says what the file is. Then come the blocks, then the frame with the places of
//! all blocks, and at the very end, in a member of fixed length, where the frame is. Gzip's checksums
//! tell when a byte has changed.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write},
};

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The number of the format that is written, and the last that is read.
pub(crate) const FORMAT: u32 = 1;
const MAGIC: &str = "practice-kibana data";
/// The length of the last member: its line, with its end and uncompressed, and what gzip puts around.
const TRAILER: u64 = 78;
const LINE: usize = 54;

#[derive(Serialize, Deserialize)]
struct Header {
    what: String,
    format: u32,
}

/// Where a member is: offset and length.
pub(super) type Range = (u64, u64);

/// What is where.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index(BTreeMap<String, Range>);

#[derive(Serialize, Deserialize)]
struct Last<F> {
    frame: F,
    blocks: Index,
}

impl Index {
    /// The places of the blocks in the order of the file.
    pub(super) fn ranges(&self) -> Vec<Range> {
        let mut ranges: Vec<Range> = self.0.values().copied().collect();
        ranges.sort_unstable();
        ranges
    }
}

/// Reads a file. Problems are texts, since each means that the file is damaged.
pub(super) struct Reader {
    file: BufReader<File>,
    length: u64,
    format: u32,
}

impl Reader {
    pub(super) fn open(file: File) -> Result<Self, String> {
        let length = file.metadata().map_err(text)?.len();
        let mut reader = Self {
            file: BufReader::new(file),
            length,
            format: 0,
        };
        let header: Header = reader.member((0, length))?;
        if header.what != MAGIC {
            return Err("it says that it is something else".to_owned());
        }
        reader.format = header.format;
        Ok(reader)
    }

    pub(super) fn format(&self) -> u32 {
        self.format
    }

    /// Reads the frame and the places of the blocks.
    pub(super) fn frame<F: DeserializeOwned>(&mut self) -> Result<(F, Index), String> {
        let start = self.length.checked_sub(TRAILER);
        let start = start.ok_or("it ends too early")?;
        let place: Range = self.member((start, TRAILER))?;
        let last: Last<F> = self.member(place)?;
        Ok((last.frame, last.blocks))
    }

    pub(super) fn block<B: DeserializeOwned>(&mut self, range: Range) -> Result<B, String> {
        self.member(range)
    }

    fn member<T: DeserializeOwned>(&mut self, (offset, length): Range) -> Result<T, String> {
        self.file.seek(SeekFrom::Start(offset)).map_err(text)?;
        let mut json = Vec::new();
        GzDecoder::new((&mut self.file).take(length))
            .read_to_end(&mut json)
            .map_err(text)?;
        serde_json::from_slice(&json).map_err(text)
    }
}

fn text(error: impl std::error::Error) -> String {
    error.to_string()
}

/// Writes a file from its beginning.
pub(super) struct Writer {
    file: BufWriter<File>,
    at: u64,
    index: Index,
    /// Blocks that are no longer.
    gone: Vec<String>,
}

impl Writer {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let mut writer = Self {
            file: BufWriter::new(file),
            at: 0,
            index: Index::default(),
            gone: Vec::new(),
        };
        let header = Header {
            what: MAGIC.to_owned(),
            format: FORMAT,
        };
        writer.member(&header, Compression::fast())?;
        Ok(writer)
    }

    /// Writes a block in the place of the one that had its name; `None` takes it away.
    pub(super) fn block<B: Serialize>(
        &mut self,
        name: String,
        block: Option<&B>,
    ) -> io::Result<()> {
        self.index.0.remove(&name);
        match block {
            Some(block) => {
                let range = self.member(block, Compression::fast())?;
                self.index.0.insert(name, range);
            }
            None => self.gone.push(name),
        }
        Ok(())
    }

    /// Copies the blocks of the file before that were not written.
    pub(super) fn copy_rest(&mut self, old: &File, index: &Index) -> io::Result<()> {
        let kept = index
            .0
            .iter()
            .filter(|(name, _)| !self.index.0.contains_key(*name) && !self.gone.contains(name));
        let mut kept: Vec<(&String, Range)> = kept.map(|(name, range)| (name, *range)).collect();
        kept.sort_unstable_by_key(|(_, range)| *range);
        let mut old = BufReader::new(old);
        for (name, (offset, length)) in kept {
            // Neighbours stay in the buffer.
            let here = i64::try_from(old.stream_position()?).unwrap_or(i64::MAX);
            let there = i64::try_from(offset).unwrap_or(i64::MAX);
            old.seek_relative(there - here)?;
            let copied = io::copy(&mut (&mut old).take(length), &mut self.file)?;
            if copied != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.index.0.insert(name.clone(), (self.at, length));
            self.at += length;
        }
        Ok(())
    }

    /// Writes the frame and the end, and waits until all of it is on the disk.
    pub(super) fn finish<F: Serialize>(mut self, frame: F) -> io::Result<Index> {
        let last = Last {
            frame,
            blocks: std::mem::take(&mut self.index),
        };
        let place = self.member(&last, Compression::fast())?;
        let line = format!("{:<1$}", serde_json::to_string(&place)?, LINE);
        let (_, length) = self.line(line.as_bytes(), Compression::none())?;
        if length != TRAILER {
            return Err(io::Error::other("the end of the file has not its length"));
        }
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        Ok(last.blocks)
    }

    fn member<T: Serialize>(&mut self, value: &T, compression: Compression) -> io::Result<Range> {
        let json = serde_json::to_vec(value)?;
        self.line(&json, compression)
    }

    fn line(&mut self, line: &[u8], compression: Compression) -> io::Result<Range> {
        let mut encoder = GzEncoder::new(Vec::new(), compression);
        encoder.write_all(line)?;
        encoder.write_all(b"\n")?;
        let member = encoder.finish()?;
        self.file.write_all(&member)?;
        let range = (self.at, member.len() as u64);
        self.at += range.1;
        Ok(range)
    }
}

//! A rendering that is kept back until it is whole.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::destination::Destination;
use super::file_writer::{CHUNK, FileWriter};
use crate::fs::Draft;
use crate::hash::sha256;
use crate::{Error, Result};

/// A rendering up to this size stays in memory.
const MAX_IN_MEMORY: usize = 4 * 1024 * 1024;

/// A rendering that is being written. A large one goes to a temporary file: the draft of its destination, or a file
/// without a name if the destination is not a regular file.
#[derive(Debug)]
pub struct Spool {
    destination: Destination,
    /// Whether a temporary file is the draft of the destination.
    drafts: bool,
    /// Whether its hash is needed.
    hashes: bool,
    /// The bytes that are not in the file yet.
    buffer: Vec<u8>,
    file: Option<Box<Overflow>>,
}

/// The file of a large rendering.
#[derive(Debug)]
struct Overflow {
    file: Temporary,
    /// None once the whole rendering is in the file.
    writer: Option<FileWriter>,
    /// Of the whole rendering, if it is needed.
    sha256: Option<String>,
}

#[derive(Debug)]
enum Temporary {
    Draft(Draft),
    Unnamed(File),
}

/// A whole rendering, ready to be read.
#[derive(Debug)]
pub(super) enum Spooled {
    Memory(Vec<u8>),
    Draft(Draft),
    Unnamed(File),
}

impl Spool {
    /// An empty rendering for this destination. Nothing is touched yet.
    #[must_use]
    pub fn new(destination: Destination) -> Self {
        Self { destination, drafts: true, hashes: false, buffer: Vec::new(), file: None }
    }

    /// The same, of which nothing is ever beside its destination.
    #[must_use]
    pub fn without_draft(self) -> Self {
        Self { drafts: false, ..self }
    }

    /// The same, which knows the hash of a regular file at the end.
    #[must_use]
    pub fn hashed(self) -> Self {
        Self { hashes: self.destination.regular_file().is_some(), ..self }
    }

    /// A rendering that is whole already.
    #[must_use]
    pub fn of(text: String, destination: Destination) -> Self {
        Self { buffer: text.into_bytes(), ..Self::new(destination) }
    }

    /// The whole rendering as text; what is not UTF-8 in it is replaced.
    pub fn into_text(self) -> Result<String> {
        let (_, mut spooled) = self.into_parts()?;
        let mut bytes = Vec::new();
        spooled.reader().read_to_end(&mut bytes).map_err(cannot_spool)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The hash of the whole rendering; `None` unless it is [`hashed`](Self::hashed).
    pub(super) fn sha256(&mut self) -> Result<Option<String>> {
        self.complete().map_err(cannot_spool)?;
        Ok(match &self.file {
            None => self.hashes.then(|| sha256(&self.buffer)),
            Some(file) => file.sha256.clone(),
        })
    }

    pub(super) fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The destination, and the whole rendering.
    pub(super) fn into_parts(mut self) -> Result<(Destination, Spooled)> {
        self.complete().map_err(cannot_spool)?;
        let mut spooled = match self.file.map(|overflow| overflow.file) {
            None => Spooled::Memory(self.buffer),
            Some(Temporary::Draft(draft)) => Spooled::Draft(draft),
            Some(Temporary::Unnamed(file)) => Spooled::Unnamed(file),
        };
        spooled.rewind().map_err(cannot_spool)?;
        Ok((self.destination, spooled))
    }

    /// Writes the bytes that are not in the file yet, if there is one.
    fn complete(&mut self) -> io::Result<()> {
        if let Some(overflow) = &mut self.file
            && let Some(mut writer) = overflow.writer.take()
        {
            writer.write(&mut self.buffer)?;
            overflow.sha256 = writer.finish()?;
            self.buffer = Vec::new();
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        let overflow = match self.file.take() {
            Some(overflow) => overflow,
            None => self.overflow()?,
        };
        match &mut self.file.insert(overflow).writer {
            Some(writer) => writer.write(&mut self.buffer),
            None => Err(io::Error::other("the output is complete already")),
        }
    }

    fn overflow(&self) -> io::Result<Box<Overflow>> {
        let mut file = match &self.destination {
            Destination::File { path, .. } if self.drafts && self.destination.is_regular() => {
                Temporary::Draft(Draft::new(path)?)
            }
            _ => Temporary::Unnamed(tempfile::tempfile()?),
        };
        let writer = match &mut file {
            Temporary::Draft(draft) => FileWriter::start(draft.file(), self.hashes)?,
            Temporary::Unnamed(file) => FileWriter::start(file, self.hashes)?,
        };
        Ok(Box::new(Overflow { file, writer: Some(writer), sha256: None }))
    }
}

fn cannot_spool(error: io::Error) -> Error {
    Error::failed("can't store the output temporarily").because(error)
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let limit = if self.file.is_some() { CHUNK } else { MAX_IN_MEMORY };
        if self.buffer.len() + bytes.len() > limit {
            self.spill()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spooled {
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Draft(draft) => draft.file().seek(SeekFrom::Start(0)).map(drop),
            Self::Unnamed(file) => file.seek(SeekFrom::Start(0)).map(drop),
        }
    }

    pub(super) fn len(&mut self) -> io::Result<u64> {
        match self {
            Self::Memory(bytes) => Ok(bytes.len() as u64),
            Self::Draft(draft) => Ok(draft.file().metadata()?.len()),
            Self::Unnamed(file) => Ok(file.metadata()?.len()),
        }
    }

    /// The rendering as a draft of this file.
    pub(super) fn into_draft(mut self, path: &Path) -> io::Result<Draft> {
        if let Self::Draft(draft) = self {
            return Ok(draft);
        }
        let mut draft = Draft::new(path)?;
        self.copy_to(draft.file())?;
        Ok(draft)
    }

    /// Writes the whole rendering, once.
    pub(super) fn copy_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => out.write_all(bytes),
            Self::Draft(draft) => copy(draft.file(), out),
            Self::Unnamed(file) => copy(file, out),
        }
    }

    /// Reads the whole rendering, once.
    pub(super) fn reader(&mut self) -> Box<dyn Read + '_> {
        match self {
            Self::Memory(bytes) => Box::new(Cursor::new(bytes)),
            Self::Draft(draft) => Box::new(draft.file()),
            Self::Unnamed(file) => Box::new(file),
        }
    }
}

fn copy(file: &File, out: &mut impl Write) -> io::Result<()> {
    io::copy(&mut BufReader::with_capacity(CHUNK, file), out).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(spool: Spool) -> Vec<u8> {
        let mut read = Vec::new();
        spool.into_parts().unwrap().1.reader().read_to_end(&mut read).unwrap();
        read
    }

    #[test]
    fn small_and_large_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        for destination in [Destination::Stdout, Destination::File { path, mode: None }] {
            for lines in [0, 1, 500_000] {
                let mut spool = Spool::new(destination.clone()).hashed();
                for _ in 0..lines {
                    spool.write_all(b"0123456789abcdef").unwrap();
                }
                let expected = b"0123456789abcdef".repeat(lines);
                let hash = spool.sha256().unwrap();
                assert_eq!(hash, destination.regular_file().map(|_| sha256(&expected)), "{lines}");
                assert!(read(spool) == expected, "{lines}");
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a draft was left");
    }

    #[test]
    fn what_is_dropped_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let mut spool = Spool::new(Destination::File { path, mode: None });
        spool.write_all(&vec![b'x'; 2 * MAX_IN_MEMORY]).unwrap();
        spool.write_all(b"y").unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        drop(spool);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

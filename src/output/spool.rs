//! A rendering that is kept back until it is whole.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::destination::Destination;
use crate::fs::Draft;
use crate::hash::{sha256, sha256_of};
use crate::{Error, Result};

/// A rendering up to this size stays in memory.
const MAX_IN_MEMORY: usize = 4 * 1024 * 1024;
/// A larger one is written to a file in chunks of about this size.
const CHUNK: usize = 64 * 1024;

/// A rendering that is being written. A large one goes to a temporary file: the draft of its destination, or a file
/// without a name if the destination is not a regular file.
#[derive(Debug)]
pub struct Spool {
    destination: Destination,
    /// Whether a temporary file is the draft of the destination.
    drafts: bool,
    /// The bytes that are not in the file yet.
    buffer: Vec<u8>,
    file: Option<Overflow>,
}

/// The file of a large rendering.
#[derive(Debug)]
enum Overflow {
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
        Self { destination, drafts: true, buffer: Vec::new(), file: None }
    }

    /// The same, of which nothing is ever beside its destination.
    #[must_use]
    pub fn without_draft(self) -> Self {
        Self { drafts: false, ..self }
    }

    /// A rendering that is whole already.
    #[must_use]
    pub fn of(text: String, destination: Destination) -> Self {
        Self { destination, drafts: true, buffer: text.into_bytes(), file: None }
    }

    /// The whole rendering as text; what is not UTF-8 in it is replaced.
    pub fn into_text(self) -> Result<String> {
        let (_, mut spooled) = self.into_parts()?;
        let mut bytes = Vec::new();
        spooled.reader().read_to_end(&mut bytes).map_err(cannot_spool)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The hash of the whole rendering.
    pub(super) fn sha256(&mut self) -> Result<String> {
        if self.file.is_some() {
            self.spill().map_err(cannot_spool)?;
        }
        let file = match &mut self.file {
            None => return Ok(sha256(&self.buffer)),
            Some(Overflow::Draft(draft)) => draft.file(),
            Some(Overflow::Unnamed(file)) => file,
        };
        file.rewind().and_then(|()| sha256_of(file)).map_err(cannot_spool)
    }

    pub(super) fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The destination, and the whole rendering.
    pub(super) fn into_parts(mut self) -> Result<(Destination, Spooled)> {
        if self.file.is_some() {
            self.spill().map_err(cannot_spool)?;
        }
        let mut spooled = match self.file {
            None => Spooled::Memory(self.buffer),
            Some(Overflow::Draft(draft)) => Spooled::Draft(draft),
            Some(Overflow::Unnamed(file)) => Spooled::Unnamed(file),
        };
        spooled.rewind().map_err(cannot_spool)?;
        Ok((self.destination, spooled))
    }

    fn spill(&mut self) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.overflow()?,
        };
        match self.file.insert(file) {
            Overflow::Draft(draft) => draft.file().write_all(&self.buffer)?,
            Overflow::Unnamed(file) => file.write_all(&self.buffer)?,
        }
        self.buffer.clear();
        // The memory of what came before the file.
        self.buffer.shrink_to(2 * CHUNK);
        Ok(())
    }

    fn overflow(&self) -> io::Result<Overflow> {
        match &self.destination {
            Destination::File { path, .. } if self.drafts && self.destination.is_regular() => {
                Draft::new(path).map(Overflow::Draft)
            }
            _ => tempfile::tempfile().map(Overflow::Unnamed),
        }
    }
}

fn cannot_spool(error: io::Error) -> Error {
    Error::failed("can't store the output temporarily").because(error)
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        let limit = if self.file.is_some() { CHUNK } else { MAX_IN_MEMORY };
        if self.buffer.len() > limit {
            self.spill()?;
        }
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
                let mut spool = Spool::new(destination.clone());
                for _ in 0..lines {
                    spool.write_all(b"0123456789abcdef").unwrap();
                }
                assert!(read(spool) == b"0123456789abcdef".repeat(lines), "{lines}");
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a draft was left");
    }
}

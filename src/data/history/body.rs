//! The rows of a run, compressed.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, Write};
use std::sync::Arc;

use tempfile::{SpooledData, SpooledTempFile};
use zstd::{Decoder, Encoder};

use super::file_range::FileRange;

/// A body up to this size stays in memory.
const MAX_IN_MEMORY: usize = 256 * 1024;
/// The window of a file that is written, as a power of two: 128 KiB. What rows repeat is never far, and a run holds all of it.
const WINDOW: u32 = 17;
/// The largest window of a file that is read: 8 MiB.
const WINDOW_MAX: u32 = 23;
/// The fastest: higher levels take longer and save little of what ids leave.
const LEVEL: i32 = 1;
/// So few bytes are not worth the time.
const LITTLE: usize = 4096;
const LEVEL_OF_LITTLE: i32 = -5;

/// Compresses lines of JSON. They go to a temporary file without a name if that does not fit into memory.
pub(super) struct BodyWriter(Encoder<'static, SpooledTempFile>);

/// What was written, which can be read any number of times.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// A few rows, not compressed yet: that is done once, with the first line of the record.
    Plain(Arc<[u8]>),
    Memory(Arc<[u8]>),
    File(Arc<File>),
}

impl BodyWriter {
    pub(super) fn new() -> io::Result<Self> {
        encoder(SpooledTempFile::new(MAX_IN_MEMORY), LEVEL, None).map(Self)
    }

    pub(super) fn add(&mut self, lines: &[u8]) -> io::Result<()> {
        self.0.write_all(lines)
    }

    pub(super) fn finish(self) -> io::Result<Body> {
        Ok(match self.0.finish()?.into_inner() {
            SpooledData::InMemory(bytes) => Body::Memory(bytes.into_inner().into()),
            SpooledData::OnDisk(mut file) => {
                file.rewind()?;
                Body::File(Arc::new(file))
            }
        })
    }
}

/// All of this, as a part of a record.
fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    // Its tables are small if the length is known before.
    let level = if bytes.len() < LITTLE { LEVEL_OF_LITTLE } else { LEVEL };
    let mut encoder = encoder(Vec::new(), level, Some(bytes.len() as u64))?;
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The lines of JSON of a file.
pub(super) fn decompressed(file: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut decoder = Decoder::new(file)?;
    decoder.window_log_max(WINDOW_MAX)?;
    Ok(Box::new(decoder))
}

fn encoder<W: Write>(out: W, level: i32, length: Option<u64>) -> io::Result<Encoder<'static, W>> {
    let mut encoder = Encoder::new(out, level)?;
    encoder.include_checksum(true)?;
    encoder.window_log(WINDOW)?;
    encoder.set_pledged_src_size(length)?;
    Ok(encoder)
}

impl Body {
    /// Writes a record with this first line.
    pub(super) fn write_after(&self, mut first: Vec<u8>, out: &mut impl Write) -> io::Result<()> {
        if let Self::Plain(json) = self {
            first.extend_from_slice(json);
            return out.write_all(&compressed(&first)?);
        }
        out.write_all(&compressed(&first)?)?;
        io::copy(&mut self.stored()?, out).map(drop)
    }

    /// The lines of JSON.
    pub(super) fn reader(&self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::Plain(json) => Ok(Box::new(Cursor::new(Arc::clone(json)))),
            Self::Memory(_) | Self::File(_) => decompressed(self.stored()?),
        }
    }

    fn stored(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Plain(bytes) | Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Self::File(file) => {
                let length = file.metadata()?.len();
                Box::new(BufReader::new(FileRange::new(Arc::clone(file), 0..length)))
            }
        })
    }
}

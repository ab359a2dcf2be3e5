//! The rows of a run, compressed.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, Write};
use std::sync::Arc;

use tempfile::{SpooledData, SpooledTempFile};
use zstd::Encoder;

use super::file_range::FileRange;
use crate::data::value::Value;

/// A body up to this size stays in memory.
const MAX_IN_MEMORY: usize = 256 * 1024;
/// Rows are compressed in pieces of about this size.
const CHUNK: usize = 64 * 1024;
/// The fastest: higher levels take longer and save little of what ids leave.
const LEVEL: i32 = 1;

/// Rows that are being compressed: a line of JSON for each. A large body goes to a temporary file without a name.
pub(super) struct BodyWriter {
    json: Vec<u8>,
    encoder: Option<Encoder<'static, SpooledTempFile>>,
}

/// What was written, which can be read any number of times.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Memory(Arc<[u8]>),
    File(Arc<File>),
}

impl BodyWriter {
    pub(super) fn new() -> Self {
        Self { json: Vec::new(), encoder: None }
    }

    pub(super) fn add(&mut self, row: &Value) -> io::Result<()> {
        serde_json::to_writer(&mut self.json, row)?;
        self.json.push(b'\n');
        if self.json.len() > CHUNK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let encoder = match self.encoder.take() {
            Some(encoder) => encoder,
            None => encoder(SpooledTempFile::new(MAX_IN_MEMORY), None)?,
        };
        self.encoder.insert(encoder).write_all(&self.json)?;
        self.json.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<SpooledData> {
        let Some(_) = self.encoder else {
            return Ok(SpooledData::InMemory(Cursor::new(compressed(&self.json)?)));
        };
        self.flush()?;
        let written = self.encoder.map(Encoder::finish).transpose()?;
        Ok(written.map_or_else(|| SpooledData::InMemory(Cursor::default()), SpooledTempFile::into_inner))
    }
}

/// All of this, as a part of a record.
pub(super) fn compressed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    // Its tables are small if the length is known before.
    let mut encoder = encoder(Vec::new(), Some(bytes.len() as u64))?;
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn encoder<W: Write>(out: W, length: Option<u64>) -> io::Result<Encoder<'static, W>> {
    let mut encoder = Encoder::new(out, LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(length)?;
    Ok(encoder)
}

impl Body {
    pub(super) fn of(written: SpooledData) -> io::Result<Self> {
        Ok(match written {
            SpooledData::InMemory(bytes) => Self::Memory(bytes.into_inner().into()),
            SpooledData::OnDisk(mut file) => {
                file.rewind()?;
                Self::File(Arc::new(file))
            }
        })
    }

    pub(super) fn reader(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Self::File(file) => {
                let length = file.metadata()?.len();
                Box::new(BufReader::new(FileRange::new(Arc::clone(file), 0..length)))
            }
        })
    }
}

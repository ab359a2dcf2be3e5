//! The JSON file that the Globus SDK's `JSONTokenStorage` reads and writes. What is in it is in `json_document`.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::errors::{cannot_read, cannot_write, check_exposure, not_usable};
use super::json_document::JsonDocument;
use super::reservation::Reservation;
use super::token::Tokens;
use crate::fs::{
    Draft, create_private_folder, folder_of, follow_links, open_regular, sweep_drafts, sync_folder,
};
use crate::{Error, Result};

/// The SDK rewrites its file in place, so a reader can meet an empty or half-written one, for microseconds. A file that
/// is still incomplete after these attempts is corrupt.
const ATTEMPTS: u32 = 5;
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(20);

/// A token is a kilobyte or two.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The space that is reserved for new tokens beyond what is stored.
const ROOM: u64 = 64 * 1024;

#[derive(Debug, Clone)]
pub struct JsonFile {
    path: PathBuf,
    namespace: String,
    /// The draft of the next file, if its space is reserved.
    reserved: Reservation<Draft>,
}

impl JsonFile {
    pub(super) fn new(path: PathBuf, namespace: &str) -> Self {
        Self { path, namespace: namespace.to_owned(), reserved: Reservation::none() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The tokens of the namespace; none if there is no file.
    pub(super) fn load(&self) -> Result<Tokens> {
        self.read()?.map_or_else(|| Ok(Tokens::new()), |document| document.tokens(&self.namespace))
    }

    /// Reserves the space of the next file, for [`save`](Self::save).
    pub(super) fn reserve(&mut self) -> Result<()> {
        let length = fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        let mut draft = self.draft()?;
        draft.reserve(length.saturating_add(ROOM)).map_err(|error| cannot_write(&self.path, error))?;
        self.reserved.set(draft);
        Ok(())
    }

    /// Gives reserved space back.
    pub(super) fn release(&mut self) {
        drop(self.reserved.take());
    }

    /// Puts these tokens into the namespace and replaces the file, with the reserved space if there is some.
    pub(super) fn save(&mut self, tokens: &Tokens) -> Result<()> {
        let reserved = self.reserved.take();
        let mut document = self.read()?.unwrap_or_else(|| JsonDocument::new(&self.path));
        document.put(&self.namespace, tokens)?;
        self.write(&document, reserved)
    }

    /// Removes the namespace's tokens whose resource server is meant, and returns whether there were any. A file that holds
    /// nothing else is removed. In another one an empty namespace stays, as with the SDK.
    pub(super) fn remove(&self, is_meant: &dyn Fn(&str) -> bool) -> Result<bool> {
        let Some(mut document) = self.read()? else { return Ok(false) };
        let removed = document.remove(&self.namespace, is_meant)?;
        if document.is_bare() {
            self.remove_file()?;
        } else if removed {
            self.write(&document, None)?;
        }
        Ok(removed)
    }

    /// Removes the file. A symbolic link to it stays.
    fn remove_file(&self) -> Result<()> {
        sweep_drafts(&self.path);
        let removed = follow_links(&self.path).and_then(|target| {
            fs::remove_file(&target)?;
            sync_folder(&target);
            Ok(())
        });
        removed.map_err(|error| cannot_write(&self.path, error))
    }

    fn write(&self, document: &JsonDocument<'_>, reserved: Option<Draft>) -> Result<()> {
        let failed = |error: io::Error| cannot_write(&self.path, error);
        let text = document.to_bytes().map_err(failed)?;
        let mut draft = reserved.map_or_else(|| self.draft(), Ok)?;
        draft.write(&text).and_then(|()| draft.commit(Some(0o600))).map_err(failed)
    }

    fn draft(&self) -> Result<Draft> {
        let failed = |error: io::Error| cannot_write(&self.path, error);
        create_private_folder(folder_of(&self.path)).map_err(failed)?;
        sweep_drafts(&self.path);
        Draft::new(&self.path).map_err(failed)
    }

    fn read(&self) -> Result<Option<JsonDocument<'_>>> {
        check_exposure(&self.path)?;
        let mut attempt = 1;
        loop {
            let bytes = match read(&self.path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(cannot_read(&self.path, error)),
            };
            match serde_json::from_slice(&bytes) {
                Ok(root) => return JsonDocument::checked(&self.path, root).map(Some),
                Err(_) if attempt < ATTEMPTS => {
                    thread::sleep(ATTEMPT_INTERVAL);
                    attempt += 1;
                }
                // The parser's message may quote a value, so only the place is shown.
                Err(error) => {
                    let position = format!("line {}, column {}", error.line(), error.column());
                    return Err(self.corrupt(&if bytes.is_empty() {
                        "the file is empty".to_owned()
                    } else if error.is_eof() {
                        format!("the JSON ends too early, at {position}")
                    } else {
                        format!("it is not JSON at {position}")
                    }));
                }
            }
        }
    }

    fn corrupt(&self, why: &str) -> Error {
        not_usable(&self.path, why)
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(4096);
    open_regular(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("it is too large for a token file"));
    }
    Ok(bytes)
}

//! The JSON file that the Globus SDK's `JSONTokenStorage` reads and writes.
//!
//! Format 2.0: `{"data": {NAMESPACE: {RESOURCE_SERVER: TOKEN}}, "format_version": "2.0",
//! "globus-sdk.version": "..."}`. Format 1.0 has `by_rs` instead of `data` and no namespaces; it is
//! read, and written back as 2.0. All other content of the file is kept.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::errors::{cannot_read, cannot_write, check_exposure, not_usable};
use super::token::SDK_VERSION;
use super::token::{Token, Tokens};
use crate::fs::{
    Draft, create_private_folder, folder_of, follow_links, open_regular, sweep_drafts, sync_folder,
};
use crate::{Error, Result};

const FORMAT: &str = "2.0";

/// The namespace that tokens of format 1.0 are moved to.
const DEFAULT_NAMESPACE: &str = "DEFAULT";

/// The SDK rewrites its file in place, so a reader can meet an empty or half-written one, for microseconds. A file that
/// is still incomplete after these attempts is corrupt.
const ATTEMPTS: u32 = 5;
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(20);

/// A token is a kilobyte or two.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The space that is reserved for new tokens beyond what is stored.
const ROOM: u64 = 64 * 1024;

#[derive(Debug)]
pub struct JsonFile {
    path: PathBuf,
    namespace: String,
    /// The draft of the next file, if its space is reserved.
    reserved: Option<Draft>,
}

impl JsonFile {
    pub(super) fn new(path: PathBuf, namespace: &str) -> Self {
        Self { path, namespace: namespace.to_owned(), reserved: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The tokens of the namespace; none if there is no file.
    pub(super) fn load(&self) -> Result<Tokens> {
        let Some(document) = self.read()? else { return Ok(Tokens::new()) };
        let Some(stored) = document.data()?.get(&self.namespace) else { return Ok(Tokens::new()) };
        let stored = stored
            .as_object()
            .ok_or_else(|| self.corrupt(&format!("`data.{}` is not an object", self.namespace)))?;
        stored
            .iter()
            .map(|(resource_server, token)| match Token::from_json(token) {
                Ok(token) => Ok((resource_server.clone(), token)),
                Err(malformed) => {
                    Err(self.corrupt(&format!("in the token for `{resource_server}`, {malformed}")))
                }
            })
            .collect()
    }

    /// Reserves the space of the next file, for [`save`](Self::save).
    pub(super) fn reserve(&mut self) -> Result<()> {
        let length = fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        let mut draft = self.draft()?;
        draft.reserve(length.saturating_add(ROOM)).map_err(|error| cannot_write(&self.path, error))?;
        self.reserved = Some(draft);
        Ok(())
    }

    /// Gives reserved space back.
    pub(super) fn release(&mut self) {
        self.reserved = None;
    }

    /// Puts these tokens into the namespace and replaces the file, with the reserved space if there is some.
    pub(super) fn save(&mut self, tokens: &Tokens) -> Result<()> {
        let reserved = self.reserved.take();
        let mut document = match self.read()? {
            Some(document) => document,
            None => Document { path: &self.path, root: skeleton() },
        };
        let namespace = document
            .data_mut()?
            .entry(&self.namespace)
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
            .ok_or_else(|| self.corrupt(&format!("`data.{}` is not an object", self.namespace)))?;
        for (resource_server, token) in tokens {
            namespace.insert(resource_server.clone(), token.to_json());
        }
        self.write(&document, reserved)
    }

    /// Removes the namespace's tokens whose resource server is meant, and returns whether there were any. A file that holds
    /// nothing else is removed. In another one an empty namespace stays, as with the SDK.
    pub(super) fn remove(&self, is_meant: &dyn Fn(&str) -> bool) -> Result<bool> {
        let Some(mut document) = self.read()? else { return Ok(false) };
        let mut removed = false;
        if let Some(namespace) = document.data_mut()?.get_mut(&self.namespace) {
            let namespace = namespace
                .as_object_mut()
                .ok_or_else(|| self.corrupt(&format!("`data.{}` is not an object", self.namespace)))?;
            let before = namespace.len();
            namespace.retain(|resource_server, _| !is_meant(resource_server));
            removed = namespace.len() < before;
        }
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

    fn write(&self, document: &Document<'_>, reserved: Option<Draft>) -> Result<()> {
        let failed = |error: io::Error| cannot_write(&self.path, error);
        let text = serde_json::to_vec(&document.root).map_err(|error| failed(error.into()))?;
        let mut draft = reserved.map_or_else(|| self.draft(), Ok)?;
        draft.write(&text).and_then(|()| draft.commit(Some(0o600))).map_err(failed)
    }

    fn draft(&self) -> Result<Draft> {
        let failed = |error: io::Error| cannot_write(&self.path, error);
        create_private_folder(folder_of(&self.path)).map_err(failed)?;
        sweep_drafts(&self.path);
        Draft::new(&self.path).map_err(failed)
    }

    fn read(&self) -> Result<Option<Document<'_>>> {
        check_exposure(&self.path)?;
        let mut attempt = 1;
        loop {
            let bytes = match read(&self.path) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(cannot_read(&self.path, error)),
            };
            match serde_json::from_slice(&bytes) {
                Ok(root) => return Document::checked(&self.path, root).map(Some),
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

/// The content of a checked token file.
struct Document<'a> {
    path: &'a Path,
    root: Map<String, Value>,
}

impl<'a> Document<'a> {
    fn checked(path: &'a Path, root: Value) -> Result<Self> {
        let Value::Object(mut root) = root else {
            return Err(not_usable(path, "its root is not an object"));
        };
        match root.get("format_version").and_then(Value::as_str) {
            Some(FORMAT) => {
                if !root.get("globus-sdk.version").is_some_and(Value::is_string) {
                    return Err(not_usable(path, "`globus-sdk.version` is missing or not text"));
                }
            }
            Some("1.0") => {
                let by_rs = root
                    .shift_remove("by_rs")
                    .filter(Value::is_object)
                    .ok_or_else(|| not_usable(path, "its format is 1.0, but it has no `by_rs` object"))?;
                root.insert("data".to_owned(), json!({ DEFAULT_NAMESPACE: by_rs }));
                root.insert("format_version".to_owned(), FORMAT.into());
                root.entry("globus-sdk.version").or_insert_with(|| SDK_VERSION.into());
            }
            Some(other) => {
                return Err(not_usable(path, format!("its format is {other:?}; 1.0 and 2.0 are known")));
            }
            None => return Err(not_usable(path, "`format_version` is missing or not text")),
        }
        let document = Self { path, root };
        document.data()?;
        Ok(document)
    }

    /// Whether there is no token in any namespace, nor a key of another program.
    fn is_bare(&self) -> bool {
        let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        self.root.iter().all(|(key, value)| match key.as_str() {
            "data" => value.as_object().is_some_and(|data| data.values().all(is_empty)),
            "format_version" | "globus-sdk.version" => true,
            _ => false,
        })
    }

    fn data(&self) -> Result<&Map<String, Value>> {
        self.root
            .get("data")
            .and_then(Value::as_object)
            .ok_or_else(|| not_usable(self.path, "`data` is missing or not an object"))
    }

    fn data_mut(&mut self) -> Result<&mut Map<String, Value>> {
        self.root
            .get_mut("data")
            .and_then(Value::as_object_mut)
            .ok_or_else(|| not_usable(self.path, "`data` is missing or not an object"))
    }
}

fn skeleton() -> Map<String, Value> {
    Map::from_iter([
        ("data".to_owned(), json!({})),
        ("format_version".to_owned(), FORMAT.into()),
        ("globus-sdk.version".to_owned(), SDK_VERSION.into()),
    ])
}

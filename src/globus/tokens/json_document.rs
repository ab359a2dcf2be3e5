//! The content of the JSON file that the Globus SDK's `JSONTokenStorage` reads and writes.
//!
//! Format 2.0: `{"data": {NAMESPACE: {RESOURCE_SERVER: TOKEN}}, "format_version": "2.0",
//! "globus-sdk.version": "..."}`. Format 1.0 has `by_rs` instead of `data` and no namespaces; it is
//! read, and written back as 2.0. All other content of the file is kept.

use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::errors::not_usable;
use super::token::{SDK_VERSION, Token, Tokens};
use crate::{Error, Result};

const FORMAT: &str = "2.0";

/// The namespace that tokens of format 1.0 are moved to.
const DEFAULT_NAMESPACE: &str = "DEFAULT";

/// The content of a token file.
#[derive(Debug)]
pub struct JsonDocument<'p> {
    /// The file, for messages.
    path: &'p Path,
    root: Map<String, Value>,
}

impl<'p> JsonDocument<'p> {
    /// Without a token.
    pub(super) fn new(path: &'p Path) -> Self {
        let root = Map::from_iter([
            ("data".to_owned(), json!({})),
            ("format_version".to_owned(), FORMAT.into()),
            ("globus-sdk.version".to_owned(), SDK_VERSION.into()),
        ]);
        Self { path, root }
    }

    /// Fails unless this is what a token file has.
    pub fn checked(path: &'p Path, root: Value) -> Result<Self> {
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

    /// The tokens of a namespace.
    pub fn tokens(&self, namespace: &str) -> Result<Tokens> {
        let Some(stored) = self.data()?.get(namespace) else { return Ok(Tokens::new()) };
        let stored = stored.as_object().ok_or_else(|| no_object(self.path, namespace))?;
        let mut tokens = Tokens::new();
        for (resource_server, token) in stored {
            let token = Token::from_json(token).map_err(|malformed| {
                not_usable(self.path, format!("in the token for `{resource_server}`, {malformed}"))
            })?;
            tokens.insert(resource_server.clone(), token);
        }
        Ok(tokens)
    }

    /// Puts tokens into a namespace, in place of those for the same resource servers.
    pub fn put(&mut self, namespace: &str, tokens: &Tokens) -> Result<()> {
        let path = self.path;
        let entry = self.data_mut()?.entry(namespace).or_insert_with(|| Value::Object(Map::new()));
        let stored = entry.as_object_mut().ok_or_else(|| no_object(path, namespace))?;
        stored.extend(tokens.iter().map(|(server, token)| (server.clone(), token.to_json())));
        Ok(())
    }

    /// Removes the namespace's tokens whose resource server is meant, and returns whether there were any.
    pub(super) fn remove(&mut self, namespace: &str, is_meant: &dyn Fn(&str) -> bool) -> Result<bool> {
        let path = self.path;
        let Some(stored) = self.data_mut()?.get_mut(namespace) else { return Ok(false) };
        let stored = stored.as_object_mut().ok_or_else(|| no_object(path, namespace))?;
        let before = stored.len();
        stored.retain(|resource_server, _| !is_meant(resource_server));
        Ok(stored.len() < before)
    }

    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        Ok(serde_json::to_vec(&self.root)?)
    }

    /// Whether there is no token in any namespace, nor a key of another program.
    pub(super) fn is_bare(&self) -> bool {
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

fn no_object(path: &Path, namespace: &str) -> Error {
    not_usable(path, format!("`data.{namespace}` is not an object"))
}

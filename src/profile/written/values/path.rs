//! The path of a file.

use std::ffi::OsStr;
use std::fmt;
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// The name by which the reader knows a [`FilePath`], which it hands over resolved, as bytes.
pub const FILE_PATH: &str = "globus_runner::FilePath";

/// A path, written with `~` and `${VAR}` and relative to the profile's folder; absolute and without them here.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(extend("format" = "path"))]
pub struct FilePath(#[schemars(length(min = 1))] PathBuf);

impl Deref for FilePath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(FILE_PATH, Resolved)
    }
}

struct Resolved;

impl Visitor<'_> for Resolved {
    type Value = FilePath;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<FilePath, E> {
        Ok(FilePath(PathBuf::from(OsStr::from_bytes(bytes))))
    }
}

//! From the text of a profile to the [`Profile`] that is meant.

use serde_json::Value;
use toml::de::DeTable;

use super::meant::{Conversion, convert};
use super::model::Profile;
use super::paths::{Env, PathResolver, process_env};
use super::read::{self, Report};
use super::written::WrittenProfile;
use super::{schema, secret};
use crate::catalog::{self, SourceText};
use crate::diagnostic::mask;
use crate::{Error, Result};

impl Profile {
    /// Finds a profile by name or path and reads it; see `catalog` and [`Profile::parse`].
    pub fn load(name: &str) -> Result<Self> {
        Self::parse(catalog::find_profile(name)?, &process_env)
    }

    /// Reads the text of a profile. Fails with [`Kind::Usage`](crate::Kind::Usage) and every mistake in it, each with
    /// its place. `env` gives the variables for `~` and `${VAR}`.
    pub fn parse(source: SourceText, env: &Env<'_>) -> Result<Self> {
        let (table, syntax) = DeTable::parse_recoverable(&source.text);
        let table = table.get_ref();
        let shown = mask(&source.text, &secret::hidden(&source.text, table, !syntax.is_empty()));
        let paths = PathResolver { folder: source.folder(), env };
        let mut report = Report::new(&source.text, &syntax);
        let profile = read::table::<WrittenProfile>(table, &paths, &mut report).and_then(|written| {
            convert(written, &mut Conversion { table, paths: &paths, report: &mut report })
        });
        match profile {
            Some(profile) if report.is_empty() => {
                Ok(Self { name: source.name, origin: source.origin, source: shown, ..profile })
            }
            _ => {
                read::missing::<WrittenProfile>(table, &mut report);
                let (what, mistakes) = report.finish(&source.display_path(), &shown);
                Err(Error::usage(what).with(mistakes))
            }
        }
    }

    /// The JSON Schema of a profile as written.
    #[must_use]
    pub fn schema() -> Value {
        schema::of::<WrittenProfile>()
    }
}

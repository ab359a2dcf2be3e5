//! From the text of a profile to the [`Profile`] that is meant.

use serde_json::Value;

use super::extends::Extended;
use super::files::Files;
use super::meant::{Conversion, convert, missing_template};
use super::model::Profile;
use super::paths::{Env, Paths, process_env};
use super::read::{self, Report};
use super::schema;
use super::written::WrittenProfile;
use crate::catalog::{self, Origin, SourceText};
use crate::{Error, Result};

impl Profile {
    /// Finds a profile by name or path and reads it; see `catalog` and [`Profile::parse`].
    pub fn load(name: &str) -> Result<Self> {
        Self::parse(catalog::find_profile(name)?, &process_env)
    }

    /// Reads the text of a profile. Fails with [`Kind::Usage`](crate::Kind::Usage) and every mistake in it, each with
    /// its place. `env` gives the variables for `~` and `${VAR}`.
    pub fn parse(source: SourceText, env: &Env<'_>) -> Result<Self> {
        read_profile(source, env).profile
    }

    /// The JSON Schema of a profile as written.
    #[must_use]
    pub fn schema() -> Value {
        schema::of_profile()
    }
}

/// What came of reading a profile.
pub(super) struct ReadProfile {
    pub(super) profile: Result<Profile>,
    /// Whether all that is wrong is that required keys are missing.
    pub(super) is_incomplete: bool,
    /// Where the profiles are that it extends.
    pub(super) bases: Vec<Origin>,
}

pub(super) fn read_profile(source: SourceText, env: &Env<'_>) -> ReadProfile {
    let files = Files::new(source);
    read_table(&files, &Extended::follow(&files, env), env)
}

pub(super) fn read_table(files: &Files, extended: &Extended<'_>, env: &Env<'_>) -> ReadProfile {
    let Extended { table, syntax, unread } = extended;
    let paths = Paths { files, env };
    let mut report = Report::new(files, syntax);
    let profile = read::table::<WrittenProfile>(table, Profile::schema, &paths, &mut report)
        .and_then(|written| convert(written, &mut Conversion { table, paths: &paths, report: &mut report }));
    let bases = files.bases();
    let has_mistakes = unread.is_some() || !report.is_empty();
    match (profile, unread) {
        (Some(profile), None) if !has_mistakes => {
            let SourceText { name, origin, .. } = files.profile().source.clone();
            let profile = Profile { name, origin, bases: bases.clone(), ..profile };
            return ReadProfile { profile: Ok(profile), is_incomplete: false, bases };
        }
        (_, Some(mistake)) => report.add(mistake.clone()),
        (_, None) => {
            read::missing(table, &Profile::schema(), &mut report);
            missing_template(table, &mut report);
        }
    }
    let (what, mistakes) = report.finish();
    let mut error = Error::usage(what).with(mistakes);
    if !has_mistakes {
        error = error.help("a profile that others extend need not be complete, but no run can use it");
    }
    ReadProfile { profile: Err(error), is_incomplete: !has_mistakes, bases }
}

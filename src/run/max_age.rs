//! Runs that are skipped because what the last one delivered is young enough.

use std::fmt::Write;
use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::prepared_output::PreparedOutput;
use super::run_log::RunLog;
use super::session::settings::{http, services};
use crate::diagnostic::duration::in_words;
use crate::diagnostic::moment;
use crate::fs::{absolute, read_folder};
use crate::hash::sha256;
use crate::output::Destination;
use crate::profile::Profile;

/// How young the outputs of the last run have to be for this one to be skipped, and what they have to be.
#[derive(Debug)]
pub(super) struct MaxAge {
    age: Duration,
    /// A hash of all that decides what is written, except for the response of the services.
    pub(super) recipe: String,
    outputs: Vec<Expected>,
}

/// A file, or a folder of files.
#[derive(Debug)]
struct Expected {
    path: PathBuf,
    /// `None` if any will do.
    mode: Option<u32>,
}

impl MaxAge {
    /// `None` if the profile has none, or an output goes elsewhere than to files: nothing is known of its age.
    pub(super) fn of(profile: &Profile, outputs: &[PreparedOutput]) -> Option<Self> {
        let age = profile.run.max_age?.get();
        let expected: Vec<Expected> = outputs.iter().map(Expected::of).collect::<Option<_>>()?;
        let recipe = recipe(profile, outputs, &expected)?;
        Some(Self { age, recipe, outputs: expected })
    }

    /// Why the run need not be executed; `None` if it has to be.
    pub(super) fn is_young(&self, log: &RunLog) -> Option<String> {
        let last = log.last().ok()??;
        let delivered = last.last_success?;
        let age = moment::now().duration_since(delivered);
        // The clock may have been set back.
        let age = Duration::try_from(age).ok().filter(|age| *age < self.age)?;
        let is_same = !last.has_failed()
            // Such as `on_change`, which is owed then.
            && last.failed_hooks.is_empty()
            // It was killed before they had ended.
            && last.pending_hooks.is_empty()
            && last.recipe.as_ref() == Some(&self.recipe)
            && self.outputs.iter().all(|output| output.is_as_it_was(delivered));
        let first = self.outputs.first().filter(|_| is_same)?;
        Some(format!(
            "`{}` is {} old, and `max_age` is {}",
            first.path.display(),
            in_words(age.as_secs()),
            in_words(self.age.as_secs())
        ))
    }
}

/// All values of the profile, with what the environment makes of them; the texts of its templates; and its outputs, also those
/// that options name.
fn recipe(profile: &Profile, outputs: &[PreparedOutput], expected: &[Expected]) -> Option<String> {
    let services = services(profile).ok()?;
    let http = http(profile).ok()?;
    let mut recipe =
        format!("{}\n{profile:?}\n{services:?}\n{http:?}\n{expected:?}\n", env!("CARGO_PKG_VERSION"));
    for source in outputs.iter().flat_map(|output| output.template.sources()) {
        // Writing to a text can't fail.
        let _ = writeln!(recipe, "{} {}\n{}", source.name, source.text.len(), source.text);
    }
    Some(sha256(recipe.as_bytes()))
}

impl Expected {
    /// `None` if it is no file.
    fn of(PreparedOutput { destination, .. }: &PreparedOutput) -> Option<Self> {
        let mode = if let Destination::File { mode, .. } = destination { *mode } else { None };
        Some(Self { path: absolute(destination.kept()?), mode })
    }

    /// Whether nothing has changed it since.
    fn is_as_it_was(&self, since: Timestamp) -> bool {
        let Ok(about) = fs::metadata(&self.path) else { return false };
        let has_mode = self.mode.is_none_or(|mode| about.permissions().mode() & 0o7777 == mode);
        // A link may be new.
        let link = fs::symlink_metadata(&self.path).ok().and_then(|link| own_change(&link));
        let last = last_change(&self.path, &about).max(link);
        has_mode && link.is_some() && last.is_some_and(|last| last <= since)
    }
}

/// When a file was changed, or the last one in a folder and those below it; `None` if that can't be known. What a link in
/// it leads to is not an output.
fn last_change(path: &Path, about: &Metadata) -> Option<Timestamp> {
    let own = own_change(about)?;
    if !about.is_dir() {
        return Some(own);
    }
    read_folder(path).ok()?.try_fold(own, |last, entry| {
        let entry = entry.ok()?;
        Some(last.max(last_change(&entry.path(), &entry.metadata().ok()?)?))
    })
}

/// When its content, its name, its owner or its mode was changed.
fn own_change(about: &Metadata) -> Option<Timestamp> {
    let at = |seconds, nanoseconds| Timestamp::new(seconds, i32::try_from(nanoseconds).ok()?).ok();
    Some(at(about.mtime(), about.mtime_nsec())?.max(at(about.ctime(), about.ctime_nsec())?))
}

//! Delivering what the guards let through, and nothing else.

use std::path::PathBuf;

use super::judge::{Guard, Verdict};
use super::rejected::{keep_rejected, remove_rejected};
use super::watched_rows::SeenRows;
use crate::data::{FileHash, History, Record};
use crate::fs::resolve;
use crate::output::delivered::Delivered;
use crate::output::files::FileSet;
use crate::output::spool::Spool;
use crate::output::staged::Staged;
use crate::output::would_be::{DryRun, WouldBe};
use crate::terminal::Activity;
use crate::{Error, Result};

/// The output of a run, as it was rendered.
#[derive(Debug)]
pub enum Rendered {
    /// The whole of it.
    One(Spool),
    /// A file for each row.
    Each(Box<FileSet>),
}

/// A rendering that its guard lets through.
#[derive(Debug)]
pub struct Approved {
    rendering: Rendered,
    is_trial: bool,
}

impl Guard {
    /// Lets the rendering of these rows through, or refuses it: exit code 5. A refused one is kept beside its file until
    /// another one is delivered; refused files of rows are not.
    pub fn approve(
        &self,
        rendering: Rendered,
        seen: &SeenRows,
        history: Option<(&History, &Record)>,
    ) -> Result<Approved> {
        match self.judge(seen, history)? {
            Verdict::Deliver => Ok(Approved { rendering, is_trial: self.is_trial() }),
            Verdict::Refuse(error) => match rendering {
                Rendered::One(rendering) if !self.writes_nothing() => Err(kept(rendering, error)),
                Rendered::One(_) | Rendered::Each(_) => Err(error),
            },
        }
    }
}

/// The error, with where the refused rendering is.
fn kept(rendering: Spool, refusal: Error) -> Error {
    match keep_rejected(rendering) {
        Ok(None) => refusal,
        Ok(Some(path)) => {
            let help = refusal.help.clone().unwrap_or_default();
            refusal.help(format!("the refused output is in `{}`; {help}", path.display()))
        }
        Err(error) => refusal.and(error),
    }
}

impl Approved {
    /// What it will deliver; `None` unless it is to one regular file.
    fn file_hash(&mut self) -> Result<Option<FileHash>> {
        let Rendered::One(rendering) = &mut self.rendering else { return Ok(None) };
        let path = rendering.destination().regular_file().map(resolve);
        let Some(path) = path.as_deref().and_then(|path| path.to_str()).map(str::to_owned) else {
            return Ok(None);
        };
        Ok(rendering.sha256()?.map(|sha256| FileHash { path, sha256 }))
    }
}

/// What these will deliver; empty unless each is for one regular file.
pub fn file_hashes(outputs: &mut [Approved]) -> Result<Vec<FileHash>> {
    let hashes: Result<Option<Vec<FileHash>>> = outputs.iter_mut().map(Approved::file_hash).collect();
    hashes.map(Option::unwrap_or_default)
}

/// Delivers all of them or none, unless a file can't be renamed after another one was. What goes elsewhere than to a file
/// is written before the renames: it can fail, and can't be undone. `is_begun` is called before the first rename, and as soon
/// as one of the others has been taken whole.
pub async fn deliver_approved(
    outputs: Vec<Approved>,
    activity: &Activity,
    mut is_begun: impl FnMut(),
) -> Result<Vec<Delivered>> {
    let ready: Vec<Ready> = outputs.into_iter().map(Ready::new).collect::<Result<_>>()?;
    let mut delivered: Vec<(usize, Delivered)> = Vec::new();
    let (files, streams): (Vec<_>, Vec<_>) =
        ready.into_iter().enumerate().partition(|(_, output)| output.staged.is_file());
    for (index, output) in streams {
        let taken = output.commit(activity).await?;
        if taken != Delivered::Cut {
            is_begun();
        }
        delivered.push((index, taken));
    }
    if !files.is_empty() {
        is_begun();
    }
    let names: Vec<String> = files.iter().map(|(_, output)| output.name.clone()).collect();
    for (done, (index, output)) in files.into_iter().enumerate() {
        let committed = output.commit(activity).await.map_err(|error| half_done(error, &names, done));
        delivered.push((index, committed?));
    }
    delivered.sort_by_key(|(index, _)| *index);
    Ok(delivered.into_iter().map(|(_, delivered)| delivered).collect())
}

/// What a delivery of these would change. Nothing is written.
pub fn preview_approved(outputs: Vec<Approved>, dry_run: DryRun) -> Result<Vec<WouldBe>> {
    let preview = |output: Approved| match output.rendering {
        Rendered::One(rendering) => WouldBe::of(rendering, dry_run),
        Rendered::Each(files) => files.would_be(),
    };
    outputs.into_iter().map(preview).collect()
}

/// An output whose draft is on the disk.
#[derive(Debug)]
struct Ready {
    /// Its regular file, if it has one.
    file: Option<PathBuf>,
    name: String,
    staged: Staged,
    is_trial: bool,
}

impl Ready {
    fn new(Approved { rendering, is_trial }: Approved) -> Result<Self> {
        let (file, name, staged) = match rendering {
            Rendered::One(rendering) => {
                let place = rendering.destination();
                let (file, name) = (place.regular_file().map(ToOwned::to_owned), place.in_words());
                (file, name, Staged::new(rendering)?)
            }
            Rendered::Each(files) => {
                let name = format!("files in `{}`", files.folder().display());
                (None, name, Staged::Files(Box::new(files.seal()?)))
            }
        };
        Ok(Self { file, name, staged, is_trial })
    }

    async fn commit(self, activity: &Activity) -> Result<Delivered> {
        if let Some(taker) = self.staged.taker() {
            activity.awaits(taker);
        }
        let delivered = self.staged.commit_unblocked().await;
        activity.is_taken();
        let delivered = delivered?;
        if let Some(file) = self.file.filter(|_| !self.is_trial) {
            remove_rejected(&file);
        }
        Ok(delivered)
    }
}

/// The error of a rename, with which files are new and which are old.
fn half_done(error: Error, names: &[String], done: usize) -> Error {
    let (new, old) = names.split_at(done);
    if new.is_empty() {
        return error;
    }
    // Some of several files in a folder can be new: then its error names them, and says what to do.
    let own = error.details.to_vec();
    let (error, old) = match old.split_first() {
        Some((_, rest)) if !own.is_empty() => (error, rest),
        _ => (error.help("run it again once that is mended"), old),
    };
    let told = [("new", new), ("old", old)].into_iter().filter(|(_, names)| !names.is_empty());
    let told = told.map(|(state, names)| format!("{state}: {}", names.join(", ")));
    error.details(own.into_iter().chain(told).collect())
}

//! One run at a time for each output file, also among processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::sleep;

use crate::diagnostic::{clean, moment};
use crate::fs::{create_private_folder, folder_of, nonblocking, regular};
use crate::state::{output_lock, warn_of_state};

/// How often a waiting run tries again. The kernel releases the lock of a process that died.
const INTERVAL: Duration = Duration::from_millis(50);
/// What a holder says of itself is not longer, in bytes.
const NOTE_MAX: usize = 200;

/// The locks of the output files of one run. They are released when dropped, or when the process ends, however it ends. Their
/// files stay: a removed one would let two runs in.
#[derive(Debug, Default)]
pub struct OutputLocks {
    /// The [mark](super::run_mark::mark_of) of the run.
    mark: String,
    /// Those that are not taken yet, the next one last. Every run takes them in this order, so that no two wait for each other.
    free: Vec<OutputLock>,
    held: Vec<File>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OutputLock {
    path: PathBuf,
    output: PathBuf,
}

/// Another run that writes to an output.
#[derive(Debug)]
pub struct OtherRun {
    pub output: PathBuf,
    /// Such as `process 1234, since 2026-11-26 03:00 +01:00`; empty if it does not say.
    pub about: String,
    /// Its [mark](super::run_mark::mark_of).
    pub mark: String,
}

impl OtherRun {
    pub fn in_words(&self) -> String {
        let output = self.output.display();
        match self.about.as_str() {
            "" => format!("another run writes to `{output}`"),
            about => format!("another run writes to `{output}`: {about}"),
        }
    }
}

impl OutputLocks {
    /// Those of these files, none of which is taken yet, for the run with this mark.
    pub fn of<'o>(outputs: impl Iterator<Item = &'o Path>, mark: String) -> Self {
        let lock = |output: &'o Path| {
            let path = output_lock(output)?;
            Some(OutputLock { path, output: output.to_owned() })
        };
        let mut free: Vec<OutputLock> = outputs.filter_map(lock).collect();
        free.sort_unstable_by(|one, other| other.cmp(one));
        Self { mark, free, held: Vec::new() }
    }

    /// Takes all, or those before one that another run holds. Where there can be no locks, the run goes on without.
    pub fn take(&mut self) -> Result<(), OtherRun> {
        while let Some(lock) = self.free.last() {
            match lock.take(&self.mark) {
                Ok(Ok(file)) => self.held.push(file),
                Ok(Err(other)) => return Err(other),
                Err(error) => warn_of_state("lock the output", &lock.path, &error),
            }
            self.free.pop();
        }
        Ok(())
    }

    /// Waits until all are taken.
    pub async fn wait(&mut self) {
        while self.take().is_err() {
            sleep(INTERVAL).await;
        }
    }
}

impl OutputLock {
    fn take(&self, mark: &str) -> io::Result<Result<File, OtherRun>> {
        create_private_folder(folder_of(&self.path))?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let file = regular(options.mode(0o600).custom_flags(nonblocking()).open(&self.path)?)?;
        match file.try_lock() {
            Ok(()) => {
                let since = moment::for_people(moment::now().as_second());
                let note = format!("process {}, since {since}\n{mark}", std::process::id());
                // It is only for messages.
                let _ = file.set_len(0).and_then(|()| file.write_all_at(note.as_bytes(), 0));
                Ok(Ok(file))
            }
            Err(TryLockError::WouldBlock) => {
                let mut note = [0; NOTE_MAX];
                let length = file.read_at(&mut note, 0).unwrap_or_default();
                let note = String::from_utf8_lossy(&note[..length]);
                let (about, mark) = note.split_once('\n').unwrap_or((&note, ""));
                Ok(Err(OtherRun { output: self.output.clone(), about: clean(about), mark: mark.to_owned() }))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_held_until_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let lock = |name: &str| OutputLock { path: folder.path().join(name), output: name.into() };
        let locks = |mark: &str| OutputLocks {
            mark: mark.to_owned(),
            free: vec![lock("b"), lock("a")],
            held: Vec::new(),
        };
        let (mut one, mut other) = (locks("one"), locks("other"));
        one.take().unwrap();
        let busy = other.take().unwrap_err();
        assert_eq!((busy.output.as_path(), busy.mark.as_str()), (Path::new("a"), "one"));
        assert!(busy.about.starts_with(&format!("process {}, since 20", std::process::id())), "{busy:?}");
        drop(one);
        other.take().unwrap();
        assert_eq!(other.held.len(), 2);
    }
}

//! The file of a log: a line of JSON for each run, the newest one last.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::logged_run::LoggedRun;
use crate::fs::{
    create_private_folder, folder_of, nonblocking, open_regular, regular, replace_file, sweep_drafts,
};
use crate::state::state_file;

/// How many runs stay in the log.
const KEPT: usize = 100;
/// A larger file is shortened to the runs that stay, in bytes.
const SIZE_MAX: u64 = 256 * 1024;
/// Enough for the last run, in bytes.
const TAIL: u64 = 16 * 1024;
/// Another run holds the lock for less than a millisecond, unless it is stopped.
const PATIENCE: Duration = Duration::from_secs(2);
const INTERVAL: Duration = Duration::from_millis(5);

/// The log of one profile. No run waits until it is on the disk: what a power failure cuts off is dropped.
#[derive(Debug)]
pub struct RunLog {
    path: PathBuf,
}

impl RunLog {
    /// That of the profile with this [key](crate::Profile::key); `None` if there is no home directory.
    pub fn of(profile_key: &str) -> Option<Self> {
        Some(Self { path: state_file("runs", profile_key)?.with_extension("jsonl") })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last run; `None` if there is none.
    pub fn last(&self) -> io::Result<Option<LoggedRun>> {
        self.open()?.map_or(Ok(None), |mut file| Ok(Tail::read(&mut file)?.last))
    }

    /// The last runs, the newest one first. Lines that are not one are left out.
    pub fn runs(&self) -> io::Result<Vec<LoggedRun>> {
        let text = self.open()?.map_or(Ok(Vec::new()), |mut file| read_from(&mut file, 0))?;
        let mut runs: Vec<LoggedRun> = Vec::new();
        for run in lines(&text).rev().filter_map(parse).take(KEPT) {
            // An earlier line of the same run knows less. Another run may have ended in between.
            if runs.iter().all(|newer| newer.run != run.run) {
                runs.push(run);
            }
        }
        Ok(runs)
    }

    /// `None` if there is no file.
    fn open(&self) -> io::Result<Option<File>> {
        match open_regular(&self.path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Adds a run, which is told the one before it. A line of the same run as the one before stands for both.
    pub fn add(&self, run: impl FnOnce(Option<&LoggedRun>) -> LoggedRun) -> io::Result<()> {
        let mut file = self.locked()?;
        let tail = Tail::read(&mut file)?;
        if tail.is_damaged {
            log::warn!(
                "the log of runs `{}` is damaged: {}",
                self.path.display(),
                if tail.last.is_some() { "its end is dropped" } else { "it starts anew" }
            );
            file.set_len(tail.whole)?;
        }
        let mut line = serde_json::to_vec(&run(tail.last.as_ref()))?;
        line.push(b'\n');
        if let Err(error) = file.write_all(&line) {
            // Half a line would be damage.
            let _ = file.set_len(tail.whole);
            return Err(error);
        }
        if tail.whole > SIZE_MAX { self.shorten(&mut file) } else { Ok(()) }
    }

    /// Keeps the last runs only. The lock is that of the old file, which others notice to be gone.
    fn shorten(&self, file: &mut File) -> io::Result<()> {
        let text = read_from(file, 0)?;
        let kept: Vec<&[u8]> = lines(&text).rev().filter(|line| parse(line).is_some()).take(KEPT).collect();
        let text: Vec<u8> = kept.into_iter().rev().flat_map(|line| [line, b"\n"].concat()).collect();
        sweep_drafts(&self.path);
        replace_file(&self.path, &text, Some(0o600))
    }

    fn locked(&self) -> io::Result<File> {
        create_private_folder(folder_of(&self.path))?;
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true).mode(0o600).custom_flags(nonblocking());
        let began = Instant::now();
        loop {
            let file = regular(options.open(&self.path)?)?;
            match file.try_lock() {
                Ok(()) if is_at(&file, &self.path) => return Ok(file),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => sleep(INTERVAL),
                Err(TryLockError::WouldBlock) => return Err(io::Error::other("another run keeps it locked")),
                // Two runs that end within a millisecond could then mix up their lines, which is noticed.
                Err(TryLockError::Error(_)) => return Ok(file),
            }
        }
    }
}

/// Whether this is still the file at this path.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(there)) => (file.dev(), file.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// The end of a file.
#[derive(Debug, Default)]
struct Tail {
    last: Option<LoggedRun>,
    /// The bytes up to the end of the last run.
    whole: u64,
    /// Whether there is something else behind it.
    is_damaged: bool,
}

impl Tail {
    fn read(file: &mut File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let from = length.saturating_sub(TAIL);
        let tail = Self::of(&read_from(file, from)?, from);
        // A line can be longer than the tail, and so can what is broken.
        if tail.last.is_none() && from > 0 { Ok(Self::of(&read_from(file, 0)?, 0)) } else { Ok(tail) }
    }

    /// Of a file whose bytes from this one on are these.
    fn of(text: &[u8], from: u64) -> Self {
        let mut end = text.len();
        loop {
            let rest = &text[..end];
            let line_end = memchr::memrchr(b'\n', rest).unwrap_or(0);
            let start = memchr::memrchr(b'\n', &rest[..line_end]).map_or(0, |before| before + 1);
            if let Some(run) = parse(&rest[start..line_end]) {
                let whole = line_end + 1;
                let is_damaged = whole < text.len();
                return Self { last: Some(run), whole: from + whole as u64, is_damaged };
            }
            if start == 0 {
                return Self { last: None, whole: 0, is_damaged: !text.is_empty() };
            }
            end = start;
        }
    }
}

fn read_from(file: &mut File, from: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut text)?;
    Ok(text)
}

fn lines(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
}

fn parse(line: &[u8]) -> Option<LoggedRun> {
    serde_json::from_slice(line).ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::run::ended::Outcome;

    fn run(message: &str) -> LoggedRun {
        LoggedRun {
            run: Uuid::new_v4(),
            profile: "built in:groups".to_owned(),
            began: Timestamp::UNIX_EPOCH,
            ended: Timestamp::UNIX_EPOCH,
            outcome: Outcome::Written,
            exit_code: 0,
            kind: None,
            message: message.to_owned(),
            scheduled: false,
            outputs: Vec::new(),
            rows: None,
            requests: 1,
            retries: 0,
            failed_hooks: Vec::new(),
            pending_hooks: Vec::new(),
            recipe: None,
            last_success: None,
        }
    }

    fn messages(log: &RunLog) -> Vec<String> {
        log.runs().unwrap().into_iter().map(|run| run.message).collect()
    }

    #[test]
    fn the_last_hundred_runs_are_kept_whatever_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let log = RunLog { path: folder.path().join("runs/x.jsonl") };
        assert!(log.last().unwrap().is_none() && log.runs().unwrap().is_empty());
        // Some lines are longer than what is read at first.
        for number in 0..1000 {
            let before = log.last().unwrap().map(|run| run.message);
            log.add(|last| {
                assert_eq!(last.map(|run| run.message.clone()), before);
                run(&format!("{number} {}", "x".repeat(if number % 50 == 0 { 20_000 } else { 500 })))
            })
            .unwrap();
        }
        let kept = messages(&log);
        assert!(kept.len() == 100 && kept[0].starts_with("999 ") && kept[99].starts_with("900 "));
        assert!(fs::metadata(&log.path).unwrap().len() < SIZE_MAX + 30_000);
    }

    #[test]
    fn a_damaged_log_loses_only_what_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let log = RunLog { path: folder.path().join("x.jsonl") };
        log.add(|_| run("a")).unwrap();
        log.add(|_| run("b")).unwrap();
        let whole = fs::read(&log.path).unwrap();
        for length in 0..whole.len() {
            fs::write(&log.path, &whole[..length]).unwrap();
            log.add(|_| run("c")).unwrap();
            let first_is_whole = length > whole.len() / 2 - 1;
            assert_eq!(messages(&log), if first_is_whole { vec!["c", "a"] } else { vec!["c"] }, "{length}");
        }
        let huge = "x".repeat(100_000);
        for garbage in [&b"garbage"[..], b"\n\n\n", b"\0\xff", b"{}\n", huge.as_bytes()] {
            fs::write(&log.path, garbage).unwrap();
            assert!(log.last().unwrap().is_none());
            log.add(|last| {
                assert!(last.is_none());
                run("c")
            })
            .unwrap();
            assert_eq!(messages(&log), ["c"]);
            fs::write(&log.path, [garbage, b"\n", &whole].concat()).unwrap();
            assert_eq!(messages(&log), ["b", "a"]);
        }
    }
}

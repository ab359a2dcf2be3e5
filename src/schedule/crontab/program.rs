//! Reading and replacing the crontab of the user, through the program `crontab`.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use super::block::Text;
use super::entry;
use crate::fs::create_private_folder;
use crate::schedule::expression::Expression;
use crate::schedule::installed::{Backend, Installed};
use crate::schedule::job::Job;
use crate::schedule::program::run;
use crate::state::state_folder;
use crate::{Error, Kind, Result};

const PROGRAM: &str = "crontab";

const LOCK_PAUSE: Duration = Duration::from_millis(50);
/// 30 seconds.
const LOCK_TRIES: usize = 600;

/// The crontab of the user.
#[derive(Debug)]
pub struct Crontab {
    text: Text,
    /// Keeps other runs of this program from replacing the crontab meanwhile.
    _lock: Option<File>,
}

/// Whether the program `crontab` is in the folders of PATH.
pub fn is_there() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(PROGRAM).is_file())
}

impl Crontab {
    /// Reads it, to look at it.
    pub async fn read() -> Result<Self> {
        Ok(Self { text: Text::parse(&read_text().await?)?, _lock: None })
    }

    /// Reads it, to replace it.
    pub async fn read_to_change() -> Result<Self> {
        let lock = lock().await?;
        Ok(Self { _lock: lock, ..Self::read().await? })
    }

    /// The schedules in it.
    pub fn installed(&self) -> Vec<Installed> {
        let jobs = self.text.jobs();
        jobs.map(|(profile, line)| {
            let (expression, program) = entry::read(line).unzip();
            Installed::new(Backend::Crontab, "crontab".to_owned(), profile, expression, program.as_deref())
        })
        .collect()
    }

    /// Our lines with this job, as they would be.
    pub fn preview(expression: &Expression, job: &Job) -> Result<String> {
        let mut text = Text::parse(b"")?;
        text.set(&job.profile, entry::line(expression, job)?);
        Ok(String::from_utf8_lossy(&text.to_bytes()).into_owned())
    }

    /// Whether cron sends no mail of what a job prints.
    pub fn sends_no_mail(&self) -> bool {
        self.text.variable("MAILTO").is_some_and(|to| to.is_empty())
    }

    /// The time zone that some crons take for our lines.
    pub fn time_zone(&self) -> Option<String> {
        self.text.variable("CRON_TZ")
    }

    /// Has the job run at these times.
    pub async fn install(&mut self, expression: &Expression, job: &Job) -> Result<()> {
        let mut text = self.text.clone();
        text.set(&job.profile, entry::line(expression, job)?);
        self.replace(text).await
    }

    /// Has no job for the profile.
    pub async fn remove(&mut self, profile: &str) -> Result<()> {
        let mut text = self.text.clone();
        text.remove(profile);
        self.replace(text).await
    }

    async fn replace(&mut self, text: Text) -> Result<()> {
        if text == self.text {
            return Ok(());
        }
        let bytes = text.to_bytes();
        let ended = if bytes.is_empty() {
            run(PROGRAM, &["-r"]).await.map_err(|error| maybe_written(&error))?
        } else {
            // From a file, not from a pipe: if this process is killed, cron must not take the half for the whole.
            let mut file = tempfile::NamedTempFile::new().map_err(not_written)?;
            file.write_all(&bytes).and_then(|()| file.flush()).map_err(not_written)?;
            let ended = run(PROGRAM, &[OsString::from(file.path())]).await;
            ended.map_err(|error| maybe_written(&error))?
        };
        if !ended.succeeded {
            return Err(not_written(ended.why()));
        }
        let now = read_text().await.map_err(|error| {
            Error::failed("the crontab was changed, but can't be checked").because(error.summary())
        })?;
        let now = Text::parse(&now)?;
        if !now.jobs().eq(text.jobs()) {
            return Err(not_written("`crontab` has kept other lines than it was given")
                .help("`crontab -l` shows what it has"));
        }
        self.text = text;
        Ok(())
    }
}

fn not_written(why: impl std::fmt::Display) -> Error {
    Error::failed("the crontab was not changed").because(why)
}

/// The error of a program that did not come to its end.
fn maybe_written(why: &Error) -> Error {
    Error::failed("it is not known whether the crontab was changed")
        .because(why.summary())
        .help("`crontab -l` shows what it has")
}

/// The text of the crontab; empty if the user has none.
async fn read_text() -> Result<Vec<u8>> {
    let unreadable = || Error::failed("the crontab can't be read, and is left alone");
    let ended = run(PROGRAM, &["-l"]).await.map_err(|error| {
        if is_there() {
            return unreadable().because(error.summary());
        }
        error.help("install cron, such as Debian's package `cron`, or take `--backend systemd`")
    })?;
    if ended.succeeded {
        return Ok(ended.stdout);
    }
    // In the words of Debian's and Red Hat's cron, and of BusyBox.
    let said = &ended.stderr;
    let has_none = said.contains("no crontab for")
        || said.contains("can't open") && said.contains("No such file or directory");
    if has_none && ended.stdout.is_empty() {
        return Ok(Vec::new());
    }
    Err(unreadable().because(ended.why()))
}

/// Waits for others that change the crontab. Without a folder for state, nothing is locked.
async fn lock() -> Result<Option<File>> {
    let Some(file) = state_folder().as_deref().and_then(open_lock) else { return Ok(None) };
    for _ in 0..LOCK_TRIES {
        if file.try_lock().is_ok() {
            return Ok(Some(file));
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    Err(Error::new(Kind::Locked, "another `runner schedule` changes the crontab").help("try again"))
}

fn open_lock(folder: &Path) -> Option<File> {
    create_private_folder(folder).ok()?;
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).mode(0o600);
    options.open(folder.join("crontab.lock")).ok()
}

//! What two runs of a profile delivered.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use super::counted_rows::CountedRows;
use super::deadline::Deadline;
use super::history::{HistoryNeeds, RunHistory, last_readable, warn_of};
use super::one_run::Run;
use super::prepared_output::{PreparedOutput, main_of, read_by};
use super::with_session::with_session;
use crate::data::{
    History, Lists, Outcomes, Plan, Record, Recorded, Recorder, RowReceiver, RunChanges, Since, SortedRecord,
    SourceName, Sources, Unusable, Value, add_recorded_fields,
};
use crate::diagnostic::moment;
use crate::globus::api::Access;
use crate::globus::auth::Identity;
use crate::output::Destination;
use crate::profile::Profile;
use crate::terminal::progress::Progress;
use crate::terminal::shell::shell_word;
use crate::{Error, Result};

/// Which runs are compared.
#[derive(Debug)]
pub struct DiffOptions {
    /// The name or the path of the profile.
    pub profile: String,
    /// The file that the runs wrote, instead of the profile's own.
    pub output: Option<PathBuf>,
    /// By default the run before the last one, or the last one before a fresh response.
    pub since: Option<Since>,
}

/// Runs that can be compared.
#[derive(Debug)]
pub struct RecordedRuns {
    options: DiffOptions,
    profile: Profile,
    history: History,
}

/// Two runs with their rows.
pub struct Diff {
    pub since: Record,
    pub old: SortedRecord,
    pub until: Record,
    pub new: SortedRecord,
    /// The list that stands for the profile.
    pub main: SourceName,
}

impl RecordedRuns {
    /// Finds where the runs of a profile are recorded.
    pub fn find(options: DiffOptions) -> Result<Self> {
        let profile = Profile::load(&options.profile)?;
        Self::of(options, profile)
    }

    /// Those of this profile, which the options name.
    fn of(options: DiffOptions, profile: Profile) -> Result<Self> {
        let history = history_of(&profile, &options)?.history;
        let is_empty = history.records().map_err(|why| unreadable(&history, why))?.next().is_none();
        if is_empty && options.output.is_none() {
            // It was run with `-o`.
            let key = profile.key();
            let records = History::every_last().map_err(|why| unreadable(&history, why))?;
            let last = records.into_iter().filter(|record| record.header.head.profile == key);
            if let Some(other) = last.max_by_key(|record| record.header.head.at)
                && let Some(history) = History::of(other.header.subject().to_owned(), 1)
            {
                return Ok(Self { options, profile, history });
            }
        }
        Ok(Self { options, profile, history })
    }

    /// Fetches what a run would, and records it nowhere.
    pub async fn fetch(&self) -> Result<Record> {
        let Self { options, profile, .. } = self;
        let run = run_of(options);
        let outputs = profile.outputs.iter();
        let outputs: Vec<PreparedOutput> =
            outputs.map(|output| PreparedOutput::of(&run, profile, output)).collect::<Result<_>>()?;
        let first = Sources::of(profile).first();
        let main = main_of(&outputs).unwrap_or(&first);
        let mut read = read_by(&outputs);
        add_recorded_fields(&mut read, main, profile);
        let progress = Progress::default();
        let began = Instant::now();
        let (names, fine) = ([options.profile.as_str()], || Ok(()));
        let fetched = with_session(profile, &names, None, &fine, async |session, authorizer| {
            progress.add(&profile.name, &session.activity);
            let deadline = Deadline::new(profile.run.deadline, began, vec![Rc::clone(&session.activity)]);
            let plan = Plan::of(profile, &read, main);
            let recorder = Recorder::new(NoReceiver, plan.heads());
            let mut rows = CountedRows::new(recorder, session.activity.list(plan.kind().name()));
            let access = Access::new(authorizer);
            let fetching = Box::pin(plan.fetch(&session.services, &session.http, &access, &mut rows));
            deadline.within(fetching).await?;
            Ok(rows.into_receiver().into_parts().1)
        });
        let recorded = progress.during(Box::pin(fetched)).await?;
        let recorded =
            recorded.map_err(|error| Error::failed("can't store the response temporarily").because(error))?;
        let head = history_of(profile, options)?.head(String::new());
        Ok(Record::fresh(head, recorded, self.history.subject()))
    }

    /// The two runs that are meant. `fresh` is later than all that are recorded. A record that can't be read is left out,
    /// with a warning.
    pub fn compare(self, fresh: Option<Record>) -> Result<Diff> {
        let records = self.history.records().map_err(|why| unreadable(&self.history, why))?;
        let mut runs: Vec<Record> = Vec::new();
        for record in records {
            match record {
                Ok(record) => runs.push(record),
                Err(unusable) => warn_of(&unusable),
            }
        }
        let main = Sources::of(&self.profile).first();
        let (until, new) = match fresh {
            Some(fresh) => {
                let new = fresh.sorted().map_err(|why| unreadable(&self.history, why))?;
                (fresh, new)
            }
            None => self.first_whole(&mut runs)?,
        };
        loop {
            let at = self.earlier(&runs, until.path().map(|_| &until))?;
            let since = runs.remove(at);
            match since.sorted() {
                Ok(old) => return Ok(Diff { since, old, until, new, main }),
                Err(why) => warn_of_record(&since, why),
            }
        }
    }
}

/// What has changed from the last delivered run of this profile to these rows, which no run has delivered; `None` if no
/// run is recorded that can be read. `name` is the name or path of the profile.
pub(super) fn changes_to(name: &str, profile: &Profile, rows: Recorded) -> Result<Option<RunChanges>> {
    let options = DiffOptions { profile: name.to_owned(), output: None, since: None };
    let head = history_of(profile, &options)?.head(String::new());
    let runs = RecordedRuns::of(options, profile.clone())?;
    let now = Record::fresh(head, rows, runs.history.subject());
    let main = Sources::of(profile).first();
    Ok(last_readable(&runs.history).map(|last| RunChanges::between(last, now, main)))
}

impl RecordedRuns {
    /// The last run whose record is whole; it is taken out, with all that are not.
    fn first_whole(&self, runs: &mut Vec<Record>) -> Result<(Record, SortedRecord)> {
        while !runs.is_empty() {
            let run = runs.remove(0);
            match run.sorted() {
                Ok(rows) => return Ok((run, rows)),
                Err(why) => warn_of_record(&run, why),
            }
        }
        Err(self.nothing_recorded())
    }

    /// The place of the run that is meant, among those before the later one. `later` is that if it is recorded.
    fn earlier(&self, runs: &[Record], later: Option<&Record>) -> Result<usize> {
        match (&self.options.since, runs) {
            (_, []) => Err(later.map_or_else(|| self.nothing_recorded(), |only| self.only_one(only))),
            (None, _) => Ok(0),
            (Some(Since::Time(time)), _) => {
                let at = runs.iter().position(|run| run.header.head.at <= *time);
                if at.is_none() {
                    log::info!("no run is recorded that is as old: this is the oldest");
                }
                Ok(at.unwrap_or(runs.len() - 1))
            }
            (Some(Since::Run(id)), _) => {
                let is_meant = |run: &Record| run.header.head.run.starts_with(id.as_str());
                let found = runs.iter().position(is_meant);
                found.ok_or_else(|| match later {
                    Some(last) if is_meant(last) => Error::usage(format!("the run {id} is the last one"))
                        .because("no later one is recorded")
                        .help(format!("compare it with a new response: {}", self.fresh_command())),
                    _ => Error::usage(format!("no run {id} is recorded"))
                        .because(format!("of `{}` there are", self.profile.name))
                        .details(later.into_iter().chain(runs).map(named).collect()),
                })
            }
        }
    }

    fn only_one(&self, only: &Record) -> Error {
        Error::failed(format!("only one delivered run of `{}` is recorded", self.profile.name))
            .because(named(only))
            .help(format!("run it again, or compare that one with a new response: {}", self.fresh_command()))
    }

    fn nothing_recorded(&self) -> Error {
        let name = &self.profile.name;
        let command = format!("`runner run {}`", shell_word(&self.options.profile));
        Error::failed(format!("no delivered run of `{name}` is recorded"))
            .because(format!("there is none in `{}`", self.history.folder().display()))
            .help(if self.profile.history.keep.get() == 0 {
                "its profile says `keep = 0` in `[history]`".to_owned()
            } else {
                format!("run it once with {command}; -o names the file if it was run with -o")
            })
    }

    fn fresh_command(&self) -> String {
        let output = self.options.output.as_ref();
        let output = output.map(|path| format!(" -o {}", shell_word(&path.to_string_lossy())));
        format!("`runner diff {}{} --fresh`", shell_word(&self.options.profile), output.unwrap_or_default())
    }
}

fn run_of(options: &DiffOptions) -> Run {
    Run { profile: options.profile.clone(), output: options.output.clone(), ..Run::default() }
}

/// Where the runs of a profile are recorded. What was recorded before can be compared, whatever the profile says now.
fn history_of(profile: &Profile, options: &DiffOptions) -> Result<RunHistory> {
    let run = run_of(options);
    run.check_overrides(profile)?;
    let destinations: Vec<Destination> =
        profile.outputs.iter().map(|output| run.destination(output)).collect::<Result<_>>()?;
    let needs = HistoryNeeds { changes: true, ..HistoryNeeds::default() };
    let history = RunHistory::of(profile, &destinations.iter().collect::<Vec<_>>(), needs)?;
    history.ok_or_else(|| Error::failed("no run is recorded").because("HOME is not set to an absolute path"))
}

/// Such as `2026-11-25 03:00 +01:00 (run 1a2b3c4d)`.
pub fn named(run: &Record) -> String {
    let head = &run.header.head;
    let id: String = head.run.chars().take(8).collect();
    let at = moment::for_people(head.at.as_second());
    if id.is_empty() { at } else { format!("{at} (run {id})") }
}

fn unreadable(history: &History, why: io::Error) -> Error {
    let failed = Error::failed(format!("can't read the records in `{}`", history.folder().display()));
    let in_the_way = history.folder().ancestors().find(|path| path.exists() && !path.is_dir());
    match in_the_way {
        Some(file) => failed
            .because(format!("`{}` is not a folder", file.display()))
            .help("move it away, or name another folder for state with XDG_STATE_HOME"),
        None => failed
            .because(why)
            .help("XDG_STATE_HOME names the folder for state; runs must be able to read it"),
    }
}

fn warn_of_record(run: &Record, why: io::Error) {
    if let Some(path) = run.path() {
        warn_of(&Unusable { path: path.to_owned(), why });
    }
}

/// Takes rows for which nothing else is done.
struct NoReceiver;

impl RowReceiver for NoReceiver {
    fn start(&mut self, _: Option<&Identity>, _: &Lists) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, _: Value) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &Outcomes) -> Result<()> {
        Ok(())
    }
}

//! A run that is killed at a system call, or whose system call fails, for each call that a small run makes: nothing is
//! half done afterwards, and the login is not lost.
//!
//! `strace` counts the calls of a run, and then kills or fails one of them in another run. A refresh token that the server
//! has replaced, and that was killed on its way into the file, is lost: that is counted apart. `interop/system-calls` takes
//! every call; a test takes some.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

mod case;
mod world;

use case::{Case, Injection};
use world::World;

/// Which calls are taken without `--every`: one of so many. It shares no factor with the number of faults of a call.
const EVERY: usize = 13;

const WORKERS: usize = 2;

/// What became of the runs.
#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    /// Runs that ended before the call was made.
    not_reached: usize,
    killed: usize,
    /// By exit code.
    ended: BTreeMap<i32, usize>,
    new_output: usize,
    /// Refresh tokens that the server had replaced, and that were killed before they were stored.
    killed_on_the_way: usize,
    /// Refresh tokens that could not be stored, and the run said so.
    told: usize,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures of the book, with `--nocapture`")]
fn a_run_that_is_killed_at_a_system_call_leaves_nothing_half_done() {
    for storage in ["tokens.json", "tokens.db"] {
        let tally = try_all(storage, Case::kills);
        assert!(tally.killed > 10, "{tally:?}");
        println!("killed, {storage}: {tally}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures of the book, with `--nocapture`")]
fn a_run_whose_system_call_fails_leaves_nothing_half_done() {
    for storage in ["tokens.json", "tokens.db"] {
        let tally = try_all(storage, Case::failures);
        assert!(tally.ended.values().sum::<usize>() > 10, "{tally:?}");
        println!("failed, {storage}: {tally}");
    }
}

/// One of so many cases of a run with this token file, each in a run of its own.
fn try_all(storage: &'static str, cases: fn(&BTreeMap<String, usize>) -> Vec<Case>) -> Tally {
    let every = std::env::var("SYSTEM_CALLS_EVERY").map_or(EVERY, |text| text.parse().unwrap());
    let calls = World::new(storage).calls();
    let cases: Vec<Case> = cases(&calls).into_iter().step_by(every).collect();
    let (next, tally, wrong) = (AtomicUsize::new(0), Mutex::new(Tally::default()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut world = World::new(storage);
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let seen = world.try_case(case);
                    match seen {
                        Ok(seen) => tally.lock().unwrap().add(&seen),
                        Err(problem) => {
                            wrong.lock().unwrap().push(format!("{case}: {problem}"));
                            world = World::new(storage);
                        }
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    tally.into_inner().unwrap()
}

/// What one run did.
#[derive(Debug)]
struct Seen {
    /// `None` if it was killed.
    code: Option<i32>,
    reached: bool,
    is_new: bool,
    login: Login,
}

#[derive(Debug, PartialEq)]
enum Login {
    Kept,
    KilledOnTheWay,
    ToldAsLost,
}

impl Tally {
    fn add(&mut self, seen: &Seen) {
        self.runs += 1;
        self.not_reached += usize::from(!seen.reached);
        match seen.code {
            None => self.killed += 1,
            Some(_) if !seen.reached => {}
            Some(code) => *self.ended.entry(code).or_default() += 1,
        }
        self.new_output += usize::from(seen.is_new);
        self.killed_on_the_way += usize::from(seen.login == Login::KilledOnTheWay);
        self.told += usize::from(seen.login == Login::ToldAsLost);
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, not_reached, killed, ended, new_output, killed_on_the_way, told } = self;
        let ended: Vec<String> = ended.iter().map(|(code, runs)| format!("{code}: {runs}")).collect();
        write!(
            f,
            "{runs} runs, {not_reached} without the call, {killed} killed, exit codes {{{}}}, output new {new_output} and \
             old {}, refresh tokens killed on their way {killed_on_the_way}, told as lost {told}, lost 0",
            ended.join(", "),
            runs - new_output,
        )
    }
}

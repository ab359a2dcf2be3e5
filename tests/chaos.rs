//! Runs with faults, kills and signals by chance, up to twenty at a time. A seed makes the same plan again, though not the
//! same moments. `interop/chaos` tries thousands.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use globus_sandbox::Fault;
use rustix::process::Signal;

use crate::support::process::send;
use crate::support::{Changing, Outcome, TOKEN};

const GROUPS_PATH: &str = "/v2/groups/my_groups";
const TOKEN_PATH: &str = "/v2/oauth2/token";

/// How many runs there are without `--runs`.
const RUNS: u64 = 100;

const AT_ONCE: usize = 20;

/// A killed run is killed before this; a run takes about as long.
const LATEST: Duration = Duration::from_millis(80);

#[derive(Debug, Default)]
struct Tally {
    runs: u64,
    good: u64,
    faults: u64,
    kills: u64,
    signals: u64,
    /// By exit code.
    codes: BTreeMap<i32, u64>,
    /// Refresh tokens that the server had replaced when the run was killed.
    killed_on_the_way: u64,
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures of the book, with `--nocapture`")]
fn runs_with_faults_and_kills_by_chance_lose_nothing() {
    let seed = variable("CHAOS_SEED").unwrap_or(1);
    let runs = variable("CHAOS_RUNS").unwrap_or(RUNS);
    let mut random = Rng::with_seed(seed);
    let mut tally = Tally::default();
    for (storage, until) in [("tokens.json", runs / 2), ("tokens.db", runs)] {
        let mut changing = Changing::new(storage);
        while tally.runs < until {
            batch(&mut changing, &mut random, &mut tally);
        }
    }
    let Tally { runs, good, faults, kills, signals, codes, killed_on_the_way } = tally;
    println!(
        "| runs | and good ones after them | faults | kills | other signals | exit codes | killed on the way | lost |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let codes: Vec<String> = codes.iter().map(|(code, runs)| format!("{code}: {runs}")).collect();
    let codes = codes.join(", ");
    println!("| {runs} | {good} | {faults} | {kills} | {signals} | {codes} | {killed_on_the_way} | 0 |");
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

/// Some runs at once, and a good one after them.
fn batch(changing: &mut Changing, random: &mut Rng, tally: &mut Tally) {
    let old = changing.output();
    let new = changing.change();
    let before = changing.secrets();
    let mut plan = Vec::new();
    for _ in 0..random.usize(0..8) {
        let fault = fault(random);
        plan.push(format!("{fault:?}"));
        changing.user.sandbox.add_fault(fault);
        tally.faults += 1;
    }
    let ends: Vec<Option<(Signal, Duration)>> = (0..random.usize(1..=AT_ONCE)).map(|_| end(random)).collect();
    let killed = |end: &&Option<(Signal, Duration)>| matches!(end, Some((Signal::KILL, _)));
    let kills = ends.iter().filter(killed).count();
    plan.push(format!("{ends:?}"));
    let plan = plan.join("\n");
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let runs: Vec<_> = ends
            .iter()
            .map(|end| {
                let child = start(changing, &before);
                scope.spawn(move || finish(child, *end))
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    tally.runs += outcomes.len() as u64;
    tally.kills += kills as u64;
    tally.signals += (ends.iter().flatten().count() - kills) as u64;
    changing.user.sandbox.clear_faults();

    let after = changing.secrets();
    for (outcome, end) in outcomes.iter().zip(&ends) {
        let about = || format!("{outcome:#?}, {plan}");
        if let Some(code) = outcome.code {
            assert!([0, 1, 3, 4, 6, 130].contains(&code), "{}", about());
            *tally.codes.entry(code).or_default() += 1;
        } else {
            // Any signal kills a process that has just started.
            assert!(end.is_some(), "{}", about());
        }
        assert!(!outcome.has_panicked(), "{}", about());
        for secret in before.iter().chain(&after) {
            assert!(!outcome.stderr.contains(secret) && !outcome.stdout.contains(secret), "{}", about());
        }
    }
    let found = changing.output();
    assert!(found == old || found == new, "{found}\n{plan}");

    let refreshes = changing.user.requests().iter().filter(|request| *request == TOKEN).count();
    // A guard compares with what is there, whatever became of the runs.
    let probe = changing.compares_with_old();
    let expected = if found == new { 5 } else { 0 };
    assert!([Some(expected), Some(3)].contains(&probe.code), "{probe:#?}, {found}, {plan}");
    changing.user.sandbox.expire_access_tokens();
    let mut next = Outcome::of(&mut changing.command());
    if next.code == Some(3) {
        assert!(kills > 0 && refreshes > 0, "the login is lost: {outcomes:#?}, {plan}");
        tally.killed_on_the_way += 1;
        changing.log_in();
        next = Outcome::of(&mut changing.command());
    }
    next.code(0);
    tally.good += 1;
    assert_eq!(changing.output(), new, "{plan}");
    assert_eq!(changing.left_over(), [""; 0], "{plan}");
}

fn start(changing: &Changing, secrets: &[String]) -> Child {
    let mut command = changing.command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The process may have ended.
    let words = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    let words = String::from_utf8_lossy(&words);
    assert!(!secrets.iter().any(|secret| words.contains(secret)), "{words}");
    child
}

fn finish(child: Child, end: Option<(Signal, Duration)>) -> Outcome {
    if let Some((signal, wait)) = end {
        thread::sleep(wait);
        send(signal, &child);
    }
    child.wait_with_output().unwrap().into()
}

/// When a run gets which signal, if it gets one.
fn end(random: &mut Rng) -> Option<(Signal, Duration)> {
    let signal = match random.u8(0..8) {
        0 | 1 => Signal::KILL,
        2 => [Signal::TERM, Signal::INT, Signal::HUP][random.usize(0..3)],
        _ => return None,
    };
    Some((signal, LATEST.mul_f64(random.f64())))
}

fn fault(random: &mut Rng) -> Fault {
    let path = [GROUPS_PATH, GROUPS_PATH, TOKEN_PATH][random.usize(0..3)];
    let fault = match random.u8(0..9) {
        0..3 => {
            let status = [429, 500, 502, 503, 504, 401, 403][random.usize(0..7)];
            Fault::status(path, status).retry_after("0")
        }
        3 => Fault::cut(path),
        4 => Fault::truncated(path),
        5 => Fault::garbage(path),
        6 => Fault::text(path, 200, "[{\"id\":"),
        _ => Fault::delay(path, Duration::from_millis(random.u64(0..60))),
    };
    fault.times(random.u32(1..4))
}

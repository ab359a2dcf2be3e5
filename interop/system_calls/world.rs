//! A user, and runs of theirs under `strace`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use super::{Case, Injection, Login, Seen};
use crate::support::process::prefixed;
use crate::support::{Changing, Outcome, TOKEN};

const TRACE: &str = "trace";

pub struct World {
    changing: Changing,
}

impl World {
    pub fn new(storage: &'static str) -> Self {
        Self { changing: Changing::new(storage) }
    }

    /// How often a run makes each call, at most in one thread.
    pub fn calls(mut self) -> BTreeMap<String, usize> {
        self.changing.change();
        let trace = self.traced(&["--string-limit=100000", "--output", TRACE]);
        Outcome::from({ trace }.output().unwrap()).code(0);
        let text = self.changing.user.read(TRACE);
        let mut counts = BTreeMap::<(&str, &str), usize>::new();
        for line in text.lines() {
            let Some((thread, call)) = line.split_once(char::is_whitespace) else { continue };
            let call = call.trim_start();
            let name = call.split('(').next().unwrap_or_default();
            // The rest of a call whose beginning was counted, a signal, or an end.
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                continue;
            }
            if name == "execve" {
                assert!(!self.changing.secrets().iter().any(|secret| call.contains(secret)), "{call}");
            }
            *counts.entry((thread, name)).or_default() += 1;
        }
        let mut calls = BTreeMap::new();
        for ((_, name), count) in counts {
            let most: &mut usize = calls.entry(name.to_owned()).or_default();
            *most = count.max(*most);
        }
        // `strace` itself makes the first one.
        calls.remove("execve");
        calls
    }

    /// A run to which this happens, and a good one after it; what is wrong about them, if anything.
    pub fn try_case(&mut self, case: &Case) -> Result<Seen, String> {
        let old = self.changing.output();
        let new = self.changing.change();
        let secrets = self.changing.secrets();
        let trace = format!("--trace={}", case.call);
        let inject = format!("--inject={}", case.expression());
        let output = self.traced(&["--output", TRACE, &trace, &inject]).output().unwrap();
        let traced = self.changing.user.read(TRACE);
        let hit =
            traced.lines().find(|line| line.contains("(INJECTED)") || line.contains("killed by SIGKILL"));
        // Linux fails no wake-up of a thread.
        let is_impossible = hit.is_some_and(|line| line.contains("anon_inode"));
        let reached = hit.is_some() && !is_impossible;
        let _ = fs::remove_file(self.changing.user.home().join(TRACE));
        let outcome = Outcome::from(output);
        let found = self.changing.output();
        let is_new = found == new;
        let check = |right: bool, what: &str| {
            if right { Ok(()) } else { Err(format!("{what}: {outcome:#?}\noutput: {found}")) }
        };
        check(is_new || found == old, "the output is neither the old nor the new one")?;
        match case.injection {
            Injection::Kill => {
                check(outcome.code.is_none() || outcome.code == Some(0) && !reached, "it ends by itself")?;
            }
            Injection::Error(_) if is_impossible || is_in_loader(&outcome) => {}
            Injection::Error(error) => {
                check(matches!(outcome.code, Some(0..=6)), "the exit code is not one of those documented")?;
                check(error != "EINTR" || outcome.code == Some(0), "an interrupted call counts as failed")?;
            }
        }
        check(outcome.code != Some(0) || is_new, "it is well, and the output is old")?;
        // Of a wake-up that fails the message fails as well: the first write of its thread.
        check(outcome.code != Some(1) || is_impossible || !outcome.stderr.is_empty(), "it says nothing")?;
        check(is_impossible || !outcome.has_panicked(), "it panicked")?;
        let shown = |secret: &String| outcome.stderr.contains(secret) || outcome.stdout.contains(secret);
        check(!secrets.iter().any(shown), "it shows a secret")?;

        // The next guard compares with what is there. A run that was killed on the way of its refresh token has not delivered.
        let probe = self.changing.compares_with_old();
        match probe.code {
            Some(5) => check(is_new, &format!("the guard compares with what was not delivered: {probe:#?}"))?,
            Some(0) => {
                check(!is_new, &format!("the guard does not compare with what was delivered: {probe:#?}"))?;
            }
            code => check(code == Some(3), &format!("the guard compares with nothing: {probe:#?}"))?,
        }

        // The next run works at once, unless the refresh token is used up.
        let mut login = Login::Kept;
        let mut next = Outcome::from(self.changing.command().output().unwrap());
        if next.code == Some(3) {
            let refreshes = self.changing.user.requests().iter().filter(|request| *request == TOKEN).count();
            // The dry run made one, and so did this one.
            check(refreshes >= 3, "the login is lost without a refresh")?;
            login = match outcome.code {
                None => Login::KilledOnTheWay,
                _ if outcome.stderr.contains("could not be saved") => Login::ToldAsLost,
                _ => return Err(format!("the login is lost and nothing says so: {outcome:#?}")),
            };
            self.changing.log_in();
            next = Outcome::from(self.changing.command().output().unwrap());
        }
        self.changing.user.sandbox.clear_requests();
        check(next.code == Some(0), &format!("the next run fails: {next:#?}"))?;
        check(self.changing.output() == new, "the next run does not deliver")?;
        let left = self.changing.left_over();
        check(left.is_empty(), &format!("{left:?} are left"))?;
        Ok(Seen { code: outcome.code, reached, is_new, login })
    }

    fn traced(&self, options: &[&str]) -> Command {
        let prefix = [
            &["strace", "--follow-forks", "--decode-fds=path", "--quiet=attach,personality,exit"],
            options,
            &["--"],
        ]
        .concat();
        prefixed(&self.changing.command(), &prefix)
    }
}

/// The dynamic loader has messages and exit codes of its own.
fn is_in_loader(outcome: &Outcome) -> bool {
    outcome.code == Some(127) && outcome.stderr.contains("shared")
}

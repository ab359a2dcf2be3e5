//! `runner status [PROFILE]`.

use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;

use super::examples::examples;
use super::page::{Page, print_json};
use crate::Result;
use crate::catalog;
use crate::diagnostic::duration::in_words;
use crate::diagnostic::{clean, moment};
use crate::profile::{Listed, Profile, read_all};
use crate::run::LoggedRun;
use crate::run::status::{ProfileStatus, StoredToken};

/// Show whether a run would work now, how the last one went, and the stored tokens
///
/// Reads the token files and the log of runs only: it sends no request, changes nothing and shows no secret. Without a profile
/// it shows your own profiles, and the built-in ones that have tokens; if there are none, all built-in ones.
///
/// The exit code is 0 if every profile shown looks ready to run, and its last run and its hooks did not fail. Otherwise it is
/// the highest one that a run of them would end with now, or that a last run ended with: 3 if a login is needed, 2 if a profile
/// is wrong, 1 if a token file is, or if a hook failed. A mistake or a login that was needed, and is not any more, does not count.
#[derive(Debug, Args)]
#[command(after_help = examples! {
    "Of every profile, for a person:" => "runner status",
    "Of one profile, for monitoring:" => "runner status groups --json",
    "The last hundred runs of a profile:" => "runner status groups --history",
})]
pub(super) struct Status {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: Option<String>,
    /// Show the last runs, up to a hundred
    #[arg(long)]
    history: bool,
    /// Print a JSON array with one object for each profile
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn execute(self) -> Result<ExitCode> {
        let statuses = match &self.profile {
            None => every(self.history),
            Some(name) => match Profile::load(name) {
                Ok(profile) => {
                    vec![ProfileStatus::of(&profile, name).with_runs(&profile.key(), self.history)]
                }
                Err(error) if self.json => {
                    let status = ProfileStatus::unusable(name, None, &error);
                    let key = catalog::find_profile(name).map(|source| source.key());
                    vec![match key {
                        Ok(key) => status.with_runs(&key, self.history),
                        Err(_) => status,
                    }]
                }
                Err(error) => return Err(error),
            },
        };
        if self.json {
            print_json(&statuses)?;
        } else {
            text(&statuses).print()?;
        }
        let worst = statuses.iter().map(|status| status.exit_code).max();
        Ok(ExitCode::from(worst.unwrap_or_default()))
    }
}

/// Each profile that can be run by name, once. Built-in profiles are always there: those without a login are shown only
/// if there is nothing else to show.
fn every(with_history: bool) -> Vec<ProfileStatus> {
    let statuses: Vec<ProfileStatus> = read_all(catalog::list_profiles())
        .into_iter()
        .filter(|listed| listed.shadowed_by.is_none() && !listed.is_base)
        .map(|Listed { name, origin, profile, .. }| {
            let status = match profile {
                Ok(profile) => ProfileStatus::of(&profile, &name),
                Err(error) => ProfileStatus::unusable(&name, Some(origin.to_string()), &error),
            };
            status.with_runs(&origin.key(&name), with_history)
        })
        .collect();
    let has_login = |status: &ProfileStatus| !status.tokens.is_empty() && !status.lacks_scopes;
    let in_use = |status: &ProfileStatus| status.origin.as_deref() != Some("built in") || has_login(status);
    let nothing_else = !statuses.iter().any(in_use);
    statuses.into_iter().filter(|status| nothing_else || in_use(status)).collect()
}

fn text(statuses: &[ProfileStatus]) -> Page {
    let mut page = Page::new();
    let mut rest: Vec<&ProfileStatus> = statuses.iter().collect();
    while let Some(status) = rest.first().copied() {
        // Profiles that share a login, as the built-in ones do, share a paragraph.
        let (alike, others) =
            rest.into_iter().partition::<Vec<_>, _>(|one| std::ptr::eq(*one, status) || one.is_like(status));
        let names: Vec<String> = alike.iter().map(|one| clean(&one.profile)).collect();
        // The one that a new user is to begin with.
        let shown = alike.iter().copied().find(|one| one.profile == "groups").unwrap_or(status);
        paragraph(&mut page, &names.join(", "), shown);
        runs(&mut page, &alike);
        rest = others;
    }
    page
}

fn paragraph(page: &mut Page, names: &str, status: &ProfileStatus) {
    page.line(0, names);
    if let Some(origin) = &status.origin {
        page.field("profile", origin);
    }
    if let Some(storage) = &status.storage {
        let namespace = match storage.namespace.as_str() {
            "DEFAULT" => String::new(),
            other => format!(", namespace {other}"),
        };
        let file = storage.path.as_deref().unwrap_or("in memory only");
        page.field("tokens", &format!("{file}{namespace}"));
    }
    if let Some(identity) = &status.identity {
        page.field("identity", &identity.to_string());
    } else if !status.tokens.is_empty() {
        page.field("identity", "unknown; the scope `openid` would name it");
    }
    for token in &status.tokens {
        page.field("token", &format!("for {}", token.resource_server));
        for scope in &token.scopes {
            page.field("", &format!("  {scope}"));
        }
        let refresh_token = if token.refresh_token { "with a" } else { "no" };
        page.field("", &format!("  {}, {refresh_token} refresh token", expiry(token)));
    }
    match (status.problems.as_slice(), &status.first_step) {
        ([], None) => page.field("a run is", "ready, as far as the tokens show"),
        ([], Some(first)) => page.field("a run is", &format!("ready, as far as the tokens show; {first}")),
        ([problem], _) if problem.file.is_none() => {
            page.field("a run is", &format!("not ready: {}", problem.message));
            if let Some(help) = &problem.help {
                page.field("", help);
            }
        }
        (problems, _) => {
            let mistakes = if problems.len() == 1 { "a mistake" } else { "mistakes" };
            page.field("a run is", &format!("not ready: the profile or its template has {mistakes}"));
            page.field("", &format!("see `runner check {}`", status.profile));
        }
    }
    for warning in &status.warnings {
        page.field("warning", warning);
    }
}

/// What is logged of these profiles, which share a paragraph.
fn runs(page: &mut Page, statuses: &[&ProfileStatus]) {
    for status in statuses {
        let name = if statuses.len() > 1 { format!("{}: ", status.profile) } else { String::new() };
        if let Some(last) = &status.last_run {
            last_run(page, &name, last);
        }
        for run in status.runs.iter().flatten() {
            let at = moment::for_people(run.ended.as_second());
            page.field("run", &format!("{name}{at}  {}", in_short(run)));
        }
    }
}

/// Such as `2 hours ago (2026-11-26 03:00 +01:00): failed, exit code 4: ...`.
fn last_run(page: &mut Page, name: &str, last: &LoggedRun) {
    let ago = |at: Timestamp| {
        let at = at.as_second();
        let ago = moment::now().as_second().saturating_sub(at).unsigned_abs();
        format!("{} ago ({})", in_words(ago), moment::for_people(at))
    };
    page.field("last run", &format!("{name}{}: {}", ago(last.ended), in_short(last)));
    if last.has_failed() {
        let success = last.last_success.map_or_else(|| "none is logged".to_owned(), ago);
        page.field("succeeded", &success);
    }
    for hook in &last.failed_hooks {
        page.field("hook", &format!("`{hook}` failed"));
    }
    for hook in &last.pending_hooks {
        page.field("hook", &format!("`{hook}` has not ended: it still runs, or the run was killed"));
    }
}

fn in_short(run: &LoggedRun) -> String {
    let outcome = run.outcome.name();
    if run.has_failed() {
        format!("{outcome}, exit code {}: {}", run.exit_code, run.message)
    } else {
        format!("{outcome}, {}", run.message)
    }
}

/// Such as `access token valid for 1 day 23 hours (until 2026-11-26 10:01 +01:00)`.
fn expiry(token: &StoredToken) -> String {
    let left = token.seconds_left();
    let at = moment::for_people(token.expires_at_seconds);
    let span = in_words(left.unsigned_abs());
    if left > 0 {
        format!("access token valid for {span} (until {at})")
    } else {
        format!("access token expired {span} ago ({at})")
    }
}

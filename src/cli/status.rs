//! `runner status [PROFILE]`.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalog;
use crate::diagnostic::clean;
use crate::diagnostic::duration::in_words;
use crate::profile::Profile;
use crate::run::status::{Status as State, StoredToken};
use crate::{Error, Kind, Result};

/// Show the stored tokens of a profile, their identity, and whether a run would work now
///
/// Reads the token files only: it sends no request, changes nothing and shows no secret. Without a profile it
/// shows your own profiles, and the built-in ones that have tokens. The exit code is 0 if every profile shown
/// looks ready to run, and 3 if one does not.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// A name that `runner profiles` lists, or the path of a TOML file
    profile: Option<String>,
    /// Print a JSON array with one object for each profile
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn execute(self) -> Result<ExitCode> {
        let states = match &self.profile {
            Some(name) => vec![State::of(&Profile::load(name)?, name)],
            None => every(),
        };
        if states.is_empty() && !self.json {
            tracing::info!("no tokens are stored for the built-in profiles, and there are no others");
        }
        let stdout = io::stdout().lock();
        let written = if self.json { as_json(stdout, &states) } else { as_text(stdout, &states) };
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(Error::failed("can't write to the standard output").because(error));
            }
            _ => {}
        }
        let code = if states.iter().all(|state| state.ready) { 0 } else { Kind::LoginNeeded.exit_code() };
        Ok(ExitCode::from(code))
    }
}

/// Each profile that can be run by name, once. Built-in profiles are shown only if they have tokens, because they are
/// always there.
fn every() -> Vec<State> {
    catalog::list_profiles()
        .into_iter()
        .filter(|found| found.shadowed_by.is_none())
        .map(|found| match Profile::load(&found.source.name) {
            Ok(profile) => State::of(&profile, &found.source.name),
            Err(error) => {
                let cure = format!("see `runner check {}`", found.source.name);
                State {
                    origin: Some(found.source.origin.to_string()),
                    ..State::unusable(&found.source.name, error.summary(), Some(cure))
                }
            }
        })
        .filter(|state| state.origin.as_deref() != Some("built in") || !state.tokens.is_empty())
        .collect()
}

fn as_json(mut stdout: impl Write, states: &[State]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut stdout, states)?;
    writeln!(stdout)?;
    stdout.flush()
}

fn as_text(mut stdout: impl Write, states: &[State]) -> io::Result<()> {
    let mut rest: Vec<&State> = states.iter().collect();
    while let Some(state) = rest.first().copied() {
        // Profiles that share a login, as the built-in ones do, share a paragraph.
        let (alike, others) =
            rest.into_iter().partition::<Vec<_>, _>(|one| std::ptr::eq(*one, state) || one.is_like(state));
        let names: Vec<String> = alike.iter().map(|one| clean(&one.profile)).collect();
        paragraph(&mut stdout, &names.join(", "), state)?;
        rest = others;
    }
    stdout.flush()
}

fn paragraph(stdout: &mut impl Write, names: &str, state: &State) -> io::Result<()> {
    writeln!(stdout, "{names}")?;
    let mut line = |name: &str, value: &str| writeln!(stdout, "    {name:<9} {}", clean(value));
    if let Some(origin) = &state.origin {
        line("profile", origin)?;
    }
    if let Some(place) = &state.storage {
        let namespace = match place.namespace.as_str() {
            "DEFAULT" => String::new(),
            other => format!(", namespace {other}"),
        };
        line("tokens", &format!("{}{namespace}", place.path.as_deref().unwrap_or("in memory only")))?;
    }
    if let Some(who) = &state.identity {
        line("identity", &who.to_string())?;
    } else if !state.tokens.is_empty() {
        line("identity", "unknown; the scope `openid` would name it")?;
    }
    for token in &state.tokens {
        line("token", &format!("for {}", token.resource_server))?;
        for scope in &token.scopes {
            line("", &format!("  {scope}"))?;
        }
        line(
            "",
            &format!(
                "  {}, {} refresh token",
                expiry(token),
                if token.refresh_token { "with a" } else { "no" }
            ),
        )?;
    }
    let verdict = match (state.ready, &state.reason) {
        (true, None) => "ready, as far as the tokens show".to_owned(),
        (true, Some(first)) => format!("ready, as far as the tokens show; {first}"),
        (false, Some(reason)) => format!("not ready: {reason}"),
        (false, None) => "not ready".to_owned(),
    };
    line("a run is", &verdict)?;
    if let Some(cure) = &state.cure {
        line("", cure)?;
    }
    Ok(())
}

/// Such as `access token valid for 1 day 23 hours (until 2026-11-26 10:01)`.
fn expiry(token: &StoredToken) -> String {
    let left = token.seconds_left();
    let at = Timestamp::from_second(token.expires_at_seconds)
        .map(|at| at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default();
    let span = in_words(left.unsigned_abs());
    if left > 0 {
        format!("access token valid for {span} (until {at})")
    } else {
        format!("access token expired {span} ago ({at})")
    }
}

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
use crate::run::status::{ProfileStatus, StoredToken};
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
        let statuses = match &self.profile {
            Some(name) => vec![ProfileStatus::of(&Profile::load(name)?, name)],
            None => every(),
        };
        if statuses.is_empty() && !self.json {
            tracing::info!("no tokens are stored for the built-in profiles, and there are no others");
        }
        let stdout = io::stdout().lock();
        let written = if self.json { as_json(stdout, &statuses) } else { as_text(stdout, &statuses) };
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(Error::failed("can't write to the standard output").because(error));
            }
            _ => {}
        }
        let code = if statuses.iter().all(|status| status.ready) { 0 } else { Kind::LoginNeeded.exit_code() };
        Ok(ExitCode::from(code))
    }
}

/// Each profile that can be run by name, once. Built-in profiles are shown only if they have tokens, because they are
/// always there.
fn every() -> Vec<ProfileStatus> {
    catalog::list_profiles()
        .into_iter()
        .filter(|found| found.shadowed_by.is_none())
        .map(|found| match Profile::load(&found.source.name) {
            Ok(profile) => ProfileStatus::of(&profile, &found.source.name),
            Err(error) => {
                let cure = format!("see `runner check {}`", found.source.name);
                ProfileStatus {
                    origin: Some(found.source.origin.to_string()),
                    ..ProfileStatus::unusable(&found.source.name, error.summary(), Some(cure))
                }
            }
        })
        .filter(|status| status.origin.as_deref() != Some("built in") || !status.tokens.is_empty())
        .collect()
}

fn as_json(mut stdout: impl Write, statuses: &[ProfileStatus]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut stdout, statuses)?;
    writeln!(stdout)?;
    stdout.flush()
}

fn as_text(mut stdout: impl Write, statuses: &[ProfileStatus]) -> io::Result<()> {
    let mut rest: Vec<&ProfileStatus> = statuses.iter().collect();
    while let Some(status) = rest.first().copied() {
        // Profiles that share a login, as the built-in ones do, share a paragraph.
        let (alike, others) =
            rest.into_iter().partition::<Vec<_>, _>(|one| std::ptr::eq(*one, status) || one.is_like(status));
        let names: Vec<String> = alike.iter().map(|one| clean(&one.profile)).collect();
        paragraph(&mut stdout, &names.join(", "), status)?;
        rest = others;
    }
    stdout.flush()
}

fn paragraph(stdout: &mut impl Write, names: &str, status: &ProfileStatus) -> io::Result<()> {
    writeln!(stdout, "{names}")?;
    let mut line = |name: &str, value: &str| writeln!(stdout, "    {name:<9} {}", clean(value));
    if let Some(origin) = &status.origin {
        line("profile", origin)?;
    }
    if let Some(storage) = &status.storage {
        let namespace = match storage.namespace.as_str() {
            "DEFAULT" => String::new(),
            other => format!(", namespace {other}"),
        };
        line("tokens", &format!("{}{namespace}", storage.path.as_deref().unwrap_or("in memory only")))?;
    }
    if let Some(identity) = &status.identity {
        line("identity", &identity.to_string())?;
    } else if !status.tokens.is_empty() {
        line("identity", "unknown; the scope `openid` would name it")?;
    }
    for token in &status.tokens {
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
    let readiness = match (status.ready, &status.reason) {
        (true, None) => "ready, as far as the tokens show".to_owned(),
        (true, Some(first)) => format!("ready, as far as the tokens show; {first}"),
        (false, Some(reason)) => format!("not ready: {reason}"),
        (false, None) => "not ready".to_owned(),
    };
    line("a run is", &readiness)?;
    if let Some(cure) = &status.cure {
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

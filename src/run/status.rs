//! What is stored for a profile, and whether a run would work now. No request is sent, and no secret is shown.

use serde::Serialize;

use crate::diagnostic::duration::in_words;
use crate::diagnostic::moment;
use crate::globus::auth::{Identity, LoginReason, TokenState, person_in};
use crate::globus::tokens::{Token, TokenStore, now};
use crate::problem::Problem;
use crate::profile::{Grant, Profile, Storage};
use crate::run::login_end::LoginEnd;
use crate::run::needed_services::{evaluate_all, needed_services};
use crate::run::own_output::{check_own_outputs, own_templates};
use crate::run::run_log::{LoggedRun, RunLog};
use crate::run::session::{Session, flow_of_run, login_command};
use crate::{Error, Kind, Result};

/// What is stored for one profile, and whether it can run.
#[derive(Debug, Serialize)]
pub struct ProfileStatus {
    /// The name or path that it was given by.
    pub profile: String,
    /// Where the profile is: a path, or `built in`.
    pub origin: Option<String>,
    /// `authorization_code` or `client_credentials`. `None`, like the following, if the profile has mistakes.
    pub grant: Option<&'static str>,
    pub client_id: Option<String>,
    pub storage: Option<StoreLocation>,
    /// The identity of the tokens, if it is known.
    pub identity: Option<Identity>,
    pub tokens: Vec<StoredToken>,
    /// Whether a run would work now, judging by the stored tokens.
    pub ready: bool,
    /// What a run does first, if it would work.
    pub first_step: Option<String>,
    /// Whether no login was for what the profile needs; the stored tokens can be those of other profiles.
    #[serde(skip)]
    pub lacks_scopes: bool,
    /// Why it would not work; empty if it would.
    pub problems: Vec<Problem>,
    /// What should be looked at before it becomes a problem.
    pub warnings: Vec<String>,
    /// The last run, if one is logged.
    pub last_run: Option<LoggedRun>,
    /// What the last run adds to the exit code.
    #[serde(skip)]
    pub last_run_code: u8,
    /// The runs before and the last one, the newest one first; `None` if nothing asked for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<Vec<LoggedRun>>,
    /// The highest of the exit code that a run would end with, as far as the profile and its tokens show, and that of the last run.
    pub exit_code: u8,
}

/// Where the tokens are stored.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct StoreLocation {
    /// `json`, `sqlite` or `memory`.
    pub kind: &'static str,
    pub path: Option<String>,
    /// The profile's part of the file.
    pub namespace: String,
}

/// A stored token, without its secrets.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct StoredToken {
    pub resource_server: String,
    /// Root scopes only.
    pub scopes: Vec<String>,
    /// When the access token expires, as [`moment::rfc_3339`].
    pub expires_at: String,
    #[serde(skip)]
    pub expires_at_seconds: i64,
    /// Whether the access token has expired, or is about to.
    pub expired: bool,
    pub refresh_token: bool,
}

impl ProfileStatus {
    /// The status of a profile. Problems with its store are part of it.
    pub fn of(profile: &Profile, argument: &str) -> Self {
        let grant = match profile.auth.grant {
            Grant::Person(_) => "authorization_code",
            Grant::ServiceAccount(_) => "client_credentials",
        };
        let mut status = Self {
            grant: Some(grant),
            client_id: Some(profile.client_id.clone()),
            ..Self::unknown(argument, Some(profile.origin.to_string()))
        };
        let tokens = status.inspect(profile, argument);
        // A run finds these mistakes before it looks at the tokens.
        match check_files(profile).and(tokens) {
            Ok(first_step) => {
                (status.ready, status.first_step) = (true, first_step);
                status.look_ahead(profile, argument);
            }
            Err(error) => status.fail(&error),
        }
        status
    }

    /// The status of a profile that can't be used at all.
    pub fn unusable(argument: &str, origin: Option<String>, error: &Error) -> Self {
        let mut status = Self::unknown(argument, origin);
        status.fail(error);
        status
    }

    fn unknown(argument: &str, origin: Option<String>) -> Self {
        Self {
            profile: argument.to_owned(),
            origin,
            grant: None,
            client_id: None,
            storage: None,
            identity: None,
            tokens: Vec::new(),
            ready: false,
            first_step: None,
            lacks_scopes: false,
            problems: Vec::new(),
            warnings: Vec::new(),
            last_run: None,
            last_run_code: 0,
            runs: None,
            exit_code: 0,
        }
    }

    /// Adds what is logged of its runs, with all of them on request. `key` is that of the profile.
    #[must_use]
    pub fn with_runs(mut self, key: &str, with_history: bool) -> Self {
        let Some(log) = RunLog::of(key) else { return self };
        let runs = if with_history { log.runs() } else { log.last().map(|last| last.into_iter().collect()) };
        let runs = runs.unwrap_or_else(|error| {
            log::warn!("can't read the log of runs `{}`: {error}", log.path().display());
            Vec::new()
        });
        self.last_run = runs.first().cloned();
        self.runs = with_history.then_some(runs);
        self.last_run_code = self.last_run.as_ref().map_or(0, |last| self.code_of(last));
        self.exit_code = self.exit_code.max(self.last_run_code);
        self
    }

    /// What the last run adds to the exit code. A mistake, or a login that was needed, would show now as well: if it does not, that
    /// is mended.
    fn code_of(&self, last: &LoggedRun) -> u8 {
        let is_mended = [Kind::Usage, Kind::LoginNeeded].map(Kind::exit_code).contains(&last.exit_code);
        let of_hooks = if last.failed_hooks.is_empty() { 0 } else { Kind::Failed.exit_code() };
        if self.ready && is_mended { of_hooks } else { last.exit_code.max(of_hooks) }
    }

    /// Adds what the stored login shows of its end.
    fn look_ahead(&mut self, profile: &Profile, argument: &str) {
        let Some(end) = LoginEnd::of(profile).filter(LoginEnd::is_near) else { return };
        let login = login_command(&[argument]);
        let left = in_words(end.seconds_left().unsigned_abs());
        self.warnings.push(match end.last_use {
            Some(used) => format!(
                "the refresh token for {} was not used since {}, and expires after six months without use, in about \
                 {left}: run the profile, or log in with `{login}`",
                end.resource_server,
                moment::for_people(used)
            ),
            None => format!(
                "the login has no refresh token and ends in {left}, at {}: log in with `{login}` before",
                moment::for_people(end.at)
            ),
        });
    }

    fn fail(&mut self, error: &Error) {
        self.problems = error.problems();
        self.exit_code = error.kind.exit_code();
    }

    /// Whether the other status differs only in the name of the profile, so that one paragraph serves both.
    pub fn is_like(&self, other: &Self) -> bool {
        // Two profiles that can't be used have different mistakes.
        self.storage.is_some()
            && self.exit_code != Kind::Usage.exit_code()
            && self.origin == other.origin
            && self.grant == other.grant
            && self.client_id == other.client_id
            && self.storage == other.storage
            && self.tokens == other.tokens
            && self.first_step == other.first_step
            && self.exit_code == other.exit_code
            && self.last_run_code == other.last_run_code
    }

    /// What a run would do first.
    fn inspect(&mut self, profile: &Profile, argument: &str) -> Result<Option<String>> {
        let session = Session::of(profile, &[argument])?;
        let store = session.store()?;
        self.storage = Some(StoreLocation::of(&store, &profile.auth.namespace));
        let tokens = store.load()?;
        self.tokens = tokens.values().map(StoredToken::of).collect();
        self.identity = Identity::of(&tokens);

        let check_secret = || session.client()?.credentials().secret_problem().map_or(Ok(()), Err);
        let requirements = session.token_requirements(flow_of_run(profile));
        let services = needed_services([profile], &session.services)?;
        let Some((service, state)) = evaluate_all(&tokens, &services, &requirements)? else {
            return Ok(None);
        };
        self.lacks_scopes =
            matches!(state, TokenState::LoginRequired(LoginReason::NoTokens | LoginReason::MissingScopes(_)));
        match state {
            TokenState::Valid(_) => Ok(None),
            TokenState::Refreshable(..) => {
                check_secret()?;
                Ok(Some("it refreshes the access token first".to_owned()))
            }
            TokenState::LoginRequired(_) if requirements.flow.is_client_credentials() => {
                if let Some(person) = person_in(&tokens, &service.token, &requirements) {
                    return Err(Error::usage("a person's login is stored here").because(person));
                }
                check_secret()?;
                Ok(Some("it gets a token with the client's secret first".to_owned()))
            }
            TokenState::LoginRequired(reason) => {
                let needed = Error::new(Kind::LoginNeeded, "a login is needed");
                let needed = match profile.storage {
                    Storage::Memory => needed.because("the profile stores no tokens, so every run needs one"),
                    _ => needed.because(reason),
                };
                Err(needed.help(format!("log in with `{}`", session.login_command())))
            }
        }
    }
}

/// Fails if a template or an output file is wrong.
fn check_files(profile: &Profile) -> Result<()> {
    check_own_outputs(profile, &own_templates(profile)?)
}

impl StoreLocation {
    fn of(store: &TokenStore, namespace: &str) -> Self {
        Self {
            kind: match store {
                TokenStore::Json(_) => "json",
                TokenStore::Sqlite(_) => "sqlite",
                TokenStore::Memory(_) => "memory",
            },
            path: store.file().map(|path| path.to_string_lossy().into_owned()),
            namespace: namespace.to_owned(),
        }
    }
}

impl StoredToken {
    fn of(token: &Token) -> Self {
        Self {
            resource_server: token.resource_server.clone(),
            scopes: token.scope.split_whitespace().map(str::to_owned).collect(),
            expires_at: moment::rfc_3339(token.expires_at_seconds),
            expires_at_seconds: token.expires_at_seconds,
            expired: !token.is_valid(),
            refresh_token: token.refresh_token.is_some(),
        }
    }

    /// How many seconds the access token is still valid; negative once it has expired.
    pub fn seconds_left(&self) -> i64 {
        self.expires_at_seconds.saturating_sub(now())
    }
}

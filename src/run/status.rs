//! What is stored for a profile, and whether a run would work now. No request is sent, and no secret is shown.

use serde::Serialize;

use crate::diagnostic::moment;
use crate::globus::auth::{Identity, LoginReason, TokenState, person_in};
use crate::globus::tokens::{Token, TokenStore, now};
use crate::problem::Problem;
use crate::profile::{Grant, Profile, Storage};
use crate::run::needed_services::{evaluate_all, needed_services};
use crate::run::own_output::{check_own_outputs, own_templates};
use crate::run::session::{Session, flow_of_run};
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
    /// The exit code that a run would end with, as far as the profile and its tokens show.
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
            Ok(first_step) => (status.ready, status.first_step) = (true, first_step),
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
            exit_code: 0,
        }
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

//! What is stored for a profile, and whether a run would work now. No request is sent, and no secret is shown.

use serde::Serialize;

use crate::globus::api::GROUPS_RESOURCE_SERVER;
use crate::globus::auth::{Identity, TokenState, evaluate, person_in};
use crate::globus::tokens::{Token, TokenStore, now};
use crate::profile::{Grant, Profile, Storage};
use crate::run::session::{Session, flow_of_run};
use crate::{Error, Result};

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
    /// Why it would not work, or what it will do first.
    pub reason: Option<String>,
    /// What to do about it.
    pub cure: Option<String>,
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
    /// When the access token expires, in seconds since 1970.
    pub expires_at_seconds: i64,
    /// Whether the access token has expired, or is about to.
    pub expired: bool,
    pub refresh_token: bool,
}

impl ProfileStatus {
    /// The status of a profile. Problems with its store are part of it.
    pub fn of(profile: &Profile, argument: &str) -> Self {
        let mut status = Self {
            origin: Some(profile.origin.to_string()),
            grant: Some(match profile.auth.grant {
                Grant::Person(_) => "authorization_code",
                Grant::ServiceAccount(_) => "client_credentials",
            }),
            client_id: Some(profile.client_id.clone()),
            ..Self::unusable(argument, String::new(), None)
        };
        match status.inspect(profile, argument) {
            Ok(Readiness::Ready(first)) => (status.ready, status.reason, status.cure) = (true, first, None),
            Ok(Readiness::LoginNeeded { reason, command }) => {
                status.reason = Some(reason);
                status.cure = Some(format!("log in with `{command}`"));
            }
            Err(error) => (status.reason, status.cure) = (Some(error.summary()), error.help),
        }
        status
    }

    /// The status of a profile that can't be used at all.
    pub fn unusable(argument: &str, reason: String, cure: Option<String>) -> Self {
        Self {
            profile: argument.to_owned(),
            origin: None,
            grant: None,
            client_id: None,
            storage: None,
            identity: None,
            tokens: Vec::new(),
            ready: false,
            reason: Some(reason),
            cure,
        }
    }

    /// Whether the other status differs only in the name of the profile, so that one paragraph serves both.
    pub fn is_like(&self, other: &Self) -> bool {
        // Two profiles that can't be used have different mistakes.
        self.storage.is_some()
            && self.origin == other.origin
            && self.grant == other.grant
            && self.client_id == other.client_id
            && self.storage == other.storage
            && self.tokens == other.tokens
            && self.ready == other.ready
            && self.reason == other.reason
    }

    fn inspect(&mut self, profile: &Profile, argument: &str) -> Result<Readiness> {
        let session = Session::of(profile, argument)?;
        let store = session.store()?;
        self.storage = Some(StoreLocation::of(&store, &profile.auth.namespace));
        let tokens = store.load()?;
        self.tokens = tokens.values().map(StoredToken::of).collect();
        self.identity = Identity::of(&tokens);

        let check_secret = || session.client()?.credentials().secret_problem().map_or(Ok(()), Err);
        let requirements = session.token_requirements(flow_of_run(profile));
        let state = evaluate(&tokens, GROUPS_RESOURCE_SERVER, &requirements, None);
        state.check_audience(requirements.auth_url, &session.services.groups)?;
        match state {
            TokenState::Valid(_) => Ok(Readiness::Ready(None)),
            TokenState::Refreshable(..) => {
                check_secret()?;
                Ok(Readiness::Ready(Some("it refreshes the access token first".to_owned())))
            }
            TokenState::LoginRequired(_) if requirements.flow.is_client_credentials() => {
                if let Some(person) = person_in(&tokens, GROUPS_RESOURCE_SERVER, &requirements) {
                    return Err(Error::usage("a person's login is stored here").because(person));
                }
                check_secret()?;
                Ok(Readiness::Ready(Some("it gets a token with the client's secret first".to_owned())))
            }
            TokenState::LoginRequired(reason) => Ok(Readiness::LoginNeeded {
                reason: match profile.storage {
                    Storage::Memory => "nothing is stored, so every run needs a login".to_owned(),
                    _ => format!("a login is needed: {reason}"),
                },
                command: session.login_command().to_owned(),
            }),
        }
    }
}

enum Readiness {
    /// A run would work, after this step.
    Ready(Option<String>),
    LoginNeeded {
        reason: String,
        command: String,
    },
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

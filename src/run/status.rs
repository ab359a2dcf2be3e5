//! What is stored for a profile, and whether a run would work now. Nothing is asked, and no secret is shown.

use serde::Serialize;

use crate::globus::api::GROUPS_RESOURCE_SERVER;
use crate::globus::auth::{Identity, TokenState, evaluate, person_in};
use crate::globus::tokens::{Token, TokenStore, now};
use crate::profile::{Grant, Profile, Storage};
use crate::run::session::{Session, flow_of_run};
use crate::{Error, Result};

/// The state of one profile.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    /// The name or path it was asked for by.
    pub profile: String,
    /// Where the profile is: a path, or `built in`.
    pub origin: Option<String>,
    /// `authorization_code` or `client_credentials`; none where the profile has mistakes, as in what follows.
    pub grant: Option<&'static str>,
    /// The client that acts.
    pub client_id: Option<String>,
    /// Where tokens are kept.
    pub storage: Option<Place>,
    /// Who has logged in, where that is known.
    pub identity: Option<Identity>,
    /// The stored tokens, by resource server.
    pub tokens: Vec<Held>,
    /// Whether a run would work now, as far as it shows from here.
    pub ready: bool,
    /// Why it would not work, or what it will do first.
    pub reason: Option<String>,
    /// What helps.
    pub cure: Option<String>,
}

/// A store of tokens.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// `json`, `sqlite` or `memory`.
    pub kind: &'static str,
    /// The file, if there is one.
    pub path: Option<String>,
    /// The part of the file that is the profile's.
    pub namespace: String,
}

/// A stored token, without its secrets.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Held {
    /// The service that takes it.
    pub resource_server: String,
    /// What it allows; root scopes only.
    pub scopes: Vec<String>,
    /// When the access token expires, in seconds since 1970.
    pub expires_at_seconds: i64,
    /// Whether the access token is over, or will be within a minute.
    pub expired: bool,
    /// Whether there is a refresh token.
    pub refresh_token: bool,
}

impl Status {
    /// Looks at what a profile has stored. What is wrong with its store is part of the answer.
    pub(crate) fn of(profile: &Profile, called: &str) -> Self {
        let mut status = Self {
            origin: Some(profile.origin.to_string()),
            grant: Some(match profile.auth.grant {
                Grant::Person(_) => "authorization_code",
                Grant::ServiceAccount(_) => "client_credentials",
            }),
            client_id: Some(profile.client_id.clone()),
            ..Self::unusable(called, String::new(), None)
        };
        match status.look(profile, called) {
            Ok(Verdict::Ready(first)) => (status.ready, status.reason, status.cure) = (true, first, None),
            Ok(Verdict::LoginNeeded { reason, command }) => {
                status.reason = Some(reason);
                status.cure = Some(format!("log in with `{command}`"));
            }
            Err(error) => (status.reason, status.cure) = (Some(error.summary()), error.help),
        }
        status
    }

    /// A profile that can't be used at all.
    pub(crate) fn unusable(called: &str, reason: String, cure: Option<String>) -> Self {
        Self {
            profile: called.to_owned(),
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

    /// Whether all that there is to say of the other is the same but its name, so that what helps one helps both.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        // Two that can't be used are wrong each in its own way.
        self.storage.is_some()
            && self.origin == other.origin
            && self.grant == other.grant
            && self.client_id == other.client_id
            && self.storage == other.storage
            && self.tokens == other.tokens
            && self.ready == other.ready
            && self.reason == other.reason
    }

    fn look(&mut self, profile: &Profile, called: &str) -> Result<Verdict> {
        let session = Session::of(profile, called)?;
        let store = session.store()?;
        self.storage = Some(Place::of(&store, &profile.auth.namespace));
        let tokens = store.load()?;
        self.tokens = tokens.values().map(Held::of).collect();
        self.identity = Identity::of(&tokens);

        let secret_is_there = || session.client()?.credentials().obstacle().map_or(Ok(()), Err);
        let requirements = session.token_requirements(flow_of_run(profile));
        match evaluate(&tokens, GROUPS_RESOURCE_SERVER, &requirements, None) {
            TokenState::Valid(_) => Ok(Verdict::Ready(None)),
            TokenState::Refreshable(..) => {
                secret_is_there()?;
                Ok(Verdict::Ready(Some("it renews the access token first".to_owned())))
            }
            TokenState::LoginRequired(_) if requirements.flow.is_client_credentials() => {
                if let Some(person) = person_in(&tokens, GROUPS_RESOURCE_SERVER, &requirements) {
                    return Err(Error::usage("a person's login is stored here").because(person));
                }
                secret_is_there()?;
                Ok(Verdict::Ready(Some("it gets a token with the client's secret first".to_owned())))
            }
            TokenState::LoginRequired(reason) => Ok(Verdict::LoginNeeded {
                reason: match profile.storage {
                    Storage::Memory => "nothing is stored, so every run needs a login".to_owned(),
                    _ => format!("a login is needed: {reason}"),
                },
                command: session.login_command().to_owned(),
            }),
        }
    }
}

/// Whether a run would work.
enum Verdict {
    /// It would, after this.
    Ready(Option<String>),
    LoginNeeded {
        reason: String,
        command: String,
    },
}

impl Place {
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

impl Held {
    fn of(token: &Token) -> Self {
        Self {
            resource_server: token.resource_server.clone(),
            scopes: token.scope.split_whitespace().map(str::to_owned).collect(),
            expires_at_seconds: token.expires_at_seconds,
            expired: !token.is_valid(),
            refresh_token: token.refresh_token.is_some(),
        }
    }

    /// How many seconds the access token has left; negative when it is over.
    pub(crate) fn seconds_left(&self) -> i64 {
        self.expires_at_seconds.saturating_sub(now())
    }
}

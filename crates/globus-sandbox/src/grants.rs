//! Codes, access tokens and refresh tokens: who has them, what for, and until when.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::login_request::Request;
use super::problem::Refusal;
use super::scopes::resource_server;
use super::session::Session;
use super::state::random_secret;

/// What a refresh does with the refresh token. Globus Auth repeats it; a client has to be ready for the others
/// (RFC 6749, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refreshes {
    /// The answer has the same one again.
    Repeat,
    /// The answer has none, and the old one stays good.
    Omit,
    /// The answer has a new one, and the old one is over.
    Rotate,
}

/// A code that waits for its exchange, or has had it.
#[derive(Debug)]
pub(super) struct Code {
    request: Request,
    /// The identity that allowed it.
    identity: String,
    session: Arc<Session>,
    expires: Instant,
    /// The grant it was exchanged for.
    used: Option<u64>,
}

impl Code {
    pub(super) fn new(request: Request, identity: String, session: Arc<Session>, lifetime: Duration) -> Self {
        Self { request, identity, session, expires: Instant::now() + lifetime, used: None }
    }
}

/// Who grants to whom: what all tokens of one answer have in common.
#[derive(Debug, Clone)]
pub(super) struct Parties {
    /// Tokens of one exchange have one number, and so have those refreshed from them.
    number: u64,
    pub(super) client_id: String,
    pub(super) identity: String,
    pub(super) session: Arc<Session>,
}

/// Who granted what to whom.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) parties: Parties,
    pub(super) resource_server: String,
    /// Root scopes, separated by spaces.
    pub(super) scope: String,
}

#[derive(Debug)]
struct AccessToken {
    grant: Grant,
    issued: i64,
    expires: Instant,
    lifetime: Duration,
}

/// An access token as the introspection shows it.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) grant: Grant,
    /// In seconds since 1970.
    pub(super) issued: i64,
    /// In seconds since 1970.
    pub(super) expires: i64,
}

/// One token of an answer.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) resource_server: String,
    pub(super) scope: String,
}

/// Everything that has been given out.
#[derive(Debug, Default)]
pub(super) struct Grants {
    codes: HashMap<String, Code>,
    access_tokens: HashMap<String, AccessToken>,
    refresh_tokens: HashMap<String, Grant>,
    last: u64,
}

impl Grants {
    pub(super) fn add_code(&mut self, code: String, about: Code) {
        self.codes.insert(code, about);
    }

    /// Uses a code up: what was asked for, and who allowed it. Using it twice takes back what it gave
    /// (RFC 6749, section 4.1.2).
    pub(super) fn use_code(&mut self, code: &str) -> Result<(Request, Parties), Refusal> {
        let wrong = || Refusal::invalid_grant("The authorization code is not known, or has expired");
        let next = self.last + 1;
        let about = self.codes.get_mut(code).ok_or_else(wrong)?;
        if let Some(number) = about.used {
            self.revoke_grant(number);
            return Err(Refusal::invalid_grant("The authorization code has been used before"));
        }
        if about.expires <= Instant::now() {
            return Err(wrong());
        }
        about.used = Some(next);
        self.last = next;
        let parties = Parties {
            number: next,
            client_id: about.request.client_id.clone(),
            identity: about.identity.clone(),
            session: Arc::clone(&about.session),
        };
        Ok((about.request.clone(), parties))
    }

    /// A client that grants to itself, without a code.
    pub(super) fn of_client(&mut self, client_id: &str) -> Parties {
        self.last += 1;
        Parties {
            number: self.last,
            client_id: client_id.to_owned(),
            identity: client_id.to_owned(),
            session: Arc::new(Session::of_client()),
        }
    }

    /// Gives one token for each resource server of these scopes.
    pub(super) fn issue(
        &mut self,
        parties: &Parties,
        scopes: &[&str],
        offline: bool,
        lifetime: Duration,
    ) -> Vec<Issued> {
        let mut by_server: Vec<(&str, Vec<&str>)> = Vec::new();
        for scope in scopes {
            let Some(server) = resource_server(scope) else { continue };
            match by_server.iter_mut().find(|(known, _)| *known == server) {
                Some((_, of_server)) if of_server.contains(scope) => {}
                Some((_, of_server)) => of_server.push(scope),
                None => by_server.push((server, vec![scope])),
            }
        }
        let grant = |server: &str, scopes: &[&str]| Grant {
            parties: parties.clone(),
            resource_server: server.to_owned(),
            scope: scopes.join(" "),
        };
        by_server
            .into_iter()
            .map(|(server, scopes)| {
                let grant = grant(server, &scopes);
                let refresh_token = offline.then(|| self.give_refresh_token(grant.clone()));
                self.give_access_token(grant, refresh_token, lifetime)
            })
            .collect()
    }

    /// A new access token for a refresh token of this client.
    pub(super) fn refresh(
        &mut self,
        refresh_token: &str,
        client_id: &str,
        refreshes: Refreshes,
        lifetime: Duration,
    ) -> Result<Issued, Refusal> {
        let grant = self
            .refresh_tokens
            .get(refresh_token)
            .filter(|grant| grant.parties.client_id == client_id)
            .cloned()
            .ok_or_else(|| Refusal::invalid_grant("The refresh token is not known, or has been revoked"))?;
        let from_now_on = match refreshes {
            Refreshes::Repeat => Some(refresh_token.to_owned()),
            Refreshes::Omit => None,
            Refreshes::Rotate => {
                self.refresh_tokens.remove(refresh_token);
                Some(self.give_refresh_token(grant.clone()))
            }
        };
        Ok(self.give_access_token(grant, from_now_on, lifetime))
    }

    /// What an access token is good for; `None` when it is unknown or over.
    pub(super) fn access(&self, access_token: &str) -> Option<&Grant> {
        let token = self.access_tokens.get(access_token)?;
        (token.expires > Instant::now()).then_some(&token.grant)
    }

    /// All about a token of either kind that is still good.
    pub(super) fn describe(&self, token: &str) -> Option<Described> {
        if let Some(access) = self.access_tokens.get(token) {
            let expires = access.issued.saturating_add_unsigned(access.lifetime.as_secs());
            return (access.expires > Instant::now()).then(|| Described {
                grant: access.grant.clone(),
                issued: access.issued,
                expires,
            });
        }
        let grant = self.refresh_tokens.get(token)?.clone();
        let now = crate::clock::now();
        Some(Described { grant, issued: now, expires: now })
    }

    /// Takes one token back.
    pub(super) fn revoke(&mut self, token: &str) {
        self.access_tokens.remove(token);
        self.refresh_tokens.remove(token);
    }

    /// Takes back all that this client was given.
    pub(super) fn forget_client(&mut self, client_id: &str) {
        self.access_tokens.retain(|_, access| access.grant.parties.client_id != client_id);
        self.refresh_tokens.retain(|_, grant| grant.parties.client_id != client_id);
        self.codes.retain(|_, code| code.request.client_id != client_id);
    }

    pub(super) fn revoke_all(&mut self) {
        self.access_tokens.clear();
        self.refresh_tokens.clear();
        self.codes.clear();
    }

    pub(super) fn expire_access_tokens(&mut self) {
        self.access_tokens.clear();
    }

    fn revoke_grant(&mut self, number: u64) {
        self.access_tokens.retain(|_, access| access.grant.parties.number != number);
        self.refresh_tokens.retain(|_, grant| grant.parties.number != number);
    }

    fn give_refresh_token(&mut self, grant: Grant) -> String {
        let refresh_token = format!("Sandbox-refresh-{}", random_secret());
        self.refresh_tokens.insert(refresh_token.clone(), grant);
        refresh_token
    }

    fn give_access_token(
        &mut self,
        grant: Grant,
        refresh_token: Option<String>,
        lifetime: Duration,
    ) -> Issued {
        let access_token = format!("Sandbox-access-{}", random_secret());
        let issued = Issued {
            access_token: access_token.clone(),
            refresh_token,
            resource_server: grant.resource_server.clone(),
            scope: grant.scope.clone(),
        };
        let token =
            AccessToken { grant, issued: crate::clock::now(), expires: Instant::now() + lifetime, lifetime };
        self.access_tokens.insert(access_token, token);
        issued
    }
}

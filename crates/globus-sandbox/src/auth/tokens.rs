//! The codes and tokens that were issued: for which client, identity and scopes, and how long they are valid.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::authorization_request::AuthorizationRequest;
use super::error::AuthError;
use super::scopes::resource_server;
use super::secret;
use super::session::Session;
use super::settings::RefreshTokenPolicy;

#[derive(Debug)]
struct Code {
    request: AuthorizationRequest,
    /// The identity that approved the request.
    identity: String,
    session: Arc<Session>,
    validity: Validity,
    /// The number of the grant it was exchanged for.
    used: Option<u64>,
}

/// How long a code or token is valid. A lifetime may be longer than the clock can count.
#[derive(Debug)]
struct Validity {
    issued: Instant,
    lifetime: Duration,
}

impl Validity {
    fn from_now(lifetime: Duration) -> Self {
        Self { issued: Instant::now(), lifetime }
    }

    fn has_expired(&self) -> bool {
        self.issued.elapsed() >= self.lifetime
    }
}

/// What all tokens of one login, or of one request for client credentials, have in common.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Refreshed tokens have the number of the grant of their refresh token.
    number: u64,
    pub(super) client_id: String,
    pub(super) identity: String,
    pub(super) session: Arc<Session>,
}

/// What a token is for.
#[derive(Debug, Clone)]
pub(crate) struct TokenInfo {
    pub(super) grant: Grant,
    pub(super) resource_server: String,
    /// Names of scopes with spaces between them, without what they depend on.
    pub(super) scope: String,
}

#[derive(Debug)]
struct AccessToken {
    info: TokenInfo,
    /// In seconds since 1970.
    issued: i64,
    validity: Validity,
}

/// A token as introspection shows it. Times are in seconds since 1970.
#[derive(Debug)]
pub(super) struct Introspection {
    pub(super) info: TokenInfo,
    pub(super) issued: i64,
    pub(super) expires: i64,
}

/// One access token of a token response.
#[derive(Debug)]
pub(super) struct IssuedToken {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) resource_server: String,
    pub(super) scope: String,
}

/// All codes and tokens that were issued and not revoked.
#[derive(Debug, Default)]
pub(super) struct TokenRegistry {
    codes: HashMap<String, Code>,
    access_tokens: HashMap<String, AccessToken>,
    refresh_tokens: HashMap<String, TokenInfo>,
    last_grant: u64,
}

impl TokenRegistry {
    pub(super) fn add_code(
        &mut self,
        code: String,
        request: AuthorizationRequest,
        identity: String,
        session: Session,
        lifetime: Duration,
    ) {
        let (session, validity) = (Arc::new(session), Validity::from_now(lifetime));
        self.codes.insert(code, Code { request, identity, session, validity, used: None });
    }

    /// Redeems a code. A second use revokes the tokens of the first
    /// ([RFC 6749, section 4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).
    pub(super) fn redeem_code(&mut self, code: &str) -> Result<(AuthorizationRequest, Grant), AuthError> {
        let wrong = || AuthError::invalid_grant("The authorization code is not known, or has expired");
        let number = self.last_grant + 1;
        let code = self.codes.get_mut(code).ok_or_else(wrong)?;
        if let Some(number) = code.used {
            self.revoke_grant(number);
            return Err(AuthError::invalid_grant("The authorization code has been used before"));
        }
        if code.validity.has_expired() {
            return Err(wrong());
        }
        code.used = Some(number);
        self.last_grant = number;
        let grant = Grant {
            number,
            client_id: code.request.client_id.clone(),
            identity: code.identity.clone(),
            session: Arc::clone(&code.session),
        };
        Ok((code.request.clone(), grant))
    }

    /// A grant to a client that acts as itself.
    pub(super) fn grant_to_client(&mut self, client_id: &str) -> Grant {
        self.last_grant += 1;
        Grant {
            number: self.last_grant,
            client_id: client_id.to_owned(),
            identity: client_id.to_owned(),
            session: Arc::new(Session::of_client()),
        }
    }

    /// Issues one access token for each resource server of these scopes, with a refresh token if `offline`.
    pub(super) fn issue(
        &mut self,
        grant: &Grant,
        scopes: &[&str],
        offline: bool,
        lifetime: Duration,
    ) -> Vec<IssuedToken> {
        let mut by_server: Vec<(&str, Vec<&str>)> = Vec::new();
        for scope in scopes {
            let Some(server) = resource_server(scope) else { continue };
            match by_server.iter_mut().find(|(known, _)| *known == server) {
                Some((_, of_server)) if of_server.contains(scope) => {}
                Some((_, of_server)) => of_server.push(scope),
                None => by_server.push((server, vec![scope])),
            }
        }
        by_server
            .into_iter()
            .map(|(server, scopes)| {
                let info = TokenInfo {
                    grant: grant.clone(),
                    resource_server: server.to_owned(),
                    scope: scopes.join(" "),
                };
                let refresh_token = offline.then(|| self.add_refresh_token(info.clone()));
                self.add_access_token(info, refresh_token, lifetime)
            })
            .collect()
    }

    /// Issues a new access token for a refresh token of this client.
    pub(super) fn refresh(
        &mut self,
        refresh_token: &str,
        client_id: &str,
        policy: RefreshTokenPolicy,
        lifetime: Duration,
    ) -> Result<IssuedToken, AuthError> {
        let info = self
            .refresh_tokens
            .get(refresh_token)
            .filter(|info| info.grant.client_id == client_id)
            .cloned()
            .ok_or_else(|| AuthError::invalid_grant("The refresh token is not known, or has been revoked"))?;
        let next = match policy {
            RefreshTokenPolicy::Repeat => Some(refresh_token.to_owned()),
            RefreshTokenPolicy::Omit => None,
            RefreshTokenPolicy::Rotate => {
                self.refresh_tokens.remove(refresh_token);
                Some(self.add_refresh_token(info.clone()))
            }
        };
        Ok(self.add_access_token(info, next, lifetime))
    }

    /// What an access token is for; `None` if it is unknown or expired.
    pub(super) fn access(&self, access_token: &str) -> Option<&TokenInfo> {
        let token = self.access_tokens.get(access_token)?;
        (!token.validity.has_expired()).then_some(&token.info)
    }

    /// What there is to say about a valid token of either kind.
    pub(super) fn introspect(&self, token: &str) -> Option<Introspection> {
        if let Some(access) = self.access_tokens.get(token) {
            let expires = access.issued.saturating_add_unsigned(access.validity.lifetime.as_secs());
            let (info, issued) = (access.info.clone(), access.issued);
            return (!access.validity.has_expired()).then_some(Introspection { info, issued, expires });
        }
        let info = self.refresh_tokens.get(token)?.clone();
        let now = Timestamp::now().as_second();
        Some(Introspection { info, issued: now, expires: now })
    }

    pub(super) fn revoke(&mut self, token: &str) {
        self.access_tokens.remove(token);
        self.refresh_tokens.remove(token);
    }

    /// Revokes the codes and tokens of this client.
    pub(super) fn revoke_client(&mut self, client_id: &str) {
        self.access_tokens.retain(|_, access| access.info.grant.client_id != client_id);
        self.refresh_tokens.retain(|_, info| info.grant.client_id != client_id);
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
        self.access_tokens.retain(|_, access| access.info.grant.number != number);
        self.refresh_tokens.retain(|_, info| info.grant.number != number);
    }

    fn add_refresh_token(&mut self, info: TokenInfo) -> String {
        let refresh_token = format!("Sandbox-refresh-{}", secret::random());
        self.refresh_tokens.insert(refresh_token.clone(), info);
        refresh_token
    }

    fn add_access_token(
        &mut self,
        info: TokenInfo,
        refresh_token: Option<String>,
        lifetime: Duration,
    ) -> IssuedToken {
        let access_token = format!("Sandbox-access-{}", secret::random());
        let issued = IssuedToken {
            access_token: access_token.clone(),
            refresh_token,
            resource_server: info.resource_server.clone(),
            scope: info.scope.clone(),
        };
        let (now, validity) = (Timestamp::now().as_second(), Validity::from_now(lifetime));
        self.access_tokens.insert(access_token, AccessToken { info, issued: now, validity });
        issued
    }
}

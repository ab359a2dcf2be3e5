//! A usable access token for the run: the stored one, a renewed one, or one from a new login.
//!
//! The order, so that two runs renew once: lock, re-read, decide, exchange, store, unlock.

use secrecy::{ExposeSecret, SecretString};

use super::answer::Refusal;
use super::login::{Approver, Attempt, LoggedIn};
use super::oauth::{OAuthClient, Request};
use super::stored::{Actor, Reason, Stored, Wanted, judge};
use super::{Identity, Requirements};
use crate::globus::GROUPS_RESOURCE_SERVER;
use crate::interrupt;
use crate::scope::{self, Scope};
use crate::tokens::{TokenStore, Tokens};
use crate::{Error, Kind, Result};

/// The resource server whose token shows consents.
const AUTH_RESOURCE_SERVER: &str = "auth.globus.org";

/// Who grants what a run needs and the store does not have.
#[derive(Debug)]
pub enum Grantor {
    /// Somebody who logs in.
    Login(Approver),
    /// The client itself: it is a service account.
    TheClient,
    /// Nobody, and why not, such as "there is no terminal to ask at".
    Nobody(&'static str),
}

/// What an authorizer says to people.
#[derive(Debug, Clone)]
pub struct Words {
    /// Shown on the consent page, and later in the user's list of consents.
    pub label: String,
    /// What a person types to log in.
    pub login_command: String,
}

/// Gives access tokens for Globus Groups and keeps the store up to date.
pub struct Authorizer<'a> {
    client: OAuthClient<'a>,
    store: TokenStore,
    wanted: Wanted<'a>,
    grantor: Grantor,
    words: Words,
    /// A login that is over unless the store takes it after all.
    lost: Option<Error>,
}

impl<'a> Authorizer<'a> {
    /// An authorizer over this store. Nothing is read or asked yet.
    #[must_use]
    pub fn new(
        client: OAuthClient<'a>,
        store: TokenStore,
        wanted: Wanted<'a>,
        grantor: Grantor,
        words: Words,
    ) -> Self {
        Self { client, store, wanted, grantor, words, lost: None }
    }

    /// An access token for Globus Groups that is good for at least a minute. Exit code 3 when somebody has
    /// to log in and nobody is there.
    pub async fn access_token(&mut self) -> Result<SecretString> {
        let token = self.token_for(GROUPS_RESOURCE_SERVER, None).await?;
        match self.missing_consents().await? {
            missing if missing.is_empty() => Ok(token),
            missing => self.log_in(Reason::MissingConsents(missing)).await,
        }
    }

    /// Another access token, in the place of one that the service did not accept.
    pub async fn replace(&mut self, rejected: &SecretString) -> Result<SecretString> {
        tracing::debug!("the access token was not accepted");
        self.token_for(GROUPS_RESOURCE_SERVER, Some(rejected)).await
    }

    /// An access token from a login that is as the service requires it.
    pub async fn satisfy(&mut self, requirements: Requirements) -> Result<SecretString> {
        self.log_in(Reason::Required(Box::new(requirements))).await
    }

    /// A new login, whatever is stored: who it is for, where that is known. With `force` it may be somebody
    /// else's, and takes the place of the one that is stored.
    pub async fn log_in_on_purpose(
        &mut self,
        requirements: Requirements,
        force: bool,
    ) -> Result<Option<Identity>> {
        let reason = Reason::OnPurpose(Box::new(requirements));
        let tokens = self.grant(&reason, force).await?;
        self.granted(&tokens)?;
        match self.lost.take() {
            Some(error) => Err(error),
            None => Ok(Identity::of(&tokens)),
        }
    }

    /// Who the tokens of the run are for, where they tell it. To be asked when the run has its token.
    pub fn identity(&self) -> Result<Option<Identity>> {
        Ok(Identity::of(&self.store.load()?))
    }

    /// Whether the store has kept what the run got. To be asked when the run has delivered.
    pub fn finish(self) -> Result<()> {
        self.lost.map_or(Ok(()), Err)
    }

    async fn token_for(&mut self, server: &str, rejected: Option<&SecretString>) -> Result<SecretString> {
        let renewed = match self.stored(server, rejected)? {
            Stored::Fresh(token) => return Ok(token.access_token),
            Stored::Renewable(..) => self.renew(server, rejected).await?,
            Stored::Unusable(_) if matches!(self.grantor, Grantor::TheClient) => {
                self.renew(server, rejected).await?
            }
            Stored::Unusable(reason) => Err(reason),
        };
        match renewed {
            Ok(token) => Ok(token),
            Err(reason) => self.log_in(reason).await,
        }
    }

    fn stored(&self, server: &str, rejected: Option<&SecretString>) -> Result<Stored> {
        Ok(judge(&self.store.load()?, server, &self.wanted, rejected))
    }

    /// Another access token without a person, or why one is needed.
    async fn renew(
        &mut self,
        server: &str,
        rejected: Option<&SecretString>,
    ) -> Result<Result<SecretString, Reason>> {
        let _lock = self.store.lock().await?;
        // Another run may have been here while this one waited.
        let (token, refresh_token) = match self.stored(server, rejected)? {
            Stored::Fresh(token) => {
                tracing::debug!("another run has renewed the access token");
                return Ok(Ok(token.access_token));
            }
            Stored::Renewable(token, refresh_token) => (token, refresh_token),
            Stored::Unusable(_) if matches!(self.grantor, Grantor::TheClient) => {
                let tokens = self.grant_to_client(self.wanted.scopes).await?;
                return granted(&tokens, server, self.wanted.scopes).map(Ok);
            }
            Stored::Unusable(reason) => return Ok(Err(reason)),
        };
        // Once it is sent, only the answer may hold the refresh token that is good from now on.
        let _uninterrupted = interrupt::hold_off();
        match self.client.refresh(&token, &refresh_token).await {
            Ok(tokens) => {
                tracing::debug!("the access token has been renewed");
                self.keep(&tokens, is_rotated(&tokens, server, &refresh_token));
                granted(&tokens, server, self.wanted.scopes).map(Ok)
            }
            Err(Refusal::Other(error)) => Err(error),
            // A program that takes no lock, such as one on the Python SDK, may have been faster.
            Err(Refusal::InvalidGrant(words)) => {
                Ok(match self.stored(server, Some(&token.access_token))? {
                    Stored::Fresh(other) => Ok(other.access_token),
                    _ => Err(Reason::Refused(words)),
                })
            }
        }
    }

    /// An access token for Globus Groups from a new grant by whoever can give one.
    async fn log_in(&mut self, reason: Reason) -> Result<SecretString> {
        if matches!(self.grantor, Grantor::Login(Approver::Person(_))) && !matches!(reason, Reason::NoTokens)
        {
            tracing::info!("a new login is needed: {reason}");
        }
        let tokens = self.grant(&reason, false).await?;
        self.granted(&tokens)
    }

    async fn grant(&mut self, reason: &Reason, force: bool) -> Result<Tokens> {
        let none = Requirements::default();
        let requirements = reason.requirements().unwrap_or(&none);
        // With scopes of its own a login would replace tokens by ones that allow less.
        let mut scopes = self.wanted.scopes.to_vec();
        scope::merge(&mut scopes, requirements.scopes());
        let approver = match &self.grantor {
            Grantor::Login(approver) => approver,
            Grantor::Nobody(why) => return Err(self.nobody(reason, why)),
            Grantor::TheClient if *requirements == none || requirements.is_consent_only() => {
                let _lock = self.store.lock().await?;
                return self.grant_to_client(&scopes).await;
            }
            Grantor::TheClient => {
                return Err(Error::failed("Globus Groups wants a login that a service account can't give")
                    .because(requirements.explain())
                    .help("let a person run this profile, or have the policy of the group changed"));
            }
        };
        let request = Request {
            scopes: &scopes,
            refresh_tokens: self.wanted.refresh_tokens,
            label: &self.words.label,
            requirements,
        };
        let known = Identity::of(&self.store.load()?).filter(|_| !force);
        let attempt = Attempt::new(&self.client, request, known, &self.words.login_command);
        // The lock is not held while a person types: that can take minutes, and other runs may still have a
        // token that works.
        let LoggedIn { tokens, identity } = approver.log_in(&attempt).await?;
        let _lock = self.store.lock().await?;
        if let Some(identity) = identity {
            self.forget_others(&identity).await?;
        }
        self.keep(&tokens, true);
        Ok(tokens)
    }

    /// Tokens for the client itself. Call it with the lock held.
    async fn grant_to_client(&mut self, scopes: &[Scope]) -> Result<Tokens> {
        if let Some(person) = Actor::person_in(&self.store.load()?, self.wanted.client_id) {
            let what = "a person's login is stored where this service account keeps its tokens";
            return Err(Error::usage(what)
                .because(person)
                .help("give the profile a `storage` or an `auth.namespace` of its own"));
        }
        match self.client.client_credentials(scopes).await {
            Ok(tokens) => {
                self.keep(&tokens, false);
                Ok(tokens)
            }
            Err(Refusal::Other(error)) => Err(error),
            Err(Refusal::InvalidGrant(words)) => {
                Err(Error::failed("Globus Auth gives the service account no token").because(words))
            }
        }
    }

    /// Those of the profile's scopes that lack a consent below them. Where that can't be found out, it is left
    /// to the service that gets the token.
    async fn missing_consents(&mut self) -> Result<Vec<Scope>> {
        let with_dependencies: Vec<Scope> =
            self.wanted.scopes.iter().filter(|scope| scope.has_dependencies()).cloned().collect();
        if with_dependencies.is_empty() || matches!(self.grantor, Grantor::TheClient) {
            return Ok(Vec::new());
        }
        let Some(identity) = Identity::of(&self.store.load()?) else { return Ok(Vec::new()) };
        let token = match self.stored(AUTH_RESOURCE_SERVER, None)? {
            Stored::Fresh(token) => Ok(token.access_token),
            Stored::Renewable(..) => self.renew(AUTH_RESOURCE_SERVER, None).await?,
            Stored::Unusable(reason) => Err(reason),
        };
        let Ok(token) = token else { return Ok(Vec::new()) };
        let missing = self.client.missing_consents(&with_dependencies, &identity.id, &token).await;
        Ok(missing
            .unwrap_or_else(|error| {
                tracing::warn!("the consents could not be checked: {error}");
                None
            })
            .unwrap_or_default())
    }

    /// Stores tokens, or remembers that they are lost: the run can still use them.
    fn keep(&mut self, tokens: &Tokens, irreplaceable: bool) {
        let Err(error) = self.store.save(tokens) else { return };
        if irreplaceable {
            let command = &self.words.login_command;
            self.lost = Some(error.help(format!(
                "this run could use the new login, but it is lost now: see to the disk, then log in with `{command}`"
            )));
        } else {
            tracing::warn!("{error}; this run goes on, and the next one has to renew the token again");
        }
    }

    /// Takes back and removes what is stored for anybody else than this identity.
    async fn forget_others(&mut self, identity: &Identity) -> Result<()> {
        let mut others = self.store.load()?;
        others.retain(|_, token| token.identity_id.as_ref().is_some_and(|id| *id != identity.id));
        if others.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.client.revoke_all(&others).await {
            tracing::warn!("the tokens of the other login are removed, but still good: {error}");
        }
        let servers: Vec<&str> = others.keys().map(String::as_str).collect();
        self.store.remove(&servers).map(drop)
    }

    /// The token for Globus Groups out of a new grant.
    fn granted(&self, tokens: &Tokens) -> Result<SecretString> {
        granted(tokens, GROUPS_RESOURCE_SERVER, self.wanted.scopes)
    }

    fn nobody(&self, reason: &Reason, why: &str) -> Error {
        let command = &self.words.login_command;
        if let Reason::OnPurpose(_) = reason {
            return Error::new(Kind::LoginNeeded, "nobody can log in here")
                .because(why)
                .help(format!("use `{command}` at a terminal"));
        }
        let command = match reason.requirements() {
            Some(requirements) if *requirements != Requirements::default() => {
                format!("{command} --requirements '{}'", requirements.to_json())
            }
            _ => command.clone(),
        };
        Error::new(Kind::LoginNeeded, "a login is needed")
            .because(format!("{reason}, and {why}"))
            .help(format!("log in once at a terminal with `{command}`"))
    }
}

fn granted(tokens: &Tokens, server: &str, scopes: &[Scope]) -> Result<SecretString> {
    tokens.get(server).map(|token| token.access_token.clone()).ok_or_else(|| {
        Error::usage(format!("Globus Auth gave no token for {server}"))
            .because(format!("the profile's scopes are {}", scope::join(scopes)))
            .help(format!("add a scope of {server} to `scopes` in the profile"))
    })
}

/// Whether the old refresh token has been replaced: then it is worth nothing any more.
fn is_rotated(tokens: &Tokens, server: &str, old: &SecretString) -> bool {
    let new = tokens.get(server).and_then(|token| token.refresh_token.as_ref());
    new.is_some_and(|new| new.expose_secret() != old.expose_secret())
}

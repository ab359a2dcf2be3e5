//! What it takes to act for a profile: whom to ask, with what, and where tokens are kept.

use std::path::Path;

use secrecy::SecretString;

use crate::Result;
use crate::globus::Services;
use crate::globus::auth::{Actor, Authorizer, Credentials, Grantor, OAuthClient, Wanted, Words};
use crate::globus::http::Transport;
use crate::globus::login::{Approver, Flow, Person};
use crate::globus::tokens::TokenStore;
use crate::profile::{Grant, LoginFlow, PersonGrant, Profile};
use globus_sandbox::Sandbox;

/// A profile with the services it is for.
#[derive(Debug)]
pub struct Access<'p> {
    profile: &'p Profile,
    /// Where the services are.
    pub services: Services,
    /// How they are asked.
    pub transport: Transport,
    /// What the sandbox takes for the client's secret, in the place of the real one.
    sandbox_secret: Option<SecretString>,
    words: Words,
}

impl<'p> Access<'p> {
    /// The real thing, as the profile and the environment name it. `called` is how the profile was asked for.
    pub fn of(profile: &'p Profile, called: &str) -> Result<Self> {
        let services = Services::resolve(&profile.environment, &variable)?;
        Self::to(services, profile, called, None)
    }

    /// A sandbox in this process that knows the profile's client and approves its logins.
    pub async fn sandboxed(profile: &'p Profile, called: &str) -> Result<(Self, Sandbox)> {
        let mut data = globus_sandbox::Data::default();
        let secret = match &profile.auth.grant {
            Grant::Person(PersonGrant { secret: None, .. }) => None,
            _ => Some(uuid::Uuid::new_v4().simple().to_string()),
        };
        data.register(&profile.client_id, secret.as_deref());
        let sandbox = Sandbox::start(globus_sandbox::Options { data, ..Default::default() }).await?;
        let services = Services::all_at(sandbox.url());
        Ok((Self::to(services, profile, called, secret.map(Into::into))?, sandbox))
    }

    fn to(
        services: Services,
        profile: &'p Profile,
        called: &str,
        sandbox_secret: Option<SecretString>,
    ) -> Result<Self> {
        let words = Words {
            label: format!("runner {} on {}", profile.name, gethostname::gethostname().to_string_lossy()),
            login_command: format!("runner login {}", as_argument(called)),
        };
        let transport = Transport::of(&profile.http, &variable)?;
        Ok(Self { profile, services, transport, sandbox_secret, words })
    }

    /// Where the profile's tokens are kept.
    pub fn store(&self) -> Result<TokenStore> {
        TokenStore::of(self.profile, &self.services.environment)
    }

    /// What the tokens have to be like.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        let (actor, refresh_tokens) = match &self.profile.auth.grant {
            Grant::Person(person) => (Actor::Person, person.refresh_tokens),
            Grant::ServiceAccount(_) => (Actor::TheClient, false),
        };
        Wanted {
            client_id: &self.profile.client_id,
            auth_url: self.services.auth.as_str(),
            scopes: &self.profile.scopes,
            refresh_tokens,
            actor,
        }
    }

    /// What a person types to log in.
    #[must_use]
    pub fn login_command(&self) -> &str {
        &self.words.login_command
    }

    /// The profile's client, as Globus Auth knows it.
    pub fn client(&self) -> Result<OAuthClient<'_>> {
        let credentials = match (&self.sandbox_secret, &self.profile.auth.grant) {
            (Some(secret), _) => Credentials::known(secret.clone()),
            (
                None,
                Grant::ServiceAccount(source) | Grant::Person(PersonGrant { secret: Some(source), .. }),
            ) => Credentials::from(source.clone()),
            (None, Grant::Person(PersonGrant { secret: None, .. })) => Credentials::native(),
        };
        OAuthClient::new(&self.profile.client_id, credentials, &self.services.auth, &self.transport)
    }

    /// Gets tokens out of this store, or from this grantor.
    pub fn authorizer(&self, store: TokenStore, grantor: Grantor) -> Result<Authorizer<'_>> {
        Ok(Authorizer::new(self.client()?, store, self.wanted(), grantor, self.words.clone()))
    }
}

/// Who can grant what a run of this profile needs.
#[must_use]
pub fn grantor_of_run(profile: &Profile) -> Grantor {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => Grantor::TheClient,
        Grant::Person(PersonGrant { login: LoginFlow::Never, .. }) => {
            Grantor::Nobody("the profile says `login = \"never\"`")
        }
        Grant::Person(person) => at_this_terminal(person, None),
    }
}

/// Who can grant what was asked for with `runner login`, by this flow where one was named.
#[must_use]
pub fn grantor_of_login(profile: &Profile, flow: Option<Flow>) -> Grantor {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => Grantor::TheClient,
        Grant::Person(person) => at_this_terminal(person, flow),
    }
}

fn at_this_terminal(grant: &PersonGrant, flow: Option<Flow>) -> Grantor {
    match Person::at_this_terminal(grant, flow) {
        Some(person) => Grantor::Login(Approver::Person(person)),
        None => Grantor::Nobody("there is no terminal to ask at"),
    }
}

/// A value that is not text is no reason to do as if it were not there: what it names is not found then.
fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// A profile as it can be named from everywhere: a path from here means nothing to whoever reads cron's mail.
fn as_argument(called: &str) -> String {
    let is_path = called.contains('/') || Path::new(called).extension().is_some_and(|end| end == "toml");
    let absolute = is_path.then(|| std::path::absolute(called).ok()).flatten();
    shell_word(&absolute.map_or_else(|| called.to_owned(), |path| path.to_string_lossy().into_owned()))
}

/// The text as a person would type it in a shell.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "._-/~".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

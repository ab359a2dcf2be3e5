//! Everything that a run needs to act for a profile: the services, the HTTP client, the client's credentials, the token store.

mod flow;
mod pausing;
pub(super) mod settings;
pub(super) mod store;

use std::path::Path;
use std::rc::Rc;

use rustix::system::uname;

use crate::Result;
use crate::globus::auth::{Authorizer, Credentials, GrantFlow, LoginHints, OAuthClient, TokenRequirements};
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use crate::globus::tokens::TokenStore;
use crate::profile::Profile;
use crate::terminal::Activity;
use crate::terminal::shell::shell_word;

pub use flow::{flow_of_login, flow_of_run};
pub(super) use pausing::pausing;

/// A profile with the services it is for.
#[derive(Debug)]
pub struct Session<'p> {
    profile: &'p Profile,
    pub services: Services,
    pub http: HttpClient,
    /// What it is doing.
    pub activity: Rc<Activity>,
    credentials: Credentials,
    hints: LoginHints,
}

impl<'p> Session<'p> {
    /// With the Globus that the profile and the environment variables name. `names` are the names or paths that
    /// the user gave.
    pub fn of(profile: &'p Profile, names: &[&str]) -> Result<Self> {
        Self::at(settings::services(profile)?, settings::credentials(profile), profile, names)
    }

    /// With these services, to which the profile's client authenticates with these credentials.
    pub(super) fn at(
        services: Services,
        credentials: Credentials,
        profile: &'p Profile,
        names: &[&str],
    ) -> Result<Self> {
        let hints = LoginHints {
            label: format!("runner {} on {}", profile.name, uname().nodename().to_string_lossy()),
            login_command: login_command(names),
        };
        let activity = Rc::new(Activity::default());
        let http = HttpClient::new(settings::http(profile)?).noting(&activity);
        Ok(Self { profile, services, http, activity, credentials, hints })
    }

    /// With this command for messages instead of one that logs in for the profile alone.
    #[must_use]
    pub(super) fn with_login_command(mut self, command: &str) -> Self {
        command.clone_into(&mut self.hints.login_command);
        self
    }

    pub fn store(&self) -> Result<TokenStore> {
        store::of(self.profile, &self.services)
    }

    pub fn token_requirements(&self, flow: GrantFlow) -> TokenRequirements<'_> {
        TokenRequirements {
            client_id: &self.profile.client_id,
            auth_url: self.services.auth.as_str(),
            scopes: &self.profile.scopes,
            flow,
        }
    }

    pub fn login_command(&self) -> &str {
        &self.hints.login_command
    }

    /// The profile's client, as Globus Auth knows it.
    pub fn client(&self) -> Result<OAuthClient<'_>> {
        OAuthClient::new(&self.profile.client_id, self.credentials.clone(), &self.services.auth, &self.http)
    }

    /// An authorizer over this store, which gets missing tokens through this flow.
    pub fn authorizer(&self, store: TokenStore, flow: GrantFlow) -> Result<Authorizer<'_>> {
        Ok(Authorizer::new(self.client()?, store, self.token_requirements(flow), self.hints.clone()))
    }
}

/// The command that logs in for these profiles, from any folder.
pub fn login_command(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| absolute_argument(name)).collect();
    format!("runner login {}", names.join(" "))
}

/// The name or path of a profile, valid in every folder: the reader of cron's mail is in another one.
pub(super) fn absolute_argument(argument: &str) -> String {
    let is_path = argument.contains('/') || Path::new(argument).extension().is_some_and(|end| end == "toml");
    let absolute = is_path.then(|| std::path::absolute(argument).ok()).flatten();
    shell_word(&absolute.map_or_else(|| argument.to_owned(), |path| path.to_string_lossy().into_owned()))
}

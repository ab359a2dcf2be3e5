//! Profiles that share a login: one login with all of their scopes is enough for them.

use std::path::PathBuf;

use url::Url;

use super::session::{Session, flow_of_login, settings, store};
use super::with_session::finish;
use crate::Result;
use crate::fs::is_same_file;
use crate::globus::auth::{AuthorizationParameters, GrantFlow, Identity, TokenState, evaluate};
use crate::globus::login::LoginMethod;
use crate::globus::scope;
use crate::globus::service_name::ServiceName;
use crate::profile::{Grant, PersonGrant, Profile};

/// Profiles with the same client, token file, namespace, Globus Auth and kind of account.
#[derive(Debug)]
pub struct SharedLogin {
    /// The names or paths of the profiles.
    pub members: Vec<String>,
    /// A profile whose login is enough for every member.
    profile: Profile,
    auth: Url,
    file: PathBuf,
}

/// How profiles log in together.
#[derive(Debug)]
pub struct LoginOptions<'o> {
    /// The method for people with a native client; by default the profile's.
    pub method: Option<LoginMethod>,
    /// Whether to replace logins that are stored; any identity may log in then.
    pub force: bool,
    /// The command that logs in, for messages.
    pub command: &'o str,
}

/// The end of a login that worked.
#[derive(Debug)]
pub struct LoginResult {
    /// Whether a login or a new token was needed.
    pub is_new: bool,
    pub identity: Option<Identity>,
}

impl SharedLogin {
    /// The login of one profile; `None` if it keeps no tokens.
    pub fn of(name: &str, profile: Profile) -> Result<Option<Self>> {
        let services = settings::services(&profile)?;
        let store = store::of(&profile, &services)?;
        Ok(store.file().map(|file| Self {
            members: vec![name.to_owned()],
            file: file.to_owned(),
            profile,
            auth: (*services.auth).clone(),
        }))
    }

    /// Adds this login to those with which it can be shared. Their order is that of their first profiles.
    pub fn add_to(self, logins: &mut Vec<Self>) {
        match logins.iter_mut().find(|known| known.is_shared_with(&self)) {
            Some(known) => known.join(self),
            None => logins.push(self),
        }
    }

    fn is_shared_with(&self, other: &Self) -> bool {
        let is_person = |login: &Self| matches!(login.profile.auth.grant, Grant::Person(_));
        self.profile.client_id == other.profile.client_id
            && self.profile.auth.namespace == other.profile.auth.namespace
            && self.auth == other.auth
            && is_person(self) == is_person(other)
            && is_same_file(&self.file, &other.file)
    }

    fn join(&mut self, other: Self) {
        self.members.extend(other.members);
        scope::merge(&mut self.profile.scopes, &other.profile.scopes);
        if let (Grant::Person(person), Grant::Person(more)) =
            (&mut self.profile.auth.grant, &other.profile.auth.grant)
        {
            person.refresh_tokens |= more.refresh_tokens;
        }
    }

    /// Makes the stored tokens enough for every member: refreshes them, or logs in if that is needed.
    pub async fn log_in(&self, options: &LoginOptions<'_>) -> Result<LoginResult> {
        let session = Session::of(&self.profile, "")?.with_login_command(options.command);
        let flow = flow_of_login(&self.profile, options.method.filter(|_| self.is_native()));
        let force = options.force && !flow.is_client_credentials();
        let (store, requirements) = (session.store()?, session.token_requirements(flow));
        let state = evaluate(&store.load()?, &ServiceName::Groups.token(), &requirements, None);
        if matches!(requirements.flow, GrantFlow::Login { .. })
            && (force || matches!(state, TokenState::LoginRequired(_)))
        {
            tracing::info!("this login is for {}", self.members.join(", "));
        }
        let authorizer = session.authorizer(store, requirements.flow)?;
        finish(&session, authorizer, async |session, authorizer| {
            if force {
                let none = AuthorizationParameters::default();
                authorizer.log_in_on_request(&ServiceName::Groups.token(), none, true).await?;
            } else {
                authorizer.access_token(&session.services.service(ServiceName::Groups)?).await?;
            }
            Ok(LoginResult { is_new: authorizer.has_new_grant(), identity: authorizer.identity() })
        })
        .await
    }

    /// A confidential client is sent back only to its registered redirect URIs, so no callback reaches this machine.
    fn is_native(&self) -> bool {
        matches!(self.profile.auth.grant, Grant::Person(PersonGrant { secret: None, .. }))
    }
}

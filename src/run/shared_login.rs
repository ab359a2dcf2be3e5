//! A login that profiles share, on request.

use super::login_group::LoginGroup;
use super::needed_services::{evaluate_all, keys_of, needed_services};
use super::session::{Session, flow_of_login};
use super::with_session::finish;
use crate::Result;
use crate::globus::auth::{AuthorizationParameters, GrantFlow, Identity, TokenState};
use crate::globus::login::LoginMethod;
use crate::profile::{Grant, PersonGrant};

/// How profiles log in together.
#[derive(Debug)]
pub struct LoginOptions<'o> {
    /// The method for people with a native client; by default the profile's.
    pub method: Option<LoginMethod>,
    /// Whether to replace logins that are stored; any identity may log in then.
    pub force: bool,
    /// What a service requires of the login.
    pub requirements: AuthorizationParameters,
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

impl LoginGroup<String> {
    /// Makes the stored tokens enough for every member: refreshes them, or logs in if that is needed.
    pub async fn log_in(&self, options: &LoginOptions<'_>) -> Result<LoginResult> {
        let session = Session::of(&self.profile, &[])?.with_login_command(options.command);
        let flow = flow_of_login(&self.profile, options.method.filter(|_| self.is_native()));
        let force = options.force && !flow.is_client_credentials();
        let is_requested = force || options.requirements != AuthorizationParameters::default();
        let (store, requirements) = (session.store()?, session.token_requirements(flow));
        let services = needed_services(&self.profiles, &session.services)?;
        let state = evaluate_all(&store.load()?, &services, &requirements)?;
        if matches!(requirements.flow, GrantFlow::Login { .. })
            && (is_requested || matches!(state, Some((_, TokenState::LoginRequired(_)))))
        {
            log::info!("this login is for {}", self.members.join(", "));
        }
        let authorizer = session.authorizer(store, requirements.flow)?;
        finish(&session, authorizer, async |_, authorizer| {
            if is_requested {
                let parameters = options.requirements.clone();
                authorizer.log_in_on_request(&keys_of(&services), parameters, force).await?;
            } else {
                for service in &services {
                    authorizer.access_token(service).await?;
                }
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

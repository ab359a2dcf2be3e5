//! How the tokens of a profile are granted.

use crate::globus::auth::GrantFlow;
use crate::globus::login::{LoginMethod, Person};
use crate::profile::{Grant, Login, PersonGrant, Profile};

/// How a run of this profile gets the tokens it lacks.
pub(crate) fn flow_of_run(profile: &Profile) -> GrantFlow {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => GrantFlow::ClientCredentials,
        Grant::Person(PersonGrant { login: Login::Never, refresh_tokens, .. }) => GrantFlow::NonInteractive {
            why: "the profile says `login = \"never\"`",
            refresh_tokens: *refresh_tokens,
        },
        Grant::Person(person) => at_this_terminal(person, None),
    }
}

/// How `runner login` gets them, by this method if one was named.
pub(crate) fn flow_of_login(profile: &Profile, method: Option<LoginMethod>) -> GrantFlow {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => GrantFlow::ClientCredentials,
        Grant::Person(person) => at_this_terminal(person, method),
    }
}

fn at_this_terminal(grant: &PersonGrant, method: Option<LoginMethod>) -> GrantFlow {
    let method = method.or(match grant.login {
        Login::Browser => Some(LoginMethod::Browser),
        Login::Paste => Some(LoginMethod::Paste),
        // A confidential client is sent back only to its registered redirect URIs.
        Login::Auto | Login::Never if grant.secret.is_some() => Some(LoginMethod::Paste),
        Login::Auto | Login::Never => None,
    });
    let refresh_tokens = grant.refresh_tokens;
    match Person::at_this_terminal(method, grant.login_timeout) {
        Some(person) => GrantFlow::Login { flow: Box::new(person), refresh_tokens },
        None => GrantFlow::NonInteractive { why: "there is no terminal", refresh_tokens },
    }
}

//! How the tokens of a profile are granted.

use crate::globus::auth::GrantFlow;
use crate::globus::login::{LoginMethod, TerminalLogin};
use crate::profile::{Grant, LoginSetting, PersonGrant, Profile};

/// How a run of this profile gets the tokens it lacks.
pub fn flow_of_run(profile: &Profile) -> GrantFlow {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => GrantFlow::ClientCredentials,
        Grant::Person(PersonGrant { login: LoginSetting::Never, refresh_tokens, .. }) => {
            GrantFlow::NonInteractive {
                why: "the profile says `login = \"never\"`",
                refresh_tokens: *refresh_tokens,
            }
        }
        Grant::Person(person) => at_this_terminal(person, None),
    }
}

/// How `runner login` gets them, by this method if one was named.
pub fn flow_of_login(profile: &Profile, method: Option<LoginMethod>) -> GrantFlow {
    match &profile.auth.grant {
        Grant::ServiceAccount(_) => GrantFlow::ClientCredentials,
        Grant::Person(person) => at_this_terminal(person, method),
    }
}

fn at_this_terminal(grant: &PersonGrant, method: Option<LoginMethod>) -> GrantFlow {
    let method = method.or(match grant.login {
        LoginSetting::Browser => Some(LoginMethod::Browser),
        LoginSetting::Paste => Some(LoginMethod::Paste),
        // A confidential client is sent back only to its registered redirect URIs.
        LoginSetting::Auto | LoginSetting::Never if grant.secret.is_some() => Some(LoginMethod::Paste),
        LoginSetting::Auto | LoginSetting::Never => None,
    });
    let refresh_tokens = grant.refresh_tokens;
    match TerminalLogin::at_this_terminal(method, grant.login_timeout) {
        Some(login) => GrantFlow::Login { flow: Box::new(login), refresh_tokens },
        None => GrantFlow::NonInteractive { why: "there is no terminal", refresh_tokens },
    }
}

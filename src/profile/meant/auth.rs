//! The section `[auth]`: who acts, and how.

use super::conversion::Conversion;
use super::secret_place;
use crate::profile::model::{Auth, Grant, PersonGrant};
use crate::profile::written::{self, ClientSecret, GrantType, LoginSetting, WHERE};

pub(super) fn convert(written: written::Auth, conversion: &mut Conversion<'_, '_>) -> Option<Auth> {
    let written::Auth { grant, refresh_tokens, login, login_timeout, namespace, client_secret } = written;
    let secret = client_secret
        .and_then(|ClientSecret(keys)| secret_place::convert(keys, "auth.client_secret", WHERE, conversion));
    let confidential = conversion.is_written("auth.client_secret");
    let grant = grant.unwrap_or_else(|| {
        let service_account =
            confidential && !conversion.is_written("auth.login") && !conversion.is_written("auth.grant");
        if service_account { GrantType::ClientCredentials } else { GrantType::AuthorizationCode }
    });
    let grant = match grant {
        GrantType::AuthorizationCode => {
            if login == LoginSetting::Browser && confidential {
                conversion.refuse(
                    "auth.login",
                    "a confidential client can't use a callback on this machine",
                    "write \"paste\" or \"auto\", and register AUTH_URL/v2/web/auth-code as its redirect URL",
                );
            }
            Grant::Person(PersonGrant {
                refresh_tokens: refresh_tokens.get(),
                login,
                login_timeout: login_timeout.get(),
                secret,
            })
        }
        GrantType::ClientCredentials => {
            check_service_account(confidential, conversion);
            Grant::ServiceAccount(secret?)
        }
    };
    Some(Auth { grant, namespace: namespace.0 })
}

fn check_service_account(confidential: bool, conversion: &mut Conversion<'_, '_>) {
    for key in ["auth.login", "auth.login_timeout", "auth.refresh_tokens"] {
        conversion.refuse_key(
            key,
            format!("`{key}` does not apply to a service account, which never logs in"),
            "remove it, or write `grant = \"authorization_code\"` to have a person log in",
        );
    }
    if !confidential {
        conversion.refuse("auth.grant", "a service account needs a `client_secret`", WHERE);
    }
}

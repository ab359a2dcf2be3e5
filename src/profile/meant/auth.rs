//! The section `[auth]`: who acts, and how.

use std::path::PathBuf;

use super::conversion::Conversion;
use crate::diagnostic::words_like_secrets;
use crate::profile::model::{Auth, Grant, PersonGrant, SecretSource};
use crate::profile::written::{self, ClientSecret, GrantType, LoginSetting, WHERE};

pub(super) fn convert(written: written::Auth, conversion: &mut Conversion<'_, '_>) -> Option<Auth> {
    let written::Auth { grant, refresh_tokens, login, login_timeout, namespace, client_secret } = written;
    let secret = client_secret.and_then(|secret| secret_source(secret, conversion));
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

fn secret_source(written: ClientSecret, conversion: &mut Conversion<'_, '_>) -> Option<SecretSource> {
    let keys = ["auth.client_secret.env", "auth.client_secret.file", "auth.client_secret.command"];
    let mut given = keys.into_iter().filter(|key| conversion.is_written(key));
    match (given.next(), given.next()) {
        (None, _) => {
            conversion.refuse("auth.client_secret", "`auth.client_secret` names no place", WHERE);
            return None;
        }
        (Some(_), Some(second)) => {
            conversion.refuse_key(second, "`auth.client_secret` must name one place, not several", WHERE);
            return None;
        }
        (Some(_), None) => {}
    }
    let ClientSecret(written) = written;
    let file = written
        .file
        .as_ref()
        .and_then(|file| file.file_name())
        .map(|name| name.to_string_lossy().into_owned());
    let program = written.command.as_ref().and_then(|words| words.first().cloned());
    let names = [written.env.as_ref().map(|name| name.0.clone()), file, program];
    if let Some((key, _)) =
        keys.iter().zip(names).find(|(_, name)| name.as_deref().is_some_and(is_like_secret))
    {
        conversion.refuse(
            key,
            format!("`{key}` looks like the secret itself, which no profile holds"),
            WHERE,
        );
        return None;
    }
    match (written.env, written.file, written.command) {
        (Some(name), ..) => Some(SecretSource::Env(name.0)),
        (_, Some(file), _) => Some(SecretSource::File(file.to_path_buf())),
        (.., Some(command)) => command_source(command, conversion),
        _ => None,
    }
}

/// Run with a secret for its name, a program or a file that is not found would be shown with it.
fn is_like_secret(name: &str) -> bool {
    !words_like_secrets(name).is_empty()
}

/// A program is a name that `PATH` finds, or a path like any other.
fn command_source(command: Vec<String>, conversion: &mut Conversion<'_, '_>) -> Option<SecretSource> {
    let entry = conversion.entry("auth.client_secret.command")?;
    let first = entry.elements().next();
    let mut arguments = command.into_iter();
    let Some(name) = arguments.next() else {
        if first.is_none() {
            conversion.report.error_help(
                entry.span,
                "`auth.client_secret.command` is empty",
                "name a program",
            );
        }
        return None;
    };
    let program = if name.contains('/') || name.is_empty() {
        conversion.path(first, &name)?
    } else {
        PathBuf::from(name)
    };
    Some(SecretSource::Command { program, arguments: arguments.collect() })
}

//! The section `[auth]`.

use std::path::PathBuf;
use std::time::Duration;

use super::model::{Auth, Grant, LoginFlow, PersonGrant, SecretSource};
use super::parse::{Place, choice};
use super::reader::{Item, Report, Table};
use super::sections::number;

pub(super) const AUTH: &[&str] =
    &["grant", "refresh_tokens", "login", "login_timeout", "namespace", "client_secret"];
const CLIENT_SECRET: &[&str] = &["env", "file", "command"];
const SOURCES: &str =
    "say where it is: { env = \"NAME\" }, { file = \"PATH\" } or { command = [\"pass\", \"show\", \"x\"] }";

/// An hour. Nobody comes back to an older prompt, and its code would be over anyway.
const LOGIN_TIMEOUT_MAX: f64 = 3600.0;

pub(super) fn read(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Auth {
    let mut auth = Auth::default();
    let Some(table) = item.table(AUTH, report) else { return auth };
    if let Some(item) = table.get("namespace") {
        match item.string(report) {
            Some("") => report.error(item.span, "`auth.namespace` is empty"),
            Some(namespace) => namespace.clone_into(&mut auth.namespace),
            None => {}
        }
    }
    if let Some(grant) = grant(&table, place, report) {
        auth.grant = grant;
    }
    auth
}

/// Who is meant to act: a secret makes a service account, unless something says that a person logs in.
fn grant(table: &Table<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Option<Grant> {
    let secret_item = table.get("client_secret");
    let secret = secret_item.as_ref().and_then(|item| secret_source(item, place, report));
    let said = table.get("grant");
    let word = match &said {
        // With another word, what else is wrong is told all the same.
        Some(item) => choice(item, &["authorization_code", "client_credentials"], report)
            .unwrap_or("authorization_code"),
        None if secret_item.is_some() && table.get("login").is_none() => "client_credentials",
        None => "authorization_code",
    };
    if word == "authorization_code" {
        return Some(Grant::Person(person(table, secret_item.is_some(), secret, report)));
    }
    for key in ["login", "login_timeout", "refresh_tokens"] {
        if let Some(item) = table.get(key) {
            report.error_help(
                item.key_span,
                format!("`auth.{key}` says nothing about a service account, which never logs in"),
                "remove it, or write `grant = \"authorization_code\"` to have a person log in",
            );
        }
    }
    if let (Some(item), None) = (said, secret_item) {
        report.error_help(item.span, "a service account needs a `client_secret`", SOURCES);
    }
    secret.map(Grant::ServiceAccount)
}

fn person(
    table: &Table<'_>,
    confidential: bool,
    secret: Option<SecretSource>,
    report: &mut Report<'_>,
) -> PersonGrant {
    let mut person = PersonGrant { secret, ..PersonGrant::default() };
    if let Some(wanted) = table.get("refresh_tokens").and_then(|item| item.boolean(report)) {
        person.refresh_tokens = wanted;
    }
    if let Some(item) = table.get("login") {
        match choice(&item, &["auto", "browser", "paste", "never"], report) {
            Some("browser") if confidential => report.error_help(
                item.span,
                "a confidential client can't be sent back to this machine by the browser",
                "write \"paste\" or \"auto\", and register AUTH_URL/v2/web/auth-code as its redirect URL",
            ),
            Some("browser") => person.login = LoginFlow::Browser,
            Some("paste") => person.login = LoginFlow::Paste,
            Some("never") => person.login = LoginFlow::Never,
            _ => {}
        }
    }
    if let Some(timeout) = table.get("login_timeout").and_then(|item| login_timeout(&item, report)) {
        person.login_timeout = timeout;
    }
    person
}

fn login_timeout(item: &Item<'_>, report: &mut Report<'_>) -> Option<Duration> {
    let seconds = number(item, "a number of seconds", report)?;
    if (0.001..=LOGIN_TIMEOUT_MAX).contains(&seconds) {
        return Some(Duration::from_secs_f64(seconds));
    }
    report.error(item.span.clone(), "`auth.login_timeout` must be a number of seconds from 0.001 to 3600");
    None
}

fn secret_source(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Option<SecretSource> {
    if item.value.is_str() {
        report.error_help(item.span.clone(), "a secret is never written into a profile", SOURCES);
        return None;
    }
    let table = item.table(CLIENT_SECRET, report)?;
    let given: Vec<(&str, Item<'_>)> =
        CLIENT_SECRET.iter().filter_map(|key| Some((*key, table.get(key)?))).collect();
    match given.as_slice() {
        [("env", source)] => variable(source, report),
        [("file", source)] => place.path(source, report).map(SecretSource::File),
        [(_, source)] => command(source, place, report),
        [] => {
            report.error_help(item.span.clone(), "`auth.client_secret` is empty", SOURCES);
            None
        }
        [_, (_, second), ..] => {
            let message = "`auth.client_secret` must name one place, not several";
            report.error(second.key_span.clone(), message);
            None
        }
    }
}

fn variable(item: &Item<'_>, report: &mut Report<'_>) -> Option<SecretSource> {
    let name = item.string(report)?;
    let good = !name.is_empty() && !name.contains(['=', '\0']);
    if !good {
        report.error(item.span.clone(), format!("`{}` must name an environment variable", item.name));
    }
    good.then(|| SecretSource::Env(name.to_owned()))
}

/// A program is a name that `PATH` finds, or a path like any other.
fn command(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Option<SecretSource> {
    let words = item.array("an array such as [\"pass\", \"show\", \"x\"]", report)?;
    let Some((first, rest)) = words.split_first() else {
        report.error_help(item.span.clone(), format!("`{}` is empty", item.name), "name a program");
        return None;
    };
    let name = first.string(report)?;
    let program = if name.contains('/') || name.is_empty() {
        place.path(first, report)
    } else {
        Some(PathBuf::from(name))
    };
    let arguments: Option<Vec<String>> =
        rest.iter().map(|word| word.string(report).map(str::to_owned)).collect();
    Some(SecretSource::Command { program: program?, arguments: arguments? })
}

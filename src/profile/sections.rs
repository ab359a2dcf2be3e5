//! The sections of a profile other than `[auth]` and `[vars]`.

use std::time::Duration;

use toml::de::DeValue;
use url::Url;

use super::auth;
use super::model::{Environment, Escaping, Http, Output, Timeout};
use super::parse::{Place, choice};
use super::reader::{Item, Report};
use super::vars::to_i64;
use crate::globus::loopback::is_loopback;

pub(super) const ROOT: &[&str] = &[
    "description",
    "client_id",
    "scopes",
    "storage",
    "template",
    "auth",
    "groups",
    "vars",
    "escaping",
    "output",
    "http",
    "environment",
];
const GROUPS: &[&str] = &["statuses", "roles", "names", "ids", "include", "sort"];
const ESCAPING: &[&str] = &["formula_guard"];
const OUTPUT: &[&str] = &["path", "mode", "on_change", "guard"];
const GUARD: &[&str] = &["min_groups", "max_removed"];
const HTTP: &[&str] = &["timeout", "retries", "concurrency", "ca_file", "proxy"];
const ENVIRONMENT: &[&str] = &["name", "auth_url", "groups_url"];
/// The environments of the Globus SDK.
const ENVIRONMENTS: &[&str] = &["production", "preview", "sandbox", "integration", "test", "staging"];

const RETRIES_MAX: i64 = 20;
/// A day. A longer wait is a mistake, and one without end is written as -1.
const TIMEOUT_MAX: f64 = 86_400.0;

/// The section a key belongs to, `""` being the top of the file.
pub(super) fn home_of(key: &str) -> Option<&'static str> {
    let homes = [
        ("", ROOT),
        ("auth", auth::AUTH),
        ("groups", GROUPS),
        ("escaping", ESCAPING),
        ("output", OUTPUT),
        ("output.guard", GUARD),
        ("http", HTTP),
        ("environment", ENVIRONMENT),
    ];
    homes.into_iter().find(|(_, keys)| keys.contains(&key)).map(|(section, _)| section)
}

pub(super) fn groups(item: &Item<'_>, report: &mut Report<'_>) {
    if item.table(GROUPS, report).is_some() {
        report.later(item.key_span.clone(), "the section `[groups]`");
    }
}

pub(super) fn escaping(item: &Item<'_>, report: &mut Report<'_>) -> Escaping {
    let mut escaping = Escaping::default();
    let Some(table) = item.table(ESCAPING, report) else { return escaping };
    if let Some(wanted) = table.get("formula_guard").and_then(|item| item.boolean(report)) {
        escaping.formula_guard = wanted;
    }
    escaping
}

pub(super) fn output(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Output {
    let mut output = Output::default();
    let Some(table) = item.table(OUTPUT, report) else { return output };
    output.path = table.get("path").and_then(|item| place.path(&item, report));
    if let Some(mode) = table.get("mode").and_then(|item| mode(&item, report)) {
        output.mode = mode;
    }
    if let Some(item) = table.get("on_change") {
        report.later(item.key_span, "`output.on_change`");
    }
    if let Some(item) = table.get("guard")
        && item.table(GUARD, report).is_some()
    {
        report.later(item.key_span, "the section `[output.guard]`");
    }
    output
}

fn mode(item: &Item<'_>, report: &mut Report<'_>) -> Option<u32> {
    let Some(text) = item.value.as_str() else {
        item.wrong_type("a string of octal digits such as \"0600\"", report);
        return None;
    };
    let octal = (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    let mode = u32::from_str_radix(text, 8).ok().filter(|_| octal);
    let problem = match mode {
        None => "`output.mode` must be three or four octal digits",
        Some(mode) if mode > 0o777 => "`output.mode` cannot set the setuid, setgid or sticky bit",
        Some(mode) if mode & 0o600 != 0o600 => "`output.mode` must let the owner read and write the file",
        Some(_) => return mode,
    };
    report.error_help(item.span.clone(), problem, "such as \"0600\" or \"0644\"");
    None
}

pub(super) fn http(item: &Item<'_>, place: &Place<'_>, report: &mut Report<'_>) -> Http {
    let mut http = Http::default();
    let Some(table) = item.table(HTTP, report) else { return http };
    if let Some(timeout) = table.get("timeout").and_then(|item| timeout(&item, report)) {
        http.timeout = timeout;
    }
    if let Some(retries) = table.get("retries").and_then(|item| retries(&item, report)) {
        http.retries = retries;
    }
    http.ca_file = table.get("ca_file").and_then(|item| place.path(&item, report));
    http.proxy = table.get("proxy").and_then(|item| proxy(&item, report));
    if let Some(item) = table.get("concurrency") {
        report.later(item.key_span, "`http.concurrency`");
    }
    http
}

fn timeout(item: &Item<'_>, report: &mut Report<'_>) -> Option<Timeout> {
    match number(item, "a number of seconds, or -1 for no limit", report)? {
        -1.0 => return Some(Timeout::Never),
        // Less than a millisecond would round down to no time at all.
        seconds if (0.001..=TIMEOUT_MAX).contains(&seconds) => {
            return Some(Timeout::After(Duration::from_secs_f64(seconds)));
        }
        _ => {}
    }
    let problem = "`http.timeout` must be a number of seconds from 0.001 to 86400, or -1 for no limit";
    report.error(item.span.clone(), problem);
    None
}

/// An integer or a float. What is no number of a sensible size is not a number.
pub(super) fn number(item: &Item<'_>, expected: &str, report: &mut Report<'_>) -> Option<f64> {
    match item.value {
        DeValue::Integer(integer) => {
            let number = to_i64(integer).and_then(|number| i32::try_from(number).ok());
            Some(number.map_or(f64::NAN, f64::from))
        }
        DeValue::Float(float) => Some(float.as_str().parse().unwrap_or(f64::NAN)),
        _ => {
            item.wrong_type(expected, report);
            None
        }
    }
}

fn retries(item: &Item<'_>, report: &mut Report<'_>) -> Option<u32> {
    let DeValue::Integer(integer) = item.value else {
        item.wrong_type("an integer", report);
        return None;
    };
    let retries = to_i64(integer).filter(|retries| (0..=RETRIES_MAX).contains(retries));
    if retries.is_none() {
        report.error(item.span.clone(), "`http.retries` must be from 0 to 20");
    }
    retries.and_then(|retries| u32::try_from(retries).ok())
}

fn url(item: &Item<'_>, report: &mut Report<'_>) -> Option<Url> {
    let text = item.string(report)?;
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => return Some(url),
        Ok(_) => report.error(item.span.clone(), format!("`{}` must be an http or https URL", item.name)),
        Err(error) => report.error(item.span.clone(), format!("`{}` is not a URL: {error}", item.name)),
    }
    None
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn proxy(item: &Item<'_>, report: &mut Report<'_>) -> Option<Url> {
    let url = url(item, report)?;
    if has_credentials(&url) {
        let help = "give a proxy that needs a password in the environment, as HTTPS_PROXY";
        report.error_help(item.span.clone(), "a secret is never written into a profile", help);
        return None;
    }
    Some(url)
}

pub(super) fn environment(item: &Item<'_>, report: &mut Report<'_>) -> Environment {
    let Some(table) = item.table(ENVIRONMENT, report) else { return Environment::default() };
    let name = table.get("name").and_then(|item| choice(&item, ENVIRONMENTS, report)).map(str::to_owned);
    let auth_url = table.get("auth_url").and_then(|item| service_url(&item, report));
    let groups_url = table.get("groups_url").and_then(|item| service_url(&item, report));
    Environment { name, auth_url, groups_url }
}

fn service_url(item: &Item<'_>, report: &mut Report<'_>) -> Option<Url> {
    let url = url(item, report)?;
    let problem = if url.scheme() == "http" && !is_loopback(&url) {
        "must be https: tokens are sent there"
    } else if has_credentials(&url) {
        "cannot hold a user name or password"
    } else if url.query().is_some() || url.fragment().is_some() {
        "cannot hold a `?` or `#`"
    } else {
        return Some(url);
    };
    report.error(item.span.clone(), format!("`{}` {problem}", item.name));
    None
}

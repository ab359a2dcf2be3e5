//! Data that `runner data` saved, for rendering without asking anybody.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::data::Facts;
use super::helpers::value::kind;
use crate::diagnostic::{Diagnostic, clean};
use crate::globus::api::with_roles;
use crate::globus::auth::Identity;
use crate::profile::Profile;
use crate::{Error, Result};

/// The groups of a run, and what is known of it. What the profile says is not taken from here but from the profile,
/// which can have changed, and totals are counted anew.
#[derive(Debug, Clone)]
pub struct Saved {
    groups: Vec<Value>,
    identity: Option<Identity>,
    at: Option<String>,
    environment: Option<String>,
}

impl Saved {
    /// Reads the JSON that `runner data` prints; `shown` is how messages name it. Only `groups` has to be there, and a
    /// group can do without `my_memberships` if it has `roles`. Exit code 2 for anything else.
    pub fn parse(text: &str, shown: &str) -> Result<Self> {
        let wrong = |why: String| {
            Error::usage(format!("{} is not what a template sees", clean(shown)))
                .because(why)
                .help("`runner data PROFILE --save FILE` writes such a file")
        };
        let mut data = match serde_json::from_str(text).map_err(|error| no_json(text, shown, &error))? {
            Value::Object(data) => data,
            other => return Err(wrong(format!("it is {}, not an object with `groups`", kind(&other)))),
        };
        let groups = match data.remove("groups") {
            Some(Value::Array(groups)) => groups,
            Some(other) => return Err(wrong(format!("its `groups` is {}, not a list", kind(&other)))),
            None => return Err(wrong("it has no `groups`".to_owned())),
        };
        let groups = groups.into_iter().enumerate().map(|(index, group)| {
            completed(group).map_err(|why| wrong(format!("its group number {} {why}", index + 1)))
        });
        let groups = groups.collect::<Result<_>>()?;
        let identity = data.remove("identity").unwrap_or_default();
        let identity = serde_json::from_value(identity)
            .map_err(|error| wrong(format!("its `identity` is neither null nor somebody: {error}")))?;
        let fact = |key: &str| data.get("run")?.get(key)?.as_str().map(str::to_owned);
        let at = fact("at");
        if let Some(at) = at.as_ref().filter(|at| at.parse::<Timestamp>().is_err()) {
            return Err(wrong(format!("its `run.at` is no time: {at:?}")));
        }
        Ok(Self { groups, identity, at, environment: fact("environment") })
    }

    /// What the template of this profile sees with these groups.
    pub fn data(&self, profile: &Profile) -> Result<Value> {
        let environment = self.environment.as_deref().or(profile.environment.name.as_deref());
        let mut facts = Facts::now(profile, environment.unwrap_or("production"))?;
        facts.identity.clone_from(&self.identity);
        if let Some(at) = &self.at {
            facts.at.clone_from(at);
        }
        Ok(facts.data(self.groups.clone()))
    }
}

/// A group as a run would have it.
fn completed(group: Value) -> Result<Value, String> {
    let Value::Object(group) = group else { return Err(format!("is {}, not an object", kind(&group))) };
    let of_texts = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let roles = match group.get("roles") {
        Some(roles) if of_texts(roles) => Some(roles.clone()),
        Some(_) => return Err("has `roles` that are not a list of texts".to_owned()),
        None => None,
    };
    for key in ["id", "name"] {
        if !group.get(key).is_some_and(Value::is_string) {
            return Err(format!("has no `{key}` that is text"));
        }
    }
    let mut group: Map<String, Value> = match with_roles(group).map_err(|error| error.summary())? {
        Value::Object(group) => group,
        other => return Ok(other),
    };
    if let Some(roles) = roles {
        group.insert("roles".to_owned(), roles);
    }
    Ok(Value::Object(group))
}

/// Shown where the parser stopped.
fn no_json(text: &str, shown: &str, error: &serde_json::Error) -> Error {
    // The line and column are in the text's own last line too.
    let words = error.to_string();
    let message = words.split(" at line ").next().unwrap_or_default();
    let what = format!("{} is not JSON", clean(shown));
    let diagnostic =
        Diagnostic::error(shown, Arc::from(text), place(text, error.line(), error.column()), message);
    Error::usage(what)
        .help("`runner data PROFILE --save FILE` writes what is needed here")
        .with(vec![diagnostic])
}

/// The character at a line and a column, which is counted in bytes. At the end of the text there is none.
fn place(text: &str, line: usize, column: usize) -> Range<usize> {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at..at + text[at..].chars().next().map_or(0, char::len_utf8)
}

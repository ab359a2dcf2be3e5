//! What a template reads and its profile does not fetch.

use crate::data::{MEMBERSHIPS, Sources};
use crate::diagnostic::nearest;
use globus_templates::handlebars::Span;

/// A place of a template that reads what is never there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::template) struct Unfetched {
    /// The partial that it is in; `None` is the main template.
    pub(in crate::template) file: Option<String>,
    pub(in crate::template) span: Span,
    pub(in crate::template) missing: Missing,
}

/// What is not fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::template) enum Missing {
    Groups,
    /// What `include` of `[groups]` names.
    Part(String),
    /// A key of an identity, in a membership.
    Identity(String),
    /// A source that the profile does not declare.
    Declared(String),
    /// The outcome of a source that the profile does not have.
    Outcome(String),
}

/// What groups have only if the profile asks for it.
const PARTS: [&str; 4] = [MEMBERSHIPS, "allowed_actions", "child_ids", "membership_fields"];

/// What a membership has only if the profile asks for identities.
const IDENTITY: [&str; 3] = ["name", "email", "organization"];

impl Missing {
    /// What is not fetched of the value at this place of the data.
    pub(super) fn at(keys: &[String], sources: &Sources) -> Option<Self> {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        match (keys.as_slice(), &sources.groups) {
            (["groups" | "totals"], None) => Some(Self::Groups),
            (["groups", part], Some(_)) => {
                // Both come with each other.
                let part = if *part == "hidden" { MEMBERSHIPS } else { part };
                let is_missing = PARTS.contains(&part) && !sources.includes(part);
                is_missing.then(|| Self::Part(part.to_owned()))
            }
            (["groups", MEMBERSHIPS, key], Some(groups)) => {
                let is_missing =
                    IDENTITY.contains(key) && sources.includes(MEMBERSHIPS) && !groups.identities;
                is_missing.then(|| Self::Identity((*key).to_owned()))
            }
            (["data", name], _) => {
                sources.declared(name).is_none().then(|| Self::Declared((*name).to_owned()))
            }
            (["sources", name], _) => {
                let exists = sources.names().any(|source| source.name() == *name);
                (!exists).then(|| Self::Outcome((*name).to_owned()))
            }
            _ => None,
        }
    }

    /// What a message says, and what to do about it. `profile` is the file of the profile, as a message names it.
    pub(in crate::template) fn explanation(&self, sources: &Sources, profile: &str) -> (String, String) {
        match self {
            Self::Groups => (
                "the profile does not fetch groups".to_owned(),
                format!("add a section `[groups]` to {profile}"),
            ),
            Self::Part(part) => {
                let has_some = sources.groups.as_ref().is_some_and(|groups| !groups.include.is_empty());
                let add = if has_some {
                    format!("`\"{part}\"` to `include`")
                } else {
                    format!("`include = [\"{part}\"]`")
                };
                (
                    format!("the profile does not fetch the `{part}` of groups"),
                    format!("add {add} under `[groups]` in {profile}"),
                )
            }
            Self::Identity(key) => (
                format!("the profile does not fetch the `{key}` of members"),
                format!("add `members = {{ identities = true }}` under `[groups]` in {profile}"),
            ),
            Self::Declared(name) => {
                let others: Vec<String> =
                    sources.declared.iter().map(|source| source.name.to_string()).collect();
                let add = format!("add `[data.{name}]` to {profile}, with its `service` and `path`");
                (
                    format!("the profile declares no `[data.{name}]`"),
                    instead_of(name, "data.", &others).unwrap_or(add),
                )
            }
            Self::Outcome(name) => {
                let others: Vec<String> = sources.names().map(|source| source.name().to_owned()).collect();
                let there_are = format!("there are {}", listed("sources.", &others));
                (
                    format!("the profile has no source `{name}`"),
                    instead_of(name, "sources.", &others).unwrap_or(there_are),
                )
            }
        }
    }
}

/// The name that is probably meant.
fn instead_of(name: &str, before: &str, others: &[String]) -> Option<String> {
    let near = nearest(name, others.iter().map(String::as_str))?;
    Some(format!("did you mean `{before}{near}`?"))
}

fn listed(before: &str, names: &[String]) -> String {
    names.iter().map(|name| format!("`{before}{name}`")).collect::<Vec<_>>().join(", ")
}

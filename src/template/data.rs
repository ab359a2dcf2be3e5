//! What a template sees.

use serde_json::{Map, Value, json};

use crate::profile::Profile;

/// `groups`: every key the service sent, and `roles`; `profile`: its name and description; `vars`: the
/// profile's own.
#[must_use]
pub fn data(profile: &Profile, groups: Vec<Value>) -> Value {
    Value::Object(Map::from_iter([
        ("groups".to_owned(), Value::Array(groups)),
        ("profile".to_owned(), json!({ "name": profile.name, "description": profile.description })),
        ("vars".to_owned(), Value::Object(profile.vars.clone())),
    ]))
}

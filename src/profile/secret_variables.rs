//! The environment variables that a profile names for its secrets.

use toml::de::DeTable;

use super::read::Entry;
use crate::process::hide_variable;

/// The keys that name one.
const KEYS: [&str; 2] = ["auth.client_secret.env", "notify.ping_url.env"];

/// Keeps those that this file of a profile names from every program that this process starts, also if another file that extends
/// it names others. A profile with mistakes names secrets, too.
pub(super) fn hide(table: &DeTable<'_>) {
    for name in KEYS.iter().filter_map(|key| Entry::find(table, key)?.as_str()) {
        hide_variable(name);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::KEYS;
    use crate::profile::Profile;

    /// The keys below this one that name an environment variable beside a file and a program.
    fn variables(schema: &Value, key: &str, found: &mut Vec<String>) {
        match schema {
            Value::Object(members) => {
                for (name, below) in
                    members.get("properties").and_then(Value::as_object).into_iter().flatten()
                {
                    let dot = if key.is_empty() { "" } else { "." };
                    let below_key = format!("{key}{dot}{name}");
                    let names = |name: &str| members["properties"].get(name).is_some();
                    if name == "env" && names("file") && names("command") {
                        found.push(below_key.clone());
                    }
                    variables(below, &below_key, found);
                }
                members.iter().filter(|(word, _)| *word != "properties").for_each(|(_, value)| {
                    variables(value, key, found);
                });
            }
            Value::Array(values) => values.iter().for_each(|value| variables(value, key, found)),
            _ => {}
        }
    }

    #[test]
    fn each_key_that_names_a_variable_is_known() {
        let mut found = Vec::new();
        variables(&Profile::schema(), "", &mut found);
        assert_eq!(found, KEYS);
    }
}

//! Rows with all keys that a service sends.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// One row of each kind, with made-up values.
const DEFAULTS: &str = include_str!("documents.json");

/// A row of this kind: the given keys, and defaults for all others. What is no object stays as it is.
pub(super) fn complete(kind: &str, row: &Value) -> Value {
    static PARSED: OnceLock<Map<String, Value>> = OnceLock::new();
    let defaults = PARSED.get_or_init(|| serde_json::from_str(DEFAULTS).unwrap_or_default());
    let (Some(Value::Object(defaults)), Value::Object(given)) = (defaults.get(kind), row) else {
        return row.clone();
    };
    let mut whole = defaults.clone();
    whole.extend(given.clone());
    Value::Object(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lists::endpoints::ENDPOINTS;

    #[test]
    fn every_endpoint_has_a_kind_of_row() {
        for endpoint in ENDPOINTS {
            assert!(complete(endpoint.row, &json!({})).as_object().is_some_and(|row| !row.is_empty()));
        }
        let task = complete("task", &json!({ "status": "ACTIVE", "extra": 1 }));
        assert_eq!(
            (&task["status"], &task["extra"], &task["type"]),
            (&json!("ACTIVE"), &json!(1), &json!("TRANSFER"))
        );
        assert_eq!(complete("task", &Value::Null), Value::Null);
    }
}

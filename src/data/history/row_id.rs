//! Which row it is, in this run and the next.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::data::source::RowSource;

/// A longer key is replaced by its hash.
const KEY_MAX: usize = 512;
/// The longest label, in characters.
const LABEL_MAX: usize = 100;

/// What identifies a row, and what people know it by. Sorted by key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowId {
    pub key: String,
    pub label: String,
}

impl RowId {
    /// A row without the key of its source is identified by its whole content.
    pub fn of(row: &Value, source: &RowSource) -> Self {
        let key = text(row, source.key).unwrap_or_else(|| {
            let mut content = row.clone();
            content.sort_all_objects();
            hash(content.to_string().as_bytes())
        });
        let key = if key.len() > KEY_MAX { hash(key.as_bytes()) } else { key };
        // A list of them must show each.
        let label = text(row, source.label).filter(|label| !label.trim().is_empty());
        let label = label.map(|label| label.chars().take(LABEL_MAX).collect());
        Self { label: label.unwrap_or_else(|| key.clone()), key }
    }
}

/// The value of a field as text, unless it is missing, null or empty.
fn text(row: &Value, field: &str) -> Option<String> {
    match row.get(field)? {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The SHA-256 of these bytes, in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        // Writing to a text can't fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RowId;
    use crate::data::GROUPS;

    fn key(row: &Value) -> String {
        RowId::of(row, &GROUPS).key
    }

    #[test]
    fn a_row_is_known_by_its_key_or_by_its_content() {
        let row = json!({ "id": "1", "name": "A" });
        assert_eq!(RowId::of(&row, &GROUPS), RowId { key: "1".to_owned(), label: "A".to_owned() });
        assert_eq!(RowId::of(&json!({ "id": 7 }), &GROUPS).label, "7");
        assert_eq!(RowId::of(&json!({ "id": "8", "name": " " }), &GROUPS).label, "8");
        // The order of fields is not content.
        let one: Value = serde_json::from_str(r#"{"name": "A", "x": {"a": 1, "b": 2}}"#).unwrap();
        let other: Value =
            serde_json::from_str(r#"{"x": {"b": 2, "a": 1}, "name": "A", "id": null}"#).unwrap();
        let same: Value = serde_json::from_str(r#"{"x": {"b": 2, "a": 1}, "name": "A"}"#).unwrap();
        assert_eq!(key(&one), key(&same));
        assert_ne!(key(&one), key(&other));
        assert_eq!(RowId::of(&one, &GROUPS).label, "A");
        // Nor is an empty text a key.
        assert_ne!(key(&json!({ "id": "", "name": "A" })), key(&json!({ "id": "", "name": "B" })));
        assert_eq!(RowId::of(&json!({ "id": "1", "name": "" }), &GROUPS).label, "1");
    }

    #[test]
    fn hostile_rows_stay_small() {
        let row = json!({ "id": "1".repeat(1_000_000), "name": "é".repeat(1_000_000) });
        let id = RowId::of(&row, &GROUPS);
        assert_eq!((id.key.len(), id.label.chars().count()), (64, 100));
    }
}

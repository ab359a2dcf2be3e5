//! A row on its way through a comparison.

use crate::data::row_kind::RowKind;
use crate::hash::sha256;
use globus_templates::value::Value;

/// A longer key is replaced by its hash.
const KEY_MAX: usize = 512;
/// The longest label, in characters.
const LABEL_MAX: usize = 100;

/// What identifies a row, and what is compared or shown of it. Sorted by key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub key: String,
    pub text: String,
}

impl Entry {
    /// A row with what people know it by.
    pub(super) fn labelled(row: &Value, kind: &RowKind) -> Self {
        Self { key: key_of(row, kind), text: label_of(row, kind) }
    }
}

/// What identifies a row. One without the key of its list is identified by its whole content.
pub fn key_of(row: &Value, kind: &RowKind) -> String {
    let key = row.as_object().and_then(|row| kind.key_of(row));
    let key = key.unwrap_or_else(|| sha256(row.to_sorted_json().as_bytes()));
    if key.len() > KEY_MAX { sha256(key.as_bytes()) } else { key }
}

/// What people know a row by; its key if it has nothing better.
pub fn label_of(row: &Value, kind: &RowKind) -> String {
    let label = row.as_object().and_then(|row| kind.label_of(row));
    // A list of them must show each.
    let label = label.map(|label| label.chars().take(LABEL_MAX).collect());
    label.unwrap_or_else(|| key_of(row, kind))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Entry;
    use crate::data::RowKind;

    fn id_of(row: &Value) -> Entry {
        Entry::labelled(&row.clone().into(), &RowKind::groups())
    }

    fn key(row: &Value) -> String {
        id_of(row).key
    }

    #[test]
    fn a_row_is_known_by_its_key_or_by_its_content() {
        let row = json!({ "id": "1", "name": "A" });
        assert_eq!(id_of(&row), Entry { key: "1".to_owned(), text: "A".to_owned() });
        assert_eq!(id_of(&json!({ "id": 7 })).text, "7");
        assert_eq!(id_of(&json!({ "id": "8", "name": " " })).text, "8");
        // The order of fields is not content.
        let one: Value = serde_json::from_str(r#"{"name": "A", "x": {"a": 1, "b": 2}}"#).unwrap();
        let other: Value =
            serde_json::from_str(r#"{"x": {"b": 2, "a": 1}, "name": "A", "id": null}"#).unwrap();
        let same: Value = serde_json::from_str(r#"{"x": {"b": 2, "a": 1}, "name": "A"}"#).unwrap();
        assert_eq!(key(&one), key(&same));
        assert_ne!(key(&one), key(&other));
        assert_eq!(id_of(&one).text, "A");
        // Nor is an empty text a key.
        assert_ne!(key(&json!({ "id": "", "name": "A" })), key(&json!({ "id": "", "name": "B" })));
        assert_eq!(id_of(&json!({ "id": "1", "name": "" })).text, "1");
    }

    /// The records of earlier versions have such keys.
    #[test]
    fn the_content_of_a_row_is_known_as_before() {
        let row = json!({ "name": "é\u{1}\"", "id": null, "Z": [{ "b": 1.5, "a": -0.0 }, []], "a": { "y": -3, "x": "/" } });
        assert_eq!(key(&row), "6c0e5c9e2834f90efac8a025b944669055c393737e8aa7446c17a4a0bb4f48be");
    }

    #[test]
    fn hostile_rows_stay_small() {
        let row = json!({ "id": "1".repeat(1_000_000), "name": "é".repeat(1_000_000) });
        let id = id_of(&row);
        assert_eq!((id.key.len(), id.text.chars().count()), (64, 100));
    }
}

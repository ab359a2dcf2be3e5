//! Which row it is, in this run and the next.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::data::row_kind::RowKind;
use crate::data::value::Value;

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
    pub fn of(row: &Value, kind: &RowKind) -> Self {
        let key = row.as_object().and_then(|row| kind.key_of(row));
        let key = key.unwrap_or_else(|| hash(row.to_sorted_json().as_bytes()));
        let key = if key.len() > KEY_MAX { hash(key.as_bytes()) } else { key };
        // A list of them must show each.
        let label = row.as_object().and_then(|row| kind.label_of(row));
        let label = label.map(|label| label.chars().take(LABEL_MAX).collect());
        Self { label: label.unwrap_or_else(|| key.clone()), key }
    }
}

/// The SHA-256 of these bytes, in hexadecimal.
fn hash(bytes: &[u8]) -> String {
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
    use crate::data::RowKind;

    fn id_of(row: &Value) -> RowId {
        RowId::of(&row.clone().into(), &RowKind::groups())
    }

    fn key(row: &Value) -> String {
        id_of(row).key
    }

    #[test]
    fn a_row_is_known_by_its_key_or_by_its_content() {
        let row = json!({ "id": "1", "name": "A" });
        assert_eq!(id_of(&row), RowId { key: "1".to_owned(), label: "A".to_owned() });
        assert_eq!(id_of(&json!({ "id": 7 })).label, "7");
        assert_eq!(id_of(&json!({ "id": "8", "name": " " })).label, "8");
        // The order of fields is not content.
        let one: Value = serde_json::from_str(r#"{"name": "A", "x": {"a": 1, "b": 2}}"#).unwrap();
        let other: Value =
            serde_json::from_str(r#"{"x": {"b": 2, "a": 1}, "name": "A", "id": null}"#).unwrap();
        let same: Value = serde_json::from_str(r#"{"x": {"b": 2, "a": 1}, "name": "A"}"#).unwrap();
        assert_eq!(key(&one), key(&same));
        assert_ne!(key(&one), key(&other));
        assert_eq!(id_of(&one).label, "A");
        // Nor is an empty text a key.
        assert_ne!(key(&json!({ "id": "", "name": "A" })), key(&json!({ "id": "", "name": "B" })));
        assert_eq!(id_of(&json!({ "id": "1", "name": "" })).label, "1");
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
        assert_eq!((id.key.len(), id.label.chars().count()), (64, 100));
    }
}

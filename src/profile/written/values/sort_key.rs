//! What to sort rows by.

use schemars::JsonSchema;
use serde::Deserialize;

/// What a group gets after the list is sorted.
const LATER: [&str; 6] =
    ["memberships", "allowed_actions", "child_ids", "membership_fields", "hidden", "error"];

/// A field, with dots between the keys that lead to it. `-` before it sorts the other way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct SortKey {
    #[schemars(skip)]
    pub path: String,
    #[schemars(skip)]
    pub is_descending: bool,
}

impl TryFrom<String> for SortKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let descending = text.strip_prefix('-');
        let path = descending.unwrap_or(&text);
        if path.split('.').any(|key| key.trim() != key || key.is_empty()) {
            return Err(
                "must be the name of a field\nsuch as `name`, `-name` or `policies.group_visibility`"
                    .to_owned(),
            );
        }
        let first = path.split('.').next().unwrap_or_default();
        if LATER.contains(&first) {
            return Err(format!(
                "cannot be `{first}`, which a group gets after the list is sorted\n\
                 sort in the template, with the helper `sort`"
            ));
        }
        Ok(Self { path: path.to_owned(), is_descending: descending.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::SortKey;

    #[test]
    fn a_key_has_a_direction() {
        let key = |text: &str| SortKey::try_from(text.to_owned()).map(|key| (key.path, key.is_descending));
        assert_eq!(key("name"), Ok(("name".to_owned(), false)));
        assert_eq!(key("-a.b-c"), Ok(("a.b-c".to_owned(), true)));
        for wrong in ["", "-", "a.", ".a", "a..b", "- a", "a ", "-memberships.0"] {
            assert!(key(wrong).is_err(), "{wrong}");
        }
    }
}

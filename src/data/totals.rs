//! `totals`: the number of groups, in all and by role, type and visibility.

use serde_json::{Map, Value, json};

/// Counts groups as they arrive.
#[derive(Debug, Clone)]
pub struct Totals {
    groups: u64,
    by_role: Map<String, Value>,
    by_type: Map<String, Value>,
    by_visibility: Map<String, Value>,
}

impl Default for Totals {
    /// The known values start at zero, so that a strict template can show them.
    fn default() -> Self {
        let zero = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), 0.into())).collect();
        Self {
            groups: 0,
            by_role: zero(&["admin", "manager", "member"]),
            by_type: zero(&["regular", "plus"]),
            by_visibility: zero(&["authenticated", "private"]),
        }
    }
}

impl Totals {
    pub fn add(&mut self, group: &Value) {
        self.groups += 1;
        for role in group["roles"].as_array().into_iter().flatten() {
            count(&mut self.by_role, role);
        }
        count(&mut self.by_type, &group["group_type"]);
        count(&mut self.by_visibility, &group["policies"]["group_visibility"]);
    }

    /// As a template sees it.
    pub fn value(self) -> Value {
        let Self { groups, by_role, by_type, by_visibility } = self;
        json!({ "groups": groups, "by_role": by_role, "by_type": by_type, "by_visibility": by_visibility })
    }
}

/// Counts a text. A missing value, or one of another type, is not counted.
fn count(counts: &mut Map<String, Value>, key: &Value) {
    let Some(key) = key.as_str() else { return };
    match counts.get_mut(key) {
        Some(count) => *count = (count.as_u64().unwrap_or(0) + 1).into(),
        None => drop(counts.insert(key.to_owned(), 1.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_counted() {
        let mut totals = Totals::default();
        totals.add(&json!({ "roles": ["admin", "member"], "group_type": "plus",
                            "policies": { "group_visibility": "private" } }));
        totals.add(&json!({ "roles": ["member", "owner"] }));
        assert_eq!(
            totals.value(),
            json!({
                "groups": 2,
                "by_role": { "admin": 1, "manager": 0, "member": 2, "owner": 1 },
                "by_type": { "regular": 0, "plus": 1 },
                "by_visibility": { "authenticated": 0, "private": 1 },
            })
        );
    }
}

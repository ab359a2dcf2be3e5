//! `totals`: the number of groups, in all and by role, type and visibility.

use std::collections::HashMap;

use globus_templates::value::Key;
use globus_templates::value::{Object, Value};

/// Counts groups as they arrive.
#[derive(Debug, Clone)]
pub struct Totals {
    groups: u64,
    by_role: Counts,
    by_type: Counts,
    by_visibility: Counts,
}

impl Default for Totals {
    /// The known values start at zero, so that a strict template can show them.
    fn default() -> Self {
        Self {
            groups: 0,
            by_role: Counts::of(&["admin", "manager", "member"]),
            by_type: Counts::of(&["regular", "plus"]),
            by_visibility: Counts::of(&["authenticated", "private"]),
        }
    }
}

impl Totals {
    /// What a template calls them.
    pub(super) const NAME: &str = "totals";

    /// What they need of a group.
    pub(super) const FIELDS: [&[&str]; 3] = [&["roles"], &["group_type"], &["policies", "group_visibility"]];

    pub fn add(&mut self, group: &Value) {
        self.groups += 1;
        let roles = group.get("roles").and_then(Value::as_list).unwrap_or_default();
        for role in roles {
            self.by_role.add(Some(role));
        }
        self.by_type.add(group.get("group_type"));
        self.by_visibility.add(group.get("policies").and_then(|policies| policies.get("group_visibility")));
    }

    /// As a template sees it.
    pub fn value(self) -> Value {
        let Self { groups, by_role, by_type, by_visibility } = self;
        Value::object([
            ("groups", groups.into()),
            ("by_role", by_role.value()),
            ("by_type", by_type.value()),
            ("by_visibility", by_visibility.value()),
        ])
    }
}

/// So many texts are found without their hash: those that a service usually sends.
const USUAL: usize = 4;

/// How often each text came, in the order of their first time.
#[derive(Debug, Clone)]
struct Counts {
    list: Vec<(Key, u64)>,
    /// Where each text is in the list.
    index: HashMap<Key, usize>,
}

impl Counts {
    fn of(known: &[&str]) -> Self {
        let mut counts = Self { list: Vec::new(), index: HashMap::new() };
        for text in known {
            *counts.of_text(&Key::from(*text)) = 0;
        }
        counts
    }

    /// A missing value, or one of another type, is not counted.
    fn add(&mut self, value: Option<&Value>) {
        if let Some(Value::Text(text)) = value {
            *self.of_text(text) += 1;
        }
    }

    fn of_text(&mut self, text: &Key) -> &mut u64 {
        let at = self.list.iter().take(USUAL).position(|(known, _)| known == text);
        let at = at.unwrap_or_else(|| self.indexed(text));
        &mut self.list[at].1
    }

    fn indexed(&mut self, text: &Key) -> usize {
        let next = self.list.len();
        let at = *self.index.entry(Key::clone(text)).or_insert(next);
        if at == next {
            self.list.push((Key::clone(text), 0));
        }
        at
    }

    fn value(self) -> Value {
        let counts = self.list.into_iter().map(|(key, count)| (key, count.into()));
        Value::Object(counts.collect::<Object>())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_is_counted() {
        let mut totals = Totals::default();
        let groups = [
            json!({ "roles": ["admin", "member"], "group_type": "plus",
                    "policies": { "group_visibility": "private" } }),
            json!({ "roles": ["member", "owner"] }),
        ];
        for group in groups {
            totals.add(&group.into());
        }
        assert_eq!(
            totals.value(),
            Value::from(json!({
                "groups": 2,
                "by_role": { "admin": 1, "manager": 0, "member": 2, "owner": 1 },
                "by_type": { "regular": 0, "plus": 1 },
                "by_visibility": { "authenticated": 0, "private": 1 },
            }))
        );
    }
}

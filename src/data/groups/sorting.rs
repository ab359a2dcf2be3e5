//! The order of groups.

use std::cmp::Ordering;

use crate::profile::SortKey;
use globus_templates::value::Value;
use globus_templates::value::{any_order, inside, text_order};

/// Sorts as the helper `sort` does: equal groups keep their order, and those without the field come last.
pub(super) fn sort(groups: &mut [Value], keys: &[SortKey]) {
    groups.sort_by(|one, other| {
        let orders = keys.iter().map(|key| compare(one, other, key));
        orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
}

fn compare(one: &Value, other: &Value, key: &SortKey) -> Ordering {
    let (one, other) = (field(one, &key.path), field(other, &key.path));
    match (one, other) {
        (Some(one), Some(other)) => {
            let order = any_order(one, other, text_order);
            if key.is_descending { order.reverse() } else { order }
        }
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

fn field<'g>(group: &'g Value, path: &str) -> Option<&'g Value> {
    inside(group, path).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sorted(keys: &[&str]) -> String {
        let mut groups: Vec<Value> = [
            json!({ "id": "1", "name": "beta", "n": 2, "in": { "x": "b" } }),
            json!({ "id": "2", "name": "Alpha", "n": 10, "in": { "x": null } }),
            json!({ "id": "3", "name": "alpha", "n": 2, "in": { "x": "a" } }),
            json!({ "id": "4", "name": "beta", "in": 7 }),
        ]
        .map(Value::from)
        .into();
        let keys: Vec<SortKey> = keys.iter().map(|key| (*key).to_owned().try_into().unwrap()).collect();
        sort(&mut groups, &keys);
        groups.iter().filter_map(|group| group.get("id")?.as_str()).collect()
    }

    #[test]
    fn groups_are_in_the_order_of_the_keys() {
        for (keys, expected) in [
            (&[][..], "1234"),
            (&["name"], "2314"),
            (&["-name"], "1432"),
            (&["n"], "1324"),
            (&["-n"], "2134"),
            (&["n", "name"], "3124"),
            (&["n", "-id"], "3124"),
            (&["in.x"], "3124"),
            (&["-in.x"], "1324"),
            (&["nothing"], "1234"),
        ] {
            assert_eq!(sorted(keys), expected, "{keys:?}");
        }
    }
}

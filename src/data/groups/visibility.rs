//! Whether the memberships of a group may be seen.

use super::keys::{MEMBERS_VISIBILITY, MY_MEMBERSHIPS, POLICIES, ROLE, STATUS};
use globus_templates::value::{Object, Value};

/// What the list says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Shown,
    Hidden,
    /// Only a request will tell.
    Unknown,
}

/// Memberships are shown to active members: to all of them, or to managers and admins only.
pub(super) fn visibility(group: &Object) -> Visibility {
    let mine = group.get(MY_MEMBERSHIPS).and_then(Value::as_list).unwrap_or_default();
    let text = |value: &'_ Value, key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let known = mine.iter().map(|one| Some((text(one, STATUS)?, text(one, ROLE)?)));
    let Some(known) = known.collect::<Option<Vec<_>>>().filter(|known| !known.is_empty()) else {
        return Visibility::Unknown;
    };
    let mut active = known.iter().filter(|(status, _)| status == "active").peekable();
    if active.peek().is_none() {
        return Visibility::Hidden;
    }
    let manages = active.any(|(_, role)| role != "member");
    let policy = group.get(POLICIES).and_then(|policies| text(policies, MEMBERS_VISIBILITY));
    match policy.as_deref() {
        Some("members") => Visibility::Shown,
        Some("managers") if !manages => Visibility::Hidden,
        _ if manages => Visibility::Shown,
        _ => Visibility::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_list_says_who_may_see_memberships() {
        let one = |role: &str, status: &str| json!({ "role": role, "status": status });
        for (policy, mine, expected) in [
            ("members", json!([one("member", "active")]), Visibility::Shown),
            ("managers", json!([one("member", "active")]), Visibility::Hidden),
            ("managers", json!([one("manager", "active")]), Visibility::Shown),
            ("managers", json!([one("member", "active"), one("admin", "active")]), Visibility::Shown),
            ("managers", json!([one("member", "active"), one("admin", "invited")]), Visibility::Hidden),
            ("members", json!([one("admin", "invited")]), Visibility::Hidden),
            ("members", json!([one("member", "left")]), Visibility::Hidden),
            ("later", json!([one("member", "active")]), Visibility::Unknown),
            ("later", json!([one("admin", "active")]), Visibility::Shown),
            ("members", json!([]), Visibility::Unknown),
            ("members", json!(null), Visibility::Unknown),
            ("members", json!([{ "role": "admin" }]), Visibility::Unknown),
        ] {
            let group = json!({ "my_memberships": mine, "policies": { "group_members_visibility": policy } });
            let group = Value::from(group);
            assert_eq!(visibility(group.as_object().unwrap()), expected, "{policy} {mine}");
        }
        let group = Value::from(json!({ "my_memberships": [one("member", "active")] }));
        assert_eq!(visibility(group.as_object().unwrap()), Visibility::Unknown);
    }
}

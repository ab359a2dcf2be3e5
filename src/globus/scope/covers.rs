//! Scopes that a service accepts in place of its narrower ones.

/// A scope, and the narrower ones in whose place the service accepts it.
///
/// A pair belongs here only if the service says so, because to Globus Auth every scope is a scope of its own. `all` of
/// Transfer is not here: it has no narrower scope.
const COVERING: [(&str, &[&str]); 3] = [
    // Each operation that accepts a narrower scope accepts `all` too: <https://groups.api.globus.org/redoc>.
    (
        "urn:globus:auth:scope:groups.api.globus.org:all",
        &[
            "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
            "urn:globus:auth:scope:groups.api.globus.org:view_my_groups",
        ],
    ),
    (
        "urn:globus:auth:scope:search.api.globus.org:all",
        &["urn:globus:auth:scope:search.api.globus.org:search"],
    ),
    // The SDK calls every operation of Flows with `all`.
    (
        "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/all",
        &[
            "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows",
            "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status",
        ],
    ),
];

/// Whether a token with the scope `held` is enough where `needed` is required.
#[must_use]
pub fn covers(held: &str, needed: &str) -> bool {
    held == needed
        || COVERING.iter().any(|(covering, narrower)| *covering == held && narrower.contains(&needed))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn only_the_scopes_of_one_service_cover_each_other_and_only_one_way() {
        let groups = |name: &str| format!("urn:globus:auth:scope:groups.api.globus.org:{name}");
        let transfer = |name: &str| format!("urn:globus:auth:scope:transfer.api.globus.org:{name}");
        assert!(covers("openid", "openid"));
        assert!(covers(&groups("all"), &groups("view_my_groups_and_memberships")));
        assert!(covers(&groups("all"), &groups("view_my_groups")));
        assert!(!covers(&groups("view_my_groups_and_memberships"), &groups("all")));
        assert!(!covers(&groups("all"), &transfer("all")));
        let flows = |name: &str| {
            format!("https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/{name}")
        };
        assert!(covers(&flows("all"), &flows("run_status")) && covers(&flows("all"), &flows("view_flows")));
        assert!(!covers(&flows("view_flows"), &flows("run_status")));
        assert!(!covers(&transfer("all"), &transfer("gcp_install")));
    }
}

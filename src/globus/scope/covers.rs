//! Scopes that a service accepts in place of its narrower ones.

macro_rules! of {
    ($server:literal, $name:literal) => {
        concat!("urn:globus:auth:scope:", $server, ":", $name)
    };
}

macro_rules! of_flows {
    ($name:literal) => {
        concat!("https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/", $name)
    };
}

/// A scope, and the narrower ones in whose place the service accepts it.
///
/// A pair belongs here only if the service says so, or Globus's own programs call it so, because to Globus Auth every scope
/// is a scope of its own. Compute and Timers have one scope each. `all` of Transfer is not here: nothing says that it is
/// accepted for what its other scopes are for.
const COVERING: [(&str, &[&str]); 5] = [
    // Each operation that accepts a narrower scope accepts `all` too: <https://groups.api.globus.org/redoc>.
    (
        of!("groups.api.globus.org", "all"),
        &[
            of!("groups.api.globus.org", "view_my_groups_and_memberships"),
            of!("groups.api.globus.org", "view_my_groups"),
        ],
    ),
    // The only scope with which Globus's CLI calls Search, also to ingest.
    (
        of!("search.api.globus.org", "all"),
        &[of!("search.api.globus.org", "search"), of!("search.api.globus.org", "ingest")],
    ),
    // The SDK calls every operation of Flows with `all`.
    (
        of_flows!("all"),
        &[
            of_flows!("view_flows"),
            of_flows!("manage_flows"),
            of_flows!("run"),
            of_flows!("run_status"),
            of_flows!("run_manage"),
        ],
    ),
    // `GET /flows` takes either, says <https://globusonline.github.io/globus-flows/flows.openapi.json>.
    (of_flows!("manage_flows"), &[of_flows!("view_flows")]),
    // Globus's CLI looks up identities with it.
    (of!("auth.globus.org", "view_identity_set"), &[of!("auth.globus.org", "view_identities")]),
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
        for name in ["view_flows", "manage_flows", "run", "run_status", "run_manage"] {
            assert!(covers(&flows("all"), &flows(name)), "{name}");
            assert!(!covers(&flows(name), &flows("all")), "{name}");
        }
        assert!(covers(&flows("manage_flows"), &flows("view_flows")));
        for (held, needed) in
            [("view_flows", "run_status"), ("view_flows", "manage_flows"), ("run_manage", "run_status")]
        {
            assert!(!covers(&flows(held), &flows(needed)), "{held}");
        }
        let search = |name: &str| format!("urn:globus:auth:scope:search.api.globus.org:{name}");
        assert!(covers(&search("all"), &search("search")) && covers(&search("all"), &search("ingest")));
        assert!(!covers(&search("search"), &search("all")) && !covers(&search("ingest"), &search("search")));
        let auth = |name: &str| format!("urn:globus:auth:scope:auth.globus.org:{name}");
        assert!(covers(&auth("view_identity_set"), &auth("view_identities")));
        assert!(!covers(&auth("view_identities"), &auth("view_identity_set")));
        assert!(!covers("email", "profile") && !covers("openid", &auth("view_identities")));
        // Of services with a scope for everything, an unknown one is not covered.
        let compute = "https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/";
        assert!(!covers(&format!("{compute}all"), &format!("{compute}read")));
        assert!(!covers(&transfer("all"), &transfer("gcp_install")));
    }
}

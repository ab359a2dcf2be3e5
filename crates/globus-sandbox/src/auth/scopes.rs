//! Scopes: how they are written, and which resource server each belongs to.

/// The resource server of Globus Auth.
pub(super) const AUTH: &str = "auth.globus.org";

pub(super) const VIEW_IDENTITY_SET: &str = "urn:globus:auth:scope:auth.globus.org:view_identity_set";

/// A scope and what it depends on, written `name[dependency *optional]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) name: String,
    pub(super) optional: bool,
    pub(super) dependencies: Vec<Scope>,
}

/// More levels of dependencies than any service has, and few enough for the stack.
const MAX_DEPTH: usize = 16;

/// Parses the scopes of a request, with spaces between them. Each must be known here.
pub(super) fn parse(text: &str) -> Result<Vec<Scope>, String> {
    let mut rest = text;
    let scopes = list(&mut rest, 0)?;
    if !rest.is_empty() {
        return Err("a bracket is closed that was not opened".to_owned());
    }
    if scopes.is_empty() {
        return Err("no scope is asked for".to_owned());
    }
    check_known(&scopes)?;
    Ok(scopes)
}

fn check_known(scopes: &[Scope]) -> Result<(), String> {
    for scope in scopes {
        if resource_server(&scope.name).is_none() {
            return Err(format!("unknown scope: {}", scope.name));
        }
        check_known(&scope.dependencies)?;
    }
    Ok(())
}

fn list(rest: &mut &str, depth: usize) -> Result<Vec<Scope>, String> {
    if depth > MAX_DEPTH {
        return Err("the scopes are nested too deeply".to_owned());
    }
    let mut scopes = Vec::new();
    loop {
        *rest = rest.trim_start_matches(' ');
        if rest.is_empty() || rest.starts_with(']') {
            return Ok(scopes);
        }
        let optional = rest.starts_with('*');
        *rest = rest.strip_prefix('*').unwrap_or(rest);
        if optional && depth == 0 {
            return Err("only a dependency can be optional".to_owned());
        }
        let length = rest.find([' ', '[', ']', '*']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        if name.is_empty() {
            return Err("the name of a scope is missing".to_owned());
        }
        *rest = after;
        let mut dependencies = Vec::new();
        if let Some(inside) = rest.strip_prefix('[') {
            *rest = inside;
            dependencies = list(rest, depth + 1)?;
            *rest = rest.strip_prefix(']').ok_or("a bracket is not closed")?;
        }
        scopes.push(Scope { name: name.to_owned(), optional, dependencies });
    }
}

/// The service that accepts tokens with this scope; `None` if the scope is not known here.
pub(super) fn resource_server(scope: &str) -> Option<&str> {
    if ["openid", "profile", "email"].contains(&scope) {
        return Some(AUTH);
    }
    if let Some(rest) = scope.strip_prefix("urn:globus:auth:scope:") {
        let (server, name) = rest.split_once(':')?;
        let known: &[&str] = match server {
            AUTH => &[
                "view_identities",
                "view_identity_set",
                "manage_projects",
                "view_authentications",
                "view_clients",
                "view_clients_and_scopes",
                "view_consents",
                "manage_consents",
            ],
            "groups.api.globus.org" => &["all", "view_my_groups_and_memberships", "view_my_groups"],
            "transfer.api.globus.org" => &["all", "gcp_install"],
            "search.api.globus.org" => &["all", "search", "ingest"],
            _ => return None,
        };
        return known.contains(&name).then_some(server);
    }
    // The resource server of a service that registered itself is its UUID, except for Flows and Compute.
    let (client, _) = scope.strip_prefix("https://auth.globus.org/scopes/")?.split_once('/')?;
    uuid::Uuid::parse_str(client).ok()?;
    Some(match client {
        "eec9b274-0c81-4334-bdc2-54e90e689b9a" => "flows.globus.org",
        "facd7ccc-c5f4-42aa-916b-a0e270e2c2a9" => "funcx_service",
        _ => client,
    })
}

/// Whether the service takes the scope `held` where `needed` is required. Groups takes `all` for every scope of its own.
pub(super) fn covers(held: &str, needed: &str) -> bool {
    held == needed
        || held.strip_suffix("groups.api.globus.org:all").is_some_and(|urn| {
            needed.strip_prefix(urn).is_some_and(|rest| rest.starts_with("groups.api.globus.org:"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_read() {
        let transfer = "urn:globus:auth:scope:transfer.api.globus.org:all";
        let scopes = parse(&format!("openid {transfer}[email *profile[openid]] ")).unwrap();
        assert_eq!(scopes.len(), 2);
        assert_eq!(scopes[1].name, transfer);
        assert!(!scopes[1].dependencies[0].optional && scopes[1].dependencies[1].optional);
        assert_eq!(scopes[1].dependencies[1].dependencies[0].name, "openid");
    }

    #[test]
    fn what_is_not_a_scope_is_refused() {
        for text in
            ["", "  ", "nonsense", "openid]", "openid[", "openid[email", "*openid", "openid[*]", "a[b]"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"openid[".repeat(1000)).is_err());
    }
}

//! Which consents a person has given: tokens name root scopes only, so dependencies are looked up.
//!
//! <https://docs.globus.org/api/auth/reference/#get_identity_consents>

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::endpoint::SERVICE;
use crate::Result;
use crate::globus::http::{HttpClient, Request, limits};
use crate::globus::scope::{Scope, covers};

#[derive(Deserialize)]
struct IdentityConsents {
    consents: Vec<Consent>,
}

/// The consent that a client may use a scope as a dependency of others.
#[derive(Deserialize)]
struct Consent {
    id: u64,
    scope_name: String,
    /// From the root to this one, by id.
    dependency_path: Vec<u64>,
}

/// The scopes that lack a consent, for themselves or for a dependency. `None` if the consents can't be read: then the
/// service decides.
pub(super) async fn missing(
    scopes: &[Scope],
    identity: &str,
    token: &SecretString,
    auth: &Url,
    http: &HttpClient,
) -> Result<Option<Vec<Scope>>> {
    let mut url = auth.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["v2", "api", "identities", identity, "consents"]);
    }
    let response = http.send(&Request::get_as(token, SERVICE, url, limits::CONSENTS)).await?;
    if !response.status.is_success() {
        log::debug!("the consents could not be looked up: status {}", response.status);
        return Ok(None);
    }
    match serde_json::from_slice::<IdentityConsents>(&response.body) {
        Ok(IdentityConsents { consents }) => {
            Ok(Some(scopes.iter().filter(|scope| !is_given(scope, &[], &consents)).cloned().collect()))
        }
        Err(error) => {
            log::debug!("the consents could not be read: {error}");
            Ok(None)
        }
    }
}

/// Whether a consent below `parents` is for this scope, with consents for its dependencies below it. As in the SDK, an
/// optional dependency counts too: a profile needs what it names.
fn is_given(scope: &Scope, parents: &[u64], consents: &[Consent]) -> bool {
    consents.iter().any(|consent| {
        covers(&consent.scope_name, &scope.name)
            && consent.dependency_path.split_last() == Some((&consent.id, parents))
            && scope
                .dependencies
                .iter()
                .all(|dependency| is_given(dependency, &consent.dependency_path, consents))
    })
}

#[cfg(test)]
mod tests {
    use super::{Consent, is_given};
    use crate::globus::scope::Scope;

    #[test]
    fn each_dependency_must_be_below_its_own_parent() {
        let consent = |id, name: &str, path: &[u64]| Consent {
            id,
            scope_name: name.to_owned(),
            dependency_path: path.to_vec(),
        };
        let consents = [
            consent(1, "a", &[1]),
            consent(2, "b", &[1, 2]),
            consent(3, "c", &[1, 2, 3]),
            consent(4, "d", &[4]),
        ];
        let given = |scope: &str| is_given(&Scope::parse(scope).unwrap(), &[], &consents);
        for scope in ["a", "d", "a[b]", "a[b[c]]", "a[*b]"] {
            assert!(given(scope), "{scope}");
        }
        for scope in ["b", "a[c]", "a[d]", "d[b]", "a[b *e]", "e"] {
            assert!(!given(scope), "{scope}");
        }
    }

    #[test]
    fn a_consent_to_a_covering_scope_counts_with_what_is_below_it() {
        let consent = |id, name: &str, path: &[u64]| Consent {
            id,
            scope_name: name.to_owned(),
            dependency_path: path.to_vec(),
        };
        let groups = |name: &str| format!("urn:globus:auth:scope:groups.api.globus.org:{name}");
        let consents = [consent(1, &groups("all"), &[1]), consent(2, "b", &[1, 2])];
        let given = |scope: &str| is_given(&Scope::parse(&groups(scope)).unwrap(), &[], &consents);
        assert!(given("view_my_groups") && given("view_my_groups[b]"));
        assert!(!given("view_my_groups[c]"));
    }
}

//! The scopes that a login requests.

use crate::globus::scope::{self, Scope};
use crate::globus::tokens::{Tokens, missing_scopes};

/// What is needed now, and what is stored already. Globus Auth issues one token for each resource server, and it allows
/// what its login requested: without the stored scopes a login for one profile would end the login of another.
#[derive(Debug, Clone)]
pub struct RequestedScopes {
    needed: Vec<Scope>,
    /// The stored scopes that are not among the needed ones. Only their names are known: a stored token does not name
    /// dependencies, and a consent to them stays when a login does not request it again.
    kept: Vec<Scope>,
}

impl RequestedScopes {
    /// `stored` are the scopes of each token that the login replaces or joins.
    pub(super) fn new<'t>(needed: Vec<Scope>, stored: impl IntoIterator<Item = &'t str>) -> Self {
        let mut kept = Vec::new();
        for name in stored.into_iter().flat_map(str::split_whitespace) {
            // What another program stored need not be a scope.
            let Ok(scope) = Scope::parse(name) else { continue };
            if !needed.iter().any(|needed| needed.name == scope.name) {
                scope::merge(&mut kept, &[scope]);
            }
        }
        Self { needed, kept }
    }

    /// Only what is needed.
    pub(super) fn without_kept(&self) -> Self {
        Self { needed: self.needed.clone(), kept: Vec::new() }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.needed.iter().chain(&self.kept)
    }

    /// With spaces between, as in a request.
    pub(super) fn join(&self) -> String {
        self.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The needed root scopes that no token has.
    pub(super) fn missing_in(&self, tokens: &Tokens) -> Vec<String> {
        missing_scopes(&self.needed, tokens)
    }

    /// The names of the kept ones; `None` if there are none.
    pub(super) fn kept(&self) -> Option<String> {
        (!self.kept.is_empty()).then(|| scope::join(&self.kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_scope_is_requested_beside_the_needed_ones_each_once() {
        let stored = ["openid  b a", "b ro\"ot *x c]"];
        let requested = RequestedScopes::new(Scope::parse_list("a[dep] d").unwrap(), stored);
        assert_eq!(requested.join(), "a[dep] d openid b");
        assert_eq!(requested.kept().as_deref(), Some("openid b"));
        assert_eq!(requested.without_kept().kept(), None);
    }
}

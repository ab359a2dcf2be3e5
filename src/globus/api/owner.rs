//! Whose access tokens are.

use crate::globus::auth::Identity;

/// Who an access token is of, as far as that is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Owner {
    pub(super) identity: Option<Identity>,
    /// Counts the logins that may each be of another identity.
    login: u32,
}

impl Owner {
    /// That of the next token. `continues` is whether it comes from the same login.
    pub(super) fn next(&self, identity: Option<Identity>, continues: bool) -> Self {
        Self { identity, login: if continues { self.login } else { self.login + 1 } }
    }

    /// Whether both are certainly one identity.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.identity, &other.identity) {
            (Some(one), Some(other)) => one.id == other.id,
            _ => self.login == other.login,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_tells_more_than_a_login() {
        for (before, now, continues, is_same) in [
            (Some("ada"), Some("ada"), false, true),
            (Some("ada"), Some("ben"), true, false),
            (Some("ada"), None, false, false),
            (None, Some("ben"), false, false),
            (None, None, false, false),
            (None, None, true, true),
        ] {
            let identity = |id: Option<&str>| id.map(|id| Identity { id: id.to_owned(), username: None });
            let before = Owner::default().next(identity(before), false);
            let now = before.next(identity(now), continues);
            assert_eq!(before.is_same(&now), is_same, "{before:?} {now:?}");
        }
    }
}

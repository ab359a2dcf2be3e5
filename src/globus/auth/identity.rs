//! Globus identities.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::globus::tokens::Tokens;

/// An identity that logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub id: String,
    /// Such as `ada@example.edu`, where the token names it.
    pub username: Option<String>,
}

impl Identity {
    /// Another identity that some of the tokens are for.
    pub(super) fn other_in(&self, tokens: &Tokens) -> Option<Self> {
        let other =
            tokens.iter().filter(|(_, token)| token.identity_id.as_ref().is_some_and(|id| *id != self.id));
        Self::of(&other.map(|(server, token)| (server.clone(), token.clone())).collect())
    }

    /// The identity of these tokens, if one of them names it.
    pub fn of(tokens: &Tokens) -> Option<Self> {
        tokens
            .values()
            .find_map(|token| Some(Self { id: token.identity_id.clone()?, username: token.username.clone() }))
    }
}

/// `USERNAME (ID)`, or the id alone.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.username {
            Some(username) => write!(f, "{username} ({})", self.id),
            None => f.write_str(&self.id),
        }
    }
}

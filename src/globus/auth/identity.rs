//! Globus identities.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::globus::tokens::{Token, Tokens};

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
        let is_other = |token: &&Token| token.identity_id.as_ref().is_some_and(|id| *id != self.id);
        Self::named_by(tokens.values().filter(is_other))
    }

    /// The identity of these tokens, if one of them names it.
    pub fn of(tokens: &Tokens) -> Option<Self> {
        Self::named_by(tokens.values())
    }

    fn named_by<'t>(mut tokens: impl Iterator<Item = &'t Token>) -> Option<Self> {
        tokens
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

//! Tokens that are not stored yet and can't be requested again.

use super::identity::Identity;
use crate::globus::tokens::{Token, Tokens};
use crate::terminal::signals::ShutdownGuard;
use crate::{Error, Kind};

pub(super) struct PendingTokens {
    pub(super) tokens: Tokens,
    pub(super) obtained_by: ObtainedBy,
    /// Keeps Ctrl-C from losing them, for as long as that waits.
    guard: ShutdownGuard,
}

/// How the tokens were obtained.
#[derive(Clone)]
pub(super) enum ObtainedBy {
    /// They replace these, whose refresh token is no longer valid.
    Refresh(Tokens),
    Login(NewLogin),
}

#[derive(Clone)]
pub(super) struct NewLogin {
    pub(super) identity: Option<Identity>,
    /// Whether it may replace the login of another identity.
    pub(super) force: bool,
}

impl PendingTokens {
    /// A refreshed token, and the old one.
    pub(super) fn refreshed(tokens: Tokens, old: Token, guard: ShutdownGuard) -> Self {
        let old = Tokens::from([(old.resource_server.clone(), old)]);
        Self { tokens, obtained_by: ObtainedBy::Refresh(old), guard }
    }

    pub(super) fn login(
        tokens: Tokens,
        identity: Option<Identity>,
        force: bool,
        guard: ShutdownGuard,
    ) -> Self {
        Self { tokens, obtained_by: ObtainedBy::Login(NewLogin { identity, force }), guard }
    }

    /// The same with more tokens, which can be requested again.
    pub(super) fn with(&self, more: &Tokens) -> Self {
        let mut tokens = self.tokens.clone();
        tokens.extend(more.clone());
        Self { tokens, obtained_by: self.obtained_by.clone(), guard: ShutdownGuard::acquire() }
    }

    pub(super) fn is_login(&self) -> bool {
        matches!(self.obtained_by, ObtainedBy::Login(_))
    }

    /// Lays these over others that are pending.
    pub(super) fn over(mut self, earlier: Option<&Self>) -> Self {
        let Some(earlier) = earlier else { return self };
        let mut tokens = earlier.tokens.clone();
        tokens.append(&mut self.tokens);
        let obtained_by = match (earlier.obtained_by.clone(), self.obtained_by) {
            (ObtainedBy::Refresh(mut old), ObtainedBy::Refresh(more)) => {
                old.extend(more);
                ObtainedBy::Refresh(old)
            }
            (_, login @ ObtainedBy::Login(_)) | (login @ ObtainedBy::Login(_), _) => login,
        };
        Self { tokens, obtained_by, guard: self.guard }
    }

    /// What it means that they could not be stored.
    pub(super) fn loss(&self) -> &'static str {
        match self.obtained_by {
            ObtainedBy::Refresh(_) => {
                "the refreshed token could not be saved, and the stored one is no longer valid"
            }
            ObtainedBy::Login(_) => "the tokens of the new login could not be saved",
        }
    }

    /// The error of tokens that the store did not take in the end.
    pub(super) fn lost(&self, why: &Error, login_command: &str) -> Error {
        let cure = if why.kind == Kind::Locked {
            "find the program that locks it"
        } else {
            "make the token file writable"
        };
        Error::failed(self.loss())
            .because(why.summary())
            .help(format!("{cure}, then log in with `{login_command}`"))
    }
}

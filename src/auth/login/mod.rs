//! Login flows: ways to have somebody approve what a run wants.

mod approved;
mod paste;
mod prompt;

use super::authorizer::Wanted;
use super::oauth::OAuthClient;
use crate::Result;
use crate::tokens::Tokens;

pub use paste::Terminal;

/// A way to log in.
pub trait Login {
    /// Has the login approved and turns it into tokens. Exit code 3 when nobody approved.
    fn log_in(&self, client: &OAuthClient<'_>, wanted: &Wanted<'_>) -> impl Future<Output = Result<Tokens>>;
}

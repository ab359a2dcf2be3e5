//! Getting tokens and keeping them usable: the OAuth client, the login flow and the authorizer.

mod authorizer;
mod id_token;
mod login;
mod oauth;

pub use authorizer::{Authorizer, Grantor, Wanted};
pub use login::{Login, Terminal};
pub use oauth::{Authorization, OAuthClient};

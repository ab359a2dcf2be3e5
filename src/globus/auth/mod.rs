//! Getting tokens and keeping them usable: the OAuth client, the login flows and the authorizer.

pub(in crate::globus) mod answer;
mod authorizer;
mod consents;
mod credentials;
mod id_token;
mod keeper;
pub(in crate::globus) mod oauth;
mod requirements;
pub(in crate::globus) mod stored;

pub use answer::Refusal;
pub use authorizer::{Authorizer, Grantor, Words};
pub use credentials::Credentials;
pub use id_token::Identity;
pub use oauth::{Authorization, OAuthClient};
pub use requirements::Requirements;
pub use stored::{Actor, Reason, Stored, Wanted, elsewhere, judge};

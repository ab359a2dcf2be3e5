//! Getting tokens and keeping them usable: the OAuth client, the login flows and the authorizer.

mod answer;
mod authorizer;
mod consents;
mod credentials;
mod id_token;
mod keeper;
mod login;
mod oauth;
mod requirements;
mod stored;

pub use answer::Refusal;
pub use authorizer::{Authorizer, Grantor, Words};
pub use credentials::Credentials;
pub use id_token::Identity;
pub use login::{Approver, Flow, Person};
pub use oauth::{Authorization, OAuthClient};
pub use requirements::Requirements;
pub use stored::{Actor, Reason, Stored, Wanted, elsewhere, judge};

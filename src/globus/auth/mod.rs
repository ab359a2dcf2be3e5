//! Getting and refreshing tokens: the OAuth client, the grants and the authorizer.
//!
//! | file | what is in it |
//! |---|---|
//! | `authorizer`, `token_cache`, `pending_tokens`, `held_tokens` | the access token of a run, its refresh or a login, and what is not stored yet |
//! | `audience` | where a token may go |
//! | `token_state`, `issuer`, `login_reason` | whether the stored tokens are enough, and why a login is needed; when a token counts as expired is in `tokens/token.rs` |
//! | `grant_flow`, `requested_scopes`, `login_attempt` | how tokens are granted, and for which scopes; a login from the URL to checked tokens |
//! | `oauth_client`, `endpoint`, `authorization`, `token_response`, `broken_response`, `revocation` | the requests of OAuth and their responses |
//! | `authorization_parameters`, `parameters_json`, `requirements_error` | what a service requires of a login (the SDK's GARE) |
//! | `credentials`, `secret_source`, `secret_command` | how the client authenticates |
//! | `identity`, `id_token`, `jws`, `consents` | who logged in, and what they consented to |

mod audience;
mod authorization;
mod authorization_parameters;
mod authorizer;
mod broken_response;
mod consents;
mod credentials;
mod endpoint;
mod grant_flow;
mod held_tokens;
mod id_token;
mod identity;
mod issuer;
mod jws;
mod login_attempt;
mod login_reason;
mod oauth_client;
mod parameters_json;
mod pending_tokens;
mod requested_scopes;
mod requirements_error;
mod revocation;
mod secret_command;
mod secret_source;
#[cfg(test)]
pub mod testing;
mod token_cache;
mod token_response;
mod token_state;

pub use audience::check_token;
pub use authorization::Authorization;
pub use authorization_parameters::AuthorizationParameters;
pub use authorizer::{AccessToken, Authorizer, LoginHints};
pub use credentials::Credentials;
pub use grant_flow::{GrantFlow, LoggingIn, LoginFlow};
pub use identity::Identity;
pub use issuer::check_issuer;
pub use login_attempt::{LoggedIn, LoginAttempt};
pub use login_reason::LoginReason;
pub use oauth_client::OAuthClient;
pub use secret_source::{SecretName, SecretSource};
pub use token_cache::store_pending_tokens;
pub use token_response::{TokenEndpointError, TokenResponse};
pub use token_state::{TokenRequirements, TokenState, evaluate, person_in};

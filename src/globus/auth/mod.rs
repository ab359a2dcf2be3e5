//! Getting tokens and keeping them usable: the OAuth client, the grants and the authorizer.

mod access;
mod authorization;
mod authorization_parameters;
mod authorizer;
mod consents;
mod credentials;
mod endpoint;
mod grant;
mod id_token;
mod identity;
mod issuer;
mod login_attempt;
mod login_flow;
mod login_reason;
mod oauth_client;
mod pending_tokens;
mod refresh;
mod revocation;
mod token_cache;
mod token_response;
mod token_state;

pub(crate) use authorization::Authorization;
pub(crate) use authorization_parameters::AuthorizationParameters;
pub(crate) use authorizer::{Authorizer, LoginHints};
pub(crate) use credentials::Credentials;
pub use credentials::SecretSource;
pub(crate) use identity::Identity;
pub(crate) use issuer::check_issuer;
pub(crate) use login_attempt::{LoggedIn, LoginAttempt};
pub(crate) use login_flow::{GrantFlow, LoggingIn, LoginFlow};
pub(crate) use oauth_client::OAuthClient;
pub(crate) use token_response::TokenEndpointError;
pub(crate) use token_state::{TokenRequirements, TokenState, evaluate, person_in};

//! Getting tokens and keeping them usable: the OAuth client, the grants and the authorizer.

mod authorization_parameters;
mod authorizer;
mod consents;
mod credentials;
mod endpoint;
mod id_token;
mod login_attempt;
mod login_flow;
mod oauth;
mod token_cache;
mod token_response;
mod token_state;

pub(crate) use authorization_parameters::AuthorizationParameters;
pub(crate) use authorizer::{Authorizer, LoginHints};
pub(crate) use credentials::Credentials;
pub use credentials::SecretSource;
pub(crate) use id_token::Identity;
pub(crate) use login_attempt::{LoggedIn, LoginAttempt};
pub(crate) use login_flow::{GrantFlow, LoggingIn, LoginFlow};
pub(crate) use oauth::{Authorization, OAuthClient};
pub(crate) use token_response::TokenEndpointError;
pub(crate) use token_state::{TokenRequirements, TokenState, check_issuer, evaluate, person_in};

//! Getting and refreshing tokens: the OAuth client, the grants and the authorizer.

mod authorization;
mod authorization_parameters;
mod authorizer;
mod consents;
mod credentials;
mod endpoint;
mod grant_flow;
mod id_token;
mod identity;
mod issuer;
mod login_attempt;
mod login_reason;
mod oauth_client;
mod parameters_json;
mod pending_tokens;
mod requirements_error;
mod revocation;
mod secret_command;
mod secret_source;
mod token_cache;
mod token_response;
mod token_state;

pub use authorization::Authorization;
pub use authorization_parameters::AuthorizationParameters;
pub use authorizer::{Authorizer, LoginHints};
pub use credentials::Credentials;
pub use grant_flow::{GrantFlow, LoggingIn, LoginFlow};
pub use identity::Identity;
pub use issuer::check_issuer;
pub use login_attempt::{LoggedIn, LoginAttempt};
pub use oauth_client::OAuthClient;
pub use secret_source::SecretSource;
pub use token_response::TokenEndpointError;
pub use token_state::{TokenRequirements, TokenState, evaluate, person_in};

//! Globus Auth, and what it knows that other services ask it: tokens, consents, sessions and identities.

mod approval;
mod authorization_request;
mod authorize;
mod clients;
mod consents;
mod discovery;
mod error;
mod id_token;
mod identities;
mod instances;
mod introspection;
mod keys;
mod pages;
mod parameters;
mod pending;
mod principal;
mod requirements;
mod routes;
mod scopes;
mod secret;
mod service;
mod session;
mod settings;
mod token_endpoint;
mod tokens;

pub(crate) use approval::Approval;
pub(crate) use error::AuthError;
pub(crate) use parameters::Parameters;
pub(crate) use principal::Principal;
pub(crate) use requirements::Requirements;
pub(crate) use routes::router;
pub(crate) use service::Auth;
pub(crate) use settings::Settings;
pub use settings::{IdTokenFault, RefreshTokenPolicy};

//! Globus Auth: its endpoints, and the tokens, consents, sessions and identities that other services rely on.

// What it knows and decides.
mod approval;
mod authorization_request;
mod clients;
mod consents;
mod error;
mod html_escape;
mod id_token;
mod keys;
mod parameters;
mod pending;
mod principal;
mod requirements;
mod scopes;
mod secret;
mod service;
mod session;
mod settings;
mod tokens;

// The endpoints, and what they show.
mod authorize;
mod discovery;
mod identities;
mod instances;
mod introspection;
mod pages;
mod routes;
mod token_endpoint;

pub(crate) use approval::Approval;
pub(crate) use error::AuthError;
pub(crate) use principal::Principal;
pub(crate) use requirements::Requirements;
pub(crate) use routes::respond;
pub(crate) use service::Auth;
pub(crate) use settings::Settings;
pub use settings::{IdTokenFault, RefreshTokenPolicy};

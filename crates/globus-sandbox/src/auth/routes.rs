//! The endpoints of Globus Auth.

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};

use super::service::Auth;
use super::{authorize, discovery, identities, instances, introspection, token_endpoint};

pub(crate) fn router(auth: Arc<Auth>) -> Router {
    Router::new()
        .route("/v2/oauth2/authorize", get(authorize::consent_page).post(authorize::decide))
        .route("/v2/web/auth-code", get(authorize::code_page))
        .route("/v2/oauth2/token", post(token_endpoint::token))
        .route("/v2/oauth2/token/revoke", post(token_endpoint::revoke))
        .route("/v2/oauth2/token/introspect", post(introspection::introspect))
        .route("/v2/oauth2/token/validate", post(introspection::validate))
        .route("/v2/oauth2/userinfo", get(identities::userinfo).post(identities::userinfo))
        .route("/v2/api/clients", post(instances::create))
        .route("/v2/api/clients/{id}", delete(instances::delete))
        .route("/v2/api/identities", get(identities::identities))
        .route("/v2/api/identities/{id}/consents", get(identities::consents))
        .route("/.well-known/openid-configuration", get(discovery::openid_configuration))
        .route("/jwk.json", get(discovery::jwks))
        .with_state(auth)
}

//! The endpoints of Globus Auth.

use super::error::AuthError;
use super::service::Auth;
use super::{authorize, discovery, identities, instances, introspection, token_endpoint};
use crate::web::{self, Request, Response, Route, delete, get, post};

const ROUTES: &[Route<Auth, AuthError>] = &[
    get("/v2/oauth2/authorize", authorize::consent_page),
    post("/v2/oauth2/authorize", authorize::decide),
    get("/v2/web/auth-code", authorize::code_page),
    post("/v2/oauth2/token", token_endpoint::token),
    post("/v2/oauth2/token/revoke", token_endpoint::revoke),
    post("/v2/oauth2/token/introspect", introspection::introspect),
    post("/v2/oauth2/token/validate", introspection::validate),
    get("/v2/oauth2/userinfo", identities::userinfo),
    post("/v2/oauth2/userinfo", identities::userinfo),
    post("/v2/api/clients", instances::create),
    delete("/v2/api/clients/{id}", instances::delete),
    get("/v2/api/identities", identities::identities),
    get("/v2/api/identities/{id}/consents", identities::consents),
    get("/.well-known/openid-configuration", discovery::openid_configuration),
    get("/jwk.json", discovery::jwks),
];

/// The response to a request; `None` if there is nothing at its path.
pub(crate) fn respond(auth: &Auth, request: &mut Request) -> Option<Response> {
    web::respond(ROUTES, auth, request)
}

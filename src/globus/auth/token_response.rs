//! Responses of the token endpoint.
//!
//! <https://docs.globus.org/api/auth/reference/#token_endpoints>

use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{ExtraTokenFields, RequestTokenError, StandardTokenResponse, TokenResponse as _};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::endpoint::SERVICE;
use crate::Error;
use crate::globus::tokens::{Token, Tokens, now};

/// What Globus Auth adds to the fields of RFC 6749.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PrimaryFields {
    resource_server: String,
    id_token: Option<String>,
    #[serde(default)]
    other_tokens: Vec<StandardTokenResponse<OtherFields, BasicTokenType>>,
}

/// The same for each further token: each resource server has its own.
#[derive(Debug, Serialize, Deserialize)]
struct OtherFields {
    resource_server: String,
}

impl ExtraTokenFields for PrimaryFields {}
impl ExtraTokenFields for OtherFields {}

pub(super) type TokenResponse = StandardTokenResponse<PrimaryFields, BasicTokenType>;
pub(super) type RequestError = RequestTokenError<Error, BasicErrorResponse>;

/// Why the token endpoint granted nothing.
#[derive(Debug)]
pub enum TokenEndpointError {
    /// The code or refresh token is wrong, used, expired or revoked; with the service's message.
    InvalidGrant(String),
    Other(Error),
}

impl From<Error> for TokenEndpointError {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// The tokens of a grant, and the identity token that may come with them.
pub(super) struct TokenGrant {
    pub(super) tokens: Tokens,
    pub(super) id_token: Option<String>,
}

pub(super) fn read(response: Result<TokenResponse, RequestError>) -> Result<TokenGrant, TokenEndpointError> {
    let response = response.map_err(endpoint_error)?;
    let fields = response.extra_fields();
    let mut tokens = Tokens::new();
    let primary = token(&response, &fields.resource_server);
    tokens.insert(fields.resource_server.clone(), primary);
    for other in &fields.other_tokens {
        let resource_server = &other.extra_fields().resource_server;
        tokens.insert(resource_server.clone(), token(other, resource_server));
    }
    Ok(TokenGrant { tokens, id_token: fields.id_token.clone() })
}

fn token<F: ExtraTokenFields>(
    response: &StandardTokenResponse<F, BasicTokenType>,
    resource_server: &str,
) -> Token {
    let scopes = response.scopes().map(Vec::as_slice).unwrap_or_default();
    let lifetime = response.expires_in().map_or(0, |lifetime| lifetime.as_secs());
    Token {
        resource_server: resource_server.to_owned(),
        identity_id: None,
        scope: scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "),
        access_token: response.access_token().secret().clone().into(),
        refresh_token: response.refresh_token().map(|token| token.secret().clone().into()),
        expires_at_seconds: now().saturating_add_unsigned(lifetime),
        token_type: Some("Bearer".to_owned()),
        client_id: None,
        auth_url: None,
        username: None,
        extra: Map::new(),
    }
}

/// An error of the token endpoint (RFC 6749, section 5.2), without secrets.
fn endpoint_error(error: RequestError) -> TokenEndpointError {
    let unusable = || Error::failed(format!("{SERVICE} sent an unusable response"));
    match error {
        RequestTokenError::Request(error) => TokenEndpointError::Other(error),
        RequestTokenError::ServerResponse(response) => {
            let message =
                response.error_description().cloned().unwrap_or_else(|| response.error().to_string());
            let message: String =
                message.chars().filter(|character| !character.is_control()).take(300).collect();
            match response.error() {
                BasicErrorResponseType::InvalidGrant => TokenEndpointError::InvalidGrant(message),
                BasicErrorResponseType::InvalidClient => TokenEndpointError::Other(
                    Error::failed(format!("{SERVICE} rejected the client")).because(message).help(
                        "check `client_id` in the profile, and the secret if `client_secret` names one",
                    ),
                ),
                _ => TokenEndpointError::Other(
                    Error::failed(format!("{SERVICE} refused the request")).because(message),
                ),
            }
        }
        // The body may hold tokens, so the message names only the place of the mistake.
        RequestTokenError::Parse(error, _) => TokenEndpointError::Other(
            unusable().because(format!("it is not a token response at `{}`", error.path())),
        ),
        RequestTokenError::Other(_) => TokenEndpointError::Other(unusable()),
    }
}

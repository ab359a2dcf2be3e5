//! The registered clients, and how they authenticate.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globus_loopback::http::HeaderMap;
use globus_loopback::http::header::AUTHORIZATION;

use super::error::AuthError;
use super::principal::Principal;
use crate::data::Client;
use crate::web::Parameters;

/// The registered clients, by UUID.
#[derive(Debug)]
pub(super) struct Clients(HashMap<String, Client>);

impl Clients {
    pub(super) fn new(clients: &[Client]) -> Self {
        Self(clients.iter().map(|client| (client.id.clone(), client.clone())).collect())
    }

    pub(super) fn add(&mut self, client: Client) {
        self.0.insert(client.id.clone(), client);
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.0.remove(id);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }

    /// Whether a client was created from this template.
    pub(super) fn is_instance(&self, id: &str, template: &str) -> bool {
        self.get(id).is_some_and(|client| client.template.as_deref() == Some(template))
    }

    /// The clients that can act as themselves.
    pub(super) fn principals(&self) -> Vec<Principal> {
        self.0.values().filter_map(Principal::of_client).collect()
    }

    /// The client that sent this request. A confidential client authenticates with HTTP Basic; a native one
    /// sends `client_id` in the form and nothing else.
    pub(super) fn authenticate(&self, headers: &HeaderMap, form: &Parameters) -> Result<&Client, AuthError> {
        if form.get("client_secret").is_some() {
            return Err(AuthError::invalid_client("A client secret belongs into the Authorization header"));
        }
        let Some(header) = headers.get(AUTHORIZATION) else {
            let id =
                form.get("client_id").ok_or_else(|| AuthError::invalid_client("No client_id is given"))?;
            return match self.get(id) {
                Some(client) if client.secret.is_none() => Ok(client),
                Some(_) => Err(AuthError::invalid_client("A confidential client has to authenticate itself")),
                None => Err(AuthError::invalid_client(format!("There is no client {id}"))),
            };
        };
        let wrong = || AuthError::invalid_client("The client ID or secret is wrong");
        let (id, secret) = header.to_str().ok().and_then(basic).ok_or_else(wrong)?;
        let client = self.get(&id).filter(|client| client.secret.as_deref() == Some(secret.as_str()));
        client.filter(|_| form.get("client_id").is_none_or(|named| named == id)).ok_or_else(wrong)
    }
}

/// The username and password of an `Authorization: Basic` header
/// ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

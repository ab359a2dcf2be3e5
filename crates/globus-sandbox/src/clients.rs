//! The registered clients, and how they prove themselves.

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::data::Client;
use super::principal::Principal;
use super::problem::Refusal;

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

    /// Whether a client was made from this template.
    pub(super) fn is_instance(&self, id: &str, template: &str) -> bool {
        self.get(id).is_some_and(|client| client.template.as_deref() == Some(template))
    }

    /// Those that can act as themselves, as what they are then.
    pub(super) fn principals(&self) -> Vec<Principal> {
        self.0.values().filter_map(Principal::of_client).collect()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }

    /// The client that sent this request: a confidential one by HTTP Basic, a native one by `client_id` in
    /// the form and nothing else.
    pub(super) fn authenticate(
        &self,
        headers: &HeaderMap,
        form: &[(String, String)],
    ) -> Result<&Client, Refusal> {
        let in_form = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        if in_form("client_secret").is_some() {
            return Err(Refusal::invalid_client("A client secret belongs into the Authorization header"));
        }
        let Some(header) = headers.get(AUTHORIZATION) else {
            let id = in_form("client_id").ok_or_else(|| Refusal::invalid_client("No client_id is given"))?;
            return match self.get(id) {
                Some(client) if client.secret.is_none() => Ok(client),
                Some(_) => Err(Refusal::invalid_client("A confidential client has to authenticate itself")),
                None => Err(Refusal::invalid_client(format!("There is no client {id}"))),
            };
        };
        let wrong = || Refusal::invalid_client("The client ID or secret is wrong");
        let (id, secret) = header.to_str().ok().and_then(basic).ok_or_else(wrong)?;
        let client = self.get(&id).filter(|client| client.secret.as_deref() == Some(secret.as_str()));
        client.filter(|_| in_form("client_id").is_none_or(|named| named == id)).ok_or_else(wrong)
    }
}

/// The user name and password of an `Authorization: Basic` header (RFC 7617).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

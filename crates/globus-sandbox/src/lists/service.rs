//! The rows of every list, and who may see them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use globus_loopback::http::HeaderMap;
use serde_json::{Map, Value};

use super::documents::complete;
use super::endpoints::{Endpoint, Service, serving};
use super::error::ListError;
use super::filter::fits;
use super::paging::{WrongParameter, page};
use crate::auth::{Auth, AuthError, Requirements};
use crate::lock::lock;

#[derive(Debug)]
pub(crate) struct Lists {
    auth: Arc<Auth>,
    /// By path.
    rows: Mutex<BTreeMap<String, Rows>>,
    requirements: Mutex<BTreeMap<Service, Requirements>>,
}

/// The rows of one list.
#[derive(Debug, Clone)]
struct Rows {
    rows: Arc<[Value]>,
    /// The most rows of a page, if it is not what the service has.
    page: Option<usize>,
}

impl Rows {
    /// The rows of the list at this path, with all keys that the service sends.
    fn new(path: &str, rows: &[Value], page: Option<usize>) -> Self {
        let kind = serving(path).map_or("", |endpoint| endpoint.row);
        Self { rows: rows.iter().map(|row| complete(kind, row)).collect(), page }
    }
}

impl Lists {
    pub(crate) fn new(auth: Arc<Auth>) -> Self {
        let lists = Self { auth, rows: Mutex::default(), requirements: Mutex::default() };
        lists.clear();
        lists
    }

    /// Sets the rows of the list at this path, and perhaps the most rows of a page.
    pub(crate) fn set(&self, path: String, rows: &[Value], page: Option<usize>) {
        let rows = Rows::new(&path, rows, page);
        lock(&self.rows).insert(path, rows);
    }

    /// Every list comes from the data again.
    pub(crate) fn clear(&self) {
        let mut lists = lock(&self.rows);
        lists.clear();
        for (path, rows) in &self.auth.data.lists {
            lists.insert(path.clone(), Rows::new(path, rows, None));
        }
    }

    /// Sets what every login for this service must meet.
    pub(crate) fn set_requirements(&self, service: Service, requirements: Requirements) {
        lock(&self.requirements).insert(service, requirements);
    }

    pub(crate) fn clear_requirements(&self) {
        lock(&self.requirements).clear();
    }

    /// The response to a request for a page.
    pub(super) fn respond(
        &self,
        endpoint: &Endpoint,
        path: &str,
        headers: &HeaderMap,
        parameters: &Map<String, Value>,
    ) -> Result<Value, ListError> {
        let service = endpoint.service;
        let wrong = |error: AuthError| ListError::of(error, service, path);
        let token =
            self.auth.authorize(headers, service.resource_server(), endpoint.scopes).map_err(wrong)?;
        if let Some(requirements) = lock(&self.requirements).get(&service)
            && !self.auth.meets(&token, requirements)
        {
            return Err(ListError::LoginRequired(requirements.body()));
        }
        let Rows { rows, page: size } = self.rows(endpoint, path).map_err(wrong)?;
        let rows: Vec<&Value> = rows.iter().filter(|row| fits(service, row, parameters)).collect();
        let page = page(endpoint.paging, path, rows.len(), size, parameters)
            .map_err(|WrongParameter(why)| wrong(AuthError::invalid_request(why)))?;
        let mut body: Map<String, Value> =
            endpoint.fixed.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        body.extend(page.keys);
        let of_page: Value =
            rows.get(page.rows).unwrap_or_default().iter().map(|row| (*row).clone()).collect();
        if endpoint.items.is_empty() {
            return Ok(of_page);
        }
        body.insert(endpoint.items.to_owned(), of_page);
        Ok(Value::Object(body))
    }

    /// A list that belongs to a task or an endpoint is there only if the data has it.
    fn rows(&self, endpoint: &Endpoint, path: &str) -> Result<Rows, AuthError> {
        // A scroll goes through what a search finds.
        let path = path.strip_suffix("/scroll").map_or(path.to_owned(), |index| format!("{index}/search"));
        match lock(&self.rows).get(&path) {
            Some(rows) => Ok(rows.clone()),
            None if endpoint.path.contains('{') => Err(AuthError::not_found("There is nothing with this ID")),
            None => Ok(Rows::new(&path, &[], None)),
        }
    }
}

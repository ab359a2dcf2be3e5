//! The request for a list, and for each of its pages.

use serde_json::{Map, Value};

use crate::globus::api::{ApiRequest, Method, PageParameter, Paginator, Place};
use crate::globus::service::Service;

/// A list as a service sends it.
#[derive(Debug, Clone)]
pub struct ListRequest {
    pub service: Service,
    /// From the base URL of the service. That of a child depends on the row of its parent.
    pub path: String,
    /// The query, besides that of the paginator.
    pub params: Vec<(String, String)>,
    /// The body, besides that of the paginator; none for a `GET`.
    pub json: Option<Map<String, Value>>,
    /// The dotted path to the rows; none if the response is the list.
    pub items: Option<String>,
    pub paginator: Paginator,
    /// Whether the list is used if the service cuts it.
    pub keeps_cut: bool,
}

impl ListRequest {
    /// A list that is one response.
    pub fn whole(service: Service, path: impl Into<String>) -> Self {
        Self {
            service,
            path: path.into(),
            params: Vec::new(),
            json: None,
            items: None,
            paginator: Paginator::Single,
            keeps_cut: false,
        }
    }

    /// The request for the page with these parameters, at this path.
    pub(super) fn page(&self, path: &str, parameters: &[PageParameter]) -> ApiRequest {
        let mut params = self.params.clone();
        let mut json = self.json.clone();
        for PageParameter { place, name, value } in parameters {
            match (place, &mut json) {
                (Place::Body, Some(json)) => set(json, name, value),
                _ => params.push((name.clone(), text(value))),
            }
        }
        let method = json.map_or(Method::Get, |json| Method::Post(json.into()));
        ApiRequest { method, params, ..ApiRequest::get(self.service.clone(), path) }
    }
}

/// Sets what stands at a dotted path.
fn set(json: &mut Map<String, Value>, path: &str, value: &Value) {
    match path.split_once('.') {
        None => {
            json.insert(path.to_owned(), value.clone());
        }
        Some((first, rest)) => {
            let inner = json.entry(first).or_insert_with(|| Map::new().into());
            if !inner.is_object() {
                *inner = Map::new().into();
            }
            if let Some(inner) = inner.as_object_mut() {
                set(inner, rest, value);
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

//! A source of rows: a list of a Globus service.

use serde_json::Value;

use super::rows::{Row, RowReceiver};
use super::surrogates::replace_lone_surrogates;
use crate::Result;
use crate::globus::api::{RowSink, ServiceClient};
use crate::globus::auth::{Authorizer, Identity};
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use crate::globus::service::Service;

/// A list that a service sends, and what a template sees of it.
#[derive(Debug)]
pub struct RowSource {
    /// What a template calls the rows.
    pub name: &'static str,
    /// What messages call one row.
    pub row_name: &'static str,
    /// The field that identifies a row.
    pub key: &'static str,
    /// The field that people know a row by.
    pub label: &'static str,
    /// The service that sends them.
    pub service: fn(&Services) -> Service,
    /// The path of the list, from the base URL of the service.
    pub path: &'static str,
    /// Checks a row of the service, and completes it for templates. The error is what the row has or lacks.
    pub complete: fn(Row) -> Result<Row, String>,
}

impl RowSource {
    /// So many rows in words, such as `12 groups`.
    pub fn number_of(&self, count: u64) -> String {
        match count {
            0 => format!("no {}", self.name),
            1 => format!("1 {}", self.row_name),
            _ => format!("{count} {}", self.name),
        }
    }

    /// Sends each row to the receiver as it arrives.
    pub async fn fetch(
        &self,
        http: &HttpClient,
        services: &Services,
        authorizer: &mut Authorizer<'_>,
        receiver: &mut dyn RowReceiver,
    ) -> Result<()> {
        let service = (self.service)(services);
        let mut parser = RowParser { source: self, service: service.clone(), received: 0, receiver };
        ServiceClient::new(http, service).list(self.path, authorizer, &mut parser).await
    }
}

/// Parses and completes the rows of a source.
struct RowParser<'r> {
    source: &'r RowSource,
    service: Service,
    received: usize,
    receiver: &'r mut dyn RowReceiver,
}

impl RowParser<'_> {
    fn parse(&self, json: &[u8]) -> serde_json::Result<Row> {
        serde_json::from_slice(json).or_else(|error| {
            let replaced = replace_lone_surrogates(json).ok_or(error)?;
            let (service, name, number) = (&self.service.name, self.source.name, self.received);
            tracing::warn!(
                "{service} sent a lone surrogate in number {number} of the {name}; U+FFFD replaces it"
            );
            serde_json::from_slice(&replaced)
        })
    }
}

impl RowSink for RowParser<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.received = 0;
        self.receiver.start(identity)
    }

    fn row(&mut self, json: &[u8]) -> Result<()> {
        self.received += 1;
        let row = self.parse(json).map_err(|error| format!("is not JSON: {error}"));
        let row = row.and_then(self.source.complete).map_err(|why| {
            self.service.not_a_list_of(self.source.name, format!("number {} {why}", self.received))
        })?;
        self.receiver.row(Value::Object(row))
    }
}

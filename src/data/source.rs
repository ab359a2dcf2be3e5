//! A source of rows: a list of a Globus service.

use super::fields::Fields;
use super::read::RowReader;
use super::rows::RowReceiver;
use super::surrogates::replace_lone_surrogates;
use super::value::{Object, Value};
use crate::globus::api::{RowSink, ServiceClient};
use crate::globus::auth::{Authorizer, Identity};
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use crate::globus::service::Service;
use crate::{Error, Result};

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
    /// What is needed of a row if a template reads this of the data.
    pub(super) needed: fn(&Fields) -> Fields,
    /// What the service sends of what is needed of a row.
    pub(super) sent: fn(&Fields) -> Fields,
    /// Checks a row of the service, and completes it with what is needed. The error is what the row has or lacks.
    pub(super) complete: fn(&Object, &Fields) -> Result<Object, String>,
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

    /// Sends each row to the receiver as it arrives: of each what is needed if this is read of the data.
    pub async fn fetch(
        &self,
        http: &HttpClient,
        services: &Services,
        authorizer: &mut Authorizer<'_>,
        read: &Fields,
        receiver: &mut dyn RowReceiver,
    ) -> Result<()> {
        let service = (self.service)(services);
        let mut rows = Rows::new(self, service.clone(), read, receiver);
        ServiceClient::new(http, service).list(self.path, authorizer, &mut rows).await
    }
}

/// Parses and completes the rows of a source.
struct Rows<'r> {
    source: &'r RowSource,
    service: Service,
    needed: Fields,
    reader: RowReader,
    /// How many went on to the receiver.
    sent: usize,
    receiver: &'r mut dyn RowReceiver,
}

impl<'r> Rows<'r> {
    fn new(
        source: &'r RowSource,
        service: Service,
        read: &Fields,
        receiver: &'r mut dyn RowReceiver,
    ) -> Self {
        let needed = (source.needed)(read);
        let reader = RowReader::new(&(source.sent)(&needed));
        Self { source, service, needed, reader, sent: 0, receiver }
    }

    /// Sends a row on. One without a key is identified by its content, and goes on whole.
    fn send(&mut self, row: &Value, json: &[u8]) -> Result<()> {
        let mut completed = self.completed(row, &self.needed)?;
        if completed.get(self.source.key).and_then(Value::as_str).is_none_or(str::is_empty) {
            let whole = self.reader.whole_row(json).map_err(|error| self.not_json(&error))?;
            completed = self.completed(&whole, &Fields::All)?;
        }
        self.sent += 1;
        self.receiver.row(completed.into())
    }

    fn completed(&self, row: &Value, needed: &Fields) -> Result<Object> {
        let Value::Object(row) = row else { return Err(self.wrong("is not an object")) };
        (self.source.complete)(row, needed).map_err(|why| self.wrong(&why))
    }

    fn not_json(&self, error: &serde_json::Error) -> Error {
        self.wrong(&format!("is not JSON: {error}"))
    }

    /// An error in the row that is to go on next.
    fn wrong(&self, why: &str) -> Error {
        self.service.not_a_list_of(self.source.name, format!("number {} {why}", self.number()))
    }

    fn number(&self) -> usize {
        self.sent + 1
    }
}

impl RowSink for Rows<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.sent = 0;
        self.receiver.start(identity)
    }

    fn first_row(&mut self, text: &str) -> Result<Option<usize>> {
        let Ok((row, length)) = self.reader.first_row(text) else { return Ok(None) };
        self.send(&row, text.get(..length).unwrap_or_default().as_bytes())?;
        Ok(Some(length))
    }

    fn row(&mut self, json: &[u8]) -> Result<()> {
        let error = match self.reader.row(json) {
            Ok(row) => return self.send(&row, json),
            Err(error) => error,
        };
        let replaced = replace_lone_surrogates(json).ok_or_else(|| self.not_json(&error))?;
        let (service, name, number) = (&self.service.name, self.source.name, self.number());
        tracing::warn!(
            "{service} sent a lone surrogate in number {number} of the {name}; U+FFFD replaces it"
        );
        let row = self.reader.row(&replaced).map_err(|error| self.not_json(&error))?;
        self.send(&row, &replaced)
    }
}

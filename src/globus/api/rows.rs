//! The rows of a response, read while it arrives.

use super::envelope::Envelope;
use super::one_identity::OneIdentity;
use super::owner::Owner;
use crate::globus::auth::Identity;
use crate::globus::http::{Cancelled, ElementSink, JsonListSplitter, Sink, SplitError, limits};
use crate::globus::service::Service;
use crate::{Error, Result};

/// Takes the rows of a list while they arrive.
pub trait RowSink {
    /// A list begins; `identity` is that of the access token, if it is known. If an earlier response broke off, its rows
    /// are void.
    fn start(&mut self, identity: Option<&Identity>) -> Result<()>;

    /// Takes the next row, with which this text begins, and gives its length. `None` if it may not be whole or right.
    fn first_row(&mut self, text: &str) -> Result<Option<usize>>;

    /// The next row: what stands between two brackets.
    fn row(&mut self, json: &[u8]) -> Result<()>;
}

/// The body of a response, split into rows.
pub(super) struct Body<'r> {
    service: &'r Service,
    identity: &'r OneIdentity,
    /// Whose token the request has.
    owner: Owner,
    items: Option<&'r str>,
    rows: &'r mut dyn RowSink,
    splitter: JsonListSplitter,
    error: Option<Error>,
}

impl<'r> Body<'r> {
    pub(super) fn new(
        service: &'r Service,
        identity: &'r OneIdentity,
        items: Option<&'r str>,
        rows: &'r mut dyn RowSink,
    ) -> Self {
        let (owner, splitter) = (Owner::default(), JsonListSplitter::new(items));
        Self { service, identity, owner, items, rows, splitter, error: None }
    }

    /// The next request has a token of this owner.
    pub(super) fn expect_of(&mut self, owner: &Owner) {
        self.owner = owner.clone();
    }

    /// Why it has cancelled the response, which says more than that it did.
    pub(super) fn take_error(&mut self) -> Option<Error> {
        self.error.take()
    }

    /// What stands beside the rows, once the body has ended.
    pub(super) fn finish(self) -> Result<Envelope> {
        self.splitter.finish().map(Envelope::new).map_err(|why| not_a_list(self.service, self.items, why))
    }
}

impl Sink for Body<'_> {
    fn start(&mut self) {
        self.splitter = JsonListSplitter::new(self.items);
        let started = self.identity.receive(&self.owner);
        self.error = started.and_then(|()| self.rows.start(self.owner.identity.as_ref())).err();
    }

    fn chunk(&mut self, bytes: &[u8]) -> Result<(), Cancelled> {
        let Self { service, items, rows, splitter, error, .. } = self;
        if error.is_some() {
            return Err(Cancelled);
        }
        splitter.feed(bytes, &mut Rows(*rows)).map_err(|why| {
            *error = Some(match why {
                RowError::Row(error) => error,
                RowError::Split(why) => not_a_list(service, *items, why),
            });
            Cancelled
        })
    }
}

/// Why a row is not taken.
enum RowError {
    Split(SplitError),
    /// The sink refused it.
    Row(Error),
}

impl From<SplitError> for RowError {
    fn from(error: SplitError) -> Self {
        Self::Split(error)
    }
}

/// The elements of the array are rows.
struct Rows<'r>(&'r mut dyn RowSink);

impl ElementSink for Rows<'_> {
    type Error = RowError;

    fn first(&mut self, text: &str) -> Result<Option<usize>, RowError> {
        self.0.first_row(text).map_err(RowError::Row)
    }

    fn whole(&mut self, element: &[u8]) -> Result<(), RowError> {
        self.0.row(element).map_err(RowError::Row)
    }
}

fn not_a_list(service: &Service, items: Option<&str>, why: SplitError) -> Error {
    const MIB: usize = 1024 * 1024;
    let path = items.unwrap_or_default();
    let why = match (why, items) {
        (SplitError::NotAnArray, Some(_)) => {
            format!("`{path}` is not a JSON array of objects, or it ends too early")
        }
        (SplitError::NotAnArray | SplitError::NotAnObject, None) => {
            "it is not a JSON array of objects, or it ends too early".to_owned()
        }
        (SplitError::NotAnObject, Some(_)) => "it is not a JSON object, or it ends too early".to_owned(),
        (SplitError::NoList, _) => format!("it has no list at `{path}`"),
        (SplitError::ListTwice, _) => format!("it has `{path}` twice"),
        (SplitError::ElementTooLarge, _) => format!("one element is larger than {} MiB", limits::ROW / MIB),
        (SplitError::RestTooLarge, _) => {
            format!("it holds more than {} MiB beside `{path}`", limits::ENVELOPE / MIB)
        }
    };
    service.not_a_list_of("objects", why)
}

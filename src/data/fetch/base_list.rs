//! The rows of a list, as far as one request for the list gives them.

use std::cell::RefCell;

use futures_util::{StreamExt, stream};

use super::fetching::Fetching;
use super::incoming::{Incoming, RowOut};
use super::request::ListRequest;
use crate::Result;
use crate::data::read::RowReader;
use crate::data::source::{RowStream, Source};
use crate::data::value::Value;
use crate::globus::auth::Identity;

/// A source with what its responses share.
#[derive(Debug)]
pub(super) struct BaseList<'s> {
    pub(super) source: &'s dyn Source,
    request: ListRequest,
    reader: RefCell<RowReader>,
}

impl<'s> BaseList<'s> {
    pub(super) fn new(source: &'s dyn Source, fetching: &Fetching<'_>) -> Result<Self> {
        let request = source.list(fetching.services)?;
        Ok(Self { source, request, reader: RefCell::new(source.reader()) })
    }

    /// Hands each row on as it arrives.
    pub(super) async fn send(&self, fetching: &Fetching<'_>, out: &mut dyn RowOut) -> Result<()> {
        let mut rows = Incoming::new(self.source, &self.request.service, &self.reader, 0, out);
        fetching.list(&self.request, &mut rows).await
    }

    /// The rows of whole responses, arranged, and who asked for them.
    pub(super) async fn rows<'r>(
        &'r self,
        fetching: &'r Fetching<'r>,
    ) -> Result<(Option<Identity>, RowStream<'r>)> {
        let mut kept = Kept::default();
        self.send(fetching, &mut kept).await?;
        let Kept { identity, mut rows } = kept;
        if self.source.arranges() {
            rows = self.source.arrange(rows)?;
        }
        Ok((identity, stream::iter(rows.into_iter().map(Ok)).boxed_local()))
    }
}

/// Keeps the rows of a response.
#[derive(Default)]
struct Kept {
    identity: Option<Identity>,
    rows: Vec<Value>,
}

impl RowOut for Kept {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.identity = identity.cloned();
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.rows.push(row);
        Ok(())
    }
}

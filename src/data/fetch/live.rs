//! A source while it is fetched: its requests, its pages, and the lists below it.

use std::cell::RefCell;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::fetching::Fetching;
use super::incoming::{Incoming, RowOut};
use super::node::{ListOf, Node, ParentLink};
use super::notes::Notes;
use super::request::ListRequest;
use super::seen::SeenRows;
use super::tally::Tally;
use crate::data::first_names::Place;
use crate::data::source::{RowStream, Source};
use crate::data::source_name::SourceName;
use crate::globus::api::{Envelope, Next, PageParameter, Pager, Paginator, Refused};
use crate::globus::auth::Identity;
use crate::{Error, Kind, Result};
use globus_templates::read::RowReader;
use globus_templates::value::Value;

/// A source with what its responses share.
pub(super) struct Live<'p> {
    pub(super) source: &'p dyn Source,
    pub(super) link: Option<&'p ParentLink>,
    pub(super) children: Vec<Self>,
    pub(super) request: ListRequest,
    pub(super) tally: Tally,
    pub(super) notes: Notes,
    reader: RefCell<RowReader>,
    identity: RefCell<Option<Identity>>,
}

/// Why a list does not come.
pub(super) enum Failure {
    Refused(Refused),
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl<'p> Live<'p> {
    pub(super) fn new(node: &'p Node, fetching: &Fetching<'_>) -> Result<Self> {
        let source = &*node.source;
        let children = node.children.iter().map(|child| Self::new(child, fetching));
        Ok(Self {
            source,
            link: node.link.as_ref(),
            children: children.collect::<Result<_>>()?,
            request: source.list(fetching.services)?,
            tally: Tally::default(),
            notes: Notes::default(),
            reader: RefCell::new(source.reader()),
            identity: RefCell::default(),
        })
    }

    /// Whether each row can go on as it arrives.
    pub(super) fn is_straight(&self) -> bool {
        self.request.paginator == Paginator::Single
            && self.children.is_empty()
            && !self.source.arranges()
            && !self.source.enriches()
    }

    /// That of the access token for the latest response, if it is known.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity.borrow().clone()
    }

    /// Hands each row of the only response on as it arrives.
    pub(super) async fn send(&self, fetching: &Fetching<'_>, out: &mut dyn RowOut) -> Result<()> {
        let sent = self.page(fetching, &self.request.path, &ListOf::default(), &[], 0, out).await?;
        sent.map(drop).map_err(|refused| self.refused(refused))
    }

    /// The rows of all pages, selected, arranged and enriched, with the lists below them.
    pub(super) fn rows<'r>(&'r self, fetching: &'r Fetching<'r>) -> RowStream<'r> {
        let listed =
            self.listed(fetching, &self.request.path, ListOf::default()).map_err(|failure| match failure {
                Failure::Refused(refused) => self.refused(refused),
                Failure::Other(error) => error,
            });
        let listed: RowStream<'r> = if self.source.arranges() {
            stream::once(async { self.source.arrange(listed.try_collect().await?) })
                .map_ok(|rows| {
                    self.tally.expect(rows.len());
                    stream::iter(rows.into_iter().map(Ok))
                })
                .try_flatten()
                .boxed_local()
        } else {
            listed.boxed_local()
        };
        let enriched = self.source.enriched(fetching, &self.tally, listed);
        self.with_children(fetching, Place::new(), enriched)
    }

    /// The rows of all pages at this path, as the service lists them.
    pub(super) fn listed<'r>(
        &'r self,
        fetching: &'r Fetching<'r>,
        path: &'r str,
        of: ListOf,
    ) -> impl stream::Stream<Item = Result<Value, Failure>> + 'r {
        let pager = Pager::new(&self.request.paginator, self.request.keeps_cut);
        let first = pager.first();
        let seen = SeenRows::new(self.source.kind(), &self.request.paginator);
        let start = (pager, seen, of, Some(first), 0);
        stream::try_unfold(start, move |(mut pager, mut seen, of, parameters, before)| async move {
            let Some(parameters) = parameters else { return Ok(None) };
            let mut kept = Kept { live: self, rows: Vec::new() };
            let page = self.page(fetching, path, &of, &parameters, before, &mut kept).await?;
            let (envelope, arrived) = page.map_err(Failure::Refused)?;
            let next = pager.next(&envelope, arrived as u64);
            let next = next.and_then(|next| seen.check(&kept.rows, &next).map(|()| next));
            let next = next.map_err(|why| self.unusable_page(&of.label, &why))?;
            let next = self.following(next, &of)?;
            self.tally.list(kept.rows.len(), next.is_none());
            Ok::<_, Failure>(Some((kept.rows, (pager, seen, of, next, before + arrived))))
        })
        .map_ok(|rows| stream::iter(rows.into_iter().map(Ok)))
        .try_flatten()
    }

    /// The parameters of the next page, if there is one.
    fn following(&self, next: Next, of: &ListOf) -> Result<Option<Vec<PageParameter>>> {
        let name = &self.source.kind().source;
        match next {
            Next::Page(parameters) => Ok(Some(parameters)),
            Next::End => Ok(None),
            Next::Truncated(why) if !self.request.keeps_cut => {
                Err(Error::failed(format!("the list `{name}`{} is not whole", of.label)).because(why).help(
                    "ask for less with `params`, or write `truncated = \"keep\"` to take what there is",
                ))
            }
            Next::Truncated(why) => {
                self.notes.cut(of, why);
                self.tally.truncate();
                Ok(None)
            }
        }
    }

    /// Hands on the rows of one page. Gives what stands beside them, and how many there are.
    async fn page(
        &self,
        fetching: &Fetching<'_>,
        path: &str,
        of: &ListOf,
        parameters: &[PageParameter],
        before: usize,
        out: &mut dyn RowOut,
    ) -> Result<Result<(Envelope, usize), Refused>> {
        let request = self.request.page(path, parameters);
        let mut rows = Incoming::new(self.source, &self.request.service, &self.reader, before, out);
        let sent = fetching.list(&request, self.request.items.as_deref(), &mut rows).await;
        let sent = sent.map_err(|error| self.unreachable(error))?;
        self.notes.replace(of, &rows.replaced);
        Ok(sent.map(|envelope| (envelope, rows.arrived)))
    }

    /// Names the list for which no response came.
    fn unreachable(&self, error: Error) -> Error {
        match &self.source.kind().source {
            name @ SourceName::Declared(_) if error.kind == Kind::Unreachable => {
                let what = format!("can't get the list `{name}`").into();
                Error { why: Some(error.summary()), what, ..error }
            }
            _ => error,
        }
    }

    fn unusable_page(&self, of: &str, why: &str) -> Error {
        let (service, name) = (&self.request.service.name, &self.source.kind().source);
        Error::failed(format!("{service} sent a page of `{name}`{of} that can't be followed"))
            .because(why)
            .help("run it again; if that does not help, check `paginator` in the profile, with -vv")
    }

    /// The error of a refused request for the list.
    fn refused(&self, refused: Refused) -> Error {
        match &self.source.kind().source {
            SourceName::Groups => refused.into_error(),
            name @ SourceName::Declared(_) => {
                let (service, status) = (&self.request.service.name, refused.status);
                Error::failed(format!("{service} refused the request for `{name}` with status {status}"))
                    .because(refused.message)
            }
        }
    }
}

/// Keeps the rows of a response.
struct Kept<'l, 'p> {
    live: &'l Live<'p>,
    rows: Vec<Value>,
}

impl RowOut for Kept<'_, '_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.live.identity.replace(identity.cloned());
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.rows.push(row);
        Ok(())
    }
}

//! Going from page to page.

use super::cursor::CursorPager;
use super::offset::OffsetPager;
use super::page::{Next, PageParameter};
use super::paginator::Paginator;
use crate::globus::api::envelope::Envelope;

/// The state of paging through one list.
#[derive(Debug)]
pub struct Pager<'p>(Kind<'p>);

#[derive(Debug)]
enum Kind<'p> {
    Single,
    Offset(OffsetPager<'p>),
    Cursor(CursorPager<'p>),
}

impl<'p> Pager<'p> {
    /// A pager before the first page. `keeps_cut` is whether a list that the service cuts is wanted as far as it goes.
    pub fn new(paginator: &'p Paginator, keeps_cut: bool) -> Self {
        Self(match paginator {
            Paginator::Single => Kind::Single,
            Paginator::Offset(paging) => Kind::Offset(OffsetPager::new(paging, keeps_cut)),
            Paginator::Cursor(paging) => Kind::Cursor(CursorPager::new(paging)),
        })
    }

    /// The parameters of the first page.
    pub fn first(&self) -> Vec<PageParameter> {
        match &self.0 {
            Kind::Single | Kind::Cursor(_) => Vec::new(),
            Kind::Offset(pager) => pager.parameters(),
        }
    }

    /// What follows a page that had so many rows. The error says what is wrong with the page.
    pub fn next(&mut self, page: &Envelope, rows: u64) -> Result<Next, String> {
        match &mut self.0 {
            Kind::Single => Ok(Next::End),
            Kind::Offset(pager) => pager.next(page, rows),
            Kind::Cursor(pager) => pager.next(page, rows),
        }
    }
}

//! Paging: what the next page of a list is asked for with, and whether there is one. Nothing is sent here.

mod cursor;
mod offset;
mod page;
mod pager;
mod paginator;
#[cfg(test)]
mod tests;

pub use page::{Next, PageParameter, Place};
pub use pager::Pager;
pub use paginator::{CursorPaging, OffsetPaging, Paginator};

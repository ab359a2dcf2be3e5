//! Pages that are asked for with what the page before says.

use std::collections::HashSet;

use serde_json::Value;

use super::page::{Next, PageParameter, has_more};
use super::paginator::CursorPaging;
use crate::globus::api::envelope::Envelope;

/// So many pages without rows in a row are an endless list. A service that filters what it finds sends some.
const EMPTY_PAGES_MAX: u32 = 100;

#[derive(Debug)]
pub(super) struct CursorPager<'p> {
    paging: &'p CursorPaging,
    /// A list that leads back to one of these would never end.
    seen: HashSet<String>,
    empty_pages: u32,
}

impl<'p> CursorPager<'p> {
    pub(super) fn new(paging: &'p CursorPaging) -> Self {
        Self { paging, seen: HashSet::new(), empty_pages: 0 }
    }

    pub(super) fn next(&mut self, page: &Envelope, rows: u64) -> Result<Next, String> {
        let path = &self.paging.cursor_path;
        let flag = has_more(page, self.paging.has_more_path.as_deref())?;
        let cursor = match page.at(path) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) => return Err(format!("its `{path}` is neither text, nor a number, nor null")),
        };
        let cursor = match (cursor, flag) {
            (_, Some(false)) => return Ok(Next::End),
            (None, None) => return self.end_without_flag(page),
            (None, Some(true)) => {
                let flag = self.paging.has_more_path.as_deref().unwrap_or_default();
                return Ok(Next::Truncated(format!(
                    "the last page has `{flag}: true`, but no `{path}` to ask for the next one"
                )));
            }
            (Some(cursor), _) => cursor,
        };
        self.empty_pages = if rows == 0 { self.empty_pages + 1 } else { 0 };
        if self.empty_pages > EMPTY_PAGES_MAX {
            return Err(format!("more than {EMPTY_PAGES_MAX} pages in a row are empty"));
        }
        if !self.seen.insert(cursor) {
            return Err(format!("its `{path}` is one that came before, so the list would never end"));
        }
        let value = page.at(path).cloned().unwrap_or_default();
        let name = self.paging.cursor_param.clone();
        Ok(Next::Page(vec![PageParameter { place: self.paging.place, name, value }]))
    }

    /// The end after a page without a cursor, and without the flag if there should be one. A page that has the key of neither is
    /// another document than the profile describes.
    fn end_without_flag(&self, page: &Envelope) -> Result<Next, String> {
        let path = &self.paging.cursor_path;
        match &self.paging.has_more_path {
            Some(flag) if page.at(path).is_none() && page.at(flag).is_none() => {
                Err(format!("it has neither `{flag}` nor `{path}`"))
            }
            _ => Ok(Next::End),
        }
    }
}

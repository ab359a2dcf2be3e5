//! Pages that are asked for with the number of rows before them.

use serde_json::Value;

use super::page::{Next, PageParameter, has_more};
use super::paginator::OffsetPaging;
use crate::globus::api::envelope::Envelope;

#[derive(Debug)]
pub(super) struct OffsetPager<'p> {
    paging: &'p OffsetPaging,
    /// How many rows have come.
    offset: u64,
    total: Option<u64>,
    keeps_cut: bool,
}

impl<'p> OffsetPager<'p> {
    pub(super) fn new(paging: &'p OffsetPaging, keeps_cut: bool) -> Self {
        Self { paging, offset: 0, total: None, keeps_cut }
    }

    /// Those of the next page. No service is asked for rows beyond its maximum: most refuse that.
    pub(super) fn parameters(&self) -> Vec<PageParameter> {
        let left = self.paging.maximum_offset.map_or(u64::MAX, |most| most.saturating_sub(self.offset));
        let parameter = |name: &str, value: u64| PageParameter {
            place: self.paging.place,
            name: name.to_owned(),
            value: value.into(),
        };
        vec![
            parameter(&self.paging.limit_param, self.paging.limit.min(left)),
            parameter(&self.paging.offset_param, self.offset),
        ]
    }

    pub(super) fn next(&mut self, page: &Envelope, rows: u64) -> Result<Next, String> {
        let total = self.new_total(page)?;
        let flag = has_more(page, self.paging.has_more_path.as_deref())?;
        self.offset += rows;
        let offset = self.offset;
        if let Some(end) = self.maximum(total) {
            return Ok(end);
        }
        let has_more = match (flag, total, &self.paging.has_more_path) {
            (Some(flag), ..) => flag,
            (None, Some(total), _) => offset < total,
            (None, None, Some(path)) => return Err(format!("it has no `{path}`")),
            // The first page without rows is the last one.
            (None, None, None) => rows > 0,
        };
        match total {
            _ if has_more && rows == 0 => Err("it is empty, but more rows should follow".to_owned()),
            _ if has_more => Ok(Next::Page(self.parameters())),
            Some(total) if offset < total => {
                Ok(Next::Truncated(format!("the service stops after {offset} of {total}")))
            }
            Some(total) if offset > total => {
                Err(format!("the list changed while it was read: it has {total} rows, and {offset} came"))
            }
            _ => Ok(Next::End),
        }
    }

    /// The end of a list that is as long as the service lets it be, or longer.
    fn maximum(&self, total: Option<u64>) -> Option<Next> {
        let most = self.paging.maximum_offset?;
        let is_reached = self.offset >= most;
        match total {
            Some(total) if total > most && (is_reached || !self.keeps_cut) => {
                Some(Next::Truncated(format!("the service sends only {most} of {total}")))
            }
            Some(_) if is_reached => Some(Next::End),
            // `has_next_page` is false here, whether there are more rows or not.
            None if is_reached => Some(Next::Truncated(format!(
                "the service never sends more than {most}, so there may be more"
            ))),
            _ => None,
        }
    }

    /// How many rows the list has. One that gets shorter while it is read moves up: rows of the next page would be skipped.
    fn new_total(&mut self, page: &Envelope) -> Result<Option<u64>, String> {
        let Some(path) = &self.paging.total_path else { return Ok(None) };
        let total = match page.at(path) {
            Some(Value::Number(number)) if number.is_u64() => number.as_u64().unwrap_or_default(),
            Some(_) => return Err(format!("its `{path}` is not a number of rows")),
            None => return Err(format!("it has no `{path}`")),
        };
        match self.total.replace(total) {
            Some(before) if total < before => Err(format!(
                "the list got shorter while it was read, from {before} to {total}, so rows may be missing"
            )),
            _ => Ok(Some(total)),
        }
    }
}

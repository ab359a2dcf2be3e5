//! A page: what it is asked for with, and what follows it.

use serde_json::Value;

use crate::globus::api::envelope::Envelope;

/// What follows a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Another page, asked for with these parameters.
    Page(Vec<PageParameter>),
    /// Nothing: the list is whole.
    End,
    /// Nothing: the service has or may have more, but does not send it, or does not say how to ask for it. The text says why.
    Truncated(String),
}

/// A parameter that asks for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageParameter {
    pub place: Place,
    /// In a body, a dotted path.
    pub name: String,
    pub value: Value,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Query,
    Body,
}

/// Whether a page says that there are more; `None` if it does not say so.
pub(super) fn has_more(page: &Envelope, path: Option<&str>) -> Result<Option<bool>, String> {
    let Some(path) = path else { return Ok(None) };
    match page.at(path) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(more)) => Ok(Some(*more)),
        Some(_) => Err(format!("its `{path}` is neither true nor false")),
    }
}

//! Where a template uses what is complete only when all rows are.

use crate::data::SourceName;
use globus_templates::handlebars::Span;

/// A place of a template that reaches beyond one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::template) struct Usage {
    /// The step of the main template that it is in or that includes it.
    pub(in crate::template) step: usize,
    pub(in crate::template) branch: Branch,
    /// The partial that it is in; `None` is the main template.
    pub(in crate::template) file: Option<String>,
    pub(in crate::template) tag: Span,
    pub(in crate::template) reached: Reached,
}

/// The part of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::template) enum Branch {
    Tag,
    Body,
    Inverse,
}

/// What a template reaches, with the path as it is written at these bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::template) enum Reached {
    /// The rows of a source, at its own place in the data.
    Rows(SourceName, Span),
    /// The rows of a child, inside a row of its parent.
    Child(SourceName, Span),
    /// `totals` of groups.
    Totals(Span),
    /// `sources`
    Outcomes(Span),
    /// `changes`
    Changes(Span),
    /// `data`, which holds the rows of every declared source.
    Declared(Span),
    /// A value that holds all the rows.
    Everything(Span),
    /// A partial whose name is computed.
    AnyPartial,
    /// More partials, or branches, than are followed.
    TooMuch,
}

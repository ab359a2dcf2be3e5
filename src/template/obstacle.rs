//! What in a template needs all rows at once.

use globus_templates::handlebars::Span;

/// What keeps a template from rendering each row as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle {
    /// The partial that it is in; `None` is the main template.
    pub(super) file: Option<String>,
    pub(super) span: Span,
    pub(super) why: String,
}

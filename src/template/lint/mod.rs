//! What a template's text says about where its values stand.

mod place;
pub(super) mod tags;
mod warnings;

pub(super) use warnings::warnings;

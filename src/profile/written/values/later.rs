//! Keys of a later version.

use serde::Deserialize;

/// The name by which the reader knows a [`Later`].
pub(crate) const LATER: &str = "Later";

/// A key of a later version: the reader checks its value and then refuses it. The schema does not have it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Later<T>(T);

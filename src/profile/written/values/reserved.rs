//! Keys that are reserved for a later version.

use serde::Deserialize;

/// The name by which the reader knows a [`Reserved`].
pub const RESERVED: &str = "Reserved";

/// A reserved key: the reader checks its value and then refuses it. The schema does not have it.
#[derive(Debug, Clone, Deserialize)]
pub struct Reserved<T>(T);

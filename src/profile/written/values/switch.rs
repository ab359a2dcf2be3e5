//! A boolean with a default.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A boolean that is `DEFAULT` where the profile says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Switch<const DEFAULT: bool>(bool);

impl<const DEFAULT: bool> Switch<DEFAULT> {
    /// Whether it is on.
    pub fn get(self) -> bool {
        self.0
    }
}

impl<const DEFAULT: bool> Default for Switch<DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

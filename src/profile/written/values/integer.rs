//! An integer within bounds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An integer from `MIN` to `MAX`, which is `DEFAULT` where the profile says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "i128")]
#[schemars(extend("minimum" = MIN, "maximum" = MAX))]
pub struct Integer<const MIN: u32, const MAX: u32, const DEFAULT: u32>(u32);

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> Integer<MIN, MAX, DEFAULT> {
    /// The integer itself.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> Default for Integer<MIN, MAX, DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> TryFrom<i128> for Integer<MIN, MAX, DEFAULT> {
    type Error = String;

    fn try_from(integer: i128) -> Result<Self, String> {
        let fits = u32::try_from(integer).ok().filter(|integer| (MIN..=MAX).contains(integer));
        fits.map(Self).ok_or_else(|| format!("must be from {MIN} to {MAX}"))
    }
}

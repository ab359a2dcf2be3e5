//! An integer within bounds.

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// An integer from `MIN` to `MAX`, which is `DEFAULT` where the profile says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Integer<const MIN: u32, const MAX: u32, const DEFAULT: u32>(
    #[schemars(range(min = MIN, max = MAX))] u32,
);

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

impl<'de, const MIN: u32, const MAX: u32, const DEFAULT: u32> Deserialize<'de>
    for Integer<MIN, MAX, DEFAULT>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = i64::deserialize(deserializer)?;
        let fits = u32::try_from(written).ok().filter(|number| (MIN..=MAX).contains(number));
        fits.map(Self).ok_or_else(|| D::Error::custom(format!("must be from {MIN} to {MAX}")))
    }
}

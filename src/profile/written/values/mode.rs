//! The permissions of a file.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

// The pattern is the rule of `from_str`, for editors.
/// The permission bits of a file, written in octal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(example = "0600", example = "0644", extend("pattern" = "^0?[67][0-7]{2}$"))]
pub struct Mode(u32);

impl Mode {
    /// The bits, as `chmod` takes them.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.0
    }
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let octal = (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        match u32::from_str_radix(text, 8).ok().filter(|_| octal) {
            None => Err("must be three or four octal digits"),
            Some(mode) if mode > 0o777 => Err("cannot set the setuid, setgid or sticky bit"),
            Some(mode) if mode & 0o600 != 0o600 => Err("must let the owner read and write the file"),
            Some(mode) => Ok(Self(mode)),
        }
    }
}

impl TryFrom<String> for Mode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

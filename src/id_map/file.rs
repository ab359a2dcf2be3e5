//! The file of an id map: JSON with a line for each number, so that a person can read, compare and prepare it.

use std::fmt::{self, Write};

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

use super::numbers::Numbers;

/// What the file is. Another version of this program may write another one.
const FORMAT: &str = "globus-runner id map 1";

/// The numbers of users and of groups, which are independent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    #[serde(rename = "format")]
    _format: Format,
    pub(super) users: Numbers,
    pub(super) groups: Numbers,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "String")]
struct Format;

impl TryFrom<String> for Format {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == FORMAT { Ok(Self) } else { Err(format!("its `format` is not {FORMAT:?}")) }
    }
}

impl Content {
    /// Fails with what is wrong, in words about the file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.trim_ascii().is_empty() {
            return Err("it is empty".to_owned());
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|error| {
            if error.is_eof() {
                "it ends in the middle".to_owned()
            } else {
                format!("it is not JSON: {error}")
            }
        })?;
        if !value.is_object() {
            return Err("it is JSON, but not an object".to_owned());
        }
        // Not from the value, in which a key that is there twice is there once.
        serde_json::from_slice(bytes).map_err(|error| error.to_string())
    }

    /// The numbers of both; `None` if they contradict each other.
    pub(super) fn merged(&self, other: &Self) -> Option<Self> {
        let users = self.users.merged(&other.users)?;
        let groups = self.groups.merged(&other.groups)?;
        Some(Self { users, groups, ..Self::default() })
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{{\n  \"format\": \"{FORMAT}\"");
        for (name, numbers) in [("users", &self.users), ("groups", &self.groups)] {
            // Writing to a text can't fail.
            let _ = write!(text, ",\n  \"{name}\": {{");
            for (at, (number, owner)) in numbers.iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                let _ = write!(text, "{comma}\n    \"{owner}\": {number}");
            }
            text += if numbers.len() == 0 { "}" } else { "\n  }" };
        }
        text + "\n}\n"
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Numbers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a number for each UUID")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Numbers, A::Error> {
        let mut numbers = Numbers::default();
        while let Some((owner, number)) = entries.next_entry::<String, u32>()? {
            let owner = Uuid::try_parse(&owner)
                .map_err(|error| A::Error::custom(format_args!("`{owner}` is not a UUID: {error}")))?;
            numbers.insert(owner, number).map_err(A::Error::custom)?;
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = "a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48";
    const BEN: &str = "b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14";

    #[test]
    fn what_is_written_is_read() {
        let mut content = Content::default();
        assert_eq!(
            content.text(),
            "{\n  \"format\": \"globus-runner id map 1\",\n  \"users\": {},\n  \"groups\": {}\n}\n"
        );
        content.users.insert(ADA.parse().unwrap(), 70_001).unwrap();
        content.users.insert(BEN.parse().unwrap(), 70_000).unwrap();
        let text = content.text();
        assert!(text.find(BEN) < text.find(ADA), "{text}");
        assert_eq!(Content::parse(text.as_bytes()).unwrap().text(), text);
    }

    #[test]
    fn what_is_not_whole_is_no_map() {
        let content = |users: &str| {
            format!("{{\"format\": \"{FORMAT}\", \"users\": {{{users}}}, \"groups\": {{}}}}").into_bytes()
        };
        assert!(Content::parse(&content(&format!("\"{ADA}\": 1"))).is_ok());
        for users in [
            format!("\"{ADA}\": 1, \"{BEN}\": 1"),
            format!("\"{ADA}\": 1, \"{ADA}\": 2"),
            format!("\"{ADA}\": 1, \"{}\": 2", ADA.to_uppercase()),
            format!("\"{ADA}\": -1"),
            format!("\"{ADA}\": \"1\""),
            format!("\"{ADA}\": 4294967296"),
            "\"ada\": 1".to_owned(),
        ] {
            assert!(Content::parse(&content(&users)).is_err(), "{users}");
        }
        for text in [
            "",
            "{}",
            "null",
            "{\"users\": {}, \"groups\": {}}",
            "{\"format\": \"globus-runner id map 2\", \"users\": {}, \"groups\": {}}",
            "{\"format\": \"globus-runner id map 1\", \"users\": {}}",
            "{\"format\": \"globus-runner id map 1\", \"users\": {}, \"groups\": {}, \"more\": 1}",
            "{\"format\": \"globus-runner id map 1\", \"users\": {}, \"groups\": {}} {}",
        ] {
            assert!(Content::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}

//! The data that are built in.

use std::collections::BTreeMap;

use super::model::Data;
use super::read::of_toml;

const SAMPLE: &str = include_str!("sample.toml");
const HOSTILE: &str = include_str!("hostile.toml");

impl Default for Data {
    fn default() -> Self {
        Self::built_in(SAMPLE)
    }
}

impl Data {
    /// Groups whose names and descriptions break careless output; see `hostile.toml` in the source. The clients are
    /// those of the default, and so is the first user.
    #[must_use]
    pub fn hostile() -> Self {
        Self::built_in(HOSTILE)
    }

    fn built_in(text: &str) -> Self {
        // A test reads the same text, so this never fails.
        of_toml(text).unwrap_or(Self {
            users: Vec::new(),
            clients: Vec::new(),
            groups: Vec::new(),
            lists: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::data::{Client, Group};

    #[test]
    fn what_is_built_in_is_good() {
        for text in [SAMPLE, HOSTILE] {
            let Ok(data) = of_toml(text) else { panic!("{text}") };
            data.check().unwrap();
            let client = data.clients.iter().find_map(Client::username).unwrap();
            let of_client = |group: &&Group| group.memberships.iter().any(|one| one.username == client);
            assert_eq!(data.groups.iter().filter(of_client).count(), 3);
            assert!(data.users.len() >= 3 && data.groups.len() >= 10);
        }
    }

    /// A first-time user sees these in every format, at a terminal and in a browser.
    #[test]
    fn the_sample_is_plain() {
        let Data { users, clients, groups, lists } = Data::default();
        assert!(lists.len() > 10);
        let of_groups = groups.iter().flat_map(|group| {
            [group.name.as_str(), group.keys.get("description").and_then(Value::as_str).unwrap_or("none")]
        });
        let names =
            users.iter().map(|user| user.name.as_str()).chain(clients.iter().map(|one| one.name.as_str()));
        for text in of_groups.chain(names) {
            let is_plain = |letter: char| letter.is_alphanumeric() || " ,".contains(letter);
            assert!(!text.is_empty() && text.len() < 60 && text.chars().all(is_plain), "{text:?}");
        }
    }
}

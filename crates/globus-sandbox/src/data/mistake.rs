//! A mistake in a data file.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::key_path::KeyPath;

/// A mistake in a data file, with what a message about it needs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Mistake {
    /// The file.
    pub path: PathBuf,
    /// Its whole text.
    pub text: Arc<str>,
    /// The wrong bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub reason: String,
    /// What would be right at this place, in the format of the file.
    pub example: &'static str,
}

impl Mistake {
    /// The line and the column of the mistake, both from 1, the column in characters.
    #[must_use]
    pub fn position(&self) -> (usize, usize) {
        let before = self.text.get(..self.span.start).unwrap_or(&self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

/// `FILE:LINE:COLUMN: REASON; for example: EXAMPLE`.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        let Self { path, reason, example, .. } = self;
        write!(f, "{}:{line}:{column}: {reason}; for example: {example}", path.display())
    }
}

/// The format of a data file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    Toml,
    Json,
}

impl Format {
    /// What would be right at this place: the example of the innermost list in which it is.
    pub(super) fn example(self, path: &KeyPath) -> &'static str {
        let of = |key: &str| EXAMPLES.iter().find(|(list, ..)| *list == key);
        let Some((_, toml, json)) = path.keys().find_map(of).or(EXAMPLES.first()) else { return "" };
        match self {
            Self::Toml => toml,
            Self::Json => json,
        }
    }
}

/// Each list, as TOML and as JSON.
const EXAMPLES: [(&str, &str, &str); 6] = [
    (
        "users",
        r#"users = [{ id = "1", username = "ada@example.edu", name = "Ada", email = "ada@example.edu" }]"#,
        r#"{"users": [{"id": "1", "username": "ada@example.edu", "name": "Ada", "email": "ada@example.edu"}]}"#,
    ),
    (
        "linked",
        r#"linked = [{ id = "2", username = "ada@lab.example.org" }]"#,
        r#""linked": [{"id": "2", "username": "ada@lab.example.org"}]"#,
    ),
    (
        "clients",
        r#"clients = [{ id = "3", name = "Nightly export", secret = "not-for-real-use" }]"#,
        r#""clients": [{"id": "3", "name": "Nightly export", "secret": "not-for-real-use"}]"#,
    ),
    (
        "groups",
        r#"groups = [{ id = "4", name = "Readers", memberships = [] }]"#,
        r#""groups": [{"id": "4", "name": "Readers", "memberships": []}]"#,
    ),
    (
        "memberships",
        r#"memberships = [{ username = "ada@example.edu", role = "member" }]"#,
        r#""memberships": [{"username": "ada@example.edu", "role": "member"}]"#,
    ),
    (
        "lists",
        r#"lists = { "/v0.10/task_list" = [{ task_id = "5", status = "ACTIVE" }] }"#,
        r#""lists": {"/v0.10/task_list": [{"task_id": "5", "status": "ACTIVE"}]}"#,
    ),
];

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use crate::data::Data;

    #[test]
    fn the_examples_are_right() {
        let [users, linked, clients, groups, memberships, lists] =
            EXAMPLES.map(|(_, toml, json)| (toml, json));
        let toml = format!(
            "{}\n{}\n{}\n{}",
            users.0.replace(" }]", &format!(", {} }}]", linked.0)),
            clients.0,
            groups.0.replace("memberships = []", memberships.0),
            lists.0
        );
        let json = format!(
            "{}, {}, {}, {}}}",
            users.1.trim_end_matches('}').replace("\"}]", &format!("\", {}}}]", linked.1)),
            clients.1,
            groups.1.replace("\"memberships\": []", memberships.1),
            lists.1
        );
        for data in [toml::from_str::<Data>(&toml).unwrap(), serde_json::from_str(&json).unwrap()] {
            assert_eq!((data.users.len(), data.clients.len(), data.groups.len()), (1, 1, 1));
            assert_eq!(data.users[0].linked.len(), 1);
            assert_eq!(data.lists["/v0.10/task_list"].len(), 1);
            assert_eq!(data.groups[0].memberships[0].username, data.users[0].username);
        }
    }
}

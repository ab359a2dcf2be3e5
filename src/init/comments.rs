//! The comments of a new profile, which are the documentation of its keys.

use serde_json::Value;

use crate::profile::{Profile, describe};

/// What begins a line that stands for the documentation of a key, as in `#= auth.login`.
const MARK: &str = "#= ";
/// The longest line of a comment, in characters.
const WIDTH: usize = 110;

/// The text with the documentation of each key that a line names.
pub(super) fn fill_in(text: &str) -> String {
    let schema = Profile::schema();
    text.lines().map(|line| documentation(line, &schema).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

fn documentation(line: &str, schema: &Value) -> Option<String> {
    let text = describe(schema, line.strip_prefix(MARK)?)?;
    Some(text.lines().flat_map(wrapped).collect::<Vec<_>>().join("\n"))
}

/// The line as lines of a comment.
fn wrapped(line: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.chars().count() + word.chars().count() < WIDTH => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(format!("# {word}")),
        }
    }
    lines
}

//! One key with its value.

use serde_json::Value;

use super::toml_value::dotted;

/// The value that holds for a key.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The header of its section, such as `["output", "guard"]`; empty at the top.
    pub section: Vec<String>,
    /// Which one of several `[[output]]` the section is, or belongs to.
    pub element: Option<usize>,
    /// The key in the section. It has several parts below `[vars]`, and none for a section that is written without keys.
    pub key: Vec<String>,
    /// The value; a date or time is a string.
    pub value: Value,
    pub source: Source,
    /// Whether asterisks stand for the value, because it looks like a secret.
    pub is_hidden: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// This file of [`Settings::files`](super::Settings::files), and the line, counted from 1.
    File { file: usize, line: usize },
    /// The profile does not say.
    Default,
    /// This environment variable.
    Variable(&'static str),
}

impl Setting {
    /// The whole key as TOML writes it, such as `output.guard.min_groups`; in the second of several tables
    /// `output[1].guard.min_groups`.
    #[must_use]
    pub fn full_key(&self) -> String {
        let Some((index, (array, rest))) = self.element.zip(self.section.split_first()) else {
            return dotted(&[&self.section[..], &self.key].concat());
        };
        let element = format!("{}[{index}]", dotted(&[array]));
        let inside = dotted(&[rest, &self.key].concat());
        if inside.is_empty() { element } else { format!("{element}.{inside}") }
    }

    /// The header of its section, such as `[output.guard]`, or `[[output]]` of each of several.
    pub(super) fn header(&self) -> String {
        let section = dotted(&self.section);
        match self.element {
            Some(_) if self.section.len() == 1 => format!("[[{section}]]"),
            _ => format!("[{section}]"),
        }
    }
}

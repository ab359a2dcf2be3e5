//! Settings as the lines of a profile.

use serde_json::Value;

use super::setting::Setting;
use super::toml_value::{dotted, inline};

/// A longer array has a line for each element. It is the width of a client's ID.
pub const WIDTH: usize = 50;

/// A setting, a header of a section or an empty line.
#[derive(Debug)]
pub struct TomlLine<'s> {
    /// Several lines for a long array.
    pub text: String,
    pub setting: Option<&'s Setting>,
}

/// The lines of a profile with these settings, which are in its order.
#[must_use]
pub fn lines(settings: &[Setting]) -> Vec<TomlLine<'_>> {
    let mut lines = Vec::new();
    let mut section: (&[String], Option<usize>) = (&[], None);
    for setting in settings {
        if (&setting.section[..], setting.element) != section {
            section = (&setting.section, setting.element);
            lines.push(TomlLine { text: String::new(), setting: None });
            let is_all = setting.key.is_empty();
            lines.push(TomlLine { text: setting.header(), setting: is_all.then_some(setting) });
        }
        if !setting.key.is_empty() {
            let text = entry(&dotted(&setting.key), &setting.value);
            lines.push(TomlLine { text, setting: Some(setting) });
        }
    }
    lines
}

fn entry(key: &str, value: &Value) -> String {
    let line = format!("{key} = {}", inline(value));
    match value {
        Value::Array(elements) if line.chars().count() > WIDTH => {
            let elements: Vec<String> =
                elements.iter().map(|element| format!("    {},", inline(element))).collect();
            format!("{key} = [\n{}\n]", elements.join("\n"))
        }
        _ => line,
    }
}

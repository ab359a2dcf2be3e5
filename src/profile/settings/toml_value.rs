//! Keys and values as TOML writes them.

use serde_json::Value;

use crate::diagnostic::clean;

/// The key as TOML writes it.
pub(super) fn dotted(key: &[impl AsRef<str>]) -> String {
    let parts = key.iter().map(|part| {
        let part = part.as_ref();
        let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        if !part.is_empty() && part.chars().all(is_bare) { part.to_owned() } else { string(part) }
    });
    parts.collect::<Vec<_>>().join(".")
}

/// The value in one line. A profile has no null.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries =
                entries.iter().map(|(key, value)| format!("{} = {}", dotted(&[key]), inline(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A basic string. The escapes of JSON are escapes of TOML; what a terminal obeys or hides is escaped as well.
fn string(text: &str) -> String {
    let json = Value::from(text).to_string();
    let harmless = clean(&json);
    let characters = json.chars().zip(harmless.chars());
    characters
        .map(|(character, shown)| match u32::from(character) {
            _ if character == shown => character.to_string(),
            code if code <= 0xffff => format!("\\u{code:04X}"),
            code => format!("\\U{code:08X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{clean, dotted, inline};

    #[test]
    fn any_value_reads_back_and_is_harmless_at_a_terminal() {
        let hostile =
            "\"\\\n\r\t\0\u{7f}\u{85}\u{1b}[31mé'#=]\u{202e}\u{2028}\u{feff}\u{e0061}👩\u{200d}🔬 a\u{200d}b";
        for value in [
            json!(hostile),
            json!({ "a b": [1, -2.5, 1e300, true, { hostile: {} }], "": [] }),
            json!(i64::MIN),
            json!(2.0),
        ] {
            let text = format!("{} = {}", dotted(&["x", "a.b"]), inline(&value));
            assert_eq!(text, clean(&text));
            let read: toml::Table = text.parse().unwrap();
            assert_eq!(serde_json::to_value(&read["x"]["a.b"]).unwrap(), value, "{text}");
        }
    }
}

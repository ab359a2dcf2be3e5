//! Values as YAML: JSON where that is plain, and blocks where a person reads them.

use std::fmt::Write;

use serde_json::Value;

/// The YAML of a value, which ends with the end of a line.
pub(super) fn document(value: &Value) -> String {
    let mut text = String::new();
    block(&mut text, value, 0);
    text
}

/// Writes the value below the line that ends here, at this depth.
fn block(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                indent(text, depth);
                text.push_str(&scalar(key));
                text.push(':');
                after(text, value, depth);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                indent(text, depth);
                text.push('-');
                match item {
                    // The first key stands beside the dash.
                    Value::Object(entries) if !entries.is_empty() => {
                        let mut inner = String::new();
                        block(&mut inner, item, depth + 1);
                        text.push(' ');
                        text.push_str(inner.trim_start());
                    }
                    item => after(text, item, depth),
                }
            }
        }
        value => {
            indent(text, depth);
            text.push_str(&flow(value));
            text.push('\n');
        }
    }
}

/// Writes the value of a key or an item, behind it or below it.
fn after(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            text.push('\n');
            block(text, value, depth + 1);
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            block(text, value, depth + 1);
        }
        Value::String(lines) if is_block(lines) => {
            // Where the first line does not show the indentation, it is said.
            let indentation = if lines.starts_with([' ', '\t', '\n']) { "2" } else { "" };
            let ends = match lines.strip_suffix('\n') {
                None => "-",
                Some(rest) if rest.is_empty() || rest.ends_with('\n') => "+",
                Some(_) => "",
            };
            let _ = writeln!(text, " |{indentation}{ends}");
            for line in lines.split_inclusive('\n') {
                if line != "\n" {
                    indent(text, depth + 1);
                }
                text.push_str(line);
            }
            if !lines.ends_with('\n') {
                text.push('\n');
            }
        }
        value => {
            let _ = writeln!(text, " {}", flow(value));
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// Text of several lines that YAML can hold as it is: it reads some other characters as ends of lines, or not at all.
fn is_block(text: &str) -> bool {
    let plain = |c: char| match c {
        '\n' | '\t' => true,
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    text.contains('\n') && text.chars().all(plain)
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        value => value.to_string(),
    }
}

/// A text in one line. Plain only where no YAML takes it for anything else.
fn scalar(text: &str) -> String {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    if starts && plain && !words.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    quoted(text)
}

/// JSON's quotes, which are YAML's, with what YAML does not take as it is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in Value::from(text).to_string().chars() {
        match c {
            ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' => {
                quoted.push(c);
            }
            c if u32::from(c) > 0xffff => quoted.push(c),
            c => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use saphyr::{LoadableYamlNode, Scalar, Yaml};
    use serde_json::{Value, json};

    use super::document;

    /// What another program reads there.
    fn read(yaml: &Yaml<'_>) -> Value {
        match yaml {
            Yaml::Mapping(entries) => {
                let entries = entries.iter().map(|(key, value)| match read(key) {
                    Value::String(key) => (key, read(value)),
                    key => panic!("{key}"),
                });
                Value::Object(entries.collect())
            }
            Yaml::Sequence(items) => items.iter().map(read).collect(),
            Yaml::Value(Scalar::String(text)) => text.as_ref().into(),
            Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
            Yaml::Value(Scalar::Integer(value)) => (*value).into(),
            Yaml::Value(Scalar::Null) => Value::Null,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn other_programs_read_the_same() {
        let texts = [
            "",
            " ",
            "a",
            "true",
            "No",
            "~",
            "1",
            "0x1f",
            "1e3",
            "2026-11-26",
            "a: b",
            "a #b",
            "- a",
            "@a",
            "%a",
            "é",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n",
            "\n",
            "\na",
            " a\nb",
            "\ta\n\tb\n",
            "a\n\n  b\n",
            "# a\nb\n",
            "a\r\nb",
            "a\u{85}b\n",
            "\u{feff}a\n",
            "{{#each groups}}\n  {{name}}: \"x\"\n{{/each}}\n",
            "\u{7f}",
            "\u{2028}",
            "😀",
            "*/15 * * * *",
            "---\n",
        ];
        let value = json!({
            "texts": &texts[..],
            "keys": texts.iter().map(|text| ((*text).to_owned(), json!(text))).collect::<serde_json::Map<_, _>>(),
            "deep": [{ "a": [{ "b": { "c": ["d\ne\n"] } }, []], "f": {} }, ["g", ["h"]], true, 7, null],
        });
        let text = document(&value);
        let read = read(&Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))[0]);
        assert_eq!(read, value, "{text}");
    }
}

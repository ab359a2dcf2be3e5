//! TOML 1.0: the inside of a basic string ([TOML](https://toml.io/en/v1.0.0#string)), and whole values.
//!
//! The escapes of JSON are those of TOML, but TOML also escapes U+007F.

use super::json;

/// The inside of a string in double quotes.
pub fn string_content(text: &str) -> String {
    escaped(&json::string_content(text))
}

/// A JSON value in one line, as TOML: its objects are inline tables. TOML has no `null`, and a reader refuses it.
pub fn value(json: &str) -> String {
    let mut toml = String::with_capacity(json.len());
    let (mut in_string, mut after_backslash) = (false, false);
    for character in json.chars() {
        match character {
            '"' if !after_backslash => in_string = !in_string,
            ':' if !in_string => {
                toml.push_str(" = ");
                continue;
            }
            ',' if !in_string => {
                toml.push_str(", ");
                continue;
            }
            _ => {}
        }
        after_backslash = character == '\\' && !after_backslash;
        toml.push(character);
    }
    escaped(&toml)
}

fn escaped(json: &str) -> String {
    json::escaped(json, |character| character == '\u{7f}')
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_read_back() {
        let json = r#"{"a: \"b\", c\\":["x,:\u001b\n",1,1.5e3,true,{}],"":"é😀"}"#;
        let read: toml::Table = format!("x = {}", super::value(json)).parse().unwrap();
        assert_eq!(
            serde_json::to_value(&read["x"]).unwrap(),
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        );
        let hostile = "\"\\\n\r\t\0\u{7f}\u{85}\u{1b}é'#=]";
        let read: toml::Table = format!("x = \"{}\"", super::string_content(hostile)).parse().unwrap();
        assert_eq!(read["x"].as_str(), Some(hostile));
    }
}

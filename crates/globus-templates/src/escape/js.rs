//! JavaScript: JSON, without what would end a script in HTML, and without the two characters that end a line in older
//! readers.

use super::json::{self, for_markup};

/// The inside of a string in double quotes.
pub fn string_content(text: &str) -> String {
    for_markup(&json::string_content(text))
}

/// A JSON value. A key `__proto__` is written so that it is a key like any other: without brackets it would set the
/// prototype ([ECMAScript, B.3.1](https://tc39.es/ecma262/#sec-__proto__-property-names-in-object-initializers)).
pub fn value(json: &str) -> String {
    const KEY: &str = "\"__proto__\":";
    let json = for_markup(json);
    let mut script = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(at) = rest.find(KEY) {
        let (before, after) = rest.split_at(at);
        script.push_str(before);
        // After a backslash it is a part of a string.
        let is_key = !before.ends_with('\\');
        script.push_str(if is_key { "[\"__proto__\"]:" } else { KEY });
        rest = &after[KEY.len()..];
    }
    script + rest
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_value_is_more_than_data() {
        assert_eq!(
            super::string_content("\"</script>\u{2028}'\\"),
            "\\\"\\u003c/script\\u003e\\u2028\\u0027\\\\"
        );
        assert_eq!(
            super::value(r#"{"__proto__":{"a":"\"__proto__\":"},"b\"__proto__":1,"__proto__":2}"#),
            r#"{["__proto__"]:{"a":"\"__proto__\":"},"b\"__proto__":1,["__proto__"]:2}"#
        );
    }
}

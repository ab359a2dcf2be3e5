//! Values written as JSON, as `serde_json` writes them.

use std::fmt::Write;

use super::json::Value;
use super::json_text::{write_key, write_string};

/// Writes a value at the end of a text.
pub fn write_json(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Hidden(_) => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            // Writing to a text can't fail.
            let _ = write!(out, "{number}");
        }
        Value::Text(text) => write_string(text, out),
        Value::List(list) => {
            out.push('[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(element, out);
            }
            out.push(']');
        }
        Value::Object(object) if object.is_empty() => out.push_str("{}"),
        Value::Object(object) => {
            if object.shares_keys() {
                for (key, value) in object.json_keys().zip(object.values()) {
                    out.push_str(key);
                    write_json(value, out);
                }
            } else {
                for (index, (key, value)) in object.iter().enumerate() {
                    write_key(index, key, out);
                    write_json(value, out);
                }
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let text = prop_oneof![".*", "[\\x00-\\x7f]*", "[a-z \"\\\\]{0,40}"];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<u64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            text.prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((".*", inner), 0..6)
                    .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    fn written(value: &Value) -> String {
        let mut written = String::new();
        write_json(value, &mut written);
        written
    }

    proptest! {
        #[test]
        fn it_is_what_serde_json_writes(value in any_value()) {
            prop_assert_eq!(written(&Value::from(value.clone())), value.to_string());
        }

        #[test]
        fn objects_that_share_their_keys_are_written_alike(value in any_value()) {
            let alone = Value::object([("key", value.clone().into()), ("\"other\"", Value::Null)]);
            let sharing = alone.as_object().unwrap().with("key", 7.into());
            prop_assert!(sharing.shares_keys());
            let expected = format!(r#"{{"key":{value},"\"other\"":null}}"#);
            prop_assert_eq!(written(&alone), expected.clone());
            prop_assert_eq!(written(&alone), expected);
            prop_assert_eq!(written(&sharing.into()), r#"{"key":7,"\"other\"":null}"#);
        }
    }
}

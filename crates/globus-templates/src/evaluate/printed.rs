//! The text of a value, as `{{x}}` shows it.

use std::borrow::Cow;

use super::fault::Reason;
use crate::helpers::text;
use crate::value::Value;

/// As JavaScript prints it: the elements of a list with commas between them. Fails for what is hidden.
pub fn printed(value: &Value) -> Result<Cow<'_, str>, Box<Reason>> {
    Ok(match value {
        Value::List(list) => list.iter().map(printed).collect::<Result<Vec<_>, _>>()?.join(",").into(),
        Value::Object(_) => "[object Object]".into(),
        Value::Hidden(hidden) => return Err(Reason::Hidden(hidden.clone()).into()),
        value => text(value).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_printed_as_in_javascript() {
        for (value, text) in [
            (json!(null), ""),
            (json!(true), "true"),
            (json!("a\"b"), "a\"b"),
            (json!([1, null, [true, "a"], {}]), "1,,true,a,[object Object]"),
            (json!([]), ""),
            (json!(-5), "-5"),
            (json!(18_446_744_073_709_551_615_u64), "18446744073709551615"),
            (json!(1.0), "1"),
            (json!(-0.0), "0"),
            (json!(0.1), "0.1"),
            (json!(1e20), "100000000000000000000"),
            (json!(1e21), "1e+21"),
            (json!(-1.5e300), "-1.5e+300"),
            (json!(0.000_001), "0.000001"),
            (json!(1.5e-7), "1.5e-7"),
        ] {
            assert_eq!(printed(&value.into()).unwrap(), text);
        }
    }
}

//! Values inside values, and the order of values: the same for a template and for the lists of a profile.

use std::cmp::Ordering;

use serde_json::Number;

use super::json::Value;

/// The value inside another one, by its key or by several keys with dots between them.
#[must_use]
pub fn inside<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.get(key).or_else(|| key.split('.').try_fold(value, member))
}

/// The value of a key, or the element of a list. What is inside of something hidden is hidden, too.
#[must_use]
pub fn member<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::List(list) => list.get(key.parse::<usize>().ok()?),
        Value::Hidden(_) => Some(value),
        other => other.get(key),
    }
}

/// A total order of values: null, booleans, numbers, texts, lists, objects. `texts` has to be a total order too.
pub fn any_order(one: &Value, other: &Value, texts: impl Fn(&str, &str) -> Ordering) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null | Value::Hidden(_) => 0,
        Value::Bool(flag) => 1 + u8::from(*flag),
        Value::Number(_) => 3,
        Value::Text(_) => 4,
        Value::List(_) => 5,
        Value::Object(_) => 6,
    };
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => total(one, other),
        (Value::Text(one), Value::Text(other)) => texts(one, other),
        _ => rank(one).cmp(&rank(other)),
    }
}

/// A total order of numbers. Different large integers can be equal as floats, so integers decide a tie.
fn total(one: &Number, other: &Number) -> Ordering {
    let float = |number: &Number| number.as_f64().unwrap_or(f64::MAX);
    let exact = |number: &Number| (number.is_f64(), number.as_i128());
    float(one).total_cmp(&float(other)).then_with(|| exact(one).cmp(&exact(other)))
}

/// Alphabetical order. Case decides only between texts that are equal otherwise.
#[must_use]
pub fn text_order(one: &str, other: &str) -> Ordering {
    // Many names begin alike.
    let mut alike = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    while !one.is_char_boundary(alike) {
        alike -= 1;
    }
    folded(&one[alike..]).cmp(folded(&other[alike..])).then_with(|| one.cmp(other))
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! json {
        ($($json:tt)+) => { Value::from(serde_json::json!($($json)+)) };
    }

    #[test]
    fn keys_reach_inside() {
        let value = json!({ "a": { "b": [1, { "c": 2 }] }, "a.b": 3 });
        assert_eq!(inside(&value, "a.b"), Some(&json!(3)));
        assert_eq!(inside(&value, "a.b.1.c"), Some(&json!(2)));
        let value = json!({ "a": { "b": [1, { "c": 2 }] } });
        assert_eq!(inside(&value, "a.b.1.c"), Some(&json!(2)));
        assert_eq!(inside(&value, "a.c"), None);
        assert_eq!(inside(&value, ""), None);
    }

    #[test]
    fn texts_that_begin_alike_are_compared_whole() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut text = || -> String {
            (0..random.usize(..5))
                .map(|_| random.choice(['a', 'A', 'b', 'ß', 'é', 'É', 'ê', 'İ', 'ẞ']).unwrap())
                .collect()
        };
        for _ in 0..20_000 {
            let (one, other) = (text(), text());
            let folded = one.to_lowercase().cmp(&other.to_lowercase());
            assert_eq!(text_order(&one, &other), folded.then_with(|| one.cmp(&other)), "{one} {other}");
        }
    }

    #[test]
    fn everything_has_an_order() {
        let sorted = [
            json!(null),
            json!(false),
            json!(true),
            json!(-1),
            json!(1.5),
            json!(2),
            json!("a"),
            json!("A "),
            json!("b"),
            json!([]),
            json!({}),
        ];
        for (index, one) in sorted.iter().enumerate() {
            for (other_index, other) in sorted.iter().enumerate() {
                assert_eq!(any_order(one, other, text_order), index.cmp(&other_index), "{one} {other}");
            }
        }
    }
}

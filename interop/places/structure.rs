//! What readers find, and whether it is the same with other names.

use regex_lite::{Captures, Regex};
use serde_json::{Map, Value};

/// The characters of a part that are shown.
const EXCERPT: usize = 300;

/// Harmless words that stand for names.
#[derive(Debug, Clone, Copy)]
pub enum Words {
    /// Letters and digits.
    Letters,
    /// Where only a number can stand.
    Digits,
    /// Where only a whole address can stand.
    Addresses,
}

impl Words {
    pub const ALL: [Self; 3] = [Self::Letters, Self::Digits, Self::Addresses];

    pub fn word(self, number: usize) -> String {
        match self {
            Self::Letters => format!("vq{number}qv"),
            Self::Digits => format!("7{number:06}7"),
            Self::Addresses => format!("https://vq{number}qv"),
        }
    }

    fn pattern(self) -> Regex {
        let pattern = match self {
            Self::Letters => r"vq(\d+)qv",
            Self::Digits => r"7(\d{6})7",
            Self::Addresses => r"https://vq(\d+)qv",
        };
        Regex::new(pattern).unwrap()
    }
}

/// The structure with names instead of words.
pub fn with_names(structure: &Value, names: &[String], words: Words) -> Value {
    let words = words.pattern();
    let name = |word: &Captures<'_>| {
        let name = word[1].parse().ok().and_then(|number: usize| names.get(number));
        name.map_or_else(|| word[0].to_owned(), Clone::clone)
    };
    map_texts(structure, &|text| words.replace_all(text, name).into_owned())
}

/// The structure with other texts.
pub fn map_texts(structure: &Value, change: &impl Fn(&str) -> String) -> Value {
    match structure {
        Value::String(text) => change(text).into(),
        Value::Array(parts) => parts.iter().map(|part| map_texts(part, change)).collect(),
        Value::Object(parts) => {
            parts.iter().map(|(key, part)| (key.clone(), map_texts(part, change))).collect()
        }
        other => other.clone(),
    }
}

/// A part as it is shown: from where it differs from the other one.
pub fn excerpt(part: &Value, other: &Value) -> String {
    let (Value::String(part), Value::String(other)) = (part, other) else {
        return part.to_string().chars().take(EXCERPT).collect();
    };
    let same = part.chars().zip(other.chars()).take_while(|(left, right)| left == right).count();
    let text: String = part.chars().skip(same.saturating_sub(20)).take(EXCERPT).collect();
    format!("{text:?}, from {same}")
}

/// The first parts that differ: expected, found.
pub fn difference<'v>(expected: &'v Value, found: &'v Value) -> Option<(&'v Value, &'v Value)> {
    match (expected, found) {
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            left.iter().zip(right).find_map(|(left, right)| difference(left, right))
        }
        (Value::Array(left), Value::Array(right)) => {
            let inner = left.iter().zip(right).find_map(|(left, right)| difference(left, right));
            inner.or(Some((expected, found)))
        }
        (Value::Object(left), Value::Object(right)) if is_one_number(left, right) => None,
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
            left.values().zip(right.values()).find_map(|(left, right)| difference(left, right))
        }
        _ => (expected != found).then_some((expected, found)),
    }
}

/// Whether both are the same number, such as `1.10` and `1.1`.
fn is_one_number(left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    let number = |part: &Map<String, Value>| part.get("plain")?.as_str()?.parse::<f64>().ok();
    number(left).is_some_and(|left| Some(left) == number(right))
}

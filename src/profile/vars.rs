//! The section `[vars]`: free keys, handed to the template as JSON.

use std::ops::Range;

use serde_json::{Map, Number, Value};
use toml::de::{DeInteger, DeTable, DeValue};

use super::reader::{Item, Report};

pub(super) fn read(item: &Item<'_>, report: &mut Report<'_>) -> Map<String, Value> {
    if let DeValue::Table(entries) = item.value {
        return table(entries, report);
    }
    item.wrong_type("a table", report);
    Map::new()
}

fn table(entries: &DeTable<'_>, report: &mut Report<'_>) -> Map<String, Value> {
    let entries = entries.iter();
    entries
        .map(|(key, entry)| (key.get_ref().to_string(), value(entry.get_ref(), entry.span(), report)))
        .collect()
}

fn value(written: &DeValue<'_>, span: Range<usize>, report: &mut Report<'_>) -> Value {
    match written {
        DeValue::String(string) => Value::String(string.to_string()),
        DeValue::Boolean(boolean) => Value::Bool(*boolean),
        DeValue::Datetime(datetime) => Value::String(datetime.to_string()),
        DeValue::Table(entries) => Value::Object(table(entries, report)),
        DeValue::Array(values) => {
            Value::Array(values.iter().map(|item| value(item.get_ref(), item.span(), report)).collect())
        }
        DeValue::Integer(integer) => match to_i64(integer) {
            Some(integer) => Value::from(integer),
            None => refuse(span, "this integer does not fit into 64 bits", report),
        },
        DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
            Some(float) => Value::Number(float),
            None => refuse(span, "a number must be finite, because JSON has no NaN or infinity", report),
        },
    }
}

fn refuse(span: Range<usize>, message: &str, report: &mut Report<'_>) -> Value {
    report.error(span, message);
    Value::Null
}

pub(super) fn to_i64(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

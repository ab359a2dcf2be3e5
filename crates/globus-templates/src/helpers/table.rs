//! `table`: a list as lines with aligned columns, or as a table of Markdown.

use std::borrow::Cow;

use super::call::{self, Call, CallError, known, wrong};
use super::function::{Function, MANY, function};
use super::text::{Align, padded};
use super::value::{inside, text};
use super::width::width;
use crate::clean::clean;
use crate::format::Format;
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] =
    &[function("table", "{{table LIST \"KEY\" \"Title=KEY\"... header=true}}", (2, MANY), table)
        .options(&["header"])];

/// One line for each element of a list, with the values of these keys in aligned columns. Line ends and escape
/// sequences are shown as visible characters. A key that no element has is a mistake, unless a `?` follows it.
fn table(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let list = call.list(0)?;
    let mut columns = Vec::new();
    for index in 1..call.len() {
        let Some(column) = call.shown(index)?.as_str() else {
            return wrong("a column is a text, `\"key\"` or `\"Title=key\"`");
        };
        let (title, key) = column.split_once('=').unwrap_or((column, column));
        let may_be_absent = key.strip_suffix('?');
        if may_be_absent.is_none() {
            known(key, list)?;
        }
        columns.push((title.trim_end_matches('?'), may_be_absent.unwrap_or(key)));
    }
    let markdown = call.writer.format == Format::Markdown;
    let safe = |text: &str| {
        if markdown { call.writer.escape(text).into_owned() } else { clean(text).replace('\t', " ") }
    };

    let header = call.flag("header", true)?;
    let titles = header.then(|| columns.iter().map(|(title, _)| safe(title)).collect::<Vec<_>>());
    let mut rows: Vec<Vec<String>> = titles.into_iter().collect();
    for element in list {
        let shown_at = |(_, key): &(_, &str)| {
            let value = call::shown(inside(element, key).unwrap_or(&Value::Null))?;
            value.as_list().unwrap_or_default().iter().try_for_each(|value| call::shown(value).map(drop))?;
            Ok(safe(&shown(value)))
        };
        rows.push(columns.iter().map(shown_at).collect::<Result<_, CallError>>()?);
    }
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0))
        .collect();
    if markdown {
        return Ok(HelperOutput::Fragment(in_markdown(&rows, &widths, header)));
    }
    let lines = rows.iter().map(|row| line(row, &widths, "  ").trim_end().to_owned());
    Ok(lines.collect::<Vec<_>>().join("\n").into())
}

fn line(row: &[String], widths: &[usize], between: &str) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| padded(cell, *width, Align::Left));
    cells.collect::<Vec<_>>().join(between)
}

/// A table in GitHub's Markdown. It always has a header row, which is empty without titles.
fn in_markdown(rows: &[Vec<String>], widths: &[usize], header: bool) -> String {
    let widths: Vec<usize> = widths.iter().map(|width| (*width).max(3)).collect();
    let empty = vec![String::new(); widths.len()];
    let (titles, rows) = match rows.split_first() {
        Some((titles, rows)) if header => (titles, rows),
        _ => (&empty, rows),
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let lines = [titles, &rule].into_iter().chain(rows);
    lines.map(|row| format!("| {} |", line(row, &widths, " | "))).collect::<Vec<_>>().join("\n")
}

/// A value as one cell. The values of a list are joined by commas.
fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::List(list) if list.iter().all(|value| text(value).is_some()) => {
            list.iter().filter_map(text).collect::<Vec<_>>().join(", ").into()
        }
        other => text(other).unwrap_or_else(|| other.to_string().into()),
    }
}

//! Helpers that change text.

use super::call::{Call, CallError, wrong};
use super::function::{Function, MANY, function};
use super::width::{cut, width};
use crate::value::Value;
use crate::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("capitalize", "{{capitalize TEXT}}", (1, 1), capitalize)
        .elsewhere("capfirst ucfirst upper_first sentence"),
    function("concat", "{{concat VALUE...}}", (1, MANY), concat).elsewhere("append prepend cat"),
    function("indent", "{{indent TEXT WIDTH first=true}}", (2, 2), indent)
        .options(&["first"])
        .elsewhere("nindent"),
    function("lower", "{{lower TEXT}}", (1, 1), lower)
        .aliases(&["lowercase"])
        .elsewhere("downcase toLowerCase lcase to_lower"),
    function("oneline", "{{oneline TEXT}}", (1, 1), oneline)
        .elsewhere("strip_newlines nospace squish normalize_whitespace"),
    function("pad", "{{pad TEXT WIDTH align=\"left\"}}", (2, 2), pad)
        .options(&["align"])
        .elsewhere("ljust rjust center padLeft padRight pad_left pad_right"),
    function("replace", "{{replace TEXT FROM TO}}", (3, 3), replace).elsewhere("remove cut"),
    function("split", "{{#each (split TEXT SEPARATOR)}}", (2, 2), split).elsewhere("splitList explode"),
    function("substring", "{{substring TEXT START END}}", (2, 3), substring).elsewhere("substr"),
    function("title", "{{title TEXT}}", (1, 1), title)
        .elsewhere("titlecase title_case titleize capitalizeAll capitalizeWords humanize"),
    function("trim", "{{trim TEXT}}", (1, 1), trim)
        .elsewhere("strip lstrip rstrip trim_start trim_end trimAll chomp"),
    function("truncate", "{{truncate TEXT WIDTH END}}", (2, 3), truncate)
        .elsewhere("trunc ellipsis abbrev shorten truncatechars truncatewords"),
    function("upper", "{{upper TEXT}}", (1, 1), upper)
        .aliases(&["uppercase"])
        .elsewhere("upcase toUpperCase ucase to_upper"),
];

/// The texts, joined.
fn concat(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let parts: Result<Vec<_>, CallError> = (0..call.len()).map(|index| call.text(index)).collect();
    Ok(parts?.concat().into())
}

fn lower(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.text(0)?.to_lowercase().into())
}

fn upper(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.text(0)?.to_uppercase().into())
}

/// The text with its first letter in capitals and the others in small letters.
fn capitalize(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(capitalized(&call.text(0)?).into())
}

/// The same for each word.
fn title(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let text = call.text(0)?;
    // An apostrophe does not end a word: `don't`.
    let ends_word = |character: char| {
        character.is_whitespace()
            || character.is_ascii_punctuation() && character != '\''
            || matches!(character, '–' | '—' | '«' | '“' | '„')
    };
    Ok(text.split_inclusive(ends_word).map(capitalized).collect::<String>().into())
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.by_ref().take(1).flat_map(char::to_uppercase).collect();
    first + &characters.as_str().to_lowercase()
}

/// The parts of a text between separators. An empty text has none.
fn split(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (text, separator) = (call.text(0)?, call.text(1)?);
    match (text.is_empty(), separator.is_empty()) {
        (_, true) => wrong("the separator is empty"),
        (true, _) => Ok(Value::from(Vec::new()).into()),
        _ => Ok(text.split(&*separator).map(Value::from).collect::<Value>().into()),
    }
}

/// The characters from one place up to, but not with, another one; without the other one, to the end.
fn substring(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let text = call.text(0)?;
    let range = call.range(text.chars().count())?;
    Ok(text.chars().skip(range.start).take(range.len()).collect::<String>().into())
}

/// The text in one line: white space and control characters become one space.
fn oneline(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let text = call.text(0)?;
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    Ok(words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").into())
}

/// The text with spaces before each line that is not empty; before the first one only with `first=true`, because the
/// template has indented it.
fn indent(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (text, width) = (call.text(0)?, call.size(1)?);
    let first = call.flag("first", false)?;
    let spaces = " ".repeat(width);
    let indented = text.split_inclusive('\n').enumerate().flat_map(|(index, line)| {
        let is_indented = (first || index > 0) && !line.trim_end_matches(['\r', '\n']).is_empty();
        [if is_indented { spaces.as_str() } else { "" }, line]
    });
    Ok(indented.collect::<String>().into())
}

/// The text without white space at its ends.
fn trim(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    Ok(call.text(0)?.trim().into())
}

/// The text with every `FROM` in it replaced.
fn replace(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let from = call.text(1)?;
    if from.is_empty() {
        return wrong("the text to replace is empty");
    }
    Ok(call.text(0)?.replace(&*from, &call.text(2)?).into())
}

/// The text cut to a width in columns. `…` or another text replaces what was cut off.
fn truncate(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (text, columns) = (call.text(0)?, call.size(1)?);
    let end = if call.len() > 2 { call.text(2)? } else { "…".into() };
    if width(&text) <= columns {
        return Ok(text.into_owned().into());
    }
    Ok((cut(&text, columns.saturating_sub(width(&end))).to_owned() + cut(&end, columns)).into())
}

/// The text padded with spaces to a width in columns. A wider text stays as it is.
fn pad(call: &Call<'_>) -> Result<HelperOutput, CallError> {
    let (text, width) = (call.text(0)?, call.size(1)?);
    let align = match call.word("align")? {
        None | Some("left") => Align::Left,
        Some("right") => Align::Right,
        Some("center") => Align::Center,
        Some(_) => return wrong("`align` is \"left\", \"right\" or \"center\""),
    };
    Ok(padded(&text, width, align).into())
}

/// The alignment of a text in a wider column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    Center,
}

pub(super) fn padded(text: &str, columns: usize, align: Align) -> String {
    let blanks = columns.saturating_sub(width(text));
    let before = match align {
        Align::Left => 0,
        Align::Right => blanks,
        Align::Center => blanks / 2,
    };
    format!("{}{text}{}", " ".repeat(before), " ".repeat(blanks - before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_what_a_terminal_shows() {
        assert_eq!(padded("日本", 6, Align::Right), "  日本");
        assert_eq!(padded("é", 4, Align::Center), " é  ");
        assert_eq!(padded("e\u{301}", 3, Align::Left), "e\u{301}  ");
        assert_eq!(padded("long", 2, Align::Left), "long");
    }
}

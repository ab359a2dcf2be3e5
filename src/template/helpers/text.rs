//! Helpers that change text.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::call::{Call, CallError, wrong};
use super::function::{Function, MANY, function};
use crate::template::writer::HelperOutput;

pub(super) const ALL: &[Function] = &[
    function("concat", "{{concat VALUE...}}", (1, MANY), concat),
    function("lower", "{{lower TEXT}}", (1, 1), lower),
    Function { options: &["align"], ..function("pad", "{{pad TEXT WIDTH align=\"left\"}}", (2, 2), pad) },
    function("replace", "{{replace TEXT FROM TO}}", (3, 3), replace),
    function("trim", "{{trim TEXT}}", (1, 1), trim),
    function("truncate", "{{truncate TEXT WIDTH END}}", (2, 3), truncate),
    function("upper", "{{upper TEXT}}", (1, 1), upper),
];

/// The texts, joined.
fn concat(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let parts: Result<Vec<String>, CallError> = (0..call.len()).map(|index| call.text(index)).collect();
    Ok(parts?.concat().into())
}

fn lower(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(call.text(0)?.to_lowercase().into())
}

fn upper(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(call.text(0)?.to_uppercase().into())
}

/// The text without white space at its ends.
fn trim(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    Ok(call.text(0)?.trim().into())
}

/// The text with every `FROM` in it replaced.
fn replace(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let from = call.text(1)?;
    if from.is_empty() {
        return wrong("the text to replace is empty");
    }
    Ok(call.text(0)?.replace(&from, &call.text(2)?).into())
}

/// The text cut to a width in columns. `…` or another text replaces what was cut off.
fn truncate(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let (text, width) = (call.text(0)?, call.number(1)?);
    let end = if call.len() > 2 { call.text(2)? } else { "…".to_owned() };
    if text.width() <= width {
        return Ok(text.into());
    }
    Ok((cut(&text, width.saturating_sub(end.width())).to_owned() + cut(&end, width)).into())
}

/// As much of the text as fits into a width.
fn cut(text: &str, width: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, character)| {
        used += character.width().unwrap_or(0);
        used > width
    });
    // A joiner at the end would join the text with what follows.
    end.map_or(text, |(end, _)| text[..end].trim_end_matches('\u{200d}'))
}

/// The text padded with spaces to a width in columns. A wider text stays as it is.
fn pad(call: &Call<'_, '_>) -> Result<HelperOutput, CallError> {
    let (text, width) = (call.text(0)?, call.number(1)?);
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

pub(super) fn padded(text: &str, width: usize, align: Align) -> String {
    let blanks = width.saturating_sub(text.width());
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
        assert_eq!(cut("日本語", 5), "日本");
        assert_eq!(cut("👩\u{200d}🔬", 2), "👩");
        assert_eq!(cut("abc", 0), "");
    }
}

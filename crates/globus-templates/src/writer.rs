//! Writing a value in a format.

use std::borrow::Cow;

use super::escape::{
    accounts, csv, dot, env, html, ini, js, json, jsonl, lines, markdown, sh, sql, tex, toml, tsv, xml, yaml,
};
use super::format::Format;
use crate::stops::Stops;
use crate::value::Value;

/// What a format of lines does with a character that it cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnds {
    /// A visible character stands for it, such as `␊` for a line end.
    Replace,
    /// The value is refused.
    Refuse,
}

/// Writes values in a format.
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    pub format: Format,
    /// Whether a field of CSV or TSV that a spreadsheet would take for a formula is made harmless.
    pub formula_guard: bool,
    /// What happens to a character that a format of lines cannot hold.
    pub line_ends: LineEnds,
}

/// What a helper gives.
#[derive(Debug)]
pub enum HelperOutput<V = Value> {
    /// A value that is still to be escaped.
    Value(V),
    /// A text that is still to be escaped.
    Text(String),
    /// A finished piece of the format.
    Fragment(String),
    /// A text in quotes, which is a field of CSV or a value of an attribute of HTML, and nothing else.
    Quoted(String),
}

impl<V: Into<Value>> From<V> for HelperOutput {
    fn from(value: V) -> Self {
        Self::Value(value.into())
    }
}

impl<V> HelperOutput<V> {
    /// The same with another value.
    pub fn map<W>(self, change: impl FnOnce(V) -> W) -> HelperOutput<W> {
        match self {
            Self::Value(value) => HelperOutput::Value(change(value)),
            Self::Text(text) => HelperOutput::Text(text),
            Self::Fragment(piece) => HelperOutput::Fragment(piece),
            Self::Quoted(piece) => HelperOutput::Quoted(piece),
        }
    }
}

impl Writer {
    /// A writer as a profile without `[escaping]` has it.
    #[must_use]
    pub fn plain(format: Format) -> Self {
        Self { format, formula_guard: false, line_ends: LineEnds::Replace }
    }

    /// What `{{x}}` writes for a value from outside. If the profile refuses it, this is the value itself, which the lexer of
    /// the format refuses.
    #[must_use]
    pub fn write(self, text: &str) -> Cow<'_, str> {
        if self.line_ends == LineEnds::Refuse && !self.holds(text) { text.into() } else { self.escape(text) }
    }

    /// Whether the format can hold the text without a replacement that [`LineEnds`] is about.
    fn holds(self, text: &str) -> bool {
        match self.format {
            Format::Conf => lines::holds_setting(text),
            Format::Env => env::holds(text),
            Format::Ini => ini::holds(text),
            Format::Lines => lines::holds_line(text),
            Format::Group | Format::Passwd => accounts::holds_field(text),
            Format::Htgroup => accounts::holds_word(text),
            _ => true,
        }
    }

    /// The text, escaped, without a copy where nothing needs an escape.
    #[must_use]
    pub fn escape(self, text: &str) -> Cow<'_, str> {
        match self.format {
            Format::Csv if !self.formula_guard => csv::field(text),
            Format::Text => text.into(),
            Format::Dot | Format::Html | Format::Xml if is_plain(text) => text.into(),
            Format::Json if json::is_string_content(text) => text.into(),
            Format::Yaml if yaml::is_string_content(text) => text.into(),
            _ => self.rewrite(text).into(),
        }
    }

    fn rewrite(self, text: &str) -> String {
        match self.format {
            Format::Conf => lines::setting(text),
            Format::Csv if self.formula_guard => csv::field(&csv::without_formula(text)).into_owned(),
            Format::Csv => csv::field(text).into_owned(),
            Format::Dot => dot::label(text),
            Format::Env => env::word(text),
            Format::Group | Format::Passwd => accounts::field(text),
            Format::Html => html::text(text),
            Format::Htgroup => accounts::word(text),
            Format::Ini => ini::value(text),
            Format::Js => js::string_content(text),
            Format::Json => json::string_content(text),
            Format::Jsonl => jsonl::one_line(&json::string_content(text)),
            Format::Lines => lines::line(text),
            Format::Markdown => markdown::text(text),
            Format::Sh => sh::word(text),
            Format::Sql => sql::literal(text),
            Format::Tex => tex::text(text),
            // In LDIF the lexer writes the value.
            Format::Ldif | Format::Text => text.to_owned(),
            Format::Toml => toml::string_content(text),
            Format::Tsv if self.formula_guard => tsv::field(&csv::without_formula(text)),
            Format::Tsv => tsv::field(text),
            Format::Svg | Format::Xml => xml::text(text),
            Format::Yaml => yaml::string_content(text),
        }
    }

    /// What `{{quoted x}}` writes: the value in quotes, whether it needs them or not. `None` in a format without quotes.
    #[must_use]
    pub fn quoted(self, text: &str) -> Option<HelperOutput> {
        let quoted = match self.format {
            Format::Csv if self.formula_guard => {
                return Some(HelperOutput::Quoted(csv::quoted(&csv::without_formula(text))));
            }
            Format::Csv => return Some(HelperOutput::Quoted(csv::quoted(text))),
            Format::Env if self.line_ends == LineEnds::Refuse && !env::holds(text) => text.to_owned(),
            Format::Env => env::quoted(text),
            Format::Sh | Format::Sql => self.rewrite(text),
            Format::Html => return Some(HelperOutput::Quoted(format!("\"{}\"", self.escape(text)))),
            Format::Dot
            | Format::Js
            | Format::Json
            | Format::Jsonl
            | Format::Svg
            | Format::Toml
            | Format::Xml
            | Format::Yaml => format!("\"{}\"", self.escape(text)),
            Format::Conf
            | Format::Group
            | Format::Htgroup
            | Format::Ini
            | Format::Ldif
            | Format::Lines
            | Format::Markdown
            | Format::Passwd
            | Format::Tex
            | Format::Text
            | Format::Tsv => return None,
        };
        Some(HelperOutput::Fragment(quoted))
    }

    /// What `{{json x}}` writes, in an empty buffer. In a format that has no place for JSON, the JSON is a text like any other.
    #[must_use]
    pub fn json(self, value: &Value, pretty: bool, buffer: String) -> HelperOutput {
        // These have values in one line.
        let pretty = pretty && !matches!(self.format, Format::Jsonl | Format::Toml);
        let json = json::value(value, pretty, buffer);
        match self.format {
            Format::Js => HelperOutput::Fragment(js::value(&json)),
            Format::Json => HelperOutput::Fragment(json),
            Format::Jsonl => HelperOutput::Fragment(jsonl::one_line(&json)),
            Format::Toml => HelperOutput::Fragment(toml::value(&json)),
            Format::Yaml => HelperOutput::Fragment(yaml::printable(json)),
            Format::Html | Format::Svg | Format::Xml => HelperOutput::Fragment(json::for_markup(&json)),
            _ => HelperOutput::Text(json),
        }
    }

    /// What `{{csv a b}}` writes. In a format without records, the record is a text like any other.
    #[must_use]
    pub fn record(self, mut fields: Vec<String>) -> HelperOutput {
        if self.formula_guard {
            fields = fields.iter().map(|text| csv::without_formula(text)).collect();
        }
        match self.format {
            Format::Csv => HelperOutput::Fragment(csv::record(&fields)),
            Format::Tsv => HelperOutput::Fragment(tsv::record(&fields)),
            _ => HelperOutput::Text(csv::record(&fields)),
        }
    }
}

/// Whether a text has only characters that mean nothing in formats with quotes, such as those of names and identifiers.
fn is_plain(text: &str) -> bool {
    MEANINGFUL.run(text) == text.len()
}

const MEANINGFUL: Stops = Stops::at_all_but(" -_.,:/@");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_a_fragment_where_the_format_holds_it() {
        let value = serde_json::json!({ "a": "<b>" }).into();
        let write = |format| match Writer::plain(format).json(&value, false, String::new()) {
            HelperOutput::Fragment(fragment) => fragment,
            other => format!("{other:?}"),
        };
        assert_eq!(write(Format::Json), r#"{"a":"<b>"}"#);
        assert_eq!(write(Format::Html), r#"{"a":"\u003cb\u003e"}"#);
        assert_eq!(write(Format::Csv), r#"Text("{\"a\":\"<b>\"}")"#);
    }
    #[test]
    fn what_is_not_copied_needs_no_escape() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..20_000 {
            let character = |random: &mut fastrand::Rng| {
                let most = if random.bool() { '\u{80}' } else { '\u{3000}' };
                if random.u8(..4) > 0 { random.alphanumeric() } else { random.char('\0'..most) }
            };
            let text: String = (0..random.usize(..6)).map(|_| character(&mut random)).collect();
            for format in Format::extensions().filter_map(Format::with_extension) {
                for formula_guard in [false, true] {
                    let writer = Writer { formula_guard, ..Writer::plain(format) };
                    assert_eq!(writer.escape(&text), writer.rewrite(&text), "{text:?} {format:?}");
                }
            }
        }
    }
}

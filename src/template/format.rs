//! The format a template writes, told by its inner extension, and what keeps a value from breaking it.
//!
//! Group data is written by other people, so `{{name}}` must be safe wherever the format puts it:
//!
//! | template | `{{x}}` is | its quotes | what cannot be written |
//! |---|---|---|---|
//! | `.csv.hbs` | a whole field | its own, when RFC 4180 asks for them | nothing |
//! | `.tsv.hbs` | a whole field | none | tab, line ends and `\` become `\t`, `\n`, `\r` and `\\` |
//! | `.html.hbs` | text, or the inside of an attribute | yours | NUL becomes `␀` |
//! | `.xml.hbs` | text, or the inside of an attribute | yours | control characters become their pictures, such as `␀`; U+FFFE and U+FFFF become `�` |
//! | `.json.hbs` | the inside of a string | yours | nothing |
//! | `.yaml.hbs` | the inside of a double-quoted string | yours, double | nothing |
//! | `.md.hbs` | running text | none | NUL becomes `␀` |
//! | `.sh.hbs` | a whole word | its own | NUL becomes `␀` |
//! | `.sql.hbs` | a whole string literal | its own | NUL becomes `␀` |
//! | `.dot.hbs` | the inside of a label in double quotes | yours, double | control characters become their pictures |
//! | `.tex.hbs` | running text | none | line ends and tabs become spaces, control characters `<U+0000>` |
//! | `.txt.hbs` | the text itself | none | nothing |
//!
//! `{{{x}}}` is the raw value everywhere.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::escape::{csv, dot, html, json, markdown, sh, sql, tex, tsv, xml, yaml};
use crate::Error;
use crate::diagnostic::Diagnostic;
use crate::profile::Profile;

/// What a template writes; the table above says what `{{x}}` is in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.csv.hbs`, [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180).
    Csv,
    /// `.dot.hbs`, the language of [Graphviz](https://graphviz.org/doc/info/lang.html).
    Dot,
    /// `.html.hbs`.
    Html,
    /// `.json.hbs`, [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259).
    Json,
    /// `.md.hbs`, [CommonMark](https://spec.commonmark.org/) and GitHub's tables.
    Markdown,
    /// `.sh.hbs`, the shell of POSIX.
    Sh,
    /// `.sql.hbs`, as SQLite and PostgreSQL read it.
    Sql,
    /// `.tex.hbs`, LaTeX.
    Tex,
    /// `.txt.hbs`.
    Text,
    /// `.tsv.hbs`, tab-separated values.
    Tsv,
    /// `.xml.hbs`, XML 1.0.
    Xml,
    /// `.yaml.hbs`, YAML 1.2.
    Yaml,
}

/// Why a template's name does not tell a format that can be written.
#[derive(Debug)]
pub(super) struct NoFormat {
    message: String,
}

impl NoFormat {
    /// Of a template that no profile names.
    pub(super) fn alone(self) -> Error {
        Error::usage(self.message).because(WHY).help(format!("known are {}", known()))
    }

    /// Shown where the profile names the template.
    pub(super) fn in_profile(self, profile: &Profile) -> Error {
        let place = profile.origin.to_string();
        let span = profile.template_span.clone();
        let diagnostic = Diagnostic::error(place, Arc::clone(&profile.source), span, self.message);
        Error::usage("no format is known for the template")
            .because(WHY)
            .with(vec![diagnostic.help(format!("known are {}", known()))])
    }
}

const WHY: &str = "the extension before `.hbs` decides how values are escaped";

fn known() -> String {
    KNOWN.map(|(extension, _)| format!(".{extension}.hbs")).join(", ")
}

const KNOWN: [(&str, Format); 12] = [
    ("csv", Format::Csv),
    ("dot", Format::Dot),
    ("html", Format::Html),
    ("json", Format::Json),
    ("md", Format::Markdown),
    ("sh", Format::Sh),
    ("sql", Format::Sql),
    ("tex", Format::Tex),
    ("tsv", Format::Tsv),
    ("txt", Format::Text),
    ("xml", Format::Xml),
    ("yaml", Format::Yaml),
];

impl Format {
    /// The format of the template with this name, such as `groups.csv.hbs`.
    pub(super) fn of(template: &str) -> Result<Self, NoFormat> {
        let name = file_name(template);
        let inner = name.strip_suffix(".hbs").and_then(|stem| Some(stem.rsplit_once('.')?.1));
        match KNOWN.iter().find(|(extension, _)| inner == Some(extension)) {
            Some((_, format)) => Ok(*format),
            None => Err(NoFormat { message: format!("`{name}` does not tell a known format") }),
        }
    }

    /// All that are known, by their extensions.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.into_iter().map(|(_, format)| format)
    }

    /// The format of the template with this name, if it tells a known one.
    #[must_use]
    pub fn named(template: &str) -> Option<Self> {
        Self::of(template).ok()
    }

    /// The extension, which is also the word that messages use.
    #[must_use]
    pub fn extension(self) -> &'static str {
        KNOWN.iter().find(|(_, format)| *format == self).map_or("", |(extension, _)| extension)
    }
}

/// The name of a file without its folder, for deciding on its format.
fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

/// How values get into the output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer {
    pub(super) format: Format,
    /// Whether a field of CSV or TSV that a spreadsheet would take for a formula is made harmless.
    pub(super) formula_guard: bool,
}

/// What a helper wrote.
#[derive(Debug)]
pub(super) enum Written {
    /// A value, still to be escaped.
    Value(Value),
    /// A piece of the format, to be left as it is.
    Fragment(String),
}

impl<V: Into<Value>> From<V> for Written {
    fn from(value: V) -> Self {
        Self::Value(value.into())
    }
}

impl Writer {
    /// What `{{x}}` writes.
    pub(super) fn escape(self, text: &str) -> String {
        match self.format {
            Format::Csv if self.formula_guard => csv::field(&csv::without_formula(text)),
            Format::Csv => csv::field(text),
            Format::Dot => dot::label(text),
            Format::Html => html::text(text),
            Format::Json => json::string_content(text),
            Format::Markdown => markdown::text(text),
            Format::Sh => sh::word(text),
            Format::Sql => sql::literal(text),
            Format::Tex => tex::text(text),
            Format::Text => text.to_owned(),
            Format::Tsv if self.formula_guard => tsv::field(&tsv::without_formula(text)),
            Format::Tsv => tsv::field(text),
            Format::Xml => xml::text(text),
            Format::Yaml => yaml::string_content(text),
        }
    }

    /// What `{{quoted x}}` writes: the value in quotes, whether it needs them or not. None where there are no quotes.
    pub(super) fn quoted(self, text: &str) -> Option<String> {
        match self.format {
            Format::Csv if self.formula_guard => Some(csv::quoted(&csv::without_formula(text))),
            Format::Csv => Some(csv::quoted(text)),
            Format::Sh | Format::Sql => Some(self.escape(text)),
            Format::Dot | Format::Html | Format::Json | Format::Xml | Format::Yaml => {
                Some(format!("\"{}\"", self.escape(text)))
            }
            Format::Markdown | Format::Tex | Format::Text | Format::Tsv => None,
        }
    }

    /// What `{{json x}}` writes. Where JSON is no part of the format it is a text like any other.
    pub(super) fn json(self, value: &Value, pretty: bool) -> Written {
        let json = json::value(value, pretty);
        match self.format {
            Format::Json => Written::Fragment(json),
            Format::Yaml => Written::Fragment(yaml::printable(&json)),
            Format::Html | Format::Xml => Written::Fragment(json::for_markup(&json)),
            _ => Written::Value(json.into()),
        }
    }

    /// What `{{csv a b}}` writes. Where records are no part of the format it is a text like any other.
    pub(super) fn record(self, mut fields: Vec<String>) -> Written {
        if self.formula_guard {
            let guard = if self.format == Format::Tsv { tsv::without_formula } else { csv::without_formula };
            fields = fields.iter().map(|text| guard(text)).collect();
        }
        match self.format {
            Format::Csv => Written::Fragment(csv::record(&fields)),
            Format::Tsv => Written::Fragment(tsv::record(&fields)),
            _ => Written::Value(csv::record(&fields).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_extension_decides() {
        assert_eq!(Format::of("groups.csv.hbs").unwrap(), Format::Csv);
        assert_eq!(Format::of("/a.b/page.html.hbs").unwrap(), Format::Html);
        for wrong in ["groups.hbs", "csv.hbs", "groups.csv", "groups.pdf.hbs", ".hbs", "a.csv/b.hbs"] {
            assert!(Format::of(wrong).unwrap_err().message.contains("does not tell"), "{wrong}");
        }
        for (extension, format) in KNOWN {
            assert_eq!(format.extension(), extension);
        }
    }

    #[test]
    fn json_is_a_fragment_where_the_format_holds_it() {
        let value = serde_json::json!({ "a": "<b>" });
        let write = |format| match (Writer { format, formula_guard: false }).json(&value, false) {
            Written::Fragment(fragment) => fragment,
            Written::Value(value) => format!("text: {value}"),
        };
        assert_eq!(write(Format::Json), r#"{"a":"<b>"}"#);
        assert_eq!(write(Format::Html), r#"{"a":"\u003cb\u003e"}"#);
        assert_eq!(write(Format::Csv), r#"text: "{\"a\":\"<b>\"}""#);
    }
}

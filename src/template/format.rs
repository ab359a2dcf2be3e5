//! The format a template writes, told by its inner extension, and what keeps a value from breaking it.
//!
//! Group data is written by other people, so `{{name}}` must be safe wherever the format puts it.

use std::sync::Arc;

use csv_core::{QuoteStyle, WriterBuilder};

use crate::Error;
use crate::diagnostic::Diagnostic;
use crate::profile::Profile;

/// What a template writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.csv.hbs`: `{{x}}` is a field, quoted when RFC 4180 asks for it.
    Csv,
    /// `.html.hbs`: `{{x}}` is text or stands inside the quotes of an attribute.
    Html,
    /// `.json.hbs`: `{{x}}` stands inside the quotes of a string.
    Json,
    /// `.txt.hbs`: `{{x}}` as it is.
    Text,
}

/// Why a template's name does not tell a format that can be written.
#[derive(Debug)]
pub(super) struct NoFormat {
    message: String,
}

impl NoFormat {
    /// Shown where the profile names the template.
    pub(super) fn in_profile(self, profile: &Profile) -> Error {
        let known = KNOWN.map(|(extension, _)| format!(".{extension}.hbs")).join(", ");
        let place = profile.origin.to_string();
        let span = profile.template_span.clone();
        let diagnostic = Diagnostic::error(place, Arc::clone(&profile.source), span, self.message);
        Error::usage("no format is known for the template")
            .because("the extension before `.hbs` decides how values are escaped")
            .with(vec![diagnostic.help(format!("known are {known}"))])
    }
}

const KNOWN: [(&str, Format); 4] =
    [("csv", Format::Csv), ("html", Format::Html), ("json", Format::Json), ("txt", Format::Text)];

/// Formats whose escaping is still to come: without it, `{{name}}` would not be safe in them.
const LATER: [&str; 8] = ["dot", "md", "sh", "sql", "tex", "tsv", "xml", "yaml"];

impl Format {
    /// The format of the template with this name, such as `groups.csv.hbs`.
    pub(super) fn of(template: &str) -> Result<Self, NoFormat> {
        let name = super::file_name(template);
        let inner = name.strip_suffix(".hbs").and_then(|stem| Some(stem.rsplit_once('.')?.1));
        if let Some((_, format)) = KNOWN.iter().find(|(extension, _)| inner == Some(extension)) {
            return Ok(*format);
        }
        let message = match inner {
            Some(inner) if LATER.contains(&inner) => {
                format!("templates in `.{inner}.hbs` are not supported yet")
            }
            _ => format!("`{name}` does not tell a known format"),
        };
        Err(NoFormat { message })
    }

    /// The function that makes a value safe.
    pub(super) fn escape(self) -> fn(&str) -> String {
        match self {
            Self::Csv => |text| csv_field(text, QuoteStyle::Necessary),
            Self::Html => handlebars::html_escape,
            Self::Json => json_string_content,
            Self::Text => handlebars::no_escape,
        }
    }
}

/// One field of a CSV record ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180), section 2).
pub(super) fn csv_field(text: &str, quote: QuoteStyle) -> String {
    if text.is_empty() && !matches!(quote, QuoteStyle::Always) {
        // By itself an empty field would be quoted, to tell a record of one empty field from an empty line.
        return String::new();
    }
    let mut writer = WriterBuilder::new().quote_style(quote).build();
    // Every byte can be a quote to double, and there are two around them.
    let mut field = vec![0; 2 * text.len() + 2];
    let (_, _, mut length) = writer.field(text.as_bytes(), &mut field);
    length += writer.finish(&mut field[length..]).1;
    field.truncate(length);
    // Only ASCII was put between the characters, so they are still whole.
    String::from_utf8_lossy(&field).into_owned()
}

/// The inside of a JSON string ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), section 7).
fn json_string_content(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
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
        assert!(Format::of("a.yaml.hbs").unwrap_err().message.contains("not supported yet"));
    }

    #[test]
    fn csv_fields() {
        for (text, needed, always) in [
            ("", "", "\"\""),
            ("Plain name", "Plain name", "\"Plain name\""),
            ("a,b", "\"a,b\"", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\""),
            ("\"", "\"\"\"\"", "\"\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\"", "\"two\r\nlines\""),
            ("é\u{202e}", "é\u{202e}", "\"é\u{202e}\""),
        ] {
            assert_eq!(csv_field(text, QuoteStyle::Necessary), needed);
            assert_eq!(csv_field(text, QuoteStyle::Always), always);
        }
    }

    #[test]
    fn json_strings_read_back() {
        let hostile = "\"\\\n\u{0}\u{1b}[31m</script>\u{2028}é";
        let read: String = serde_json::from_str(&format!("\"{}\"", json_string_content(hostile))).unwrap();
        assert_eq!(read, hostile);
    }
}

//! Values in the wrong place: in quotes although the value has its own, without quotes although it needs them, or where
//! no escaping protects.
//!
//! The text of the template is followed from top to bottom, as if every block were rendered once. That is wrong where
//! one block opens a quote and another one closes it, so the results are warnings and not errors.

use std::sync::Arc;

use super::place::{Place, Scanner};
use super::tags::{PieceKind, pieces};
use crate::catalog::SourceText;
use crate::diagnostic::Diagnostic;
use crate::template::format::Format;
use crate::template::helpers;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Escaped,
    /// The same, and an address whose scheme is harmless.
    Address,
    /// A number or a boolean, which is safe anywhere.
    Number,
    /// A whole field, JSON value or attribute with its own quotes.
    Finished,
}

/// The warnings about a template, from top to bottom.
pub(in crate::template) fn warnings(source: &SourceText, format: Format) -> Vec<Diagnostic> {
    let pieces = pieces(&source.text);
    let mut scanner = Scanner::new(format);
    let mut warnings = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece.kind {
            PieceKind::Text(text) => scanner.text(text),
            PieceKind::Value(inner) => {
                let after = pieces.get(index + 1).map(|piece| piece.kind);
                if let Some((message, help)) = wrong(format, &scanner, value(inner), after) {
                    let text = Arc::clone(&source.text);
                    let path = source.display_path();
                    warnings.push(Diagnostic::warning(path, text, piece.span.clone(), message).help(help));
                }
                scanner.value();
            }
            PieceKind::Raw => scanner.value(),
            PieceKind::Block | PieceKind::Comment => {}
        }
    }
    warnings
}

fn value(inner: &str) -> ValueKind {
    // A name without arguments is a variable, whatever helper has that name.
    let (name, has_arguments) = match inner.trim().split_once(char::is_whitespace) {
        Some((name, _)) => (name, true),
        None => (inner.trim(), false),
    };
    match name {
        "@index" | "@first" | "@last" => ValueKind::Number,
        name if name.starts_with("totals.") => ValueKind::Number,
        name if has_arguments && helpers::is_finished(name) => ValueKind::Finished,
        name if has_arguments && helpers::is_plain(name) => ValueKind::Number,
        name if has_arguments && helpers::is_address(name) => ValueKind::Address,
        _ => ValueKind::Escaped,
    }
}

/// Whether a value with its own quotes is right here, in HTML or XML.
fn finished_is_fine(at: &Scanner) -> bool {
    at.place() == Place::Tag || at.place() == Place::Script && !at.after_quote
}

/// Whether a browser runs or applies the value of the attribute.
fn is_code(attribute: &str) -> bool {
    attribute.starts_with("on") || attribute == "style"
}

/// Whether a browser loads the value of the attribute.
fn is_address(attribute: &str) -> bool {
    matches!(attribute, "href" | "src" | "action" | "formaction" | "xlink:href")
}

/// What is wrong with a value here, and what to do about it.
fn wrong(
    format: Format,
    at: &Scanner,
    value: ValueKind,
    after: Option<PieceKind<'_>>,
) -> Option<(String, String)> {
    let say = |message: &str, help: &str| Some((message.to_owned(), help.to_owned()));
    let own_quotes = matches!(format, Format::Csv | Format::Sh | Format::Sql) || value == ValueKind::Finished;
    let escaped = matches!(value, ValueKind::Escaped | ValueKind::Address);
    let markup = matches!(format, Format::Html | Format::Xml);
    let without_quotes = matches!(format, Format::Tsv | Format::Text | Format::Tex);
    if value == ValueKind::Number
        || without_quotes
        || markup && value == ValueKind::Finished && finished_is_fine(at)
    {
        return None;
    }
    match (format, at.place()) {
        (Format::Csv, Place::Open) => {
            let goes_on =
                matches!(after, Some(PieceKind::Text(text)) if !text.starts_with([',', '\n', '\r']));
            let goes_on = goes_on || matches!(after, Some(PieceKind::Value(_) | PieceKind::Raw));
            if at.at_start && !goes_on {
                return None;
            }
            say(
                "a value in CSV is a whole field, and here it touches other text",
                "join the parts first, as in `{{concat \"a \" name}}`",
            )
        }
        (Format::Html | Format::Xml, Place::Tag) => {
            say("an attribute without quotes ends at the first space in the value", "put it in double quotes")
        }
        (Format::Html, Place::Script) if value == ValueKind::Finished => {
            say("this value brings its own quotes, but stands inside quotes", "remove the quotes around it")
        }
        (Format::Html, Place::Script) => say(
            "escaping for HTML does not protect inside `<script>` and `<style>`",
            "`{{json x}}` writes a safe value for a script",
        ),
        (Format::Html, Place::Double | Place::Single) if escaped && is_code(at.attribute()) => say(
            "escaping for HTML does not protect inside an attribute that is a script or a style",
            "`attribute='f({{json x}})'` writes a safe value for a script",
        ),
        (Format::Html, Place::Double | Place::Single)
            if value == ValueKind::Escaped && at.after_quote && is_address(at.attribute()) =>
        {
            say(
                "a URL that begins with a value can be a script, such as `javascript:`",
                "begin it with text, such as `https://`, or write `{{url x}}`",
            )
        }
        (Format::Xml, Place::Comment) => {
            say("`--` in a value makes an XML comment invalid", "write it outside the comment")
        }
        (Format::Html | Format::Xml, Place::Double) if value == ValueKind::Finished => say(
            "this value brings its own double quotes",
            "remove the quotes around it; for JSON use single quotes",
        ),
        (Format::Markdown, Place::Code) => {
            say("escaping for Markdown does not work in code", "write it outside the backticks")
        }
        (Format::Html | Format::Xml | Format::Markdown, _) => None,
        (Format::Sh, Place::Backquotes) => {
            say("no value is safe inside backticks", "write `$(command {{x}})` instead")
        }
        (Format::Sh, Place::HereDocument) => {
            say("no value is safe inside a here-document", "write the line with `printf '%s\\n' {{x}}`")
        }
        (Format::Sh | Format::Sql | Format::Dot, Place::LineComment | Place::Comment)
            if own_quotes || at.place() == Place::Comment =>
        {
            say("a value can end the comment around it", "write it outside the comment")
        }
        (_, Place::Double | Place::Single) if own_quotes => {
            say("this value brings its own quotes, but stands inside quotes", "remove the quotes around it")
        }
        (Format::Json, Place::Open) if escaped => {
            say("a string needs quotes around it", "write `\"{{x}}\"`, or `{{json x}}` for any value")
        }
        (Format::Yaml | Format::Dot, Place::Open) if escaped => {
            say("a value is safe only in double quotes", "write `\"{{x}}\"` or `{{quoted x}}`")
        }
        (Format::Yaml, Place::Single) => {
            say("a value is escaped for double quotes, not for single quotes", "put it in double quotes")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Origin;

    fn found(format: Format, text: &str) -> Vec<String> {
        let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
        warnings(&source, format).iter().map(|warning| text[warning.span.clone()].to_owned()).collect()
    }

    #[test]
    fn what_is_right_is_left_alone() {
        for (format, text) in [
            (Format::Csv, "a,{{b}}\n{{#each c}}{{d}},{{quoted e}},{{join f \"|\"}}\n{{/each}}{{csv g}}"),
            (Format::Json, r#"{"a": "{{b}} {{c}}", "d": {{json e}}, "f": {{@index}}, "g": {{len h}}}"#),
            (Format::Yaml, "a: \"{{b}}\" # {{c}}\nd: {{json e}}\n"),
            (
                Format::Html,
                "<!-- {{a}} --><p title=\"{{b}}\" x='{{json c}}'>{{d}}<script>{{json e}}</script>",
            ),
            (Format::Html, "<a href=\"https://x/{{b}}\" onclick='f({{json c}})'>"),
            (Format::Html, "<a href=\"{{url b}}\"><img src='{{url (concat b c)}}'>"),
            (Format::Xml, "<p title='{{b}}'>{{d}}</p>"),
            (Format::Sh, "a={{b}}\necho {{c}} \"$(cat {{d}})\" # e\n"),
            (Format::Sql, "INSERT INTO t VALUES ({{a}}, 'b');"),
            (Format::Dot, "\"{{a}}\" -> b [label=\"{{c}}\"] // {{d}}\n"),
            (Format::Markdown, "# {{a}}\n| {{b}} |"),
            (Format::Text, "\"{{a}}"),
            (Format::Csv, "a {{{b}}} {{! {{c}} }}"),
        ] {
            assert_eq!(found(format, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_found_at_its_place() {
        for (format, text) in [
            (Format::Csv, "a,\"{{b}}\"\n"),
            (Format::Csv, "a {{b}}\n"),
            (Format::Csv, "{{b}} a\n"),
            (Format::Csv, "a,\"{{quoted b}}\""),
            (Format::Json, "[{{b}}]"),
            (Format::Json, "\"{{json b}}\""),
            (Format::Yaml, "a: {{b}}"),
            (Format::Yaml, "a: '{{b}}'"),
            (Format::Html, "<a href={{b}}>"),
            (Format::Html, "<a href=\"{{json b}}\">"),
            (Format::Html, "<a href=\"{{b}}\">"),
            (Format::Html, "<a onclick=\"{{url b}}\">"),
            (Format::Html, "<a href={{url b}}>"),
            (Format::Json, "[{{url b}}]"),
            (Format::Html, "<a onclick=\"f('{{b}}')\">"),
            (Format::Html, "<p style='color: {{b}}'>"),
            (Format::Html, "<script>x = '{{b}}'"),
            (Format::Html, "<script>x = '{{json b}}'"),
            (Format::Sh, "echo `id {{b}}`"),
            (Format::Xml, "<!-- {{b}} -->"),
            (Format::Sh, "echo \"{{b}}\""),
            (Format::Sh, "# {{b}}\n"),
            (Format::Sh, "cat <<E\n{{b}}\nE\n"),
            (Format::Sql, "SELECT \"{{b}}\""),
            (Format::Sql, "SELECT '{{b}}'"),
            (Format::Dot, "a [label={{b}}]"),
            (Format::Dot, "/* {{b}} */"),
            (Format::Markdown, "`{{b}}`"),
        ] {
            let warned = found(format, text);
            assert!(
                warned.len() == 1 && text.contains(&warned[0]) && warned[0].contains('b'),
                "{text}: {warned:?}"
            );
        }
    }
}

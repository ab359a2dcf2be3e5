//! Where in its format a value stands, judging by the text before it.

use crate::template::format::Format;

/// What surrounds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Outside quotes; in HTML and XML, in text.
    Open,
    /// Inside double quotes.
    Double,
    /// Inside single quotes.
    Single,
    /// In a comment that ends at the end of the line.
    LineComment,
    /// In a comment that ends with a mark.
    Comment,
    /// Inside a tag of HTML or XML, but not in a quoted attribute.
    Tag,
    /// Inside `<script>` or `<style>`.
    Script,
    /// In a code span or a code block of Markdown.
    Code,
    /// In a here-document of a shell.
    HereDocument,
    /// Inside the backticks of a shell, which have a quoting of their own.
    Backquotes,
}

/// Follows the text of a template through the quotes of its format.
#[derive(Debug)]
pub(super) struct Scanner {
    format: Format,
    /// The innermost place is last: a quoted attribute is inside its tag, and a shell nests without limit: `"$(…)"`.
    places: Vec<Place>,
    /// Whether a field or word starts here.
    pub(super) at_start: bool,
    /// Whether the character before here is a quote.
    pub(super) after_quote: bool,
    /// The name of the HTML tag around the place.
    tag: String,
    /// The last attribute of that tag.
    attribute: String,
    /// Whether the name of that attribute is complete.
    is_named: bool,
    /// The words that will end the open here-documents.
    here: Vec<String>,
}

impl Scanner {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            places: vec![Place::Open],
            at_start: true,
            after_quote: false,
            tag: String::new(),
            attribute: String::new(),
            is_named: false,
            here: Vec::new(),
        }
    }

    pub(super) fn place(&self) -> Place {
        self.places.last().copied().unwrap_or(Place::Open)
    }

    /// The HTML attribute whose value the place is in; empty if there is none.
    pub(super) fn attribute(&self) -> &str {
        if matches!(self.place(), Place::Double | Place::Single) { &self.attribute } else { "" }
    }

    /// A value was written here.
    pub(super) fn value(&mut self) {
        self.at_start = false;
        self.after_quote = false;
    }

    /// This text was written here.
    pub(super) fn text(&mut self, text: &str) {
        self.after_quote = text.ends_with(['"', '\'']);
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let length = match self.format {
                Format::Csv => self.csv(character),
                Format::Dot => self.dot(character, rest),
                Format::Html | Format::Xml => self.markup(character, rest),
                Format::Json => self.json(character),
                Format::Markdown => self.markdown(character, rest),
                Format::Sh => self.sh(character, rest),
                Format::Sql => self.sql(character, rest),
                Format::Yaml => self.yaml(character, rest),
                Format::Tex | Format::Text | Format::Tsv => return,
            };
            // A backslash escapes the next character, which can be longer than a byte, or missing.
            let end =
                (0..length).fold(0, |end, _| end + rest[end..].chars().next().map_or(0, char::len_utf8));
            rest = &rest[end..];
        }
    }

    fn enter(&mut self, place: Place) -> usize {
        self.places.push(place);
        1
    }

    fn leave(&mut self) -> usize {
        if self.places.len() > 1 {
            self.places.pop();
        }
        1
    }

    fn csv(&mut self, character: char) -> usize {
        let open = self.place() == Place::Open;
        match character {
            '"' if open => self.enter(Place::Double),
            '"' => self.leave(),
            _ => 1,
        };
        self.at_start = open && matches!(character, ',' | '\n' | '\r');
        1
    }

    fn json(&mut self, character: char) -> usize {
        match (self.place(), character) {
            (Place::Double, '\\') => 2,
            (Place::Double, '"') => self.leave(),
            (Place::Open, '"') => self.enter(Place::Double),
            _ => 1,
        }
    }

    fn yaml(&mut self, character: char, rest: &str) -> usize {
        let length = match (self.place(), character) {
            (Place::Double, '\\') => 2,
            (Place::Single, '\'') if rest.starts_with("''") => 2,
            (Place::Double, '"') | (Place::Single, '\'') | (Place::LineComment, '\n') => self.leave(),
            // Within a word a quote is an ordinary character: `don't`.
            (Place::Open, '"') if self.at_start => self.enter(Place::Double),
            (Place::Open, '\'') if self.at_start => self.enter(Place::Single),
            (Place::Open, '#') if self.at_start => self.enter(Place::LineComment),
            _ => 1,
        };
        self.at_start = matches!(character, ' ' | '\t' | '\n' | '[' | '{' | ',' | ':');
        length
    }

    fn dot(&mut self, character: char, rest: &str) -> usize {
        match (self.place(), character) {
            (Place::Double, '\\') => 2,
            (Place::Double, '"') | (Place::LineComment, '\n') => self.leave(),
            (Place::Open, '"') => self.enter(Place::Double),
            (Place::Open, '/') if rest.starts_with("//") => self.enter(Place::LineComment),
            (Place::Open, '/') if rest.starts_with("/*") => self.enter(Place::Comment),
            (Place::Comment, '*') if rest.starts_with("*/") => self.leave(),
            _ => 1,
        }
    }

    fn sql(&mut self, character: char, rest: &str) -> usize {
        match (self.place(), character) {
            (Place::Double, '"') | (Place::Single, '\'') | (Place::LineComment, '\n') => self.leave(),
            (Place::Open, '"') => self.enter(Place::Double),
            (Place::Open, '\'') => self.enter(Place::Single),
            (Place::Open, '-') if rest.starts_with("--") => self.enter(Place::LineComment),
            (Place::Open, '/') if rest.starts_with("/*") => self.enter(Place::Comment),
            (Place::Comment, '*') if rest.starts_with("*/") => self.leave(),
            _ => 1,
        }
    }

    fn markdown(&mut self, character: char, rest: &str) -> usize {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        match (self.place(), character) {
            (Place::Open, '\\') => 2,
            (Place::Code, '`') => {
                self.leave();
                ticks
            }
            (_, '`') => {
                self.enter(Place::Code);
                ticks
            }
            _ => 1,
        }
    }

    fn markup(&mut self, character: char, rest: &str) -> usize {
        match (self.place(), character) {
            (Place::Open, '<') if rest.starts_with("<!--") => self.enter(Place::Comment),
            (Place::Comment, '-') if rest.starts_with("-->") => {
                self.leave();
                3
            }
            (Place::Open, '<') => {
                let name = rest[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                self.tag = name.to_ascii_lowercase();
                self.attribute.clear();
                self.enter(Place::Tag)
            }
            (Place::Tag, '"') => self.enter(Place::Double),
            (Place::Tag, '\'') => self.enter(Place::Single),
            (Place::Double, '"') | (Place::Single, '\'') => {
                self.attribute.clear();
                self.leave()
            }
            (Place::Tag, '>') => {
                self.leave();
                if self.format == Format::Html && matches!(self.tag.as_str(), "script" | "style") {
                    self.enter(Place::Script);
                }
                1
            }
            (Place::Script, '<') if rest.starts_with("</") => {
                self.leave();
                self.tag.clear();
                self.enter(Place::Tag)
            }
            (Place::Tag, _) => self.attribute_name(character),
            _ => 1,
        }
    }

    /// There can be spaces around the `=` after a name.
    fn attribute_name(&mut self, character: char) -> usize {
        if character == '=' || character.is_whitespace() {
            self.is_named = true;
        } else {
            if std::mem::take(&mut self.is_named) {
                self.attribute.clear();
            }
            self.attribute.push(character.to_ascii_lowercase());
        }
        1
    }

    fn sh(&mut self, character: char, rest: &str) -> usize {
        let place = self.place();
        let length = match (place, character) {
            (Place::Open | Place::Double | Place::Backquotes, '\\') => 2,
            (Place::Single, '\'')
            | (Place::Backquotes, '`')
            | (Place::Double, '"')
            | (Place::LineComment, '\n')
            | (Place::Open, ')') => self.leave(),
            (Place::Open | Place::Double, '`') => self.enter(Place::Backquotes),
            (Place::Open, '\'') => self.enter(Place::Single),
            (Place::Open, '"') => self.enter(Place::Double),
            (Place::Open, '#') if self.at_start => self.enter(Place::LineComment),
            (Place::Open | Place::Double, '$') if rest.starts_with("$(") => {
                self.enter(Place::Open);
                2
            }
            (Place::Open, '(') => self.enter(Place::Open),
            (Place::Open, '<') if rest.starts_with("<<") => self.here_document(rest),
            (Place::HereDocument, _) => {
                let line = rest.split('\n').next().unwrap_or_default();
                if self.at_start
                    && self.here.first().is_some_and(|word| word == line.trim_start_matches('\t'))
                {
                    self.here.remove(0);
                    if self.here.is_empty() {
                        self.leave();
                    }
                }
                1
            }
            _ => 1,
        };
        if character == '\n' && self.place() == Place::Open && !self.here.is_empty() {
            self.enter(Place::HereDocument);
        }
        self.at_start = match place {
            Place::HereDocument => character == '\n',
            _ => matches!(character, ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')'),
        };
        length
    }

    /// `<<WORD`; the here-document begins on the next line.
    fn here_document(&mut self, rest: &str) -> usize {
        let word = rest.trim_start_matches('<').trim_start_matches('-').trim_start();
        let word = word.split(|c: char| c.is_whitespace() || ";|&)".contains(c)).next().unwrap_or_default();
        // `<<<` is a here-string: a word and no lines.
        if !rest.starts_with("<<<") && !word.is_empty() {
            self.here.push(word.replace(['\'', '"', '\\'], ""));
        }
        rest.len() - rest.trim_start_matches('<').len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(format: Format, text: &str) -> Place {
        let mut scanner = Scanner::new(format);
        scanner.text(text);
        scanner.place()
    }

    #[test]
    fn the_attribute_of_a_value() {
        for (text, expected) in [
            ("<p class=\"", "class"),
            ("<p id=x hidden onClick = '", "onclick"),
            ("<p id='a' title=\"b", "title"),
            ("<p id='a' title='b'", ""),
            ("<p id='a'>\"", ""),
            ("<p id='a'><a\nhref='", "href"),
        ] {
            let mut scanner = Scanner::new(Format::Html);
            scanner.text(text);
            assert_eq!(scanner.attribute(), expected, "{text}");
        }
    }

    #[test]
    fn quotes_and_comments() {
        for (format, text, expected) in [
            (Format::Csv, "a,\"b", Place::Double),
            (Format::Csv, "a,\"b\"\"c\",", Place::Open),
            (Format::Json, r#"{"a\"": "#, Place::Open),
            (Format::Json, r#"{"a\\": "b"#, Place::Double),
            (Format::Yaml, "a: don't\nb: \"", Place::Double),
            (Format::Yaml, "a: 'it''s", Place::Single),
            (Format::Yaml, "a: b#c # d", Place::LineComment),
            (Format::Yaml, "a: 1 # it's\nb: ", Place::Open),
            (Format::Dot, "graph { a [label=\"x\\\"", Place::Double),
            (Format::Dot, "// \"\na /* \" ", Place::Comment),
            (Format::Sql, "SELECT 'it''s', \"", Place::Double),
            (Format::Sql, "-- it's\nSELECT ", Place::Open),
            (Format::Sql, "/* -- */ -- ", Place::LineComment),
            (Format::Markdown, "a `b", Place::Code),
            (Format::Markdown, "```\nx\n```\n\\` ", Place::Open),
            (Format::Html, "<p class=", Place::Tag),
            (Format::Html, "<p class=\"", Place::Double),
            (Format::Html, "<!-- <p --><p title='>'>", Place::Open),
            (Format::Html, "<script>\"<p>", Place::Script),
            (Format::Html, "<SCRIPT>a</script>", Place::Open),
            (Format::Xml, "<script>", Place::Open),
            (Format::Sh, "echo 'a' \"b", Place::Double),
            (Format::Sh, "echo \"$(cat ", Place::Open),
            (Format::Sh, "echo \"$(cat 'x')", Place::Double),
            (Format::Sh, "echo a#b # c", Place::LineComment),
            (Format::Sh, "echo ${#x} $# \\' ", Place::Open),
            (Format::Sh, "cat <<EOF\nit's ", Place::HereDocument),
            (Format::Sh, "cat <<-'EOF' >x\nit's\n\tEOF\necho ", Place::Open),
            (Format::Sh, "cat <<<x\n", Place::Open),
            (Format::Sh, "echo \"`cat 'x' ", Place::Backquotes),
            (Format::Sh, "echo `cat \\` x` ", Place::Open),
            (Format::Text, "\"", Place::Open),
        ] {
            assert_eq!(place(format, text), expected, "{text}");
        }
    }
}

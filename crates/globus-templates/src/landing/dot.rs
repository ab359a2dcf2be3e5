//! DOT ([Graphviz](https://graphviz.org/doc/info/lang.html)): a value lands in double quotes.

use memchr::{memchr, memchr2, memchr3};

use super::address::is_settled;
use super::fault::{Checked, invalid, misplaced};
use super::lexer::{ALL_ALIKE, ClassOf, Lexer, UNLIKE, ValueKind};
use super::runs::ByRuns;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dot {
    validate: bool,
    state: State,
    /// The last word or string, which names an attribute before `=`.
    word: String,
    /// Whether it holds a value.
    word_has_value: bool,
    /// The attribute whose value comes next.
    attribute: String,
    /// Whether the present string holds anything.
    has_text: bool,
    /// What it holds so far, if its attribute makes that matter.
    text: String,
    last: Option<char>,
    /// The last character outside of quotes that is no white space.
    before: Option<char>,
    /// What comes before the present string, if a value can't stand in it.
    unsafe_after: Option<(&'static str, &'static str)>,
    line_start: bool,
    /// Whether nodes have the shape `record`, whose labels have a syntax of their own.
    records: bool,
    /// Whether an address holds an escape such as `\N`, and whether a value that it may stand for is unsafe there.
    named_address: bool,
    unsafe_name: bool,
    /// Whether a label holds a value. A later statement can give its node the shape `record`.
    labelled: bool,
    fault: Option<(&'static str, &'static str)>,
    /// How the last value is written, in an attribute in which Graphviz reads backslashes twice.
    written: Option<String>,
}

const RECORD: (&str, &str) =
    ("in the label of a record, which has a syntax of its own", "choose another shape, such as `box`");
const ESCAPED: (&str, &str) = (
    "in an address, through an escape such as `\\N`",
    "begin the address with text, such as `./` or `https://host/`",
);

/// Graphviz writes an address to SVG as it is. A quote would end the attribute there, and another one could follow.
const ADDRESS: (&str, &str) = (
    "in an address, and has a quote, a backslash, a `<` or a `>`",
    "write `{{urlencode x}}`, and no escape such as `\\N`",
);
const HTML_ADDRESS: (&str, &str) =
    ("in an address in a label between `<` and `>`, through an escape such as `\\N`", "leave out the escape");
const NAME: (&str, &str) = ("in the name of an attribute", "write the name yourself");
const UNKNOWN_NAME: (&str, &str) =
    ("in an attribute whose name is not plain", "write the name as a word, without quotes");
const BACKSLASH: (&str, &str) = (
    "in an attribute in which Graphviz knows no escapes, and has a backslash or a line end",
    "write `{{slug x}}`",
);
const LINE_END: (&str, &str) =
    ("in an attribute that is one line, and has a line end", "write `{{oneline x}}`");
const PORT: (&str, &str) = ("after a colon, where a port is", "write the name of the port yourself");
const SUBGRAPH: (&str, &str) = (
    "as the name of a subgraph, which is drawn as a box if it begins with `cluster`",
    "begin the name with text, such as `cluster_`",
);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    Quoted {
        escaped: bool,
    },
    LineComment,
    BlockComment,
    /// A label in HTML, between angle brackets.
    Html {
        depth: usize,
        escaped: bool,
    },
}

/// What Graphviz replaces after a backslash: `\N` by the name of the node, which can be a value.
const NAMES: &str = "NGETHL";
/// A name that is not known. No attribute has it.
const UNKNOWN: &str = "?";
/// All names of attributes are shorter.
const LONGEST: usize = 40;

impl Dot {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Code,
            word: String::new(),
            word_has_value: false,
            attribute: String::new(),
            has_text: false,
            text: String::new(),
            last: None,
            before: None,
            unsafe_after: None,
            line_start: true,
            records: false,
            named_address: false,
            unsafe_name: false,
            labelled: false,
            fault: None,
            written: None,
        }
    }

    fn code(&mut self, character: char, last: Option<char>, line_start: bool) {
        if character == '"' {
            self.string_begins();
        }
        // A comment changes nothing.
        if !character.is_whitespace() && !matches!(character, '/' | '*' | '#') {
            self.before = Some(character);
        }
        match character {
            '"' => self.state = State::Quoted { escaped: false },
            '#' if line_start => self.state = State::LineComment,
            '/' if last == Some('/') => self.state = State::LineComment,
            '*' if last == Some('/') => {
                self.state = State::BlockComment;
                self.last = None;
            }
            // A word can be written like this, too.
            '<' => {
                self.text.clear();
                self.name_begins();
                self.word.push_str(UNKNOWN);
                self.state = State::Html { depth: 1, escaped: false };
            }
            '=' => self.attribute_is_named(),
            _ if is_word(character) => {
                if !last.is_some_and(is_word) {
                    self.name_begins();
                }
                self.word.push(character);
                self.word_goes_on();
            }
            // White space and comments may stand around `=`, and `+` joins strings.
            _ if character.is_whitespace() || matches!(character, '+' | '/' | '*') => {}
            _ => self.attribute.clear(),
        }
    }

    fn name_begins(&mut self) {
        self.word.clear();
        self.word_has_value = false;
    }

    fn attribute_is_named(&mut self) {
        if self.word_has_value {
            self.fault = Some(NAME);
        }
        self.attribute.clear();
        // Without a line end that a backslash hides, it can be the name of an attribute.
        let is_plain = self.word.chars().count() < LONGEST && !self.word.contains('\\');
        self.attribute.push_str(if is_plain { &self.word } else { UNKNOWN });
        self.attribute.make_ascii_lowercase();
        self.name_begins();
    }

    /// A string begins here, or goes on after `+`.
    fn string_begins(&mut self) {
        if self.before == Some('+') {
            return;
        }
        self.unsafe_after = self.what_comes_before();
        self.has_text = false;
        self.text.clear();
        self.name_begins();
    }

    /// The word can be the value of an attribute.
    fn word_goes_on(&mut self) {
        let word = std::mem::take(&mut self.word);
        self.shape(&word);
        self.word = word;
    }

    /// What the last word or sign says about a string or a value that comes next.
    fn what_comes_before(&self) -> Option<(&'static str, &'static str)> {
        match self.before {
            Some(':') => Some(PORT),
            Some('h' | 'H') if self.word.eq_ignore_ascii_case("subgraph") => Some(SUBGRAPH),
            _ => None,
        }
    }

    fn string_goes_on(&mut self, text: &str) {
        self.has_text = true;
        if self.is_address() || self.attribute == "shape" {
            self.text.push_str(text);
        }
        let room = LONGEST.saturating_sub(self.word.chars().count());
        self.word.extend(text.chars().take(room));
    }

    fn value_in_string(&mut self, value: &str) -> Checked {
        self.check_attribute(value)?;
        if self.is_tooltip() {
            self.written = Some(value.replace(r"\\", r"\\\\"));
        }
        self.has_text = true;
        self.word_has_value = true;
        // In an address a value changes nothing that matters.
        if self.attribute == "shape" {
            self.text.push_str(value);
        }
        Ok(())
    }

    fn string_ends(&mut self) {
        self.state = State::Code;
        let text = std::mem::take(&mut self.text);
        self.shape(&text);
        self.text = text;
    }

    fn is_in_word(&self) -> bool {
        self.last.is_some_and(is_word)
    }

    /// Graphviz reads backslashes twice in these.
    fn is_tooltip(&self) -> bool {
        self.attribute.ends_with("tooltip")
    }

    fn is_address(&self) -> bool {
        self.attribute.ends_with("url") || self.attribute.ends_with("href")
    }

    /// Takes note of the shape, if this is the value of that attribute.
    fn shape(&mut self, value: &str) {
        if self.attribute == "shape" && value.to_ascii_lowercase().contains("record") {
            self.records = true;
            if self.labelled {
                self.fault = Some(RECORD);
            }
        }
    }

    /// Whether this attribute may hold the value.
    fn check_attribute(&mut self, value: &str) -> Checked {
        if let Some((place, help)) = self.unsafe_after
            && !self.has_text
        {
            return misplaced(place, help);
        }
        if self.attribute.ends_with("label") {
            self.labelled = true;
            if self.records {
                return misplaced(RECORD.0, RECORD.1);
            }
        }
        let is_unsafe = value.bytes().any(|byte| matches!(byte, b'"' | b'\\' | b'<' | b'>'));
        if is_unsafe && (self.is_address() || self.named_address) {
            return misplaced(ADDRESS.0, ADDRESS.1);
        }
        self.unsafe_name |= is_unsafe;
        match self.attribute.as_str() {
            UNKNOWN => misplaced(UNKNOWN_NAME.0, UNKNOWN_NAME.1),
            "class" | "comment" if has_escape(value, |escaped| escaped != '"') => {
                misplaced(BACKSLASH.0, BACKSLASH.1)
            }
            name if (name == "id" || name.ends_with("target"))
                && has_escape(value, |escaped| escaped == 'n') =>
            {
                misplaced(LINE_END.0, LINE_END.1)
            }
            "_background" | "image" | "imagepath" | "shapefile" | "fontpath" | "fontname" | "stylesheet"
            | "layers" => misplaced("in an attribute that names a file", "choose the file with `{{#if}}`"),
            name if (name.ends_with("url") || name.ends_with("href")) && !is_settled(&self.text) => {
                misplaced(
                    "at the start of an address, which could be a script or on another host",
                    "begin the address with text, such as `./` or `https://host/`",
                )
            }
            _ => Ok(()),
        }
    }
}

/// Whether the text has a backslash before such a character.
fn has_escape(text: &str, is_meant: impl Fn(char) -> bool) -> bool {
    let mut characters = text.chars();
    while characters.by_ref().any(|character| character == '\\') {
        if characters.next().is_some_and(&is_meant) {
            return true;
        }
    }
    false
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl ByRuns for Dot {
    fn run(&self, rest: &str) -> usize {
        let bytes = rest.as_bytes();
        let end = match self.state {
            State::Quoted { escaped: false } => memchr2(b'"', b'\\', bytes),
            State::LineComment => memchr(b'\n', bytes),
            State::BlockComment => memchr(b'/', bytes),
            State::Html { escaped: false, .. } => memchr3(b'<', b'>', b'\\', bytes),
            State::Code if self.is_in_word() => {
                bytes.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'))
            }
            State::Code | State::Quoted { escaped: true } | State::Html { escaped: true, .. } => Some(0),
        };
        end.unwrap_or(bytes.len())
    }

    fn pass(&mut self, run: &str) -> Checked {
        self.last = run.chars().next_back();
        self.line_start = self.last == Some('\n');
        match self.state {
            State::Quoted { .. } => self.string_goes_on(run),
            State::Html { .. } if self.attribute == "shape" => self.text.push_str(run),
            State::Code => {
                self.before = self.last;
                self.word.push_str(run);
                self.word_goes_on();
            }
            _ => {}
        }
        Ok(())
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        let line_start = std::mem::replace(&mut self.line_start, character == '\n');
        match &mut self.state {
            State::Code => self.code(character, last, line_start),
            State::Quoted { escaped } => {
                let ends = character == '"' && !*escaped;
                let is_name = *escaped && NAMES.contains(character);
                *escaped = character == '\\' && !*escaped;
                if is_name && self.is_address() {
                    self.named_address = true;
                    if self.unsafe_name {
                        self.fault = Some(ADDRESS);
                    } else if !is_settled(self.text.trim_end_matches('\\')) {
                        self.fault = Some(ESCAPED);
                    }
                }
                if ends {
                    self.string_ends();
                } else {
                    self.string_goes_on(character.encode_utf8(&mut [0; 4]));
                }
            }
            State::LineComment if character == '\n' => self.state = State::Code,
            State::BlockComment if character == '/' && last == Some('*') => {
                self.state = State::Code;
                self.last = None;
            }
            State::Html { depth, escaped } => {
                // Graphviz replaces these in attributes, too.
                if std::mem::take(escaped) && *depth > 1 && NAMES.contains(character) {
                    self.fault = Some(HTML_ADDRESS);
                }
                match character {
                    '\\' => *escaped = true,
                    '<' => *depth += 1,
                    '>' if *depth == 1 => self.string_ends(),
                    '>' => *depth -= 1,
                    _ if self.attribute == "shape" => self.text.push(character),
                    _ => {}
                }
            }
            State::LineComment | State::BlockComment => {}
        }
        Ok(())
    }
}

impl Lexer for Dot {
    fn text(&mut self, text: &str) -> Checked {
        self.read(text)?;
        self.fault.take().map_or(Ok(()), |(place, help)| misplaced(place, help))
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        match (self.state, kind) {
            (State::Quoted { escaped: true }, _) => misplaced("after a backslash", "remove the backslash"),
            (State::Quoted { .. }, ValueKind::Escaped) => self.value_in_string(value),
            (State::Quoted { .. }, ValueKind::Finished | ValueKind::Quoted) => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            (State::Code, ValueKind::Finished | ValueKind::Quoted) => {
                self.string_begins();
                self.last = Some('"');
                self.before = self.last;
                let inside = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
                self.value_in_string(inside.unwrap_or(value))?;
                self.written = self.written.take().map(|inside| format!("\"{inside}\""));
                self.string_ends();
                self.fault.take().map_or(Ok(()), |(place, help)| misplaced(place, help))
            }
            (State::Code, ValueKind::Escaped) if value.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
            (State::Code, ValueKind::Escaped) => {
                misplaced("outside quotes", "write `\"{{x}}\"` or `{{quoted x}}`")
            }
            (State::LineComment, _) if !value.contains(['\n', '\r']) => Ok(()),
            (State::LineComment | State::BlockComment, _) => {
                misplaced("in a comment, which it could end", "write it outside the comment")
            }
            (State::Html { .. }, _) => {
                misplaced("in a label between `<` and `>`", "write the label in double quotes")
            }
        }
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        let is_label = matches!(self.state, State::Quoted { .. })
            && kind == ValueKind::Escaped
            && self.unsafe_name
            && !self.named_address
            && matches!(self.attribute.as_str(), "" | "label" | "xlabel" | "headlabel" | "taillabel");
        if is_label { ALL_ALIKE } else { UNLIKE }
    }

    fn author(&mut self, value: &str) -> Option<Checked> {
        if !matches!(self.state, State::Quoted { .. }) || !self.is_tooltip() {
            return None;
        }
        let checked = self.text(value);
        self.written = Some(value.replace(r"\\", r"\\\\"));
        Some(checked)
    }

    fn written(&mut self) -> Option<String> {
        self.written.take()
    }

    fn held(&self) -> usize {
        self.text.len() + self.written.as_ref().map_or(0, String::len)
    }

    fn end(&mut self) -> Checked {
        let why = match self.state {
            State::Code | State::LineComment => return Ok(()),
            State::Quoted { .. } => "a quote has no end",
            State::BlockComment => "a comment has no end",
            State::Html { .. } => "a label between `<` and `>` has no end",
        };
        invalid(self.validate, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_double_quotes() {
        for output in [
            "digraph { \"«a»\" -> \"x \\\" «b»\" [label=\"«c»\\n«d»\", tooltip=‹\"e\"›, penwidth=«2»]; }\n",
            "# it's \"\n// \"\n/* \" */ \"«a»\" -> b [label=<a <b>c</b> \\N>, URL=\"https://x.org/«b»\"]",
            "\"«a»\" [\"label\"=\"«b»\" \"x\" = \"«c»\"]; \"«d»\" [id=\"«\\\\e»\", class=\"«\\\"f»\"]",
        ] {
            assert_eq!(read(&mut Dot::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("a [label=«b»]", "outside quotes"),
            ("\"\\«n»\"", "after a backslash"),
            ("\"‹\"a\"›\"", "inside quotes"),
            ("/* «a» */", "in a comment"),
            ("// «a\nb»", "in a comment"),
            ("node [URL=\"\\N\"]", "in an address, through an escape"),
            ("a [label=\"«x»\" URL=\"\\L\"]", "in an address, through an escape"),
            ("\"a\":\"«b»\" -> c", "after a colon"),
            ("subgraph \"«b»\" {}", "as the name of a subgraph"),
            ("node [shape=record]; a [label=\"«x»\"]", "in the label of a record"),
            ("a [label=\"«x»\", shape=\"Mrecord\"]", "in the label of a record"),
            ("a [label=<<b>«a»</b>>]", "in a label"),
            ("a [URL=\"«a»\"]", "at the start of an address"),
            ("a [edgehref = ‹\"a\"›]", "at the start of an address"),
            ("a [URL=\"./«\\\" onclick=\\\"x»\"]", "in an address, and has"),
            ("node [URL=\"./\\N\"]; \"«<»\"", "in an address, and has"),
            ("\"«a\\\"»\" [URL=\"./\\N\"]", "in an address, and has"),
            ("a [image=\"/x/«a»\"]", "in an attribute that names a file"),
            ("a [\"URL\"=\"«a»\"]", "at the start of an address"),
            ("a [label=\"./\" \"UR\"+\"L\"=\"«a»\"]", "at the start of an address"),
            ("a [URL=\"./\" \"href\"=\"«a»\"]", "at the start of an address"),
            ("a [URL=/* b */\"«a»\"]", "at the start of an address"),
            ("a [URL=// b\n\"«a»\"]", "at the start of an address"),
            ("a [URL=\n# b\n\"«a»\"]", "at the start of an address"),
            ("a [\"UR\\\nL\"=\"«a»\"]", "in an attribute whose name is not plain"),
            ("a [<URL>=\"«a»\"]", "in an attribute whose name is not plain"),
            ("a [\"«b»\"=a]", "in the name of an attribute"),
            ("a [‹\"b\"›=a]", "in the name of an attribute"),
            ("\"«x»\" [label=<<td href=\"\\N\">b</td>>]", "in an address in a label"),
            ("a [label=\"«x»\"]; a [shape=record]", "in the label of a record"),
            ("a [label=\"«x»\", shape=<record>]", "in the label of a record"),
            ("a [label=\"«x»\", shape=\"rec\" + \"ord\"]", "in the label of a record"),
            ("a [shape=‹\"record\"›, label=\"«x»\"]", "in the label of a record"),
            ("\"a\":/* c */\"«b»\" -> c", "after a colon"),
            ("\"a\":\"\"+\"«b»\" -> c", "after a colon"),
            ("a [class=\"«b\\\\»\"]", "in an attribute in which Graphviz knows no escapes"),
            ("a [comment=\"«b\\n»\"]", "in an attribute in which Graphviz knows no escapes"),
            ("a [id=\"«b\\nc»\"]", "in an attribute that is one line"),
            ("a [edgetarget=\"«b\\nc»\"]", "in an attribute that is one line"),
        ] {
            let found = refused(&mut Dot::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn a_tooltip_has_backslashes_twice() {
        let mut lexer = Dot::new(true);
        lexer.text("a [tooltip=\"").unwrap();
        lexer.value(r#"a\\N\"\n"#, ValueKind::Escaped).unwrap();
        assert_eq!(lexer.written().as_deref(), Some(r#"a\\\\N\"\n"#));
        assert_eq!(lexer.author(r"a\\"), Some(Ok(())));
        assert_eq!(lexer.written().as_deref(), Some(r"a\\\\"));
        lexer.text("\", edgetooltip=").unwrap();
        lexer.value(r#""a\\""#, ValueKind::Finished).unwrap();
        assert_eq!(lexer.written().as_deref(), Some(r#""a\\\\""#));
        lexer.text(", label=\"").unwrap();
        lexer.value(r"a\\", ValueKind::Escaped).unwrap();
        assert_eq!(lexer.written(), None);
        assert_eq!(lexer.author(r"a\\"), None);
    }

    #[test]
    fn quotes_and_comments_have_an_end() {
        for output in ["\"a", "\"a\\\"", "/* a", "a [label=<b"] {
            assert!(read(&mut Dot::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Dot::new(false), output), Ok(()), "{output}");
        }
    }
}

//! XML 1.0 ([XML](https://www.w3.org/TR/xml/)): a value lands in text or in a quoted attribute.

use super::attribute::Attribute;
use super::fault::{Checked, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};
use super::runs::ByRuns;
use crate::stops::Stops;

#[derive(Debug)]
pub(super) struct Xml {
    /// Whether mistakes are reported. After the first one, only the places of values are checked.
    validate: bool,
    state: State,
    /// The names of the open elements.
    open: Vec<String>,
    /// The prefixes of namespaces, each with how many elements are open around the one that declares it.
    prefixes: Vec<(usize, String)>,
    /// Whether an element was complete: there is one at the top.
    has_root: bool,
    tag: Tag,
    /// What follows `&` in a reference such as `&lt;`, as far as it is read.
    reference: Option<String>,
    /// Whether a declaration may define entities.
    has_entities: bool,
    /// The characters so far, up to a few: the XML declaration stands first.
    read: usize,
    /// How many `]` came before.
    brackets: usize,
    /// The attribute that is read; none if the output is no SVG, where some attributes are scripts or addresses.
    attribute: Option<Attribute>,
}

#[derive(Debug)]
enum State {
    Text,
    /// After `<`, with what follows so far.
    Markup(String),
    TagName,
    EndTagName,
    /// Between attributes.
    InTag,
    AttributeName,
    /// After `=`.
    BeforeValue,
    Value(char),
    /// After a value: white space or the end of the tag has to follow.
    AfterValue,
    /// After the `/` of an element without content.
    Slash,
    /// A part that ends with this text, as far as it is read.
    Until {
        end: &'static str,
        what: &'static str,
        tail: String,
    },
    /// `<!DOCTYPE …`, with its open brackets and the quote it is in.
    Doctype {
        depth: usize,
        quote: Option<char>,
    },
}

/// So many characters matter by themselves.
const BEGINNING: usize = 8;

// U+FFFE and U+FFFF, which XML has not, are beyond ASCII.
const TEXT_ENDS: Stops = Stops::at("<>&]").and_controls().and_beyond_ascii();
const VALUE_ENDS: Stops = Stops::at("<&\"'").and_controls().and_beyond_ascii();
const NAME_ENDS: Stops = Stops::at(" />").and_controls().and_beyond_ascii();

#[derive(Debug, Default)]
struct Tag {
    name: String,
    attributes: Vec<String>,
}

impl Xml {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Text,
            open: Vec::new(),
            prefixes: Vec::new(),
            has_root: false,
            tag: Tag::default(),
            reference: None,
            has_entities: false,
            read: 0,
            brackets: 0,
            attribute: None,
        }
    }

    /// SVG ([SVG 2](https://www.w3.org/TR/SVG2/)): XML, which a browser runs.
    pub(super) fn svg(validate: bool) -> Self {
        Self { attribute: Some(Attribute::default()), ..Self::new(validate) }
    }

    fn in_reference(&mut self, character: char) -> Checked {
        let Some(name) = &mut self.reference else { return Ok(()) };
        if character != ';' && name.len() < 64 && !character.is_whitespace() && !"<&\"'".contains(character) {
            name.push(character);
            return Ok(());
        }
        let name = self.reference.take().unwrap_or_default();
        let number = name.strip_prefix("#x").map(|digits| u32::from_str_radix(digits, 16));
        let number = number.or_else(|| name.strip_prefix('#').map(str::parse));
        let is_known = match number {
            Some(number) => number.is_ok_and(|number| {
                char::from_u32(number)
                    .is_some_and(|character| character >= ' ' || "\t\n\r".contains(character))
            }),
            None => matches!(name.as_str(), "amp" | "lt" | "gt" | "quot" | "apos") || self.has_entities,
        };
        if character == ';' && is_known {
            return Ok(());
        }
        self.invalid("a `&` begins no reference that XML knows")?;
        if character == ';' { Ok(()) } else { self.character(character) }
    }

    fn markup(&mut self, character: char) -> Checked {
        let State::Markup(text) = &mut self.state else { return Ok(()) };
        text.push(character);
        let until = |end, what| State::Until { end, what, tail: String::new() };
        match text.as_str() {
            "!" | "!-" | "![" | "![C" | "![CD" | "![CDA" | "![CDAT" | "![CDATA" => {}
            "!--" => self.state = until("-->", "a comment"),
            "![CDATA[" => self.state = until("]]>", "a CDATA section"),
            "?" => self.state = until("?>", "an instruction"),
            "/" => {
                self.tag = Tag::default();
                self.state = State::EndTagName;
            }
            _ if text.starts_with('!') => {
                let is_late = std::mem::replace(&mut self.has_entities, true) || self.has_root;
                self.state = State::Doctype { depth: 0, quote: None };
                if is_late {
                    return self.invalid("a second `<!DOCTYPE>`, or one after the root element");
                }
            }
            _ => {
                self.tag = Tag { name: character.to_string(), ..Tag::default() };
                self.state = State::TagName;
                if !(character.is_alphabetic() || matches!(character, '_' | ':')) {
                    self.state = State::Text;
                    return self.invalid("a `<` begins no tag");
                }
            }
        }
        Ok(())
    }

    fn tag_ends(&mut self) -> Checked {
        let is_empty = matches!(self.state, State::Slash);
        self.state = State::Text;
        let second = self.open.is_empty() && std::mem::replace(&mut self.has_root, true);
        let unbound = self.unbound_prefix().map(str::to_owned);
        if !is_empty {
            let depth = self.open.len();
            let declared = self.tag.attributes.iter().filter_map(|name| name.strip_prefix("xmlns:"));
            self.prefixes.extend(declared.map(|prefix| (depth, prefix.to_owned())));
            self.open.push(std::mem::take(&mut self.tag.name));
        }
        match unbound {
            _ if second => self.invalid("there is more than one root element"),
            Some(prefix) => self.invalid(format!("no `xmlns:{prefix}` declares the prefix `{prefix}:`")),
            None => Ok(()),
        }
    }

    /// A prefix in the tag without a namespace. A document type can declare them as well.
    fn unbound_prefix(&self) -> Option<&str> {
        let Tag { name, attributes } = &self.tag;
        let is_bound = |prefix: &str| {
            matches!(prefix, "xml" | "xmlns")
                || attributes.iter().any(|name| name.strip_prefix("xmlns:") == Some(prefix))
                || self.prefixes.iter().any(|(_, known)| known == prefix)
        };
        let names = std::iter::once(name).chain(attributes).filter(|_| !self.has_entities);
        names.filter_map(|name| Some(name.split_once(':')?.0)).find(|prefix| !is_bound(prefix))
    }

    fn element_ends(&mut self) -> Checked {
        self.state = State::Text;
        let closed = std::mem::take(&mut self.tag.name);
        let opened = self.open.pop();
        while self.prefixes.pop_if(|(depth, _)| *depth >= self.open.len()).is_some() {}
        match opened {
            Some(opened) if opened == closed => Ok(()),
            Some(opened) => self.invalid(format!("`<{opened}>` was opened, but `</{closed}>` closes")),
            None => self.invalid(format!("`</{closed}>` closes what was not opened")),
        }
    }

    fn attribute_is_named(&mut self) {
        let Some(attribute) = &mut self.attribute else { return };
        *attribute = Attribute::default();
        let name = self.tag.attributes.last().map_or("", |name| local(name));
        attribute.push_name(name);
        attribute.is_named();
    }

    fn attribute_goes_on(&mut self, character: char) {
        if let Some(attribute) = &mut self.attribute {
            attribute.push_value(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Whether an SVG may hold the value here.
    fn check_svg(&mut self, value: &str) -> Checked {
        const CODE: [&str; 3] = ["handler", "script", "style"];
        let Some(attribute) = &mut self.attribute else { return Ok(()) };
        match self.state {
            State::Text if self.open.iter().any(|name| CODE.contains(&local(name))) => {
                misplaced("in a script or a style", "hand it over in an attribute such as `data-x`")
            }
            State::Value(_) | State::BeforeValue => {
                let value = value.trim_matches('"');
                attribute.check(&local(&self.tag.name).to_ascii_lowercase(), value)?;
                attribute.push_value(value);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn invalid(&mut self, why: impl Into<String>) -> Checked {
        invalid(std::mem::take(&mut self.validate), why)
    }
}

impl ByRuns for Xml {
    fn run(&self, rest: &str) -> usize {
        match &self.state {
            _ if self.reference.is_some() || self.read < BEGINNING => 0,
            State::Text if !self.open.is_empty() => TEXT_ENDS.run(rest),
            State::Value(_) => VALUE_ENDS.run(rest),
            State::TagName | State::EndTagName => NAME_ENDS.run(rest),
            _ => 0,
        }
    }

    fn pass(&mut self, run: &str) -> Checked {
        self.brackets = 0;
        match &self.state {
            State::TagName | State::EndTagName => self.tag.name.push_str(run),
            State::Value(_) => {
                if let Some(attribute) = &mut self.attribute {
                    attribute.push_value(run);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn character(&mut self, character: char) -> Checked {
        let is_space = character.is_ascii_whitespace();
        self.read += usize::from(self.read < BEGINNING);
        if matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
        {
            return self.invalid("it holds a control character");
        }
        if self.reference.is_some() {
            return self.in_reference(character);
        }
        let brackets = std::mem::replace(&mut self.brackets, 0);
        match (&mut self.state, character) {
            (State::Text, '<') => self.state = State::Markup(String::new()),
            (State::Text | State::Value(_), '&') => {
                self.reference = Some(String::new());
                self.attribute_goes_on(character);
            }
            (State::Text, '>') if brackets >= 2 => return self.invalid("`]]>` stands in text"),
            (State::Text, _) => {
                self.brackets = if character == ']' { brackets + 1 } else { 0 };
                if self.open.is_empty() && !is_space && character != '\u{feff}' {
                    return self.invalid("text stands outside the root element");
                }
            }
            (State::Markup(_), _) => return self.markup(character),
            (State::Until { end, tail, .. }, _) => {
                let has_hyphens = *end == "-->" && tail.ends_with("--") && character != '>';
                tail.push(character);
                if self.read > 7 && *end == "?>" && tail == "xml " {
                    return self.invalid("`<?xml` is not at the start");
                }
                if tail.ends_with(*end) {
                    self.state = State::Text;
                } else if tail.len() > 16 {
                    tail.drain(..tail.char_indices().nth(1).map_or(0, |(at, _)| at));
                }
                if has_hyphens {
                    return self.invalid("a comment holds `--`");
                }
            }
            (State::Doctype { depth, quote }, _) => match (*quote, character) {
                (Some(open), _) if open == character => *quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => *quote = Some(character),
                (None, '[' | '<') => *depth += 1,
                (None, '>') if *depth == 0 => self.state = State::Text,
                (None, ']' | '>') => *depth = depth.saturating_sub(1),
                _ => {}
            },
            (State::Value(quote), _) if *quote == character => self.state = State::AfterValue,
            (State::Value(_), '<') => return self.invalid("an attribute holds a `<`"),
            (State::Value(_), _) => self.attribute_goes_on(character),
            (State::BeforeValue, '"' | '\'') => self.state = State::Value(character),
            (State::BeforeValue, _) if is_space => {}
            (State::BeforeValue, _) => return self.invalid("an attribute has no quotes"),
            (State::TagName | State::InTag | State::AfterValue | State::Slash, '>') => {
                return self.tag_ends();
            }
            (State::TagName | State::InTag | State::AfterValue, '/') => self.state = State::Slash,
            (State::TagName | State::InTag | State::AfterValue | State::Slash, _) if is_space => {
                self.state = State::InTag;
            }
            (State::TagName | State::EndTagName, _) if !is_space && character != '>' => {
                self.tag.name.push(character);
            }
            (State::EndTagName, '>') => return self.element_ends(),
            (State::AttributeName, '=') => {
                self.state = State::BeforeValue;
                self.attribute_is_named();
                let attributes = &self.tag.attributes;
                if let Some((last, others)) = attributes.split_last()
                    && others.contains(last)
                {
                    let why = format!("the attribute `{last}` is there twice");
                    return self.invalid(why);
                }
            }
            (State::AttributeName, '>') => {
                self.state = State::Text;
                return self.invalid("an attribute has no value");
            }
            (State::AttributeName, _) => {
                if let Some(name) = self.tag.attributes.last_mut().filter(|_| !is_space) {
                    name.push(character);
                }
            }
            (State::InTag, _) => {
                self.tag.attributes.push(character.to_string());
                self.state = State::AttributeName;
            }
            (State::AfterValue | State::Slash, _) => {
                self.state = State::InTag;
                return self.invalid("there is no space between two attributes");
            }
            (State::TagName | State::EndTagName, _) => {}
        }
        Ok(())
    }
}

impl Lexer for Xml {
    fn text(&mut self, text: &str) -> Checked {
        self.read(text)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        if self.reference.is_some() {
            return misplaced("right after `&`", "write `&amp;`");
        }
        self.check_svg(value)?;
        match (&self.state, kind) {
            (State::Text, _) if self.open.is_empty() => self.invalid("text stands outside the root element"),
            (State::Text | State::Value('\''), _) | (State::Value(_), ValueKind::Escaped) => Ok(()),
            (State::Value(_), ValueKind::Finished) => misplaced(
                "inside double quotes, and brings its own",
                "remove the quotes around it; for JSON write single quotes",
            ),
            (State::BeforeValue, ValueKind::Finished) if is_quoted(value) => {
                self.state = State::AfterValue;
                Ok(())
            }
            (State::BeforeValue, _) => misplaced("in an attribute without quotes", "put it in double quotes"),
            (State::Until { what, .. }, _) => misplaced(
                if *what == "a comment" { "in a comment" } else { "where nothing is escaped" },
                "write it outside",
            ),
            (State::Doctype { .. }, _) => misplaced("in a declaration", "write it outside"),
            (State::Markup(_), _) => misplaced("right after `<`", "write `&lt;`, or the name of the tag"),
            _ => misplaced("among the names of a tag", "write the names yourself, and values in quotes"),
        }
    }

    fn end(&mut self) -> Checked {
        match &self.state {
            State::Text => {}
            State::Until { what, .. } => {
                let why = format!("{what} has no end");
                return self.invalid(why);
            }
            _ => return self.invalid("a tag has no end"),
        }
        match self.open.last() {
            Some(name) => {
                let why = format!("`<{name}>` has no end");
                self.invalid(why)
            }
            None if !self.has_root => self.invalid("it has no element"),
            None => Ok(()),
        }
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Whether a finished value is one text in double quotes. JSON can have more of them inside.
pub(super) fn is_quoted(value: &str) -> bool {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .is_some_and(|inside| !inside.contains('"'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_text_and_attributes() {
        for output in [
            "<?xml version=\"1.0\"?>\n<!DOCTYPE r [<!ENTITY a \">\">]><r a=\"«x»\" b='«y»' c=‹\"z\"› d = '‹{\"a\":1}›'>«t»<e/>‹[1]›</r>\n",
            "<r xmlns:x='u:' xmlns:z=\"v:\"><!-- ' --><![CDATA[<a>]]>&amp;«x»<x:y z:a='1'\n/></r >",
        ] {
            assert_eq!(read(&mut Xml::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("<r a=«x»/>", "in an attribute without quotes"),
            ("<r a=‹{\"a\":\"b\"}›/>", "in an attribute without quotes"),
            ("<r a=\"‹\"x\"›\"/>", "inside double quotes"),
            ("<r><!-- «x» --></r>", "in a comment"),
            ("<r><![CDATA[«x»]]></r>", "where nothing is escaped"),
            ("<?x «x»?><r/>", "where nothing is escaped"),
            ("<!DOCTYPE r [«x»]>", "in a declaration"),
            ("<r><«x»/></r>", "right after `<`"),
            ("<r «x»='1'/>", "among the names"),
            ("<r><e«x»/></r>", "among the names"),
            ("<r>&«lt;»</r>", "right after `&`"),
        ] {
            let found = refused(&mut Xml::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
        assert_eq!(refused(&mut Xml::new(false), "<r><!-- -- > «x» --></r>"), "in a comment");
    }

    #[test]
    fn an_svg_can_be_a_script() {
        for output in [
            "<svg><title>«x»</title><a href='https://x.org/?«y»'><text class=\"«z»\">«x»</text></a></svg>",
            "<svg xmlns:xlink='x:'><a xlink:href=\"«https://x.org»\"/><g data-x='‹{}›'/><style>a {}</style></svg>",
        ] {
            assert_eq!(read(&mut Xml::svg(true), output), Ok(()), "{output}");
        }
        for (output, place) in [
            ("<svg><script>«x»</script></svg>", "in a script"),
            ("<svg xmlns:s='x:'><s:script>‹1›</s:script></svg>", "in a script"),
            ("<svg><style><![CDATA[]]>«x»</style></svg>", "in a script"),
            ("<svg onload=\"f('«x»')\"/>", "in an attribute that is a script"),
            ("<svg><a href=\"«javascript:x»\"/></svg>", "at the start of an address"),
            ("<svg><a xl:href=\"java&#115;cript:«x»\"/></svg>", "at the start of an address"),
            ("<svg><a href=‹\"x\"›/></svg>", "at the start of an address"),
            ("<svg><x:set attributeName=\"href\" to=\"«x»\"/></svg>", "in an animation"),
            ("<svg><g style=\"«x»\"/></svg>", "in an attribute that is a style"),
        ] {
            let found = refused(&mut Xml::svg(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_invalid() {
        for output in [
            "",
            "<r>",
            "<r></s>",
            "<r/><s/>",
            "x<r/>",
            "<r a=1/>",
            "<r a='1' a='2'/>",
            "<r a='1'b='2'/>",
            "<r><!-- </r>",
            "<r",
            "<r a></r>",
            "</r>",
            "<r>1 < 2</r>",
            "<r><!-- a -- b --></r>",
            "<r><!-- a ---></r>",
            "<!DOCTYPE r><!DOCTYPE r><r/>",
            "<r/><!DOCTYPE r>",
            "<a:r/>",
            "<r b:c='1'/>",
            "<r><s xmlns:a='x:'><a:t/></s><a:u/></r>",
            "<r><s xmlns:a='x:'/><a:u/></r>",
        ] {
            assert!(read(&mut Xml::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Xml::new(false), output), Ok(()), "{output}");
        }
    }
}

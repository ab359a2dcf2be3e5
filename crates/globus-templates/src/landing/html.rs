//! HTML, tokenized as a browser does ([HTML, 13.2.5](https://html.spec.whatwg.org/#tokenization)): a value lands in text
//! or in a quoted attribute.

mod comment;
mod evaluated;
mod raw_text;
mod script;

use comment::Comment;
use memchr::memchr;
use raw_text::RawText;

use super::attribute::Attribute;
use super::fault::{Checked, invalid, misplaced};
use super::lexer::{ALL_ALIKE, ClassOf, Lexer, UNLIKE, ValueKind};
use super::name::Name;
use super::runs::ByRuns;
use super::xml::is_quoted;
use crate::stops::Stops;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Html {
    validate: bool,
    state: State,
    /// The element in which the output is, if the state is [`State::Raw`].
    raw: Option<RawText>,
    tag: Tag,
    attribute: Attribute,
    /// Whether what comes next could be a part of a reference such as `&lt;`.
    in_reference: bool,
    /// How many `<svg>` and `<math>` are open: other rules hold inside.
    foreign: usize,
    /// Whether browsers could read the rest in another way than this lexer does.
    doubtful: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`.
    TagOpen,
    /// After `</`.
    EndTagOpen,
    TagName,
    BeforeAttributeName,
    AttributeName,
    AfterAttributeName,
    BeforeAttributeValue,
    AttributeValue(Quote),
    AfterAttributeValue,
    /// After `/` in a tag.
    SelfClosing,
    /// After `<!` or `<!-`.
    Declaration {
        dash: bool,
    },
    Comment(Comment),
    /// Something that ends at the next `>`.
    Bogus,
    /// The inside of an element such as `<script>`, in which tags are text.
    Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Double,
    Single,
    None,
}

/// What ends a name in a tag.
const NAME_ENDS: Stops = Stops::at(" \t\n\x0c\r/>=");

#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Tag {
    name: Name,
    is_end: bool,
    meta: Meta,
    /// Whether it is a script that says what a browser loads.
    has_loading_rules: bool,
}

/// What matters of `<meta>`: with `http-equiv`, its `content` can load another page.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Meta {
    has_content_value: bool,
    has_http_equiv: bool,
}

const DOUBTFUL: (&str, &str) = (
    "after markup that browsers read in different ways",
    "write it before, or leave out the `<!--` in a script, or the `<textarea>` or `<![CDATA[` in an `<svg>`",
);

impl Html {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Text,
            raw: None,
            tag: Tag::default(),
            attribute: Attribute::default(),
            in_reference: false,
            foreign: 0,
            doubtful: false,
        }
    }

    /// A character in a tag, outside of quotes.
    fn in_tag(&mut self, character: char) -> Checked {
        let is_space = character.is_ascii_whitespace();
        if self.state == State::AttributeValue(Quote::None) && (is_space || character == '>') {
            self.attribute_ends();
        }
        self.state = match self.state {
            _ if character == '>' => {
                self.tag_ends();
                return Ok(());
            }
            State::BeforeAttributeValue => match character {
                '"' => State::AttributeValue(Quote::Double),
                '\'' => State::AttributeValue(Quote::Single),
                _ if is_space => State::BeforeAttributeValue,
                _ => {
                    self.attribute.push_value(character.encode_utf8(&mut [0; 4]));
                    State::AttributeValue(Quote::None)
                }
            },
            State::AttributeValue(_) if !is_space => {
                self.attribute.push_value(character.encode_utf8(&mut [0; 4]));
                State::AttributeValue(Quote::None)
            }
            State::AttributeName | State::AfterAttributeName if character == '=' => {
                self.attribute_is_named()?;
                State::BeforeAttributeValue
            }
            State::AttributeName | State::AfterAttributeName if is_space => State::AfterAttributeName,
            _ if character == '/' => State::SelfClosing,
            _ if is_space => State::BeforeAttributeName,
            State::TagName => {
                self.tag.name.push(character);
                State::TagName
            }
            State::AttributeName => {
                self.attribute.push_name(character.encode_utf8(&mut [0; 4]));
                State::AttributeName
            }
            _ => {
                self.attribute.begin(character);
                State::AttributeName
            }
        };
        Ok(())
    }

    fn attribute_is_named(&mut self) -> Checked {
        self.attribute.is_named();
        if self.tag.name.as_str() == "meta" && self.attribute.name() == "http-equiv" {
            self.tag.meta.has_http_equiv = true;
            if self.tag.meta.has_content_value {
                return refresh();
            }
        }
        Ok(())
    }

    /// The value of an attribute is complete.
    fn attribute_ends(&mut self) {
        if self.tag.name.as_str() == "script" && self.attribute.name() == "type" {
            let kind = self.attribute.value().to_ascii_lowercase();
            self.tag.has_loading_rules =
                ["importmap", "speculationrules", "&"].iter().any(|rules| kind.contains(rules));
        }
    }

    fn tag_ends(&mut self) {
        let is_self_closing = self.state == State::SelfClosing;
        self.state = State::Text;
        // Outside of tags it does not matter which was the last.
        self.attribute.clear();
        let Tag { name, is_end, has_loading_rules, .. } = std::mem::take(&mut self.tag);
        let name = name.as_str();
        if matches!(name, "svg" | "math") {
            if is_end {
                self.foreign = self.foreign.saturating_sub(1);
            } else if !is_self_closing {
                self.foreign += 1;
            }
        }
        if is_end {
            return;
        }
        let Some(raw) = RawText::of(name) else { return };
        if self.foreign == 0 {
            self.state = State::Raw;
            self.raw = Some(if has_loading_rules { raw.without_values() } else { raw });
        } else if matches!(name, "script" | "style") {
            if !is_self_closing {
                self.state = State::Raw;
                self.raw = Some(raw.without_values());
            }
        } else if name != "title" {
            self.doubtful = true;
        }
    }

    /// A value in a quoted attribute, or one that brings its quotes.
    fn value_in_attribute(&mut self, value: &str) -> Checked {
        let tag = &mut self.tag;
        if tag.name.as_str() == "meta" && self.attribute.name() == "content" {
            tag.meta.has_content_value = true;
            if tag.meta.has_http_equiv {
                return refresh();
            }
        }
        if tag.name.as_str() == "meta" && self.attribute.name() == "charset" {
            return misplaced("in `<meta charset>`, which decides how the page is read", "write `utf-8`");
        }
        self.attribute.check(tag.name.as_str(), value)?;
        self.attribute.push_value(value);
        Ok(())
    }
}

fn refresh() -> Checked {
    misplaced("in `<meta http-equiv>`, which can load another page", "write it elsewhere")
}

impl ByRuns for Html {
    fn run(&self, rest: &str) -> usize {
        let bytes = rest.as_bytes();
        let end = match self.state {
            State::Text => memchr(b'<', bytes),
            State::AttributeValue(Quote::Double) => memchr(b'"', bytes),
            State::AttributeValue(Quote::Single) => memchr(b'\'', bytes),
            State::TagName | State::AttributeName => Some(NAME_ENDS.run(rest)),
            State::Comment(Comment::Inside) => memchr(b'-', bytes),
            State::Bogus => memchr(b'>', bytes),
            State::Raw if self.raw.as_ref().is_some_and(RawText::is_between_tags) => memchr(b'<', bytes),
            _ => Some(0),
        };
        end.unwrap_or(bytes.len())
    }

    fn pass(&mut self, run: &str) -> Checked {
        match self.state {
            State::AttributeValue(_) => self.attribute.push_value(run),
            State::TagName => self.tag.name.push_str(run),
            State::AttributeName => self.attribute.push_name(run),
            _ => {}
        }
        let continues = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
        if let Some(last) = run.bytes().rev().find(|byte| !continues(byte)) {
            self.in_reference = last == b'&';
        }
        Ok(())
    }

    fn character(&mut self, character: char) -> Checked {
        let continues = character.is_ascii_alphanumeric() || character == '#';
        self.in_reference = character == '&' || self.in_reference && continues;
        self.state = match self.state {
            State::Text if character == '<' => State::TagOpen,
            State::Text => State::Text,
            State::TagOpen | State::EndTagOpen if character.is_ascii_alphabetic() => {
                let is_end = self.state == State::EndTagOpen;
                self.tag = Tag { is_end, ..Tag::default() };
                self.tag.name.push(character);
                State::TagName
            }
            State::TagOpen => match character {
                '<' => State::TagOpen,
                '/' => State::EndTagOpen,
                '!' => State::Declaration { dash: false },
                '?' => State::Bogus,
                _ => State::Text,
            },
            State::EndTagOpen | State::Bogus if character == '>' => State::Text,
            State::EndTagOpen | State::Bogus => State::Bogus,
            State::Declaration { dash } => {
                // In SVG and MathML, `<![CDATA[` does not end at the next `>`.
                self.doubtful |= self.foreign > 0 && !dash && character == '[';
                match character {
                    '-' if dash => State::Comment(Comment::Start),
                    '-' => State::Declaration { dash: true },
                    '>' => State::Text,
                    _ => State::Bogus,
                }
            }
            State::Comment(comment) => comment.next(character).map_or(State::Text, State::Comment),
            State::Raw => {
                let Some(raw) = &mut self.raw else { return Ok(()) };
                if !raw.ends_at(character) {
                    self.doubtful |= raw.is_doubtful();
                    return Ok(());
                }
                self.tag = Tag { is_end: true, ..Tag::default() };
                self.tag.name.push_str(raw.name());
                self.raw = None;
                self.state = State::TagName;
                return self.in_tag(character);
            }
            State::AttributeValue(Quote::Double) if character == '"' => {
                self.attribute_ends();
                State::AfterAttributeValue
            }
            State::AttributeValue(Quote::Single) if character == '\'' => {
                self.attribute_ends();
                State::AfterAttributeValue
            }
            State::AttributeValue(Quote::Double | Quote::Single) => {
                self.attribute.push_value(character.encode_utf8(&mut [0; 4]));
                self.state
            }
            _ => return self.in_tag(character),
        };
        Ok(())
    }
}

impl Lexer for Html {
    fn text(&mut self, text: &str) -> Checked {
        self.read(text)
    }

    fn value(&mut self, value: &str, kind: ValueKind) -> Checked {
        if self.doubtful {
            return misplaced(DOUBTFUL.0, DOUBTFUL.1);
        }
        let in_reference = std::mem::take(&mut self.in_reference);
        match (self.state, kind) {
            (State::Text | State::AttributeValue(Quote::Double | Quote::Single), _) if in_reference => {
                misplaced("right after `&`, as a part of a reference", "write `&amp;`")
            }
            (State::Text, _) => Ok(()),
            (State::Raw, kind) => match &mut self.raw {
                Some(raw) if !(in_reference && raw.reads_references()) => raw.value(kind),
                _ => misplaced("right after `&`, as a part of a reference", "write `&amp;`"),
            },
            (State::AttributeValue(Quote::Double), ValueKind::Finished | ValueKind::Quoted) => misplaced(
                "inside double quotes, and brings its own",
                "remove the quotes around it; for JSON write single quotes",
            ),
            (State::AttributeValue(Quote::Double | Quote::Single), _) => self.value_in_attribute(value),
            (State::BeforeAttributeValue, ValueKind::Finished | ValueKind::Quoted) if is_quoted(value) => {
                self.value_in_attribute(value.trim_matches('"'))?;
                self.attribute_ends();
                self.state = State::AfterAttributeValue;
                Ok(())
            }
            (State::BeforeAttributeValue | State::AttributeValue(_), _) => misplaced(
                "in an attribute without quotes, and would end at its first space",
                "put it in double quotes",
            ),
            (State::Comment(_) | State::Declaration { .. } | State::Bogus, _) => {
                misplaced("in a comment or a declaration", "write it outside")
            }
            (State::TagOpen | State::EndTagOpen, _) => {
                misplaced("right after `<`", "write `&lt;`, or the name of the tag")
            }
            _ => misplaced("among the names of a tag", "write the names yourself, and values in quotes"),
        }
    }

    fn classes(&self, kind: ValueKind) -> ClassOf {
        match self.state {
            State::Text => ALL_ALIKE,
            State::AttributeValue(Quote::Double | Quote::Single)
                if kind == ValueKind::Escaped && self.attribute.takes_all_alike() =>
            {
                ALL_ALIKE
            }
            _ => UNLIKE,
        }
    }

    fn held(&self) -> usize {
        self.attribute.value().len()
    }

    fn end(&mut self) -> Checked {
        let why = match self.state {
            State::Text => return Ok(()),
            State::Raw => format!("`<{}>` has no end", self.raw.as_ref().map_or("", RawText::name)),
            State::Comment(_) => "a comment has no end".to_owned(),
            _ => "a tag has no end".to_owned(),
        };
        invalid(self.validate, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_text_and_quoted_attributes() {
        for output in [
            "<!-- a --><p title=\"«b»\" lang='«b»' data-x='‹{\"a\":1}›' class=‹\"c\"›>«d»</p>",
            "<title>«a»</title><textarea>«b»</textarea> 1 < 2 «c»",
            "<a href=\"https://x.org/«b»\"><a href='/g/«b»'><a href=\"#g-«b»\"><a href=\"mailto:«b»\">",
            "<a href=\"«https://x.org»\"><img src='groups/«b».png'>",
            "<script>const x = ‹{\"a\":1}›;\n// it's\nf(‹[1]›, '\\'', \"//\")</script><p>«b»",
            "<script>f(‹1›); a.b(‹[1]›, {c: ‹2›}); (d => d)(‹3›); setTimeout(() => f(‹4›), 5)\neval(\"1\"); f(‹6›)</script>",
            "<script>x.innerHTML = \"\"\nconst y = ‹1›; if (x.innerHTML == ‹2›) z = ‹3›; x.textContent = ‹4›</script>",
            "<script>const href = ‹1›, action = ‹2›; import a from \"b\"; const from = ‹3›; f({href: ‹4›})</script>",
            "<script type=\"application/json\">‹{\"a\":\"/\"}›</script>",
            "<SCRIPT>x = ‹1›; a / b; c = '</sCript ><p>«a»",
            "<script type=\"module\">x = ‹1›; a.replace(\"b\", ‹2›); Object.assign(a, ‹{}›)</script>",
            "<svg><title>«a»</title><rect width=\"«1»\"/></svg><p>«a»",
            "<!--><p title=\"«a»\"><!---><!-- <!--> -- --!><b>«a»",
            "<meta name=\"description\" content=\"«a»\">",
            "<p a=b/c title=\"«a»\">& «lt;» &amp;«lt;» <a href=\"/?a=1&b=«lt»\">",
        ] {
            assert_eq!(read(&mut Html::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("<a href=«b»>", "in an attribute without quotes"),
            ("<a href=x«b»>", "in an attribute without quotes"),
            ("<a href=\"‹\"b\"›\">", "inside double quotes"),
            ("<a title=‹{\"a\":\"b\"}›>", "in an attribute without quotes"),
            ("<a href=\"«javascript:x»\">", "at the start of an address"),
            ("<a href=\"/«/evil.example»\">", "at the start of an address"),
            ("<a href=\"https://«evil.example»\">", "at the start of an address"),
            ("<a href=\"java«script:x»\">", "at the start of an address"),
            ("<a onclick=\"f('«b»')\">", "in an attribute that is a script"),
            ("<a oNcLick='f(‹1›)'>", "in an attribute that is a script"),
            ("<p style='color: «b»'>", "in an attribute that is a style"),
            ("<img srcset=\"«https://a/b»\">", "in a list of addresses"),
            ("<img srcset=\"./a 1x, «javascript:b» 2x\">", "in a list of addresses"),
            ("<link imagesrcset=\"./«b»\">", "in a list of addresses"),
            ("<iframe srcdoc=\"«b»\">", "in an attribute that is a page"),
            ("<script>x = '«b»'</script>", "in a script"),
            ("<script>x = '‹\"b\"›'</script>", "in a script"),
            ("<script>x = `‹1›`</script>", "in a script"),
            ("<script>x = /'/; y = ‹1›</script>", "in a script"),
            ("<script>// ‹1›\n</script>", "in a script"),
            ("<script>x‹1›</script>", "in a script"),
            ("<script>`${`‹1›`}`\n; ‹1›</script>", "in a script"),
            ("<script>a / b; x.innerHTML =\n‹1›</script>", "in a script"),
            ("<script>eval(a / g(1,\n2), ‹1›)</script>", "in a script"),
            ("<script>a / b;\nx = ‹1›</script>", "in a script"),
            ("<script>while (n --> 0) x = ‹1›</script>", "in a script"),
            ("<script>\n--> `\nx = `${‹1›}`</script>", "in a script"),
            ("<script>x = \"a\u{2028}‹1›\"</script>", "in a script"),
            ("<script>x = \"a\\\r\n‹1›\"</script>", "in a script"),
            ("<script>ev\\u0061l(‹1›)</script>", "in a script"),
            ("<script type=importmap>‹{}›</script>", "in an element whose text"),
            ("<script type = 'IMPORTMAP' >‹{}›</script>", "in an element whose text"),
            ("<script type=\"speculationrules\">‹{}›</script>", "in an element whose text"),
            ("<script type=\"«importmap»\">‹{}›</script>", "in an element whose text"),
            ("<meta charset=\"«b»\">", "in `<meta charset>`"),
            ("<script>x.setAttribute(\"onclick\", ‹1›)</script>", "where a script would run it"),
            ("<script>$(\"p\").html(‹1›)</script>", "where a script would run it"),
            ("<script>$(‹1›)</script>", "where a script would run it"),
            ("<script>location.assign(‹1›)</script>", "where a script would run it"),
            ("<script>window.location.replace(‹1›)</script>", "where a script would run it"),
            ("<script>window.open(‹1›)</script>", "where a script would run it"),
            ("<script>new Worker(‹1›)</script>", "where a script would run it"),
            ("<script><!-- </script>«x»", "after markup"),
            ("<script>eval(‹\"a\"›)</script>", "where a script would run it"),
            ("<script>eval?.(f(\"b\", ‹\"a\"›))</script>", "where a script would run it"),
            ("<script>(0, eval)(‹\"a\"›)</script>", "where a script would run it"),
            ("<script>window[\"eval\"](‹\"a\"›)</script>", "where a script would run it"),
            ("<script>eval.call(0, ‹\"a\"›)</script>", "where a script would run it"),
            ("<script>eval((() => { return ‹\"a\"› })())</script>", "where a script would run it"),
            ("<script>new Function(\"b\", ‹\"a\"›)</script>", "where a script would run it"),
            ("<script>setTimeout(‹\"a\"›, 1)</script>", "where a script would run it"),
            ("<script>window.setInterval(String(‹\"a\"›))</script>", "where a script would run it"),
            ("<script>document.write(\"<b>\", ‹\"a\"›)</script>", "where a script would run it"),
            ("<script>document.writeln (‹\"a\"›)</script>", "where a script would run it"),
            ("<script>p.insertAdjacentHTML(\"beforeend\", ‹\"a\"›)</script>", "where a script would run it"),
            ("<script>p.innerHTML = ‹\"a\"›</script>", "where a script would run it"),
            ("<script>p.outerHTML += b + ‹\"a\"›</script>", "where a script would run it"),
            ("<script>p[\"innerHTML\"] = c ? 1 : ‹\"a\"›</script>", "where a script would run it"),
            ("<script>Object.assign(p, {innerHTML: ‹\"a\"›})</script>", "where a script would run it"),
            ("<script>location = ‹\"a\"›</script>", "where a script would run it"),
            ("<script>b.href = ‹\"a\"›</script>", "where a script would run it"),
            ("<script>import(‹\"a\"›)</script>", "where a script would run it"),
            ("<script type=module>import b from ‹\"a\"›</script>", "where a script would run it"),
            ("<style>p { color: «b» }</style>", "in an element whose text is not escaped"),
            ("&«lt;»", "right after `&`"),
            ("<p title='&#«1;»'>", "right after `&`"),
            ("<title>&am«p;»", "right after `&`"),
            ("<«b»>", "right after `<`"),
            ("</«b»>", "right after `<`"),
            ("<p «b»>", "among the names"),
            ("<p«b»>", "among the names"),
            ("<p a«b»=\"\">", "among the names"),
            ("<!-- «b» -->", "in a comment"),
            ("<!doctype «b»>", "in a comment"),
            ("<title><«/title »x", "right after `<`"),
            ("<meta http-equiv=refresh content=\"0;«b»\">", "in `<meta http-equiv>`"),
            ("<meta content=\"«b»\" http-equiv=\"refresh\">", "in `<meta http-equiv>`"),
            ("<svg><style>«b»</style>", "in an element"),
            ("<svg><foreignObject><textarea>«b»", "after markup"),
            ("<svg><![CDATA[a>«b»", "after markup"),
            ("<svg><animate attributeName=href to=\"«b»\">", "in an animation"),
            ("<script src=\"«https://x»\"></script>", "in the address of code"),
            ("<base href=\"«https://x»\">", "in the address of code"),
            ("<plaintext>«b»", "in an element"),
        ] {
            let found = refused(&mut Html::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn what_is_open_at_the_end_is_invalid() {
        for output in ["<p", "<p title=\"", "<!-- a", "<script>", "<title>a</titl>"] {
            assert!(read(&mut Html::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Html::new(false), output), Ok(()), "{output}");
        }
    }
}

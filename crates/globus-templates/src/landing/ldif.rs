//! LDIF ([RFC 2849](https://www.rfc-editor.org/rfc/rfc2849)): a value is the whole value of an attribute, or stands in a
//! name after `cn=`. Here its place decides how it is written.

use super::fault::{Checked, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};
use crate::escape::ldif::{comment, name_value, value};

#[derive(Debug)]
pub(super) struct Ldif {
    validate: bool,
    state: State,
    /// The attribute of this line.
    attribute: String,
    /// The last part of a name, such as `cn=a`, as far as it is read.
    part: String,
    /// Whether a record has begun.
    in_record: bool,
    /// The bytes of this line so far.
    width: usize,
    written: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    LineStart,
    Attribute,
    Comment,
    /// After the colon, with the characters that follow it so far.
    Colon {
        read: usize,
    },
    /// In text of the template, or in a name.
    Text,
    /// After `::` or `:<`.
    Encoded,
    /// After a whole value.
    Value,
    /// A line `-`, which separates changes.
    Separator,
}

/// The values of these are names ([RFC 4519](https://www.rfc-editor.org/rfc/rfc4519)).
const NAMES: [&str; 14] = [
    "aliasedobjectname",
    "dn",
    "distinguishedname",
    "manager",
    "member",
    "memberof",
    "newrdn",
    "newsuperior",
    "owner",
    "roleoccupant",
    "secretary",
    "seealso",
    "uniquemember",
    "managedby",
];

/// These say what a record does.
const DIRECTIVES: [&str; 8] =
    ["add", "changetype", "control", "delete", "deleteoldrdn", "increment", "replace", "version"];

/// RFC 2849 recommends no longer lines.
const WIDTH: usize = 76;

impl Ldif {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::LineStart,
            attribute: String::new(),
            part: String::new(),
            in_record: false,
            width: 0,
            written: String::new(),
        }
    }

    fn character(&mut self, character: char) -> Checked {
        if character == '\n' {
            return self.line_ends();
        }
        if character == '\r' {
            return Ok(());
        }
        let at_start = self.width == 0;
        self.width += character.len_utf8();
        if !(' '..='~').contains(&character) && self.state != State::Comment {
            invalid(self.validate, "only ASCII may stand here; write such a value as `name:: BASE64`")?;
        }
        match (self.state, character) {
            // The line goes on, and the state is still that of the line before.
            (_, ' ') if at_start => {}
            (State::LineStart, _) if !at_start => {}
            _ if at_start => {
                self.state = match character {
                    '#' => State::Comment,
                    '-' => State::Separator,
                    _ => State::Attribute,
                };
                self.attribute.clear();
                self.part.clear();
                if self.state == State::Attribute {
                    self.attribute.push(character.to_ascii_lowercase());
                }
            }
            (State::Attribute, ':') => {
                self.state = State::Colon { read: 0 };
                return self.attribute_ends();
            }
            (State::Attribute, _) => self.attribute.push(character.to_ascii_lowercase()),
            (State::Colon { read: 0 }, ':' | '<') => self.state = State::Encoded,
            (State::Colon { .. }, ' ') => self.state = State::Colon { read: 1 },
            (State::Colon { .. } | State::Text, _) => {
                self.state = State::Text;
                self.name(character);
            }
            (State::Value, ' ') => return touched(),
            (State::Value, _) => return touched(),
            (State::Separator, _) => return invalid(self.validate, "text follows the `-` between changes"),
            (State::LineStart | State::Comment | State::Encoded, _) => {}
        }
        Ok(())
    }

    /// Follows the parts of a name.
    fn name(&mut self, character: char) {
        if matches!(character, ',' | '+' | ';') && !self.part.ends_with('\\') {
            self.part.clear();
        } else if character == '\\' && self.part.ends_with('\\') {
            self.part.push_str("..");
        } else {
            self.part.push(character);
        }
    }

    fn attribute_ends(&mut self) -> Checked {
        let name = self.attribute.as_str();
        let is_name = name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b';' | b'.'));
        if !is_name {
            return invalid(self.validate, "this is no name of an attribute");
        }
        if self.in_record && name == "dn" {
            return invalid(
                self.validate,
                "a record has a second `dn:`; an empty line has to end each record",
            );
        }
        if self.in_record || matches!(name, "version" | "search" | "result") {
            return Ok(());
        }
        self.in_record = true;
        if name == "dn" { Ok(()) } else { invalid(self.validate, "a record has to begin with `dn:`") }
    }

    fn line_ends(&mut self) -> Checked {
        let is_empty = self.width == 0;
        self.width = 0;
        if is_empty {
            self.in_record = false;
            self.state = State::LineStart;
        }
        if self.state == State::Attribute {
            return invalid(self.validate, "a line has no colon");
        }
        Ok(())
    }

    /// The attribute without its options, such as `;lang-de`.
    fn base(&self) -> &str {
        self.attribute.split(';').next().unwrap_or_default()
    }

    fn whole(&self) -> Checked {
        let base = self.base();
        if DIRECTIVES.contains(&base) {
            return misplaced("where it decides what the record does", "write that yourself");
        }
        if NAMES.contains(&base) {
            return misplaced("as a whole name", "write a part of it: `cn={{x}},ou=groups,dc=example`");
        }
        Ok(())
    }

    /// Writes an ASCII text, folded.
    fn write(&mut self, text: &str) {
        self.written.clear();
        for character in text.chars() {
            if self.width >= WIDTH {
                self.written.push_str("\n ");
                self.width = 1;
            }
            self.written.push(character);
            self.width += 1;
        }
    }
}

fn touched() -> Checked {
    misplaced(
        "right beside other text",
        "join the parts first: `name:{{concat \"a \" x}}`; in a name, write `cn={{x}},ou=groups`",
    )
}

impl Lexer for Ldif {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, text: &str, _: ValueKind) -> Checked {
        if self.width == 0 {
            return misplaced("at the start of a line", "write `name:{{x}}`");
        }
        match self.state {
            State::Comment => {
                let text = comment(text);
                self.width += text.len();
                self.written = text;
                Ok(())
            }
            State::Colon { read: 0 } => {
                self.whole()?;
                self.state = State::Value;
                self.write(&value(text));
                Ok(())
            }
            State::Colon { .. } => {
                self.whole()?;
                misplaced("after a space, and brings its own", "write `name:{{x}}`")
            }
            State::Text if NAMES.contains(&self.base()) && is_part(&self.part) => {
                self.write(&name_value(text));
                // What the value ends with is no backslash of the template.
                self.part.push('.');
                Ok(())
            }
            State::Text | State::Value => touched(),
            State::Encoded => misplaced("in base64, or in an address", "write `name:{{x}}`"),
            State::Attribute | State::LineStart | State::Separator => {
                misplaced("in the name of an attribute", "write the name yourself")
            }
        }
    }

    /// Where no value can stand, text of one line can: such as the end of a name, `,{{vars.base}}`.
    fn author(&mut self, text: &str) -> Option<Checked> {
        let is_line = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        Some(match self.value(text, ValueKind::Escaped) {
            Err(_) if is_line => {
                text.clone_into(&mut self.written);
                self.text(text)
            }
            checked => checked,
        })
    }

    fn written(&mut self) -> Option<String> {
        Some(std::mem::take(&mut self.written))
    }

    fn end(&mut self) -> Checked {
        if self.width == 0 {
            return Ok(());
        }
        self.line_ends()
    }
}

/// Whether this part of a name has its attribute, and a value may come next.
fn is_part(part: &str) -> bool {
    let Some((attribute, before)) = part.split_once('=') else { return false };
    let attribute = attribute.trim();
    !attribute.is_empty()
        && attribute.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        && !before.contains('"')
        && !before.starts_with('#')
        && !before.ends_with('\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_are_whole_or_in_a_name() {
        for output in [
            "version: 1\n\n# «a»\ndn: cn=«a»,ou=b\ncn:«b»\ndescription;lang-de:«c»\r\nx:: YQ==\ny: a\n b\n\ndn: cn=a\\,b «c»+uid=«d»\nmember: cn=«e»\n",
            "dn: cn=a\nchangetype: modify\nadd: member\nmember: uid=«a»,dc=b\n-\nreplace: cn\ncn:«b»\n-\n",
            "",
        ] {
            assert_eq!(read(&mut Ldif::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("«a»: b", "at the start"),
            ("c«n»: b", "in the name of an attribute"),
            ("cn: «b»", "after a space"),
            ("cn: a «b»", "right beside"),
            ("cn:«a» b", "right beside"),
            ("cn:«a»«b»", "right beside"),
            ("cn:«a»\n b", "right beside"),
            ("cn:: «a»", "in base64"),
            ("jpegPhoto:< file:///«a»", "in base64"),
            ("dn:«a»", "as a whole name"),
            ("dn: «a»", "as a whole name"),
            ("member:«a»", "as a whole name"),
            ("Member:«a»", "as a whole name"),
            ("ChangeType:«a»", "where it decides"),
            ("dn: cn=a,«b»=c", "right beside"),
            ("dn: cn=a\\«b»", "right beside"),
            ("dn: cn=\"«a»\"", "right beside"),
            ("dn: cn=#«a»", "right beside"),
            ("description: cn=«a»", "right beside"),
            ("changetype:«a»", "where it decides"),
            ("-«a»", "in the name"),
        ] {
            let found = refused(&mut Ldif::new(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn what_is_no_record_is_invalid() {
        for output in [
            "cn: a",
            "dn: cn=a\nb\n",
            "dn: cn=é\n",
            "dn: cn=a\n-b: c\n",
            "dn: cn=a\n\ncn: b\n",
            "dn: cn=a\nDN: cn=b\n",
        ] {
            assert!(read(&mut Ldif::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Ldif::new(false), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_of_the_author_are_written_for_their_place() {
        for (before, value, written) in [
            ("dn: cn=a\nd:", "b\nmail: c", ": YgptYWlsOiBj"),
            ("dn: cn=a\nd:", "b", " b"),
            ("dn: cn=", "a,b", "a\\,b"),
            ("dn: cn=a,", "dc=b,dc=c", "dc=b,dc=c"),
            ("dn: ", "cn=a", "cn=a"),
            ("# ", "a\nb", "a␊b"),
        ] {
            let mut lexer = Ldif::new(true);
            lexer.text(before).unwrap();
            assert_eq!(lexer.author(value), Some(Ok(())), "{before}");
            assert_eq!(lexer.written().as_deref(), Some(written), "{before}");
        }
        for before in ["dn: cn=a\nd: ", "dn: cn=a,", "dn: cn=a\n", "dn: cn=a\nd:: "] {
            let mut lexer = Ldif::new(false);
            lexer.text(before).unwrap();
            assert!(matches!(lexer.author("a\nb"), Some(Err(_))), "{before}");
        }
    }

    #[test]
    fn values_are_folded() {
        let mut lexer = Ldif::new(true);
        lexer.text("dn: cn=a\ncn:").unwrap();
        lexer.value(&"x".repeat(150), ValueKind::Escaped).unwrap();
        let written = format!("cn:{}", lexer.written().unwrap());
        assert_eq!(written.lines().map(str::len).collect::<Vec<_>>(), [76, 76, 4]);
        assert!(written.lines().skip(1).all(|line| line.starts_with(' ')), "{written}");
    }
}

//! `/etc/passwd` and `/etc/group` ([passwd(5)](https://man7.org/linux/man-pages/man5/passwd.5.html)): accounts, in lines of
//! fields. What a field means decides which values it can hold.

use std::collections::HashSet;

use super::fault::{Checked, Fault, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Password,
    Number,
    /// Names with commas between them.
    Members,
    FullName,
    Home,
    Shell,
}

const PASSWD: &[Field] =
    &[Field::Name, Field::Password, Field::Number, Field::Number, Field::FullName, Field::Home, Field::Shell];

const GROUP: &[Field] = &[Field::Name, Field::Password, Field::Number, Field::Members];

#[derive(Debug)]
pub(super) struct Accounts {
    fields: &'static [Field],
    validate: bool,
    /// The number of the present field.
    at: usize,
    part: Part,
    is_comment: bool,
    /// The present name of an account, or number.
    field_text: String,
    /// The accounts so far.
    names: HashSet<String>,
}

/// What there is so far of a field, or of a name between two commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Empty,
    /// Its last character.
    Text(char),
    /// A value as a number, after which nothing follows.
    Number,
}

impl Accounts {
    pub(super) fn passwd(validate: bool) -> Self {
        Self::new(PASSWD, validate)
    }

    pub(super) fn group(validate: bool) -> Self {
        Self::new(GROUP, validate)
    }

    fn new(fields: &'static [Field], validate: bool) -> Self {
        Self {
            fields,
            validate,
            at: 0,
            part: Part::Empty,
            is_comment: false,
            field_text: String::new(),
            names: HashSet::new(),
        }
    }

    fn field(&self) -> Option<Field> {
        self.fields.get(self.at).copied()
    }

    fn character(&mut self, character: char) -> Checked {
        match character {
            '\n' => return self.line_ends(),
            _ if self.is_comment => return Ok(()),
            '#' if self.at == 0 && self.part == Part::Empty => {
                self.is_comment = true;
                return Ok(());
            }
            ':' => {
                self.field_ends()?;
                self.at += 1;
                self.part = Part::Empty;
                self.field_text.clear();
                return Ok(());
            }
            ',' if self.field() == Some(Field::Members) => {
                self.field_ends()?;
                self.part = Part::Empty;
                return Ok(());
            }
            _ => {}
        }
        if self.part == Part::Number {
            return misplaced("right beside other text", ONE_NUMBER);
        }
        if self.field() == Some(Field::Number) && !character.is_ascii_digit() {
            invalid(self.validate, "a number has another character than digits")?;
        }
        self.part = Part::Text(character);
        if self.is_of_interest() {
            self.field_text.push(character);
        }
        Ok(())
    }

    /// Whether what the present field has is looked at as a whole.
    fn is_of_interest(&self) -> bool {
        self.validate && matches!(self.field(), Some(Field::Name | Field::Number))
    }

    fn field_ends(&mut self) -> Checked {
        if self.part != Part::Empty {
            return match self.field() {
                Some(Field::Name) if !self.names.insert(self.field_text.clone()) => {
                    invalid(self.validate, format!("the name `{}` is there twice", self.field_text))
                }
                Some(Field::Number) if self.validate && is_too_large(&self.field_text) => {
                    invalid(self.validate, "a number is greater than 4294967294")
                }
                _ => Ok(()),
            };
        }
        match self.field() {
            Some(Field::Name) => invalid(self.validate, "an account has no name"),
            Some(Field::Password) => {
                invalid(self.validate, "a password is empty, which lets anyone in; `x` or `*` is none")
            }
            Some(Field::Number) => invalid(self.validate, "a number is missing"),
            _ => Ok(()),
        }
    }

    fn line_ends(&mut self) -> Checked {
        let (fields, is_comment) = (self.at + 1, self.is_comment);
        if !is_comment {
            self.field_ends()?;
        }
        self.at = 0;
        self.part = Part::Empty;
        self.is_comment = false;
        self.field_text.clear();
        if is_comment || fields == self.fields.len() {
            return Ok(());
        }
        invalid(self.validate, format!("this line has {fields} fields, not {}", self.fields.len()))
    }
}

const ONE_NUMBER: &str = "a number is the whole field";
const NAME: &str = "`{{local_user username RULES}}` or `{{local_group name id RULES}}` gives a name";

impl Lexer for Accounts {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        // With `line_ends = "refuse"` it is not escaped.
        if value.contains([':', ',', '\n', '\r']) {
            return Err(Fault::Unwritable);
        }
        if self.is_comment {
            return Ok(());
        }
        if self.part == Part::Number {
            return misplaced("right beside other text", ONE_NUMBER);
        }
        let starts = match self.part {
            Part::Empty => true,
            Part::Text(last) => self.field() == Some(Field::Home) && last == '/',
            Part::Number => false,
        };
        let is_name = if starts { starts_name(value) } else { continues_name(value) };
        match self.field() {
            Some(Field::Name) if !is_name => {
                return misplaced("as the name of an account, and is none", NAME);
            }
            Some(Field::Members) if !is_name => return misplaced("as the name of a user, and is none", NAME),
            Some(Field::Name | Field::Members | Field::FullName) => {}
            Some(Field::Number) if !starts => return misplaced("right beside other text", ONE_NUMBER),
            Some(Field::Number) if is_number(value) => {
                self.field_text.push_str(value);
                self.part = Part::Number;
                return Ok(());
            }
            Some(Field::Number) => {
                return misplaced(
                    "as a number, and is none from 1 to 4294967294",
                    "`{{uid ID}}` and `{{gid ID}}` give numbers",
                );
            }
            Some(Field::Home) if self.part == Part::Empty => {
                return misplaced(
                    "at the start of a folder's path",
                    "write `/home/` or another folder before it",
                );
            }
            Some(Field::Home) if !is_name => return misplaced("in a path, and is no name", NAME),
            Some(Field::Home) => {}
            Some(Field::Password) => return misplaced("as a password", "write `x` or `*`"),
            Some(Field::Shell) => {
                return misplaced("as the program that a user runs", "write the path of the shell");
            }
            None => return misplaced("after the last field", "remove it, or the colon before it"),
        }
        if self.is_of_interest() {
            self.field_text.push_str(value);
        }
        self.part = Part::Text(value.chars().next_back().unwrap_or_default());
        Ok(())
    }

    fn end(&mut self) -> Checked {
        if self.at == 0 && self.part == Part::Empty && !self.is_comment { Ok(()) } else { self.line_ends() }
    }
}

/// Whether these digits are more than a number of an account. The last number means none.
fn is_too_large(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.parse::<u32>().is_ok_and(|number| number < u32::MAX)
}

/// Whether a name can begin like this. One of digits would be a number, and `+`, `-` and `#` have a meaning of their own.
fn starts_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && continues_name(text)
}

fn continues_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-@".contains(&byte))
}

/// Whether all readers take a text for the same number. 0 is root, also for those that cut off what is beyond 32 bits, and
/// the last one stands for none.
fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| matches!(first, '1'..='9'))
        && text.parse().is_ok_and(|number: u32| number < u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn a_value_stands_where_it_means_what_it_is() {
        for output in [
            "«ada»:x:«70000»:100:«Ada Reyes»,Room 1:/home/«ada»:/bin/sh\n",
            "# «a» b\nu-«1.x»:*:1:2::/:/x\n",
            "«a»:x:1:1::/srv/h-«ada»/x:/x",
            "",
        ] {
            assert_eq!(read(&mut Accounts::passwd(true), output), Ok(()), "{output}");
        }
        for output in
            ["«lab»:x:«70000»:«ada»,«ben@x.org»,root\n", "g-«lab»:*:1:\n", "«g»:x:1:«a»\n«h»:x:2:\n"]
        {
            assert_eq!(read(&mut Accounts::group(true), output), Ok(()), "{output}");
        }
        for (output, place) in [
            ("«a b»:x:1:1::/:/x\n", "as the name of an account"),
            ("«+»:x:1:1::/:/x\n", "as the name of an account"),
            ("«1»:x:1:1::/:/x\n", "as the name of an account"),
            ("a:«x»:1:1::/:/x\n", "as a password"),
            ("a:x:«one»:1::/:/x\n", "as a number"),
            ("a:x:«010»:1::/:/x\n", "as a number"),
            ("a:x:«0»:1::/:/x\n", "as a number"),
            ("a:x:«4294967295»:1::/:/x\n", "as a number"),
            ("a:x:«4294967296»:1::/:/x\n", "as a number"),
            ("a:x:1«0»:1::/:/x\n", "right beside"),
            ("a:x:«1»0:1::/:/x\n", "right beside"),
            ("a:x:«1»«0»:1::/:/x\n", "right beside"),
            ("a:x:1:1::«/home/a»:/x\n", "at the start of a folder's path"),
            ("a:x:1:1::/home/«..»:/x\n", "in a path"),
            ("a:x:1:1::/home/«a/b»:/x\n", "in a path"),
            ("a:x:1:1::/:«/x»\n", "as the program"),
            ("a:x:1:1::/:/x:«y»\n", "after the last field"),
        ] {
            let found = refused(&mut Accounts::passwd(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
        for (output, place) in
            [("g:x:1:«a b»\n", "as the name of a user"), ("g:x:1:a,«-»\n", "as the name of a user")]
        {
            let found = refused(&mut Accounts::group(false), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
        for output in ["«a:x»", "g:x:1:«a,b»", "«a\nb»"] {
            assert_eq!(read(&mut Accounts::group(false), output), Err(Fault::Unwritable), "{output}");
        }
    }

    #[test]
    fn a_line_has_all_fields() {
        for output in [
            "«a»:x:1:\n«b»:x:2:\na:x:3:\n",
            "u-«1»:x:1:\nu-1:x:1:\n",
            "a:x:99999999999:\n",
            "a:x:4294967295:\n",
        ] {
            assert!(read(&mut Accounts::group(true), output).is_err(), "{output:?}");
            assert_eq!(read(&mut Accounts::group(false), output), Ok(()), "{output:?}");
        }
        for output in ["a:x:1\n", "a:x:1::\n", "\n", "a::1:\n", ":x:1:\n", "a:x::\n", "a:x:1x:\n", "a"] {
            assert!(read(&mut Accounts::group(true), output).is_err(), "{output:?}");
            assert_eq!(read(&mut Accounts::group(false), output), Ok(()), "{output:?}");
        }
    }
}

//! Apache's [group files](https://httpd.apache.org/docs/2.4/mod/mod_authz_groupfile.html): `group: user user`, in lines.

use std::collections::HashSet;
use std::mem;

use super::fault::{Checked, Fault, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};
use crate::escape::accounts::holds_word;

#[derive(Debug)]
pub(super) struct Htgroup {
    validate: bool,
    place: Place,
    /// Whether the line has a quote or a backslash.
    is_quoted: bool,
    /// The name of the present group, so far.
    name: String,
    /// The groups so far. Apache gives whoever is in one of two lines of a group what the other is for.
    names: HashSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the start of a line, or after blanks there.
    Start,
    Comment,
    Group,
    /// After the colon.
    Users,
}

/// What stands for white space in a value.
const STAND_INS: [char; 4] = ['␣', '␉', '␊', '␍'];

impl Htgroup {
    pub(super) fn new(validate: bool) -> Self {
        Self { validate, place: Place::Start, is_quoted: false, name: String::new(), names: HashSet::new() }
    }

    fn character(&mut self, character: char) -> Checked {
        self.place = match (self.place, character) {
            (place, '\n') => {
                self.is_quoted = false;
                self.name.clear();
                if place == Place::Group {
                    invalid(self.validate, "a line has no colon after the name of its group")?;
                }
                Place::Start
            }
            (Place::Comment, _) => Place::Comment,
            (Place::Start, '#') => Place::Comment,
            (Place::Start, ':') => {
                invalid(self.validate, "a group has no name")?;
                Place::Users
            }
            (Place::Start, blank) if blank.is_whitespace() => Place::Start,
            (Place::Group, ':') => {
                self.group_ends()?;
                Place::Users
            }
            (Place::Start | Place::Group, _) => Place::Group,
            (Place::Users, _) => Place::Users,
        };
        if self.place == Place::Group {
            self.name.push(character);
        }
        // A comment that ends in a backslash goes on in the next line.
        self.is_quoted |= matches!(character, '"' | '\'' | '\\');
        Ok(())
    }
}

impl Htgroup {
    fn group_ends(&mut self) -> Checked {
        let name = mem::take(&mut self.name).trim_end().to_owned();
        if !self.validate || self.names.insert(name.clone()) {
            return Ok(());
        }
        invalid(self.validate, format!("the group `{name}` is there twice"))
    }
}

impl Lexer for Htgroup {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        if !holds_word(value) {
            return Err(Fault::Unwritable);
        }
        if self.is_quoted {
            return misplaced("after a quote or a backslash", "remove it; no value needs quotes");
        }
        // Several users in one value would be one user that does not exist.
        if self.place == Place::Users && value.contains(STAND_INS) {
            return misplaced(
                "as a user, and has a blank in it",
                "write each user as a value of its own: `{{#each users}} {{this}}{{/each}}`",
            );
        }
        if self.place == Place::Start {
            self.place = Place::Group;
        }
        if self.place == Place::Group {
            self.name.push_str(value);
        }
        Ok(())
    }

    fn end(&mut self) -> Checked {
        self.character('\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn a_value_is_a_word() {
        for output in
            ["«lab»: «ada» «ben@x.org»\n# «x»\n\nlab-«1»: u-«2»,x\n", "", "a:", "  «a» :\n", "«é»: «日»\n"]
        {
            assert_eq!(read(&mut Htgroup::new(true), output), Ok(()), "{output}");
        }
        for output in ["«a b»: c", "a: «b c»", "a: «b\n»", "«#a»: b", "«a:»b", "a: «\"b»", "a: «b\\»"]
        {
            assert_eq!(read(&mut Htgroup::new(false), output), Err(Fault::Unwritable), "{output}");
        }
        for output in ["a: \"«b»\"", "a: '«b»", "a: \\«b»", "# it's «b»"] {
            assert!(refused(&mut Htgroup::new(false), output).starts_with("after a quote"), "{output}");
        }
        for output in ["a: «b␣c»", "a: x «b␉c»", "a: u-«b␊c»"] {
            assert!(refused(&mut Htgroup::new(false), output).starts_with("as a user"), "{output}");
        }
        assert_eq!(read(&mut Htgroup::new(true), "«a␣b»: c\n"), Ok(()));
        for output in
            ["«a»\n", "a b", ": a\n", "«a»: «b»\nx: y\na: «c»\n", "«a» : b\n a: c", "l-«a»: x\n«l-a»: y"]
        {
            assert!(read(&mut Htgroup::new(true), output).is_err(), "{output:?}");
            assert_eq!(read(&mut Htgroup::new(false), output), Ok(()), "{output:?}");
        }
    }
}

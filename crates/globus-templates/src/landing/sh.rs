//! A POSIX shell, bash and zsh ([POSIX, 2](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html)): a
//! value is a word in single quotes, or a part of one, as an argument or in an assignment.

mod command;
mod here_documents;
mod known;

use command::Command;
use here_documents::HereDocuments;
pub(super) use known::is_code;

use super::fault::{Checked, invalid, misplaced};
use super::lexer::{Lexer, ValueKind};

#[derive(Debug)]
pub(super) struct Sh {
    validate: bool,
    /// What is open, the innermost last. Never empty.
    frames: Vec<Frame>,
    /// Whether the next character is escaped by a backslash.
    escaped: bool,
    last: Option<char>,
    here_documents: HereDocuments,
    /// Whether shells read what follows in different ways.
    doubtful: bool,
}

#[derive(Debug)]
enum Frame {
    /// Commands: the script itself, `( … )`, `$( … )`, `{ … }` and the like.
    Commands(Box<Command>),
    /// `name=( … )`, a list of words.
    Array(Box<Command>),
    Double,
    Single,
    /// `$'…'`.
    Escapes,
    Backquotes,
    /// `${ … }`.
    Parameter,
    /// `$(( … ))`, `(( … ))` and `[ … ]` after a name; how many brackets are open.
    Arithmetic {
        depth: usize,
    },
    Comment,
}

impl Sh {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            frames: vec![Frame::Commands(Box::default())],
            escaped: false,
            last: None,
            here_documents: HereDocuments::default(),
            doubtful: false,
        }
    }

    fn character(&mut self, character: char) {
        let last = self.last.replace(character);
        if self.here_documents.is_inside() {
            self.here_documents.character(character);
            return;
        }
        let top = self.frames.len() - 1;
        let in_commands = matches!(self.frames[top], Frame::Commands(_) | Frame::Array(_));
        if in_commands && self.here_documents.takes(character) {
            if self.here_documents.is_here_string(character)
                && let Some(command) = self.command()
            {
                command.here_string();
            }
            return;
        }
        let escaped = std::mem::take(&mut self.escaped);
        match &mut self.frames[top] {
            Frame::Single if character == '\'' => self.close(),
            Frame::Single => self.quoted_literal(character),
            Frame::Comment if character == '\n' => {
                self.close();
                self.line_ends();
            }
            Frame::Comment => {}
            // The line goes on.
            _ if escaped && character == '\n' => {}
            _ if escaped => {
                // Only some shells know `$'…'`, and only for them this quote does not end it.
                self.doubtful |= matches!(self.frames[top], Frame::Escapes) && character == '\'';
                match self.command() {
                    Some(command) => command.literal(character),
                    None => self.quoted_literal(character),
                }
            }
            _ if character == '\\' => self.escaped = true,
            Frame::Escapes if character == '\'' => self.close(),
            Frame::Escapes => self.quoted_literal(character),
            Frame::Double => self.in_double_quotes(character, last),
            Frame::Backquotes if character == '`' => self.close(),
            Frame::Backquotes => {}
            Frame::Parameter => match character {
                '}' => self.close(),
                '\'' => self.open(Frame::Single),
                '"' => self.open(Frame::Double),
                '`' => self.open(Frame::Backquotes),
                '{' if last == Some('$') => self.open(Frame::Parameter),
                '(' if last == Some('$') => {
                    self.open(Frame::Commands(Box::new(Command::substituted())));
                }
                _ => {}
            },
            Frame::Arithmetic { depth } => match character {
                '(' | '[' => *depth += 1,
                ')' | ']' if *depth == 1 => self.close(),
                ')' | ']' => *depth -= 1,
                '\'' => self.open(Frame::Single),
                '"' => self.open(Frame::Double),
                '`' => self.open(Frame::Backquotes),
                _ => {}
            },
            Frame::Commands(_) | Frame::Array(_) => self.in_commands(character, last),
        }
    }

    fn in_double_quotes(&mut self, character: char, last: Option<char>) {
        match (last, character) {
            (_, '"') => self.close(),
            (_, '`') => self.open(Frame::Backquotes),
            (Some('$'), '{') => self.open(Frame::Parameter),
            (Some('$'), '(') => self.open(Frame::Commands(Box::new(Command::substituted()))),
            _ => self.quoted_literal(character),
        }
    }

    /// A character of a quoted part of a word.
    fn quoted_literal(&mut self, character: char) {
        if let [.., Frame::Commands(command) | Frame::Array(command), _] = self.frames.as_mut_slice() {
            command.literal(character);
        }
    }

    fn in_commands(&mut self, character: char, last: Option<char>) {
        let top = self.frames.len() - 1;
        let (Frame::Commands(command) | Frame::Array(command)) = &mut self.frames[top] else { return };
        let after_dollar = last == Some('$');
        match character {
            '\'' => {
                command.quoted();
                self.open(if after_dollar { Frame::Escapes } else { Frame::Single });
            }
            '"' => {
                command.quoted();
                self.open(Frame::Double);
            }
            '`' => {
                command.literal('`');
                self.open(Frame::Backquotes);
            }
            '#' if command.at_word_start() => self.open(Frame::Comment),
            '{' if after_dollar => {
                command.quoted();
                self.open(Frame::Parameter);
            }
            '[' if after_dollar || command.is_name() => {
                command.index();
                self.open(Frame::Arithmetic { depth: 1 });
            }
            // The second bracket of `((` and `$((`.
            '(' if last == Some('(') && command.is_fresh() => {
                self.frames.pop();
                self.open(Frame::Arithmetic { depth: 2 });
            }
            '(' if command.is_assignment_start() => {
                command.quoted();
                self.open(Frame::Array(Box::new(Command::of_words())));
            }
            '(' => {
                let inner = command.substitution(last);
                self.open(Frame::Commands(Box::new(inner)));
            }
            ')' if command.is_pattern() => command.pattern_ends(),
            ')' => self.close(),
            '\n' => self.line_ends(),
            ';' | '&' | '|' if !matches!((last, character), (Some('>' | '<'), '&') | (Some('>'), '|')) => {
                command.ends(character, character == ';' && last == Some(';'));
            }
            '<' | '>' => {
                if character == '<' && last == Some('<') {
                    command.here_document();
                    self.here_documents.operator();
                } else {
                    command.redirect();
                }
            }
            _ if character.is_whitespace() => command.word_ends(),
            _ => command.literal(character),
        }
    }

    fn line_ends(&mut self) {
        if let Some(command) = self.command() {
            command.ends('\n', false);
        }
        self.here_documents.begin();
    }

    fn command(&mut self) -> Option<&mut Command> {
        match self.frames.last_mut() {
            Some(Frame::Commands(command) | Frame::Array(command)) => Some(command),
            _ => None,
        }
    }

    fn open(&mut self, frame: Frame) {
        self.last = None;
        if let Frame::Commands(_) = frame {
            // `$((` is recognized by the bracket before.
            self.last = Some('(');
        }
        self.frames.push(frame);
    }

    fn close(&mut self) {
        if self.frames.len() == 1 {
            return;
        }
        let Some(Frame::Commands(mut inner) | Frame::Array(mut inner)) = self.frames.pop() else { return };
        inner.ends(')', false);
        // Where the lines of a here-document begin that is named inside, shells disagree.
        self.doubtful |= self.here_documents.is_pending();
        // Quotes and `${ … }` can stand in between.
        let outer = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Commands(command) | Frame::Array(command) => Some(command),
            _ => None,
        });
        if let Some(command) = outer {
            command.contains(&inner);
        }
    }
}

impl Lexer for Sh {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().for_each(|character| self.character(character));
        match self.command() {
            Some(command) => command.check(),
            None => Ok(()),
        }
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        if self.doubtful {
            return misplaced(
                "after quotes or a here-document that shells read in different ways",
                "write `$'…'` without `\\'`, and a here-document outside of `$(…)`",
            );
        }
        if self.here_documents.takes_value() {
            return misplaced("in a here-document", "write the line with `printf '%s\\n' {{x}}`");
        }
        if self.escaped {
            return misplaced("after a backslash", "remove the backslash");
        }
        let after_dollar = self.last == Some('$');
        self.last = Some('\'');
        match self.frames.last_mut() {
            Some(Frame::Commands(_) | Frame::Array(_)) if after_dollar => {
                misplaced("after `$`, which gives its quotes another meaning", "put a space between them")
            }
            Some(Frame::Commands(command) | Frame::Array(command)) => command.value(),
            Some(Frame::Double | Frame::Single | Frame::Escapes) => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            Some(Frame::Backquotes) => misplaced("inside backticks", "write `$(command {{x}})`"),
            Some(Frame::Parameter) => misplaced("inside `${…}`", "assign it to a variable first: `x={{x}}`"),
            Some(Frame::Arithmetic { .. }) => misplaced(
                "where a shell calculates, and could run it",
                "assign it to a variable, and check that it is a number",
            ),
            Some(Frame::Comment) if !value.contains(['\n', '\r']) => Ok(()),
            Some(Frame::Comment) | None => {
                misplaced("in a comment, which it could end", "write it outside the comment")
            }
        }
    }

    fn end(&mut self) -> Checked {
        if let Some(command) = self.command() {
            command.ends('\n', false);
            command.check()?;
        }
        let why = match self.frames.last() {
            _ if self.here_documents.is_open() => "a here-document has no end",
            Some(Frame::Comment) => return Ok(()),
            Some(Frame::Commands(_)) if self.frames.len() == 1 => return Ok(()),
            Some(Frame::Commands(_) | Frame::Array(_) | Frame::Arithmetic { .. } | Frame::Parameter) => {
                "a bracket has no end"
            }
            _ => "a quote has no end",
        };
        invalid(self.validate, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_are_words() {
        for output in [
            "a=«'x'»\necho «'y'» \"$(cat «'z'»)\" # it's\n",
            "mkdir -p -- /data/«'x'» && chgrp «'a'»-«'b'» --name=«'x'»\n",
            "cat <<-'EOF' >x\nit's `\n\tEOF\necho «'x'» <<< «'y'»\n",
            "if [ «'x'» = y ]; then echo «'a'»; elif ! grep -q «'b'» f; then :; fi\n",
            "for g in «'a'» «'b'»; do echo «'c'»; done\nlist=( «'x'» «'y'» )\n",
            "case «'x'» in a|'b') echo «'y'» ;; *) echo «'z'» ;; esac\necho «'w'»\n",
            "f() { echo «'x'»; }\nsh -c 'echo \"$1\"' sh «'x'»\n",
            "x=$((1 + 2)) y=${z:-'a)'} echo «'x'»; export A=«'y'»; echo $# ${#x} «'z'»\n",
            "echo a#b \\' «'x'» \\\n  «'y'» >&2 2>/dev/null\n",
            "sudo -u me usermod -aG «'x'» «'y'» | tee a; gpasswd -M «'x'»,«'y'» g\n",
            "echo `date` «'x'»; (cd /; ls «'y'»)\n",
            "sudo -- groupadd «'x'»; declare -r N=«'y'»; M[x]=«'z'»\n",
            "[[ -d «'x'» && \"$x\" == «'y'» ]] && grep -v sh «'z'» | sort >f\n",
            "print -r -- «'x'» a\n",
            "x=$(grep -c -- «'x'» f); if [ \"$(getent group «'x'» | wc -l)\" -eq 0 ]; then echo \"$(ls «'y'»)\"; fi\n",
            "for g in $(ls «'x'»); do echo $g; done; list=( $(ls «'x'») ); echo «'x'» | cat\nsh f\n",
            "find . -name «'x'» -user «'y'»; tar cf a.tar -- «'x'»; git commit -m «'x'»; sh f «'x'»; (cd /; ls «'x'»)\n",
            "find /data/«'x'» -type f; rsync -a -- /a/«'x'» h:; tar cf ./«'x'».tar d\n",
            "echo «'x'» | while read -r line; do echo \"$line\"; done\ncat f | sort\n",
            "# made by «'x'»\n\"echo\" «'y'»; timeout 5 ls «'z'»\n",
        ] {
            assert_eq!(read(&mut Sh::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("echo \"«'x'»\"", "inside quotes"),
            ("echo '«'x'»'", "inside quotes"),
            ("echo $'«'x'»'", "inside quotes"),
            ("echo $«'x'»", "after `$`"),
            ("echo \\«'x'»", "after a backslash"),
            ("echo `id «'x'»`", "inside backticks"),
            ("echo \"`id «'x'»`\"", "inside backticks"),
            ("echo ${x:-«'y'»}", "inside `${…}`"),
            ("echo \"${x:-$(«'y'»)}\"", "where a command begins"),
            ("echo $((1 + «'x'»))", "where a shell calculates"),
            ("((a = «'x'»))", "where a shell calculates"),
            ("a[«'x'»]=1", "where a shell calculates"),
            ("echo $[«'x'»]", "where a shell calculates"),
            ("# «'x\ny'»\n", "in a comment"),
            ("\"eval\" «'x'»", "for a command that would run it"),
            ("'eval' «'x'»", "for a command that would run it"),
            ("$'eval' «'x'»", "for a command that would run it"),
            ("\"/bin/sh\" \"-c\" «'x'»", "for a command that would run it"),
            ("\"$SHELL\" -c «'x'»", "for a command that would run it"),
            ("${SHELL:-sh} -c «'x'»", "for a command that would run it"),
            ("$(echo eval) «'x'»", "for a command that would run it"),
            ("{eval,} «'x'»", "for a command that would run it"),
            ("a=([«'x'»]=1)", "where a shell calculates"),
            ("a=(x [«'x'»]=1)", "where a shell calculates"),
            ("timeout 5 bash -c «'x'»", "for a command that would run it"),
            ("sudo \\\n  «'x'»", "where a command begins"),
            ("ev\\\nal «'x'»", "for a command that would run it"),
            ("\"ev\\\nal\" «'x'»", "for a command that would run it"),
            ("timeout 1 «'x'»", "where a command begins"),
            ("flock f «'x'»", "for a command that would run it"),
            ("time -p «'x'»", "where a command begins"),
            ("find . -exec «'x'» \\;", "for a command that would run it"),
            ("find . -exec sh -c «'x'» \\;", "for a command that would run it"),
            ("sh -c -e «'x'»", "for a command that would run it"),
            ("{fd}>/dev/null eval «'x'»", "for a command that would run it"),
            ("a[0]=1 eval «'x'»", "for a command that would run it"),
            ("coproc N { eval «'x'»; }", "for a command that would run it"),
            ("docker exec c sh -c «'x'»", "for a command that would run it"),
            ("echo «'x'» | sh", "for a command that would run it"),
            ("echo «'x'» | sudo sh\n", "for a command that would run it"),
            ("for a in «'x'»; do\necho $a\ndone | bash\n", "for a command that would run it"),
            ("(echo «'x'») | sh", "for a command that would run it"),
            ("sh <<< «'x'»", "for a command that would run it"),
            ("bash <(echo «'x'»)", "for a command that would run it"),
            (". <(echo «'x'»)", "for a command that would run it"),
            ("OPTIND=«'x'»", "in a variable that a shell runs"),
            ("GIT_SSH_COMMAND=«'x'»", "in a variable that a shell runs"),
            ("for PATH in «'x'»; do", "for a command that would run it"),
            ("printf «'x'»", "as the format of `printf`"),
            ("printf -- 'a %s'«'x'»", "as the format of `printf`"),
            ("set -u «'x'»", "where `set` takes options"),
            ("echo ~«'x'»", "right after `~`"),
            ("x=a:~«'x'»", "right after `~`"),
            ("echo =«'x'»", "right after `~` or `=`"),
            ("printf -v PATH %s «'x'»", "for a command that would run it"),
            ("echo $'x\\''«'y'»", "after quotes or a here-document"),
            ("echo $(cat <<E)\n'\nE\necho «'x'»", "after quotes or a here-document"),
            ("for «'x'» in a; do", "for a command that would run it"),
            ("function «'x'» { :; }", "for a command that would run it"),
            ("shift «'x'»", "for a command that would run it"),
            ("readonly -i x=«'x'»", "for a command that would run it"),
            ("declare -n x=«'x'»", "for a command that would run it"),
            ("cat <<E\n«'x'»\nE\n", "in a here-document"),
            ("cat << \"E F\" <<G\n«'x'»\nE\n", "in a here-document"),
            ("cat <<E\nE \n«'x'»\nE\n", "in a here-document"),
            ("«'x'»\n", "where a command begins"),
            ("a=1 «'x'»\n", "where a command begins"),
            ("ls | «'x'»\n", "where a command begins"),
            ("if «'x'»; then", "where a command begins"),
            ("/bin/«'x'»\n", "where a command begins"),
            ("sudo «'x'»\n", "where a command begins"),
            ("env -i A=b «'x'»\n", "where a command begins"),
            ("eval «'x'»", "for a command that would run it"),
            ("sudo eval echo «'x'»", "for a command that would run it"),
            ("trap «'x'» EXIT", "for a command that would run it"),
            ("sh -c «'x'»", "for a command that would run it"),
            ("bash -ec «'x'» a", "for a command that would run it"),
            ("/bin/sh -c «'x'» a", "for a command that would run it"),
            ("python3 -c «'x'»", "for a command that would run it"),
            ("awk «'x'» f", "for a command that would run it"),
            ("sed -n -e «'x'» f", "for a command that would run it"),
            ("ssh host «'x'»", "for a command that would run it"),
            ("declare «'x'»", "for a command that would run it"),
            ("declare -a x=«'x'»", "for a command that would run it"),
            ("unset «'x'»", "for a command that would run it"),
            ("test -v «'x'»", "for a command that would run it"),
            ("[[ «'x'» -eq 1 ]]", "for a command that would run it"),
            ("[ 1 -eq «'x'» ]", "for a command that would run it"),
            ("[ «'x'» -eq 1 ]\n", "for a command that would run it"),
            ("PROMPT_COMMAND=«'x'»", "in a variable that a shell runs"),
            ("export PATH=«'x'»:b", "in a variable that a shell runs"),
            ("export «'x'»", "for a command that would run it"),
            ("echo a > «'x'»", "as the name of a file to write or read"),
            ("echo a >>/x/«'x'»", "as the name of a file to write or read"),
            ("case x in «'x'») ;; esac", "in a pattern"),
        ] {
            let found = refused(&mut Sh::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn values_that_a_shell_or_a_command_would_run_are_refused() {
        for (output, place) in [
            ("GID=«'x'»", "in a variable that a shell runs"),
            ("path=«'x'»", "in a variable that a shell runs"),
            ("chroot / «'x'»", "for a command that would run it"),
            ("sg a «'x'»", "for a command that would run it"),
            ("wait -n «'x'»", "for a command that would run it"),
            ("sqlite3 f «'x'»", "for a command that would run it"),
            ("make -C /x «'x'»", "for a command that would run it"),
            ("integer n=«'x'»", "for a command that would run it"),
            ("float n\nn=«'x'»", "for a command that would run it"),
            ("typeset -F n=«'x'»", "for a command that would run it"),
            ("print «'x'»", "for a command that would run it"),
            ("print -P -- «'x'»", "for a command that would run it"),
            ("print -rP -- «'x'»", "for a command that would run it"),
            ("echo «'x'» |& bash", "for a command that would run it"),
            ("echo «'x'» | dc", "for a command that would run it"),
            ("echo «'x'» |\nbash", "for a command that would run it"),
            ("echo «'x'» | # c\n bash", "for a command that would run it"),
            ("echo «'x'» | (bash)", "for a command that would run it"),
            ("echo «'x'» | if true; then sh; fi", "for a command that would run it"),
            ("echo «'x'» | while read -r a; do\nsh\ndone", "for a command that would run it"),
            ("echo «'x'» | tee >(sh)", "for a command that would run it"),
            ("eval \"$(echo «'x'»)\"", "for a command that would run it"),
            ("sh -c \"$(echo «'x'»)\"", "for a command that would run it"),
            ("$(echo «'x'»)", "for a command that would run it"),
            ("\"$(echo «'x'»)\" a", "for a command that would run it"),
            ("bash <<< \"$(echo «'x'»)\"", "for a command that would run it"),
            ("trap \"$(echo «'x'»)\" EXIT", "for a command that would run it"),
            ("eval ${y:-$(echo «'x'»)}", "for a command that would run it"),
            ("perl -E «'x'»", "for a command that would run it"),
            ("node --eval «'x'»", "for a command that would run it"),
            ("bash «'x'»", "for a command that would run it"),
            ("bash -x «'x'»", "for a command that would run it"),
            ("python3.11 -c «'x'»", "for a command that would run it"),
            ("perl -M«'x'» f", "for a command that would run it"),
            ("tcsh -c «'x'»", "for a command that would run it"),
            ("busybox sh -c «'x'»", "for a command that would run it"),
            ("tar xf a «'x'»", "for a command that would run it"),
            ("tar xf a -«'x'»", "for a command that would run it"),
            ("find «'x'»", "for a command that would run it"),
            ("find . -print «'x'»", "for a command that would run it"),
            ("scp «'x'» h:", "for a command that would run it"),
            ("git log «'x'»", "for a command that would run it"),
            ("srun «'x'»", "for a command that would run it"),
            ("busybox «'x'»", "where a command begins"),
            ("LESS=«'x'»", "in a variable that a shell runs"),
            ("PERLLIB=«'x'»", "in a variable that a shell runs"),
            ("x=$(PATH=«'x'»)", "in a variable that a shell runs"),
        ] {
            let found = refused(&mut Sh::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn quotes_and_brackets_have_an_end() {
        for output in ["echo 'a", "echo \"a", "echo $(a", "cat <<E\nE ", "echo `a", "echo ${a"] {
            assert!(read(&mut Sh::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Sh::new(false), output), Ok(()), "{output}");
        }
        assert_eq!(read(&mut Sh::new(true), "cat <<E\na\nE"), Ok(()));
    }
}

//! SQL as SQLite and PostgreSQL read it: a value is a whole string literal
//! ([PostgreSQL, 4.1](https://www.postgresql.org/docs/current/sql-syntax-lexical.html)).

use super::fault::{Checked, Fault, misplaced};
use super::lexer::{Lexer, ValueKind};

#[derive(Debug)]
pub(super) struct Sql {
    validate: bool,
    state: State,
    /// The word that is being read, or has just been read: `E` before a quote allows backslashes.
    word: String,
    /// The character before, if it is in the same state.
    last: Option<char>,
    /// Whether only white space came before in this line.
    line_start: bool,
    /// The last word, which names a function before `(`.
    before: String,
    /// The first word of the statement, and whether another one says that it defines code.
    statement: String,
    defines_code: bool,
    /// The functions whose brackets are open.
    functions: Vec<String>,
    /// The last characters of a command of `psql`.
    command: String,
    /// Whether there was a value.
    has_value: bool,
    /// Whether databases read what follows in different ways.
    doubtful: bool,
    fault: Option<(&'static str, &'static str)>,
}

/// `psql` runs what the last query gave.
const RUNS_RESULT: &str = "\\gexec";

/// These read or write files, or run programs.
const UNSAFE: &[&str] = &[
    "crosstab",
    "cursor_to_xml",
    "dblink",
    "dblink_connect",
    "dblink_connect_u",
    "dblink_exec",
    "dblink_open",
    "dblink_send_query",
    "edit",
    "eval",
    "fsdir",
    "fts3_tokenizer",
    "load_extension",
    "lo_export",
    "lo_import",
    "pg_file_write",
    "pg_ls_dir",
    "pg_read_binary_file",
    "pg_read_file",
    "pg_stat_file",
    "program",
    "query_to_xml",
    "query_to_xml_and_xmlschema",
    "query_to_xmlschema",
    "readfile",
    "set_config",
    "ts_rewrite",
    "ts_stat",
    "writefile",
    "xpath_table",
    "zipfile",
];

/// Statements in which a literal is code, a library or a file.
const UNSAFE_STATEMENTS: [&str; 8] =
    ["attach", "do", "execute", "import", "load", "pragma", "prepare", "vacuum"];

/// What a statement creates or changes, if a literal in it is code, a library or a host.
const UNSAFE_OBJECTS: [(&str, &[&str]); 2] = [
    ("create", &["extension", "function", "language", "procedure", "server", "subscription"]),
    ("alter", &["server", "subscription", "system"]),
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Code,
    /// Right after a value.
    Value,
    /// A literal or a name, with its quote.
    Quoted(char),
    /// `E'…'`, and whether a backslash came before.
    Escapes {
        escaped: bool,
    },
    /// `$tag$`, as far as it is read. It may be a parameter, too.
    DollarTag(String),
    /// `$tag$…`, and what may be the end.
    Dollar {
        tag: String,
        end: String,
    },
    LineComment,
    /// A command of `sqlite3` or `psql` such as `.shell` or `\!`, up to the end of the line.
    ClientCommand,
    /// PostgreSQL nests comments.
    BlockComment {
        depth: usize,
    },
}

impl Sql {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            state: State::Code,
            word: String::new(),
            last: None,
            line_start: true,
            before: String::new(),
            statement: String::new(),
            defines_code: false,
            functions: Vec::new(),
            command: String::new(),
            has_value: false,
            doubtful: false,
            fault: None,
        }
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        let line_start = self.line_start;
        self.line_start = character == '\n' || line_start && character.is_whitespace();
        match &mut self.state {
            State::Value | State::Code if character == '\\' || character == '.' && line_start => {
                self.state = State::ClientCommand;
                self.command.clear();
                self.command.push(character);
            }
            State::Value if continues_a_word(character) || matches!(character, '\'' | '"') => {
                return touched();
            }
            State::Value | State::Code => self.code(character, last),
            State::Quoted(quote) if *quote == character => self.state = State::Code,
            // Only SQLite takes brackets for quotes.
            State::Quoted(']') => self.doubtful |= matches!(character, '\'' | '"'),
            State::Escapes { escaped } => match (*escaped, character) {
                // SQLite does not know this escape.
                (true, '\'') => {
                    self.doubtful = true;
                    *escaped = false;
                }
                (false, '\'') => self.state = State::Code,
                (false, '\\') => *escaped = true,
                _ => *escaped = false,
            },
            State::DollarTag(tag) if character == '$' => {
                let tag = format!("${tag}$");
                self.state = State::Dollar { tag, end: String::new() };
            }
            State::DollarTag(tag) if continues_a_word(character) => tag.push(character),
            State::DollarTag(_) => {
                self.state = State::Code;
                self.code(character, last);
            }
            State::Dollar { tag, end } => {
                if character == '$' && end.starts_with('$') {
                    end.push('$');
                    if end == tag {
                        self.state = State::Code;
                    } else {
                        "$".clone_into(end);
                    }
                } else if character == '$' || !end.is_empty() {
                    end.push(character);
                }
            }
            State::LineComment | State::ClientCommand if matches!(character, '\n' | '\r') => {
                self.state = State::Code;
            }
            State::BlockComment { depth } => match (last, character) {
                (Some('*'), '/') => {
                    *depth -= 1;
                    self.last = None;
                    if *depth == 0 {
                        self.state = State::Code;
                    }
                }
                // In SQLite the first end is that of the comment.
                (Some('/'), '*') => {
                    *depth += 1;
                    self.last = None;
                    self.doubtful = true;
                }
                _ => {}
            },
            State::ClientCommand => {
                if character == '\\' {
                    self.command.clear();
                }
                if self.command.len() < RUNS_RESULT.len() {
                    self.command.push(character.to_ascii_lowercase());
                }
                if self.has_value && self.command == RUNS_RESULT {
                    self.fault = Some(("in a query whose result `psql` runs", "leave out `\\gexec`"));
                }
            }
            State::Quoted(_) | State::LineComment => {}
        }
        Ok(())
    }

    fn code(&mut self, character: char, last: Option<char>) {
        self.state = match (last, character) {
            (_, '\'') if self.word == "e" => State::Escapes { escaped: false },
            (_, '\'' | '"' | '`') => State::Quoted(character),
            (_, '[') => State::Quoted(']'),
            (_, '$') if self.word.is_empty() => State::DollarTag(String::new()),
            (Some('-'), '-') => State::LineComment,
            (Some('/'), '*') => {
                self.last = None;
                State::BlockComment { depth: 1 }
            }
            _ => State::Code,
        };
        if self.state == State::Code && continues_a_word(character) {
            self.word.push(character.to_ascii_lowercase());
            return;
        }
        self.word_ends();
        match character {
            ';' => {
                self.statement.clear();
                self.defines_code = false;
            }
            '(' => self.functions.push(std::mem::take(&mut self.before)),
            ')' => drop(self.functions.pop()),
            _ if character.is_whitespace() => {}
            _ => self.before.clear(),
        }
    }

    fn word_ends(&mut self) {
        if self.word.is_empty() {
            return;
        }
        self.before = std::mem::take(&mut self.word);
        if self.statement.is_empty() {
            self.statement.clone_from(&self.before);
        }
        self.defines_code |= UNSAFE_OBJECTS.iter().any(|(statement, objects)| {
            self.statement == *statement && objects.contains(&self.before.as_str())
        });
    }

    /// Whether a literal here is code, a library or a file for this statement.
    fn is_for_statement(&self) -> bool {
        let copies = self.statement == "copy" && matches!(self.before.as_str(), "from" | "to");
        copies || self.defines_code || UNSAFE_STATEMENTS.contains(&self.statement.as_str())
    }
}

fn continues_a_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '&')
}

fn touched() -> Checked {
    misplaced(
        "right beside other text",
        "put a space or a comma between them, or join them: `{{concat \"a \" x}}`",
    )
}

impl Lexer for Sql {
    fn text(&mut self, text: &str) -> Checked {
        text.chars().try_for_each(|character| self.character(character))?;
        self.fault.take().map_or(Ok(()), |(place, help)| misplaced(place, help))
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        self.line_start = false;
        self.has_value = true;
        if self.doubtful {
            return misplaced(
                "behind quotes or a comment that SQLite and PostgreSQL read in different ways",
                "leave out quotes between `[` and `]`, `\\'`, and comments inside of comments",
            );
        }
        let is_unsafe = |name: &String| UNSAFE.contains(&name.as_str());
        match self.state {
            State::Code if is_unsafe(&self.before) || self.functions.iter().any(is_unsafe) => misplaced(
                "for a function that reads or writes files, or runs programs",
                "write that part yourself",
            ),
            State::Code if self.is_for_statement() => misplaced(
                "in a statement that runs it, or reads or writes that file",
                "write that part yourself",
            ),
            State::Code
                if self.last.is_some_and(|last| continues_a_word(last) || matches!(last, '\'' | '"')) =>
            {
                touched()
            }
            State::Code => {
                self.state = State::Value;
                self.last = None;
                self.word.clear();
                Ok(())
            }
            State::Value => touched(),
            State::Quoted(_) | State::Escapes { .. } => {
                misplaced("inside quotes, and brings its own", "remove the quotes around it")
            }
            State::DollarTag(_) | State::Dollar { .. } => {
                misplaced("inside a string between dollar signs", "write it outside, as `{{x}}`")
            }
            State::ClientCommand => {
                misplaced("in a command of `sqlite3` or `psql`", "write the line yourself, or in SQL")
            }
            State::LineComment if !value.contains(['\n', '\r']) => Ok(()),
            State::LineComment | State::BlockComment { .. } => {
                misplaced("in a comment, which it could end", "write it outside the comment")
            }
        }
    }

    fn end(&mut self) -> Checked {
        match self.state {
            State::Quoted(_) | State::Escapes { .. } | State::Dollar { .. } if self.validate => {
                Err(Fault::Invalid("a quote has no end".to_owned()))
            }
            State::BlockComment { .. } if self.validate => {
                Err(Fault::Invalid("a comment has no end".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_are_whole_literals() {
        for output in [
            "-- by «'x'»\nINSERT INTO t VALUES («'a'», 'it''s', «'b'»); -- it's\nSELECT t.a, .5, «'c'»;",
            "SELECT $$ it's $$ || «'a'», \"x'\", $1, E'it''s\\n', «'b'» /* ' */, «'c'»; \\g\n",
            "COPY (SELECT 1 WHERE a = «'a'») TO stdout; SELECT attach, «'a'» FROM copy WHERE a IN («'b'»)",
            "SELECT $a$ $b$ $a$, «'a'»::text WHERE a=«'b'» AND [its]=«'c'» AND `'` = «'d'»",
        ] {
            assert_eq!(read(&mut Sql::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("SELECT '«'a'»'", "inside quotes"),
            ("SELECT \"«'a'»\"", "inside quotes"),
            ("SELECT E'\\\\«'a'»'", "inside quotes"),
            ("SELECT E«'a'»", "right beside"),
            ("SELECT U&«'a'»", "right beside"),
            ("SELECT 'x'«'a'»", "right beside"),
            ("SELECT «'a'»'x'", "right beside"),
            ("SELECT «'a'»«'b'»", "right beside"),
            ("SELECT $$ «'a'» $$", "inside a string between dollar signs"),
            ("SELECT $a$ $b$ «'a'» $a$", "inside a string between dollar signs"),
            ("-- «'a\nb'»\n", "in a comment"),
            (".print «'a'»\n", "in a command of"),
            ("SELECT 1;\n  .shell «'a'»\n", "in a command of"),
            ("\\echo «'a'»\n", "in a command of"),
            ("SELECT 1 \\! «'a'»\n", "in a command of"),
            ("COPY t FROM PROGRAM «'a'»", "for a function"),
            ("SELECT 1; ATTACH «'a'» AS a", "in a statement that"),
            ("VACUUM INTO «'a'»", "in a statement that"),
            ("COPY t TO «'a'»", "in a statement that"),
            ("DO «'a'»", "in a statement that"),
            ("CREATE OR REPLACE FUNCTION f() RETURNS void AS «'a'»", "in a statement that"),
            ("SELECT edit(1, «'a'»)", "for a function"),
            ("/* /* */ «'a'» */", "behind quotes or a comment"),
            ("/* /* ' */ */ «'a'»", "behind quotes or a comment"),
            ("SELECT E'it\\'s', «'a'»", "behind quotes or a comment"),
            ("SELECT a['x] , «'a'» '", "behind quotes or a comment"),
            ("SELECT «'a'»\n\\gexec\n", "in a query whose result"),
            ("SELECT «'a'»;\n\\a\\gexec\n", "in a query whose result"),
            ("SELECT dblink_exec(«'a'»)", "for a function"),
            ("ALTER SYSTEM SET x = «'a'»", "in a statement that"),
            ("CREATE EXTENSION «'a'»", "in a statement that"),
        ] {
            let found = refused(&mut Sql::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }

    #[test]
    fn quotes_and_comments_have_an_end() {
        for output in ["SELECT 'a", "SELECT \"a", "/* /* */", "SELECT $$ a $", "SELECT E'a\\'"] {
            assert!(read(&mut Sql::new(true), output).is_err(), "{output}");
            assert_eq!(read(&mut Sql::new(false), output), Ok(()), "{output}");
        }
    }
}

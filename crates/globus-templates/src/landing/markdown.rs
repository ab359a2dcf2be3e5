//! Markdown ([CommonMark](https://spec.commonmark.org/0.31.2/)): a value lands in text, or behind the host of a link.

mod beside;
mod block;

use beside::Beside;
use block::{Block, Line};

use super::address::is_settled;
use super::fault::{Checked, Fault, misplaced};
use super::lexer::{ClassOf, Lexer, UNLIKE, ValueKind};
use super::runs::ByRuns;
use crate::stops::Stops;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Markdown {
    validate: bool,
    block: Block,
    /// This line, with a letter in place of each value.
    line: Line,
    inline: Inline,
    last: Option<char>,
    escaped: bool,
    /// The text since the last white space, with a letter in place of each value.
    word: String,
    bracket: Bracket,
    beside: Beside,
}

/// What the last bracket that is open holds, if a value may change there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Other,
    /// The description of an image, which is no markup in HTML.
    Image,
    /// The label of a link.
    Label,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Inline {
    Text,
    /// A run of backticks that is being read.
    Backticks(usize),
    /// A code span, with the length of the run that ends it and of the present run.
    Code {
        ends: usize,
        run: usize,
    },
    /// After a `<` that may begin a tag.
    Angle,
    Tag,
    /// The destination of a link so far.
    Destination(String),
    /// What follows the destination, up to the bracket.
    Title,
}

/// What can begin something in text, and line ends.
const TEXT_ENDS: Stops = Stops::at("\n[]`<(:\\");

impl Markdown {
    pub(super) fn new(validate: bool) -> Self {
        Self {
            validate,
            block: Block::default(),
            line: Line::default(),
            inline: Inline::Text,
            last: None,
            escaped: false,
            word: String::new(),
            bracket: Bracket::Other,
            beside: Beside::default(),
        }
    }

    fn line_ends(&mut self) {
        self.word.clear();
        self.beside = Beside::default();
        let line = std::mem::take(&mut self.line);
        let is_blank = line.is_blank();
        let was_text = self.block.is_text();
        self.block.line_ends(&line);
        let goes_on = match &self.inline {
            Inline::Code { .. } | Inline::Tag | Inline::Backticks(_) => true,
            // An address may begin in the next line.
            Inline::Destination(text) => text.trim().is_empty(),
            _ => false,
        };
        if is_blank || !goes_on || !was_text || !self.block.is_text() {
            self.inline = Inline::Text;
        } else if let Inline::Backticks(ends) = self.inline {
            self.inline = Inline::Code { ends, run: 0 };
        } else if let Inline::Code { ends, run } = self.inline {
            self.inline = if run == ends { Inline::Text } else { Inline::Code { ends, run: 0 } };
        }
        self.escaped = false;
    }
}

impl Markdown {
    /// Whether the text right before a value lets it stand there.
    fn check_word(&self, value: &str) -> Checked {
        let is_address = self.word.contains("://") || self.word.ends_with(":/") && value.starts_with('/');
        if is_address || self.word.to_ascii_lowercase().contains("www.") {
            return misplaced(
                "in an address that becomes a link by itself",
                "write a link: `[text](https://host/{{urlencode x}})`",
            );
        }
        if self.word.ends_with('@') {
            return misplaced(
                "right after `@`, as a name that GitHub notifies or as a host",
                "write a space between them",
            );
        }
        let reference = self.word.rsplit_once('&').map(|(_, name)| name);
        if reference.is_some_and(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')) {
            return misplaced("right after `&`, as a part of a reference", "write `&amp;`");
        }
        match self.bracket {
            Bracket::Label => misplaced("in the label of a link", "write the address in its place"),
            Bracket::Image if value.contains("<!--") => {
                misplaced("in the description of an image, and looks like an address", "write it as text")
            }
            _ => Ok(()),
        }
    }
}

/// What begins with a character of text.
fn in_text(character: char, last: Option<char>, escaped: bool) -> Inline {
    match character {
        _ if escaped => Inline::Text,
        '`' => Inline::Backticks(1),
        '<' => Inline::Angle,
        '(' if last == Some(']') => Inline::Destination(String::new()),
        // It may define the destination of links, also in a line that only ends the label.
        ':' if last == Some(']') => Inline::Destination(String::new()),
        _ => Inline::Text,
    }
}

impl ByRuns for Markdown {
    fn run(&self, rest: &str) -> usize {
        match self.inline {
            Inline::Text if self.block.is_text() && !self.escaped => TEXT_ENDS.run(rest),
            _ => 0,
        }
    }

    fn pass(&mut self, run: &str) -> Checked {
        let word = match run.char_indices().rfind(|(_, character)| character.is_whitespace()) {
            Some((at, space)) => {
                self.word.clear();
                &run[at + space.len_utf8()..]
            }
            None => run,
        };
        self.word.push_str(word);
        self.last = run.chars().next_back();
        self.line.push_all(run);
        self.beside.text(run)
    }

    fn character(&mut self, character: char) -> Checked {
        let last = self.last.replace(character);
        if character == '\n' {
            self.line_ends();
            return Ok(());
        }
        if character.is_whitespace() {
            self.word.clear();
        } else {
            self.word.push(character);
        }
        match (last, character) {
            (Some('!'), '[') => self.bracket = Bracket::Image,
            (Some(']'), '[') => self.bracket = Bracket::Label,
            (_, '[' | ']') => self.bracket = Bracket::Other,
            _ => {}
        }
        self.line.push(character);
        self.block.character(character, &self.line);
        if !self.block.is_text() {
            return Ok(());
        }
        let escaped = std::mem::take(&mut self.escaped);
        if escaped {
            self.beside.other(character)?;
        } else {
            self.beside.text(character.encode_utf8(&mut [0; 4]))?;
        }
        self.inline = match std::mem::replace(&mut self.inline, Inline::Text) {
            Inline::Code { ends, run } if character == '`' => Inline::Code { ends, run: run + 1 },
            Inline::Code { ends, run } if run == ends => in_text(character, last, false),
            Inline::Code { ends, .. } => Inline::Code { ends, run: 0 },
            Inline::Backticks(run) if character == '`' => Inline::Backticks(run + 1),
            Inline::Backticks(ends) => Inline::Code { ends, run: 0 },
            Inline::Angle if character.is_ascii_alphabetic() || matches!(character, '/' | '!' | '?') => {
                Inline::Tag
            }
            Inline::Tag if character != '>' => Inline::Tag,
            Inline::Tag => Inline::Text,
            Inline::Destination(_) | Inline::Title if character == ')' && !escaped => Inline::Text,
            Inline::Destination(text) if character.is_whitespace() => {
                if text.is_empty() {
                    Inline::Destination(text)
                } else {
                    Inline::Title
                }
            }
            Inline::Destination(mut text) => {
                text.push(character);
                Inline::Destination(text)
            }
            Inline::Title => Inline::Title,
            Inline::Text | Inline::Angle => in_text(character, last, escaped),
        };
        self.escaped |= character == '\\' && !escaped;
        Ok(())
    }
}

impl Lexer for Markdown {
    fn text(&mut self, text: &str) -> Checked {
        self.read(text)
    }

    fn value(&mut self, value: &str, _: ValueKind) -> Checked {
        let code = || misplaced("in code, where nothing is escaped", "write it outside the code");
        let html = || {
            misplaced(
                "in HTML, where another escaping holds",
                "leave an empty line before it, or write Markdown",
            )
        };
        match self.block {
            Block::Fence { .. } => return code(),
            Block::Html { .. } => return html(),
            Block::Text { item } if self.line.is_indented_code(item) => return code(),
            Block::Text { .. } => {}
        }
        if self.escaped {
            return misplaced("after a backslash", "remove the backslash");
        }
        if self.line.content().starts_with("~~~") {
            return code();
        }
        if matches!(self.inline, Inline::Text) {
            self.check_word(value)?;
            self.beside.value(value)?;
        }
        self.last = Some('x');
        self.line.push('x');
        self.word.push('x');
        match &mut self.inline {
            Inline::Code { ends, run } if ends != run => code(),
            Inline::Backticks(_) => code(),
            Inline::Angle | Inline::Tag => html(),
            Inline::Destination(text) if !is_settled(text.trim_start().trim_start_matches('<')) => misplaced(
                "at the start of an address, which could be a script or on another host",
                "begin the address with text, such as `./` or `https://host/`",
            ),
            Inline::Destination(_) if value.contains(|c: char| c.is_whitespace() || "&()".contains(c)) => {
                misplaced("in the address of a link, which it could end", "write `{{urlencode x}}`")
            }
            Inline::Destination(text) => {
                text.push_str(value);
                Ok(())
            }
            Inline::Title => misplaced("after the address of a link", "write it in the text of the link"),
            inline => {
                *inline = Inline::Text;
                Ok(())
            }
        }
    }

    fn classes(&self, _: ValueKind) -> ClassOf {
        let is_text = self.block.is_text() && self.inline == Inline::Text;
        // Where `check_word` does not look at the value.
        let is_alike = self.bracket != Bracket::Image && !self.word.ends_with(":/");
        if is_text && is_alike { beside::CLASS_OF } else { UNLIKE }
    }

    fn held(&self) -> usize {
        match &self.inline {
            Inline::Destination(address) => address.len(),
            _ => 0,
        }
    }

    fn end(&mut self) -> Checked {
        let line = std::mem::take(&mut self.line);
        self.block.line_ends(&line);
        match self.block {
            Block::Fence { .. } if self.validate => Err(Fault::Invalid("a code block has no end".to_owned())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landing::testing::{read, refused};

    #[test]
    fn values_land_in_text() {
        for output in [
            "# «a»\n\n- «b» `code` «c»\n- [ ] *«d»* 1 < 2 «e»\n\n    «nested»\n\n| «f» | «g» |\n|---|---|\n",
            "```\n`x\n```\n«a» \\` «b» ``a ` b`` «c»\n\n~~~ sh\n```\n~~~\n«d»\n",
            "[«a»](https://x.org/«b») ![«c»](img/«d».png) <b>«e»</b> <https://x.org> «f»\n",
            "<div>\n\n«a»\n\n</div>\n\n<!-- c\n\n-->\n\n«b»\n",
            "[a]: https://x.org/«b»\n> «c»\n",
            "**«\\!a\\!»**: (*«\\!»*) ~~«\\~»~~ a*«b»*c «d»_«e» \\*«\\!»\\*x «\\!»* «\\!»*\n*«\\!»~\n",
            "‹| a |›\n",
            "- a\n  - b\n    - «c»\n      - «d»\n\n        «e»\n",
            "1. a\n\n   «b»\n10. c\n    - «d»\n      «e»\n",
            "> - a\n>   - «b»\n>\n>     «c»\n",
            "- ```\n  a\n  ```\n  «b»\n- «c»\n",
            "<details>\n<summary>\n\n«a»\n\n</summary>\n\n«b»\n\n</details>\n",
        ] {
            assert_eq!(read(&mut Markdown::new(true), output), Ok(()), "{output}");
        }
    }

    #[test]
    fn values_elsewhere_are_refused() {
        for (output, place) in [
            ("`«a»`", "in code"),
            ("a `` ` «a»``", "in code"),
            ("`a\n«b»`", "in code"),
            ("```\n«a»\n```", "in code"),
            ("~~~\n```\n«a»\n~~~", "in code"),
            ("- ```\n  «a»\n  ```", "in code"),
            ("a\n\n    «b»\n", "in code"),
            ("- a\n\n      «b»\n", "in code"),
            ("-     «a»\n", "in code"),
            ("- a\n  - b\n\n  c\n\n      «d»\n", "in code"),
            (">     «a»\n", "in code"),
            ("> - a\n>\n>       «b»\n", "in code"),
            ("```\na\n    ```\n«b»\n```\n", "in code"),
            ("```\na\n```\n\n    «b»\n", "in code"),
            ("<details><summary>«a»</summary>\n", "in HTML"),
            ("<div>«a»</div>", "in HTML"),
            ("<div>\n«a»\n</div>", "in HTML"),
            ("> <p>«a»", "in HTML"),
            ("<script>\n\n«a»\n</script>", "in HTML"),
            ("<!--\n\n«a» -->", "in HTML"),
            ("a <b title=\"«a»\">", "in HTML"),
            ("a <«b»>", "in HTML"),
            ("a <https://x.org/«b»>", "in HTML"),
            ("[a](«b»)", "at the start of an address"),
            ("[a](<«b»>)", "at the start of an address"),
            ("[a](javascript:«b»)", "at the start of an address"),
            ("[a]: «b»\n", "at the start of an address"),
            ("[a](\n«b»)", "at the start of an address"),
            ("[a]:\n«b»\n", "at the start of an address"),
            ("> [a]:\n> «b»\n", "after the address of a link"),
            ("[a\nb]: «c»\n", "at the start of an address"),
            ("[a](https://x/«b c»)", "in the address of a link"),
            ("[a](https://x/«b)»)", "in the address of a link"),
            ("[a](https://x/ \"«b»\")", "after the address of a link"),
            ("\\«b»", "after a backslash"),
            ("a https://x.org/«b»", "in an address that becomes a link"),
            ("a www.«b»", "in an address that becomes a link"),
            ("a &#«12»;", "right after `&`"),
            ("[a][«b»]", "in the label of a link"),
            ("![a «https:<!-- -->//b»](c.png)", "in the description of an image"),
            ("~~~«a»\n", "in code"),
            ("- ~~~ «a»\n", "in code"),
            ("a@«b»", "right after `@`"),
            ("a http:/«/b»", "in an address that becomes a link"),
            ("a**«\\!»**", "right beside"),
            ("«a\\!»~«b»", "right beside"),
            ("«a»_«&lt;»", "right beside"),
            ("«a\\!»**b**", "right beside"),
        ] {
            let found = refused(&mut Markdown::new(true), output);
            assert!(found.starts_with(place), "{output}: {found}");
        }
    }
}

//! Blocks: where a line is code or HTML, whatever stands in it.

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Block {
    #[default]
    Text,
    /// Text in a list, or after one: an indented line is a part of an item, and no code.
    List,
    Fence {
        mark: char,
        length: usize,
    },
    Html {
        /// What ends it; without it, an empty line does.
        end: Option<&'static str>,
        /// The last characters.
        tail: String,
        in_list: bool,
    },
}

/// HTML that an empty line does not end ([CommonMark, 4.6](https://spec.commonmark.org/0.31.2/#html-blocks)).
const HTML: [(&str, &str); 7] = [
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<pre", "</pre>"),
    ("<textarea", "</textarea>"),
    ("<!--", "-->"),
    ("<?", "?>"),
    ("<![cdata[", "]]>"),
];

impl Block {
    /// Whether what stands in this line is Markdown.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::List)
    }

    /// A character of this line, which is its last one so far.
    pub(super) fn character(&mut self, character: char, line: &Line) {
        match self {
            Self::Text | Self::List if line.content().starts_with('<') => {
                let in_list = *self == Self::List;
                *self = Self::Html { end: None, tail: line.content().to_owned(), in_list };
            }
            Self::Html { end, tail, .. } => {
                tail.push(character.to_ascii_lowercase());
                if end.is_none() {
                    *end = HTML
                        .iter()
                        .find(|(start, _)| line.content().to_ascii_lowercase() == *start)
                        .map(|(_, end)| *end);
                }
                if tail.len() > 64 {
                    tail.drain(..tail.char_indices().nth(1).map_or(0, |(at, _)| at));
                }
            }
            _ => {}
        }
    }

    pub(super) fn line_ends(&mut self, line: &Line) {
        let content = line.content();
        match self {
            Self::Fence { mark, length } => {
                let marks = content.chars().take_while(|c| c == mark).count();
                if marks >= *length && content.trim_end().chars().all(|c| c == *mark) {
                    *self = Self::List;
                }
            }
            Self::Html { end, tail, in_list } => {
                let ends = match end {
                    Some(end) => tail.contains(*end),
                    None => line.is_blank(),
                };
                if ends {
                    *self = if *in_list { Self::List } else { Self::Text };
                } else {
                    tail.push('\n');
                }
            }
            Self::Text | Self::List => {
                if let Some((mark, length)) = fence(content) {
                    *self = Self::Fence { mark, length };
                } else if line.is_item() {
                    *self = Self::List;
                } else if !line.is_blank() && line.indent() == 0 {
                    *self = Self::Text;
                }
            }
        }
    }
}

fn fence(content: &str) -> Option<(char, usize)> {
    let mark = content.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = content.chars().take_while(|c| *c == mark).count();
    // Backticks after the run make it a code span.
    (length >= 3 && !(mark == '`' && content[length..].contains('`'))).then_some((mark, length))
}

/// A line so far.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
}

/// Longer lines are kept up to here: what matters is how they begin.
const MAX: usize = 512;

impl Line {
    pub(super) fn push(&mut self, character: char) {
        if self.text.len() < MAX {
            self.text.push(character);
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    fn indent(&self) -> usize {
        self.text.chars().take_while(|c| matches!(c, ' ' | '\t')).map(|c| if c == '\t' { 4 } else { 1 }).sum()
    }

    /// Whether it is code because of its indent. Only in a paragraph, or in a list, it is not; a paragraph that goes on
    /// with such an indent is rare, and refused as well.
    pub(super) fn is_indented_code(&self) -> bool {
        self.indent() >= 4
    }

    fn is_item(&self) -> bool {
        let text = self.text.trim_start_matches([' ', '\t', '>']);
        strip_item(text).is_some()
    }

    /// The line without the marks of quotes and items that contain it.
    pub(super) fn content(&self) -> &str {
        let mut text = self.text.trim_start();
        while let Some(inner) = text.strip_prefix('>').or_else(|| strip_item(text)) {
            text = inner.trim_start();
        }
        text
    }
}

/// What follows the mark of an item, such as `- ` or `1. `.
fn strip_item(text: &str) -> Option<&str> {
    let rest = match text.chars().next()? {
        '-' | '*' | '+' => &text[1..],
        '0'..='9' => text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix(['.', ')'])?,
        _ => return None,
    };
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(rest)
}

//! Blocks: where a line is code or HTML, whatever stands in it.

/// `item` is the indent of what belongs to the present item of a list; 0 outside of lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Text {
        item: usize,
    },
    Fence {
        mark: char,
        length: usize,
        item: usize,
    },
    Html {
        /// What ends it; without it, an empty line does.
        end: Option<&'static str>,
        /// The last characters.
        tail: String,
        item: usize,
    },
}

impl Default for Block {
    fn default() -> Self {
        Self::Text { item: 0 }
    }
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
        matches!(self, Self::Text { .. })
    }

    /// A character of this line, which is its last one so far.
    pub(super) fn character(&mut self, character: char, line: &Line) {
        match self {
            Self::Text { item } if line.content().starts_with('<') => {
                *self = Self::Html { end: None, tail: line.content().to_owned(), item: *item };
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
            Self::Fence { mark, length, item } => {
                let marks = content.chars().take_while(|c| c == mark).count();
                let ends = marks >= *length && content.trim_end().chars().all(|c| c == *mark);
                if ends && !line.is_indented_code(*item) {
                    *self = Self::Text { item: *item };
                }
            }
            Self::Html { end, tail, item } => {
                let ends = match end {
                    Some(end) => tail.contains(*end),
                    None => line.is_blank(),
                };
                if ends {
                    *self = Self::Text { item: *item };
                } else {
                    tail.push('\n');
                }
            }
            Self::Text { item } => {
                *item = line.item(*item);
                if let Some((mark, length)) = fence(content) {
                    *self = Self::Fence { mark, length, item: *item };
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

    pub(super) fn push_all(&mut self, text: &str) {
        if self.text.len() + text.len() <= MAX {
            self.text.push_str(text);
        } else {
            text.chars().for_each(|character| self.push(character));
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it is code because of its indent, which is larger by 4 than that of the `item` of a list, or stands behind
    /// the mark of a quote or of an item. A paragraph that goes on with such an indent is rare, and refused as well.
    pub(super) fn is_indented_code(&self, item: usize) -> bool {
        let mut text = self.text.as_str();
        let mut code = item + 4;
        loop {
            if indent(text) >= code {
                return true;
            }
            let content = text.trim_start();
            // One blank belongs to the mark.
            if let Some(inner) = content.strip_prefix('>') {
                (text, code) = (inner, item.max(1) + 4);
            } else if let Some(inner) = strip_item(content) {
                (text, code) = (inner, 5);
            } else {
                return false;
            }
        }
    }

    /// The indent of what belongs to the present item of a list, if it was `item` before this line.
    fn item(&self, item: usize) -> usize {
        // Quotes around a list do not count, but the blank behind their marks.
        let marks = self.text.trim_start_matches(['>', ' ']).len();
        let marks = self.text[..self.text.len() - marks].rfind('>').map_or(0, |at| at + 1);
        let text = &self.text[marks..];
        let content = text.trim_start();
        match strip_item(content) {
            _ if content.is_empty() => item,
            Some(inner) if inner.trim().is_empty() => indent(text) + content.trim_end().len() + 1,
            Some(inner) => indent(text) + content.len() - inner.len() + indent(inner).min(4),
            None => item.min(indent(text)),
        }
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

/// The width of the white space that a text begins with.
fn indent(text: &str) -> usize {
    text.chars().take_while(|c| matches!(c, ' ' | '\t')).map(|c| if c == '\t' { 4 } else { 1 }).sum()
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

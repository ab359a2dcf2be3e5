//! Elements in which tags are text, up to their end tag.

use super::script::Script;
use crate::landing::fault::{Checked, misplaced};
use crate::landing::lexer::ValueKind;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawText {
    name: &'static str,
    content: Content,
    /// What follows the last `<` as long as it can be the end tag.
    end_tag: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Content {
    /// References such as `&lt;` are read, so that escaping works.
    Escapable,
    Script(Box<Script>),
    /// No value is safe.
    Other,
}

impl RawText {
    /// The inside of this element, if tags are text there.
    pub(super) fn of(element: &str) -> Option<Self> {
        let (name, content) = match element {
            "title" => ("title", Content::Escapable),
            "textarea" => ("textarea", Content::Escapable),
            "script" => ("script", Content::Script(Box::default())),
            "style" => ("style", Content::Other),
            "xmp" => ("xmp", Content::Other),
            "iframe" => ("iframe", Content::Other),
            "noembed" => ("noembed", Content::Other),
            "noframes" => ("noframes", Content::Other),
            "plaintext" => ("plaintext", Content::Other),
            _ => return None,
        };
        Some(Self { name, content, end_tag: String::new() })
    }

    pub(super) fn without_values(self) -> Self {
        Self { content: Content::Other, ..self }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn reads_references(&self) -> bool {
        matches!(self.content, Content::Escapable)
    }

    /// Whether nothing matters before the next `<`.
    pub(super) fn is_between_tags(&self) -> bool {
        self.end_tag.is_empty() && !matches!(self.content, Content::Script(_))
    }

    /// Whether the name of the end tag ends before this character, which is part of the tag then.
    pub(super) fn ends_at(&mut self, character: char) -> bool {
        let name_ends = matches!(character, '>' | '/') || character.is_ascii_whitespace();
        if name_ends && self.end_tag.strip_prefix("</") == Some(self.name) && self.name != "plaintext" {
            return true;
        }
        self.end_tag.push(character.to_ascii_lowercase());
        let begun = self.end_tag == "<"
            || self.end_tag.strip_prefix("</").is_some_and(|name| self.name.starts_with(name));
        if !begun {
            self.end_tag.clear();
            if character == '<' {
                self.end_tag.push('<');
            }
        }
        if let Content::Script(script) = &mut self.content {
            script.character(character);
        }
        false
    }

    /// Whether browsers can read on in different ways: after `<!--`, the end tag may not end a script.
    pub(super) fn is_doubtful(&self) -> bool {
        matches!(&self.content, Content::Script(script) if script.has_html_comment())
    }

    pub(super) fn value(&mut self, kind: ValueKind) -> Checked {
        match &mut self.content {
            Content::Escapable | Content::Script(_) if !self.end_tag.is_empty() => {
                misplaced("right after `<`", "write `&lt;`")
            }
            Content::Escapable => Ok(()),
            Content::Script(script)
                if kind == ValueKind::Finished && script.evaluates() && script.takes_value() =>
            {
                misplaced(
                    "where a script would run it, or make it a part of a page",
                    "write `const x = {{json x}};` first, and use `textContent` for a text",
                )
            }
            Content::Script(script) if kind == ValueKind::Finished && script.takes_value() => {
                script.value();
                Ok(())
            }
            Content::Script(script) if kind == ValueKind::Finished && script.is_lost() => misplaced(
                "in a script, after a `/` or `${…}` that hides where strings end",
                "write `const x = {{json x}};` above everything else in the script",
            ),
            Content::Script(_) => misplaced(
                "in a script, where only a whole `{{json x}}` is safe",
                "write `const x = {{json x}};` on a line of its own, without quotes",
            ),
            Content::Other => {
                misplaced("in an element whose text is not escaped", "write it outside the element")
            }
        }
    }
}

//! The Markdown of a page: its blocks of code with the directives above them, its headings and its links.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A page of the documentation, parsed.
pub struct Page {
    /// Relative to the repository.
    pub path: PathBuf,
    pub blocks: Vec<Block>,
    pub headings: Vec<String>,
    /// Links and pictures, as written.
    pub links: Vec<String>,
    /// The code in the first cell of each row of a table.
    pub first_cells: Vec<String>,
    pub text: String,
}

/// A fenced block of code.
pub struct Block {
    /// The comment right above it: `file PATH`, `not run: WHY`, ...
    pub directive: String,
    pub language: String,
    pub text: String,
    pub line: usize,
}

impl Page {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let mut page = Self {
            path: path.to_owned(),
            blocks: Vec::new(),
            headings: Vec::new(),
            links: Vec::new(),
            first_cells: Vec::new(),
            text: String::new(),
        };
        let (mut directive, mut in_heading, mut in_block, mut in_first_cell) =
            (String::new(), false, false, false);
        for (event, range) in
            Parser::new_ext(&text, pulldown_cmark::Options::ENABLE_TABLES).into_offset_iter()
        {
            match event {
                Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock)
                    if !directive.is_empty() =>
                {
                    panic!("{}: `{directive}` is not right above a block", path.display());
                }
                Event::Start(Tag::HtmlBlock) => {
                    let comment =
                        text[range].trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
                    // A sentence is for people.
                    if !comment.starts_with(char::is_uppercase) {
                        comment.clone_into(&mut directive);
                    }
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                    page.blocks.push(Block {
                        directive: std::mem::take(&mut directive),
                        language: language.into_string(),
                        text: String::new(),
                        line: text[..range.start].lines().count() + 1,
                    });
                    in_block = true;
                }
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(words) if in_block => page.blocks.last_mut().unwrap().text.push_str(&words),
                Event::Start(Tag::Heading { .. }) => {
                    page.headings.push(String::new());
                    in_heading = true;
                }
                Event::End(TagEnd::Heading(_)) => in_heading = false,
                Event::Start(Tag::TableRow) => in_first_cell = true,
                Event::End(TagEnd::TableCell) => in_first_cell = false,
                Event::Code(code) if in_first_cell => page.first_cells.push(code.into_string()),
                Event::Text(words) | Event::Code(words) if in_heading => {
                    page.headings.last_mut().unwrap().push_str(&words);
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    panic!("{}: write a fenced block:\n{}", path.display(), &text[range]);
                }
                _ => {}
            }
        }
        page.text = text;
        page
    }

    /// The anchors of the headings, as GitHub and mdBook make them.
    pub fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for heading in &self.headings {
            let anchor: String = heading
                .to_lowercase()
                .chars()
                .filter(|character| character.is_alphanumeric() || "_- ".contains(*character))
                .map(|character| if character == ' ' { '-' } else { character })
                .collect();
            let same = anchors.iter().filter(|other| **other == anchor).count();
            anchors.push(if same == 0 { anchor } else { format!("{anchor}-{same}") });
        }
        anchors
    }
}

/// README and every page of the book.
pub fn pages() -> Vec<Page> {
    let mut paths = vec![PathBuf::from("README.md")];
    paths.extend(book());
    paths.iter().map(|path| Page::read(path)).collect()
}

/// The pages of the book, without its table of contents.
pub fn book() -> Vec<PathBuf> {
    let source = Path::new("docs/src");
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(source)).unwrap();
    let mut pages: Vec<PathBuf> = files
        .map(|file| source.join(file.unwrap().file_name()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| !path.ends_with("SUMMARY.md"))
        .collect();
    pages.sort();
    pages
}

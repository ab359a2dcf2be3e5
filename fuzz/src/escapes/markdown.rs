//! Markdown as pulldown-cmark reads it, with GitHub's extensions.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::rendering::render;
use super::without_nul;

pub fn markdown(names: &[String]) {
    let template = "{{#each groups}}\n# x{{name}}x\n\n- {{name}}\n\n| a | b |\n|---|---|\n| {{name}} | y |\n\n{{/each}}\n";
    let expected = names.iter().map(|name| without_nul(name)).flat_map(|name| {
        [format!("x{name}x"), name.clone(), "a".to_owned(), "b".to_owned(), name, "y".to_owned()]
    });
    assert_eq!(texts(&render("md", template, names)), expected.collect::<Vec<_>>());
}

/// The text of each heading, item and cell. Fails where there is any other markup.
fn texts(text: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let mut texts = Vec::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::Item | Tag::TableCell) => texts.push(String::new()),
            Event::Text(text) => texts.last_mut().unwrap().push_str(&text),
            // It separates what would become a link.
            Event::InlineHtml(html) if &*html == "<!-- -->" => {}
            Event::Start(Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::Paragraph)
            | Event::End(
                TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::List(_)
                | TagEnd::Table
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::Paragraph,
            ) => {}
            other => panic!("{other:?} in {text}"),
        }
    }
    texts
}

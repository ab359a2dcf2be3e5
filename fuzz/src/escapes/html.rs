//! HTML as html5ever cuts it into tags and text.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

use super::rendering::render;
use super::without_nul;

pub fn html(names: &[String]) {
    let template =
        "{{#each groups}}<p title=\"{{name}}\" lang='{{name}}' data-x='{{json name}}'>{{name}}</p>{{/each}}";
    let expected = names.iter().map(|name| Element {
        name: "p".to_owned(),
        attributes: vec![without_nul(name); 2],
        json: name.clone(),
        text: without_nul(name),
    });
    assert_eq!(read(&render("html", template, names)), expected.collect::<Vec<_>>());
}

#[derive(Debug, Default, Clone, PartialEq)]
struct Element {
    name: String,
    /// The values of `title` and `lang`.
    attributes: Vec<String>,
    /// The value of `data-x`.
    json: String,
    text: String,
}

#[derive(Default)]
struct Sink {
    elements: RefCell<Vec<Element>>,
    open: Cell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut elements = self.elements.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                assert!(!self.open.replace(true), "<{}> inside of another", tag.name);
                assert_eq!(tag.attrs.len(), 3);
                let value = |name: &str| {
                    tag.attrs
                        .iter()
                        .find(|attribute| *attribute.name.local == *name)
                        .unwrap()
                        .value
                        .to_string()
                };
                elements.push(Element {
                    name: tag.name.to_string(),
                    attributes: vec![value("title"), value("lang")],
                    json: serde_json::from_str(&value("data-x")).unwrap(),
                    text: String::new(),
                });
            }
            Token::TagToken(_) => assert!(self.open.replace(false)),
            Token::CharacterTokens(text) => elements.last_mut().unwrap().text.push_str(&text),
            Token::NullCharacterToken => panic!("a NUL is left"),
            Token::CommentToken(_) | Token::DoctypeToken(_) => panic!("{token:?}"),
            Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

fn read(text: &str) -> Vec<Element> {
    let tokenizer = Tokenizer::new(Sink::default(), html5ever::tokenizer::TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(text));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.elements.take()
}

//! The page of groups, as a browser cuts it into tags and text.

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use ring::digest::{SHA256, digest};
use serde_json::Value;

/// Tags that are never closed.
const EMPTY: [&str; 4] = ["meta", "link", "input", "rect"];

const TAGS: [&str; 38] = [
    "html",
    "head",
    "meta",
    "link",
    "title",
    "style",
    "body",
    "header",
    "div",
    "h1",
    "h2",
    "p",
    "bdi",
    "time",
    "nav",
    "a",
    "main",
    "section",
    "figure",
    "figcaption",
    "dl",
    "dt",
    "dd",
    "svg",
    "rect",
    "label",
    "input",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "ul",
    "li",
    "script",
];

#[derive(Default)]
struct Read {
    open: Vec<String>,
    policy: String,
    scripts: Vec<String>,
    /// The names of the rows.
    names: Vec<String>,
    /// Where links lead.
    links: Vec<String>,
}

/// The page shows these groups, runs nothing but its script, and asks for nothing.
#[track_caller]
pub(super) fn page(content: &str, groups: &[Value]) {
    assert!(content.starts_with("<!doctype html>\n"));
    let read = read(content);
    assert_eq!(read.open, [""; 0]);
    let mut expected: Vec<String> = groups.iter().map(|group| shown(&group["name"])).collect();
    let mut names = read.names;
    expected.sort();
    names.sort();
    assert_eq!(names, expected);

    assert_eq!(read.scripts.len(), usize::from(!groups.is_empty()));
    assert!(read.policy.starts_with("default-src 'none'; script-src 'sha256-"), "{}", read.policy);
    for script in read.scripts {
        let hash = STANDARD.encode(digest(&SHA256, script.as_bytes()));
        assert!(
            read.policy.contains(&format!("script-src 'sha256-{hash}';")),
            "the script's SHA-256 is {hash}"
        );
    }
    for group in groups {
        let id = group["id"].as_str().unwrap();
        let is_part =
            |one: &Value, other: &Value| one["parent_id"] == other["id"] && one["id"] != other["id"];
        let in_hierarchy = groups.iter().any(|other| is_part(group, other) || is_part(other, group));
        let to_it = read.links.iter().filter(|link| **link == format!("#group-{id}")).count();
        assert_eq!(to_it, usize::from(in_hierarchy), "{group}");
    }
    for link in read.links {
        assert!(link.starts_with('#') || link.starts_with("https://app.globus.org/groups/"), "{link}");
    }
}

fn shown(name: &Value) -> String {
    match name.as_str().unwrap() {
        "" => "(no name)".to_owned(),
        name => name.replace('\0', "\u{2400}"),
    }
}

fn read(content: &str) -> Read {
    let tokenizer = Tokenizer::new(Sink::default(), html5ever::tokenizer::TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(content));
    // It stops at the end of a script, for that to be run.
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Sink(RefCell<Read>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut read = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return read.start(&tag),
            Token::TagToken(tag) => assert_eq!(read.open.pop().as_deref(), Some(&*tag.name)),
            Token::CharacterTokens(text) => read.text(&text),
            Token::NullCharacterToken | Token::CommentToken(_) => panic!("{token:?}"),
            Token::DoctypeToken(_) | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl Read {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        assert!(TAGS.contains(&name), "{tag:?}");
        let value = |name: &str| {
            let attribute = tag.attrs.iter().find(|attribute| *attribute.name.local == *name);
            attribute.map(|attribute| attribute.value.to_string())
        };
        for attribute in &tag.attrs {
            let name = &*attribute.name.local;
            assert!(!name.starts_with("on") && !["style", "src", "action"].contains(&name), "{tag:?}");
        }
        match (name, value("href")) {
            ("a", Some(href)) => self.links.push(href),
            ("link", Some(href)) => assert_eq!(href, "data:,"),
            (_, href) => assert_eq!(href, None),
        }
        if value("http-equiv").as_deref() == Some("Content-Security-Policy") {
            self.policy = value("content").unwrap();
        }
        if value("scope").as_deref() == Some("row") {
            self.names.push(String::new());
        }
        if !EMPTY.contains(&name) {
            self.open.push(name.to_owned());
        }
        match name {
            "script" => {
                self.scripts.push(String::new());
                TokenSinkResult::RawData(RawKind::ScriptData)
            }
            "style" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }

    fn text(&mut self, text: &str) {
        match &self.open.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [.., "script"] => self.scripts.last_mut().unwrap().push_str(text),
            [.., "tbody", "tr", "th", "bdi"] => self.names.last_mut().unwrap().push_str(text),
            _ => {}
        }
    }
}

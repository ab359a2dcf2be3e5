//! Escaping: a real reader of each format reads every name of a group as it is, and nothing else.

use std::fs;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::names::{group, many_names, names, pictured, render, render_with, without_nul};

/// The same names every time; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` try others.
fn deterministic() -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(4180);
    }
    config
}

proptest! {
    #![proptest_config(deterministic())]

    #[test]
    fn csv_reads_back(names in names()) {
        let output = render("csv", "Name,Again,Record,ID\n{{#each groups}}\n{{name}},{{quoted name}},{{csv name id}}\n{{/each}}\n", &names);
        let expected: Vec<Vec<String>> = names
            .iter()
            .enumerate()
            .map(|(id, name)| vec![name.clone(), name.clone(), name.clone(), format!("n{id}")])
            .collect();
        let mut reader = csv::Reader::from_reader(output.as_bytes());
        let read: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn a_lone_csv_column_reads_back(names in names()) {
        for template in [
            "{{#each groups}}\n{{csv name}}\n{{/each}}\n",
            "{{#each groups}}\n{{name}}\n{{/each}}\n",
            "{{#each groups}}{{name}}{{#unless @last}}\r\n{{/unless}}{{/each}}",
        ] {
            let output = render("csv", template, &names);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.as_bytes());
            let read: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
            prop_assert_eq!(&read, &names);
        }
    }

    #[test]
    fn tsv_reads_back(names in names()) {
        let output = render("tsv", "ID\tName\n{{#each groups}}\n{{id}}\t{{name}}\n{{csv id name}}\n{{/each}}\n", &names);
        let expected: Vec<String> = names.iter().flat_map(|name| [name.clone(), name.clone()]).collect();
        for quoting in [false, true] {
            let mut reader =
                csv::ReaderBuilder::new().delimiter(b'\t').quoting(quoting).from_reader(output.as_bytes());
            let read: Vec<String> = reader.records().map(|record| unescape_tsv(&record.unwrap()[1])).collect();
            prop_assert_eq!(&read, &expected);
        }
        // Some readers take each quote for the start or end of a text, wherever it stands.
        prop_assert!(output.lines().all(|line| line.matches('"').count() % 2 == 0), "{}", output);
    }

    #[test]
    fn no_field_is_a_formula_where_the_profile_says_so(names in names()) {
        let section = "\n[escaping]\nformula_guard = true\n";
        for (extension, delimiter) in [("csv", b','), ("tsv", b'\t')] {
            let template = "ID\n{{#each groups}}\n{{name}}\n{{/each}}\n";
            let output = render_with(section, extension, template, &names);
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(output.as_bytes());
            for record in reader.records() {
                let field = record.unwrap()[0].to_owned();
                let number = field.parse::<f64>().is_ok();
                prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']) || number, "{:?}", field);
            }
        }
    }

    #[test]
    fn json_reads_back(names in names()) {
        let template = "[{{#each groups}}{\"a\": \"{{name}}\", \"b\": {{json name}}, \"c\": {{quoted name}}, \
                        \"d\": {{json this pretty=true}}}{{#unless @last}},{{/unless}}{{/each}}]";
        let read: Value = serde_json::from_str(&render("json", template, &names)).unwrap();
        let whole = |id, name: &String| json!({ "a": name, "b": name, "c": name, "d": group(id, name) });
        prop_assert_eq!(read, names.iter().enumerate().map(|(id, name)| whole(id, name)).collect::<Value>());
    }

    #[test]
    fn yaml_reads_back(names in names()) {
        use saphyr::{LoadableYamlNode, Yaml};
        let template = "{{#each groups}}\n- a: \"{{name}}\" # it's\n  b: {{json name}}\n  \"{{concat \"the \" name}}\": {{quoted name}}\n{{/each}}\n";
        let output = render("yaml", template, &names);
        let documents = Yaml::load_from_str(&output).unwrap();
        prop_assert_eq!(documents.len(), 1);
        let list = documents[0].as_vec().unwrap();
        prop_assert_eq!(list.len(), names.len());
        for (item, name) in list.iter().zip(&names) {
            prop_assert_eq!(item["a"].as_str(), Some(name.as_str()));
            prop_assert_eq!(item["b"].as_str(), Some(name.as_str()));
            let of_itself = item.as_mapping().unwrap().values().next_back().unwrap();
            prop_assert_eq!(of_itself.as_str(), Some(name.as_str()));
        }
    }

    #[test]
    fn xml_reads_back(names in names()) {
        let template = "<r>{{#each groups}}<g a=\"{{name}}\" b='{{name}}' c={{quoted name}}>{{name}}</g>{{/each}}</r>";
        let output = render("xml", template, &names);
        let document = roxmltree::Document::parse(&output).unwrap();
        let groups: Vec<_> = document.root_element().children().collect();
        prop_assert_eq!(groups.len(), names.len());
        for (group, name) in groups.iter().zip(&names) {
            let name = pictured(name, "\t\r\n\u{7f}").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
            for attribute in ["a", "b", "c"] {
                prop_assert_eq!(group.attribute(attribute), Some(name.as_str()));
            }
            prop_assert_eq!(group.text().unwrap_or_default(), name.as_str());
            prop_assert_eq!(group.children().filter(|child| !child.is_text()).count(), 0);
        }
    }

    #[test]
    fn html_reads_back(names in names()) {
        let template = "{{#each groups}}<p title=\"{{name}}\" lang='{{name}}' data-x='{{json name}}'>{{name}}</p>{{/each}}";
        let read = html::read(&render("html", template, &names));
        let expected: Vec<html::Element> = without_nul(&names)
            .into_iter()
            .zip(&names)
            .map(|(name, raw)| html::Element {
                name: "p".to_owned(),
                attributes: vec![name.clone(), name.clone()],
                json: serde_json::from_str(&json!(raw).to_string()).unwrap(),
                text: name,
            })
            .collect();
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn json_in_a_script_of_html_reads_back(names in names()) {
        let output = render("html", "<script>{{json groups}}</script>", &names);
        let inside = output.strip_prefix("<script>").unwrap().strip_suffix("</script>").unwrap();
        prop_assert!(!inside.contains('<'));
        let read: Value = serde_json::from_str(inside).unwrap();
        prop_assert_eq!(read, names.iter().enumerate().map(|(id, name)| group(id, name)).collect::<Value>());
    }

    #[test]
    fn markdown_reads_back(names in names()) {
        let template = "{{#each groups}}\n# x{{name}}x\n\n- {{name}}\n\n| a | b |\n|---|---|\n| {{name}} | y |\n\n{{/each}}\n";
        let read = markdown::texts(&render("md", template, &names));
        let mut expected = Vec::new();
        for name in without_nul(&names) {
            expected.push(format!("x{name}x"));
            expected.push(name.clone());
            expected.extend(["a".to_owned(), "b".to_owned(), name, "y".to_owned()]);
        }
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn text_and_raw_values_are_as_they_are(names in names()) {
        prop_assert_eq!(render("txt", "{{#each groups}}{{name}}|{{/each}}", &names), names.join("|") + "|");
        for extension in ["csv", "tsv", "html", "xml", "json", "yaml", "md", "sh", "sql", "dot", "tex"] {
            let template = "{{#each groups}}{{{name}}}|{{&name}}{{/each}}";
            let raw = render_with("\n[output]\nvalidate = false\n", extension, template, &names[..1]);
            prop_assert_eq!(raw, format!("{0}|{0}", names[0]));
        }
    }
}

fn unescape_tsv(field: &str) -> String {
    let mut text = String::new();
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next().unwrap() {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                'x' if characters.as_str().starts_with("22") => {
                    characters.nth(1);
                    '"'
                }
                other => panic!("\\{other} in {field:?}"),
            },
            other => other,
        });
    }
    text
}

#[test]
fn a_shell_reads_the_same_words_and_runs_nothing() {
    let names = many_names();
    let folder = TempDir::new().unwrap();
    let script =
        render("sh", "{{#each groups}}\nprintf '%s\\0' {{name}} {{quoted name}}\n{{/each}}\n", &names);
    fs::write(folder.path().join("s"), script).unwrap();
    let output = Command::new("sh").arg("s").current_dir(folder.path()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let read = String::from_utf8(output.stdout).unwrap();
    let read: Vec<&str> = read.trim_end_matches('\0').split('\0').collect();
    let expected = without_nul(&names);
    let expected: Vec<&str> = expected.iter().flat_map(|name| [name.as_str(), name.as_str()]).collect();
    // What is trimmed above looks like an empty last name.
    assert_eq!(read, expected[..read.len()]);
    assert!(expected[read.len()..].iter().all(|name| name.is_empty()));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something was created");
}

#[test]
fn sqlite_reads_the_same_texts_and_runs_nothing_else() {
    let names = many_names();
    let template = "CREATE TABLE g (id TEXT, name TEXT);\n\
                    {{#each groups}}\nINSERT INTO g VALUES ({{id}}, {{name}});\n{{/each}}\n";
    let database = rusqlite::Connection::open_in_memory().unwrap();
    database.execute_batch(&render("sql", template, &names)).unwrap();
    let mut query = database.prepare("SELECT name FROM g ORDER BY rowid").unwrap();
    let read: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(read, without_nul(&names));
    let tables: i64 = database.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}

/// HTML as a browser cuts it into tags and text.
mod html {
    use std::cell::{Cell, RefCell};

    use html5ever::tendril::StrTendril;
    use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

    #[derive(Debug, Default, Clone, PartialEq)]
    pub struct Element {
        pub name: String,
        /// The values of `title` and `lang`.
        pub attributes: Vec<String>,
        /// The value of `data-x`.
        pub json: String,
        pub text: String,
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

    pub fn read(text: &str) -> Vec<Element> {
        let tokenizer = Tokenizer::new(Sink::default(), html5ever::tokenizer::TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(text));
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        tokenizer.sink.elements.take()
    }
}

/// Markdown as `CommonMark` reads it, with GitHub's extensions.
mod markdown {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// The text of each heading, item and cell. Fails where there is any other markup.
    pub fn texts(text: &str) -> Vec<String> {
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
                Event::Start(
                    Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::Paragraph,
                )
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
}

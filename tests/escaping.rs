//! Escaping: whatever people name their groups, a real reader of the format reads the same name, and nothing else.

use std::fs;
use std::process::{Command, Stdio};

use globus_runner::{Origin, Profile, Source, Template, TemplateContext};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::RngSeed;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What people could name a group to do harm, or just to be read wrongly.
const NASTY: &[&str] = &[
    "",
    " ",
    "  ",
    "\"",
    "'",
    "`",
    "\\",
    "\\\\",
    "\\'",
    "\\n",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{9b}",
    "\u{feff}",
    "\u{202e}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{fffe}",
    "\u{ffff}",
    "é",
    "😀",
    "👩\u{200d}🔬",
    "e\u{301}",
    "</script>",
    "<script>alert(1)</script>",
    "<!--",
    "-->",
    "]]>",
    "<?x?>",
    "&",
    "&amp;",
    "&lt;",
    "&#0;",
    "$(touch owned)",
    "`touch owned`",
    "${HOME}",
    "$HOME",
    ";touch owned;",
    "&&",
    "|",
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    ",",
    ";",
    ":",
    ": ",
    "# ",
    "#",
    "- ",
    "--",
    "/*",
    "*/",
    "%",
    "{",
    "}",
    "{{x}}",
    "[",
    "](x)",
    "![a](b)",
    "*a*",
    "_a_",
    "**",
    "~~",
    "1. ",
    "www.example.org",
    "https://example.org",
    "a@example.org",
    "<b>",
    "|-|",
    "'); DROP TABLE g; --",
    "\\N",
    "\\l",
    "\\G",
    "\\input{x}",
    "^^M",
    "~",
    "null",
    "true",
    "1e3",
    "!!str",
    "*a",
    "&a",
    "EOF",
    "!",
    "?",
    "\u{1}",
    "\u{c}",
    "\u{b}",
];

fn name() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(NASTY).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        1 => "[a-z ]{1,6}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(name(), 1..8)
}

/// Each nasty name by itself and many made of them, for readers that are a process each time they run.
fn many_names() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let made = (0..400).map(|_| name().new_tree(&mut runner).unwrap().current());
    NASTY.iter().map(|nasty| (*nasty).to_owned()).chain(made).collect()
}

/// The output of a template in this format, for groups with these names.
fn render(extension: &str, template: &str, names: &[String]) -> String {
    render_with("", extension, template, names)
}

fn render_with(section: &str, extension: &str, template: &str, names: &[String]) -> String {
    let folder = TempDir::new().unwrap();
    let file = format!("t.{extension}.hbs");
    fs::write(folder.path().join(&file), template).unwrap();
    let text = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", &file) + section;
    let origin = Origin::File(folder.path().join("t.toml"));
    let source = Source { name: "t".to_owned(), origin, text: text.into() };
    let profile = Profile::parse(source, &|name| std::env::var_os(name)).unwrap();
    let groups = names.iter().enumerate().map(|(id, name)| group(id, name)).collect();
    let context = TemplateContext::now(&profile, "test").unwrap();
    Template::of(&profile).unwrap().render(context.with_rows(groups)).unwrap()
}

fn group(id: usize, name: &str) -> Value {
    json!({ "id": format!("n{id}"), "name": name, "roles": [] })
}

/// The control characters of ASCII but those kept, by their pictures.
fn pictured(name: &str, kept: &str) -> String {
    let picture = |character: char| match character {
        character if kept.contains(character) => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap(),
        '\u{7f}' => '\u{2421}',
        character => character,
    };
    name.chars().map(picture).collect()
}

fn without_nul(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.replace('\0', "\u{2400}")).collect()
}

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
        let output = render("csv", "Name,Again,Record\n{{#each groups}}\n{{name}},{{quoted name}},{{csv name id}}\n{{/each}}\n", &names);
        let expected: Vec<Vec<String>> = names
            .iter()
            .enumerate()
            .map(|(id, name)| vec![name.clone(), name.clone(), name.clone(), format!("n{id}")])
            .collect();
        // The header has a column less than the records.
        let mut flexible = csv::ReaderBuilder::new().flexible(true).from_reader(output.as_bytes());
        let flexible: Vec<Vec<String>> =
            flexible.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        prop_assert_eq!(flexible, expected);
    }

    #[test]
    fn a_lone_csv_column_reads_back(names in names()) {
        let output = render("csv", "{{#each groups}}\n{{csv name}}\n{{/each}}\n", &names);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.as_bytes());
        let read: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        prop_assert_eq!(read, names);
    }

    #[test]
    fn tsv_reads_back(names in names()) {
        let output = render("tsv", "ID\tName\n{{#each groups}}\n{{id}}\t{{name}}\n{{csv id name}}\n{{/each}}\n", &names);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(output.as_bytes());
        let read: Vec<String> = reader.records().map(|record| unescape_tsv(&record.unwrap()[1])).collect();
        let expected: Vec<String> = names.iter().flat_map(|name| [name.clone(), name.clone()]).collect();
        prop_assert_eq!(read, expected);
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
        let template = "{{#each groups}}\n- a: \"{{name}}\" # {{name}}\n  b: {{json name}}\n  \"the {{name}}\": {{quoted name}}\n{{/each}}\n";
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
            let raw = render(extension, "{{#each groups}}{{{name}}}|{{&name}}{{/each}}", &names[..1]);
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
    // What is trimmed above cannot be told from an empty last name.
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

/// Needs Graphviz: the package `graphviz` of Debian, which `.ci/run` installs.
#[test]
fn dot_draws_the_same_labels() {
    let names = many_names();
    let template = "graph {\n{{#each groups}}\n\"{{id}}\" [label=\"{{name}}\"];\n{{/each}}\n}\n";
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("g.dot"), render("dot", template, &names)).unwrap();
    let output = Command::new("dot")
        .args(["-Tjson", "g.dot"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .expect("`dot` is needed: it is in the package `graphviz`");
    assert!(output.status.success(), "{output:?}");
    let graph: Value = serde_json::from_slice(&output.stdout).unwrap();
    let nodes = graph["objects"].as_array().unwrap();
    assert_eq!(nodes.len(), names.len());
    assert_eq!(graph["edges"], Value::Null);
    for node in nodes {
        let id: usize = node["name"].as_str().unwrap()[1..].parse().unwrap();
        let drawn = node["_ldraw_"].as_array().into_iter().flatten();
        let lines: Vec<&str> = drawn.filter_map(|step| step["text"].as_str()).collect();
        let expected = pictured(&names[id], "\n").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        // Graphviz draws no line for an empty one.
        let expected: Vec<&str> = expected.split('\n').filter(|line| !line.is_empty()).collect();
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{:?}", names[id]);
    }
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

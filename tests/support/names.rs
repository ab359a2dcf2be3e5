//! Hostile names of groups, and templates rendered with them.

use std::fs;

use globus_runner::{Origin, Profile, SourceText, Template, TemplateContext};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Parts of names that do harm, or are misread, where they are not escaped.
const HOSTILE_PARTS: &[&str] = &[
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
        6 => prop::sample::select(HOSTILE_PARTS).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        1 => "[a-z ]{1,6}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

pub fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(name(), 1..8)
}

/// Each of the above alone, and many combinations, for readers that are processes.
pub fn many_names() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let made = (0..400).map(|_| name().new_tree(&mut runner).unwrap().current());
    HOSTILE_PARTS.iter().map(|part| (*part).to_owned()).chain(made).collect()
}

/// The output of a template in this format, for groups with these names.
pub fn render(extension: &str, template: &str, names: &[String]) -> String {
    render_with("", extension, template, names)
}

pub fn render_with(section: &str, extension: &str, template: &str, names: &[String]) -> String {
    let folder = TempDir::new().unwrap();
    let file = format!("t.{extension}.hbs");
    fs::write(folder.path().join(&file), template).unwrap();
    let text = include_str!("../../profiles/groups.toml").replace("groups.csv.hbs", &file) + section;
    let origin = Origin::File(folder.path().join("t.toml"));
    let source = SourceText { name: "t".to_owned(), origin, text: text.into() };
    let profile = Profile::parse(source, &|name| std::env::var_os(name)).unwrap();
    let groups = names.iter().enumerate().map(|(id, name)| group(id, name).into()).collect();
    let context = TemplateContext::now(&profile, "test").unwrap();
    Template::of(&profile, &profile.outputs[0]).unwrap().render(context.with_rows(groups)).unwrap()
}

pub fn group(id: usize, name: &str) -> Value {
    json!({ "id": format!("n{id}"), "name": name, "roles": [] })
}

pub fn without_nul(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.replace('\0', "\u{2400}")).collect()
}

//! The reference of the book, made from the schema.

use std::fmt::Write;

use serde_json::Value;

use super::schema::{choices, example, find, is_array_of_tables, is_table, keys, required};

const INTRODUCTION: &str = "\
# Every key of a profile

<!-- A test makes this page from the doc comments in src/profile/written:
     UPDATE_REFERENCE=1 cargo test --lib reference -->

A profile is a [TOML](https://toml.io) file. Keys without a section come first, before the first `[section]`. An unknown
key is an error. `runner check PROFILE` shows every mistake with its line.

In a path, `~` at the start is your home directory and `${NAME}` is an environment variable, which must be set. A relative
path starts at the folder of the profile.

`runner schema` prints this reference as a JSON Schema. Editors with TOML support, such as those with
[Taplo](https://taplo.tamasfe.dev) or Even Better TOML, check and complete a profile that begins with the line
`#:schema ./globus-runner.schema.json`. `runner init` writes that line, and the schema beside the profile. After an update
of `runner`, write the schema again with `runner schema > globus-runner.schema.json` in the folder of the profile.
";

/// One part for each table of the schema.
pub(super) fn tables(schema: &Value) -> String {
    let mut page = String::new();
    part(&mut page, "The top of the file", schema["description"].as_str().unwrap_or_default(), schema);
    sections(&mut page, "", schema);
    page
}

fn sections(page: &mut String, path: &str, schema: &Value) {
    for key in keys(schema) {
        let Some(section) = find(schema, &[key]).filter(|section| is_table(section)) else {
            continue;
        };
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        // Of a table whose keys are free, each one is a section.
        let (path, section) = match &section["additionalProperties"] {
            named if named["type"] == "object" => (format!("{path}.NAME"), named),
            _ if section["properties"].is_null() && path.contains('.') => continue,
            _ => (path, section),
        };
        let heading = if is_array_of_tables(section) {
            format!("`[{path}]`, `[[{path}]]`")
        } else {
            format!("`[{path}]`")
        };
        part(page, &heading, text(section), section);
        sections(page, &path, section);
    }
}

/// A heading, a sentence and a row for each key.
fn part(page: &mut String, heading: &str, meaning: &str, schema: &Value) {
    write!(page, "\n## {heading}\n\n{meaning}\n").unwrap();
    let mut rows = keys(schema).filter_map(|key| Some((key, find(schema, &[key])?))).peekable();
    if rows.peek().is_none() {
        return;
    }
    page.push_str("\n| key | type | default | meaning |\n|---|---|---|---|\n");
    for (key, value) in rows {
        let default = match value.get("default") {
            Some(default) => format!("`{default}`"),
            None if required(schema).any(|required| required == key) => "required".to_owned(),
            None => String::new(),
        };
        writeln!(page, "| `{key}` | {} | {default} | {} |", type_in_words(value), meaning_of(value)).unwrap();
    }
}

fn meaning_of(schema: &Value) -> String {
    let mut meaning = text(schema).to_owned();
    for (word, text) in choices(schema) {
        if let Some(text) = text {
            write!(meaning, "<br>`\"{word}\"`: {text}").unwrap();
        }
    }
    if let Some(example) = example(schema) {
        write!(meaning, "<br>Example: `{example}`").unwrap();
    }
    meaning.replace('|', "\\|")
}

fn text(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_else(|| panic!("without a doc comment: {schema}"))
}

fn type_in_words(schema: &Value) -> String {
    let choices = choices(schema);
    if !choices.is_empty() {
        return choices.iter().map(|(word, _)| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
    }
    let kind = match (schema["type"].as_str(), schema["format"].as_str()) {
        (_, Some("seconds")) => "seconds".to_owned(),
        (_, Some("ping_url")) => "URL or table".to_owned(),
        (_, Some("limit")) => "integer, percentage or table".to_owned(),
        (Some("string"), Some("path")) => "path".to_owned(),
        (Some("string"), Some("uri")) => "URL".to_owned(),
        (Some("string"), Some("uuid")) => "UUID".to_owned(),
        (Some("boolean"), _) => "true or false".to_owned(),
        (Some("array"), _) => format!("array of {}s", schema["items"]["type"].as_str().unwrap_or("value")),
        (Some("object"), Some("json" | "params" | "statuses")) => "table".to_owned(),
        (Some("object"), _) => "table, see below".to_owned(),
        (None, _) if is_array_of_tables(schema) => "table, or an array of tables; see below".to_owned(),
        (kind, _) => kind.unwrap_or("any").to_owned(),
    };
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, _) | (_, Value::Null) => kind,
        (least, most) => format!("{kind}, from {least} to {most}"),
    }
}

#[test]
fn the_reference_and_the_schema_are_up_to_date() {
    let schema = super::schema::of::<super::written::WrittenProfile>();
    let page = INTRODUCTION.to_owned() + &tables(&schema);
    for (file, text) in
        [("docs/src/profile-reference.md", page), ("src/profile/schema.json", format!("{schema:#}\n"))]
    {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap_or_default() == text,
            "{file} is stale: run UPDATE_REFERENCE=1 cargo test --lib reference"
        );
    }
}

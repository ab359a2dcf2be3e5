//! Reading what the templates that ship make, with a real reader of each format.

mod html;

use pulldown_cmark::{Event, Options, Parser, Tag};
use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Value, json};

/// What is read in this file is these groups, and nothing else.
#[track_caller]
pub fn finds(file: &str, content: &str, groups: &[Value]) {
    match file {
        "groups.csv" => csv(content, groups, str::to_owned),
        "groups-excel.csv" => csv(content.strip_prefix('\u{feff}').unwrap(), groups, no_formula),
        "groups.json" => assert_eq!(serde_json::from_str::<Value>(content).unwrap(), documented(groups)),
        "groups.yaml" => yaml(content, groups),
        "groups.md" => markdown(content, groups),
        "groups.txt" | "tree.txt" => text(content, groups),
        "groups.html" => html::page(content, groups),
        // Graphviz reads it, in `interop/graphviz.rs`.
        "tree.dot" => {}
        _ => panic!("there is no reader for {file}"),
    }
}

fn roles(group: &Value) -> Vec<&str> {
    let memberships = group["my_memberships"].as_array();
    let mut roles: Vec<&str> =
        memberships.into_iter().flatten().map(|one| one["role"].as_str().unwrap()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// A text that may be missing.
fn maybe<'v>(group: &'v Value, pointer: &str) -> Option<&'v str> {
    group.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The objects of `groups.json`, as `docs/src/ready-templates.md` has them.
fn documented(groups: &[Value]) -> Value {
    let object = |group: &Value| {
        json!({
            "id": group["id"],
            "name": group["name"],
            "description": maybe(group, "/description"),
            "parent_id": maybe(group, "/parent_id"),
            "group_type": maybe(group, "/group_type"),
            "visibility": maybe(group, "/policies/group_visibility"),
            "members_visibility": maybe(group, "/policies/group_members_visibility"),
            "roles": roles(group),
        })
    };
    groups.iter().map(object).collect()
}

/// A text that Excel would calculate, with an apostrophe.
fn no_formula(text: &str) -> String {
    let mut safe = String::new();
    for cell in text.split_inclusive([';', '\t', '\r', '\n']) {
        let start = cell.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        let apostrophe = if start.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
        safe.extend([apostrophe, cell]);
    }
    safe
}

fn csv(content: &str, groups: &[Value], field: fn(&str) -> String) {
    let mut reader = csv::Reader::from_reader(content.as_bytes());
    let read: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    let record = |group: &Value| {
        ["id", "name"]
            .map(|key| group[key].as_str().unwrap().to_owned())
            .into_iter()
            .chain([roles(group).join("|")])
            .map(|text| field(&text))
    };
    assert_eq!(read, groups.iter().map(|group| record(group).collect()).collect::<Vec<Vec<String>>>());
}

fn yaml(content: &str, groups: &[Value]) {
    let documents = Yaml::load_from_str(content).unwrap();
    assert_eq!(documents.len(), 1);
    let read: Value = documents[0].as_vec().unwrap().iter().map(json_of).collect();
    assert_eq!(read, documented(groups));
}

fn json_of(yaml: &Yaml<'_>) -> Value {
    if let Some(list) = yaml.as_vec() {
        return list.iter().map(json_of).collect();
    }
    if let Some(mapping) = yaml.as_mapping() {
        return mapping
            .iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), json_of(value)))
            .collect();
    }
    yaml.as_str().map_or_else(|| if yaml.is_null() { Value::Null } else { panic!("{yaml:?}") }, Value::from)
}

fn markdown(content: &str, groups: &[Value]) {
    let mut cells: Vec<String> = Vec::new();
    for event in Parser::new_ext(content, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableCell) => cells.push(String::new()),
            Event::Text(text) => {
                if let Some(cell) = cells.last_mut() {
                    cell.push_str(&text);
                }
            }
            Event::InlineHtml(html) if &*html == "<!-- -->" => {}
            Event::Start(
                Tag::Heading { .. } | Tag::Paragraph | Tag::Table(_) | Tag::TableHead | Tag::TableRow,
            )
            | Event::End(_) => {}
            other => panic!("{other:?} in {content}"),
        }
    }
    // The paragraph behind the table.
    let last = cells.last_mut().unwrap();
    *last = last.strip_suffix(&format!("Groups in all: {}", groups.len())).unwrap().to_owned();
    let mut expected = ["Group", "My roles", "Visibility", "Description", "ID"].map(str::to_owned).to_vec();
    for group in groups {
        let shown = |pointer: &str| maybe(group, pointer).unwrap_or_default().replace('\0', "\u{2400}");
        expected.extend([shown("/name"), roles(group).join(", ")]);
        expected.extend(["/policies/group_visibility", "/description", "/id"].map(shown));
    }
    assert_eq!(cells, expected);
}

/// A table for a terminal: a line for each group, and nothing that steers the terminal.
fn text(content: &str, groups: &[Value]) {
    let lines: Vec<&str> = content.lines().collect();
    if groups.is_empty() {
        assert_eq!(lines, ["You are in no group."]);
        return;
    }
    assert_eq!(lines.len(), groups.len() + 1, "{content}");
    assert!(!content.contains(|character: char| character.is_control() && character != '\n'), "{content:?}");
    for group in groups {
        let harmless = |key: &str| globus_runner::clean(group[key].as_str().unwrap()).replace('\t', " ");
        let of_group = |line: &&&str| line.starts_with(&harmless("id"));
        let found: Vec<_> = lines[1..].iter().filter(of_group).collect();
        assert_eq!(found.len(), 1, "{group} in {content}");
        let name = harmless("name");
        assert!(
            found[0].contains(&roles(group).join(", ")) && found[0].ends_with(name.trim_end()),
            "{found:?}"
        );
    }
}

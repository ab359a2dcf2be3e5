//! Random templates over random data: what they write is the same from the fields that they read alone.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::catalog::{Origin, SourceText};
use crate::data::{self, Fields, Sources};
use crate::template::{Format, Template};
use globus_templates::Writer;
use globus_templates::value::Hidden;

/// What stands for something hidden in JSON.
const HIDDEN: &str = "<hidden>";

/// The value as a template sees it.
fn seen(json: &Value) -> data::Value {
    match json {
        Value::Object(object) if object.contains_key(HIDDEN) => Hidden::memberships("x").into(),
        Value::Object(object) => data::Value::Object(
            object.iter().map(|(key, value)| (key.as_str().into(), seen(value))).collect(),
        ),
        Value::Array(list) => list.iter().map(seen).collect(),
        other => other.clone().into(),
    }
}

/// What is left of a value if only these fields are read.
fn part(value: &Value, fields: &Fields) -> Value {
    match (fields, value) {
        (_, Value::Object(object)) if object.contains_key(HIDDEN) => value.clone(),
        (Fields::Only(keys), Value::Object(object)) => {
            let read =
                |(key, value): (&String, &Value)| Some((key.clone(), part(value, keys.get(key.as_str())?)));
            Value::Object(object.iter().filter_map(read).collect::<Map<_, _>>())
        }
        (Fields::Only(_), Value::Array(list)) => list.iter().map(|value| part(value, fields)).collect(),
        _ => value.clone(),
    }
}

struct Templates {
    random: Rng,
}

impl Templates {
    fn one(&mut self, of: &[&str]) -> String {
        self.random.choice(of).copied().unwrap_or_default().to_owned()
    }

    fn key(&mut self) -> String {
        self.one(&[
            "id",
            "name",
            "roles",
            "a",
            "b",
            "deep",
            "deep.a",
            "deep.b.c",
            "list",
            "list.0.a",
            "parent_id",
            "[a b]",
            "no",
            "memberships",
            "memberships.0.a",
            "rules",
        ])
    }

    fn path(&mut self) -> String {
        let start = self.one(&[
            "",
            "",
            "",
            "",
            "",
            "../",
            "../../",
            "@root.",
            "this.",
            "g.",
            "vars.",
            "groups.0.",
            "../groups.1.",
            "data.tasks.0.",
            "@root.data.endpoints.0.",
            "../data.rules.0.",
        ]);
        match self.random.u8(..12) {
            0 => self.one(&[
                "data",
                "../data.endpoints",
                "sources",
                "sources.tasks.rows",
                "this",
                "..",
                "@root",
                "g",
                "@index",
                "@key",
                "groups",
                "../groups",
                "@root.groups",
                "vars",
                "totals",
                "items",
                "key",
            ]),
            _ => start + &self.key(),
        }
    }

    fn quoted_key(&mut self) -> String {
        format!("\"{}\"", self.key().replace(['[', ']'], ""))
    }

    fn rows(&mut self) -> String {
        let rows = self.one(&[
            "groups",
            "groups",
            "@root.groups",
            "../groups",
            "list",
            "deep.list",
            "items",
            "vars.list",
            "roles",
            "memberships",
            "rules",
            "data.tasks",
            "../data.endpoints",
            "@root.data.rules",
            "../../data.rules",
        ]);
        let key = self.quoted_key();
        let value = self.value(9);
        match self.random.u8(..16) {
            0 => format!("(sort {rows} {key})"),
            1 => format!("(sort {rows} \"name desc\" {key} reverse=true)"),
            2 => format!("(where {rows} {key})"),
            3 => format!("(where {rows} {key} \"ne\" {value})"),
            4 => format!("(first {rows} 2)"),
            5 => format!("(reverse {rows})"),
            6 => format!("(slice {rows} 1)"),
            7 => format!("(unique {rows} {key})"),
            8 => format!("(group_by {rows} {key})"),
            9 => format!("(tree {rows})"),
            10 => format!("(pluck {rows} {key})"),
            11 => format!("(default {value} {rows})"),
            12 => format!("(list {rows} {value})"),
            _ => rows,
        }
    }

    /// An argument of a helper.
    fn value(&mut self, depth: usize) -> String {
        if depth > 2 || self.random.u8(..3) > 0 {
            return match self.random.u8(..6) {
                0 => self.one(&["1", "0", "\"x\"", "\"a\"", "true", "null"]),
                _ => self.path(),
            };
        }
        format!("({})", self.call(depth + 1))
    }

    fn call(&mut self, depth: usize) -> String {
        let (value, other) = (self.value(depth + 1), self.value(depth + 1));
        let (rows, key) = (self.rows(), self.quoted_key());
        match self.random.u8(..20) {
            0 => format!("lookup {value} {key}"),
            1 => format!("lookup {value} {other}"),
            2 => format!("lookup {rows} 0"),
            3 => format!("default {value} {other}"),
            4 => format!("coalesce {value} {other} \"z\""),
            5 => format!("len {rows}"),
            6 => format!("len {value}"),
            7 => format!("count {rows} {key}"),
            8 => format!("eq {value} {other}"),
            9 => format!("and {value} (not {other})"),
            10 => format!("contains {value} {key}"),
            11 => format!("join {rows} \";\""),
            12 => format!("json {value}"),
            13 => format!("json {rows}"),
            14 => format!("first {rows}"),
            15 => format!("max {rows} {key}"),
            16 => format!("table {rows} {key} \"X=deep.a?\""),
            17 => format!("upper {value}"),
            18 => format!("keys {value}"),
            _ => format!("concat {value} {other}"),
        }
    }

    fn node(&mut self, depth: usize) -> String {
        let deeper = depth + 1;
        if depth > 3 {
            return format!("{{{{{}}}}}", self.path());
        }
        match self.random.u8(..16) {
            0..4 => format!("{{{{default {} \"-\"}}}}", self.path()),
            4 => format!("{{{{{}}}}}", self.path()),
            5 | 6 => format!("{{{{{}}}}}", self.call(0)),
            7 => format!("{{{{#each {}}}}}{}{{{{else}}}}0{{{{/each}}}}", self.rows(), self.body(deeper)),
            8 => format!(
                "{{{{#each {} as |g i|}}}}{}{{{{else}}}}0{{{{/each}}}}",
                self.rows(),
                self.body(deeper)
            ),
            9 => format!("{{{{#with {}}}}}{}{{{{else}}}}0{{{{/with}}}}", self.value(1), self.body(deeper)),
            10 => format!(
                "{{{{#if {}}}}}{}{{{{else}}}}{}{{{{/if}}}}",
                self.value(0),
                self.body(deeper),
                self.body(deeper)
            ),
            11 => {
                let path = self.path();
                format!("{{{{#{path}}}}}{}{{{{else}}}}0{{{{/{path}}}}}", self.body(deeper))
            }
            12 => format!("{{{{> p {} x={}}}}}", self.one(&["", "deep", "this", "groups.0"]), self.value(1)),
            13 => format!("{{{{#> q}}}}{}{{{{/q}}}}", self.body(deeper)),
            14 => format!("{{{{#each {}}}}}{{{{@key}}}}{{{{/each}}}}", self.path()),
            _ => self.one(&[
                "{{#each groups}}{{name}},{{/each}}",
                "{{#each data.tasks}}{{name}},{{/each}}",
                "{{#each groups}}{{#if hidden}}?{{else}}{{#each memberships}}{{a}},{{/each}}{{/if}}{{/each}}",
                "{{#each data.endpoints}}{{#unless (is_hidden rules)}}{{#each rules}}{{a}}{{../id}}{{/each}}{{/unless}}{{/each}}",
            ]),
        }
    }

    fn body(&mut self, depth: usize) -> String {
        (0..self.random.usize(1..3)).map(|_| self.node(depth)).collect()
    }

    fn template(&mut self) -> String {
        let (p, q) = (self.body(3), self.body(3));
        let head = format!(
            "{{{{#*inline \"p\"}}}}{p}{{{{default x 1}}}}{{{{/inline}}}}{{{{#*inline \"q\"}}}}{q}{{{{> @partial-block}}}}{{{{/inline}}}}"
        );
        if self.random.u8(..3) == 0 {
            return head + &self.body(0);
        }
        let list = self.one(&["groups", "data.tasks", "data.endpoints", "@root.data.rules"]);
        format!("{head}{{{{#each {list}}}}}{}{{{{/each}}}}", self.body(1))
    }
}

fn value(random: &mut Rng, depth: usize) -> Value {
    match random.u8(..if depth > 2 { 6 } else { 11 }) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => json!(random.u8(..3)),
        3 | 4 => json!(["x", "a", ""][random.usize(..3)]),
        5 => json!([]),
        6 => (0..random.usize(1..3)).map(|_| value(random, depth + 1)).collect(),
        7 => json!(["member", "admin"]),
        _ => object(random, depth + 1),
    }
}

fn object(random: &mut Rng, depth: usize) -> Value {
    let mut object = Map::new();
    for key in ["id", "name", "roles", "a", "b", "c", "deep", "list", "parent_id", "a b", "groups"] {
        if random.bool() {
            object.insert(key.to_owned(), value(random, depth));
        }
    }
    Value::Object(object)
}

fn rows(random: &mut Rng) -> Value {
    (0..random.usize(..3)).map(|_| object(random, 1)).collect()
}

/// Rows, or that they are hidden.
fn some_rows(random: &mut Rng) -> (Value, bool) {
    let is_hidden = random.u8(..4) == 0;
    (if is_hidden { json!({ HIDDEN: true }) } else { rows(random) }, is_hidden)
}

fn data(random: &mut Rng) -> Value {
    let groups: Vec<Value> = (0..random.usize(..4))
        .map(|index| {
            let mut group = object(random, 0);
            group["id"] = json!(index.to_string());
            group["name"] = json!(["x", "y", "a"][index % 3]);
            let (members, is_hidden) = some_rows(random);
            (group["memberships"], group["hidden"]) = (members, json!(is_hidden));
            group
        })
        .collect();
    let endpoints: Value = (0..random.usize(..3))
        .map(|_| {
            let mut endpoint = object(random, 0);
            endpoint["rules"] = some_rows(random).0;
            endpoint
        })
        .collect();
    let lists = json!({ "tasks": rows(random), "endpoints": endpoints, "rules": rows(random) });
    let sources = json!({ "tasks": { "rows": 1, "truncated": true } });
    json!({ "groups": groups, "data": lists, "sources": sources, "vars": object(random, 1), "totals": { "groups": groups.len(), "a": { "b": 1 } } })
}

#[test]
fn the_fields_that_are_read_are_enough() {
    let mut templates = Templates { random: Rng::with_seed(11) };
    let mut random = Rng::with_seed(12);
    let (mut same, mut failed, mut smaller) = (0, 0, 0);
    for _ in 0..2500 {
        let text = templates.template();
        let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.clone().into() };
        let sources = Sources::of_tests();
        let Ok(template) = Template::reading(source, Writer::plain(Format::Text), &sources, "t".into())
        else {
            continue;
        };
        for _ in 0..2 {
            let whole = data(&mut random);
            let part = part(&whole, template.fields());
            smaller += usize::from(part != whole);
            // Where it fails is the same. What to write instead depends on what else is there.
            let rendered = |data: &Value| {
                let rendered = template.render(seen(data));
                rendered.map_err(|error| error.diagnostics.first().map(|place| place.span.clone()))
            };
            let (from_part, from_whole) = (rendered(&part), rendered(&whole));
            assert_eq!(from_part, from_whole, "{text}\n{whole}\n{:?}", template.fields());
            if from_whole.is_ok() { same += 1 } else { failed += 1 }
        }
    }
    assert!(same > 1000 && failed > 1000 && smaller > 3000, "{same} {failed} {smaller}");
}

//! Random templates, and what keeps a template from streaming.

use serde_json::{Value, json};

use super::{Format, Rendering, Template, render_snapshot};
use crate::Kind;
use crate::catalog::{Origin, SourceText};
use globus_templates::value::Hidden;

use crate::data::{
    self, Lists, Outcome, Outcomes, RowReceiver, Snapshot, SourceName, Sources, TemplateContext,
};
use crate::profile::Profile;
use globus_templates::Writer;

fn profile() -> Profile {
    let text = include_str!("../../profiles/groups.toml");
    let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
    Profile::parse(source, &|name| (name == "HOME").then(|| "/home/me".into())).unwrap()
}

fn template(text: &str, format: Format) -> crate::Result<Template> {
    let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
    Template::reading(source, Writer::plain(format), &Sources::of_tests(), "t.toml".into())
}

#[test]
fn no_template_makes_it_panic() {
    const PIECES: &[&str] = &[
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{{{{",
        "}}}}",
        "{{#if name}}",
        "{{else}}",
        "{{else if id}}",
        "{{/if}}",
        "{{#each groups}}",
        "{{/each}}",
        "{{name}}",
        "{{../vars}}",
        "{{@index}}",
        "{{> x}}",
        "{{#> x}}",
        "{{/x}}",
        "{{#*inline \"x\"}}",
        "{{/inline}}",
        "{{!-- ",
        "--}}",
        "{{~",
        "~}}",
        "{{json groups}}",
        "{{table groups \"id\"}}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "'",
        "\\",
        "as |a b|",
        "=",
        " ",
        "\n",
        "é",
        "{{sort (where groups \"id\" \"1\") \"name\"}}",
        "{{raw}}",
        "{{{{raw}}}}",
        "{{{{/raw}}}}",
        "{{^}}",
        "{{&name}}",
        "{{#with",
        "this",
        "lookup",
        ".",
        "/",
        "{{len ",
        "0",
        "-1",
        "null",
        "1e400",
    ];
    let profile = profile();
    let sample = Snapshot::sample().unwrap();
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..6000 {
        let text: String = (0..random.usize(..10)).map(|_| *random.choice(PIECES).unwrap()).collect();
        let format = *random.choice(&[Format::Csv, Format::Sh, Format::Html, Format::Text]).unwrap();
        let result = template(&text, format).and_then(|template| {
            template.warnings().iter().for_each(|warning| drop(warning.render(false)));
            render_snapshot(&template, &profile, &sample, std::io::sink)
        });
        if let Err(error) = result {
            assert_eq!(error.kind, Kind::Usage, "{text}: {error}");
            // What is refused at the end of the output has no place in the template.
            let places = usize::from(!error.summary().starts_with("can't deliver"));
            assert_eq!(error.diagnostics.len().min(1), places, "{text}: {error}");
        }
    }
}

/// Every helper with every kind of argument. What it gives is one field of CSV, whatever it holds.
#[test]
fn no_argument_makes_a_helper_panic() {
    const ARGUMENTS: &[&str] = &[
        "null",
        "true",
        "0",
        "-1",
        "3",
        "1.5",
        "1E300",
        "-9223372036854775808",
        "18446744073709551615",
        "\"\"",
        "\"name\"",
        "\"name desc\"",
        "\"eq\"",
        "\"<\"",
        "\"(a+\"",
        "\"[^a]*\"",
        "\"%Y\"",
        "\"YYYY\"",
        "\"2026-03-29T02:30:00\"",
        "\"e\\u0301日本\\r\\n👩\\u200d🔬\\u202e\"",
        "groups",
        "groups.0",
        "nothing",
        "totals.by_role",
        "(list 1 null \"a\" true 2.5)",
        "(list 3 1 2)",
        "(list (list 1) groups.0)",
        "natural=true",
        "reverse=true",
        "locale=\"sv\"",
        "align=\"right\"",
        "first=true",
        "tz=\"UTC\"",
    ];
    let (profile, sample) = (profile(), Snapshot::sample().unwrap());
    let mut random = fastrand::Rng::with_seed(5);
    let mut worked = 0;
    for name in globus_templates::helpers::names().iter().cycle().take(6000) {
        let arguments: Vec<&str> =
            (0..random.usize(1..4)).map(|_| *random.choice(ARGUMENTS).unwrap()).collect();
        let text = format!("{{{{{name} {}}}}},end", arguments.join(" "));
        let result = template(&text, Format::Csv)
            .and_then(|template| render_snapshot(&template, &profile, &sample, Vec::new));
        match result {
            Ok(written) => {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&written[..]);
                let record = reader.records().next().unwrap().unwrap();
                assert!(record.iter().next_back() == Some("end"), "{text}: {record:?}");
                assert!(record.len() == 2 || *name == "csv", "{text}: {record:?}");
                assert!(reader.records().next().is_none(), "{text}");
                worked += 1;
            }
            Err(error) => {
                assert_eq!((error.kind, error.diagnostics.len()), (Kind::Usage, 1), "{text}: {error}");
            }
        }
    }
    assert!(worked > 500, "{worked}");
}

/// What the template writes when each row is rendered as it arrives; `None` if it needs all of them at once.
fn streamed(
    template: &Template,
    context: &TemplateContext<'_>,
    rows: &[data::Value],
    lists: &Lists,
    outcomes: &Outcomes,
) -> Option<crate::Result<String>> {
    template.plan()?;
    let mut rendering = Rendering::new(template, context.clone(), Vec::new);
    let result = (|| {
        // A response that breaks off must leave nothing behind.
        rendering.start(None, lists)?;
        let broken_off = json!({ "id": "x", "name": "broke off", "roles": [] }).into();
        rendering.row(rows.first().cloned().unwrap_or(broken_off))?;
        rendering.start(None, lists)?;
        rows.iter().try_for_each(|row| rendering.row(row.clone()))?;
        rendering.end(outcomes)?;
        rendering.finish()
    })();
    Some(result.map(|written| String::from_utf8(written).unwrap()))
}

/// Whether the same is written, or fails at the same place. What is rendered for the row that broke off can fail where
/// nothing would be rendered at all.
fn assert_same(
    streamed: &crate::Result<String>,
    whole: &crate::Result<String>,
    is_empty: bool,
    text: &str,
) -> bool {
    match (streamed, whole) {
        (Ok(streamed), Ok(whole)) => {
            assert_eq!(streamed, whole, "{text}");
            true
        }
        (Err(streamed), Err(whole)) => {
            let shown = |error: &crate::Error| {
                let place = error.diagnostics.first();
                // Only a row that is rendered alone has a number.
                (error.what.to_string(), place.map(|place| (place.message.clone(), place.span.clone())))
            };
            assert_eq!(shown(streamed), shown(whole), "{text}");
            false
        }
        (Err(_), Ok(_)) if is_empty => false,
        (streamed, whole) => panic!("{text}: {streamed:?} {whole:?}"),
    }
}

fn context(profile: &Profile) -> TemplateContext<'_> {
    TemplateContext {
        profile,
        identity: None,
        environment: "test".into(),
        at: "2020-01-01T00:00:00Z".into(),
        main: SourceName::Groups,
        changes: Value::Null.into(),
        counts: true,
    }
}

fn groups(names: &[String]) -> Vec<Value> {
    let group = |(index, name): (usize, &String)| {
        let roles = &["admin", "member"][..index % 3];
        json!({ "id": index.to_string(), "name": name, "roles": roles,
                "group_type": "plus", "groups": 7, "description": null, "policies": { "group_visibility": "private" } })
    };
    names.iter().enumerate().map(group).collect()
}

const OUTSIDE: &[&str] = &[
    "text\n",
    "  \n",
    "{{vars.title}}",
    "{{profile.name}} ",
    "{{#if vars}}\n  a\n{{/if}}\n",
    "{{run.at}}\n",
    "{{totals.groups}}",
    "{{totals.by_role.admin}}\n",
    "{{#each vars.list}}{{this}},{{/each}}",
    "{{#with run}}{{version}}{{/with}}",
    "{{! c }}\n",
    "{{#*inline \"x\"}}<{{name}}{{label}}>{{/inline}}\n",
    "{{#if true}}{{#*inline \"x\"}}!{{/inline}}{{/if}}",
    "{{> x name=\"n\" label=1}}\n",
    "{{len groups}}",
    "{{json this}}",
    "{{count groups}}",
    "{{title}}",
    "{{join (pluck groups \"name\")}}",
    "{{sum vars.list}}{{add totals.groups 1}}",
    "{{#each (keys totals.by_role)}}{{this}}{{/each}}",
    "{{coalesce nope vars.title}}",
    "{{#each groups}}{{id}}{{/each}}",
    "{{~#if true~}} t {{~/if~}} ",
    "{{identity}}",
    "{{ago run.at}}",
    "{{#each totals.by_type}}{{@key}}={{this}}{{/each}}",
    "{{@root.vars.title}}",
    "{{#vars.title}}{{.}}{{/vars.title}}",
    "{{#groups}}{{id}}{{/groups}}",
    "{{^groups}}none{{/groups}}",
    "{{#> x name=\"n\" label=2}}{{/x}}",
    "{{#with @root as |r|}}{{r.vars.title}}{{/with}}",
    "{{nope}}",
];

const INSIDE: &[&str] = &[
    "{{name}}",
    "{{id}},",
    "\n",
    "  {{quoted name}}\n",
    "{{@index}}",
    "{{#if @first}}first{{/if}}",
    "{{#unless @last}},{{/unless}}",
    "{{#each roles}}{{this}}{{@index}}{{#if @last}};{{/if}}{{/each}}",
    "{{../vars.title}}",
    "{{@root.profile.name}}",
    "{{groups}}",
    "{{this.name}}",
    "{{#with policies}}{{group_visibility}}{{../../run.at}}{{/with}}",
    "{{> x label=\"l\"}}\n",
    "{{json this}}",
    "{{g.name}}{{i}}",
    "{{../totals.groups}}",
    "{{len ../groups}}",
    "{{@root.groups.0.name}}",
    "{{#each roles}}{{../name}}{{/each}}",
    "{{default description \"-\"}}",
    "{{coalesce description ../nope name}}",
    "{{slug name}}{{title name}}{{title}}",
    "{{#if (matches name \"1\")}}one{{/if}}",
    "{{#starts_with name ../vars.title}}t{{else}}n{{/starts_with}}",
    "{{join (sort roles reverse=true)}}",
    "{{join (reverse roles)}}{{sum ../vars.list}}{{add @index 1}}",
    "{{#each (keys policies)}}{{this}}{{/each}}",
    "{{max ../groups \"name\"}}",
    "{{#each (where ../groups \"name\" \"ne\" name)}}{{id}}{{/each}}",
    "  {{#if name}}\n  x\n  {{/if}}\n",
    "{{#each ../vars.list}}{{this}}{{../id}}{{/each}}",
    "{{ago ../run.at}}",
    "{{#*inline \"x\"}}in{{/inline}}",
    "{{lookup ../this \"vars\"}}",
    "{{#../vars.title}}{{.}}{{../name}}{{/../vars.title}}",
    "{{#> x label=3}}{{/x}}",
    "{{#with .. as |r|}}{{r.vars.title}}{{/with}}",
    "{{#each roles as |role|}}{{role}}{{g.id}}{{/each}}",
    "{{nope}}",
];

#[test]
fn streamed_or_whole_the_bytes_are_the_same() {
    let mut profile = profile();
    profile.vars = serde_json::from_value(json!({ "title": "T", "list": [1, 2] })).unwrap();
    let context = context(&profile);
    let mut random = fastrand::Rng::with_seed(17);
    let mut pieces = |from: &[&str], most: usize| -> String {
        (0..random.usize(..most)).map(|_| *random.choice(from).unwrap()).collect()
    };
    let (mut same, mut failed, mut whole_only) = (0, 0, 0);
    for round in 0..6000 {
        let head = [
            "{{#each groups}}",
            "{{#each groups as |g i|}}\n",
            "{{~#each groups~}}",
            "{{#each this.groups as |g|}}",
        ][round % 4];
        let tail =
            ["{{/each}}", "{{/each}}\n", "{{else}}none{{/each}}", "{{else}}\n{{totals.groups}}\n{{/each}}\n"]
                [round / 4 % 4];
        let text = pieces(OUTSIDE, 4) + head + &pieces(INSIDE, 5) + tail + &pieces(OUTSIDE, 4);
        let format = [Format::Text, Format::Csv][round / 16 % 2];
        let Ok(template) = template(&text, format) else { continue };
        let names: Vec<String> = (0..round % 5).map(|index| format!("a,\"{index}\"")).collect();
        let groups: Vec<data::Value> = groups(&names).into_iter().map(Into::into).collect();
        let whole = template.render(context.with_rows(groups.clone()));
        match streamed(&template, &context, &groups, &Lists::default(), &Outcomes::new()) {
            None => {
                assert!(template.obstacle().is_some());
                whole_only += 1;
            }
            Some(streamed) if assert_same(&streamed, &whole, groups.is_empty(), &text) => same += 1,
            Some(_) => failed += 1,
        }
    }
    assert!(same > 500 && failed > 300 && whole_only > 500, "{same} {failed} {whole_only}");
}

const OUTSIDE_LISTS: &[&str] = &[
    "text\n",
    "{{len data.tasks}}",
    "{{#each data.rules}}{{path}};{{/each}}",
    "{{#each data.tasks}}{{name}};{{/each}}",
    "{{join (pluck data.endpoints \"name\")}}",
    "{{#each groups}}{{#if hidden}}?{{else}}{{len memberships}}{{/if}}{{/each}}",
    "{{#if true}}{{#each data.endpoints}}{{#each (default rules (list 1))}}{{path}}{{/each}}{{/each}}{{/if}}",
    "{{totals.groups}}",
    "{{len groups}}",
    "{{sources.rules.rows}}{{json sources.tasks}}",
    "{{#if sources.endpoints.truncated}}cut{{/if}}",
    "{{json data}}",
    "{{#each data}}{{@key}}{{len this}}{{/each}}",
    "{{json this}}",
    "{{vars.title}}",
];

const INSIDE_LISTS: &[&str] = &[
    "{{name}}",
    "{{@index}}{{#if @last}}.{{/if}}",
    "{{#each rules}}{{path}},{{../name}}{{/each}}",
    "{{#if (is_hidden rules)}}?{{else}}{{len rules}}{{/if}}",
    "{{#each memberships}}{{username}}{{/each}}",
    "{{#unless hidden}}{{#each memberships}}{{username}}{{@root.vars.title}}{{/each}}{{/unless}}",
    "{{default memberships.0.username \"-\"}}",
    "{{../data.tasks.0.name}}",
    "{{len ../data.rules}}",
    "{{#each (where @root.data.rules \"id\" id)}}{{path}}{{/each}}",
    "{{#each ../groups}}{{id}}{{/each}}",
    "{{../sources.tasks.rows}}",
    "{{../totals.groups}}",
    "{{json this}}",
    "{{json ../data}}",
];

/// The lists of [`Sources::of_tests`]: two rows each, one with something hidden.
fn lists(none: &SourceName) -> Lists {
    let hidden = |what: Hidden| data::Value::from(what);
    let row = |value: Value, key: &str, part: data::Value| {
        let row = data::Value::from(value);
        row.as_object().map(|row| data::Value::from(row.with(key, part))).unwrap_or(row)
    };
    let rules = || {
        data::Value::from(
            json!([{ "id": "1", "path": "/a", "name": "r" }, { "id": "2", "path": "/b", "name": "s" }]),
        )
    };
    let members = data::Value::from(json!([{ "username": "u" }, { "username": "v" }]));
    let mut lists = Lists::default();
    lists.insert(
        SourceName::Groups,
        vec![
            row(json!({ "id": "1", "name": "g", "roles": [], "hidden": false }), "memberships", members),
            row(
                json!({ "id": "2", "name": "h", "roles": [], "hidden": true }),
                "memberships",
                hidden(Hidden::memberships("h")),
            ),
        ],
    );
    let declared = |name: &str| SourceName::Declared(name.into());
    lists.insert(
        declared("tasks"),
        vec![json!({ "id": "1", "name": "t" }).into(), json!({ "id": "2", "name": "u" }).into()],
    );
    lists.insert(
        declared("endpoints"),
        vec![
            row(json!({ "id": "1", "name": "e" }), "rules", rules()),
            row(
                json!({ "id": "2", "name": "f" }),
                "rules",
                hidden(Hidden::rows("rules", "data.endpoints", "f")),
            ),
        ],
    );
    lists.insert(declared("rules"), rules().as_list().unwrap().to_vec());
    if lists.get(none).is_some() {
        lists.insert(none.clone(), Vec::new());
    }
    lists
}

#[test]
fn every_list_streams_beside_the_others_as_they_are_read() {
    let mut profile = profile();
    profile.vars = serde_json::from_value(json!({ "title": "T" })).unwrap();
    let sources = Sources::of_tests();
    let all: Vec<SourceName> = sources.names().collect();
    let mut random = fastrand::Rng::with_seed(23);
    let mut pieces = |from: &[&str], most: usize| -> String {
        (0..random.usize(..most)).map(|_| *random.choice(from).unwrap()).collect()
    };
    let (mut same, mut failed, mut whole_only) = ([0; 4], 0, 0);
    for round in 0..6000 {
        let source = &all[round % 4];
        let start = ["", "@root.", "this."][round / 4 % 3];
        let text = format!(
            "{}{{{{#each {start}{source}}}}}{}{{{{else}}}}none{{{{/each}}}}{}",
            pieces(OUTSIDE_LISTS, 3),
            pieces(INSIDE_LISTS, 3),
            pieces(OUTSIDE_LISTS, 3)
        );
        let template = template(&text, Format::Text).unwrap();
        let context = context(&profile).for_reading(template.fields(), template.main());
        let whole = lists(&all[round / 12 % 5 % 4]);
        let outcome =
            |rows: &[data::Value]| Outcome { rows: rows.len() as u64, truncated: true, ..Outcome::default() };
        let outcomes: Outcomes = whole.iter().map(|(source, rows)| (source.clone(), outcome(rows))).collect();
        let rows = whole.get(template.main()).unwrap().to_vec();
        // The others that are read, and all others.
        let (mut read, mut others) = (Lists::default(), Lists::default());
        for (source, rows) in whole.iter().filter(|(source, _)| *source != template.main()) {
            others.insert(source.clone(), rows.to_vec());
            if sources.reads(template.fields(), source) {
                read.insert(source.clone(), rows.to_vec());
            }
        }
        let data = TemplateContext::with_outcomes(context.with_lists(rows.clone(), &others), &outcomes);
        let whole = template.render(data);
        match streamed(&template, &context, &rows, &read, &outcomes) {
            None => {
                assert!(template.obstacle().is_some());
                whole_only += 1;
            }
            Some(streamed) if assert_same(&streamed, &whole, rows.is_empty(), &text) => {
                same[all.iter().position(|source| source == template.main()).unwrap()] += 1;
            }
            Some(_) => failed += 1,
        }
    }
    assert!(
        same.iter().all(|same| *same > 100) && failed > 300 && whole_only > 500,
        "{same:?} {failed} {whole_only}"
    );
}

#[test]
fn what_keeps_a_template_from_streaming_is_named() {
    for (text, place, why) in [
        ("{{#if vars}}{{#each groups}}{{/each}}{{/if}}", "", "no `{{#each groups}}` stands outside"),
        (
            "{{#each groups}}{{/each}}\n{{#each groups}}{{/each}}",
            "{{#each groups}}",
            "a second loop over `groups`",
        ),
        ("{{#each (sort groups \"name\")}}{{/each}}", "", "no `{{#each groups}}`"),
        ("a\n{{len groups}}{{#each groups}}{{/each}}", "{{len groups}}", "`groups` needs all groups"),
        (
            "{{totals.groups}}{{#each groups}}{{/each}}",
            "{{totals.groups}}",
            "known only after the last of the groups",
        ),
        ("{{#each groups}}{{../totals.groups}}{{/each}}", "{{../totals.groups}}", "known only after"),
        ("{{#each groups}}{{json @root}}{{/each}}", "{{json @root}}", "can hold all groups"),
        (
            "{{#each groups}}{{#each roles}}{{json ../../this}}{{/each}}{{/each}}",
            "{{json ../../this}}",
            "can hold",
        ),
        ("{{json this}}{{#each groups}}{{/each}}", "{{json this}}", "`this` can hold all groups"),
        (
            "{{#each groups}}{{#if (eq name (max ../groups \"name\"))}}{{/if}}{{/each}}",
            "{{#if (eq name (max ../groups \"name\"))}}",
            "`../groups` needs all groups",
        ),
        (
            "{{coalesce nope (sum groups \"n\")}}{{#each groups}}{{/each}}",
            "{{coalesce nope (sum groups \"n\")}}",
            "needs all groups",
        ),
        (
            "{{#each groups}}{{> (concat \"a\" \"b\")}}{{/each}}",
            "{{> (concat \"a\" \"b\")}}",
            "computed while rendering",
        ),
        (
            "{{sources.tasks.rows}}{{#each data.tasks}}{{/each}}",
            "{{sources.tasks.rows}}",
            "only after the last of the data.tasks",
        ),
        (
            "{{len data.tasks}}{{#each data.tasks}}{{/each}}",
            "{{len data.tasks}}",
            "`data.tasks` needs all data.tasks",
        ),
        ("{{json data}}{{#each data.tasks}}{{/each}}", "{{json data}}", "`data` needs all data.tasks"),
        (
            "{{#each data.endpoints}}{{len ../data.rules}}{{/each}}",
            "{{len ../data.rules}}",
            "`../data.rules` needs all data.endpoints",
        ),
        (
            "{{#each data.rules}}{{#each ../data.endpoints}}{{len rules}}{{/each}}{{/each}}",
            "{{len rules}}",
            "`rules` needs all data.rules",
        ),
    ] {
        let template = template(text, Format::Text).unwrap();
        let obstacle = template.obstacle().unwrap();
        assert!(obstacle.message.contains(why), "{text}: {obstacle:?}");
        let shown = &text[obstacle.span.clone()];
        assert!(place.is_empty() || shown == place, "{text}: {shown}");
    }
    for text in [
        include_str!("../../templates/groups.csv.hbs"),
        "{{vars}}{{#each vars}}{{this}}{{/each}}{{#each groups as |g i|}}{{g.name}}{{../vars}}{{json this}}{{/each}}{{totals.groups}}",
        "{{#*inline \"x\"}}{{name}}{{/inline}}{{#each @root.groups}}{{> x}}{{#with this}}{{groups}}{{/with}}{{else}}{{totals}}{{/each}}",
        "{{len groups}}{{json data.tasks}}{{totals.groups}}{{#each data.endpoints}}{{#each rules}}{{path}}{{/each}}{{/each}}{{sources.rules.rows}}",
        "{{json data}}{{#each groups}}{{#each memberships}}{{name}}{{/each}}{{/each}}{{#each data.tasks}}{{name}}{{/each}}",
    ] {
        let template = template(text, Format::Text).unwrap();
        assert!(template.obstacle().is_none(), "{text}: {:?}", template.obstacle());
    }
}

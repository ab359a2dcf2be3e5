//! Random templates, and what keeps a template from streaming.

use serde_json::{Value, json};

use super::writer::Writer;
use super::{Format, Rendering, Template, render_snapshot};
use crate::Kind;
use crate::catalog::{Origin, SourceText};
use crate::data::{Lists, RowReceiver, Snapshot, TemplateContext};
use crate::profile::Profile;

fn profile() -> Profile {
    let text = include_str!("../../profiles/groups.toml");
    let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
    Profile::parse(source, &|name| (name == "HOME").then(|| "/home/me".into())).unwrap()
}

fn template(text: &str, format: Format) -> crate::Result<Template> {
    let source = SourceText { name: "t".into(), origin: Origin::Embedded, text: text.into() };
    Template::new(source, Writer::plain(format))
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
            assert_eq!(error.diagnostics.len(), places, "{text}: {error}");
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
    for name in super::helpers::names().iter().cycle().take(6000) {
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

/// What the template writes when each group is rendered as it arrives; `None` if it needs all of them at once.
fn streamed(
    template: &Template,
    context: &TemplateContext<'_>,
    groups: &[Value],
) -> Option<crate::Result<String>> {
    template.plan()?;
    let mut rendering = Rendering::new(template, context.clone(), Vec::new);
    let result = (|| {
        // A response that breaks off must leave nothing behind.
        rendering.start(None, &Lists::default())?;
        rendering.row(json!({ "id": "x", "name": "broke off", "roles": [] }).into())?;
        rendering.start(None, &Lists::default())?;
        groups.iter().try_for_each(|group| rendering.row(group.clone().into()))?;
        rendering.finish()
    })();
    Some(result.map(|written| String::from_utf8(written).unwrap()))
}

fn context(profile: &Profile) -> TemplateContext<'_> {
    TemplateContext {
        profile,
        identity: None,
        environment: "test".into(),
        at: "2020-01-01T00:00:00Z".into(),
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
        let groups = groups(&names);
        let whole = template.render(context.with_rows(groups.iter().cloned().map(Into::into).collect()));
        match (streamed(&template, &context, &groups), whole) {
            (None, _) => {
                assert!(template.obstacle().is_some());
                whole_only += 1;
            }
            (Some(Ok(streamed)), Ok(whole)) => {
                assert_eq!(streamed, whole, "{text}");
                same += 1;
            }
            (Some(Err(streamed)), Err(whole)) => {
                let shown = |error: &crate::Error| {
                    let place = error.diagnostics.first();
                    // Only a row that is rendered alone has a number.
                    (error.what.to_string(), place.map(|place| (place.message.clone(), place.span.clone())))
                };
                assert_eq!(shown(&streamed), shown(&whole), "{text}");
                failed += 1;
            }
            // What is rendered for the group that broke off can fail where nothing would be rendered at all.
            (Some(Err(_)), Ok(_)) if groups.is_empty() => {}
            (streamed, whole) => panic!("{text}: {streamed:?} {whole:?}"),
        }
    }
    assert!(same > 500 && failed > 300 && whole_only > 500, "{same} {failed} {whole_only}");
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
    ] {
        let template = template(text, Format::Text).unwrap();
        assert!(template.obstacle().is_none(), "{text}: {:?}", template.obstacle());
    }
}

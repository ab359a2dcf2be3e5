use std::collections::BTreeMap;

use syn::visit::Visit;
use syn::{Arm, LitStr};

use super::reads;
use crate::data::{Fields, Sources};
use globus_templates::handlebars;
use globus_templates::helpers::exists;
use globus_templates::program::{Body, compile};

fn body(text: &str) -> Body {
    let tree = handlebars::parse(text).unwrap();
    let (body, mistakes) = compile(&tree, false);
    assert!(mistakes.is_empty(), "{text}: {mistakes:?}");
    body
}

/// `a{b{*} c{}}`: of `a` all of `b`, and the shape of `c`.
fn shown(fields: &Fields) -> String {
    match fields {
        Fields::All => "*".to_owned(),
        Fields::Only(keys) => {
            let keys = keys.iter().map(|(key, fields)| format!("{key}{{{}}}", shown(fields)));
            keys.collect::<Vec<_>>().join(" ")
        }
    }
}

fn fields(text: &str, partials: &[(&str, &str)]) -> String {
    let partials: BTreeMap<String, Body> =
        partials.iter().map(|(name, text)| ((*name).to_owned(), body(text))).collect();
    shown(&reads(&body(text), &partials, &Sources::of_tests()).fields)
}

#[test]
fn what_a_template_reads_of_a_row() {
    for (text, expected) in [
        ("{{#each groups}}x{{@index}}{{/each}}", ""),
        ("{{#each groups}}{{id}},{{name}}{{/each}}", "id{*} name{*}"),
        ("{{#each groups}}{{this}}{{/each}}", "*"),
        ("{{#each groups}}{{json this}}{{/each}}", "*"),
        ("{{#each groups}}{{policies.group_visibility}}{{/each}}", "policies{group_visibility{*}}"),
        ("{{#each groups}}{{#with policies}}{{a}}{{../name}}{{/with}}{{/each}}", "name{*} policies{a{*}}"),
        ("{{#each groups}}{{#policies}}{{a}}{{/policies}}{{/each}}", "a{*} policies{a{*}}"),
        ("{{#each groups}}{{#each policies}}{{@key}}{{/each}}{{/each}}", "policies{*}"),
        ("{{#each groups}}{{#each roles}}{{this}}{{/each}}{{/each}}", "roles{*}"),
        ("{{#each groups}}{{#if roles}}x{{/if}}{{#unless a.b}}x{{/unless}}{{/each}}", "a{b{}} roles{}"),
        ("{{#each groups}}{{#if (and a (not b))}}{{c}}{{else}}{{d}}{{/if}}{{/each}}", "a{} b{} c{*} d{*}"),
        ("{{#each groups}}{{#eq a b}}{{c}}{{/eq}}{{/each}}", "a{*} b{*} c{*}"),
        ("{{#each groups as |g i|}}{{g.a}}{{i}}{{name}}{{/each}}", "a{*} name{*}"),
        ("{{#each groups as |g|}}{{#with ../vars as |v|}}{{g.a}}{{v.b}}{{c}}{{/with}}{{/each}}", "a{*}"),
        ("{{#with groups.0}}{{a}}{{/with}}{{groups.1.b}}", "a{*} b{*}"),
        ("{{#with (lookup groups 0)}}{{a}}{{/with}}", "a{*}"),
        ("{{#each groups}}{{lookup this \"a\"}}{{lookup b \"c\"}}{{/each}}", "a{*} b{c{*}}"),
        ("{{#each groups}}{{lookup this ../vars.key}}{{/each}}", "*"),
        ("{{#each groups}}{{lookup ../groups @index}}{{/each}}", "*"),
        ("{{#each groups}}{{lookup (lookup ../groups @index) \"a\"}}{{/each}}", "a{*}"),
        ("{{#each groups}}{{default a b.c}}{{coalesce d \"x\"}}{{/each}}", "a{*} b{c{*}} d{*}"),
        ("{{#each groups}}{{csv id name}}{{quoted a}}{{len roles}}{{/each}}", "a{*} id{*} name{*} roles{*}"),
        ("{{#each (sort groups \"name\" \"a.b desc\")}}{{id}}{{/each}}", "a{b{*}} a.b{*} id{*} name{*}"),
        ("{{#each (sort groups vars.key)}}{{id}}{{/each}}", "*"),
        ("{{#each (where groups \"a\" \"eq\" \"x\")}}{{id}}{{/each}}", "a{*} id{*}"),
        ("{{#each (first (reverse (where groups \"a\")) 2)}}{{id}}{{/each}}", "a{*} id{*}"),
        ("{{#with (first groups)}}{{id}}{{/with}}{{#with (last groups)}}{{a}}{{/with}}", "a{*} id{*}"),
        ("{{first groups}}", "*"),
        ("{{groups.length}}", ""),
        ("{{len groups}}{{count groups}}{{#if groups}}{{/if}}{{groups.length}}", ""),
        ("{{count groups \"a\" \"x\"}}{{max groups \"b\"}}{{sum groups \"c\"}}", "a{*} b{*} c{*}"),
        ("{{join (pluck groups \"name\") \",\"}}", "name{*}"),
        ("{{#each (pluck groups \"a\")}}{{b}}{{/each}}", "a{*}"),
        (
            "{{#each (group_by groups \"a\")}}{{key}}{{#each items}}{{b}}{{../key}}{{/each}}{{/each}}",
            "a{*} b{*}",
        ),
        ("{{json (group_by groups \"a\")}}", "*"),
        ("{{#each (unique groups \"a\")}}{{b}}{{/each}}", "a{*} b{*}"),
        ("{{len (unique groups)}}", "*"),
        ("{{table groups \"id\" \"NAME=p.v?\"}}", "id{*} p{v{*}} p.v{*}"),
        (
            "{{#each (tree groups)}}{{line}}{{#each ends}}{{/each}}{{a}}{{/each}}",
            "a{*} ends{*} id{*} line{*} name{*} parent_id{*}",
        ),
        ("{{#each (list groups 1)}}{{/each}}", "*"),
        ("{{#each @root.groups}}{{@root.run.at}}{{id}}{{/each}}", "id{*}"),
        ("{{#with @root as |r|}}{{#each r.groups}}{{id}}{{/each}}{{/with}}", "id{*}"),
        ("{{#each (default vars.list groups)}}{{id}}{{/each}}", "id{*}"),
        ("{{#*inline \"x\"}}{{a}}{{/inline}}{{#each groups}}{{> x}}{{/each}}", "a{*}"),
        (
            "{{#each groups}}{{> x p b=c}}{{/each}}{{#*inline \"x\"}}{{a}}{{b.d}}{{../e}}{{/inline}}",
            "c{d{*}} e{*} p{a{*} b{d{*}}}",
        ),
        ("{{#each groups}}{{title}}{{/each}}", "title{*}"),
        (
            "{{#each groups}}{{#each memberships}}{{role}}{{../id}}{{/each}}{{/each}}",
            "id{*} memberships{role{*}}",
        ),
        ("{{#each groups}}{{#memberships}}{{role}}{{/memberships}}{{/each}}", "memberships{role{*}}"),
        ("{{#each groups}}{{len memberships}}{{count memberships \"a\" 1}}{{/each}}", "memberships{a{*}}"),
        ("{{#each groups}}{{len my_memberships}}{{/each}}", "my_memberships{*}"),
    ] {
        let all = fields(text, &[]);
        let expected = format!("groups{{{expected}}}");
        assert!(all.contains(&expected), "{text}: {all}");
    }
}

#[test]
fn what_a_template_reads_of_the_rest() {
    for (text, expected) in [
        ("text", ""),
        ("{{vars.a}}{{profile.name}}", "profile{name{*}} vars{a{*}}"),
        ("{{totals.groups}}{{identity}}", "identity{*} totals{groups{*}}"),
        ("{{this}}", "*"),
        ("{{json @root}}", "*"),
        ("{{#each this}}{{/each}}", "*"),
        ("{{#each vars}}{{this}}{{/each}}", "vars{*}"),
        ("{{> (concat \"a\" \"b\")}}", "*"),
        ("{{../a}}{{@index}}", ""),
        ("{{#each data.tasks}}{{label}}{{@index}}{{/each}}", "data{tasks{label{*}}}"),
        ("{{#each @root.data.tasks as |t|}}{{t.label}}{{/each}}", "data{tasks{label{*}}}"),
        ("{{len data.tasks}}{{data.tasks.length}}{{data.rules.0.a}}", "data{rules{a{*}} tasks{}}"),
        (
            "{{#each data.endpoints}}{{id}}{{#each rules}}{{path}}{{../id}}{{/each}}{{/each}}",
            "data{endpoints{id{*} rules{path{*}}}}",
        ),
        ("{{#each data.endpoints}}{{#each tasks}}{{a}}{{/each}}{{/each}}", "data{endpoints{tasks{*}}}"),
        ("{{#each (sort data.rules \"a\")}}{{b}}{{/each}}", "data{rules{a{*} b{*}}}"),
        ("{{#with data as |d|}}{{#each d.tasks}}{{a}}{{/each}}{{/with}}", "data{tasks{a{*}}}"),
        ("{{#each data}}{{@key}}{{/each}}", "data{*}"),
        ("{{json data.tasks}}{{sources.tasks.truncated}}", "data{tasks{*}} sources{tasks{truncated{*}}}"),
        ("{{#each data.other}}{{a}}{{/each}}", "data{other{*}}"),
    ] {
        assert_eq!(fields(text, &[]), expected, "{text}");
    }
}

#[test]
fn partials_are_followed() {
    for (text, partials, expected) in [
        (
            "{{#each groups}}{{> a}}{{/each}}",
            &[("a", "{{id}}{{> b x}}"), ("b", "{{y}}")][..],
            "groups{id{*} x{y{*}}}",
        ),
        (
            "{{#each groups}}{{#> a}}{{id}}{{/a}}{{/each}}",
            &[("a", "{{b}}{{> @partial-block}}")],
            "groups{b{*} id{*}}",
        ),
        ("{{#each groups}}{{#> a}}{{id}}{{/a}}{{/each}}", &[], "groups{id{*}}"),
        (
            "{{#each groups}}{{#> a}}{{id}}{{../name}}{{/a}}{{/each}}",
            &[("a", "{{#with c}}{{> @partial-block}}{{/with}}")],
            "groups{c{id{*}} id{*} name{*}} name{*}",
        ),
        ("{{> a}}", &[("a", "{{#if x}}{{> a}}{{/if}}")], "*"),
        ("{{> a b=groups}}", &[("a", "{{#each b}}{{id}}{{/each}}")], "b{*} groups{id{*}}"),
        (
            "{{#> a}}{{#*inline \"b\"}}{{c}}{{/inline}}{{/a}}",
            &[("a", "{{#each groups}}{{> b}}{{/each}}")],
            "groups{c{*}}",
        ),
    ] {
        assert_eq!(fields(text, partials), expected, "{text}");
    }
}

/// The first words of the patterns in `helper.rs`.
#[derive(Default)]
struct Patterns {
    names: Vec<String>,
    is_inside: bool,
}

impl<'ast> Visit<'ast> for Patterns {
    fn visit_arm(&mut self, arm: &'ast Arm) {
        self.is_inside = true;
        self.visit_pat(&arm.pat);
        self.is_inside = false;
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        if self.is_inside {
            self.names.push(text.value());
        }
    }
}

/// What a helper reads that was renamed would be all of its arguments, and no other test would fail.
#[test]
fn every_helper_whose_reads_are_known_exists() {
    let file = syn::parse_file(include_str!("helper.rs")).unwrap();
    let mut patterns = Patterns::default();
    patterns.visit_file(&file);
    assert!(patterns.names.len() > 20, "{:?}", patterns.names);
    let unknown: Vec<_> = patterns.names.into_iter().filter(|name| !exists(name)).collect();
    assert_eq!(unknown, [""; 0]);
}

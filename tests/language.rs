//! Handlebars as people know it: what handlebars.js 4.7 prints, this program prints.

use serde_json::json;

use crate::support::User;

const VARS: &str = r#"
[vars]
title = "T"
blank = ""
list = ["a", "b", "c"]
table = [[1, 2], [3]]
empty = []
nothing = {}
yes = true
no = false
zero = 0
half = 0.5
"a b" = "spaced"
person = { name = "Ada", born = { year = 1815, place = "London" } }
lines = "1\n2"
"#;

/// A user with these files, and a profile `t` whose template is the first of them. The text of the template is inside
/// `{{#with vars}}`.
fn user_with(files: &[(&str, &str)]) -> User {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", files[0].0);
    user.write("t.toml", &(profile + VARS));
    for (name, content) in files {
        user.write(name, content);
    }
    user
}

#[track_caller]
fn print(cases: &[(&str, &str)], partials: &[(&str, &str)]) {
    for (template, expected) in cases {
        let template = format!("{{{{#with vars}}}}{template}{{{{/with}}}}");
        let user = user_with(&[&[("t.txt.hbs", template.as_str())], partials].concat());
        let printed = user.run(["render", "./t.toml"]).code(0).stdout;
        assert_eq!(&printed, expected, "{template}");
    }
}

#[test]
fn what_a_tag_can_hold() {
    print(
        &[
            ("{{#each list}}{{.}}{{this}}{{./this}}{{/each}}", "aaabbbccc"),
            ("{{#with person}}{{#with ..}}{{title}}{{/with}}{{/with}}", "T"),
            (
                "{{#with person}}{{../title}}{{#with born}}{{../../title}}{{../name}}{{/with}}{{/with}}",
                "TTAda",
            ),
            (
                "{{[a b]}} {{this.[a b]}} {{\"a b\"}} {{list.[1]}} {{person/born/year}}",
                "spaced spaced spaced b 1815",
            ),
            ("{{~! c ~}} x {{!-- }} --}}", "x "),
            ("{{&title}}{{{title}}}{{@root.vars.title}}", "TTT"),
            (r"\{{title}} \\{{title}}", r"{{title}} \T"),
            ("{{{{raw}}}}{{title}}{{{{/raw}}}}", "{{title}}"),
            ("{{join list \"\\n\"}}", "a\nb\nc"),
            ("{{list.length}} {{title.length}} {{lookup list \"length\"}}", "3 1 3"),
        ],
        &[],
    );
}

#[test]
fn blocks_of_values() {
    print(
        &[
            ("{{^no}}none{{/no}}{{^yes}}none{{else}}some{{/yes}}", "nonesome"),
            ("{{#list}}{{@index}}{{.}}{{#unless @last}},{{/unless}}{{/list}}", "0a,1b,2c"),
            ("{{#empty}}x{{else}}none{{/empty}}{{#no}}x{{^}}no{{/no}}{{#yes}}{{title}}{{/yes}}", "nonenoT"),
            ("{{#person.born}}{{year}} {{../title}}{{/person.born}}", "1815 T"),
            ("{{#zero}}[{{.}}]{{/zero}}", "[0]"),
            ("{{#if no}}{{else list}}{{.}}{{/if}}", "abc"),
            ("{{#list as |item at|}}{{at}}{{item}}{{/list}}", "0a1b2c"),
        ],
        &[],
    );
}

#[test]
fn what_counts_as_true() {
    print(
        &[
            (
                "{{#if nothing}}object{{/if}}{{#if empty}}x{{else}}list{{/if}}{{#if blank}}x{{else}}text{{/if}}",
                "objectlisttext",
            ),
            (
                "{{#if zero}}x{{else}}0{{/if}}{{#if zero includeZero=true}}0{{/if}}{{#unless zero}}0{{/unless}}",
                "000",
            ),
            (
                "{{#with zero}}{{.}}{{/with}}{{#with nothing}}n{{/with}}{{#with blank}}x{{else}}none{{/with}}",
                "0nnone",
            ),
            ("{{#each title}}x{{else}}text{{/each}}{{#each nothing}}x{{else}}empty{{/each}}", "textempty"),
        ],
        &[],
    );
}

#[test]
fn what_may_be_missing_can_be_looked_up() {
    print(
        &[
            ("{{#if (lookup person \"age\")}}x{{else}}none{{/if}}", "none"),
            ("{{#unless (lookup person \"age\")}}none{{/unless}}", "none"),
            (
                "{{default (lookup person \"age\") \"-\"}}{{coalesce (lookup nope \"x\") person.x \"-\"}}",
                "--",
            ),
            ("{{#each (lookup person \"pets\")}}x{{else}}none{{/each}}", "none"),
        ],
        &[],
    );
    let user = user_with(&[("t.txt.hbs", "a\n{{lookup vars \"age\"}}")]);
    user.run(["render", "./t.toml"]).code(2).says(["t.txt.hbs:2:1", "there is no such value here"]);
}

#[test]
fn values_are_printed_as_in_javascript() {
    print(
        &[
            ("{{list}} {{table}} {{empty}} {{person}}", "a,b,c 1,2,3  [object Object]"),
            ("{{half}} {{div 4 2}} {{mul 2 1.5}} {{yes}}", "0.5 2 3 true"),
        ],
        &[],
    );
}

#[test]
fn names_of_a_block() {
    print(
        &[
            // A name hides a key, but not what is written with `../`, `./` or `this`.
            ("{{#each list as |title|}}{{title}}{{../title}}{{/each}}", "aTbTcT"),
            ("{{#with person as |name|}}{{name.born.year}}{{./name}}{{this.name}}{{/with}}", "1815AdaAda"),
            ("{{#each person.born as |value key|}}{{key}}={{value}};{{/each}}", "year=1815;place=London;"),
            (
                "{{#each list as |x i|}}{{#each ../list as |y|}}{{#if (eq x y)}}{{x}}{{i}}{{/if}}{{/each}}{{/each}}",
                "a0b1c2",
            ),
            ("{{#each list as |first|}}{{first}}{{/each}}", "abc"),
            (
                "{{#each table}}{{#each this}}{{@../index}}{{@index}}{{#if @../last}}!{{/if}} {{/each}}{{/each}}",
                "00 01 10! ",
            ),
            ("{{#each list}}{{@key}}{{#if @first}}f{{/if}}{{/each}}", "0f12"),
        ],
        &[],
    );
}

#[test]
fn white_space_is_where_the_template_has_it() {
    print(
        &[
            // `~` and a line of its own do not add up to the blanks that follow.
            ("-\n{{#each list~}}\n{{.}} {{@index}} b\n{{/each}}\n", "-\na 0 b\nb 1 b\nc 2 b\n"),
            ("-\n  {{#if yes}}  \n a \n  {{else}}\n b\n  {{/if}}\nc", "-\n a \nc"),
            ("x\r\n{{! c }}\r\ny", "x\r\ny"),
        ],
        &[],
    );
}

#[test]
fn only_lines_of_a_partial_are_indented() {
    let partials = [
        ("p.txt.hbs", "{{lines}}\n\n{{#if yes}}\n{{{lines}}}x\n{{/if}}\n"),
        ("q.txt.hbs", "a\n  {{> r}}\nb"),
        ("r.txt.hbs", "1\n2\n"),
    ];
    print(
        &[
            ("-\n  {{> p}}\nend", "-\n  1\n2\n  \n  1\n2x\nend"),
            ("-\n {{> q}}\n-", "-\n a\n   1\n   2\n b-"),
            ("a {{> r}}", "a 1\n2\n"),
        ],
        &partials,
    );
}

#[test]
fn partials_see_their_context() {
    let partials = [
        ("p.txt.hbs", "{{name}}{{label}}"),
        ("each.txt.hbs", "{{@index}}{{.}}"),
        ("box.txt.hbs", "[{{> @partial-block}}]"),
        ("outer.txt.hbs", "<{{#> box}}{{> @partial-block}}{{/box}}>"),
        ("up.txt.hbs", "{{../title}}"),
        ("maybe.txt.hbs", "{{#if @partial-block}}{{> @partial-block}}{{else}}-{{/if}}"),
    ];
    print(
        &[
            ("{{> p person label=\"!\"}}{{#with person}}{{> p label=../title}}{{/with}}", "Ada!AdaT"),
            ("{{#each list}}{{> each}}{{/each}}", "0a1b2c"),
            ("{{#> box}}{{title}}{{/box}}{{#> outer}}in{{/outer}}", "[T]<[in]>"),
            ("{{#with person}}{{#> box}}{{name}}{{../title}}{{/box}}{{> up}}{{/with}}", "[AdaT]T"),
            ("{{> (lookup person \"name\")}}{{#*inline \"Ada\"}}dynamic{{/inline}}", "dynamic"),
            ("{{#> none}}otherwise {{title}}{{/none}}{{> maybe}}{{#> maybe}}+{{/maybe}}", "otherwise T-+"),
        ],
        &partials,
    );
}

#[test]
fn an_inline_partial_is_known_in_its_block_alone() {
    let partials = [("m.txt.hbs", "file"), ("n.txt.hbs", "({{> m}})")];
    print(
        &[
            ("{{> x}}{{#*inline \"x\"}}1{{/inline}}", "1"),
            ("{{> m}}{{#if yes}}{{> m}}{{#*inline \"m\"}}inline{{/inline}}{{/if}}{{> m}}", "fileinlinefile"),
            (
                "{{#*inline \"m\"}}1{{/inline}}{{> n}}{{#if yes}}{{#*inline \"m\"}}2{{/inline}}{{> n}}{{/if}}",
                "(1)(2)",
            ),
            ("{{#> n}}{{#*inline \"m\"}}given{{/inline}}{{/n}}{{> n}}", "(given)(file)"),
        ],
        &partials,
    );
    let user = user_with(&[("t.txt.hbs", "{{#if vars.yes}}{{#*inline \"x\"}}{{/inline}}{{/if}}\n{{> x}}")]);
    user.run(["render", "./t.toml"]).code(2).says(["t.txt.hbs:2:1", "there is no partial `x`"]);
}

#[test]
fn what_a_block_can_not_use_is_a_mistake() {
    for (template, words) in [
        ("{{#each vars.title}}{{/each}}", "`vars.title` is a text, and there is no `{{else}}`"),
        ("{{#with vars.empty}}{{/with}}", "`vars.empty` is an empty list, and there is no `{{else}}`"),
        ("{{#vars.none}}{{/vars.none}}", "there is no `vars.none` here"),
        ("{{#each groups limit=3}}{{/each}}", "`each` has no option `limit`"),
        ("{{#if vars.a vars.b}}{{/if}}", "`if` takes one argument, not 2"),
        ("{{len (each groups)}}", "`each` is a block"),
        ("{{> @partial-block}}", "there is no `@partial-block` here"),
    ] {
        let user = user_with(&[("t.txt.hbs", template)]);
        user.run(["render", "./t.toml"]).code(2).stdout("").says(["t.txt.hbs:1:", words]);
    }
}

/// 2^40 inclusions would take hours, and 60,000 tags took minutes.
#[test]
fn no_template_takes_forever() {
    let levels: Vec<(String, String)> = (0..40)
        .map(|level| (format!("p{level}.txt.hbs"), format!("{{{{> p{}}}}}{{{{> p{0}}}}}", level + 1)))
        .chain([("p40.txt.hbs".to_owned(), String::new())])
        .collect();
    let files: Vec<(&str, &str)> = [("t.txt.hbs", "{{> p0}}")]
        .into_iter()
        .chain(levels.iter().map(|(name, content)| (name.as_str(), content.as_str())))
        .collect();
    let user = user_with(&files);
    user.run(["render", "./t.toml"]).code(2).says(["include each other too often"]);

    // Quadratic, it takes minutes.
    let user = user_with(&[("t.txt.hbs", &"{{vars.title}}\n".repeat(60_000))]);
    let printed = user.run(["render", "./t.toml"]).code(0).stdout;
    assert_eq!(printed.len(), 120_000);
}

#[test]
fn a_group_is_rendered_as_it_arrives_by_the_same_rules() {
    let user = user_with(&[(
        "t.txt.hbs",
        "{{#each groups as |g at|}}\n{{at}}{{g.name}}{{#g.tags}}<{{.}}{{@../index}}>{{/g.tags}}{{../vars.title}}\n{{^g.none}}{{/g.none}}{{/each}}\n",
    )]);
    let group = |id: &str, tags: &[&str]| json!({ "id": id, "name": id, "tags": tags, "none": [] });
    let groups = [group("x", &["a"]), group("y", &["b", "c"])];
    user.write("data.json", &json!({ "groups": groups }).to_string());
    user.run(["render", "./t.toml", "--data", "data.json"]).code(0).stdout("0x<a0>T\n1y<b1><c1>T\n\n");
}

#[test]
fn a_mistake_says_what_to_write_and_where() {
    for (template, words) in [
        (
            "{{#each groups}}\n{{#if name}}\n{{/each}}",
            ["t.txt.hbs:3:1", "`if` was opened, but `each` is closed", "opened in line 2"],
        ),
        ("{{{name}}", ["t.txt.hbs:1:1", "begins with `{{{`", "does not end with `}}}`"]),
        (
            "a\n{{join groups \", }}\n{{quoted \"x\"}}",
            ["t.txt.hbs:2:1", "a quote is missing in this tag", "{{join groups"],
        ),
        ("{{upper(name)}}", ["t.txt.hbs:1:3", "a helper is not called this way", "`{{upper ARGUMENT}}`"]),
        (
            "{{json groups pretty=true name}}",
            ["t.txt.hbs:1:", "stands behind a `name=value`", "write arguments first"],
        ),
        ("{{#if vars}}{{else}}{{else}}{{/if}}", ["t.txt.hbs:1:21", "has an `{{else}}` before", ""]),
        ("{{!-- a }}", ["t.txt.hbs:1:1", "this comment is not closed", "`--}}`"]),
        ("{{* log}}", ["t.txt.hbs:1:1", "`inline` is the only decorator", "{{#*inline \"name\"}}"]),
        ("{{> p vars run}}", ["t.txt.hbs:1:", "a partial takes one argument", "as `name=value`"]),
        ("{{vars.this}}", ["t.txt.hbs:1:", "only be at the start of a path", "`[this]`"]),
    ] {
        user_with(&[("t.txt.hbs", template)]).run(["check", "./t.toml"]).code(2).stdout("").says(words);
    }
}

//! Helpers: what they print, and what they say when they are used wrongly.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Outcome, User};

/// A user with this template in the home folder, and a profile `t` for it.
fn with_template(user: User, template: &str, content: &str) -> User {
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    let vars = "word = \"Straße\"\nblank = \"\"\nlist = [\"b\", \"a\", \"B\", \"a\"]\nnumbers = [10, 9, 1.5]\n\
                names = [\"日本\", \"e\\u0301\"]\ndeep = { a = [{ b = \"found\" }] }\n";
    user.write("t.toml", &format!("{profile}\n[vars]\n{vars}"));
    user.write(template, content);
    user.sandbox.set_groups(groups());
    user
}

fn groups() -> Vec<Value> {
    let group = |id: &str, name: &str, kind: &str, roles: &[&str], visibility: &str| {
        let memberships: Vec<Value> = roles.iter().map(|role| json!({ "role": role })).collect();
        json!({ "id": id, "name": name, "group_type": kind, "description": null,
                "my_memberships": memberships, "policies": { "group_visibility": visibility } })
    };
    vec![
        group("1", "Zebra", "regular", &["admin", "member"], "private"),
        group("2", "apple", "plus", &["member"], "authenticated"),
        group("3", "Mango, \"big\"\n", "regular", &["manager"], "private"),
    ]
}

/// Renders each expression as a line of its own, in one run.
#[track_caller]
fn prints(extension: &str, cases: &[(&str, &str)]) {
    let template = cases.iter().map(|(expression, _)| *expression).collect::<Vec<_>>().join("¶");
    let file = format!("t.{extension}.hbs");
    let user = with_template(User::logged_in(), &file, &template);
    let mut command = user.command(["-q", "--profile", "./t.toml"]);
    // 2020-01-02 03:04:05 in UTC.
    command.env("SOURCE_DATE_EPOCH", "1577934245").env("TZDIR", zoneinfo(&user));
    let printed = Outcome::of(&mut command).code(0).stdout;
    assert_eq!(printed.split('¶').count(), cases.len());
    for ((expression, expected), printed) in cases.iter().zip(printed.split('¶')) {
        assert_eq!(&printed, expected, "{expression}");
    }
}

/// A time zone database with `Europe/Berlin` as of now (RFC 9636), because a machine may have none.
fn zoneinfo(user: &User) -> PathBuf {
    let block = b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x04\0\0\x0e\x10\0\0CET\0";
    let zone = [&block[..], block, b"\nCET-1CEST,M3.5.0,M10.5.0/3\n"].concat();
    user.write("zoneinfo/Europe/Berlin", std::str::from_utf8(&zone).unwrap());
    user.home().join("zoneinfo")
}

#[test]
fn lists() {
    prints(
        "txt",
        &[
            ("{{join vars.list}}", "b, a, B, a"),
            ("{{join (sort vars.list) \"|\"}}", "a|a|B|b"),
            ("{{join (sort vars.numbers reverse=true)}}", "10, 9, 1.5"),
            ("{{join (unique vars.list) \"\"}}", "baB"),
            ("{{#each (sort groups \"name\")}}{{id}}{{/each}}", "231"),
            ("{{#each (sort groups \"policies.group_visibility\")}}{{id}}{{/each}}", "213"),
            ("{{#each (unique groups \"group_type\")}}{{id}}{{/each}}", "12"),
            ("{{#each (where groups \"group_type\" \"regular\")}}{{id}}{{/each}}", "13"),
            ("{{#each (where groups \"roles\" \"member\")}}{{id}}{{/each}}", "12"),
            ("{{#each (where groups \"description\")}}{{id}}{{else}}none{{/each}}", "none"),
            ("{{count groups \"roles\" \"member\"}}", "2"),
            ("{{count groups \"policies.group_visibility\" \"private\"}}", "2"),
            (
                "{{#each (group_by groups \"group_type\")}}{{key}}:{{len items}};{{/each}}",
                "regular:2;plus:1;",
            ),
            (
                "{{#each (group_by groups \"roles\")}}{{key}}={{#each items}}{{id}}{{/each}};{{/each}}",
                "admin=1;member=12;manager=3;",
            ),
            ("{{len groups}}{{len vars.word}}{{len vars.deep}}{{len vars.blank}}", "3610"),
            ("{{lookup (first groups) \"name\"}}", "Zebra"),
            ("{{#with (last groups)}}{{id}}{{/with}}", "3"),
            (
                "{{join (first vars.list 2)}};{{join (last vars.list 2)}};{{join (first vars.list 99)}}",
                "b, a;B, a;b, a, B, a",
            ),
            ("[{{first (where groups \"id\" \"9\")}}]", "[]"),
            ("{{join (list \"a\" 1 true)}}", "a, 1, true"),
        ],
    );
}

#[test]
fn logic() {
    prints(
        "txt",
        &[
            ("{{eq 1 1.0}} {{eq \"a\" \"A\"}} {{ne 1 \"1\"}}", "true false true"),
            (
                "{{lt 9 10}} {{lt \"b\" \"A\"}} {{gte 2 2}} {{lte 3 2}} {{gt 2 1.5}}",
                "true false true false true",
            ),
            (
                "{{and 1 \"a\"}} {{and 1 \"\"}} {{or 0 \"a\"}} {{or 0 \"\" false}} {{not vars.blank}}",
                "true false true false true",
            ),
            (
                "{{contains vars.list \"a\"}} {{contains vars.word \"raß\"}} {{contains vars.deep \"b\"}}",
                "true true false",
            ),
            ("{{#if (eq vars.word \"x\")}}yes{{else}}no{{/if}}", "no"),
            ("{{#eq vars.word \"Straße\"}}yes{{else}}no{{/eq}}", "yes"),
            ("{{#each groups}}{{#if (contains roles \"admin\")}}{{name}}{{/if}}{{/each}}", "Zebra"),
            (
                "{{default vars.nothing \"-\"}}{{default vars.blank \"-\"}}{{default nothing.at.all 0}}{{default vars.word \"-\"}}",
                "--0Straße",
            ),
            ("{{#each groups}}{{default description \"none\"}},{{/each}}", "none,none,none,"),
            ("{{#if vars.nothing}}yes{{else}}no{{/if}}{{#unless nothing}}!{{/unless}}", "no!"),
        ],
    );
}

#[test]
fn text() {
    prints(
        "txt",
        &[
            ("{{upper vars.word}} {{lower vars.word}}", "STRASSE straße"),
            ("[{{trim \"  a b \"}}]", "[a b]"),
            ("{{replace vars.word \"aß\" \"\"}}", "Stre"),
            (
                "{{truncate vars.word 4}} {{truncate vars.word 6}} {{truncate vars.word 5 \"..\"}}",
                "Str… Straße Str..",
            ),
            ("{{truncate (first vars.names) 3}}|", "日…|"),
            (
                "[{{pad vars.word 8}}] [{{pad 7 3 align=\"right\"}}] [{{pad \"a\" 4 align=\"center\"}}]",
                "[Straße  ] [  7] [ a  ]",
            ),
            ("{{#each vars.names}}[{{pad this 5}}]{{/each}}", "[日本 ][e\u{301}    ]"),
            ("{{concat vars.word \" \" 1}}", "Straße 1"),
        ],
    );
}

#[test]
fn a_table_is_as_wide_as_its_cells() {
    prints(
        "txt",
        &[
            (
                "{{table groups \"ID=id\" \"name\" \"Roles=roles\" \"policies.group_visibility\"}}",
                "ID  name           Roles          policies.group_visibility\n\
                 1   Zebra          admin, member  private\n\
                 2   apple          member         authenticated\n\
                 3   Mango, \"big\"␊  manager        private",
            ),
            ("{{table groups \"id\" \"group_type\" header=false}}", "1  regular\n2  plus\n3  regular"),
            ("{{table (where groups \"id\" \"9\") \"id\"}}", "id"),
        ],
    );
}

#[test]
fn what_a_helper_gives_is_escaped_unless_it_is_finished() {
    let cases = [
        (
            "csv",
            "{{#with (last groups)}}{{upper name}},{{csv id name}},{{json roles}}{{/with}}",
            "\"MANGO, \"\"BIG\"\"\n\",3,\"Mango, \"\"big\"\"\n\",\"[\"\"manager\"\"]\"",
        ),
        (
            "json",
            "{{#with (last groups)}}\"{{upper name}}\" {{json roles}} \"{{csv id name}}\"{{/with}}",
            "\"MANGO, \\\"BIG\\\"\\n\" [\"manager\"] \"3,\\\"Mango, \\\"\\\"big\\\"\\\"\\n\\\"\"",
        ),
        ("html", "{{join (list \"<\" \"&\")}} {{{join (list \"<\" \"&\")}}}", "&lt;, &amp; <, &"),
        ("sh", "{{concat \"a\" \"'\"}} {{eq 1 1}}", "'a'\\''' 'true'"),
        (
            "md",
            "{{table (first groups 1) \"ID=id\" \"Name=name\"}}",
            "| ID  | Name  |\n| --- | ----- |\n| 1   | Zebra |",
        ),
        (
            "md",
            "{{table (where groups \"id\" \"3\") \"name\" header=false}}",
            "|                     |\n| ------------------- |\n| Mango, \\\"big\\\"&#10; |",
        ),
    ];
    for (extension, expression, expected) in cases {
        prints(extension, &[(expression, expected)]);
    }
}

#[test]
fn time() {
    prints(
        "txt",
        &[
            (
                "{{date \"2026-03-29T00:30:00Z\"}} {{date \"2026-03-29\" \"%d.%m.%y\"}} {{date 0}}",
                "2026-03-29 29.03.26 1970-01-01",
            ),
            ("{{date \"2026-03-29T01:30:00Z\" \"%H:%M %Z\" tz=\"Europe/Berlin\"}}", "03:30 CEST"),
            ("{{date \"2026-03-29T01:30:00.5+02:00\" \"%Y-%m-%dT%H:%M:%S\"}}", "2026-03-28T23:30:00"),
            ("{{ago run.at}} {{date run.at \"%Y\"}}", "now 2020"),
            (
                "{{ago \"2020-01-01\"}}, {{ago \"2020-01-04T00:00:00Z\"}}, {{ago 1577923445}}",
                "1 day ago, in 1 day, 3 hours ago",
            ),
        ],
    );
}

#[test]
fn a_wrong_call_shows_how_to_write_it() {
    for (content, words) in [
        ("{{sort}}", "it takes 1 to 2 arguments, not 0"),
        ("{{upper}}", "write {{upper TEXT}}"),
        ("{{upper groups}}", "its first argument is a list, not a text"),
        ("{{eq 1}}", "`eq` can't be used here: it takes 2 arguments"),
        ("{{and 1}}", "it takes at least 2 arguments"),
        ("{{lt 1 \"a\"}}", "a number and a text have no order"),
        ("{{contains 1 2}}", "a number can't contain a number"),
        ("{{len true}}", "true or false, which has no length"),
        ("{{truncate vars.word \"x\"}}", "its second argument is not a whole number"),
        ("{{pad vars.word 100001}}", "its second argument is not a whole number from 0 to 100000"),
        ("{{pad vars.word 3 align=\"middle\"}}", "`align` is \"left\", \"right\" or \"center\""),
        ("{{pad vars.word 3 aling=\"left\"}}", "it has no option `aling`; did you mean `align`?"),
        ("{{replace vars.word \"\" \"x\"}}", "the text to replace is empty"),
        (
            "{{#each (sort groups \"nmae\")}}{{/each}}",
            "no element of the list has `nmae`; did you mean `name`?",
        ),
        ("{{tree vars.list}}", "the list holds a text, not only groups"),
        ("{{table groups \"ID=idd\"}}", "no element of the list has `idd`; did you mean `id`?"),
        ("{{join (sort groups 1)}}", "not the name of a key in quotes"),
        ("{{#sort vars.list}}{{/sort}}", "it is not a block"),
        ("{{default vars.nothing vars.nothing}}", "there is no `vars.nothing` here"),
        ("{{date \"yesterday\"}}", "its first argument is not a time"),
        ("{{date true}}", "true or false, not a time"),
        ("{{date 1E300}}", "is not a time"),
        ("{{date 0 \"%\"}}", "is not a time format"),
        ("{{date 0 tz=\"Mars/Base\"}}", "there is no time zone `Mars/Base`"),
        ("{{date 0 tz=\"../../etc/passwd\"}}", "there is no time zone"),
        ("{{uper vars.word}}", "did you mean `upper`?"),
        ("{{log vars.word}}", "there is no helper `log`"),
    ] {
        let user = with_template(User::new(), "t.txt.hbs", content);
        user.run(["check", "./t.toml"]).code(2).stdout("").says([words, "t.txt.hbs:1:1", content]);
    }
}

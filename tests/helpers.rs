//! Helpers: what they print, and what they say when they are used wrongly.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Outcome, User};

/// A user with this template in the home folder, and a profile `t` for it.
fn with_template(user: User, template: &str, content: &str) -> User {
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    let vars = "word = \"Straße\"\nblank = \"\"\nlist = [\"b\", \"a\", \"B\", \"a\"]\nnumbers = [10, 9, 1.5]\n\
                names = [\"日本\", \"e\\u0301\"]\ndeep = { a = [{ b = \"found\" }] }\nempty = {}\n";
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

/// Every example of the book: what stands in a table before and after an arrow, each in backticks.
#[test]
fn the_examples_of_the_book_print_what_is_shown() {
    let page = include_str!("../docs/src/helpers.md").replace("\\|", "|");
    let examples: Vec<(&str, &str)> = page
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.match_indices("` → `").map(move |(at, arrow)| line.split_at(at + arrow.len())))
        .map(|(before, after)| {
            let before = before.trim_end_matches("` → `");
            (&before[before.rfind('`').unwrap() + 1..], &after[..after.find('`').unwrap()])
        })
        .collect();
    assert!(examples.len() > 70, "only {} examples were found", examples.len());
    let template = examples.iter().map(|(example, _)| *example).collect::<Vec<_>>().join("¶");
    let user = User::new();
    user.write("t.txt.hbs", &template);
    let printed = user.run(["render", "groups", "-q", "--template", "./t.txt.hbs"]).code(0).stdout;
    assert_eq!(printed.split('¶').count(), examples.len());
    for ((example, shown), printed) in examples.iter().zip(printed.split('¶')) {
        assert_eq!(&printed, shown, "{example}");
    }
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
                "{{#and 1 \"a\"}}1{{/and}}{{#and 1 \"\"}}2{{/and}}{{#or 0 \"a\"}}3{{/or}}{{#or 0 \"\" false}}4{{/or}}{{not vars.blank}}",
                "13true",
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
            // As in the language: an empty object is true, and 0 is if the template says so.
            (
                "{{#if vars.empty}}object{{/if}}{{#and vars.empty 1}}!{{/and}}\
                 {{#if 0}}zero{{/if}}{{#if 0 includeZero=true}} 0{{/if}}{{#unless vars.blank}} none{{/unless}}",
                "object! 0 none",
            ),
            (
                "{{default (lookup vars \"nothing\") \"-\"}}{{#if (lookup vars \"nothing\")}}a{{else}}b{{/if}}{{#unless (lookup groups 9)}}c{{/unless}}",
                "-bc",
            ),
        ],
    );
}

/// What is empty or absent takes no part in a comparison, and does not end the run.
#[test]
fn comparisons_with_null_are_false() {
    prints(
        "txt",
        &[
            ("{{lt null 1}}{{gt null 1}}{{lte 1 null}}{{gte null null}}", "falsefalsefalsefalse"),
            ("{{#each groups}}{{#if (lt description \"x\")}}yes{{else}}no{{/if}}{{/each}}", "nonono"),
            ("{{eq null null}}{{ne null 1}}", "truetrue"),
            (
                "{{starts_with null \"\"}}{{ends_with \"a\" null}}{{matches null \"\"}}{{contains null \"\"}}",
                "falsefalsefalsefalse",
            ),
            (
                "{{contains \"ab\" null}}{{count groups \"name\" \"contains\" null}}{{contains (list null) null}}",
                "false0true",
            ),
            // A whole number is one however it is stored.
            ("{{pad \"a\" (mul 2 1.5)}}|{{len (first groups (sub 3.0 1))}}", "a  |2"),
            ("{{#each (where groups \"description\" \"gt\" \"\")}}{{id}}{{else}}none{{/each}}", "none"),
        ],
    );
}

#[test]
fn where_takes_operators_and_several_values() {
    let cases = [
        ("\"roles\" (list \"admin\" \"manager\")", "13"),
        ("\"roles\" (list)", ""),
        ("\"roles\" \"ne\" \"member\"", "3"),
        ("\"roles\" \"ne\" (list \"admin\" \"manager\")", "2"),
        ("\"roles\" \"contains\" \"admin\"", "1"),
        ("\"roles\" \"contains\" \"adm\"", ""),
        ("\"roles\" \"starts_with\" \"m\"", "123"),
        ("\"name\" \"contains\" \"a\"", "123"),
        ("\"name\" \"contains\" (list \"Z\" \"M\")", "13"),
        ("\"name\" \"ends_with\" \"e\"", "2"),
        ("\"name\" \"matches\" \"^[A-Z]\"", "13"),
        ("\"name\" \"matches\" \"(?i)^z\"", "1"),
        ("\"name\" \"<\" \"b\"", "2"),
        ("\"name\" \">=\" \"mango\"", "13"),
        ("\"id\" \"!=\" \"1\"", "23"),
        ("\"id\" \"==\" \"1\"", "1"),
        ("\"description\" null", "123"),
        ("\"description\" \"ne\" null", ""),
        ("\"policies.group_visibility\" \"eq\" \"private\"", "13"),
    ];
    let cases: Vec<(String, &str)> = cases
        .iter()
        .flat_map(|(condition, ids)| {
            let condition = condition.replace("(list)", "(slice (list 1) 1)");
            [
                (
                    format!("{{{{#each (where groups {condition})}}}}{{{{id}}}}{{{{else}}}}{{{{/each}}}}"),
                    *ids,
                ),
                (format!("{{{{join (pluck (filter groups {condition}) \"id\") \"\"}}}}"), *ids),
            ]
        })
        .collect();
    prints("txt", &cases.iter().map(|(template, ids)| (template.as_str(), *ids)).collect::<Vec<_>>());
}

#[test]
fn sort_takes_keys_directions_and_languages() {
    prints(
        "txt",
        &[
            ("{{#each (sort groups \"group_type\" \"name\")}}{{id}}{{/each}}", "231"),
            ("{{#each (sort groups \"group_type desc\" \"name\")}}{{id}}{{/each}}", "312"),
            ("{{#each (sort groups \"group_type\" \"name desc\")}}{{id}}{{/each}}", "213"),
            ("{{#each (sort groups \"group_type asc\" \"name asc\" reverse=true)}}{{id}}{{/each}}", "132"),
            // Elements that are equal keep their order, also in reverse.
            ("{{#each (sort groups \"group_type desc\")}}{{id}}{{/each}}", "132"),
            ("{{#each (sort groups \"group_type\" reverse=true)}}{{id}}{{/each}}", "132"),
            ("{{join (sort (list \"b\" null \"a\"))}}", "a, b, "),
            ("{{join (sort (list \"b\" null \"a\") reverse=true)}}", "b, a, "),
            ("{{join (sort (list \"x 10\" \"x 9\" \"X 9\" \"x\") natural=true) \"|\"}}", "x|X 9|x 9|x 10"),
            ("{{join (sort (list \"z\" \"ö\" \"o\") locale=\"sv\") \"\"}}", "ozö"),
            ("{{join (sort (list \"z\" \"ö\" \"o\") locale=\"de\") \"\"}}", "oöz"),
            ("{{join (sort (list \"ö10\" \"ö9\" \"z1\") locale=\"de\" natural=true) \" \"}}", "ö9 ö10 z1"),
        ],
    );
}

#[test]
fn no_element_is_lost_between_groups() {
    let user = User::logged_in();
    let mut groups = groups();
    groups[0]["my_memberships"] = json!([]);
    groups[1].as_object_mut().unwrap().remove("group_type");
    user.sandbox.set_groups(groups);
    for (key, shown) in [("roles", "=1 member=2 manager=3 "), ("group_type", "regular=13 =2 ")] {
        let template = format!(
            "{{{{#each (group_by groups \"{key}\")}}}}{{{{key}}}}={{{{#each items}}}}{{{{id}}}}{{{{/each}}}} {{{{/each}}}}"
        );
        user.write(".config/globus-runner/templates/t.txt.hbs", &template);
        let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.txt.hbs");
        user.write("t.toml", &profile);
        user.run(["-q", "--profile", "./t.toml"]).code(0).stdout(shown);
    }
}

#[test]
fn numbers_are_exact() {
    prints(
        "txt",
        &[
            ("{{add 9007199254740993 1}}", "9007199254740994"),
            ("{{add 9223372036854775807 1}}", "9223372036854775808"),
            ("{{sub 0 9223372036854775807 }}", "-9223372036854775807"),
            ("{{mul 3037000500 3037000500}}", "9223372037000250000"),
            ("{{add 0.1 0.2}} {{round (add 0.1 0.2) 2}}", "0.30000000000000004 0.3"),
            ("{{div 9007199254740993 1}} {{div -7 2}} {{div 1 4}}", "9007199254740993 -3.5 0.25"),
            ("{{mod -7 3}} {{mod 7.5 2}} {{mod 9007199254740993 2}}", "2 1.5 1"),
            ("{{round -2.5}} {{round 2.4}} {{round 7 2}} {{round 1E300}}", "-3 2 7 1e+300"),
            (
                "{{sum vars.numbers}} {{sum (slice (list 1) 1)}} {{max vars.numbers}} {{min vars.numbers}}",
                "20.5 0 10 1.5",
            ),
            ("{{sum (list 1 null 2)}} {{max (list 1 null)}} [{{max (list null)}}]", "3 1 []"),
            ("{{min groups \"name\"}} {{max 3 20 1}} {{max \"b\" \"A\"}}", "apple 20 b"),
        ]
        .map(|(template, printed)| (template, printed)),
    );
}

/// A template that was written for a variable goes on working when a helper gets its name.
#[test]
fn a_name_without_arguments_is_a_variable() {
    let partial = "{{title}}/{{title title}}/{{#if title}}{{upper title}}{{/if}}";
    let user = with_template(
        User::logged_in(),
        "t.txt.hbs",
        "{{#each groups}}{{> part title=name count=1}}{{#with (list \"ab\") as |values|}}{{join values}}{{/with}};{{/each}}\
         {{#with vars}}{{word}}{{len list}}{{/with}}{{#each (list 1) as |len|}}{{len}}{{/each}}",
    );
    user.write("part.txt.hbs", partial);
    user.run(["-q", "--profile", "./t.toml"]).code(0).stdout(
        "Zebra/Zebra/ZEBRAab;apple/Apple/APPLEab;\
         Mango, \"big\"\n/Mango, \"Big\"\n/MANGO, \"BIG\"\nab;Straße41",
    );
}

/// A variable with the name of a helper that gives numbers is not taken for a number.
#[test]
fn a_variable_named_like_a_helper_is_checked_like_any_other() {
    let template = "[{{#with vars}}{{count}},\n{{add 1 2}}{{/with}}]";
    let user = with_template(User::new(), "t.json.hbs", template);
    user.write(
        "t.toml",
        &std::fs::read_to_string(user.home().join("t.toml")).unwrap().replace("word =", "count ="),
    );
    user.run(["check", "./t.toml"]).says(["stands outside quotes", "{{count}}"]).never_says("{{add");
}

#[test]
fn a_text_stays_harmless() {
    for (extension, expression, expected) in [
        ("html", "{{url \"javascript:alert(1)\"}}", "about:invalid"),
        (
            "html",
            "{{url \"https://example.org/?a=1&b='\\\"<\"}}",
            "https://example.org/?a&#x3D;1&amp;b&#x3D;%27%22%3C",
        ),
        ("html", "{{regex_replace \"a\" \"a\" \"<$0>\"}}", "&lt;a&gt;"),
        ("html", "{{title \"<b>\"}}{{oneline \"<\\n>\"}}", "&lt;B&gt;&lt; &gt;"),
        ("sh", "echo {{substring \"a'b\" 0 3}} {{slug \"$(id)\"}}", "echo 'a'\\''b' 'id'"),
        ("csv", "{{join (split \"a-b\" \"-\")}}", "\"a, b\""),
        ("json", "\"{{coalesce \"\" \"a\\\"b\"}}\"", "\"a\\\"b\""),
    ] {
        prints(extension, &[(expression, expected)]);
    }
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
            ("{{uppercase \"a\"}}{{lowercase \"A\"}}{{length \"é\"}}", "Aa1"),
            (
                "{{capitalize \"\"}}{{capitalize \"éCOLE de\"}} {{title \"e\u{301}cole (des) l'été x–y\"}}",
                "École de E\u{301}cole (Des) L'été X–Y",
            ),
            (
                "{{join (split \"a,,b\" \",\") \"|\"}} [{{join (split \"\" \",\")}}] {{join (split \"ab\" \"x\")}}",
                "a||b [] ab",
            ),
            (
                "{{substring \"日本語\" 1 2}}{{substring \"abc\" -9 -1}}{{substring \"abc\" 2 1}}{{substring \"abc\" 9}}|",
                "本ab|",
            ),
            (
                "{{join (slice vars.list 1 9)}} {{join (slice vars.list -1)}} [{{join (slice vars.list 3 1)}}]",
                "a, B, a a []",
            ),
            ("[{{oneline \"\\u0000a\\u2028b\\r\\n\\u001bc\\u0085\"}}]", "[a b c]"),
            (
                "{{indent \"a\\n\\r\\n b\\r\\nc\" 2}}|{{indent \"a\\nb\" 1 first=true}}",
                "a\n\r\n   b\r\n  c| a\n b",
            ),
            (
                "{{regex_replace \"Größe 10\" \"[^a-z]+\" \"-\"}} {{regex_replace \"a1b22\" \"(?P<n>[0-9]+)\" \"<${n}$$>\"}}",
                "-r-e- a<1$>b<22$>",
            ),
            ("{{matches vars.word \"^S.*e$\"}}{{matches vars.word \"x\"}}", "truefalse"),
            ("{{slug vars.word}} {{slug \"-rf ..\"}} {{slug \"\"}}", "straße rf unnamed"),
            ("{{coalesce nothing vars.blank null 0}}{{coalesce nothing vars.word 1}}", "0Straße"),
            ("{{join (keys vars.deep)}} {{json (values (lookup vars \"deep\"))}}", "a [[{\"b\":\"found\"}]]"),
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
            "[{{#with (last groups)}}\"{{upper name}}\", {{json roles}}, \"{{csv id name}}\"{{/with}}]",
            "[\"MANGO, \\\"BIG\\\"\\n\", [\"manager\"], \"3,\\\"Mango, \\\"\\\"big\\\"\\\"\\n\\\"\"]",
        ),
        ("html", "{{join (list \"<\" \"&\")}} {{{join (list \"<\" \"&\")}}}", "&lt;, &amp; <, &"),
        ("sh", "echo {{concat \"a\" \"'\"}} {{eq 1 1}}", "echo 'a'\\''' 'true'"),
        (
            "md",
            "{{table (first groups 1) \"ID=id\" \"Name=name\"}}",
            "| ID  | Name  |\n| --- | ----- |\n| 1   | Zebra |",
        ),
        (
            "md",
            "{{table (where groups \"id\" \"3\") \"name\" header=false}}",
            "|                   |\n| ----------------- |\n| Mango, \"big\"&#10; |",
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
            // A time without an offset is local to the zone; a date keeps its day.
            (
                "{{date \"2026-03-29T10:30:00\" \"%H:%M %z\" tz=\"Europe/Berlin\"}} {{date \"2026-07-01 10:30\" \"%H:%M\"}}",
                "10:30 +0200 10:30",
            ),
            ("{{date_format \"2026-07-01\" \"%d %H:%M %z\" tz=\"Europe/Berlin\"}}", "01 00:00 +0200"),
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
        ("{{sort}}", "it takes at least one argument, not 0"),
        ("{{upper}}", "write {{upper TEXT}}"),
        ("{{upper groups}}", "its first argument is a list, not a text"),
        ("{{eq 1}}", "`eq` can't be used here: it takes 2 arguments"),
        ("{{#and 1}}{{/and}}", "it takes at least 2 arguments"),
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
        // The mistake in an argument comes first.
        ("{{default (upper)}}", "`upper` can't be used here: it takes one argument, not 0"),
        ("{{coalesce 1 2 no=(upper)}}", "`upper` can't be used here: it takes one argument, not 0"),
        ("{{#default (upper) 1}}{{/default}}", "`upper` can't be used here: it takes one argument, not 0"),
        ("{{date \"yesterday\"}}", "its first argument is not a time"),
        ("{{date true}}", "true or false, not a time"),
        ("{{date 1E300}}", "is not a time"),
        ("{{date 0 \"%\"}}", "is not a time format"),
        ("{{date 0 \"YYYY-MM-DD\"}}", "`YYYY-MM-DD` has no `%`; as a format of `strftime` it is `%Y-%m-%d`"),
        ("{{date 0 \"dd.MM.yyyy HH:mm:ss\"}}", "it is `%d.%m.%Y %H:%M:%S`"),
        ("{{date 0 \"Jan 02, 2006 15:04\"}}", "it is `%b %d, %Y %H:%M`"),
        ("{{date 0 \"short\"}}", "`short` has no `%`; a format is written like `%Y-%m-%d %H:%M`"),
        ("{{date \"10:30\"}}", "its first argument is not a time"),
        ("{{count groups \"name\" \"is\" \"a\"}}", "there is no operator `is`; there are eq, ne, lt"),
        (
            "{{count groups \"name\" \"starts_with\"}}",
            "the value to compare with is missing after the operator",
        ),
        ("{{count groups \"name\" \"starts-with\" \"a\"}}", "did you mean `starts_with`?"),
        ("{{count groups \"name\" \"lt\" 1}}", "a text and a number have no order"),
        ("{{count groups \"policies\" \"matches\" \"a\"}}", "an object is not a text"),
        ("{{join (sort groups \"name down\")}}", "no element of the list has `name down`"),
        ("{{join (sort vars.list locale=\"german language\")}}", "`german language` is not a language"),
        ("{{join (sort vars.list locale=\"de_DE.UTF-8\")}}", "one is written \"de\" or \"pt-BR\""),
        ("{{matches \"a\" \"(\"}}", "`(` is not a pattern"),
        ("{{matches \"Ä\" \"(?i)ä\"}}", "`(?i)` knows only the letters a to z"),
        ("{{add 18446744073709551615 1}}", "the result is too large"),
        ("{{mul 1E300 1E300}}", "the result is too large"),
        ("{{div 1 0}}", "a division by zero"),
        ("{{mod 1 0.0}}", "a division by zero"),
        ("{{add 1 \"2\"}}", "its second argument is a text, not a number"),
        ("{{add 1 null}}", "its second argument is null, not a number"),
        ("{{sum vars.list}}", "the list holds a text, not only numbers"),
        ("{{sum 1 2}}", "its first argument is a number, not a list"),
        ("{{max 1 \"a\"}}", "have no order"),
        ("{{max 1}}", "its first argument is a number, not a list"),
        ("{{max groups \"policies\"}}", "an object and an object have no order"),
        ("{{keys vars.list}}", "its first argument is a list, not an object"),
        ("{{split vars.word \"\"}}", "the separator is empty"),
        ("{{substring vars.word 1.5}}", "its second argument is not a whole number"),
        ("{{coalesce vars.nothing vars.nothing}}", "there is no `vars.nothing` here"),
        ("{{filter groups \"nme\" \"x\"}}", "`filter` can't be used here: no element of the list has `nme`"),
        ("{{lookup vars \"nothing\"}}", "there is no such value here"),
        ("{{upper (lookup vars \"nothing\")}}", "there is no such value here"),
        ("{{#if}}{{/if}}", "`if` takes one argument, not 0"),
        ("{{upcase vars.word}}", "here it is `upper`: {{upper TEXT}}"),
        ("{{tojson vars}}", "here it is `json`"),
        ("{{escape vars.word}}", "every value is escaped for its format"),
        ("{{or vars.blank vars.word}}", "`or` gives true or false, not one of its arguments"),
        ("{{upper (or vars.blank vars.word)}}", "`{{coalesce A B}}` gives the first that is not empty"),
        ("{{#each (or vars.list groups)}}{{/each}}", "`or` gives true or false"),
        ("{{#if false}}{{concat (and 1 vars.word)}}{{/if}}", "`and` gives true or false"),
        ("{{date 0 tz=\"Mars/Base\"}}", "there is no time zone `Mars/Base`"),
        ("{{date 0 tz=\"../../etc/passwd\"}}", "there is no time zone"),
        ("{{uper vars.word}}", "did you mean `upper`?"),
        ("{{log vars.word}}", "there is no helper `log`"),
    ] {
        let user = with_template(User::new(), "t.txt.hbs", content);
        user.run(["check", "./t.toml"]).code(2).stdout("").says([words, "t.txt.hbs:1:", content]);
    }
}

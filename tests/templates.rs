//! Templates: found, escaped, and their mistakes shown.

use serde_json::json;

use crate::support::{Outcome, User};

/// A user whose profile `t` has this template, and one group with a hostile name.
fn user_with(template: &str, content: &str) -> User {
    with_template(User::logged_in(), template, content)
}

/// The same, without a login: enough for `runner check`.
fn checker_with(template: &str, content: &str) -> User {
    with_template(User::new(), template, content)
}

fn with_template(user: User, template: &str, content: &str) -> User {
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    user.write("t.toml", &format!("{profile}\n[vars]\ntitle = \"Mine\"\nyears = [2025, 2026]\n"));
    user.write(template, content);
    user.sandbox.set_groups(vec![json!({
        "id": "1",
        "name": "a \"b\", <c> & 'd'\n\\e",
        "description": null,
        "my_memberships": [{ "role": "member" }, { "role": "admin" }],
    })]);
    user
}

#[test]
fn a_template_sees_who_logged_in() {
    let user = User::new();
    let groups = "urn:globus:auth:scope:groups.api.globus.org:all";
    let path = user.profile_with_scopes("who", &["openid", "profile", groups], "");
    let profile = std::fs::read_to_string(&path).unwrap().replace("groups.csv.hbs", "who.txt.hbs");
    std::fs::write(path, profile).unwrap();
    let identity = "{{#if identity}}{{identity.username}} {{identity.id}}{{/if}}";
    let expected = "ada@example.edu a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48";
    // Rendered as the groups arrive, and with all of them at once.
    for template in [format!("{identity}{{{{#each groups}}}}{{{{/each}}}}"), identity.to_owned()] {
        user.write("who.txt.hbs", &template);
        let _ = std::fs::remove_file(user.token_file());
        let mut terminal = user.terminal(["--profile", "./who.toml"]);
        terminal.paste_code(&user.sandbox);
        terminal.wait_for_end().code(0).stdout(expected);
        user.run(["--profile", "./who.toml"]).code(0).stdout(expected);
    }
}

#[test]
fn the_inner_extension_decides_what_is_safe() {
    for (template, value, expected) in [
        ("t.txt.hbs", "{{name}}", "a \"b\", <c> & 'd'\n\\e"),
        ("t.csv.hbs", "{{name}}", "\"a \"\"b\"\", <c> & 'd'\n\\e\""),
        ("t.json.hbs", "\"{{name}}\"", r#""a \"b\", <c> & 'd'\n\\e""#),
        ("t.html.hbs", "{{name}}", "a &quot;b&quot;, &lt;c&gt; &amp; &#x27;d&#x27;\n\\e"),
    ] {
        let user = user_with(template, &format!("{{{{#each groups}}}}{value}{{{{/each}}}}"));
        user.run(["--profile", "./t.toml"]).code(0).stdout(expected);
        let raw = user_with(template, "{{#each groups}}{{{name}}}{{/each}}");
        let profile = std::fs::read_to_string(raw.home().join("t.toml")).unwrap();
        raw.write("t.toml", &format!("{profile}\n[output]\nvalidate = false\n"));
        raw.run(["--profile", "./t.toml"]).code(0).stdout("a \"b\", <c> & 'd'\n\\e");
    }
}

#[test]
fn other_extensions_are_refused() {
    let user = user_with("t.pdf.hbs", "");
    user.run(["--profile", "./t.toml"]).code(2).says([
        "t.toml:6:15",
        "`t.pdf.hbs` does not name a known format",
        "known formats: conf, csv, dot",
    ]);
}

#[test]
fn check_names_each_raw_value() {
    let user = user_with("t.csv.hbs", "{{#each groups}}\n{{id}},{{{id}}}\n{{/each}}{{{vars.title}}},");
    let checked = user.run(["check", "./t.toml"]).code(0).says([
        "warning",
        "t.csv.hbs:2:8",
        "{{{id}}}",
        "written as it is",
        "write `{{x}}`",
    ]);
    assert!(checked.stdout.contains("t: no mistakes, but a warning\n"), "{checked:?}");
    let fine = user_with("t.csv.hbs", include_str!("../templates/groups.csv.hbs"));
    let fine = fine.run(["check", "./t.toml"]).code(0).stderr("");
    assert!(fine.stdout.contains("t: no mistakes\n"), "{fine:?}");
    let user = user_with("t.csv.hbs", "{{#each groups}}{{&id}},{{{id}}}\n{{/each}}");
    let fine = user.run(["check", "./t.toml"]).code(0);
    assert!(fine.stdout.contains("t: no mistakes, but 2 warnings\n"), "{fine:?}");
    let run = user.run(["-v", "--profile", "./t.toml"]).code(0).stdout("1,1\n");
    run.says(["written as it is", "`runner check` shows where"]);
    user.run(["--profile", "./t.toml"]).code(0).stdout("1,1\n").stderr("");
}

#[test]
fn an_unknown_helper_is_found_in_parts_that_are_not_rendered() {
    for content in [
        "{{#if false}}\n{{qouted vars.title}}\n{{/if}}",
        "{{#unless false}}{{else}}\n{{#if true}}{{quoted (qouted vars.title)}}{{/if}}{{/unless}}",
        "{{#if false}}\n{{#qouted vars.title}}{{/qouted}}\n{{/if}}",
        "{{#if false}}\n{{table groups (qouted) header=true}}\n{{/if}}",
        "{{#if false}}\n{{> part x=(qouted)}}\n{{/if}}",
        "{{#*inline \"unused\"}}\n{{join groups sep=(qouted)}}{{/inline}}",
    ] {
        let user = user_with("t.csv.hbs", content);
        user.write("part.csv.hbs", "");
        let refused = user.run(["check", "./t.toml"]).code(2).stdout("");
        refused.says(["t.csv.hbs:", "there is no helper `qouted`", "did you mean `quoted`?"]);
    }
    let user = user_with("t.txt.hbs", "{{{{raw}}}}{{qouted x}}{{{{/raw}}}}{{#if false}}{{> part}}{{/if}}");
    user.write("part.txt.hbs", "");
    user.run(["--profile", "./t.toml"]).code(0).stdout("{{qouted x}}");
    user.write("part.txt.hbs", "{{#if false}}{{lenn x}}{{/if}}");
    user.run(["check", "./t.toml"]).code(2).says(["part.txt.hbs:1:14", "there is no helper `lenn`"]);
}

#[test]
fn a_profile_can_have_formulas_made_harmless() {
    let user = user_with("t.csv.hbs", "{{#each groups}}{{name}},{{quoted name}},{{csv name -5}}{{/each}}");
    let group = |name: &str| json!({ "id": "1", "name": name, "my_memberships": [] });
    user.sandbox.set_groups(vec![group("=cmd()")]);
    user.run(["--profile", "./t.toml"]).code(0).stdout("=cmd(),\"=cmd()\",=cmd(),-5");
    let profile = user.read("t.toml");
    user.write("t.toml", &format!("{profile}[escaping]\nformula_guard = true\n"));
    user.run(["--profile", "./t.toml"]).code(0).stdout("'=cmd(),\"'=cmd()\",'=cmd(),-5");
}

#[test]
fn a_template_sees_groups_profile_and_vars() {
    let user = user_with(
        "t.txt.hbs",
        "{{vars.title}} {{join vars.years \"-\"}} {{profile.name}}: {{profile.description}}\n\
         {{#each groups}}{{id}} {{join roles}}{{description}}{{/each}}\n",
    );
    user.run(["--profile", "./t.toml"])
        .code(0)
        .stdout("Mine 2025-2026 t: The Globus groups I belong to, with my roles, as CSV\n1 admin, member\n");
}

#[test]
fn the_time_of_a_run_can_be_given() {
    let user = user_with("t.txt.hbs", "{{run.at}} {{run.environment}} {{run.version}} {{identity}}|");
    let mut command = user.command(["--profile", "./t.toml"]);
    let expected = format!("2020-01-02T03:04:05Z production {} |", env!("CARGO_PKG_VERSION"));
    Outcome::of(command.env("SOURCE_DATE_EPOCH", "1577934245")).code(0).stdout(&expected);
    for wrong in ["", "yesterday", "1e9", "9999999999999999"] {
        let mut command = user.command(["--profile", "./t.toml"]);
        Outcome::of(command.env("SOURCE_DATE_EPOCH", wrong))
            .code(2)
            .says(["SOURCE_DATE_EPOCH is not a time"]);
    }
    assert!(user.run(["--profile", "./t.toml"]).code(0).stdout.starts_with("20"));
}

#[test]
fn totals_count_what_there_is() {
    let user = user_with("t.json.hbs", "{{json totals}}");
    let printed = user.run(["--profile", "./t.toml"]).code(0).stdout;
    let expected = json!({
        "groups": 1,
        "by_role": { "admin": 1, "manager": 0, "member": 1 },
        "by_type": { "regular": 0, "plus": 0 },
        "by_visibility": { "authenticated": 0, "private": 0 },
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), expected);
}

#[test]
fn a_joined_list_is_escaped_as_one_value() {
    let user = user_with("t.csv.hbs", "{{#each groups}}{{join roles \",\"}},{{quoted description}}{{/each}}");
    user.run(["--profile", "./t.toml"]).code(0).stdout("\"admin,member\",\"\"");
}

#[test]
fn a_mistake_is_shown_with_its_place() {
    for (content, place, words) in [
        ("a\n{{#each groups}}\n  {{nmae}}\n{{/each}}", "t.txt.hbs:3:3", "there is no `nmae` here"),
        ("{{#each groups}}{{/if}}", "t.txt.hbs:1:", "`each` was opened, but `if` is closed"),
        ("a\nb {{#each groups}", "t.txt.hbs:2:3", "this tag is not closed: `}}` is missing"),
        ("{{upper (}}", "t.txt.hbs:1:", "is missing"),
        ("{{qouted vars.title}}", "t.txt.hbs:1:1", "did you mean `quoted`?"),
        ("{{join vars.title}}", "t.txt.hbs:1:1", "its first argument is a text, not a list"),
        ("{{join}}", "t.txt.hbs:1:1", "write {{join LIST SEPARATOR}}"),
        ("{{join vars.nothing}}", "t.txt.hbs:1:1", "there is no `vars.nothing` here"),
        ("{{quoted groups}}", "t.txt.hbs:1:1", "its first argument is a list, not a text"),
        ("{{quoted vars.title}}", "t.txt.hbs:1:1", "`.txt.hbs` has no quotes"),
        ("{{json vars prety=true}}", "t.txt.hbs:1:1", "did you mean `pretty`?"),
        ("{{json}}", "t.txt.hbs:1:1", "it takes one argument, not 0"),
        ("{{> other}}", "t.txt.hbs:1:", "there is no partial `other`"),
        (
            "a\n{{#if vars}}{{#each groups}}\n{{/each}}",
            "t.txt.hbs:2:1",
            "is not closed: `{{/if}}` is missing",
        ),
        ("{{#with ..}}{{/with}}", "t.txt.hbs:1:1", "there is no `..` here"),
        ("{{#vars.none}}{{/vars.none}}", "t.txt.hbs:1:1", "there is no `vars.none` here"),
        ("{{#vars.t x}}{{/vars.t}}", "t.txt.hbs:1:1", "this is a value, which takes no arguments"),
        ("{{vars.title | upper}}", "t.txt.hbs:1:1", "write a helper first, as in `{{upper name}}`"),
        ("{{#if vars.a == 1}}{{/if}}", "t.txt.hbs:1:1", "there is no operator `==`"),
        ("{{groups[0].name}}", "t.txt.hbs:1:3", "write `groups.[0]`"),
        ("{{vars}}{{else}}", "t.txt.hbs:1:9", "this is outside every block"),
        ("{{vars}}{{/if}}", "t.txt.hbs:1:9", "there is no open block `if`"),
    ] {
        let user = user_with("t.txt.hbs", content);
        let line =
            content.lines().nth(place.split(':').nth(1).unwrap().parse::<usize>().unwrap() - 1).unwrap();
        user.run(["--profile", "./t.toml"]).code(2).stdout("").says([place, words, line]);
        user.run(["check", "./t.toml"]).code(2).stdout("").says([place, words, line]);
    }
}

#[test]
fn a_template_is_found_beside_its_profile_or_on_the_search_path() {
    let user = user_with("t.txt.hbs", "beside");
    user.run(["--profile", "./t.toml"]).code(0).stdout("beside");

    std::fs::remove_file(user.home().join("t.txt.hbs")).unwrap();
    user.run(["--profile", "./t.toml"]).code(2).says(["there is no template `t.txt.hbs`", "looked in"]);
    user.write(".config/globus-runner/templates/t.txt.hbs", "shared");
    user.run(["--profile", "./t.toml"]).code(0).stdout("shared");
}

#[test]
fn an_unknown_name_lists_the_known_ones() {
    for (content, help) in [
        ("{{vars.titel}}", "did you mean `vars.title`? Here are `title`, `years`"),
        ("{{porfile.name}}", "did you mean `profile`?"),
        ("{{#each groups}}{{nmae}}{{/each}}", "did you mean `name`? Here are `name`, `id`"),
        ("{{#each groups}}{{vars.title}}{{/each}}", "did you mean `../vars.title`?"),
        (
            "{{#each groups}}{{#if name}}{{#each roles}}{{name}}{{/each}}{{/if}}{{/each}}",
            "did you mean `../name`?",
        ),
        ("{{#each groups}}{{../vrs.title}}{{/each}}", "did you mean `../vars`?"),
        ("{{#each groups}}{{name.first}}{{/each}}", "`name` is a text, which has nothing inside"),
        ("{{#each vars.title}}{{/each}}", "`vars.title` is a text, and there is no `{{else}}`"),
        ("{{#with vars.title}}{{x}}{{/with}}", "`this` is a text, which has nothing inside"),
        ("{{groups.name}}", "this is a list, which has no `name`"),
        ("{{@index}}", "inside `{{#each}}`"),
        ("{{#each groups}}{{@indx}}{{/each}}", "did you mean `@index`?"),
        ("{{upper vars.titel}}", "did you mean `vars.title`?"),
        (
            "{{banana}}",
            "here are `groups`, `data`, `profile`, `vars`, `identity`, `run`, `totals`, `changes`, `sources`",
        ),
        ("{{totals.by_role.admn}}", "did you mean `totals.by_role.admin`?"),
        ("{{identity.username}}", "`identity` is null, which has nothing inside"),
    ] {
        let user = checker_with("t.txt.hbs", content);
        user.run(["check", "./t.toml"]).code(2).stdout("").says([help, content]);
    }
}

#[test]
fn a_template_that_nests_too_deep_is_refused() {
    for content in [
        "{{#if true}}".repeat(2000) + &"{{/if}}".repeat(2000),
        "{{#if true}}".to_owned() + &"{{else if true}}".repeat(60_000) + "{{/if}}",
        "{{upper ".to_owned() + &"(upper ".repeat(50_000) + "}}",
    ] {
        let user = checker_with("t.txt.hbs", &content);
        user.run(["check", "./t.toml"]).code(2).says(["inside each other", "t.txt.hbs:1:"]);
    }
}

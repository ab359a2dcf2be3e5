//! Partials: found by name, escaped as what includes them, and their mistakes shown in their own file.

use serde_json::json;

use crate::support::User;

/// A user with these files, and a profile `t` whose template is the first of them.
fn user_with(files: &[(&str, &str)]) -> User {
    with_files(User::logged_in(), files)
}

/// The same, without a login: enough for `runner check`.
fn checker_with(files: &[(&str, &str)]) -> User {
    with_files(User::new(), files)
}

fn with_files(user: User, files: &[(&str, &str)]) -> User {
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", files[0].0);
    user.write("t.toml", &format!("{profile}\n[vars]\ntitle = \"Mine\"\n"));
    for (name, content) in files {
        user.write(name, content);
    }
    user.sandbox.set_groups(vec![json!({ "id": "1", "name": "a, b", "my_memberships": [] })]);
    user
}

#[test]
fn a_partial_is_found_beside_its_template_or_on_the_search_path() {
    let files = [("t.csv.hbs", "{{> head}}\n{{#each groups}}\n{{> parts/row.csv.hbs}}\n{{/each}}\n")];
    let user = user_with(&files);
    user.write("parts/row.csv.hbs", "{{id}},{{name}}\n");
    user.write(".config/globus-runner/templates/head.csv.hbs", "id,name\n");
    user.run(["--profile", "./t.toml"]).code(0).stdout("id,name\n1,\"a, b\"\n").stderr("");
    user.write("head.csv.hbs", "ID,Name\n");
    user.run(["--profile", "./t.toml"]).code(0).stdout("ID,Name\n1,\"a, b\"\n");
}

#[test]
fn a_partial_takes_values_and_a_block() {
    let user = user_with(&[
        ("t.txt.hbs", "{{> line label=\"T\" value=vars.title}}{{#> box}}in{{/box}}{{#> none}}else{{/none}}"),
        ("line.txt.hbs", "{{label}}={{value}} {{profile.name}};"),
        ("box.txt.hbs", "[{{> @partial-block}}]"),
    ]);
    user.run(["--profile", "./t.toml"]).code(0).stdout("T=Mine t;[in]else");
    user.write("t.txt.hbs", "{{> line label=(default nope \"-\") value=null}}");
    user.run(["--profile", "./t.toml"]).code(0).stdout("-= t;");
    let user = user_with(&[(
        "t.txt.hbs",
        "{{#*inline \"row\"}}<{{name}}>{{/inline}}{{#each groups}}{{> row}}{{/each}}",
    )]);
    user.run(["--profile", "./t.toml"]).code(0).stdout("<a, b>");
}

#[test]
fn a_tree_can_include_itself_but_not_endlessly() {
    let tree = "{{name}}{{#if children}}({{#each children}}{{> tree}}{{/each}}){{/if}}";
    let user =
        user_with(&[("t.txt.hbs", "{{#with (first groups)}}{{> tree}}{{/with}}"), ("tree.txt.hbs", tree)]);
    let leaf = |name: &str| json!({ "name": name, "children": [] });
    let root =
        json!({ "id": "1", "name": "a", "children": [leaf("b"), { "name": "c", "children": [leaf("d")] }] });
    user.sandbox.set_groups(vec![root]);
    user.run(["--profile", "./t.toml"]).code(0).stdout("a(bc(d))");

    for (one, other) in [
        ("{{#if true}}{{> a}}{{/if}}", ""),
        ("{{> b}}", "{{> a}}"),
        ("{{#*inline \"x\"}}{{#if true}}{{> x}}{{/if}}{{/inline}}{{> x}}", ""),
    ] {
        let user = user_with(&[("t.txt.hbs", "{{> a}}"), ("a.txt.hbs", one), ("b.txt.hbs", other)]);
        user.run(["--profile", "./t.toml"]).code(2).says(["include each other more than 50 times"]);
    }
    let user = user_with(&[("t.txt.hbs", "{{> a}}"), ("a.txt.hbs", "{{> a}}")]);
    user.run(["--profile", "./t.toml"]).code(2).says(["a.txt.hbs:1:1", "can't include itself endlessly"]);

    // As deep as it can get: every level is full of blocks.
    let nested = format!("{}{{{{> a}}}}{}", "{{#if true}}".repeat(45), "{{/if}}".repeat(45));
    let user = user_with(&[("t.txt.hbs", "{{> a}}"), ("a.txt.hbs", &nested)]);
    user.run(["--profile", "./t.toml"]).code(2).says(["include each other more than 50 times"]);
}

#[test]
fn a_mistake_is_shown_in_the_file_it_is_in() {
    for (main, part, place, words) in [
        ("\n{{> prat}}", "", "t.txt.hbs:2:1", "did you mean `part.txt.hbs`?"),
        ("{{> other}}", "", "t.txt.hbs:1:1", "there is no partial `other`"),
        ("{{> part.html.hbs}}", "", "t.txt.hbs:1:1", "is not written for `.txt`"),
        ("{{> part}}", "x\n {{#if}", "part.txt.hbs:2:", "this tag is not closed"),
        ("{{#each groups}}{{> part}}{{/each}}", "\n{{nmae}}", "part.txt.hbs:2:1", "did you mean `name`?"),
        ("{{> part}}", "{{#each groups}}{{nmae}}{{/each}}", "part.txt.hbs:1:17", "did you mean `name`?"),
        ("{{> part}}", "{{upper groups}}", "part.txt.hbs:1:1", "is a list, not a text"),
        ("\n{{> part x=vars.titel}}", "{{x}}", "t.txt.hbs:2:1", "did you mean `vars.title`?"),
        ("{{#each groups}}{{> part x=nmae}}{{/each}}", "{{x}}", "t.txt.hbs:1:17", "did you mean `name`?"),
        ("{{#> part x=nope}}{{/part}}", "{{x}}", "t.txt.hbs:1:1", "there is no `nope`"),
        ("{{> (concat \"p\" \"art\")}}", "", "t.txt.hbs:1:1", "must also appear somewhere"),
        (
            "{{#*inline \"x\"}}\n{{nope}}{{/inline}}{{> part}}",
            "\n\n\n{{> x}}",
            "t.txt.hbs:2:1",
            "there is no `nope` here",
        ),
    ] {
        let user = checker_with(&[("t.txt.hbs", main), ("part.txt.hbs", part)]);
        user.run(["check", "./t.toml"]).code(2).stdout("").says([place, words]);
    }
}

#[test]
fn a_partial_is_checked_like_its_template() {
    let user = checker_with(&[("t.sh.hbs", "{{> part}}"), ("part.sh.hbs", "\necho \"{{vars.title}}\"")]);
    user.run(["check", "./t.toml"]).code(2).says(["part.sh.hbs:2:7", "brings its own"]);
}

//! Values are followed into the output: where its format allows none, nothing is delivered.

use std::fs;

use serde_json::json;

use crate::support::User;

/// A user whose profile `t` has this template, with these lines at its end, and one group.
fn user_with(template: &str, content: &str, lines: &str) -> User {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    user.write("t.toml", &format!("{profile}\n{lines}\n"));
    user.write(template, content);
    user.sandbox.set_groups(vec![json!({
        "id": "1",
        "name": "$(touch /tmp/x)",
        "description": "javascript:alert(1)",
        "my_memberships": [{ "role": "member" }],
    })]);
    user
}

#[test]
fn a_value_in_a_wrong_place_stops_the_run() {
    for (template, content, place, words) in [
        ("t.sh.hbs", "{{#each groups}}\necho \"{{name}}\"\n{{/each}}", "t.sh.hbs:2:7", "inside quotes"),
        ("t.sh.hbs", "{{#each groups}}eval {{name}}\n{{/each}}", "t.sh.hbs:1:22", "would run it"),
        ("t.sh.hbs", "cat <<E\n{{groups.0.name}}\nE\n", "t.sh.hbs:2:1", "in a here-document"),
        (
            "t.csv.hbs",
            "{{#each groups}}{{id}} {{name}}\n{{/each}}",
            "t.csv.hbs:1:23",
            "right beside other text",
        ),
        ("t.json.hbs", "[{{groups.0.name}}]", "t.json.hbs:1:2", "outside quotes"),
        ("t.yaml.hbs", "a: it is \"{{groups.0.name}}\"", "t.yaml.hbs:1:11", "outside double quotes"),
        ("t.sql.hbs", "/* {{groups.0.name}} */", "t.sql.hbs:1:4", "in a comment"),
        ("t.xml.hbs", "<r a={{groups.0.name}}/>", "t.xml.hbs:1:6", "without quotes"),
        ("t.md.hbs", "<div>{{groups.0.name}}</div>", "t.md.hbs:1:6", "in HTML"),
        ("t.dot.hbs", "digraph { {{groups.0.name}} }", "t.dot.hbs:1:11", "outside quotes"),
        ("t.tex.hbs", "\\input{{groups.0.name}}", "t.tex.hbs:1:7", "as a part of its name"),
        ("t.html.hbs", "<a href=\"{{groups.0.description}}\">", "t.html.hbs:1:10", "start of an address"),
        ("t.html.hbs", "<p onclick=\"f('{{groups.0.name}}')\">", "t.html.hbs:1:16", "that is a script"),
        ("t.html.hbs", "<p class={{groups.0.name}}>", "t.html.hbs:1:10", "without quotes"),
        ("t.html.hbs", "<script>x = '{{groups.0.name}}'</script>", "t.html.hbs:1:14", "in a script"),
        (
            "t.html.hbs",
            "<script>eval({{json groups.0.name}})</script>",
            "t.html.hbs:1:14",
            "where a script would run it",
        ),
        ("t.html.hbs", "<script>a = {{quoted groups.0.name}}</script>", "t.html.hbs:1:13", "in a script"),
        (
            "t.html.hbs",
            "<script>a = 1 / 2;\nb = {{json groups.0.name}}</script>",
            "t.html.hbs:2:5",
            "after a `/`",
        ),
        (
            "t.dot.hbs",
            "digraph { a [\"URL\"=\"{{groups.0.description}}\"] }",
            "t.dot.hbs:1:21",
            "start of an address",
        ),
        ("t.sh.hbs", "eval \"$(echo {{groups.0.name}})\"\n", "t.sh.hbs:1:", "would run it"),
        ("t.sh.hbs", "echo {{groups.0.name}} |& bash\n", "t.sh.hbs:1:", "would run it"),
        ("t.sql.hbs", "SELECT {{groups.0.name}}\n\\gexec\n", "t.sql.hbs:", "whose result `psql` runs"),
        ("t.tex.hbs", "\\catcode`\\|=0 {{groups.0.name}}", "t.tex.hbs:1:", "another meaning"),
        ("t.md.hbs", "{{#each groups}}a*{{name}}*\n{{/each}}", "t.md.hbs:1:19", "right beside"),
    ] {
        let user = user_with(template, content, "");
        user.write("out", "old");
        let run = user.run(["--profile", "./t.toml", "-o", "out"]).code(2).stdout("");
        run.says([place, words, "of the output"]);
        assert_eq!(fs::read_to_string(user.home().join("out")).unwrap(), "old");
        user.run(["--profile", "./t.toml"]).code(2).stdout("").says([place, words]);
        user.run(["check", "./t.toml"]).code(2).stdout("").says([place, words]);
    }
}

/// No reading of the template alone shows that these values are in quotes.
#[test]
fn quotes_can_come_from_anywhere() {
    let end = "\n{{/each}}";
    for (opening, closing) in [
        ("{{> quote}}", "{{> quote}}"),
        ("{{#if name}}\"{{/if}}", "\""),
        ("{{#*inline \"q\"}}\"{{/inline}}{{> q}}", "{{> q}}"),
        ("{{{vars.quote}}}", "{{{vars.quote}}}"),
        ("{{#if roles}}echo \"{{else}}'{{/if}}", "\""),
    ] {
        let content = format!("{{{{#each groups}}}}\necho {opening}{{{{name}}}}{closing}{end}");
        let content = content.replace("{{{vars.", "{{{@root.vars.");
        let user = user_with("t.sh.hbs", &content, "[vars]\nquote = '\"'");
        user.write("quote.sh.hbs", "\"");
        user.run(["--profile", "./t.toml"]).code(2).stdout("").says(["inside quotes", "$(touch /tmp/x)"]);
    }
    let partial = user_with("t.sh.hbs", "{{#each groups}}echo \"{{> name}}\"{{/each}}", "");
    partial.write("name.sh.hbs", "{{name}}");
    partial.run(["--profile", "./t.toml"]).code(2).stdout("").says(["name.sh.hbs:1:1", "inside quotes"]);
}

#[test]
fn what_stands_right_is_delivered_as_it_is() {
    let user = user_with("t.sh.hbs", "{{#each groups}}echo {{name}} {{quoted id}}\n{{/each}}", "");
    user.run(["--profile", "./t.toml"]).code(0).stdout("echo '$(touch /tmp/x)' '1'\n").stderr("");
    // Characters that Unicode leaves to programs are characters like others.
    let name = "a\u{fdd0}\u{fdd1}\u{fdd2}\u{fdd3}\u{fdd4}";
    user.sandbox.set_groups(vec![json!({ "id": "1", "name": name, "my_memberships": [] })]);
    user.run(["--profile", "./t.toml"]).code(0).stdout(&format!("echo '{name}' '1'\n"));
}

/// Graphviz reads backslashes twice there.
#[test]
fn a_tooltip_of_dot_has_backslashes_for_both_readings() {
    let content = "graph {\n{{#each groups}}\"{{name}}\" [tooltip=\"{{name}}\", edgetooltip={{quoted name}}, class=\"{{id}}\"]\n{{/each}}}\n";
    let user = user_with("t.dot.hbs", content, "");
    user.sandbox.set_groups(vec![json!({ "id": "1", "name": "a\\N\n", "my_memberships": [] })]);
    let expected =
        "graph {\n\"a\\\\N\\n\" [tooltip=\"a\\\\\\\\N\\n\", edgetooltip=\"a\\\\\\\\N\\n\", class=\"1\"]\n}\n";
    user.run(["--profile", "./t.toml"]).code(0).stdout(expected);
}

#[test]
fn the_authors_own_values_are_not_followed() {
    let vars = "[vars]\nclass = \"wide\"\n[output]\nvalidate = true";
    let user =
        user_with("t.html.hbs", "<p class={{vars.class}}>{{#if vars}}<b {{@root.vars.class}}>{{/if}}", vars);
    user.run(["--profile", "./t.toml"]).code(0).stdout("<p class=wide><b wide>");
    // A group may have a key of that name.
    let user = user_with("t.html.hbs", "{{#each groups}}<p class={{vars.class}}>{{/each}}", vars);
    user.sandbox.set_groups(vec![json!({
        "id": "1", "name": "a", "my_memberships": [], "vars": { "class": "x onclick" },
    })]);
    user.run(["--profile", "./t.toml"]).code(2).says(["x onclick", "without quotes"]);
}

#[test]
fn an_output_that_is_not_of_its_format_is_not_delivered() {
    for (template, content, why) in [
        ("t.json.hbs", "[{{#each groups}}{\"id\": \"{{id}}\"},{{/each}}]", "there is a comma before the end"),
        ("t.json.hbs", "{{#each groups}}{\"id\": \"{{id}}\"}", "it ends too early"),
        ("t.json.hbs", "{\"id\": \"a\nb\"}", "a control character or a line end"),
        ("t.csv.hbs", "id,name\n{{#each groups}}{{id}}\n{{/each}}", "has 1 field, and the first one has 2"),
        ("t.xml.hbs", "<r>{{#each groups}}<g>{{name}}{{/each}}</r>", "`<g>` was opened, but `</r>` closes"),
        ("t.html.hbs", "<p>{{#each groups}}{{name}}{{/each}}<a href=\"", "a tag has no end"),
        ("t.sh.hbs", "{{#each groups}}echo '{{/each}}", "a quote has no end"),
        ("t.sh.hbs", "cat <<E\n", "a here-document has no end"),
        ("t.sql.hbs", "SELECT '", "a quote has no end"),
        ("t.yaml.hbs", "a: \"", "a quote has no end"),
        (
            "t.yaml.hbs",
            "{{#each groups}}- id: \"{{id}}\"\n name: \"{{name}}\"\n{{/each}}",
            "did not find expected '-' indicator, at 2:2",
        ),
        ("t.tex.hbs", "{{#each groups}}\\textbf{ {{name}}{{/each}}", "a `{` has no end"),
    ] {
        let content = if content.contains("{{#each") && !content.contains("{{/each}}") {
            format!("{content}{{{{/each}}}}").replace("}{{/each}}", "{{/each}}")
        } else {
            content.to_owned()
        };
        let user = user_with(template, &content, "");
        user.run(["--profile", "./t.toml"]).code(2).stdout("").says([why, "validate = false"]);
        let user = user_with(template, &content, "[output]\nvalidate = false");
        assert!(!user.run(["--profile", "./t.toml"]).code(0).stdout.is_empty());
    }
}

#[test]
fn validate_does_not_turn_off_where_values_land() {
    let user = user_with("t.json.hbs", "[{{groups.0.name}},]", "[output]\nvalidate = false");
    user.run(["--profile", "./t.toml"]).code(2).stdout("").says(["outside quotes"]);
}

#[test]
fn check_finds_what_only_other_data_shows() {
    for (template, content, words) in [
        ("t.json.hbs", "{{#each groups}}{\"id\": \"{{id}}\"}{{/each}}", "there is more than one value"),
        ("t.json.hbs", "[{{#if groups}}1{{else}},{{/if}}]", "with no groups"),
        (
            "t.csv.hbs",
            "a,b\n{{#each groups}}{{id}},{{name}}{{#if (gt @index 20)}},x{{/if}}\n{{/each}}",
            "with 50 groups",
        ),
        ("t.html.hbs", "{{#each groups}}<a href=\"{{name}}\">{{/each}}", "start of an address"),
        ("t.md.hbs", "{{#each groups}}[a](https://x.org/{{name}})\n{{/each}}", "in the address of a link"),
    ] {
        let user = user_with(template, content, "");
        user.run(["check", "./t.toml"]).code(2).stdout("").says([words]);
    }
    // What the author writes raw is the author's word.
    let user = user_with("t.yaml.hbs", "{{#each groups}}- {{{name}}}\n{{/each}}", "");
    user.run(["check", "./t.toml"]).code(0).says(["written as it is"]);
}

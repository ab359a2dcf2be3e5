//! The tags of templates in a whole run, which renders rows as they arrive. `language` has the language itself.

use serde_json::json;

use crate::support::User;

const PROFILE: &str = include_str!("../profiles/groups.toml");

const VARS: &str = "
[vars]
t = \"T\"
list = [\"a\", \"b\"]
yes = true
nothing = []
lines = \"1\\n2\"

[vars.deep]
x = \"X\"

[vars.empty]
";

/// A user with a template for text and partials, by their names.
fn user_with(files: &[(&str, &str)]) -> User {
    let user = User::logged_in();
    user.write("t.toml", &(PROFILE.replace("groups.csv.hbs", "t.txt.hbs") + VARS));
    for (name, content) in files {
        user.write(&format!("{name}.txt.hbs"), content);
    }
    let group = |id: &str, name: &str| json!({ "id": id, "name": name, "my_memberships": [] });
    user.sandbox.set_groups(vec![group("1", "one"), group("2", "two\nlines")]);
    user
}

#[track_caller]
fn assert_rendered(files: &[(&str, &str)], expected: &str) {
    user_with(files).run(["--profile", "./t.toml"]).code(0).stdout(expected).stderr("");
}

#[test]
fn white_space_is_removed_where_a_tag_says_so_and_nowhere_else() {
    for (template, expected) in [
        ("{{#each groups~}}\n{{id}} {{@index}}\n{{/each}}\n", "1 0\n2 1\n"),
        ("{{#each groups~}}\n  {{id}} b {{~@index}}\n{{~/each}}\n;", "1 b02 b1;"),
        ("  {{#if vars.yes}}  \r\n  a\r\n  {{else}}\r\n  b\r\n  {{/if}}\r\nc", "  a\r\nc"),
        ("a {{! b }} c\n  {{!-- d --}}\ne", "a  c\ne"),
        (
            "{{#each vars.list}}\n  {{#if @first}}\n  first\n  {{else if @last}}\n  last\n  {{/if}}\n{{/each}}\n.",
            "  first\n  last\n.",
        ),
    ] {
        assert_rendered(&[("t", template)], expected);
    }
}

#[test]
fn short_forms_are_known() {
    for (template, expected) in [
        ("{{#each vars.list}}{{.}}{{/each}}", "ab"),
        ("{{#with vars.deep}}{{x}}{{#with ..}}{{run.environment}}{{/with}}{{/with}}", "Xproduction"),
        ("{{^vars.nothing}}none{{/vars.nothing}}{{^vars.t}}a{{else}}b{{/vars.t}}", "noneb"),
        (
            "{{#vars.t}}<{{.}}>{{/vars.t}}{{#vars.list}}{{.}};{{/vars.list}}{{#vars.deep}}{{x}}{{/vars.deep}}",
            "<T>a;b;X",
        ),
        ("{{#vars.yes}}{{vars.t}}{{/vars.yes}}", "T"),
        ("a {{~! c}} b{{~!-- d --~}} e", "a be"),
        ("{{#if vars.nothing}}a{{else if vars.yes}}b{{^}}c{{/if}}", "b"),
        ("{{vars.list}}", "a,b"),
        ("{{#if vars.empty}}object{{/if}}", "object"),
        (
            "{{default (lookup vars \"none\") \"-\"}}{{#if (lookup vars \"none\")}}a{{/if}}{{#unless (lookup vars \"none\")}}b{{/unless}}",
            "-b",
        ),
        ("\\{{a}} {{{{raw}}}}{{b}}{{{{/raw}}}}", "{{a}} {{b}}"),
        ("{{#with vars.deep as |vars|}}{{vars.x}}{{../vars.t}}{{/with}}", "XT"),
    ] {
        assert_rendered(&[("t", template)], expected);
    }
}

//! What a service does not show is neither an empty list nor null: a template that takes it for one fails.

use serde_json::{Value, json};

use crate::support::{Outcome, User};

/// A group with members, one without, and one whose members are hidden.
fn snapshot() -> Value {
    let member = json!({ "username": "ada@example.edu", "role": "member" });
    json!({ "groups": [
        { "id": "1", "name": "Open", "roles": [], "hidden": false, "memberships": [member] },
        { "id": "2", "name": "Empty", "roles": [], "hidden": false, "memberships": [] },
        { "id": "3", "name": "Closed", "roles": [], "hidden": true, "memberships": null },
    ] })
}

/// What a template of text makes of them.
fn rendered(template: &str) -> Outcome {
    let user = User::new();
    user.write("data.json", &snapshot().to_string());
    user.write("t.txt.hbs", template);
    user.profile("members", "[groups]\ninclude = [\"memberships\"]");
    user.run(["render", "./members.toml", "--template", "./t.txt.hbs", "--data", "data.json"])
}

/// The text for the body of a loop over the groups.
fn in_loop(body: &str) -> Outcome {
    rendered(&format!("{{{{#each groups}}}}{body}{{{{/each}}}}"))
}

#[test]
fn what_is_hidden_is_null_in_json_and_false_in_a_condition() {
    for (body, expected) in [
        ("{{json memberships}};", r#"[{"username":"ada@example.edu","role":"member"}];[];null;"#),
        (
            "{{hidden}} {{is_hidden memberships}} {{is_hidden name}};",
            "false false false;false false false;true true false;",
        ),
        ("{{#if memberships}}some{{else}}none{{/if}} ", "some none none "),
        ("{{#unless memberships}}none{{/unless}}", "nonenone"),
        ("{{#if (not memberships)}}none{{/if}}{{#or memberships false}}some{{/or}} ", "some none none "),
        ("{{#if (eq memberships null)}}null{{/if}}{{ne null memberships}} ", "true true nullfalse "),
        ("{{len (default memberships (list 1 2 3))}}", "103"),
        ("{{len (coalesce memberships vars.no (list 1 2))}}", "102"),
        ("{{default memberships.0.username \"-\"}} ", "ada@example.edu - - "),
        ("{{#if hidden}}?{{else}}{{len memberships}}{{/if}}", "10?"),
        ("{{#each (default memberships \"\")}}{{username}}{{else}}-{{/each}} ", "ada@example.edu - - "),
    ] {
        in_loop(body).code(0).stdout(expected);
    }
}

#[test]
fn what_would_take_it_for_nothing_is_an_error_that_says_what_is_hidden_and_what_to_write() {
    for body in [
        "{{memberships}}",
        "{{{memberships}}}",
        "{{memberships.0.username}}",
        "{{lookup memberships 0}}",
        "{{lookup (lookup memberships 0) \"username\"}}",
        "{{memberships.length}}",
        "{{#each memberships}}{{username}}{{/each}}",
        "{{#each memberships}}{{username}}{{else}}no members{{/each}}",
        "{{#with memberships}}{{else}}no members{{/with}}",
        "{{#with memberships.0}}{{else}}no members{{/with}}",
        "{{#memberships}}{{username}}{{/memberships}}",
        "{{^memberships}}no members{{/memberships}}",
        "{{len memberships}}",
        "{{count memberships}}",
        "{{count memberships \"role\" \"admin\"}}",
        "{{#each (where memberships \"role\" \"admin\")}}{{/each}}",
        "{{#each (sort memberships \"username\")}}{{/each}}",
        "{{#each (group_by memberships \"role\")}}{{/each}}",
        "{{#each (unique memberships)}}{{/each}}",
        "{{#each (reverse memberships)}}{{/each}}",
        "{{#each (slice memberships 0)}}{{/each}}",
        "{{#if (first memberships)}}{{/if}}",
        "{{#if (last memberships 1)}}{{/if}}",
        "{{join (pluck memberships \"username\")}}",
        "{{join (list memberships.0.username)}}",
        "{{#if (contains memberships name)}}{{/if}}",
        "{{#if (contains (list 1) memberships)}}{{/if}}",
        "{{#if (eq memberships.length 0)}}{{/if}}",
        "{{#if (ne memberships.0.role \"admin\")}}{{/if}}",
        "{{#if (gt memberships.length 0)}}{{/if}}",
        "{{#if (starts_with memberships.0.username \"a\")}}{{/if}}",
        "{{max memberships \"role\"}}",
        "{{sum (list memberships.0.n)}}",
        "{{keys memberships}}",
        "{{upper memberships}}",
        "{{concat name memberships}}",
        "{{csv name memberships}}",
        "{{date memberships}}",
        "{{table (list this) \"memberships\"}}",
    ] {
        // The other two groups are fine, or fail for a reason of their own.
        let body = format!("{{{{#if hidden}}}}{body}{{{{/if}}}}");
        in_loop(&body)
            .code(1)
            .stdout("")
            .says(["the memberships of the group `Closed` are hidden from you"])
            .says(["t.txt.hbs:1:", "ask before you use them: `{{#if hidden}}…{{else}}…{{/if}}`"])
            .says(["number 3 of the groups"]);
    }
}

/// Helpers that look at a key of each group.
#[test]
fn helpers_that_go_through_groups_ask_too() {
    for whole in [
        "{{len (where groups \"memberships\")}}",
        "{{len (where groups \"memberships\" \"ne\" \"x\")}}",
        "{{len (where groups \"memberships.0.role\" \"admin\")}}",
        "{{count groups \"memberships\"}}",
        "{{len (sort groups \"memberships\")}}",
        "{{len (unique groups \"memberships\")}}",
        "{{len (group_by groups \"memberships.0.role\")}}",
        "{{max groups \"memberships.0.role\"}}",
        "{{join (pluck groups \"memberships.0.username\")}}",
        "{{pluck groups \"memberships\"}}",
        "{{table groups \"name\" \"memberships\"}}",
    ] {
        rendered(whole)
            .code(1)
            .stdout("")
            .says(["the memberships of the group `Closed` are hidden from you"]);
    }
    rendered("{{len (where groups \"memberships\" \"eq\" null)}}").code(0).stdout("1");
    let plucked = rendered("{{json (pluck groups \"memberships\")}}").code(0).stdout;
    assert!(plucked.ends_with("[],null]"), "{plucked}");
    rendered("{{#each (where groups \"hidden\" false)}}{{len memberships}}{{/each}}").code(0).stdout("10");
}

/// Without any data, templates are tried with members: some are shown, and some are hidden.
#[test]
fn the_built_in_sample_has_what_a_profile_includes() {
    let user = User::new();
    let template = |name: &str, text: &str| user.write(name, text);
    let include = "[groups]\ninclude = [\"memberships\", \"child_ids\"]\nmembers = { identities = true }";
    user.profile("members", include);
    // Without `scopes`, they are those that it needs.
    let profile = user.read("members.toml").replace("groups.csv.hbs", "t.txt.hbs");
    let profile: String = profile.split_inclusive('\n').filter(|line| !line.starts_with("scopes")).collect();
    user.write("members.toml", &profile);
    template("t.txt.hbs", "{{#each groups}}{{#each memberships}}{{username}} {{email}}\n{{/each}}{{/each}}");
    user.run(["check", "./members.toml"])
        .code(1)
        .says(["the memberships of the sample group `Climate Modeling Writers` are hidden from you"]);
    template(
        "t.txt.hbs",
        "{{#each groups}}{{name}} {{len child_ids}}\n{{#if hidden}}  ?\n{{else}}{{#each memberships}}  {{username}} {{default email \"-\"}}\n{{/each}}{{/if}}{{/each}}{{sources.groups.hidden}}",
    );
    user.run(["check", "./members.toml"]).code(0);
    let rendered = user.run(["render", "./members.toml", "-q"]).code(0).stdout;
    let expected =
        "Climate Modeling 2\n  ada@example.edu ada@example.edu\n  areyes@lab.example.org ada@example.edu\n";
    assert!(rendered.starts_with(expected), "{rendered}");
    assert!(rendered.contains("Climate Modeling Writers 1\n  ?\n") && rendered.ends_with('3'), "{rendered}");
    // Without identities, they are not there.
    user.write("members.toml", &profile.replace("identities = true", "identities = false"));
    template("t.txt.hbs", "{{#each groups}}{{json (default memberships \"\")}}{{/each}}");
    let rendered = user.run(["render", "./members.toml", "-q"]).code(0).stdout;
    assert!(rendered.contains("\"username\"") && !rendered.contains("\"email\""), "{rendered}");
}

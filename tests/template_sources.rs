//! What a template reads has to be fetched by its profile: if not, that shows before any request.

use crate::support::{Outcome, User};

/// Runs a profile with this section `[groups]` and this template of text, without any login.
fn run(section: &str, template: &str) -> Outcome {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.txt.hbs");
    user.write("mine.toml", &format!("{profile}\n{section}\n"));
    user.write("t.txt.hbs", template);
    let checked = user.run(["check", "./mine.toml"]);
    let outcome = user.run(["run", "./mine.toml"]);
    assert_eq!(user.requests(), [""; 0]);
    let refuses = |outcome: &Outcome| outcome.stderr.contains("does not fetch");
    assert_eq!(refuses(&checked), refuses(&outcome), "{checked:?} {outcome:?}");
    outcome
}

#[test]
fn a_part_of_groups_that_is_not_included_is_named_with_the_line_to_add() {
    let include = "add `include = [\"memberships\"]` under `[groups]` in ./mine.toml";
    for (template, place) in [
        ("{{#each groups}}{{#each memberships}}{{username}}{{/each}}{{/each}}", "1:25"),
        ("a\n {{len groups.0.memberships}}", "2:8"),
        ("{{#each groups}}{{#if hidden}}?{{/if}}{{/each}}", "1:23"),
        ("{{#each groups}}{{default memberships 1}}{{/each}}", "1:27"),
        ("{{#each groups}}{{len (lookup this \"memberships\")}}{{/each}}", "1:17"),
        ("{{#each (where groups \"memberships\")}}{{name}}{{/each}}", "1:1"),
        ("{{#with (first groups)}}{{json memberships}}{{/with}}", "1:32"),
        ("{{#*inline \"x\"}}{{json memberships}}{{/inline}}{{#each groups}}{{> x}}{{/each}}", "1:24"),
    ] {
        run("", template)
            .code(2)
            .stdout("")
            .says(["the profile does not fetch the `memberships` of groups", include])
            .says([&format!("./t.txt.hbs:{place}\n")])
            .says(["error: the template reads what the profile does not fetch"]);
    }
    let also = "add `\"child_ids\"` to `include` under `[groups]` in ./mine.toml";
    run("[groups]\ninclude = [\"memberships\"]", "{{#each groups}}{{json child_ids}}{{/each}}")
        .code(2)
        .says([also]);
    run("[groups]", "{{#each groups}}{{json allowed_actions}}{{json membership_fields}}{{/each}}")
        .code(2)
        .says(["include = [\"allowed_actions\"]", "include = [\"membership_fields\"]"]);
}

#[test]
fn what_auth_knows_of_members_needs_identities() {
    let section = "[groups]\ninclude = [\"memberships\"]";
    let body = "{{#each groups}}{{#unless hidden}}{{#each memberships}}{{username}}{{KEY}}{{/each}}{{/unless}}{{/each}}";
    for key in ["name", "email", "organization"] {
        run(section, &body.replace("KEY", key))
            .code(2)
            .stdout("")
            .says([&format!("the profile does not fetch the `{key}` of members")])
            .says(["add `members = { identities = true }` under `[groups]` in ./mine.toml"]);
    }
    // That of the group is another one.
    run(section, &body.replace("KEY", "../name")).code(3);
    let identities = format!("{section}\nmembers = {{ identities = true }}");
    run(&identities, &body.replace("KEY", "email")).never_says("does not fetch");
}

#[test]
fn all_mistakes_are_shown_at_once_also_those_of_partials() {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.txt.hbs");
    user.write("mine.toml", &profile);
    user.write(
        "t.txt.hbs",
        "{{#each groups}}{{> part}}{{json child_ids}}{{/each}}{{json data.tasks}}{{sources.x.rows}}",
    );
    user.write("part.txt.hbs", "\n{{#with (lookup this \"memberships\")}}{{/with}}");
    user.run(["run", "./mine.toml"])
        .code(2)
        .says(["./part.txt.hbs:2:1\n", "./t.txt.hbs:1:34\n", "./t.txt.hbs:1:61\n", "./t.txt.hbs:1:75\n"])
        .says(["the profile declares no `[data.tasks]`"])
        .says(["add `[data.tasks]` to ./mine.toml, with its `service` and `path`"])
        .says(["the profile has no source `x`", "there are `sources.groups`"]);
}

#[test]
fn to_read_everything_or_what_every_profile_gets_is_no_mistake() {
    for template in [
        "{{json groups}}",
        "{{json @root}}",
        "{{#each groups}}{{json this}}{{lookup this ../vars.key}}{{/each}}",
        "{{#each groups}}{{json policies}}{{json my_memberships}}{{roles}}{{/each}}",
        "{{json data}}{{#each data}}{{@key}}{{/each}}{{sources.groups.rows}}{{json sources}}",
        "{{#each groups}}{{#each @root.vars}}{{memberships}}{{/each}}{{/each}}",
        "{{#> x memberships=vars}}{{/x}}{{#*inline \"x\"}}{{#each groups}}{{../memberships}}{{/each}}{{/inline}}",
    ] {
        run("", template).code(3).never_says("does not fetch");
    }
}

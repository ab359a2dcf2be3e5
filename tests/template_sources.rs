//! What a template reads has to be fetched by its profile: if not, that shows before any request.

use crate::support::{Outcome, User};

/// Runs a profile with this section `[groups]` and this template of text, without any login.
fn run(section: &str, template: &str) -> Outcome {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.txt.hbs");
    // Without `scopes`, they are those that it needs.
    let profile: String = profile.split_inclusive('\n').filter(|line| !line.starts_with("scopes")).collect();
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

const LISTS: &str = "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nstorage = \"memory\"\ntemplate = \"t.txt.hbs\"\n\
    [data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\n\
    [data.endpoints]\nservice = \"transfer\"\npath = \"/v0.10/endpoint_search\"\n\
    [data.rules]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{endpoints.id}/access_list\"\ninclude_from_parent = [\"id\"]\n";

/// A user with a profile of lists alone.
fn with_lists(template: &str) -> User {
    let user = User::new();
    user.write("lists.toml", LISTS);
    user.write("t.txt.hbs", template);
    user
}

#[test]
fn a_list_that_is_not_declared_is_named() {
    for (template, what, help) in [
        ("{{#each data.taks}}{{label}}{{/each}}", "declares no `[data.taks]`", "did you mean `data.tasks`?"),
        ("{{len data.jobs}}", "declares no `[data.jobs]`", "add `[data.jobs]` to ./lists.toml"),
        (
            "{{#each groups}}{{name}}{{/each}}",
            "does not fetch groups",
            "add a section `[groups]` to ./lists.toml",
        ),
        ("{{totals.groups}}", "does not fetch groups", "add a section `[groups]` to ./lists.toml"),
        ("{{sources.task.rows}}", "has no source `task`", "did you mean `sources.tasks`?"),
    ] {
        let user = with_lists(template);
        for command in ["check", "run"] {
            user.run([command, "./lists.toml"]).code(2).says([what, help]);
        }
        assert_eq!(user.requests(), [""; 0]);
    }
}

#[test]
fn any_list_streams_and_its_children_stand_in_its_rows() {
    for (template, expected, memory) in [
        (
            "{{#each data.tasks}}{{label}}{{#unless @last}}, {{/unless}}{{/each}}; {{sources.tasks.rows}}",
            "Climate archive, week 9, Genome runs, Field season 2026; 3",
            "is rendered as it arrives",
        ),
        (
            "{{#each @root.data.endpoints}}{{display_name}}:{{#each rules}} {{path}}{{/each}}\n{{/each}}{{len data.tasks}}",
            "Climate archive: /2026/ /\nLaboratory storage:\n3",
            "is rendered as it arrives",
        ),
        (
            "{{#each data.rules}}{{permissions}} {{_endpoints_id}}\n{{/each}}",
            "rw 7e9d0001-2b4c-4f6a-8d13-6a7b8c9d0e01\nrw 7e9d0001-2b4c-4f6a-8d13-6a7b8c9d0e01\n",
            "is rendered as it arrives",
        ),
        (
            "{{len data.rules}}{{#each data.rules}}{{path}}{{/each}}",
            "2/2026//",
            "`data.rules` needs all data.rules",
        ),
        ("{{json (pluck data.tasks \"files\")}}{{sources.tasks.truncated}}", "[1204,87,0]false", "are held"),
    ] {
        let user = with_lists(template);
        assert!(user.run(["check", "./lists.toml"]).code(0).stdout.contains(memory), "{template}");
        user.run(["render", "./lists.toml", "-q"]).code(0).stdout(expected);
        user.run(["run", "./lists.toml", "-q", "--sandbox"]).code(0).stdout(expected);
        // What is saved renders the same.
        user.run(["data", "./lists.toml", "-q", "--sandbox", "--save", "saved.json"]).code(0);
        user.run(["render", "./lists.toml", "-q", "--data", "saved.json"]).code(0).stdout(expected);
    }
}

#[test]
fn rows_of_an_unknown_list_are_no_mistake_without_data() {
    let user = with_lists("{{#with (first data.things)}}{{name}}{{/with}}");
    let things = "[data.things]\nbase_url = \"https://things.example.org/\"\nscope = \"https://example.org/scope\"\npath = \"/things\"\npaginator = { type = \"single\" }\n";
    user.write("lists.toml", &format!("{LISTS}{things}"));
    user.run(["check", "./lists.toml"]).code(0).says(["the built-in sample lacks what the template reads"]);
    user.write("saved.json", "{\"data\": {\"tasks\": []}}");
    user.run(["render", "./lists.toml", "--data", "saved.json"])
        .code(2)
        .says(["the data has no `data.things`, which the template reads"]);
}

//! The guard of an output that is made of several lists: none of them is emptied silently.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::support::world::{group, profile, run, world};
use crate::support::{Outcome, User};

const TASKS: &str = "[data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\n";
const ENDPOINTS: &str = "[data.endpoints]\nservice = \"transfer\"\npath = \"/v0.10/endpoint_search\"\n";
const RULES: &str =
    "[data.rules]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{endpoints.id}/access_list\"\n";
const LISTS: [&str; 2] = ["/v0.10/task_list", "/v0.10/endpoint_search"];

/// A service account whose profile makes a file of these lists.
struct Lists {
    user: User,
    data: String,
}

impl Lists {
    fn of(data: &str, template: &str) -> Self {
        let user = User::new();
        let secret = user.write("secret", "sandbox-secret-not-for-real-use\n");
        fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
        user.write("p.txt.hbs", template);
        let lists = Self { user, data: data.to_owned() };
        lists.guard("");
        lists
    }

    fn guard(&self, limits: &str) {
        self.user.write(
            "p.toml",
            &format!(
                "client_id = \"4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a\"\nstorage = \"p.json\"\n\
                 template = \"./p.txt.hbs\"\n[auth]\nclient_secret = {{ file = \"secret\" }}\n{}\
                 [output]\npath = \"out.txt\"\n[output.guard]\n{limits}",
                self.data
            ),
        );
    }

    /// Runs it over so many tasks and endpoints.
    fn run(&self, counts: [usize; 2]) -> Outcome {
        for (path, count) in LISTS.into_iter().zip(counts) {
            let rows: Vec<_> =
                (0..count).map(|id| json!({ "task_id": id, "id": format!("e{id}") })).collect();
            self.user.sandbox.set_list(path, &rows, None).unwrap();
        }
        self.user.run(["--profile", "./p.toml"])
    }
}

const BOTH: &str = "{{#each data.tasks}}{{task_id}}{{/each}}/{{#each data.endpoints}}{{id}}{{/each}}";

#[test]
fn no_list_that_the_template_reads_is_emptied_silently() {
    let lists = Lists::of(&format!("{TASKS}{ENDPOINTS}"), BOTH);
    lists.run([2, 1]).code(0).stderr("");
    assert_eq!(lists.user.read("out.txt"), "01/e0");
    lists.run([2, 0]).code(5).says([
        "the guard refused to write `./out.txt`: it would have no `endpoints`, which the template reads",
        "or always with `may_be_empty = [\"endpoints\"]` in `[output.guard]`",
    ]);
    lists.run([0, 1]).code(5).says(["it would have no tasks, and `min_groups` is 1"]);
    let both = lists.run([0, 0]).code(5);
    both.says(["no tasks, and `min_groups` is 1; it would have no `endpoints`"]).never_says("or always with");
    assert_eq!(lists.user.read("out.txt"), "01/e0");
    assert_eq!(lists.user.read("out.txt.rejected"), "/");
    // As with the main list, stdout replaces nothing.
    lists.user.run(["--profile", "./p.toml", "-o", "-"]).code(0).stdout("/");
    lists.user.run(["--profile", "./p.toml", "--accept"]).code(0).says(["note: accepted: it would have no"]);
    assert_eq!(lists.user.read("out.txt"), "/");
}

#[test]
fn a_profile_says_which_lists_may_be_empty() {
    let lists = Lists::of(&format!("{TASKS}{ENDPOINTS}"), BOTH);
    lists.guard("may_be_empty = [\"endpoints\"]");
    lists.run([1, 0]).code(0).stderr("");
    lists.run([0, 1]).code(5);
    // A minimum holds for the main list alone.
    lists.guard("min_groups = 0");
    lists.run([0, 1]).code(0).stderr("");
    lists.run([1, 0]).code(5);
    lists.guard("may_be_empty = [\"endpoints\", \"tasks\"]");
    lists.run([0, 0]).code(0).stderr("");
    lists.guard("may_be_empty = [\"tasks\"]\nmin_groups = 1");
    lists.run([0, 1]).code(5);
}

#[test]
fn what_the_template_does_not_read_may_be_empty() {
    let lists = Lists::of(&format!("{TASKS}{ENDPOINTS}"), "{{#each data.tasks}}{{task_id}}{{/each}}");
    lists.run([1, 0]).code(0).stderr("");
}

#[test]
fn a_list_below_others_is_empty_if_it_is_so_below_all_of_them() {
    let lists = Lists::of(
        &format!("{ENDPOINTS}{RULES}"),
        "{{#each data.endpoints}}{{id}}:{{#each rules}}{{path}}{{/each}}{{/each}}",
    );
    let below = |id: &str, rules: &[serde_json::Value]| {
        lists.user.sandbox.set_list(&format!("/v0.10/endpoint/{id}/access_list"), rules, None).unwrap();
    };
    below("e0", &[]);
    below("e1", &[json!({ "path": "/a/" })]);
    lists.run([0, 2]).code(0).stderr("");
    assert_eq!(lists.user.read("out.txt"), "e0:e1:/a/");
    below("e1", &[]);
    lists.run([0, 2]).code(5).says(["it would have no `rules`", "may_be_empty = [\"rules\"]"]);
    // Without rows above there are no requests for it.
    lists.guard("min_groups = 0");
    lists.run([0, 0]).code(0).stderr("");
}

#[test]
fn groups_without_any_memberships_are_an_empty_list() {
    let template = "{{#each groups}}{{name}}:{{#each memberships}}{{username}}{{/each}}{{/each}}";
    // The user is the only admin, and nobody is a manager.
    let of = |role: &str, guard: &str| {
        format!(
            "[groups]\ninclude = [\"memberships\"]\nmembers = {{ roles = [\"{role}\"] }}\n\
             [output]\npath = \"out.txt\"\n[output.guard]\n{guard}"
        )
    };
    let user = world(3, &[group(1, [1]), group(2, [])], template, &of("member", ""));
    run(&user).code(0).stderr("");
    assert_eq!(user.read("out.txt"), "G1:p1@example.eduG2:");
    profile(&user, template, &of("manager", ""));
    run(&user).code(5).says(["it would have no `memberships`", "may_be_empty = [\"memberships\"]"]);
    // Also if the groups are sorted, and do not come one by one.
    profile(&user, &template.replace("each groups", "each (sort groups \"name\")"), &of("manager", ""));
    run(&user).code(5).says(["it would have no `memberships`"]);
    profile(&user, template, &of("manager", "may_be_empty = [\"memberships\"]"));
    run(&user).code(0).stderr("");
    profile(&user, "{{#each groups}}{{name}}{{/each}}", &of("manager", ""));
    run(&user).code(0).stderr("");
}

#[test]
fn a_list_that_may_be_empty_is_one_of_the_profile() {
    let lists = Lists::of(&format!("{TASKS}{ENDPOINTS}"), BOTH);
    for (name, help) in [
        ("endpoint", "did you mean `endpoints`?"),
        ("groups", "it fetches `tasks`, `endpoints`"),
        ("memberships", "it fetches `tasks`, `endpoints`"),
    ] {
        lists.guard(&format!("may_be_empty = [\"{name}\"]"));
        let said = lists.user.run(["check", "./p.toml"]).code(2);
        said.says([&format!("this profile fetches no list `{name}`"), help]);
    }
}

//! Which groups a profile means, and in which order.

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::User;
use crate::support::world::{group, id, member, path, profile, requested, run, with, world};

const NAMES: &str = "{{#each groups}}{{name}} {{/each}}";
const LIST: &str = "/v2/groups/my_groups";

/// The names of the groups that this section selects.
fn selected(groups: &[Value], section: &str) -> String {
    let user = world(3, groups, NAMES, &format!("[groups]\n{section}"));
    run(&user).code(0).stdout
}

/// A group of which the user has this membership.
fn mine(number: usize, role: &str, status: &str) -> Value {
    let membership = with(member(0, role), &json!({ "status": status }));
    with(group(number, []), &json!({ "memberships": [membership] }))
}

#[test]
fn the_service_is_asked_for_the_statuses_of_ones_own_memberships() {
    let groups = [mine(1, "admin", "active"), mine(2, "member", "invited"), mine(3, "member", "left")];
    let user = world(1, &groups, NAMES, "");
    for (section, names, query) in [
        ("", "G1 ", ""),
        ("[groups]", "G1 ", ""),
        ("[groups]\nstatuses = [\"active\"]", "G1 ", "?statuses=active"),
        ("[groups]\nstatuses = [\"invited\", \"left\"]", "G2 G3 ", "?statuses=invited,left"),
    ] {
        profile(&user, NAMES, section);
        run(&user).code(0).stdout(names).stderr("");
        assert_eq!(requested(&user), [format!("{LIST}{query}")], "{section}");
    }
}

#[test]
fn groups_are_selected_by_role_name_and_id() {
    let named = |number, name: &str, role| with(mine(number, role, "active"), &json!({ "name": name }));
    let groups = [
        named(1, "lab-a", "admin"),
        named(2, "lab-b-test", "manager"),
        named(3, "lab-c", "member"),
        named(4, "Lab-d/é", "admin"),
    ];
    let user = world(1, &groups, NAMES, "");
    for (section, names) in [
        ("roles = [\"admin\", \"manager\"]", "lab-a lab-b-test Lab-d/é "),
        ("roles = [\"member\"]", "lab-c "),
        ("names = [\"lab-*\", \"!*-test\"]", "lab-a lab-c "),
        ("names = [\"!*-test\"]", "lab-a lab-c Lab-d/é "),
        ("names = [\"*?é\"]", "Lab-d/é "),
        ("names = [\"[Ll]ab-[ad]*\"]\nroles = [\"admin\"]", "lab-a Lab-d/é "),
        (&format!("ids = [\"{}\", \"{}\"]", id(3), id(1)), "lab-a lab-c "),
        (&format!("ids = [\"{}\"]\nroles = [\"admin\"]", id(3)), ""),
        ("names = [\"nothing\"]", ""),
    ] {
        profile(&user, NAMES, &format!("[groups]\n{section}"));
        run(&user).code(0).stdout(names).stderr("");
    }
}

#[test]
fn an_id_that_is_not_among_the_groups_fails_the_run_or_is_said() {
    let section = format!("[groups]\nids = [\"{}\", \"{}\"]", id(1), id(7));
    let user = world(1, &[group(1, []), group(2, [])], NAMES, &section);
    run(&user).code(1).stdout("").says(["not among your groups", &id(7), "on_error = \"keep\""]);
    profile(&user, NAMES, &format!("{section}\non_error = \"keep\""));
    run(&user).code(0).stdout("G1 ").says(["none of your groups has the ID", &id(7)]).never_says(&id(1));
}

#[test]
fn a_selection_that_names_nothing_is_a_mistake() {
    let user = world(1, &[group(1, [])], NAMES, "");
    for (key, what) in [("ids", "ID"), ("names", "name"), ("roles", "role")] {
        profile(&user, NAMES, &format!("[groups]\n{key} = []"));
        run(&user).code(2).stdout("").says([&format!("`groups.{key}` names no {what}")]);
    }
    let members = "[groups]\ninclude = [\"memberships\"]\nmembers = { roles = [] }";
    profile(&user, NAMES, members);
    run(&user).code(2).stdout("").says(["`groups.members.roles` names no role"]);
}

/// A group with a parent, of which the user is a member or not.
fn child(number: usize, parent: usize, is_mine: bool) -> Value {
    let parent = with(group(number, []), &json!({ "parent_id": id(parent) }));
    if is_mine { parent } else { not_mine(parent) }
}

/// One that all may see.
fn not_mine(group: Value) -> Value {
    with(group, &json!({ "memberships": [], "policies": { "group_visibility": "authenticated" } }))
}

#[test]
fn a_parent_has_all_groups_below_it_by_way_of_groups_that_are_not_mine() {
    let groups = [
        not_mine(group(1, [])),
        child(2, 1, true),
        child(3, 2, true),
        child(4, 1, false),
        child(5, 4, false),
        child(6, 5, true),
        child(7, 5, true),
        group(8, []),
        child(9, 8, true),
    ];
    let user = world(1, &groups, NAMES, &format!("[groups]\nparent = \"{}\"", id(1)));
    run(&user).code(0).stdout("G2 G3 G6 G7 ").stderr("");
    // Each one between is looked up once, and neither the parent nor what is in the list.
    assert_eq!(requested(&user), [LIST, &path(5), &path(4)]);

    profile(&user, NAMES, &format!("[groups]\nparent = \"{}\"\nsort = [\"-name\"]", id(8)));
    run(&user).code(0).stdout("G9 G8 ");
}

#[test]
fn the_way_up_ends_at_a_group_that_may_not_be_seen_which_is_said_once() {
    let hidden = with(child(5, 1, false), &json!({ "policies": { "group_visibility": "private" } }));
    let groups = [group(1, []), hidden, child(6, 5, true), child(7, 5, true), child(8, 1, true)];
    let user = world(1, &groups, NAMES, &format!("[groups]\nparent = \"{}\"", id(1)));
    let outcome = run(&user).code(0).stdout("G1 G8 ");
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    outcome.says(["warning: groups below those that you may not see are left out", &id(5)]);
    assert_eq!(requested(&user), [LIST, &path(5)]);

    user.sandbox.add_fault(Fault::status(&path(5), 400));
    run(&user).code(1).stdout("").says(["can't get the group", &id(5), "status 400"]);
}

#[test]
fn a_parent_that_is_not_there_fails_the_run_or_is_said() {
    let section = format!("[groups]\nparent = \"{}\"", id(9));
    let user = world(1, &[group(1, []), not_mine(group(2, []))], NAMES, &section);
    run(&user).code(1).stdout("").says(["the group of `groups.parent` is not there", &id(9)]);
    profile(&user, NAMES, &format!("{section}\non_error = \"keep\""));
    run(&user).code(0).stdout("").says(["warning: there is no group with the ID", &id(9)]);
    // One that is there, and has none of the user's groups below it.
    profile(&user, NAMES, &format!("[groups]\nparent = \"{}\"", id(2)));
    run(&user).code(0).stdout("").stderr("");
}

#[test]
fn a_group_whose_parent_is_not_known_fails_the_run() {
    let section = format!("[groups]\nparent = \"{}\"", id(1));
    let user = world(1, &[group(1, []), child(5, 1, false), child(6, 5, true)], NAMES, &section);
    run(&user).code(0).stdout("G1 G6 ");
    for (document, why) in [
        (json!({ "id": id(7), "parent_id": null }), "sent another group"),
        (json!([]), "sent another group"),
        (json!(null), "sent another group"),
        (json!({ "id": id(5) }), "it has no `parent_id`"),
        (json!({ "id": id(5), "parent_id": 5 }), "its `parent_id` is no UUID"),
        (json!({ "id": id(5), "parent_id": "" }), "its `parent_id` is no UUID"),
    ] {
        user.sandbox.add_fault(Fault::json(&path(5), 200, document));
        run(&user).code(1).stdout("").says(["can't get the group", &id(5), why]);
    }
    let listed = json!({ "id": id(6), "name": "G6", "my_memberships": [], "parent_id": [id(1)] });
    user.sandbox.set_groups(vec![listed]);
    run(&user).code(1).stdout("").says(["unusable list of groups", &id(6), "its `parent_id` is no UUID"]);
}

#[test]
fn groups_in_a_circle_are_below_nothing() {
    let groups = [
        child(1, 2, true),
        child(2, 1, true),
        child(3, 3, true),
        child(4, 5, true),
        child(5, 6, false),
        child(6, 5, false),
    ];
    assert_eq!(selected(&groups, &format!("parent = \"{}\"\non_error = \"keep\"", id(9))), "");
    assert_eq!(selected(&groups, &format!("parent = \"{}\"", id(2))), "G1 G2 ");
}

#[test]
fn groups_are_sorted_by_any_fields() {
    let one =
        |number, name: &str, keys: &Value| with(with(group(number, []), &json!({ "name": name })), keys);
    let groups = [
        one(1, "beta", &json!({ "created": 2, "policies": { "x": "b" } })),
        one(2, "Alpha", &json!({ "created": 10 })),
        one(3, "alpha", &json!({ "created": 2, "policies": { "x": "a" } })),
    ];
    let user = world(1, &groups, NAMES, "");
    for (section, names) in [
        ("", "beta Alpha alpha "),
        ("sort = [\"name\"]", "Alpha alpha beta "),
        ("sort = [\"-name\"]", "beta alpha Alpha "),
        ("sort = [\"created\", \"name\"]", "alpha beta Alpha "),
        ("sort = [\"-created\", \"-name\"]", "Alpha beta alpha "),
        ("sort = [\"-policies.x\"]", "beta alpha Alpha "),
        ("sort = [\"nothing\"]", "beta Alpha alpha "),
    ] {
        profile(&user, NAMES, &format!("[groups]\n{section}"));
        run(&user).code(0).stdout(names);
        // As the helper has it.
        let by_helper = match section {
            "sort = [\"name\"]" => "{{#each (sort groups \"name\")}}{{name}} {{/each}}",
            "sort = [\"created\", \"name\"]" => {
                "{{#each (sort groups \"created\" \"name\")}}{{name}} {{/each}}"
            }
            _ => continue,
        };
        profile(&user, by_helper, "");
        run(&user).code(0).stdout(names);
    }
}

#[test]
fn the_guard_and_the_totals_count_the_groups_that_are_selected() {
    let groups = [mine(1, "admin", "active"), mine(2, "member", "active")];
    let user = world(
        1,
        &groups,
        "{{#each groups}}{{name}} {{/each}}{{totals.groups}}",
        "[groups]\nroles = [\"admin\"]",
    );
    run(&user).code(0).stdout("G1 1");
    profile(
        &user,
        "{{#each groups}}{{name}} {{/each}}",
        "[groups]\nroles = [\"manager\"]\n[output]\npath = \"out.txt\"",
    );
    run(&user).code(5).says(["no groups"]);
}

/// The built-in sample has other names and IDs than those that a profile selects.
#[test]
fn a_sample_has_groups_that_pass_the_selection() {
    const A: &str = "9d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6";
    const B: &str = "2d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6";
    let user = User::new();
    user.write("t.txt.hbs", "{{#each groups}}{{id}};{{name}};{{parent_id}};{{json roles}}\n{{/each}}");
    let sample = |lines: &str| {
        user.profile("p", &format!("[groups]\n{lines}"));
        let text = user.read("p.toml").replace("groups.csv.hbs", "./t.txt.hbs");
        user.write("p.toml", &text);
        user.run(["check", "p.toml"]).code(0);
        let rendered = user.run(["render", "p.toml"]).code(0).stdout;
        rendered
            .lines()
            .map(|line| line.split(';').map(str::to_owned).collect())
            .collect::<Vec<Vec<String>>>()
    };
    let all = sample("");
    let named = sample("names = [\"lab-*\", \"!*Genome*\"]");
    assert!(named.len() == all.len() && named.iter().all(|group| group[1].starts_with("lab-")), "{named:?}");
    // Those that pass as they are stay as they are.
    let genome = sample("names = [\"Genome*\"]");
    assert_eq!(genome.len(), 1, "{genome:?}");
    assert!(all.contains(&genome[0]));
    let ids = sample(&format!("ids = [\"{A}\", \"{B}\"]"));
    assert_eq!(ids.iter().map(|group| group[0].as_str()).collect::<Vec<_>>(), [A, B]);
    let below = sample(&format!("parent = \"{A}\""));
    assert!(below.len() == all.len() && below[0][0] == A, "{below:?}");
    assert!(below[1..].iter().all(|group| group[2] == A), "{below:?}");
    let invited = sample("statuses = [\"invited\"]\nroles = [\"manager\"]");
    assert!(!invited.is_empty() && invited.iter().all(|group| group[3].contains("manager")), "{invited:?}");
    let everything = sample(&format!(
        "ids = [\"{A}\"]\nnames = [\"[x-z]?b*\"]\nparent = \"{B}\"\nroles = [\"admin\"]\nstatuses = [\"pending\"]"
    ));
    assert_eq!((everything.len(), everything[0][0].as_str(), everything[0][2].as_str()), (1, A, B));
}

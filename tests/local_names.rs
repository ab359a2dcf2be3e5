//! Local names of people and groups: the rules of a profile give them, and nothing is delivered without one.

use serde_json::{Value, json};

use crate::support::User;

/// A group with these usernames in `my_memberships`.
fn group(name: &str, id: u32, usernames: &[&str]) -> Value {
    let membership = |username: &&str| json!({ "username": username, "role": "member" });
    let memberships: Vec<Value> = usernames.iter().map(membership).collect();
    let id = format!("{id:08}-0000-4000-8000-000000000000");
    json!({ "id": id, "name": name, "my_memberships": memberships })
}

/// A user with these groups, whose profile `t` has these rules for people and this template for a list.
fn user_with(rules: &str, template: &str, groups: Vec<Value>) -> User {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.lines.hbs");
    user.write("t.toml", &format!("{profile}\n[vars.rules]\n{rules}\n"));
    user.write("t.lines.hbs", template);
    user.sandbox.set_groups(groups);
    user
}

const EACH_GROUP: &str = "{{#each groups}}\n{{#each my_memberships}}\n\
    {{default (local_user username @root.vars.rules) \"-\"}}\n{{/each}}\n{{/each}}\n";

const RULES: &str = "\"example.edu\" = \"{user}\"\n\"lab.example.org\" = \"lab-{user}\"\n\
    \"chloe@lab.example.org\" = \"chloe\"\n\"clients.auth.globus.org\" = false";

#[test]
fn the_rule_for_a_user_wins_over_that_for_the_domain() {
    let usernames = [
        "ada@example.edu",
        "Ben.Okafor@Example.EDU",
        "ada@lab.example.org",
        "chloe@lab.example.org",
        "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a@clients.auth.globus.org",
    ];
    let user = user_with(RULES, EACH_GROUP, vec![group("A", 1, &usernames), group("B", 2, &usernames[..1])]);
    user.run(["--profile", "./t.toml"])
        .code(0)
        .stderr("")
        .stdout("ada\nben.okafor\nlab-ada\nchloe\n-\nada\n");
    user.write(
        "t.lines.hbs",
        "{{#each groups}}\n{{join (local_users my_memberships @root.vars.rules)}}\n{{/each}}\n",
    );
    user.run(["--profile", "./t.toml"]).code(0).stdout("ada, ben.okafor, chloe, lab-ada\nada\n");
}

#[test]
fn a_person_without_a_rule_ends_the_run_and_is_named() {
    let user = user_with(RULES, EACH_GROUP, vec![group("A", 1, &["ada@example.edu", "eve@evil.example"])]);
    user.write("list", "as it was\n");
    user.run(["--profile", "./t.toml", "-o", "list"]).code(1).stdout("").says([
        "no rule gives the user `eve@evil.example` a local name",
        "add to the rules `\"evil.example\" = \"{user}\"` or `\"evil.example\" = false`",
        "it can't render number 1 of the groups, `A`",
    ]);
    assert_eq!(user.read("list"), "as it was\n");
    // A username without a domain is covered by no domain, and the text of a rule's key is no username.
    for username in ["ada", "example.edu", "@", "*", "", "ada@", "ada@*", "ada@example.edu@evil.example"] {
        user.sandbox.set_groups(vec![group("A", 1, &[username])]);
        user.run(["--profile", "./t.toml"])
            .code(1)
            .says([&format!("no rule gives the user `{username}` a local name")]);
    }
}

#[test]
fn two_people_never_get_one_name() {
    let rules = "\"example.edu\" = \"{user}\"\n\"lab.example.org\" = \"{user}\"";
    for (groups, template) in [
        (vec![group("A", 1, &["ada@example.edu", "ada@lab.example.org"])], EACH_GROUP),
        (vec![group("A", 1, &["ada@example.edu"]), group("B", 2, &["ada@lab.example.org"])], EACH_GROUP),
        (
            vec![group("A", 1, &["ada@example.edu"]), group("B", 2, &["ada@lab.example.org"])],
            "{{#each (sort groups \"name\")}}\n{{#each (local_users my_memberships @root.vars.rules)}}\n\
             {{this}}\n{{/each}}\n{{/each}}\n",
        ),
    ] {
        let user = user_with(rules, template, groups);
        user.run(["--profile", "./t.toml"])
            .code(1)
            .stdout("")
            .says(["the user `ada@lab.example.org` would be `ada`, and so is `ada@example.edu`"])
            .says(["\"ada@lab.example.org\" = \"another-name\""]);
    }
}

#[test]
fn a_username_in_capitals_is_another_one_until_a_rule_says_so() {
    let user = user_with(RULES, EACH_GROUP, vec![group("A", 1, &["ada@example.edu", "ADA@example.edu"])]);
    user.run(["--profile", "./t.toml"]).code(1).says(["`ADA@example.edu` would be `ada`, and so is"]);
}

#[test]
fn no_name_is_cut_or_mended() {
    let rules = "\"*\" = \"{user}\"";
    let long = "a".repeat(33);
    for user_part in
        ["1ada", "-ada", ".ada", "a b", "a:b", "a,b", "a/b", "a\nb", "ada+x", "jürgen", "ada$", &long]
    {
        let username = format!("{user_part}@example.edu");
        let user = user_with(rules, EACH_GROUP, vec![group("A", 1, &[&username])]);
        user.run(["--profile", "./t.toml"]).code(1).stdout("").says(["which is no local name"]);
    }
    // A rule of its own is no better than its name.
    let user =
        user_with("\"ada@example.edu\" = \"Ada R\"", EACH_GROUP, vec![group("A", 1, &["ada@example.edu"])]);
    user.run(["--profile", "./t.toml"])
        .code(1)
        .says(["`ada@example.edu` would be `Ada R`, which is no local name"]);
}

#[test]
fn a_pattern_gives_no_name_of_the_system() {
    let groups = || vec![group("A", 1, &["root@example.edu"])];
    let user = user_with("\"example.edu\" = \"{user}\"", EACH_GROUP, groups());
    user.run(["--profile", "./t.toml"])
        .code(1)
        .says(["the user `root@example.edu` would be `root`, a name of the system"]);
    let user = user_with("\"root@example.edu\" = \"root\"", EACH_GROUP, groups());
    user.run(["--profile", "./t.toml"]).code(0).stdout("root\n");
}

#[test]
fn a_rule_that_is_no_rule_is_a_mistake() {
    for (rules, says) in [
        ("\"example.edu\" = true", "the rule for `example.edu` is true or false, not a text or false"),
        (
            "\"Example.edu\" = false",
            "the rule for `Example.edu` is for none: its key is not in small letters",
        ),
        (
            "\"example.edu\" = \"{user}\"\n\"Evil@example.edu\" = false",
            "the rule for `Evil@example.edu` is for none",
        ),
        ("\"example.edu\" = 1", "the rule for `example.edu` is a number, not a text or false"),
    ] {
        let user = user_with(rules, EACH_GROUP, vec![group("A", 1, &["ada@example.edu"])]);
        user.run(["--profile", "./t.toml"]).code(2).says([says, "write {{local_user USERNAME RULES}}"]);
    }
    let user = user_with("", "{{local_user \"a@b\" \"c\"}}\n", vec![]);
    user.run(["--profile", "./t.toml"]).code(2).says(["its second argument is a text, not an object"]);
}

#[test]
fn a_group_is_known_by_its_id_first() {
    let template = "{{#each groups}}\n{{local_group name id @root.vars.rules}}\n{{/each}}\n";
    let id = "00000001-0000-4000-8000-000000000000";
    let rules = format!("\"{id}\" = \"climate\"\n\"Genome Center\" = \"genome\"\n\"*\" = \"g-{{name}}\"");
    let groups =
        |names: &[&str]| names.iter().zip(1..).map(|(name, id)| group(name, id, &[])).collect::<Vec<Value>>();
    let user = user_with(&rules, template, groups(&["Anything", "Genome Center", "Beamline 7 Users"]));
    user.run(["--profile", "./t.toml"]).code(0).stdout("climate\ngenome\ng-beamline-7-users\n");
    for (names, says) in [
        (vec!["A", "Lab B", "lab-b"], "the group `lab-b` would be `g-lab-b`, and so is `00000002-"),
        (vec!["A", "Zürich"], "the group `Zürich` would be `g-zürich`, which is no local name"),
        // The name of a group is not the id of another one.
        (vec!["A", id], "`g-00000001-0000-4000-8000-000000000000`, which is no local name"),
    ] {
        user.sandbox.set_groups(groups(&names));
        user.run(["--profile", "./t.toml"]).code(1).stdout("").says([says]);
    }
    let user = user_with("", template, groups(&["A"]));
    user.run(["--profile", "./t.toml"])
        .code(1)
        .says(["no rule gives the group `A` a local name", "add to the rules `\"A\" = \"a-name\"`"]);
}

/// The rules of a profile know nobody of the sample.
#[test]
fn made_up_people_need_no_rule() {
    let user = user_with("\"mine.example\" = \"{user}\"", EACH_GROUP, vec![]);
    user.run(["check", "./t.toml"]).code(0).stderr("");
    let rendered = user.run(["-q", "render", "./t.toml"]).code(0).stdout;
    assert!(rendered.starts_with("user1\nuser2\nuser1\n"), "{rendered}");
    for sandbox in ["--sandbox", "--sandbox=hostile"] {
        user.run(["-q", "--profile", "./t.toml", sandbox]).code(0);
    }
    // Saved data is of real people.
    user.run(["-q", "data", "./t.toml", "--sandbox", "--save", "data.json"]).code(0);
    user.run(["-q", "render", "./t.toml", "--data", "data.json"]).code(1).says(["no rule gives the user `"]);
}

//! The ready profiles about members: every reader of their formats finds the same people, and a list that would be wrong
//! is not delivered.

use std::collections::{BTreeMap, BTreeSet};

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::Value;

use crate::support::User;
use crate::support::ready::{LISTS, MEMBERS, made};

const SANDBOXES: [&str; 2] = ["--sandbox", "--sandbox=hostile"];

/// What `members-json` makes: the groups with their members.
fn groups(user: &User, sandbox: &str) -> Vec<Value> {
    serde_json::from_str(&made(user, "members-json", sandbox)).unwrap()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn members(group: &Value) -> &[Value] {
    group["members"].as_array().map_or(&[], Vec::as_slice)
}

fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn members_of_csv_are_those_of_json() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let mut expected = Vec::new();
        for group in groups(&user, sandbox) {
            assert_eq!(group["hidden"] == true, group["members"].is_null());
            if group["hidden"] == true {
                expected.push([text(&group, "name"), "", "", "", "", "hidden"].map(str::to_owned).to_vec());
            }
            for member in members(&group) {
                let of = |key| text(member, key).to_owned();
                let person = ["username", "name", "email", "role", "status"].map(of);
                expected.push([vec![text(&group, "name").to_owned()], person.to_vec()].concat());
            }
        }
        assert_eq!(records(&made(&user, "members", sandbox)), expected);
    }
}

/// The usernames and groups of all people in the groups that the user runs.
fn people(user: &User, sandbox: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let own = made(user, "groups-json", sandbox);
    for group in serde_json::from_str::<Vec<Value>>(&own).unwrap() {
        let roles = group["roles"].as_array().unwrap();
        if !roles.iter().any(|role| role == "admin" || role == "manager") {
            continue;
        }
        let all = groups(user, sandbox);
        let found = all.iter().find(|other| other["id"] == group["id"]).unwrap();
        for member in members(found).iter().filter(|member| member["status"] == "active") {
            let groups = people.entry(text(member, "username").to_owned()).or_default();
            groups.insert(text(&group, "name").to_owned());
        }
    }
    people
}

#[test]
fn each_person_is_once_in_people_with_all_groups() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let read = records(&made(&user, "people", sandbox)).into_iter();
        let read: Vec<(String, String)> = read.map(|record| (record[0].clone(), record[3].clone())).collect();
        let expected = people(&user, sandbox);
        let mut names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, expected.keys().map(String::as_str).collect::<Vec<_>>());
        for (name, groups) in read {
            let groups: BTreeSet<String> = groups.split("; ").map(str::to_owned).collect();
            assert_eq!(groups, expected[&name], "{name}");
        }
    }
}

#[test]
fn accounts_and_groups_are_one_set_of_names() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let passwd = made(&user, "passwd", sandbox);
        let group = made(&user, "unix-group", sandbox);
        let htgroup = made(&user, "htgroup", sandbox);
        let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
        let users: Vec<Vec<String>> = passwd.lines().map(fields).collect();
        let names: BTreeSet<&str> = users.iter().map(|user| user[0].as_str()).collect();
        let numbers: BTreeSet<&str> = users.iter().map(|user| user[2].as_str()).collect();
        assert_eq!((names.len(), numbers.len()), (users.len(), users.len()));
        assert!(
            users
                .iter()
                .all(|user| user.len() == 7 && user[1] == "*" && user[5] == format!("/home/{}", user[0]))
        );
        let mut found: BTreeSet<String> = BTreeSet::new();
        for (unix, apache) in group.lines().zip(htgroup.lines()) {
            let unix = fields(unix);
            let (name, apache) = apache.split_once(':').unwrap();
            assert_eq!((unix.len(), unix[0].as_str(), unix[1].as_str()), (4, name, "*"));
            assert_eq!(unix[3].split(',').collect::<Vec<_>>(), apache.split_whitespace().collect::<Vec<_>>());
            found.extend(unix[3].split(',').map(str::to_owned));
        }
        assert_eq!(group.lines().count(), htgroup.lines().count());
        assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), names);
        // Service accounts have no local name.
        assert_eq!(
            names.len(),
            people(&user, sandbox).keys().filter(|name| !name.contains("clients.auth")).count()
        );
        let allowed: Value = serde_json::from_str(&made(&user, "jupyterhub-allowlist", sandbox)).unwrap();
        let allowed = allowed["Authenticator"]["allowed_users"].as_array().unwrap();
        assert_eq!(allowed.iter().map(|name| name.as_str().unwrap()).collect::<BTreeSet<_>>(), names);
        let mapping: Value = serde_json::from_str(&made(&user, "globus-identity-mapping", sandbox)).unwrap();
        assert_eq!(mapping["DATA_TYPE"], "expression_identity_mapping#1.0.0");
        let outputs =
            mapping["mappings"].as_array().unwrap().iter().map(|rule| rule["output"].as_str().unwrap());
        assert_eq!(outputs.collect::<BTreeSet<_>>(), names);
        let hiera = made(&user, "hiera-yaml", sandbox);
        let hiera = &Yaml::load_from_str(&hiera).unwrap()[0];
        let of = |key: &str| hiera.as_mapping_get(key).unwrap().as_mapping().unwrap();
        let users = of("globus::users").keys().map(|name| name.as_str().unwrap());
        assert_eq!(users.collect::<BTreeSet<_>>(), names);
        assert_eq!(of("globus::groups").len(), group.lines().count());
    }
}

/// The text of a ready profile, changed, as `mine.toml`.
fn changed(user: &User, profile: &str, from: &str, to: &str) {
    let (_, text) = globus_runner::EMBEDDED_PROFILES.iter().find(|(name, _)| *name == profile).unwrap();
    assert!(text.contains(from), "{text}");
    user.write("mine.toml", &text.replace(from, to));
}

/// The profiles that name people only by their usernames, so that the login of every test is enough.
const BY_USERNAME: [&str; 4] = ["htgroup", "unix-group", "jupyterhub-allowlist", "globus-identity-mapping"];

#[test]
fn a_list_of_a_group_that_hides_its_members_is_not_delivered() {
    let user = User::logged_in();
    for profile in BY_USERNAME {
        user.run(["-q", "--profile", profile]).code(0).stderr("");
        changed(&user, profile, "roles   = [\"admin\", \"manager\"]\n", "");
        user.write("list", "as it was\n");
        let outcome = user.run(["--profile", "./mine.toml", "-o", "list", "--accept"]);
        assert_ne!(outcome.code, Some(0), "{outcome:#?}");
        outcome.says(["the memberships of the group `Climate Modeling Writers` are hidden from you"]);
        assert_eq!(user.read("list"), "as it was\n");
    }
}

#[test]
fn a_list_with_a_person_who_has_no_name_is_not_delivered() {
    let user = User::logged_in();
    for profile in BY_USERNAME {
        changed(&user, profile, "\"lab.example.org\"         = \"{user}-lab\"\n", "");
        user.run(["--profile", "./mine.toml"])
            .code(1)
            .stdout("")
            .says(["no rule gives the user `", "@lab.example.org` a local name"]);
        changed(&user, profile, "\"{user}-lab\"", "\"ada\"");
        user.run(["--profile", "./mine.toml"]).code(1).stdout("").says(["would be `ada`, and so is `"]);
    }
}

#[test]
fn numbers_of_the_ready_profiles_are_kept_together() {
    let user = User::logged_in();
    let first = user.run(["-q", "--profile", "unix-group"]).code(0).stdout;
    assert_eq!(user.run(["-q", "--profile", "unix-group"]).code(0).stdout, first);
    let ids: Value = serde_json::from_str(&user.read(".list-my-globus-groups-ids.json")).unwrap();
    assert_eq!(ids["groups"].as_object().unwrap().len(), first.lines().count());
}

#[test]
fn a_username_is_matched_whole_and_without_special_characters() {
    let user = User::logged_in();
    changed(&user, "globus-identity-mapping", "match = \"id\"", "match = \"username\"");
    let mapping = user.run(["-q", "--profile", "./mine.toml"]).code(0).stdout;
    let mapping: Value = serde_json::from_str(&mapping).unwrap();
    let rules = mapping["mappings"].as_array().unwrap();
    assert!(rules.contains(&serde_json::json!({
        "source": "{username}", "match": "ada@example\\.edu", "output": "ada",
    })));
}

#[test]
fn each_can_be_checked() {
    let user = User::new();
    for (profile, _) in MEMBERS.into_iter().chain(LISTS) {
        user.run(["check", profile]).code(0).stderr("");
    }
}

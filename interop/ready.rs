//! The files that ready profiles make, read by the programs that they are for: the C library, Apache, Puppet, `JupyterHub`
//! and Globus's own mapper of identities.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::User;
use crate::support::ready::made;
use crate::support::world::{group, id, username, with, world};
use crate::venv::python;

const SANDBOXES: [&str; 2] = ["--sandbox", "--sandbox=hostile"];

/// What the program of this kind finds in the file.
#[track_caller]
fn read(kind: &str, file: &Path, questions: &Value) -> Value {
    let mut command = Command::new(python("ready"));
    command.arg("interop/ready/read.py").arg(kind).arg(file).arg(questions.to_string());
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{kind}: {stderr}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{kind}: {error}: {stderr}"))
}

/// The file that a profile makes in this sandbox.
fn file(user: &User, profile: &str, sandbox: &str) -> PathBuf {
    user.write(&format!("{profile}{sandbox}.made"), &made(user, profile, sandbox))
}

fn fields(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(':').collect()).collect()
}

/// The local names of all people in the list.
fn names(user: &User, sandbox: &str) -> Vec<String> {
    fields(&made(user, "passwd", sandbox)).iter().map(|fields| fields[0].to_owned()).collect()
}

#[test]
fn the_c_library_finds_every_account() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let passwd = made(&user, "passwd", sandbox);
        assert_eq!(read("passwd", &file(&user, "passwd", sandbox), &json!([])), json!(fields(&passwd)));
        let group = made(&user, "unix-group", sandbox);
        let groups: Vec<Value> = fields(&group)
            .iter()
            .map(|fields| json!([fields[0], fields[1], fields[2], fields[3].split(',').collect::<Vec<_>>()]))
            .collect();
        assert_eq!(read("group", &file(&user, "unix-group", sandbox), &json!([])), json!(groups));
    }
}

#[test]
fn apache_lets_in_the_members_of_a_group_and_no_others() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let mut asked = names(&user, sandbox);
        asked.push("mallory".to_owned());
        let let_in = read("apache", &file(&user, "htgroup", sandbox), &json!(asked));
        let htgroup = made(&user, "htgroup", sandbox);
        assert_eq!(let_in.as_object().unwrap().len(), htgroup.lines().count());
        for line in htgroup.lines() {
            let (name, users) = line.split_once(':').unwrap();
            let members: Vec<&str> = users.split_whitespace().collect();
            let expected: Vec<&String> =
                asked.iter().filter(|name| members.contains(&name.as_str())).collect();
            assert_eq!(let_in[name], json!(expected), "{name}");
        }
    }
}

#[test]
fn jupyterhub_lets_in_who_is_on_the_list_and_no_others() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let listed = names(&user, sandbox);
        let asked = [listed.clone(), vec!["mallory".to_owned()]].concat();
        let found = read("jupyterhub", &file(&user, "jupyterhub-allowlist", sandbox), &json!(asked));
        assert_eq!(found, json!([listed, false]));
    }
}

#[test]
fn readers_of_yaml_and_puppet_find_every_text_as_it_is() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let made = file(&user, "hiera-yaml", sandbox);
        let yaml = read("pyyaml", &made, &json!([]));
        assert_eq!(read("ruby", &made, &json!([])), yaml);
        let keys: Vec<&String> = yaml.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["globus::groups", "globus::users"]);
        let found = read("puppet", &made, &json!(keys));
        // No name of the samples has a `%`.
        assert_eq!(found, yaml);
    }
}

/// The text of a ready profile with other lines from these on, up to the next empty one.
fn changed(profile: &str, from: &str, to: &str) -> String {
    let (_, text) = globus_runner::EMBEDDED_PROFILES.iter().find(|(name, _)| *name == profile).unwrap();
    let (before, rest) = text.split_once(from).unwrap();
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    format!("{before}{from}{to}\n\n{after}")
}

#[test]
fn puppet_runs_nothing_that_a_group_is_called() {
    let name = "%{about} 100% %{lookup('globus::users')} %{literal('%')}{x}";
    let user = world(1, &[with(group(1, []), &json!({ "name": name }))], "", "");
    let profile = changed("hiera-yaml", "[vars.local_groups]\n", "\"*\" = \"lab\"");
    user.write("mine.toml", &profile);
    let made = user.run(["-q", "--profile", "./mine.toml"]).code(0).stderr("").stdout;
    let file = user.write("mine.made", &made);
    let found = read("puppet", &file, &json!(["globus::groups"]));
    assert_eq!(found["globus::groups"]["lab"]["name"], name);
    assert_eq!(found["globus::groups"]["lab"]["members"], json!(["p0"]));
}

#[test]
fn an_identity_is_mapped_by_its_id_alone() {
    let user = User::new();
    for sandbox in SANDBOXES {
        let mapping = file(&user, "globus-identity-mapping", sandbox);
        let members: Value = serde_json::from_str(&made(&user, "members-json", sandbox)).unwrap();
        let people: Vec<Value> = members
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|group| group["members"].as_array().cloned().unwrap_or_default())
            .map(|member| json!({ "id": member["identity_id"], "username": member["username"] }))
            .collect();
        let listed = names(&user, sandbox);
        let found = read("mapping", &mapping, &json!(people));
        let mut found: Vec<&str> = found.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, listed);
        // Who has taken over a username is another person.
        let others: Vec<Value> =
            people.iter().map(|person| json!({ "id": id(7), "username": person["username"] })).collect();
        let nobody = read("mapping", &mapping, &json!(others));
        assert!(nobody.as_array().unwrap().iter().all(Value::is_null), "{nobody}");
    }
}

#[test]
fn a_username_is_matched_whole_whatever_it_has() {
    let usernames = [
        "a.b@example.edu",
        "a+b@example.edu",
        "a|b@example.edu",
        "(a)*b?@example.edu",
        "^a$[b]{0}@example.edu",
    ];
    let with_backslash = [&usernames[..], &["a\\b@example.edu"]].concat();
    let rule = |(at, name): (usize, &&str)| format!("{} = \"u{at}\"", json!(name));
    let rules: Vec<String> = with_backslash.iter().enumerate().map(rule).collect();
    let profile = changed("globus-identity-mapping", "[vars.local_users]\n", &rules.join("\n"));
    let user = User::new();
    user.write("mine.toml", &profile.replace("match = \"id\"", "match = \"username\""));
    let member = |username: &&str| json!({ "username": username, "identity_id": id(2), "role": "member" });
    let members: Vec<Value> = with_backslash.iter().map(member).collect();
    let group =
        json!({ "id": id(1), "name": "Lab", "roles": ["admin"], "hidden": false, "memberships": members });
    user.write("data.json", &json!({ "groups": [group] }).to_string());
    let made = user.run(["-q", "render", "./mine.toml", "--data", "data.json"]).code(0).stderr("").stdout;
    let file = user.write("mine.made", &made);
    let asked = |username: &str| json!({ "id": id(1), "username": username });
    let identities: Vec<Value> = usernames.iter().map(|username| asked(username)).collect();
    let expected: Vec<String> = (0..usernames.len()).map(|at| format!("u{at}")).collect();
    assert_eq!(read("mapping", &file, &json!(identities)), json!(expected));
    // One with a backslash is matched by its id.
    assert!(made.contains(&format!("\"match\": \"{}\"", id(2))), "{made}");
    let others = [
        "axb@example.edu",
        "aab@example.edu",
        "a",
        "xa.b@example.edu",
        "a.b@example.edux",
        "b@example.edu",
        &username(1),
    ];
    let others: Vec<Value> = others.iter().map(|username| asked(username)).collect();
    let found = read("mapping", &file, &json!(others));
    assert!(found.as_array().unwrap().iter().all(Value::is_null), "{found}");
}

//! Groups and people of a test's own.

use globus_sandbox::{Data, Options};
use serde_json::{Value, json};

use super::{Outcome, User};

const VIEW: &str = "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships";
const IDENTITIES: &str = "urn:globus:auth:scope:auth.globus.org:view_identities";

/// The UUID with this number.
pub fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// The username of a person; the one with the number 0 is the user.
pub fn username(person: usize) -> String {
    format!("p{person}@example.edu")
}

/// A membership that is active.
pub fn member(person: usize, role: &str) -> Value {
    json!({ "username": username(person), "role": role })
}

/// A group with these people as members, and the user as an admin.
pub fn group(number: usize, people: impl IntoIterator<Item = usize>) -> Value {
    let others = people.into_iter().map(|person| member(person, "member"));
    let members: Vec<Value> = std::iter::once(member(0, "admin")).chain(others).collect();
    json!({ "id": id(number), "name": format!("G{number}"), "memberships": members })
}

/// A group with other keys than [`group`] has.
pub fn with(mut group: Value, keys: &Value) -> Value {
    for (key, value) in keys.as_object().unwrap() {
        group[key] = value.clone();
    }
    group
}

/// The path of a group's own document.
pub fn path(group: usize) -> String {
    format!("/v2/groups/{}", id(group))
}

/// A user among people whose numbers are less than this, with these groups, and a profile `p.toml`: a template of this
/// text, and these lines. The user has logged in, also for identities.
pub fn world(people: usize, groups: &[Value], template: &str, lines: &str) -> User {
    let user = of_data(people, groups);
    profile(&user, "{{#each groups}}{{name}}{{/each}}", "[output.guard]\nmin_groups = 0");
    let mut terminal = user.terminal(["--profile", "./p.toml", "--output", "/dev/null"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    user.sandbox.clear_requests();
    profile(&user, template, lines);
    user
}

fn of_data(people: usize, groups: &[Value]) -> User {
    let person = |number| {
        json!({
            "id": id(1_000_000 + number),
            "username": username(number),
            "name": format!("Person {number}"),
            "email": format!("p{number}@mail.example.edu"),
            "organization": "Example University",
        })
    };
    let data = json!({
        "users": (0..people).map(person).collect::<Vec<_>>(),
        "clients": [{ "id": "61338d24-54d5-408f-a10d-66c06b59f6d2", "name": "Globus tutorial" }],
        "groups": groups,
    });
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("data.json");
    std::fs::write(&file, data.to_string()).unwrap();
    User::with(Options { data: Data::load(&file).unwrap(), ..Options::default() })
}

/// Writes the profile `p.toml` again, with another template and other lines.
pub fn profile(user: &User, template: &str, lines: &str) {
    user.write("t.txt.hbs", template);
    let path = user.profile_with_scopes("p", &[VIEW, IDENTITIES], lines);
    let text = std::fs::read_to_string(path).unwrap().replace("groups.csv.hbs", "t.txt.hbs");
    user.write("p.toml", &text);
}

/// Runs the profile.
pub fn run(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml"])
}

/// The requests since the last call: paths with their queries.
pub fn requested(user: &User) -> Vec<String> {
    let requests = user.sandbox.requests();
    user.sandbox.clear_requests();
    let shown = requests.iter().map(|request| match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{}", request.path, query.replace("%2C", ",")),
    });
    shown.collect()
}

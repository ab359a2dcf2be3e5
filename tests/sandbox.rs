//! `runner sandbox`. What the sandbox does over HTTP is tested in its own package.

use url::Url;

use crate::support::User;

#[test]
fn the_command_serves_until_it_is_stopped() {
    let user = User::new();
    let data = "{\"users\": [{\"id\": \"u\", \"username\": \"eve@x\", \"name\": \"Eve\", \"email\": \"e\"}],\
                \"clients\": [{\"id\": \"61338d24-54d5-408f-a10d-66c06b59f6d2\", \"name\": \"T\"}],\
                \"groups\": [{\"id\": \"g\", \"name\": \"Only\", \"memberships\": [{\"username\": \"eve@x\", \"role\": \"admin\"}]}]}";
    user.write("data.json", data);
    let served = user.serve(["sandbox", "--data", "data.json", "--rotate-refresh-tokens"]);
    let url = Url::parse(&served.variables[0].1).unwrap();
    let names: Vec<&str> =
        served.variables.iter().map(|(name, _)| &name["GLOBUS_SDK_SERVICE_URL_".len()..]).collect();
    assert_eq!(names, ["AUTH", "GROUPS", "TRANSFER", "SEARCH", "FLOWS", "TIMER"]);

    let port = url.port().unwrap().to_string();
    user.run(["sandbox", "--port", &port]).code(1).says(["can't listen", &port, "in use"]);
    assert_eq!(served.stop(), Some(0));
}

/// A user, as TOML and as JSON.
const EVE: &str = "[[users]]\nid = \"u\"\nusername = \"eve@x\"\nname = \"Eve\"\nemail = \"e\"\n";
const EVE_JSON: &str = r#"{"id": "u", "username": "eve@x", "name": "Eve", "email": "e"}"#;

/// The message has the place, the line itself, what is wrong with it, and what would be right.
#[test]
fn a_mistake_in_the_data_is_shown_with_its_place() {
    let user = User::new();
    let group = |membership: &str| {
        format!("{EVE}\n[[groups]]\nid = \"g\"\nname = \"G\"\nmemberships = [\n    {membership},\n]\n")
    };
    let group_json = |membership: &str| {
        format!(
            "{{\"users\": [{EVE_JSON}],\n \"groups\": [{{\"id\": \"g\", \"name\": \"G\", \"memberships\": [\n{membership}]}}]}}"
        )
    };
    for (name, content, place, why, example) in [
        ("none.toml", "users = []".to_owned(), "1:9", "there must be at least one user", "users = [{ id ="),
        ("none.json", "{\"users\": []}".to_owned(), "1:11", "at least one user", "{\"users\": [{\"id\":"),
        ("word.toml", "nonsense".to_owned(), "1:9", "key with no value", "users = [{"),
        ("word.json", "nonsense".to_owned(), "1:2", "expected ident", "{\"users\": [{"),
        ("cut.json", "{\"users\": [".to_owned(), "1:11", "EOF while parsing a list", "{\"users\": [{"),
        ("empty.json", String::new(), "1:1", "EOF while parsing", "{\"users\": [{"),
        ("more.json", format!("{{\"users\": [{EVE_JSON}]}}\n}}"), "2:1", "trailing characters", "{\"users\""),
        ("type.toml", "users = 1".to_owned(), "1:9", "invalid type: integer", "users = [{"),
        ("type.json", "{\n  \"users\": 1}".to_owned(), "2:12", "invalid type: integer", "{\"users\": [{"),
        ("lacks.toml", "[[users]]\nid = \"u\"\n".to_owned(), "1:1", "missing field `username`", "users = [{"),
        ("key.toml", format!("{EVE}shoe_size = 9\n"), "6:13", "unknown field `shoe_size`", "users = [{"),
        (
            "linked.toml",
            format!("{EVE}linked = [{{ id = \"v\" }}]\n"),
            "6:11",
            "missing field `username`",
            "linked = [{",
        ),
        (
            "twice.toml",
            format!("{EVE}\n{EVE}"),
            "8:6",
            "the identity `eve@x` (u) is there twice",
            "users = [{",
        ),
        (
            "client.toml",
            format!("{EVE}[[clients]]\nid = \"c\"\nname = \"C\"\n[[clients]]\nid = \"c\"\nname = \"C\"\n"),
            "10:6",
            "the client `c` is there twice",
            "clients = [{",
        ),
        (
            "group.toml",
            format!("{EVE}[[groups]]\nid = \"g\"\n"),
            "6:1",
            "missing field `name`",
            "groups = [{",
        ),
        (
            "nobody.toml",
            group("{ username = \"x@y\", role = \"admin\" }"),
            "11:18",
            "no user has the identity `x@y`, and no client with a secret",
            "memberships = [{ username = \"ada@example.edu\", role = \"member\" }]",
        ),
        (
            "nobody.json",
            group_json("  {\"role\": \"admin\", \"username\": \"x@y\"}"),
            "3:33",
            "no user has the identity `x@y`",
            "\"memberships\": [{\"username\": \"ada@example.edu\", \"role\": \"member\"}]",
        ),
        (
            "role.toml",
            group("{ username = \"eve@x\", role = \"boss\" }"),
            "11:34",
            "`boss` is not a role: member, manager, admin",
            "memberships = [{",
        ),
        (
            "status.json",
            group_json("{\"username\": \"eve@x\", \"role\": \"admin\", \"status\": \"gone\"}"),
            "3:50",
            "`gone` is not a status: active, declined,",
            "\"memberships\": [{",
        ),
        (
            "field.json",
            group_json("{\"username\": \"eve@x\", \"role\": 7}"),
            "3:31",
            "invalid type: integer",
            "\"memberships\": [{",
        ),
    ] {
        user.write(name, &content);
        user.run(["sandbox", "--data", name]).code(2).stdout("").says([
            why,
            &format!(" --> {name}:{place}\n"),
            &format!("error: `{name}` does not hold data for a sandbox\n  help: for example: {example}"),
        ]);
    }
    let wrong = format!("--sandbox={}", "./role.toml");
    user.run(["run", "groups", &wrong]).code(2).stdout("").says([" --> ./role.toml:11:34\n"]);
    user.run(["sandbox", "--data", "no.toml"]).code(2).says(["no.toml", "No such file"]);
    user.run(["sandbox", "--data", "/dev/zero"]).code(2).says(["`/dev/zero`: it is larger than 256 MiB"]);
}

#[test]
fn the_client_of_a_membership_needs_a_secret() {
    let user = User::new();
    let data = format!(
        "{EVE}[[clients]]\nid = \"n\"\nname = \"N\"\n[[groups]]\nid = \"g\"\nname = \"G\"\n\
         memberships = [{{ username = \"n@clients.auth.globus.org\", role = \"admin\" }}]\n"
    );
    user.write("native.toml", &data);
    user.run(["sandbox", "--data", "native.toml"])
        .code(2)
        .stdout("")
        .says(["native.toml:12:29", "with a secret"]);
}

//! `runner sandbox`. What the sandbox does over HTTP is tested in its own package.

use std::process::Stdio;

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
    assert_eq!(served.variables[1].0, "GLOBUS_SDK_SERVICE_URL_GROUPS");

    let port = url.port().unwrap().to_string();
    user.run(["sandbox", "--port", &port]).code(1).says(["can't listen", &port, "in use"]);
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn wrong_data_is_exit_2() {
    let user = User::new();
    let user_toml = "[[users]]\nid = \"u\"\nusername = \"eve@x\"\nname = \"Eve\"\nemail = \"e\"\n";
    for (name, content, why) in [
        ("a.toml", "users = []", "at least one user"),
        ("b.toml", "nonsense", "b.toml"),
        ("c.json", "{\"users\": 1}", "invalid type"),
        ("d.toml", &format!("{user_toml}shoe_size = 9\n"), "shoe_size"),
        ("e.toml", &format!("{user_toml}{user_toml}"), "twice"),
        (
            "f.toml",
            &format!(
                "{user_toml}[[groups]]\nid = \"g\"\nname = \"G\"\nmemberships = [{{ username = \"x\", role = \"admin\" }}]\n"
            ),
            "no user has the identity `x`",
        ),
        (
            "g.toml",
            &format!(
                "{user_toml}[[clients]]\nid = \"n\"\nname = \"N\"\n[[groups]]\nid = \"g\"\nname = \"G\"\n\
                 memberships = [{{ username = \"n@clients.auth.globus.org\", role = \"admin\" }}]\n"
            ),
            "no client with a secret",
        ),
    ] {
        user.write(name, content);
        let mut command = user.command(["sandbox", "--data", name]);
        crate::support::Outcome::of(command.stderr(Stdio::piped())).code(2).stdout("").says([name, why]);
    }
    user.run(["sandbox", "--data", "no.toml"]).code(2).says(["no.toml", "No such file"]);
}

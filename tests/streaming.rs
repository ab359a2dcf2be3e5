//! Large responses: rendered while they arrive, and delivered all or nothing.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::{Value, json};

use crate::support::process::in_shell;
use crate::support::{MY_GROUPS, Outcome, User};

/// More than stays in memory: the response and the rendering are larger than 4 MiB.
const MANY: usize = 4_500;

fn many() -> Vec<Value> {
    let group = |index: usize| {
        json!({ "id": format!("{index:08}"), "name": format!("{} {index}", "x".repeat(1_100)),
                "my_memberships": [{ "role": if index.is_multiple_of(3) { "admin" } else { "member" } }] })
    };
    (0..MANY).map(group).collect()
}

/// The rendering of [`many()`] by the built-in template.
fn rendering() -> String {
    let lines = many().into_iter().map(|group| {
        let role = &group["my_memberships"][0]["role"];
        format!(
            "{},\"{}\",{}\n",
            group["id"].as_str().unwrap(),
            group["name"].as_str().unwrap(),
            role.as_str().unwrap()
        )
    });
    std::iter::once("ID,Name,Roles\n".to_owned()).chain(lines).collect()
}

fn user_with_many() -> User {
    let user = User::logged_in();
    user.sandbox.set_groups(many());
    user
}

/// The files beside the output that were left.
fn files(user: &User) -> Vec<String> {
    let entries = fs::read_dir(user.home().join("out")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_large_rendering_is_whole_on_stdout_in_a_file_and_on_a_device() {
    let user = user_with_many();
    let expected = rendering();
    assert!(user.run(["-p", "groups"]).code(0).stdout == expected, "stdout");
    assert!(user.run(["-p", "groups", "-o", "/dev/stdout"]).code(0).stdout == expected, "a device");

    fs::create_dir(user.home().join("out")).unwrap();
    user.run(["-p", "groups", "-o", "out/groups.csv"]).code(0).stdout("").stderr("");
    assert!(user.read("out/groups.csv") == expected, "a file");
    assert_eq!(files(&user), ["groups.csv"]);

    let modified = || fs::metadata(user.home().join("out/groups.csv")).unwrap().modified().unwrap();
    let before = modified();
    user.run(["-p", "groups", "-o", "out/groups.csv"]).code(0);
    assert_eq!(modified(), before, "it is the same, and was replaced");
    let mut fewer = many();
    fewer.pop();
    user.sandbox.set_groups(fewer);
    user.run(["-p", "groups", "-o", "out/groups.csv"]).code(0);
    assert!(expected.starts_with(&user.read("out/groups.csv")) && modified() != before);
    assert_eq!(files(&user), ["groups.csv"]);
}

#[test]
fn a_large_rendering_that_does_not_fit_leaves_the_old_file() {
    let user = user_with_many();
    fs::create_dir(user.home().join("out")).unwrap();
    user.write("out/groups.csv", "old\n");
    // At its beginning, and later.
    for limit in [100, 4600] {
        let limited = format!("ulimit -f {limit}; exec \"$@\"");
        let run = || in_shell(&user.command(["-p", "groups", "-o", "out/groups.csv"]), &limited);
        Outcome::of(&mut run())
            .code(1)
            .stdout("")
            .says(["error: can't store the output temporarily: File too large"]);
        assert_eq!(user.read("out/groups.csv"), "old\n");
        assert_eq!(files(&user), ["groups.csv"]);
    }
}

#[test]
fn a_template_that_needs_all_groups_writes_the_same() {
    let user = user_with_many();
    let whole =
        format!("{}{{{{#if (gt (len groups) 0)}}}}{{{{/if}}}}", include_str!("../templates/groups.csv.hbs"));
    user.write("whole.csv.hbs", &whole);
    user.write(
        "whole.toml",
        &include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "whole.csv.hbs"),
    );
    assert!(user.run(["-p", "./whole.toml"]).code(0).stdout == rendering());
}

#[test]
fn a_mistake_at_the_last_group_leaves_nothing() {
    let user = user_with_many();
    let template = "{{#each groups}}{{id}},{{quoted name}},{{#if @last}}{{nope}}{{/if}}\n{{/each}}";
    user.write("last.csv.hbs", template);
    user.write(
        "last.toml",
        &include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "last.csv.hbs"),
    );
    fs::create_dir(user.home().join("out")).unwrap();
    user.write("out/groups.csv", "old\n");
    user.run(["-p", "./last.toml", "-o", "out/groups.csv"])
        .code(2)
        .says(["there is no `nope`", "last.csv.hbs:1:53"]);
    assert_eq!(
        (user.read("out/groups.csv").as_str(), files(&user)),
        ("old\n", vec!["groups.csv".to_owned()])
    );
    user.run(["-p", "./last.toml"]).code(2).stdout("");
}

/// A run reads of a group only what the template uses.
#[test]
fn a_hint_names_also_what_the_template_does_not_use() {
    let user = User::logged_in();
    user.write("t.toml", &include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.csv.hbs"));
    for (template, says) in [
        ("{{#each groups}}{{id}},{{discription}}\n{{/each}}", "did you mean `description`?"),
        ("{{#each groups}}{{my_membership}}\n{{/each}}", "did you mean `my_memberships`?"),
        ("{{#each groups}}{{policies.visibility}}\n{{/each}}", "`group_visibility`"),
        ("{{join (pluck groups \"discription\")}}", "did you mean `description`?"),
    ] {
        user.write("t.csv.hbs", template);
        user.run(["-p", "./t.toml"]).code(2).stdout("").says([says]);
    }
}

#[test]
fn a_message_names_the_group_that_lacks_something() {
    let user = User::logged_in();
    user.write("t.toml", &include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.csv.hbs"));
    user.write("t.csv.hbs", "{{#each groups}}{{id}},{{kind}}\n{{/each}}");
    user.write(
        "d.json",
        r#"{"groups": [{"id": "1", "name": "A", "kind": 1}, {"id": "2", "name": "Odd\u001b", "roles": []}]}"#,
    );
    let outcome = user.run(["render", "./t.toml", "--data", "d.json"]).code(2).stdout("");
    outcome
        .says(["there is no `kind` here", "it can't render number 2 of the groups, `Odd"])
        .never_says("\u{1b}");
}

#[test]
fn a_truncated_response_is_rendered_once() {
    let user = User::logged_in();
    let group = |id: &str| format!("{{\"id\":\"{id}\",\"name\":\"n\",\"my_memberships\":[]}}");
    let whole = format!("[{},{},{}]", group("1"), group("2"), group("3"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let body = whole.clone();
    thread::spawn(move || {
        // The first response ends after the second group, the next one is whole.
        for length in [body.len() - group("3").len() - 2, body.len()] {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
                head.push(byte[0]);
            }
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body.as_bytes()[..length]).unwrap();
        }
    });
    let mut command = user.command(["-p", "groups"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", url))
        .code(0)
        .stdout("ID,Name,Roles\n1,\"n\",\n2,\"n\",\n3,\"n\",\n");
}

#[test]
fn an_invalid_row_is_an_error_wherever_it_is() {
    let user = User::logged_in();
    let group = json!({ "id": "1", "name": "n" });
    for body in
        [json!({}), json!(null), json!([1]), json!([group, []]), json!([group, { "id": 2, "name": "n" }])]
    {
        user.sandbox.add_fault(globus_sandbox::Fault::json("/v2/groups/my_groups", 200, body));
        user.requests();
        user.run(["-p", "groups"]).code(1).stdout("").says(["Globus Groups"]);
        assert_eq!(user.requests(), [MY_GROUPS], "the request was sent again");
    }
}

#[test]
fn check_says_whether_groups_are_held_in_memory_and_which_line_is_why() {
    let user = User::new();
    let checked = user.run(["check", "groups"]).code(0).stdout;
    assert!(checked.ends_with("    memory    each group is rendered as it arrives\n"), "{checked}");
    user.write("t.txt.hbs", "Groups:\n{{#each groups}}{{name}}{{/each}}\n  Of {{len groups}}\n");
    user.write("t.toml", &include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.txt.hbs"));
    let checked = user.run(["check", "./t.toml"]).code(0).stdout;
    let expected = "    memory    all groups are held, which is fine for thousands of them:\n              ./t.txt.hbs:3:6: `groups` needs all groups\n";
    assert!(checked.ends_with(expected), "{checked}");
}

//! The loop of a template author: data saved once, a template rendered with it as often as needed.

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use globus_runner::sandbox::Fault;
use serde_json::{Value, json};

use crate::support::{Outcome, User, mode};

/// A user whose profile `t` has this template, and data that was saved as `data.json`.
fn author(template: &str, content: &str) -> User {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    user.write("t.toml", &format!("{profile}\n[vars]\ntitle = \"Mine\"\n"));
    user.write(template, content);
    user.write("data.json", &saved(&json!([{ "id": "1", "name": "a, b", "roles": ["admin"] }])));
    user
}

fn saved(groups: &Value) -> String {
    json!({ "groups": groups, "run": { "at": "2020-01-02T03:04:05Z", "environment": "preview" } }).to_string()
}

#[test]
fn data_is_just_what_a_template_sees() {
    let user = User::logged_in();
    user.profile("whole", "[vars]\ntitle = \"Mine\"");
    let profile = user.read("whole.toml").replace("groups.csv.hbs", "whole.json.hbs");
    user.write("whole.toml", &profile);
    user.write("whole.json.hbs", "{{json this}}");
    let at_a_time = |arguments: [&str; 2]| {
        let mut command = user.command(arguments);
        Outcome::of(command.env("SOURCE_DATE_EPOCH", "1577934245")).code(0).stderr("").stdout
    };
    let seen: Value = serde_json::from_str(&at_a_time(["run", "./whole.toml"])).unwrap();
    // The template need not be there yet.
    fs::remove_file(user.home().join("whole.json.hbs")).unwrap();
    let printed = at_a_time(["data", "./whole.toml"]);
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), seen);
    assert!(printed.starts_with("{\n  \"groups\": [\n") && printed.ends_with("}\n"), "{printed}");
    assert_eq!(seen["vars"]["title"], "Mine");
}

#[test]
fn data_logs_in_like_a_run() {
    let user = User::new();
    user.run(["data", "groups"]).code(3).stdout("").says(["runner login groups"]);
    let mut terminal = user.terminal(["data", "groups"]);
    terminal.paste_code(&user.sandbox);
    let printed = terminal.wait_for_end().code(0).stdout;
    assert!(printed.starts_with("{\n  \"groups\""), "{printed}");
    user.expire_token_in(0);
    user.run(["data", "groups"]).code(0).stdout(&printed_again(&user, &printed));
    user.sandbox.add_fault(Fault::garbage("/v2/groups/my_groups"));
    user.run(["data", "groups"]).code(1).stdout("");
}

/// The same data, of a run that began at another time.
fn printed_again(user: &User, printed: &str) -> String {
    let again = user.run(["data", "groups"]).code(0).stdout;
    let [mut one, mut other]: [Value; 2] =
        [printed, &again].map(|printed| serde_json::from_str(printed).unwrap());
    one["run"]["at"].take();
    other["run"]["at"].take();
    assert_eq!(one, other);
    again
}

#[test]
fn saved_data_is_for_its_owner_alone() {
    let user = User::new();
    let said = ["the sandbox", "`runner render groups --data 'my data.json' --watch`"];
    user.run(["data", "groups", "--sandbox", "--save", "my data.json"]).code(0).stdout("").says(said);
    assert_eq!(mode(&user.home().join("my data.json")), 0o600);
    assert!(!user.token_file().exists());
    let rendered = user.run(["render", "groups", "--data", "my data.json"]).code(0).stderr("");
    rendered.stdout(&user.run(["run", "groups", "--sandbox"]).code(0).stdout);
    user.run(["data", "groups", "--sandbox", "--save", "no/such/folder.json"]).code(1).stdout("");
    assert!(user.run(["data", "groups", "--sandbox", "-s", "-"]).code(0).stdout.starts_with('{'));
}

#[test]
fn data_at_a_terminal_is_harmless() {
    let user = User::logged_in();
    user.sandbox.set_groups(vec![json!({ "id": "1", "name": "a\u{202e}b", "my_memberships": [] })]);
    user.terminal_with_stdout(["data", "groups"]).wait_for_end().code(0).never_says("\u{202e}");
    assert!(user.run(["data", "groups"]).code(0).stdout.contains("a\u{202e}b"));
}

#[test]
fn a_trial_asks_nobody() {
    let user = author("t.csv.hbs", "{{vars.title}}\n{{#each groups}}\n{{name}}\n{{/each}}");
    let outcome = user.run(["render", "./t.toml", "--data", "data.json"]).code(0).stderr("");
    outcome.stdout("Mine\n\"a, b\"\n");
    let sample = user.run(["render", "./t.toml"]).code(0);
    let sample = sample.stdout("Mine\nClimate Modeling\n\"Readers, \"\"quoted\"\" & others\"\n");
    sample.says(["this is the built-in sample", "`runner data ./t.toml --save FILE`"]);
    assert_eq!(user.requests(), [""; 0]);
    assert!(!user.token_file().exists());
}

#[test]
fn a_trial_sees_the_profile_as_it_is_now_and_the_rest_as_it_was_saved() {
    let user = author(
        "t.txt.hbs",
        "{{vars.title}} {{profile.name}} {{run.at}} {{run.environment}} {{totals.groups}} {{identity}} {{json groups}}",
    );
    user.write(
        "data.json",
        &json!({
            "groups": [{ "id": "1", "name": "n", "my_memberships": [{ "role": "b" }, { "role": "a" }] }],
            "profile": { "name": "before" },
            "vars": { "title": "Before" },
            "totals": { "groups": 7 },
            "identity": null,
            "run": { "at": "2020-01-02T03:04:05Z", "version": "0", "environment": "preview" },
        })
        .to_string(),
    );
    user.run(["render", "./t.toml", "-d", "data.json"]).code(0).stdout(
        "Mine t 2020-01-02T03:04:05Z preview 1  \
         [{\"id\":\"1\",\"name\":\"n\",\"my_memberships\":[{\"role\":\"b\"},{\"role\":\"a\"}],\"roles\":[\"a\",\"b\"]}]",
    );
    user.write("t.txt.hbs", "{{identity.username}}");
    user.write("data.json", r#"{"groups": [], "identity": {"id": "1", "username": "ada"}}"#);
    user.run(["render", "./t.toml", "-d", "data.json"]).code(0).stdout("ada");
}

#[test]
fn data_can_come_from_stdin() {
    let user = author("t.txt.hbs", "{{#each groups}}{{name}}{{/each}}");
    let mut command = user.command(["render", "./t.toml", "--data", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(user.read("data.json").as_bytes()).unwrap();
    Outcome::from(child.wait_with_output().unwrap()).code(0).stdout("a, b");
    user.run(["render", "./t.toml", "--data", "-"]).code(2).says(["the standard input is not JSON", "EOF"]);
}

#[test]
fn a_trial_leaves_the_output_of_the_profile_alone() {
    let user = author("t.txt.hbs", "{{totals.groups}}");
    let profile = user.read("t.toml");
    user.write("t.toml", &format!("{profile}[output]\npath = \"real.txt\"\nmode = \"0640\"\n"));
    user.write("real.txt", "real");
    user.run(["render", "./t.toml", "-d", "data.json"]).code(0).stdout("1");
    user.run(["render", "./t.toml", "-d", "data.json", "-o", "-"]).code(0).stdout("1");
    user.run(["render", "./t.toml", "-d", "data.json", "-o", "tried.txt"]).code(0).stdout("");
    assert_eq!((user.read("real.txt"), user.read("tried.txt")), ("real".to_owned(), "1".to_owned()));
    assert_eq!(mode(&user.home().join("tried.txt")), 0o640);
}

#[test]
fn another_template_can_be_tried() {
    let user = author("t.txt.hbs", "one");
    user.write("parts/other.md.hbs", "{{> row}}{{#each groups}}{{name}}{{/each}}");
    user.write("parts/row.md.hbs", "row ");
    user.write("groups_by_hand.txt.hbs", "by hand");
    let try_out =
        |template: &str| user.run(["render", "./t.toml", "-d", "data.json", "--template", template]);
    try_out("parts/other.md.hbs").code(0).stdout("row a, b");
    try_out("groups.csv.hbs").code(0).stdout("ID,Name,Roles\n1,\"a, b\",admin\n");
    try_out("t.txt.hbs").code(0).stdout("one");
    try_out("parts/nothing.md.hbs").code(2).says(["parts/nothing.md.hbs", "No such file"]);
    try_out("grops.csv.hbs").code(2).says(["did you mean `groups.csv.hbs`?"]);
    try_out("x.pdf").code(2).says(["`x.pdf` does not tell a known format", "known are .csv.hbs"]);
    user.write("elsewhere/t.toml", &user.read("t.toml").replace("t.txt", "../t.txt"));
    let arguments = ["render", "./elsewhere/t.toml", "--template", "groups_by_hand.txt.hbs"];
    user.run(arguments).code(2).says(["write `./groups_by_hand.txt.hbs`"]);
}

#[test]
fn data_that_no_template_sees_is_refused_with_the_reason() {
    let user = author("t.txt.hbs", "");
    for (content, words) in [
        ("", "data.json is not JSON"),
        ("{\n  \"groups\": [,]\n}", "data.json:2:14"),
        ("[]", "it is a list, not an object with `groups`"),
        ("{}", "it has no `groups`"),
        (r#"{"groups": {}}"#, "its `groups` is an object, not a list"),
        (r#"{"groups": [1]}"#, "its group number 1 is a number, not an object"),
        (r#"{"groups": [{"id": "1", "name": "a"}, {"id": "2"}]}"#, "its group number 2 has no `name`"),
        (r#"{"groups": [{"id": "1", "name": "a", "roles": "b"}]}"#, "`roles` that are not a list of texts"),
        (r#"{"groups": [], "identity": "ada"}"#, "its `identity` is neither null nor somebody"),
        (r#"{"groups": [], "run": {"at": "now"}}"#, "its `run.at` is no time"),
    ] {
        user.write("data.json", content);
        let refused = user.run(["render", "./t.toml", "--data", "data.json"]).code(2).stdout("");
        refused.says([words, "runner data PROFILE --save FILE"]);
    }
    fs::write(user.home().join("data.json"), b"\xff").unwrap();
    user.run(["render", "./t.toml", "--data", "data.json"]).code(2).says(["not UTF-8 text: byte 0"]);
    File::create(user.home().join("data.json")).unwrap().set_len(3 << 30).unwrap();
    user.run(["render", "./t.toml", "--data", "data.json"]).code(2).says(["larger than 2 GiB"]);
    user.run(["render", "./t.toml", "--data", "nothing.json"]).code(2).says(["nothing.json", "No such file"]);
    user.run(["render", "./t.toml", "--data", "."]).code(2).says(["it is a folder"]);
}

#[test]
fn a_mistake_in_a_trial_is_shown_with_its_place() {
    let user = author("t.csv.hbs", "a\n{{nmae}}");
    user.run(["render", "./t.toml", "-d", "data.json", "-o", "out.csv"]).code(2).says(["t.csv.hbs:2:1"]);
    assert!(!user.home().join("out.csv").exists());
    user.write("t.csv.hbs", "\"{{vars.title}}\"");
    let warned = user.run(["render", "./t.toml", "-d", "data.json"]).code(0).stdout("\"Mine\"");
    warned.says(["t.csv.hbs:1:2", "brings its own quotes"]);
    user.run(["-q", "render", "./t.toml", "-d", "data.json"]).code(0).stderr("");
}

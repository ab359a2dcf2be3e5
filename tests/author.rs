//! The loop of a template author: data saved once, a template rendered with it as often as needed.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use globus_sandbox::Fault;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::process::send;
use crate::support::{Outcome, User, Watching, mode};

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
    let at_a_time = |arguments: [&str; 2]| {
        let mut command = user.command(arguments);
        Outcome::of(command.env("SOURCE_DATE_EPOCH", "1577934245")).code(0).stderr("").stdout
    };
    // The template need not be there yet.
    let printed = at_a_time(["data", "./whole.toml"]);
    user.write("whole.json.hbs", "{{json this}}");
    let seen: Value = serde_json::from_str(&at_a_time(["run", "./whole.toml"])).unwrap();
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
    let again = user.run(["data", "groups"]).code(0).stdout;
    assert_eq!(without_time(&again), without_time(&printed));
    user.sandbox.add_fault(Fault::garbage("/v2/groups/my_groups"));
    user.run(["data", "groups"]).code(1).stdout("");
}

/// The data, but for when the run began.
fn without_time(printed: &str) -> Value {
    let mut data: Value = serde_json::from_str(printed).unwrap();
    data["run"]["at"].take();
    data
}

#[test]
fn saved_data_is_for_its_owner_alone() {
    let user = User::new();
    let notes = ["the sandbox", "`runner render groups --data 'my data.json' --watch`"];
    user.run(["data", "groups", "--sandbox", "--save", "my data.json"]).code(0).stdout("").says(notes);
    assert_eq!(mode(&user.home().join("my data.json")), 0o600);
    assert!(!user.token_file().exists());
    let rendered = user.run(["render", "groups", "--data", "my data.json"]).code(0).stderr("");
    rendered.stdout(&user.run(["run", "groups", "--sandbox"]).code(0).stdout);
    user.run(["data", "groups", "--sandbox", "--save", "no/such/folder.json"]).code(2).stdout("");
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
fn a_preview_needs_no_network_and_no_login() {
    let user = author("t.csv.hbs", "{{vars.title}}\n{{#each groups}}\n{{name}}\n{{/each}}");
    let outcome = user.run(["render", "./t.toml", "--data", "data.json"]).code(0).stderr("");
    outcome.stdout("Mine\n\"a, b\"\n");
    let sample = user.run(["render", "./t.toml"]).code(0);
    assert!(sample.stdout.starts_with("Mine\nClimate Modeling\n"), "{sample:#?}");
    sample.says(["this is the built-in sample", "`runner data ./t.toml --save FILE`"]);
    assert_eq!(user.requests(), [""; 0]);
    assert!(!user.token_file().exists());
}

#[test]
fn a_preview_sees_the_profile_as_it_is_now_and_the_rest_as_it_was_saved() {
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

/// Large enough to be on the disk before it is whole.
#[test]
fn an_interrupted_preview_leaves_no_file_half_made() {
    let user = author("t.txt.hbs", "{{#each groups}}{{name}}\n{{/each}}");
    let groups = vec![json!({ "id": "1", "name": "x".repeat(200), "roles": ["admin"] }); 100_000];
    user.write("data.json", &saved(&json!(groups)));
    let folder = user.home().join("out");
    fs::create_dir(&folder).unwrap();
    let files = || fs::read_dir(&folder).unwrap().count();

    let mut command = user.command(["render", "./t.toml", "-d", "data.json", "-o", "out/t.txt"]);
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    while files() == 0 {
        std::thread::yield_now();
        assert!(child.try_wait().unwrap().is_none(), "nothing was written");
    }
    send(Signal::INT, &child);
    child.wait().unwrap();
    let whole =
        fs::read_to_string(folder.join("t.txt")).map_or(true, |text| text.len() == 201 * groups.len());
    assert!(whole, "a part of it was written");
    assert_eq!(files(), usize::from(folder.join("t.txt").exists()), "something was left");
}

#[test]
fn a_preview_leaves_the_output_of_the_profile_alone() {
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
fn a_preview_does_not_write_over_what_it_reads() {
    let user = author("t.txt.hbs", "{{totals.groups}}");
    symlink("t.txt.hbs", user.home().join("link")).unwrap();
    for file in ["t.toml", "t.txt.hbs", "./data.json", "link"] {
        let before = user.read(file);
        user.run(["render", "./t.toml", "-d", "data.json", "-o", file]).code(2).says([
            file,
            "is also the ",
            "another name",
        ]);
        assert_eq!(user.read(file), before, "{file}");
    }
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
    try_out("parts/nothing.md.hbs").code(2).says(["parts/nothing.md.hbs", "it does not exist"]);
    try_out("grops.csv.hbs").code(2).says(["did you mean `groups.csv.hbs`?"]);
    try_out("nope").code(2).says(["there is no template `nope`", "`runner templates` lists all"]);
    user.write("x.pdf", "");
    try_out("./x.pdf").code(2).says(["`x.pdf` does not name a known format", "known formats: conf, csv"]);
    user.write("elsewhere/t.toml", &user.read("t.toml").replace("t.txt", "../t.txt"));
    let arguments = ["render", "./elsewhere/t.toml", "--template", "groups_by_hand.txt.hbs"];
    user.run(arguments).code(2).says(["write `./groups_by_hand.txt.hbs`"]);
}

#[test]
fn invalid_data_is_refused_with_the_reason() {
    let user = author("t.txt.hbs", "");
    for (content, words) in [
        ("", "data.json is not JSON"),
        ("{\n  \"groups\": [,]\n}", "data.json:2:14"),
        ("[]", "it is a list, not an object with `groups`"),
        ("{}", "it has neither `groups` nor a list in `data`"),
        (r#"{"groups": {}}"#, "its `groups` is an object, not a list"),
        (r#"{"groups": [1]}"#, "its group number 1 is a number, not an object"),
        (r#"{"groups": [{"id": "1", "name": "a"}, {"id": "2"}]}"#, "its group number 2 has no `name`"),
        (r#"{"groups": [{"id": "1", "name": "a", "roles": "b"}]}"#, "`roles` that are not a list of texts"),
        (r#"{"groups": [], "identity": "ada"}"#, "its `identity` is neither null nor an identity"),
        (r#"{"groups": [], "run": {"at": "now"}}"#, "its `run.at` is not a time"),
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
fn a_mistake_in_a_preview_is_shown_with_its_place() {
    let user = author("t.csv.hbs", "a\n{{nmae}}");
    user.run(["render", "./t.toml", "-d", "data.json", "-o", "out.csv"]).code(2).says(["t.csv.hbs:2:1"]);
    assert!(!user.home().join("out.csv").exists());
    user.write("t.csv.hbs", "{{#each groups}}{{{id}}}\n{{/each}}");
    let warned = user.run(["render", "./t.toml", "-d", "data.json"]).code(0);
    warned.says(["warning", "t.csv.hbs:1:17", "written as it is"]);
    user.run(["-q", "render", "./t.toml", "-d", "data.json"]).code(0).says(["written as it is"]);
}

/// Watches what becomes of the profile `t` with the saved data, in `out`.
fn watch(user: &User) -> Watching {
    let mut command = user.command(["render", "./t.toml", "--watch", "-d", "data.json", "-o", "out"]);
    Watching::start(&mut command, &user.home().join("log"))
}

/// Saves as vim and emacs do: a new file replaces the old one.
fn save_by_rename(path: &Path, content: &str) {
    let new = path.with_extension("new");
    fs::write(&new, content).unwrap();
    fs::rename(new, path).unwrap();
}

#[test]
fn each_save_is_rendered_however_the_editor_does_it() {
    let user = author("t.txt.hbs", "one");
    let (template, out) = (user.home().join("t.txt.hbs"), user.home().join("out"));
    let watching = watch(&user);
    watching.has_written(&out, "one");
    watching.has_said("rendered `t.txt.hbs` to `out` in ", 1);
    fs::write(&template, "two, written over").unwrap();
    watching.has_written(&out, "two, written over");
    save_by_rename(&template, "three, renamed");
    watching.has_written(&out, "three, renamed");
    // The old file is put away first.
    fs::rename(&template, user.home().join("t.txt.hbs~")).unwrap();
    fs::write(&template, "four, with a backup").unwrap();
    watching.has_written(&out, "four, with a backup");
    let mut file = File::options().append(true).open(&template).unwrap();
    file.write_all(b", and more").unwrap();
    watching.has_written(&out, "four, with a backup, and more");
    let outcome = watching.stop().code(0).stdout("");
    outcome.never_says("interrupted");
    let temporary = fs::read_dir(user.home()).unwrap().map(|entry| entry.unwrap().file_name());
    let temporary: Vec<_> = temporary.filter(|name| name.to_string_lossy().contains(".tmp")).collect();
    assert!(temporary.is_empty(), "{temporary:?}");
}

#[test]
fn a_save_without_a_change_is_a_save_too() {
    let user = author("t.txt.hbs", "same");
    let watching = watch(&user);
    watching.has_said("rendered", 1);
    save_by_rename(&user.home().join("t.txt.hbs"), "same");
    watching.has_said("rendered", 2);
    watching.stop().code(0);
}

#[test]
fn everything_a_rendering_depends_on_is_watched() {
    let user = author("t.txt.hbs", "{{vars.title}} {{totals.groups}} {{> parts/row}}");
    user.write("real/row", "row");
    fs::create_dir(user.home().join("parts")).unwrap();
    symlink("../real/row", user.home().join("parts/row.txt.hbs")).unwrap();
    let out = user.home().join("out");
    let watching = watch(&user);
    watching.has_written(&out, "Mine 1 row");
    save_by_rename(&user.home().join("t.toml"), &user.read("t.toml").replace("Mine", "Yours"));
    watching.has_written(&out, "Yours 1 row");
    user.write("data.json", &saved(&json!([])));
    watching.has_written(&out, "Yours 0 row");
    // Behind a link.
    user.write("real/row", "line");
    watching.has_written(&out, "Yours 0 line");
    // A link that leads elsewhere.
    user.write("real/other", "other");
    symlink("../real/other", user.home().join("parts/new")).unwrap();
    fs::rename(user.home().join("parts/new"), user.home().join("parts/row.txt.hbs")).unwrap();
    watching.has_written(&out, "Yours 0 other");
    // Another template replaces the first.
    user.write(".config/globus-runner/templates/own.txt.hbs", "own");
    user.write("t.toml", &user.read("t.toml").replace("t.txt.hbs", "own.txt.hbs"));
    watching.has_written(&out, "own");
    user.write(".config/globus-runner/templates/own.txt.hbs", "own again");
    watching.has_written(&out, "own again");
    user.write("own.txt.hbs", "beside the profile");
    watching.has_written(&out, "beside the profile");
    watching.stop().code(0);
}

#[test]
fn a_mistake_is_shown_and_watching_goes_on() {
    let user = author("t.txt.hbs", "{{#each groups}}{{nmae}}{{/each}}");
    let (template, out) = (user.home().join("t.txt.hbs"), user.home().join("out"));
    let watching = watch(&user);
    watching.has_said("did you mean `name`?", 1);
    assert!(!out.exists());
    // By a rename: else the empty file in between can be rendered, too.
    save_by_rename(&template, "{{#each groups}}{{name}}{{/each}}");
    watching.has_written(&out, "a, b");
    save_by_rename(&template, "{{#each");
    watching.has_said("`}}` is missing", 1);
    // The last good output stays.
    assert_eq!(user.read("out"), "a, b");
    save_by_rename(&template, "{{> parts/row}}");
    watching.has_said("there is no partial `parts/row`", 1);
    user.write("parts/row.txt.hbs", "{{#if}");
    watching.has_said("parts/row.txt.hbs:1:", 1);
    user.write("parts/row.txt.hbs", "row");
    watching.has_written(&out, "row");

    let profile = user.read("t.toml");
    user.write("t.toml", "nothing = 1");
    watching.has_said("t.toml:1:1", 1);
    user.write("data.json", "{");
    user.write("t.toml", &profile);
    watching.has_said("data.json is not JSON", 1);
    fs::remove_file(user.home().join("data.json")).unwrap();
    watching.has_said("can't read data.json", 1);
    user.write("data.json", &saved(&json!([])));
    user.write("parts/row.txt.hbs", "{{totals.groups}}");
    watching.has_written(&out, "0");
    watching.stop().code(0);
}

#[test]
fn watching_needs_a_profile_and_data() {
    let user = author("t.txt.hbs", "");
    user.run(["render", "gruops", "--watch"]).code(2).says(["did you mean `groups`?"]);
    user.run(["render", "./t.toml", "--watch", "-d", "no.json"]).code(2).says(["can't read no.json"]);
}

#[test]
fn only_a_terminal_is_cleared_between_renderings() {
    const CLEAR: &str = "\u{1b}[2J\u{1b}[H";
    let user = author("t.txt.hbs", "one\n");
    let mut terminal = user.terminal_with_stdout(["render", "./t.toml", "-d", "data.json", "-w"]);
    terminal.shows("one").shows("waiting for a change");
    user.write("t.txt.hbs", "two\n");
    terminal.shows(CLEAR).shows("two").shows("rendered `t.txt.hbs` in ").shows("waiting");
    user.write("t.txt.hbs", "{{three}}\n");
    terminal.shows(CLEAR).shows("there is no `three` here").shows("waiting").press_control('c');
    terminal.wait_for_end().code(0);

    user.write("t.txt.hbs", "one\n");
    let mut command = user.command(["render", "./t.toml", "-d", "data.json", "-w"]);
    let watching = Watching::start(&mut command, &user.home().join("log"));
    watching.has_said("rendered", 1);
    user.write("t.txt.hbs", "two\n");
    watching.has_said("rendered", 2);
    watching.stop().code(0).stdout("one\ntwo\n");
}

#[test]
fn all_mistakes_of_a_template_are_shown_at_once() {
    let user = User::new();
    let check = |files: &[(&str, &str)]| {
        user.profile("t", "");
        for (name, text) in files {
            user.write(name, text);
        }
        let text = user.read("t.toml").replace("groups.csv.hbs", "./t.txt.hbs");
        user.write("t.toml", &text);
        user.run(["check", "t.toml"]).code(2).stdout("")
    };
    // Of what is wrong with any data.
    check(&[
        (
            "t.txt.hbs",
            "{{nothelper 1}}\n{{#each groups}}{{lookup id}}{{> one}}{{/each}}{{#if}}{{noh x}}{{/if}}\n",
        ),
        ("one.txt.hbs", "{{alsono 1 2}}"),
    ])
    .says([
        "there is no helper `nothelper`",
        "`lookup` takes 2 arguments, not 1",
        "`if` takes one argument, not 0",
        "there is no helper `noh`",
        "there is no helper `alsono`",
        "the template has 5 mistakes",
    ]);
    // Of files.
    check(&[
        ("t.txt.hbs", "{{> two}}{{> three}}{{> four}}"),
        ("two.txt.hbs", "{{#each}"),
        ("three.txt.hbs", "{{/if}}"),
    ])
    .says([
        "two.txt.hbs:1",
        "three.txt.hbs:1",
        "there is no partial `four`",
        "the template has 3 mistakes",
    ]);
    // Of a rendering, each place once, in each branch that some of the sample's groups lead to.
    let said = check(&[(
        "t.txt.hbs",
        "{{nam}}\n{{#each groups}}{{#if roles}}{{ident}} {{name}}{{round name}}{{/if}}{{else}}{{nogroups}}{{/each}}{{@root.x}}",
    )]);
    said.says(["`nam`", "`ident`", "`round`", "`nogroups`", "`@root.x`", "the template has 5 mistakes"]);
    // One alone says with which data it shows.
    check(&[("t.txt.hbs", "{{#each groups}}{{nam}}{{/each}}")]).says([
        "error: the template has a mistake, with the built-in sample: it can't render number 1 of the groups",
    ]);
}

//! `changes` in a template: what is new since the last delivered run.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Outcome, User};

const MAIL: &str = "\
{{#if changes}}\
Since {{changes.since}}:
{{#each changes.added}}+ {{name}}{{#if description}} ({{description}}){{/if}}
{{/each}}\
{{#each changes.removed}}- {{name}}
{{/each}}\
{{#each changes.changed}}~ {{label}}:{{#each fields}} {{name}} {{json before}} -> {{json after}}{{/each}}
{{/each}}\
{{else}}First run.
{{/if}}";

fn group(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "description": format!("All of {name}"),
        "my_memberships": [{ "role": "member", "status": "active" }] })
}

/// A user with a profile for this template, of whom no run is recorded.
fn user(template: &str, more: &str) -> User {
    let user = User::logged_in();
    fs::remove_dir_all(user.home().join(".local/state/globus-runner")).unwrap();
    user.write("t.txt.hbs", template);
    let text = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "./t.txt.hbs");
    user.write("p.toml", &format!("{text}[output]\npath = \"out.txt\"\n{more}"));
    user
}

fn run(user: &User, groups: Vec<Value>) -> String {
    user.sandbox.set_groups(groups);
    user.run(["--profile", "./p.toml"]).code(0).stderr("");
    user.read("out.txt")
}

#[test]
fn a_mail_can_say_what_is_new() {
    // It needs the last run, even if no other is kept.
    for more in ["", "[history]\nkeep = 0"] {
        let user = user(MAIL, more);
        assert_eq!(run(&user, vec![group("1", "A"), group("2", "B")]), "First run.\n");
        let mail = run(&user, vec![group("2", "B2"), group("3", "C\u{1b}")]);
        let (since, rest) = mail.split_once(":\n").unwrap();
        assert!(since.starts_with("Since 20") && since.ends_with('Z'), "{since}");
        assert_eq!(
            rest,
            "+ C\u{1b} (All of C\u{1b})\n- A\n~ B2: description \"All of B\" -> \"All of B2\" name \"B\" -> \"B2\"\n"
        );
        assert_eq!(run(&user, vec![group("2", "B2"), group("3", "C\u{1b}")]).lines().count(), 1);
    }
}

#[test]
fn a_template_a_hook_and_metrics_are_told_the_same_of_one_comparison() {
    let more = "[hooks]\nafter = [\"sh\", \"-c\", 'echo $RUNNER_ADDED $RUNNER_REMOVED > told; cat > event.json']\n\
                [notify]\ntextfile = \"p.prom\"";
    let user = user("{{json changes}}", more);
    run(&user, vec![group("1", "A"), group("2", "B")]);
    assert_eq!((user.read("out.txt").as_str(), user.read("told").as_str()), ("null", "\n"));
    user.sandbox.set_groups(vec![group("2", "B2"), group("3", "C"), group("4", "D")]);
    let outcome = user.run(["--profile", "./p.toml", "-v"]).code(0);
    let compared = "debug: since the last run 2 rows are new, 1 gone and 1 changed\n";
    assert_eq!(outcome.stderr.matches(compared).count(), 1, "{outcome:#?}");
    let [seen, event] =
        ["out.txt", "event.json"].map(|file| serde_json::from_str::<Value>(&user.read(file)).unwrap());
    assert_eq!(seen, event["changes"]);
    assert_eq!(seen["added"][1]["name"], "D");
    assert_eq!(user.read("told"), "2 1\n");
    let metrics = user.read("p.prom");
    for (change, count) in [("added", 2), ("removed", 1), ("changed", 1)] {
        assert!(metrics.contains(&format!(",change=\"{change}\"}} {count}\n")), "{metrics}");
    }
}

/// A service account whose profile has two lists, each of which has rows of its own in a second run.
#[test]
fn each_list_has_its_changes() {
    const TEMPLATE: &str = "{{#each data.endpoints}}{{id}} {{/each}}\
        {{#if changes}}new {{#each changes.added}}{{label}}{{/each}}, \
        {{#each changes.lists.endpoints.added}}{{display_name}}{{/each}}, \
        {{#each changes.lists.endpoints.changed}}{{label}}{{#each fields}} {{name}}{{/each}}{{/each}}{{/if}}";
    let user = User::new();
    let secret = user.write("secret", "sandbox-secret-not-for-real-use\n");
    fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
    user.write(
        "p.toml",
        "client_id = \"4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a\"\nstorage = \"p.json\"\ntemplate = \"./p.txt.hbs\"\n\
         [auth]\nclient_secret = { file = \"secret\" }\n\
         [data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\nprimary_key = \"task_id\"\n\
         [data.endpoints]\nservice = \"transfer\"\npath = \"/v0.10/endpoint_search\"\n",
    );
    user.write("p.txt.hbs", TEMPLATE);
    let set = |path: &str, rows: Value| user.sandbox.set_list(path, rows.as_array().unwrap(), None).unwrap();
    set("/v0.10/task_list", json!([{ "task_id": "t1", "label": "One" }]));
    set("/v0.10/endpoint_search", json!([{ "id": "e1", "display_name": "E" }]));
    user.run(["-p", "./p.toml"]).code(0).stdout("e1 ");
    set(
        "/v0.10/task_list",
        json!([{ "task_id": "t1", "label": "One" }, { "task_id": "t2", "label": "Two" }]),
    );
    set(
        "/v0.10/endpoint_search",
        json!([{ "id": "e2", "display_name": "F" }, { "id": "e1", "display_name": "G" }]),
    );
    user.run(["-p", "./p.toml"]).code(0).stdout("e2 e1 new Two, F, G display_name");
    let outcome = user.run(["diff", "./p.toml"]).code(0);
    let lines: Vec<&str> = outcome.stdout.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "+ task Two (t2)",
            "~ endpoint G (e1)",
            "    display_name: E -> G",
            "+ endpoint F (e2)",
            "data.tasks: 1 before, 2 now; 1 added, 0 removed, 0 changed",
            "data.endpoints: 1 before, 2 now; 1 added, 0 removed, 1 changed",
        ]
    );
    let json: Value =
        serde_json::from_str(&user.run(["diff", "./p.toml", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["added"], json!([{ "task_id": "t2", "label": "Two" }]));
    assert_eq!(json["lists"]["endpoints"]["added"], json!([{ "id": "e2", "display_name": "F" }]));
}

#[test]
fn what_comes_before_the_rows_can_read_them() {
    // They are known only after the last row.
    let user = user("{{len changes.added}} new\n{{#each groups}}{{name}}\n{{/each}}", "");
    user.sandbox.set_groups(vec![group("1", "A")]);
    let outcome = user.run(["--profile", "./p.toml"]);
    // Null has no list.
    assert_ne!(outcome.code, Some(0), "{outcome:?}");
    user.write(
        "t.txt.hbs",
        "{{#if changes}}{{len changes.added}} new\n{{/if}}{{#each groups}}{{name}}\n{{/each}}",
    );
    assert_eq!(run(&user, vec![group("1", "A")]), "A\n");
    assert_eq!(run(&user, vec![group("1", "A"), group("2", "B")]), "1 new\nA\nB\n");
    let shown = user.run(["check", "./p.toml", "-v"]);
    assert!(shown.code == Some(0), "{shown:?}");
    // After them they stream.
    user.write(
        "t.txt.hbs",
        "{{#each groups}}{{name}}\n{{/each}}{{#if changes}}{{len changes.removed}} gone\n{{/if}}",
    );
    assert_eq!(run(&user, vec![group("1", "A")]), "A\n1 gone\n");
}

/// The changes are those of the whole list; they are known only after its last row.
#[test]
fn each_file_of_a_row_can_say_what_is_new() {
    let user = user(
        "{{#if changes}}{{#each changes.added}}new {{name}} {{/each}}{{/if}}{{#each groups}}{{name}}{{/each}} {{sources.groups.rows}}",
        "",
    );
    let each =
        user.read("p.toml").replace("path = \"out.txt\"", "for_each = \"groups\"\npath = \"lists/{{id}}\"");
    user.write("p.toml", &each);
    fs::create_dir(user.home().join("lists")).unwrap();
    let run = |groups: Vec<Value>| {
        user.sandbox.set_groups(groups);
        user.run(["--profile", "./p.toml"]).code(0).stderr("");
        ["1", "2"].map(|id| fs::read_to_string(user.home().join("lists").join(id)).ok())
    };
    let texts = |one: &str, other: &str| {
        [one, other].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()))
    };
    assert_eq!(run(vec![group("1", "A")]), texts("A 1", ""), "the first run");
    assert_eq!(run(vec![group("1", "A"), group("2", "B")]), texts("new B A 1", "new B B 1"));
    assert_eq!(run(vec![group("1", "A"), group("2", "B")]), texts("A 1", "B 1"));
    user.sandbox.set_groups(vec![group("1", "C"), group("../2", "B")]);
    user.run(["--profile", "./p.toml"]).code(1).says(["no file can be named after the group `B`"]);
    assert_eq!(fs::read_to_string(user.home().join("lists/1")).unwrap(), "A 1", "none is touched");
}

#[test]
fn a_mistake_is_found_before_a_run() {
    for (template, words) in [
        ("{{#each changes.new}}x{{/each}}", "there is no `changes.new` here"),
        ("{{len changes.added}}", "changes"),
        (
            "{{#if changes}}{{#each changes.changed}}{{nme}}{{/each}}{{/if}}",
            "here are `key`, `label`, `fields`, `lists`",
        ),
    ] {
        let user = user(template, "");
        let outcome = user.run(["check", "./p.toml"]);
        assert_eq!(outcome.code, Some(2), "{template}: {outcome:?}");
        assert!(outcome.stderr.contains(words), "{template}: {outcome:?}");
    }
}

/// The records, by their names.
fn records(user: &User) -> Vec<PathBuf> {
    let folders = fs::read_dir(user.home().join(".local/state/globus-runner/history")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn a_preview_and_a_sandbox_have_made_up_changes_or_none() {
    let user = user(MAIL, "");
    let outcome = user.run(["render", "./p.toml"]).code(0);
    assert!(outcome.stdout.starts_with("Since 2026-11-25T03:00:00Z:\n+ "), "{outcome:?}");
    user.run(["-p", "./p.toml", "--sandbox"]).code(0).stdout("First run.\n");
    user.run(["data", "./p.toml", "--save", "saved.json"]).code(0);
    let mut saved: Value = serde_json::from_str(&user.read("saved.json")).unwrap();
    assert_eq!(saved["changes"], Value::Null);
    user.run(["render", "./p.toml", "--data", "saved.json"]).code(0).stdout("First run.\n");
    // With a record, they are those that a run would see.
    run(&user, vec![group("1", "A")]);
    let recorded = records(&user);
    user.sandbox.set_groups(vec![group("1", "B"), group("2", "C")]);
    user.run(["data", "./p.toml", "--save", "saved.json"]).code(0);
    assert_eq!(records(&user), recorded, "nothing is recorded");
    saved = serde_json::from_str(&user.read("saved.json")).unwrap();
    assert_eq!((&saved["changes"]["until_run"], &saved["changes"]["rows_after"]), (&Value::Null, &json!(2)));
    // The order of fields is that of the row.
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    let preview = user.run(["render", "./p.toml", "--data", "saved.json"]).code(0).stdout;
    let news = "+ C (All of C)\n~ B: name \"A\" -> \"B\" description \"All of A\" -> \"All of B\"\n";
    assert_eq!(preview.split_once(":\n").unwrap().1, news);
    user.run(["--profile", "./p.toml"]).code(0);
    assert_eq!(sorted(&user.read("out.txt")), sorted(&preview), "a run shows the same");
    let made_up: Value =
        serde_json::from_str(&user.run(["data", "./p.toml", "--sandbox"]).code(0).stdout).unwrap();
    assert_eq!(made_up["changes"], Value::Null);
    saved["changes"] = json!({ "since": "then", "added": [{ "name": "X", "description": null }], "removed": [], "changed": [] });
    user.write("saved.json", &saved.to_string());
    user.run(["render", "./p.toml", "--data", "saved.json"]).code(0).stdout("Since then:\n+ X\n");
}

#[test]
fn a_record_that_can_not_be_read_is_as_if_there_were_none() {
    let user = user(MAIL, "");
    run(&user, vec![group("1", "A")]);
    run(&user, vec![group("1", "A"), group("2", "B")]);
    let folder = fs::read_dir(user.home().join(".local/state/globus-runner/history"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let mut records: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path()).collect();
    records.sort();
    fs::write(&records[1], "broken").unwrap();
    user.sandbox.set_groups(vec![group("1", "A"), group("3", "C")]);
    Outcome::of(&mut user.command(["--profile", "./p.toml"]))
        .code(0)
        .says([&format!("warning: the record `{}` is left out: it is damaged", records[1].display())]);
    // The one before it is compared with.
    assert_eq!(user.read("out.txt").lines().skip(1).collect::<Vec<_>>(), ["+ C (All of C)"]);
}

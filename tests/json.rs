//! `--json`: for programs. The same exit codes and the same facts as the text, valid JSON whatever is wrong.

use serde_json::{Value, json};

use crate::support::{Outcome, User};

const PROFILES: &str = ".config/globus-runner/profiles";

fn parsed(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:#?}"))
}

/// A user with a profile of each kind of mistake.
fn user_with_mistakes() -> User {
    let user = User::new();
    let good = include_str!("../profiles/groups.toml");
    user.write(&format!("{PROFILES}/syntax.toml"), "nonsense");
    user.write(&format!("{PROFILES}/keys.toml"), &format!("{good}\n[output]\nmdoe = \"0600\"\nmode = 600\n"));
    user.write(&format!("{PROFILES}/encoding.toml"), "");
    std::fs::write(user.home().join(PROFILES).join("encoding.toml"), b"\xff\xfe").unwrap();
    user.write(&format!("{PROFILES}/lost.toml"), &good.replace("groups.csv.hbs", "lost.csv.hbs"));
    user.write(&format!("{PROFILES}/wrong.toml"), &good.replace("groups.csv.hbs", "wrong.csv.hbs"));
    user.write(&format!("{PROFILES}/wrong.csv.hbs"), "x\n  {{nmae}}\n");
    user
}

const BROKEN: [&str; 6] = ["syntax", "keys", "encoding", "lost", "wrong", "./no such \"file\".toml"];

#[test]
fn it_is_valid_and_has_the_exit_code_of_the_text_whatever_is_wrong() {
    let user = user_with_mistakes();
    for profile in BROKEN.into_iter().chain(["groups", "groups-html", "nothing", ""]) {
        for command in ["check", "status"] {
            let json = user.run([command, profile, "--json"]).stderr("");
            let text = user.run([command, profile]);
            assert_eq!(json.code, text.code, "{json:#?} {text:#?}");
            parsed(&json);
        }
    }
    for command in ["profiles", "templates", "status"] {
        let json = user.run([command, "--json"]).stderr("");
        let text = user.run([command]);
        assert_eq!(json.code, text.code, "{json:#?} {text:#?}");
        assert!(parsed(&json).as_array().unwrap().len() >= 5, "{json:#?}");
    }
}

#[test]
fn check_gives_each_mistake_with_its_place() {
    let user = user_with_mistakes();
    let checked = parsed(&user.run(["check", "keys", "--json"]).code(2));
    let file = user.home().join(PROFILES).join("keys.toml");
    assert_eq!(checked["origin"], Value::Null);
    assert_eq!(checked["streams"], Value::Null);
    let mistakes = checked["mistakes"].as_array().unwrap();
    let lines = include_str!("../profiles/groups.toml").lines().count();
    assert_eq!(mistakes.len(), 2, "{checked:#}");
    assert_eq!(
        mistakes[0],
        json!({
            "kind": "usage",
            "message": "unknown key `mdoe` in `[output]`",
            "help": "did you mean `mode`?",
            "file": file,
            "line": lines + 3,
            "column": 1,
        })
    );
    assert_eq!(mistakes[1]["line"], lines + 4);
    assert_eq!(mistakes[1]["column"], 8);

    let checked = parsed(&user.run(["check", "wrong", "--json"]).code(2));
    let mistake = &checked["mistakes"][0];
    assert!(mistake["file"].as_str().unwrap().ends_with("profiles/wrong.csv.hbs"), "{checked:#}");
    assert_eq!((&mistake["line"], &mistake["column"]), (&json!(2), &json!(3)), "{checked:#}");

    let nowhere = parsed(&user.run(["check", "nothing", "--json"]).code(2));
    assert_eq!(nowhere["mistakes"][0]["file"], Value::Null);
    assert!(nowhere["mistakes"][0]["message"].as_str().unwrap().starts_with("there is no profile"));
}

#[test]
fn check_gives_each_warning_with_its_place() {
    let user = User::new();
    user.write("t.csv.hbs", "{{#each groups}}\n{{{id}}}\n{{/each}}");
    user.write("t.toml", &include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "./t.csv.hbs"));
    let checked = parsed(&user.run(["check", "./t.toml", "--json"]).code(0).stderr(""));
    let warning = &checked["warnings"][0];
    assert_eq!(
        (&warning["kind"], &warning["file"], &warning["line"], &warning["column"]),
        (&json!("warning"), &json!("./t.csv.hbs"), &json!(2), &json!(1)),
        "{checked:#}"
    );
    assert_eq!(checked["mistakes"], json!([]));
    assert_eq!(checked["streams"], json!(true));
}

#[test]
fn a_check_without_mistakes_says_what_is_used() {
    let user = User::new();
    assert_eq!(
        parsed(&user.run(["check", "groups", "--json"]).code(0)),
        json!({
            "profile": "groups",
            "origin": "built in",
            "template": "groups.csv.hbs",
            "template_origin": "built in",
            "streams": true,
            "streams_not": null,
            "outputs": [{
                "path": null,
                "for_each": null,
                "template": "groups.csv.hbs",
                "template_origin": "built in",
                "streams": true,
                "streams_not": null,
            }],
            "mistakes": [],
            "warnings": [],
        })
    );
    let held = parsed(&user.run(["check", "groups-txt", "--json"]).code(0));
    assert_eq!(held["streams"], json!(false));
    assert_eq!(held["streams_not"]["file"], json!("built-in groups.txt.hbs"));
    assert!(held["streams_not"]["line"].is_u64(), "{held:#}");
}

#[test]
fn lists_say_what_is_where_and_what_is_wrong() {
    let user = user_with_mistakes();
    user.profile(&format!("{PROFILES}/groups"), "");
    let profiles = parsed(&user.run(["profiles", "--json"]).code(0));
    let of = |name: &str| -> Vec<&Value> {
        profiles.as_array().unwrap().iter().filter(|profile| profile["name"] == name).collect()
    };
    let own = user.home().join(PROFILES).join("groups.toml");
    let description = "The Globus groups I belong to, with my roles, as CSV";
    assert_eq!(
        of("groups"),
        [
            &json!({
                "name": "groups",
                "description": description,
                "tags": [],
                "origin": own,
                "shadowed_by": null,
                "is_base": false,
                "problems": [],
            }),
            &json!({
                "name": "groups",
                "description": description,
                "tags": [],
                "origin": "built in",
                "shadowed_by": own,
                "is_base": false,
                "problems": [],
            })
        ]
    );
    assert_eq!(of("keys")[0]["problems"].as_array().unwrap().len(), 2);
    assert_eq!(of("syntax")[0]["problems"][0]["line"], json!(1));
    let templates = parsed(&user.run(["templates", "--json"]).code(0));
    let groups = templates.as_array().unwrap().iter().find(|template| template["name"] == "groups.csv.hbs");
    assert_eq!(
        *groups.unwrap(),
        json!({
            "name": "groups.csv.hbs",
            "format": "csv",
            "summary": null,
            "origin": "built in",
            "shadowed_by": null,
            "problems": [],
        })
    );
    user.run(["templates", "--json", "show", "groups.csv.hbs"]).code(2).says(["`--json` is for the list"]);
}

#[test]
fn the_status_of_a_broken_profile_has_its_mistakes() {
    let user = user_with_mistakes();
    let every = parsed(&user.run(["status", "--json"]).code(3));
    for status in every.as_array().unwrap() {
        let code = status["exit_code"].as_u64().unwrap();
        assert_eq!(status["ready"].as_bool().unwrap(), code == 0, "{status:#}");
        assert_eq!(status["problems"] == json!([]), code == 0, "{status:#}");
    }
    let one = parsed(&user.run(["status", "keys", "--json"]).code(2));
    assert_eq!(one[0]["problems"].as_array().unwrap().len(), 2);
    assert_eq!(one[0]["exit_code"], json!(2));
    let needed = parsed(&user.run(["status", "groups", "--json"]).code(3));
    assert_eq!(needed[0]["problems"][0]["kind"], json!("login_needed"));
}

#[test]
fn no_secret_is_in_it() {
    let user = User::new();
    let secret = "[auth]\nclient_secret = \"hunter2-hunter2\"\nnmaespace = \"x\"";
    user.profile(&format!("{PROFILES}/secret"), secret);
    for command in [["check", "secret", "--json"], ["status", "secret", "--json"]] {
        user.run(command).code(2).never_says("hunter2");
    }
    user.run(["profiles", "--json"]).code(0).never_says("hunter2");
}

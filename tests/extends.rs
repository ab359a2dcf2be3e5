//! `extends`: what profiles share is written once.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::support::{Outcome, User, Watching};

const PROFILES: &str = ".config/globus-runner/profiles";

/// The lines that a base has in most tests; a run needs a template too.
const BASE: &str = "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\n\
                    scopes = [\"urn:globus:auth:scope:groups.api.globus.org:all\"]\nstorage = \"memory\"\n";

/// A user whose profile `base` is found by its name.
fn user() -> User {
    let user = User::new();
    user.write(&format!("{PROFILES}/base.toml"), BASE);
    user
}

#[test]
fn a_profile_has_the_keys_of_its_base() {
    let user = user();
    user.write("mine.toml", "extends = \"base\"\ntemplate = \"groups.csv.hbs\"\n");
    user.run(["check", "./mine.toml"]).code(0).stderr("");
    let csv = user.run(["-p", "./mine.toml", "--sandbox"]).code(0).stdout;
    assert_eq!(csv, user.run(["-p", "groups", "--sandbox"]).code(0).stdout);
    // A built-in profile is a base like any other.
    user.write("tree.toml", "extends = \"tree\"\nstorage = \"memory\"\n");
    let tree = user.run(["-p", "./tree.toml", "--sandbox"]).code(0).stdout;
    assert_eq!(tree, user.run(["-p", "tree", "--sandbox"]).code(0).stdout);
}

#[test]
fn tables_merge_and_all_else_replaces_over_several_levels() {
    let user = user();
    let base = format!(
        "{BASE}tags = [\"nightly\", \"lab\"]\ndescription = \"Of the base\"\ntemplate = \"v.json.hbs\"\n\
         [vars]\na = 1\nb = [1, 2]\nc = {{ x = 1, y = 2 }}\n[vars.d]\nx = 1\ny = 2\n[vars.e]\nz = 1\n"
    );
    user.write("base.toml", &base);
    user.write("v.json.hbs", "{{json vars}}");
    user.write("middle.toml", "extends = \"./base.toml\"\n[vars]\na = 2\nc = { x = 3 }\n[vars.d]\nx = 3\n");
    let top = "extends = \"middle.toml\"\ntags = [\"weekly\"]\n[vars]\nb = [3]\nd.y = 4\ne = {}\nf = 5\n";
    user.write(&format!("{PROFILES}/../top.toml"), "");
    user.write("top.toml", top);
    let vars: Value = serde_json::from_str(&user.run(["render", "./top.toml"]).code(0).stdout).unwrap();
    assert_eq!(vars, json!({ "a": 2, "b": [3], "c": { "x": 3 }, "d": { "x": 3, "y": 4 }, "e": {}, "f": 5 }));
    // A list replaces that of the base; what is not written is inherited, also the description.
    user.write(&format!("{PROFILES}/top.toml"), &top.replace("middle.toml", "../../../middle.toml"));
    let listed: Value = serde_json::from_str(&user.run(["profiles", "--json"]).code(0).stdout).unwrap();
    let top = listed.as_array().unwrap().iter().find(|profile| profile["name"] == "top").unwrap();
    assert_eq!((&top["tags"], &top["description"]), (&json!(["weekly"]), &json!("Of the base")), "{top:#}");
}

#[test]
fn an_inline_table_starts_a_section_anew() {
    let user = user();
    let secret =
        "[auth]\nclient_secret = { env = \"SECRET\" }\n[output]\npath = \"x.csv\"\nmode = \"0644\"\n";
    user.write("base.toml", &format!("{BASE}template = \"groups.csv.hbs\"\n{secret}"));
    user.write(
        "mine.toml",
        "extends = \"./base.toml\"\nauth.client_secret = { file = \"s\" }\noutput = {}\n",
    );
    user.run(["-p", "./mine.toml", "--sandbox", "-o", "-"]).code(0);
    user.run(["check", "./mine.toml"]).code(0);
    // A header adds to the section of the base.
    let both = "extends = \"./base.toml\"\n[auth.client_secret]\nfile = \"s\"\n";
    user.write("both.toml", both);
    user.run(["check", "./both.toml"]).code(2).says(["must name one place, not several"]);
}

#[test]
fn a_path_starts_at_the_folder_of_the_file_that_has_it() {
    let user = User::new();
    let base = BASE.replace("memory", "tokens.json")
        + "template = \"./own.csv.hbs\"\n[auth]\nclient_secret = { file = \"s.txt\" }\n";
    user.write("shared/base.toml", &base);
    user.write("shared/own.csv.hbs", "shared\n");
    user.write("mine/mine.toml", "extends = \"../shared/base.toml\"\n[output]\npath = \"out.csv\"\n");
    assert_eq!(user.run(["render", "mine/mine.toml"]).code(0).stdout, "shared\n");
    let status = user.run(["status", "mine/mine.toml", "--json"]).stdout;
    assert!(status.contains("shared/tokens.json"), "{status}");
    user.run(["-p", "mine/mine.toml", "--sandbox"]).code(0);
    user.run(["-p", "mine/mine.toml"]).code(2).says(["shared/s.txt"]);
    // A name is looked for beside the file that has it, too.
    user.write("shared/base.toml", &base.replace("./own", "own"));
    user.write("mine/own.csv.hbs", "mine\n");
    assert_eq!(user.run(["render", "mine/mine.toml"]).code(0).stdout, "shared\n");
    // `~` and variables are those of every other path.
    user.write("mine/mine.toml", "extends = \"~/shared/base.toml\"\n");
    user.run(["check", "mine/mine.toml"]).code(0);
    user.write("mine/mine.toml", "extends = \"${SHARED}/base.toml\"\n");
    let shared = user.home().join("shared");
    Outcome::of(user.command(["check", "mine/mine.toml"]).env("SHARED", shared)).code(0);
    user.run(["check", "mine/mine.toml"]).code(2).says(["SHARED is not set", "mine.toml:1:12"]);
}

#[test]
fn a_name_is_never_looked_for_in_a_working_directory_or_beside_the_profile() {
    let user = User::new();
    user.write("base.toml", BASE);
    user.write("mine.toml", "extends = \"base\"\ntemplate = \"groups.csv.hbs\"\n");
    user.run(["check", "./mine.toml"]).code(2).stdout("").says([
        "there is no profile `base`",
        "mine.toml:1:11",
        "to use the file in this folder, write `./base.toml`",
    ]);
    user.write("mine.toml", "extends = \"grousp\"\n");
    user.run(["check", "./mine.toml"]).code(2).says(["did you mean `groups`?"]);
    for (extends, words) in [
        ("\"\"", "the name of the profile is empty"),
        ("\"no such\"", "is not the name of a profile"),
        ("\"./gone.toml\"", "it does not exist"),
        ("5", "`extends` must be a string, not an integer"),
        ("[\"base\"]", "`extends` must be a string, not an array"),
        ("{}", "`extends` must be a string, not a table"),
    ] {
        user.write("mine.toml", &format!("\nextends = {extends}\nbanana = 1\n"));
        // The other mistakes are shown too, but not what the base may have.
        user.run(["check", "./mine.toml"])
            .code(2)
            .says([words, "mine.toml:2:11", "mine.toml:3:1", "has 2 mistakes"])
            .never_says("is missing");
    }
    let embedded = user.run(["check", "./mine.toml", "--json"]).code(2).stdout;
    assert!(serde_json::from_str::<Value>(&embedded).is_ok(), "{embedded}");
}

#[test]
fn a_circle_is_an_error_that_shows_the_chain() {
    let user = User::new();
    user.write("a.toml", "extends = \"./b.toml\"\n");
    user.write("b.toml", "\nextends = \"./c.toml\"\n");
    user.write("c.toml", "extends = \"./b.toml\"\n");
    user.run(["check", "./a.toml"]).code(2).says(["c.toml:1:11", "b.toml -> ", "c.toml -> ", "a circle"]);
    user.write("self.toml", "extends = \"self.toml\"\n");
    user.run(["check", "./self.toml"]).code(2).says(["self.toml:1:11", "self.toml -> "]);
    symlink("a.toml", user.home().join("link.toml")).unwrap();
    user.write("c.toml", "extends = \"./link.toml\"\n");
    user.run(["-p", "./a.toml"]).code(2).says(["c.toml:1:11", "a.toml -> ", " -> ", "link.toml"]);
    user.write(&format!("{PROFILES}/groups.toml"), "extends = \"groups\"\n");
    user.run(["check", "groups"]).code(2).says(["groups.toml:1:11", "a circle"]);
}

#[test]
fn every_mistake_is_shown_in_the_file_that_has_it() {
    let user = User::new();
    user.write("base.toml", &format!("{BASE}\n[auth]\nlogin = \"pastee\"\nbanana = 1\n"));
    user.write("mine.toml", "extends = \"./base.toml\"\ntemplate = \"x\"\n[output]\nmode = 600\n");
    let shown = user.run(["check", "./mine.toml"]).code(2).says([
        "mine.toml:2:12",
        "mine.toml:4:8",
        "base.toml:6:9",
        "login = \"pastee\"",
        "did you mean `paste`?",
        "base.toml:7:1",
        "unknown key `banana` in `[auth]`",
        "the profile ./mine.toml has 4 mistakes",
    ]);
    assert!(shown.stderr.find("mine.toml:4:8") < shown.stderr.find("base.toml:6:9"), "{}", shown.stderr);
    let checked: Value = serde_json::from_str(&user.run(["check", "./mine.toml", "--json"]).stdout).unwrap();
    let last = &checked["mistakes"][3];
    assert!(last["file"].as_str().unwrap().ends_with("base.toml"), "{checked:#}");
    assert_eq!((&last["line"], &last["column"]), (&json!(7), &json!(1)));

    // A key that the profile replaces is not looked at, and no message is about a file without a mistake.
    user.write("mine.toml", "extends = \"./base.toml\"\ntemplate = \"groups.csv.hbs\"\nauth = {}\n");
    user.run(["check", "./mine.toml"]).code(0);
    user.write(
        "mine.toml",
        "extends = \"./base.toml\"\ntemplate = \"groups.csv.hbs\"\n[auth]\nlogin = \"auto\"\n",
    );
    user.run(["check", "./mine.toml"])
        .code(2)
        .says(["base.toml:7:1", "the profile ./mine.toml has a mistake in what it extends"])
        .never_says("mine.toml:");
    // Mistakes of syntax, too; a secret in the base is hidden as everywhere.
    user.write("base.toml", "client_secret = \"hunter2\nstorage = = 1\n");
    user.run(["check", "./mine.toml"]).code(2).says(["base.toml:1:", "base.toml:2:"]).never_says("hunter2");
}

#[test]
fn what_depends_on_several_keys_names_the_right_file() {
    let user = user();
    user.write(
        "shared/base.toml",
        &format!("{BASE}[output]\npath = \"x.csv\"\n[output.guard]\nmin_groups = 5\n"),
    );
    let mine =
        "extends = \"./shared/base.toml\"\ntemplate = \"groups.csv.hbs\"\n[output.guard]\nmax_groups = 3\n";
    user.write("mine.toml", mine);
    user.run(["check", "./mine.toml"]).code(2).says(["mine.toml:4:14", "less than `min_groups`, which is 5"]);
    let base = format!("{BASE}template = \"groups.nonsense.hbs\"\n");
    user.write("shared/base.toml", &base);
    user.write("mine.toml", "extends = \"./shared/base.toml\"\n");
    user.write("shared/groups.nonsense.hbs", "x");
    user.run(["check", "./mine.toml"]).code(2).says(["shared/base.toml:4:12", "groups.nonsense.hbs"]);
}

#[test]
fn a_base_need_not_be_complete_and_is_not_listed_as_usable() {
    let user = user();
    user.run(["check", "base"]).code(2).says([
        "`template` is missing",
        "the profile",
        "has a mistake",
        "a profile that others extend need not be complete, but no run can use it",
    ]);
    let row = |user: &User, name: &str| -> Value {
        let listed: Value = serde_json::from_str(&user.run(["profiles", "--json"]).code(0).stdout).unwrap();
        listed.as_array().unwrap().iter().find(|profile| profile["name"] == name).unwrap().clone()
    };
    // It is a mistake as long as no other profile extends it: the file may be damaged.
    assert_eq!(row(&user, "base")["is_base"], json!(false));
    user.run(["status"]).code(2);
    user.write(&format!("{PROFILES}/mine.toml"), "extends = \"base\"\ntemplate = \"groups.csv.hbs\"\n");
    let base = row(&user, "base");
    assert_eq!((&base["is_base"], &base["problems"]), (&json!(true), &json!([])), "{base:#}");
    assert_eq!(row(&user, "mine")["is_base"], json!(false));
    let listing = user.run(["profiles"]).code(0).stdout;
    assert!(
        listing.contains("base\n    only for other profiles to extend: a run needs more keys\n"),
        "{listing}"
    );
    // Commands for all profiles pass it over.
    let status = user.run(["status", "--json"]).stdout;
    assert!(status.contains("\"mine\"") && !status.contains("\"base\""), "{status}");
    user.run(["login", "--all"]).never_says("base");
    // With another mistake it is a mistake again.
    user.write(&format!("{PROFILES}/base.toml"), &format!("{BASE}banana = 1\n"));
    assert_eq!(row(&user, "base")["problems"].as_array().unwrap().len(), 2);
    assert_eq!(row(&user, "mine")["problems"].as_array().unwrap().len(), 1);
}

#[test]
fn no_output_replaces_a_base() {
    let user = User::new();
    user.write("base.toml", BASE);
    user.write("middle.toml", "extends = \"base.toml\"\n");
    for base in ["base.toml", "middle.toml"] {
        let mine = "extends = \"middle.toml\"\ntemplate = \"groups.csv.hbs\"\n";
        user.write("mine.toml", &format!("{mine}[output]\npath = \"{base}\"\n"));
        let words = "a profile that this one extends";
        user.run(["check", "./mine.toml"]).code(2).says([words]);
        user.write("mine.toml", mine);
        user.run(["-p", "./mine.toml", "--sandbox", "-o", base]).code(2).says([words]);
        user.run(["render", "./mine.toml", "-o", base]).code(2).says([words]);
    }
    assert_eq!(fs::read_to_string(user.home().join("base.toml")).unwrap(), BASE);
}

#[test]
fn a_watched_preview_follows_the_bases() {
    let user = user();
    user.write("shared/deep.toml", &format!("{BASE}[vars]\ntitle = \"one\"\n"));
    user.write("shared/base.toml", "extends = \"deep.toml\"\ntemplate = \"t.txt.hbs\"\n");
    user.write("shared/t.txt.hbs", "{{vars.title}}");
    user.write("mine.toml", "extends = \"./shared/base.toml\"\n");
    let mut command = user.command(["render", "./mine.toml", "--watch", "-o", "out"]);
    let watching = Watching::start(&mut command, &user.home().join("log"));
    let out = user.home().join("out");
    watching.has_written(&out, "one");
    user.write("shared/deep.toml", &format!("{BASE}[vars]\ntitle = \"two\"\n"));
    watching.has_written(&out, "two");
    user.write("shared/deep.toml", "banana");
    watching.has_said("deep.toml:1:7", 1);
    user.write("shared/deep.toml", &format!("{BASE}[vars]\ntitle = \"three\"\n"));
    watching.has_written(&out, "three");
    watching.stop().code(0);
}

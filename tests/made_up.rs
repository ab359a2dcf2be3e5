//! The made-up groups: a plain sample that a first-time user sees, and hostile ones for authors of templates. The same
//! words name them in every command.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::ready::{READY, UPDATE, assert_holds};
use crate::support::{User, mkfifo};

/// The groups of a sandbox as the service sends them.
fn groups_of(user: &User, sandbox: &str) -> Vec<Value> {
    let data = user.run(["data", "groups", "-q", sandbox]).code(0).stderr("").stdout;
    let mut data: Value = serde_json::from_str(&data).unwrap();
    let groups = data["groups"].as_array_mut().unwrap();
    for group in groups.iter_mut() {
        group.as_object_mut().unwrap().remove("roles");
    }
    std::mem::take(groups)
}

/// `runner render` and `runner check` work without the sandbox, so they have a copy of its groups.
#[test]
fn what_is_built_in_is_what_the_sandbox_has() {
    let user = User::new();
    for set in ["sample", "hostile"] {
        let groups = groups_of(&user, &format!("--sandbox={set}"));
        let json = serde_json::to_string_pretty(&groups).unwrap() + "\n";
        let update = format!("{UPDATE}=1 cargo test --locked what_is_built_in");
        assert_holds(Path::new(&format!("src/data/{set}.json")), &json, &update);
    }
    assert_eq!(groups_of(&user, "--sandbox"), groups_of(&user, "--sandbox=sample"));
}

#[test]
fn each_command_takes_the_same_words() {
    let user = User::new();
    for (profile, _) in READY.into_iter().filter(|(profile, _)| *profile != "groups-html") {
        for set in ["sample", "hostile"] {
            let rendered = user.run(["render", profile, "-q", "--data", set]).code(0).stdout;
            let sandbox = format!("--sandbox={set}");
            user.run(["--profile", profile, "-q", &sandbox]).code(0).stdout(&rendered);
            user.run(["run", profile, "-q", &sandbox]).code(0).stdout(&rendered);
        }
        let sample = user.run(["render", profile, "-q", "--data", "sample"]).code(0).stdout;
        user.run(["render", profile, "-q"]).code(0).stdout(&sample);
        user.run(["run", profile, "-q", "--sandbox"]).code(0).stdout(&sample);
    }
    user.run(["render", "groups", "--data", "hostile"])
        .code(0)
        .says(["this is the built-in hostile sample; "]);
    user.serve(["sandbox", "--data", "hostile"]);
}

/// A run over HTTP, with a login that is stored.
#[test]
fn a_test_can_start_among_hostile_groups() {
    let user = User::among_hostile_groups();
    user.log_in();
    let rendered = user.run(["render", "groups", "-q", "--data", "hostile"]).code(0).stdout;
    user.run(["--profile", "groups"]).code(0).stdout(&rendered);
}

/// What a refused run names as the way to let it through has the same groups.
#[test]
fn a_guard_names_the_made_up_groups() {
    let user = User::new();
    user.profile("guarded", "[output.guard]\nmin_groups = 50");
    for sandbox in ["--sandbox", "--sandbox=hostile"] {
        let refused = user.run(["run", "./guarded.toml", sandbox, "-o", "list.csv"]).code(5);
        refused.says([&format!(" {sandbox} --accept")]);
    }
}

/// The groups of one's own, in one's own file.
#[test]
fn a_file_can_be_the_data_of_a_run() {
    let user = User::new();
    let data = "users = [{ id = \"u\", username = \"eve@x\", name = \"Eve\", email = \"e\" }]\n\
                groups = [{ id = \"g\", name = \"Only\", memberships = [{ username = \"eve@x\", role = \"admin\" }] }]\n";
    user.write("own.toml", data);
    user.run(["--profile", "groups", "-q", "--sandbox=own.toml"])
        .code(0)
        .stdout("ID,Name,Roles\ng,\"Only\",admin\n");
    user.run(["--profile", "groups", "--sandbox=own.toml", "-o", "./own.toml"])
        .code(2)
        .says(["the output `./own.toml` is also the data of the sandbox"]);
    user.run(["data", "groups", "--sandbox=own.toml", "--save", "own.toml"])
        .code(2)
        .says(["is also the data"]);
    assert_eq!(user.read("own.toml"), data);

    // A built-in name wins over a file.
    user.write("hostile", data);
    let built_in = user.run(["--profile", "groups", "-q", "--sandbox=hostile"]).code(0);
    assert!(!built_in.stdout.contains("Only"), "{built_in:#?}");
    user.run(["--profile", "groups", "--sandbox=./hostile"])
        .code(0)
        .stdout("ID,Name,Roles\ng,\"Only\",admin\n");
}

#[test]
fn a_signal_ends_the_wait_for_a_pipe() {
    let user = User::new();
    mkfifo(&user.home().join("own.toml"));
    let mut terminal = user.terminal(["--profile", "groups", "--sandbox=own.toml", "-v"]);
    terminal.shows("profile groups").press_control('c').wait_for_end().code(130).stdout("");
}

#[test]
fn a_word_that_names_nothing_is_a_mistake() {
    let user = User::new();
    let help = "help: `sample` and `hostile` are built in; anything else is the path of a file";
    for arguments in [
        ["run", "groups", "--sandbox=hostil", "-q"],
        ["data", "groups", "--sandbox=hostil", "-q"],
        ["sandbox", "--data", "hostil", "-q"],
    ] {
        user.run(arguments).code(2).stdout("").says(["hostil", "No such file", help]);
    }
    user.run(["render", "groups", "--data", "hostil"])
        .code(2)
        .says(["`sample` and `hostile` are built in\n"]);
    let together =
        "`--sandbox` and its data `hostile` are written together\n  help: write `--sandbox=hostile`\n";
    user.run(["run", "groups", "--sandbox", "hostile"]).code(2).stderr(&format!("error: {together}"));
    user.run(["-p", "groups", "--sandbox", "hostile"]).code(2).stderr(&format!("error: {together}"));
}

/// A profile that asks for all that groups can have, and for every list of the sandbox.
fn asking_for_all(user: &User, set: &str) -> Vec<String> {
    let data: toml::Table = include_str!("../crates/globus-sandbox/src/data/sample.toml").parse().unwrap();
    let mut paths: Vec<String> = data["lists"].as_table().unwrap().keys().cloned().collect();
    // The hostile data has no lists, and the sandbox serves only those of the data.
    paths.retain(|_| set == "sample");
    let service = |path: &str| match path.split('/').nth(1) {
        Some("v0.10") => "transfer",
        Some("v1") => "search",
        Some("jobs") => "timers",
        Some("v2") => "compute",
        _ => "flows",
    };
    let mut profile = "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nstorage = \"memory\"\n\
        template = \"groups.csv.hbs\"\n[groups]\nmembers = { identities = true }\n\
        include = [\"memberships\", \"allowed_actions\", \"child_ids\", \"membership_fields\"]\n"
        .to_owned();
    for (at, path) in paths.iter().enumerate() {
        writeln!(profile, "[data.l{at}]\nservice = \"{}\"\npath = \"{path}\"", service(path)).unwrap();
    }
    user.write("all.toml", &profile);
    paths
}

/// The same of what groups can have, and of lists.
#[test]
fn what_is_built_in_of_parts_and_lists_is_what_the_sandbox_has() {
    let user = User::new();
    let update = format!("{UPDATE}=1 cargo test --locked what_is_built_in");
    let holds = |file: &str, content: &Value| {
        let json = serde_json::to_string_pretty(content).unwrap() + "\n";
        assert_holds(Path::new(&format!("src/data/{file}.json")), &json, &update);
    };
    for set in ["sample", "hostile"] {
        let paths = asking_for_all(&user, set);
        let data = user.run(["data", "./all.toml", "-q", &format!("--sandbox={set}")]).code(0).stdout;
        let data: Value = serde_json::from_str(&data).unwrap();
        let parts = ["memberships", "hidden", "allowed_actions", "child_ids", "membership_fields"];
        let part = |group: &Value| -> (String, Value) {
            let parts = parts.map(|part| (part.to_owned(), group[part].clone()));
            (group["id"].as_str().unwrap().to_owned(), parts.into_iter().collect())
        };
        holds(&format!("{set}-parts"), &data["groups"].as_array().unwrap().iter().map(part).collect());
        if set == "sample" {
            let list = |(at, path): (usize, &String)| (path.clone(), data["data"][format!("l{at}")].clone());
            holds("sample-lists", &paths.iter().enumerate().map(list).collect());
        }
    }
}

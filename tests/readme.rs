//! What the README promises.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::{Outcome, User};

const README: &str = include_str!("../README.md");

/// The blocks of this language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let starts = README.split(&format!("```{language}\n")[..]).skip(1).collect::<Vec<_>>();
    starts.into_iter().map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_first_command_works_as_shown() {
    assert!(README.contains("cargo run --release -- --profile groups --sandbox"));
    let printed = User::new().run(["--profile", "groups", "--sandbox"]).code(0).stdout;
    let shown = README.split("    ID,Name,Roles\n").nth(1).unwrap().split("    ...").next().unwrap();
    let shown = format!("ID,Name,Roles\n{}", shown.replace("    ", ""));
    assert!(printed.starts_with(&shown), "the README shows\n{shown}\nbut this is printed\n{printed}");
}

#[test]
fn the_profiles_are_good() {
    let user = User::new();
    let profiles = blocks("toml");
    assert_eq!(profiles.len(), 3);
    for profile in profiles {
        user.write("readme.toml", profile);
        user.run(["check", "./readme.toml"]).code(0);
    }
}

#[test]
fn the_service_accounts_work_from_cron_and_in_a_container() {
    let user = User::new();
    let configuration = ".config/globus-runner";
    let [_, cron, container] = blocks("toml")[..] else { panic!("other profiles are shown") };
    user.write(&format!("{configuration}/profiles/export.toml"), cron);
    let secret = user.write(&format!("{configuration}/export.secret"), "sandbox-secret-not-for-real-use\n");
    fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
    assert!(README.contains("runner --profile export -q -o /srv/groups.csv"));
    user.run(["--profile", "export", "-q", "-o", "groups.csv"]).code(0).stdout("").stderr("");
    assert!(user.read("groups.csv").contains("\"Beamline 7 Users\",manager"));

    user.write("etc/export.toml", container);
    let mut job = user.command(["--profile", "etc/export.toml", "-q", "-o", "out.csv"]);
    job.env("GLOBUS_CLIENT_SECRET", "sandbox-secret-not-for-real-use").env_remove("HOME");
    Outcome::of(&mut job).code(0).stdout("").stderr("");
    assert_eq!(user.read("out.csv"), user.read("groups.csv"));
}

#[test]
fn a_requirement_reads_as_shown() {
    let user = User::logged_in();
    user.sandbox.set_requirements(json!({ "session_required_mfa": true })).unwrap();
    let cure = "runner login groups --requirements '{\"session_required_mfa\":true}'";
    assert!(README.contains(cure));
    user.run(["--profile", "groups"]).code(3).says([cure]);
}

#[test]
fn a_template_sees_what_is_shown() {
    let example = README.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let example: Value = serde_json::from_str(example).unwrap();
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "data.json.hbs");
    user.write(".config/globus-runner/profiles/groups.toml", &profile);
    user.write(".config/globus-runner/templates/data.json.hbs", "{{json this}}");
    // `roles` is not what the service sends.
    let mut groups = example["groups"].as_array().unwrap().clone();
    for group in &mut groups {
        group.as_object_mut().unwrap().remove("roles");
    }
    user.sandbox.set_groups(groups);
    let at: i64 = 1_790_000_000;
    let printed =
        Outcome::of(user.command(["-p", "groups"]).env("SOURCE_DATE_EPOCH", at.to_string())).code(0);
    assert_eq!(serde_json::from_str::<Value>(&printed.stdout).unwrap(), example);
}

#[test]
fn a_template_is_written_as_shown() {
    let user = User::new();
    let shown = |command: &str| assert!(README.contains(command), "{command}");
    shown("runner init report --format html ");
    user.run(["init", "report", "--format", "html"]).code(0);
    shown("runner data report --save groups.json ");
    user.run(["data", "report", "--sandbox", "--save", "groups.json"]).code(0);
    shown("runner render report --data groups.json -o report.html --watch\n");
    user.run(["render", "report", "--data", "groups.json", "-o", "report.html"]).code(0).stderr("");
    assert!(user.read("report.html").contains("Climate Modeling"));
    shown("`runner templates copy groups.csv.hbs`");
    user.run(["templates", "copy", "groups.csv.hbs"]).code(0);
    shown("`runner check report`");
    user.run(["check", "report"]).code(0).stderr("");
}

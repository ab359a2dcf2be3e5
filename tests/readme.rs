//! What the README promises.

use crate::support::User;

const README: &str = include_str!("../README.md");

#[test]
fn the_first_command_works_as_shown() {
    assert!(README.contains("cargo run --release -- --profile groups --sandbox"));
    let printed = User::new().run(["--profile", "groups", "--sandbox"]).code(0).stdout;
    let shown = README.split("    ID,Name,Roles\n").nth(1).unwrap().split("    ...").next().unwrap();
    let shown = format!("ID,Name,Roles\n{}", shown.replace("    ", ""));
    assert!(printed.starts_with(&shown), "the README shows\n{shown}\nbut this is printed\n{printed}");
}

#[test]
fn the_profile_reference_parses() {
    let user = User::new();
    let profile = README.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    user.write("readme.toml", profile);
    user.run(["check", "./readme.toml"]).code(0);
}

//! Templates listed, shown and copied.

use std::fs;

use crate::support::{Outcome, User, mode};

const OWN: &str = ".config/globus-runner/templates";
const BUILT_IN: &str = include_str!("../templates/groups.csv.hbs");

#[test]
fn templates_are_listed_with_what_hides_what() {
    let user = User::new();
    user.write(&format!("{OWN}/groups.csv.hbs"), "{{!-- Only\nmine --}}\nid\n");
    user.write("first/odd.pdf.hbs", "");
    user.write("first/notes.txt", "");
    fs::write(user.home().join("first/raw.txt.hbs"), b"\xff").unwrap();
    // What lies in the working directory is not found by name.
    user.write("here.csv.hbs", "");
    let mut command = user.command(["templates"]);
    let listing =
        Outcome::of(command.env("RUNNER_PROFILE_PATH", user.home().join("first"))).code(0).stderr("");
    let home = user.home().display();
    for words in [
        format!("groups.csv.hbs\n    writes csv: Only\n    {home}/{OWN}/groups.csv.hbs\n"),
        format!(
            "groups.csv.hbs\n    writes csv\n    built in (not used: {home}/{OWN}/groups.csv.hbs comes first)\n"
        ),
        format!(
            "odd.pdf.hbs\n    writes no known format, so it can't be used\n    {home}/first/odd.pdf.hbs\n"
        ),
        "not UTF-8 text".to_owned(),
    ] {
        assert!(listing.stdout.contains(&words), "{words:?} is not in\n{}", listing.stdout);
    }
    assert!(!listing.stdout.contains("here.csv") && !listing.stdout.contains("notes"), "{listing:#?}");
}

#[test]
fn a_template_is_shown_as_it_is() {
    let user = User::new();
    user.run(["templates", "show", "groups.csv.hbs"]).code(0).stdout(BUILT_IN).stderr("");
    user.write("parts/x.csv.hbs", "mine\u{1b}[31m");
    user.run(["templates", "show", "parts/x.csv.hbs"]).code(0).stdout("mine\u{1b}[31m");
    let mut terminal = user.terminal_with_stdout(["templates", "show", "./parts/x.csv.hbs"]);
    terminal.wait_for_end().code(0).never_says("\u{1b}[31m");
    user.run(["templates", "show", "grops.csv.hbs"])
        .code(2)
        .stdout("")
        .says(["did you mean `groups.csv.hbs`?"]);
}

#[test]
fn a_copy_is_used_instead_of_the_original() {
    let user = User::new();
    let copied = user.run(["templates", "copy", "groups.csv.hbs"]).code(0);
    let path = user.home().join(OWN).join("groups.csv.hbs");
    copied
        .stdout(&format!("{}\n", path.display()))
        .says(["use the copy from now on", "`runner render groups --template groups.csv.hbs --watch`"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), BUILT_IN);
    assert_eq!((mode(path.parent().unwrap()), mode(&path) & 0o077 & !0o044), (0o700, 0));

    fs::write(&path, "edited").unwrap();
    user.run(["render", "groups"]).code(0).stdout("edited");
    let refused = user.run(["templates", "copy", "groups.csv.hbs"]).code(2).stdout("");
    refused.says(["groups.csv.hbs already exists", "--force"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "edited");
    // The original, and not the copy onto itself.
    user.run(["templates", "copy", "groups.csv.hbs", "--force"]).code(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), BUILT_IN);
}

#[test]
fn a_copy_can_go_elsewhere() {
    let user = User::new();
    let whole = user.home().join("mine.csv.hbs");
    let copied = user.run(["templates", "copy", "groups.csv.hbs", "--to", "mine.csv.hbs"]).code(0);
    let command = format!("runner render groups --template {} --watch", whole.display());
    copied.stdout("mine.csv.hbs\n").says(["name the copy in a profile", &command]);
    user.run(["templates", "copy", "groups.csv.hbs", "--to", "new/folder/"]).code(0);
    user.run(["templates", "copy", "./mine.csv.hbs", "--to", "new"]).code(0).stdout("new/mine.csv.hbs\n");
    for copy in ["mine.csv.hbs", "new/folder/groups.csv.hbs", "new/mine.csv.hbs"] {
        assert_eq!(user.read(copy), BUILT_IN);
    }
    for to in ["mine.html.hbs", "mine.csv"] {
        let refused = user.run(["templates", "copy", "groups.csv.hbs", "--to", to]).code(2).stdout("");
        refused.says([to, "would have another format than groups.csv.hbs"]);
        assert!(!user.home().join(to).exists());
    }
    user.run(["templates", "copy", "nothing.csv.hbs"])
        .code(2)
        .says(["there is no template `nothing.csv.hbs`"]);
    user.write("file", "");
    user.run(["templates", "copy", "groups.csv.hbs", "--to", "file/x.csv.hbs"]).code(1).says(["can't write"]);
}

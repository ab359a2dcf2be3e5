//! `--help` of every command: its examples work, and its layout fits narrow terminals.

use crate::support::{Outcome, User};

/// Ways to ask for the help of every command: `[]` for the whole program, `["templates", "show"]`, ...
fn commands(user: &User) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut at = 0;
    while at < commands.len() {
        let parent = commands[at].clone();
        at += 1;
        let help = help(user, &parent, "--help", 200);
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        for line in listed.take_while(|line| !line.is_empty()) {
            let name = line.split_whitespace().next().unwrap();
            if name != "help" {
                commands.push([parent.as_slice(), &[name.to_owned()]].concat());
            }
        }
    }
    assert!(commands.len() > 12, "{commands:?}");
    commands
}

fn help(user: &User, command: &[String], flag: &str, columns: u16) -> String {
    let mut run = user.command([]);
    run.args(command).arg(flag).env("COLUMNS", columns.to_string());
    Outcome::of(&mut run).code(0).stderr("").stdout
}

/// The command lines of the examples, which are the last thing of a help.
fn examples(help: &str) -> Vec<&str> {
    let (_, examples) = help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("no examples:\n{help}"));
    let lines: Vec<&str> = examples.lines().collect();
    assert!(lines.len() >= 2 && lines.len().is_multiple_of(2), "{help}");
    let commands = lines.chunks(2).map(|example| {
        assert!(example[0].starts_with("  ") && example[0].ends_with(':'), "{help}");
        example[1].strip_prefix("    runner").unwrap_or_else(|| panic!("{help}"))
    });
    commands.collect()
}

#[test]
fn every_help_ends_with_examples_that_work() {
    for command in commands(&User::new()) {
        let user = User::logged_in();
        user.profile("mine", "");
        user.run(["data", "groups", "--sandbox", "--save", "my.json"]).code(0);
        // What `diff` compares.
        for _ in 0..2 {
            user.run(["-q", "-p", "groups"]).code(0);
        }
        let help = help(&user, &command, "--help", 200);
        for example in examples(&help) {
            let words: Vec<&str> = example.split_whitespace().collect();
            assert!(words.starts_with(&command.iter().map(String::as_str).collect::<Vec<_>>()), "{help}");
            let mut run = user.command([]);
            run.args(&words);
            match words[0] {
                // A login needs a terminal: the message says that the rest is right. With --all the stored one is enough.
                "login" if !words.contains(&"--all") => {
                    drop(Outcome::of(&mut run).code(3).says(["there is no terminal"]));
                }
                // It serves until Ctrl-C, and the port may be taken.
                "sandbox" => drop(Outcome::of(run.arg("--help")).code(0)),
                _ => drop(Outcome::of(&mut run).code(0)),
            }
        }
    }
}

#[test]
fn help_fits_narrow_terminals() {
    let user = User::new();
    for command in commands(&user) {
        for flag in ["--help", "-h"] {
            for columns in [80, 40] {
                let help = help(&user, &command, flag, columns);
                let fits =
                    |line: &&str| line.chars().count() <= columns.into() || !line.trim_start().contains(' ');
                assert!(help.lines().all(|line| fits(&line)), "{command:?} at {columns}:\n{help}");
            }
        }
    }
    let mut terminal = user.narrow_terminal(40, ["--help"]);
    let shown = terminal.wait_for_end().code(0).stderr;
    assert!(shown.lines().all(|line| visible(line) <= 40), "{shown}");
}

#[test]
fn every_help_shows_the_options_of_messages() {
    let user = User::new();
    let shown = |command: &[String]| {
        let help = help(&user, command, "-h", 200);
        let (_, options) = help.split_once("\nMessages:\n").unwrap_or_else(|| panic!("{command:?}:\n{help}"));
        let lines = options.lines().take_while(|line| !line.is_empty());
        lines.flat_map(str::split_whitespace).map(str::to_owned).collect::<Vec<_>>()
    };
    let options = shown(&[]);
    let names = options.iter().filter(|word| word.starts_with("--"));
    assert!(names.eq(["--verbose...", "--quiet", "--no-progress", "--log-format", "--color"]), "{options:?}");
    for command in commands(&user) {
        assert_eq!(shown(&command), options, "{command:?}");
    }
}

#[test]
fn lists_and_results_fit_narrow_terminals() {
    let user = User::logged_in();
    // What is left of a new token changes its words within a second: `2 days`, then `1 day 23 hours`.
    user.expire_token_in(100_000);
    // The log says how long ago a run was, which changes.
    std::fs::remove_dir_all(user.home().join(".local")).unwrap();
    for command in [["profiles", "-q"], ["templates", "-q"], ["status", "-q"], ["check", "groups-html"]] {
        let shown = user.narrow_terminal(40, command).wait_for_end().code(0).stderr;
        let is_word = |line: &str| !line.trim_start().contains(' ');
        for line in shown.lines().map(|line| line.trim_end_matches('\r')) {
            let value = line.get(14..).unwrap_or_default();
            assert!(line.chars().count() <= 40 || is_word(line) || is_word(value), "{command:?}:\n{shown}");
        }
        // In a pipe, one line stays one line.
        let piped = user.run(command).code(0).stdout;
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&shown), words(&piped));
        assert!(piped.lines().count() < shown.lines().count(), "{piped}");
    }
}

#[test]
fn help_is_a_command_too() {
    let user = User::new();
    let asked = user.run(["help"]).code(0).stderr("").stdout;
    assert_eq!(asked, user.run(["--help"]).stdout);
    assert_eq!(user.run(["help", "run"]).code(0).stdout, user.run(["run", "--help"]).stdout);
    assert_eq!(
        user.run(["help", "templates", "copy"]).code(0).stdout,
        user.run(["templates", "copy", "--help"]).stdout
    );
    user.run(["help", "nothing"]).code(2).stdout("").says(["nothing", "Usage: runner"]);
}

#[test]
fn help_that_cannot_be_written_is_exit_1() {
    let user = User::new();
    let mut command = crate::support::process::in_shell(&user.command(["--help"]), "\"$@\" >/dev/full");
    Outcome::of(&mut command).code(1).says(["can't write to the standard output"]);
}

#[test]
fn a_profile_where_a_command_stands_is_told_apart() {
    let user = User::new();
    user.profile("mine", "");
    user.profile(".config/globus-runner/profiles/own", "");
    for profile in ["groups", "groups-html", "own", "./mine.toml", "mine.toml", "missing.toml"] {
        user.run([profile]).code(2).stdout("").stderr(&format!(
            "error: `{profile}` is a profile, not a command\n  help: did you mean `runner --profile {profile}`?\n"
        ));
        user.run(["-v", profile, "--json"]).code(2).says(["did you mean `runner --profile "]);
    }
    user.run(["gruops"]).code(2).stderr(
        "error: `gruops` is neither a command nor a profile\n  help: did you mean `runner --profile groups`?\n",
    );
    for option in ["-p", "--profile"] {
        user.run(["check", option, "groups"]).code(2).says([
            &format!("a command takes the profile without `{option}`\n"),
            "help: write `runner COMMAND PROFILE`",
        ]);
    }
    user.run(["help", "groups"]).code(2).stderr(
        "error: `groups` is a profile, not a command\n  help: `runner help run` explains how to run it\n",
    );
    user.run(["version"])
        .code(2)
        .stderr("error: `version` is not a command\n  help: `runner --version` shows it\n");
    user.run(["stauts"]).code(2).says(["unrecognized subcommand 'stauts'", "similar", "'status'"]);
    user.run(["nothing"]).code(2).says(["unrecognized subcommand 'nothing'"]).never_says("--profile nothing");
    user.run(["templates", "groups"]).code(2).says(["unrecognized subcommand 'groups'"]);
}

/// How many columns a line takes, without its escape sequences.
fn visible(line: &str) -> usize {
    let mut in_escape = false;
    let visible = line.trim_end_matches('\r').chars().filter(|c| {
        let was_in_escape = in_escape;
        in_escape = *c == '\u{1b}' || (in_escape && *c != 'm');
        !in_escape && !was_in_escape
    });
    visible.count()
}

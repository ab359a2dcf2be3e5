//! A user whose groups change from run to run, and whose refresh tokens are valid once.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use globus_sandbox::RefreshTokenPolicy;
use serde_json::json;

use super::{Outcome, User};

const OUTPUT: &str = "out.csv";

pub struct Changing {
    pub user: User,
    storage: &'static str,
    /// How often the groups have changed.
    turn: usize,
    /// All files after a good run.
    files: BTreeSet<String>,
}

impl Changing {
    /// One who has logged in and run the profile, whose tokens are in this file.
    pub fn new(storage: &'static str) -> Self {
        let user = User::new();
        let profile = include_str!("../../profiles/groups.toml")
            .replace("~/.list-my-globus-groups-tokens.json", storage);
        let more =
            "[output]\npath = \"out.csv\"\n[output.guard]\nmax_removed = \"90%\"\n[http]\nretries = 2\n";
        user.write("mine.toml", &format!("{profile}{more}"));
        // A guard that shows what it compares with.
        user.write("strict.toml", &format!("{profile}{}", more.replace("90%", "0%")));
        user.sandbox.set_refresh_tokens(RefreshTokenPolicy::Rotate);
        let mut changing = Self { user, storage, turn: 0, files: BTreeSet::new() };
        changing.change();
        changing.log_in();
        for _ in 0..2 {
            Outcome::of(&mut changing.command()).code(0);
            changing.user.sandbox.expire_access_tokens();
        }
        changing.files = changing.files_now();
        changing
    }

    /// Other groups, and an expired access token. Returns the output of the next good run.
    pub fn change(&mut self) -> String {
        self.turn += 1;
        self.set_turn(self.turn)
    }

    /// A dry run with the groups before the last change. Exit code 0 if the guard compares with them, 5 if with later ones, and
    /// 3 if the login is lost.
    pub fn compares_with_old(&self) -> Outcome {
        self.set_turn(self.turn - 1);
        let outcome = Outcome::of(&mut self.user.command(["run", "./strict.toml", "--dry-run"]));
        self.set_turn(self.turn);
        outcome
    }

    /// The groups of a turn, of which one is in no other turn.
    fn set_turn(&self, turn: usize) -> String {
        let name = |number: usize| format!("G{number} of turn {turn}");
        let group =
            |number: usize| json!({ "id": number.to_string(), "name": name(number), "my_memberships": [] });
        let ids = || (1..4).chain([100 + turn]);
        self.user.sandbox.set_groups(ids().map(group).collect());
        self.user.sandbox.expire_access_tokens();
        let rows: Vec<String> = ids().map(|number| format!("{number},\"{}\",\n", name(number))).collect();
        format!("ID,Name,Roles\n{}", rows.concat())
    }

    pub fn log_in(&self) {
        let mut terminal = self.user.terminal(["login", "./mine.toml"]);
        terminal.paste_code(&self.user.sandbox);
        terminal.wait_for_end().code(0);
        fs::remove_file(self.user.home().join("stdout-of-terminal")).unwrap();
        self.user.sandbox.clear_requests();
    }

    pub fn command(&self) -> Command {
        self.user.command(["run", "./mine.toml"])
    }

    pub fn output(&self) -> String {
        self.user.read(OUTPUT)
    }

    /// The tokens that are stored.
    pub fn secrets(&self) -> Vec<String> {
        let bytes = fs::read(self.user.home().join(self.storage)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let tokens: Vec<String> = ["\"access_token\":", "\"refresh_token\":"]
            .iter()
            .flat_map(|key| text.split(key).skip(1))
            .filter_map(|rest| Some(rest.split('"').nth(1)?.to_owned()))
            .collect();
        assert!(tokens.len() >= 2, "no tokens are found in {text}");
        tokens
    }

    /// The files that are there and that a good run does not leave. Each run leaves a record in the history.
    pub fn left_over(&self) -> Vec<String> {
        let files = self.files_now();
        let new = files.difference(&self.files).filter(|path| !path.ends_with(".jsonl.zst"));
        new.cloned().collect()
    }

    fn files_now(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        walk(self.user.home(), &mut files);
        files
    }
}

fn walk(folder: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.insert(path.display().to_string());
        }
    }
}

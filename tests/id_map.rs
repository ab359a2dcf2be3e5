//! Numbers of users and groups that stay the same from run to run.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::process::in_shell;
use crate::support::{Outcome, User, mode};

const ADA: &str = "a6e8f3b2-1c4d-4e8a-9b7f-0d5c2e1a3f48";
const BEN: &str = "b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14";
const CHLOE: &str = "d2a5e8c0-7b4f-4d19-a3e6-1f8c5b0d9e27";
const GROUP: &str = "1d6c5a9e-2f3b-4c7d-8e90-a1b2c3d4e5f6";
const OTHER_GROUP: &str = "2e7d6bab-304c-4d8e-9fa1-b2c3d4e5f607";

/// The service account of the sandbox's own data.
const CLIENT: &str = "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a";
const SECRET: &str = "sandbox-secret-not-for-real-use";

const TEMPLATE: &str =
    "{{#each groups}}\n{{gid id}}:{{#each my_memberships}} {{uid identity_id}}{{/each}}\n{{/each}}\n";

fn group(id: &str, people: &[&str]) -> Value {
    let membership = |id: &&str| json!({ "identity_id": id, "username": "x@example.edu", "role": "member" });
    json!({ "id": id, "name": "G", "my_memberships": people.iter().map(membership).collect::<Vec<_>>() })
}

fn map(users: &[(&str, u32)], groups: &[(&str, u32)]) -> String {
    let entries = |numbers: &[(&str, u32)]| {
        let lines: Vec<String> =
            numbers.iter().map(|(id, number)| format!("\n    \"{id}\": {number}")).collect();
        if lines.is_empty() { "{}".to_owned() } else { format!("{{{}\n  }}", lines.join(",")) }
    };
    format!(
        "{{\n  \"format\": \"globus-runner id map 1\",\n  \"users\": {},\n  \"groups\": {}\n}}\n",
        entries(users),
        entries(groups)
    )
}

/// A user whose profile `t` keeps numbers in `ids.json`, with these keys.
fn user_with(keys: &str) -> User {
    let user = User::logged_in();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.lines.hbs");
    user.write("t.toml", &format!("{profile}\n[id_map]\npath = \"ids.json\"\n{keys}\n"));
    user.write("t.lines.hbs", TEMPLATE);
    user.sandbox.set_groups(vec![group(GROUP, &[ADA, BEN])]);
    user
}

fn ids(user: &User) -> PathBuf {
    user.home().join("ids.json")
}

#[test]
fn a_number_stays_with_its_owner_and_goes_to_no_other() {
    let user = user_with("");
    let run = |expected: &str| drop(user.run(["--profile", "./t.toml"]).code(0).stderr("").stdout(expected));
    run("70000: 70000 70001\n");
    assert_eq!(user.read("ids.json"), map(&[(ADA, 70000), (BEN, 70001)], &[(GROUP, 70000)]));
    assert_eq!(mode(&ids(&user)), 0o600);
    // Whoever leaves keeps the number; a new one gets another.
    user.sandbox.set_groups(vec![group(OTHER_GROUP, &[CHLOE, BEN])]);
    run("70001: 70002 70001\n");
    user.sandbox.set_groups(vec![group(GROUP, &[&ADA.to_uppercase()]), group(OTHER_GROUP, &[CHLOE])]);
    run("70000: 70000\n70001: 70002\n");
    let all = map(&[(ADA, 70000), (BEN, 70001), (CHLOE, 70002)], &[(GROUP, 70000), (OTHER_GROUP, 70001)]);
    assert_eq!(user.read("ids.json"), all);
    // Without a new number the file is left alone.
    let inode = fs::metadata(ids(&user)).unwrap().ino();
    run("70000: 70000\n70001: 70002\n");
    assert_eq!(fs::metadata(ids(&user)).unwrap().ino(), inode);
}

/// Also if it gives no number itself.
#[test]
fn a_run_removes_the_draft_that_a_killed_one_left() {
    let user = user_with("");
    for _ in 0..2 {
        let name = ids(&user).file_name().unwrap().to_str().unwrap().to_owned();
        let draft = user.write(&format!(".{name}.Abc123.tmp"), "left");
        user.run(["--profile", "./t.toml"]).code(0);
        assert!(!draft.exists() && ids(&user).exists());
    }
}

#[test]
fn numbers_that_people_have_already_can_be_written_down() {
    let user = user_with("uid_min = 2000\nuid_max = 2001\ngid_min = 3000");
    user.write("ids.json", &map(&[(BEN, 1042), (CHLOE, 2000)], &[]));
    user.run(["--profile", "./t.toml"]).code(0).stdout("3000: 2001 1042\n");
    assert_eq!(user.read("ids.json"), map(&[(BEN, 1042), (CHLOE, 2000), (ADA, 2001)], &[(GROUP, 3000)]));
}

#[test]
fn a_range_that_is_used_up_ends_the_run() {
    let user = user_with("uid_min = 2000\nuid_max = 2000");
    user.write("out", "as it was\n");
    user.write("ids.json", &map(&[], &[]));
    let arguments = ["--profile", "./t.toml", "-o", "out"];
    user.run(arguments).code(1).says([
        &format!("no number from 2000 to 2000 is left for `{BEN}`"),
        "raise `uid_max` under `[id_map]`",
    ]);
    assert_eq!((user.read("out"), user.read("ids.json")), ("as it was\n".to_owned(), map(&[], &[])));
    // No range is too small for the sample.
    user.run(["check", "./t.toml"]).code(0).stderr("");
}

#[test]
fn what_is_no_whole_id_map_is_left_alone() {
    let user = user_with("");
    user.requests();
    let twice = map(&[(ADA, 70000), (BEN, 70000)], &[]);
    let whole = map(&[(ADA, 70000)], &[]);
    for (content, why) in [
        ("", "`: it is empty\n"),
        (" \n", "`: it is empty\n"),
        ("{}", "missing field `format`"),
        ("not JSON", "`: it is not JSON: expected"),
        ("[]", "`: it is JSON, but not an object\n"),
        ("7", "`: it is JSON, but not an object\n"),
        (&whole[..whole.len() - 10], "`: it ends in the middle\n"),
        ("{\"data\": {}, \"format_version\": \"2.0\"}", "unknown field `data`"),
        (&twice, "have one number, 70000"),
    ] {
        user.write("ids.json", content);
        user.run(["--profile", "./t.toml"]).code(1).stdout("").says([
            "can't use the id map `",
            why,
            "restore it from a backup",
        ]);
        assert_eq!(user.read("ids.json"), content);
    }
    fs::remove_file(ids(&user)).unwrap();
    fs::create_dir(ids(&user)).unwrap();
    user.run(["--profile", "./t.toml"]).code(1).says(["it is a folder, not a file"]);
    assert!(user.requests().is_empty());
    // One that this user may not read may be fine.
    fs::remove_dir(ids(&user)).unwrap();
    user.write("ids.json", &whole);
    fs::set_permissions(ids(&user), Permissions::from_mode(0o000)).unwrap();
    let command = user.command(["--profile", "./t.toml"]);
    let script = "[ $(id -u) -ne 0 ] || set -- setpriv --bounding-set=-dac_override,-dac_read_search \"$@\"; exec \"$@\"";
    Outcome::of(&mut in_shell(&command, script))
        .code(1)
        .says(["can't use the id map `", "Permission denied", "let the user who runs this read and write it"])
        .never_says("backup");
}

#[test]
fn a_dry_run_shows_numbers_and_keeps_none() {
    let user = user_with("");
    user.run(["check", "./t.toml"]).code(0);
    let sample = user.run(["-q", "render", "./t.toml"]).code(0).stdout;
    assert!(sample.starts_with("70000: 70000 70001\n70001: 70000\n"), "{sample}");
    user.run(["-q", "--profile", "./t.toml", "--sandbox"]).code(0);
    user.run(["-q", "--profile", "./t.toml", "--sandbox=hostile"]).code(0);
    user.run(["-q", "data", "./t.toml", "--save", "data.json"]).code(0);
    user.run(["-q", "render", "./t.toml", "--data", "data.json"]).code(0).stdout("70000: 70000 70001\n");
    assert!(!ids(&user).exists());
    // Saved data is shown with the numbers that its people have.
    user.write("ids.json", &map(&[(BEN, 2000)], &[]));
    user.run(["-q", "render", "./t.toml", "--data", "data.json"]).code(0).stdout("70000: 70000 2000\n");
    assert_eq!(user.read("ids.json"), map(&[(BEN, 2000)], &[]));
}

#[test]
fn no_output_has_a_number_that_is_not_kept() {
    let user = user_with("[output]\npath = \"out\"");
    fs::create_dir(user.home().join("out-of-reach")).unwrap();
    let profile = user.read("t.toml").replace("ids.json", "no-such-folder/ids.json");
    user.write("t.toml", &profile);
    user.run(["--profile", "./t.toml"]).code(1).says(["can't write the id map `", "nothing was delivered"]);
    assert!(!user.home().join("out").exists());
}

#[test]
fn an_id_map_that_is_lost_is_not_started_anew() {
    let user = user_with("[output]\npath = \"out\"");
    user.run(["--profile", "./t.toml", "-q"]).code(0);
    let before = user.read("out");
    fs::remove_file(ids(&user)).unwrap();
    user.requests();
    user.run(["--profile", "./t.toml"]).code(5).says([
        "the id map `",
        "is missing: `",
        "all its numbers could change",
        "restore the id map; `runner --profile ",
        "--accept` starts a new one",
    ]);
    assert!(user.requests().is_empty() && !ids(&user).exists());
    user.run(["--profile", "./t.toml", "-o", "try"]).code(5).says(["out` is there, and all its numbers"]);
    assert!(!user.home().join("try").exists() && !ids(&user).exists());
    user.run(["--profile", "./t.toml", "-q", "--accept"]).code(0);
    assert_eq!((user.read("out"), mode(&ids(&user))), (before, 0o600));
}

#[test]
fn a_lost_id_map_shows_in_any_output_that_was_made_with_it() {
    let user = user_with("");
    let own = user.read("t.toml");
    for name in ["one", "two"] {
        user.write(&format!("{name}.toml"), &format!("{own}\n[output]\npath = \"{name}.txt\"\n"));
    }
    user.write("two.txt", "");
    // Also where no earlier run remembers it.
    user.run(["run", "./one.toml", "./two.toml"]).code(5).says([
        "./one.toml: failed: the id map `",
        "two.txt` is there, and all its numbers could change",
        "./two.toml: failed: the id map `",
    ]);
    assert!(!ids(&user).exists() && !user.home().join("one.txt").exists());
    user.run(["run", "./one.toml", "./two.toml", "--accept"]).code(0);
}

#[test]
fn a_lost_id_map_is_remembered_without_any_output() {
    let user = user_with("");
    // One that was there before the first run is remembered as well.
    for content in [None, Some(map(&[(ADA, 70000), (BEN, 70001)], &[(GROUP, 70000)]))] {
        if let Some(content) = &content {
            user.write("ids.json", content);
        }
        user.run(["--profile", "./t.toml"]).code(0);
        fs::remove_file(ids(&user)).unwrap();
        user.requests();
        user.run(["--profile", "./t.toml"]).code(5).says([
            "the id map `",
            "is missing: an earlier run gave numbers",
            "--accept` starts a new one",
        ]);
        assert!(user.requests().is_empty() && !ids(&user).exists());
        user.run(["--profile", "./t.toml", "--sandbox", "-q"]).code(0);
        user.run(["--profile", "./t.toml", "--accept"]).code(0);
        fs::remove_file(ids(&user)).unwrap();
        fs::remove_dir_all(user.home().join(".local/state")).unwrap();
    }
}

#[test]
fn it_is_never_the_output() {
    let user = user_with("");
    user.run(["--profile", "./t.toml", "-o", "ids.json"]).code(2).says(["is also the id map"]);
    user.run(["render", "./t.toml", "-o", "ids.json"]).code(2).says(["is also the id map"]);
}

#[test]
fn mistakes_of_the_section_are_shown() {
    for (section, says) in [
        ("[id_map]", "`[id_map]` has no `path`"),
        ("[id_map]\nuid_max = 2000", "`[id_map]` has no `path`"),
        ("[id_map]\npath = \"a\"\nuid_min = 0", "`id_map.uid_min` must be from 1000 to 2147483647"),
        ("[id_map]\npath = \"a\"\nuid_max = 69999", "`id_map.uid_min` is 70000, and `uid_max` is 69999"),
        ("[id_map]\npath = \"a\"\ngid_min = 100000", "`id_map.gid_min` is 100000, and `gid_max` is 99999"),
        ("[id_map]\npath = \"a\"\nuid = 1", "unknown key `uid` in `[id_map]`"),
    ] {
        let user = User::new();
        user.profile("t", section);
        user.run(["check", "./t.toml"]).code(2).says([says]);
    }
    let user = User::new();
    user.write("t.txt.hbs", "{{uid \"x\"}}");
    user.run(["render", "groups", "--template", "./t.txt.hbs"])
        .code(2)
        .says(["the profile has no `[id_map]`", "write {{uid ID}}"]);
}

#[test]
fn an_id_that_globus_does_not_give_has_no_number() {
    let user = user_with("");
    user.sandbox.set_groups(vec![group("climate", &[])]);
    user.run(["--profile", "./t.toml"]).code(1).says(["`climate` is not the id of a group"]);
}

/// Runs a service account whose secret comes from a command. The run has read the id map by then, and has yet to write it.
fn run_with_secret(user: &User, command: &str) -> Outcome {
    let script = format!("{command} >/dev/null && echo {SECRET}");
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", CLIENT)
        .replace("~/.list-my-globus-groups-tokens.json", "memory")
        .replace("groups.csv.hbs", "t.lines.hbs");
    let sections = "[id_map]\npath = \"ids.json\"\n[auth]\nclient_secret = { command = [\"sh\", \"-c\",";
    user.write("bot.toml", &format!("{profile}\n{sections} {script:?}] }}\n"));
    user.write("t.lines.hbs", TEMPLATE);
    user.sandbox.set_groups(vec![group(GROUP, &[ADA, BEN])]);
    user.run(["-q", "--profile", "./bot.toml"])
}

#[test]
fn two_runs_at_once_never_give_one_number_twice() {
    // Each of the other run's numbers, and whether they agree with ADA 70000, BEN 70001, GROUP 70000.
    let agreeing = map(&[(ADA, 70000), (CHLOE, 70005)], &[(OTHER_GROUP, 70001)]);
    let taken = map(&[(CHLOE, 70001)], &[]);
    let differing = map(&[(ADA, 70001)], &[]);
    for existing in [None, Some(map(&[], &[]))] {
        for (other, agrees) in [(&agreeing, true), (&taken, false), (&differing, false)] {
            let user = User::new();
            user.write("other.json", other);
            if let Some(existing) = &existing {
                user.write("ids.json", existing);
            }
            let outcome = run_with_secret(&user, "cp other.json ids.json");
            if agrees {
                outcome.code(0).stdout("70000: 70000 70001\n");
                let users = [(ADA, 70000), (BEN, 70001), (CHLOE, 70005)];
                let merged = map(&users, &[(GROUP, 70000), (OTHER_GROUP, 70001)]);
                assert_eq!(user.read("ids.json"), merged);
            } else {
                outcome
                    .code(6)
                    .stdout("")
                    .says(["another run gave numbers at the same time", "run it again"]);
                assert_eq!(&user.read("ids.json"), other);
                run_with_secret(&user, "true").code(0);
            }
        }
    }
}

#[test]
fn an_id_map_that_vanishes_during_a_run_is_not_written_anew() {
    let user = User::new();
    user.write("ids.json", &map(&[], &[]));
    run_with_secret(&user, "rm ids.json").code(1).stdout("").says(["has vanished", "restore it"]);
    assert!(!ids(&user).exists());
    user.write("ids.json", &map(&[], &[]));
    user.write("broken", "broken\n");
    run_with_secret(&user, "cp broken ids.json").code(1).says(["can't use the id map"]);
    assert_eq!(user.read("ids.json"), "broken\n");
}

#[test]
fn a_link_to_the_id_map_stays_a_link() {
    let user = user_with("");
    fs::create_dir(user.home().join("kept")).unwrap();
    std::os::unix::fs::symlink("kept/ids.json", ids(&user)).unwrap();
    user.run(["--profile", "./t.toml"]).code(0);
    user.sandbox.set_groups(vec![group(GROUP, &[CHLOE])]);
    user.run(["--profile", "./t.toml"]).code(0).stdout("70000: 70002\n");
    assert!(fs::symlink_metadata(ids(&user)).unwrap().is_symlink());
    assert!(user.read("kept/ids.json").contains(CHLOE));
    assert_eq!(fs::read_dir(user.home().join("kept")).unwrap().count(), 1);
}

/// The files of users and groups have one id map, and so can lists of different people.
#[test]
fn profiles_of_one_run_give_numbers_as_one() {
    let user = user_with("");
    user.write(
        "other.lines.hbs",
        "{{#each groups}}\n{{#each (reverse my_memberships)}}\n{{uid identity_id}}\n{{/each}}\n{{/each}}\n",
    );
    for (name, template) in [("one", "t.lines.hbs"), ("two", "other.lines.hbs")] {
        let profile = user.read("t.toml").replace("t.lines.hbs", template);
        user.write(&format!("{name}.toml"), &format!("{profile}\n[output]\npath = \"{name}.txt\"\n"));
    }
    let outcome = user.run(["run", "-q", "./one.toml", "./two.toml"]).code(0);
    let numbers: Value = serde_json::from_str(&user.read("ids.json")).unwrap();
    let (ada, ben) = (&numbers["users"][ADA], &numbers["users"][BEN]);
    assert_eq!(user.read("one.txt"), format!("70000: {ada} {ben}\n"), "{outcome:#?}");
    assert_eq!(user.read("two.txt"), format!("{ben}\n{ada}\n"), "{outcome:#?}");
}

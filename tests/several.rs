//! `runner run a b c`: several profiles in one go.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::Duration;

use globus_sandbox::Fault;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::process::{send, wait_until};
use crate::support::{MY_GROUPS, Outcome, TOKEN, User};

/// Writes the built-in profile with this template and an output file, both of this name.
fn profile(user: &User, name: &str, template: &str) {
    let more = format!("[output]\npath = \"{name}.out\"");
    user.profile(name, &more);
    user.write(&format!("{name}.csv.hbs"), template);
    let text = user.read(&format!("{name}.toml")).replace("groups.csv.hbs", &format!("./{name}.csv.hbs"));
    user.write(&format!("{name}.toml"), &text);
}

/// Three profiles on one token file, which read different things of the same list.
fn three(user: &User) {
    profile(user, "a", "{{#each groups}}{{csv name}}\n{{/each}}");
    profile(user, "b", "{{#each groups}}{{csv id}}\n{{/each}}");
    profile(user, "c", "{{csv totals.groups}}\n{{#each groups}}{{csv description}}\n{{/each}}");
}

#[test]
fn one_refresh_and_one_request_serve_three_profiles() {
    let user = User::logged_in();
    three(&user);
    user.expire_token_in(0);
    user.requests();
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"]).code(0).stdout("");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    let together = ["a", "b", "c"].map(|name| user.read(&format!("{name}.out")));
    for (name, expected) in ["a", "b", "c"].iter().zip(&together) {
        fs::remove_file(user.home().join(format!("{name}.out"))).unwrap();
        user.run(["--profile", &format!("./{name}.toml")]).code(0);
        assert_eq!(&user.read(&format!("{name}.out")), expected, "alone it is the same");
    }
}

/// Three profiles on one token file, which select different groups.
fn three_lists(user: &User) {
    three(user);
    for (name, role) in [("b", "admin"), ("c", "manager")] {
        let more = format!("{}[groups]\nroles = [\"{role}\"]\n", user.read(&format!("{name}.toml")));
        user.write(&format!("{name}.toml"), &more);
    }
}

/// No response comes before all requests are there.
#[test]
fn lists_that_differ_are_fetched_at_the_same_time() {
    let user = User::logged_in();
    three_lists(&user);
    user.sandbox.add_fault(Fault::delay("/v2/groups/my_groups", Duration::ZERO).together(3));
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"]).code(0).says([
        "note: ./a.toml: written, 8 groups, ",
        "note: ./b.toml: written, 2 groups, ",
        "note: ./c.toml: written, 2 groups, ",
    ]);
    assert_eq!(user.requests(), [MY_GROUPS; 3]);
}

#[test]
fn no_more_requests_are_sent_at_once_than_the_profiles_allow() {
    let user = User::logged_in();
    three_lists(&user);
    for name in ["a.toml", "b.toml", "c.toml"] {
        let text = user.read(name);
        // The last table of `b` and `c` is not `[output]`.
        user.write(name, &format!("{text}\n[http]\nconcurrency = 2\n"));
    }
    user.sandbox.add_fault(Fault::delay("/v2/groups/my_groups", Duration::ZERO).together(2));
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"]).code(0);
    assert_eq!(user.sandbox.most_requests_at_once(), 2);
}

#[test]
fn a_rejected_token_is_refreshed_once_for_all_lists() {
    let user = User::logged_in();
    three_lists(&user);
    user.sandbox.expire_access_tokens();
    user.sandbox.add_fault(Fault::delay("/v2/groups/my_groups", Duration::ZERO).together(3));
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"]).code(0);
    let mut requests = user.requests();
    requests.sort();
    assert_eq!(requests, [&[MY_GROUPS; 6][..], &[TOKEN]].concat());
}

#[test]
fn a_requirement_is_met_once_for_all_lists() {
    let user = User::logged_in();
    three_lists(&user);
    user.sandbox.set_requirements(json!({ "session_required_mfa": true })).unwrap();
    user.sandbox.add_fault(Fault::delay("/v2/groups/my_groups", Duration::ZERO).together(3));
    let mut terminal = user.terminal(["run", "./a.toml", "./b.toml", "./c.toml"]);
    terminal.shows("multi-factor").paste_code(&user.sandbox);
    let outcome = terminal.wait_for_end().code(0);
    assert_eq!(outcome.stderr.matches("Code: ").count(), 1, "{outcome:#?}");
    let mut requests = user.requests();
    requests.sort();
    assert_eq!(requests, [&[MY_GROUPS; 6][..], &[TOKEN]].concat());
}

#[test]
fn each_has_a_line_as_it_ends() {
    let user = User::logged_in();
    three(&user);
    user.write("b.csv.hbs", "{{#each groups}}{{csv missing.name}}\n{{/each}}");
    user.run(["run", "./c.toml", "./a.toml"]).code(0);
    user.requests();
    fs::remove_file(user.home().join("a.out")).unwrap();
    let outcome = user.run(["run", "./c.toml", "./b.toml", "./a.toml"]).code(2).stdout("");
    let lines: Vec<&str> = outcome.stderr.lines().filter(|line| line.contains(".toml: ")).collect();
    let [unchanged, failed, written] = lines[..] else { panic!("{outcome:#?}") };
    assert!(unchanged.starts_with("note: ./c.toml: unchanged, 8 groups, "), "{unchanged}");
    assert!(failed.starts_with("error: ./b.toml: failed: "), "{failed}");
    assert!(written.starts_with("note: ./a.toml: written, 8 groups, "), "{written}");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn only_one_can_write_to_stdout() {
    let user = User::logged_in();
    three(&user);
    user.run(["run", "./a.toml", "groups", "./b.toml"])
        .code(0)
        .says(["note: groups: written, 8 groups to stdout"]);
    user.requests();
    user.run(["run", "groups", "./a.toml", "groups-json"]).code(2).stdout("").says([
        "error: `groups` and `groups-json` both write to stdout: only one of several profiles can\n",
        "help: name a file in `[output] path` of the others",
    ]);
    user.run(["run", "groups", "--json"])
        .code(2)
        .stdout("")
        .says(["`groups` writes to stdout: --json prints"]);
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn two_with_one_file_are_refused_under_any_name() {
    let user = User::logged_in();
    three(&user);
    user.write("b.toml", &user.read("b.toml").replace("b.out", "./x/../a.out"));
    user.write("c.toml", &user.read("c.toml").replace("c.out", "link"));
    fs::create_dir(user.home().join("x")).unwrap();
    symlink("a.out", user.home().join("link")).unwrap();
    for other in ["./b.toml", "./c.toml"] {
        user.run(["run", "./a.toml", other]).code(2).says([
            "error: `./a.toml` and `",
            "` both write to `",
            "one output would replace the other",
        ]);
    }
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn no_output_replaces_what_another_needs() {
    let user = User::logged_in();
    three(&user);
    user.write("certificates.pem", "");
    user.write("broken.toml", "client_id = 1\n");
    user.write("a.toml", &format!("{}[http]\nca_file = \"certificates.pem\"\n", user.read("a.toml")));
    user.write("c.toml", &format!("{}[id_map]\npath = \"ids.json\"\n", user.read("c.toml")));
    let own = user.read("b.toml");
    for (file, others, what) in [
        ("a.toml", "./a.toml", "the profile"),
        ("a.csv.hbs", "./a.toml", "the template"),
        ("x/../certificates.pem", "./a.toml", "the `ca_file`"),
        ("ids.json", "./c.toml", "the id map"),
        ("broken.toml", "./broken.toml", "the profile"),
    ] {
        user.write("b.toml", &own.replace("b.out", file));
        fs::create_dir_all(user.home().join("x")).unwrap();
        for order in [["./b.toml", others], [others, "./b.toml"]] {
            user.run(["run", order[0], order[1]]).code(2).stdout("").says([
                "error: the output `",
                &format!(" of `./b.toml`, is also {what} of `{others}`: it would be replaced"),
            ]);
        }
    }
    user.write("b.toml", &own.replace("b.out", "a.out.rejected"));
    for order in [["./b.toml", "./a.toml"], ["./a.toml", "./b.toml"]] {
        user.run(["run", order[0], order[1]])
            .code(2)
            .says(["a refused output of `./a.toml` would replace that of `./b.toml`"]);
    }
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn what_is_for_one_profile_is_not_for_several() {
    let user = User::logged_in();
    three(&user);
    for option in ["-o=x", "--mode=0600", "--template=groups.txt.hbs", "--format=json", "--sandbox"] {
        user.run(["run", "./a.toml", "./b.toml", option])
            .code(2)
            .stdout("")
            .says(["is for a single profile"]);
        user.run(["run", "--all", ".", option]).code(2).says(["is for a single profile"]);
    }
    for (option, help) in [
        ("-o=x", "run one profile by itself with -o, or write `path` under `[output]` into its file"),
        ("--mode=0600", "with --mode, or write `mode` under `[output]` into its file"),
        ("--format=json", "with --format, or write `template` into its file"),
        ("--sandbox", "run each profile by itself: `runner run NAME --sandbox`; none can ask for it"),
    ] {
        user.run(["run", "./a.toml", "./b.toml", option]).code(2).says([help]);
    }
    // A name twice is once.
    user.run(["run", "groups", "groups", "--format", "json", "-o", "x.json"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn all_are_those_of_the_user() {
    let user = User::logged_in();
    user.run(["run", "--all"]).code(2).says(["you have no profile of your own", "`runner init`"]);
    three(&user);
    user.write("base.toml", "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\n");
    user.write("a.toml", &format!("extends = \"./base.toml\"\n{}", user.read("a.toml")));
    let own = Outcome::of(user.command(["run", "--all"]).env("RUNNER_PROFILE_PATH", user.home()));
    own.code(0)
        .stdout("")
        .says(["note: a: written", "note: b: written", "note: c: written"])
        .never_says("base");
    user.run(["run", "--all", "."]).code(0).says(["note: ./a.toml: unchanged, 8 groups, "]);
    user.run(["run", "--all", "nowhere"]).code(2).says(["cannot read the folder nowhere"]);
    user.run(["run", "--all", ".", "x"]).code(2).says(["`x` is a second one"]);
    user.run(["run"]).code(2).says(["PROFILE"]);
}

#[test]
fn a_tag_selects() {
    let user = User::logged_in();
    three(&user);
    for name in ["a", "c"] {
        user.write(
            &format!("{name}.toml"),
            &format!("tags = [\"nightly\"]\n{}", user.read(&format!("{name}.toml"))),
        );
    }
    user.run(["run", "--tag", "nightly", "."])
        .code(0)
        .says(["note: ./a.toml: written", "note: ./c.toml: written"])
        .never_says("b.toml");
    user.run(["run", "--tag", "nightyl", "."])
        .code(2)
        .says(["error: no profile has the tag `nightyl`\n  help: did you mean `nightly`?"]);
    // It may have the tag: a job must not lose it in silence.
    user.write("b.toml", "tags = [\"night");
    user.run(["run", "--tag", "nightly", "."]).code(2).says([
        "note: ./a.toml: unchanged",
        "error: ./b.toml: failed: ",
        "note: ./c.toml: unchanged",
    ]);
}

#[test]
fn the_worst_exit_code_is_not_one_that_may_pass() {
    let user = User::logged_in();
    three(&user);
    user.write("b.toml", &user.read("b.toml").replace("[output]", "[http]\nretries = 0\n[output]"));
    user.sandbox.add_fault(Fault::status("/v2/groups/my_groups", 500).times(2));
    let outcome = user.run(["run", "./b.toml", "./nowhere.toml"]).code(2);
    outcome.says(["error: ./b.toml: failed: Globus Groups keeps failing", "error: ./nowhere.toml: failed: "]);
    user.run(["run", "./b.toml", "./b.toml"]).code(4);
}

#[test]
fn json_has_every_result() {
    let user = User::logged_in();
    three(&user);
    user.run(["--profile", "./b.toml"]).code(0);
    let outcome = user.run(["run", "./a.toml", "./b.toml", "./nowhere.toml", "--json"]).code(2).stderr("");
    let results: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(results[0]["profile"], "./a.toml");
    assert_eq!(results[0]["outcome"], "written");
    assert_eq!(results[0]["rows"], 8);
    assert_eq!(results[0]["size"], user.read("a.out").len());
    assert!(results[0]["output"].as_str().unwrap().ends_with("a.out"));
    assert_eq!(results[1]["outcome"], "unchanged");
    assert_eq!(results[2]["outcome"], "failed");
    assert_eq!((&results[2]["exit_code"], &results[2]["rows"]), (&2.into(), &Value::Null));
    assert!(results[2]["problems"][0]["message"].as_str().unwrap().contains("it does not exist"));
}

#[test]
fn a_login_that_is_needed_fails_only_those_that_need_it() {
    let user = User::logged_in();
    three(&user);
    let more = user
        .read("b.toml")
        .replace("view_my_groups_and_memberships\"", "view_my_groups_and_memberships\", \"openid\"");
    user.write("b.toml", &more);
    user.requests();
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"]).code(3).says([
        "note: ./a.toml: written",
        "error: ./b.toml: failed: a login is needed: ",
        "note: ./c.toml: written",
    ]);
    assert_eq!(user.requests(), [MY_GROUPS]);
    // At a terminal one login, for all of them, is enough.
    let mut terminal = user.terminal(["run", "./a.toml", "./b.toml", "./c.toml"]);
    terminal.shows("this login is for ./a.toml, ./b.toml, ./c.toml").paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).says(["note: ./b.toml: written, 8 groups"]);
}

#[test]
fn a_login_that_is_cancelled_is_not_asked_for_again() {
    let user = User::logged_in();
    three(&user);
    let more = user
        .read("b.toml")
        .replace("view_my_groups_and_memberships\"", "view_my_groups_and_memberships\", \"openid\"");
    user.write("b.toml", &more);
    let mut terminal = user.terminal(["run", "./a.toml", "./b.toml"]);
    terminal.shows("Code: ").press_control('d');
    let outcome = terminal.wait_for_end().code(3);
    assert_eq!(outcome.stderr.matches("Code: ").count(), 1, "{outcome:#?}");
    outcome.says(["note: ./a.toml: written", "error: ./b.toml: failed: the login was cancelled"]);
}

#[test]
fn a_warning_names_the_profiles_it_is_about() {
    let user = User::logged_in();
    three(&user);
    let id = "00000000-0000-4000-8000-000000000000";
    let more = format!("[groups]\nids = [\"{id}\"]\non_error = \"keep\"\n[output.guard]\nmin_groups = 0\n");
    for name in ["b.toml", "c.toml"] {
        user.write(name, &format!("{}{more}", user.read(name)));
    }
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"])
        .code(0)
        .says([&format!("warning: ./b.toml, ./c.toml: none of your groups has the ID {id}")]);
    user.run(["run", "./b.toml"]).code(0).says([&format!("warning: none of your groups has the ID {id}")]);
}

/// They share no token file.
#[test]
fn two_logins_come_one_after_the_other_and_each_can_be_cancelled() {
    let user = User::new();
    three(&user);
    let text = user.read("b.toml");
    let (before, after) = text.split_once("storage").unwrap();
    let (_, after) = after.split_once('\n').unwrap();
    user.write("b.toml", &format!("{before}storage = \"b.json\"\n{after}"));
    let mut terminal = user.terminal(["run", "./a.toml", "./b.toml"]);
    terminal.shows("note: this login is for ./a.toml\r\n").shows("Code: ").press_control('d');
    terminal.shows("note: this login is for ./b.toml\r\n").paste_code(&user.sandbox);
    let outcome = terminal
        .wait_for_end()
        .code(3)
        .says(["error: ./a.toml: failed: the login was cancelled", "note: ./b.toml: written, 8 groups"]);
    assert_eq!(outcome.stderr.matches("Log in to Globus").count(), 2, "{outcome:#?}");
}

#[test]
fn an_interruption_leaves_all_outputs() {
    let user = User::logged_in();
    three(&user);
    user.write("a.out", "old a\n");
    user.write("b.out", "old b\n");
    user.sandbox.add_fault(Fault::delay("/v2/groups/my_groups", Duration::from_secs(600)).times(1));
    let mut terminal = user.terminal(["run", "./a.toml", "./b.toml", "-v"]);
    terminal.shows("profile b").press_control('c');
    terminal.wait_for_end().code(130);
    assert_eq!((user.read("a.out"), user.read("b.out")), ("old a\n".to_owned(), "old b\n".to_owned()));
}

/// Two profiles, of which the second waits for a response that does not come.
fn one_of_two_waits(user: &User) {
    three(user);
    user.write("b.toml", &format!("{}[groups]\ninclude = [\"memberships\"]\n", user.read("b.toml")));
    user.write("b.csv.hbs", "{{#each groups}}{{#each memberships}}{{csv role}}\n{{/each}}{{/each}}");
    user.write("b.out", "old b\n");
    user.sandbox.add_fault(Fault::delay("/v2/groups/statuses", Duration::from_secs(600)));
}

#[test]
fn an_interruption_says_what_is_delivered_and_what_is_not() {
    let user = User::logged_in();
    one_of_two_waits(&user);
    let mut terminal = user.terminal(["run", "./b.toml", "./a.toml", "./c.toml"]);
    terminal.shows("note: ./a.toml: written, 8 groups").shows("note: ./c.toml: written, 8 groups");
    terminal
        .press_control('c')
        .wait_for_end()
        .code(130)
        .says(["error: interrupted", "not delivered: ./b.toml"]);
    assert_eq!(user.read("b.out"), "old b\n");
    assert!(!user.read("a.out").is_empty() && !user.read("c.out").is_empty());
}

#[test]
fn an_interruption_leaves_json_whole() {
    let user = User::logged_in();
    one_of_two_waits(&user);
    let mut command = user.command(["run", "./b.toml", "./a.toml", "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("a.out is written", || user.home().join("a.out").exists());
    send(Signal::TERM, &child);
    let outcome = Outcome::from(child.wait_with_output().unwrap()).code(130);
    let outcome = outcome.stderr("error: interrupted\n  not delivered: ./b.toml\n");
    let results: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&results[0]["outcome"], &results[0]["exit_code"]), (&"failed".into(), &130.into()));
    assert_eq!(results[0]["problems"][0]["message"], "interrupted");
    assert_eq!((&results[1]["outcome"], &results[1]["rows"]), (&"written".into(), &8.into()));
}

/// A list of another service needs a token of that service.
#[test]
fn a_login_and_the_status_are_for_all_services() {
    let user = User::new();
    let text = "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nstorage = \"t.json\"\n\
                template = \"./tasks.csv.hbs\"\n[groups]\n\
                [data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\n";
    user.write("tasks.toml", text);
    user.write("tasks.csv.hbs", "{{#each data.tasks}}{{csv task_id}}\n{{/each}}");
    let mut terminal = user.terminal(["login", "./tasks.toml", "--paste"]);
    terminal.paste_code(&user.sandbox).wait_for_end().code(0);
    user.run(["status", "./tasks.toml"]).code(0).says([]);
    let mut tokens: Value = serde_json::from_str(&user.read("t.json")).unwrap();
    tokens["data"]["DEFAULT"].as_object_mut().unwrap().remove("transfer.api.globus.org").unwrap();
    user.write("t.json", &tokens.to_string());
    let status = user.run(["status", "./tasks.toml"]).code(3);
    assert!(status.stdout.contains("not ready: a login is needed"), "{status:#?}");
    user.run(["--profile", "./tasks.toml"]).code(3);
    let mut terminal = user.terminal(["login", "--all", ".", "--paste"]);
    terminal.paste_code(&user.sandbox).wait_for_end().code(0);
    user.run(["status", "./tasks.toml"]).code(0);
    user.run(["--profile", "./tasks.toml"]).code(0);
}

#[test]
fn files_of_editors_are_no_profiles_and_a_name_that_is_no_text_is_said() {
    let user = User::logged_in();
    let folder = user.home().join("jobs");
    user.profile("jobs/a", "");
    // The lock of an editor is a link that leads nowhere.
    symlink("me@host.1:2", folder.join(".#a.toml")).unwrap();
    fs::copy(folder.join("a.toml"), folder.join(".b.toml")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"b\xff.toml");
    fs::copy(folder.join("a.toml"), folder.join(odd)).unwrap();
    let warning = "warning: `b\\xff.toml` in `";
    let listed = user.run(["run", "--all", "jobs"]).code(0);
    listed.says([warning, "its name is not UTF-8"]).never_says(".#a").never_says(".b.toml");
    let mut command = user.command(["profiles", "--json"]);
    let profiles = Outcome::of(command.env("RUNNER_PROFILE_PATH", &folder)).code(0);
    assert!(
        profiles.stdout.contains("jobs/a.toml") && !profiles.stdout.contains("/.b.toml"),
        "{}",
        profiles.stdout
    );
    assert!(profiles.stderr.contains(warning), "{}", profiles.stderr);
    user.run(["run", ".b"]).code(2).says(["`.b` is not the name of a profile"]);
    user.run(["run", "jobs/.b.toml", "-o", "-"]).code(0);
}

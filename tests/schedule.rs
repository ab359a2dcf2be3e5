//! `runner schedule`, with programs of the test in the place of `crontab`, `systemctl` and `loginctl`. `interop/schedule.rs`
//! has the real ones.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::process::{send, wait_until};
use crate::support::{Outcome, User, mode};

/// A user who has logged in, on a machine with the programs of `tests/support/programs`.
struct Machine {
    user: User,
}

impl Machine {
    /// One without a user manager of systemd.
    fn with_cron() -> Self {
        Self { user: User::logged_in() }
    }

    fn with_systemd() -> Self {
        let machine = Self::with_cron();
        machine.user.write("run/systemd/private", "");
        machine.user.write("linger", "yes\n");
        machine
            .user
            .write("shown", "Id=globus-runner-p.timer\nActiveState=active\n\nId=globus-runner-p.service\n");
        machine
    }

    fn command<const N: usize>(&self, arguments: [&str; N]) -> Command {
        self.user.command(arguments)
    }

    fn run<const N: usize>(&self, arguments: [&str; N]) -> Outcome {
        Outcome::of(&mut self.command(arguments))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.user.home().join(name)
    }

    /// A profile with its output in a file.
    fn profile(&self, name: &str) -> String {
        let path = self.user.profile(name, &format!("[output]\npath = \"{name}.csv\""));
        path.to_str().unwrap().to_owned()
    }

    fn crontab(&self) -> Vec<u8> {
        fs::read(self.path("crontab.txt")).unwrap()
    }

    /// The calls since the last time.
    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.path("calls")).unwrap_or_default();
        let _ = fs::remove_file(self.path("calls"));
        calls.lines().map(str::to_owned).collect()
    }

    fn unit(&self, name: &str) -> String {
        fs::read_to_string(self.unit_path(name)).unwrap()
    }

    fn unit_path(&self, name: &str) -> PathBuf {
        self.path(&format!(".config/systemd/user/{name}"))
    }

    fn listed(&self) -> Value {
        serde_json::from_str(&self.run(["schedule", "--json"]).code(0).stdout).unwrap()
    }
}

/// What `runner` itself is called in a schedule.
fn runner() -> &'static str {
    env!("CARGO_BIN_EXE_runner")
}

#[test]
fn it_shows_what_it_would_install_and_the_next_three_times() {
    let machine = Machine::with_cron();
    let profile = machine.profile("p");
    let outcome = machine.run(["schedule", "./p.toml", "--daily", "03:05"]).code(0);
    assert_eq!(outcome.stderr, "note: nothing is installed yet: add --install\n");
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines[0], profile);
    assert!(lines[1].starts_with("    runs      5 3 * * *, in "), "{lines:#?}");
    assert!(lines[2].starts_with("    next      "), "{lines:#?}");
    for line in &lines[2..5] {
        assert!(line.contains(" 03:05 +") || line.contains(" 03:05 -"), "{lines:#?}");
    }
    assert_eq!(lines[5], "    installs  crontab");
    assert!(lines[8].contains("5 3 * * * /usr/bin/env HOME="), "{lines:#?}");
    assert!(lines[8].ends_with(&format!("{} run --scheduled -q {profile}", runner())), "{lines:#?}");
    assert_eq!(machine.calls(), [""; 0]);
    machine.run(["schedule"]).code(0).stdout("").says(["note: no schedule is installed"]);
}

#[test]
fn every_other_line_of_a_crontab_stays_as_it_is() {
    for text in [
        &b""[..],
        b"MAILTO=you@example.org\nPATH=/bin\n0 1 * * * backup\n",
        b"0 1 * * * no end of line",
        b"0 1 * * * windows\r\nX=1\r\n",
        b"# \xff\xfe\n0 1 * * * printf 'no \xe9 UTF-8'",
    ] {
        let machine = Machine::with_cron();
        machine.profile("p");
        machine.profile("other");
        fs::write(machine.path("crontab.txt"), text).unwrap();
        let install =
            |name: &str| machine.run(["schedule", name, "--every", "1h", "--install"]).code(0).stderr("");
        install("./p.toml");
        let installed = machine.crontab();
        assert!(installed.starts_with(text));
        // Twice is once.
        install("./p.toml");
        assert_eq!(machine.crontab(), installed);
        install("./other.toml");
        assert_eq!(machine.listed().as_array().unwrap().len(), 2);
        machine.run(["schedule", "./other.toml", "--remove"]).code(0);
        assert_eq!(machine.crontab(), installed);
        machine.run(["schedule", "p", "--remove"]).code(0).says(["note: ", "p.toml: removed from crontab"]);
        let left = fs::read(machine.path("crontab.txt")).unwrap_or_default();
        assert_eq!(left, text);
    }
}

#[test]
fn schedules_that_are_installed_at_once_are_all_there() {
    let machine = Machine::with_cron();
    let names: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
    let children: Vec<_> = names
        .iter()
        .map(|name| {
            let path = machine.profile(name);
            machine
                .command(["schedule", &path, "--daily", "03:00", "--jitter", "90s", "--install"])
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(machine.listed().as_array().unwrap().len(), 8);
    assert_eq!(
        String::from_utf8(machine.crontab()).unwrap().matches(" run --jitter 90s --scheduled -q /").count(),
        8
    );
}

#[test]
fn a_crontab_that_can_not_be_read_is_left_alone() {
    let machine = Machine::with_cron();
    machine.profile("p");
    machine.user.write("unreadable", "");
    let install = ["schedule", "./p.toml", "--daily", "03:00", "--install"];
    let why = "the crontab can't be read, and is left alone: crontab: permission denied";
    machine.run(install).code(1).stdout("").says([&format!("error: {why}")]);
    assert!(machine.calls().iter().all(|call| call == "crontab -l"));
    // What systemd has is listed all the same.
    machine.run(["schedule", "--json"]).code(0).stdout("[]\n").says([&format!("warning: {why}")]);
}

#[test]
fn a_crontab_whose_block_was_cut_is_left_alone() {
    let machine = Machine::with_cron();
    machine.profile("p");
    let install = ["schedule", "./p.toml", "--daily", "03:00", "--install"];
    machine.run(install).code(0);
    let whole = String::from_utf8(machine.crontab()).unwrap();
    let cut = whole.replace("# globus-runner: end\n", "0 1 * * * mine\n");
    machine.user.write("crontab.txt", &cut);
    machine.run(install).code(1).says(["the crontab is left alone", "do not fit: line 1", "crontab -e"]);
    assert_eq!(machine.crontab(), cut.as_bytes());
}

#[test]
fn cron_gets_the_whole_crontab_as_a_file_and_its_refusal_is_told() {
    let machine = Machine::with_cron();
    machine.profile("p");
    machine.user.write("crontab.txt", "0 1 * * * backup\n");
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--install"]).code(0);
    let calls = machine.calls();
    assert_eq!(calls.iter().filter(|call| *call == "crontab FILE").count(), 1, "{calls:?}");
    assert!(calls.iter().all(|call| call == "crontab FILE" || call == "crontab -l"), "{calls:?}");

    let before = machine.crontab();
    machine.user.write("refuses", "");
    machine
        .run(["schedule", "./p.toml", "--daily", "04:00", "--install"])
        .code(1)
        .says(["error: the crontab was not changed: ", "bad minute"]);
    assert_eq!(machine.crontab(), before);
}

#[test]
fn what_cron_runs_is_the_profile_whatever_its_path() {
    let machine = Machine::with_cron();
    let path = machine.user.profile("it's 100% \"mine\" $HOME \\ `x`", "");
    let path = path.to_str().unwrap();
    let install = ["schedule", path, "--daily", "03:00", "-o", "out 50%.csv", "--install"];
    machine.run(install).code(0).stderr("");
    let crontab = String::from_utf8(machine.crontab()).unwrap();
    let line = crontab.lines().find(|line| line.starts_with("0 3 * * * ")).unwrap();
    // As cron does: the rest of the line after an unescaped `%` is stdin, and `\%` is `%`.
    assert_eq!(line.replace("\\%", "").find('%'), None);
    let command = line.strip_prefix("0 3 * * * ").unwrap().replace("\\%", "%");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &command]).env_clear().env("HOME", "/nowhere").current_dir("/");
    // The sandbox stands for Globus, and its variables are part of the job.
    Outcome::of(&mut shell).code(0).stdout("").stderr("");
    assert!(machine.user.read("out 50%.csv").starts_with("ID,Name,Roles\n"));
    let listed = machine.listed();
    assert_eq!(listed[0]["profile"], path);
    assert_eq!(listed[0]["problems"], json!([]));
    machine.run(["schedule", path, "--remove"]).code(0);
    assert!(!machine.path("crontab.txt").exists());
}

#[test]
fn systemd_gets_a_service_and_a_timer() {
    let machine = Machine::with_systemd();
    let profile = machine.profile("p");
    let install = |time: &str| {
        machine
            .run(["schedule", "./p.toml", "--daily", time, "--jitter", "5m", "--install"])
            .code(0)
            .stderr("")
    };
    let shown = install("03:00");
    assert!(shown.stdout.contains("    installed "), "{}", shown.stdout);
    let service = machine.unit("globus-runner-p.service");
    let start = format!("\nExecStart={} run --scheduled -q {profile}\n", runner());
    for words in [
        "\nDescription=The Globus groups I belong to, with my roles, as CSV\n",
        "\nType=oneshot\nKillMode=mixed\n",
        &start,
        &format!("\nEnvironment=HOME={}\n", machine.user.home().display()),
        "\nEnvironment=GLOBUS_SDK_ENVIRONMENT=production\n",
    ] {
        assert!(service.contains(words), "{words:?} is not in {service}");
    }
    let timer = machine.unit("globus-runner-p.timer");
    let own = "[Timer]\nOnCalendar=*-*-* 03:00:00\nRandomizedDelaySec=300s\nPersistent=true\n\n\
               [Install]\nWantedBy=timers.target\n";
    assert!(timer.ends_with(own), "{timer}");
    assert_eq!(mode(&machine.unit_path("globus-runner-p.timer")), 0o644);
    let calls = machine.calls();
    let changes: Vec<&str> =
        calls.iter().filter(|call| !call.contains(" show ")).map(String::as_str).collect();
    assert_eq!(
        changes,
        [
            "crontab -l",
            "systemctl --user daemon-reload",
            "systemctl --user enable globus-runner-p.timer",
            "systemctl --user restart globus-runner-p.timer",
        ]
    );

    install("04:00");
    assert!(machine.unit("globus-runner-p.timer").contains("OnCalendar=*-*-* 04:00:00\n"));
    assert_eq!(fs::read_dir(machine.path(".config/systemd/user")).unwrap().count(), 2);
    machine.calls();

    machine.run(["schedule", "./p.toml", "--remove"]).code(0);
    assert_eq!(fs::read_dir(machine.path(".config/systemd/user")).unwrap().count(), 0);
    let calls = machine.calls();
    assert!(calls.contains(&"systemctl --user disable --now globus-runner-p.timer".to_owned()), "{calls:?}");
    assert_eq!(calls.last().unwrap(), "systemctl --user daemon-reload");
}

#[test]
fn if_systemd_refuses_a_timer_the_units_are_as_before() {
    let machine = Machine::with_systemd();
    machine.profile("p");
    machine.user.write("refuses", "");
    let install = |time: &str| machine.run(["schedule", "./p.toml", "--daily", time, "--install"]);
    install("03:00")
        .code(1)
        .says(["error: `systemctl --user enable globus-runner-p.timer` has failed: Failed to enable"]);
    assert_eq!(fs::read_dir(machine.path(".config/systemd/user")).unwrap().count(), 0);

    fs::remove_file(machine.path("refuses")).unwrap();
    install("03:00").code(0);
    let before = machine.unit("globus-runner-p.timer");
    machine.user.write("refuses", "");
    install("04:00").code(1);
    assert_eq!(machine.unit("globus-runner-p.timer"), before);
}

#[test]
fn a_schedule_whose_profile_is_gone_is_listed_and_can_be_removed() {
    let with_cron = Machine::with_cron();
    let with_systemd = Machine::with_systemd();
    for machine in [&with_cron, &with_systemd] {
        let profile = machine.profile("p");
        machine.run(["schedule", "./p.toml", "--daily", "03:00", "--install"]).code(0);
        assert_eq!(machine.listed()[0]["is_orphan"], json!(false));
        fs::rename(&profile, machine.path("renamed.toml")).unwrap();
        let listed = machine.listed();
        assert_eq!(listed[0]["profile"], profile);
        assert_eq!(listed[0]["is_orphan"], json!(true));
        assert_eq!(listed[0]["problems"], json!(["the profile is gone: renamed or removed"]));
        let shown = machine.run(["schedule"]).code(0).stdout;
        assert!(shown.contains("    problem   the profile is gone: renamed or removed\n"), "{shown}");
        assert!(shown.contains(&format!("remove it with `runner schedule {profile} --remove`\n")), "{shown}");
        // The new one has no schedule, and the old one goes by its name.
        machine
            .run(["schedule", "renamed", "--remove"])
            .code(2)
            .says(["no schedule is installed for `renamed`"]);
        machine.run(["schedule", "p", "--remove"]).code(0);
        assert_eq!(machine.listed(), json!([]));
    }
}

#[test]
fn a_program_that_is_gone_and_a_timer_that_is_stopped_are_told() {
    let machine = Machine::with_systemd();
    machine.profile("p");
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--install"]).code(0);
    let path = machine.unit_path("globus-runner-p.service");
    let service = fs::read_to_string(&path).unwrap();
    fs::write(&path, service.replace(&format!("Program={}", runner()), "Program=/gone/runner")).unwrap();
    machine.user.write(
        "shown",
        "Id=globus-runner-p.timer\nActiveState=inactive\n\n\
         ExecMainExitTimestamp=Mon 2026-09-21 14:13:20 UTC\nExecMainStatus=3\nId=globus-runner-p.service\n",
    );
    let listed = machine.listed();
    assert_eq!(
        listed[0]["problems"],
        json!([
            "the program /gone/runner is gone: install the schedule again",
            "its timer is stopped: start it with `systemctl --user enable --now globus-runner-p.timer`",
        ])
    );
    assert_eq!(listed[0]["last"]["exit_code"], 3);
    assert_eq!(
        listed[0]["last"]["at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second(),
        1_790_000_000
    );
    let shown = machine.run(["schedule"]).code(0).stdout;
    assert!(shown.contains(": exit code 3\n"), "{shown}");
}

#[test]
fn how_the_last_run_went_is_listed() {
    let machine = Machine::with_cron();
    machine.profile("p");
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--install"]).code(0);
    assert_eq!(machine.listed()[0]["last"], Value::Null);
    // A person's own run is not one of the schedule.
    machine.run(["run", "-q", "./p.toml"]).code(0);
    assert_eq!(machine.listed()[0]["last"], Value::Null);
    machine.run(["run", "--scheduled", "-q", "./p.toml"]).code(0);
    assert_eq!(machine.listed()[0]["last"]["exit_code"], 0);
    fs::rename(machine.user.token_file(), machine.path("kept")).unwrap();
    machine.run(["run", "--scheduled", "-q", "./p.toml"]).code(3);
    let last = &machine.listed()[0]["last"];
    assert_eq!(last["exit_code"], 3);
    let shown = machine.run(["schedule"]).code(0).stdout;
    let message = last["message"].as_str().unwrap();
    assert!(shown.contains(&format!(": exit code 3: {message}\n")), "{shown}");
    // The tokens are good again, but the last run was refused for the person.
    fs::rename(machine.path("kept"), machine.user.token_file()).unwrap();
    machine
        .run(["schedule", "./p.toml", "--daily", "04:00"])
        .code(0)
        .says(["warning: p: the last run needed a person: "]);
}

#[test]
fn without_a_user_manager_schedules_are_listed_and_none_is_installed() {
    let machine = Machine::with_systemd();
    machine.profile("p");
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--install"]).code(0);
    machine.profile("other");
    fs::remove_file(machine.path("run/systemd/private")).unwrap();
    machine.calls();
    let listed = machine.listed();
    let problem = listed[0]["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("no user manager of systemd runs here"), "{problem}");
    machine
        .run(["schedule", "./other.toml", "--daily", "03:00", "--backend", "systemd", "--install"])
        .code(1)
        .says(["error: no user manager of systemd runs here", "loginctl enable-linger", "--backend crontab"]);
    assert_eq!(machine.calls(), ["crontab -l", "crontab -l"]);
    assert_eq!(fs::read_dir(machine.path(".config/systemd/user")).unwrap().count(), 2);
    // Cron is there.
    let shown = machine.run(["schedule", "./other.toml", "--daily", "03:00"]).code(0).stdout;
    assert!(shown.contains("    installs  crontab\n"), "{shown}");
    machine
        .run(["schedule", "./p.toml", "--remove"])
        .code(0)
        .says(["warning: no manager of systemd runs, so a timer that is active stays until it ends"]);
    assert_eq!(fs::read_dir(machine.path(".config/systemd/user")).unwrap().count(), 0);
}

#[test]
fn where_nothing_can_start_runs_it_says_so() {
    let machine = Machine::with_cron();
    machine.profile("p");
    let run =
        |arguments: [&str; 6]| Outcome::of(machine.command(arguments).env("PATH", machine.path("none")));
    Outcome::of(
        machine.command(["schedule", "./p.toml", "--daily", "03:00"]).env("PATH", machine.path("none")),
    )
    .code(1)
    .says(["error: there is nothing here that could start runs", "no program `crontab`"]);
    Outcome::of(
        machine
            .command(["schedule", "./p.toml", "--daily", "03:00", "--backend", "crontab", "--install"])
            .env("PATH", machine.path("none")),
    )
    .code(1)
    .says(["error: can't run `crontab`: there is no such program in the folders of PATH", "package `cron`"]);
    run(["schedule", "./p.toml", "--daily", "03:00", "--backend", "crontab"]).code(0);
}

#[test]
fn lingering_and_mail_are_hinted_at() {
    let machine = Machine::with_systemd();
    machine.profile("p");
    let install = ["schedule", "./p.toml", "--daily", "03:00", "--install"];
    for linger in ["no\n", ""] {
        machine.user.write("linger", linger);
        machine
            .run(install)
            .code(0)
            .says(["warning: runs start only while you are logged in", "`loginctl enable-linger`"]);
    }
    machine.run(["schedule", "./p.toml", "--remove"]).code(0);
    machine.user.write("crontab.txt", "MAILTO=\"\"\nCRON_TZ=Asia/Tokyo\n");
    machine
        .run(["schedule", "./p.toml", "--daily", "03:00", "--backend", "crontab", "--install"])
        .code(0)
        .says(["warning: MAILTO is empty in your crontab", "warning: your crontab has CRON_TZ=Asia/Tokyo"]);
}

#[test]
fn a_profile_is_scheduled_once() {
    let machine = Machine::with_systemd();
    machine.profile("p");
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--install"]).code(0);
    machine
        .run(["schedule", "./p.toml", "--daily", "03:00", "--backend", "crontab", "--install"])
        .code(2)
        .says([
            "error: `./p.toml` is scheduled already: ",
            "would run it twice",
            "`runner schedule ./p.toml --remove`",
        ]);
    assert!(!machine.path("crontab.txt").exists());
}

#[test]
fn profiles_of_one_name_have_units_of_their_own() {
    let machine = Machine::with_systemd();
    machine.profile("p");
    fs::create_dir(machine.path("sub")).unwrap();
    fs::copy(machine.path("p.toml"), machine.path("sub/p.toml")).unwrap();
    for profile in ["./p.toml", "sub/p.toml", "sub/p.toml", "./p.toml"] {
        machine.run(["schedule", profile, "--daily", "03:00", "--install"]).code(0);
    }
    assert_eq!(fs::read_dir(machine.path(".config/systemd/user")).unwrap().count(), 4);
    machine
        .run(["schedule", "p", "--remove"])
        .code(2)
        .says(["`p` can be one of several: ", "name it by its path"]);
    machine.run(["schedule", "sub/p.toml", "--remove"]).code(0);
    let listed = machine.listed();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["profile"], machine.path("p.toml").to_str().unwrap());
}

#[test]
fn a_profile_that_needs_a_person_is_refused_or_warned_of() {
    let machine = Machine::with_cron();
    let user = &machine.user;
    let text = fs::read_to_string(machine.profile("p")).unwrap();
    let memory = text.replace("~/.list-my-globus-groups-tokens.json", "memory");
    user.write("memory.toml", &memory);
    user.write("short.toml", &format!("{text}[auth]\nrefresh_tokens = false\n"));
    let schedule = |name: &str| machine.run(["schedule", name, "--daily", "03:00", "--install"]);
    schedule("./memory.toml")
        .code(2)
        .says(["`./memory.toml` can't run by itself", "every run needs a person"]);
    schedule("./short.toml").code(2).says(["`refresh_tokens = false`", "two days", "service account"]);
    assert!(!machine.path("crontab.txt").exists());

    schedule("./p.toml").code(0).stderr("");
    user.edit_token(|token| token["refresh_token"] = Value::Null);
    schedule("./p.toml").code(0).says(["warning: p: runs will fail: a login is needed", "no refresh token"]);
    fs::remove_file(user.token_file()).unwrap();
    schedule("./p.toml").code(0).says(["warning: p: runs will fail: a login is needed", "`runner login /"]);
    schedule("groups")
        .code(0)
        .says(["warning: groups: the output is stdout, so cron mails it to you at each run"]);
    user.write("broken.toml", "nonsense");
    schedule("./broken.toml").code(2);
    user.write("folder.toml", &text.replace("p.csv", "gone/p.csv"));
    schedule("./folder.toml").code(2).says(["can't run by itself", "gone", "mkdir -p"]);

    let account = "[auth]\nclient_secret = { env = \"MY_SECRET\" }\n";
    user.write("account.toml", &format!("{memory}{account}"));
    schedule("./account.toml").code(0).says([
        "warning: account: the client's secret is in",
        "MY_SECRET",
        "file =",
    ]);
}

#[test]
fn what_is_wrong_is_named() {
    let machine = Machine::with_cron();
    machine.profile("p");
    let schedule =
        |option: &str, value: &str| machine.run(["schedule", "./p.toml", option, value]).code(2).stdout("");
    for (option, value, words) in [
        ("--cron", "0 3 * * mo", "1 | 0 3 * * mo\n  |         ^^ 0 to 7, or SUN to SAT"),
        ("--cron", "30 2 30 2 *", "error: this date never comes\n --> --cron:1:6"),
        ("--cron", "0 0 */2 * 1", "crons disagree whether this one counts"),
        ("--cron", "* * * * * *", "an expression has five fields, and this has 6"),
        ("--every", "5x", "there is no unit `x`"),
        ("--every", "99999999999999999999h", "is not possible: the number is too large"),
        ("--every", "90m", "divides neither an hour nor a day"),
        ("--every", "30s", "the smallest unit of a schedule is a minute"),
        ("--daily", "25:00", "`25:00` is not a time of day"),
    ] {
        schedule(option, value).says([words]);
    }
    for (arguments, words) in [
        (["schedule", "--daily", "03:00", "-q"], "name a profile to schedule"),
        (["schedule", "./gone.toml", "--daily", "03:00"], "cannot read the profile ./gone.toml"),
        (["schedule", "./p.toml", "--install", "-q"], "required"),
        (["schedule", "./p.toml", "--remove", "-q"], "no schedule is installed for `./p.toml`"),
    ] {
        machine.run(arguments).code(2).says([words]);
    }
    for (arguments, words) in [
        (["--daily", "03:00", "--every", "1h"], "cannot be used with"),
        (["--daily", "03:00", "--jitter", "5x"], "write a time of at most a day"),
        (["--daily", "03:00", "--image", "x"], "--image is for Kubernetes"),
        (["--remove", "--install", "--daily", "03:00"], "cannot be used with"),
    ] {
        let [one, two, three, four] = arguments;
        machine.run(["schedule", "./p.toml", one, two, three, four]).code(2).says([words]);
    }
    machine
        .run(["schedule", "./p.toml", "--daily", "03:00", "--backend", "crontab", "--system"])
        .code(2)
        .says(["--system is for systemd"]);
    let path = format!("{}:/{}", crate::support::PROGRAMS, "x".repeat(1000));
    Outcome::of(machine.command(["schedule", "./p.toml", "--daily", "03:00"]).env("PATH", path))
        .code(2)
        .says(["too long for a crontab", "PATH=/usr/bin:/bin runner schedule"]);
    assert_eq!(machine.user.requests(), [""; 0]);
}

#[test]
fn no_run_can_start_after_the_next_one() {
    let machine = Machine::with_cron();
    machine.profile("p");
    for (option, time, jitter, shortest) in [
        ("--every", "15m", "2h", "15 minutes"),
        ("--every", "1h", "61m", "1 hour"),
        ("--cron", "0 3,4 * * 1", "90m", "1 hour"),
    ] {
        let arguments = ["schedule", "./p.toml", option, time, "--jitter", jitter, "--install"];
        machine.run(arguments).code(2).stdout("").says([
            "error: --jitter: ",
            " is longer than the time between two runs: ",
            &format!("the shortest is {shortest}, so a run could start after the next one\n"),
            &format!("help: take {shortest} at most"),
        ]);
    }
    machine
        .run(["schedule", "./p.toml", "--every", "15m", "--jitter", "1h", "--backend", "kubernetes"])
        .code(2)
        .stdout("");
    assert!(!machine.path("crontab.txt").exists());
    machine.run(["schedule", "./p.toml", "--every", "15m", "--jitter", "15m"]).code(0);
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--jitter", "23h"]).code(0);
}

/// A service account whose tokens are below the home directory, which other users can read, with these lines.
fn account(machine: &Machine, lines: &str) {
    let profile = include_str!("../profiles/groups.toml");
    let secret = "[auth]\nclient_secret = { file = \"${CREDENTIALS_DIRECTORY}/globus\" }\n";
    machine.user.write("account.toml", &format!("{profile}{secret}{lines}"));
    fs::set_permissions(machine.user.home(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_service_of_the_system_has_a_user_of_its_own() {
    let machine = Machine::with_systemd();
    account(&machine, "[output]\npath = \"~/lists/groups.csv\"\n");
    let mut command = machine.command(["schedule", "./account.toml", "--daily", "03:00", "--system"]);
    command.env("XDG_STATE_HOME", "/mine").env("XDG_CONFIG_HOME", "/mine");
    let outcome = Outcome::of(&mut command).code(0);
    assert_eq!(outcome.stderr, "note: nothing is installed yet: add --install\n");
    for words in [
        "    installs  /etc/systemd/system/globus-runner-account.service\n",
        "After=network-online.target\n",
        "User=globus-runner-account\n",
        "DynamicUser=yes\n",
        "StateDirectory=globus-runner-account globus-runner-account/lists\n",
        "StateDirectoryMode=0700\n",
        "Environment=HOME=/var/lib/globus-runner-account\n",
        "Environment=XDG_STATE_HOME=/var/lib/globus-runner-account\n",
        "LoadCredential=globus:/etc/credstore/globus\n",
        "CapabilityBoundingSet=\n",
        "ProtectSystem=strict\n",
        "NoNewPrivileges=yes\n",
    ] {
        assert!(outcome.stdout.contains(words), "{words:?} is not in {}", outcome.stdout);
    }
    for words in ["ReadWritePaths", "/mine"] {
        assert!(!outcome.stdout.contains(words), "{words:?} is in {}", outcome.stdout);
    }
}

#[test]
fn a_service_of_the_system_that_could_not_work_is_refused_with_the_reason() {
    let machine = Machine::with_systemd();
    let show = |more: &[&str]| {
        let mut command = machine.command(["schedule", "./account.toml", "--daily", "03:00", "--system"]);
        Outcome::of(command.args(more))
    };
    let home = machine.user.home().canonicalize().unwrap();
    account(&machine, "[output]\npath = \"groups.csv\"\n");
    let refused = "error: `./account.toml` can't run as a user of its own: it ";
    show(&[]).code(2).says([
        &format!(
            "{refused}writes to `{}`, and such a user to `/var/lib/globus-runner-account` alone\n",
            home.display()
        ),
        "`--user NAME`, such as root; or write below `~`",
    ]);
    // With -o, too; and below `~` it is fine.
    show(&["-o", "/var/lib/globus-runner-account/groups.csv"]).code(0);
    account(&machine, "");
    show(&["-o", "/srv/groups.csv"]).code(2).says([refused, "`/srv`"]);
    // Files that others can't read.
    let path = machine.path("account.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    show(&[]).code(2).says([refused, "can't read `", "account.toml` has the mode 0600\n"]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(machine.user.home(), fs::Permissions::from_mode(0o700)).unwrap();
    show(&[]).code(2).says([refused, &format!("`{}` has the mode 0700\n", home.display())]);
    fs::set_permissions(machine.user.home(), fs::Permissions::from_mode(0o755)).unwrap();
    // A secret that only root reads.
    let text = fs::read_to_string(&path).unwrap();
    let secret = machine.user.write("secret", "x\n");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, text.replace("${CREDENTIALS_DIRECTORY}/globus", "secret")).unwrap();
    show(&[]).code(2).says([
        refused,
        "secret` has the mode 0600\n",
        "/etc/credstore/NAME",
        "${CREDENTIALS_DIRECTORY}/NAME",
    ]);
    // The folder of a user of the machine has to be there, and a secret in the environment is told where to go.
    account(&machine, "[output]\npath = \"/no/such/folder/groups.csv\"\n");
    show(&["--user", "daemon"]).code(2).says(["the folder `/no/such/folder` does not exist"]);
    account(&machine, "");
    let secret = "env = \"GLOBUS_CLIENT_SECRET\"";
    fs::write(&path, text.replace("file = \"${CREDENTIALS_DIRECTORY}/globus\"", secret)).unwrap();
    show(&[])
        .code(0)
        .says(["GLOBUS_CLIENT_SECRET, which the job will not have", "put it into /etc/credstore/NAME"]);
    fs::write(&path, text.replace("${CREDENTIALS_DIRECTORY}/globus", "secret")).unwrap();
    // Root can.
    show(&["--user", "root", "-o", "/srv/groups.csv"]).code(0);
    show(&["--user", "no-such-user"])
        .code(2)
        .says(["error: there is no user `no-such-user`", "useradd --system"]);
    show(&["--user", "--help"]).code(2);
    machine
        .run(["schedule", "./account.toml", "--daily", "03:00", "--user", "root"])
        .code(2)
        .says(["--system"]);
}

#[test]
fn a_service_of_the_system_can_run_as_a_user_of_the_machine() {
    let machine = Machine::with_systemd();
    account(&machine, "");
    let show = |user: &str| {
        let arguments = [
            "schedule",
            "./account.toml",
            "--daily",
            "03:00",
            "--system",
            "-o",
            "/srv/groups.csv",
            "--user",
            user,
        ];
        machine.run(arguments).code(0).stdout
    };
    for (user, home, capabilities) in [
        ("root", "/root", "CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER\n"),
        ("daemon", "/usr/sbin", "CapabilityBoundingSet=\n"),
    ] {
        let shown = show(user);
        for words in [
            &format!("User={user}\n"),
            &format!("Environment=HOME={home}\n"),
            "Environment=XDG_STATE_HOME=/var/lib/globus-runner-account\n",
            "StateDirectory=globus-runner-account\n",
            "ReadWritePaths=-/srv\n",
            &format!("ReadWritePaths=-{home}\n"),
            capabilities,
        ] {
            assert!(shown.contains(words), "{words:?} is not in {shown}");
        }
        assert!(!shown.contains("DynamicUser"), "{shown}");
    }
}

#[test]
fn a_person_is_told_how_to_log_in_for_a_service_of_the_system() {
    let machine = Machine::with_systemd();
    let profile = machine.user.profile("p", "[output]\npath = \"~/p.csv\"");
    fs::set_permissions(machine.user.home(), fs::Permissions::from_mode(0o755)).unwrap();
    let (runner, profile) = (runner(), profile.display());
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--system"]).code(0).says([&format!(
        "warning: p: a person has to log in as the user of the service first: `systemd-run --pty --wait --collect \
         -p User=globus-runner-p -p DynamicUser=yes -p StateDirectory=globus-runner-p \
         --setenv=HOME=/var/lib/globus-runner-p {runner} login {profile}`\n"
    )]);
    machine.run(["schedule", "./p.toml", "--daily", "03:00", "--system", "--user", "daemon"]).code(0).says([
        &format!("`systemd-run --pty --wait --collect -p User=daemon --setenv=HOME=/usr/sbin {runner} login {profile}`"),
    ]);
}

#[test]
fn kubernetes_gets_objects_for_a_service_account() {
    let machine = Machine::with_cron();
    let user = &machine.user;
    machine.profile("p");
    let print = |name: &str| {
        machine.run(["schedule", name, "--cron", "*/15 8-17 * * mon-fri", "--backend", "kubernetes"])
    };
    print("./p.toml").code(2).says(["can't run by itself", "a person logs in", "service account"]);
    let text = fs::read_to_string(machine.path("p.toml")).unwrap();
    let account = text
        .replace("~/.list-my-globus-groups-tokens.json", "memory")
        .replace("groups.csv.hbs", "mine.csv.hbs");
    let secret = "[auth]\nclient_secret = { env = \"GLOBUS_CLIENT_SECRET\" }\n";
    user.write("account.toml", &format!("{account}{secret}"));
    for (path, why) in [
        ("p.csv", "the output in `"),
        ("~/p.csv", "the output in `"),
        ("/out/p.csv\"\n[http]\nca_file = \"ca.pem", "the `ca_file` `"),
    ] {
        user.write(
            "elsewhere.toml",
            &format!("{account}{secret}").replace("\"p.csv\"", &format!("\"{path}\"")),
        );
        print("./elsewhere.toml").code(2).says([why, "can't be there in a container"]);
    }
    let account = account.replace("p.csv", "/out/p.csv");
    user.write("account.toml", &format!("{account}{secret}"));
    user.write("mine.csv.hbs", "{{> part}}\n{{#each groups}}{{id}}\n{{/each}}\n");
    user.write("part.csv.hbs", "ID");
    let printed = print("./account.toml").code(0).stderr("").stdout;
    assert!(printed.contains("  account.toml: |\n"), "{printed}");
    user.write(
        "t.toml",
        &fs::read_to_string(machine.path("account.toml")).unwrap().replace("\"mine", "\"./mine"),
    );
    for path in ["t.toml", "./t.toml", machine.path("t.toml").to_str().unwrap()] {
        print(path).code(0).stderr("");
    }
    for words in [
        "  schedule: \"*/15 8-17 * * 1-5\"\n",
        "  concurrencyPolicy: Forbid\n",
        "            runAsNonRoot: true\n",
        "                readOnlyRootFilesystem: true\n",
        "  mine.csv.hbs: |\n    {{> part}}\n",
        "  part.csv.hbs: ID\n",
    ] {
        assert!(printed.contains(words), "{words:?} is not in {printed}");
    }
    machine
        .run(["schedule", "./account.toml", "--daily", "03:00", "--backend", "kubernetes", "--install"])
        .code(2)
        .says(["--install can't reach Kubernetes", "kubectl apply"]);
    user.write(
        "file.toml",
        &format!("{account}{}", secret.replace("env = \"GLOBUS_CLIENT_SECRET\"", "file = \"secret\"")),
    );
    print("./file.toml").code(2).says(["its client's secret is not in an environment variable"]);
}

#[test]
fn programs_read_json() {
    let machine = Machine::with_cron();
    let profile = machine.profile("p");
    let outcome = machine.run(["schedule", "./p.toml", "--daily", "03:00", "--json"]).code(0).stderr("");
    let planned: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(planned[0]["profile"], profile);
    assert_eq!(planned[0]["backend"], "crontab");
    assert_eq!(planned[0]["schedule"], "0 3 * * *");
    assert_eq!(planned[0]["installed"], false);
    assert_eq!(planned[0]["warnings"], json!([]));
    let next = planned[0]["next"].as_array().unwrap();
    assert_eq!(next.len(), 3);
    assert!(next.iter().all(|time| time.as_str().unwrap().parse::<jiff::Timestamp>().is_ok()));
    assert!(planned[0]["files"][0]["content"].as_str().unwrap().contains("\n0 3 * * * /usr/bin/env "));
}

/// A program that does not end, or prints without end, must not keep an administrator waiting.
#[test]
fn a_program_that_does_not_end_is_ended() {
    let machine = Machine::with_cron();
    machine.profile("p");
    let install = ["schedule", "./p.toml", "--daily", "03:00", "--install"];
    machine.user.write("endless", "");
    let why =
        "the crontab can't be read, and is left alone: can't run `crontab -l`: it prints more than 4 MiB";
    machine.run(install).code(1).stdout("").says([&format!("error: {why}")]);
    machine.run(["schedule"]).code(0).says([&format!("warning: {why}")]);

    fs::remove_file(machine.path("endless")).unwrap();
    machine.user.write("hangs", "");
    let mut command = machine.command(install);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until("crontab runs", || machine.path("hanging").exists());
    send(Signal::INT, &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
}

//! Schedules beside systemd, cron, Kubernetes's schemas and a container: what is written means there what it means here.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use globus_runner::{ClockChanges, Expression, next_times, on_calendar};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde_json::Value;

use crate::support::process::prefixed;
use crate::support::{Outcome, User};
use crate::venv::python;

/// Zones whose clock changes by an hour at night, by an hour at midnight, by half an hour, by none; and one with an odd
/// offset.
const ZONES: [&str; 6] =
    ["Europe/Zurich", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"];

/// Expressions of all kinds, some of them made by chance.
fn expressions() -> Vec<String> {
    let mut expressions: Vec<String> = [
        "* * * * *",
        "*/15 * * * *",
        "30 2 * * *",
        "0 3 * * *",
        "15 0 * * *",
        "0 0 1 1 *",
        "0 0 29 2 *",
        "0 12 31 * *",
        "0 3 13 * 5",
        "0 0 1-7 * 1",
        "59 23 * * 0",
        "0 4 * * 7",
        "0 4 * * fri-sun",
        "*/7 9-17/2 * jan-mar,12 mon-fri",
        "0 3 1-31/2 * 1",
        "5,10,20 1,2,3 10-20 */2 *",
    ]
    .map(str::to_owned)
    .into();
    let mut random = fastrand::Rng::with_seed(7);
    let mut field = |min: u32, max: u32| {
        let (one, other) = (random.u32(min..=max), random.u32(min..=max));
        let (first, last) = (one.min(other), one.max(other));
        match random.u32(0..8) {
            0 => format!("*/{}", random.u32(1..max - min)),
            1 => format!("{first}-{last}"),
            2 => format!("{first}-{last}/{}", random.u32(1..=3)),
            3 => format!("{first},{last}"),
            4 => one.to_string(),
            _ => "*".to_owned(),
        }
    };
    while expressions.len() < 200 {
        let text = [field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)].join(" ");
        if Expression::parse(&text).is_ok() {
            expressions.push(text);
        }
    }
    expressions
}

/// The next times that systemd finds for each of these, in seconds since 1970.
fn of_systemd(calendars: &[String], zone: &str, after: &ZonedDateTime, count: usize) -> Vec<Vec<i64>> {
    let output = Command::new("systemd-analyze")
        .args(["calendar", &format!("--iterations={count}"), "--base-time"])
        .arg(format!("@{}", after.timestamp().as_second()))
        .args(calendars)
        .env("TZ", zone)
        .env("LC_ALL", "C")
        .output()
        .expect("`interop/run` installs systemd");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let blocks = text.trim_end().split("\n\n");
    let times = blocks.map(|block| {
        let marks: &[&str] = if zone == "UTC" { &["Next elapse:", "Iter. #"] } else { &["(in UTC):"] };
        let lines = block.lines().filter(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)));
        lines
            .filter(|line| !line.contains("never"))
            .map(|line| {
                let at = &line[line.find(" 20").unwrap() + 1..].trim_end_matches(" UTC");
                let at = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", at).unwrap();
                TimeZone::UTC.to_timestamp(at).unwrap().as_second()
            })
            .collect()
    });
    times.collect()
}

#[test]
fn systemd_finds_the_same_times() {
    const COUNT: usize = 6;
    let expressions = expressions();
    let mut compared = 0;
    for zone_name in ZONES {
        let zone = TimeZone::get(zone_name).unwrap();
        // A day, and the nights when the clocks change.
        let mut starts: Vec<Timestamp> = vec!["2026-11-26T11:07:00Z".parse().unwrap()];
        for change in zone.following(starts[0]).take(2) {
            starts.push(change.timestamp() - jiff::SignedDuration::from_mins(100));
            starts.push(change.timestamp() + jiff::SignedDuration::from_mins(20));
        }
        for start in starts {
            let after = start.to_zoned_datetime(zone.clone());
            let parsed: Vec<Expression> =
                expressions.iter().map(|text| Expression::parse(text).unwrap()).collect();
            let calendars: Vec<Vec<String>> = parsed.iter().map(on_calendar).collect();
            let theirs = of_systemd(&calendars.concat(), zone_name, &after, COUNT);
            let mut theirs = theirs.into_iter();
            for ((text, expression), calendars) in expressions.iter().zip(&parsed).zip(&calendars) {
                // A timer elapses at the times of any of its lines.
                let mut expected: Vec<i64> = theirs.by_ref().take(calendars.len()).flatten().collect();
                expected.sort_unstable();
                expected.dedup();
                expected.truncate(COUNT);
                let ours = next_times(expression, ClockChanges::Systemd, &after, COUNT);
                let ours: Vec<i64> = ours.iter().map(|time| time.timestamp().as_second()).collect();
                assert_eq!(ours, expected, "{text} is {calendars:?}, after {after}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 200 * (4 * 5 + 2), "only {compared}: a zone has lost its changes of the clock");
}

/// A profile with its output in a file, and that of a user who has logged in.
fn profile(user: &User, name: &str) -> String {
    user.profile(name, "[output]\npath = \"out.csv\"").to_str().unwrap().to_owned()
}

#[test]
fn systemd_understands_the_units() {
    let user = User::logged_in();
    for name in ["p", "it's 100% \"mine\" $HOME \\ é"] {
        let profile = profile(&user, name);
        for more in [&["--jitter=5m"][..], &["--system", "--user=root"], &["--system", "--user=daemon"]] {
            let mut command =
                user.command(["schedule", &profile, "--cron", "0 3 13 * 5", "--backend", "systemd"]);
            let (folder, units) = units(command.args(more));
            verify(&units);
            drop(folder);
        }
    }
}

/// The units that this command would install, in a folder of their own.
fn units(command: &mut Command) -> (tempfile::TempDir, Vec<PathBuf>) {
    let shown = Outcome::of(command.arg("--json")).code(0).stdout;
    let planned: Value = serde_json::from_str(&shown).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let files = planned[0]["files"].as_array().unwrap();
    let write = |file: &Value| {
        let path = folder.path().join(Path::new(file["path"].as_str().unwrap()).file_name().unwrap());
        fs::write(&path, file["content"].as_str().unwrap()).unwrap();
        path
    };
    let units: Vec<PathBuf> = files.iter().map(write).collect();
    assert_eq!(units.len(), 2);
    (folder, units)
}

fn verify(units: &[PathBuf]) {
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(units).output().unwrap();
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
}

/// The exposure of a service that systemd reckons is a number from 0 to 10, the least is the best.
#[test]
fn a_service_of_the_system_is_exposed_little() {
    let user = User::new();
    fs::set_permissions(user.home(), fs::Permissions::from_mode(0o755)).unwrap();
    let more = "[auth]\nclient_secret = { file = \"${CREDENTIALS_DIRECTORY}/globus\" }\n[output]\npath = \"~/lists/p.csv\"\n";
    let profile = user.profile("p", more).to_str().unwrap().to_owned();
    let elsewhere = "--output=/srv/p.csv";
    for (account, exposure) in
        [(&[][..], "2.2"), (&["--user=daemon", elsewhere], "2.3"), (&["--user=root", elsewhere], "3.0")]
    {
        let mut command = user.command(["schedule", &profile, "--daily", "03:00", "--system"]);
        let (_folder, units) = units(command.args(account));
        verify(&units);
        let service = units.iter().find(|unit| unit.extension().is_some_and(|end| end == "service")).unwrap();
        let analyzed = Command::new("systemd-analyze")
            .args(["security", "--offline=yes", "--no-pager"])
            .arg(service)
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        let text = String::from_utf8(analyzed.stdout).unwrap();
        let (_, level) = text.rsplit_once("Overall exposure level for ").unwrap_or_else(|| panic!("{text}"));
        let level = level.split_whitespace().nth(1).unwrap();
        assert!(level.parse::<f64>().unwrap() <= exposure.parse().unwrap(), "{text}");
    }
}

/// What systemd does for a service with a user of its own, in a mount namespace: a folder of state, a credential, a file system that is
/// read-only for the rest, and a user without rights.
const LIKE_A_SERVICE: &str = r#"
set -e
mount -t tmpfs none /var/lib
mkdir /var/lib/globus-runner-p
mount --bind "$STATE" /var/lib/globus-runner-p
for folder in $FOLDERS; do mkdir -p "/var/lib/$folder"; chmod 700 "/var/lib/$folder"; done
mount -t tmpfs none /run
credentials=/run/credentials/globus-runner-p.service
mkdir -p $credentials
printf sandbox-secret-not-for-real-use >$credentials/globus
chmod 440 $credentials/globus
chown -R 61184:61184 "$STATE" $credentials
mount -o remount,bind,ro /
cd /
eval "exec setpriv --reuid=61184 --regid=61184 --clear-groups --no-new-privs --bounding-set=-all \
    env -i $VARIABLES CREDENTIALS_DIRECTORY=$credentials $START"
"#;

#[test]
fn a_user_that_owns_nothing_runs_the_profile() {
    let user = User::new();
    fs::set_permissions(user.home(), fs::Permissions::from_mode(0o755)).unwrap();
    let profile = include_str!("../profiles/groups.toml")
        .replace("61338d24-54d5-408f-a10d-66c06b59f6d2", "4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a");
    let more = "[auth]\nclient_secret = { file = \"${CREDENTIALS_DIRECTORY}/globus\" }\n\
                [output]\npath = \"~/lists/p.csv\"\n[hooks]\non_change = [\"sh\", \"-c\", \"id -u > ~/told\"]\n";
    let profile = user.write("p.toml", &format!("{profile}{more}"));
    let mut command = user.command(["schedule", profile.to_str().unwrap(), "--daily", "03:00", "--system"]);
    let (_folder, units) = units(&mut command);
    let service = fs::read_to_string(&units[0]).unwrap();
    let values = |key: &str| {
        let lines = service.lines().filter_map(|line| line.strip_prefix(key));
        lines.collect::<Vec<_>>().join(" ")
    };
    fs::create_dir(user.home().join("state")).unwrap();
    let mut run = Command::new("sh");
    run.args(["-c", LIKE_A_SERVICE]).current_dir(user.home());
    run.env("STATE", user.home().join("state")).env("FOLDERS", values("StateDirectory="));
    run.env("VARIABLES", values("Environment=")).env("START", values("ExecStart="));
    run.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let alone = ["unshare", "--mount", "--propagation", "private"];
    for _ in 0..2 {
        Outcome::of(&mut prefixed(&run, &alone)).code(0).stderr("");
    }
    assert!(user.read("state/lists/p.csv").starts_with("ID,Name,Roles\n"));
    assert_eq!(user.read("state/told"), "61184\n");
    // It has logged its runs, and kept its token.
    assert_eq!(fs::read_dir(user.home().join("state/globus-runner/runs")).unwrap().count(), 1);
    assert!(user.home().join("state/.list-my-globus-groups-tokens.json").is_file());
}

/// A private user manager of systemd installs the schedule twice, has its timer wait, runs the job, and forgets both.
const MANAGED: &str = r#"
set -e
# What tells systemd that the machine was booted with it.
mount -t tmpfs none /run
mkdir -p /run/systemd/system
mkdir -m 700 "$XDG_RUNTIME_DIR"
/lib/systemd/systemd --user --log-target=null &
manager=$!
trap 'kill "$manager"' EXIT
for try in $(seq 100); do [ ! -e "$XDG_RUNTIME_DIR/systemd/private" ] || break; sleep 0.1; done
for time in 02:00 03:00; do "$RUNNER" schedule "$PROFILE" --daily $time --install; done
timer=$(basename .config/systemd/user/globus-runner-*.timer)
systemctl --user is-enabled "$timer" >enabled
TZ=UTC systemctl --user show --property=NextElapseUSecRealtime --value "$timer" >next
systemctl --user start "${timer%.timer}.service"
"$RUNNER" schedule --json >listed
"$RUNNER" schedule "$PROFILE" --remove
systemctl --user list-units --all 'globus-runner-*' --no-legend >left
"#;

#[test]
fn a_user_manager_runs_the_profile() {
    let user = User::logged_in();
    let path = profile(&user, "it's 100% \"mine\"");
    let mut story = story(&user, MANAGED, &path);
    story.env("XDG_RUNTIME_DIR", user.home().join("run"));
    let alone = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc"];
    let outcome = Outcome::of(&mut prefixed(&story, &alone)).code(0);
    assert!(user.read("out.csv").starts_with("ID,Name,Roles\n"), "{outcome:#?}");
    assert_eq!(user.read("enabled"), "enabled\n");
    let listed: Value = serde_json::from_str(&user.read("listed")).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["profile"], path);
    assert_eq!(listed[0]["problems"], serde_json::json!([]));
    assert_eq!(listed[0]["last"]["exit_code"], 0);
    let next: Timestamp = listed[0]["next"][0].as_str().unwrap().parse().unwrap();
    assert_eq!(user.read("next"), format!("{}\n", next.strftime("%a %Y-%m-%d %H:%M:%S UTC")));
    assert_eq!(user.read("left"), "");
    assert_eq!(fs::read_dir(user.home().join(".config/systemd/user")).unwrap().count(), 0);
}

/// A script of the user, who has the real programs, `$RUNNER` and `$PROFILE`.
fn story(user: &User, script: &str, profile: &str) -> Command {
    let mut story = Command::new("sh");
    story.args(["-c", script]).env_clear().current_dir(user.home());
    story.envs(user.command([]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    story.env("PATH", "/usr/sbin:/usr/bin:/bin").env("PROFILE", profile).env("RUNNER", command_of_runner());
    story
}

/// A script that has a spool of its own, in which a private cron runs. The crontab of the machine stays hidden and as it is.
fn with_private_cron(command: &Command) -> Command {
    let script = "\
        set -e\n\
        mount -t tmpfs none /var/spool/cron\n\
        mkdir -m 1730 /var/spool/cron/crontabs\n\
        chgrp crontab /var/spool/cron/crontabs\n\
        mount -t tmpfs none /etc/cron.d\n\
        mount --bind /dev/null /etc/crontab\n\
        mount -t tmpfs none /run\n\
        exec \"$@\"";
    prefixed(
        &prefixed(command, &["sh", "-c", script, "sh"]),
        &["unshare", "--mount", "--propagation", "private"],
    )
}

/// Installs twice, has cron run the job, shows that it did, and removes it.
const STORY: &str = r#"
set -e
printf 'MAILTO=""\n# \351 and no end of the last line\n0 1 1 1 * true' >before
crontab -u root before 2>/dev/null || { echo >>before; crontab before; }
crontab -l >before
for time in 1 2; do "$RUNNER" schedule "$PROFILE" --cron '* * * * *' --backend crontab --install; done
crontab -l >installed
"$RUNNER" schedule --json >listed
cron
for second in $(seq 90); do [ ! -s out.csv ] || break; sleep 1; done
kill "$(cat /run/crond.pid)"
"$RUNNER" schedule "$PROFILE" --remove
crontab -l >after
"#;

#[test]
fn cron_runs_the_profile() {
    let user = User::logged_in();
    let path = profile(&user, "it's 100% \"mine\"");
    let story = story(&user, STORY, &path);
    let outcome = Outcome::of(&mut with_private_cron(&story)).code(0);
    let read = |name: &str| fs::read(user.home().join(name)).unwrap();
    assert!(user.read("out.csv").starts_with("ID,Name,Roles\n"), "{outcome:#?}");
    assert!(read("installed").starts_with(&read("before")));
    let installed = String::from_utf8_lossy(&read("installed")).into_owned();
    assert_eq!(installed.matches(" --scheduled ").count(), 1, "{installed}");
    let listed: Value = serde_json::from_slice(&read("listed")).unwrap();
    assert_eq!(listed[0]["profile"], path);
    assert_eq!(listed[0]["problems"], serde_json::json!([]));
    assert_eq!(read("after"), read("before"));
}

fn command_of_runner() -> &'static str {
    env!("CARGO_BIN_EXE_runner")
}

#[test]
fn kubernetes_takes_the_objects() {
    let user = User::new();
    let template = "{{! ü \t: # }}\n  {{#each groups}}\n{{id}}: \"{{name}}\"\n{{/each}}\n\n";
    user.write("odd.yaml.hbs", template);
    let text = "client_id = \"4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a\"\nstorage = \"memory\"\ntemplate = \"odd.yaml.hbs\"\n\
                scopes = [\"urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships\"]\n\
                [auth]\nclient_secret = { env = \"GLOBUS_CLIENT_SECRET\" }\n[output]\npath = \"/srv/groups/out.yaml\"\n";
    user.write("account.toml", text);
    let arguments = [
        "schedule",
        "./account.toml",
        "--cron",
        "*/15 8-17 * * mon-fri",
        "--backend=kubernetes",
        "--jitter=5m",
    ];
    let manifest = user.run(arguments).code(0).stderr("").stdout;
    let mut validate = Command::new(python("schedule"))
        .arg("interop/schedule/validate.py")
        .args(["1.27.0", "1.33.0", "1.37.0"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    validate.stdin.take().unwrap().write_all(manifest.as_bytes()).unwrap();
    let objects = Outcome::from(validate.wait_with_output().unwrap()).code(0);
    let objects: Value = serde_json::from_str(&objects.stdout).unwrap();
    assert_eq!(objects[0]["data"]["odd.yaml.hbs"], template);
    assert_eq!(objects[0]["data"]["account.toml"], text);
    let job = &objects[2]["spec"];
    assert_eq!(job["schedule"], "*/15 8-17 * * 1-5");
    let container = &job["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        container["args"],
        serde_json::json!([
            "run",
            "--jitter",
            "300s",
            "--scheduled",
            "-q",
            "/etc/globus-runner/profiles/account.toml"
        ])
    );
}

/// Runs the image's program in the image's root folder, as its user.
const IN_IMAGE: &str = r#"
set -e
tag=globus-runner-test:$$
container/build "$tag" "$RUNNER"
container=$(buildah from "$tag")
trap 'buildah rm "$container"; buildah rmi "$tag"' EXIT
root=$(buildah mount "$container")
[ ! -e "$root/bin/sh" ]
[ ! -e "$root/usr/bin/env" ]
buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$tag" >"$HOME/user"
env -i HOME=/var/lib/globus-runner /usr/sbin/chroot --userspec=65532:65532 "$root" /usr/bin/runner \
    -p groups --sandbox -o /var/lib/globus-runner/groups.csv
stat -c %u "$root/var/lib/globus-runner/groups.csv" >"$HOME/owner"
cp "$root/var/lib/globus-runner/groups.csv" "$HOME/groups.csv"
"#;

#[test]
fn the_image_runs_without_a_shell_and_without_root() {
    let user = User::new();
    Outcome::of(
        Command::new("bash")
            .args(["-c", IN_IMAGE])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("RUNNER", command_of_runner())
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", user.home()),
    )
    .code(0);
    assert_eq!(user.read("user").trim(), "65532:65532");
    assert_eq!(user.read("owner").trim(), "65532");
    assert!(user.read("groups.csv").starts_with("ID,Name,Roles\n"));
}

//! Runs that a signal or their deadline ends, at each of their steps: whatever tells how the run has ended tells the same.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use globus_sandbox::Fault;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::process::{more_groups_than_a_pipe_takes, send, wait_until};
use crate::support::{Received, Receiver, User};

const GROUPS_PATH: &str = "/v2/groups/my_groups";
const STATE: &str = ".local/state/globus-runner";
const FOREVER: Duration = Duration::from_secs(600);
/// A hook that says that it has begun, and does not end.
const ENDLESS: &str = "\"sh\", \"-c\", \"echo here; exec sleep 600\"";

/// What a run says whose hooks a signal has ended.
const DELIVERED: &str = "the output is delivered, and the next run that succeeds runs the hook";

/// A user with a profile `./p.toml` that writes `p.csv`, and whose hooks, pings, metrics and log tell how a run has ended.
struct Scene {
    user: User,
    receiver: Receiver,
}

impl Scene {
    /// With these hooks, which say nothing to `told` unless they want to, and these lines under `[run]`.
    fn new(hooks: &str, run: &str) -> Self {
        Self::with(Receiver::new(), hooks, run)
    }

    fn with(receiver: Receiver, hooks: &str, run: &str) -> Self {
        let scene = Self { user: User::logged_in(), receiver };
        scene.profile(hooks, run);
        let _ = fs::remove_dir_all(scene.user.home().join(STATE));
        scene
    }

    fn profile(&self, hooks: &str, run: &str) {
        let others = ["on_failure", "after"].map(|name| {
            let is_given = hooks.contains(&format!("{name} ="));
            let teller = format!("sh\", \"-c\", 'echo \"{name} $RUNNER_EXIT $RUNNER_ERROR\" >> told'");
            if is_given { String::new() } else { format!("{name} = [\"{teller}]\n") }
        });
        let all = format!("{hooks}{}", others.concat());
        let url = &self.receiver.url;
        let notify =
            format!("ping_url = \"{url}\"\nalways = true\nfailure = \"exit_code\"\ntextfile = \"p.prom\"\n");
        let lines = format!("[output]\npath = \"p.csv\"\n[hooks]\n{all}[notify]\n{notify}[run]\n{run}\n");
        self.user.profile("p", &lines);
    }

    fn start(&self) -> Running {
        self.start_with(["run", "./p.toml", "--log-format", "json"])
    }

    fn start_with<const N: usize>(&self, arguments: [&str; N]) -> Running {
        let mut command = self.user.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Running { child, lines }
    }

    fn hang_requests(&self) {
        self.user.sandbox.add_fault(Fault::delay(GROUPS_PATH, FOREVER).times(1));
    }

    fn wait_for_request(&self) {
        wait_until("the groups are requested", || {
            self.user.sandbox.requests().iter().any(|request| request.path == GROUPS_PATH)
        });
        self.user.sandbox.clear_requests();
    }

    /// The lines since the last call.
    fn told(&self) -> Vec<String> {
        let path = self.user.home().join("told");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        text.lines().map(|line| line.trim_end().to_owned()).collect()
    }

    fn last_run(&self) -> Value {
        let logs = fs::read_dir(self.user.home().join(STATE).join("runs")).unwrap();
        let lines = logs.map(|log| fs::read_to_string(log.unwrap().path()).unwrap());
        let mut last = lines.map(|log| serde_json::from_str::<Value>(log.lines().last().unwrap()).unwrap());
        last.find(|run| run["profile"] == self.key()).unwrap()
    }

    /// All tell that the run has ended so, also the hook `after` and the last ping.
    fn assert_told(&self, ended: &Ended, code: i32, message: &str) {
        self.assert_known(ended, code, message);
        let told = self.told();
        let mut expected = vec![format!("after {code} {message}").trim_end().to_owned()];
        if code != 0 {
            expected.insert(0, format!("on_failure {code} {message}"));
        }
        assert_eq!(told, expected);
        self.assert_pinged(code, message);
    }

    fn assert_pinged(&self, code: i32, message: &str) {
        let requests = self.receiver.requests();
        let [start, end] = <[Received; 2]>::try_from(requests).unwrap();
        assert_eq!(start.path, "/secret-uuid/start");
        let path = if code == 0 { String::new() } else { format!("/{code}") };
        assert_eq!(end.path, format!("/secret-uuid{path}"));
        assert!(end.body.ends_with(message), "{end:?}");
    }

    /// What the process, its messages, the log and the metrics tell.
    fn assert_known(&self, ended: &Ended, code: i32, message: &str) {
        assert_eq!(ended.code, Some(code), "{:#?}", ended.messages);
        let errors = ended.messages.iter().filter(|message| message["level"] == "error");
        let errors: Vec<(&str, &str)> = errors
            .map(|error| (error["kind"].as_str().unwrap(), error["message"].as_str().unwrap()))
            .collect();
        let kind = match code {
            130 => "interrupted",
            4 => "unreachable",
            _ => "failed",
        };
        assert_eq!(errors, if code == 0 { vec![] } else { vec![(kind, message)] });
        let last = self.last_run();
        assert_eq!(last["exit_code"], code, "{last}");
        assert_eq!(last["outcome"] == "failed", code != 0, "{last}");
        let status = self.user.run(["status", "./p.toml", "--json", "--history"]);
        let shown: Value = serde_json::from_str(&status.stdout).unwrap();
        assert_eq!(shown[0]["last_run"]["exit_code"], code);
        assert_eq!(shown[0]["last_run"]["kind"], if code == 0 { Value::Null } else { kind.into() });
        if code != 0 {
            assert_eq!(shown[0]["last_run"]["message"], message);
        }
        let metrics = self.user.read("p.prom");
        assert!(metrics.contains(&format!("last_run_exit_code{{profile=\"{}\"}} {code}\n", self.key())));
    }

    fn key(&self) -> String {
        self.user.home().canonicalize().unwrap().join("p.toml").display().to_string()
    }
}

struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

/// A run and what it has written to stderr since the last look.
struct Ended {
    code: Option<i32>,
    messages: Vec<Value>,
}

impl Running {
    /// Waits for this message.
    fn wait_for(&mut self, message: &str) {
        self.wait_until(|said| said == message);
    }

    fn wait_until(&mut self, is_meant: impl Fn(&str) -> bool) {
        let mut messages =
            self.lines.by_ref().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
        assert!(messages.any(|line| is_meant(line["message"].as_str().unwrap())));
    }

    fn end(mut self) -> Ended {
        let messages = self.lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        Ended { code: self.child.wait().unwrap().code(), messages }
    }

    fn ended_by(self, signal: Signal) -> Ended {
        send(signal, &self.child);
        self.end()
    }
}

#[test]
fn a_signal_while_the_groups_are_fetched() {
    let scene = Scene::new("", "");
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        scene.hang_requests();
        let run = scene.start();
        scene.wait_for_request();
        scene.assert_told(&run.ended_by(signal), 130, "interrupted");
        assert!(!scene.user.home().join("p.csv").exists());
    }
}

#[test]
fn a_signal_or_the_deadline_while_before_runs() {
    let scene = Scene::new(&format!("before = [{ENDLESS}]\n"), "");
    let mut run = scene.start();
    run.wait_for("before: here");
    let nothing = "while the hook `before` ran: nothing was fetched, and nothing was written";
    scene.assert_told(&run.ended_by(Signal::TERM), 130, &format!("interrupted {nothing}"));
    scene.profile(&format!("before = [{ENDLESS}]\n"), "deadline = 0.5");
    let message = format!("the deadline of 0.5 seconds passed {nothing}");
    scene.assert_told(&scene.start().end(), 4, &message);
    assert_eq!(scene.user.requests(), [""; 0]);
}

#[test]
fn a_signal_while_on_change_or_on_recovery_runs() {
    let scene = Scene::new(&format!("on_change = [{ENDLESS}]\n"), "");
    let check = |hook: &str| {
        let mut run = scene.start();
        run.wait_for(&format!("{hook}: here"));
        let message = format!("interrupted while the hook `{hook}` ran: {DELIVERED}");
        scene.assert_told(&run.ended_by(Signal::TERM), 130, &message);
        assert!(scene.user.read("p.csv").lines().count() > 8, "what is delivered stays so");
        assert_eq!(scene.last_run()["rows"], 8);
    };
    check("on_change");
    let told = "on_change = [\"sh\", \"-c\", \"echo change >> changes\"]\n";
    scene.profile(&format!("{told}on_recovery = [{ENDLESS}]\n"), "");
    check("on_recovery");
    assert_eq!(scene.user.read("changes"), "change\n");
    // The next run tells it.
    scene.profile("on_recovery = [\"sh\", \"-c\", \"echo recovered >> told\"]\n", "");
    scene.user.run(["run", "./p.toml"]).code(0);
    assert_eq!(scene.told(), ["recovered", "after 0"]);
}

#[test]
fn the_deadline_while_on_change_runs() {
    let scene = Scene::new(&format!("on_change = [{ENDLESS}]\n"), "deadline = \"5s\"");
    let message = format!("the deadline of 5 seconds passed while the hook `on_change` ran: {DELIVERED}");
    scene.assert_told(&scene.start().end(), 4, &message);
    assert!(scene.user.read("p.csv").lines().count() > 8, "what is delivered stays so");
    scene.profile("on_change = [\"sh\", \"-c\", \"echo change >> told\"]\n", "");
    scene.user.run(["run", "./p.toml"]).code(0);
    assert_eq!(scene.told(), ["change", "after 0"]);
}

#[test]
fn what_a_signal_keeps_from_running_is_owed() {
    // The hook of the file is ended, and that of the profile does not begin.
    let scene = Scene::new("", "");
    let own =
        "on_change = [\"sh\", \"-c\", 'test -e ready || { echo here; exec sleep 600; }; echo own >> told']\n";
    let all = "[hooks]\non_change = [\"sh\", \"-c\", 'echo all >> told']\n";
    scene.user.profile("p", &format!("[output]\npath = \"p.csv\"\n{own}{all}"));
    let mut run = scene.start();
    run.wait_for("on_change: here");
    assert_eq!(run.ended_by(Signal::TERM).code, Some(130));
    scene.user.write("ready", "");
    scene.user.run(["run", "./p.toml"]).code(0);
    scene.user.run(["run", "./p.toml"]).code(0);
    assert_eq!(scene.told(), ["own", "all"]);
}

#[test]
fn a_signal_while_the_end_is_told_changes_nothing_of_it() {
    // One that ends by itself.
    let after = "after = [\"sh\", \"-c\", 'echo \"after $RUNNER_EXIT $RUNNER_ERROR\" >> told; echo here; read go < fifo']\n";
    let scene = Scene::new(after, "");
    let fifo = scene.user.home().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut run = scene.start();
    run.wait_for("after: here");
    send(Signal::TERM, &run.child);
    fs::write(&fifo, "go\n").unwrap();
    scene.assert_told(&run.end(), 0, "");
    // One that does not has three seconds.
    scene.profile(&format!("after = [{ENDLESS}]\n"), "");
    let mut run = scene.start();
    run.wait_for("after: here");
    let ended = run.ended_by(Signal::TERM);
    let warning = "the hook `after` failed: a signal left no time for it";
    assert!(ended.messages.iter().any(|line| line["message"] == warning), "{:#?}", ended.messages);
    scene.assert_known(&ended, 0, "");
    scene.assert_pinged(0, "");
    assert_eq!(scene.last_run()["failed_hooks"][0], "after");
    // A failure stays the failure that it was.
    scene.profile(&format!("before = [\"false\"]\non_failure = [{ENDLESS}]\n"), "");
    let mut run = scene.start();
    run.wait_for("on_failure: here");
    let ended = run.ended_by(Signal::INT);
    let message = "the hook `before` failed: it ended with exit status: 1";
    scene.assert_known(&ended, 1, message);
    scene.assert_pinged(1, message);
    assert_eq!(scene.told(), [format!("after 1 {message}")]);
}

#[test]
fn a_second_signal_ends_at_once() {
    // A hook that does not want to end.
    let endless = "[\"sh\", \"-c\", \"trap '' TERM; echo here; while :; do sleep 0.1; done\"]";
    let scene = Scene::new(&format!("before = [\"false\"]\non_failure = {endless}\n"), "");
    let mut run = scene.start();
    run.wait_for("on_failure: here");
    send(Signal::TERM, &run.child);
    // Two that arrive at once are one.
    wait_until("the first one has arrived", || !is_pending(&run.child, Signal::TERM));
    let ended = run.ended_by(Signal::INT);
    scene.assert_known(&ended, 1, "the hook `before` failed: it ended with exit status: 1");
    assert_eq!(scene.told(), [""; 0], "no hook runs any more");
    assert_eq!(scene.receiver.paths(), ["/start"], "nor is anything pinged");
    assert_eq!(scene.last_run()["failed_hooks"], json!(["on_failure", "after"]));
}

fn is_pending(child: &Child, signal: Signal) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let pending = status.lines().filter(|line| line.starts_with("SigPnd:") || line.starts_with("ShdPnd:"));
    let masks = pending.map(|line| u64::from_str_radix(line[7..].trim(), 16).unwrap());
    masks.fold(0, |all, mask| all | mask) & (1 << (signal.as_raw() - 1)) != 0
}

#[test]
fn a_signal_while_a_run_waits_for_another_one() {
    let scene = Scene::new("", "");
    scene.user.profile("q", "[output]\npath = \"p.csv\"");
    scene.hang_requests();
    let first = scene.start_with(["run", "./q.toml", "--log-format", "json"]);
    scene.wait_for_request();
    let mut run = scene.start_with(["run", "./p.toml", "--log-format", "json", "-v"]);
    run.wait_until(|message| message.starts_with("waiting: another run writes to `"));
    let ended = run.ended_by(Signal::TERM);
    assert_eq!(ended.code, Some(130));
    assert_eq!(first.ended_by(Signal::TERM).code, Some(130));
    assert_eq!(scene.told(), ["on_failure 130 interrupted", "after 130 interrupted"]);
    assert_eq!(scene.receiver.paths(), ["/130"]);
}

#[test]
fn a_signal_before_a_run_has_begun_is_logged_and_heard_of_by_none() {
    let scene = Scene::new("", "");
    let mut run = scene.start_with(["run", "./p.toml", "--log-format", "json", "-v", "--jitter", "24h"]);
    run.wait_until(|message| message.starts_with("waiting "));
    let ended = run.ended_by(Signal::TERM);
    scene.assert_known(&ended, 130, "interrupted: the run had not begun");
    assert_eq!(scene.told(), [""; 0]);
    assert_eq!(scene.receiver.paths(), [""; 0]);
    assert_eq!(scene.user.requests(), [""; 0]);
    // A run of several is logged for each.
    scene.user.profile("q", "[output]\npath = \"q.csv\"");
    let jitter = ["run", "./p.toml", "./q.toml", "--jitter", "24h", "--log-format", "json", "-v"];
    let mut run = scene.start_with(jitter);
    run.wait_until(|message| message.starts_with("waiting "));
    assert_eq!(run.ended_by(Signal::TERM).code, Some(130));
    let status = scene.user.run(["status", "./q.toml", "--json"]).code(130).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status[0]["last_run"]["message"], "interrupted: the run had not begun");
}

#[test]
fn a_signal_while_stdout_takes_nothing_replaces_no_file() {
    let scene = Scene::new("", "");
    scene.user.sandbox.set_groups(more_groups_than_a_pipe_takes());
    scene.user.profile("p", "[[output]]\npath = \"p.csv\"\n[[output]]\n");
    let mut command = scene.user.command(["run", "./p.toml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    std::io::Read::read_exact(&mut out, &mut [0; 100]).unwrap();
    send(Signal::TERM, &child);
    let outcome = crate::support::Outcome::from(child.wait_with_output().unwrap());
    outcome.code(130).stderr("error: interrupted: the output waited for the reader of stdout\n");
    assert!(!scene.user.home().join("p.csv").exists());
    assert_eq!(scene.last_run()["exit_code"], 130);
}

#[test]
fn a_signal_while_another_profile_is_at_work_leaves_what_is_done() {
    let scene = Scene::new("", "");
    scene.user.profile("q", "[output]\npath = \"q.csv\"");
    let on_change = format!("on_change = [{ENDLESS}]\n");
    scene.profile(&on_change, "");
    let mut run = scene.start_with(["run", "./q.toml", "./p.toml", "--log-format", "json"]);
    run.wait_for("on_change: here");
    wait_until("the other one is delivered", || scene.user.home().join("q.csv").exists());
    let ended = run.ended_by(Signal::TERM);
    scene.assert_told(&ended, 130, &format!("interrupted while the hook `on_change` ran: {DELIVERED}"));
    let status = scene.user.run(["status", "./q.toml", "--json"]).code(0).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status[0]["last_run"]["outcome"], "written");
}

#[test]
fn json_has_what_was_delivered_before_the_signal() {
    let scene = Scene::new(&format!("on_change = [{ENDLESS}]\n"), "");
    let mut command = scene.user.command(["run", "./p.toml", "--json", "--log-format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut run = Running { child, lines };
    run.wait_for("on_change: here");
    send(Signal::TERM, &run.child);
    let outcome = run.child.wait_with_output().unwrap();
    assert_eq!(outcome.status.code(), Some(130));
    let shown: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!((&shown[0]["outcome"], &shown[0]["exit_code"]), (&"failed".into(), &130.into()));
    assert_eq!(shown[0]["problems"][0]["kind"], "interrupted");
    assert_eq!(shown[0]["outputs"][0]["outcome"], "written");
    assert_eq!(shown[0]["outputs"][0]["rows"], 8);
}

/// The code that a run has ended with, which all tell.
fn assert_consistent(scene: &Scene, ended: &Ended, context: &str) -> i32 {
    let code = ended.code.unwrap_or_else(|| panic!("{context}: it was killed: {:#?}", ended.messages));
    let last = scene.last_run();
    assert_eq!(last["exit_code"], code, "{context}: {last}");
    let message = if code == 0 { "" } else { last["message"].as_str().unwrap() };
    scene.assert_told(ended, code, message);
    code
}

#[test]
fn a_signal_at_any_step() {
    let hook = "[\"sh\", \"-c\", \"echo $RUNNER_HOOK\"]";
    let scene = Scene::new(&format!("before = {hook}\non_change = {hook}\non_recovery = {hook}\n"), "");
    let mut codes = Vec::new();
    // After each line that it prints.
    for line in 0.. {
        scene.user.write("p.csv", "old\n");
        let mut run = scene.start_with(["run", "./p.toml", "--log-format", "json", "-vv"]);
        let mut lines = run.lines.by_ref().skip(line);
        if lines.next().is_none() {
            run.end();
            break;
        }
        let context = format!("after line {line}");
        codes.push(assert_consistent(&scene, &run.ended_by(Signal::TERM), &context));
        let output = scene.user.read("p.csv");
        let is_new = output.lines().count() > 8;
        assert!(is_new || output == "old\n" && codes.ends_with(&[130]), "{context}: {output}");
    }
    assert!(codes.len() > 5 && codes[0] == 130 && codes.ends_with(&[0]), "{codes:?}");
}

#[test]
fn a_signal_while_many_files_are_renamed() {
    let scene = Scene::new("", "");
    let folder = scene.user.home().join("lists");
    fs::create_dir(&folder).unwrap();
    let text = fs::read_to_string(scene.user.home().join("p.toml")).unwrap();
    let each = "for_each = \"groups\"\npath = \"lists/{{id}}.csv\"";
    scene.user.write("p.toml", &text.replace("path = \"p.csv\"", each));
    scene.user.sandbox.set_groups(more_groups_than_a_pipe_takes());
    let files = || {
        let paths = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| path.extension().is_some_and(|end| end == "csv")).count()
    };
    let run = scene.start();
    wait_until("the first file is there", || files() > 0);
    // What has begun is completed, and nothing else of it is left to do.
    let ended = run.ended_by(Signal::TERM);
    assert_eq!(assert_consistent(&scene, &ended, "without hooks"), 0);
    assert_eq!((files(), scene.last_run()["rows"].as_u64()), (2000, Some(2000)));
}

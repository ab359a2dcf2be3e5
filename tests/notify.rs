//! `[notify]`: pings of a monitoring service, and metrics for Prometheus.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use globus_sandbox::Fault;
use rustix::process::Signal;

use crate::support::process::{send, wait_until};
use crate::support::{Outcome, Received, Receiver, User, mode};

const GROUPS_PATH: &str = "/v2/groups/my_groups";

/// A user whose profile `./p.toml` writes `p.csv` and has these lines under `[notify]`.
fn user_with(notify: &str) -> User {
    let user = User::logged_in();
    user.profile("p", &format!("[output]\npath = \"p.csv\"\n[notify]\n{notify}"));
    user
}

fn ping_url(receiver: &Receiver) -> String {
    format!("ping_url = \"{}\"\n", receiver.url)
}

fn scheduled(user: &User) -> Outcome {
    user.run(["run", "--scheduled", "-q", "./p.toml"])
}

#[test]
fn a_scheduled_run_pings_when_it_starts_and_when_it_ends() {
    let receiver = Receiver::new();
    let user = user_with(&ping_url(&receiver));
    scheduled(&user).code(0).stderr("");
    let [start, end] = receiver.requests().try_into().unwrap();
    let Received { method, path, query, body } = start;
    assert_eq!((method.as_str(), path.as_str(), body.as_str()), ("POST", "/secret-uuid/start", ""));
    assert!(query.starts_with("rid=") && query.len() == 40, "{query}");
    assert_eq!((end.path.as_str(), &end.query), ("/secret-uuid", &query));
    assert!(end.body.starts_with("8 groups, 563 bytes to `"), "{end:?}");
    // A run by hand does not, unless the profile says so.
    user.run(["run", "./p.toml"]).code(0);
    user.run(["run", "--scheduled", "./p.toml", "--sandbox"]).code(0);
    assert_eq!(receiver.paths(), [""; 0]);
    let user = user_with(&format!("{}always = true", ping_url(&receiver)));
    user.run(["--profile", "./p.toml"]).code(0);
    assert_eq!(receiver.paths(), ["/start", ""]);
}

#[test]
fn a_failure_is_told_apart_with_its_message() {
    let receiver = Receiver::new();
    let user = user_with(&ping_url(&receiver));
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 400).times(1));
    scheduled(&user).code(1);
    let requests = receiver.requests();
    assert_eq!(requests[1].path, "/secret-uuid/fail");
    assert!(requests[1].body.starts_with("exit 1: failed: Globus Groups"), "{requests:?}");
    fs::remove_file(user.token_file()).unwrap();
    scheduled(&user).code(3);
    assert!(receiver.requests()[1].body.starts_with("exit 3: login needed: "));

    let user = user_with(&format!("{}failure = \"exit_code\"", ping_url(&receiver)));
    user.write("t.csv.hbs", "{{#if}}");
    fs::remove_file(user.token_file()).unwrap();
    scheduled(&user).code(3);
    assert_eq!(receiver.paths(), ["/start", "/3"]);
    // A mistake in the template, before anything begins.
    user.run(["run", "--scheduled", "./p.toml", "--template", "./t.csv.hbs"]).code(2);
    assert_eq!(receiver.paths(), ["/2"]);
}

#[test]
fn a_message_holds_no_secret_and_is_short() {
    let receiver = Receiver::new();
    let user = user_with(&ping_url(&receiver));
    let secret = user.token()["access_token"].as_str().unwrap().to_owned();
    let word = "Ag0wx4Y1kK9bJmVvZ2D7nEr3oQpLxYzabcdefgh12XyZ";
    let body = format!("{{\"code\": \"X\", \"message\": \"{secret} {word} {}\"}}", "x".repeat(50_000));
    user.sandbox.add_fault(Fault::text(GROUPS_PATH, 400, &body).times(1));
    scheduled(&user).code(1).never_says(&receiver.url);
    let text = receiver.requests().remove(1).body;
    assert!(!text.contains(&secret) && !text.contains(word) && text.len() <= 10_000, "{text}");
}

#[test]
fn a_ping_that_fails_is_a_warning_without_the_url() {
    for (statuses, why) in [
        (&[404, 404][..], "it answers 404: there is no such check"),
        (&[302, 302], "it answers 302: it redirects, which is not followed"),
    ] {
        let receiver = Receiver::answering(statuses);
        let user = user_with(&ping_url(&receiver));
        let warning = format!("warning: can't ping 127.0.0.1: {why}\n");
        scheduled(&user).code(0).stderr(&warning);
        let all = user.run(["run", "--scheduled", "-vv", "./p.toml"]).code(0);
        all.never_says("secret-uuid");
        assert!(user.read("p.csv").lines().count() > 8);
    }
}

#[test]
fn a_ping_is_sent_again_and_in_order() {
    let receiver = Receiver::answering(&[500, 200, 503]);
    let user = user_with(&ping_url(&receiver));
    scheduled(&user).code(0).stderr("");
    assert_eq!(receiver.paths(), ["/start", "/start", "", ""]);
}

#[test]
fn a_service_that_does_not_answer_holds_up_no_run() {
    // It answers the first ping once the output is there.
    let user = User::logged_in();
    let output = user.home().join("p.csv");
    let receiver = Receiver::with(move |request| {
        wait_until("the output is delivered", || output.exists());
        Some(if request.path.ends_with("/start") { 503 } else { 200 })
    });
    let profile = |receiver: &Receiver| {
        user.profile("p", &format!("[output]\npath = \"p.csv\"\n[notify]\n{}", ping_url(receiver)));
    };
    profile(&receiver);
    scheduled(&user).code(0).stderr("");
    let paths = receiver.paths();
    let (last, starts) = paths.split_last().unwrap();
    assert!(last.is_empty() && starts.iter().all(|path| path == "/start") && !starts.is_empty(), "{paths:?}");
    // It answers none, also not while the program that knows its URL has not ended.
    let receiver = Receiver::with(|_| None);
    profile(&receiver);
    let began = Instant::now();
    scheduled(&user).code(0).stderr("warning: can't ping 127.0.0.1: no response within 5 seconds\n");
    assert!(began.elapsed() < Duration::from_secs(18), "both pings have ten seconds together");
    assert_eq!(receiver.paths(), ["/start", ""]);
    user.profile("p", "[output]\npath = \"p.csv\"\n[notify]\nping_url = { command = [\"sleep\", \"600\"] }");
    scheduled(&user).code(0).stderr("warning: nothing is pinged: the URL was not read within 5 seconds\n");
}

#[test]
fn a_signal_leaves_a_ping_two_seconds() {
    let receiver = Receiver::with(|request| request.path.ends_with("/start").then_some(200));
    let user = user_with(&ping_url(&receiver));
    let child =
        user.command(["run", "--scheduled", "-q", "./p.toml"]).stderr(Stdio::piped()).spawn().unwrap();
    receiver.wait_for(2);
    send(Signal::TERM, &child);
    Outcome::from(child.wait_with_output().unwrap())
        .code(0)
        .stderr("warning: can't ping how the run ended: a signal left no time for it\n");
}

#[test]
fn the_url_can_be_a_secret_that_is_not_in_the_profile() {
    let receiver = Receiver::new();
    let user = user_with("ping_url = { file = \"url\" }");
    user.write("url", &format!("{}?create=1\n", receiver.url));
    scheduled(&user)
        .code(0)
        .says(["warning: nothing is pinged: can't use the URL to ping in `", "its mode is 0644"]);
    fs::set_permissions(user.home().join("url"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    scheduled(&user).code(0).stderr("");
    let requests = receiver.requests();
    assert_eq!(requests[0].path, "/secret-uuid/start");
    assert!(requests[0].query.starts_with("create=1&rid="), "{requests:?}");
    let user = user_with("ping_url = { command = [\"sh\", \"-c\", \"cat url\"] }");
    user.write("url", &format!("{}/\n", receiver.url));
    scheduled(&user).code(0).stderr("");
    assert_eq!(receiver.paths(), ["/start", ""]);
    let user = user_with("ping_url = { env = \"URL\" }");
    scheduled(&user).code(0).says([
        "nothing is pinged: the environment variable URL does not hold the URL to ping: it is not set",
    ]);
    let user = user_with("ping_url = { command = [\"echo\", \"ftp://secret\"] }");
    scheduled(&user)
        .code(0)
        .stderr("warning: nothing is pinged: the URL to ping is not usable: it is neither http nor https\n");
}

#[test]
fn no_command_shows_the_url() {
    let user = user_with("ping_url = \"https://hc-ping.com/c0ffee\"\nalwys = true");
    user.run(["check", "./p.toml"]).code(2).never_says("c0ffee").says(["did you mean `always`"]);
    let user = user_with("ping_url = \"https://hc-ping.com/c0ffee\"");
    let shown = user.run(["show", "./p.toml"]).code(0).never_says("c0ffee");
    assert!(shown.stdout.contains("ping_url = \"https://hc-ping.com/***\""), "{shown:#?}");
    assert!(shown.stdout.contains("timeout = 60"), "the defaults are there: {shown:#?}");
    user.run(["show", "./p.toml", "--json"]).code(0).never_says("c0ffee");
    for wrong in [
        "pign_url = \"https://hc-ping.com/c0ffee\"",
        "ping_url = \"hc-ping.com/c0ffee\"",
        "ping_url = \"https://hc-ping.com/c0ffee",
    ] {
        let user = user_with(wrong);
        user.run(["check", "./p.toml"]).code(2).never_says("c0ffee");
    }
}

#[test]
fn metrics_are_written_for_node_exporter() {
    let user = user_with("textfile = \"metrics/p.prom\"");
    scheduled(&user).code(0).says(["can't write the metrics to `"]);
    fs::create_dir(user.home().join("metrics")).unwrap();
    user.run(["--profile", "./p.toml"]).code(0).stderr("");
    assert_eq!(mode(&user.home().join("metrics/p.prom")), 0o644);
    let text = user.read("metrics/p.prom");
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("globus_runner_{name}{{")));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
    };
    let home = user.home().canonicalize().unwrap();
    assert!(text.contains(&format!("{{profile=\"{}/p.toml\"}}", home.display())), "{text}");
    assert_eq!((value("rows"), value("last_run_exit_code")), (Some(8.0), Some(0.0)));
    assert_eq!((value("last_run_requests"), value("last_run_retries")), (Some(1.0), Some(0.0)));
    assert_eq!(value("last_success_timestamp_seconds"), value("last_run_timestamp_seconds"));
    let five_months = 150.0 * 86_400.0;
    assert!(value("login_needed_seconds").is_some_and(|left| left > five_months), "{text}");
    // A failure keeps the last success.
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 503).times(1).retry_after("0"));
    user.sandbox.add_fault(Fault::status(GROUPS_PATH, 400).times(1));
    let success = value("last_success_timestamp_seconds");
    user.run(["--profile", "./p.toml"]).code(1);
    let text = user.read("metrics/p.prom");
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("globus_runner_{name}{{")));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
    };
    assert_eq!((value("rows"), value("last_run_exit_code")), (None, Some(1.0)));
    assert_eq!((value("last_run_requests"), value("last_run_retries")), (Some(2.0), Some(1.0)));
    assert_eq!(value("last_success_timestamp_seconds"), success);
    // A sandbox writes none.
    user.run(["--profile", "./p.toml", "--sandbox"]).code(0);
    assert_eq!(user.read("metrics/p.prom"), text);
}

#[test]
fn a_file_of_others_is_never_replaced_by_metrics() {
    let user = user_with("textfile = \"x.prom\"");
    user.write("x.prom", "node_x 1\n");
    let warning = "another profile or program has written it, and each profile needs its own\n";
    user.run(["--profile", "./p.toml"]).code(0).says([warning]);
    assert_eq!(user.read("x.prom"), "node_x 1\n");
    fs::remove_file(user.home().join("x.prom")).unwrap();
    user.run(["--profile", "./p.toml"]).code(0).stderr("");
    user.profile("q", "[output]\npath = \"q.csv\"\n[notify]\ntextfile = \"x.prom\"");
    user.run(["--profile", "./q.toml"]).code(0).says([warning]);
    assert!(user.read("x.prom").contains("/p.toml"));
}

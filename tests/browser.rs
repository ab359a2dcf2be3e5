//! Logging in with a browser that calls back to this machine.

use std::collections::HashMap;
use std::net::TcpStream;

use globus_sandbox::Sandbox;
use url::Url;

use crate::support::browser::{get, get_from, other};
use crate::support::{Browser, MY_GROUPS, TOKEN, User};

const LOGIN: [&str; 3] = ["login", "groups", "--browser"];

fn parameters(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

fn approved(sandbox: &Sandbox, browser: &Browser) -> Url {
    sandbox.approve_redirect(&browser.address()).unwrap()
}

#[test]
fn the_callback_of_the_browser_logs_in() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    terminal.shows("A browser opens now: log in to Globus there.").shows("Code: ");
    let page = get(&approved(&user.sandbox, &browser));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("You are logged in"), "{page:#?}");
    let outcome = terminal.wait_for_end().code(0).stdout("").says(["note: logged in; the tokens are in `"]);
    assert_eq!(outcome.stderr.matches("Code: ").count(), 1);
    assert!(user.token()["refresh_token"].is_string());
    assert_eq!(user.requests(), [TOKEN]);
    user.run(["--profile", "groups"]).code(0);
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn a_run_uses_the_browser_too() {
    let user = User::new();
    let browser = Browser::of(&user);
    user.profile("mine", "[auth]\nlogin = \"browser\"");
    let mut terminal = user.terminal_with(&browser, ["--profile", "./mine.toml"]);
    get(&approved(&user.sandbox, &browser));
    let outcome = terminal.wait_for_end().code(0);
    assert!(outcome.stdout.starts_with("ID,Name,Roles\n"));
}

#[test]
fn the_callback_server_listens_on_localhost_on_both_protocols() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let query = parameters(&browser.address());
    let redirect = Url::parse(&query["redirect_uri"]).unwrap();
    let port = redirect.port().unwrap();
    assert_eq!(query["redirect_uri"], format!("http://localhost:{port}"));
    assert_eq!((query["code_challenge"].len(), query["code_challenge_method"].as_str()), (43, "S256"));
    // The other address is a login of its own.
    let elsewhere = parameters(&terminal.login_url());
    assert_ne!(elsewhere["state"], query["state"]);
    assert_ne!(elsewhere["code_challenge"], query["code_challenge"]);
    let back = approved(&user.sandbox, &browser);
    let six = if TcpStream::connect(("::1", port)).is_ok() { "::1" } else { "127.0.0.1" };
    assert!(get_from(six, &back).body.contains("You are logged in"));
    terminal.wait_for_end().code(0);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the server has stopped");
}

#[test]
fn the_page_loads_nothing_and_says_who_logged_in() {
    let user = User::new();
    let browser = Browser::of(&user);
    let groups = "urn:globus:auth:scope:groups.api.globus.org:all";
    user.profile_with_scopes("who", &["openid", "profile", groups], "");
    let mut terminal = user.terminal_with(&browser, ["login", "./who.toml", "--browser"]);
    let page = get(&approved(&user.sandbox, &browser));
    assert!(page.body.contains("ada@example.edu"), "{page:#?}");
    for header in ["content-security-policy: default-src 'none'", "cache-control: no-store", "no-referrer"] {
        assert!(page.head.contains(header), "{page:#?}");
    }
    let body = page.body.to_lowercase();
    for outside in ["http:", "https:", "src=", "<script", "url(", "@import"] {
        assert!(!body.contains(outside), "{outside} in {body}");
    }
    terminal.wait_for_end().code(0).says(["logged in as ada@example.edu (a6e8f3b2-"]);
    assert_eq!(user.token()["username"], "ada@example.edu");
}

#[test]
fn a_callback_with_another_state_is_refused_and_the_login_goes_on() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let back = approved(&user.sandbox, &browser);
    let code = parameters(&back)["code"].clone();
    for query in
        [format!("code={code}&state=forged"), format!("code={code}"), "error=no".to_owned(), String::new()]
    {
        let mut forged = back.clone();
        forged.set_query(Some(&query));
        let page = get(&forged);
        assert_eq!(page.status, 400, "{query}");
        assert!(page.body.contains("for another login"), "{page:#?}");
    }
    let mut elsewhere = back.clone();
    elsewhere.set_path("/favicon.ico");
    assert_eq!(get(&elsewhere).status, 404);
    assert_eq!(user.requests(), [""; 0], "no code was exchanged");
    assert_eq!(get(&back).status, 200);
    terminal.wait_for_end().code(0);
}

#[test]
fn a_link_checker_does_not_use_the_code() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let back = approved(&user.sandbox, &browser);
    assert_eq!(other("HEAD", &back).status, 204);
    let refused = other("POST", &back);
    assert_eq!(refused.status, 405);
    assert!(refused.head.contains("allow: get,head"), "{refused:#?}");
    assert_eq!(get(&back).status, 200);
    terminal.wait_for_end().code(0);
}

#[test]
fn a_login_denied_in_the_browser_ends() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let page = get(&user.sandbox.deny_redirect(&browser.address()).unwrap());
    assert!(page.body.contains("The login did not work"), "{page:#?}");
    assert!(page.body.contains("<p>The user denied the request</p>"), "{page:#?}");
    terminal.wait_for_end().code(3).says([
        "error: the login was denied in the browser: The user denied the request",
        "help: try again with `runner login groups`",
    ]);
    assert!(!user.token_file().exists());
}

#[test]
fn a_hostile_reason_stays_text() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let mut back = user.sandbox.deny_redirect(&browser.address()).unwrap();
    let state = parameters(&back)["state"].clone();
    back.query_pairs_mut().clear().extend_pairs([
        ("error", "access_denied"),
        ("error_description", "<script>alert(1)</script> {next} \u{1b}[31m"),
        ("state", &state),
    ]);
    let page = get(&back);
    assert!(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt; {next}"), "{page:#?}");
    terminal.wait_for_end().code(3).never_says("\u{1b}[31m");
}

#[test]
fn a_code_can_be_typed_while_the_browser_waits() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let back = browser.address();
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    assert!(user.token()["access_token"].is_string());
    let port = Url::parse(&parameters(&back)["redirect_uri"]).unwrap().port().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn the_address_a_browser_on_another_device_ends_at_can_be_pasted() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    terminal.shows("Code: ");
    let back = approved(&user.sandbox, &browser);
    let mut forged = back.clone();
    forged.set_query(Some("code=x&state=forged"));
    terminal.type_line(forged.as_str()).shows("belongs to another login").shows("Code: ");
    terminal.type_line(back.as_str()).wait_for_end().code(0);
}

#[test]
fn a_rejected_code_shows_on_the_page_and_can_be_replaced() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    let good = approved(&user.sandbox, &browser);
    let state = parameters(&good)["state"].clone();
    let mut wrong = good.clone();
    wrong.query_pairs_mut().clear().extend_pairs([("code", "wrong"), ("state", &state)]);
    let page = get(&wrong);
    assert!(page.body.contains("The login did not work"), "{page:#?}");
    terminal.shows("That code was rejected").shows("Code: ");
    assert!(get(&good).body.contains("You are logged in"));
    terminal.wait_for_end().code(0);
}

#[test]
fn a_login_times_out() {
    let user = User::new();
    let browser = Browser::of(&user);
    user.profile("hasty", "[auth]\nlogin_timeout = 0.2");
    for flow in ["--browser", "--paste"] {
        let mut terminal = user.terminal_with(&browser, ["login", "./hasty.toml", flow]);
        terminal
            .wait_for_end()
            .code(3)
            .says(["error: the login timed out: no code came within less than a second", "/hasty.toml`"]);
    }
}

#[test]
fn control_c_ends_it() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut terminal = user.terminal_with(&browser, LOGIN);
    browser.address();
    terminal.shows("Code: ").press_control('c');
    terminal.wait_for_end().code(130).says(["error: interrupted"]);
    assert!(!user.token_file().exists());
}

#[test]
fn without_a_browser_the_prompt_still_asks_for_the_code() {
    let user = User::new();
    let mut command = user.command(LOGIN);
    // No browser, and no program that opens one.
    command.env("PATH", user.home()).env("DISPLAY", ":0");
    let mut terminal = crate::support::Terminal::open(&command, user.home());
    terminal.shows("No browser can be opened here");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
}

#[test]
fn no_browser_is_promised_where_none_can_be_seen() {
    let user = User::new();
    let mut command = user.command(LOGIN);
    command.env_remove("BROWSER");
    let mut terminal = crate::support::Terminal::open(&command, user.home());
    terminal
        .shows("No browser can be opened here: there is no display.\r\n\r\nOpen this address on any device");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).never_says("opens now");

    let any = user.write("bin/x-www-browser", "#!/bin/sh\n");
    std::fs::set_permissions(&any, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    command.env("DISPLAY", ":0").env("SSH_CONNECTION", "a 1 b 2").env("PATH", user.home().join("bin"));
    let mut terminal = crate::support::Terminal::open(&command, user.home());
    terminal
        .shows("Asked for a browser, but this is a session over SSH: it may open elsewhere, or not at all.");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).never_says("opens now");
}

#[test]
fn a_text_browser_is_not_opened_over_the_prompt() {
    let user = User::new();
    let lynx = user.write("lynx", "#!/bin/sh\necho SCREEN OF LYNX\n");
    std::fs::set_permissions(&lynx, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = user.command(LOGIN);
    command.env("BROWSER", &lynx);
    let mut terminal = crate::support::Terminal::open(&command, user.home());
    terminal.shows("No browser can be opened here: $BROWSER is a text browser.");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("").never_says("SCREEN");
}

#[test]
fn over_ssh_no_browser_is_opened() {
    let user = User::new();
    let browser = Browser::of(&user);
    let mut command = user.command(["login", "groups"]);
    command.env("BROWSER", browser.program()).env("DISPLAY", ":0").env("SSH_CONNECTION", "a 1 b 2");
    let mut terminal = crate::support::Terminal::open(&command, user.home());
    terminal.shows("Log in to Globus with a browser, on any device:");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0);
    assert!(!user.home().join("opened-in-browser").exists());
}

#[test]
fn a_login_needs_a_terminal() {
    let user = User::new();
    user.run(LOGIN).code(3).stdout("").says([
        "error: can't log in here: there is no terminal",
        "help: use `runner login groups` at a terminal",
    ]);
    assert_eq!(user.requests(), [""; 0]);
}

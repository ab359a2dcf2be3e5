//! Logging in with a real browser: a Chromium that clicks through the sandbox's consent page to the page on
//! this machine. What the profile `groups-html` makes is read with it too.

mod groups_page;
mod person;
mod webdriver;

use globus_sandbox::Options;
use serde_json::json;
use url::Url;

use crate::support::{MY_GROUPS, TOKEN, User};
use person::Person;

const LOGIN: [&str; 3] = ["login", "groups", "--browser"];

/// The titles of the pages.
const CONSENT: &str = "Log in to the Globus sandbox";
const LOGGED_IN: &str = "You are logged in";
const FAILED: &str = "The login did not work";
const OTHER_LOGIN: &str = "This page is for another login";

/// The consent page, and what it sends.
const ASK: &str = "GET /v2/oauth2/authorize";
const DECIDE: &str = "POST /v2/oauth2/authorize";

/// What would be seen at once where it is taken for HTML.
const HOSTILE: &str =
    "<b>Bold</b><script>document.title = 'taken over'</script><img src=x onerror=alert(1)> \"'&amp;";

impl Person {
    /// Nothing went wrong in the browser, and it called nobody but the sandbox and the page of the login.
    #[track_caller]
    fn was_well_served(&self, user: &User, login: &Url) {
        assert_eq!(self.console(), [""; 0]);
        self.called_nobody_else(user, login);
    }

    #[track_caller]
    fn called_nobody_else(&self, user: &User, login: &Url) {
        let known = [user.sandbox.url().origin(), landing(login).origin()];
        // Chromium starts with a page of its own.
        let inside = |url: &Url| ["chrome", "chrome-untrusted", "data"].contains(&url.scheme());
        let requests = self.requests();
        assert!(requests.iter().any(|url| known.contains(&url.origin())), "{requests:#?}");
        assert!(requests.iter().all(|url| known.contains(&url.origin()) || inside(url)), "{requests:#?}");
    }

    /// The browser tells of an answer with this status, and of nothing else.
    #[track_caller]
    fn was_told_of(&self, status: u16) {
        let console = self.console();
        let told = |line: &String| line.contains(&format!("responded with a status of {status}"));
        assert!(console.len() == 1 && console.iter().all(told), "{console:#?}");
    }
}

/// Where a login comes back to.
fn landing(login: &Url) -> Url {
    let redirect = login.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1;
    Url::parse(&redirect).unwrap()
}

/// The built-in profile, with the scopes that say who logged in, and these lines in addition.
fn named_profile(more: &str) -> String {
    let profile = include_str!("../profiles/groups.toml");
    let scopes = "scopes      = [\"openid\", \"profile\", \"email\", ";
    format!("{}{more}\n", profile.replace("scopes      = [", scopes))
}

#[track_caller]
fn assert_shows<const N: usize>(page: &str, words: [&str; N]) {
    for words in words {
        assert!(page.contains(words), "{words:?} is not in {page}");
    }
}

#[test]
fn a_click_logs_in() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    let page = person.sees(CONSENT);
    assert_shows(&page, ["Globus tutorial asks for these scopes:", "Ada Reyes"]);
    assert_shows(&page, ["urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships"]);
    assert_shows(&page, ["It may go on using them when you are not there.", "runner groups on "]);
    person.likes("consent");
    person.press("Allow");
    assert_shows(&person.sees(LOGGED_IN), ["You can close this page and go back to the terminal."]);
    assert_eq!(person.address().host_str(), Some("localhost"));
    person.likes("logged-in");

    let outcome = terminal.wait_for_end().code(0).stdout("");
    outcome.says(["A browser opens now", "logged in; the tokens are in `"]);
    assert!(user.token()["refresh_token"].is_string());
    assert_eq!(user.requests(), [ASK, DECIDE, TOKEN]);
    person.was_well_served(&user, &login);
}

#[test]
fn the_page_says_who_logged_in() {
    let (user, person) = (User::new(), Person::new());
    user.write("named.toml", &named_profile(""));
    let (mut terminal, login) = person.sent_by(&user, ["login", "./named.toml", "--browser"]);
    assert_shows(&person.sees(CONSENT), ["openid", "profile", "email"]);
    person.choose("ben@example.edu");
    person.press("Allow");
    assert_shows(&person.sees(LOGGED_IN), ["As ben@example.edu (b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14)."]);
    person.likes("logged-in-as");

    terminal.wait_for_end().code(0).stdout("").says(["logged in as ben@example.edu"]);
    assert_eq!(user.token()["identity_id"], "b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14");
    person.was_well_served(&user, &login);
}

#[test]
fn a_refusal_is_told_at_both_ends() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    person.sees(CONSENT);
    person.press("Deny");
    assert_shows(&person.sees(FAILED), ["The user denied the request", "The terminal says what to do."]);
    person.likes("did-not-work");

    let outcome = terminal.wait_for_end().code(3).stdout("");
    let why = "error: the login was denied in the browser: The user denied the request";
    outcome.says([why, "try again with `runner login groups`"]);
    assert!(!user.token_file().exists());
    assert_eq!(user.requests(), [ASK, DECIDE]);
    person.was_well_served(&user, &login);
}

#[test]
fn a_run_goes_on_after_the_click() {
    let (user, person) = (User::new(), Person::new());
    user.profile("browser", "[auth]\nlogin = \"browser\"");
    let (mut terminal, login) = person.sent_by(&user, ["--profile", "./browser.toml"]);
    person.sees(CONSENT);
    person.press("Allow");
    person.sees(LOGGED_IN);

    let outcome = terminal.wait_for_end().code(0);
    assert!(outcome.stdout.starts_with("ID,Name,Roles\n"), "{outcome:#?}");
    assert_eq!(user.requests(), [ASK, DECIDE, TOKEN, MY_GROUPS]);
    user.run(["--profile", "./browser.toml"]).code(0).stdout(&outcome.stdout).stderr("");
    person.was_well_served(&user, &login);
}

#[test]
fn hostile_names_stay_text() {
    let mut options = Options::default();
    options.data.clients[0].name = format!("Client {HOSTILE}");
    options.data.users[2].username = format!("mallory {HOSTILE}");
    let mallory = options.data.users[2].clone();
    let (user, person) = (User::with(options), Person::new());
    user.write("named.toml", &named_profile("[auth]\nlogin = \"browser\""));
    let mut terminal = user.terminal(["login", "./named.toml", "--paste"]);
    let code = user.sandbox.approve_as(&terminal.login_url(), &mallory.id).unwrap();
    terminal.type_line(&code).wait_for_end().code(0);

    let message = format!("Message {HOSTILE}");
    user.sandbox.set_requirements(json!({ "session_message": message, "prompt": "login" })).unwrap();
    let (mut terminal, login) = person.sent_by(&user, ["--profile", "./named.toml"]);
    let client = format!("Client {HOSTILE} asks for these scopes:");
    assert_shows(&person.sees(CONSENT), [&client, &message, &mallory.name, &mallory.username]);
    person.likes("hostile-consent");
    person.choose("Mallory");
    person.press("Allow");
    assert_shows(&person.sees(LOGGED_IN), [&format!("As {} ({})", mallory.username, mallory.id)]);
    person.likes("hostile-logged-in");
    terminal.wait_for_end().code(0);
    person.was_well_served(&user, &login);
}

#[test]
fn what_another_login_brings_does_not_end_this_one() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    person.sees(CONSENT);
    let mut stray = landing(&login);
    stray.query_pairs_mut().append_pair("code", "of-another").append_pair("state", "of-another");
    person.open(&stray);
    assert_shows(&person.sees(OTHER_LOGIN), ["Use the address that the terminal shows now."]);
    person.likes("another-login");
    person.was_told_of(400);

    person.go_back();
    person.sees(CONSENT);
    person.press("Allow");
    person.sees(LOGGED_IN);
    terminal.wait_for_end().code(0).stdout("");
    assert!(user.token()["access_token"].is_string());
    assert_eq!(user.requests().last().unwrap(), TOKEN);
    person.was_well_served(&user, &login);
}

#[test]
fn a_code_from_elsewhere_comes_first() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    person.sees(CONSENT);
    terminal.paste_code(&user.sandbox).wait_for_end().code(0).stdout("");
    let tokens = user.tokens();
    assert_eq!(user.requests(), [ASK, TOKEN]);

    // Nobody listens for the browser any more.
    person.press("Allow");
    assert_shows(&person.sees("localhost"), ["localhost refused to connect."]);
    assert_eq!(user.requests(), [DECIDE]);
    assert_eq!(user.tokens(), tokens);
    person.called_nobody_else(&user, &login);
}

#[test]
fn a_code_is_there_to_be_copied() {
    let (user, person) = (User::new(), Person::new());
    let mut terminal = user.terminal(["login", "groups", "--paste"]);
    let login = terminal.login_url();
    person.open(&login);
    person.sees(CONSENT);
    person.press("Allow");
    assert_shows(&person.sees("Your code"), ["paste it where you are asked for it"]);
    let code = person.text_at("//*[@id = 'auth-code']");
    person.likes("code");
    person.was_well_served(&user, &login);

    // The consent page is good for one decision.
    person.go_back();
    person.press("Allow");
    assert_shows(&person.sees("This login can't go on"), ["has been used", "log in anew"]);
    person.likes("refusal");
    person.was_told_of(400);
    terminal.type_line(&code).wait_for_end().code(0).stdout("");
}

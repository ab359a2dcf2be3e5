//! Logging in with a real browser: Chromium clicks through the sandbox's consent page to the callback on this
//! machine. The reports of the profiles `groups-html` and `members-html` are used in it too.

mod groups_page;
mod members_page;
pub mod person;
mod webdriver;

use globus_sandbox::{Data, Options};
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

/// The request for the consent page, and that of its buttons.
const CONSENT_PAGE: &str = "GET /v2/oauth2/authorize";
const DECISION: &str = "POST /v2/oauth2/authorize";

/// Visible at once where it is interpreted as HTML.
const HOSTILE: &str =
    "<b>Bold</b><script>document.title = 'taken over'</script><img src=x onerror=alert(1)> \"'&amp;";

impl Person {
    /// The console is empty, and requests went to the sandbox and the login's callback only.
    #[track_caller]
    fn saw_no_errors(&self, user: &User, login: &Url) {
        assert_eq!(self.console(), [""; 0]);
        self.sent_no_other_requests(user, login);
    }

    #[track_caller]
    fn sent_no_other_requests(&self, user: &User, login: &Url) {
        let known = [user.sandbox.url().origin(), callback(login).origin()];
        // Chromium starts with a page of its own.
        let inside = |url: &Url| ["chrome", "chrome-untrusted", "data"].contains(&url.scheme());
        let requests = self.requests();
        assert!(requests.iter().any(|url| known.contains(&url.origin())), "{requests:#?}");
        assert!(requests.iter().all(|url| known.contains(&url.origin()) || inside(url)), "{requests:#?}");
    }

    /// The console has one line, about a response with this status.
    #[track_caller]
    fn console_has_only(&self, status: u16) {
        let console = self.console();
        let is_it = |line: &String| line.contains(&format!("responded with a status of {status}"));
        assert!(console.len() == 1 && console.iter().all(is_it), "{console:#?}");
    }
}

/// The redirect URI of a login.
fn callback(login: &Url) -> Url {
    let redirect = login.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1;
    Url::parse(&redirect).unwrap()
}

/// The built-in profile with the scopes of an identity, and these lines.
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
fn a_click_logs_the_user_in() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    let page = person.sees(CONSENT);
    assert_shows(&page, ["Globus tutorial asks for these scopes:", "Ada Reyes"]);
    assert_shows(&page, ["urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships"]);
    assert_shows(&page, ["It may go on using them when you are not there.", "runner groups on "]);
    person.finds_page_accessible("consent");
    person.press("Allow");
    assert_shows(&person.sees(LOGGED_IN), ["You can close this page and go back to the terminal."]);
    assert_eq!(person.address().host_str(), Some("localhost"));
    person.finds_page_accessible("logged-in");

    let outcome = terminal.wait_for_end().code(0).stdout("");
    outcome.says(["A browser opens now", "logged in; the tokens are in `"]);
    assert!(user.token()["refresh_token"].is_string());
    assert_eq!(user.requests(), [CONSENT_PAGE, DECISION, TOKEN]);
    person.saw_no_errors(&user, &login);
}

#[test]
fn the_callback_page_names_the_identity() {
    let (user, person) = (User::new(), Person::new());
    user.write("named.toml", &named_profile(""));
    let (mut terminal, login) = person.sent_by(&user, ["login", "./named.toml", "--browser"]);
    assert_shows(&person.sees(CONSENT), ["openid", "profile", "email"]);
    person.choose("ben@example.edu");
    person.press("Allow");
    assert_shows(&person.sees(LOGGED_IN), ["As ben@example.edu (b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14)."]);
    person.finds_page_accessible("logged-in-as");

    terminal.wait_for_end().code(0).stdout("").says(["logged in as ben@example.edu"]);
    assert_eq!(user.token()["identity_id"], "b1f4c7d9-3e6a-4f02-8c5b-6d9e0a7f2b14");
    person.saw_no_errors(&user, &login);
}

#[test]
fn a_denied_login_is_reported_in_the_browser_and_the_terminal() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    person.sees(CONSENT);
    person.press("Deny");
    assert_shows(&person.sees(FAILED), ["The user denied the request", "The terminal says what to do."]);
    person.finds_page_accessible("did-not-work");

    let outcome = terminal.wait_for_end().code(3).stdout("");
    let why = "error: the login was denied in the browser: The user denied the request";
    outcome.says([why, "try again with `runner login groups`"]);
    assert!(!user.token_file().exists());
    assert_eq!(user.requests(), [CONSENT_PAGE, DECISION]);
    person.saw_no_errors(&user, &login);
}

#[test]
fn a_run_continues_after_the_click() {
    let (user, person) = (User::new(), Person::new());
    user.profile("browser", "[auth]\nlogin = \"browser\"");
    let (mut terminal, login) = person.sent_by(&user, ["--profile", "./browser.toml"]);
    person.sees(CONSENT);
    person.press("Allow");
    person.sees(LOGGED_IN);

    let outcome = terminal.wait_for_end().code(0);
    assert!(outcome.stdout.starts_with("ID,Name,Roles\n"), "{outcome:#?}");
    assert_eq!(user.requests(), [CONSENT_PAGE, DECISION, TOKEN, MY_GROUPS]);
    user.run(["--profile", "./browser.toml"]).code(0).stdout(&outcome.stdout).stderr("");
    person.saw_no_errors(&user, &login);
}

#[test]
fn hostile_names_are_shown_as_text() {
    let mut options = Options { data: Data::hostile(), ..Options::default() };
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
    person.finds_page_accessible("hostile-consent");
    person.choose("Mallory");
    person.press("Allow");
    assert_shows(&person.sees(LOGGED_IN), [&format!("As {} ({})", mallory.username, mallory.id)]);
    person.finds_page_accessible("hostile-logged-in");
    terminal.wait_for_end().code(0);
    person.saw_no_errors(&user, &login);
}

#[test]
fn a_callback_of_another_login_does_not_end_this_one() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    person.sees(CONSENT);
    let mut other = callback(&login);
    other.query_pairs_mut().append_pair("code", "of-another").append_pair("state", "of-another");
    person.open(&other);
    assert_shows(&person.sees(OTHER_LOGIN), ["Use the address that the terminal shows now."]);
    person.finds_page_accessible("another-login");
    person.console_has_only(400);

    person.go_back();
    person.sees(CONSENT);
    person.press("Allow");
    person.sees(LOGGED_IN);
    terminal.wait_for_end().code(0).stdout("");
    assert!(user.token()["access_token"].is_string());
    assert_eq!(user.requests().last().unwrap(), TOKEN);
    person.saw_no_errors(&user, &login);
}

#[test]
fn a_pasted_code_wins_over_the_browser() {
    let (user, person) = (User::new(), Person::new());
    let (mut terminal, login) = person.sent_by(&user, LOGIN);
    person.sees(CONSENT);
    terminal.paste_code(&user.sandbox).wait_for_end().code(0).stdout("");
    let tokens = user.tokens();
    assert_eq!(user.requests(), [CONSENT_PAGE, TOKEN]);

    // The callback server is gone.
    person.press("Allow");
    assert_shows(&person.sees("localhost"), ["localhost refused to connect."]);
    assert_eq!(user.requests(), [DECISION]);
    assert_eq!(user.tokens(), tokens);
    person.sent_no_other_requests(&user, &login);
}

#[test]
fn the_code_page_shows_a_code_to_copy() {
    let (user, person) = (User::new(), Person::new());
    let mut terminal = user.terminal(["login", "groups", "--paste"]);
    let login = terminal.login_url();
    person.open(&login);
    person.sees(CONSENT);
    person.press("Allow");
    assert_shows(&person.sees("Your code"), ["paste it where you are asked for it"]);
    let code = person.text_at("//*[@id = 'auth-code']");
    person.finds_page_accessible("code");
    person.saw_no_errors(&user, &login);

    // The consent page takes one decision.
    person.go_back();
    person.press("Allow");
    assert_shows(&person.sees("This login can't go on"), ["has been used", "log in anew"]);
    person.finds_page_accessible("refusal");
    person.console_has_only(400);
    terminal.type_line(&code).wait_for_end().code(0).stdout("");
}

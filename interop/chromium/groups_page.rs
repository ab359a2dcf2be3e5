//! The HTML report of the profile `groups-html`, in a browser.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use url::Url;

use super::person::{Person, kept};
use crate::support::ready::{HOSTILE, SAMPLE, is_updating, rendered};
use crate::support::{Server, User};

/// 2023-11-14 22:13:20 UTC, in seconds since 1970.
const CHANGED: u64 = 1_700_000_000;

const TITLE: &str = "My Globus groups";
pub(super) const SEARCH: &str = "//input[@type = 'search']";
pub(super) const STATUS: &str = "//*[@role = 'status']";
const TIME: &str = "return document.querySelector('time').dateTime";
const NAMES: &str =
    "return [...document.querySelectorAll('tbody tr:not([hidden]) th')].map((cell) => cell.textContent)";
const SORTED: &str = "return [...document.querySelectorAll('[aria-sort]')].map((cell) => \
    cell.textContent + ' ' + cell.getAttribute('aria-sort'))";

impl Person {
    /// Opens the report of these groups from a file that last changed at [`CHANGED`], without a server.
    #[track_caller]
    fn opens(&self, user: &User, groups: &str) {
        let page = user.write("groups.html", &rendered(user, "groups-html", groups));
        let changed = UNIX_EPOCH + Duration::from_secs(CHANGED);
        File::options().write(true).open(&page).unwrap().set_modified(changed).unwrap();
        self.open(&Url::from_file_path(page).unwrap());
    }

    /// The names of the groups that are shown.
    #[track_caller]
    pub(super) fn names(&self) -> Vec<String> {
        serde_json::from_value(self.evaluate(NAMES)).unwrap()
    }

    #[track_caller]
    pub(super) fn finds<const N: usize>(&self, words: &str, status: &str, names: [&str; N]) {
        self.types(SEARCH, words);
        assert_eq!(self.names(), names, "{words}");
        assert_eq!(self.text_at(STATUS), status, "{words}");
    }

    #[track_caller]
    pub(super) fn sorts_by<const N: usize>(&self, button: &str, sorted: &str, names: [&str; N]) {
        self.press(button);
        assert_eq!(self.evaluate(SORTED), json!([format!("{button} {sorted}")]));
        assert_eq!(self.names(), names, "{button} {sorted}");
    }

    /// The console is empty, and the page requested nothing but itself.
    #[track_caller]
    pub(super) fn saw_a_page_on_its_own(&self) {
        assert_eq!(self.console(), [""; 0]);
        let requests = self.requests();
        let inside = |url: &Url| ["chrome", "chrome-untrusted", "data"].contains(&url.scheme());
        let outside: Vec<&Url> = requests.iter().filter(|url| !inside(url)).collect();
        assert!(
            !outside.is_empty()
                && outside.iter().all(|url| ["/groups.html", "/members.html"]
                    .iter()
                    .any(|page| url.path().ends_with(page))),
            "{requests:#?}"
        );
    }
}

#[test]
fn groups_can_be_searched_and_sorted() {
    let (user, person) = (User::logged_in(), Person::new());
    person.opens(&user, SAMPLE);
    let page = person.sees(TITLE);
    for words in ["8 groups, last changed Nov 14, 2023, 10:13", "Ice Cores, Zürich", "Hierarchy"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert_eq!(person.evaluate(TIME), "2023-11-14T22:13:20.000Z");
    person.finds_page_accessible("groups");
    person.prints("groups");
    if is_updating() {
        person.takes_picture("groups-whole", 1200, 930, "light");
        let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/samples/groups.html.png");
        fs::copy(kept("groups-whole.png"), picture).unwrap();
    }
    let by_name = [
        "Beamline 7 Users",
        "Climate Modeling",
        "Climate Modeling Readers",
        "Climate Modeling Writers",
        "Climate Release Team",
        "Genome Center",
        "Ice Cores, Zürich",
        "Research Computing Help Desk",
    ];
    assert_eq!(person.text_at(STATUS), "8 groups");
    assert_eq!(person.names(), by_name);

    person.finds("RESULTS", "1 of 8 groups", ["Climate Modeling Readers"]);
    person.finds_page_accessible("groups-found");
    person.finds("zürich", "1 of 8 groups", ["Ice Cores, Zürich"]);
    person.finds("zurich", "1 of 8 groups", ["Ice Cores, Zürich"]);
    person.finds("zuerich", "0 of 8 groups", []);
    person.finds("admin climate", "1 of 8 groups", ["Climate Modeling"]);
    person.finds("beam autumn", "1 of 8 groups", ["Beamline 7 Users"]);
    person.finds("51a09ede", "1 of 8 groups", ["Genome Center"]);
    // A link from the hierarchy must not lead to a hidden row.
    person.click("//a[. = 'Climate Release Team']");
    assert_eq!(person.names(), by_name);
    assert_eq!(person.address().fragment(), Some("group-409f8dcd-526e-4fa0-b1c3-d4e5f6071829"));
    person.finds_page_accessible("groups-gone-to");

    let mut backwards = by_name;
    backwards.reverse();
    person.sorts_by("Group", "descending", backwards);
    person.sorts_by("Group", "ascending", by_name);
    let [beamline, modeling, readers, writers, release, genome, ice, desk] = by_name;
    // Roles in the order admin, "admin, member", manager, "manager, member", member.
    person.sorts_by(
        "My roles",
        "ascending",
        [beamline, modeling, readers, genome, writers, release, ice, desk],
    );
    person.sorts_by(
        "My roles",
        "descending",
        [writers, release, ice, desk, genome, readers, modeling, beamline],
    );
    // A group without a description is last either way.
    person.sorts_by(
        "Description",
        "ascending",
        [beamline, ice, desk, readers, modeling, genome, release, writers],
    );
    person.sorts_by(
        "Description",
        "descending",
        [release, genome, modeling, readers, desk, ice, beamline, writers],
    );
    person.types(SEARCH, "climate");
    assert_eq!(person.names(), [release, modeling, readers, writers]);
    person.saw_a_page_on_its_own();
}

#[test]
fn groups_are_shown_without_javascript() {
    let (user, person) = (User::logged_in(), Person::new());
    person.disables_javascript();
    person.opens(&user, SAMPLE);
    let page = person.sees(TITLE);
    for words in ["8 groups", "Beamline 7 Users", "Beam time in autumn", "Hierarchy"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Find by") && !page.contains("last changed"), "{page}");
    assert_eq!(person.evaluate("return document.querySelectorAll('button').length"), 0);
    person.finds_page_accessible("groups-without-scripts");
    person.click("//a[. = 'Climate Release Team']");
    person.saw_a_page_on_its_own();
}

/// A server that does not send the time makes the browser take its own.
#[test]
fn only_a_time_that_is_known_is_shown() {
    let (user, person) = (User::logged_in(), Person::new());
    let page = rendered(&user, "groups-html", SAMPLE);
    for (header, shown) in [("", false), ("Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n", true)] {
        let response =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{header}Connection: close\r\n\r\n{page}");
        let server = Server::saying(response.leak());
        person.open(&Url::parse(&format!("{}/groups.html", server.url)).unwrap());
        assert_eq!(person.sees(TITLE).contains("last changed Nov 14, 2023"), shown);
        assert_eq!(person.text().contains("changed"), shown);
    }
    person.saw_a_page_on_its_own();
}

#[test]
fn hostile_groups_are_shown_as_text() {
    let (user, person) = (User::logged_in(), Person::new());
    person.opens(&user, HOSTILE);
    person.sees(TITLE);
    person.finds_page_accessible("groups-hostile");
    let groups: Vec<Value> = serde_json::from_str(HOSTILE).unwrap();
    let mut expected: Vec<String> = groups
        .iter()
        .map(|group| match group["name"].as_str().unwrap() {
            "" => "(no name)".to_owned(),
            name => name.replace('\0', "\u{2400}"),
        })
        .collect();
    let mut names = person.names();
    expected.sort();
    names.sort();
    assert_eq!(names, expected);
    person.types(SEARCH, "<script>");
    assert_eq!(person.names().len(), 1);
    assert_eq!(person.evaluate("return document.title"), TITLE);
    assert_eq!(
        person.evaluate("return document.querySelectorAll('img, b, main svg:not([aria-hidden])').length"),
        0
    );
    person.saw_a_page_on_its_own();
}

#[test]
fn an_empty_report_says_so() {
    let (user, person) = (User::logged_in(), Person::new());
    person.opens(&user, "[]");
    assert!(person.sees(TITLE).contains("You are in no group."));
    person.finds_page_accessible("groups-none");
    person.saw_a_page_on_its_own();
}

#[test]
fn thousands_of_groups_can_be_searched() {
    let (user, person) = (User::logged_in(), Person::new());
    let group = |number: usize| {
        json!({
            "id": format!("{number:08}-6d0e-11ef-9b3a-0242ac120002"),
            "name": format!("Group {number} of a large institute"),
            "description": "What it is for, in a sentence that is as long as most are",
            "parent_id": format!("{:08}-6d0e-11ef-9b3a-0242ac120002", number / 3),
            "group_type": "regular",
            "my_memberships": [{ "role": "member" }],
            "policies": { "group_visibility": "private" },
        })
    };
    person.opens(&user, &(1..=5000).map(group).collect::<Value>().to_string());
    assert_eq!(person.names().len(), 5000);
    person.finds("group 4711 of", "1 of 5000 groups", ["Group 4711 of a large institute"]);
    person.types(SEARCH, "institute");
    person.press("ID");
    person.press("ID");
    assert_eq!(person.names()[0], "Group 5000 of a large institute");
    person.saw_a_page_on_its_own();
}

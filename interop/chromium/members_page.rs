//! The HTML report of the profile `members-html`, in a browser.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use url::Url;

use super::groups_page::{SEARCH, STATUS};
use super::person::Person;
use crate::support::User;
use crate::support::ready::made;

const TITLE: &str = "Members of my Globus groups";
/// What a page says of the bars of each chart: the caption, and what each bar is of, its width and the number beside it.
const CHARTS: &str = "return [...document.querySelectorAll('figure')].map((figure) => \
    [figure.querySelector('figcaption').textContent, \
    ...[...figure.querySelectorAll('dl > div')].map((bar) => [bar.children[0].textContent, \
    bar.querySelector('rect').getAttribute('width'), bar.children[2].textContent].join(' '))])";

impl Person {
    /// Opens the report of this sandbox from a file, without a server.
    #[track_caller]
    fn opens_members(&self, user: &User, sandbox: &str) {
        let page = user.write("members.html", &made(user, "members-html", sandbox));
        self.open(&Url::from_file_path(page).unwrap());
    }

    /// The groups of a person, each with the role, as the row of this username shows them.
    #[track_caller]
    fn groups_of(&self, username: &str) -> Value {
        let username = json!(username);
        self.evaluate(&format!(
            "return [...document.querySelectorAll('tbody tr')].filter((row) => row.cells[1].textContent === {username}) \
             .map((row) => [...row.querySelectorAll('li')].map((group) => group.textContent))"
        ))
    }
}

#[test]
fn members_can_be_searched_and_sorted() {
    let (user, person) = (User::new(), Person::new());
    person.opens_members(&user, "--sandbox");
    let page = person.sees(TITLE);
    for words in [
        "5 people in 5 groups, and 3 that hide their members from me",
        "Ice Cores, Zürich",
        "This group hides its members from me.",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    person.finds_page_accessible("members");
    person.prints("members");
    let by_username = ["Nightly export", "Ada Reyes", "Ada Reyes", "Ben Okafor", "Chloe Martin"];
    assert_eq!(person.text_at(STATUS), "5 people");
    assert_eq!(person.names(), by_username);

    person.finds("CHLOE", "1 of 5 people", ["Chloe Martin"]);
    person.finds("genome", "3 of 5 people", ["Ada Reyes", "Ada Reyes", "Chloe Martin"]);
    person.finds("okafor desk", "1 of 5 people", ["Ben Okafor"]);
    person.finds("zurich", "0 of 5 people", []);
    person.finds_page_accessible("members-found");
    // A link from a group must not lead to a hidden row.
    person.click("//div[@class = 'group'][h3[. = 'Genome Center']]//a[. = 'chloe@lab.example.org']");
    assert_eq!(person.names(), by_username);
    assert!(person.address().fragment().unwrap().starts_with("person-"), "{}", person.address());

    let [nightly, ada, areyes, ben, chloe] = by_username;
    person.sorts_by("Name", "ascending", [ada, areyes, ben, chloe, nightly]);
    person.sorts_by("Name", "descending", [nightly, chloe, ben, ada, areyes]);
    person.sorts_by("Username", "ascending", by_username);
    // What is empty is last either way.
    person.press("Organization");
    assert_eq!(person.names()[4], nightly);
    person.press("Organization");
    assert_eq!(person.names()[4], nightly);
    person.types(SEARCH, "reyes");
    assert_eq!(person.names(), [ada, areyes]);
    person.saw_a_page_on_its_own();
}

#[test]
fn each_person_is_one_row_with_all_groups_and_charts_count_them() {
    let (user, person) = (User::new(), Person::new());
    person.opens_members(&user, "--sandbox");
    person.sees(TITLE);
    for (username, groups) in [
        (
            "ada@example.edu",
            json!([[
                "Climate Modeling admin",
                "Climate Modeling Readers manager",
                "Genome Center member",
                "Research Computing Help Desk member"
            ]]),
        ),
        (
            "ben@example.edu",
            json!([[
                "Climate Modeling manager",
                "Climate Modeling Readers member",
                "Research Computing Help Desk admin"
            ]]),
        ),
    ] {
        assert_eq!(person.groups_of(username), groups, "{username}");
    }
    assert_eq!(
        person.evaluate(CHARTS),
        json!([
            [
                "Members by group",
                "Beamline 7 Users 3 3",
                "Climate Modeling 3 3",
                "Climate Modeling Readers 4 4",
                "Genome Center 3 3",
                "Research Computing Help Desk 3 3"
            ],
            ["Memberships by role", "admin 4 4", "manager 4 4", "member 8 8"],
            ["Memberships by status", "active 16 16"]
        ])
    );
    // As long as the numbers say: a quarter of all are admins.
    let length = "const bar = document.querySelectorAll('figure')[1].querySelector('svg'); \
        return bar.querySelector('rect').getBoundingClientRect().width / bar.getBoundingClientRect().width";
    let length = person.evaluate(length).as_f64().unwrap();
    assert!((length - 0.25).abs() < 0.01, "{length}");
    person.saw_a_page_on_its_own();
}

#[test]
fn members_are_shown_without_javascript() {
    let (user, person) = (User::new(), Person::new());
    person.disables_javascript();
    person.opens_members(&user, "--sandbox");
    let page = person.sees(TITLE);
    for words in ["5 people in 5 groups", "Chloe Martin", "Genome Center"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Find by") && !page.contains("last changed"), "{page}");
    person.finds_page_accessible("members-without-scripts");
    person.saw_a_page_on_its_own();
}

#[test]
fn hostile_members_are_shown_as_text() {
    let (user, person) = (User::new(), Person::new());
    person.opens_members(&user, "--sandbox=hostile");
    person.sees(TITLE);
    person.finds_page_accessible("members-hostile");
    let as_text = |text: &Value| text.as_str().unwrap_or_default().replace('\0', "\u{2400}");
    let groups: Vec<Value> = serde_json::from_str(include_str!("../../src/data/hostile.json")).unwrap();
    let parts: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("../../src/data/hostile-parts.json")).unwrap();
    let shown =
        person.evaluate("return [...document.querySelectorAll('h3')].map((name) => name.textContent)");
    let shown: BTreeSet<String> = serde_json::from_value(shown).unwrap();
    for name in groups.iter().map(|group| as_text(&group["name"])).filter(|name| !name.is_empty()) {
        assert!(shown.contains(&name), "{name}: {shown:?}");
    }
    // A name of a person is one of those that the data has, and nothing beside it.
    let members = parts.values().filter_map(|parts| parts["memberships"].as_array()).flatten();
    let names: BTreeSet<String> = members.map(|member| as_text(&member["name"])).collect();
    let people = person.names();
    assert!(people.len() > 2 && people.iter().all(|name| names.contains(name)), "{people:?}");
    assert_eq!(person.evaluate("return document.title"), TITLE);
    assert_eq!(
        person.evaluate("return document.querySelectorAll('img, b, main svg:not([aria-hidden])').length"),
        0
    );
    person.saw_a_page_on_its_own();
}

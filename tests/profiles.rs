//! Profiles: where they are found, and their mistakes.

use serde_json::{Value, json};

use crate::support::{Outcome, User};

#[test]
fn every_mistake_is_shown_in_one_go() {
    let user = User::new();
    user.write(
        "bad.toml",
        "client-id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nscopes = \"openid\"\nstorage = \"tokens.yaml\"\n\
         template = \"groups.csv.hbs\"\n\n[output]\nmode = 600\n\n[auth]\nlogin = \"pastee\"\n",
    );
    user.run(["check", "./bad.toml"]).code(2).stdout("").says([
        "bad.toml:1:1",
        "client-id",
        "did you mean `client_id`?",
        "bad.toml:2:10",
        "scopes = \"openid\"",
        "bad.toml:3:11",
        "bad.toml:7:8",
        "mode = 600",
        "bad.toml:10:9",
        "did you mean `paste`",
    ]);
    user.run(["--profile", "./bad.toml"]).code(2).stdout("").says(["bad.toml:1:1", "bad.toml:10:9"]);
}

#[test]
fn a_secret_in_a_profile_is_never_shown() {
    let user = User::new();
    let path =
        user.profile("secret", "[auth]\nclient_secret = \"hunter2-hunter2\"\nnmaespace = \"x\"\n= broken");
    user.run(["-vv", "check", path.to_str().unwrap()]).code(2).never_says("hunter2").says(["client_secret"]);
}

#[test]
fn a_good_profile_is_fine_without_a_network() {
    let user = User::new();
    let outcome = Outcome::of(
        user.command(["check", "groups"]).env("GLOBUS_SDK_SERVICE_URL_AUTH", "https://no.such.host.invalid/"),
    );
    assert!(outcome.code(0).stderr("").stdout.contains("groups"));
    assert_eq!(user.requests(), [""; 0]);
}

#[test]
fn names_are_looked_up_in_order_and_never_in_the_working_directory() {
    let user = User::new();
    let write = |folder: &str, description: &str| {
        let profile = include_str!("../profiles/groups.toml")
            .replace("The Globus groups I belong to, with my roles, as CSV", description);
        user.write(&format!("{folder}/groups.toml"), &profile);
    };
    write(".", "in the working directory");
    let listed =
        || Outcome::of(user.command(["profiles"]).env("RUNNER_PROFILE_PATH", user.home().join("own")));
    assert!(!listed().code(0).stdout.contains("in the working directory"));

    write(".config/globus-runner/profiles", "of the user");
    write("own", "first of all");
    let listing = listed().code(0).stderr("").stdout;
    let place = |words: &str| listing.find(words).unwrap_or_else(|| panic!("{words:?} is not in\n{listing}"));
    assert!(place("first of all") < place("of the user"));
    assert!(place("of the user") < place("The Globus groups I belong to"));
    assert!(listing.contains("built in (not used: "), "{listing}");
    assert!(listing.contains(&user.home().join("own/groups.toml").display().to_string()), "{listing}");
}

#[test]
fn a_profile_with_mistakes_is_listed_as_such() {
    let user = User::new();
    user.write(".config/globus-runner/profiles/odd.toml", "nothing = 1");
    let listing = user.run(["profiles"]).code(0).stdout;
    assert!(listing.contains("odd\n    has mistakes: `runner check odd` shows them"), "{listing}");
}

#[test]
fn tags_are_words_each_once_and_are_listed() {
    let user = User::new();
    let nightly = include_str!("../profiles/groups.toml").to_owned() + "tags = [\"nightly\", \"lab.2\"]\n";
    user.write(".config/globus-runner/profiles/ours.toml", &nightly);
    let listing = user.run(["profiles"]).code(0).stdout;
    assert!(listing.contains("    tags: nightly, lab.2\n"), "{listing}");
    let listing = user.run(["profiles", "--json"]).code(0).stdout;
    let listed: Value = serde_json::from_str(&listing).unwrap();
    let tags = |name: &str| {
        let mut profiles = listed.as_array().unwrap().iter();
        profiles.find(|profile| profile["name"] == name).unwrap()["tags"].clone()
    };
    assert_eq!((tags("ours"), tags("groups")), (json!(["nightly", "lab.2"]), json!([])));

    for (tags, words) in [
        ("[\"\"]", "an element of `tags` is empty"),
        ("[\"every night\"]", "letters, digits, `.`, `_` and `-` make a word"),
        ("[\"-nightly\"]", "must be a word such as `nightly`"),
        ("[\"a\", \"b\", \"a\"]", "the tag `a` is there twice"),
        ("[1]", "an element of `tags` must be a string, not an integer"),
        ("\"nightly\"", "`tags` must be an array of strings, not a string"),
    ] {
        user.profile("odd", &format!("tags = {tags}"));
        user.run(["check", "./odd.toml"]).code(2).says([words, "odd.toml:"]);
    }
}

#[test]
fn an_unknown_name_lists_the_searched_folders() {
    let user = User::new();
    user.run(["--profile", "gruops"]).code(2).stdout("").says([
        "there is no profile `gruops`",
        "did you mean `groups`?",
        ".config/globus-runner/profiles",
        "/etc/globus-runner/profiles",
        "built-in",
    ]);
    user.run(["--profile", "./no.toml"]).code(2).says(["./no.toml", "it does not exist"]);
}

//! `runner run a b c`: several profiles in one go.

use std::fs;

use crate::support::{MY_GROUPS, TOKEN, User};

/// Writes the built-in profile with this template and an output file, both of this name.
fn profile(user: &User, name: &str, template: &str) {
    let more = format!("[output]\npath = \"{name}.out\"");
    user.profile(name, &more);
    user.write(&format!("{name}.csv.hbs"), template);
    let text = user.read(&format!("{name}.toml")).replace("groups.csv.hbs", &format!("./{name}.csv.hbs"));
    user.write(&format!("{name}.toml"), &text);
}

/// Three profiles on one token file, which read different things of the same list.
fn three(user: &User) {
    profile(user, "a", "{{#each groups}}{{csv name}}\n{{/each}}");
    profile(user, "b", "{{#each groups}}{{csv id}}\n{{/each}}");
    profile(user, "c", "{{csv totals.groups}}\n{{#each groups}}{{csv description}}\n{{/each}}");
}

#[test]
fn one_refresh_and_one_request_serve_three_profiles() {
    let user = User::logged_in();
    three(&user);
    user.expire_token_in(0);
    user.requests();
    user.run(["run", "./a.toml", "./b.toml", "./c.toml"]).code(0).stdout("");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
    let together = ["a", "b", "c"].map(|name| user.read(&format!("{name}.out")));
    for (name, expected) in ["a", "b", "c"].iter().zip(&together) {
        fs::remove_file(user.home().join(format!("{name}.out"))).unwrap();
        user.run(["--profile", &format!("./{name}.toml")]).code(0);
        assert_eq!(&user.read(&format!("{name}.out")), expected, "alone it is the same");
    }
}

#[test]
fn each_has_a_line_in_the_order_of_the_arguments() {
    let user = User::logged_in();
    three(&user);
    user.write("b.csv.hbs", "{{#each groups}}{{csv missing.name}}\n{{/each}}");
    user.run(["run", "./c.toml", "./a.toml"]).code(0);
    user.requests();
    fs::remove_file(user.home().join("a.out")).unwrap();
    let outcome = user.run(["run", "./c.toml", "./b.toml", "./a.toml"]).code(2).stdout("");
    let lines: Vec<&str> = outcome.stderr.lines().filter(|line| line.contains(".toml: ")).collect();
    let [unchanged, failed, written] = lines[..] else { panic!("{outcome:#?}") };
    assert!(unchanged.starts_with("note: ./c.toml: unchanged, 8 groups, "), "{unchanged}");
    assert!(failed.starts_with("error: ./b.toml: failed: "), "{failed}");
    assert!(written.starts_with("note: ./a.toml: written, 8 groups, "), "{written}");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

//! Before a person has to log in, a run renders the sample: a mistake in the template must not cost a login.

use globus_sandbox::Options;

use crate::support::{MY_GROUPS, Outcome, User};

fn user_with(template: &str) -> User {
    let user = User::with(Options::default());
    set_template(&user, template);
    user
}

fn set_template(user: &User, template: &str) {
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "mine.txt.hbs");
    user.write("mine.toml", &format!("{profile}\n[vars]\ntitle = \"Ours\"\nnumbers = [1, 2]\n"));
    user.write("mine.txt.hbs", template);
}

fn run(user: &User) -> Outcome {
    user.run(["--profile", "./mine.toml"])
}

/// Mistakes with any data.
const MISTAKES: [&str; 11] = [
    "{{vars.titel}}",
    "{{nonsense}}",
    "{{profile.nane}}",
    "{{run.when}}",
    "{{#each groups}}{{vars.title}}{{/each}}",
    "{{#each groups}}{{../vras.title}}{{/each}}",
    "{{#each groups}}{{@root.vars.titel}}{{/each}}",
    "{{#each groups}}{{join name}}{{/each}}",
    "{{#each groups}}{{@inde}}{{/each}}",
    "{{date vars.title}}",
    "{{#each groups}}{{name.first}}{{/each}}",
];

/// What other data may have.
const LACKING: [&str; 15] = [
    "{{#each groups}}{{color}}{{/each}}",
    "{{#each groups as |group|}}{{group.color}}{{/each}}",
    "{{#each groups}}{{policies.color}}{{/each}}",
    "{{#each (sort groups \"color\")}}{{name}}{{/each}}",
    "{{table groups \"color\"}}",
    "{{identity.username}}",
    "{{groups.0.color}}",
    "{{#each groups}}{{#each subscription_info}}{{this}}{{/each}}{{/each}}",
    "{{#each groups}}{{date subscription_info}}{{/each}}",
    "{{#each groups}}{{> (lookup this \"name\")}}{{/each}}",
    "{{#each groups}}{{lookup this \"color\"}}{{/each}}",
    "{{#each groups}}{{add subscription_id 1}}{{/each}}",
    "{{#each groups}}{{join (keys subscription_info)}}{{/each}}",
    "{{join (pluck groups \"color\")}}",
    "{{div 1 (sub totals.groups 8)}}",
];

#[test]
fn a_mistake_is_found_before_a_login_is_asked_for() {
    let user = user_with("");
    for template in MISTAKES {
        set_template(&user, template);
        let outcome = run(&user).code(2).stdout("");
        outcome.says(["mine.txt.hbs:1:"]).never_says("login");
        // The same words as those of `check`.
        let checked = user.run(["check", "./mine.toml"]).code(2).stderr;
        run(&user).stderr(&checked);
    }
    assert!(user.requests().is_empty());
}

#[test]
fn a_mistake_is_found_before_a_browser_opens() {
    let user = user_with("{{vars.titel}}");
    let mut terminal = user.terminal(["--profile", "./mine.toml"]);
    let outcome = terminal.wait_for_end().code(2).stdout("");
    outcome.says(["there is no `vars.titel` here"]).never_says("Log in to Globus");
    assert!(user.requests().is_empty());
}

#[test]
fn what_only_the_sample_lacks_is_a_warning() {
    let user = user_with("");
    for template in LACKING {
        set_template(&user, template);
        run(&user).code(3).says([
            "warning: the built-in sample lacks",
            "mine.txt.hbs:1:",
            "a login is needed",
        ]);
    }
    let mut group = serde_json::json!({ "id": "1", "name": "A" });
    group["color"] = "green".into();
    user.sandbox.set_groups(vec![group]);
    set_template(&user, LACKING[0]);
    let mut terminal = user.terminal(["--profile", "./mine.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("green").says(["warning: the built-in sample lacks"]);
}

#[test]
fn a_run_that_needs_no_login_renders_no_sample() {
    let user = User::logged_in();
    set_template(&user, "{{#each groups}}{{color}}{{/each}}");
    let mut group = serde_json::json!({ "id": "1", "name": "A" });
    group["color"] = "green".into();
    user.sandbox.set_groups(vec![group]);
    run(&user).code(0).stdout("green").stderr("");
    assert_eq!(user.requests(), [MY_GROUPS]);
}

#[test]
fn a_login_in_the_middle_of_a_run_is_checked_too() {
    let user = User::logged_in();
    set_template(&user, "{{vars.titel}}");
    user.sandbox.revoke_all();
    run(&user).code(2).says(["there is no `vars.titel` here"]).never_says("login");
}

/// Other profiles share the login, and the template can be written later.
#[test]
fn a_login_on_request_and_data_need_no_template() {
    let user = user_with("{{vars.titel}}");
    let mut terminal = user.terminal(["login", "./mine.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).never_says("titel");
    user.run(["data", "./mine.toml"]).code(0);
}

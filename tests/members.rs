//! What a profile includes of each group: memberships, the people behind them, and the rest.

use std::time::Duration;

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::world::{group, id, member, path, profile, requested, run, username, with, world};

const LIST: &str = "/v2/groups/my_groups";
const COUNTS: &str = "/v2/groups/statuses";
const IDENTITIES: &str = "/v2/api/identities";

const INCLUDE: &str = "[groups]\ninclude = [\"memberships\"]";
const USERNAMES: &str = "{{#each groups}}{{name}}:{{#each memberships}} {{username}}{{/each}}\n{{/each}}";
const ASKING: &str = "{{#each groups}}{{name}}:{{#if hidden}} hidden{{else}}{{#each memberships}} {{username}}{{/each}}{{/if}}\n{{/each}}";

/// The usernames, each after a space.
fn in_line(people: impl IntoIterator<Item = usize>) -> String {
    people.into_iter().flat_map(|person| [" ".to_owned(), username(person)]).collect()
}

fn shown(group: usize, people: impl IntoIterator<Item = usize>) -> String {
    format!("G{group}:{}\n", in_line(std::iter::once(0).chain(people)))
}

/// The request for a group with what it includes.
fn with_include(group: usize, include: &str) -> String {
    format!("{}?include={include}", path(group))
}

#[test]
fn each_group_takes_one_request_and_all_come_in_the_order_of_the_list() {
    let groups: Vec<Value> = (1..=20).map(|number| group(number, [number, number + 1])).collect();
    let user = world(30, &groups, USERNAMES, INCLUDE);
    // The first responses come last.
    for number in 1..=3 {
        let delay = Duration::from_millis(400 - 100 * number as u64);
        user.sandbox.add_fault(Fault::delay(&path(number), delay));
    }
    let expected: String = (1..=20).map(|number| shown(number, [number, number + 1])).collect();
    run(&user).code(0).stdout(&expected).stderr("");
    let mut requests = requested(&user);
    assert_eq!(requests.remove(0), LIST);
    requests.sort();
    let mut expected: Vec<String> = (1..=20).map(|number| with_include(number, "memberships")).collect();
    expected.push(COUNTS.to_owned());
    expected.sort();
    assert_eq!(requests, expected);
}

/// Each response waits for two other requests, and no fourth one comes.
#[test]
fn as_many_requests_are_sent_at_once_as_the_profile_allows() {
    let groups: Vec<Value> = (1..=12).map(|number| group(number, [])).collect();
    let user = world(1, &groups, USERNAMES, &format!("{INCLUDE}\n[http]\nconcurrency = 3"));
    for _ in 0..4 {
        user.sandbox.add_fault(Fault::delay("/v2/groups/0000*", Duration::ZERO).together(3));
    }
    run(&user).code(0).stdout(&(1..=12).map(|number| shown(number, [])).collect::<String>()).stderr("");
    assert_eq!(user.sandbox.most_requests_at_once(), 3);
}

#[test]
fn what_the_template_does_not_read_is_not_requested() {
    const ALL: &str = "[groups]\n\
        include = [\"memberships\", \"policies\", \"allowed_actions\", \"child_ids\", \"membership_fields\"]\n\
        members = { identities = true }";
    let user = world(2, &[group(1, [1])], "", ALL);
    for (template, requests) in [
        ("{{name}} {{policies.group_visibility}} {{roles}}", vec![]),
        ("{{len child_ids}}", vec![with_include(1, "child_ids")]),
        ("{{len allowed_actions.add}}", vec![with_include(1, "allowed_actions")]),
        ("{{json membership_fields}}", vec![format!("{}/membership_fields", path(1))]),
        ("{{#if memberships}}x{{/if}}", vec![with_include(1, "memberships"), COUNTS.to_owned()]),
        ("{{hidden}}", vec![with_include(1, "memberships"), COUNTS.to_owned()]),
        (
            "{{#each memberships}}{{username}}{{role}}{{/each}}{{len child_ids}}",
            vec![with_include(1, "memberships,child_ids"), COUNTS.to_owned()],
        ),
        (
            "{{#each memberships}}{{email}}{{/each}}",
            vec![
                with_include(1, "memberships"),
                COUNTS.to_owned(),
                format!("{IDENTITIES}?ids={},{}", id(1_000_000), id(1_000_001)),
            ],
        ),
        (
            "{{json this}}",
            vec![
                with_include(1, "memberships,allowed_actions,child_ids"),
                COUNTS.to_owned(),
                format!("{}/membership_fields", path(1)),
                format!("{IDENTITIES}?ids={},{}", id(1_000_000), id(1_000_001)),
            ],
        ),
    ] {
        profile(&user, &format!("{{{{#each groups}}}}{template}{{{{/each}}}}"), ALL);
        run(&user).code(0).stderr("");
        let mut received = requested(&user);
        assert_eq!(received.remove(0), LIST);
        received.sort();
        let mut requests = requests;
        requests.sort();
        assert_eq!(received, requests, "{template}");
    }
}

#[test]
fn policies_that_the_list_lacks_are_requested() {
    let user = world(
        1,
        &[group(1, []), group(2, [])],
        "{{#each groups}}{{policies.group_visibility}} {{/each}}",
        "[groups]\ninclude = [\"policies\"]",
    );
    user.sandbox.set_groups(vec![
        json!({ "id": id(1), "name": "G1", "my_memberships": [] }),
        json!({ "id": id(2), "name": "G2", "my_memberships": [], "policies": { "group_visibility": "known" } }),
    ]);
    run(&user).code(0).stdout("private known ");
    assert_eq!(requested(&user), [LIST.to_owned(), with_include(1, "policies")]);
}

#[test]
fn what_is_included_is_what_the_service_sends() {
    let child = with(group(2, []), &json!({ "parent_id": id(1) }));
    let fields = with(member(0, "admin"), &json!({ "membership_fields": { "department": "Physics" } }));
    let groups = [with(group(1, []), &json!({ "memberships": [fields] })), child];
    let user = world(
        1,
        &groups,
        "{{#each groups}}{{json child_ids}} {{json allowed_actions.add}} {{json membership_fields}} {{json memberships}}\n{{/each}}",
        "[groups]\ninclude = [\"child_ids\", \"allowed_actions\", \"membership_fields\", \"memberships\"]\nnames = [\"G1\"]",
    );
    let me = id(1_000_000);
    let membership = json!([{
        "group_id": id(1), "identity_id": me, "username": username(0), "role": "admin", "status": "active",
        "membership_fields": { "department": "Physics" },
    }]);
    let line = format!(
        "{} {} {} {membership}\n",
        json!([id(2)]),
        json!([me]),
        json!({ &me: { "department": "Physics" } })
    );
    run(&user).code(0).stdout(&line).stderr("");
}

#[test]
fn memberships_are_active_unless_the_profile_says_otherwise() {
    let one = |person, role: &str, status: &str| with(member(person, role), &json!({ "status": status }));
    let members = json!([
        one(0, "admin", "active"),
        one(1, "member", "active"),
        one(2, "manager", "invited"),
        one(3, "admin", "removed")
    ]);
    let user = world(4, &[with(group(1, []), &json!({ "memberships": members }))], USERNAMES, INCLUDE);
    for (members, people) in [
        ("", &[0, 1][..]),
        ("members = { statuses = [\"active\", \"invited\"] }", &[0, 1, 2]),
        ("members = { statuses = [\"removed\"] }", &[3]),
        ("members = { roles = [\"member\"] }", &[1]),
        ("members = { roles = [\"admin\", \"manager\"], statuses = [\"invited\", \"removed\"] }", &[2, 3]),
    ] {
        profile(&user, USERNAMES, &format!("{INCLUDE}\n{members}"));
        run(&user).code(0).stdout(&format!("G1:{}\n", in_line(people.iter().copied()))).stderr("");
    }
}

/// The user is a plain member, and another person an admin.
fn closed(number: usize, policies: &Value) -> Value {
    let members = json!([member(0, "member"), member(1, "admin")]);
    with(group(number, []), &json!({ "memberships": members, "policies": policies }))
}

#[test]
fn hidden_memberships_are_known_from_the_list_and_not_requested() {
    let managers = json!({ "group_members_visibility": "managers" });
    let members = json!({ "group_members_visibility": "members" });
    let groups = [group(1, [1]), closed(2, &managers), closed(3, &members)];
    let user = world(2, &groups, ASKING, INCLUDE);
    let open = format!("G3: {} {}\n", username(0), username(1));
    // The template asks, so a job sends no mail.
    run(&user).code(0).stdout(&format!("{}G2: hidden\n{open}", shown(1, [1]))).stderr("");
    assert!(!requested(&user).iter().any(|request| request.starts_with(&path(2))));

    // One that does not ask fails, also if the group has no other members than hidden ones.
    profile(&user, USERNAMES, INCLUDE);
    run(&user).code(1).stdout("").says(["memberships of the group `G2`"]);
    // One that takes a condition for an answer is warned.
    profile(&user, "{{#each groups}}{{#if memberships}}{{name}}{{/if}} {{/each}}", INCLUDE);
    run(&user).code(0).stdout("G1  G3 ").says(["warning: you may not see the members of 1 group: `G2`"]);
    // What else is included is requested.
    profile(
        &user,
        "{{#each groups}}{{#if hidden}}{{len child_ids}}{{/if}}{{/each}}",
        "[groups]\ninclude = [\"memberships\", \"child_ids\"]",
    );
    requested(&user);
    run(&user).code(0).stdout("0");
    assert!(requested(&user).contains(&with_include(2, "child_ids")));
}

#[test]
fn memberships_are_hidden_from_who_is_only_invited() {
    let invited = with(member(0, "admin"), &json!({ "status": "invited" }));
    let groups = [with(group(1, []), &json!({ "memberships": [invited, member(1, "admin")] }))];
    let user = world(2, &groups, ASKING, &format!("{INCLUDE}\nstatuses = [\"invited\"]"));
    run(&user).code(0).stdout("G1: hidden\n");
    assert_eq!(requested(&user), [format!("{LIST}?statuses=invited")]);
}

#[test]
fn what_the_list_does_not_tell_the_service_does() {
    // A policy of a later version, and a list without one.
    let groups = [closed(1, &json!({ "group_members_visibility": "later" })), group(2, [1])];
    let user = world(2, &groups, ASKING, INCLUDE);
    run(&user).code(0).stdout(&format!("G1: hidden\n{}", shown(2, [1])));
    let requests = requested(&user);
    // Asked again without memberships, to tell a hidden list from a hidden group.
    assert!(
        requests.contains(&with_include(1, "memberships")) && requests.contains(&path(1)),
        "{requests:?}"
    );

    user.sandbox.add_fault(Fault::status(&path(1), 403).times(2));
    run(&user).code(1).stdout("").says(["can't get the group `G1`", &id(1), "status 403"]);
}

#[test]
fn a_hidden_list_is_null_in_json() {
    let user = world(
        2,
        &[closed(1, &json!({ "group_members_visibility": "managers" }))],
        "{{#each groups}}{{json this}}{{/each}}",
        INCLUDE,
    );
    let outcome = run(&user).code(0).stderr("");
    let group: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&group["memberships"], &group["hidden"]), (&Value::Null, &json!(true)));
}

#[test]
fn a_group_that_is_refused_fails_the_run_or_has_an_error() {
    const KEEP: &str =
        "[groups]\ninclude = [\"memberships\", \"child_ids\", \"membership_fields\"]\non_error = \"keep\"";
    const ERRORS: &str = "{{#each groups}}{{name}} {{json error}} {{hidden}} {{json memberships}} {{json child_ids}} {{json membership_fields}}\n{{/each}}";
    let user = world(1, &[group(1, []), group(2, []), group(3, [])], ERRORS, KEEP);
    for status in [403, 404] {
        user.sandbox.add_fault(Fault::status(&path(2), status).times(2));
        let outcome = run(&user).code(0);
        let second = outcome.stdout.lines().nth(1).unwrap();
        let message = if status == 403 { "Forbidden" } else { "Not Found" };
        let error = json!({ "status": status, "message": message });
        assert_eq!(second, format!("G2 {error} true null null null"));
        assert!(
            outcome.stdout.starts_with("G1 null false [") && outcome.stdout.contains("\nG3 null false [")
        );
        let warning = format!("warning: Globus Groups does not give out 1 group: `G2` ({status}: {message})");
        assert_eq!(outcome.stderr.lines().collect::<Vec<_>>(), [warning]);
        user.sandbox.clear_faults();

        user.sandbox.add_fault(Fault::status(&path(2), status).times(2));
        profile(&user, USERNAMES, INCLUDE);
        run(&user).code(1).stdout("").says([
            &format!("can't get the group `G2` ({})", id(2)),
            &format!("status {status}: {message}"),
            "`on_error = \"keep\"`",
        ]);
        user.sandbox.clear_faults();
        profile(&user, ERRORS, KEEP);
    }
    // Only the fields are refused.
    user.sandbox.add_fault(Fault::status(&format!("{}/membership_fields", path(1)), 404));
    run(&user).code(0).says(["`G1` (404"]);
    // Any other refusal is not about one group.
    user.sandbox.add_fault(Fault::status(&path(2), 400));
    run(&user).code(1).stdout("").says(["can't get the group `G2`", "status 400"]).never_says("on_error");
}

#[test]
fn failures_that_may_pass_are_tried_again() {
    let user =
        world(2, &[group(1, [1]), group(2, [1])], USERNAMES, &format!("{INCLUDE}\n[http]\nretries = 2"));
    let expected = shown(1, [1]) + &shown(2, [1]);
    for fault in [
        Fault::status(&path(1), 500),
        Fault::status(&path(2), 429).retry_after("0"),
        Fault::status(COUNTS, 503).retry_after("0"),
        Fault::cut(&path(1)),
        Fault::truncated(&path(2)),
    ] {
        user.sandbox.add_fault(fault);
        run(&user).code(0).stdout(&expected).stderr("");
    }
    user.sandbox.add_fault(Fault::status(&path(2), 503).retry_after("0").times(3));
    run(&user).code(4).stdout("").says(["keeps failing with status 503"]);
}

#[test]
fn the_last_memberships_of_a_document_count_whatever_the_template_reads() {
    let user = world(3, &[group(1, [1])], USERNAMES, INCLUDE);
    let of = |people: [usize; 2]| {
        let one = |person| json!({ "identity_id": id(1_000_000 + person), "group_id": id(1), "username": username(person), "status": "active" });
        Value::from_iter(people.map(one))
    };
    let text = format!(r#"{{"memberships":{},"id":"{}","memberships":{}}}"#, of([0, 1]), id(1), of([0, 2]));
    for (template, expected) in [
        (USERNAMES, shown(1, [2])),
        (
            "{{#each groups}}{{json (pluck memberships \"username\")}}{{/each}}",
            format!("[\"{}\",\"{}\"]", username(0), username(2)),
        ),
    ] {
        profile(&user, template, INCLUDE);
        user.sandbox.add_fault(Fault::text(&path(1), 200, &text));
        run(&user).code(0).stdout(&expected).stderr("");
    }
    profile(&user, "{{#each groups}}{{json this}}{{/each}}", INCLUDE);
    user.sandbox.add_fault(Fault::text(&path(1), 200, &text));
    let whole: Value = serde_json::from_str(&run(&user).code(0).stdout).unwrap();
    assert_eq!(whole["memberships"], of([0, 2]));
}

#[test]
fn responses_that_are_not_about_the_group_fail_the_run() {
    let user = world(1, &[group(1, [])], USERNAMES, INCLUDE);
    let me = || json!({ "identity_id": id(1_000_000), "group_id": id(1), "status": "active" });
    let sent =
        |memberships: Value| Fault::json(&path(1), 200, json!({ "id": id(1), "memberships": memberships }));
    for (fault, why) in [
        (Fault::garbage(&path(1)), "not JSON"),
        (Fault::json(&path(1), 200, json!({ "id": id(2), "memberships": [] })), "about another group"),
        (Fault::json(&path(1), 200, json!({ "id": id(1) })), "no list `memberships`"),
        (Fault::json(&path(1), 200, json!({ "id": id(1), "memberships": null })), "no list `memberships`"),
        (Fault::json(&path(1), 200, json!([])), "about another group"),
        (sent(json!([me(), me()])), "is in it twice"),
        (sent(json!([with(me(), &json!({ "group_id": id(2) }))])), "one of another group"),
        (sent(json!([null])), "no `identity_id`"),
    ] {
        user.sandbox.add_fault(fault);
        run(&user).code(1).stdout("").says(["unusable response about the group `G1`", why]);
        user.sandbox.clear_faults();
    }
    for what in ["child_ids", "allowed_actions", "policies"] {
        let template = format!("{{{{#each groups}}}}{{{{json {what}}}}}{{{{/each}}}}");
        profile(&user, &template, &format!("[groups]\ninclude = [\"{what}\"]"));
        user.sandbox.set_groups(vec![json!({ "id": id(1), "name": "G1", "my_memberships": [] })]);
        user.sandbox.add_fault(Fault::json(&path(1), 200, json!({ "id": id(1) })));
        run(&user).code(1).stdout("").says([&format!("it has no `{what}`")]);
    }
    profile(&user, USERNAMES, INCLUDE);
    user.sandbox.set_groups(vec![json!({ "id": "../my_groups", "name": "G1", "my_memberships": [] })]);
    run(&user).code(1).stdout("").says(["its ID is no UUID"]);
}

#[test]
fn members_that_did_not_all_come_fail_the_run() {
    let user = world(2, &[group(1, [1])], USERNAMES, INCLUDE);
    let counts = |active: u64| json!({ id(1): { "active": active, "invited": 0 } });
    let counted = |active, times| Fault::json(COUNTS, 200, counts(active)).times(times);
    // A membership came between the two requests: both are sent again.
    user.sandbox.add_fault(counted(3, 1));
    run(&user).code(0).stdout(&shown(1, [1])).stderr("");
    let requests = requested(&user);
    assert_eq!(requests.iter().filter(|request| *request == COUNTS).count(), 2);
    assert_eq!(requests.iter().filter(|request| request.starts_with(&path(1))).count(), 2);

    user.sandbox.add_fault(counted(3, 2));
    run(&user).code(1).stdout("").says([
        "the list of members of the group `G1`",
        "is not complete",
        "counts 3 that are active, and sends 2",
    ]);
    // A service that does not count is no reason to fail.
    for fault in [Fault::status(COUNTS, 404), Fault::status(COUNTS, 403), Fault::json(COUNTS, 200, json!({}))]
    {
        user.sandbox.add_fault(fault);
        run(&user).code(0).stdout(&shown(1, [1])).stderr("");
    }
    // Counts that can't be read are.
    for counts in [json!([]), json!(null), json!({ id(1): 2 }), json!({ id(1): { "active": "2" } })] {
        user.sandbox.add_fault(Fault::json(COUNTS, 200, counts));
        run(&user)
            .code(1)
            .stdout("")
            .says(["can't tell whether all members", "unusable counts of memberships"]);
    }
    user.sandbox.add_fault(Fault::status(COUNTS, 400));
    run(&user).code(1).stdout("").says(["can't tell whether all members", "status 400"]);
}

#[test]
fn a_list_without_oneself_fails_the_run() {
    let user = world(2, &[closed(1, &json!({ "group_members_visibility": "members" }))], USERNAMES, INCLUDE);
    let empty = || Fault::json(&path(1), 200, json!({ "id": id(1), "memberships": [] }));
    // The user may have joined between the two requests: it is sent again.
    user.sandbox.add_fault(empty());
    run(&user).code(0).stdout(&shown(1, [1])).stderr("");
    user.sandbox.add_fault(empty().times(2));
    run(&user).code(1).stdout("").says([
        "the list of members of the group `G1`",
        "is not complete",
        "you are an active member, and Globus Groups does not send you as one",
    ]);
}

#[test]
fn identities_are_looked_up_a_hundred_at_a_time_and_each_once() {
    const NAMES: &str =
        "{{#each groups}}{{#each memberships}}{{name}},{{email}},{{organization}};{{/each}}{{/each}}";
    let lines = format!("{INCLUDE}\nmembers = {{ identities = true }}");
    for (people, batches) in [(1, vec![1]), (100, vec![100]), (101, vec![100, 1]), (250, vec![100, 100, 50])]
    {
        // In several groups, which share members.
        let groups: Vec<Value> = (0..3)
            .map(|number| group(number, (1 + number * 20)..(people * (number + 1)).div_ceil(3)))
            .collect();
        let user = world(people, &groups, NAMES, &lines);
        let outcome = run(&user).code(0).stderr("");
        let person = |one| format!("Person {one},p{one}@mail.example.edu,Example University;");
        let expected = |number: usize| -> String {
            std::iter::once(0)
                .chain((1 + number * 20)..(people * (number + 1)).div_ceil(3))
                .map(person)
                .collect()
        };
        assert_eq!(outcome.stdout, (0..3).map(expected).collect::<String>(), "{people}");
        let mut sizes: Vec<usize> = requested(&user)
            .iter()
            .filter_map(|request| request.strip_prefix("/v2/api/identities?ids="))
            .map(|ids| ids.split(',').count())
            .collect();
        sizes.sort_by(|one, other| other.cmp(one));
        assert_eq!(sizes, batches, "{people}");
    }
}

#[test]
fn an_identity_that_globus_auth_leaves_out_has_no_name() {
    let lines = format!("{INCLUDE}\nmembers = {{ identities = true }}");
    let template = "{{#each groups}}{{#each memberships}}{{username}} {{json name}} {{json email}} {{json organization}}\n{{/each}}{{/each}}";
    let user = world(2, &[group(1, [1])], template, &lines);
    let found =
        json!({ "identities": [{ "id": id(1_000_000), "username": "x", "name": "Ada", "email": null }] });
    user.sandbox.add_fault(Fault::json(IDENTITIES, 200, found));
    run(&user)
        .code(0)
        .stdout(&format!("{} \"Ada\" null null\n{} null null null\n", username(0), username(1)))
        .stderr("");
    for (fault, why) in [
        (Fault::status(IDENTITIES, 403), "refuses it with status 403"),
        (Fault::json(IDENTITIES, 200, json!({})), "no list `identities`"),
        (Fault::garbage(IDENTITIES), "not JSON"),
    ] {
        user.sandbox.add_fault(fault);
        run(&user).code(1).stdout("").says([
            "can't look up who the members of the groups are",
            why,
            "identities = true",
        ]);
    }
}

#[test]
fn a_group_that_is_gone_between_list_and_request_is_refused() {
    let user = world(1, &[group(1, [])], USERNAMES, INCLUDE);
    let listed = |number| json!({ "id": id(number), "name": format!("G{number}"), "my_memberships": [] });
    user.sandbox.set_groups(vec![listed(1), listed(7)]);
    run(&user).code(1).stdout("").says(["can't get the group `G7`", "status 404"]);
    profile(&user, ASKING, &format!("{INCLUDE}\non_error = \"keep\""));
    run(&user).code(0).stdout(&format!("{}G7: hidden\n", shown(1, []))).says(["`G7` (404"]);
}

#[test]
fn the_document_of_a_group_may_be_larger_than_a_row() {
    let one = |number: usize| {
        json!({ "group_id": id(1), "identity_id": id(number), "username": format!("{number:0200}@example.edu"),
                "role": "member", "status": "active", "membership_fields": {} })
    };
    let members: Vec<Value> = (1_000_000..1_050_000).map(one).collect();
    let user = world(1, &[group(1, [])], "{{#each groups}}{{len memberships}}{{/each}}", INCLUDE);
    user.sandbox.add_fault(Fault::status(COUNTS, 404));
    user.sandbox.add_fault(Fault::json(&path(1), 200, json!({ "id": id(1), "memberships": members })));
    run(&user).code(0).stdout("50000").stderr("");
}

//! Lists of any service that a profile declares: every style of paging, lists below rows, and what is refused.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use globus_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::{Outcome, Server, User};

const TASKS: &str = "[data.tasks]\nservice = \"transfer\"\npath = \"/v0.10/task_list\"\n";
const ENDPOINTS: &str = "[data.endpoints]\nservice = \"transfer\"\npath = \"/v0.10/endpoint_search\"\n";
const RULES: &str =
    "[data.rules]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{endpoints.id}/access_list\"\n";
const RUNS: &str = "[data.runs]\nservice = \"flows\"\npath = \"/runs\"\n";

/// A service account with a profile of these lists. The template has no line ends of its own.
fn user(data: &str, template: &str) -> User {
    let user = User::new();
    let secret = user.write("secret", "sandbox-secret-not-for-real-use\n");
    fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
    write(&user, "p", data, template);
    user
}

fn write(user: &User, name: &str, data: &str, template: &str) {
    user.write(
        &format!("{name}.toml"),
        &format!(
            "client_id = \"4f1b2c3d-8e7a-4d5c-b6f0-9a8e7d6c5b4a\"\nstorage = \"{name}.json\"\n\
             template = \"./{name}.txt.hbs\"\n[auth]\nclient_secret = {{ file = \"secret\" }}\n{data}"
        ),
    );
    user.write(&format!("{name}.txt.hbs"), template);
}

fn run(user: &User) -> Outcome {
    user.run(["--profile", "./p.toml"])
}

/// Rows with a number each, and a key, whatever it is called in the list.
fn rows(count: usize) -> Vec<Value> {
    let row = |number| {
        let id = format!("id-{number}");
        json!({ "number": number, "id": id, "task_id": id, "run_id": id, "job_id": id, "subject": id })
    };
    (0..count).map(row).collect()
}

/// The numbers as a template with a space after each writes them.
fn numbers(count: usize) -> String {
    (0..count).flat_map(|number| [number.to_string(), " ".to_owned()]).collect()
}

/// The requests for lists, with their queries.
fn listed(user: &User) -> Vec<String> {
    let requests = user.sandbox.requests();
    user.sandbox.clear_requests();
    let lists = requests.iter().filter(|request| !request.path.starts_with("/v2/oauth2"));
    lists
        .map(|request| match request.query.as_str() {
            "" => request.path.clone(),
            query => format!("{}?{query}", request.path),
        })
        .collect()
}

/// What comes of a list of the sandbox that has so many rows on so many pages.
#[track_caller]
fn pages_through(path: &str, section: &str, row_count: usize, page: Option<usize>, requests: usize) {
    let data = format!("[data.list]\n{section}");
    let user = user(&data, "{{#each data.list}}{{number}} {{/each}}{{sources.list.rows}}");
    user.sandbox.set_list(path, &rows(row_count), page).unwrap();
    let shown = format!("{}{row_count}", numbers(row_count));
    run(&user).code(0).stdout(&shown).stderr("");
    assert_eq!(listed(&user).len(), requests, "{path}");
}

#[test]
fn every_known_list_is_paged_as_its_service_does_it() {
    const TASK: &str = "5a1e0001-7c3d-4b1e-9a42-0d5c2e1a3f01";
    const ENDPOINT: &str = "7e9d0002-2b4c-4f6a-8d13-6a7b8c9d0e02";
    const INDEX: &str = "b2a30001-5e6f-4b8c-8f35-8c9d0e1f2a01";
    const RUN: &str = "e5d60002-7a8b-4dae-8b57-0e1f2a3b4c02";
    for (service, path, page) in [
        ("transfer", "/v0.10/task_list".to_owned(), Some(3)),
        ("transfer", format!("/v0.10/task/{TASK}/event_list"), Some(3)),
        ("transfer", format!("/v0.10/task/{TASK}/successful_transfers"), Some(3)),
        ("transfer", format!("/v0.10/task/{TASK}/skipped_errors"), Some(3)),
        ("transfer", "/v0.10/endpoint_search".to_owned(), Some(3)),
        ("transfer", format!("/v0.10/endpoint/{ENDPOINT}/access_list"), None),
        ("transfer", format!("/v0.10/endpoint/{ENDPOINT}/shared_endpoint_list"), Some(3)),
        ("transfer", "/v0.10/endpoint_manager/task_list".to_owned(), Some(3)),
        ("search", "/v1/index_list".to_owned(), None),
        ("search", format!("/v1/index/{INDEX}/search"), Some(3)),
        ("flows", "/flows".to_owned(), Some(3)),
        ("flows", "/runs".to_owned(), Some(3)),
        ("flows", format!("/runs/{RUN}/log"), Some(3)),
        ("timers", "/jobs/".to_owned(), None),
    ] {
        let section = format!("service = {service:?}\npath = {path:?}\n");
        pages_through(&path, &section, 10, page, if page.is_some() { 4 } else { 1 });
        pages_through(&path, &section, 0, page, 1);
    }
    // A body instead of a query.
    let search = format!("/v1/index/{INDEX}/search");
    for path in [search.clone(), format!("/v1/index/{INDEX}/scroll")] {
        let section = format!("service = \"search\"\npath = {path:?}\njson = {{ q = \"*\" }}\n");
        pages_through(&search, &section, 10, Some(3), 4);
    }
}

#[test]
fn a_paginator_may_be_written_out() {
    let section = "service = \"flows\"\npath = \"/runs\"\nitems = \"runs\"\n\
        paginator = { type = \"cursor\", cursor_path = \"marker\", cursor_param = \"marker\", has_more_path = \"has_next_page\" }\n";
    pages_through("/runs", section, 10, Some(3), 4);
    let section = "service = \"transfer\"\npath = \"/v0.10/task_list\"\nitems = \"DATA\"\n\
        paginator = { type = \"offset\", limit = 4, total_path = \"total\", maximum_offset = 1000 }\n";
    pages_through("/v0.10/task_list", section, 10, None, 3);
    // Keys without a type change what is known.
    let section = "service = \"transfer\"\npath = \"/v0.10/task_list\"\npaginator = { limit = 5 }\n";
    pages_through("/v0.10/task_list", section, 10, None, 2);
}

#[test]
fn only_what_the_template_reads_is_fetched() {
    let data = format!("{TASKS}{ENDPOINTS}{RULES}{RUNS}[groups]\n");
    let user = user(&data, "{{#each data.tasks}}{{status}} {{/each}}");
    run(&user).code(0).stdout("SUCCEEDED ACTIVE FAILED ").stderr("");
    assert_eq!(listed(&user), ["/v0.10/task_list?limit=1000&offset=0"]);
    write(
        &user,
        "p",
        &data,
        "{{len data.runs}} {{len groups}} {{#each data.endpoints}}{{len rules}} {{/each}}",
    );
    run(&user).code(0).stdout("2 3 2 0 ").stderr("");
    let mut requests = listed(&user);
    assert_eq!(requests.split_off(3).len(), 2, "below the endpoints");
    requests.sort();
    assert_eq!(requests, ["/runs", "/v0.10/endpoint_search?limit=100&offset=0", "/v2/groups/my_groups"]);
}

#[test]
fn one_login_asks_for_what_all_lists_need() {
    let data = format!("{TASKS}{RUNS}[data.timers]\nservice = \"timers\"\npath = \"/jobs/\"\n");
    let user = user(&data, "{{len data.tasks}}{{len data.runs}}{{len data.timers}}");
    run(&user).code(0).stdout("321").stderr("");
    let logins: Vec<_> =
        user.sandbox.requests().into_iter().filter(|request| request.path.ends_with("/token")).collect();
    assert_eq!(logins.len(), 1);
    let scope = logins[0].form.iter().find(|(key, _)| key == "scope").unwrap();
    for part in ["transfer.api.globus.org:all", "/run_status", "/timer"] {
        assert!(scope.1.contains(part), "{scope:?}");
    }
    assert!(!scope.1.contains("groups.api"), "{scope:?}");
}

#[test]
fn a_list_that_the_service_cuts_fails_or_is_said() {
    let user = user(TASKS, "{{#each data.tasks}}{{/each}}{{sources.tasks.rows}} {{sources.tasks.truncated}}");
    user.sandbox.set_list("/v0.10/task_list", &rows(1001), None).unwrap();
    run(&user).code(1).stdout("").says([
        "the list `data.tasks` is not whole: the service sends only 1000 of 1001",
        "truncated = \"keep\"",
    ]);
    assert_eq!(listed(&user).len(), 1);
    write(&user, "p", &format!("{TASKS}truncated = \"keep\"\n"), &user.read("p.txt.hbs"));
    run(&user).code(0).stdout("1000 true").says(["warning: the list `data.tasks` is not whole"]);
    // As many as there can be, and a total that says so.
    user.sandbox.set_list("/v0.10/task_list", &rows(1000), None).unwrap();
    run(&user).code(0).stdout("1000 false").stderr("");
}

#[test]
fn a_flag_can_not_tell_that_a_list_of_the_greatest_size_is_whole() {
    let user = user(ENDPOINTS, "{{len data.endpoints}}");
    user.sandbox.set_list("/v0.10/endpoint_search", &rows(1000), None).unwrap();
    run(&user).code(1).says(["the service never sends more than 1000, so there may be more"]);
    user.sandbox.set_list("/v0.10/endpoint_search", &rows(999), None).unwrap();
    run(&user).code(0).stdout("999").stderr("");
}

#[test]
fn a_bad_page_is_an_error() {
    let user = user(RUNS, "{{#each data.runs}}{{label}} {{/each}}");
    let row = json!({ "run_id": "1", "label": "A" });
    for (body, why) in [
        (json!({ "has_next_page": false }), "it has no list at `runs`"),
        (json!({ "runs": 7, "has_next_page": false }), "not a list"),
        (json!({ "runs": ["x"], "has_next_page": false }), "not a JSON array of objects"),
        (json!([row]), "not a JSON object"),
        (json!({ "runs": [row], "has_next_page": "yes" }), "its `has_next_page` is neither true nor false"),
        (json!({ "runs": [row], "has_next_page": true, "marker": {} }), "its `marker` is neither text"),
    ] {
        user.sandbox.add_fault(Fault::json("/runs", 200, body));
        run(&user).code(1).stdout("").says([why]);
    }
    // The same cursor again.
    let page = json!({ "runs": [row], "has_next_page": true, "marker": "again" });
    user.sandbox.add_fault(Fault::json("/runs", 200, page.clone()).times(2));
    run(&user).code(1).stdout("").says(["its `marker` is one that came before"]);
    // Null is an empty page, and a flag decides before a cursor.
    for body in [
        json!({ "runs": null, "has_next_page": false, "marker": "x" }),
        json!({ "runs": null, "marker": null }),
    ] {
        user.sandbox.add_fault(Fault::json("/runs", 200, body));
        run(&user).code(0).stdout("").stderr("");
    }
    user.sandbox.add_fault(Fault::json("/runs", 200, json!({ "runs": [row] })));
    run(&user).code(1).stdout("").says(["it has neither `has_next_page` nor `marker`"]);
}

#[test]
fn a_page_that_says_that_there_are_more_but_not_how_to_ask_is_a_cut_list() {
    let template = "{{#each data.runs}}{{label}} {{/each}}{{sources.runs.truncated}}";
    let user = user(RUNS, template);
    let page = json!({ "runs": [{ "run_id": "1", "label": "A" }], "has_next_page": true, "marker": null });
    user.sandbox.add_fault(Fault::json("/runs", 200, page.clone()));
    run(&user).code(1).stdout("").says(["the list `data.runs` is not whole", "no `marker`"]);
    write(&user, "p", &format!("{RUNS}truncated = \"keep\"\n"), template);
    user.sandbox.add_fault(Fault::json("/runs", 200, page));
    run(&user).code(0).stdout("A true").says(["warning: the list `data.runs` is not whole", "no `marker`"]);
}

#[test]
fn a_list_that_changes_while_it_is_read_fails_the_run() {
    let rows = |ids: &[&str]| ids.iter().map(|id| json!({ "task_id": id, "label": "L" })).collect::<Vec<_>>();
    let section = format!("{TASKS}paginator = {{ limit = 2 }}\n");
    let user = user(&section, "{{#each data.tasks}}{{task_id}} {{/each}}");
    for (pages, why) in [
        // One moved to the next page.
        ([(&["a", "b"][..], 4), (&["b", "c"], 4)], "`L` is on an earlier page too: the list changed"),
        ([(&["a", "b"], 3), (&["c", "d"], 3)], "it has 3 rows, and 4 came"),
        ([(&["a", "b"], 9), (&["a", "b"], 9)], "the same rows as the page before"),
    ] {
        for (ids, total) in pages {
            let page = json!({ "DATA": rows(ids), "total": total });
            user.sandbox.add_fault(Fault::json("/v0.10/task_list", 200, page));
        }
        run(&user).code(1).stdout("").says(["a page of `data.tasks` that can't be followed", why]);
    }
}

#[test]
fn a_service_that_ignores_the_offset_ends() {
    let section = "[data.x]\nservice = \"transfer\"\npath = \"/v0.10/bookmark_list\"\nitems = \"DATA\"\npaginator = { type = \"offset\" }\n";
    let user = user(section, "{{len data.x}}");
    let page = json!({ "DATA": [{ "name": "no key" }] });
    user.sandbox.add_fault(Fault::json("/v0.10/bookmark_list", 200, page).times(2));
    run(&user).code(1).stdout("").says(["the same rows as the page before, so the list would never end"]);
}

#[test]
fn only_what_the_service_itself_says_is_a_refusal() {
    const PATH: &str = "/v0.10/endpoint/7e9d0001-2b4c-4f6a-8d13-6a7b8c9d0e01/access_list";
    let data = format!("{ENDPOINTS}{RULES}on_status = {{ 403 = \"skip\" }}\n");
    let user = user(&data, "{{len data.rules}}");
    for body in ["<html>blocked</html>", "", "null", "[]"] {
        user.sandbox.add_fault(Fault::text(PATH, 403, body));
        run(&user)
            .code(1)
            .stdout("")
            .says(["Globus Transfer refused the request with status 403", "a proxy"]);
    }
}

#[test]
fn a_page_that_breaks_off_is_requested_again_and_no_row_comes_twice() {
    let user = user(RUNS, "{{#each data.runs}}{{number}} {{/each}}");
    user.sandbox.set_list("/runs", &rows(5), Some(2)).unwrap();
    user.sandbox.add_fault(Fault::cut("/runs").times(2));
    run(&user).code(0).stdout(&numbers(5));
    user.sandbox.add_fault(Fault::status("/runs", 503).retry_after("0").times(2));
    run(&user).code(0).stdout(&numbers(5));
}

#[test]
fn a_list_below_each_row_comes_in_order_and_at_its_own_place_too() {
    let user = user(
        &format!("{ENDPOINTS}{RULES}include_from_parent = [\"id\"]\n"),
        "{{#each data.endpoints}}{{id}}:{{#each rules}} {{path}}{{/each}}\n{{/each}}",
    );
    let endpoints: Vec<Value> = (0..20).map(|number| json!({ "id": format!("e {number}") })).collect();
    user.sandbox.set_list("/v0.10/endpoint_search", &endpoints, None).unwrap();
    for number in 0..20 {
        let path = format!("/v0.10/endpoint/e%20{number}/access_list");
        let rules: Vec<Value> = (0..number % 3).map(|rule| json!({ "path": format!("/{rule}/") })).collect();
        user.sandbox.set_list(&path, &rules, None).unwrap();
    }
    let paths = ["", " /0/", " /0/ /1/"];
    let shown: Vec<String> = (0..20).map(|number| format!("e {number}:{}\n", paths[number % 3])).collect();
    run(&user).code(0).stdout(&shown.concat()).stderr("");
    assert_eq!(listed(&user).len(), 21);
    let data = user.read("p.toml").split_once("[data.endpoints]").unwrap().1.to_owned();
    write(
        &user,
        "p",
        &format!("[data.endpoints]{data}"),
        "{{#each data.rules}}{{_endpoints_id}}{{path}} {{/each}}{{sources.rules.rows}}",
    );
    let shown: String = (0..20usize)
        .flat_map(|number| (0..number % 3).map(move |rule| format!("e {number}/{rule}/ ")))
        .collect();
    run(&user).code(0).stdout(&format!("{shown}19")).stderr("");
}

#[test]
fn a_list_that_is_refused_fails_the_run_or_is_left_out_and_hidden() {
    const PATH: &str = "/v0.10/endpoint/7e9d0001-2b4c-4f6a-8d13-6a7b8c9d0e01/access_list";
    let loop_over = "{{#each data.endpoints}}{{display_name}}:{{#each rules}} {{path}}{{/each}}\n{{/each}}";
    let user = user(&format!("{ENDPOINTS}{RULES}"), loop_over);
    let refuse = || user.sandbox.add_fault(Fault::json(PATH, 403, json!({ "message": "Not for you" })));
    refuse();
    run(&user).code(1).stdout("").says([
        "Globus Transfer refused `data.rules` for `Climate archive` of `data.endpoints` with status 403: Not for you",
        "`on_status = { 403 = \"skip\" }` under `[data.rules]` leaves such lists out",
    ]);
    let data = format!("{ENDPOINTS}{RULES}on_status = {{ 403 = \"skip\" }}\n");
    write(&user, "p", &data, loop_over);
    refuse();
    run(&user)
        .code(1)
        .stdout("")
        .says(["the `rules` of `Climate archive` in `data.endpoints` are hidden from you"]);
    let asks = "{{#each data.endpoints}}{{display_name}}: {{#if (is_hidden rules)}}?{{else}}{{len rules}}{{/if}}\n{{/each}}{{sources.rules.skipped}} {{sources.endpoints.hidden}}";
    write(&user, "p", &data, asks);
    refuse();
    run(&user).code(0).stdout("Climate archive: ?\nLaboratory storage: 0\n1 1").says([
        "warning: `data.rules` is left out for 1 row of its parent, as `on_status` says: `Climate archive`\n",
    ]);
    // Another status still fails.
    user.sandbox.add_fault(Fault::json(PATH, 404, json!({ "message": "Gone" })));
    run(&user).code(1).stdout("").says(["with status 404: Gone"]);
}

/// Seven endpoints, and their list of rules.
fn seven_endpoints(user: &User) {
    let endpoint = |number| json!({ "id": format!("e{number}"), "display_name": format!("E{number}") });
    let endpoints: Vec<Value> = (0..7).map(endpoint).collect();
    user.sandbox.set_list("/v0.10/endpoint_search", &endpoints, None).unwrap();
}

#[test]
fn what_happens_to_many_rows_is_said_once() {
    let data = format!("{ENDPOINTS}{RULES}on_status = {{ 404 = \"skip\" }}\n");
    let skips = user(&data, "{{#each data.endpoints}}{{#unless (is_hidden rules)}}x{{/unless}}{{/each}}");
    seven_endpoints(&skips);
    // Rows are named in their order, whichever response comes first.
    let late = |list: &str| Fault::delay(list, Duration::from_millis(100)).times(1);
    skips.sandbox.add_fault(late("/v0.10/endpoint/e0/access_list"));
    run(&skips).code(0).stdout("").stderr(
        "warning: `data.rules` is left out for 7 rows of its parent, as `on_status` says: \
         `E0`, `E1`, `E2`, `E3`, `E4` and 2 more\n",
    );

    let data = ENDPOINTS.to_owned()
        + &RULES.replace("access_list\"", "access_list\"\npaginator = { type = \"offset\", limit = 1, maximum_offset = 1 }\ntruncated = \"keep\"");
    let cut = user(&data, "{{#each data.endpoints}}{{len rules}}{{/each}}");
    seven_endpoints(&cut);
    for number in 0..7 {
        let rules: Vec<Value> = (0..3).map(|rule| json!({ "id": format!("{number}/{rule}") })).collect();
        cut.sandbox.set_list(&format!("/v0.10/endpoint/e{number}/access_list"), &rules, None).unwrap();
    }
    cut.sandbox.add_fault(late("/v0.10/endpoint/e0/access_list"));
    let outcome = run(&cut).code(0);
    assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:#?}");
    outcome.says(["warning: 7 lists `data.rules` are not whole, for `E0` of `data.endpoints`, for `E1` of"]);

    let replaced = user(RUNS, "{{#each data.runs}}{{label}}{{/each}}");
    let page = r#"{"runs":[{"run_id":"1","label":"\ud800"},{"run_id":"2","label":"\ud800"}],"has_next_page":false,"marker":null}"#;
    replaced.sandbox.add_fault(Fault::text("/runs", 200, page));
    run(&replaced).code(0).stdout("\u{fffd}\u{fffd}").stderr(
        "warning: Globus Flows sent lone surrogates in 2 of the runs, numbers 1, 2; U+FFFD replaces them\n",
    );
}

#[test]
fn endpoints_of_compute_are_a_list() {
    let section = "[data.endpoints]\nservice = \"compute\"\npath = \"/v2/endpoints\"\n";
    let user = user(section, "{{#each data.endpoints}}{{uuid}} {{display_name}}\n{{/each}}");
    run(&user).code(0).stdout("a7f80001-9cad-4fc0-ad79-2a3b4c5d6e01 Climate cluster\n").stderr("");
    assert_eq!(listed(&user), ["/v2/endpoints"]);
}

/// The service is none of Globus, and gets the token for its own scope.
#[test]
fn a_list_of_any_other_service_is_read_with_a_token_for_its_scope() {
    let body = r#"{"result":{"widgets":[{"id":"w1"},{"id":"w2"}],"next":null}}"#;
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ";
    let server = Server::saying(format!("{head}{}\r\n\r\n{body}", body.len()).leak());
    let scope = "https://auth.globus.org/scopes/5d4c3b2a-0000-4000-8000-00000000beef/widgets";
    let section = format!(
        "[data.widgets]\nbase_url = \"{}/api\"\nscope = \"{scope}\"\npath = \"/v1/widgets\"\nparams = {{ kind = \"a b\" }}\n\
         items = \"result.widgets\"\n\
         paginator = {{ type = \"cursor\", cursor_path = \"result.next\", cursor_param = \"cursor\" }}\n",
        server.url
    );
    let user = user(&section, "{{#each data.widgets}}{{id}} {{/each}}");
    run(&user).code(0).stdout("w1 w2 ").stderr("");
    let [head] = &server.heads()[..] else { panic!("it was not requested once") };
    assert!(head.starts_with("GET /api/v1/widgets?kind=a+b HTTP/1.1\r\n"), "{head}");
    let tokens: Value = serde_json::from_str(&user.read("p.json")).unwrap();
    let token = &tokens["data"]["DEFAULT"]["5d4c3b2a-0000-4000-8000-00000000beef"];
    assert_eq!(token["scope"], scope);
    let bearer = format!("authorization: Bearer {}\r\n", token["access_token"].as_str().unwrap());
    assert!(head.to_lowercase().contains(&bearer.to_lowercase()), "{head}");
    assert_eq!(listed(&user), [""; 0], "Globus gets no request for it");
}

#[test]
fn a_list_that_does_not_come_is_named() {
    let user = user(&format!("{RUNS}[http]\nretries = 0\n"), "{{len data.runs}}");
    user.sandbox.add_fault(Fault::status("/runs", 500));
    run(&user)
        .code(4)
        .says(["error: can't get the list `data.runs`: Globus Flows keeps failing with status 500: "]);
}

#[test]
fn a_row_that_names_no_path_fails_the_run() {
    let user = user(&format!("{ENDPOINTS}{RULES}"), "{{len data.rules}}");
    for (id, why) in [
        (json!(null), "its `id` is null"),
        (json!(""), "its `id` is empty"),
        (json!(".."), "its `id` is `..`"),
        (json!(["x"]), "its `id` is a list"),
        (json!("../x"), "its `id` has a slash"),
    ] {
        let rows = [json!({ "id": id, "display_name": "Odd one" })];
        user.sandbox.set_list("/v0.10/endpoint_search", &rows, None).unwrap();
        run(&user)
            .code(1)
            .stdout("")
            .says(["can't request `data.rules` for `Odd one` of `data.endpoints`", why]);
    }
}

#[test]
fn a_rejected_token_of_one_service_is_replaced() {
    let user = user(&format!("{TASKS}{RUNS}"), "{{len data.tasks}}{{len data.runs}}");
    run(&user).code(0).stdout("32");
    user.sandbox.add_fault(Fault::status("/runs", 401));
    run(&user).code(0).stdout("32");
}

/// The tokens of all services are read before the first request.
#[test]
fn a_token_that_expires_before_its_service_is_asked_is_refreshed_once() {
    let user = Arc::new(User::new());
    user.write(
        "p.toml",
        "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nstorage = \"p.json\"\ntemplate = \"./p.txt.hbs\"\n\
         [groups]\n[data.shares]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{groups.id}/access_list\"\n",
    );
    user.write("p.txt.hbs", "{{#each groups}}{{name}}:{{#each shares}}{{path}} {{/each}}{{/each}}");
    let access_list = |id: &str| format!("/v0.10/endpoint/{id}/access_list");
    for id in ["a", "b"] {
        user.sandbox
            .set_list(&access_list(id), &[json!({ "id": id, "path": format!("/{id}/") })], None)
            .unwrap();
    }
    user.sandbox.set_groups(vec![]);
    let mut terminal = user.terminal(["--profile", "./p.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("");
    user.sandbox.clear_requests();

    let body = r#"[{"id":"a","name":"A","my_memberships":[]},{"id":"b","name":"B","my_memberships":[]}]"#;
    let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let during_groups = Arc::downgrade(&user);
    let groups = Server::serving(move |stream| {
        if let Some(user) = during_groups.upgrade() {
            user.sandbox.expire_access_tokens();
        }
        let _ = stream.write_all(response.as_bytes());
    });
    // Both are refused.
    user.sandbox.add_fault(Fault::delay("/v0.10/endpoint/*", Duration::ZERO).together(2));
    let mut command = user.command(["--profile", "./p.toml"]);
    command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", &groups.url);
    Outcome::of(&mut command).code(0).stdout("A:/a/ B:/b/ ").stderr("");
    assert_eq!(groups.heads().len(), 1);
    let mut requests = user.requests();
    requests[..2].sort();
    requests[3..].sort();
    let [a, b] = ["a", "b"].map(|id| format!("GET {}", access_list(id)));
    assert_eq!(requests, [&*a, &*b, "POST /v2/oauth2/token", &*a, &*b]);
}

#[test]
fn the_guard_counts_and_names_the_rows_of_the_main_list() {
    let user = user(
        &format!("{TASKS}[output]\npath = \"out.txt\"\n[output.guard]\nmax_removed = 1\n"),
        "{{#each data.tasks}}{{label}}\n{{/each}}",
    );
    run(&user).code(0);
    assert_eq!(user.read("out.txt"), "Climate archive, week 9\nGenome runs\nField season 2026\n");
    let left = [json!({ "task_id": "5a1e0002-7c3d-4b1e-9a42-0d5c2e1a3f02", "label": "Genome runs" })];
    user.sandbox.set_list("/v0.10/task_list", &left, None).unwrap();
    run(&user).code(5).says([
        "it had 3 tasks and would have 1: 2 would be removed",
        "- Climate archive, week 9",
        "- Field season 2026",
    ]);
    user.sandbox.set_list("/v0.10/task_list", &[], None).unwrap();
    run(&user).code(5).says(["it would have no tasks"]);
}

#[test]
fn each_mistake_has_its_place() {
    let user = user("", "");
    for (data, at, message) in [
        ("[data.groups]\n", "6:7", "can't be called `groups`"),
        ("[data.\"a-b\"]\n", "6:7", "`a-b` can't be the name of a list"),
        ("[data.x]\npath = \"/a\"\n", "6:7", "`data.x` says no `service`"),
        ("[data.x]\nservice = \"flows\"\n", "6:7", "`data.x` has no `path`"),
        ("[data.x]\nservice = \"transfe\"\n", "7:11", "did you mean `transfer`?"),
        (
            "[data.x]\nservice = \"flows\"\nbase_url = \"https://a.example\"\npath = \"/runs\"\n",
            "8:1",
            "both a `service` and a `base_url`",
        ),
        ("[data.x]\nbase_url = \"https://a.example\"\npath = \"/runs\"\n", "7:1", "but not the `scope`"),
        ("[data.x]\nservice = \"flows\"\npath = \"/a?b=c\"\n", "8:11", "no query or fragment"),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs/{y.id}/log\"\n",
            "8:8",
            "there is no list `[data.y]`",
        ),
        ("[data.x]\nservice = \"flows\"\npath = \"/runs/{x.id}/log\"\n", "8:8", "its own parent: x > x"),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs/{groups.id}/log\"\n",
            "8:8",
            "add the section `[groups]`",
        ),
        ("[data.x]\nservice = \"flows\"\npath = \"/other\"\n", "6:7", "needs a `paginator`"),
        ("[data.x]\nservice = \"flows\"\npath = \"//evil.example/runs\"\n", "8:9", "can't hold `//`"),
        ("[data.x]\nservice = \"flows\"\npath = \"/../runs\"\n", "8:10", "go through `..`"),
        ("[data.x]\nservice = \"flows\"\npath = \"/ä b\"\n", "8:10", "can't hold `ä`"),
        (
            "[groups]\n[data.roles]\nservice = \"flows\"\npath = \"/runs/{groups.id}/log\"\n",
            "9:8",
            "groups have a `roles` of their own",
        ),
        (
            "[data.x]\nbase_url = \"https://a.example\"\npath = \"/x\"\npaginator = { type = \"single\" }\n\
             scope = \"urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships\"\n",
            "10:9",
            "this scope is for Globus Groups, whose tokens go to no other server",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/x\"\npaginator = { type = \"offset\", limit_param = \"n\", offset_param = \"n\" }\n",
            "9:66",
            "are both `n`",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs\"\npaginator = { cursor_param = \"\" }\n",
            "9:30",
            "is empty",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/x\"\npaginator = { type = \"cursor\", cursor_path = \"next\", cursor_param = \"m\" }\n",
            "9:32",
            "`data.x` needs `items`",
        ),
        ("[data.x]\nservice = \"timers\"\npath = \"/jobs\"\n", "8:8", "did you mean `/jobs/`?"),
        ("[data.x]\nservice = \"flows\"\npath = \"/runs\"\njson = { a = 1 }\n", "9:1", "can't send `json`"),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs\"\nparams = { marker = \"a\" }\n",
            "9:12",
            "is set by the paginator",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs\"\npaginator = { type = \"single\", limit = 1 }\n",
            "9:32",
            "does not apply to the type `single`",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs\"\npaginator = { type = \"cursor\", cursor_param = \"a\" }\n",
            "9:1",
            "has no `cursor_path`",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs\"\non_status = { 403 = \"skip\" }\n",
            "9:1",
            "has no parent",
        ),
        (
            "[data.x]\nservice = \"flows\"\npath = \"/runs\"\ninclude_from_parent = [\"id\"]\n",
            "9:1",
            "has no parent",
        ),
        (
            "[data.y]\nservice = \"flows\"\npath = \"/runs\"\n[data.x]\nservice = \"flows\"\npath = \"/runs/{y.run_id}/log\"\non_status = { 500 = \"skip\" }\n",
            "12:15",
            "`500` can't be skipped",
        ),
        ("[data.x]\nservice = \"flows\"\npath = \"/runs\"\nbanana = 1\n", "9:1", "unknown key `banana`"),
    ] {
        write(&user, "p", data, "");
        user.run(["check", "./p.toml"]).code(2).says([message, &format!("./p.toml:{at}")]);
    }
}

#[test]
fn scopes_that_are_written_have_to_be_enough() {
    let user = user(TASKS, "{{len data.tasks}}");
    let with = |scopes: &str| {
        user.write(
            "q.toml",
            &user.read("p.toml").replacen("storage", &format!("scopes = [{scopes}]\nstorage"), 1),
        )
    };
    with("\"openid\"");
    user.run(["--profile", "./q.toml"]).code(2).says([
        "`scopes` lacks the scope that `[data.tasks]` needs",
        "urn:globus:auth:scope:transfer.api.globus.org:all",
    ]);
    with("\"openid\", \"urn:globus:auth:scope:transfer.api.globus.org:all\"");
    user.run(["--profile", "./q.toml"]).code(0).stdout("3");
}

#[test]
fn lists_below_lists_and_below_groups_are_requested_too() {
    let access_list = |id: &str| format!("/v0.10/endpoint/{id}/access_list");
    let data = format!(
        "{ENDPOINTS}{RULES}[data.deep]\nservice = \"transfer\"\npath = \"/v0.10/endpoint/{{rules.id}}/access_list\"\n\
         include_from_parent = [\"path\"]\n[groups]\n[data.shares]\nservice = \"transfer\"\n\
         path = \"/v0.10/endpoint/{{groups.id}}/access_list\"\n"
    );
    let template = "{{#each data.endpoints}}{{id}}:{{#each rules}}{{id}}:{{#each deep}}{{_rules_path}}{{path}} {{/each}}{{/each}}{{/each}}|\
         {{#each groups}}{{name}}:{{#each shares}}{{path}} {{/each}}{{/each}}|{{len data.deep}}{{len data.shares}}";
    let user = user(&data, template);
    user.sandbox.set_list("/v0.10/endpoint_search", &[json!({ "id": "e" })], None).unwrap();
    let rule = |id: &str, path: &str| json!({ "id": id, "path": path });
    user.sandbox.set_list(&access_list("e"), &[rule("r1", "/1/"), rule("r2", "/2/")], None).unwrap();
    user.sandbox.set_list(&access_list("r1"), &[rule("d1", "/x/"), rule("d2", "/y/")], None).unwrap();
    user.sandbox.set_list(&access_list("r2"), &[], None).unwrap();
    user.sandbox.set_groups(vec![json!({ "id": "g", "name": "G", "my_memberships": [] })]);
    user.sandbox.set_list(&access_list("g"), &[rule("s", "/s/")], None).unwrap();
    run(&user).code(0).stdout("e:r1:/1//x/ /1//y/ r2:|G:/s/ |21").stderr("");
    assert_eq!(listed(&user).len(), 6);
}

#[test]
fn a_person_meets_what_a_second_service_requires_with_one_more_login() {
    let user = User::new();
    user.write(
        "p.toml",
        &format!(
            "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"\nstorage = \"p.json\"\ntemplate = \"./p.txt.hbs\"\n{TASKS}{RUNS}"
        ),
    );
    user.write("p.txt.hbs", "{{len data.tasks}}{{len data.runs}}");
    let mut terminal = user.terminal(["--profile", "./p.toml"]);
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("32");
    user.run(["--profile", "./p.toml"]).code(0).stdout("32").stderr("");
    user.sandbox.set_requirements_of("flows", json!({ "session_required_mfa": true })).unwrap();
    user.run(["--profile", "./p.toml"]).code(3).stdout("").says(["Globus Flows requires another login"]);
    let mut terminal = user.terminal(["--profile", "./p.toml"]);
    terminal.shows("Globus Flows requires another login");
    terminal.paste_code(&user.sandbox);
    terminal.wait_for_end().code(0).stdout("32");
    user.run(["--profile", "./p.toml"]).code(0).stdout("32").stderr("");
}

#[test]
fn data_that_is_printed_names_the_lists_that_are_hidden() {
    const PATH: &str = "/v0.10/endpoint/7e9d0001-2b4c-4f6a-8d13-6a7b8c9d0e01/access_list";
    let template = "{{#each data.endpoints}}{{is_hidden rules}} {{#if (is_hidden rules)}}?{{else}}{{len rules}}{{/if}} {{json this}}\n{{/each}}";
    let user = user(&format!("{ENDPOINTS}{RULES}on_status = {{ 403 = \"skip\" }}\n"), template);
    let refuse = || user.sandbox.add_fault(Fault::json(PATH, 403, json!({ "message": "Not for you" })));
    refuse();
    let printed = user.run(["data", "./p.toml", "--save", "saved.json"]).code(0);
    printed.says(["`data.rules` is left out for 1 row"]);
    let saved: Value = serde_json::from_str(&user.read("saved.json")).unwrap();
    let endpoints = saved["data"]["endpoints"].as_array().unwrap();
    assert_eq!((&endpoints[0]["rules"], &endpoints[0]["hidden_lists"]), (&Value::Null, &json!(["rules"])));
    assert_eq!(endpoints[1].get("hidden_lists"), None);
    // What is saved renders as the run did.
    refuse();
    let rendered = run(&user).code(0).stdout;
    assert!(rendered.starts_with("true ?") && rendered.contains("\nfalse 0"), "{rendered}");
    user.run(["render", "./p.toml", "--data", "saved.json"]).code(0).stdout(&rendered);
}

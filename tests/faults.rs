//! Faults of the network and of the machine, one by one. The page `docs/src/faults.md` lists them all, with the tests that
//! are elsewhere.

use std::io::Write;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use globus_sandbox::Fault;
use serde_json::json;

use crate::support::{MY_GROUPS, Outcome, Server, TOKEN, User};

const BODY: &str = r#"[{"id":"1","name":"A","my_memberships":[]}]"#;
const CSV: &str = "ID,Name,Roles\n1,\"A\",\n";

/// A user whose profile `once.toml` sends each request once, and has an output.
fn user() -> User {
    let user = User::logged_in();
    user.profile("once", "[http]\nretries = 0\ntimeout = 60");
    user
}

/// A run whose Groups is at this address.
fn run_against(user: &User, url: &str) -> Outcome {
    let mut command = user.command(["--profile", "./once.toml"]);
    Outcome::of(command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", url))
}

/// A run whose Groups sends these headers and this body.
fn run_with(user: &User, headers: &str, body: &[u8]) -> Outcome {
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}\r\n");
    run_against(user, &Server::sending([head.as_bytes(), body].concat()).url)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_host_that_has_no_address_is_exit_4() {
    run_against(&user(), "https://groups.invalid/")
        .code(4)
        .stdout("")
        .says(["error: no response from Globus Groups at groups.invalid", "check the network"]);
}

#[test]
fn a_proxy_that_is_down_is_exit_4() {
    let user = user();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = user.command(["--profile", "./once.toml"]);
    command.env("GLOBUS_SDK_SERVICE_URL_GROUPS", "https://groups.invalid/");
    Outcome::of(command.env("HTTPS_PROXY", format!("http://{closed}")))
        .code(4)
        .stdout("")
        .says(["no response from Globus Groups at groups.invalid", "the proxy variables"]);
}

#[test]
fn a_body_that_trickles_has_an_end() {
    let user = user();
    user.profile("once", "[http]\nretries = 0\ntimeout = 0.1");
    // Each byte is in time, and all of them would take a day.
    let server = Server::serving(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n[");
        while stream.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    run_against(&user, &server.url).code(4).stdout("").says(["no response from Globus Groups"]);
}

#[test]
fn a_head_that_trickles_has_an_end() {
    let user = user();
    user.profile("once", "[http]\nretries = 0\ntimeout = 0.2");
    let server = Server::serving(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    run_against(&user, &server.url).code(4).stdout("").says(["no response in time"]);
}

#[test]
fn a_body_cut_at_any_byte_is_never_delivered() {
    let zipped = gzip(BODY.as_bytes());
    let chunked = [format!("{:x}\r\n", BODY.len()).as_bytes(), BODY.as_bytes(), b"\r\n0\r\n\r\n"].concat();
    let length = |body: &[u8]| format!("content-length: {}\r\n", body.len());
    thread::scope(|scope| {
        for (headers, body, code) in [
            (length(BODY.as_bytes()), BODY.as_bytes(), 4),
            ("transfer-encoding: chunked\r\n".to_owned(), &chunked, 4),
            // The end of the connection is that of the body, as far as HTTP/1.0 knows.
            (String::new(), BODY.as_bytes(), 1),
            (length(&zipped) + "content-encoding: gzip\r\n", &zipped, 4),
            ("content-encoding: gzip\r\n".to_owned(), &zipped, 4),
        ] {
            scope.spawn(move || {
                let user = user();
                for end in 0..body.len() {
                    let outcome = run_with(&user, &headers, &body[..end]).code(code).stdout("");
                    outcome.says(["Globus Groups"]);
                }
                run_with(&user, &headers, body).code(0).stdout(CSV).stderr("");
            });
        }
    });
}

#[test]
fn a_body_of_several_gzip_members_is_read_whole() {
    let user = user();
    let headers = "content-encoding: gzip\r\n";
    let (first, second) = BODY.split_at(20);
    let body = [gzip(first.as_bytes()), gzip(b""), gzip(second.as_bytes())].concat();
    run_with(&user, headers, &body).code(0).stdout(CSV).stderr("");
    // The first one is a whole document: what comes after it counts all the same.
    for rest in [gzip(b"[]"), gzip(b"x"), b"x".to_vec(), b"\0".to_vec()] {
        let outcome = run_with(&user, headers, &[gzip(BODY.as_bytes()), rest].concat()).stdout("");
        assert!(matches!(outcome.code, Some(1 | 4)), "{outcome:#?}");
    }
    run_with(&user, headers, &[gzip(BODY.as_bytes()), gzip(b" \n")].concat()).code(0).stdout(CSV);
}

#[test]
fn gzip_that_unpacks_without_end_is_refused() {
    let user = user();
    let bomb = gzip(&[b"[{\"id\": \"".as_slice(), &vec![b'x'; 40 * 1024 * 1024]].concat());
    assert!(bomb.len() < 100_000);
    run_with(&user, "content-encoding: gzip\r\n", &bomb).code(1).stdout("").says(["larger than 16 MiB"]);
    run_with(&user, "content-encoding: br\r\n", b"x")
        .code(1)
        .stdout("")
        .says(["its content encoding is \"br\", not gzip"]);
}

#[test]
fn a_head_of_ten_megabytes_is_refused() {
    let headers = format!("x: {}\r\ncontent-length: 2\r\n", "x".repeat(10_000_000));
    run_with(&user(), &headers, b"[]").code(4).stdout("").says(["no response from Globus Groups"]);
}

#[test]
fn the_content_type_does_not_matter_and_the_content_does() {
    let user = user();
    let html = b"<!doctype html><title>Log in to the network</title>";
    run_with(&user, "content-type: text/html\r\n", html)
        .code(1)
        .stdout("")
        .says(["Globus Groups sent a response that is not a list of objects"]);
    for wrong in ["text/html", "application/octet-stream", "\"", ""] {
        run_with(&user, &format!("content-type: {wrong}\r\n"), BODY.as_bytes()).code(0).stdout(CSV);
    }
}

#[test]
fn no_token_follows_a_redirect_to_another_host() {
    let user = user();
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let other = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]");
        let head = format!("HTTP/1.1 {status}\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", other.url);
        let server = Server::sending(head.into_bytes());
        run_against(&user, &server.url).code(1).stdout("").says(["it redirects to 127.0.0.1:"]);
        assert_eq!((server.heads().len(), other.heads()), (1, vec![]));
    }
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let user = user();
    for wrong in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf"] {
        let body = [br#"[{"id":"1","name":""#, wrong, br#"","my_memberships":[]}]"#].concat();
        run_with(&user, "", &body).code(1).stdout("").says(["sent a response that is not a list of groups"]);
    }
}

#[test]
fn json_that_is_too_deep_is_refused_also_from_globus_auth() {
    let user = user();
    let deep = "[".repeat(1_000_000);
    run_with(&user, "", deep.as_bytes()).code(1).stdout("").says(["not a list of objects"]);

    let before = user.token()["refresh_token"].clone();
    user.expire_token_in(0);
    for body in [deep.clone(), format!("{{\"access_token\": {deep}")] {
        user.sandbox.add_fault(Fault::text("/v2/oauth2/token", 200, &body));
        user.run(["--profile", "groups"]).code(1).stdout("").says(["Globus Auth sent an unusable response"]);
        assert_eq!(user.token()["refresh_token"], before);
    }
}

#[test]
fn a_clock_that_is_a_day_off_costs_a_request_and_no_login() {
    let user = user();
    // Slow: the token is taken for valid.
    user.sandbox.expire_access_tokens();
    user.expire_token_in(86_400);
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [MY_GROUPS, TOKEN, MY_GROUPS]);
    // Fast: the token is taken for expired.
    user.expire_token_in(-86_400);
    user.run(["--profile", "groups"]).code(0).stderr("");
    assert_eq!(user.requests(), [TOKEN, MY_GROUPS]);
}

#[test]
fn without_a_home_nothing_is_done_elsewhere() {
    let user = user();
    let run = |home: Option<&str>| {
        let mut command = user.command(["--profile", "groups"]);
        command.env_remove("HOME");
        if let Some(home) = home {
            command.env("HOME", home);
        }
        Outcome::of(&mut command).stdout("")
    };
    for home in [Some("/no/such/home"), Some("/dev/null"), Some(""), None] {
        let outcome = run(home);
        assert!(matches!(outcome.code, Some(1..=3)), "{home:?}: {outcome:#?}");
        assert_eq!(user.requests(), [""; 0], "{home:?}");
    }
}

#[test]
fn a_key_that_is_there_twice_has_the_last_value() {
    let body = r#"[{"id":"0","id":"1","name":"B","name":"A","my_memberships":[]}]"#;
    run_with(&user(), "", body.as_bytes()).code(0).stdout(CSV);
    let user = user();
    user.expire_token_in(0);
    let twice = json!({ "access_token": "new", "token_type": "Bearer" }).to_string();
    let twice = twice.replacen('{', "{\"access_token\":\"old\",", 1);
    user.sandbox.add_fault(Fault::text("/v2/oauth2/token", 200, &twice));
    user.run(["--profile", "groups"]);
    assert_ne!(user.token()["access_token"], "old");
}

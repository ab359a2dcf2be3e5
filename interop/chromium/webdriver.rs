//! Chromium, controlled over the `WebDriver` protocol.
//!
//! <https://www.w3.org/TR/webdriver2/>

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Long enough for a machine under load; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long Chromium may take to exit.
const EXIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Between two polls.
const PAUSE: Duration = Duration::from_millis(20);

const TO_INSTALL: &str = "`interop/run` installs Chromium and its driver";

/// Chromium runs as root in a container, for the first time, and must send no requests of its own.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/// A session of `WebDriver`, with a driver and a Chromium of its own. Both end with it.
pub struct WebDriver {
    driver: Child,
    session: String,
    client: Client,
    runtime: Runtime,
    /// For all files of both; removed after they exit.
    #[expect(dead_code, reason = "removed when dropped")]
    home: TempDir,
}

impl WebDriver {
    pub fn start() -> Self {
        let home = TempDir::new().unwrap();
        let mut driver = Command::new("/bin/sh")
            .arg("interop/chromium/driver.sh")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .env("TZ", "UTC")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let port = port_of(&mut driver);
        let capabilities = capabilities(&home.path().join("profile"));
        let mut started = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            client: client(),
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            home,
        };
        let created = started
            .call(Method::POST, "", &json!({ "capabilities": { "alwaysMatch": capabilities } }), PATIENCE)
            .unwrap_or_else(|why| panic!("Chromium does not start; {TO_INSTALL}\n{why}"));
        started.session = format!("{}/{}", started.session, created["sessionId"].as_str().unwrap());
        started
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, &Value::Null, PATIENCE).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.call(Method::POST, path, body, PATIENCE).unwrap_or_else(|why| panic!("{path} {body}: {why}"))
    }

    /// A command of the protocol of Chromium's developer tools.
    #[track_caller]
    pub fn developer_tools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn call(&self, method: Method, path: &str, body: &Value, patience: Duration) -> Result<Value, String> {
        let request = self.client.request(method, format!("{}{path}", self.session)).timeout(patience);
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        let response = async {
            let response = request.send().await?;
            Ok::<_, reqwest::Error>((response.status(), response.text().await?))
        };
        let (status, text) = self.runtime.block_on(response).map_err(|error| format!("{error:?}"))?;
        let mut body: Value = serde_json::from_str(&text).map_err(|_| text)?;
        let value = body["value"].take();
        // The driver's stack trace is left out.
        if status.is_success() { Ok(value) } else { Err(format!("{}: {}", value["error"], value["message"])) }
    }
}

/// Without TLS, which the driver does not speak.
fn client() -> Client {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    // Left to itself, reqwest looks for a provider of cryptography, and panics.
    Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap()
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        // Chromium stops writing before its folder is removed. If it does not, the end of stdin stops it.
        let _ = self.call(Method::DELETE, "", &Value::Null, EXIT_TIMEOUT);
        drop(self.driver.stdin.take());
        let _ = self.driver.wait();
    }
}

fn capabilities(profile: &Path) -> Value {
    let profile = format!("--user-data-dir={}", profile.display());
    let flags: Vec<&str> = FLAGS.into_iter().chain([profile.as_str()]).collect();
    json!({
        "goog:chromeOptions": { "args": flags },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    })
}

/// The port of the driver. Its later output is read and dropped, so that it does not block.
fn port_of(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let (sender, received) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // The receiver is gone once the port is known.
            let _ = sender.send(line);
        }
    });
    let deadline = Instant::now() + PATIENCE;
    let mut seen = String::new();
    while let Ok(line) = received.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().unwrap();
        }
        seen.push_str(&line);
    }
    panic!("chromedriver does not start; {TO_INSTALL}\n{seen}");
}

/// Polls until there is a value.
#[track_caller]
pub fn wait_for<T>(what: &str, poll: impl Fn() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = poll() {
            return found;
        }
        assert!(Instant::now() < deadline, "timed out waiting for {what}");
        thread::sleep(PAUSE);
    }
}

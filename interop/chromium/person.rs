//! A person at a browser, who reads and clicks.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::webdriver::{WebDriver, wait_for};
use crate::support::{Terminal, User};

/// The key of an element in `WebDriver`'s JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The sizes of a desktop window and of a phone.
const SIZES: [(&str, u32, u32); 2] = [("desk", 1200, 800), ("phone", 390, 844)];

pub struct Person {
    driver: WebDriver,
}

impl Person {
    pub fn new() -> Self {
        Self { driver: WebDriver::start() }
    }

    /// Runs the binary at a terminal and opens the address that it gives to `$BROWSER`. Returns that too.
    #[track_caller]
    pub fn sent_by<const N: usize>(&self, user: &User, arguments: [&str; N]) -> (Terminal, Url) {
        user.write("browser.sh", include_str!("browser.sh"));
        let browser = ("BROWSER".to_owned(), "/bin/sh browser.sh".to_owned());
        let terminal = user.terminal_in(arguments, &[browser]);
        let noted = user.home().join("address");
        let address = wait_for("the address", || fs::read_to_string(&noted).ok());
        let address = Url::parse(&address).unwrap();
        self.open(&address);
        (terminal, address)
    }

    #[track_caller]
    pub fn open(&self, address: &Url) {
        self.driver.post("/url", &json!({ "url": address.as_str() }));
    }

    /// Waits for the page with this title, and returns its text.
    #[track_caller]
    pub fn sees(&self, title: &str) -> String {
        let title = json!(title);
        wait_for(&format!("the page {title}"), || (self.driver.get("/title") == title).then_some(()));
        self.text()
    }

    /// The visible text of the page.
    #[track_caller]
    pub fn text(&self) -> String {
        self.text_at("//body")
    }

    /// The text of the one element at this place.
    #[track_caller]
    pub fn text_at(&self, xpath: &str) -> String {
        let text = self.driver.get(&format!("/element/{}/text", self.find(xpath)));
        text.as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn address(&self) -> Url {
        Url::parse(self.driver.get("/url").as_str().unwrap()).unwrap()
    }

    #[track_caller]
    pub fn go_back(&self) {
        self.driver.post("/back", &json!({}));
    }

    /// Chooses the user with this name on the consent page.
    #[track_caller]
    pub fn choose(&self, username: &str) {
        self.click(&format!("//label[contains(., '{username}')]"));
    }

    #[track_caller]
    pub fn press(&self, button: &str) {
        self.click(&format!("//button[normalize-space() = '{button}']"));
    }

    /// Replaces the text of the one field at this place.
    #[track_caller]
    pub fn types(&self, xpath: &str, text: &str) {
        let field = self.find(xpath);
        self.driver.post(&format!("/element/{field}/clear"), &json!({}));
        self.driver.post(&format!("/element/{field}/value"), &json!({ "text": text }));
    }

    /// The result of a JavaScript function with this body, in the page.
    #[track_caller]
    pub fn evaluate(&self, script: &str) -> Value {
        self.driver.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Disables scripts from the next page on.
    pub fn disables_javascript(&self) {
        self.driver.developer_tools("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    }

    /// Prints the page on A4 to a PDF in `target/tmp/chromium`.
    pub fn prints(&self, name: &str) {
        let paper = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true });
        let printed = self.driver.developer_tools("Page.printToPDF", &paper);
        keep(&format!("{name}.pdf"), b"%PDF", printed["data"].as_str().unwrap());
    }

    #[track_caller]
    pub fn click(&self, xpath: &str) {
        self.driver.post(&format!("/element/{}/click", self.find(xpath)), &json!({}));
    }

    /// The one element at this place.
    #[track_caller]
    fn find(&self, xpath: &str) -> String {
        let found = self.driver.post("/elements", &json!({ "using": "xpath", "value": xpath }));
        let found = found.as_array().unwrap();
        assert_eq!(found.len(), 1, "{xpath} on {}", self.driver.get("/source"));
        found[0][ELEMENT].as_str().unwrap().to_owned()
    }

    /// Checks the page in a desktop window and on a phone, in the light and the dark color scheme. The pictures
    /// are in `target/tmp/chromium`.
    #[track_caller]
    pub fn finds_page_accessible(&self, name: &str) {
        let mut faults = Vec::new();
        for (size, width, height) in SIZES {
            for scheme in ["light", "dark"] {
                let name = format!("{name}-{size}-{scheme}");
                self.takes_picture(&name, width, height, scheme);
                let found = self.evaluate(include_str!("accessibility.js"));
                faults.extend(found.as_array().unwrap().iter().map(|fault| format!("{name}: {fault}")));
            }
        }
        self.driver.developer_tools("Emulation.clearDeviceMetricsOverride", &json!({}));
        assert_eq!(faults, [""; 0]);
    }

    /// Takes a picture of the page in a window of this size and color scheme, in `target/tmp/chromium`.
    #[track_caller]
    pub fn takes_picture(&self, name: &str, width: u32, height: u32, scheme: &str) {
        self.set_screen(width, height, scheme);
        keep(&format!("{name}.png"), b"\x89PNG", self.driver.get("/screenshot").as_str().unwrap());
    }

    fn set_screen(&self, width: u32, height: u32, scheme: &str) {
        let screen =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.driver.developer_tools("Emulation.setDeviceMetricsOverride", &screen);
        let preference = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.driver.developer_tools("Emulation.setEmulatedMedia", &json!({ "features": [preference] }));
    }

    /// The lines in the console since the last call.
    #[track_caller]
    pub fn console(&self) -> Vec<String> {
        self.log("browser").iter().map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }

    /// The addresses that any page requested since the last call.
    #[track_caller]
    pub fn requests(&self) -> Vec<Url> {
        let event = |entry: &Value| {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            message["message"].clone()
        };
        let events = self.log("performance");
        let requests =
            events.iter().map(event).filter(|event| event["method"] == "Network.requestWillBeSent");
        requests
            .map(|event| Url::parse(event["params"]["request"]["url"].as_str().unwrap()).unwrap())
            .collect()
    }

    #[track_caller]
    fn log(&self, of: &str) -> Vec<Value> {
        self.driver.post("/se/log", &json!({ "type": of })).as_array().unwrap().clone()
    }
}

/// The path of a picture or PDF.
pub fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("chromium").join(name)
}

/// Writes a file whose content is given in base64, and must start with these bytes.
fn keep(name: &str, magic: &[u8], content: &str) {
    let content = STANDARD.decode(content).unwrap();
    assert!(content.starts_with(magic), "{name}");
    let path = kept(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

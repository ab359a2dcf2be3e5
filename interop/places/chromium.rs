//! Pages as Chromium reads them, and what their scripts do.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use url::Url;

use crate::chromium::person::Person;

pub struct Chromium {
    person: Person,
    folder: TempDir,
}

impl Chromium {
    pub fn start() -> Self {
        let person = Person::new();
        person.open(&Url::parse("about:blank").unwrap());
        // Chromium starts with a page of its own.
        person.requests();
        Self { person, folder: TempDir::new().unwrap() }
    }

    /// The tree of the page. Fails if a script of a name ran, or if the page made a request.
    pub fn read(&self, page: &str) -> Result<Value, String> {
        let file = self.folder.path().join("page.html");
        fs::write(&file, page).unwrap();
        let address = Url::from_file_path(file).unwrap();
        self.person.open(&address);
        let mut read = self.person.evaluate(include_str!("chromium.js"));
        if read["owned"] == true {
            return Err("a script of a name ran".to_owned());
        }
        if self.person.address() != address {
            return Err(format!("it went to {}", self.person.address()));
        }
        let asked: Vec<Url> = self.person.requests();
        // A name in the address of an image is asked for here, where it is not found.
        match asked.iter().find(|url| url.scheme() != "file" && !url.scheme().starts_with("chrome")) {
            Some(url) => Err(format!("it sent a request to {url}")),
            None => Ok(read["tree"].take()),
        }
    }
}

//! Parsers that others wrote: those of `readers`, which Python knows, and Chromium.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::chromium::Chromium;
use crate::venv::python;

const PAGE_OF_SCRIPT: &str = "<!DOCTYPE html><meta charset=utf-8><body><script>const seen = [], show = (x) => seen.push(x);</script><script>";
/// Without the script that is read, whose text is as long as it likes.
const SHOW_WHAT_IT_SAW: &str = "document.documentElement.textContent = JSON.stringify(seen)";

/// One Python for many texts, and one Chromium for all readers, which starts with the first text for it.
pub struct Readers<'c> {
    chromium: &'c Mutex<Option<Chromium>>,
    python: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl<'c> Readers<'c> {
    pub fn start(chromium: &'c Mutex<Option<Chromium>>) -> Self {
        let mut command = Command::new(python("places"));
        command.arg("interop/places/readers").current_dir(env!("CARGO_MANIFEST_DIR"));
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
        let mut python = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let answers = BufReader::new(python.stdout.take().unwrap());
        Self { chromium, requests: python.stdin.take(), answers, python }
    }

    /// What this reader finds in the text, or why it rejects the text.
    pub fn read(&mut self, reader: &str, text: &str) -> Result<Value, String> {
        match reader {
            "chromium" => self.in_chromium(text),
            "chromium with json" => self.in_python("with json", &self.in_chromium(text)?),
            "gfm in chromium" => {
                let page = self.in_python("markdown to html", &text.into())?;
                self.in_chromium(&format!("<!DOCTYPE html><meta charset=utf-8>{}", page.as_str().unwrap()))
            }
            "js in chromium" => {
                let page = format!("{PAGE_OF_SCRIPT}{text}</script><script>{SHOW_WHAT_IT_SAW}</script>");
                self.in_python("with json", &self.in_chromium(&page)?)
            }
            _ => self.in_python(reader, &text.into()),
        }
    }

    fn in_chromium(&self, text: &str) -> Result<Value, String> {
        // A place that panics has a fault of its own.
        let mut chromium = self.chromium.lock().unwrap_or_else(PoisonError::into_inner);
        chromium.get_or_insert_with(Chromium::start).read(text)
    }

    fn in_python(&mut self, reader: &str, text: &Value) -> Result<Value, String> {
        let mut request = json!({ "reader": reader, "text": text }).to_string();
        request.push('\n');
        self.requests.as_mut().unwrap().write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let mut answer: Value =
            serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{reader} ended the reader: {text}"));
        match &answer["fault"] {
            Value::String(why) => Err(format!("{reader} rejects it: {why}")),
            _ => Ok(answer["read"].take()),
        }
    }
}

impl Drop for Readers<'_> {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.python.wait();
    }
}

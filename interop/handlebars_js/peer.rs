//! npm's handlebars, in a process of node.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::support::handlebars::Rendered;

pub struct Peer {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// The folder with npm's handlebars.
fn installed() -> PathBuf {
    let made = Command::new("interop/handlebars_js/install.sh")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().into()
}

impl Peer {
    pub fn start() -> Self {
        let mut command = Command::new("node");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/interop/handlebars_js/render.js")).arg(installed());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, requests, answers }
    }

    /// What it prints, or its error.
    pub fn render(&mut self, rendered: &Rendered) -> Result<String, String> {
        let data: &RawValue = serde_json::from_str(&rendered.data).unwrap();
        let request = json!({ "template": rendered.template, "partials": rendered.partials });
        // Numbers stay as they are written.
        let request = request.to_string();
        let request = request.strip_suffix('}').unwrap();
        writeln!(self.requests.as_mut().unwrap(), "{request},\"data\":{}}}", data.get()).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        match answer["output"].as_str() {
            Some(output) => Ok(output.to_owned()),
            None => Err(answer["error"].as_str().unwrap().to_owned()),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

//! The time from the save of a template to the new rendering, in milliseconds, for each way to save.
//!
//! `cargo bench --bench watch`

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const SAVES: usize = 200;

/// The time between two saves.
const PAUSE: Duration = Duration::from_millis(60);

type Save = fn(&Path, &str);

fn write(template: &Path, content: &str) {
    fs::write(template, content).unwrap();
}

fn rename(template: &Path, content: &str) {
    let new = template.with_extension("new");
    fs::write(&new, content).unwrap();
    fs::rename(new, template).unwrap();
}

fn main() {
    let ways: [(&str, Save, usize); 3] =
        [("written over", write, 12), ("renamed", rename, 12), ("renamed, 1000 groups", rename, 1000)];
    for (way, save, groups) in ways {
        let mut took = measure(save, groups);
        took.sort_unstable();
        let [median, most, worst] = [took.len() / 2, took.len() * 99 / 100, took.len() - 1]
            .map(|index| took[index].as_secs_f64() * 1000.0);
        println!("{way:<22} median {median:6.1}   99 % {most:6.1}   worst {worst:6.1}");
    }
}

fn measure(save: Save, groups: usize) -> Vec<Duration> {
    let folder = TempDir::new().unwrap();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", "t.csv.hbs");
    fs::write(folder.path().join("t.toml"), profile).unwrap();
    let group = |index| format!(r#"{{"id": "{index}", "name": "Group, {index}", "roles": ["member"]}}"#);
    let groups: Vec<_> = (0..groups).map(group).collect();
    fs::write(folder.path().join("data.json"), format!(r#"{{"groups": [{}]}}"#, groups.join(","))).unwrap();
    let (template, out) = (folder.path().join("t.csv.hbs"), folder.path().join("out"));
    fs::write(&template, content(0)).unwrap();
    let _watching = Watching(
        Command::new(env!("CARGO_BIN_EXE_runner"))
            .args(["render", "./t.toml", "--data", "data.json", "--watch", "-q", "-o", "out"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .unwrap(),
    );
    wait_for(&out, 0);
    let saves = 1..=SAVES;
    saves
        .map(|number| {
            thread::sleep(PAUSE);
            let content = content(number);
            let start = Instant::now();
            save(&template, &content);
            wait_for(&out, number);
            start.elapsed()
        })
        .collect()
}

fn content(number: usize) -> String {
    format!(
        "{number}\n{{{{#each groups}}}}\n{{{{id}}}},{{{{name}}}},{{{{join roles \"|\"}}}}\n{{{{/each}}}}\n"
    )
}

/// Waits for the rendering of the template with this number.
fn wait_for(out: &Path, number: usize) {
    let start = format!("{number}\n");
    while !fs::read_to_string(out).is_ok_and(|text| text.starts_with(&start)) {
        thread::sleep(Duration::from_micros(100));
    }
}

struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

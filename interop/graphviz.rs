//! Graphviz reads what templates for DOT make: every name as it is, every group, every parent.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::pictured::pictured;
use crate::support::User;
use crate::support::names::{many_names, render};
use crate::support::ready::{HOSTILE, SAMPLE, parsed, rendered, sandbox_groups};

/// The graph in this text as Graphviz prints it in this format, and its stderr.
#[track_caller]
fn read(content: &str, format: &str) -> (Value, String) {
    let mut dot = Command::new("dot")
        .arg(format!("-T{format}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`interop/run` installs Graphviz");
    dot.stdin.take().unwrap().write_all(content.as_bytes()).unwrap();
    let output = dot.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    (serde_json::from_slice(&output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[track_caller]
fn assert_has_groups(content: &str, groups: &[Value]) {
    let (graph, stderr) = read(content, "json0");
    assert_eq!(stderr, "");
    let nodes = graph["objects"].as_array().cloned().unwrap_or_default();
    assert_eq!(nodes.len(), groups.len());
    let edges = graph["edges"].as_array().map_or(0, Vec::len);
    let known = |id: Option<&str>| id.is_some_and(|id| groups.iter().any(|group| group["id"] == id));
    // Every group that has a parent here, whether it is in a cycle or not.
    assert_eq!(edges, groups.iter().filter(|group| known(group["parent_id"].as_str())).count());
}

#[test]
fn every_label_is_drawn_as_it_is() {
    let names = many_names();
    let template = "graph {\n{{#each groups}}\n\"{{id}}\" [label=\"{{name}}\"];\n{{/each}}\n}\n";
    let (graph, _) = read(&render("dot", template, &names), "json");
    let nodes = graph["objects"].as_array().unwrap();
    assert_eq!(nodes.len(), names.len());
    assert_eq!(graph["edges"], Value::Null);
    for node in nodes {
        let id: usize = node["name"].as_str().unwrap()[1..].parse().unwrap();
        let drawn = node["_ldraw_"].as_array().into_iter().flatten();
        let lines: Vec<&str> = drawn.filter_map(|step| step["text"].as_str()).collect();
        let expected = pictured(&names[id], "\n").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
        // Graphviz draws no line for an empty one.
        let expected: Vec<&str> = expected.split('\n').filter(|line| !line.is_empty()).collect();
        let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{:?}", names[id]);
    }
}

#[test]
fn every_group_is_in_the_tree() {
    let user = User::logged_in();
    for groups in [SAMPLE, "[]", HOSTILE] {
        assert_has_groups(&rendered(&user, "tree-dot", groups), &parsed(groups));
    }
}

#[test]
fn every_group_of_the_sandbox_is_in_the_tree() {
    let user = User::new();
    for sandbox in ["--sandbox", "--sandbox=hostile"] {
        let groups = sandbox_groups(&user, sandbox);
        let outcome = user.run(["--profile", "tree-dot", sandbox]).code(0);
        assert_has_groups(&outcome.stdout, &groups);
    }
}

//! Formats of lines, and their relatives: an independent reader of each gets every name of a group as it is, or nothing
//! is delivered.

use std::collections::HashMap;
use std::process::Command;

use serde_json::{Value, json};

use crate::properties::escapes::{ldif_value, unescaped_name};
use crate::support::User;
use crate::support::names::{group, many_names, render};

/// A user whose profile `t` has this template, with these lines at its end.
fn user_with(template: &str, content: &str, lines: &str) -> User {
    let user = User::new();
    let profile = include_str!("../profiles/groups.toml").replace("groups.csv.hbs", template);
    user.write("t.toml", &format!("{profile}\n{lines}\n"));
    user.write(template, content);
    user
}

/// The output for the built-in hostile groups.
fn rendered(extension: &str, content: &str) -> String {
    let template = format!("t.{extension}.hbs");
    let user = user_with(&template, content, "");
    user.run(["check", "./t.toml"]).code(0);
    user.run(["-q", "render", "./t.toml", "-d", "hostile"]).code(0).stderr("").stdout
}

fn hostile() -> Vec<Value> {
    serde_json::from_str(include_str!("../src/data/hostile.json")).unwrap()
}

fn hostile_names() -> Vec<String> {
    hostile().iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn jsonl_reads_back_line_by_line() {
    let template = "{{#each groups}}\n{\"a\": \"{{name}}\", \"b\": {{json this pretty=true}}}\n{{/each}}\n";
    let output = rendered("jsonl", template);
    let read: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read.len(), hostile().len());
    for (line, name) in read.iter().zip(hostile_names()) {
        assert_eq!((&line["a"], &line["b"]["name"]), (&json!(name), &json!(name)));
    }
    assert!(!output.contains(['\u{85}', '\u{2028}', '\u{2029}']), "some readers would end a line there");

    let names = many_names();
    let output = render("jsonl", "{{#each groups}}\n{{json this}}\n{{/each}}\n", &names);
    let read: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected: Vec<Value> = names.iter().enumerate().map(|(id, name)| group(id, name)).collect();
    assert_eq!(read, expected);
}

#[test]
fn toml_reads_back() {
    let template = "{{#each groups}}\n[[groups]]\nname = \"{{name}}\" # {{id}}\nwhole = {{json name}}\n\
                    longer = \"a {{name}} b\"\nroles = {{json roles}}\nme.first = {{json my_memberships.[0].role}}\n\
                    index = {{@index}}\n[by_id.\"{{id}}\"]\nname = {{quoted name}}\n{{/each}}\n";
    let read: toml::Table = rendered("toml", template).parse().unwrap();
    let groups = read["groups"].as_array().unwrap();
    assert_eq!(groups.len(), hostile().len());
    for (index, (group, name)) in groups.iter().zip(hostile_names()).enumerate() {
        assert_eq!(group["name"].as_str(), Some(name.as_str()));
        assert_eq!(group["whole"].as_str(), Some(name.as_str()));
        assert_eq!(group["longer"].as_str(), Some(format!("a {name} b").as_str()));
        assert_eq!(group["index"].as_integer(), i64::try_from(index).ok());
        assert!(group["roles"].is_array());
        let id = hostile()[index]["id"].as_str().unwrap().to_owned();
        assert_eq!(read["by_id"][id]["name"].as_str(), Some(name.as_str()));
    }

    let names = many_names();
    let output = render("toml", "names = [\n{{#each groups}}\n  \"{{name}}\",\n{{/each}}\n]\n", &names);
    let read: toml::Table = output.parse().unwrap();
    let read: Vec<&str> =
        read["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(read, names);
}

/// Whole values are JSON: what stands between `= ` and `;` is read as that.
#[test]
fn js_holds_json() {
    let template = "{{#each groups}}\ng = {{json name}};\ng = \"{{name}}\";\n{{/each}}\n";
    let output = rendered("js", template);
    let mut lines = output.lines().map(|line| {
        let literal = line.strip_prefix("g = ").unwrap().strip_suffix(';').unwrap();
        serde_json::from_str::<String>(literal).unwrap()
    });
    for name in hostile_names() {
        assert_eq!((lines.next().unwrap(), lines.next().unwrap()), (name.clone(), name));
    }
    assert_eq!(lines.next(), None);
    assert!(!output.contains(['<', '\u{2028}', '\u{2029}']));
}

#[test]
fn a_shell_reads_an_env_file_and_runs_nothing() {
    let names = many_names();
    let output = render("env", "{{#each groups}}\nN_{{@index}}={{name}}\n{{/each}}\n", &names);
    assert_eq!(output.lines().count(), names.len());
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("e"), &output).unwrap();
    let run = Command::new("sh")
        .args(["-c", "set -a; . ./e; env -0"])
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    let stdout = String::from_utf8(run.stdout).unwrap();
    let read: HashMap<&str, &str> = stdout.split('\0').filter_map(|line| line.split_once('=')).collect();
    for (index, name) in names.iter().enumerate() {
        let value = read[format!("N_{index}").as_str()];
        if !name.contains(|c: char| c.is_control() || "'\\$\u{2028}\u{2029}\u{fffe}\u{ffff}".contains(c)) {
            assert_eq!(value, name);
        }
        assert_eq!(value.chars().count(), name.chars().count(), "each look-alike stands for one: {name:?}");
        assert_eq!(value.is_empty(), name.is_empty());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was created");
}

/// Python's configparser, as far as it matters: a line is a section, a key with its value, or a comment.
#[test]
fn an_ini_file_has_the_sections_and_keys_of_its_template() {
    let template = "; {{profile.description}}\n{{#each groups}}\n; {{description}}\n[{{id}}]\nname = {{name}}\nquoted = \"{{name}}\"\n{{/each}}\n";
    for line in rendered("ini", template).lines().filter(|line| !line.starts_with(';')) {
        let value = line.strip_prefix("name = ").or_else(|| line.strip_prefix("quoted = "));
        let Some(value) = value else {
            assert!(line.starts_with('[') && line.len() == 38, "{line:?}");
            continue;
        };
        assert!(!value.trim_matches('"').contains(['"', '\\', '%', '$', ';', '#']), "{line:?}");
        assert_eq!(value.trim(), value);
        assert!(!value.contains(|c: char| c.is_control() || "\u{2028}\u{2029}".contains(c)), "{line:?}");
    }
}

/// RFC 2849: lines are joined, values after `::` are base64.
#[test]
fn ldif_reads_back() {
    let template = "version: 1\n{{#each groups}}\n\n# {{name}}\ndn: cn=x{{name}},ou={{id}},dc=example\n\
                    cn:{{name}}\ndescription:{{concat \"about \" name}}\n{{/each}}\n";
    let output = rendered("ldif", template);
    // What the template writes is not folded.
    assert!(
        output.lines().all(|line| line.len() <= 76 || line.starts_with('#') || line.contains(",dc=")),
        "{output}"
    );
    let joined = output.replace("\n ", "");
    let records: Vec<&str> = joined.trim_start_matches("version: 1\n\n").split("\n\n").collect();
    assert_eq!(records.len(), hostile().len());
    for (record, name) in records.iter().zip(hostile_names()) {
        let lines: Vec<&str> = record.lines().collect();
        assert_eq!(lines.len(), 4, "{record}");
        assert!(lines[0].starts_with("# ") && lines[1].is_ascii());
        let parts: Vec<&str> = lines[1].strip_prefix("dn: ").unwrap().split(",ou=").collect();
        assert_eq!(unescaped_name(parts[0]), format!("cn=x{name}"));
        assert!(parts.len() == 2 && parts[1].ends_with(",dc=example"), "{record}");
        assert_eq!(ldif_value(lines[2], "cn:"), name);
        assert_eq!(ldif_value(lines[3], "description:"), format!("about {name}"));
    }
}

#[test]
fn a_value_never_begins_a_line() {
    let list = rendered("lines", "{{#each groups}}{{#if name}}{{name}}\n{{/if}}{{/each}}");
    let names: Vec<String> = hostile_names().into_iter().filter(|name| !name.is_empty()).collect();
    let lines: Vec<&str> =
        list.split_terminator(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']).collect();
    assert_eq!(lines.len(), names.len());
    assert_eq!(lines[12], "one␊two␍␊three␍four␤five␤six␤seven␋eight␌nine␀nil");
    let settings = rendered(
        "conf",
        "# of {{profile.description}}\n{{#each groups}}\nallow {{name}}\n{{id}}:{{name}}\n{{/each}}",
    );
    assert_eq!(settings.lines().count(), 1 + 2 * hostile().len());
    assert!(settings.lines().skip(1).step_by(2).all(|line| line.starts_with("allow ")));
    assert!(!settings.contains("\\\n"), "a backslash would join two lines");
}

#[test]
fn a_value_stays_in_its_field_of_an_account() {
    let users = rendered(
        "passwd",
        "{{#each groups}}\nu{{@index}}:*:{{add @index 70000}}:100:{{name}}:/home/u{{@index}}:/bin/sh\n{{/each}}",
    );
    let fields: Vec<Vec<&str>> = users.lines().map(|line| line.split(':').collect()).collect();
    assert_eq!(fields.len(), hostile().len());
    for (at, (fields, name)) in fields.iter().zip(hostile_names()).enumerate() {
        let [user, number, home] = [format!("u{at}"), (70000 + at).to_string(), format!("/home/u{at}")];
        assert_eq!([fields[0], fields[2], fields[5]], [&user, &number, &home]);
        assert_eq!((fields.len(), fields[4].chars().count()), (7, name.chars().count()), "{name:?}");
    }
    let list =
        rendered("htgroup", "{{#each groups}}\nx-{{name}}{{description}}: a {{id}} u-{{id}} z\n{{/each}}");
    assert_eq!(list.lines().count(), hostile().len());
    for (line, group) in list.lines().zip(hostile()) {
        let (name, users) = line.split_once(':').unwrap();
        let id = group["id"].as_str().unwrap();
        assert_eq!(users.split_whitespace().collect::<Vec<_>>(), ["a", id, &format!("u-{id}"), "z"]);
        assert!(!name.contains(|c: char| c.is_whitespace() || "\"'\\#".contains(c)), "{line}");
    }
}

#[test]
fn an_account_has_no_value_for_a_password_or_a_program() {
    for (template, content, place) in [
        ("t.passwd.hbs", "{{#each groups}}\na:{{id}}:1:1::/:/x\n{{/each}}", "as a password"),
        (
            "t.passwd.hbs",
            "{{#each groups}}\na:x:1:1::/:/bin/{{name}}\n{{/each}}",
            "as the program that a user runs",
        ),
        (
            "t.passwd.hbs",
            "{{#each groups}}\na:x:1:1::{{name}}:/x\n{{/each}}",
            "at the start of a folder's path",
        ),
        (
            "t.group.hbs",
            "{{#each groups}}\n{{name}}:x:1:\n{{/each}}",
            "as the name of an account, and is none",
        ),
        (
            "t.group.hbs",
            "{{#each groups}}\na:x:1:{{join roles}}\n{{/each}}",
            "as the name of a user, and is none",
        ),
        (
            "t.group.hbs",
            "{{#each groups}}\na:x:{{name}}:\n{{/each}}",
            "as a number, and is none from 1 to 4294967294",
        ),
        ("t.htgroup.hbs", "{{#each groups}}\na: \"{{id}}\"\n{{/each}}", "after a quote or a backslash"),
        ("t.htgroup.hbs", "a: {{join (pluck groups \"id\") \" \"}}\n", "as a user, and has a blank in it"),
        ("t.htgroup.hbs", "a: {{join (pluck groups \"id\")}}\n", "as a user, and has a blank in it"),
        ("t.group.hbs", "a::1:\n", "a password is empty, which lets anyone in"),
        ("t.group.hbs", "a:x:1\n", "this line has 3 fields, not 4"),
        ("t.htgroup.hbs", "a b\n", "a line has no colon"),
        ("t.htgroup.hbs", "{{#each groups}}\nlab: {{id}}\n{{/each}}", "the group `lab` is there twice"),
    ] {
        let user = user_with(template, content, "");
        user.run(["render", "./t.toml"]).code(2).stdout("").says([place]);
        user.run(["check", "./t.toml"]).code(2).says([place]);
    }
}

#[test]
fn an_account_can_refuse_what_its_field_cannot_hold() {
    for (template, content) in [
        ("t.passwd.hbs", "{{#each groups}}u{{@index}}:x:1:1:{{name}}:/:/x\n{{/each}}"),
        ("t.htgroup.hbs", "{{#each groups}}a: {{name}}\n{{/each}}"),
    ] {
        let user = user_with(template, content, "[escaping]\nline_ends = \"refuse\"");
        user.run(["render", "./t.toml", "-d", "hostile"]).code(1).stdout("").says(["cannot hold the value"]);
        user.run(["check", "./t.toml"]).code(1).says(["a value cannot be written"]);
    }
}

/// The profile decides whether such a value is replaced, or stops the run. `check` finds no mistake in that.
#[test]
fn a_profile_can_refuse_what_a_line_cannot_hold() {
    for (template, content, value) in [
        ("t.lines.hbs", "{{#each groups}}- {{name}}\n{{/each}}", "Esc"),
        ("t.conf.hbs", "{{#each groups}}allow {{name}}\n{{/each}}", "Esc"),
        ("t.env.hbs", "{{#each groups}}N_{{@index}}={{name}}\n{{/each}}", "'cooked'"),
        ("t.env.hbs", "{{#each groups}}N_{{@index}}={{quoted name}}\n{{/each}}", "'cooked'"),
        ("t.ini.hbs", "[a]\n{{#each groups}}n{{@index}} = {{name}}\n{{/each}}", "Data, \"raw\""),
    ] {
        let refuse = "[escaping]\nline_ends = \"refuse\"";
        let user = user_with(template, content, refuse);
        user.write("out", "old");
        user.run(["render", "./t.toml", "-d", "hostile", "-o", "out"]).code(1).stdout("").says([
            "cannot hold the value",
            value,
            "line_ends = \"replace\"",
            "a value cannot be written",
        ]);
        assert_eq!(user.read("out"), "old");
        user.run(["check", "./t.toml"]).code(0);
        user.run(["render", "./t.toml"]).code(0);
        let user = user_with(template, content, "[escaping]\nline_ends = \"replace\"");
        user.run(["-q", "render", "./t.toml", "-d", "hostile"]).code(0).stderr("");
    }
    let user = user_with("t.conf.hbs", "a", "[escaping]\nline_ends = \"keep\"");
    user.run(["check", "./t.toml"]).code(2).says(["line_ends", "`replace`", "`refuse`"]);
}

#[test]
fn a_value_in_a_wrong_place_is_refused() {
    for (template, content, words) in [
        ("t.conf.hbs", "{{#each groups}}{{name}}\n{{/each}}", "at the start of a line"),
        ("t.conf.hbs", "{{#each groups}}{{@index}} {{name}}\n{{/each}}", "in a line of values alone"),
        ("t.env.hbs", "{{#each groups}}A='{{name}}'\n{{/each}}", "inside quotes"),
        ("t.env.hbs", "{{#each groups}}A= {{name}}\n{{/each}}", "right beside other text"),
        ("t.env.hbs", "{{#each groups}}LD_PRELOAD={{name}}\n{{/each}}", "in a variable that programs run"),
        ("t.env.hbs", "{{#each groups}}LD_{{slug name}}=1\n{{/each}}", "where the name of a variable is"),
        ("t.env.hbs", "{{#each groups}}path={{name}}\n{{/each}}", "in a variable that programs run"),
        ("t.env.hbs", "{{#each groups}}{{name}}=1\n{{/each}}", "where the name of a variable is"),
        ("t.ini.hbs", "{{#each groups}}[{{name}}]\n{{/each}}", "in the name of a section"),
        ("t.ini.hbs", "[a]\n{{#each groups}}{{name}} = 1\n{{/each}}", "at the start of a line"),
        ("t.ini.hbs", "[a]\nb =\n{{#each groups}}  c {{name}}\n{{/each}}", "some readers take for a key"),
        ("t.toml.hbs", "{{#each groups}}a = '{{name}}'\n{{/each}}", "inside single quotes"),
        ("t.toml.hbs", "{{#each groups}}a = {{name}}\n{{/each}}", "outside quotes"),
        (
            "t.toml.hbs",
            "a = \"\"\"\n{{#each groups}}{{name}}\n{{/each}}\"\"\"",
            "in a string of several lines",
        ),
        ("t.ldif.hbs", "{{#each groups}}dn: {{name}}\n\n{{/each}}", "as a whole name"),
        (
            "t.ldif.hbs",
            "dn: cn=a\n{{#each groups}}cn: {{name}}\n{{/each}}",
            "after a space, and brings its own",
        ),
        ("t.jsonl.hbs", "{{#each groups}}{{name}}\n{{/each}}", "outside quotes"),
        ("t.js.hbs", "{{#each groups}}a = '{{name}}';\n{{/each}}", "inside single quotes"),
        ("t.js.hbs", "{{#each groups}}a = `{{name}}`;\n{{/each}}", "in a template"),
        ("t.js.hbs", "{{#each groups}}a = {{name}};\n{{/each}}", "outside quotes"),
        ("t.js.hbs", "{{#each groups}}eval({{json name}});\n{{/each}}", "as an argument of a function"),
        ("t.js.hbs", "{{#each groups}}a.innerHTML = \"{{name}}\";\n{{/each}}", "where a script would run it"),
        ("t.svg.hbs", "<svg>{{#each groups}}<script>{{name}}</script>{{/each}}</svg>", "in a script"),
        ("t.svg.hbs", "<svg>{{#each groups}}<a href=\"{{name}}\"/>{{/each}}</svg>", "start of an address"),
        ("t.svg.hbs", "<svg>{{#each groups}}<g onclick=\"{{name}}\"/>{{/each}}</svg>", "that is a script"),
        ("t.yml.hbs", "{{#each groups}}- {{name}}\n{{/each}}", "outside double quotes"),
    ] {
        let user = user_with(template, content, "[output]\nvalidate = false");
        user.run(["-q", "render", "./t.toml", "-d", "hostile"])
            .code(2)
            .stdout("")
            .says([words, "of the output"]);
        user.run(["check", "./t.toml"]).code(2).says([words]);
    }
}

#[test]
fn an_output_that_is_not_of_its_format_is_refused() {
    for (template, content, why) in [
        ("t.env.hbs", "A", "a line assigns nothing"),
        ("t.env.hbs", "A='b", "a quote has no end"),
        ("t.ini.hbs", "a = b", "a key stands before the first section"),
        ("t.ini.hbs", "[a]\nb", "neither a section"),
        ("t.toml.hbs", "{{#each groups}}a = 1\n{{/each}}", "the key `a` is there twice"),
        ("t.toml.hbs", "a = ", "not valid .toml"),
        ("t.toml.hbs", "{{#each groups}}[a.\"{{group_type}}\"]\n{{/each}}", "is there twice"),
        ("t.ldif.hbs", "cn: a", "a record has to begin with `dn:`"),
        ("t.ldif.hbs", "dn: cn=é", "only ASCII may stand here"),
        ("t.jsonl.hbs", "{{#each groups}}[\n{{/each}}", "it ends too early"),
        ("t.jsonl.hbs", "1\n\n2", "a line is empty"),
        ("t.ldif.hbs", "{{#each groups}}dn: cn={{name}}\n{{/each}}", "a record has a second `dn:`"),
        ("t.toml.hbs", "{{#each groups}}a = {{json parent_id}}\n{{/each}}", "TOML has no null"),
        ("t.js.hbs", "a = ({{json groups}}", "a bracket has no end"),
        ("t.svg.hbs", "<svg><g></svg>", "`<g>` was opened"),
        ("t.yml.hbs", "a: \"", "a quote has no end"),
    ] {
        let user = user_with(template, content, "");
        user.run(["render", "./t.toml"]).code(2).stdout("").says([why, "validate = false"]);
        user.write("t.toml", &format!("{}\n[output]\nvalidate = false\n", user.read("t.toml")));
        assert!(!user.run(["render", "./t.toml"]).code(0).stdout.is_empty());
    }
}

/// `grep -f` takes an empty line for a pattern that matches all, so the message does not propose to deliver one.
#[test]
fn an_empty_line_of_a_list_has_a_better_help() {
    let user = user_with("t.lines.hbs", "{{#each groups}}{{description}}\n{{/each}}", "");
    user.write(
        "groups.json",
        &json!({"groups": [{"id": "a", "name": "a", "description": "-"}, {"id": "b", "name": "b", "description": null}]}).to_string(),
    );
    user.run(["render", "./t.toml", "-d", "./groups.json"])
        .code(2)
        .stdout("")
        .says(["a line is empty", "write `{{#if x}}` around the line, or `{{default x \"-\"}}` in it"])
        .never_says("validate");
    user.write("t.lines.hbs", "{{#each groups}}{{default description \"-\"}}\n{{/each}}");
    user.run(["-q", "render", "./t.toml", "-d", "./groups.json"]).code(0).stdout("-\n-\n");
}

#[test]
fn values_of_the_author_stay_in_their_line_of_ldif() {
    let template = "{{#each groups}}\n\ndn: cn={{name}},{{{@root.vars.base}}}\n{{/each}}\n\ndn: cn=x,{{vars.base}}\n\
                    cn:x\ndescription:{{vars.text}}\n";
    let user = user_with("t.ldif.hbs", template, "[vars]\nbase = \"ou=a,dc=b\"\ntext = \"a\\nuid: 0\"");
    let output = user.run(["-q", "render", "./t.toml"]).code(0).stdout;
    assert!(output.ends_with("\ndn: cn=x,ou=a,dc=b\ncn:x\ndescription:: YQp1aWQ6IDA=\n"), "{output}");
}

/// A key that a reader of JavaScript would not take for a key.
#[test]
fn a_key_of_data_is_no_prototype() {
    let output = {
        let user =
            user_with("t.js.hbs", "a = {{json vars.x}};\n", "[vars.x]\n__proto__ = 1\nb = \"__proto__\"");
        user.run(["render", "./t.toml"]).code(0).stdout
    };
    assert_eq!(output, "a = {[\"__proto__\"]:1,\"b\":\"__proto__\"};\n");
}

#[test]
fn yml_is_yaml_with_partials_of_its_own_name() {
    let user = user_with("t.yml.hbs", "{{#each groups}}{{> row}}{{/each}}", "");
    user.write("row.yml.hbs", "- \"{{name}}\"\n");
    user.run(["render", "./t.toml"]).code(0);
    user.write("other.yaml.hbs", "- \"{{id}}\"\n");
    user.write("t.yml.hbs", "{{#each groups}}{{> other.yaml.hbs}}{{/each}}");
    user.run(["render", "./t.toml"]).code(0);
    user.write("t.svg.hbs", "<svg>{{#each groups}}{{> row}}{{/each}}</svg>");
    user.write("row.svg.hbs", "<text>{{name}}</text>");
    user.run(["render", "./t.toml", "--template", "./t.svg.hbs", "-d", "hostile", "-q"]).code(0).stderr("");
}

/// `init` writes a template for each format that is right for any data.
#[test]
fn init_has_a_template_for_each() {
    for format in [
        "conf", "env", "group", "htgroup", "ini", "js", "jsonl", "ldif", "lines", "passwd", "svg", "toml",
        "yml",
    ] {
        let user = User::new();
        user.run(["init", "p", "--folder", ".", "--format", format]).code(0);
        assert!(user.home().join(format!("p.{format}.hbs")).is_file());
        user.run(["check", "./p.toml"]).code(0);
        assert!(
            !user.run(["-q", "render", "./p.toml", "-d", "hostile"]).code(0).stderr("").stdout.is_empty()
        );
    }
}

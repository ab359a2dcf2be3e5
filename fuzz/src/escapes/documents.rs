//! Formats that hold JSON or are like it, as `serde_json`, `saphyr` and `toml` read them.

use serde_json::{Value, json};

use super::rendering::{group, groups, render};

pub fn json(names: &[String]) {
    let template = "[{{#each groups}}{\"a\": \"{{name}}\", \"b\": {{json name}}, \"c\": {{quoted name}}, \
                    \"d\": {{json this pretty=true}}}{{#unless @last}},{{/unless}}{{/each}}]";
    let read: Value = serde_json::from_str(&render("json", template, names)).unwrap();
    let whole =
        |(id, name): (usize, &String)| json!({ "a": name, "b": name, "c": name, "d": group(id, name) });
    assert_eq!(read, names.iter().enumerate().map(whole).collect::<Value>());
}

pub fn json_in_html(names: &[String]) {
    let output = render("html", "<script>{{json groups}}</script>", names);
    let inside = output.strip_prefix("<script>").unwrap().strip_suffix("</script>").unwrap();
    assert!(!inside.contains('<'));
    assert_eq!(serde_json::from_str::<Value>(inside).unwrap(), groups(names));
}

pub fn jsonl(names: &[String]) {
    let template = "{{#each groups}}\n{\"a\": \"{{name}}\", \"b\": {{json this pretty=true}}}\n{{/each}}\n";
    let output = render("jsonl", template, names);
    let read: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let whole = |(id, name): (usize, &String)| json!({ "a": name, "b": group(id, name) });
    assert_eq!(read, names.iter().enumerate().map(whole).collect::<Vec<_>>());
    assert!(!output.contains(['\u{85}', '\u{2028}', '\u{2029}']), "some readers would end a line there");
}

/// Whole values are JSON: what stands between `= ` and `;` is read as that.
pub fn js(names: &[String]) {
    let output = render("js", "{{#each groups}}\ng = {{json name}};\ng = \"{{name}}\";\n{{/each}}\n", names);
    let literal = |line: &str| -> String {
        serde_json::from_str(line.strip_prefix("g = ").unwrap().strip_suffix(';').unwrap()).unwrap()
    };
    let read: Vec<String> = output.lines().map(literal).collect();
    assert_eq!(read, names.iter().flat_map(|name| [name.clone(), name.clone()]).collect::<Vec<_>>());
    assert!(!output.contains(['<', '\u{2028}', '\u{2029}']));
}

pub fn yaml(names: &[String]) {
    use saphyr::{LoadableYamlNode, Yaml};
    let template = "{{#each groups}}\n- a: \"{{name}}\" # it's\n  b: {{json name}}\n  \"{{concat \"the \" name}}\": {{quoted name}}\n{{/each}}\n";
    let output = render("yaml", template, names);
    let documents = Yaml::load_from_str(&output).unwrap();
    assert_eq!(documents.len(), 1);
    let list = documents[0].as_vec().unwrap();
    assert_eq!(list.len(), names.len());
    for (item, name) in list.iter().zip(names) {
        assert_eq!(item["a"].as_str(), Some(name.as_str()));
        assert_eq!(item["b"].as_str(), Some(name.as_str()));
        let of_itself = item.as_mapping().unwrap().values().next_back().unwrap();
        assert_eq!(of_itself.as_str(), Some(name.as_str()));
    }
}

pub fn toml(names: &[String]) {
    let template = "{{#each groups}}\n[[groups]]\nname = \"{{name}}\" # {{id}}\nwhole = {{json name}}\n\
                    longer = \"a {{name}} b\"\nkey.\"{{name}}\" = {{quoted name}}\n{{/each}}\n";
    let read: toml::Table = render("toml", template, names).parse().unwrap();
    let groups = read["groups"].as_array().unwrap();
    assert_eq!(groups.len(), names.len());
    for (group, name) in groups.iter().zip(names) {
        for found in [&group["name"], &group["whole"], &group["key"][name.as_str()]] {
            assert_eq!(found.as_str(), Some(name.as_str()));
        }
        assert_eq!(group["longer"].as_str(), Some(format!("a {name} b").as_str()));
        assert_eq!(group.as_table().unwrap().len(), 4);
    }
}

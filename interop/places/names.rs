//! The hostile names, from `names.json`.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attack {
    #[serde(rename = "attacks")]
    _attacks: String,
    names: Vec<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Long { repeat: String, times: usize },
}

pub fn hostile_names() -> Vec<String> {
    let attacks: Vec<Attack> = serde_json::from_str(include_str!("names.json")).unwrap();
    let names = attacks.into_iter().flat_map(|attack| attack.names);
    let text = |name| match name {
        Name::Text(text) => text,
        Name::Long { repeat, times } => repeat.repeat(times),
    };
    names.map(text).collect()
}

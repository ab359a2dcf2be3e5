//! XML, as `roxmltree` reads it.

use super::rendering::render;

pub fn xml(names: &[String]) {
    let template =
        "<r>{{#each groups}}<g a=\"{{name}}\" b='{{name}}' c={{quoted name}}>{{name}}</g>{{/each}}</r>";
    let output = render("xml", template, names);
    let document = roxmltree::Document::parse(&output).unwrap();
    let groups: Vec<_> = document.root_element().children().collect();
    assert_eq!(groups.len(), names.len());
    for (group, name) in groups.iter().zip(names) {
        let name = held(name);
        for attribute in ["a", "b", "c"] {
            assert_eq!(group.attribute(attribute), Some(name.as_str()));
        }
        assert_eq!(group.text().unwrap_or_default(), name.as_str());
        assert_eq!(group.children().filter(|child| !child.is_text()).count(), 0);
    }
}

/// What XML can hold of a name: its control characters become their pictures.
fn held(name: &str) -> String {
    let character = |character: char| match character {
        '\t' | '\r' | '\n' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap(),
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        character => character,
    };
    name.chars().map(character).collect()
}

//! CSV and TSV, as the crate `csv` reads them.

use super::rendering::render;

pub fn csv(names: &[String]) {
    let output = render(
        "csv",
        "Name,Again,Record,ID\n{{#each groups}}\n{{name}},{{quoted name}},{{csv name id}}\n{{/each}}\n",
        names,
    );
    let expected = names
        .iter()
        .enumerate()
        .map(|(id, name)| vec![name.clone(), name.clone(), name.clone(), format!("n{id}")]);
    let mut reader = csv::Reader::from_reader(output.as_bytes());
    let read: Vec<Vec<String>> =
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(read, expected.collect::<Vec<_>>());
}

pub fn lone_csv_column(names: &[String]) {
    for template in [
        "{{#each groups}}\n{{csv name}}\n{{/each}}\n",
        "{{#each groups}}\n{{name}}\n{{/each}}\n",
        "{{#each groups}}{{name}}{{#unless @last}}\r\n{{/unless}}{{/each}}",
    ] {
        let output = render("csv", template, names);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.as_bytes());
        let read: Vec<String> = reader.records().map(|record| record.unwrap()[0].to_owned()).collect();
        assert_eq!(read, names);
    }
}

pub fn tsv(names: &[String]) {
    let output =
        render("tsv", "ID\tName\n{{#each groups}}\n{{id}}\t{{name}}\n{{csv id name}}\n{{/each}}\n", names);
    let expected: Vec<String> = names.iter().flat_map(|name| [name.clone(), name.clone()]).collect();
    for quoting in [false, true] {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(b'\t').quoting(quoting).from_reader(output.as_bytes());
        let read: Vec<String> = reader.records().map(|record| unescape_tsv(&record.unwrap()[1])).collect();
        assert_eq!(read, expected);
    }
    // Some readers take each quote for the start or end of a text, wherever it stands.
    assert!(output.lines().all(|line| line.matches('"').count() % 2 == 0), "{output}");
}

fn unescape_tsv(field: &str) -> String {
    let mut text = String::new();
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next().unwrap() {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                'x' if characters.as_str().starts_with("22") => {
                    characters.nth(1);
                    '"'
                }
                other => panic!("\\{other} in {field:?}"),
            },
            other => other,
        });
    }
    text
}

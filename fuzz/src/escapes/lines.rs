//! Formats of lines.

use super::rendering::render;
use super::without_nul;

/// RFC 2849: lines are joined, values after `::` are base64.
pub fn ldif(names: &[String]) {
    let template = "version: 1\n{{#each groups}}\n\n# {{name}}\ndn: cn=x{{name}},ou={{id}},dc=example\n\
                    cn:{{name}}\ndescription:{{concat \"about \" name}}\n{{/each}}\n";
    let output = render("ldif", template, names);
    let joined = output.replace("\n ", "");
    let records: Vec<&str> = joined.trim_start_matches("version: 1\n\n").split("\n\n").collect();
    assert_eq!(records.len(), names.len());
    for (record, name) in records.iter().zip(names) {
        let lines: Vec<&str> = record.trim_end_matches('\n').split('\n').collect();
        assert_eq!(lines.len(), 4, "{record}");
        assert!(lines[0].starts_with("# ") && lines[1..].iter().all(|line| line.is_ascii()), "{record}");
        let parts: Vec<&str> = lines[1].strip_prefix("dn: ").unwrap().split(",ou=").collect();
        assert_eq!(unescaped_name(parts[0]), format!("cn=x{name}"));
        assert!(parts.len() == 2 && parts[1].ends_with(",dc=example"), "{record}");
        assert_eq!(ldif_value(lines[2], "cn:"), *name);
        assert_eq!(ldif_value(lines[3], "description:"), format!("about {name}"));
    }
}

/// The value of a line of LDIF with this key.
pub fn ldif_value(line: &str, key: &str) -> String {
    use base64::Engine;
    let rest = line.strip_prefix(key).unwrap();
    match rest.strip_prefix(": ") {
        Some(base64) => {
            String::from_utf8(base64::engine::general_purpose::STANDARD.decode(base64).unwrap()).unwrap()
        }
        None => rest.strip_prefix(' ').unwrap_or(rest).to_owned(),
    }
}

/// A name as RFC 4514 reads it.
pub fn unescaped_name(name: &str) -> String {
    let mut bytes = name.bytes();
    let mut read = Vec::new();
    while let Some(byte) = bytes.next() {
        let escaped = if byte == b'\\' { bytes.next() } else { None };
        match escaped {
            None => read.push(byte),
            Some(first) if first.is_ascii_hexdigit() => {
                let digits = [first, bytes.next().unwrap()];
                read.push(u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            Some(special) => read.push(special),
        }
    }
    String::from_utf8(read).unwrap()
}

/// A line for each name, and each with as many characters as it has.
pub fn lines(names: &[String]) {
    let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    let lines = |text: &str| text.split_terminator(ends).map(str::to_owned).collect::<Vec<_>>();
    let listed = lines(&render("lines", "{{#each groups}}\n- {{name}}\n{{/each}}\n", names));
    assert_eq!(listed.len(), names.len());
    assert!(listed.iter().all(|line| line.starts_with("- ")), "{listed:?}");
    let settings =
        lines(&render("conf", "{{#each groups}}\nallow {{name}}\n{{id}}:{{name}}\n{{/each}}\n", names));
    assert_eq!(settings.len(), 2 * names.len());
    assert!(settings.iter().step_by(2).all(|line| line.starts_with("allow ")), "{settings:?}");
    assert!(!settings.iter().any(|line| line.ends_with('\\')), "a backslash would join two lines");
    let users = "{{#each groups}}\nu{{@index}}:*:{{add @index 70000}}:100:{{name}}:/home/u{{@index}}:/bin/sh\n{{/each}}\n";
    let users = lines(&render("passwd", users, names));
    assert_eq!(users.len(), names.len());
    for (user, name) in users.iter().zip(names) {
        let fields: Vec<&str> = user.split(':').collect();
        assert_eq!((fields.len(), fields[4].chars().count()), (7, name.chars().count()), "{user}");
        assert_eq!(fields[6], "/bin/sh");
    }
    let ini =
        lines(&render("ini", "{{#each groups}}\n[group-{{slug id}}]\nname = {{name}}\n{{/each}}\n", names));
    assert_eq!(ini.len(), 2 * names.len());
    for line in ini.iter().skip(1).step_by(2) {
        let value = line.strip_prefix("name = ").or(line.strip_prefix("name =")).unwrap();
        assert!(!value.contains(['"', '\\', '%', '$', ';', '#']) && value.trim() == value, "{line:?}");
    }
}

/// Words of a shell, as the crate `shlex` reads them.
pub fn sh(names: &[String]) {
    let output = render("sh", "{{#each groups}}\necho {{name}} {{quoted name}} end\n{{/each}}\n", names);
    let read = shlex::split(&output).expect("words");
    let expected = names
        .iter()
        .map(|name| without_nul(name))
        .flat_map(|name| ["echo".to_owned(), name.clone(), name, "end".to_owned()]);
    assert_eq!(read, expected.collect::<Vec<_>>());
}

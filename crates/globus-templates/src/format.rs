//! The formats of templates, by their inner extension.
//!
//! Other people write the group data, so `{{name}}` must be safe wherever the format allows it:
//!
//! | template | `{{x}}` is | its quotes | what cannot be written |
//! |---|---|---|---|
//! | `.conf.hbs` | text in a line | none | control characters and line ends become visible characters; a backslash at the end `＼` |
//! | `.csv.hbs` | a whole field | its own, when RFC 4180 asks for them | nothing |
//! | `.tsv.hbs` | a whole field | none | tab, line ends and `\` become `\t`, `\n`, `\r` and `\\` |
//! | `.env.hbs` | a whole value | its own | look-alikes stand for what readers take in different ways |
//! | `.group.hbs`, `.passwd.hbs` | a part of a field | none | look-alikes stand for `:`, `,` and `&`; control characters become visible ones |
//! | `.htgroup.hbs` | a word, or a part of one | none | look-alikes stand for what separates or quotes words |
//! | `.html.hbs` | text, or the inside of an attribute | yours | NUL becomes `␀` |
//! | `.xml.hbs` | text, or the inside of an attribute | yours | control characters become their pictures, such as `␀`; U+FFFE and U+FFFF become `�` |
//! | `.svg.hbs` | as in XML | yours | as in XML |
//! | `.ini.hbs` | text after a key | yours or none | look-alikes stand for what readers take in different ways |
//! | `.js.hbs` | the inside of a string in double quotes | yours, double | nothing |
//! | `.json.hbs` | the inside of a string | yours | nothing |
//! | `.jsonl.hbs` | the inside of a string | yours | nothing |
//! | `.ldif.hbs` | a whole value after `name:`, or the part of a name after `cn=` | none | nothing |
//! | `.lines.hbs` | text in a line | none | control characters and line ends become visible characters |
//! | `.toml.hbs` | the inside of a string in double quotes | yours, double | nothing |
//! | `.yaml.hbs`, `.yml.hbs` | the inside of a double-quoted string | yours, double | nothing |
//! | `.md.hbs` | running text | none | NUL becomes `␀` |
//! | `.sh.hbs` | a whole word | its own | NUL becomes `␀` |
//! | `.sql.hbs` | a whole string literal | its own | NUL becomes `␀` |
//! | `.dot.hbs` | the inside of a label in double quotes | yours, double | control characters become their pictures |
//! | `.tex.hbs` | running text | none | line ends and tabs become spaces, control characters `<U+0000>` |
//! | `.txt.hbs` | the text itself | none | nothing |
//!
//! `{{{x}}}` is the raw value everywhere.

use std::fmt;
use std::path::Path;

/// The format that a template writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.conf.hbs`, settings in lines.
    Conf,
    /// `.csv.hbs`, [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180).
    Csv,
    /// `.dot.hbs`, the language of [Graphviz](https://graphviz.org/doc/info/lang.html).
    Dot,
    /// `.env.hbs`, assignments for a shell, systemd or docker compose.
    Env,
    /// `.group.hbs`, [groups of Unix](https://man7.org/linux/man-pages/man5/group.5.html).
    Group,
    Html,
    /// `.htgroup.hbs`, Apache's [group files](https://httpd.apache.org/docs/2.4/mod/mod_authz_groupfile.html).
    Htgroup,
    /// `.ini.hbs`, sections of keys, as Python's configparser and git read them.
    Ini,
    /// `.js.hbs`, JavaScript.
    Js,
    /// `.json.hbs`, [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259).
    Json,
    /// `.jsonl.hbs`, [JSON Lines](https://jsonlines.org/).
    Jsonl,
    /// `.ldif.hbs`, [RFC 2849](https://www.rfc-editor.org/rfc/rfc2849).
    Ldif,
    /// `.lines.hbs`, a list with an entry in each line.
    Lines,
    /// `.md.hbs`, [CommonMark](https://spec.commonmark.org/) and GitHub's tables.
    Markdown,
    /// `.passwd.hbs`, [users of Unix](https://man7.org/linux/man-pages/man5/passwd.5.html).
    Passwd,
    /// `.sh.hbs`, the shell of POSIX.
    Sh,
    /// `.sql.hbs`, as SQLite and PostgreSQL read it.
    Sql,
    /// `.svg.hbs`, [SVG 2](https://www.w3.org/TR/SVG2/).
    Svg,
    /// `.tex.hbs`, LaTeX.
    Tex,
    /// `.txt.hbs`.
    Text,
    /// `.toml.hbs`, [TOML 1.0](https://toml.io/en/v1.0.0).
    Toml,
    /// `.tsv.hbs`, tab-separated values.
    Tsv,
    /// `.xml.hbs`, XML 1.0.
    Xml,
    /// `.yaml.hbs` or `.yml.hbs`, YAML 1.2.
    Yaml,
}

/// The name of a template does not end in a known format. It is shown as what failed.
#[derive(Debug)]
pub struct UnknownFormat {
    name: String,
}

impl UnknownFormat {
    /// What to do: the formats that are known.
    #[must_use]
    pub fn help(&self) -> String {
        format!("known formats: {}", KNOWN.map(|(extension, _)| extension).join(", "))
    }
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` does not name a known format", self.name)
    }
}

/// A format with two extensions is called by the first.
const KNOWN: [(&str, Format); 25] = [
    ("conf", Format::Conf),
    ("csv", Format::Csv),
    ("dot", Format::Dot),
    ("env", Format::Env),
    ("group", Format::Group),
    ("html", Format::Html),
    ("htgroup", Format::Htgroup),
    ("ini", Format::Ini),
    ("js", Format::Js),
    ("json", Format::Json),
    ("jsonl", Format::Jsonl),
    ("ldif", Format::Ldif),
    ("lines", Format::Lines),
    ("md", Format::Markdown),
    ("passwd", Format::Passwd),
    ("sh", Format::Sh),
    ("sql", Format::Sql),
    ("svg", Format::Svg),
    ("tex", Format::Tex),
    ("toml", Format::Toml),
    ("tsv", Format::Tsv),
    ("txt", Format::Text),
    ("xml", Format::Xml),
    ("yaml", Format::Yaml),
    ("yml", Format::Yaml),
];

impl Format {
    /// The format of the template with this name, such as `groups.csv.hbs`.
    pub fn of(template: &str) -> Result<Self, UnknownFormat> {
        let format = extension_of(template).and_then(Self::with_extension);
        format.ok_or_else(|| UnknownFormat { name: file_name(template).to_owned() })
    }

    /// The extensions of all formats, sorted.
    pub fn extensions() -> impl Iterator<Item = &'static str> {
        KNOWN.into_iter().map(|(extension, _)| extension)
    }

    /// The format with this extension, such as `csv`.
    #[must_use]
    pub fn with_extension(extension: &str) -> Option<Self> {
        KNOWN.into_iter().find(|(known, _)| *known == extension).map(|(_, format)| format)
    }

    /// The format of the template with this name, if it is known.
    #[must_use]
    pub fn named(template: &str) -> Option<Self> {
        Self::of(template).ok()
    }

    /// Whether readers of the format expect a byte order mark, or can take it for text. Others would fail.
    #[must_use]
    pub fn may_have_byte_order_mark(self) -> bool {
        matches!(self, Self::Csv | Self::Text | Self::Tsv)
    }

    /// The extension, which messages use too.
    #[must_use]
    pub fn extension(self) -> &'static str {
        KNOWN.iter().find(|(_, format)| *format == self).map_or("", |(extension, _)| extension)
    }
}

/// The inner extension of a template, such as `csv` of `groups.csv.hbs`.
#[must_use]
pub fn extension_of(template: &str) -> Option<&str> {
    Some(file_name(template).strip_suffix(".hbs")?.rsplit_once('.')?.1)
}

/// The name of a file without its folder.
fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_extension_decides() {
        assert_eq!(Format::of("groups.csv.hbs").unwrap(), Format::Csv);
        assert_eq!(Format::of("/a.b/page.html.hbs").unwrap(), Format::Html);
        for wrong in ["groups.hbs", "csv.hbs", "groups.csv", "groups.pdf.hbs", ".hbs", "a.csv/b.hbs"] {
            assert!(Format::of(wrong).unwrap_err().to_string().contains("does not name"), "{wrong}");
        }
        for (extension, format) in KNOWN {
            assert!(format.extension() == extension || extension == "yml");
            assert_eq!(Format::of(&format!("x.{extension}.hbs")).unwrap(), format);
        }
    }
}

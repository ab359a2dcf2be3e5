//! The templates to start with, one for each format.

use crate::template::Format;

const HEADER: &str = include_str!("starters/header.hbs");

/// The text of the template; its comments name the profile by this argument of commands.
pub(super) fn text(format: Format, argument: &str) -> String {
    let (title, body) = starter(format);
    HEADER.replace("@FORMAT@", title).replace("@NAME@", argument) + body
}

fn starter(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Conf => ("settings in lines", include_str!("starters/conf.hbs")),
        Format::Csv => ("CSV", include_str!("starters/csv.hbs")),
        Format::Dot => ("a graph for Graphviz", include_str!("starters/dot.hbs")),
        Format::Env => ("variables", include_str!("starters/env.hbs")),
        Format::Group => ("groups of Unix", include_str!("starters/group.hbs")),
        Format::Html => ("a web page", include_str!("starters/html.hbs")),
        Format::Htgroup => ("a group file of Apache", include_str!("starters/htgroup.hbs")),
        Format::Ini => ("INI", include_str!("starters/ini.hbs")),
        Format::Js => ("JavaScript", include_str!("starters/js.hbs")),
        Format::Json => ("JSON", include_str!("starters/json.hbs")),
        Format::Jsonl => ("JSON in lines", include_str!("starters/jsonl.hbs")),
        Format::Ldif => ("LDIF", include_str!("starters/ldif.hbs")),
        Format::Lines => ("a list, one entry in each line", include_str!("starters/lines.hbs")),
        Format::Markdown => ("Markdown", include_str!("starters/md.hbs")),
        Format::Passwd => ("users of Unix", include_str!("starters/passwd.hbs")),
        Format::Sh => ("a shell script", include_str!("starters/sh.hbs")),
        Format::Sql => ("SQL", include_str!("starters/sql.hbs")),
        Format::Svg => ("a picture in SVG", include_str!("starters/svg.hbs")),
        Format::Tex => ("LaTeX", include_str!("starters/tex.hbs")),
        Format::Text => ("text", include_str!("starters/txt.hbs")),
        Format::Toml => ("TOML", include_str!("starters/toml.hbs")),
        Format::Tsv => ("tab-separated values", include_str!("starters/tsv.hbs")),
        Format::Xml => ("XML", include_str!("starters/xml.hbs")),
        Format::Yaml => ("YAML", include_str!("starters/yaml.hbs")),
    }
}

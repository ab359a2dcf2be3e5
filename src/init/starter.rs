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
        Format::Csv => ("CSV", include_str!("starters/csv.hbs")),
        Format::Dot => ("a graph for Graphviz", include_str!("starters/dot.hbs")),
        Format::Html => ("a web page", include_str!("starters/html.hbs")),
        Format::Json => ("JSON", include_str!("starters/json.hbs")),
        Format::Markdown => ("Markdown", include_str!("starters/md.hbs")),
        Format::Sh => ("a shell script", include_str!("starters/sh.hbs")),
        Format::Sql => ("SQL", include_str!("starters/sql.hbs")),
        Format::Tex => ("LaTeX", include_str!("starters/tex.hbs")),
        Format::Text => ("text", include_str!("starters/txt.hbs")),
        Format::Tsv => ("tab-separated values", include_str!("starters/tsv.hbs")),
        Format::Xml => ("XML", include_str!("starters/xml.hbs")),
        Format::Yaml => ("YAML", include_str!("starters/yaml.hbs")),
    }
}

//! The formats that have a lexer.

use super::delimited::Delimited;
use super::dot::Dot;
use super::html::Html;
use super::json::Json;
use super::lexer::Lexer;
use super::markdown::Markdown;
use super::sh::Sh;
use super::sql::Sql;
use super::tex::Tex;
use super::xml::Xml;
use super::yaml::Yaml;
use crate::template::format::Format;

/// The lexer of a format, if it has one. If `validate` is off, a lexer accepts an output that is not of its format.
pub(in crate::template) fn lexer(format: Format, validate: bool) -> Option<Box<dyn Lexer>> {
    Some(match format {
        Format::Csv => Box::new(Delimited::csv(validate)),
        Format::Dot => Box::new(Dot::new(validate)),
        Format::Html => Box::new(Html::new(validate)),
        Format::Json => Box::new(Json::new(validate)),
        Format::Markdown => Box::new(Markdown::new(validate)),
        Format::Sh => Box::new(Sh::new(validate)),
        Format::Sql => Box::new(Sql::new(validate)),
        Format::Tex => Box::new(Tex::new(validate)),
        Format::Text => return None,
        Format::Tsv => Box::new(Delimited::tsv(validate)),
        Format::Xml => Box::new(Xml::new(validate)),
        Format::Yaml => Box::new(Yaml::new(validate)),
    })
}

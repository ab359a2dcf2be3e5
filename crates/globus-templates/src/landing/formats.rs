//! The formats that have a lexer.

use super::accounts::Accounts;
use super::delimited::Delimited;
use super::dot::Dot;
use super::env::Env;
use super::htgroup::Htgroup;
use super::html::Html;
use super::ini::Ini;
use super::js::Js;
use super::json::Json;
use super::jsonl::Jsonl;
use super::keeping::Keeping;
use super::ldif::Ldif;
use super::lexer::Lexer;
use super::lines::{Conf, Lines};
use super::markdown::Markdown;
use super::sh::Sh;
use super::sql::Sql;
use super::tex::Tex;
use super::toml::Toml;
use super::xml::Xml;
use super::yaml::Yaml;
use crate::format::Format;

/// The lexer of a format, if it has one. If `validate` is off, a lexer accepts an output that is not of its format.
pub fn lexer(format: Format, validate: bool) -> Option<Box<dyn Lexer>> {
    Some(match format {
        Format::Conf => Box::new(Conf::new()),
        Format::Csv => Box::new(Keeping::new(Delimited::csv(validate))),
        Format::Dot => Box::new(Keeping::new(Dot::new(validate))),
        Format::Env => Box::new(Env::new(validate)),
        Format::Group => Box::new(Accounts::group(validate)),
        Format::Html => Box::new(Keeping::new(Html::new(validate))),
        Format::Htgroup => Box::new(Htgroup::new(validate)),
        Format::Ini => Box::new(Ini::new(validate)),
        Format::Js => Box::new(Js::new(validate)),
        Format::Json => Box::new(Keeping::new(Json::new(validate))),
        Format::Jsonl => Box::new(Jsonl::new(validate)),
        Format::Ldif => Box::new(Ldif::new(validate)),
        Format::Lines => Box::new(Lines::new(validate)),
        Format::Markdown => Box::new(Keeping::new(Markdown::new(validate))),
        Format::Passwd => Box::new(Accounts::passwd(validate)),
        Format::Sh => Box::new(Sh::new(validate)),
        Format::Sql => Box::new(Sql::new(validate)),
        Format::Svg => Box::new(Xml::svg(validate)),
        Format::Tex => Box::new(Tex::new(validate)),
        Format::Text => return None,
        Format::Toml => Box::new(Toml::new(validate)),
        Format::Tsv => Box::new(Keeping::new(Delimited::tsv(validate))),
        Format::Xml => Box::new(Xml::new(validate)),
        Format::Yaml => Box::new(Yaml::new(validate)),
    })
}

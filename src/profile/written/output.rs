//! The section `[output]`, or several `[[output]]`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::guard::Guard;
use super::values::{FilePath, Mode, Switch};
use crate::profile::schema::also_array;

/// The outputs of a profile: one as a table, or several as an array of tables.
#[derive(Debug)]
pub struct Outputs(pub(in crate::profile) Vec<Output>);

/// Where the output goes. Several are written as `[[output]]`, one for each file: the run fetches once, and replaces the
/// files only when all of them are good.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// The template of this output. By default the one at the top of the profile.
    #[schemars(extend("format" = "path"), regex(pattern = r"[^/]\.[^./]+\.hbs$"), example = "groups.csv.hbs")]
    pub template: Option<String>,
    /// The file to replace, whole or not at all. Without it the output goes to stdout; `-o` takes precedence. With `for_each`
    /// such as `lists/{{slug name}}-{{id}}.txt`.
    pub path: Option<FilePath>,
    /// The list of which each row gets a file of its own, such as `groups`. `path` is then a template over the row, and each
    /// file is what `template` makes of a list with that row alone.
    #[schemars(example = &"groups")]
    pub for_each: Option<String>,
    /// With `for_each`: whether files that this profile wrote and writes no longer are removed. It keeps a list of them in the
    /// folder, `.globus-runner-PROFILE.json`, and removes no other file.
    pub prune: bool,
    /// The permissions of the file in octal, as for `chmod`. They also hold for `-o`. Without `mode`, a file that is
    /// there keeps its own, and a new one can be read by its owner alone, as with `0600`.
    pub mode: Option<Mode>,
    /// Whether an output that is not of its format, such as broken JSON, is refused. A value in a place where its format
    /// does not allow one is always refused.
    pub validate: Switch<true>,
    /// Whether an output of CSV, TSV or plain text begins with a byte order mark. Excel reads the file as UTF-8 only with
    /// one; many other programs take it for a part of the first field.
    pub byte_order_mark: bool,
    /// Runs after a run that has really changed this file, like `on_change` of `[hooks]`, and before that.
    #[schemars(length(min = 1), extend("examples" = [["systemctl", "reload", "nginx"]]))]
    pub on_change: Option<Vec<String>>,
    /// What is refused instead of delivered: exit code 5, and the output stays as it was.
    pub guard: Guard,
}

impl Default for Outputs {
    fn default() -> Self {
        Self(vec![Output::default()])
    }
}

impl<'de> Deserialize<'de> for Outputs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OutputsVisitor)
    }
}

struct OutputsVisitor;

impl<'de> Visitor<'de> for OutputsVisitor {
    type Value = Outputs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table, or several as `[[output]]`")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Outputs, A::Error> {
        Output::deserialize(MapAccessDeserializer::new(entries)).map(|output| Outputs(vec![output]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Outputs, A::Error> {
        let mut outputs = Vec::new();
        while let Some(output) = elements.next_element()? {
            outputs.push(output);
        }
        Ok(Outputs(outputs))
    }
}

impl JsonSchema for Outputs {
    fn schema_name() -> Cow<'static, str> {
        "Outputs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        also_array(Output::json_schema(generator))
    }
}

//! The sections `[data.NAME]`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::values::{Integer, ServiceUrl, Vars};

/// The sections `[data.NAME]`, in the order of the file.
#[derive(Debug, Default)]
pub struct DataSources(pub(in crate::profile) Vec<(String, DataSource)>);

/// A list to fetch. A template sees its rows as `data.NAME`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DataSource {
    /// The service of Globus that sends the list.
    pub service: Option<DataService>,
    /// The base URL of another service, which `scope` is for.
    pub base_url: Option<ServiceUrl>,
    /// The scope that the list needs. By default the one that the service needs for it.
    #[schemars(example = "urn:globus:auth:scope:transfer.api.globus.org:all")]
    pub scope: Option<String>,
    /// The path of the list, from the base URL of the service. `{NAME.KEY}` makes it the child of another list: it is
    /// requested once for each row of `[data.NAME]`, or of the `groups`, with what that row has as `KEY`.
    #[schemars(example = "/v0.10/task_list")]
    pub path: Option<String>,
    /// The query of each request, besides what the paginator adds.
    #[schemars(extend("examples" = [{ "filter": "status:ACTIVE" }]))]
    pub params: Params,
    /// The body of each request, which makes it a `POST`; only for `search` and `scroll` of Globus Search.
    #[schemars(extend("format" = "json", "examples" = [{ "q": "climate" }]))]
    pub json: Option<Vars>,
    /// Where the rows are in a response: a dotted path. By default where Globus has them in this list; in other lists the
    /// response itself.
    #[schemars(example = &"DATA")]
    pub items: Option<String>,
    /// How to get from page to page. Lists of Globus have theirs by themselves.
    pub paginator: Option<PaginatorKeys>,
    /// What a response with this status means for a list with a parent, such as `{ 403 = "skip" }`. By default the run fails.
    pub on_status: OnStatuses,
    /// The keys of the parent's row that each row gets, as `_PARENT_KEY`.
    #[schemars(extend("examples" = [["id"]]))]
    pub include_from_parent: Vec<String>,
    /// What a list means of which the service sends only a part.
    pub truncated: Truncated,
    /// The key that identifies a row for `[output.guard]`. By default that of Globus for this list; in other lists `id`.
    pub primary_key: Option<String>,
}

/// A service of Globus that sends lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DataService {
    Groups,
    Auth,
    Transfer,
    Search,
    Flows,
    Timers,
    Compute,
}

/// What a list means that the service cuts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Truncated {
    /// The run fails, and the output stays as it was.
    #[default]
    Fail,
    /// The part is used, with a warning. A template sees it as `sources.NAME.truncated`.
    Keep,
}

/// How to get from page to page. Paths are dotted, and lead into the response.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PaginatorKeys {
    /// How pages are asked for. By default as Globus does it for this list; other lists need it.
    pub r#type: Option<PaginatorType>,
    /// `offset`: how many rows to ask for at once. By default 100.
    pub limit: Option<Integer<1, 1_000_000, 100>>,
    /// `offset`: the parameter for `limit`. By default `limit`.
    #[schemars(example = &"limit")]
    pub limit_param: Option<String>,
    /// `offset`: the parameter for the number of rows before the page. By default `offset`.
    #[schemars(example = &"offset")]
    pub offset_param: Option<String>,
    /// `offset`: where a response has the number of all rows. Without it and `has_more_path`, the first empty page is the end.
    #[schemars(example = &"total")]
    pub total_path: Option<String>,
    /// `offset`: how many rows the service sends at most, over all pages. A list that has more is cut; see `truncated`.
    pub maximum_offset: Option<Integer<1, 1_000_000_000, 1>>,
    /// `offset` and `cursor`: where a response says whether there are more pages.
    #[schemars(example = &"has_next_page")]
    pub has_more_path: Option<String>,
    /// `cursor`: where a response has the cursor of the next page. The last page has none, or null.
    #[schemars(example = &"marker")]
    pub cursor_path: Option<String>,
    /// `cursor`: the parameter that takes the cursor.
    #[schemars(example = &"marker")]
    pub cursor_param: Option<String>,
    /// `cursor`: where the body of the request takes the cursor, instead of `cursor_param`.
    #[schemars(example = &"marker")]
    pub cursor_body_path: Option<String>,
}

/// How pages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaginatorType {
    /// One response has all rows.
    Single,
    /// With the number of rows before the page.
    Offset,
    /// With what the page before it says.
    Cursor,
}

/// What a response with a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnStatus {
    /// The run fails.
    Fail,
    /// The list is left out for this row of the parent, and counted.
    Skip,
}

/// Statuses, and what each means.
#[derive(Debug, Default)]
pub struct OnStatuses(pub(in crate::profile) Vec<(String, OnStatus)>);

/// The query of a request.
#[derive(Debug, Default)]
pub struct Params(pub(in crate::profile) Vec<(String, String)>);

impl<'de> Deserialize<'de> for DataSources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries::new()).map(Self)
    }
}

impl JsonSchema for DataSources {
    fn schema_name() -> Cow<'static, str> {
        "DataSources".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let source = generator.subschema_for::<DataSource>();
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
            "additionalProperties": source,
        })
    }
}

impl<'de> Deserialize<'de> for OnStatuses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries::new()).map(Self)
    }
}

impl JsonSchema for OnStatuses {
    fn schema_name() -> Cow<'static, str> {
        "OnStatuses".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "format": "statuses",
            "propertyNames": { "pattern": "^4[0-9][0-9]$" },
            "additionalProperties": { "enum": ["fail", "skip"] },
            "examples": [{ "403": "skip" }],
        })
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries: Vec<(String, Values)> = deserializer.deserialize_map(Entries::new())?;
        let pairs = entries
            .into_iter()
            .flat_map(|(name, Values(values))| values.into_iter().map(move |value| (name.clone(), value)));
        Ok(Self(pairs.collect()))
    }
}

impl JsonSchema for Params {
    fn schema_name() -> Cow<'static, str> {
        "Params".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let scalar = ["string", "integer", "number", "boolean"];
        json_schema!({
            "type": "object",
            "format": "params",
            "additionalProperties": {
                "anyOf": [{ "type": scalar }, { "type": "array", "items": { "type": scalar } }],
            },
        })
    }
}

/// The entries of a table whose keys are free, in order.
struct Entries<T>(std::marker::PhantomData<T>);

impl<T> Entries<T> {
    fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
    type Value = Vec<(String, T)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// The values of a parameter, as text: one, or each of an array.
struct Values(Vec<String>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValuesVisitor).map(Self)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, true or false, or an array of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Self::Value, E> {
        Ok(vec![boolean.to_string()])
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Self::Value, E> {
        Ok(vec![integer.to_string()])
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Self::Value, E> {
        Ok(vec![float.to_string()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Values(element)) = elements.next_element()? {
            values.extend(element);
        }
        Ok(values)
    }
}

//! The rows of a response on their way in.

use std::cell::RefCell;

use crate::data::source::{Read, Source};
use crate::data::surrogates::replace_lone_surrogates;
use crate::globus::api::RowSink;
use crate::globus::auth::Identity;
use crate::globus::service::Service;
use crate::{Error, Result};
use globus_templates::read::RowReader;
use globus_templates::value::{Object, Place, Value};

/// Takes the rows of one response.
pub(super) trait RowOut {
    /// A response begins. If an earlier one broke off, its rows are void.
    fn start(&mut self, identity: Option<&Identity>) -> Result<()>;

    fn row(&mut self, row: Value) -> Result<()>;
}

/// Reads, completes and selects the rows of a response.
pub(super) struct Incoming<'r> {
    source: &'r dyn Source,
    service: &'r Service,
    /// All rows of a source share it, and so their keys.
    reader: &'r RefCell<RowReader>,
    /// Where rows have what identifies them.
    key: Place,
    /// How many rows came in earlier responses.
    before: usize,
    /// How many came in this one.
    pub(super) arrived: usize,
    /// The numbers of rows in which characters were replaced.
    pub(super) replaced: Vec<usize>,
    out: &'r mut dyn RowOut,
}

impl<'r> Incoming<'r> {
    pub(super) fn new(
        source: &'r dyn Source,
        service: &'r Service,
        reader: &'r RefCell<RowReader>,
        before: usize,
        out: &'r mut dyn RowOut,
    ) -> Self {
        let key = Place::default();
        Self { source, service, reader, key, before, arrived: 0, replaced: Vec::new(), out }
    }

    /// Sends a row on. One without a key is identified by its content, and goes on whole.
    fn send(&mut self, row: Value, json: &[u8]) -> Result<()> {
        let mut completed = self.completed(row, Read::Needed)?;
        if !self.source.kind().has_key_near(&completed, &self.key) {
            let whole = self.reader.borrow_mut().whole_row(json).map_err(|error| self.not_json(&error))?;
            completed = self.completed(whole, Read::Whole)?;
        }
        self.arrived += 1;
        if self.source.selects(&completed) { self.out.row(completed.into()) } else { Ok(()) }
    }

    fn completed(&self, row: Value, read: Read) -> Result<Object> {
        let Value::Object(row) = row else { return Err(self.wrong("is not an object")) };
        self.source.complete(row, read).map_err(|why| self.wrong(&why))
    }

    fn not_json(&self, error: &serde_json::Error) -> Error {
        self.wrong(&format!("is not JSON: {error}"))
    }

    /// An error in the row that is to go on next.
    fn wrong(&self, why: &str) -> Error {
        self.service.not_a_list_of(self.source.kind().name(), format!("number {} {why}", self.number()))
    }

    fn number(&self) -> usize {
        self.before + self.arrived + 1
    }
}

impl RowSink for Incoming<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.arrived = 0;
        self.replaced.clear();
        self.out.start(identity)
    }

    fn first_row(&mut self, text: &str) -> Result<Option<usize>> {
        let Some((row, length)) = self.reader.borrow_mut().first_row(text) else { return Ok(None) };
        self.send(row, text.get(..length).unwrap_or_default().as_bytes())?;
        Ok(Some(length))
    }

    fn row(&mut self, json: &[u8]) -> Result<()> {
        let read = self.reader.borrow_mut().row(json);
        let error = match read {
            Ok(row) => return self.send(row, json),
            Err(error) => error,
        };
        let replaced = replace_lone_surrogates(json).ok_or_else(|| self.not_json(&error))?;
        self.replaced.push(self.number());
        let row = self.reader.borrow_mut().row(&replaced).map_err(|error| self.not_json(&error))?;
        self.send(row, &replaced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::groups::GroupsSource;
    use crate::globus::service::{BaseUrl, ChosenBy};
    use crate::globus::service_name::ServiceName;
    use crate::profile::Groups;
    use globus_templates::value::Fields;

    /// Keeps rows as JSON.
    #[derive(Default)]
    struct Kept(Vec<String>);

    impl RowOut for Kept {
        fn start(&mut self, _: Option<&Identity>) -> Result<()> {
            self.0.clear();
            Ok(())
        }

        fn row(&mut self, row: Value) -> Result<()> {
            self.0.push(row.to_string());
            Ok(())
        }
    }

    const GROUP: &str = r#"{"id":"1","name":"A","my_memberships":[{"role":"member","x":1},{"role":"admin"},{"role":"member"},{"role":7},7],"roles":"service","policies":{"group_visibility":"private","y":2},"z":3}"#;

    /// What arrives of a group if a template reads these paths.
    fn received(json: &str, paths: &[&[&str]]) -> Result<String> {
        let mut read = Fields::NONE;
        for path in paths {
            read.add(path, Fields::All);
        }
        let base_url =
            "https://groups.example.org/".parse().map(|url| BaseUrl::new(url, ChosenBy::Environment));
        let service = Service {
            name: "Groups".into(),
            token: ServiceName::Groups.token(),
            base_url: base_url.unwrap(),
        };
        let source = GroupsSource::new(&Groups::default(), &read);
        let reader = RefCell::new(source.reader());
        let (mut first, mut whole) = (Kept::default(), Kept::default());
        let length =
            Incoming::new(&source, &service, &reader, 0, &mut first).first_row(&format!("{json},"))?;
        Incoming::new(&source, &service, &reader, 0, &mut whole).row(json.as_bytes())?;
        if length.is_some() {
            assert_eq!((length, &first.0), (Some(json.len()), &whole.0));
        }
        Ok(whole.0.concat())
    }

    #[test]
    fn a_group_has_what_is_read_of_it_and_what_identifies_it() {
        let whole = r#"{"id":"1","name":"A","my_memberships":[{"role":"member","x":1},{"role":"admin"},{"role":"member"},{"role":7},7],"roles":["admin","member"],"policies":{"group_visibility":"private","y":2},"z":3}"#;
        for (paths, expected) in [
            (&[&["groups"][..]][..], whole),
            (&[&[]], whole),
            (&[&["run", "at"]], r#"{"id":"1","name":"A"}"#),
            (&[&["groups", "z"]], r#"{"id":"1","name":"A","z":3}"#),
            (&[&["groups", "roles"]], r#"{"id":"1","name":"A","roles":["admin","member"]}"#),
            (
                &[&["groups", "roles"], &["groups", "my_memberships", "x"]],
                r#"{"id":"1","my_memberships":[{"role":"member","x":1},{"role":"admin"},{"role":"member"},{"role":7},7],"name":"A","roles":["admin","member"]}"#,
            ),
            (
                &[&["groups", "my_memberships", "x"]],
                r#"{"id":"1","my_memberships":[{"x":1},{},{},{},7],"name":"A"}"#,
            ),
            (
                &[&["totals", "by_role"]],
                r#"{"id":"1","name":"A","policies":{"group_visibility":"private"},"roles":["admin","member"]}"#,
            ),
        ] {
            assert_eq!(received(GROUP, paths).unwrap(), expected, "{paths:?}");
        }
    }

    #[test]
    fn roles_are_the_same_whatever_else_is_read() {
        for memberships in [
            "null",
            r#""admin""#,
            r#"{"role":"admin"}"#,
            "[]",
            r#"["admin", 7, [{"role":"admin"}], {}]"#,
            r#"[{"role":"b"},{"role":"a"},{"role":"b"}]"#,
            r#"[{"role":"b"},{"x":1},{"role":"c"}]"#,
            r#"[{"role":"a","role":null},{"role":["b"]},{"role":{"role":"c"}}]"#,
            r#"[{"role":7},{"r":1,"role":"d","role":"e"}]"#,
            r#"[{"role":"a"}],"my_memberships":[{"role":"z"}]"#,
            r#"[{"role":"a"}],"roles":["z"]"#,
        ] {
            let json = format!(r#"{{"id":"1","name":"A","my_memberships":{memberships}}}"#);
            let roles = |paths: &[&[&str]]| {
                let group: serde_json::Value =
                    serde_json::from_str(&received(&json, paths).unwrap()).unwrap();
                group["roles"].clone()
            };
            let expected = roles(&[&["groups"]]);
            assert!(expected.is_array());
            for paths in [
                &[&["groups", "roles"][..]][..],
                &[&["totals"]],
                &[&["groups", "roles"], &["groups", "my_memberships", "x"]],
                &[&["groups", "roles"], &["groups", "my_memberships"]],
            ] {
                assert_eq!(roles(paths), expected, "{json} {paths:?}");
            }
        }
        assert_eq!(
            received(r#"{"id":"1","name":"A"}"#, &[&["groups", "roles"]]).unwrap(),
            r#"{"id":"1","name":"A","roles":[]}"#
        );
    }

    /// The guard identifies it by all of its content.
    #[test]
    fn a_group_without_an_id_arrives_whole() {
        let nameless = GROUP.replacen("\"1\"", "\"\"", 1);
        assert_eq!(received(&nameless, &[]).unwrap(), received(&nameless, &[&[]]).unwrap());
        assert!(received(r#"{"name":"A"}"#, &[]).is_err());
    }

    #[test]
    fn a_lone_surrogate_is_replaced_wherever_it_is() {
        let json = GROUP.replacen("\"z\":3", r#""z":"\ud800""#, 1);
        assert_eq!(
            received(&json, &[&["groups", "z"]]).unwrap(),
            "{\"id\":\"1\",\"name\":\"A\",\"z\":\"\u{fffd}\"}"
        );
        assert_eq!(received(&json, &[]).unwrap(), r#"{"id":"1","name":"A"}"#);
    }

    #[test]
    fn what_is_wrong_is_an_error_also_where_nothing_is_read() {
        for (wrong, why) in
            [("1e999", "out of range"), ("\"\u{2}\"", "control character"), ("[", "expected value")]
        {
            let error = received(&GROUP.replacen("\"z\":3", &format!("\"z\":{wrong}"), 1), &[]).unwrap_err();
            assert!(error.to_string().contains(why) && error.to_string().contains("number 1"), "{error}");
        }
    }
}

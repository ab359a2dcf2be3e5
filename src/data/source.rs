//! A source of rows: a list of a Globus service.

use super::fields::Fields;
use super::lists::{Lists, Outcome, Outcomes};
use super::read::RowReader;
use super::rows::RowReceiver;
use super::source_name::SourceName;
use super::surrogates::replace_lone_surrogates;
use super::value::{Object, Value};
use crate::globus::api::{RowSink, ServiceClient};
use crate::globus::auth::{Authorizer, Identity};
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use crate::globus::service::Service;
use crate::{Error, Result};

/// A list that a service sends, and what a template sees of it.
#[derive(Debug)]
pub struct RowSource {
    /// What a template calls the rows.
    pub name: &'static str,
    /// What messages call one row.
    pub row_name: &'static str,
    /// The field that identifies a row.
    pub key: &'static str,
    /// The field that people know a row by.
    pub label: &'static str,
    /// The service that sends them.
    pub service: fn(&Services) -> Service,
    /// The path of the list, from the base URL of the service.
    pub path: &'static str,
    /// What is needed of a row if a template reads this of the data.
    pub(super) needed: fn(&Fields) -> Fields,
    /// Reads what is needed of each row.
    pub(super) reader: fn(&Fields) -> RowReader,
    /// Checks a row that was read, and completes it with what is needed. The error is what the row has or lacks.
    pub(super) complete: fn(Object, &Fields) -> Result<Object, String>,
}

impl RowSource {
    /// So many rows in words, such as `12 groups`.
    pub fn number_of(&self, count: u64) -> String {
        match count {
            0 => format!("no {}", self.name),
            1 => format!("1 {}", self.row_name),
            _ => format!("{count} {}", self.name),
        }
    }

    /// Sends each row to the receiver as it arrives: of each what is needed if this is read of the data.
    pub async fn fetch(
        &self,
        http: &HttpClient,
        services: &Services,
        authorizer: &mut Authorizer<'_>,
        read: &Fields,
        receiver: &mut dyn RowReceiver,
    ) -> Result<()> {
        let service = (self.service)(services);
        let mut rows = Rows::new(self, service.clone(), read, receiver);
        ServiceClient::new(http, service).list(self.path, authorizer, &mut rows).await?;
        let outcome = Outcome { rows: rows.sent as u64, ..Outcome::default() };
        rows.receiver.end(&Outcomes::from([(SourceName::Groups, outcome)]))
    }
}

/// Parses and completes the rows of a source.
struct Rows<'r> {
    source: &'r RowSource,
    service: Service,
    needed: Fields,
    reader: RowReader,
    /// How many went on to the receiver.
    sent: usize,
    receiver: &'r mut dyn RowReceiver,
}

impl<'r> Rows<'r> {
    fn new(
        source: &'r RowSource,
        service: Service,
        read: &Fields,
        receiver: &'r mut dyn RowReceiver,
    ) -> Self {
        let needed = (source.needed)(read);
        let reader = (source.reader)(&needed);
        Self { source, service, needed, reader, sent: 0, receiver }
    }

    /// Sends a row on. One without a key is identified by its content, and goes on whole.
    fn send(&mut self, row: Value, json: &[u8]) -> Result<()> {
        let mut completed = self.completed(row, &self.needed)?;
        if completed.get(self.source.key).and_then(Value::as_str).is_none_or(str::is_empty) {
            let whole = self.reader.whole_row(json).map_err(|error| self.not_json(&error))?;
            completed = self.completed(whole, &Fields::All)?;
        }
        self.sent += 1;
        self.receiver.row(completed.into())
    }

    fn completed(&self, row: Value, needed: &Fields) -> Result<Object> {
        let Value::Object(row) = row else { return Err(self.wrong("is not an object")) };
        (self.source.complete)(row, needed).map_err(|why| self.wrong(&why))
    }

    fn not_json(&self, error: &serde_json::Error) -> Error {
        self.wrong(&format!("is not JSON: {error}"))
    }

    /// An error in the row that is to go on next.
    fn wrong(&self, why: &str) -> Error {
        self.service.not_a_list_of(self.source.name, format!("number {} {why}", self.number()))
    }

    fn number(&self) -> usize {
        self.sent + 1
    }
}

impl RowSink for Rows<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.sent = 0;
        self.receiver.start(identity, &Lists::default())
    }

    fn first_row(&mut self, text: &str) -> Result<Option<usize>> {
        let Some((row, length)) = self.reader.first_row(text) else { return Ok(None) };
        self.send(row, text.get(..length).unwrap_or_default().as_bytes())?;
        Ok(Some(length))
    }

    fn row(&mut self, json: &[u8]) -> Result<()> {
        let error = match self.reader.row(json) {
            Ok(row) => return self.send(row, json),
            Err(error) => error,
        };
        let replaced = replace_lone_surrogates(json).ok_or_else(|| self.not_json(&error))?;
        let (service, name, number) = (&self.service.name, self.source.name, self.number());
        tracing::warn!(
            "{service} sent a lone surrogate in number {number} of the {name}; U+FFFD replaces it"
        );
        let row = self.reader.row(&replaced).map_err(|error| self.not_json(&error))?;
        self.send(row, &replaced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::GROUPS;
    use crate::globus::service::{BaseUrl, ChosenBy};

    /// Keeps rows as JSON.
    #[derive(Default)]
    struct Kept(Vec<String>);

    impl RowReceiver for Kept {
        fn start(&mut self, _: Option<&Identity>, _: &Lists) -> Result<()> {
            self.0.clear();
            Ok(())
        }

        fn row(&mut self, row: Value) -> Result<()> {
            self.0.push(row.to_string());
            Ok(())
        }

        fn end(&mut self, _: &Outcomes) -> Result<()> {
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
            name: "Groups".to_owned(),
            resource_server: "groups.example.org".to_owned(),
            base_url: base_url.unwrap(),
        };
        let (mut first, mut whole) = (Kept::default(), Kept::default());
        let length = Rows::new(&GROUPS, service.clone(), &read, &mut first).first_row(&format!("{json},"))?;
        Rows::new(&GROUPS, service, &read, &mut whole).row(json.as_bytes())?;
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

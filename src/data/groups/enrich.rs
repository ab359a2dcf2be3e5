//! Completing groups: many at once, in the order of the list.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, FuturesUnordered, LocalBoxStream};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use uuid::Uuid;

use super::detail::{Became, Detailed, Details, read};
use super::needs::Needs;
use super::people::People;
use super::report::Report;
use crate::data::fetch::{Fetching, Tally};
use crate::data::source::RowStream;
use crate::globus::api::ApiRequest;
use crate::globus::service::Service;
use crate::globus::service_name::ServiceName;
use crate::profile::Groups;
use crate::{Error, Result};
use globus_templates::read::RowReader;
use globus_templates::value::Fields;
use globus_templates::value::{Object, Value};

/// The key of a list of identities.
const IDENTITIES: &str = "identities";

/// The groups with what is needed of each. A group goes on as soon as it and those before it are complete. While one waits,
/// at most twice as many are held as there are requests at once, and those that wait for the names of their members.
pub(super) fn enriched<'s>(
    groups: &'s Groups,
    needs: &'s Needs,
    fetching: &'s Fetching<'s>,
    tally: &'s Tally,
    rows: RowStream<'s>,
) -> RowStream<'s> {
    let rows = start(groups, needs, fetching, tally, rows);
    stream::once(async { rows }).try_flatten().boxed_local()
}

fn start<'s>(
    groups: &'s Groups,
    needs: &'s Needs,
    fetching: &'s Fetching<'s>,
    tally: &'s Tally,
    rows: RowStream<'s>,
) -> Result<RowStream<'s>> {
    let details =
        Rc::new(Details::new(groups, needs, fetching, fetching.services.service(ServiceName::Groups)?));
    let detailed = rows.map_ok(move |row| {
        let details = Rc::clone(&details);
        async move { details.of(object(row)).await }
    });
    let state = Enrichment {
        detailed: detailed.try_buffered(2 * fetching.at_once).boxed_local(),
        is_end: false,
        people: People::new(&needs.people),
        lookups: FuturesUnordered::new(),
        identities: Rc::new(Identities::new(fetching, fetching.services.service(ServiceName::Auth)?, needs)),
        report: Report::default(),
        asks_for_hidden: needs.asks_for_hidden,
        tally,
    };
    let rows = stream::try_unfold(state, async |mut state| {
        Ok(state.next().await?.map(|group| (Value::Object(group), state)))
    });
    Ok(rows.boxed_local())
}

/// Groups on their way.
struct Enrichment<'s> {
    detailed: LocalBoxStream<'s, Result<Detailed>>,
    is_end: bool,
    people: People,
    lookups: FuturesUnordered<LocalBoxFuture<'s, Result<LookUp>>>,
    identities: Rc<Identities<'s>>,
    report: Report,
    asks_for_hidden: bool,
    tally: &'s Tally,
}

impl Enrichment<'_> {
    /// The next complete group.
    async fn next(&mut self) -> Result<Option<Object>> {
        loop {
            if let Some(group) = self.people.pop() {
                return Ok(Some(group));
            }
            if self.is_end && self.people.is_empty() {
                self.report.say(self.asks_for_hidden);
                return Ok(None);
            }
            while let Some(batch) = self.people.batch(self.is_end) {
                let identities = Rc::clone(&self.identities);
                self.lookups.push(async move { identities.look_up(batch).await }.boxed_local());
            }
            let takes_more = !self.is_end && !self.people.is_full();
            tokio::select! {
                Some(found) = self.lookups.next() => {
                    let LookUp { batch, found } = found?;
                    self.people.learn(&batch, &found);
                }
                detailed = self.detailed.try_next(), if takes_more => match detailed? {
                    Some(detailed) => self.take(detailed),
                    None => self.is_end = true,
                },
            }
        }
    }

    fn take(&mut self, detailed: Detailed) {
        self.report.add(&detailed);
        match detailed.became {
            Became::Complete => {}
            Became::Hidden => self.tally.add_hidden(),
            Became::Refused(_) => self.tally.add_error(),
        }
        self.people.push(detailed.group);
    }
}

/// Identities that were requested, and those that the service shows.
struct LookUp {
    batch: Vec<Uuid>,
    found: Vec<Value>,
}

/// Looks identities up at Globus Auth.
struct Identities<'s> {
    fetching: &'s Fetching<'s>,
    service: Service,
    reader: RefCell<RowReader>,
}

impl<'s> Identities<'s> {
    fn new(fetching: &'s Fetching<'s>, service: Service, needs: &Needs) -> Self {
        let mut fields = Fields::NONE;
        for field in needs.people.iter().chain(&["id"]) {
            fields.add(&[IDENTITIES, field], Fields::All);
        }
        Self { fetching, service, reader: RefCell::new(RowReader::new(&fields)) }
    }

    async fn look_up(&self, batch: Vec<Uuid>) -> Result<LookUp> {
        let ids: Vec<String> = batch.iter().map(Uuid::to_string).collect();
        let mut request = ApiRequest::get(self.service.clone(), "v2/api/identities");
        request.params.push(("ids".to_owned(), ids.join(",")));
        let response = self.fetching.get(&request).await?.map_err(|refused| {
            failed(&format!(
                "{} refuses it with status {}: {}",
                self.service.name, refused.status, refused.message
            ))
        })?;
        let response =
            read(&self.reader, &response).map_err(|error| failed(&format!("it is not JSON: {error}")))?;
        let found = response.get(IDENTITIES).and_then(Value::as_list);
        let found = found.ok_or_else(|| failed("the response has no list `identities`"))?;
        Ok(LookUp { batch, found: found.to_vec() })
    }
}

fn failed(why: &str) -> Error {
    Error::failed("can't look up who the members of the groups are")
        .because(why)
        .help("without `identities = true` under `[groups]` the members have a `username`, and no name")
}

fn object(row: Value) -> Object {
    match row {
        Value::Object(row) => row,
        // No row is anything else.
        _ => Object::from_iter([]),
    }
}

//! A fetch: the lists that are needed whole, and then the rows of the main source.

use std::collections::BTreeMap;

use futures_util::{TryStreamExt, future};

use super::fetching::Fetching;
use super::incoming::RowOut;
use super::live::Live;
use super::plan::Plan;
use super::tally::Tally;
use crate::Result;
use crate::data::lists::{Lists, Outcomes};
use crate::data::rows::RowReceiver;
use crate::data::source_name::SourceName;
use crate::globus::api::{Access, Api};
use crate::globus::auth::Identity;
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use globus_templates::value::Value;

impl Plan {
    /// Sends the receiver what the template needs: the rows of the main source as they arrive, and all other lists before.
    pub async fn fetch(
        &self,
        services: &Services,
        http: &HttpClient,
        access: &Access<'_>,
        receiver: &mut dyn RowReceiver,
    ) -> Result<()> {
        let api = Api::new(http, access);
        let fetching = Fetching::new(services, &api, self.at_once);
        api.as_one_identity(async || self.fetch_once(&fetching, receiver).await).await
    }

    async fn fetch_once(&self, fetching: &Fetching<'_>, receiver: &mut dyn RowReceiver) -> Result<()> {
        let main = Live::new(&self.main_root, fetching)?;
        let others = self.roots.iter().map(|root| Live::new(root, fetching)).collect::<Result<Vec<_>>>()?;
        let fetched = future::try_join_all(others.iter().map(|root| self.whole(root, fetching))).await?;
        let mut lists = Lists::default();
        let all = fetched.into_iter().flatten();
        all.for_each(|(source, rows)| lists.insert(source, rows));
        self.send_main(&main, fetching, lists, receiver).await?;
        let mut outcomes = Outcomes::new();
        others.iter().chain([&main]).for_each(|root| add_outcomes(root, &mut outcomes));
        receiver.end(&outcomes)
    }

    /// The lists of a source and those below it, as far as the template reads them at their own place, or the main source is
    /// among them.
    async fn whole(
        &self,
        root: &Live<'_>,
        fetching: &Fetching<'_>,
    ) -> Result<BTreeMap<SourceName, Vec<Value>>> {
        let wanted = root.names().into_iter().filter(|name| **name == self.main || self.lists.contains(name));
        let mut lists = BTreeMap::new();
        lists.extend(wanted.map(|name| (name.clone(), Vec::new())));
        if root.is_straight() {
            let mut out = Whole { tally: &root.tally, rows: Vec::new() };
            root.send(fetching, &mut out).await?;
            lists.insert(root.source.kind().source.clone(), out.rows);
            return Ok(lists);
        }
        let mut rows = root.rows(fetching);
        while let Some(row) = rows.try_next().await? {
            root.tally.add_row();
            root.each(&row, &mut |source, row| {
                if let Some(rows) = lists.get_mut(source) {
                    rows.push(row.clone());
                }
                Ok(())
            })?;
        }
        Ok(lists)
    }

    async fn send_main(
        &self,
        root: &Live<'_>,
        fetching: &Fetching<'_>,
        lists: Lists,
        receiver: &mut dyn RowReceiver,
    ) -> Result<()> {
        if root.is_straight() {
            return root.send(fetching, &mut Straight { receiver, lists, tally: &root.tally }).await;
        }
        // What comes before the rows has to know all of such a list.
        if root.names().into_iter().any(|name| self.lists.contains(name)) {
            let mut lists = lists;
            let mut rows = Vec::new();
            for (name, list) in self.whole(root, fetching).await? {
                if name == self.main { rows = list } else { lists.insert(name, list) }
            }
            receiver.start(root.identity().as_ref(), &lists)?;
            return rows.into_iter().try_for_each(|row| receiver.row(row));
        }
        let mut rows = root.rows(fetching);
        // Before it, the identity is not known.
        let mut next = rows.try_next().await?;
        receiver.start(root.identity().as_ref(), &lists)?;
        let is_main = root.source.kind().source == self.main;
        while let Some(row) = next {
            root.tally.add_row();
            if let Some(rows) = root.tally.expected().filter(|_| is_main) {
                receiver.expect(rows);
            }
            root.each(&row, &mut |source, row| {
                if *source == self.main { receiver.row(row.clone()) } else { Ok(()) }
            })?;
            next = rows.try_next().await?;
        }
        Ok(())
    }
}

impl Live<'_> {
    /// This source, and all below it.
    fn names(&self) -> Vec<&SourceName> {
        let below = self.children.iter().flat_map(Self::names);
        std::iter::once(&self.source.kind().source).chain(below).collect()
    }

    /// Goes through a row and those of the lists below it.
    fn each(&self, row: &Value, take: &mut dyn FnMut(&SourceName, &Value) -> Result<()>) -> Result<()> {
        take(&self.source.kind().source, row)?;
        for child in &self.children {
            let rows = row.get(child.source.kind().name()).and_then(Value::as_list).unwrap_or_default();
            rows.iter().try_for_each(|row| child.each(row, take))?;
        }
        Ok(())
    }
}

fn add_outcomes(live: &Live<'_>, outcomes: &mut Outcomes) {
    let source = &live.source.kind().source;
    live.notes.say(source, &live.request.service.name);
    outcomes.insert(source.clone(), live.tally.outcome());
    live.children.iter().for_each(|child| add_outcomes(child, outcomes));
}

/// Hands each row on as it arrives.
struct Straight<'r> {
    receiver: &'r mut dyn RowReceiver,
    lists: Lists,
    tally: &'r Tally,
}

impl RowOut for Straight<'_> {
    fn start(&mut self, identity: Option<&Identity>) -> Result<()> {
        self.tally.restart();
        self.receiver.start(identity, &self.lists)
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.tally.add_row();
        self.receiver.row(row)
    }
}

/// Keeps every row.
struct Whole<'t> {
    tally: &'t Tally,
    rows: Vec<Value>,
}

impl RowOut for Whole<'_> {
    fn start(&mut self, _: Option<&Identity>) -> Result<()> {
        self.tally.restart();
        self.rows.clear();
        Ok(())
    }

    fn row(&mut self, row: Value) -> Result<()> {
        self.tally.add_row();
        self.rows.push(row);
        Ok(())
    }
}

//! Which sources are fetched for a template, and how.

use futures_util::TryStreamExt;

use super::base_list::BaseList;
use super::fetching::Fetching;
use super::incoming::RowOut;
use super::tally::Tally;
use crate::Result;
use crate::data::fields::Fields;
use crate::data::groups::GroupsSource;
use crate::data::lists::{Lists, Outcomes};
use crate::data::row_kind::RowKind;
use crate::data::rows::RowReceiver;
use crate::data::source::Source;
use crate::data::source_name::SourceName;
use crate::data::value::Value;
use crate::globus::api::Api;
use crate::globus::auth::{Authorizer, Identity};
use crate::globus::environment::Services;
use crate::globus::http::HttpClient;
use crate::profile::Profile;

/// What is fetched for one template.
#[derive(Debug)]
pub struct Plan {
    main: Box<dyn Source>,
}

impl Plan {
    /// What a template needs that reads these fields of the data. `main` is the source whose rows go on one by one.
    #[must_use]
    pub fn of(profile: &Profile, read: &Fields, _main: &SourceName) -> Self {
        Self { main: Box::new(GroupsSource::new(&profile.groups.clone().unwrap_or_default(), read)) }
    }

    /// The rows of the main source.
    #[must_use]
    pub fn kind(&self) -> &RowKind {
        self.main.kind()
    }

    /// Sends the receiver what the template needs: the rows of the main source as they arrive, and all other lists before.
    pub async fn fetch(
        &self,
        services: &Services,
        http: &HttpClient,
        authorizer: &mut Authorizer<'_>,
        receiver: &mut dyn RowReceiver,
    ) -> Result<()> {
        let api = Api::new(http, authorizer);
        api.as_one_identity(async || self.fetch_once(&Fetching::new(services, &api), receiver).await).await
    }

    async fn fetch_once(&self, fetching: &Fetching<'_>, receiver: &mut dyn RowReceiver) -> Result<()> {
        let source = &*self.main;
        let tally = Tally::default();
        let mut out = Straight { receiver, lists: Lists::default(), tally: &tally };
        let list = BaseList::new(source, fetching)?;
        if source.arranges() || source.enriches() {
            let (identity, rows) = list.rows(fetching).await?;
            out.start(identity.as_ref())?;
            let mut rows = source.enriched(fetching, &tally, rows);
            while let Some(row) = rows.try_next().await? {
                out.row(row)?;
            }
        } else {
            list.send(fetching, &mut out).await?;
        }
        receiver.end(&Outcomes::from([(source.kind().source.clone(), tally.outcome())]))
    }
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

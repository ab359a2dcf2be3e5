//! The requests that complete one group.

use std::cell::RefCell;

use futures_util::future::try_join;
use tokio::sync::OnceCell;

use super::ancestry::is_plain;
use super::keys::{ERROR, HIDDEN, ID, MEMBERSHIPS, MY_MEMBERSHIPS, NAME, POLICIES};
use super::members::{self, Counts, Difference};
use super::needs::Needs;
use super::visibility::{Visibility, visibility};
use crate::data::fetch::Fetching;
use crate::data::surrogates::replace_lone_surrogates;
use crate::globus::api::{ApiRequest, Refused};
use crate::globus::service::Service;
use crate::profile::{Groups, Include, OnError};
use crate::{Error, Result};
use globus_templates::read::RowReader;
use globus_templates::value::Fields;
use globus_templates::value::Hidden;
use globus_templates::value::{Object, Value};

/// The largest document of a group, in bytes: a membership is about 350.
const LARGEST: usize = 256 * 1024 * 1024;

/// Requests what the list does not say of groups.
pub(super) struct Details<'s> {
    groups: &'s Groups,
    needs: &'s Needs,
    fetching: &'s Fetching<'s>,
    service: Service,
    /// All groups share it, and so the keys of their memberships.
    document: RefCell<RowReader>,
    membership_fields: RefCell<RowReader>,
    counts: OnceCell<Counts>,
}

/// A group with what was requested.
#[derive(Debug)]
pub(super) struct Detailed {
    pub group: Object,
    pub became: Became,
}

/// What became of the requests.
#[derive(Debug)]
pub(super) enum Became {
    Complete,
    /// All but its memberships.
    Hidden,
    /// The service does not give the group out; it has an `error`.
    Refused(Refused),
}

/// What a group's own document says.
enum Document {
    /// The list says all.
    NotNeeded,
    Whole(Value),
    /// The memberships may not be seen; the rest was requested if it is needed.
    WithoutMemberships(Option<Value>),
}

impl<'s> Details<'s> {
    pub(super) fn new(
        groups: &'s Groups,
        needs: &'s Needs,
        fetching: &'s Fetching<'s>,
        service: Service,
    ) -> Self {
        let membership_fields = needs.membership_fields.clone().unwrap_or(Fields::NONE);
        Self {
            groups,
            needs,
            fetching,
            service,
            document: RefCell::new(RowReader::new(&needs.document())),
            membership_fields: RefCell::new(RowReader::new(&membership_fields)),
            counts: OnceCell::new(),
        }
    }

    /// Completes a group of the list.
    pub(super) async fn of(&self, group: Object) -> Result<Detailed> {
        let requested = try_join(self.document(&group), self.membership_fields(&group)).await?;
        match requested {
            (Ok(document), Ok(fields)) => {
                let became = match document {
                    Document::WithoutMemberships(_) => Became::Hidden,
                    Document::NotNeeded | Document::Whole(_) => Became::Complete,
                };
                Ok(Detailed { group: self.joined(&group, document, fields), became })
            }
            (Err(refused), _) | (_, Err(refused)) if self.groups.on_error == OnError::Keep => {
                Ok(Detailed { group: self.with_error(&group, &refused), became: Became::Refused(refused) })
            }
            (Err(refused), _) | (_, Err(refused)) => Err(refusal(&group, &refused)),
        }
    }

    /// The group's own document, as far as it is needed. It is refused only with a status that [`may_be_kept`].
    async fn document(&self, group: &Object) -> Result<Result<Document, Refused>> {
        let mut include = self.include(group);
        if include.is_empty() {
            let is_hidden = self.needs.memberships.is_some();
            return Ok(Ok(if is_hidden { Document::WithoutMemberships(None) } else { Document::NotNeeded }));
        }
        if !include.contains(&MEMBERSHIPS) {
            let document = self.request_document(group, &include).await?;
            let is_hidden = self.needs.memberships.is_some();
            return Ok(document.map(|document| {
                if is_hidden {
                    Document::WithoutMemberships(Some(document))
                } else {
                    Document::Whole(document)
                }
            }));
        }
        let counts = async { self.counts.get_or_try_init(|| self.request_counts()).await };
        let (document, counts) = try_join(self.request_document(group, &include), counts).await?;
        match document {
            Ok(document) => self.checked(group, &include, document, counts).await,
            Err(refused) if refused.status == 403 => {
                // Either the memberships are hidden, or all of the group.
                include.retain(|what| *what != MEMBERSHIPS);
                let document = self.request_document(group, &include).await?;
                Ok(document.map(|document| Document::WithoutMemberships(Some(document))))
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// The document, if it has the user's own memberships, and as many as the service counts. Memberships change: if it has not, both are
    /// requested once more.
    async fn checked(
        &self,
        group: &Object,
        include: &[&str],
        document: Value,
        counts: &Counts,
    ) -> Result<Result<Document, Refused>> {
        if self.lack(group, &document, counts)?.is_none() {
            return Ok(Ok(Document::Whole(document)));
        }
        let (document, counts) =
            try_join(self.request_document(group, include), self.request_counts()).await?;
        let document = match document {
            Ok(document) => document,
            Err(refused) => return Ok(Err(refused)),
        };
        match self.lack(group, &document, &counts)? {
            None => Ok(Ok(Document::Whole(document))),
            Some(lack) => {
                Err(Error::failed(format!("the list of members of {} is not complete", named(group)))
                    .because(lack)
                    .help("run it again; nothing is delivered until all members are there"))
            }
        }
    }

    /// What shows that memberships are missing.
    fn lack(&self, group: &Object, document: &Value, counts: &Counts) -> Result<Option<String>> {
        let memberships = document.get(MEMBERSHIPS).and_then(Value::as_list);
        let memberships = memberships.ok_or_else(|| self.unusable(group, "it has no list `memberships`"))?;
        let (id, service) = (id_of(group), &self.service.name);
        members::check(id, &self.groups.members, memberships).map_err(|why| self.unusable(group, &why))?;
        if let Some(Difference { status, counted, sent }) = counts.difference(id, memberships) {
            let status = status.name();
            return Ok(Some(format!("{service} counts {counted} that are {status}, and sends {sent}")));
        }
        let mine = group.get(MY_MEMBERSHIPS).and_then(Value::as_list).unwrap_or_default();
        let has_own = members::has_own(mine, memberships);
        Ok((!has_own).then(|| format!("you are an active member, and {service} does not send you as one")))
    }

    /// What to include in the group's own document.
    fn include(&self, group: &Object) -> Vec<&'static str> {
        let needs = self.needs;
        let may_see = visibility(group) != Visibility::Hidden;
        let has_policies = group.get(POLICIES).is_some_and(|policies| !policies.is_null());
        [
            (MEMBERSHIPS, needs.memberships.is_some() && may_see),
            (POLICIES, needs.policies.is_some() && !has_policies),
            (Include::AllowedActions.name(), needs.allowed_actions.is_some()),
            (Include::ChildIds.name(), needs.child_ids.is_some()),
        ]
        .into_iter()
        .filter_map(|(what, is_needed)| is_needed.then_some(what))
        .collect()
    }

    async fn request_document(&self, group: &Object, include: &[&str]) -> Result<Result<Value, Refused>> {
        let mut request = self.request(&format!("v2/groups/{}", self.id_in_path(group)?));
        if !include.is_empty() {
            request.params.push(("include".to_owned(), include.join(",")));
        }
        request.limit = LARGEST;
        let document = self.get(group, &request, &self.document).await?;
        match document {
            Ok(document) if document.get(ID).and_then(Value::as_str) != Some(id_of(group)) => {
                Err(self.unusable(group, "it is about another group"))
            }
            Ok(document) => match include.iter().find(|what| document.get(what).is_none()) {
                Some(what) if *what != MEMBERSHIPS => {
                    Err(self.unusable(group, &format!("it has no `{what}`")))
                }
                _ => Ok(Ok(document)),
            },
            refused => Ok(refused),
        }
    }

    async fn membership_fields(&self, group: &Object) -> Result<Result<Option<Value>, Refused>> {
        if self.needs.membership_fields.is_none() {
            return Ok(Ok(None));
        }
        let request = self.request(&format!("v2/groups/{}/membership_fields", self.id_in_path(group)?));
        Ok(self.get(group, &request, &self.membership_fields).await?.map(Some))
    }

    /// How many memberships there are, of the groups that the user manages. A service that does not give that out has none.
    async fn request_counts(&self) -> Result<Counts> {
        let failed = |why: String| {
            Error::failed("can't tell whether all members of the groups came")
                .because(why)
                .help("run it again; nothing is delivered until it is known")
        };
        let service = &self.service.name;
        match self.fetching.get(&self.request("v2/groups/statuses")).await? {
            Ok(response) => Counts::read(&response)
                .map_err(|error| failed(format!("{service} sent unusable counts of memberships: {error}"))),
            Err(Refused { status: status @ (403 | 404), message, .. }) => {
                log::debug!("memberships are not counted: status {status}, {message}");
                Ok(Counts::default())
            }
            Err(Refused { status, message, .. }) => {
                Err(failed(format!("{service} refuses to count them with status {status}: {message}")))
            }
        }
    }

    fn request(&self, path: &str) -> ApiRequest {
        ApiRequest::get(self.service.clone(), path)
    }

    /// A document about a group. What else is refused than what [`may_be_kept`] is an error.
    async fn get(
        &self,
        group: &Object,
        request: &ApiRequest,
        reader: &RefCell<RowReader>,
    ) -> Result<Result<Value, Refused>> {
        match self.fetching.get(request).await? {
            Ok(document) => read(reader, &document)
                .map(Ok)
                .map_err(|error| self.unusable(group, &format!("it is not JSON: {error}"))),
            Err(refused) if may_be_kept(&refused) => Ok(Err(refused)),
            Err(refused) => Err(refusal(group, &refused)),
        }
    }

    /// The group with what was requested of it.
    fn joined(&self, group: &Object, document: Document, fields: Option<Value>) -> Object {
        let needs = self.needs;
        let (document, is_hidden) = match document {
            Document::NotNeeded => (None, false),
            Document::Whole(document) => (Some(document), false),
            Document::WithoutMemberships(document) => (document, true),
        };
        let of = |key: &str| document.as_ref().and_then(|document| document.get(key));
        let mut joined = group.clone();
        if needs.memberships.is_some() {
            let memberships = if is_hidden { hidden(group) } else { self.selected(of(MEMBERSHIPS)) };
            joined = joined.with_all([(MEMBERSHIPS, memberships), (HIDDEN, is_hidden.into())]);
        }
        if let Some(policies) = of(POLICIES) {
            joined = joined.with(POLICIES, policies.clone());
        }
        for what in [Include::AllowedActions, Include::ChildIds].map(Include::name) {
            if self.includes(what) {
                joined = joined.with(what, of(what).cloned().unwrap_or_default());
            }
        }
        if let Some(fields) = fields {
            joined = joined.with(Include::MembershipFields.name(), fields);
        }
        if needs.errors { joined.with(ERROR, Value::Null) } else { joined }
    }

    fn includes(&self, what: &str) -> bool {
        let needed = [
            (Include::AllowedActions, &self.needs.allowed_actions),
            (Include::ChildIds, &self.needs.child_ids),
        ];
        needed.iter().any(|(include, read)| include.name() == what && read.is_some())
    }

    fn selected(&self, memberships: Option<&Value>) -> Value {
        let memberships = memberships.and_then(Value::as_list).unwrap_or_default();
        let selected = memberships.iter().filter(|one| members::selects(&self.groups.members, one));
        selected.cloned().collect()
    }

    /// The group with nothing but what the list says, and why.
    fn with_error(&self, group: &Object, refused: &Refused) -> Object {
        let mut joined = group.clone();
        if self.needs.memberships.is_some() {
            joined = joined.with_all([(MEMBERSHIPS, hidden(group)), (HIDDEN, true.into())]);
        }
        for what in [Include::AllowedActions, Include::ChildIds].map(Include::name) {
            if self.includes(what) {
                joined = joined.with(what, Value::Null);
            }
        }
        if self.needs.membership_fields.is_some() {
            joined = joined.with(Include::MembershipFields.name(), Value::Null);
        }
        let status = u64::from(refused.status).into();
        joined.with(ERROR, Value::object([("status", status), ("message", refused.message.clone().into())]))
    }

    /// The ID, if it cannot lead to another path.
    fn id_in_path<'g>(&self, group: &'g Object) -> Result<&'g str> {
        let id = id_of(group);
        if is_plain(id) { Ok(id) } else { Err(self.unusable(group, "its ID is no UUID")) }
    }

    fn unusable(&self, group: &Object, why: &str) -> Error {
        Error::failed(format!("{} sent an unusable response about {}", self.service.name, named(group)))
            .because(why)
            .help("run it again with -vv; if that does not help, the service or a proxy has changed")
    }
}

/// Whether a group that is refused like this may go on with an `error`: it may not be seen, or is gone.
pub(super) fn may_be_kept(refused: &Refused) -> bool {
    matches!(refused.status, 403 | 404)
}

fn refusal(group: &Object, refused: &Refused) -> Error {
    let error = Error::failed(format!("can't get {}", named(group)))
        .because(format!("Globus Groups refuses it with status {}: {}", refused.status, refused.message));
    if may_be_kept(refused) {
        error
            .help("`on_error = \"keep\"` under `[groups]` delivers the others, and this one with its `error`")
    } else {
        error
    }
}

/// Reads a document. `U+FFFD` replaces lone surrogates.
pub(super) fn read(reader: &RefCell<RowReader>, json: &[u8]) -> serde_json::Result<Value> {
    let read = reader.borrow_mut().row(json);
    read.or_else(|error| match replace_lone_surrogates(json) {
        Some(replaced) => reader.borrow_mut().row(&replaced),
        None => Err(error),
    })
}

fn hidden(group: &Object) -> Value {
    Value::Hidden(Hidden::memberships(group.get(NAME).and_then(Value::as_str).unwrap_or_default()))
}

fn id_of(group: &Object) -> &str {
    group.get(ID).and_then(Value::as_str).unwrap_or_default()
}

/// The group as messages call it.
pub(super) fn named(group: &Object) -> String {
    let name = group.get(NAME).and_then(Value::as_str).unwrap_or_default();
    format!("the group `{name}` ({})", id_of(group))
}

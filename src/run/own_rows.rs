//! The rows of a template whose main list is not that of the fetch.

use crate::data::{Lists, Outcomes, RowReceiver, SourceName, Value};
use crate::globus::auth::Identity;
use crate::{Error, Result};

/// Gives a receiver the rows of its own list one by one, and all other lists before them, as if they were fetched for it
/// alone.
#[derive(Debug)]
pub(super) enum OwnRows<R> {
    /// The fetch has the same main list.
    Arriving(R),
    Listed(Box<Listed<R>>),
}

/// A receiver whose rows are among the other lists of the fetch.
#[derive(Debug)]
pub(super) struct Listed<R> {
    receiver: R,
    main: SourceName,
    /// The main list of the fetch, if the receiver needs it as a whole.
    arriving: Option<SourceName>,
    identity: Option<Identity>,
    lists: Lists,
    rows: Vec<Value>,
}

impl<R: RowReceiver> OwnRows<R> {
    /// For the rows of `main`. `needs_arriving` tells whether it also reads those of the main list of the fetch.
    pub(super) fn new(receiver: R, main: &SourceName, fetched: &SourceName, needs_arriving: bool) -> Self {
        if main == fetched {
            return Self::Arriving(receiver);
        }
        Self::Listed(Box::new(Listed {
            receiver,
            main: main.clone(),
            arriving: needs_arriving.then(|| fetched.clone()),
            identity: None,
            lists: Lists::default(),
            rows: Vec::new(),
        }))
    }

    pub(super) fn into_receiver(self) -> R {
        match self {
            Self::Arriving(receiver) => receiver,
            Self::Listed(listed) => listed.receiver,
        }
    }
}

impl<R: RowReceiver> Listed<R> {
    fn send(&mut self, lists: &Lists) -> Result<()> {
        let mut others = Lists::default();
        for (source, rows) in lists.iter().filter(|(source, _)| **source != self.main) {
            others.insert(source.clone(), rows.to_vec());
        }
        self.receiver.start(self.identity.as_ref(), &others)?;
        let rows =
            lists.get(&self.main).ok_or_else(|| Error::failed(format!("`{}` was not fetched", self.main)))?;
        rows.iter().try_for_each(|row| self.receiver.row(row.clone()))
    }
}

impl<R: RowReceiver> RowReceiver for OwnRows<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        match self {
            Self::Arriving(receiver) => receiver.start(identity, lists),
            Self::Listed(listed) => {
                listed.identity = identity.cloned();
                listed.rows.clear();
                if listed.arriving.is_none() {
                    return listed.send(lists);
                }
                listed.lists = lists.clone();
                Ok(())
            }
        }
    }

    fn row(&mut self, row: Value) -> Result<()> {
        match self {
            Self::Arriving(receiver) => receiver.row(row),
            Self::Listed(listed) => {
                if listed.arriving.is_some() {
                    listed.rows.push(row);
                }
                Ok(())
            }
        }
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        match self {
            Self::Arriving(receiver) => receiver.end(outcomes),
            Self::Listed(listed) => {
                if let Some(arriving) = &listed.arriving {
                    let mut lists = std::mem::take(&mut listed.lists);
                    lists.insert(arriving.clone(), std::mem::take(&mut listed.rows));
                    listed.send(&lists)?;
                }
                listed.receiver.end(outcomes)
            }
        }
    }
}

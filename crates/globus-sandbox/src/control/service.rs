//! Everything that a test can see or change.

use std::sync::Arc;

use super::faults::Faults;
use super::record::Record;
use crate::auth::Auth;
use crate::groups::Groups;
use crate::lists::Lists;

#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) auth: Arc<Auth>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) lists: Arc<Lists>,
    pub(crate) requests: Record,
    pub(crate) faults: Faults,
}

impl Control {
    pub(crate) fn new(auth: Auth) -> Self {
        let auth = Arc::new(auth);
        let groups = Arc::new(Groups::new(Arc::clone(&auth)));
        let lists = Arc::new(Lists::new(Arc::clone(&auth)));
        Self { auth, groups, lists, requests: Record::default(), faults: Faults::default() }
    }
}

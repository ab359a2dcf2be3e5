//! Everything that a test can see or change.

use std::sync::Arc;

use super::faults::Faults;
use super::record::Record;
use crate::auth::Auth;
use crate::groups::Groups;

#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) auth: Arc<Auth>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) requests: Record,
    pub(crate) faults: Faults,
}

impl Control {
    pub(crate) fn new(auth: Auth) -> Self {
        let auth = Arc::new(auth);
        let groups = Arc::new(Groups::new(Arc::clone(&auth)));
        Self { auth, groups, requests: Record::default(), faults: Faults::default() }
    }
}

//! Everything that a test can see or change.

use std::sync::Arc;
use std::time::Duration;

use super::faults::Faults;
use super::record::{Record, RecordedRequest, Waiting};
use crate::auth::Auth;
use crate::groups::Groups;
use crate::lists::Lists;
use crate::web::{Request, Response};

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

    /// Records a request, which waits for its response until the result is dropped.
    pub(crate) fn record(&self, request: &Request) -> Waiting<'_> {
        self.requests.add(RecordedRequest::of(request))
    }

    /// If the request meets a fault, waits as that says, and returns its response if it is not the usual one.
    pub(crate) async fn fail(&self, request: &Request) -> Option<Response> {
        let fault = self.faults.take(request.method(), request.path())?;
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if let Some(barrier) = &fault.barrier {
            barrier.wait().await;
        }
        fault.response()
    }
}

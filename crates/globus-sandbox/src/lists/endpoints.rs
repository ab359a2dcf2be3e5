//! The lists that are served, and how each is paged.
//!
//! Facts of the client classes of <https://github.com/globus/globus-sdk-python> 4.9.0.

use super::paging::Paging;
use crate::web::capture;

/// A service that sends lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Transfer,
    Search,
    Flows,
    Timers,
    Compute,
}

impl Service {
    /// What its tokens name it.
    pub(super) fn resource_server(self) -> &'static str {
        match self {
            Self::Transfer => "transfer.api.globus.org",
            Self::Search => "search.api.globus.org",
            Self::Flows => "flows.globus.org",
            Self::Timers => "524230d7-ea86-4a52-8312-86065a9e0417",
            Self::Compute => "funcx_service",
        }
    }

    /// The service of this name, as a control endpoint takes it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "transfer" => Some(Self::Transfer),
            "search" => Some(Self::Search),
            "flows" => Some(Self::Flows),
            "timers" => Some(Self::Timers),
            "compute" => Some(Self::Compute),
            _ => None,
        }
    }
}

/// A list.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) service: Service,
    /// `{id}` is one segment.
    pub(super) path: &'static str,
    /// Whether parameters come in a JSON body (`POST`) or in the query (`GET`).
    pub(super) is_post: bool,
    /// A token needs one of these.
    pub(super) scopes: &'static [&'static str],
    /// The key that holds the rows; empty if the response is the list.
    pub(super) items: &'static str,
    /// The kind of its rows in `documents.json`.
    pub(super) row: &'static str,
    pub(super) paging: Paging,
    /// Keys beside the rows that are always the same.
    pub(super) fixed: &'static [(&'static str, &'static str)],
}

/// Whether a list is served at this path.
pub(crate) fn is_served(path: &str) -> bool {
    serving(path).is_some()
}

/// What serves the list at this path.
pub(super) fn serving(path: &str) -> Option<&'static Endpoint> {
    // A scroll has the rows of a search.
    ENDPOINTS
        .iter()
        .find(|endpoint| !endpoint.path.ends_with("/scroll") && capture(endpoint.path, path).is_some())
}

const TRANSFER: &[&str] = &["urn:globus:auth:scope:transfer.api.globus.org:all"];
const SEARCH: &[&str] = &[
    "urn:globus:auth:scope:search.api.globus.org:search",
    "urn:globus:auth:scope:search.api.globus.org:all",
];
const FLOWS: &[&str] = &[
    "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows",
    "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/all",
];
const RUNS: &[&str] = &[
    "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/run_status",
    "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/all",
];
const TIMERS: &[&str] = &["https://auth.globus.org/scopes/524230d7-ea86-4a52-8312-86065a9e0417/timer"];
const COMPUTE: &[&str] = &["https://auth.globus.org/scopes/facd7ccc-c5f4-42aa-916b-a0e270e2c2a9/all"];

const RESULT: &[(&str, &str)] = &[("@datatype", "GSearchResult"), ("@version", "2017-09-01")];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    transfer(
        "/v0.10/task_list",
        "task",
        Paging::offset_total(1000, Some(1000)),
        &[("DATA_TYPE", "task_list")],
    ),
    transfer(
        "/v0.10/task/{id}/event_list",
        "event",
        Paging::offset_total(1000, Some(1000)),
        &[("DATA_TYPE", "event_list")],
    ),
    transfer(
        "/v0.10/task/{id}/successful_transfers",
        "successful_transfer",
        Paging::NextMarker { page: 100 },
        &[("DATA_TYPE", "successful_transfers")],
    ),
    transfer(
        "/v0.10/task/{id}/skipped_errors",
        "skipped_error",
        Paging::NextMarker { page: 100 },
        &[("DATA_TYPE", "skipped_errors")],
    ),
    transfer(
        "/v0.10/endpoint_search",
        "endpoint",
        Paging::offset_flag(100, Some(1000)),
        &[("DATA_TYPE", "endpoint_list")],
    ),
    transfer("/v0.10/endpoint/{id}/access_list", "access", Paging::Whole, &[("DATA_TYPE", "access_list")]),
    Endpoint {
        items: "shared_endpoints",
        ..transfer(
            "/v0.10/endpoint/{id}/shared_endpoint_list",
            "shared_endpoint",
            Paging::NextToken { page: 1000 },
            &[],
        )
    },
    transfer(
        "/v0.10/endpoint_manager/task_list",
        "managed_task",
        Paging::LastKey { page: 100 },
        &[("DATA_TYPE", "task_list")],
    ),
    search("/v1/index_list", false, "index_list", "index", Paging::Whole, &[]),
    search("/v1/index/{id}/search", false, "gmeta", "result", Paging::offset_count(100, 10_000), RESULT),
    search("/v1/index/{id}/search", true, "gmeta", "result", Paging::offset_count(100, 10_000), RESULT),
    search("/v1/index/{id}/scroll", true, "gmeta", "result", Paging::marker("limit", 100), RESULT),
    flows("/flows", FLOWS, "flows", "flow", Paging::marker("per_page", 50)),
    flows("/runs", RUNS, "runs", "run", Paging::marker("per_page", 50)),
    flows("/runs/{id}/log", RUNS, "entries", "log_entry", Paging::marker("limit", 100)),
    Endpoint {
        service: Service::Timers,
        path: "/jobs/",
        is_post: false,
        scopes: TIMERS,
        items: "jobs",
        row: "timer",
        paging: Paging::Whole,
        fixed: &[],
    },
    Endpoint {
        service: Service::Compute,
        path: "/v2/endpoints",
        is_post: false,
        scopes: COMPUTE,
        items: "",
        row: "compute_endpoint",
        paging: Paging::Whole,
        fixed: &[],
    },
];

const fn transfer(
    path: &'static str,
    row: &'static str,
    paging: Paging,
    fixed: &'static [(&'static str, &'static str)],
) -> Endpoint {
    Endpoint {
        service: Service::Transfer,
        path,
        is_post: false,
        scopes: TRANSFER,
        items: "DATA",
        row,
        paging,
        fixed,
    }
}

const fn search(
    path: &'static str,
    is_post: bool,
    items: &'static str,
    row: &'static str,
    paging: Paging,
    fixed: &'static [(&'static str, &'static str)],
) -> Endpoint {
    Endpoint { service: Service::Search, path, is_post, scopes: SEARCH, items, row, paging, fixed }
}

const fn flows(
    path: &'static str,
    scopes: &'static [&'static str],
    items: &'static str,
    row: &'static str,
    paging: Paging,
) -> Endpoint {
    Endpoint { service: Service::Flows, path, is_post: false, scopes, items, row, paging, fixed: &[] }
}

//! The lists of Globus, and how each is paged.
//!
//! The facts are those of the client classes of <https://github.com/globus/globus-sdk-python> 4.9.0, besides the pages that
//! each row names.

use super::paging::{CursorPaging, OffsetPaging, Paginator, Place};
use crate::globus::service_name::ServiceName;

/// A list of a service of Globus.
#[derive(Debug)]
pub struct KnownList {
    pub service: ServiceName,
    /// `{}` stands for an ID.
    pub path: &'static str,
    pub method: ListMethod,
    /// The key that holds the rows; none if the response is the list.
    pub items: Option<&'static str>,
    /// The key that identifies a row.
    pub key: &'static str,
    paging: Paging,
    /// The page that describes it.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the book shows it"))]
    pub page: &'static str,
}

/// How a list is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListMethod {
    Get,
    /// As a query, or as a body of JSON.
    Either,
    /// Only with a body.
    Post,
}

/// How a list is paged.
#[derive(Debug, Clone, Copy)]
enum Paging {
    Single,
    /// So many rows a page and in all, to the `total`.
    Total(u64, u64),
    /// So many rows a page and in all, while `has_next_page`.
    Flag(u64, u64),
    /// Both say so.
    TotalAndFlag(u64, u64),
    /// While `has_next_page`, by this key, which is the parameter too.
    CursorAndFlag(&'static str),
    /// By this key, until it is null, which goes into this parameter.
    Cursor(&'static str, &'static str),
}

impl KnownList {
    /// The list at this path of a service, in which `{…}` stands for any value.
    pub fn find(service: ServiceName, path: &str) -> Option<&'static Self> {
        KNOWN_LISTS.iter().find(|list| list.service == service && list.fits(path))
    }

    fn fits(&self, path: &str) -> bool {
        let mut given = path.strip_prefix('/').unwrap_or(path).split('/');
        let pattern = self.path.strip_prefix('/').unwrap_or(self.path).split('/');
        let fits = |part: &str, given: &str| part == given || part == "{}" && !given.is_empty();
        pattern.into_iter().all(|part| given.next().is_some_and(|given| fits(part, given)))
            && given.next().is_none()
    }

    /// How it is paged if parameters go to this place.
    pub fn paginator(&self, place: Place) -> Paginator {
        let offset = |limit, most, total: bool, flag: bool| {
            Paginator::Offset(OffsetPaging {
                limit,
                limit_param: "limit".to_owned(),
                offset_param: "offset".to_owned(),
                place,
                total_path: total.then(|| "total".to_owned()),
                has_more_path: flag.then(|| "has_next_page".to_owned()),
                maximum_offset: Some(most),
            })
        };
        let cursor = |path: &str, param: &str, flag: bool| {
            Paginator::Cursor(CursorPaging {
                cursor_path: path.to_owned(),
                cursor_param: param.to_owned(),
                place,
                has_more_path: flag.then(|| "has_next_page".to_owned()),
            })
        };
        match self.paging {
            Paging::Single => Paginator::Single,
            Paging::Total(limit, most) => offset(limit, most, true, false),
            Paging::Flag(limit, most) => offset(limit, most, false, true),
            Paging::TotalAndFlag(limit, most) => offset(limit, most, true, true),
            Paging::CursorAndFlag(key) => cursor(key, key, true),
            Paging::Cursor(path, param) => cursor(path, param, false),
        }
    }

    /// How it is paged, in words.
    #[cfg(test)]
    pub fn paging_in_words(&self) -> String {
        match self.paging {
            Paging::Single => "one response".to_owned(),
            Paging::Total(limit, most) => format!("offset, {limit} a page, at most {most}; `total`"),
            Paging::Flag(limit, most) => format!("offset, {limit} a page, at most {most}; `has_next_page`"),
            Paging::TotalAndFlag(limit, most) => {
                format!("offset, {limit} a page, at most {most}; `total`, `has_next_page`")
            }
            Paging::CursorAndFlag(key) => format!("cursor `{key}`; `has_next_page`"),
            Paging::Cursor(path, param) if path == param => format!("cursor `{path}`"),
            Paging::Cursor(path, param) => format!("cursor `{path}`, sent as `{param}`"),
        }
    }
}

const MANAGER: &str = "https://docs.globus.org/api/transfer/advanced_collection_management/";
const FLOWS: &str = "https://docs.globus.org/api/flows/";

/// Every list that is known.
pub const KNOWN_LISTS: &[KnownList] = &[
    list(
        ServiceName::Groups,
        "/v2/groups/my_groups",
        "",
        "id",
        Paging::Single,
        "https://groups.api.globus.org/redoc",
    ),
    list(
        ServiceName::Auth,
        "/v2/api/identities",
        "identities",
        "id",
        Paging::Single,
        "https://docs.globus.org/api/auth/reference/",
    ),
    transfer(
        "/v0.10/task_list",
        "task_id",
        Paging::Total(1000, 1000),
        "https://docs.globus.org/api/transfer/task/#get_task_list",
    ),
    transfer(
        "/v0.10/task/{}/event_list",
        "id",
        Paging::Total(1000, 1000),
        "https://docs.globus.org/api/transfer/task/#get_event_list",
    ),
    transfer(
        "/v0.10/task/{}/successful_transfers",
        "id",
        MARKER,
        "https://docs.globus.org/api/transfer/task/#get_task_successful_transfers",
    ),
    transfer(
        "/v0.10/task/{}/skipped_errors",
        "id",
        MARKER,
        "https://docs.globus.org/api/transfer/task/#get_task_skipped_errors",
    ),
    transfer(
        "/v0.10/endpoint_search",
        "id",
        Paging::Flag(100, 1000),
        "https://docs.globus.org/api/transfer/endpoint_and_collection_search",
    ),
    transfer(
        "/v0.10/endpoint/{}/access_list",
        "id",
        Paging::Single,
        "https://docs.globus.org/api/transfer/acl/#rest_access_get_list",
    ),
    transfer(
        "/v0.10/endpoint/{}/role_list",
        "id",
        Paging::Single,
        "https://docs.globus.org/api/transfer/roles/#role_list",
    ),
    list(
        ServiceName::Transfer,
        "/v0.10/endpoint/{}/shared_endpoint_list",
        "shared_endpoints",
        "id",
        Paging::Cursor("next_token", "next_token"),
        "https://docs.globus.org/api/transfer/endpoints_and_collections/",
    ),
    transfer(
        "/v0.10/bookmark_list",
        "id",
        Paging::Single,
        "https://docs.globus.org/api/transfer/collection_bookmarks/#get_list_of_bookmarks",
    ),
    transfer("/v0.10/endpoint_manager/task_list", "task_id", Paging::CursorAndFlag("last_key"), MANAGER),
    transfer("/v0.10/endpoint_manager/task/{}/event_list", "id", Paging::Total(1000, 1000), MANAGER),
    transfer("/v0.10/endpoint_manager/task/{}/successful_transfers", "id", MARKER, MANAGER),
    transfer("/v0.10/endpoint_manager/task/{}/skipped_errors", "id", MARKER, MANAGER),
    transfer("/v0.10/endpoint_manager/monitored_endpoints", "id", Paging::Single, MANAGER),
    search(
        "/v1/index_list",
        ListMethod::Get,
        "index_list",
        "id",
        Paging::Single,
        "https://docs.globus.org/api/search/reference/index_list/",
    ),
    search(
        "/v1/index/{}/search",
        ListMethod::Either,
        "gmeta",
        "subject",
        Paging::TotalAndFlag(100, 10_000),
        "https://docs.globus.org/api/search/reference/get_query/",
    ),
    search(
        "/v1/index/{}/scroll",
        ListMethod::Post,
        "gmeta",
        "subject",
        Paging::CursorAndFlag("marker"),
        "https://docs.globus.org/api/search/reference/scroll_query/",
    ),
    search(
        "/v1/index/{}/role_list",
        ListMethod::Get,
        "role_list",
        "id",
        Paging::Single,
        "https://docs.globus.org/api/search/reference/role_list/",
    ),
    list(ServiceName::Flows, "/flows", "flows", "id", Paging::CursorAndFlag("marker"), FLOWS),
    list(ServiceName::Flows, "/runs", "runs", "run_id", Paging::CursorAndFlag("marker"), FLOWS),
    list(ServiceName::Flows, "/runs/{}/log", "entries", "id", Paging::CursorAndFlag("marker"), FLOWS),
    list(
        ServiceName::Timers,
        "/jobs/",
        "jobs",
        "job_id",
        Paging::Single,
        "https://timer.automate.globus.org/redoc",
    ),
    list(
        ServiceName::Compute,
        "/v2/endpoints",
        "",
        "uuid",
        Paging::Single,
        "https://globus-sdk-python.readthedocs.io/en/stable/services/compute.html",
    ),
];

/// Of what a task has done.
const MARKER: Paging = Paging::Cursor("next_marker", "marker");

/// Without `items`, the response is the list.
const fn list(
    service: ServiceName,
    path: &'static str,
    items: &'static str,
    key: &'static str,
    paging: Paging,
    page: &'static str,
) -> KnownList {
    let items = if items.is_empty() { None } else { Some(items) };
    KnownList { service, path, method: ListMethod::Get, items, key, paging, page }
}

const fn transfer(path: &'static str, key: &'static str, paging: Paging, page: &'static str) -> KnownList {
    list(ServiceName::Transfer, path, "DATA", key, paging, page)
}

const fn search(
    path: &'static str,
    method: ListMethod,
    items: &'static str,
    key: &'static str,
    paging: Paging,
    page: &'static str,
) -> KnownList {
    KnownList { method, ..list(ServiceName::Search, path, items, key, paging, page) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(service: ServiceName, path: &str) -> Option<&'static str> {
        KnownList::find(service, path).map(|list| list.path)
    }

    #[test]
    fn a_list_is_known_by_its_path_whatever_the_ids_are() {
        assert_eq!(path_of(ServiceName::Transfer, "/v0.10/task_list"), Some("/v0.10/task_list"));
        assert_eq!(path_of(ServiceName::Transfer, "v0.10/task_list"), Some("/v0.10/task_list"));
        for id in ["{endpoints.id}", "7e9d0001-2b4c-4f6a-8d13-6a7b8c9d0e01"] {
            assert_eq!(
                path_of(ServiceName::Transfer, &format!("/v0.10/endpoint/{id}/access_list")),
                Some("/v0.10/endpoint/{}/access_list")
            );
        }
        for other in
            ["/v0.10/task_list/", "/v0.10/endpoint//access_list", "/task_list", "/v0.10/task_list/x", ""]
        {
            assert_eq!(path_of(ServiceName::Transfer, other), None, "{other}");
        }
        assert_eq!(path_of(ServiceName::Groups, "/v0.10/task_list"), None);
    }

    /// The table of the book.
    fn table() -> String {
        let rows = KNOWN_LISTS.iter().map(|list| {
            let items = list.items.map_or_else(|| "the response".to_owned(), |items| format!("`{items}`"));
            let method = if list.method == ListMethod::Post { "`POST` " } else { "" };
            format!(
                "| {} | {method}[`{}`]({}) | {items} | {} | `{}` |\n",
                list.service.as_str(),
                list.path,
                list.page,
                list.paging_in_words(),
                list.key
            )
        });
        let head = "| service | path | rows | pages | key |\n|---|---|---|---|---|\n";
        std::iter::once(head.to_owned()).chain(rows).collect()
    }

    #[test]
    fn the_book_shows_every_list() {
        const START: &str = "<!-- UPDATE_REFERENCE=1 cargo test --lib known_list writes this table -->\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/other-lists.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (before, rest) = page.split_once(START).unwrap();
        let (_, after) = rest.split_once("\n## ").unwrap();
        let wanted = format!("{before}{START}\n{}\n## {after}", table());
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            std::fs::write(path, &wanted).unwrap();
        } else {
            assert!(
                page == wanted,
                "docs/src/other-lists.md is stale: run UPDATE_REFERENCE=1 cargo test --lib known_list"
            );
        }
    }

    #[test]
    fn no_path_is_listed_twice() {
        for (at, one) in KNOWN_LISTS.iter().enumerate() {
            assert!(
                KNOWN_LISTS[..at].iter().all(|other| other.service != one.service || !other.fits(one.path))
            );
        }
    }
}

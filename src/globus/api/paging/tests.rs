//! Every style of paging, and what is refused of each.

use serde_json::{Value, json};

use super::{CursorPaging, Next, OffsetPaging, PageParameter, Pager, Paginator, Place};

fn offset() -> OffsetPaging {
    OffsetPaging {
        limit: 10,
        limit_param: "limit".to_owned(),
        offset_param: "offset".to_owned(),
        place: Place::Query,
        total_path: None,
        has_more_path: None,
        maximum_offset: None,
    }
}

fn total(maximum_offset: Option<u64>) -> Paginator {
    Paginator::Offset(OffsetPaging { total_path: Some("page.total".to_owned()), maximum_offset, ..offset() })
}

fn flag(maximum_offset: Option<u64>) -> Paginator {
    Paginator::Offset(OffsetPaging { has_more_path: Some("more".to_owned()), maximum_offset, ..offset() })
}

fn cursor(has_more_path: Option<&str>) -> Paginator {
    Paginator::Cursor(CursorPaging {
        cursor_path: "next.marker".to_owned(),
        cursor_param: "marker".to_owned(),
        place: Place::Query,
        has_more_path: has_more_path.map(str::to_owned),
    })
}

/// What follows each of these pages, shown short: the parameters, `end`, or what is wrong.
#[track_caller]
fn pages(paginator: &Paginator, keeps_cut: bool, pages: &[(Value, u64)]) -> Vec<String> {
    let mut state = Pager::new(paginator, keeps_cut);
    let mut shown = vec![of(&state.first())];
    for (page, rows) in pages {
        shown.push(match state.next(&page.clone().into(), *rows) {
            Ok(Next::Page(parameters)) => of(&parameters),
            Ok(Next::End) => "end".to_owned(),
            Ok(Next::Truncated(why)) => format!("cut: {why}"),
            Err(why) => format!("error: {why}"),
        });
    }
    shown
}

fn of(parameters: &[PageParameter]) -> String {
    let shown = parameters.iter().map(|PageParameter { name, value, .. }| format!("{name}={value}"));
    shown.collect::<Vec<_>>().join("&")
}

#[test]
fn one_response_is_all() {
    assert_eq!(pages(&Paginator::Single, false, &[(json!({ "marker": "x" }), 3)]), ["", "end"]);
}

#[test]
fn an_offset_goes_on_to_the_total() {
    let page = |total: u64| json!({ "page": { "total": total } });
    assert_eq!(
        pages(&total(None), false, &[(page(25), 10), (page(25), 10), (page(25), 5)]),
        ["limit=10&offset=0", "limit=10&offset=10", "limit=10&offset=20", "end"]
    );
    // A page may be shorter than its limit.
    assert_eq!(pages(&total(None), false, &[(page(9), 4), (page(9), 5)])[1..], ["limit=10&offset=4", "end"]);
    assert_eq!(pages(&total(None), false, &[(page(0), 0)])[1], "end");
    assert_eq!(
        pages(&total(None), false, &[(page(15), 10), (page(15), 6)])[2],
        "error: the list changed while it was read: it has 15 rows, and 16 came"
    );
    // The list gets longer, or shorter.
    assert_eq!(
        pages(&total(None), false, &[(page(11), 10), (page(12), 2)])[1..],
        ["limit=10&offset=10", "end"]
    );
    assert_eq!(
        pages(&total(None), false, &[(page(25), 10), (page(24), 10)])[2],
        "error: the list got shorter while it was read, from 25 to 24, so rows may be missing"
    );
    for (wrong, why) in [
        (json!({}), "it has no `page.total`"),
        (json!({ "page": [] }), "it has no `page.total`"),
        (json!({ "page": { "total": "9" } }), "its `page.total` is not a number of rows"),
        (json!({ "page": { "total": -1 } }), "its `page.total` is not a number of rows"),
        (page(9), "it is empty, but more rows should follow"),
    ] {
        assert_eq!(pages(&total(None), false, &[(wrong, 0)])[1], format!("error: {why}"));
    }
}

#[test]
fn a_cut_list_is_told_from_a_whole_one() {
    let page = |total: u64| json!({ "page": { "total": total } });
    assert_eq!(
        pages(&total(Some(15)), false, &[(page(15), 10), (page(15), 5)]),
        ["limit=10&offset=0", "limit=5&offset=10", "end"]
    );
    // It is known at once.
    assert_eq!(pages(&total(Some(15)), false, &[(page(16), 10)])[1], "cut: the service sends only 15 of 16");
    assert_eq!(
        pages(&total(Some(15)), true, &[(page(16), 10), (page(16), 5)])[1..],
        ["limit=5&offset=10", "cut: the service sends only 15 of 16"]
    );
    // A flag says nothing of what the service never sends.
    for more in [true, false] {
        assert_eq!(
            pages(&flag(Some(10)), true, &[(json!({ "more": more }), 10)])[1],
            "cut: the service never sends more than 10, so there may be more"
        );
    }
    let both = Paginator::Offset(OffsetPaging {
        total_path: Some("total".to_owned()),
        has_more_path: Some("more".to_owned()),
        maximum_offset: Some(20),
        ..offset()
    });
    let page = |more: bool, total: u64| json!({ "more": more, "total": total });
    assert_eq!(pages(&both, false, &[(page(true, 20), 10), (page(false, 20), 10)])[2], "end");
    assert_eq!(pages(&both, false, &[(page(false, 12), 10)])[1], "cut: the service stops after 10 of 12");
}

#[test]
fn an_offset_goes_on_while_a_flag_says_so() {
    let page = |more: bool| json!({ "more": more });
    assert_eq!(
        pages(&flag(None), false, &[(page(true), 10), (page(false), 10)]),
        ["limit=10&offset=0", "limit=10&offset=10", "end"]
    );
    assert_eq!(
        pages(&flag(None), false, &[(page(true), 0)])[1],
        "error: it is empty, but more rows should follow"
    );
    assert_eq!(pages(&flag(None), false, &[(json!({}), 10)])[1], "error: it has no `more`");
    assert_eq!(
        pages(&flag(None), false, &[(json!({ "more": 1 }), 10)])[1],
        "error: its `more` is neither true nor false"
    );
    let neither = Paginator::Offset(offset());
    assert_eq!(
        pages(&neither, false, &[(json!({}), 10), (json!({}), 3), (json!({}), 0)]),
        ["limit=10&offset=0", "limit=10&offset=10", "limit=10&offset=13", "end"]
    );
}

#[test]
fn a_cursor_goes_on_until_there_is_none() {
    let page = |marker: Value| json!({ "next": { "marker": marker } });
    let rows = |markers: &[Value]| markers.iter().map(|marker| (page(marker.clone()), 1)).collect::<Vec<_>>();
    assert_eq!(
        pages(&cursor(None), false, &rows(&[json!("a"), json!(7), json!(null)])),
        ["", "marker=\"a\"", "marker=7", "end"]
    );
    for end in [json!({}), json!({ "next": {} }), page(json!("")), page(json!(null))] {
        assert_eq!(pages(&cursor(None), false, &[(end, 1)])[1], "end");
    }
    assert_eq!(
        pages(&cursor(None), false, &rows(&[json!("a"), json!("b"), json!("a")]))[3],
        "error: its `next.marker` is one that came before, so the list would never end"
    );
    assert_eq!(
        pages(&cursor(None), false, &rows(&[json!({ "at": 1 })]))[1],
        "error: its `next.marker` is neither text, nor a number, nor null"
    );
}

#[test]
fn a_flag_decides_before_a_cursor() {
    let page = |more: Value, marker: Value| (json!({ "more": more, "next": { "marker": marker } }), 1);
    let after =
        |more: Value, marker: Value| pages(&cursor(Some("more")), false, &[page(more, marker)])[1].clone();
    assert_eq!(after(json!(true), json!("a")), "marker=\"a\"");
    assert_eq!(after(json!(false), json!("a")), "end");
    assert_eq!(
        after(json!(true), json!(null)),
        "cut: the last page has `more: true`, but no `next.marker` to ask for the next one"
    );
    assert_eq!(after(json!(null), json!("a")), "marker=\"a\"");
    assert_eq!(after(json!(null), json!(null)), "end");
    assert_eq!(
        pages(&cursor(Some("more")), false, &[(json!({}), 1)])[1],
        "error: it has neither `more` nor `next.marker`"
    );
    assert_eq!(after(json!("yes"), json!("a")), "error: its `more` is neither true nor false");
}

#[test]
fn endless_empty_pages_end() {
    let page = |number: u32, rows: u64| (json!({ "next": { "marker": number } }), rows);
    let mut empty: Vec<_> = (0..100).map(|number| page(number, 0)).collect();
    let last = |pages_: &[(Value, u64)]| pages(&cursor(None), false, pages_).pop().unwrap();
    assert_eq!(last(&empty), "marker=99");
    empty.push(page(100, 0));
    assert_eq!(last(&empty), "error: more than 100 pages in a row are empty");
    empty[50] = page(50, 1);
    assert_eq!(last(&empty), "marker=100");
}

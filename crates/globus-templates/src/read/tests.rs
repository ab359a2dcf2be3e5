//! Reading a part is the same as reading the whole and dropping the rest, also where the JSON is wrong.

use fastrand::Rng;

use super::RowReader;
use crate::value::Fields;
use crate::value::Value;

const KEYS: [&str; 6] = ["a", "b", "id", "0", "é", "a longer key than is shared"];

/// What `serde_json` makes of the same JSON.
fn oracle(json: &[u8]) -> Result<Value, String> {
    serde_json::from_slice::<serde_json::Value>(json).map(Value::from).map_err(|error| error.to_string())
}

fn read(json: &[u8], fields: &Fields) -> Result<Value, String> {
    RowReader::new(fields).row(json).map_err(|error| error.to_string())
}

fn projected(value: &Value, fields: &Fields) -> Value {
    let Fields::Only(keys) = fields else { return value.clone() };
    match value {
        Value::List(list) => list.iter().map(|value| projected(value, fields)).collect(),
        Value::Object(object) => {
            let read = object.iter().filter_map(|(key, value)| Some((key, value, keys.get(key)?)));
            Value::Object(read.map(|(key, value, fields)| (key.clone(), projected(value, fields))).collect())
        }
        other => other.clone(),
    }
}

fn random_fields(random: &mut Rng, depth: usize) -> Fields {
    if depth == 0 || random.u8(..4) == 0 {
        return if random.bool() { Fields::All } else { Fields::NONE };
    }
    let keys = (0..random.usize(..4)).map(|_| (KEYS[random.usize(..KEYS.len())].into(), random.fork()));
    Fields::Only(keys.map(|(key, mut random)| (key, random_fields(&mut random, depth - 1))).collect())
}

fn random_json(random: &mut Rng, depth: usize) -> String {
    const SCALARS: [&str; 22] = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1.50",
        "1E3",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775809",
        "1e-400",
        "\"\"",
        "\"text\"",
        "\"a text that is too long to be shared\"",
        r#""\u00e9\n\"""#,
        r#""\ud83d\ude00""#,
        "\"😀\"",
        "[]",
        "{}",
        " 7 ",
        "\"id\"",
    ];
    const WRONG: [&str; 10] =
        ["1e999", r#""\ud800""#, "01", "nul", "\"\u{1}\"", r#""\x""#, "-", "1.", "'a'", "\u{feff}"];
    match random.u8(..if depth == 0 { 6 } else { 12 }) {
        0 if random.u8(..16) == 0 => WRONG[random.usize(..WRONG.len())].to_owned(),
        0..=5 => SCALARS[random.usize(..SCALARS.len())].to_owned(),
        6..=7 => {
            let values: Vec<_> = (0..random.usize(..4)).map(|_| random_json(random, depth - 1)).collect();
            format!("[{}]", values.join(","))
        }
        _ => random_object(random, depth - 1),
    }
}

/// Some keys are there twice, and some have escapes.
fn random_object(random: &mut Rng, depth: usize) -> String {
    let entries = (0..random.usize(..6)).map(|_| {
        let key = match random.usize(..=KEYS.len()) {
            0 => "\\u0061",
            at => KEYS[at - 1],
        };
        format!("\"{key}\": {}", random_json(random, depth))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

/// Replaces, removes or doubles a few bytes.
fn mutated(random: &mut Rng, json: String) -> Vec<u8> {
    let mut json = json.into_bytes();
    for _ in 0..random.usize(1..4) {
        let at = random.usize(..json.len());
        match random.u8(..3) {
            0 => json[at] = *random.choice(b"{}[]\",:\\\x00\xff\xc3 e9-").unwrap_or(&b' '),
            1 if json.len() > 1 => drop(json.remove(at)),
            _ => json.insert(at, json[at]),
        }
    }
    json
}

#[test]
fn a_part_is_what_the_whole_has_there() {
    let mut random = Rng::with_seed(7);
    let (mut right, mut wrong) = (0, 0);
    for round in 0..5000 {
        let json = random_object(&mut random, 4);
        let json = if round % 3 == 0 { mutated(&mut random, json) } else { json.into_bytes() };
        let fields = random_fields(&mut random, 4);
        let whole = oracle(&json);
        let shown = String::from_utf8_lossy(&json);
        let expected = whole.as_ref().map(|whole| projected(whole, &fields)).map_err(String::clone);
        assert_eq!(read(&json, &fields), expected, "{shown} {fields:?}");
        match read(&json, &Fields::All) {
            Ok(read) => {
                // Also the order of keys.
                assert_eq!(read.to_string(), whole.unwrap().to_string(), "{shown}");
                right += 1;
            }
            Err(error) => {
                assert_eq!(Err(error), whole, "{shown}");
                wrong += 1;
            }
        }
    }
    assert!(right > 2000 && wrong > 800, "{right} {wrong}");
}

#[test]
fn one_reader_reads_any_rows_one_after_another() {
    let mut random = Rng::with_seed(8);
    let (mut read, mut left) = (0, 0);
    for _ in 0..300 {
        let fields = random_fields(&mut random, 4);
        let mut reader = RowReader::new(&fields);
        for _ in 0..30 {
            let json = random_object(&mut random, 4);
            let whole = oracle(json.as_bytes());
            let expected = whole.as_ref().map(|whole| projected(whole, &fields)).map_err(String::clone);
            assert_eq!(reader.row(json.as_bytes()).map_err(|error| error.to_string()), expected, "{json}");
            assert_eq!(reader.whole_row(json.as_bytes()).map_err(|error| error.to_string()), whole, "{json}");
            let first = reader.first_row(&format!("{json},{json}]"));
            // It may leave what is right to `serde_json`, and nothing wrong passes.
            match first {
                Some(first) => assert_eq!(Ok(first), expected.map(|row| (row, json.len())), "{json}"),
                None => left += 1,
            }
            read += 1;
        }
    }
    assert!(left < read * 2 / 3, "{left} of {read}");
}

/// An entry for one of a few keys, so that most rows have the same ones.
fn random_entry(random: &mut Rng) -> String {
    const SPACES: [&str; 3] = ["", " ", "\n\t"];
    let mut space = || SPACES[random.usize(..SPACES.len()).saturating_sub(random.usize(..2))];
    let (one, other) = (space(), space());
    let key = KEYS[random.usize(..KEYS.len())];
    format!("{one}\"{key}\"{other}:{}{other}", random_json(random, 2))
}

#[test]
fn rows_that_are_alike_are_read_as_any_others() {
    let mut random = Rng::with_seed(9);
    let (mut right, mut read_at_once) = (0, 0);
    for _ in 0..200 {
        let fields = if random.u8(..3) == 0 { Fields::All } else { random_fields(&mut random, 3) };
        let mut reader = RowReader::new(&fields);
        let mut entries: Vec<_> = (0..random.usize(1..8)).map(|_| random_entry(&mut random)).collect();
        for _ in 0..100 {
            let at = random.usize(..entries.len());
            match random.u8(..40) {
                0 => entries[at] = random_entry(&mut random),
                1 if entries.len() > 1 => drop(entries.remove(at)),
                2 if entries.len() < 9 => entries.insert(at, random_entry(&mut random)),
                _ => {}
            }
            let json = format!("{{{}}}", entries.join(","));
            let json = if random.u8(..6) == 0 { mutated(&mut random, json) } else { json.into_bytes() };
            let shown = String::from_utf8_lossy(&json);
            let expected = oracle(&json).map(|whole| projected(&whole, &fields));
            if let Ok(text) = str::from_utf8(&json)
                && let Some((row, length)) = reader.first_row(&format!("{text},"))
            {
                assert_eq!(
                    Ok(row),
                    oracle(&json[..length]).map(|whole| projected(&whole, &fields)),
                    "{shown}"
                );
                read_at_once += 1;
            }
            right += usize::from(expected.is_ok());
            let row = reader.row(&json).map_err(|error| error.to_string());
            if fields == Fields::All {
                // Also the order of keys.
                let text = |row: &Result<Value, _>| row.as_ref().map(Value::to_string).ok();
                assert_eq!(text(&row), text(&expected), "{shown}");
            }
            assert_eq!(row, expected, "{shown} {fields:?}");
        }
    }
    assert!(right > 8000 && read_at_once > 5000, "{right} {read_at_once}");
}

/// What came before at another depth may be too deep here.
#[test]
fn what_comes_again_is_not_too_deep() {
    let nested = |depth, inner: &str| format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth));
    let mut fields = Fields::NONE;
    fields.add(&["list", "x"], Fields::All);
    let mut reader = RowReader::new(&fields);
    for depth in [0, 80, 99, 110, 124] {
        let object = format!(r#"{{"x":1,"y":{},"z":2}}"#, nested(depth, ""));
        for around in [1, 2, 15, 18, 19, 20, 30, 60, 100] {
            let json = format!(r#"{{"list":{}}}"#, nested(around, &object));
            let expected = oracle(json.as_bytes()).map(|whole| projected(&whole, &fields));
            for _ in 0..12 {
                assert_eq!(reader.row(json.as_bytes()).map_err(|error| error.to_string()), expected);
                let first = reader.first_row(&json).map(|(row, _)| row);
                assert!(first.is_none_or(|row| Ok(row) == expected), "{depth} {around}");
            }
        }
    }
}

#[test]
fn whole_rows_may_have_any_keys_in_any_order() {
    let mut reader = RowReader::new(&Fields::All);
    let many: Vec<_> = (0..100).map(|key| format!("\"k{key}\":{{\"k{key}\":[{{\"x\":{key}}}]}}")).collect();
    let many = format!("{{{}}}", many.join(","));
    for round in 0..40 {
        let other = format!(r#"{{"a":1,"k{round}":2}}"#);
        // The last key is not one of those that are learned.
        let long = format!(r#"{{"a":1,"{}":2}}"#, "long".repeat(100));
        for json in [
            r#"{"a":1,"b":{"c":2,"d":3},"e":[{"f":4},{"g":5}]}"#,
            r#"{"a":1,"e":[{"g":5,"f":4}]}"#,
            r#"{"b":{"d":3,"c":2},"a":1}"#,
            r#"{"a":1,"new":null,"b":{}}"#,
            "{}",
            &other,
            &long,
            &many,
        ] {
            // One after another, and several times each.
            for _ in 0..=round % 3 * 8 {
                let (row, length) = reader.first_row(&format!("{json},")).unwrap();
                assert_eq!((row.to_string().as_str(), length), (json, json.len()));
            }
        }
        let twice = r#"{"a":1,"b":2,"a":3}"#;
        assert_eq!(reader.row(twice.as_bytes()).unwrap().to_string(), r#"{"a":3,"b":2}"#);
    }
}

/// A run may end in a number, in the middle of another one, or where the row ends.
#[test]
fn what_comes_again_is_whole_tokens() {
    let mut fields = Fields::NONE;
    fields.add(&["b"], Fields::All);
    let mut reader = RowReader::new(&fields);
    for _ in 0..20 {
        let (row, length) = reader.first_row(r#"{"a":1,"b":2,"c":3}]"#).unwrap();
        assert_eq!((row.to_string().as_str(), length), (r#"{"b":2}"#, 19));
    }
    for (json, expected) in [
        (r#"{"a":1,"b":2,"c":34}"#, Some(r#"{"b":2}"#)),
        (r#"{"a":1,"b":25,"c":3}"#, Some(r#"{"b":25}"#)),
        (r#"{"a":1,"b":2,"c":3,"b":4}"#, Some(r#"{"b":4}"#)),
        (r#"{"a":1,"b":2,"b":5,"c":3}"#, Some(r#"{"b":5}"#)),
        (r#"{"a":1,"c":3}"#, Some("{}")),
        (r#"{"c":3,"b":2,"a":1}"#, Some(r#"{"b":2}"#)),
        (r#"{"a":1,"b":2,"c":3,}"#, None),
        (r#"{"a":1,"b":2,}"#, None),
        (r#"{"a":1,"b":2,"c":3"#, None),
        (r#"{"a":1,"b":2,"c":3]"#, None),
        (r#"{"a":1,"b":2 "c":3}"#, None),
        (r#"{"a":1,,"b":2,"c":3}"#, None),
    ] {
        // Also right after a row like the first ones.
        for _ in 0..20 {
            assert_eq!(reader.row(json.as_bytes()).ok().map(|row| row.to_string()).as_deref(), expected);
            assert_eq!(reader.row(br#"{"a":1,"b":2,"c":3}"#).unwrap().to_string(), r#"{"b":2}"#);
        }
    }
}

#[test]
fn limits_hold_in_what_is_not_read() {
    let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (value, why) in [
        (deep(126), None),
        (deep(127), Some("recursion limit exceeded")),
        ("1e308".to_owned(), None),
        ("1e309".to_owned(), Some("number out of range")),
        (r#""\ud800""#.to_owned(), Some("unexpected end of hex escape")),
        ("\"\u{1f}\"".to_owned(), Some("control character")),
        ("[1,]".to_owned(), Some("trailing comma")),
    ] {
        let json = format!("{{\"id\": 1, \"x\": {value}}}");
        let mut id = Fields::NONE;
        id.add(&["id"], Fields::All);
        for fields in [Fields::All, Fields::NONE, id] {
            let read = read(json.as_bytes(), &fields);
            assert_eq!(read.as_ref().err(), oracle(json.as_bytes()).as_ref().err());
            match why {
                None => assert!(read.is_ok(), "{read:?}"),
                Some(why) => assert!(read.unwrap_err().contains(why), "{json}"),
            }
        }
        let invalid = [json.as_bytes(), b"\"\xff\""].concat();
        assert!(read(&invalid, &Fields::NONE).is_err());
    }
}

/// The key of the first row looks like the beginning of the second.
#[test]
fn a_key_with_quotes_makes_nothing_right() {
    let mut fields = Fields::NONE;
    fields.add(&["id"], Fields::All);
    let mut reader = RowReader::new(&fields);
    for key in [r#"a\":\"b"#, r"\u0022", r"\\", r"\n", r#"id\":1,\"x"#, "", "é"] {
        let json = format!(r#"{{"{key}":1,"id":2}}"#);
        assert_eq!(reader.row(json.as_bytes()).unwrap().to_string(), r#"{"id":2}"#);
    }
    for wrong in [r#"{"a":"b":1,"id":2}"#, "{\"\n\":1,\"id\":2}", r#"{"\":1,"id":2}"#, r#"{""":1,"id":2}"#] {
        assert!(reader.row(wrong.as_bytes()).is_err(), "{wrong}");
        assert_eq!(reader.first_row(wrong), None, "{wrong}");
    }
}

#[test]
fn any_number_of_keys_is_read() {
    let mut fields = Fields::NONE;
    fields.add(&["k99"], Fields::All);
    let mut reader = RowReader::new(&fields);
    for start in [0, 50, 0] {
        let entries: Vec<_> = (start..start + 100).map(|key| format!("\"k{key}\":{key}")).collect();
        let json = format!("{{{}}}", entries.join(","));
        assert_eq!(reader.row(json.as_bytes()).unwrap().to_string(), r#"{"k99":99}"#);
        assert_eq!(reader.whole_row(json.as_bytes()).unwrap().to_string(), json);
    }
}

/// `serde_json` has a meaning of its own for this key.
#[test]
fn a_key_is_only_a_key() {
    let json = r#"{"x":{"$serde_json::private::RawValue":"[1,2]"}}"#;
    assert_eq!(read(json.as_bytes(), &Fields::All).map(|row| row.to_string()), Ok(json.to_owned()));
}

#[test]
fn rows_share_keys_and_short_texts() {
    let mut fields = Fields::NONE;
    fields.add(&["type"], Fields::All);
    for fields in [Fields::All, fields] {
        let mut reader = RowReader::new(&fields);
        let mut row = || match reader.row(br#"{"type": "regular"}"#).unwrap() {
            Value::Object(row) => row,
            other => panic!("{other}"),
        };
        let (one, other) = (row(), row());
        let first = |row: &crate::value::Object| row.keys().next().unwrap().as_ptr();
        assert_eq!(first(&one), first(&other));
        assert_eq!(
            one.get("type").and_then(Value::as_str).map(str::as_ptr),
            other.get("type").and_then(Value::as_str).map(str::as_ptr)
        );
    }
}

#[test]
fn an_object_knows_also_the_keys_that_were_skipped() {
    let mut fields = Fields::NONE;
    fields.add(&["a"], Fields::All);
    let mut reader = RowReader::new(&fields);
    let mut known = |json: &str| match reader.row(json.as_bytes()).unwrap() {
        Value::Object(row) => row.known_keys().map(|key| (**key).to_owned()).collect::<Vec<_>>(),
        other => panic!("{other}"),
    };
    assert_eq!(known(r#"{"b": 2, "a": 1, "c": 3}"#), ["a", "b", "c"]);
    assert_eq!(known(r#"{"d": 1}"#), ["b", "c"]);
}

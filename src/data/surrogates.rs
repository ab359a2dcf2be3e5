//! Lone surrogates: halves of characters, which JSON can hold and text cannot.

/// The JSON with U+FFFD for each lone surrogate; `None` if it has none. See
/// [RFC 8259, section 8.2](https://www.rfc-editor.org/rfc/rfc8259#section-8.2).
pub fn replace_lone_surrogates(json: &[u8]) -> Option<Vec<u8>> {
    let mut replaced = Vec::with_capacity(json.len());
    let mut any = false;
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let (before, escape) = rest.split_at(at);
        replaced.extend_from_slice(before);
        let length = match (code_unit(escape), escape.get(6..).and_then(code_unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                replaced.extend_from_slice(b"\\ufffd");
                any = true;
                rest = &escape[6..];
                continue;
            }
            _ => escape.len().min(2),
        };
        replaced.extend_from_slice(&escape[..length]);
        rest = &escape[length..];
    }
    replaced.extend_from_slice(rest);
    any.then_some(replaced)
}

/// The number of an escape such as `\ud83d` at the start of the text.
fn code_unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    // `from_str_radix` takes a sign, too.
    let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::replace_lone_surrogates;

    #[test]
    fn only_lone_surrogates_are_replaced() {
        for (json, expected) in [
            (r#""a\ud800b""#, Some(r#""a\ufffdb""#)),
            (r#""\udc00\ud83d\ude00\uD83D""#, Some(r#""\ufffd\ud83d\ude00\ufffd""#)),
            (r#""\ud83d\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#)),
            (r#""\ud83d\ude00\u00e9\n""#, None),
            (r#""\\ud800 \\\\ud800""#, None),
            (r#""\u+800 \ud8""#, None),
            ("\\", None),
            ("", None),
        ] {
            let replaced = replace_lone_surrogates(json.as_bytes());
            assert_eq!(replaced.as_deref(), expected.map(str::as_bytes), "{json}");
        }
    }
}

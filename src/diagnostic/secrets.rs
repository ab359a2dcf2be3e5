//! What looks like a secret in a text.

use std::ops::Range;
use std::sync::OnceLock;

use regex_lite::{Captures, Regex};

use super::mask::mask;
use globus_templates::clean;
use globus_templates::is_within;

/// The text as it may be shown: what has the form of a secret is masked. Words that only might be one stay, see
/// [`words_like_secrets`].
#[must_use]
pub fn without_secrets(text: &str) -> String {
    mask(text, &secrets(text)).to_string()
}

/// The text in one line that is safe to hand on to others: also words that might be a secret are masked, and control characters are
/// visible.
#[must_use]
pub fn redact(text: &str) -> String {
    let hidden = [words_like_secrets(text), secrets(text)].concat();
    clean(&mask(text, &hidden).lines().map(str::trim).collect::<Vec<_>>().join("; "))
}

/// The secrets that are known by their form, or by what stands before them.
#[must_use]
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    let found = forms().iter().flat_map(|(pattern, is_secret)| {
        let matches = pattern.captures_iter(text).filter(|found| is_secret(text, found));
        // The last group is the secret.
        matches.filter_map(|found| found.iter().flatten().last().map(|secret| secret.range()))
    });
    found.collect()
}

/// The schemes of the header `Authorization`.
const SCHEMES: [&str; 5] = ["bearer", "basic", "token", "apikey", "digest"];

/// A pattern whose last group is the secret, and what else has to hold.
type Form = (&'static str, Check);

type Check = fn(&str, &Captures<'_>) -> bool;

#[rustfmt::skip]
const FORMS: &[Form] = &[
    // A private key, up to its end or that of the string that it is in.
    (r#"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----([^"']*?)(?:-----END|["']|$)"#, |_, _| true),
    // JWT: three parts of base64, the first of which is a JSON object.
    (r"\b(eyJ[A-Za-z0-9_-]{7,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){0,3})", |_, _| true),
    // The header, and the schemes of it alone.
    (r#"(?i)\bauthorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|apikey|digest)\s+)?([^\s"'`,;]{6,})"#, |_, found| !SCHEMES.contains(&last(found).to_lowercase().as_str())),
    (r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/-]{8,}=*)", |_, found| is_random(last(found))),
    // `user:password@host`, with and without a scheme.
    (r#"://([^\s"'`/?#]+)@"#, |_, _| true),
    (r#"(?:^|[\s"'`=(,])([A-Za-z0-9._%+-]+):([^\s"'`@/:]+)@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+|:[0-9])"#,
        |_, found| !["mailto", "acct", "sip", "sips", "xmpp"].contains(&group(found, 1))),
    (r#"(?:\s|["'`]|^)(?:-u|--user)(?:\s+|=|["']\s*,\s*["'])[^\s:"']+:([^\s"'`]+)"#,
        |_, found| last(found).bytes().any(|byte| !byte.is_ascii_digit())),
    // `?token=…`, `&sig=…`
    (r#"[?&;]([A-Za-z0-9_.%-]+)=([^\s"'`<>&;#]+)"#, |_, found| is_secret_parameter(group(found, 1))),
    // `--password=…`, `CLIENT_SECRET=…`
    (r#"([A-Za-z0-9_.-]+)["']?=["']?([^\s"'`&;,<>#{}\[\]()$*]+)"#, |_, found| names_secret(group(found, 1)) && !["true", "false"].contains(&last(found))),
    // `password: …`, `token = …`: also sentences are written so.
    (r#"([A-Za-z0-9_.-]+)["']?(?:\s*:\s*|\s+=\s*|=\s+)["']?([^\s"'`&;,<>#{}\[\]()$*]{4,})"#,
        |_, found| names_secret(group(found, 1)) && last(found).bytes().any(|byte| byte.is_ascii_digit())),
    // `--password …`, also as two strings of an array.
    (r#"(?:\s|["'`]|^)--?([A-Za-z][A-Za-z0-9_-]*)(?:[ \t]+|["']\s*,\s*["'])([^\s"'`,-][^\s"'`,]*)"#,
        |_, found| names_secret(group(found, 1))),
    // Tokens of well-known services.
    (r"\b((?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|[sr]k_live_|AKIA|ASIA|AIza|hvs\.|npm_|pypi-|dop_v1_)[A-Za-z0-9_.-]{16,})",
        |_, found| is_random(last(found))),
    // Long hexadecimal or base64 beside a word for it.
    (r"(?i)(?:key|secret|token|password|passphrase|credential|hmac|signature|salt)[^/\n]{0,24}?\b([A-Za-z0-9][A-Za-z0-9+/_-]{23,}=*)",
        |text, found| is_key(last(found)) && !is_path(last(found)) && !is_in_path(text, found)),
];

fn forms() -> &'static [(Regex, Check)] {
    static COMPILED: OnceLock<Vec<(Regex, Check)>> = OnceLock::new();
    let compile = |(pattern, check): &Form| Some((Regex::new(pattern).ok()?, *check));
    COMPILED.get_or_init(|| FORMS.iter().filter_map(compile).collect())
}

fn group<'t>(found: &Captures<'t>, number: usize) -> &'t str {
    found.get(number).map_or("", |group| group.as_str())
}

fn last<'t>(found: &Captures<'t>) -> &'t str {
    found.iter().flatten().last().map_or("", |group| group.as_str())
}

/// Parts of the name of a secret, without `_` and the like.
const NAMES: [&str; 7] = ["secret", "password", "passwd", "passphrase", "token", "apikey", "credential"];

/// How the name of something about a secret ends: where it is, or how long it is valid.
const NOT_SECRETS: [&str; 17] = [
    "file", "path", "env", "name", "id", "url", "uri", "type", "kind", "version", "lifetime", "ttl",
    "command", "stdin", "param", "endpoint", "field",
];

/// How the name of a token begins that leads to the next page.
const PAGES: [&str; 3] = ["next", "page", "continuation"];

/// Whether a key, a variable or an option of this name, however it is misspelt, has a secret.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    if name.len() > 100 {
        return false;
    }
    let folded: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let is_about_one = || {
        let last = name.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        NOT_SECRETS.contains(&last.to_lowercase().as_str())
            || PAGES.iter().any(|word| folded.starts_with(word))
    };
    let is_misspelt = is_within(&folded, "clientsecret", 2) || is_within(&folded, "secret", 1);
    (NAMES.iter().any(|word| folded.contains(word)) || is_misspelt) && !is_about_one()
}

/// The parameter of a query.
fn is_secret_parameter(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_short =
        ["key", "sig", "auth", "code", "code_verifier", "pwd", "pass", "assertion"].contains(&lower.as_str());
    names_secret(name) || is_short || lower.ends_with("signature")
}

/// Letters and digits, or capitals among small letters: not a word.
fn is_random(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.bytes().any(|byte| kind(&byte));
    let has_capital_inside = text.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
        || has_capital_inside && has(u8::is_ascii_lowercase)
}

/// Hexadecimal, or base64 with letters of both cases.
fn is_key(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.bytes().any(|byte| kind(&byte));
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    has(u8::is_ascii_digit)
        && (is_hex || has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
        && !is_uuid(text)
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// A folder of a path is a word.
fn is_path(text: &str) -> bool {
    let is_word = |part: &str| {
        part.len() >= 4
            && part.bytes().all(|byte| byte.is_ascii_alphabetic())
            && part.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
    };
    text.contains('/') && text.split('/').any(is_word)
}

/// Whether the match is in a word that has a `/` before.
fn is_in_path(text: &str, found: &Captures<'_>) -> bool {
    let start = found.get(0).map_or(0, |whole| whole.start());
    let before = text[..start].rsplit(|c: char| c.is_whitespace() || "\"'`".contains(c)).next();
    before.is_some_and(|before| before.contains('/'))
}

/// Tokens and client secrets are at least this long.
const MIN_SECRET: usize = 32;

/// The words of a text that look like a token or a client's secret: long, and made of capitals, small letters and
/// digits alike.
#[must_use]
pub fn words_like_secrets(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
        let word = &text[start..end];
        let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().filter(|byte| kind(byte)).count() >= 2;
        // A path that begins at the root or at `~` has capitals and digits, too.
        let begins_a_path = word.starts_with('/') || text[..start].ends_with(['~', '.', '}']);
        let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
        if word.len() >= MIN_SECRET && is_mixed && !begins_a_path && !is_uuid(word) && !is_path(word) {
            words.push(start..end);
        }
        at = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{FORMS, forms, is_uuid, names_secret, without_secrets, words_like_secrets};

    #[test]
    fn every_form_is_a_pattern() {
        assert_eq!(forms().len(), FORMS.len());
    }

    /// The secret of each is between `«` and `»`; nothing else is masked.
    #[test]
    fn secrets_of_every_form_are_masked() {
        for text in [
            "-----BEGIN PRIVATE KEY-----«\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n»-----END PRIVATE KEY-----\n",
            "key = \"-----BEGIN RSA PRIVATE KEY-----«\\nMIIE\\n»-----END RSA PRIVATE KEY-----\"",
            "k = '-----BEGIN OPENSSH PRIVATE KEY-----«b3BlbnNzaC1rZXktdjEAAAAABG5vbmU»' # cut",
            "-----BEGIN EC PRIVATE KEY-----«\nMHcCAQEEIA»",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----«\n\nlQOYBF\n»-----END PGP PRIVATE KEY BLOCK-----",
            "x = \"«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r»\"",
            "«eyJhbGciOiJub25lIn0.e30.»",
            "Authorization: Bearer «hunter2hunter2»",
            "'Authorization': 'Basic «bWU6aHVudGVyMg==»'",
            "Authorization: Token «abcdef»",
            "headers = [\"Authorization: «abcdefgh»\"]",
            "sent with bearer «AgXk29abcdefgh»",
            "Bearer «aBcDeFgHiJkLmNoP»",
            "https://«me:hunter2»@example.edu/x",
            "https://«ghtoken»@github.com/x.git",
            "postgres://«me:p@ss»@db/x",
            "dsn = 'me:«hunter2»@db.example.edu/x'",
            "me:«hunter2»@localhost:5432",
            "[\"curl\", \"-u\", \"me:«hunter2»\"]",
            "curl --user me:«hunter2» https://x",
            "https://x/y?token=«abc»&a=1",
            "https://x/y?a=1&access_token=«abc»",
            "https://x/y?a=1&sig=«aGVsbG8%3D»#z",
            "https://x/y?X-Amz-Signature=«0123abc»",
            "?key=«AbC»&format=json",
            "--password=«hunter»",
            "[\"vault\", \"--token=«s.abc»\"]",
            "[\"env\", \"GLOBUS_CLIENT_SECRET=«hunter»\", \"run\"]",
            "PGPASSWORD='«hunter»' psql",
            "--password «hunter» --host x",
            "[\"mysql\", \"--password\", \"«hunter»\", \"x\"]",
            "-password «hunter»",
            "X-Api-Key: «hunter2»",
            "the password is: no, password: «hunter2»",
            "token = «abc4»",
            "«ghp_0123456789abcdefABCDEF0123456789abcd»",
            "x «glpat-abcdefghij0123456789»",
            "«AKIAIOSFODNN7EXAMPLE»",
            "«xoxb-1234567890-abcdefghij»",
            "signing key «5f4dcc3b5aa765d61d8327deb882cf99»",
            "the secret is «5f4dcc3b5aa765d61d8327deb882cf99»",
            "hmac = \"«5f4dcc3b5aa765d61d8327deb882cf99»\"",
            "key: «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»",
        ] {
            let masked: String = text
                .split('«')
                .flat_map(|part| match part.split_once('»') {
                    Some((secret, rest)) => {
                        let masked = secret.chars().map(|c| if c == '\n' { c } else { '*' });
                        masked.chain(rest.chars()).collect::<Vec<_>>()
                    }
                    None => part.chars().collect(),
                })
                .collect();
            assert_eq!(without_secrets(&text.replace(['«', '»'], "")), masked, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "client_id = \"61338d24-54d5-408f-a10d-66c06b59f6d2\"",
            "the key of the client is 61338d24-54d5-408f-a10d-66c06b59f6d2",
            "primary_key = \"6133ABCD-54d5-408f-a10d-66c06b59f6d2\"",
            "scopes = [\"urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships\"]",
            "https://auth.globus.org/scopes/61338d24-54d5-408f-a10d-66c06b59f6d2/all",
            "https://auth.globus.org/v2/oauth2/token",
            "the token file `/home/Someone/Projects/OfTheYear2026/tokens-5f4dcc3b5aa765d61d8327deb882cf99.json`",
            "the tokens are in data/Projects2026/ClimateModelingOutputs2/tokens",
            "client_secret = { file = \"/run/secrets/globus-runner/production\" }",
            "client_secret = { env = \"GLOBUS_CLIENT_SECRET\" }",
            "[\"pass\", \"show\", \"globus/client-secret\"]",
            "[\"vault\", \"kv\", \"get\", \"-field=client_secret\", \"secret/globus\"]",
            "[\"aws\", \"--secret-id\", \"globus-production\"]",
            "--password-file=/etc/globus/password",
            "--token-file /etc/globus/token",
            "TOKEN_URL=https://auth.globus.org/v2/oauth2/token",
            "token: expired",
            "Bearer token",
            "authorization: Bearer *** denied",
            "a bearer authentication",
            "basic authentication is needed",
            "token_type: Bearer",
            "mail someone@example.edu or mailto:someone@example.edu",
            "git@github.com:owner/name.git",
            "https://example.edu/@someone",
            "curl -u 1000:1000",
            "https://x/y?next_token=abc&limit=100&offset=0&page_token=x",
            "https://auth.globus.org/v2/oauth2/authorize?client_id=61338d24-54d5-408f-a10d-66c06b59f6d2&state=abc&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "1.5.2 and eyJ.a",
            "the key `view_my_groups_and_memberships`",
            "by_key [(sort groups \"name\")] \"monkey\" 24",
            "GET https://groups.api.globus.org/v2/groups/my_groups?statuses=active, try 1",
            "stored for groups.api.globus.org: openid, 172800 seconds left",
            "${CLIENT_SECRET} $TOKEN password=$PASSWORD token={{token}}",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        let mut random = fastrand::Rng::with_seed(3);
        let parts = [
            "-----BEGIN ",
            "PRIVATE KEY-----",
            "eyJ",
            "é",
            "token",
            "=",
            ":",
            "@",
            "\"",
            "--",
            " ",
            "\n",
            "://",
            "?",
            "a1",
        ];
        for _ in 0..3000 {
            let text: String = (0..random.usize(..20)).filter_map(|_| random.choice(parts)).collect();
            assert_eq!(without_secrets(&text).len(), text.len());
        }
    }

    #[test]
    fn tokens_and_secrets_are_told_from_other_words() {
        let words = |text: &str| -> Vec<String> {
            words_like_secrets(text).into_iter().map(|range| text[range].to_owned()).collect()
        };
        let token = "Ag0wx4Y1kK9bJmVvZ2D7nEr3oQpLxYzabcdefgh12XyZ";
        let secret = "dGhpcyBpcyBub3QgYSBz/ZWNyZXQgYnV0IGl0IGxvb2tz+Cg=";
        assert_eq!(words(&format!("a = \"{token}\" # {secret}\n")), [token, secret]);
        for text in [
            "61338d24-54d5-408f-a10d-66c06b59f6d2",
            "6133AB24-54d5-408f-a10d-66c06b59f6d2",
            "urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships",
            "https://auth.globus.org/scopes/61338D24-54d5-408f-a10d-66c06b59f6d2/All",
            "/home/Someone/Projects/OfTheYear2026/And/A/Long/Path/To/Tokens2",
            "~/Projects/OfTheYear2026/And/A/Long/Path/To/Tokens2",
            "Projects/OfTheYear2026/And/A/Long/Path/To/Tokens2",
            "THE_NAME_OF_A_VARIABLE_THAT_IS_LONG_2",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_name_tells_a_secret_from_what_is_about_one() {
        for name in
            ["client_secret", "Client-Secret", "client_secert", "secrt", "PGPASSWORD", "x-api-key", "tokens"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "scopes",
            "storage",
            "token_file",
            "secret-id",
            "TOKEN_URL",
            "password_env",
            "primary_key",
            "description",
        ] {
            assert!(!names_secret(name), "{name}");
        }
        assert!(
            is_uuid("61338d24-54d5-408f-a10d-66c06b59f6d2")
                && !is_uuid("61338d24-54d5-408f-a10d-66c06b59f6d")
        );
    }
}

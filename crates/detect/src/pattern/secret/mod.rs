//! Keys, tokens and passwords. Provider formats are those that the providers document or that their secret scanners use.

mod opened;
mod told;

use std::sync::LazyLock;

use boundary::Kind;
use regex::Regex;

use crate::{
    lexicon::{Entries, Hashes, SECRET_CUE},
    resolve::{CERTAIN, PROOF, Sink},
    text::{Doc, Gap, Shape},
};

/// What keys begin with: a text without any of these has none, and is not looked at further.
pub(super) const BEGINNINGS: &[&str] = &[
    "00D",
    "3MVG9",
    "5Aep",
    "AKIA",
    "ASIA",
    "ABIA",
    "ACCA",
    "AIza",
    "ya29.",
    "GOCSPX-",
    "AccountKey=",
    "SharedAccessSignature=",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "npm_",
    "pypi-AgEI",
    "sk-",
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "pk_live_",
    "pk_test_",
    "whsec_",
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxo-",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "SG.",
    "hf_",
    "dop_v1_",
    "shpat_",
    "shpca_",
    "shppa_",
    "shpss_",
    "hvs.",
    "sq0",
    "key-",
    "dckr_pat_",
    "Basic ",
    "-u ",
    "eyJ",
    "-----BEGIN ",
];

#[expect(clippy::expect_used, reason = "the pattern is a constant and a test compiles it")]
static KEYS: LazyLock<Regex> = LazyLock::new(|| Regex::new(KEY_FORMS).expect("constant pattern"));

/// Longest key, and a sign behind it; no more is taken for a secret behind its label, for the whole text may be one word.
const LONGEST: usize = 8_100;

const KEY_FORMS: &str = concat!(
    r"\A(?:",
    // Salesforce: session id, consumer key, refresh token.
    r"00D[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?![0-9A-Za-z._]{20,200}",
    r"|3MVG9[0-9A-Za-z._]{40,120}|5Aep[0-9A-Za-z._]{40,120}",
    // Clouds.
    r"|(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?-u:\b)|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,400}|GOCSPX-[0-9A-Za-z_-]{20,40}",
    r"|AccountKey=[0-9A-Za-z+/=]{40,100}|SharedAccessSignature=[0-9A-Za-z%&=+/.-]{20,300}",
    // Code hosts and registries.
    r"|gh[pousr]_[0-9A-Za-z]{36,255}|github_pat_[0-9A-Za-z_]{40,255}|glpat-[0-9A-Za-z_-]{20,60}|npm_[0-9A-Za-z]{36}|pypi-AgEI[0-9A-Za-z_-]{40,300}",
    // Models and services.
    r"|sk-(?:ant-|proj-|svcacct-)?[0-9A-Za-z_-]{20,200}|(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,120}|whsec_[0-9A-Za-z+/=]{20,80}",
    r"|xox[abeoprs]-[0-9A-Za-z-]{10,250}|xapp-[0-9A-Za-z-]{20,200}|SG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{16,64}|hf_[0-9A-Za-z]{30,60}",
    r"|dop_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|hvs\.[0-9A-Za-z_-]{24,200}|sq0[a-z]{3}-[0-9A-Za-z_-]{22,60}|key-[0-9a-f]{32}(?-u:\b)",
    r"|dckr_pat_[0-9A-Za-z_-]{20,80}",
    // Basic authentication (RFC 7617) and a name with a password on a command line.
    r"|Basic [0-9A-Za-z+/]{11,400}={1,2}|Basic [A-Za-z+/]{0,60}[0-9][0-9A-Za-z+/]{10,400}",
    r"|-u [^\s:'\x22]{1,64}:[^\s'\x22]{3,128}",
    // JSON web tokens, private keys.
    r"|eyJ[0-9A-Za-z_-]{10,2000}\.[0-9A-Za-z_-]{10,4000}(?:\.[0-9A-Za-z_-]{4,2000})?",
    r"|-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
    r")",
);

/// What one asks for the password of. INVARIANT: each is one of [`opened::LOGIN`]'s, or it is never asked about.
static REMEMBERED: LazyLock<Hashes> = LazyLock::new(|| Hashes::new("wifi wlan login"));

/// More bytes than a word has that is taken for a password without a label.
const LONGEST_WORD: usize = 160;

const KEY_END: &str = "-----END ";

/// Enters the lists of this module.
pub(super) fn enter_lists(entries: &mut Entries) {
    opened::enter_lists(entries);
}

/// Keys where `signs` of them stand, and what is said of others.
pub(super) fn detect(doc: &Doc<'_>, signs: &[(usize, &str)], sink: &mut Sink) {
    if !doc.bytes.is_ascii() {
        told::written(doc, sink);
    }
    let (mut searched, mut done) = (0, 0);
    for &(start, sign) in signs {
        if start < searched {
            continue;
        }
        searched = start + sign.len();
        let before = doc.byte_before(start);
        let glued = before.is_ascii_alphanumeric() || before == b'_';
        if start < done || glued && doc.byte(start) != b'-' {
            continue;
        }
        let Some(key) = key_at(doc, start) else { continue };
        let block = doc.span(start, start + key).starts_with("-----");
        let end = if block { key_block_end(doc, start + key) } else { start + key };
        done = end;
        sink.pattern((start, end), Kind::Secret, CERTAIN);
    }
    let mut labelled = 0;
    for (index, token) in doc.tokens.iter().enumerate() {
        let other = matches!(token.shape, Shape::Digits | Shape::Alnum | Shape::Ideograph);
        let sort = if other { 0 } else { opened::sort(token) };
        if sort != 0 || token.class.any(SECRET_CUE) && !other {
            opened::detect(doc, (index, sort), sink);
        }
        if token.class.any(SECRET_CUE) {
            // What stands within such a secret is covered; a label that ends it has a secret of its own: `keys: {pwd: x}`.
            let inside = doc.span(token.end, labelled);
            if token.start >= labelled || !inside.contains(char::is_alphanumeric) {
                labelled = stated(doc, index, sink).unwrap_or(labelled);
            }
            told::detect(doc, index, sink);
        } else if sort & opened::LOGIN != 0 && REMEMBERED.has(token) {
            remembered(doc, index, sink);
        }
    }
}

/// Length of the key that begins at byte `start`.
fn key_at(doc: &Doc<'_>, start: usize) -> Option<usize> {
    let rest = doc.text.get(start..)?;
    let reach = rest.floor_char_boundary(LONGEST);
    KEYS.find(rest.get(..reach)?).map(|key| key.end())
}

/// A private key reaches to its end line; a cut-off one to the end of the text.
fn key_block_end(doc: &Doc<'_>, from: usize) -> usize {
    let rest = doc.text.get(from..).unwrap_or_default();
    match rest.find(KEY_END) {
        Some(at) => {
            let tail = rest.get(at + KEY_END.len()..).unwrap_or_default();
            let close = tail.find("-----").map_or(tail.len(), |i| i + 5);
            from + at + KEY_END.len() + tail.floor_char_boundary(close.min(80))
        }
        None => doc.text.len(),
    }
}

/// `password: x`, `pwd=x`, `the passcode is x`, `Authorization: Bearer x`; where the secret ends that a sign marks.
fn stated(doc: &Doc<'_>, index: usize, sink: &mut Sink) -> Option<usize> {
    let cue = doc.token(index)?;
    let word = doc.word(cue).to_lowercase();
    let strong = !matches!(
        word.as_str(),
        "key"
            | "keys"
            | "token"
            | "tokens"
            | "secret"
            | "secrets"
            | "pin"
            | "pass"
            | "pw"
            | "clave"
            | "credential"
            | "credentials"
            | "otp"
    );
    let mut at = cue.end;
    let rest = doc.text.get(at..).unwrap_or_default();
    let opened = rest.trim_start_matches(['"', '\'', '*', '_', '`', ' ', ')', ']']);
    let after_quote = rest.len() - opened.len();
    let (mut marked, mut bare) = (false, false);
    if after_quote <= 3 && opened.starts_with([':', '=', '→']) {
        let value = opened.trim_start_matches([':', '=', '→', '>', ' ', '"', '\'', '`', '\t']);
        at += rest.len() - value.len();
        marked = true;
    } else {
        let next = doc.token(index + 1)?;
        let joined = matches!(
            doc.word(next).to_ascii_lowercase().as_str(),
            "is" | "was" | "ist" | "est" | "es" | "lautet" | "to"
        );
        let named =
            matches!(word.as_str(), "password" | "passwd" | "pwd" | "passphrase" | "passwort");
        bare = !joined && (bare_secret(doc, cue.end) || named && mixed_word(doc, cue.end));
        if next.gap != Gap::Space || !(joined || word == "bearer" || bare) {
            remembered(doc, index, sink);
            return None;
        }
        let from = if joined { next.end } else { cue.end };
        let value =
            doc.text.get(from..).unwrap_or_default().trim_start_matches([' ', ':', '"', '\'', '`']);
        at = doc.text.len() - value.len();
    }
    let value = doc.text.get(at..).unwrap_or_default();
    let value = first_word(value, LONGEST, |c| {
        c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '\\' | '}')
    });
    let value = value.trim_end_matches(['.', ',', ';', ')', '\'']);
    let mixed = value.contains(|c: char| c.is_ascii_digit())
        || value.contains(|c: char| c.is_ascii_punctuation());
    let number = (4..=8).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    let plausible = match (strong && marked, marked) {
        _ if word == "pin" && number => true,
        (true, _) => value.chars().count() >= 3 && !is_placeholder(value),
        (_, true) => value.chars().count() >= 4 && mixed,
        _ => value.chars().count() >= 5 && mixed && (strong || bare || value.len() >= 12),
    };
    if plausible {
        sink.pattern((at, at + value.len()), Kind::Secret, if marked { CERTAIN } else { PROOF });
    }
    (plausible && marked).then_some(at + value.len())
}

/// `the wifi password, is it still Harbour22?`, `wifi code now Harbour22`: asked for or told a few words on.
fn remembered(doc: &Doc<'_>, index: usize, sink: &mut Sink) {
    const LINKS: &[&str] = &[
        "still",
        "now",
        "noch",
        "immer",
        "jetzt",
        "toujours",
        "encore",
        "maintenant",
        "sigue",
        "siendo",
        "ahora",
        "ancora",
        "adesso",
        "nog",
        "steeds",
        "ainda",
        "agora",
        "hâlâ",
        "hala",
        "nadal",
        "wciąż",
        "fortfarande",
        "pořád",
    ];
    for at in index + 1..index + 12 {
        let (Some(link), Some(value)) = (doc.token(at), doc.token(at + 1)) else { return };
        if link.gap == Gap::Line || value.gap == Gap::Line {
            return;
        }
        if !LINKS.contains(&doc.word(link).to_lowercase().as_str()) || doc.word(value).len() < 2 {
            continue;
        }
        let rest = doc.text.get(value.start..).unwrap_or_default();
        let word = first_word(rest, LONGEST_WORD, |c| {
            c.is_whitespace() || matches!(c, '"' | '<' | '`' | '}')
        });
        let word = word.trim_end_matches(['.', ',', ';', ')', '\'', '?', ':']);
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let digits = word.contains(|c: char| c.is_ascii_digit());
        let signs = word.contains(|c: char| "!$%&*#@^?+=_".contains(c));
        if (6..=64).contains(&word.len()) && letters >= 3 && (digits || signs) {
            sink.pattern((value.start, value.start + word.len()), Kind::Secret, PROOF);
            return;
        }
    }
}

/// A text up to the first of some signs, and no more of it than `most` bytes.
fn first_word(text: &str, most: usize, ends: fn(char) -> bool) -> &str {
    let near = text.get(..text.floor_char_boundary(most)).unwrap_or_default();
    near.split(ends).next().unwrap_or_default()
}

/// `token hunter2!x`: no colon, but letters, digits and signs in one word of eight or more.
fn bare_secret(doc: &Doc<'_>, from: usize) -> bool {
    let rest = doc.text.get(from..).unwrap_or_default().trim_start_matches(' ');
    let word = first_word(rest, LONGEST_WORD, char::is_whitespace);
    let word = word.trim_end_matches(['.', ',', ';', ')', '"', '\'']);
    let has = |test: fn(&char) -> bool| word.chars().any(|c| test(&c));
    (8..=128).contains(&word.len())
        && has(char::is_ascii_digit)
        && has(char::is_ascii_lowercase)
        && (has(char::is_ascii_uppercase) || has(|c| "!$%&*#@^?+=".contains(*c)))
}

/// `passwd hunter2`: letters and digits in one word, behind a word that means nothing else.
fn mixed_word(doc: &Doc<'_>, from: usize) -> bool {
    let rest = doc.text.get(from..).unwrap_or_default().trim_start_matches(' ');
    let word = first_word(rest, LONGEST_WORD, char::is_whitespace);
    let word = word.trim_end_matches(['.', ',', ';', ')', '"', '\'']);
    (5..=128).contains(&word.len())
        && word.contains(|c: char| c.is_ascii_digit())
        && word.contains(char::is_alphabetic)
}

fn is_placeholder(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "null" | "none" | "true" | "false" | "required" | "reset" | "expired" | "the" | "and"
    ) || value.chars().all(|c| matches!(c, '*' | '•' | 'x' | 'X' | '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use boundary::Kind;

    use crate::found;

    #[test]
    fn a_long_secret_is_covered_to_its_end() {
        for secret in ["x1".repeat(200), format!("x{}", "é".repeat(150)), "é1".repeat(100)] {
            let text = format!("password: {secret} and more");
            assert_eq!(found::of(Kind::Secret, &text), [secret.as_str()], "{text}");
        }
        let whole = format!("password: x{}", "é".repeat(9_000));
        assert_eq!(found::of(Kind::Secret, &whole).len(), 1);
    }

    #[test]
    fn a_label_behind_a_label_has_its_secret() {
        for text in ["credentials: pwd: letmein", "secrets: {pwd: letmein, user: bob}"] {
            let found = found::of(Kind::Secret, text);
            assert!(found.iter().any(|it| it.contains("letmein")), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_private_key_ends_between_letters_wherever_it_is_cut() {
        for tail in ["é".repeat(200), format!("x{}", "é".repeat(200)), "日".repeat(90)] {
            let text = format!("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END {tail}");
            let found = found::of(Kind::Secret, &text);
            assert!(found.iter().any(|it| it.contains("MIIB\n-----END")), "{found:?}");
        }
    }
}

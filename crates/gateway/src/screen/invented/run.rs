//! Which characters can stand in one value, and how a value may be dressed.

/// Longest gap between a word that speaks of a secret and the secret, in bytes.
const NEAR: usize = 40;

/// Words, or beginnings of words, that speak of secrets.
const SECRETS: [&str; 14] = [
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "pin",
    "otp",
    "bearer",
    "kennwort",
    "clave",
    "contra",
    "credential",
    "senha",
    "mot de",
];

/// Whether no value reaches over this character: white space, quotes, and scripts written without spaces.
pub(super) fn parts(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '<' | '>' | '|')
        || matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether this may stand between two groups of one number.
pub(super) fn joins_words(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Whether a new word would begin now.
pub(super) fn open(held: &str) -> bool {
    held.ends_with(joins_words)
}

/// Whether a word that begins with `c` can go on what is held, which ends with a space.
pub(super) fn goes_on(held: &str, c: char) -> bool {
    let row = held.trim_end_matches(joins_words);
    if c == '@' || row.ends_with('@') || armour(row) {
        return true;
    }
    let mut words = row.rsplit(joins_words);
    let last = words.next().unwrap_or_default();
    let between = |word: &str| matches!(word, "-" | "–" | "/" | "·");
    let extension =
        |word: &str| matches!(word, "x" | "ext" | "ext." | "Ext" | "Ext." | "extension");
    if between(last) || extension(last) {
        return words.next().is_some_and(numeric) && (c.is_numeric() || matches!(c, '(' | '+'));
    }
    let first = row.split(joins_words).next().unwrap_or_default();
    let full = || row.chars().filter(|c| c.is_numeric()).count() >= 7;
    numeric(last)
        && (c.is_numeric()
            || matches!(c, '(' | '+' | '-' | '–' | '/' | '·')
            || matches!(c, 'x' | 'X' | 'e' | 'E') && full())
        || account(first) && (c.is_ascii_uppercase() || c.is_numeric())
}

/// A group of a number: a digit, and nothing that a number does not have.
fn numeric(word: &str) -> bool {
    word.contains(char::is_numeric)
        && word.chars().all(|c| {
            c.is_numeric()
                || c.is_ascii_uppercase()
                || matches!(c, 'x' | '(' | ')' | '+' | '-' | '.' | '/' | '–' | '\\')
        })
}

/// How an IBAN begins: a country and two digits.
fn account(word: &str) -> bool {
    let bytes = word.trim_start_matches(|c: char| !c.is_alphanumeric()).as_bytes();
    matches!(bytes, [a, b, c, d, ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
}

/// The first line of a private key, not yet at its end.
fn armour(row: &str) -> bool {
    let Some(at) = row.find("-----BEGIN") else { return false };
    let line = row.get(at + 5..).unwrap_or_default();
    !line.contains("-----") && line.len() < super::ARMOUR
}

/// Whether a private key begins here and does not end.
pub(super) fn begins_key(text: &str) -> bool {
    text.starts_with("-----BEGIN") && text.contains("PRIVATE KEY") && !text.contains("-----END")
}

/// Takes a character of a private key; whether it was its last.
pub(super) fn key_ends(seen: &mut String, c: char) -> bool {
    const END: &str = "-----END";
    seen.push(c);
    if let Some(at) = seen.find(END) {
        let label = seen.get(at + END.len()..).unwrap_or_default();
        return label.contains("-----") || label.len() > super::ARMOUR;
    }
    let keep = seen.len().saturating_sub(END.len());
    let keep = seen.floor_char_boundary(keep);
    seen.drain(..keep);
    false
}

/// Whether a value can be among these words at all: most words of an answer are passed at this look.
pub(super) fn is_worth_a_look(context: &str, held: &str) -> bool {
    let signs = |c: char| c.is_numeric() || matches!(c, '@' | '＠' | '%' | '\\');
    if held.is_empty() || held.contains(signs) {
        return !held.is_empty();
    }
    let tail = context.get(context.floor_char_boundary(context.len().saturating_sub(NEAR))..);
    let tail = tail.unwrap_or_default().to_lowercase();
    let mixed = |text: &str| {
        text.len() >= 12
            && text.bytes().skip(1).any(|b| b.is_ascii_uppercase())
            && text.bytes().any(|b| b.is_ascii_lowercase())
    };
    mixed(held) || held.contains("-----BEGIN") || {
        let row = held.to_lowercase();
        SECRETS.iter().any(|word| tail.contains(word) || row.contains(word))
    }
}

/// A text without the backslashes that Markdown takes away, and with the end of a token read as a letter where an
/// address goes on behind it.
pub(super) struct Plain {
    pub(super) text: String,
    /// Bytes of the written text that are left out.
    left_out: Vec<usize>,
}

impl Plain {
    pub(super) fn of(written: &str) -> Self {
        let mut text = String::with_capacity(written.len());
        let mut left_out = Vec::new();
        let mut rest = written.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let next = rest.peek().map(|(_, next)| *next);
            if c == '\\' && next.is_some_and(|next| next.is_ascii_punctuation()) {
                left_out.push(at);
            } else if c == '}' && next == Some('@') {
                text.push('x');
            } else {
                text.push(c);
            }
        }
        Self { text, left_out }
    }

    /// The byte of the written text that a byte of the plain one stands for.
    pub(super) fn written(&self, plain: usize) -> usize {
        let mut at = plain;
        for left_out in &self.left_out {
            if *left_out < at {
                at += 1;
            }
        }
        at
    }
}

/// Where a value begins: with the token that it was read into.
pub(super) fn with_token(held: &str, start: usize, end: usize) -> usize {
    let token = held.get(start..end).is_some_and(|value| value.contains("}@"));
    match start.checked_sub(1) {
        Some(brace) if token && held.get(brace..start) == Some("{") => brace,
        _ => start,
    }
}

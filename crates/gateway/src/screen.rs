//! Screening what a model wrote: no address leaves in an answer that the house did not allow.
//!
//! An injected text makes an assistant put data into a link or an image, which the reader's
//! browser then fetches (ForcedLeak, 2025). So every address whose
//! host is not on the list is replaced, before tokens in it are restored.

mod invented;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub(crate) use invented::Cover;

/// How an address can begin.
const STARTERS: [&str; 14] = [
    "http:",
    "https:",
    "ftp:",
    "ftps:",
    "ws:",
    "wss:",
    "file:",
    "data:",
    "javascript:",
    "vbscript:",
    "blob:",
    "mailto:",
    "www.",
    "//",
];
/// What makes an address of letters that do not look like one: other schemes, and the escapes
/// that Markdown and HTML undo (`https\://`, `/\/`, `h&#116;tps`). Wherever they stand.
const DISGUISES: [&str; 14] = [
    "://",
    "\\:",
    "\\/",
    "/\\",
    "&#",
    "&colon;",
    "&sol;",
    "&bsol;",
    "&period;",
    "&commat;",
    "&num;",
    "&tab;",
    "&newline;",
    "&quest;",
];
/// A longer address is cut off: nothing more of it is shown.
const LONGEST: usize = 2_048;
/// What stands where an address stood.
const REMOVED: &str = "[address removed]";

/// Screens a text in whatever pieces it arrives; any cutting gives the same output.
#[derive(Debug)]
pub(crate) struct Screen {
    allowed: BTreeSet<String>,
    held: String,
    /// The last character given out, which decides whether a word begins.
    last: Option<char>,
    removed: u64,
}

impl Screen {
    /// A screen that lets through addresses of these hosts.
    pub(crate) fn new(allowed: &BTreeSet<String>) -> Self {
        let allowed = allowed.iter().map(|host| host.to_ascii_lowercase()).collect();
        Self { allowed, held: String::new(), last: None, removed: 0 }
    }

    /// Addresses removed so far.
    pub(crate) fn removed(&self) -> u64 {
        self.removed
    }

    /// Takes the next piece, gives what is safe of all so far.
    pub(crate) fn push(&mut self, text: &str) -> String {
        self.held.push_str(text);
        self.drain(false)
    }

    /// Gives what was held back.
    pub(crate) fn finish(&mut self) -> String {
        self.drain(true)
    }

    fn drain(&mut self, last: bool) -> String {
        let mut out = String::new();
        let mut from = 0;
        while let Some(c) = self.held.get(from..).and_then(|rest| rest.chars().next()) {
            let rest = self.held.get(from..).unwrap_or_default();
            let begins =
                self.last.is_none_or(|last| !last.is_alphanumeric() && last != ':' && last != '/');
            match Start::of(rest, begins, last) {
                Start::Maybe => break,
                Start::Yes => {
                    let Some(length) = address_length(rest, last) else { break };
                    let address = rest.get(..length).unwrap_or_default();
                    let follows = rest.get(length..).and_then(|rest| rest.chars().next());
                    self.last = address.chars().next_back();
                    if self.allows(address) {
                        out.push_str(address);
                        // To a browser a quote or a bracket is one more letter of the host.
                        let goes_on = |c: char| !c.is_whitespace() && !"<>".contains(c);
                        if is_host_alone(address) && follows.is_some_and(goes_on) {
                            out.push('/');
                            self.last = Some('/');
                        }
                    } else {
                        out.push_str(REMOVED);
                        self.removed += 1;
                    }
                    from += length;
                }
                Start::No => {
                    out.push(c);
                    self.last = Some(c);
                    from += c.len_utf8();
                }
            }
        }
        self.held.drain(..from);
        out
    }

    fn allows(&self, address: &str) -> bool {
        let lower = address.to_ascii_lowercase();
        // A word with a colon, as in `the data: three rows`, leads nowhere.
        if STARTERS.contains(&lower.as_str()) {
            return true;
        }
        let after_scheme = lower.strip_prefix("https:").or_else(|| lower.strip_prefix("http:"));
        let rest = after_scheme.unwrap_or(&lower);
        // `//` in code or prose is no address unless a host follows.
        let Some(authority) =
            rest.strip_prefix("//").or_else(|| rest.strip_prefix("www.").map(|_| rest))
        else {
            return false;
        };
        let end = authority.find(['/', '?', '#', '\\']).unwrap_or(authority.len());
        let authority = authority.get(..end).unwrap_or_default();
        let after_slashes = rest.strip_prefix("//").unwrap_or(rest);
        if after_scheme.is_none() && is_word(after_slashes.trim_end_matches([',', ';', '!', ':'])) {
            return true;
        }
        let host = authority.split(':').next().unwrap_or_default();
        // The host's own forms take values too: a query, or a token in the path, would carry them.
        let path =
            address.get(address.len() - (rest.len() - rest.find(authority).unwrap_or(0) - end)..);
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        !authority.contains('@')
            && self.allowed.contains(host)
            && path.is_some_and(|path| path.chars().all(plain))
    }
}

/// Nothing, or a word that no browser takes for a number: numbers are hosts too (`//3627734734`), and
/// so is what has a dot of another script in it.
fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    text.bytes().all(plain) && !text.starts_with(|c: char| !c.is_ascii_alphabetic())
}

/// A scheme and a host, and nothing after it.
fn is_host_alone(address: &str) -> bool {
    let (scheme, host) = address.split_once("//").unwrap_or((address, ""));
    !host.contains('/') && (!scheme.is_empty() || host.contains('.'))
}

enum Start {
    Yes,
    Maybe,
    No,
}

impl Start {
    fn of(rest: &str, begins: bool, last: bool) -> Self {
        let bytes = rest.as_bytes();
        let mut maybe = false;
        let starters: &[&str] = if begins { &STARTERS } else { &[] };
        for starter in starters.iter().chain(&DISGUISES) {
            let starter = starter.as_bytes();
            let common = bytes.len().min(starter.len());
            let same =
                bytes.iter().zip(starter).take(common).all(|(a, b)| a.eq_ignore_ascii_case(b));
            if same && common == starter.len() {
                return Self::Yes;
            }
            maybe |= same;
        }
        if maybe && !last { Self::Maybe } else { Self::No }
    }
}

/// Bytes of the address that `rest` begins with; `None` while it may go on.
fn address_length(rest: &str, last: bool) -> Option<usize> {
    let ends = |c: char| c.is_whitespace() || "<>\"'`)]|".contains(c);
    match rest.find(ends) {
        Some(end) => Some(end),
        None if last || rest.len() >= LONGEST => Some(rest.len()),
        None => None,
    }
}

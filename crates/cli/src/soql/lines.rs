//! Queries from a stream, one a line: plain, or JSON strings.

use std::io::{self, BufRead, Read as _};

/// Longer than the longest query in any spelling: each of its characters as a JSON escape.
const MAX_LINE: usize = 16 * soql::MAX_LENGTH;

/// What a line holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A query.
    Text(String),
    /// Bytes that are no text, from this character on, counted from 1.
    NotText { column: u32 },
    /// More than is kept in memory.
    TooLong,
}

/// The lines of a stream; the memory it takes is bounded whatever comes.
pub(super) struct Lines<R> {
    source: R,
    first: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, first: true }
    }

    /// The next line, an empty one too; nothing at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        if self.source.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let first = std::mem::take(&mut self.first);
        if bytes.last() != Some(&b'\n') && bytes.len() > MAX_LINE {
            self.source.skip_until(b'\n')?;
            return Ok(Some(Line::TooLong));
        }
        let mut line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if first {
            // Editors on Windows begin a file with a mark of its encoding.
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        Ok(Some(read(line)))
    }
}

fn read(line: &[u8]) -> Line {
    match std::str::from_utf8(line) {
        Ok(text) => Line::Text(serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())),
        Err(error) => {
            let before = line.get(..error.valid_up_to()).unwrap_or_default();
            let before = String::from_utf8_lossy(before).chars().count();
            Line::NotText { column: u32::try_from(before + 1).unwrap_or(u32::MAX) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<Line> {
        let mut lines = Lines::new(bytes);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    fn text(text: &str) -> Line {
        Line::Text(text.to_owned())
    }

    #[test]
    fn lines_end_as_on_any_system_and_empty_ones_count() {
        assert_eq!(all(b"a\r\nb\n\nc"), [text("a"), text("b"), text(""), text("c")]);
        assert_eq!(all("\u{feff}a\n".as_bytes()), [text("a")]);
        assert_eq!(all(b""), []);
    }

    #[test]
    fn a_json_string_is_what_it_spells() {
        assert_eq!(all(br#""a\nb \u0041""#), [text("a\nb A")]);
        // No JSON, and a query that begins with a quote is none either: it is judged as it stands.
        assert_eq!(all(br#""a"#), [text("\"a")]);
        assert_eq!(all(b"{}"), [text("{}")]);
    }

    #[test]
    fn a_bad_line_spoils_no_other() {
        let long = vec![b'x'; 3 * MAX_LINE];
        let bytes = [b"a\n\xc3\xa9\xff\nb\n", &long[..], b"\nc\n"].concat();
        assert_eq!(
            all(&bytes),
            [text("a"), Line::NotText { column: 2 }, text("b"), Line::TooLong, text("c")]
        );
        assert_eq!(all(&long), [Line::TooLong]);
    }
}

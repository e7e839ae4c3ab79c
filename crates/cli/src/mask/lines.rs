//! Lines of any input, one in memory at a time.

use std::io::{self, BufRead};

/// Longer lines are not read.
const LONGEST: u64 = 8 << 20;

/// One line.
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// Without its end; or why it cannot be used.
    pub(super) text: Result<String, &'static str>,
    /// `\n`, or nothing at the end of the input.
    pub(super) end: &'static str,
}

/// Reads lines of bounded length.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0 }
    }

    /// The next line; nothing at the end of the input.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let read = io::Read::take(&mut self.input, LONGEST).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let number = self.number;
        let ended = bytes.last() == Some(&b'\n');
        if ended {
            bytes.pop();
        } else if bytes.len() as u64 == LONGEST {
            let end = self.skip()?;
            return Ok(Some(Line { number, text: Err("it is longer than 8 MiB"), end }));
        }
        let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8");
        Ok(Some(Line { number, text, end: if ended { "\n" } else { "" } }))
    }

    fn skip(&mut self) -> io::Result<&'static str> {
        loop {
            let held = self.input.fill_buf()?;
            if held.is_empty() {
                return Ok("");
            }
            let found = held.iter().position(|byte| *byte == b'\n');
            let used = found.map_or(held.len(), |at| at + 1);
            self.input.consume(used);
            if found.is_some() {
                return Ok("\n");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_but_for_lines_that_cannot_be_used() {
        let mut input = b"a\r\n\nb\xff\n".to_vec();
        input.extend(vec![b'x'; usize::try_from(LONGEST).unwrap() + 5]);
        input.extend(b"\nlast");
        let mut lines = Lines::new(input.as_slice());
        let mut seen = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            seen.push((line.number, line.text.ok(), line.end));
        }
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            seen,
            [
                (1, text("a\r"), "\n"),
                (2, text(""), "\n"),
                (3, None, "\n"),
                (4, None, "\n"),
                (5, text("last"), "")
            ]
        );
    }
}

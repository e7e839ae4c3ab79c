//! Text as it comes, in pieces of whole characters.

use std::io::{self, ErrorKind, Read};

/// Bytes read at once, at most.
const MOST: usize = 64 << 10;

/// Reads text as soon as some is there.
pub(super) struct Pieces<R> {
    input: R,
    /// The beginning of a character whose rest has not come, or what is no text.
    held: Vec<u8>,
    /// Bytes given so far.
    given: u64,
}

impl<R: Read> Pieces<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, held: Vec::new(), given: 0 }
    }

    /// The next piece, never empty; or from which byte on, counted from 0, the input is not UTF-8; nothing at its end.
    pub(super) fn next_piece(&mut self) -> io::Result<Option<Result<String, u64>>> {
        loop {
            if let Some(piece) = self.take() {
                return Ok(Some(piece));
            }
            if !self.fill()? {
                return Ok((!self.held.is_empty()).then_some(Err(self.given)));
            }
        }
    }

    fn take(&mut self) -> Option<Result<String, u64>> {
        let (good, broken) = match std::str::from_utf8(&self.held) {
            Ok(text) => (text.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some()),
        };
        if good == 0 {
            return broken.then_some(Err(self.given));
        }
        let rest = self.held.split_off(good);
        let text = String::from_utf8(std::mem::replace(&mut self.held, rest));
        let piece = text.map_err(|_| self.given);
        self.given += good as u64;
        Some(piece)
    }

    /// Waits for more; whether there is any.
    fn fill(&mut self) -> io::Result<bool> {
        let have = self.held.len();
        self.held.resize(have + MOST, 0);
        let read = loop {
            match self.input.read(self.held.get_mut(have..).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.held.truncate(have + *read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives these bytes so many at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let many = self.1.min(to.len()).min(self.0.len());
            let (now, later) = self.0.split_at(many);
            to[..many].copy_from_slice(now);
            self.0 = later;
            Ok(many)
        }
    }

    #[test]
    fn characters_come_whole_and_what_is_no_text_is_told_with_its_place() {
        let cases: [(&[u8], &str, Option<u64>); 6] = [
            ("aé語😀\n".as_bytes(), "aé語😀\n", None),
            (b"", "", None),
            (b"ab\xffcd", "ab", Some(2)),
            (b"\xc3", "", Some(0)),
            ("é\u{20ac}".as_bytes().split_last().unwrap().1, "é", Some(2)),
            (b"x\xc3x", "x", Some(1)),
        ];
        for (bytes, text, broken) in cases {
            for many in 1..6 {
                let mut pieces = Pieces::new(Slow(bytes, many));
                let (mut came, mut at) = (String::new(), None);
                while let Some(piece) = pieces.next_piece().unwrap() {
                    match piece {
                        Ok(piece) => came += &piece,
                        Err(place) => {
                            at = Some(place);
                            break;
                        }
                    }
                }
                assert_eq!((came.as_str(), at), (text, broken), "{many} at a time");
            }
        }
    }
}

//! Which bytes stand in a text: told once, it spares most searches for what most texts do not hold.

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bytes([u64; 4]);

impl Bytes {
    /// The bytes of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut all = [false; 256];
        for byte in text.bytes() {
            if let Some(seen) = all.get_mut(usize::from(byte)) {
                *seen = true;
            }
        }
        let mut sets = [0; 4];
        for (set, part) in sets.iter_mut().zip(all.chunks_exact(64)) {
            *set = part.iter().rev().fold(0, |bits, seen| bits << 1 | u64::from(*seen));
        }
        Self(sets)
    }

    /// Whether the byte stands in the text.
    pub(crate) fn has(&self, byte: u8) -> bool {
        let set = self.0.get(usize::from(byte >> 6)).copied().unwrap_or_default();
        set >> (byte & 63) & 1 == 1
    }

    /// Whether one of these bytes stands in the text.
    pub(crate) fn any(&self, mut bytes: impl Iterator<Item = u8>) -> bool {
        bytes.any(|byte| self.has(byte))
    }

    /// Whether the text is all ASCII.
    pub(crate) fn is_ascii(&self) -> bool {
        matches!(self.0, [_, _, 0, 0])
    }

    /// Whether `part` may stand in the text: where one of its bytes does not, it does not either.
    pub(crate) fn may_hold(&self, part: &str) -> bool {
        part.bytes().all(|byte| self.has(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::Bytes;

    #[test]
    fn what_a_text_holds_may_be_in_it() {
        for (text, part, may) in [
            ("says „hello“", "„", true),
            ("says \"hello\"", "„", false),
            ("says \"hello\"", "\"", true),
            ("密码", "密码", true),
            ("密", "密码", false),
            // Made of its bytes, though it does not stand there.
            ("cab", "abc", true),
            ("", "a", false),
            ("", "", true),
        ] {
            assert_eq!(Bytes::of(text).may_hold(part), may, "{text} {part}");
        }
        assert!((0..128).all(|byte| Bytes::of(&char::from(byte).to_string()).has(byte)));
        assert!(!Bytes::of("\u{7f}").has(0x3f) && !Bytes::of("?").has(0x7f));
    }
}

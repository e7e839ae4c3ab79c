//! Record ids: 15 case-sensitive characters, printed as 18 with the three that make them safe to compare without case.

use std::fmt;

/// One record's id, kept in its 15-character form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id([u8; 15]);

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/// The instance part of every id this org hands out.
const INSTANCE: &[u8; 3] = b"gK0";

impl Id {
    /// The `number`th record of the object with this three-character key prefix.
    pub(crate) fn numbered(prefix: [u8; 3], number: u64) -> Self {
        let mut id = [b'0'; 15];
        let mut rest = number;
        for place in id.iter_mut().rev().take(8) {
            let digit = usize::try_from(rest % 62).unwrap_or(0);
            *place = BASE62.get(digit).copied().unwrap_or(b'0');
            rest /= 62;
        }
        for (place, byte) in id.iter_mut().zip(prefix.iter().chain(INSTANCE)) {
            *place = *byte;
        }
        Self(id)
    }

    /// Reads a 15- or 18-character id. The longer form may come in any case: its suffix says which letters are capitals.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return None;
        }
        let body: [u8; 15] = bytes.get(..15)?.try_into().ok()?;
        match bytes.len() {
            15 => Some(Self(body)),
            18 => Self::with_suffix(body, bytes.get(15..)?),
            _ => None,
        }
    }

    fn with_suffix(mut body: [u8; 15], suffix: &[u8]) -> Option<Self> {
        for (chunk, mark) in body.chunks_mut(5).zip(suffix) {
            let bits = SUFFIX.iter().position(|byte| *byte == mark.to_ascii_uppercase())?;
            for (place, byte) in chunk.iter_mut().enumerate() {
                if bits & (1 << place) == 0 {
                    byte.make_ascii_lowercase();
                } else if byte.is_ascii_alphabetic() {
                    byte.make_ascii_uppercase();
                } else {
                    return None;
                }
            }
        }
        Some(Self(body))
    }

    /// The key prefix, which names the object.
    pub(crate) fn prefix(&self) -> [u8; 3] {
        let [a, b, c, ..] = self.0;
        [a, b, c]
    }

    /// The number [`Id::numbered`] was given; other ids give some number too.
    pub(crate) fn number(&self) -> u64 {
        self.0.iter().skip(7).fold(0, |number, byte| {
            let digit = BASE62.iter().position(|known| known == byte).unwrap_or(0);
            number * 62 + u64::try_from(digit).unwrap_or(0)
        })
    }

    /// The 15-character form.
    pub(crate) fn short(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())?;
        for chunk in self.0.chunks(5) {
            let bits = chunk
                .iter()
                .enumerate()
                .filter(|(_, byte)| byte.is_ascii_uppercase())
                .fold(0, |bits, (place, _)| bits | 1 << place);
            let mark = SUFFIX.get(bits).copied().unwrap_or(b'A');
            fmt::Write::write_char(f, char::from(mark))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn the_long_form_restores_capitals_lost_on_the_way() {
        let id = Id::parse("0010000000gK0aB").unwrap();
        let long = id.to_string();
        assert_eq!(long.len(), 18);
        assert_eq!(Id::parse(&long.to_lowercase()), Some(id));
        assert_eq!(Id::parse(&long.to_uppercase()), Some(id));
        assert_eq!(Id::parse("001D000000IRFma").unwrap().to_string(), "001D000000IRFmaIAH");
    }

    #[test]
    fn numbers_differ_and_keep_the_prefix() {
        let (one, two) = (Id::numbered(*b"001", 1), Id::numbered(*b"001", 62));
        assert_ne!(one, two);
        assert!(one < two);
        assert_eq!(&one.prefix(), b"001");
        assert_eq!((one.number(), two.number()), (1, 62));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "001", "001-00000000000", "001D000000IRFmaIA", "001D000000IRFma!AH"] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_an_id_or_refused(text in "\\PC{0,20}") {
            if let Some(id) = Id::parse(&text) {
                proptest::prop_assert_eq!(Id::parse(&id.to_string()), Some(id));
            }
        }

        #[test]
        fn numbers_come_back(number in 0_u64..200_000_000_000_000) {
            proptest::prop_assert_eq!(Id::numbered(*b"006", number).number(), number);
        }
    }
}

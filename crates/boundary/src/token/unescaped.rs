//! A text with what addresses escape written out (RFC 3986, 2.1), and the way back.

/// The text as it is read.
pub(super) struct Unescaped {
    pub(super) text: String,
    /// For each character of `text`: where it begins here, and the range it had.
    places: Vec<(usize, usize, usize)>,
}

impl Unescaped {
    /// The text as it is read, when it escapes anything. What is not UTF-8 stays as it is written.
    pub(super) fn of(text: &str) -> Option<Self> {
        text.match_indices('%').find_map(|(at, _)| escaped(text.as_bytes().get(at..)?))?;
        let mut it = Self { text: String::with_capacity(text.len()), places: Vec::new() };
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let start = text.len() - rest.len();
            let (read, length) = character(rest.as_bytes()).unwrap_or((c, c.len_utf8()));
            it.places.push((it.text.len(), start, start + length));
            it.text.push(read);
            rest = rest.get(length..).unwrap_or_default();
        }
        Some(it)
    }

    /// The range of the written text that a range of this one stands for.
    pub(super) fn written(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let at = |place: usize| self.places.partition_point(|(here, _, _)| *here < place);
        let first = self.places.get(at(start))?;
        let last = self.places.get(at(end).checked_sub(1)?)?;
        Some((first.1, last.2))
    }
}

/// The character whose bytes are escaped here, and how long that is.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let mut read = [0; 4];
    for length in 1..=4 {
        let byte = escaped(bytes.get((length - 1) * 3..)?)?;
        *read.get_mut(length - 1)? = byte;
        if let Ok(text) = std::str::from_utf8(read.get(..length)?) {
            return Some((text.chars().next()?, length * 3));
        }
    }
    None
}

fn escaped(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else { return None };
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|it| u8::try_from(it).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::Unescaped;

    #[test]
    fn what_is_escaped_is_read_and_found_where_it_is_written() {
        let text = "100% of q=Zo%C3%AB%20March%zz%ff&x";
        let it = Unescaped::of(text).unwrap();
        assert_eq!(it.text, "100% of q=Zoë March%zz%ff&x");
        let start = it.text.find("Zoë").unwrap();
        let (from, to) = it.written(start, start + "Zoë March".len()).unwrap();
        assert_eq!(text.get(from..to), Some("Zo%C3%AB%20March"));
        for plain in ["", "100%", "% 20", "a b", "%4", "%+1"] {
            assert!(Unescaped::of(plain).is_none(), "{plain}");
        }
    }
}

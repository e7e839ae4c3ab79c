//! From values to the hashes that stand for them.

use super::{
    Key, Known, SHORTEST_CODE, SHORTEST_PHONE, Space, Sum, TAIL,
    hash::Digest,
    seen::Seen,
    slot::Roles,
    variants::{self, Scratch, Variants},
};

/// A value: its hash, its record, what it is.
pub(super) type Wait = (u64, u32, Roles);

/// What was made of values.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    /// Hashes for the table.
    pub(super) waits: Vec<Wait>,
    /// Keyed hashes of single words, for the filter.
    pub(super) words: Vec<u64>,
    digits: Vec<u8>,
}

impl Learnt {
    /// With room for what about so many values come to.
    pub(super) fn with_room(values: usize) -> Self {
        let (waits, words) = (Vec::with_capacity(values * 2), Vec::with_capacity(values * 2));
        Self { waits, words, digits: Vec::new() }
    }

    /// Adds the hashes of one value of a record.
    pub(super) fn learn(
        &mut self,
        key: &Key,
        (scratch, seen): (&mut Scratch, &mut Seen),
        value: &Known<'_>,
        record: u32,
    ) {
        let mut entry = Entry { key, record, seen, learnt: self };
        let whole = match *value {
            Known::Person { first, last } => {
                return variants::person(scratch, first, last, &mut entry);
            }
            Known::Org(name) => return variants::organisation(scratch, name, &mut entry),
            Known::Street(street) | Known::Postcode(street) => {
                return variants::phrase(scratch, street, Roles::STREET, &mut entry);
            }
            Known::Town(town) => return variants::phrase(scratch, town, Roles::TOWN, &mut entry),
            Known::Email(email) => key.email_hash(email),
            Known::Phone(phone) => {
                let digits = &mut entry.learnt.digits;
                main_digits(phone, digits);
                key.phone_hash(digits, digits.len().min(TAIL))
            }
            Known::AccountNumber(code) => key.code_hash(code),
        };
        self.waits.extend(whole.map(|hash| (hash, record, Roles::default())));
    }
}

/// Where the variants of one value go.
struct Entry<'a> {
    key: &'a Key,
    record: u32,
    seen: &'a mut Seen,
    learnt: &'a mut Learnt,
}

impl Variants for Entry<'_> {
    fn key(&mut self, word: u64) -> u64 {
        let keyed = self.key.word(word);
        if self.seen.is_new_word(keyed) {
            self.learnt.words.push(keyed);
        }
        keyed
    }

    fn add(&mut self, words: &[u64], ordered: bool, roles: Roles) {
        let mut sum = Sum::new(ordered);
        for word in words {
            sum.push(*word);
        }
        let hash = self.key.hash(sum.space(), sum.value());
        // Two people seldom bear one full name: looking would cost more than it saves.
        let common = !roles.any(Roles::FULL.or(Roles::INITIAL));
        if !common || !self.seen.shared.holds(hash, roles) {
            self.learnt.waits.push((hash, self.record, roles));
        }
    }
}

impl Key {
    pub(super) fn hash(&self, space: Space, hash: u64) -> u64 {
        self.word(hash ^ (space as u64) << 56)
    }

    /// Of a packed id.
    pub(super) fn record_hash(&self, id: [u8; 12]) -> u64 {
        let (first, last) = id.split_at(8);
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |n: u64, b| n << 8 | u64::from(*b));
        self.hash(Space::Record, self.word(number(first)) ^ number(last))
    }

    pub(super) fn email_hash(&self, email: &str) -> Option<u64> {
        let at = email.find('@').or_else(|| email.find("%40"))?;
        if at == 0 {
            return None;
        }
        // Hardly any has white space or what else is not printed.
        if email.is_ascii() && email.bytes().min().is_some_and(|b| b > b' ') {
            return Some(self.hash(Space::Email, self.small_ascii(email.as_bytes())));
        }
        let mut digest = self.digest();
        if email.is_ascii() {
            // White space of ASCII as `char::is_whitespace` has it: with the vertical tab.
            let kept = email.bytes().filter(|b| !matches!(b, b'\t'..=b'\r' | b' '));
            kept.for_each(|b| digest.push(b.to_ascii_lowercase()));
        } else {
            push_small(&mut digest, email);
        }
        Some(self.hash(Space::Email, digest.finish()))
    }

    /// The last `tail` digits; country code and trunk zero are written or not.
    pub(super) fn phone_hash(&self, digits: &[u8], tail: usize) -> Option<u64> {
        let from = digits.len().checked_sub(tail).filter(|_| tail >= SHORTEST_PHONE)?;
        let tail = digits.get(from..)?;
        Some(self.hash(Space::Phone, self.eights(tail, |it| it)))
    }

    pub(super) fn code_hash(&self, code: &str) -> Option<u64> {
        if code.len() < SHORTEST_CODE {
            return None;
        }
        // Most codes have no signs.
        if code.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let hash = || self.hash(Space::Code, self.small_ascii(code.as_bytes()));
            return code.bytes().any(|b| b.is_ascii_digit()).then(hash);
        }
        let mut digest = self.digest();
        let (mut kept, mut digits) = (0, 0);
        for b in code.bytes().filter(u8::is_ascii_alphanumeric) {
            digest.push(b.to_ascii_lowercase());
            kept += 1;
            digits += usize::from(b.is_ascii_digit());
        }
        (kept >= SHORTEST_CODE && digits > 0).then(|| self.hash(Space::Code, digest.finish()))
    }
}

/// Hashes the small letters of a text, without its white space.
fn push_small(digest: &mut Digest, text: &str) {
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if c.is_ascii() {
            digest.push(u8::try_from(c.to_ascii_lowercase()).unwrap_or_default());
        } else {
            let mut bytes = [0; 4];
            for lower in c.to_lowercase() {
                lower.encode_utf8(&mut bytes).bytes().for_each(|b| digest.push(b));
            }
        }
    }
}

/// The digits of a stored number: its extension left out, and the zero of `+49 (0) 30`, which is not part of the
/// international form.
fn main_digits(phone: &str, digits: &mut Vec<u8>) {
    let extension = |b: u8| matches!(b, b'x' | b'X' | b';' | b'#');
    // `ext` is one of them.
    let end = phone.bytes().position(extension).unwrap_or(phone.len());
    digits.clear();
    let mut rest = phone.get(..end).unwrap_or_default();
    if rest.is_ascii() && !rest.contains('(') {
        digits.extend(rest.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0'));
        return;
    }
    while let Some(c) = rest.chars().next() {
        if c == '('
            && let Some(after) = rest.strip_prefix("(0)")
        {
            rest = after;
            continue;
        }
        digits.extend(crate::text::fold::digit(c));
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Space, main_digits, push_small};

    #[test]
    fn a_number_is_read_without_its_extension_and_its_zero_in_parentheses() {
        for (phone, read) in [
            ("+49 30 123-4", "49301234"),
            ("+49 (0) 30 1234", "49301234"),
            ("+49 (0) 30 1234 ext. 5", "49301234"),
            ("(030) 1234x56", "0301234"),
            ("٠٣٠ 1234 #9", "0301234"),
            ("1234;ext=5", "1234"),
        ] {
            let mut digits = vec![7];
            main_digits(phone, &mut digits);
            let read: Vec<u8> = read.bytes().map(|b| b - b'0').collect();
            assert_eq!(digits, read, "{phone}");
        }
    }

    #[test]
    fn a_code_hashes_alike_with_signs_and_without() {
        let key = Key::new([7; 16]);
        for (code, other) in [("DE12ab34", "de12 AB-34"), ("1234567", "123-4567")] {
            assert!(key.code_hash(code).is_some());
            assert_eq!(key.code_hash(code), key.code_hash(other), "{code}");
        }
        for none in ["12", "abcd", "a-b-1", "ab-cd", "----"] {
            assert_eq!(key.code_hash(none), None, "{none}");
        }
    }

    #[test]
    fn an_address_of_ascii_hashes_as_any_other() {
        let key = Key::new([7; 16]);
        for email in [
            "Ada@X.example",
            "AZaz[`{@09^Z.EXAMPLE",
            "ABCDEFG@",
            "ABCDEFG@H",
            "ABCD@FGHI",
            " a\u{b}d\u{c}a@x\t.example\r\n",
            "a\u{1c}\u{1f}@b",
            "A%40b",
        ] {
            let mut digest = key.digest();
            push_small(&mut digest, email);
            assert_eq!(key.email_hash(email), Some(key.hash(Space::Email, digest.finish())));
        }
    }
}

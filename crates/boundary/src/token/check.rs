//! The two letters that tell a real token from a forged or a mangled one.
//!
//! Both are keyed by the conversation. The first is a weighted sum over kind and digits modulo a
//! prime, so one wrong digit, two digits that changed places and another kind are noticed with
//! certainty. The second is a keyed hash and says which form of the value is meant. A guess is
//! right once in 529 times.

use std::fmt;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::detector::Kind;

/// Letters of a check, none of which looks like a digit; without `s`, which is the plural.
const LETTERS: &[u8; 23] = b"abcdefghijkmnpqrtuvwxyz";

/// Forms that one number of one kind can have.
pub(super) const FORMS: u8 = 23;

/// Two letters of a check, lower case.
pub(crate) type Check = [u8; 2];

/// The secret behind the checks of one conversation.
#[derive(Clone)]
pub(crate) struct CheckKey {
    secret: Zeroizing<[u8; 32]>,
    /// A different offset for each kind, in the order of [`Kind::ALL`].
    kinds: [u8; 23],
    /// A different weight for each place of a number, lowest first.
    places: [u8; 22],
}

impl CheckKey {
    /// The key of these bytes.
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        let secret = Zeroizing::new(secret);
        let mut kinds = [0; 23];
        shuffle(&mut kinds, 0, &hash(&secret, b"kinds"));
        let mut places = [0; 22];
        shuffle(&mut places, 1, &hash(&secret, b"places"));
        Self { secret, kinds, places }
    }

    /// The key of a conversation: of what names it, and of a secret where the gate has one.
    pub(crate) fn derive(secret: &[u8], context: &str) -> Self {
        let mut digest = Sha256::new();
        for part in [b"portcullis token check", secret, context.as_bytes()] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self::new(digest.finalize().into())
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The check of one form of a value.
    pub(crate) fn of(&self, kind: Kind, number: u32, form: u8) -> Check {
        let digest =
            hash(&self.secret, &[&number.to_be_bytes()[..], kind.name().as_bytes()].concat());
        let [base, step, ..] = digest;
        let second = u32::from(base) + u32::from(form) * (1 + u32::from(step) % 22);
        [letter(self.first(kind, number)), letter(second)]
    }

    /// Whether any form of this kind and number could have this check.
    pub(crate) fn admits(&self, kind: Kind, number: u32, check: Check) -> bool {
        check[0] == letter(self.first(kind, number))
    }

    /// Days by which the dates of a record are moved: one to 182, back or forth.
    pub(crate) fn days(&self, record: &str) -> i64 {
        let [size, sign, ..] = hash(&self.secret, &[b"days", record.as_bytes()].concat());
        let days = 1 + i64::from(size) % 182;
        if sign & 1 == 0 { days } else { -days }
    }

    fn first(&self, kind: Kind, number: u32) -> u32 {
        let kind = Kind::ALL.into_iter().position(|it| it == kind).unwrap_or_default();
        let mut sum = self.kinds.get(kind).copied().map_or(0, u32::from);
        let mut rest = number;
        for weight in self.places {
            sum += u32::from(weight) * (rest % 10);
            rest /= 10;
        }
        sum
    }
}

impl fmt::Debug for CheckKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckKey(..)")
    }
}

/// The letter a check can hold for this character, whatever its case.
pub(super) fn letter_of(c: char) -> Option<u8> {
    let c = u8::try_from(c.to_ascii_lowercase()).ok()?;
    LETTERS.contains(&c).then_some(c)
}

fn letter(value: u32) -> u8 {
    LETTERS.get((value % 23) as usize).copied().unwrap_or(b'a')
}

fn hash(secret: &[u8; 32], what: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(secret).chain_update(what).finalize().into()
}

/// Fills `list` with the numbers from `first` on, in an order that `seed` decides.
fn shuffle(list: &mut [u8], first: u8, seed: &[u8; 32]) {
    for (value, place) in (first..).zip(list.iter_mut()) {
        *place = value;
    }
    for (at, random) in (1..list.len()).zip(seed) {
        list.swap(at, usize::from(*random) % (at + 1));
    }
}

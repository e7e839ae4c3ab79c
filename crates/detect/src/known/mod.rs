//! What the CRM knows: names, organisations, e-mails, phones, addresses and ids of its records.
//!
//! Only keyed hashes are held, never a value. A text is searched by hashing its own words, one to four at
//! a time, and looking the hashes up; longer values are found by their first words.

mod accept;
mod filter;
mod hash;
mod nicknames;
mod record;
mod scan;
mod table;
mod variants;
mod waiting;

use filter::Words;
pub(crate) use hash::Key;
use record::{pack, unpack};
use table::{MOST_RECORDS, Roles, Table};
use variants::{Scratch, Variants};
use waiting::{Wait, Waiting};

pub use record::RecordId;
pub use scan::KnownMatch;

/// Words of one lookup before a prefix is needed.
const HEAD: usize = 4;
/// Most words of a value; longer values are not names.
const LONGEST: usize = 16;

/// What a known value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'v> {
    /// A person's given and family names; either may be empty.
    Person {
        /// Given names.
        first: &'v str,
        /// Family names.
        last: &'v str,
    },
    /// An organisation.
    Org(&'v str),
    /// An e-mail address.
    Email(&'v str),
    /// A telephone number in any form.
    Phone(&'v str),
    /// A street with its number.
    Street(&'v str),
    /// A town.
    Town(&'v str),
    /// A postcode.
    Postcode(&'v str),
    /// An account, customer or contract number.
    AccountNumber(&'v str),
}

impl<'v> Known<'v> {
    /// A person whose name is stored in one field: the last word is taken as the family name, or the part before a comma.
    pub fn person(name: &'v str) -> Self {
        if let Some((last, first)) = name.split_once(',') {
            return Self::Person { first: first.trim(), last: last.trim() };
        }
        match name.trim().rsplit_once(' ') {
            Some((first, last)) => Self::Person { first, last },
            None => Self::Person { first: "", last: name.trim() },
        }
    }
}

/// Why a record cannot be known.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum KnownError {
    /// Not 15 or 18 letters and digits.
    #[error("a record id has 15 or 18 letters and digits")]
    Id,
    /// Too many records and changes since the index was built.
    #[error("the index of known values is full; build it anew")]
    Full,
}

/// The index of known values.
#[derive(Debug)]
pub struct KnownValues {
    key: Key,
    table: Table,
    words: Words,
    records: Vec<[u8; 12]>,
    gone: usize,
    scratch: Scratch,
    /// Values of [`KnownValues::load`] that are not in the table yet.
    waiting: Option<Waiting>,
}

/// Hash spaces that must not meet: a telephone number is no word.
#[derive(Clone, Copy)]
enum Space {
    Words = 1,
    Ordered = 2,
    Email = 3,
    Phone = 4,
    Code = 5,
    Record = 6,
}

impl KnownValues {
    /// An empty index for about `records` records. The key must be secret and stay the same while the index lives.
    pub fn new(key: [u8; 16], records: usize) -> Self {
        Self {
            key: Key::new(key),
            table: Table::with_capacity(records.max(64) * 53 / 10),
            words: Words::new(records),
            records: Vec::with_capacity(records),
            gone: 0,
            scratch: Scratch::default(),
            waiting: None,
        }
    }

    /// Learns a record's values in place of what was known of it.
    ///
    /// # Errors
    /// [`KnownError::Id`] for an id that is none, [`KnownError::Full`] after 16 million records and changes.
    pub fn upsert(&mut self, id: &str, values: &[Known<'_>]) -> Result<(), KnownError> {
        let id = RecordId::parse(id).ok_or(KnownError::Id)?;
        let record = u32::try_from(self.records.len())
            .ok()
            .filter(|n| *n < MOST_RECORDS)
            .ok_or(KnownError::Full)?;
        let slot = self.record_hash(id);
        if self.table.find(slot).is_some() {
            self.forget(slot);
            self.table.redirect(slot, record);
        } else {
            // A record's own entry is nobody else's: what is alive does not matter.
            self.table.add(slot, Roles::default(), record, |_| true);
        }
        self.records.push(pack(id));
        let mut scratch = std::mem::take(&mut self.scratch);
        for value in values {
            self.learn(&mut scratch, value, record);
        }
        self.scratch = scratch;
        Ok(())
    }

    /// Learns many records at once: `learn` calls [`KnownValues::upsert`] for each, and values are put in place
    /// region by region of the table, which a processor does several times faster than at random.
    pub fn load<R>(&mut self, learn: impl FnOnce(&mut Self) -> R) -> R {
        self.waiting = Some(Waiting::default());
        let result = learn(self);
        for mut region in self.waiting.take().map(Waiting::into_regions).unwrap_or_default() {
            self.settle(&mut region);
        }
        result
    }

    /// Forgets a record. Its values stop matching, but for those that other records share.
    /// Answers whether it was known.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(id) = RecordId::parse(id) else { return false };
        let slot = self.record_hash(id);
        self.forget(slot)
    }

    /// How many records are known.
    pub fn len(&self) -> usize {
        self.records.len() - self.gone
    }

    /// Whether no record is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values and variants are held.
    pub fn entries(&self) -> usize {
        self.table.len()
    }

    /// Memory held, in bytes.
    pub fn memory(&self) -> usize {
        self.table.bytes() + self.words.bits.capacity() * 8 + self.records.capacity() * 12
    }

    /// Share of records that were changed or removed since the index was built, 0 to 1. Above a half it pays to build anew.
    pub fn stale(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a share for display")]
        let share = self.gone as f64 / self.records.len().max(1) as f64;
        share
    }

    fn is_alive(&self, record: u32) -> bool {
        alive(&self.records, record)
    }

    fn forget(&mut self, slot: u64) -> bool {
        let Some(found) = self.table.find(slot) else { return false };
        let Some(id) = usize::try_from(found.record())
            .ok()
            .and_then(|n| self.records.get_mut(n))
            .filter(|id| **id != [0; 12])
        else {
            return false;
        };
        *id = [0; 12];
        self.gone += 1;
        true
    }

    fn learn(&mut self, scratch: &mut Scratch, value: &Known<'_>, record: u32) {
        let mut entry = Entry { index: self, record };
        match *value {
            Known::Person { first, last } => variants::person(scratch, first, last, &mut entry),
            Known::Org(name) => variants::phrase(scratch, name, Roles::ORG, &mut entry),
            Known::Street(street) => variants::phrase(scratch, street, Roles::STREET, &mut entry),
            Known::Town(town) => variants::phrase(scratch, town, Roles::TOWN, &mut entry),
            Known::Postcode(code) => variants::phrase(scratch, code, Roles::STREET, &mut entry),
            Known::Email(email) => {
                if let Some(hash) = self.email_hash(email) {
                    self.add(hash, Roles::default(), record);
                }
            }
            Known::Phone(phone) => {
                let digits = main_digits(phone);
                if let Some(hash) = self.phone_hash(&digits, digits.len().min(TAIL)) {
                    self.add(hash, Roles::default(), record);
                }
            }
            Known::AccountNumber(code) => {
                if let Some(hash) = self.code_hash(code) {
                    self.add(hash, Roles::default(), record);
                }
            }
        }
    }

    fn add(&mut self, hash: u64, roles: Roles, record: u32) {
        let Some(waiting) = &mut self.waiting else {
            self.place(hash, roles, record);
            return;
        };
        if let Some(mut region) = waiting.push((hash, record, roles)) {
            self.settle(&mut region);
            if let Some(waiting) = &mut self.waiting {
                waiting.give_back(region);
            }
        }
    }

    /// Puts the waiting values of one region in place.
    fn settle(&mut self, region: &mut Vec<Wait>) {
        for (hash, record, roles) in region.drain(..) {
            // A record that changed while it waited brings its new values itself.
            if self.is_alive(record) {
                self.place(hash, roles, record);
            }
        }
    }

    fn place(&mut self, hash: u64, roles: Roles, record: u32) {
        let records = &self.records;
        self.table.add(hash, roles, record, |n| alive(records, n));
    }

    fn hash(&self, space: Space, hash: u64) -> u64 {
        self.key.word(hash ^ (space as u64) << 56)
    }

    fn record_hash(&self, id: RecordId) -> u64 {
        self.hash(Space::Record, self.key.bytes(id.0.into_iter()))
    }

    fn email_hash(&self, email: &str) -> Option<u64> {
        let at = email.find('@').or_else(|| email.find("%40"))?;
        if at == 0 {
            return None;
        }
        let mut digest = self.key.digest();
        for c in email.trim().chars().filter(|c| !c.is_whitespace()) {
            if c.is_ascii() {
                digest.push(u8::try_from(c.to_ascii_lowercase()).unwrap_or_default());
            } else {
                let mut bytes = [0; 4];
                for lower in c.to_lowercase() {
                    lower.encode_utf8(&mut bytes).bytes().for_each(|b| digest.push(b));
                }
            }
        }
        Some(self.hash(Space::Email, digest.finish()))
    }

    /// The last `tail` digits; country code and trunk zero are written or not.
    fn phone_hash(&self, digits: &[u8], tail: usize) -> Option<u64> {
        let from = digits.len().checked_sub(tail).filter(|_| tail >= SHORTEST_PHONE)?;
        let tail = digits.get(from..)?;
        Some(self.hash(Space::Phone, self.key.bytes(tail.iter().copied())))
    }

    fn code_hash(&self, code: &str) -> Option<u64> {
        let mut digest = self.key.digest();
        let (mut kept, mut digits) = (0, 0);
        for b in code.bytes().filter(u8::is_ascii_alphanumeric) {
            digest.push(b.to_ascii_lowercase());
            kept += 1;
            digits += usize::from(b.is_ascii_digit());
        }
        (kept >= 4 && digits > 0).then(|| self.hash(Space::Code, digest.finish()))
    }
}

/// Digits of a telephone number that tell it apart.
const TAIL: usize = 9;
const SHORTEST_PHONE: usize = 6;

/// The last digits of a stored number, [`TAIL`] at most: its extension left out, and the zero of `+49 (0) 30`, which is
/// not part of the international form.
fn main_digits(phone: &str) -> Vec<u8> {
    let main = phone.split(['x', 'X', ';', '#']).next().unwrap_or_default();
    let main = main.split("ext").next().unwrap_or_default();
    let mut digits = Vec::with_capacity(16);
    let mut rest = main;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("(0)") {
            rest = after;
            continue;
        }
        digits.extend(crate::text::fold::digit(c));
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    digits
}

fn alive(records: &[[u8; 12]], record: u32) -> bool {
    usize::try_from(record).ok().and_then(|n| records.get(n)).is_some_and(|id| *id != [0; 12])
}

/// Where the variants of one record go.
struct Entry<'a> {
    index: &'a mut KnownValues,
    record: u32,
}

impl Variants for Entry<'_> {
    fn key(&mut self, word: u64) -> u64 {
        let keyed = self.index.key.word(word);
        self.index.words.insert(keyed);
        keyed
    }

    fn add(&mut self, words: &[u64], ordered: bool, roles: Roles) {
        let mut sum = Sum::new(ordered);
        for word in words {
            sum.push(*word);
        }
        let hash = self.index.hash(sum.space(), sum.value());
        self.index.add(hash, roles, self.record);
    }
}

/// The hash of several words. Names are the same in any order, ideographs are not.
#[derive(Clone, Copy)]
struct Sum {
    total: u64,
    count: u64,
    ordered: bool,
}

impl Sum {
    fn new(ordered: bool) -> Self {
        Self { total: 0, count: 0, ordered }
    }

    fn push(&mut self, keyed: u64) {
        if self.ordered {
            self.total = self.total.rotate_left(11).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        self.total = self.total.wrapping_add(keyed);
        self.count += 1;
    }

    fn value(self) -> u64 {
        self.total ^ self.count
    }

    fn space(self) -> Space {
        if self.ordered { Space::Ordered } else { Space::Words }
    }
}

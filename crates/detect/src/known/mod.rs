//! What the CRM knows: names, organisations, e-mails, phones, addresses and ids of its records.
//!
//! Only keyed hashes are held, never a value. A text is searched by hashing its own words, one to four at
//! a time, and looking the hashes up; longer values are found by their first words.
//!
//! Where a rule belongs:
//! - how a value is written: `variants`; how a name is written otherwise in a text: `other_forms`, by `nicknames` and `ending`;
//! - what is found: `scan` looks up words and numbers; `accept` judges several words, `one_word` one, `one_character` one of
//!   Chinese or Japanese; `asked` knows what sentences begin with or ask for, `everyday` which names are words;
//! - what is kept: `learn` for a record, `load` with `gang`, `seen` and `waiting` for many; `table`, `slot`, `filter`, `record`
//!   and `hash` are how.

mod accept;
pub(crate) mod asked;
mod ending;
mod everyday;
mod filter;
mod gang;
mod hash;
mod learn;
mod load;
mod nicknames;
mod one_character;
mod one_word;
mod other_forms;
mod record;
mod same;
mod scan;
mod seen;
mod slot;
mod table;
#[cfg(test)]
mod tests;
mod variants;
mod waiting;

use crate::lexicon::Entries;
use filter::Words;
pub(crate) use hash::Key;
use learn::Learnt;
use load::Loading;
use record::{pack, unpack};
use seen::Seen;
use slot::{MOST_RECORDS, Slot};
use table::Table;
use variants::Scratch;

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
    /// Values and their variants.
    table: Table,
    /// Which record has an id.
    ids: Table,
    words: Words,
    /// The id of each record, by its number; empty once it is gone.
    records: Vec<[u8; 12]>,
    gone: usize,
    scratch: Scratch,
    /// What one record came to, kept for its room.
    learnt: Learnt,
    /// While many are learnt, what need not be put in place again.
    seen: Seen,
    loading: Option<Loading>,
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
            table: Table::new(),
            ids: Table::with_room(records),
            words: Words::new(records),
            records: Vec::with_capacity(records),
            gone: 0,
            scratch: Scratch::default(),
            learnt: Learnt::default(),
            seen: Seen::nothing(),
            loading: None,
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
        let id = pack(id);
        if self.records.len() == self.records.capacity() {
            self.records.reserve_exact((self.records.len() / 8).max(64));
        }
        self.records.push(id);
        if self.hand_on(id, values, record) {
            return Ok(());
        }
        self.enter(self.key.record_hash(id), id, record);
        let mut learnt = std::mem::take(&mut self.learnt);
        for value in values {
            learnt.learn(&self.key, (&mut self.scratch, &mut self.seen), value, record);
        }
        self.take_in(&mut learnt);
        self.learnt = learnt;
        self.settle_when_full(1);
        Ok(())
    }

    /// Forgets a record. Its values stop matching, but for those that other records share.
    /// Answers whether it was known.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(id) = RecordId::parse(id) else { return false };
        self.enter_waiting();
        let next = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let known = self.entry_of(id).and_then(Slot::record);
        known.is_some_and(|record| self.forget(record, next))
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
        self.table.len() + self.ids.len()
    }

    /// Memory held, in bytes.
    pub fn memory(&self) -> usize {
        let records = self.records.capacity() * size_of::<[u8; 12]>();
        self.table.bytes() + self.ids.bytes() + self.words.bytes() + records
    }

    /// Share of records that were changed or removed since the index was built, 0 to 1. Above a half it pays to build anew.
    pub fn stale(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a share for display")]
        let share = self.gone as f64 / self.records.len().max(1) as f64;
        share
    }

    /// Makes a record the one that has its id.
    fn enter(&mut self, hash: u64, id: [u8; 12], record: u32) {
        let of_nobody = |slot: &&Slot| slot.record().is_none_or(|n| !self.is_alive(n));
        let all = self.ids.all(hash);
        let before = self.among(all, id).or_else(|| all.iter().find(of_nobody).copied());
        match before {
            Some(slot) => {
                slot.record().map(|n| self.forget(n, record));
                self.ids.redirect(hash, slot, record);
            }
            None => self.ids.add_beside(hash, record),
        }
    }

    /// The entry of a record that is known.
    fn entry_of(&self, id: RecordId) -> Option<Slot> {
        let packed = pack(id);
        self.among(self.ids.all(self.key.record_hash(packed)), packed)
    }

    /// The entry whose record has this id: two ids may share a fingerprint.
    fn among(&self, all: &[Slot], id: [u8; 12]) -> Option<Slot> {
        let is = |slot: &&Slot| slot.record().is_some_and(|n| self.packed(n) == Some(id));
        all.iter().find(is).copied()
    }

    fn packed(&self, record: u32) -> Option<[u8; 12]> {
        packed(&self.records, record)
    }

    fn is_alive(&self, record: u32) -> bool {
        self.packed(record).is_some()
    }

    /// Forgets a record before the record `next` comes.
    fn forget(&mut self, record: u32, next: u32) -> bool {
        let id = usize::try_from(record).ok().and_then(|n| self.records.get_mut(n));
        let Some(id) = id.filter(|id| **id != GONE) else { return false };
        *id = GONE;
        self.gone += 1;
        if let Some(loading) = &mut self.loading {
            loading.gone.went(record, next);
        }
        true
    }

    /// Puts what was learnt into the index, and empties it.
    fn take_in(&mut self, learnt: &mut Learnt) {
        let Self { table, words, records, loading, .. } = self;
        learnt.words.drain(..).for_each(|word| words.insert(word));
        let Some(loading) = loading else {
            for (hash, record, roles) in learnt.waits.drain(..) {
                table.add(hash, roles, record, |old, _| packed(records, old).is_some());
            }
            return;
        };
        for (hash, record, roles) in learnt.waits.drain(..) {
            loading.waiting.push(hash, roles, record);
        }
    }
}

/// In place of the id of a record that is gone.
const GONE: [u8; 12] = [0; 12];

/// The id of a record that is there.
fn packed(records: &[[u8; 12]], record: u32) -> Option<[u8; 12]> {
    let id = records.get(usize::try_from(record).ok()?)?;
    (*id != GONE).then_some(*id)
}

/// Enters the lists of this module.
pub(crate) fn enter_lists(entries: &mut Entries) {
    ending::enter_lists(entries);
    nicknames::enter_lists(entries);
}

/// Digits of a telephone number that tell it apart.
const TAIL: usize = 9;
const SHORTEST_PHONE: usize = 6;
/// Letters and digits of a code.
const SHORTEST_CODE: usize = 4;

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

//! The table: entries in the order of their hashes.
//!
//! The upper bits of a hash choose one of many small parts, the next 32 stand in the entry. Keyed hashes are spread
//! evenly, so the place of an entry in its part follows from its hash, within a few steps. There is no free room to
//! keep, nothing to size beforehand, and no order of filling that makes it slow.

use std::hint::black_box;

use super::slot::{FINGERPRINT_BITS, Roles, Slot};

/// Bits of a hash that choose the part. With those of the entry 46 tell a hash apart: among five million, two are
/// taken for one with a chance of about 1 in 6.
const PART_BITS: u32 = 14;
pub(super) const PARTS: usize = 1 << PART_BITS;
/// A part that is full grows by this share.
const GROWTH: usize = 8;
/// And by so many entries at least.
const LEAST_GROWTH: usize = 8;
/// What waits so many times at once is likely to come again.
const COMMON: usize = 8;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    parts: Vec<Part>,
}

/// Entries in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part(Vec<Slot>);

impl Table {
    pub(super) fn new() -> Self {
        Self { parts: vec![Part::default(); PARTS] }
    }

    /// With room for so many entries: little less is needed when as many come.
    pub(super) fn with_room(entries: usize) -> Self {
        let part = || Part(Vec::with_capacity(entries / PARTS));
        Self { parts: std::iter::repeat_with(part).take(PARTS).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.0.len()).sum()
    }

    pub(super) fn bytes(&self) -> usize {
        let room: usize = self.parts.iter().map(|part| part.0.capacity()).sum();
        room * size_of::<Slot>() + self.parts.len() * size_of::<Part>()
    }

    /// The entry of a hash.
    pub(super) fn find(&self, hash: u64) -> Option<Slot> {
        self.all(hash).first().copied()
    }

    /// Reads where the entries of many hashes should stand: the processor gets them from memory all at once, not one
    /// after the other as they are looked for.
    pub(super) fn fetch(&self, hashes: impl Iterator<Item = u64>) {
        let entry = |hash: u64| {
            let part = self.parts.get(part(hash))?;
            part.0.get(part.guess(fingerprint(hash))).map(|slot| slot.fingerprint())
        };
        black_box(hashes.filter_map(entry).fold(0, u32::wrapping_add));
    }

    /// The entries of a hash: more than one where [`Table::add_beside`] told two apart that share a fingerprint.
    pub(super) fn all(&self, hash: u64) -> &[Slot] {
        let part = self.parts.get(part(hash));
        part.map_or(&[], |part| part.equal(fingerprint(hash)))
    }

    /// Adds a value, or adds to what is known of it. `alive` tells whether a record was still there when another came.
    pub(super) fn add(
        &mut self,
        hash: u64,
        roles: Roles,
        record: u32,
        alive: impl Fn(u32, u32) -> bool,
    ) {
        let Some(part) = self.parts.get_mut(part(hash)) else { return };
        let new = Slot::new(fingerprint(hash), roles, record);
        let at = part.place(new.fingerprint());
        match part.0.get_mut(at).filter(|slot| slot.fingerprint() == new.fingerprint()) {
            Some(slot) => *slot = slot.with(new, alive),
            None => part.insert(at, new),
        }
    }

    /// Adds an entry beside others of its fingerprint.
    pub(super) fn add_beside(&mut self, hash: u64, record: u32) {
        let Some(part) = self.parts.get_mut(part(hash)) else { return };
        let new = Slot::new(fingerprint(hash), Roles::default(), record);
        part.insert(part.place(new.fingerprint()), new);
    }

    /// Puts an entry in another's place.
    pub(super) fn redirect(&mut self, hash: u64, from: Slot, record: u32) {
        let Some(part) = self.parts.get_mut(part(hash)) else { return };
        let at = part.place(from.fingerprint());
        let of_hash = part.0.get_mut(at..).unwrap_or_default().iter_mut();
        let mut of_hash = of_hash.take_while(|slot| slot.fingerprint() == from.fingerprint());
        if let Some(slot) = of_hash.find(|slot| **slot == from) {
            *slot = Slot::new(from.fingerprint(), from.roles(), record);
        }
    }

    /// The parts, each of which may be filled by another thread.
    pub(super) fn parts_mut(&mut self) -> &mut [Part] {
        &mut self.parts
    }

    /// Gives back the room that is left.
    pub(super) fn shrink(&mut self) {
        self.parts.iter_mut().for_each(|part| part.0.shrink_to_fit());
    }

    /// How far the entry of a hash is from where it is looked for first.
    #[cfg(test)]
    pub(super) fn steps(&self, hash: u64) -> usize {
        let part = &self.parts[part(hash)];
        part.place(fingerprint(hash)).abs_diff(part.guess(fingerprint(hash)))
    }
}

impl Part {
    /// Where a fingerprint stands, if they are spread evenly.
    fn guess(&self, fingerprint: u32) -> usize {
        let entries = u64::try_from(self.0.len()).unwrap_or_default();
        usize::try_from(u64::from(fingerprint).wrapping_mul(entries) >> FINGERPRINT_BITS)
            .unwrap_or_default()
    }

    /// Where the first entry that is not before a fingerprint stands, or would.
    fn place(&self, fingerprint: u32) -> usize {
        let mut at = self.guess(fingerprint);
        let is_before = |slot: &Slot| slot.fingerprint() < fingerprint;
        while let Some(before) = at.checked_sub(1)
            && !self.0.get(before).is_some_and(is_before)
        {
            at = before;
        }
        while self.0.get(at).is_some_and(is_before) {
            at += 1;
        }
        at
    }

    fn equal(&self, fingerprint: u32) -> &[Slot] {
        let from = self.0.get(self.place(fingerprint)..).unwrap_or_default();
        let count = from.iter().take_while(|slot| slot.fingerprint() == fingerprint).count();
        from.get(..count).unwrap_or_default()
    }

    fn insert(&mut self, at: usize, slot: Slot) {
        self.make_room(1);
        self.0.insert(at.min(self.0.len()), slot);
    }

    /// Adds entries, and empties their list. `room` is where all are merged; `common` is told of those that came several
    /// times.
    pub(super) fn add_all(
        &mut self,
        late: &mut Vec<Slot>,
        room: &mut Vec<Slot>,
        alive: impl Fn(u32, u32) -> bool,
        common: impl Fn(Slot),
    ) {
        late.sort_unstable();
        room.clear();
        room.reserve(self.0.len() + late.len());
        let mut rest = self.0.iter().copied().peekable();
        for all in late.chunk_by(|a, b| a.fingerprint() == b.fingerprint()) {
            let Some((first, more)) = all.split_first() else { continue };
            while let Some(slot) = rest.next_if(|slot| slot.fingerprint() < first.fingerprint()) {
                room.push(slot);
            }
            let before = rest.next_if(|slot| slot.fingerprint() == first.fingerprint());
            let first = before.map_or(*first, |slot| slot.with(*first, &alive));
            let slot = more.iter().fold(first, |slot, new| slot.with(*new, &alive));
            room.push(slot);
            if all.len() >= COMMON {
                common(slot);
            }
        }
        room.extend(rest);
        late.clear();
        self.0.clear();
        self.0.reserve_exact(room.len());
        self.0.extend_from_slice(room);
    }

    fn make_room(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            self.0.reserve_exact(more.max(self.0.len() / GROWTH).max(LEAST_GROWTH));
        }
    }
}

/// The part a value belongs to, and its entry.
pub(super) fn place_of(hash: u64, roles: Roles, record: u32) -> (usize, Slot) {
    (part(hash), Slot::new(fingerprint(hash), roles, record))
}

/// All that the table tells a hash apart by: its part, then its fingerprint.
pub(super) fn identity(hash: u64) -> u64 {
    hash >> (u64::BITS - PART_BITS - FINGERPRINT_BITS)
}

fn part(hash: u64) -> usize {
    usize::try_from(hash >> (u64::BITS - PART_BITS)).unwrap_or_default()
}

fn fingerprint(hash: u64) -> u32 {
    let upper = hash << PART_BITS >> (u64::BITS - FINGERPRINT_BITS);
    u32::try_from(upper).unwrap_or_default()
}

//! The table: entries in the order of their hashes.
//!
//! The upper bits of a hash choose one of many small parts, the next 32 stand in the entry. Keyed hashes are spread
//! evenly, so the place of an entry in its part follows from its hash, within a few steps. There is no free room to
//! keep, nothing to size beforehand, and no order of filling that makes it slow.

use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use super::slot::{FINGERPRINT_BITS, Roles, Slot};

/// Bits of a hash that choose the part. With those of the entry 46 tell a hash apart: among five million, two are
/// taken for one with a chance of about 1 in 6.
pub(super) const PART_BITS: u32 = 14;
/// A part that is full grows by this share.
const GROWTH: usize = 8;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    parts: Vec<Part>,
}

/// Entries in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part(Vec<Slot>);

impl Table {
    pub(super) fn new() -> Self {
        Self { parts: vec![Part::default(); 1 << PART_BITS] }
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

    /// Adds the entries that wait, and empties their regions: several at a time, since a region is nobody else's.
    pub(super) fn settle(
        &mut self,
        regions: &mut [Vec<Late>],
        threads: usize,
        alive: impl Fn(u32, u32) -> bool + Sync,
    ) {
        let size = self.parts.len().div_ceil(regions.len().max(1));
        let regions = Mutex::new(self.parts.chunks_mut(size).zip(regions));
        let next = || regions.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let mut room = Vec::new();
            while let Some((parts, region)) = next() {
                settle_region(parts, region, &mut room, &alive);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                // Where the system grants no thread, this one does its work.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
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

    /// Adds entries that are in order.
    fn add_sorted(
        &mut self,
        late: &[Late],
        room: &mut Vec<Slot>,
        alive: impl Fn(u32, u32) -> bool,
    ) {
        self.make_room(late.len());
        room.clear();
        room.append(&mut self.0);
        let mut rest = room.as_slice();
        for (_, new) in late {
            let fingerprint = new.fingerprint();
            let run = rest.iter().take_while(|slot| slot.fingerprint() <= fingerprint).count();
            let (before, after) = rest.split_at_checked(run).unwrap_or_default();
            self.0.extend_from_slice(before);
            rest = after;
            match self.0.last_mut().filter(|slot| slot.fingerprint() == fingerprint) {
                Some(slot) => *slot = slot.with(*new, &alive),
                None => self.0.push(*new),
            }
        }
        self.0.extend_from_slice(rest);
    }

    fn make_room(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            self.0.reserve_exact(more.max(self.0.len() / GROWTH));
        }
    }
}

fn settle_region(
    parts: &mut [Part],
    region: &mut Vec<Late>,
    room: &mut Vec<Slot>,
    alive: impl Fn(u32, u32) -> bool,
) {
    region.sort_unstable_by_key(|(part, slot)| u128::from(*part) << 64 | u128::from(slot.number()));
    let size = parts.len().max(1);
    for late in region.chunk_by(|a, b| a.0 == b.0) {
        let part = late.first().map(|it| usize::from(it.0) % size);
        if let Some(part) = part.and_then(|at| parts.get_mut(at)) {
            part.add_sorted(late, room, &alive);
        }
    }
    region.clear();
}

/// An entry on its way: its part, and what it will be.
pub(super) type Late = (u16, Slot);

/// What a hash and all else come to in the table.
pub(super) fn late(hash: u64, roles: Roles, record: u32) -> Late {
    let part = u16::try_from(part(hash)).unwrap_or_default();
    (part, Slot::new(fingerprint(hash), roles, record))
}

fn part(hash: u64) -> usize {
    usize::try_from(hash >> (u64::BITS - PART_BITS)).unwrap_or_default()
}

fn fingerprint(hash: u64) -> u32 {
    let upper = hash << PART_BITS >> (u64::BITS - FINGERPRINT_BITS);
    u32::try_from(upper).unwrap_or_default()
}

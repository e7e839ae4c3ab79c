//! Values on their way into the table, by where they will stand.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use super::{
    seen::Shared,
    slot::{Roles, Slot},
    table::{PARTS, Part, Table, place_of},
};

/// Neighbouring parts of the table, whose entries are put in place together. Few regions: the ends of all that waits are
/// then in the processor's own memory.
const REGION: usize = 128;
/// Values that wait at most: nine megabytes.
const MOST: usize = 3 << 18;
/// By how many values the room of a region grows.
const GROWTH: usize = 512;
/// Values of one part that are put in place at once.
const ROOM: usize = 64;

/// A value that waits: its part, and its entry in two halves, which take less room than the whole.
type Late = (u16, [u32; 2]);

/// What waits, region by region.
#[derive(Debug)]
pub(super) struct Waiting {
    regions: Vec<Vec<Late>>,
    len: usize,
    /// What settling has shown that several records share.
    shared: Arc<Shared>,
}

impl Waiting {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { regions: vec![Vec::new(); PARTS / REGION], len: 0, shared }
    }

    pub(super) fn push(&mut self, hash: u64, roles: Roles, record: u32) {
        let (part, slot) = place_of(hash, roles, record);
        let Some(region) = self.regions.get_mut(part / REGION) else { return };
        if region.len() == region.capacity() {
            // Little at first: an index may be small.
            region.reserve_exact(region.len().clamp(8, GROWTH));
        }
        region.push((u16::try_from(part).unwrap_or_default(), slot.halves()));
        self.len += 1;
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether it is time to put everything in place.
    pub(super) fn is_full(&self) -> bool {
        self.len >= MOST
    }

    /// Puts everything in place: several regions at a time, since a region is nobody else's.
    pub(super) fn settle(
        &mut self,
        table: &mut Table,
        threads: usize,
        alive: impl Fn(u32, u32) -> bool + Sync,
    ) {
        if self.len == 0 {
            return;
        }
        self.len = 0;
        let regions = table.parts_mut().chunks_mut(REGION).zip(&mut self.regions);
        let regions = Mutex::new(regions.enumerate());
        let next = || regions.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let mut sorting = Sorting::new(&self.shared);
            while let Some((at, (parts, region))) = next() {
                for (part, halves) in region.drain(..) {
                    sorting.push(parts, usize::from(part), Slot::from_halves(halves), &alive);
                }
                sorting.finish(parts, at * REGION, &alive);
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
}

/// The values of one region, sorted by their parts.
struct Sorting<'a> {
    shared: &'a Shared,
    waits: Vec<Vec<Slot>>,
    merged: Vec<Slot>,
}

impl<'a> Sorting<'a> {
    fn new(shared: &'a Shared) -> Self {
        let waits = (0..REGION).map(|_| Vec::with_capacity(ROOM)).collect();
        Self { shared, waits, merged: Vec::new() }
    }

    /// Adds a value. When many wait for its part, they are put in place.
    fn push(
        &mut self,
        parts: &mut [Part],
        part: usize,
        slot: Slot,
        alive: impl Fn(u32, u32) -> bool,
    ) {
        let Some(waits) = self.waits.get_mut(part % REGION) else { return };
        waits.push(slot);
        if waits.len() == ROOM
            && let Some(to) = parts.get_mut(part % REGION)
        {
            to.add_all(waits, &mut self.merged, alive, |slot| self.shared.note(part, slot));
        }
    }

    fn finish(&mut self, parts: &mut [Part], first: usize, alive: impl Fn(u32, u32) -> bool) {
        for (at, (to, waits)) in parts.iter_mut().zip(&mut self.waits).enumerate() {
            let note = |slot| self.shared.note(first + at, slot);
            to.add_all(waits, &mut self.merged, &alive, note);
        }
    }
}

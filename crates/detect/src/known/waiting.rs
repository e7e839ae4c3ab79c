//! Values on their way into the table, by where they will stand.

use super::{
    slot::Roles,
    table::{Late, PART_BITS, late},
};

/// Regions of the table: neighbouring parts, whose entries are put in place together.
const REGION_BITS: u32 = 7;
/// Values that wait at most: eight megabytes.
const MOST: usize = 1 << 19;
/// By how many values the room of a region grows.
const GROWTH: usize = 512;

/// What waits, region by region.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) regions: Vec<Vec<Late>>,
    len: usize,
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self { regions: vec![Vec::new(); 1 << REGION_BITS], len: 0 }
    }

    pub(super) fn push(&mut self, hash: u64, roles: Roles, record: u32) {
        let late = late(hash, roles, record);
        let Some(region) = self.regions.get_mut(usize::from(late.0 >> (PART_BITS - REGION_BITS)))
        else {
            return;
        };
        if region.len() == region.capacity() {
            // Little at first: an index may be small.
            region.reserve_exact(region.len().clamp(8, GROWTH));
        }
        region.push(late);
        self.len += 1;
    }

    /// Whether it is time to put everything in place.
    pub(super) fn is_full(&self) -> bool {
        self.len >= MOST
    }

    /// After everything was put in place.
    pub(super) fn is_settled(&mut self) {
        self.len = 0;
    }
}

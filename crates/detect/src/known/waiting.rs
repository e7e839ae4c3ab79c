//! Values on their way into the table, sorted by where they will stand.

use super::table::Roles;

/// A value: its hash, its record, what it is.
pub(super) type Wait = (u64, u32, Roles);

/// Regions of the table, by the upper bits of a hash. One region of a large table fits the processor's own memory.
const REGIONS: usize = 256;
/// Values that wait for one region.
const MOST: usize = 512;

/// What waits, region by region: two megabytes.
#[derive(Debug)]
pub(super) struct Waiting(Vec<Vec<Wait>>);

impl Default for Waiting {
    fn default() -> Self {
        Self((0..REGIONS).map(|_| Vec::with_capacity(MOST)).collect())
    }
}

impl Waiting {
    /// Adds a value; answers with its region's when they are to be put in place.
    pub(super) fn push(&mut self, wait: Wait) -> Option<Vec<Wait>> {
        let region = self.0.get_mut(region(wait.0))?;
        region.push(wait);
        (region.len() >= MOST).then(|| std::mem::take(region))
    }

    /// Takes an emptied region back, so that its room is used again.
    pub(super) fn give_back(&mut self, emptied: Vec<Wait>) {
        if let Some(region) = self.0.iter_mut().find(|region| region.capacity() == 0) {
            *region = emptied;
        }
    }

    /// Everything that still waits.
    pub(super) fn into_regions(self) -> Vec<Vec<Wait>> {
        self.0
    }
}

fn region(hash: u64) -> usize {
    usize::try_from(hash >> 56).unwrap_or_default()
}

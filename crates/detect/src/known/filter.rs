//! A filter before the table.

use std::hint::black_box;

/// Bits of the smallest and of the largest level.
const SMALLEST: usize = 1 << 16;
const LARGEST: usize = 1 << 24;
/// Bits for each word that a level takes.
const SPARSE: usize = 32;

/// Which words occur in any value: most words of a text do not, and need no lookup.
///
/// A level that has taken its share of words is followed by one four times as large: a filter that began small stays
/// sparse.
#[derive(Debug)]
pub(super) struct Words {
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    bits: Vec<u64>,
    left: usize,
}

impl Words {
    /// For the values of about `records` records.
    pub(super) fn new(records: usize) -> Self {
        Self { levels: vec![Level::new(records.saturating_mul(SPARSE))] }
    }

    pub(super) fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.bits.capacity() * 8).sum()
    }

    pub(super) fn insert(&mut self, keyed: u64) {
        if self.contains(keyed) {
            return;
        }
        let full = self.levels.last().filter(|level| level.left == 0);
        if let Some(bits) = full.map(|level| level.bits.len() * 64).filter(|bits| *bits < LARGEST) {
            self.levels.push(Level::new(bits * 4));
        }
        if let Some(level) = self.levels.last_mut() {
            level.insert(keyed);
        }
    }

    /// Reads where many words stand if they are there: the processor gets them from memory all at once, not one after
    /// the other as they are asked for.
    pub(super) fn fetch(&self, keyed: &[u64]) {
        let Some(level) = self.levels.last() else { return };
        black_box(keyed.iter().fold(0, |all, keyed| all | level.bits_of(*keyed)));
    }

    pub(super) fn contains(&self, keyed: u64) -> bool {
        // The last is the largest: most words are there.
        self.levels.iter().rev().any(|level| level.contains(keyed))
    }
}

impl Level {
    fn new(bits: usize) -> Self {
        let bits = bits.clamp(SMALLEST, LARGEST).next_power_of_two();
        Self { bits: vec![0; bits / 64], left: bits / SPARSE }
    }

    /// Two bits of one word of the filter: one cache line a look.
    fn position(&self, keyed: u64) -> (usize, u64) {
        let word = usize::try_from(keyed >> 32).unwrap_or_default() & (self.bits.len() - 1);
        (word, 1 << (keyed & 63) | 1 << (keyed >> 6 & 63))
    }

    fn insert(&mut self, keyed: u64) {
        let (word, bit) = self.position(keyed);
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= bit;
        }
        self.left = self.left.saturating_sub(1);
    }

    fn contains(&self, keyed: u64) -> bool {
        let (_, bit) = self.position(keyed);
        self.bits_of(keyed) & bit == bit
    }

    /// The word of the filter that a word would be in.
    fn bits_of(&self, keyed: u64) -> u64 {
        self.bits.get(self.position(keyed).0).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Words;

    fn keyed(n: u64) -> u64 {
        // SplitMix64: stands for a keyed hash.
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[test]
    fn a_filter_that_began_small_stays_sparse() {
        let mut words = Words::new(1);
        (0..300_000).for_each(|n| words.insert(keyed(n)));
        assert!((0..300_000).all(|n| words.contains(keyed(n))));
        let wrong = (300_000..400_000).filter(|n| words.contains(keyed(*n))).count();
        assert!(wrong < 4_000, "{wrong} of 100,000");
        assert!(words.bytes() <= 3 << 20, "{}", words.bytes());
    }
}

//! A filter before the table.

/// Which words occur in any value: most words of a text do not, and need no lookup.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) bits: Vec<u64>,
}

impl Words {
    pub(super) fn new(records: usize) -> Self {
        let bits = (records * 32).next_power_of_two().clamp(1 << 16, 1 << 24);
        Self { bits: vec![0; bits / 64] }
    }

    /// Two bits of one word of the filter: one cache line a look.
    fn position(&self, keyed: u64) -> (usize, u64) {
        let word = usize::try_from(keyed >> 32).unwrap_or_default() & (self.bits.len() - 1);
        (word, 1 << (keyed & 63) | 1 << (keyed >> 6 & 63))
    }

    pub(super) fn insert(&mut self, keyed: u64) {
        let (word, bit) = self.position(keyed);
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= bit;
        }
    }

    pub(super) fn contains(&self, keyed: u64) -> bool {
        let (word, bit) = self.position(keyed);
        self.bits.get(word).is_some_and(|bits| bits & bit == bit)
    }
}

//! Chance that is the same for the same seed.

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap_or_default()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the remainder is below the length; lists are not empty"
    )]
    pub(crate) fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        let at = usize::try_from(self.below(u32::try_from(list.len()).unwrap_or(1))).unwrap_or(0);
        &list[at]
    }

    pub(crate) fn item<'l>(&mut self, list: &'l str, between: char) -> &'l str {
        let items: Vec<&str> = list.split(between).collect();
        self.of::<&'l str>(&items)
    }
}

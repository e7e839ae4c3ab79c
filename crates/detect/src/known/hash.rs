//! Keyed hashing, so that the index says nothing to whoever has it but not the key.

/// A 128-bit key. One per tenant; it never leaves the gate.
#[derive(Clone)]
pub(crate) struct Key(u64, u64);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    pub(crate) fn new(bytes: [u8; 16]) -> Self {
        let wide = u128::from_le_bytes(bytes);
        let low = u64::try_from(wide & u128::from(u64::MAX)).unwrap_or_default();
        let high = u64::try_from(wide >> 64).unwrap_or_default();
        Self(low, high)
    }

    /// SipHash-1-3 of one 64-bit word.
    pub(crate) fn word(&self, word: u64) -> u64 {
        let mut sip = Sip::new(self);
        sip.block(word);
        sip.block(8 << 56);
        sip.finish()
    }

    /// SipHash-1-3 of three 64-bit words, as of their bytes, the lowest first.
    pub(crate) fn three(&self, words: [u64; 3]) -> u64 {
        let mut sip = Sip::new(self);
        for word in words {
            sip.block(word);
        }
        sip.block(24 << 56);
        sip.finish()
    }

    /// SipHash-1-3 of a text of ASCII in small letters.
    pub(super) fn small_ascii(&self, text: &[u8]) -> u64 {
        self.eights(text, small_letters)
    }

    /// SipHash-1-3 of bytes, eight at a time, of which `read` makes what is hashed. Zeros must stay zeros.
    pub(super) fn eights(&self, bytes: &[u8], read: impl Fn(u64) -> u64) -> u64 {
        let mut sip = Sip::new(self);
        let (eights, rest) = bytes.as_chunks::<8>();
        for eight in eights {
            sip.block(read(u64::from_le_bytes(*eight)));
        }
        let last = rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte));
        let count = u64::try_from(bytes.len()).unwrap_or_default();
        sip.block(read(last) | (count & 0xff) << 56);
        sip.finish()
    }

    /// SipHash-1-3 of a sequence of bytes, byte by byte.
    pub(super) fn digest(&self) -> Digest {
        Digest { sip: Sip::new(self), block: 0, count: 0 }
    }
}

/// A sequence of bytes that is being hashed.
pub(super) struct Digest {
    sip: Sip,
    block: u64,
    count: u64,
}

impl Digest {
    pub(super) fn push(&mut self, byte: u8) {
        self.block |= u64::from(byte) << (8 * (self.count & 7));
        self.count = self.count.wrapping_add(1);
        if self.count.is_multiple_of(8) {
            self.sip.block(self.block);
            self.block = 0;
        }
    }

    pub(super) fn finish(mut self) -> u64 {
        self.sip.block(self.block | (self.count & 0xff) << 56);
        self.sip.finish()
    }
}

/// Eight letters of ASCII made small.
fn small_letters(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // No byte is above 0x7f, so none carries into the next: its highest bit tells whether it is at least the letter.
    let from_a = eight.wrapping_add(EACH * u64::from(0x80 - b'A'));
    let after_z = eight.wrapping_add(EACH * u64::from(0x80 - b'Z' - 1));
    let capitals = from_a & !after_z & (EACH << 7);
    eight | capitals >> 2
}

/// SipHash with one round a block and three to finish (Aumasson and Bernstein, 2012).
struct Sip {
    v: (u64, u64, u64, u64),
}

impl Sip {
    fn new(key: &Key) -> Self {
        Self {
            v: (
                key.0 ^ 0x736f_6d65_7073_6575,
                key.1 ^ 0x646f_7261_6e64_6f6d,
                key.0 ^ 0x6c79_6765_6e65_7261,
                key.1 ^ 0x7465_6462_7974_6573,
            ),
        }
    }

    fn round(&mut self) {
        let (mut a, mut b, mut c, mut d) = self.v;
        a = a.wrapping_add(b);
        c = c.wrapping_add(d);
        b = b.rotate_left(13) ^ a;
        d = d.rotate_left(16) ^ c;
        a = a.rotate_left(32).wrapping_add(d);
        c = c.wrapping_add(b);
        d = d.rotate_left(21) ^ a;
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.v = (a, b, c, d);
    }

    fn block(&mut self, block: u64) {
        self.v.3 ^= block;
        self.round();
        self.v.0 ^= block;
    }

    fn finish(mut self) -> u64 {
        self.v.2 ^= 0xff;
        for _ in 0..3 {
            self.round();
        }
        self.v.0 ^ self.v.1 ^ self.v.2 ^ self.v.3
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::Key;

    fn one_by_one(key: &Key, bytes: impl IntoIterator<Item = u8>) -> u64 {
        let mut digest = key.digest();
        bytes.into_iter().for_each(|byte| digest.push(byte));
        digest.finish()
    }

    #[test]
    fn is_siphash_1_3() {
        // Key 00..0f; values from the standard library's hasher, which is SipHash-1-3.
        let key = Key::new(std::array::from_fn(|i| u8::try_from(i).unwrap()));
        assert_eq!(key.word(0x0706_0504_0302_0100), one_by_one(&key, 0..8));
        assert_ne!(one_by_one(&key, 0..8), one_by_one(&key, 0..7));
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        for count in (0..30).chain(250..270) {
            let some = &bytes[..count];
            assert_eq!(key.eights(some, |it| it), one_by_one(&key, some.iter().copied()));
        }
        let three = [u64::MAX, 1, 0x0102_0304];
        assert_eq!(
            key.three(three),
            one_by_one(&key, three.into_iter().flat_map(u64::to_le_bytes))
        );
        assert_ne!(key.word(1), Key::new([7; 16]).word(1));
        // With key zero this is what `DefaultHasher::new()` computes.
        let mut std = std::collections::hash_map::DefaultHasher::new();
        std.write(b"portcullis");
        assert_eq!(one_by_one(&Key::new([0; 16]), *b"portcullis"), std.finish());
    }
}

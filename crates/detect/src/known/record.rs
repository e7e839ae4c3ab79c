//! Record ids, packed.

/// A Salesforce record id, without the case suffix of its long form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub(super) [u8; 15]);

impl std::fmt::Debug for RecordId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl RecordId {
    /// Reads an id of 15 or 18 characters.
    pub fn parse(id: &str) -> Option<Self> {
        let bytes = id.as_bytes();
        let whole = matches!(bytes.len(), 15 | 18) && bytes.iter().all(u8::is_ascii_alphanumeric);
        whole.then(|| bytes.first_chunk().copied().map(Self)).flatten()
    }

    /// The fifteen characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Of the last seven characters.
const LOWER_BITS: u32 = 7 * 6;

/// Fifteen characters of six bits each are 90 bits.
pub(super) fn pack(id: RecordId) -> [u8; 12] {
    let number = |n: u64, b: &u8| {
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'A'..=b'Z' => b - b'A' + 10,
            _ => b.wrapping_sub(b'a') + 36,
        };
        n << 6 | u64::from(digit)
    };
    let (upper, lower) = id.0.split_at(8);
    let (upper, lower) = (upper.iter().fold(1, number), lower.iter().fold(0, number));
    let bytes = (u128::from(upper) << LOWER_BITS | u128::from(lower)).to_le_bytes();
    std::array::from_fn(|i| bytes.get(i).copied().unwrap_or_default())
}

pub(super) fn unpack(packed: [u8; 12]) -> Option<RecordId> {
    if packed == [0; 12] {
        return None;
    }
    let mut wide = [0; 16];
    for (to, from) in wide.iter_mut().zip(packed) {
        *to = from;
    }
    let whole = u128::from_le_bytes(wide);
    let mut upper = u64::try_from(whole >> LOWER_BITS).ok()?;
    let mut lower = u64::try_from(whole & ((1 << LOWER_BITS) - 1)).ok()?;
    let mut id = [0; 15];
    let (first, last) = id.split_at_mut(8);
    for (bytes, number) in [(first, &mut upper), (last, &mut lower)] {
        for byte in bytes.iter_mut().rev() {
            let digit = u8::try_from(*number & 63).ok()?;
            *number >>= 6;
            *byte = match digit {
                0..=9 => b'0' + digit,
                10..=35 => b'A' + digit - 10,
                _ => b'a' + digit - 36,
            };
        }
    }
    (upper == 1).then_some(RecordId(id))
}

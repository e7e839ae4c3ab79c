//! The table: fingerprints of values in buckets of one cache line.

/// Slots of a bucket; eight words fill a cache line.
const BUCKET: usize = 8;
/// Buckets looked at before a segment counts as full.
const PROBES: usize = 8;

const FINGERPRINT_BITS: u32 = 30;
const RECORD_BITS: u32 = 24;

/// How many records the table can tell apart.
pub(super) const MOST_RECORDS: u32 = (1 << RECORD_BITS) - 1;

/// What a value is, as a set: one word can be a given name and a town.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles(pub(super) u8);

impl Roles {
    pub(super) const FULL: Self = Self(1);
    pub(super) const INITIAL: Self = Self(2);
    pub(super) const FIRST: Self = Self(4);
    pub(super) const LAST: Self = Self(8);
    pub(super) const ORG: Self = Self(16);
    pub(super) const TOWN: Self = Self(32);
    pub(super) const STREET: Self = Self(64);
    /// Longer values begin with these words.
    pub(super) const PREFIX: Self = Self(128);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// One entry: 30 bits of the hash, 8 of roles, whether several records share it, 24 of the record; 0 is an empty slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(u64);

impl Slot {
    fn new(fingerprint: u64, roles: Roles, record: u32, shared: bool) -> Self {
        Self(
            fingerprint << 34
                | u64::from(roles.0) << 26
                | 1 << 25
                | u64::from(shared) << 24
                | u64::from(record & MOST_RECORDS),
        )
    }

    fn fingerprint(self) -> u64 {
        self.0 >> 34
    }

    pub(super) fn roles(self) -> Roles {
        Roles(u8::try_from(self.0 >> 26 & 0xff).unwrap_or_default())
    }

    pub(super) fn shared(self) -> bool {
        self.0 >> 24 & 1 == 1
    }

    pub(super) fn record(self) -> u32 {
        u32::try_from(self.0 & u64::from(MOST_RECORDS)).unwrap_or_default()
    }
}

/// Segments of growing size. Entries are never moved, since a slot does not hold the whole hash.
#[derive(Debug, Default)]
pub(super) struct Table {
    segments: Vec<Segment>,
    len: usize,
}

impl Table {
    /// A table with room for `entries`.
    pub(super) fn with_capacity(entries: usize) -> Self {
        Self { segments: vec![Segment::new(entries)], len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn bytes(&self) -> usize {
        self.segments.iter().map(|s| s.slots.len() * size_of::<Slot>()).sum()
    }

    pub(super) fn find(&self, hash: u64) -> Option<Slot> {
        self.segments
            .iter()
            .find_map(|segment| segment.find(hash).and_then(|i| segment.slots.get(i).copied()))
    }

    /// Adds a value, or adds to what is known of it. `alive` tells whether a record still exists.
    pub(super) fn add(
        &mut self,
        hash: u64,
        roles: Roles,
        record: u32,
        alive: impl Fn(u32) -> bool,
    ) {
        for segment in &mut self.segments {
            if let Some(i) = segment.find(hash)
                && let Some(slot) = segment.slots.get_mut(i)
            {
                let gone = !slot.shared() && !alive(slot.record());
                let same = slot.record() == record && !slot.shared();
                *slot = if gone {
                    Slot::new(
                        slot.fingerprint(),
                        roles.or(Roles(slot.roles().0 & Roles::PREFIX.0)),
                        record,
                        false,
                    )
                } else {
                    Slot::new(slot.fingerprint(), roles.or(slot.roles()), record, !same)
                };
                return;
            }
        }
        self.len += 1;
        if self.segments.last_mut().is_some_and(|segment| segment.insert(hash, roles, record)) {
            return;
        }
        let mut segment = Segment::new((self.len / 2).max(1 << 12));
        segment.insert(hash, roles, record);
        self.segments.push(segment);
    }

    /// Points the entry of `hash` to another record.
    pub(super) fn redirect(&mut self, hash: u64, record: u32) {
        for segment in &mut self.segments {
            if let Some(i) = segment.find(hash)
                && let Some(slot) = segment.slots.get_mut(i)
            {
                *slot = Slot::new(slot.fingerprint(), slot.roles(), record, false);
                return;
            }
        }
    }
}

#[derive(Debug)]
struct Segment {
    slots: Vec<Slot>,
    buckets: u64,
    room: usize,
}

impl Segment {
    fn new(entries: usize) -> Self {
        // Filled to 85 per cent at most.
        let buckets = (entries * 20 / 17).div_ceil(BUCKET).max(PROBES + 1);
        Self {
            slots: vec![Slot(0); buckets * BUCKET],
            buckets: u64::try_from(buckets).unwrap_or(u64::MAX),
            room: buckets * BUCKET * 17 / 20,
        }
    }

    /// The bucket of a hash comes from its upper half, the fingerprint from its lower.
    fn first(&self, hash: u64) -> usize {
        let bucket = (u128::from(hash >> 32) * u128::from(self.buckets)) >> 32;
        usize::try_from(bucket).unwrap_or_default()
    }

    fn find(&self, hash: u64) -> Option<usize> {
        let fingerprint = hash & ((1 << FINGERPRINT_BITS) - 1);
        let first = self.first(hash);
        for probe in 0..PROBES {
            let bucket = (first + probe) % self.bucket_count();
            let from = bucket * BUCKET;
            for (i, slot) in self.slots.get(from..from + BUCKET)?.iter().enumerate() {
                if slot.0 == 0 {
                    return None;
                }
                if slot.fingerprint() == fingerprint {
                    return Some(from + i);
                }
            }
        }
        None
    }

    fn bucket_count(&self) -> usize {
        self.slots.len() / BUCKET
    }

    fn insert(&mut self, hash: u64, roles: Roles, record: u32) -> bool {
        if self.room == 0 {
            return false;
        }
        let fingerprint = hash & ((1 << FINGERPRINT_BITS) - 1);
        let first = self.first(hash);
        let count = self.bucket_count();
        for probe in 0..PROBES {
            let from = (first + probe) % count * BUCKET;
            let free = self
                .slots
                .get_mut(from..from + BUCKET)
                .and_then(|bucket| bucket.iter_mut().find(|slot| slot.0 == 0));
            if let Some(slot) = free {
                *slot = Slot::new(fingerprint, roles, record, false);
                self.room -= 1;
                return true;
            }
        }
        false
    }
}

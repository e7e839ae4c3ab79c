//! The table: fingerprints of values in buckets of one cache line.

/// Slots of a bucket; eight words fill a cache line.
const BUCKET: usize = 8;

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

    pub(super) const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
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
        let mut free = None;
        for segment in &mut self.segments {
            match segment.probe(hash) {
                Probe::Found(i) => {
                    if let Some(slot) = segment.slots.get_mut(i) {
                        let gone = !slot.shared() && !alive(slot.record());
                        let same = slot.record() == record && !slot.shared();
                        let kept =
                            if gone { slot.roles().only(Roles::PREFIX) } else { slot.roles() };
                        let shared = !gone && !same;
                        *slot = Slot::new(slot.fingerprint(), roles.or(kept), record, shared);
                    }
                    return;
                }
                Probe::Free(i) => free = Some(i),
            }
        }
        self.len += 1;
        // Only the newest segment has room.
        let newest = self.segments.last_mut().filter(|segment| segment.room > 0);
        if let (Some(segment), Some(i)) = (newest, free) {
            segment.put(i, hash, roles, record);
            return;
        }
        let mut segment = Segment::new((self.len / 4).max(1 << 12));
        if let Probe::Free(i) = segment.probe(hash) {
            segment.put(i, hash, roles, record);
        }
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
        // Filled to nine tenths at most.
        let buckets = (entries * 10 / 9).div_ceil(BUCKET).max(2);
        Self {
            slots: vec![Slot(0); buckets * BUCKET],
            buckets: u64::try_from(buckets).unwrap_or(u64::MAX),
            room: buckets * BUCKET * 9 / 10,
        }
    }

    /// The bucket of a hash comes from its upper half, the fingerprint from its lower.
    fn first(&self, hash: u64) -> usize {
        let bucket = (u128::from(hash >> 32) * u128::from(self.buckets)) >> 32;
        usize::try_from(bucket).unwrap_or_default()
    }

    /// The slot of a hash, or the free slot where it belongs.
    fn probe(&self, hash: u64) -> Probe {
        let fingerprint = hash & ((1 << FINGERPRINT_BITS) - 1);
        let mut from = self.first(hash) * BUCKET;
        // A tenth of the slots stays free, so the walk ends.
        loop {
            let Some(bucket) = self.slots.get(from..from + BUCKET) else {
                from = 0;
                continue;
            };
            for (i, slot) in bucket.iter().enumerate() {
                if slot.0 == 0 {
                    return Probe::Free(from + i);
                }
                if slot.fingerprint() == fingerprint {
                    return Probe::Found(from + i);
                }
            }
            from += BUCKET;
        }
    }

    fn find(&self, hash: u64) -> Option<usize> {
        match self.probe(hash) {
            Probe::Found(i) => Some(i),
            Probe::Free(_) => None,
        }
    }

    fn put(&mut self, at: usize, hash: u64, roles: Roles, record: u32) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot::new(hash & ((1 << FINGERPRINT_BITS) - 1), roles, record, false);
            self.room -= 1;
        }
    }
}

/// Where a hash is, or where it would go.
enum Probe {
    Found(usize),
    Free(usize),
}

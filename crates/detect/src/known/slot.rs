//! One entry of the table: what a hash stands for, and whose it is.

/// Bits of a hash that an entry holds; the table's parts stand for the bits before them.
pub(super) const FINGERPRINT_BITS: u32 = 32;
const RECORD_BITS: u32 = 24;

/// How many records an entry can tell apart: the number 0 says that several share it.
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

/// 32 bits of the hash, 24 of the record, 8 of roles.
///
/// In this order: entries in the order of their numbers stand in the order of their hashes, and those of one hash in
/// the order in which their records came, the shared one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(u64);

impl Slot {
    pub(super) fn new(fingerprint: u32, roles: Roles, record: u32) -> Self {
        Self::of(fingerprint, roles, (record + 1) & MOST_RECORDS)
    }

    fn of(fingerprint: u32, roles: Roles, owner: u32) -> Self {
        Self(u64::from(fingerprint) << 32 | u64::from(owner) << 8 | u64::from(roles.0))
    }

    pub(super) fn halves(self) -> [u32; 2] {
        let lower = u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or_default();
        [self.fingerprint(), lower]
    }

    pub(super) fn from_halves([upper, lower]: [u32; 2]) -> Self {
        Self(u64::from(upper) << 32 | u64::from(lower))
    }

    pub(super) fn fingerprint(self) -> u32 {
        u32::try_from(self.0 >> 32).unwrap_or_default()
    }

    pub(super) fn roles(self) -> Roles {
        Roles(u8::try_from(self.0 & 0xff).unwrap_or_default())
    }

    /// Whose value it is; several records' when none.
    pub(super) fn record(self) -> Option<u32> {
        u32::try_from(self.0 >> 8 & u64::from(MOST_RECORDS)).ok()?.checked_sub(1)
    }

    /// What is known once a later record brings the same value. `alive` tells whether a record was still there when
    /// another came.
    pub(super) fn with(self, new: Self, alive: impl Fn(u32, u32) -> bool) -> Self {
        let both = self.roles().or(new.roles());
        match (self.record(), new.record()) {
            (Some(old), Some(record)) if old == record => {
                Self::new(self.fingerprint(), both, record)
            }
            (Some(old), Some(record)) if !alive(old, record) => {
                // Longer values of others may begin with it.
                let kept = self.roles().only(Roles::PREFIX);
                Self::new(self.fingerprint(), new.roles().or(kept), record)
            }
            _ => Self::of(self.fingerprint(), both, 0),
        }
    }
}

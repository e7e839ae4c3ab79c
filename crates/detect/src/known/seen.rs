//! What need not be put in place again, while many records are learnt.
//!
//! Many people bear one given name, and many work for one firm. Once the table says that several records share a value,
//! one more of them changes nothing: the threads that hash leave it out. Only keyed hashes are remembered.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{
    slot::{Roles, Slot},
    table::identity,
};

/// Values that are remembered: 64 KB, so that looking costs less than what it saves.
const SHARED: usize = 1 << 13;
/// Words that each thread remembers: 32 KB.
const WORDS: usize = 1 << 12;
/// Tells a remembered value from an empty place.
const TAKEN: u64 = 1 << 63;
const ROLE_BITS: u32 = 8;

/// Values that several records share, as the table has them. Each has one place, and the last to come keeps it.
#[derive(Debug)]
pub(super) struct Shared(Vec<AtomicU64>);

impl Shared {
    fn with_places(places: usize) -> Arc<Self> {
        Arc::new(Self((0..places).map(|_| AtomicU64::new(0)).collect()))
    }

    fn place(&self, identity: u64) -> Option<&AtomicU64> {
        let at = usize::try_from(identity).ok()? & self.0.len().checked_sub(1)?;
        self.0.get(at)
    }

    /// Remembers an entry of a part of the table.
    // INVARIANT: an entry that several records share is never again one record's, and loses no role.
    pub(super) fn note(&self, part: usize, slot: Slot) {
        let part = u64::try_from(part).unwrap_or_default();
        let identity = part << u32::BITS | u64::from(slot.fingerprint());
        if slot.record().is_none()
            && let Some(place) = self.place(identity)
        {
            let roles = u64::from(slot.roles().0);
            place.store(TAKEN | identity << ROLE_BITS | roles, Ordering::Relaxed);
        }
    }

    /// Whether the table says of a value that several records share it, in all these roles.
    pub(super) fn holds(&self, hash: u64, roles: Roles) -> bool {
        let identity = identity(hash);
        let held = self.place(identity).map_or(0, |place| place.load(Ordering::Relaxed));
        let known = Roles(u8::try_from(held & 0xff).unwrap_or_default());
        held >> ROLE_BITS == (TAKEN >> ROLE_BITS | identity) && roles.without(known).0 == 0
    }
}

/// What one thread has seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) shared: Arc<Shared>,
    words: Vec<u64>,
}

impl Seen {
    /// Remembers nothing.
    pub(super) fn nothing() -> Self {
        Self { shared: Shared::with_places(0), words: Vec::new() }
    }

    pub(super) fn new() -> Self {
        // No place begins with a word that would have it.
        let words = (0_u64..).take(WORDS).map(|place| !place).collect();
        Self { shared: Shared::with_places(SHARED), words }
    }

    /// Whether this thread may not have met a word before.
    pub(super) fn is_new_word(&mut self, keyed: u64) -> bool {
        let at = usize::try_from(keyed).unwrap_or_default() & (WORDS - 1);
        self.words.get_mut(at).is_none_or(|word| std::mem::replace(word, keyed) != keyed)
    }
}

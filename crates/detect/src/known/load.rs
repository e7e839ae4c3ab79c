//! Many records at once.
//!
//! What is learnt waits until there is enough of it for each part of the table, and is put in place together: one pass
//! over memory for many values. The outcome is that of learning each by itself.

use std::{collections::HashMap, sync::Arc};

use super::{Known, KnownValues, gang::Gang, packed, seen::Seen, waiting::Waiting};

/// Ids that wait at most, and how many are looked up at a time.
const MOST_IDS: usize = 8_192;
const ABREAST: usize = 32;

/// What is being loaded.
#[derive(Debug)]
pub(super) struct Loading {
    pub(super) waiting: Waiting,
    pub(super) gone: Gone,
    /// Records whose ids are not entered yet.
    ids: Vec<(u32, [u8; 12])>,
    /// Where values are hashed on several threads.
    gang: Option<Gang>,
}

/// Records that went, and how many had come by then: values that waited are settled as of when they came.
#[derive(Debug, Default)]
pub(super) struct Gone(HashMap<u32, u32>);

impl Gone {
    pub(super) fn went(&mut self, record: u32, next: u32) {
        self.0.insert(record, next);
    }

    /// Whether record `old` was here when record `new` came.
    pub(super) fn was_here(&self, records: &[[u8; 12]], old: u32, new: u32) -> bool {
        packed(records, old).is_some() || self.0.get(&old).is_some_and(|gone| new < *gone)
    }
}

impl KnownValues {
    /// Learns many records at once: `learn` calls [`KnownValues::upsert`] for each. Values are hashed on every core; until
    /// then they wait in the clear, in batches of a few megabytes.
    pub fn load<R>(&mut self, learn: impl FnOnce(&mut Self) -> R) -> R {
        self.load_on(None, learn)
    }

    pub(super) fn load_on<R>(
        &mut self,
        threads: Option<usize>,
        learn: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.begin();
        let gang = Gang::new(self.key.clone(), threads, self.seen.clone());
        if let Some(loading) = &mut self.loading {
            loading.gang = Some(gang);
        }
        let result = learn(self);
        self.finish();
        result
    }

    /// Begins what [`KnownValues::load`] does, for records that come little by little. They are hashed as they come, and
    /// may not match before [`KnownValues::finish`].
    pub fn begin(&mut self) {
        self.finish();
        self.seen = Seen::new();
        let waiting = Waiting::new(Arc::clone(&self.seen.shared));
        self.loading =
            Some(Loading { waiting, gone: Gone::default(), ids: Vec::new(), gang: None });
    }

    /// Puts everything in place that was learnt since [`KnownValues::begin`].
    pub fn finish(&mut self) {
        // The first turn has the last batch hashed, the second takes it in.
        self.turn();
        self.turn();
        let threads = self.gang().map_or(1, |gang| gang.threads);
        self.settle(threads);
        if self.loading.take().is_some() {
            self.seen = Seen::nothing();
            self.table.shrink();
            self.ids.shrink();
            self.records.shrink_to_fit();
        }
    }

    /// Leaves a record's values to the gang; tells whether there is one.
    pub(super) fn hand_on(&mut self, id: [u8; 12], values: &[Known<'_>], record: u32) -> bool {
        let Some(gang) = self.gang() else { return false };
        let mut full = values.iter().fold(false, |full, value| gang.push(value, record) | full);
        if let Some(loading) = &mut self.loading {
            loading.ids.push((record, id));
            full |= loading.ids.len() >= MOST_IDS;
        }
        if full {
            self.turn();
        }
        true
    }

    /// Enters the records that wait for it, in their order.
    pub(super) fn enter_waiting(&mut self) {
        let Some(loading) = &mut self.loading else { return };
        for some in std::mem::take(&mut loading.ids).chunks(ABREAST) {
            let hashed = some.iter().map(|(record, id)| (self.key.record_hash(*id), *record, *id));
            let hashed: Vec<_> = hashed.collect();
            // All places are fetched from memory at once: without, each would be waited for by itself.
            std::hint::black_box(hashed.iter().map(|it| self.ids.all(it.0).len()).sum::<usize>());
            for (hash, record, id) in hashed {
                self.enter(hash, id, record);
            }
        }
    }

    /// Puts in place what waits, when there is enough of it.
    pub(super) fn settle_when_full(&mut self, threads: usize) {
        if self.loading.as_ref().is_some_and(|loading| loading.waiting.is_full()) {
            self.settle(threads);
        }
    }

    fn settle(&mut self, threads: usize) {
        let Self { table, records, loading: Some(loading), .. } = self else { return };
        let Loading { waiting, gone, .. } = loading;
        waiting.settle(table, threads, |old, new| gone.was_here(records, old, new));
    }

    fn gang(&mut self) -> Option<&mut Gang> {
        self.loading.as_mut()?.gang.as_mut()
    }

    /// Has the gang hash its batch, and meanwhile takes in the batch before it.
    fn turn(&mut self) {
        let gang = self.loading.as_mut().and_then(|loading| loading.gang.take());
        let Some(mut gang) = gang else { return self.enter_waiting() };
        let mut learnt = gang.turn();
        self.enter_waiting();
        for some in &mut learnt {
            self.take_in(some);
        }
        gang.spare(learnt);
        self.settle_when_full(gang.threads);
        if let Some(loading) = &mut self.loading {
            loading.gang = Some(gang);
        }
    }
}

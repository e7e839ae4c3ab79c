//! How many rows a client may read in an hour: over requests, pages and their parts together.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use boundary::UnixMillis;

/// Rows are counted by the hour.
const HOUR_MILLIS: u64 = 60 * 60 * 1000;
/// Clients remembered.
const KEPT: usize = 4096;

/// The rows of every client in its present hour.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    spent: Mutex<BTreeMap<String, Hour>>,
}

#[derive(Clone, Copy, Debug)]
struct Hour {
    since: UnixMillis,
    rows: u64,
}

/// Rows set aside for one read. What it does not use goes back.
#[derive(Debug)]
pub(crate) struct Reserved<'a> {
    budgets: &'a Budgets,
    client: String,
    pub(crate) rows: u64,
    used: u64,
}

impl Budgets {
    /// Sets up to `wanted` rows aside; `None` when there are none left.
    ///
    /// INVARIANT: what is set aside counts as spent until it is given back, so reads at the same
    /// time do not get more together than one alone would.
    pub(crate) fn reserve(
        &self,
        client: &str,
        wanted: u64,
        most: u64,
        now: UnixMillis,
    ) -> Option<Reserved<'_>> {
        let mut spent = self.lock();
        if spent.len() >= KEPT {
            spent.retain(|_, hour| now < hour.since.plus(HOUR_MILLIS));
        }
        let hour = spent.entry(client.to_owned()).or_insert(Hour { since: now, rows: 0 });
        if now >= hour.since.plus(HOUR_MILLIS) {
            *hour = Hour { since: now, rows: 0 };
        }
        let rows = wanted.min(most.saturating_sub(hour.rows));
        hour.rows += rows;
        (rows > 0).then(|| Reserved { budgets: self, client: client.to_owned(), rows, used: 0 })
    }

    /// Rows that the client may still read in this hour.
    pub(crate) fn left(&self, client: &str, most: u64, now: UnixMillis) -> u64 {
        let spent = self.lock();
        let hour = spent.get(client).filter(|hour| now < hour.since.plus(HOUR_MILLIS));
        most.saturating_sub(hour.map_or(0, |hour| hour.rows))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Hour>> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reserved<'_> {
    /// Spends rows; false when more came than were set aside, which then are all spent.
    pub(crate) fn spend(&mut self, rows: u64) -> bool {
        self.used = rows.min(self.rows);
        rows <= self.rows
    }

    /// Rows spent.
    pub(crate) fn used(&self) -> u64 {
        self.used
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        if let Some(hour) = self.budgets.lock().get_mut(&self.client) {
            hour.rows = hour.rows.saturating_sub(self.rows - self.used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_is_spent_until_it_comes_back() {
        let budgets = Budgets::default();
        let now = UnixMillis(0);
        let mut first = budgets.reserve("k", 60, 100, now).unwrap();
        let second = budgets.reserve("k", 60, 100, now).unwrap();
        assert_eq!((first.rows, second.rows), (60, 40));
        assert!(budgets.reserve("k", 1, 100, now).is_none());
        assert!(budgets.reserve("other", 1, 100, now).is_some());
        assert!(first.spend(10));
        drop((first, second));
        assert_eq!(budgets.left("k", 100, now), 90);
    }

    #[test]
    fn more_rows_than_set_aside_spend_them_all() {
        let budgets = Budgets::default();
        let mut reserved = budgets.reserve("k", 5, 5, UnixMillis(0)).unwrap();
        assert!(!reserved.spend(6));
        drop(reserved);
        assert_eq!(budgets.left("k", 5, UnixMillis(0)), 0);
    }

    #[test]
    fn an_hour_later_there_are_rows_again() {
        let budgets = Budgets::default();
        let mut reserved = budgets.reserve("k", 5, 5, UnixMillis(0)).unwrap();
        reserved.spend(5);
        drop(reserved);
        assert!(budgets.reserve("k", 1, 5, UnixMillis(HOUR_MILLIS - 1)).is_none());
        assert_eq!(budgets.left("k", 5, UnixMillis(HOUR_MILLIS)), 5);
        assert_eq!(budgets.reserve("k", 9, 5, UnixMillis(HOUR_MILLIS)).unwrap().rows, 5);
    }
}

//! Open cursors: the ids a long answer goes on with.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::id::Id;

/// A long answer's ids, in its order, and the query they came from.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    key: String,
    user: Id,
    pub(crate) text: Arc<str>,
    pub(crate) ids: Arc<[Id]>,
    pub(crate) deleted: bool,
    used: Timestamp,
}

/// All open cursors. A user has ten; the one not used for longest goes first.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    open: VecDeque<Cursor>,
    opened: u64,
}

const PER_USER: usize = 10;
const LIFE: SignedDuration = SignedDuration::from_mins(15);

impl Cursors {
    /// The key of a new cursor.
    pub(crate) fn open(
        &mut self,
        user: Id,
        text: &str,
        ids: Vec<Id>,
        deleted: bool,
        now: Timestamp,
    ) -> String {
        self.open.retain(|cursor| now - LIFE < cursor.used);
        if self.open.iter().filter(|cursor| cursor.user == user).count() >= PER_USER
            && let Some(oldest) = self.open.iter().position(|cursor| cursor.user == user)
        {
            self.open.remove(oldest);
        }
        self.opened += 1;
        let key = Id::numbered(*b"01g", self.opened).to_string();
        self.open.push_back(Cursor {
            key: key.clone(),
            user,
            text: text.into(),
            ids: ids.into(),
            deleted,
            used: now,
        });
        key
    }

    /// A user's own cursor.
    pub(crate) fn find(&mut self, key: &str, user: Id, now: Timestamp) -> Option<Cursor> {
        let at = self.open.iter().position(|cursor| {
            (cursor.key == key || cursor.key.get(..15) == Some(key))
                && cursor.user == user
                && now - LIFE < cursor.used
        })?;
        let mut cursor = self.open.remove(at)?;
        cursor.used = now;
        self.open.push_back(cursor.clone());
        Some(cursor)
    }
}

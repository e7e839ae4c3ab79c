//! Going back to an earlier moment, for tests and for starting a demonstration again.

use std::sync::PoisonError;

use super::Org;
use crate::error::OrgError;
use crate::state::State;

/// All records as they were. Cheap: rows are shared until they change.
#[derive(Clone)]
pub struct Snapshot(State);

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot(..)")
    }
}

impl Org {
    /// The records as they are now. Tokens and apps are not part of it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.read(State::clone))
    }

    /// Puts every record back as it was, on disk as well.
    ///
    /// # Errors
    /// When the records cannot be written; nothing has changed then.
    pub fn restore(&self, snapshot: &Snapshot) -> Result<(), OrgError> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        self.disk().replace_all(&snapshot.0)?;
        *state = snapshot.0.clone();
        Ok(())
    }
}

//! Checkpoints that were kept outside the log's storage: whoever cuts, exchanges or removes the log would have to
//! reach them too.

use crate::verify::compare_root;
use crate::{Flaw, Head, LedgerError, VerifyingKeys};

/// A signed checkpoint, and where it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Where, in words that whoever has to look there understands: a path.
    pub place: String,
    /// The signed note (c2sp.org/tlog-checkpoint).
    pub note: String,
}

impl KeptCheckpoint {
    /// A checkpoint that was kept at this place.
    pub fn new(place: impl Into<String>, note: impl Into<String>) -> Self {
        Self { place: place.into(), note: note.into() }
    }

    /// The name of the log that it says it is of. Nobody has looked at the signature.
    pub fn claimed_origin(&self) -> Option<&str> {
        self.note.lines().next().filter(|line| !line.is_empty())
    }
}

/// What a kept checkpoint says, once its signature was checked.
#[derive(Clone, Debug)]
pub(crate) struct KeptHead {
    place: String,
    pub(crate) head: Head,
}

impl KeptHead {
    /// All of them, the smallest first.
    pub(crate) fn open_all(
        keys: &VerifyingKeys,
        kept: &[KeptCheckpoint],
    ) -> Result<Vec<Self>, LedgerError> {
        let mut heads = Vec::with_capacity(kept.len());
        for KeptCheckpoint { place, note } in kept {
            match keys.open(note) {
                Ok(head) => heads.push(Self { place: place.clone(), head }),
                Err(reason) => {
                    let flaw = Box::new(Flaw::Checkpoint { size: size_of(note), reason });
                    return Err(Flaw::Kept { place: place.clone(), flaw }.into());
                }
            }
        }
        heads.sort_by_key(|kept| kept.head.size);
        Ok(heads)
    }

    /// Refuses a log that is shorter.
    pub(crate) fn reaches(&self, held: u64) -> Result<(), Flaw> {
        if self.head.size <= held { Ok(()) } else { Err(self.cut(held)) }
    }

    pub(crate) fn cut(&self, held: u64) -> Flaw {
        self.says(Flaw::Cut { signed: self.head.size, held })
    }

    /// Compares it with the root at its size.
    pub(crate) fn compare(&self, held: tlog_tiles::tlog::Hash, good: u64) -> Result<(), Flaw> {
        compare_root(held, self.head, good).map_err(|flaw| self.says(flaw))
    }

    fn says(&self, flaw: Flaw) -> Flaw {
        Flaw::Kept { place: self.place.clone(), flaw: Box::new(flaw) }
    }
}

/// The size that a note speaks of, for a message about it.
fn size_of(note: &str) -> u64 {
    note.lines().nth(1).and_then(|line| line.parse().ok()).unwrap_or(0)
}

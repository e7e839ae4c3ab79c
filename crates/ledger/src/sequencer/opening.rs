//! Opening a stored log: nothing is appended to a log that does not add up.

use crate::tree::Tree;
use crate::verify::{check_row, compare};
use crate::{Flaw, Head, LedgerError, LogReader, LogStorage, Signer, StoredCheckpoint};

use super::{Clock, writer::store_signed};

/// Entries read in one go.
const CHUNK: usize = 256;

/// How often a checkpoint is tried to be stored while other gates store theirs.
pub(super) const TRIES: u32 = 8;

/// Recomputes the root from all leaf hashes, compares it with the last signed checkpoint, checks the
/// entries after it (written, but not yet signed, when the gate stopped), and signs those.
pub(super) fn open(
    storage: &mut dyn LogStorage,
    signer: &Signer,
    clock: &Clock,
) -> Result<(Tree, StoredCheckpoint), LedgerError> {
    for _ in 0..TRIES {
        if let Some(opened) = attempt(storage, signer, clock)? {
            return Ok(opened);
        }
    }
    Err(LedgerError::Busy)
}

/// `None` when another gate stored a checkpoint meanwhile.
fn attempt(
    storage: &mut dyn LogStorage,
    signer: &Signer,
    clock: &Clock,
) -> Result<Option<(Tree, StoredCheckpoint)>, LedgerError> {
    let keys = signer.verifying_keys()?;
    // Before the size: another gate may append and sign in between.
    let last = storage.last_checkpoint()?;
    let size = storage.size()?;
    let Some(checkpoint) = last else {
        if size > 0 {
            return Err(Flaw::Unsigned.into());
        }
        let tree = Tree::default();
        let head = Head { size: 0, root: tree.root()?.0 };
        let first = store_signed(storage, signer, clock, None, head)?;
        return Ok(first.map(|first| (tree, first)));
    };
    let signed = keys.open_stored(&checkpoint)?;
    if signed.size > size {
        return Err(Flaw::Cut { signed: signed.size, held: size }.into());
    }
    let tree = Tree::read(storage, size, |tree| compare(tree, signed, 0))?;
    check_tail(storage, signed.size, size)?;
    if size == signed.size && keys.all_signed(&checkpoint.note) {
        return Ok(Some((tree, checkpoint)));
    }
    let head = Head { size, root: tree.root()?.0 };
    let next = store_signed(storage, signer, clock, Some(&checkpoint), head)?;
    Ok(next.map(|next| (tree, next)))
}

fn check_tail(reader: &dyn LogReader, from: u64, size: u64) -> Result<(), LedgerError> {
    let mut next = from;
    while next < size {
        let rows = reader.rows(next, CHUNK)?;
        if rows.is_empty() {
            return Err(Flaw::Missing(next).into());
        }
        for row in &rows {
            check_row(row, next)?;
            next += 1;
        }
    }
    Ok(())
}

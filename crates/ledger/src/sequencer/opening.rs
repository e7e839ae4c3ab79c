//! Opening a stored log: nothing is appended to a log that does not add up.

use crate::kept::KeptHead;
use crate::tree::{Tree, leaf_of};
use crate::verify::{check_row, compare};
use crate::{
    Flaw, Head, KeptCheckpoint, LedgerError, LogReader, LogStorage, Signer, StoredCheckpoint,
};

use super::{Clock, writer::store_signed};

/// Entries read in one go.
const CHUNK: usize = 1024;

/// How often a checkpoint is tried to be stored while other gates store theirs.
pub(super) const TRIES: u32 = 8;

/// Recomputes the root from all leaf hashes, compares it with the last signed checkpoint and with those that were kept
/// elsewhere, checks every entry against its leaf (and more closely those that were written, but not yet signed, when the
/// gate stopped), and signs those.
pub(super) fn open(
    storage: &mut dyn LogStorage,
    signer: &Signer,
    clock: &Clock,
    kept: &[KeptCheckpoint],
) -> Result<(Tree, StoredCheckpoint), LedgerError> {
    let kept = KeptHead::open_all(&signer.verifying_keys()?, kept)?;
    for _ in 0..TRIES {
        if let Some(opened) = attempt(storage, signer, clock, &kept)? {
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
    kept: &[KeptHead],
) -> Result<Option<(Tree, StoredCheckpoint)>, LedgerError> {
    let keys = signer.verifying_keys()?;
    // Before the size: another gate may append and sign in between.
    let last = storage.last_checkpoint()?;
    let size = storage.size()?;
    for kept in kept {
        kept.reaches(size)?;
    }
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
    let tree = Tree::read(storage, size, |tree| {
        compare(tree, signed, 0)?;
        for kept in kept.iter().filter(|kept| kept.head.size == tree.size()) {
            kept.compare(tree.root()?, 0)?;
        }
        Ok(())
    })?;
    check_entries(storage, signed.size, size)?;
    if size == signed.size && keys.all_signed(&checkpoint.note) {
        return Ok(Some((tree, checkpoint)));
    }
    let head = Head { size, root: tree.root()?.0 };
    let next = store_signed(storage, signer, clock, Some(&checkpoint), head)?;
    Ok(next.map(|next| (tree, next)))
}

/// Hashes every entry that was not pruned. Those from `signed` on are read, too: nobody has vouched for them yet.
fn check_entries(reader: &dyn LogReader, signed: u64, size: u64) -> Result<(), LedgerError> {
    let mut next = reader.minimum()?;
    while next < size {
        let rows = reader.rows(next, CHUNK)?;
        if rows.first().is_none_or(|row| row.index != next) {
            // Another gate may have pruned meanwhile.
            let minimum = reader.minimum()?;
            if minimum <= next {
                return Err(Flaw::Missing(next).into());
            }
            next = minimum;
            continue;
        }
        for row in &rows {
            if next >= signed {
                check_row(row, next)?;
            } else if row.index != next {
                return Err(Flaw::Missing(next).into());
            } else if leaf_of(&row.body) != row.leaf {
                return Err(Flaw::Altered(next).into());
            }
            next += 1;
        }
    }
    Ok(())
}

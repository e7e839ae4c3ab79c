//! Proof that one entry is in the log.

use tlog_tiles::tlog::{Hash, check_record, prove_record};

use crate::tree::{Nodes, Subtrees, TILE_WIDTH, Tree, bad_math, leaf_of, read_subtrees};
use crate::{Envelope, Flaw, Leaf, LedgerError, LogReader, Row, StoredCheckpoint, VerifyingKeys};

/// First line of a proof (c2sp.org/tlog-proof).
const MAGIC: &str = "c2sp.org/tlog-proof@v1";

/// More hashes than any tree of 2^63 entries needs.
const MAX_HASHES: usize = 63;

/// Whether an entry is under a signed checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofStatus {
    /// Durable, but not signed for yet: about a second.
    Pending,
    /// Signed for.
    Included {
        /// Entries under that checkpoint.
        checkpoint_size: u64,
        /// When it was signed.
        at: boundary::UnixMillis,
    },
}

impl ProofStatus {
    pub(crate) fn of(index: u64, checkpoint: &StoredCheckpoint) -> Self {
        if index < checkpoint.size {
            Self::Included { checkpoint_size: checkpoint.size, at: checkpoint.at }
        } else {
            Self::Pending
        }
    }
}

/// An entry with the hashes that lead from it to a signed root. Checked when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// The entry as it stands in the storage.
    pub row: Row,
    /// The hashes, from the leaf upwards.
    pub hashes: Vec<Leaf>,
    /// The checkpoint that was signed for that root.
    pub checkpoint: StoredCheckpoint,
}

/// A proof in the making: all that must be read from the storage.
pub(crate) struct Draft {
    row: Row,
    subtrees: Subtrees,
    checkpoint: StoredCheckpoint,
}

impl Draft {
    pub(crate) fn read(
        reader: &dyn LogReader,
        checkpoint: StoredCheckpoint,
        index: u64,
    ) -> Result<Self, LedgerError> {
        let Some(last) = checkpoint.size.checked_sub(1).filter(|last| index <= *last) else {
            return Err(LedgerError::NotYetSigned(index));
        };
        let row = reader.rows(index, 1)?.pop().ok_or(Flaw::Missing(index))?;
        crate::verify::check_row(&row, index)?;
        // The path leaves from the entry's own tile; the right edge of the tree runs through the last.
        let tiles = [index, last].map(|entry| entry / TILE_WIDTH as u64);
        Ok(Self { row, subtrees: read_subtrees(reader, tiles)?, checkpoint })
    }

    /// Finds the hashes. Quick: the sequencer lends its tree for this long.
    pub(crate) fn prove(self, tree: &Tree) -> Result<Inclusion, LedgerError> {
        let Self { row, subtrees, checkpoint } = self;
        let hashes = prove_record(checkpoint.size, row.index, &Nodes::new(tree, subtrees));
        let hashes = hashes.map_err(bad_math)?.into_iter().map(|hash| hash.0).collect();
        Ok(Inclusion { row, hashes, checkpoint })
    }
}

impl Inclusion {
    /// Checks the proof by itself, trusting nothing but the keys.
    pub fn check(&self, keys: &VerifyingKeys) -> Result<Envelope, LedgerError> {
        check_proof(&self.to_text(), &self.row.body, keys)
    }

    /// The proof as a file that other tools verify (c2sp.org/tlog-proof): index, hashes, checkpoint.
    pub fn to_text(&self) -> String {
        let hashes = self.hashes.iter().map(|hash| format!("{}\n", Hash(*hash)));
        let hashes: String = hashes.collect();
        format!("{MAGIC}\nindex {}\n{hashes}\n{}", self.row.index, self.checkpoint.note)
    }
}

/// Checks a proof in its text form for the bytes of an entry, trusting nothing but the keys.
///
/// Gives the entry that was proven to be in the log.
pub fn check_proof(text: &str, body: &[u8], keys: &VerifyingKeys) -> Result<Envelope, LedgerError> {
    let index = check_text(text, body, keys)?;
    let envelope = Envelope::parse(body).map_err(|reason| Flaw::Form { index, reason })?;
    if envelope.seq == index {
        Ok(envelope)
    } else {
        Err(Flaw::Displaced { index, says: envelope.seq }.into())
    }
}

fn check_text(text: &str, body: &[u8], keys: &VerifyingKeys) -> Result<u64, LedgerError> {
    let malformed = |reason: &str| Flaw::Checkpoint { size: 0, reason: reason.to_owned() };
    let (head, note) =
        text.split_once("\n\n").ok_or_else(|| malformed("the proof has no checkpoint"))?;
    let mut lines = head.lines().peekable();
    if lines.next() != Some(MAGIC) {
        return Err(malformed("the proof is of another version").into());
    }
    lines.next_if(|line| line.starts_with("extra "));
    let index = lines.next().and_then(|line| line.strip_prefix("index "));
    let index = index
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|digits| digits.parse::<u64>().ok())
        .ok_or_else(|| malformed("the proof names no index"))?;
    let hashes: Result<Vec<_>, _> = lines.take(MAX_HASHES + 1).map(Hash::parse_hash).collect();
    let hashes = hashes.map_err(|_| malformed("a hash of the proof is malformed"))?;
    let signed = keys.open(note).map_err(|reason| Flaw::Checkpoint { size: 0, reason })?;
    if index >= signed.size {
        return Err(LedgerError::NotYetSigned(index));
    }
    let leaf = Hash(leaf_of(body));
    match check_record(&hashes, signed.size, Hash(signed.root), index, leaf) {
        Ok(()) => Ok(index),
        Err(_) => Err(Flaw::Altered(index).into()),
    }
}

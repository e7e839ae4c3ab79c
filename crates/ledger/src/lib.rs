//! The tiled Merkle log: entries, sequencer, checkpoints, offline verifier.
//!
//! The format is C2SP's (c2sp.org/tlog-tiles, tlog-checkpoint, signed-note, tlog-proof) over the
//! hash tree of RFC 6962, so verifiers that others wrote read it. [`Sequencer`] is the only
//! way in: it turns an [`boundary::Entry`] into a [`boundary::Receipt`] once the entry is durable, and
//! refuses when it cannot.

#![forbid(unsafe_code)]

mod envelope;
mod error;
mod export;
mod kept;
mod memory;
mod ocsf;
mod offline;
mod proof;
mod sequencer;
mod signer;
mod storage;
mod tiles;
mod tree;
mod verify;
mod witness;

pub use envelope::{Annex, Commitment, Envelope, MAX_ENTRY, Usage};
pub use error::{Flaw, LedgerError};
pub use export::ExportFormat;
pub use kept::KeptCheckpoint;
pub use memory::MemoryLog;
pub use ocsf::ocsf_event;
pub use offline::{TileDirectory, verify_offline};
pub use proof::{Inclusion, ProofStatus, check_proof};
pub use sequencer::{Clock, Health, Limits, Pending, Sequencer};
pub use signer::{Head, Signer, VerifyingKeys};
pub use storage::{Leaf, LogReader, LogStorage, Parts, Row, SealedPart, StoredCheckpoint};
pub use tiles::{Exported, Growth, TileFile, export_tiles, held_in, tile_paths};
pub use verify::{PRUNE, Report, verify, verify_sealed};
pub use witness::Witness;

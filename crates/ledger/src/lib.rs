//! The tiled Merkle log: entries, sequencer, checkpoints, offline verifier.

#![forbid(unsafe_code)]

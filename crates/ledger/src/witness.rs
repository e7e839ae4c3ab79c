//! Witnesses: parties who sign that a log only grew (c2sp.org/tlog-witness, tlog-cosignature).
//!
//! A log that was put back to an old copy, or rewritten and signed again, is consistent with itself;
//! a witness has seen the longer one and does not sign.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use signed_note::key_id;
use tlog_tiles::tlog::prove_tree;

use crate::tree::{Nodes, TILE_WIDTH, Tree, bad_math, read_subtrees};
use crate::{LedgerError, LogReader, StoredCheckpoint};

/// First byte of the key of an Ed25519 cosignature, version 1.
const ALG_COSIGNATURE: u8 = 4;

/// A witness and the key that its cosignatures are checked with.
#[derive(Clone)]
pub struct Witness {
    name: String,
    key: VerifyingKey,
    id: u32,
}

impl Witness {
    /// Reads a verifier key: `<name>+<id>+<base64 of 04 and the key>`.
    pub fn parse(vkey: &str) -> Result<Self, LedgerError> {
        let malformed = LedgerError::Key("the witness's key is no Ed25519 cosignature key");
        let read = || {
            let mut parts = vkey.trim().splitn(3, '+');
            let (name, id, key) = (parts.next()?, parts.next()?, parts.next()?);
            let id = u32::from_str_radix(id, 16).ok()?;
            let bytes = STANDARD.decode(key).ok()?;
            let (&algorithm, public) = bytes.split_first()?;
            let known = algorithm == ALG_COSIGNATURE && key_id(name, &bytes) == id;
            let key = VerifyingKey::from_bytes(public.try_into().ok()?).ok()?;
            (known && !name.is_empty()).then(|| Self { name: name.to_owned(), key, id })
        };
        read().ok_or(malformed)
    }

    /// The witness's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Looks for this witness's cosignature of a checkpoint among the lines that it answered with. Gives
    /// when it was made, in seconds since 1970.
    pub fn check(&self, checkpoint: &str, lines: &str) -> Result<u64, LedgerError> {
        let missing = LedgerError::Key("the witness's answer holds no cosignature of its own");
        let wrong = LedgerError::Key("the witness's cosignature does not fit the checkpoint");
        let text = checkpoint.split_once("\n\n").map(|(text, _)| text).ok_or(wrong.clone())?;
        let line = |line: &str| {
            let (name, sealed) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = STANDARD.decode(sealed).ok()?;
            let (id, rest) = bytes.split_first_chunk::<4>()?;
            let (time, signature) = rest.split_first_chunk::<8>()?;
            let own = name == self.name && u32::from_be_bytes(*id) == self.id;
            let signature = Signature::from_slice(signature).ok()?;
            own.then(|| (u64::from_be_bytes(*time), signature))
        };
        let (time, signature) = lines.lines().find_map(line).ok_or(missing)?;
        let message = format!("cosignature/v1\ntime {time}\n{text}\n");
        match self.key.verify_strict(message.as_bytes(), &signature) {
            Ok(()) => Ok(time),
            Err(_) => Err(wrong),
        }
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Witness({})", self.name)
    }
}

/// The request that asks a witness to sign a checkpoint, when it last signed for `old` entries.
pub(crate) fn request(
    reader: &dyn LogReader,
    tree: &Tree,
    checkpoint: &StoredCheckpoint,
    old: u64,
) -> Result<String, LedgerError> {
    let mut hashes = Vec::new();
    if old > 0 && old < checkpoint.size {
        let width = TILE_WIDTH as u64;
        let tiles = [(old - 1) / width, (checkpoint.size - 1) / width];
        let nodes = Nodes::new(tree, read_subtrees(reader, tiles)?);
        hashes = prove_tree(checkpoint.size, old, &nodes).map_err(bad_math)?;
    }
    let mut request = format!("old {old}\n");
    for hash in &hashes {
        request.extend([hash.to_string().as_str(), "\n"]);
    }
    Ok(request + "\n" + &checkpoint.note)
}

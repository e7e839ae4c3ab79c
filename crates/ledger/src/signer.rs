//! Checkpoints: who signs them and who checks them.

use std::fmt;

use ed25519_dalek::SigningKey;
use signed_note::{
    Note, Signature, StandardVerifier, VerificationError, Verifier, Verifiers, is_key_name_valid,
    key_id, new_ed25519_verifier_key,
};
use tlog_tiles::{Checkpoint, tlog::Hash};

use crate::{Flaw, Leaf, LedgerError};

/// First byte of an Ed25519 key in a signed note.
const ALG_ED25519: u8 = 1;

/// Signs checkpoints in the name of one log.
///
/// With two keys, both sign: verifiers that know only the old one or only the new one are content,
/// until the old key is left away.
pub struct Signer {
    origin: String,
    keys: Vec<SigningKey>,
    /// Verifier keys that sign no more, each with the size of the log when it stopped.
    retired: Vec<(String, u64)>,
}

/// The size and root that a checkpoint speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Entries covered.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Leaf,
}

impl Signer {
    /// A signer for the log `origin` (a name such as `gate.example/audit`, without space or `+`) with an
    /// Ed25519 key of this seed.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<Self, LedgerError> {
        let control = |c: char| c.is_control();
        if !is_key_name_valid(origin) || origin.contains(control) {
            return Err(LedgerError::Key("the log's name must have no space and no `+`"));
        }
        let keys = vec![SigningKey::from_bytes(seed)];
        Ok(Self { origin: origin.to_owned(), keys, retired: Vec::new() })
    }

    /// Also signs with this key.
    #[must_use]
    pub fn and_with(mut self, seed: &[u8; 32]) -> Self {
        self.keys.push(SigningKey::from_bytes(seed));
        self
    }

    /// Also believes checkpoints of at most `until` entries that this key has signed.
    #[must_use]
    pub fn and_retired(mut self, vkey: &str, until: u64) -> Self {
        self.retired.push((vkey.to_owned(), until));
        self
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The verifier keys to publish, one for each key, in the form of c2sp.org/signed-note.
    pub fn vkeys(&self) -> Vec<String> {
        let vkey = |key: &SigningKey| new_ed25519_verifier_key(&self.origin, &key.verifying_key());
        self.keys.iter().map(vkey).collect()
    }

    /// The keys that verify what this signer signs.
    pub fn verifying_keys(&self) -> Result<VerifyingKeys, LedgerError> {
        let keys = VerifyingKeys::parse(&self.vkeys())?;
        self.retired.iter().try_fold(keys, |keys, (vkey, until)| keys.and_retired(vkey, *until))
    }

    pub(crate) fn sign(&self, head: Head) -> Result<String, LedgerError> {
        let checkpoint = Checkpoint::new(&self.origin, head.size, Hash(head.root), "")
            .map_err(|_| LedgerError::Key("the log's name does not fit a checkpoint"))?;
        let unsigned = |_| LedgerError::Key("a checkpoint could not be signed");
        let mut note = Note::new(&checkpoint.to_bytes(), &[]).map_err(unsigned)?;
        let keys: Vec<_> = self.keys.iter().map(|key| NoteSigner::new(&self.origin, key)).collect();
        let keys: Vec<_> = keys.iter().map(|key| key as &dyn signed_note::Signer).collect();
        note.add_sigs(&keys).map_err(unsigned)?;
        String::from_utf8(note.to_bytes()).map_err(|_| LedgerError::Key("the name is no text"))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}, {} keys)", self.origin, self.keys.len())
    }
}

struct NoteSigner<'a> {
    name: &'a str,
    id: u32,
    key: &'a SigningKey,
}

impl<'a> NoteSigner<'a> {
    fn new(name: &'a str, key: &'a SigningKey) -> Self {
        let public = [&[ALG_ED25519], key.verifying_key().as_bytes().as_slice()].concat();
        Self { name, id: key_id(name, &public), key }
    }
}

impl signed_note::Signer for NoteSigner<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        use ed25519_dalek::Signer as _;
        Ok(self.key.try_sign(text)?.to_vec())
    }
}

/// The keys a verifier trusts for one log.
#[derive(Clone)]
pub struct VerifyingKeys {
    origin: String,
    keys: Vec<StandardVerifier>,
    /// Keys that sign no more, each with the size of the log when it stopped.
    retired: Vec<(u64, StandardVerifier)>,
}

impl VerifyingKeys {
    /// Reads verifier keys (`name+id+base64`) of one log.
    pub fn parse<S: AsRef<str>>(vkeys: &[S]) -> Result<Self, LedgerError> {
        let malformed = LedgerError::Key("a verifier key is malformed");
        let mut keys = Vec::new();
        for vkey in vkeys {
            let key = StandardVerifier::new(vkey.as_ref().trim());
            keys.push(key.map_err(|_| malformed.clone())?);
        }
        let origin = keys.first().ok_or(malformed)?.name().to_owned();
        if keys.iter().any(|key| key.name() != origin) {
            return Err(LedgerError::Key("the verifier keys are of different logs"));
        }
        Ok(Self { origin, keys, retired: Vec::new() })
    }

    /// Also believes a key that has been replaced, for checkpoints of at most `until` entries: whoever
    /// stole it since can sign nothing new with it.
    pub fn and_retired(mut self, vkey: &str, until: u64) -> Result<Self, LedgerError> {
        let malformed = |_| LedgerError::Key("a verifier key is malformed");
        let key = StandardVerifier::new(vkey.trim()).map_err(malformed)?;
        if key.name() != self.origin {
            return Err(LedgerError::Key("the verifier keys are of different logs"));
        }
        self.retired.push((until, key));
        Ok(self)
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What a checkpoint says, once one of the keys has been found to have signed it.
    pub fn open(&self, note: &str) -> Result<Head, String> {
        self.opened(note).map(|(head, _)| head)
    }

    /// Whether each of the keys has signed.
    pub(crate) fn all_signed(&self, note: &str) -> bool {
        self.opened(note).is_ok_and(|(_, signed)| signed.len() == self.keys.len())
    }

    fn opened(&self, note: &str) -> Result<(Head, Vec<Signature>), String> {
        let note = Note::from_bytes(note.as_bytes()).map_err(|error| error.to_string())?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|error| error.to_string())?;
        let size = checkpoint.size();
        let signed = match note.verify(self) {
            Ok((signed, _)) => signed,
            Err(error) => {
                let mut old = self.retired.iter().filter(|(until, _)| size <= *until);
                let by_old = old.find_map(|(_, key)| note.verify(&Retired(key)).ok());
                by_old.ok_or_else(|| error.to_string())?.0
            }
        };
        if checkpoint.origin() != self.origin {
            return Err(format!("it is of the log `{}`", checkpoint.origin()));
        }
        Ok((Head { size: checkpoint.size(), root: checkpoint.hash().0 }, signed))
    }

    /// Opens a stored checkpoint and compares the size it is filed under.
    pub(crate) fn open_stored(&self, stored: &crate::StoredCheckpoint) -> Result<Head, Flaw> {
        let flaw = |reason| Flaw::Checkpoint { size: stored.size, reason };
        let head = self.open(&stored.note).map_err(flaw)?;
        if head.size == stored.size {
            Ok(head)
        } else {
            Err(flaw(format!("it was signed for {} entries", head.size)))
        }
    }
}

impl Verifiers for VerifyingKeys {
    fn verifier(&self, name: &str, id: u32) -> Result<&dyn Verifier, VerificationError> {
        let known = self.keys.iter().find(|key| key.name() == name && key.key_id() == id);
        let unknown = || VerificationError::UnknownKey { name: name.to_owned(), id };
        known.map(|key| key as &dyn Verifier).ok_or_else(unknown)
    }
}

/// One key that signs no more.
struct Retired<'a>(&'a StandardVerifier);

impl Verifiers for Retired<'_> {
    fn verifier(&self, name: &str, id: u32) -> Result<&dyn Verifier, VerificationError> {
        if self.0.name() == name && self.0.key_id() == id {
            Ok(self.0)
        } else {
            Err(VerificationError::UnknownKey { name: name.to_owned(), id })
        }
    }
}

impl fmt::Debug for VerifyingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKeys({}, {} keys)", self.origin, self.keys.len())
    }
}

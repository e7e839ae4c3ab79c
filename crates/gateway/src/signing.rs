//! Who signs the ledger's checkpoints, and how one key follows another: for a while both sign, so that
//! verifiers that know either are content; then the old one is retired.

use std::path::Path;

use boundary::{Action, Facts, Purpose, Verdict};
use keys::SealKey;
use ledger::{Signer, VerifyingKeys};
use serde::{Deserialize, Serialize};
use store::StateStore;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::{Gate, OpenError};

/// Where it is kept who signs.
const SETTING: &str = "ledger/signers";
/// File of the keys that sign, one a line.
const ACTIVE_FILE: &str = "ledger.vkey";
/// File of the keys that signed once: the size of the log when each stopped, and the key.
const RETIRED_FILE: &str = "ledger.retired.vkey";

/// Generations of the signing key, each derived from the seal key by its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signing {
    active: Vec<u32>,
    retired: Vec<Retired>,
    /// Name of the log in its checkpoints.
    #[serde(skip)]
    origin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Retired {
    generation: u32,
    until: u64,
}

/// How a rotation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// A new key signs beside the old one from the next start on.
    Begun,
    /// The old key is retired; the new one signs alone from the next start on.
    Finished,
}

impl Signing {
    /// Who signs the log of this name.
    pub(crate) fn read(state: &dyn StateStore, origin: &str) -> Result<Self, OpenError> {
        let origin = origin.to_owned();
        match state.setting(SETTING)? {
            None => Ok(Self { active: vec![0], retired: Vec::new(), origin }),
            Some(text) => {
                let kept: Self = serde_json::from_str(&text).map_err(internal)?;
                Ok(Self { origin, ..kept })
            }
        }
    }

    /// The signer, with the keys of all generations that sign now.
    pub(crate) fn signer(&self, key: &SealKey) -> Result<Signer, OpenError> {
        let mut active = self.active.iter();
        let first = active.next().copied().unwrap_or(0);
        let mut signer = Signer::new(&self.origin, key.derive(&purpose(first))?.expose())?;
        for generation in active {
            signer = signer.and_with(key.derive(&purpose(*generation))?.expose());
        }
        for (vkey, until) in self.retired_keys(key)? {
            signer = signer.and_retired(&vkey, until);
        }
        Ok(signer)
    }

    fn retired_keys(&self, key: &SealKey) -> Result<Vec<(String, u64)>, OpenError> {
        let vkey = |Retired { generation, until }: &Retired| {
            let old = Signer::new(&self.origin, key.derive(&purpose(*generation))?.expose())?;
            Ok((old.vkeys().concat(), *until))
        };
        self.retired.iter().map(vkey).collect()
    }

    /// Writes the keys that strangers verify the ledger with.
    pub(crate) fn publish(
        &self,
        data: &Path,
        vkeys: &[String],
        key: &SealKey,
    ) -> Result<(), OpenError> {
        let retired = self.retired_keys(key)?;
        let retired = retired.iter().map(|(vkey, until)| format!("{until} {vkey}\n"));
        let retired: String = retired.collect();
        let write = |name: &str, text: &str| {
            let path = data.join(name);
            std::fs::write(&path, text)
                .map_err(|error| OpenError::File { path, problem: error.to_string() })
        };
        write(ACTIVE_FILE, &(vkeys.join("\n") + "\n"))?;
        if retired.is_empty() { Ok(()) } else { write(RETIRED_FILE, &retired) }
    }
}

/// What a generation's key is derived for. The first has no number.
fn purpose(generation: u32) -> String {
    match generation {
        0 => "ledger/sign".to_owned(),
        number => format!("ledger/sign/{number}"),
    }
}

/// Keys of retired signers, as the file beside `ledger.vkey` has them.
pub fn with_retired(keys: VerifyingKeys, text: &str) -> Result<VerifyingKeys, ledger::LedgerError> {
    let malformed = ledger::LedgerError::Key("a line of the retired keys is malformed");
    let mut keys = keys;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (until, vkey) = line.split_once(' ').ok_or_else(|| malformed.clone())?;
        let until = until.parse().map_err(|_| malformed.clone())?;
        keys = keys.and_retired(vkey, until)?;
    }
    Ok(keys)
}

impl Gate {
    /// Begins to sign with a new key beside the present one; with `finish`, retires the older of two. Both take
    /// effect at the next start. Recorded first.
    pub async fn rotate_signer(&self, finish: bool) -> Result<Rotation, GateError> {
        let inner = &self.0;
        let state = inner.store.state();
        let origin = inner.recorder.sequencer().verifying_keys().origin();
        let mut signing = Signing::read(state, origin).map_err(internal)?;
        let wrong = |problem: &str| Err(GateError::invalid(problem, None));
        let action = match (finish, signing.active.len()) {
            (false, 1) => Action::KeyCreate,
            (true, 2..) => Action::KeyRevoke,
            (false, _) => return wrong("two keys sign already: finish that rotation first"),
            (true, _) => return wrong("one key signs: there is no rotation to finish"),
        };
        let facts = Facts::new(Purpose::System, action, Verdict::Done, &inner.operator()?);
        inner.recorder.record(facts.rule("ledger-signer")).await?;
        let rotation = if finish {
            // Both have signed for this: the old key vouches for nothing after it.
            let until = inner.recorder.sequencer().sign_now().map_err(internal)?.size;
            let generation = signing.active.remove(0);
            signing.retired.push(Retired { generation, until });
            Rotation::Finished
        } else {
            let last = signing.active.iter().chain(signing.retired.iter().map(|it| &it.generation));
            let next = last.max().map_or(0, |last| last + 1);
            signing.active.push(next);
            Rotation::Begun
        };
        let text = serde_json::to_string(&signing).map_err(internal)?;
        state.put_setting(SETTING, &text).map_err(internal)?;
        Ok(rotation)
    }
}

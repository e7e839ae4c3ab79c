//! Witnesses of the ledger: each new checkpoint is shown to them, and one that they do not sign
//! is an alarm.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use boundary::UnixMillis;
use egress::{Limits, Trust, WitnessDoor};
use ledger::Witness;

use crate::config::WitnessConfig;
use crate::gate::{Inner, OpenError};

/// Between two looks for a new checkpoint.
const PAUSE: Duration = Duration::from_secs(1);

/// A witness and how it stands with it.
pub(crate) struct Witnessed {
    door: WitnessDoor,
    witness: Witness,
    standing: Mutex<WitnessStanding>,
}

/// How a witness stands to the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WitnessStanding {
    /// The witness's name.
    pub name: String,
    /// Entries under the last checkpoint that it signed.
    pub size: u64,
    /// When it signed, by its own clock.
    pub at: Option<UnixMillis>,
    /// Why it did not sign the last checkpoint; `None` once it has.
    pub alarm: Option<String>,
}

impl Witnessed {
    pub(crate) fn new(config: &WitnessConfig) -> Result<Self, OpenError> {
        let trust = Trust { file: config.ca.clone(), ..Trust::default() };
        let limits = Limits {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(10),
            idle: Duration::from_secs(10),
            total: Duration::from_secs(20),
            reply_bytes: 64 * 1024,
        };
        let door = WitnessDoor::new(config.url.parse()?, &trust, limits)?;
        let witness = Witness::parse(&config.vkey)?;
        let name = witness.name().to_owned();
        let standing = Mutex::new(WitnessStanding { name, ..WitnessStanding::default() });
        Ok(Self { door, witness, standing })
    }

    pub(crate) fn standing(&self) -> WitnessStanding {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, WitnessStanding> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows the witness the last checkpoint, and keeps what came of it.
    pub(crate) async fn submit(&self, inner: &Inner) {
        let signed = self.ask(inner).await;
        let mut standing = self.lock();
        match signed {
            Ok((size, seconds)) => {
                standing.size = size;
                standing.at = Some(UnixMillis(seconds.saturating_mul(1_000)));
                standing.alarm = None;
            }
            Err(alarm) => {
                if standing.alarm.as_ref() != Some(&alarm) {
                    tracing::error!(witness = standing.name, alarm, "a witness does not sign");
                }
                standing.alarm = Some(alarm);
            }
        }
    }

    async fn ask(&self, inner: &Inner) -> Result<(u64, u64), String> {
        let sequencer = inner.recorder.sequencer();
        let mut old = self.lock().size;
        // The first answer may say where the witness stands; the second has to be a signature. Another gate on the
        // same log may have been quicker once.
        for _ in 0..3 {
            let (checkpoint, body) = sequencer
                .witness_request(inner.store.log(), old)
                .map_err(|error| error.to_string())?;
            let (status, answer) =
                self.door.add_checkpoint(body).await.map_err(|error| error.to_string())?;
            let answer = String::from_utf8_lossy(&answer);
            match status {
                200 => {
                    let time = self.witness.check(&checkpoint.note, &answer);
                    return Ok((checkpoint.size, time.map_err(|error| error.to_string())?));
                }
                409 => match answer.trim().parse::<u64>() {
                    Ok(seen) if seen > checkpoint.size && holds(inner, seen) => {
                        // This gate learns within a second what the other wrote.
                        tokio::time::sleep(2 * PAUSE).await;
                        old = seen;
                    }
                    Ok(seen) if seen > checkpoint.size => {
                        return Err(format!(
                            "it has seen {seen} entries and the ledger holds {}: the ledger was put back to an old copy",
                            checkpoint.size
                        ));
                    }
                    Ok(seen) => old = seen,
                    Err(_) => return Err("it answered 409 without a size".to_owned()),
                },
                422 => {
                    return Err(
                        "the ledger is not the one that it signed before: it was rewritten"
                            .to_owned(),
                    );
                }
                status => return Err(format!("it answered {status}")),
            }
        }
        Err("it does not say where it stands".to_owned())
    }
}

impl std::fmt::Debug for Witnessed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Witnessed({})", self.witness.name())
    }
}

/// Whether a stored checkpoint covers so many entries, for another gate may have signed it.
fn holds(inner: &Inner, size: u64) -> bool {
    let last = inner.store.log().last_checkpoint();
    last.is_ok_and(|last| last.is_some_and(|last| last.size >= size))
}

/// Shows every new checkpoint to every witness, for as long as the gate is there.
pub(crate) async fn watch(gate: Weak<Inner>) {
    loop {
        let Some(inner) = gate.upgrade() else { return };
        let size = inner.recorder.sequencer().checkpoint().size;
        for witness in &inner.witnesses {
            let standing = witness.standing();
            if standing.size != size || standing.alarm.is_some() {
                witness.submit(&inner).await;
            }
        }
        drop(inner);
        tokio::time::sleep(PAUSE).await;
    }
}

impl Inner {
    /// Begins to show checkpoints to the witnesses, where there are any.
    pub(crate) fn watch_witnesses(self: &Arc<Self>) {
        if !self.witnesses.is_empty() {
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    /// Each witness, asked now.
    pub(crate) async fn examine_witnesses(&self) -> Vec<(String, Result<(), String>)> {
        let mut found = Vec::new();
        // What was not signed yet is what a witness would miss.
        if !self.witnesses.is_empty()
            && let Err(error) = self.recorder.sequencer().sign_now()
        {
            found.push(("ledger".to_owned(), Err(error.to_string())));
        }
        for witness in &self.witnesses {
            witness.submit(self).await;
            let standing = witness.standing();
            found.push((format!("witness {}", standing.name), standing.alarm.map_or(Ok(()), Err)));
        }
        found
    }
}

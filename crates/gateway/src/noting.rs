//! What is known of the ledger outside the ledger: its last checkpoints in the state and in the copy's folder, and its name.
//!
//! Whoever removes the log, or cuts its end off, has to reach these too: at the start the log is held against them.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use keys::{OsRandom, random_hex};
use ledger::{KeptCheckpoint, held_in};
use store::{StateStore, Store};

use crate::config::{Config, ConfigError};
use crate::conversations::internal;
use crate::gate::{Inner, OpenError};

/// Where the state has the last checkpoint that was noted.
const NOTED: &str = "ledger/signed";
/// Where the state has the log's name.
const ORIGIN: &str = "ledger/origin";
/// Between two notes. Each is a commit of the state: nobody waits for it, but it takes its turn at the disk.
const EVERY: Duration = Duration::from_secs(10);

/// Checkpoints of a gate's ledger that are kept beside it: in the state, and in the folder of the copy where there is one.
/// Either may lag behind or be missing. To be read before the log is.
pub fn kept_checkpoints(
    data: &Path,
    copy: Option<&Path>,
    state: Option<&dyn StateStore>,
) -> Result<Vec<KeptCheckpoint>, store::StoreError> {
    let mut kept = Vec::new();
    if let Some(note) = state.map(|state| state.setting(NOTED)).transpose()?.flatten() {
        let file = data.join("state.db");
        let place = if file.exists() { file.display().to_string() } else { "the state".to_owned() };
        kept.push(KeptCheckpoint::new(place, note));
    }
    if let Some(copy) = copy {
        match held_in(copy) {
            Ok(Some(note)) => {
                kept.push(KeptCheckpoint::new(copy.join("checkpoint").display().to_string(), note));
            }
            Ok(None) => {}
            // The copy is an alarm of its own as long as it cannot be read.
            Err(error) => tracing::error!(%error, "the copy of the ledger cannot be read"),
        }
    }
    Ok(kept)
}

/// The log's name: the one that it has, or for a new log the configured one, or one that no other log has.
pub(crate) fn origin_of(
    store: &Store,
    config: &Config,
    kept: &[KeptCheckpoint],
) -> Result<String, OpenError> {
    let state = store.state();
    let wanted = config.ledger.origin.as_deref();
    let origin = if let Some(origin) = state.setting(ORIGIN)? {
        origin
    } else {
        let last = store.log().last_checkpoint()?;
        let last = last.map(|last| KeptCheckpoint::new("log.db", last.note));
        let mut notes = last.iter().chain(kept);
        let held = notes.find_map(|kept| kept.claimed_origin().map(str::to_owned));
        let origin = if let Some(origin) = held.or_else(|| wanted.map(str::to_owned)) {
            origin
        } else {
            let random = random_hex(&mut OsRandom)?;
            format!("portcullis/{}", random.get(..16).unwrap_or(&random))
        };
        // Another gate on the same database may have named it meanwhile.
        state.swap_setting(ORIGIN, None, &origin)?;
        state.setting(ORIGIN)?.unwrap_or(origin)
    };
    match wanted {
        Some(wanted) if wanted != origin => Err(ConfigError(format!(
            "`ledger.origin` is `{wanted}`, but this ledger began as `{origin}` and keeps that name"
        ))
        .into()),
        _ => Ok(origin),
    }
}

impl Inner {
    /// Notes the last checkpoint in the state.
    pub(crate) fn note_checkpoint(&self) -> Result<(), store::StoreError> {
        self.store.state().put_setting(NOTED, &self.recorder.sequencer().checkpoint().note)
    }

    /// Begins to note checkpoints every so often; the last one now.
    pub(crate) fn keep_noting(self: &Arc<Self>) -> Result<(), store::StoreError> {
        let size = self.recorder.sequencer().checkpoint().size;
        self.note_checkpoint()?;
        tokio::spawn(keep(Arc::downgrade(self), size));
        Ok(())
    }
}

/// Notes what is new, for as long as the gate is there.
async fn keep(gate: Weak<Inner>, mut noted: u64) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(inner) = gate.upgrade() else { return };
        let size = inner.recorder.sequencer().checkpoint().size;
        if noted == size {
            continue;
        }
        let work = move || inner.note_checkpoint().map_err(internal);
        match tokio::task::spawn_blocking(work).await.map_err(internal).flatten() {
            Ok(()) => noted = size,
            Err(error) => tracing::warn!(%error, "the last checkpoint is not noted"),
        }
    }
}

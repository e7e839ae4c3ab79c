//! One at a time: of all gates on a database, one drops entries, or lays a hold that keeps some from being dropped.

use std::time::Duration;

use boundary::UnixMillis;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;

/// Name of the lease.
const NAME: &str = "retention";
/// How long a gate has it that dies meanwhile. Clocks of gates may differ by less.
const MILLIS: u64 = 60_000;
/// Between two renewals.
const EVERY: Duration = Duration::from_secs(15);

impl Inner {
    /// Does something while no other gate, and nothing else in this one, drops entries.
    pub(crate) async fn in_turn<T>(
        &self,
        work: impl Future<Output = Result<T, GateError>>,
    ) -> Result<T, GateError> {
        let _here = self.dropping.lock().await;
        self.take_turn()?;
        let outcome = tokio::select! {
            outcome = work => outcome,
            lost = self.keep_turn() => Err(lost),
        };
        let given_up = self.store.state().give_up(NAME).map_err(internal);
        let outcome = outcome?;
        // Left behind, it ends by itself.
        if let Err(error) = given_up {
            tracing::warn!(%error, "the other gates wait a minute before they drop entries");
        }
        Ok(outcome)
    }

    fn take_turn(&self) -> Result<(), GateError> {
        let now = self.now();
        let until = UnixMillis(now.0.saturating_add(MILLIS));
        let taken = self.store.state().lease(NAME, now, until).map_err(internal)?;
        if taken { Ok(()) } else { Err(GateError::Dropping) }
    }

    /// Ends when the turn is lost.
    async fn keep_turn(&self) -> GateError {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(error) = self.take_turn() {
                return error;
            }
        }
    }
}

//! What became of proposals lately, for clients that wait for it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use boundary::Principal;

use super::{Decision, Direct};
use crate::approvals::Standing;
use crate::error::GateError;
use crate::gate::Gate;

/// Decisions remembered.
const KEPT: usize = 512;

/// The decisions of this process, newest last.
#[derive(Debug)]
pub(crate) struct Decisions {
    recent: Mutex<VecDeque<(String, Decision)>>,
    news: watch::Sender<()>,
}

impl Default for Decisions {
    fn default() -> Self {
        Self { recent: Mutex::default(), news: watch::Sender::new(()) }
    }
}

impl Decisions {
    /// Notes how a proposal ended. One that is back in the queue has not.
    pub(crate) fn note(&self, proposal: &str, decision: Decision) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() >= KEPT {
            recent.pop_front();
        }
        recent.push_back((proposal.to_owned(), decision));
        drop(recent);
        self.news.send_replace(());
    }

    fn of(&self, proposal: &str) -> Option<Decision> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().rev().find(|(id, _)| id == proposal).map(|(_, it)| it.clone())
    }

    /// How the proposal ends, if it does so within this time.
    pub(crate) async fn wait(&self, proposal: &str, time: Duration) -> Decision {
        // Subscribed before the look, so that nothing is noted between the two unseen.
        let mut news = self.news.subscribe();
        let ended = async {
            loop {
                news.mark_unchanged();
                if let Some(decision) = self.of(proposal) {
                    return decision;
                }
                if news.changed().await.is_err() {
                    return Decision::Waiting;
                }
            }
        };
        tokio::time::timeout(time, ended).await.unwrap_or(Decision::Waiting)
    }
}

impl Gate {
    /// What becomes of a waiting proposal of the person's within this time.
    pub async fn decision_within(
        &self,
        who: &Principal,
        proposal: &str,
        time: Duration,
    ) -> Result<Decision, GateError> {
        self.0.row(who, proposal)?;
        Ok(self.0.decisions.wait(proposal, time).await)
    }
}

impl Direct {
    /// Waits for a person to decide a proposal, at most so long and never longer than configured.
    pub async fn decision(&self, proposal: &str, time: Duration) -> Decision {
        let most = Duration::from_secs(self.0.inner.config.direct.wait_seconds);
        self.0.inner.decisions.wait(proposal, time.min(most)).await
    }
}

/// The decision that an approval came to.
pub(crate) fn of_standing(
    standing: Standing,
    record: Option<&String>,
    problem: Option<&String>,
) -> Decision {
    match standing {
        Standing::Done => Decision::Done(record.cloned()),
        Standing::Failed | Standing::Conflict => {
            Decision::Failed(problem.cloned().unwrap_or_default())
        }
        Standing::Unknown => Decision::Unknown,
        Standing::Rejected => Decision::Rejected,
        Standing::Waiting | Standing::Executing | Standing::Expired => Decision::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_ends_with_the_decision_or_with_time() {
        let decisions = std::sync::Arc::new(Decisions::default());
        decisions.note("p_0", Decision::Rejected);
        assert_eq!(decisions.wait("p_0", Duration::ZERO).await, Decision::Rejected);
        assert_eq!(decisions.wait("p_1", Duration::from_millis(5)).await, Decision::Waiting);
        let later = std::sync::Arc::clone(&decisions);
        let noted = tokio::spawn(async move {
            tokio::task::yield_now().await;
            later.note("p_2", Decision::Rejected);
            later.note("p_1", Decision::Done(Some("006".to_owned())));
        });
        let decision = decisions.wait("p_1", Duration::from_secs(5)).await;
        noted.await.unwrap();
        assert_eq!(decision, Decision::Done(Some("006".to_owned())));
    }
}

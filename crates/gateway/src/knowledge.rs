//! What the CRM knows, learned by the gate itself so that detectors find it in free text: read whole at
//! the start, then what changes. Each read is recorded like any other.

use std::sync::{Arc, Weak};
use std::time::Duration;

use boundary::{
    Act, Action, Entry, Facts, Learner, Lesson, Lookup, Matrix, PersonId, Purpose, Records, Rights,
    Topic, Treatment, UnixMillis, Verdict, Viewer,
};
use tokio::sync::watch;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::{Gate, Inner};
use crate::people::of_salesforce;
use crate::recorder::act_of_gate;

/// How long a request waits for the first lesson to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_secs(15);
/// Changes are asked for from so long before the last time: clocks differ, and commits take a while.
const OVERLAP_MILLIS: u64 = 5 * 60 * 1_000;
/// A lesson that found nothing new is not worth a whole reading more often than this.
const RENEWED_AFTER: u32 = 12;

/// How far learning has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is to be learned.
    Off,
    /// The first lesson is not over.
    NotYet,
    /// It failed, for this reason; it is tried again.
    Failed(String),
    /// Everything was read once.
    Known,
}

/// The gate's own reading.
pub(crate) struct Knowledge {
    learner: Option<Arc<dyn Learner>>,
    every: Duration,
    state: watch::Sender<State>,
}

impl Knowledge {
    /// Learns every so often; never without a learner.
    pub(crate) fn new(learner: Option<Arc<dyn Learner>>, every: Duration) -> Self {
        let first = if learner.is_some() { State::NotYet } else { State::Off };
        Self { learner, every, state: watch::Sender::new(first) }
    }

    /// Waits until everything was read once. Text must not be masked before: it would pass names
    /// that the CRM knows.
    pub(crate) async fn ready(&self) -> Result<(), GateError> {
        let mut state = self.state.subscribe();
        let over = |state: &State| !matches!(state, State::NotYet);
        let waited = tokio::time::timeout(PATIENCE, state.wait_for(over)).await;
        let why = match waited {
            Ok(Ok(state)) => match &*state {
                State::Off | State::Known | State::NotYet => return Ok(()),
                State::Failed(why) => why.clone(),
            },
            Ok(Err(_)) => "the gate is stopping".to_owned(),
            Err(_) => "the first reading is not over".to_owned(),
        };
        Err(GateError::Unlearned(why))
    }

    /// Begins to learn, until the gate is gone.
    pub(crate) fn begin(inner: &Arc<Inner>) {
        if let Some(learner) = inner.knowledge.learner.clone() {
            tokio::spawn(learn_on(Arc::downgrade(inner), learner, inner.knowledge.every));
        }
    }
}

/// Learns everything, then changes, until the gate is gone.
async fn learn_on(gate: Weak<Inner>, learner: Arc<dyn Learner>, every: Duration) {
    let mut since = None;
    let mut lessons = 0;
    loop {
        let Some(inner) = gate.upgrade() else { return };
        let begun = inner.now();
        lessons += 1;
        if learner.is_worn() && lessons > RENEWED_AFTER {
            since = None;
        }
        let wait = match study(&inner, learner.as_ref(), since).await {
            Ok(records) => {
                if since.is_none() {
                    lessons = 0;
                    tracing::info!(records, "learned what the CRM knows");
                }
                since = Some(UnixMillis(begun.0.saturating_sub(OVERLAP_MILLIS)));
                inner.knowledge.state.send_replace(State::Known);
                every
            }
            Err(error) => {
                tracing::warn!(%error, "could not learn what the CRM knows");
                inner.knowledge.state.send_if_modified(|state| {
                    let first = *state != State::Known;
                    if first {
                        *state = State::Failed(error.to_string());
                    }
                    first
                });
                AGAIN
            }
        };
        drop(inner);
        tokio::time::sleep(wait).await;
    }
}

impl Gate {
    /// Reads once all that the gate would learn of the CRM, and tells it to `learner`. Answers how many records were
    /// read, each reading recorded like any other.
    pub async fn learn(&self, learner: &dyn Learner) -> Result<usize, GateError> {
        study(&self.0, learner, None).await
    }
}

/// One lesson: all records, or those that changed. Answers how many were read.
async fn study(
    inner: &Inner,
    learner: &dyn Learner,
    since: Option<UnixMillis>,
) -> Result<usize, GateError> {
    let matrix = inner.matrix();
    let act = act_of_gate(matrix.version().as_str())?;
    let client = &inner.client;
    let user = client.own_user().await.map_err(|error| of_salesforce(&error))?;
    let objects: Vec<&str> = learner.topics().iter().map(|topic| topic.object).collect();
    let rights = client.own_rights(&objects).await.map_err(|error| of_salesforce(&error))?;
    let reader = Reader { inner, act, user, rights };
    let time = since.map(|since| date_time(since.0));
    if time.is_none() {
        learner.renew();
    }
    let mut read = 0;
    for topic in learner.topics() {
        let fields = reader.fields_of(topic, &matrix);
        if fields.len() < 2 {
            continue;
        }
        let lessons = match time.as_deref() {
            None => vec![Lesson::All],
            Some(time) => vec![Lesson::ChangedSince(time), Lesson::DeletedSince(time)],
        };
        for lesson in lessons {
            read += reader.read(learner, topic.object, &fields, lesson).await?;
        }
    }
    if time.is_none() {
        learner.renewed();
    }
    Ok(read)
}

/// Reads as the gate's own user.
struct Reader<'a> {
    inner: &'a Inner,
    act: Act,
    user: PersonId,
    rights: Rights,
}

impl Reader<'_> {
    /// The fields that the user can see and that the matrix does not let models see anyway.
    fn fields_of(&self, topic: &Topic, matrix: &Matrix) -> Vec<&'static str> {
        let hidden = |field: &str| {
            let cell = matrix.cell(topic.object, field);
            cell.is_none_or(|cell| cell.treatment != Treatment::Pass)
        };
        let wanted = |field: &&&'static str| {
            self.rights.may_read(topic.object, field) && (**field == "Id" || hidden(field))
        };
        topic.fields.iter().filter(wanted).copied().collect()
    }

    /// One query with all its pages.
    async fn read(
        &self,
        learner: &dyn Learner,
        object: &str,
        fields: &[&str],
        lesson: Lesson<'_>,
    ) -> Result<usize, GateError> {
        let viewer = Viewer { person: &self.user, rights: &self.rights };
        let mut read = 0;
        let mut asked = Lookup::to_learn(object, fields, lesson, &viewer, &self.act);
        loop {
            let (lookup, entry) = asked.map_err(internal)?;
            let records = self.fetch(object, lookup, entry).await?;
            read += match lesson {
                Lesson::DeletedSince(_) => records.unteach(learner),
                _ => records.teach(learner),
            };
            match records.next().filter(|_| !records.is_done()) {
                Some(page) => asked = Lookup::more_to_learn(page, &viewer, &self.act),
                None => return Ok(read),
            }
        }
    }

    /// A page: its intent recorded, read, its outcome recorded.
    async fn fetch(
        &self,
        object: &str,
        lookup: Lookup,
        entry: Entry,
    ) -> Result<Records, GateError> {
        let recorder = &self.inner.recorder;
        let receipt = recorder.append(entry).await?;
        let mut outcome = Facts::new(Purpose::Outcome, Action::Read, Verdict::Done, &self.act)
            .rule("knowledge")
            .answers(&receipt);
        outcome.objects.insert(object.to_owned());
        let fetch = lookup.recorded(receipt).map_err(internal)?;
        let read = self.inner.client.fetch_own(fetch).await;
        let read = read.map_err(|error| of_salesforce(&error)).and_then(|reply| {
            Records::parse(reply.body).map_err(|error| GateError::Salesforce(error.to_string()))
        });
        match &read {
            Ok(records) => outcome.counts.rows = records.len() as u64,
            Err(_) => outcome.verdict = Verdict::Failed,
        }
        recorder.record(outcome).await?;
        read
    }
}

/// As SOQL writes a moment.
pub(crate) fn date_time(millis: u64) -> String {
    let millis = i64::try_from(millis).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Knowledge({:?})", self.state.borrow())
    }
}

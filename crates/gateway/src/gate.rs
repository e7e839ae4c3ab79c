//! The gate as the doors see it: one value for the process, shared by all doors.

mod access;
mod approving;
mod asking;
mod clients;
mod correcting;
mod crowding;
mod disclosing;
mod explaining;
mod finding_out;
mod history;
mod looking;
mod opening;
mod pruning;
mod queue;
mod reconciling;
mod sampling;
mod searching;
mod steps;
mod subjects;
mod undoing;
mod wording;

pub use clients::AskedWrite;
pub use correcting::CorrectionInfo;
pub use crowding::Following;
pub use opening::{OpenError, classification, seal_key_path};
pub use pruning::Pruned;
pub(crate) use queue::salt;
pub use reconciling::{
    Beside, LedgerWrite, OrgWrite, Reconciliation, RecordState, RecordWrite, RecordsBeside,
};
pub use searching::{Exported, Search, is_actor, is_decision};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, RwLock};

use boundary::{
    Act, Corrected, Detector, Judge, Learner, Matrix, PersonId, Principal, SealKey, UnixMillis,
    Viewer,
};
use keys::{Sealer, SecretText};
use salesforce::Client;
use store::{Person, Store};
use tokio::sync::Semaphore;

use crate::clients::Proofs;
use crate::clock::Clock;
use crate::config::{Config, Invented, UnknownMembers};
use crate::conversations::{Conversations, internal};
use crate::copying::Copying;
use crate::direct::{Budgets, Cursors, Decisions, Turns};
use crate::endpoints::Endpoints;
use crate::error::GateError;
use crate::exporting::Export;
use crate::indexing::Indexer;
use crate::knowledge::Knowledge;
use crate::people::{People, PersonView};
use crate::recorder::{Recorder, new_trace};
use crate::roles::OrgRoles;
use crate::witness::Witnessed;

/// The gate.
#[derive(Clone)]
pub struct Gate(pub(crate) Arc<Inner>);

/// What finds personal data in text.
pub struct Detection {
    /// Looks at every text.
    pub detector: Arc<dyn Detector>,
    /// Is told what the CRM knows, where the configuration asks for it.
    pub learner: Option<Arc<dyn Learner>>,
    /// Is told what administrators correct.
    pub corrected: Option<Arc<dyn Corrected>>,
}

impl std::fmt::Debug for Detection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Detection(..)")
    }
}

/// What every request shares.
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) store: Arc<Store>,
    pub(crate) recorder: Recorder,
    pub(crate) client: Client,
    pub(crate) matrix: RwLock<Arc<Matrix>>,
    pub(crate) endpoints: Endpoints,
    pub(crate) conversations: Conversations,
    pub(crate) people: People,
    pub(crate) org_roles: OrgRoles,
    pub(crate) detector: Arc<dyn Detector>,
    pub(crate) corrections: correcting::Corrections,
    pub(crate) knowledge: Knowledge,
    /// Seals proposals.
    pub(crate) proposals_key: SealKey,
    /// Seals sign-ins under way.
    pub(crate) logins: Sealer,
    /// Seals what browsers and programs carry for the authorization server.
    pub(crate) letting: Sealer,
    /// Proofs of programs that were taken lately.
    pub(crate) proofs: Proofs,
    /// Requests at work, of each person.
    pub(crate) at_work: Mutex<BTreeMap<PersonId, Arc<Semaphore>>>,
    /// Requests at work, of all.
    pub(crate) permits: Arc<Semaphore>,
    /// Persons met, so that a request costs no read.
    pub(crate) known: Mutex<BTreeMap<PersonId, Person>>,
    /// Fills the index.
    pub(crate) indexer: Indexer,
    /// Rows that clients have read lately.
    pub(crate) budgets: Budgets,
    /// Requests of programs whose rows of the day are counted.
    pub(crate) turns: Turns,
    /// Where long results go on.
    pub(crate) cursors: Cursors,
    /// The org's daily calls, most and left, and when they were asked for.
    pub(crate) usage: Mutex<Option<(UnixMillis, u64, u64)>>,
    /// How proposals ended lately.
    pub(crate) decisions: Decisions,
    /// Says who may approve what.
    pub(crate) judge: Arc<dyn Judge>,
    /// Who is told that a write waits.
    pub(crate) notices: crate::notices::Notices,
    /// What one person has at once.
    pub(crate) crowds: crowding::Crowds,
    /// Counts changes of the queue.
    pub(crate) queue_news: tokio::sync::watch::Sender<u64>,
    /// Who signs that the ledger only grew.
    pub(crate) witnesses: Vec<Witnessed>,
    /// Other servers of tools.
    pub(crate) upstreams: crate::upstream::Upstreams,
    /// Who is told what the ledger says.
    pub(crate) exports: Vec<Export>,
    /// The write-once copy of the ledger.
    pub(crate) copying: Copying,
    /// Held by whatever drops entries, or lays a hold on some.
    pub(crate) dropping: tokio::sync::Mutex<()>,
    /// What `/metrics` asks for, where it does.
    pub(crate) metrics_token: Option<SecretText>,
}

impl Gate {
    /// The configuration in force.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Names a client may give as `model`: `portcullis`, then the configured endpoints.
    pub fn models(&self) -> Vec<String> {
        let names = self.0.config.endpoints.iter().map(|endpoint| endpoint.name.clone());
        std::iter::once("portcullis".to_owned()).chain(names).collect()
    }

    /// What becomes of a member of a client's request that nobody knows.
    pub fn unknown_members(&self) -> UnknownMembers {
        self.0.config.openai.unknown_members
    }

    /// Whether the gate can take requests: the ledger writes, the store answers.
    pub async fn ready(&self) -> Result<(), GateError> {
        let health = self.0.recorder.sequencer().health();
        if health.trouble.is_some() {
            return Err(GateError::Ledger);
        }
        self.0.store.state().setting("ready").map(|_| ()).map_err(internal)
    }

    /// What the gate counts, in Prometheus' text format, for whoever has the token; without a token,
    /// for this machine alone.
    pub fn metrics(&self, token: Option<&str>) -> Option<String> {
        let open = if let Some(wanted) = &self.0.metrics_token {
            token.is_some_and(|offered| wanted.matches(offered))
        } else {
            let address = self.0.config.listen.parse::<std::net::SocketAddr>();
            address.is_ok_and(|address| address.ip().is_loopback())
        };
        open.then(|| self.0.metrics())
    }

    /// The matrix in force.
    pub fn matrix(&self) -> Arc<Matrix> {
        self.0.matrix()
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate(..)")
    }
}

impl Inner {
    pub(crate) fn now(&self) -> UnixMillis {
        (self.clock)()
    }

    /// What looks for what a model says of its own, where that is to be covered.
    pub(crate) fn covers_invented(&self) -> Option<Arc<dyn Detector>> {
        let covers = self.config.screen.invented == Invented::Cover;
        covers.then(|| Arc::clone(&self.detector))
    }

    pub(crate) fn matrix(&self) -> Arc<Matrix> {
        let matrix = self.matrix.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&matrix)
    }

    /// The person's view of the org, at most a minute old.
    pub(crate) async fn view(&self, person: &PersonId) -> Result<Arc<PersonView>, GateError> {
        let matrix = self.matrix();
        self.people.view(&self.client, person, &matrix, self.now()).await
    }

    /// A person who has signed in before.
    pub(crate) fn person(&self, id: &PersonId) -> Result<Person, GateError> {
        let known = || self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(person) = known().get(id) {
            return Ok(person.clone());
        }
        let person = self.store.state().person(id).map_err(internal)?;
        let person = person.ok_or(GateError::SignInNeeded)?;
        known().insert(id.clone(), person.clone());
        Ok(person)
    }

    /// The head of the entries of one request.
    pub(crate) fn act(&self, who: &Principal) -> Result<Act, GateError> {
        Ok(Act {
            trace: new_trace()?,
            actor: self.person(who.person())?.pseudonym,
            door: who.door().name().to_owned(),
            client: who.client().to_owned(),
            policy: self.matrix().version().as_str().to_owned(),
            tenant: tenant_of(who.person()),
            tool: None,
        })
    }
}

/// The org that a person belongs to, as entries name it.
pub(crate) fn tenant_of(person: &PersonId) -> Option<String> {
    Some(person.org()).filter(|org| !org.is_empty()).map(str::to_owned)
}

/// A viewer of a person's own things.
pub(crate) fn viewer<'a>(who: &'a Principal, view: &'a PersonView) -> Viewer<'a> {
    Viewer { person: who.person(), rights: &view.rights }
}

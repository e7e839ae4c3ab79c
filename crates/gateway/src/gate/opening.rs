//! Opening the gate: store, ledger, keys, client, endpoints, and what a crash left behind.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use boundary::{Action, Facts, Judge, MarkKey, Matrix, OwnWrites, Purpose, SealKey, Verdict};
use egress::{Limits, SalesforceDoor, Trust};
use keys::{OsRandom, Sealer, SecretSource};
use ledger::Sequencer;
use salesforce::{App, Client, GrantStore};
use store::{Backend, ProposalState, Store};
use tokio::sync::Semaphore;

use super::correcting::Corrections;
use super::{Detection, Gate, Inner};
use crate::aside::Aside;
use crate::clock::Clock;
use crate::config::Config;
use crate::conversations::{Conversations, internal};
use crate::copying::{Copying, copy_folder};
use crate::direct::{Budgets, Cursors, Decisions, Turns};
use crate::endpoints::Endpoints;
use crate::error::GateError;
use crate::exporting::Export;
use crate::grants::{Grants, NoGrants};
use crate::indexing::Indexer;
use crate::knowledge::Knowledge;
use crate::noting::{kept_checkpoints, origin_of};
use crate::people::People;
use crate::recorder::{Recorder, act_of_gate};
use crate::sealing::Sealing;
use crate::signing::Signing;
use crate::witness::Witnessed;

/// The gate cannot open. Says what to mend.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The configuration.
    #[error("{0}")]
    Config(#[from] crate::config::ConfigError),
    /// A file.
    #[error("`{}`: {problem}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The data folder.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The ledger.
    #[error("the ledger cannot be opened: {0}")]
    Ledger(#[from] ledger::LedgerError),
    /// A key.
    #[error(transparent)]
    Keys(#[from] keys::KeyError),
    /// The way to the org.
    #[error("the org cannot be reached like this: {0}")]
    Org(#[from] egress::EgressError),
    /// The configuration names a database, and nobody brought it.
    #[error("`store.postgres` needs a build with the feature `postgres`")]
    NoPostgres,
    /// The write-once copy.
    #[error("the ledger cannot be copied like this: {0}")]
    Copy(String),
    /// Something else.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl Gate {
    /// Opens the gate: checks the ledger against its last signed checkpoint, and notes writes
    /// that a crash left half done. Whoever asks for a write approves it.
    pub async fn open(
        config: Config,
        detection: Detection,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        Self::open_on(None, config, detection, clock).await
    }

    /// The same with record and state in `backend`, which other gates may share.
    pub async fn open_on(
        backend: Option<Box<dyn Backend>>,
        config: Config,
        detection: Detection,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        Self::open_under(backend, Arc::new(OwnWrites), config, detection, clock).await
    }

    /// The same under rules about who may approve what, read from the configuration's `policy`.
    pub async fn open_under(
        backend: Option<Box<dyn Backend>>,
        judge: Arc<dyn Judge>,
        config: Config,
        detection: Detection,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        if config.policy.is_some() && judge.text().is_empty() {
            let problem = "`policy` names rules, and none were read".to_owned();
            return Err(crate::config::ConfigError(problem).into());
        }
        let matrix = read_matrix(&config.matrix)?.beside(judge.text());
        let store = Arc::new(match backend {
            Some(backend) => Store::open_on(&config.data, backend)?,
            None if config.store.postgres.is_some() => return Err(OpenError::NoPostgres),
            None => Store::open(&config.data)?,
        });
        let key = keys::SealKey::load_or_create(&seal_key_path(&config), &mut OsRandom)?;
        let sequencer = start_ledger(&store, &config, &key, &clock)?;
        let sealing = Sealing::new(
            Arc::clone(&store),
            Sealer::new(&key.derive("subjects")?),
            MarkKey::new(*key.derive("marks")?.expose()),
            Arc::clone(&clock),
        );
        let recorder = Recorder::new(Arc::new(sequencer), Arc::new(sealing));
        let grants = Grants::new(
            Arc::clone(&store),
            Sealer::new(&key.derive("grants")?),
            Arc::clone(&clock),
        );
        let client = client_of(&config, Arc::new(grants), Arc::clone(&clock))?;
        let seal = |purpose: &str| -> Result<SealKey, OpenError> {
            Ok(SealKey::new(*key.derive(purpose)?.expose()))
        };
        let every = Duration::from_secs(config.knowledge.unwrap_or_default().every_seconds);
        let learner = detection.learner.filter(|_| config.knowledge.is_some());
        let witnesses = config.witnesses.iter().map(Witnessed::new).collect::<Result<_, _>>()?;
        let base = config.base_url();
        let exports = config.exports.iter().map(|it| Export::new(it, &base));
        let copying = Copying::new(&config)?;
        copying.check(clock()).await?;
        let token = config.metrics.token.as_deref().map(|reference| {
            let source: SecretSource = reference.parse()?;
            source.load()
        });
        let metrics_token = token.transpose()?;
        let inner = Inner {
            endpoints: Endpoints::new(&config.endpoints)?,
            conversations: Conversations::new(
                Arc::clone(&store),
                seal("conversations")?,
                Arc::clone(&clock),
                config.limits.conversation_days.saturating_mul(24 * 60 * 60 * 1000),
            ),
            proposals_key: seal("proposals")?,
            logins: Sealer::new(&key.derive("logins")?),
            letting: Sealer::new(&key.derive("clients")?),
            proofs: crate::clients::Proofs::default(),
            permits: Arc::new(Semaphore::new(config.limits.concurrent)),
            matrix: RwLock::new(Arc::new(matrix)),
            people: People::default(),
            org_roles: crate::roles::OrgRoles::default(),
            known: Mutex::default(),
            indexer: Indexer::default(),
            witnesses,
            upstreams: crate::upstream::Upstreams::new(
                &config.upstreams,
                Sealer::new(&key.derive("upstreams")?),
            )?,
            copying,
            dropping: tokio::sync::Mutex::default(),
            exports: exports.collect::<Result<_, _>>()?,
            metrics_token,
            at_work: Mutex::default(),
            budgets: Budgets::default(),
            turns: Turns::default(),
            cursors: Cursors::default(),
            decisions: Decisions::default(),
            judge,
            notices: crate::notices::Notices::new(&config.notices)?,
            crowds: super::crowding::Crowds::default(),
            queue_news: tokio::sync::watch::Sender::new(0),
            usage: Mutex::default(),
            store,
            recorder,
            client,
            detector: Arc::new(Aside(detection.detector)),
            corrections: Corrections::new(
                detection.corrected,
                Sealer::new(&key.derive("corrections")?),
            ),
            knowledge: Knowledge::new(learner, every),
            clock,
            config,
        };
        let gate = Self(Arc::new(inner));
        gate.0.note_start().await?;
        gate.0.load_corrections()?;
        gate.0.seal_old_pins().await?;
        gate.0.indexer.start(&gate.0)?;
        gate.0.keep_noting()?;
        gate.begin_to_watch();
        Ok(gate)
    }

    /// Begins what goes on beside all requests.
    fn begin_to_watch(&self) {
        Knowledge::begin(&self.0);
        self.0.stay_seen();
        self.0.watch_witnesses();
        self.0.keep_copy();
        self.0.tell_collectors();
        self.0.deliver_notices();
        if self.0.config.retention.days.is_some() {
            tokio::spawn(super::pruning::keep_pruning(Arc::downgrade(&self.0)));
        }
        self.0.watch_queue();
        self.0.hear_of_others();
    }

    /// Closes the ledger with a last signed checkpoint. The gate refuses everything afterwards.
    pub async fn close(&self) -> Result<(), OpenError> {
        let act = act_of_gate(self.0.matrix().version().as_str())?;
        let facts = Facts::new(Purpose::System, Action::Stop, Verdict::Done, &act).rule("shutdown");
        let stopped = self.0.recorder.record(facts).await;
        self.0.indexer.stop();
        self.0.recorder.sequencer().close()?;
        self.0.note_checkpoint()?;
        self.0.finish_copy().await;
        stopped?;
        self.0.exports.iter().for_each(Export::leave);
        self.0.store.state().gone()?;
        Ok(())
    }

    /// What `doctor` looks at: the org, then each endpoint.
    pub async fn examine(&self) -> Vec<(String, Result<String, String>)> {
        let org = self.0.client.versions().await.map(|_| ()).map_err(|error| error.to_string());
        let mut found = vec![("org".to_owned(), org)];
        if self.0.config.knowledge.is_some() {
            let user = self.0.client.own_user().await;
            let user = user.map(|_| ()).map_err(|error| format!("cannot learn: {error}"));
            found.push(("knowledge".to_owned(), user));
        }
        found.extend(self.0.endpoints.examine(self.0.now()).await);
        found.extend(self.0.examine_witnesses().await);
        found.extend(self.0.examine_corrections());
        found.extend(self.0.notices.examine().await);
        found.push(self.0.examine_copy().await);
        let reached = |()| "reached, and where it is said to be".to_owned();
        let found = found.into_iter().map(|(what, state)| (what, state.map(reached)));
        let mut found: Vec<_> = found.collect();
        found.extend(self.0.examine_exports().await);
        found.extend(self.0.examine_upstreams().await);
        found
    }
}

impl Inner {
    /// Records the start, and takes over what gates that died have left.
    async fn note_start(&self) -> Result<(), OpenError> {
        let act = act_of_gate(self.matrix().version().as_str())?;
        let facts = Facts::new(Purpose::System, Action::Start, Verdict::Done, &act).rule("start");
        self.recorder.record(facts).await?;
        self.note_presence()?;
        Ok(self.take_over().await?)
    }

    /// What gates that died left half done.
    ///
    /// INVARIANT: a proposal is `executing` before its intent is recorded and anything is sent. One that
    /// was only `approved` was therefore not sent: it is back in the queue, and its signatures are void.
    /// One that was `executing` has an end that nobody knows: it is marked so, never repeated.
    pub(crate) async fn take_over(&self) -> Result<(), GateError> {
        self.take_over_decisions().await?;
        let state = self.store.state();
        let left = state.take_over_proposals(self.alive_since()).map_err(internal)?;
        if left.is_empty() {
            return Ok(());
        }
        let act = act_of_gate(self.matrix().version().as_str())?;
        for row in left {
            let sent = row.state == ProposalState::Executing;
            let (facts, to, what) = if sent {
                let proposal = self.unseal(&row);
                let action = proposal.map_or(Action::Write, |it| it.operation().action());
                let facts = Facts::new(Purpose::Outcome, action, Verdict::Unknown, &act);
                (facts.rule("crash"), ProposalState::Unknown, "unknown")
            } else {
                let facts = Facts::new(Purpose::Approval, Action::Conflict, Verdict::Failed, &act);
                (facts.rule("crash-before-sending"), ProposalState::Waiting, "returned")
            };
            let (proposal, digest) = (Some(row.id.clone()), Some(row.digest.clone()));
            let entry = self.recorder.record(Facts { proposal, digest, ..facts }).await?.index();
            state.void_signatures(&row.id).map_err(internal)?;
            state.transition(&row.id, row.state, to, None, self.now()).map_err(internal)?;
            self.happened(&row.id, what, None, Some(entry), None)?;
        }
        Ok(())
    }

    /// Rejections that were decided when their gate died, before the ledger had them, and proposals that had run out of time
    /// then. The reason that was given died with the gate.
    async fn take_over_decisions(&self) -> Result<(), GateError> {
        for row in self.store.state().take_over_decisions(self.alive_since()).map_err(internal)? {
            let mut act = act_of_gate(self.matrix().version().as_str())?;
            let (action, what) = match row.state {
                ProposalState::Expired => (Action::Expire, "expired"),
                _ => (Action::Reject, "rejected"),
            };
            if let Some(person) = row.decided_by.as_ref().filter(|_| action == Action::Reject) {
                act.actor = self.person(person)?.pseudonym;
                act.tenant = super::tenant_of(person);
            }
            let facts = Facts::new(Purpose::Approval, action, Verdict::Refused, &act);
            let (proposal, digest) = (Some(row.id.clone()), Some(row.digest.clone()));
            let facts = Facts { proposal, digest, ..facts.rule("crash-before-record") };
            let entry = self.recorder.record(facts).await?.index();
            self.note_event(&row.id, what, row.decided_by, Some(entry), None)?;
        }
        Ok(())
    }
}

/// Holds the ledger against what is known of it elsewhere, and starts to write to it.
fn start_ledger(
    store: &Store,
    config: &Config,
    key: &keys::SealKey,
    clock: &Clock,
) -> Result<Sequencer, OpenError> {
    let copied = copy_folder(config);
    let kept = kept_checkpoints(&config.data, copied.as_deref(), Some(store.state()))?;
    let origin = origin_of(store, config, &kept)?;
    let signing = Signing::read(store.state(), &origin)?;
    let signer = signing.signer(key)?;
    let vkeys = signer.vkeys();
    let deadline = Duration::from_millis(config.limits.ledger_millis);
    let queue = config.limits.ledger_queue;
    let limits = ledger::Limits { deadline, queue, ..ledger::Limits::default() };
    let storage = store.log_storage()?;
    let sequencer = Sequencer::start_beside(storage, signer, Arc::clone(clock), limits, &kept)?;
    signing.publish(&config.data, &vkeys, key)?;
    Ok(sequencer)
}

/// Where the key that seals the state is: beside the data folder unless configured.
pub fn seal_key_path(config: &Config) -> PathBuf {
    config.seal_key.clone().unwrap_or_else(|| {
        let mut name = config.data.file_name().unwrap_or_default().to_owned();
        name.push(".key");
        config.data.with_file_name(name)
    })
}

fn read_matrix(path: &Path) -> Result<Matrix, OpenError> {
    let file = |problem: String| OpenError::File { path: path.to_owned(), problem };
    let text = std::fs::read_to_string(path).map_err(|error| file(error.to_string()))?;
    Matrix::parse(&text).map_err(|error| file(error.to_string()))
}

/// How the org of the configuration classifies the fields of an object, asked as the user that the app
/// runs as: the JSON of a Tooling query of `FieldDefinition`.
pub async fn classification(config: &Config, object: &str) -> Result<Vec<u8>, OpenError> {
    let client = client_of(config, Arc::new(NoGrants), crate::clock::system_clock())?;
    let answer = client.classification(object).await;
    let mut answer = answer.map_err(|error| crate::people::of_salesforce(&error))?;
    Ok(std::mem::take(&mut *answer))
}

fn client_of(
    config: &Config,
    grants: Arc<dyn GrantStore>,
    clock: Clock,
) -> Result<Client, OpenError> {
    let org = &config.org;
    let instance: egress::Address = org.instance.parse()?;
    let trust = Trust { file: org.ca.clone(), ..Trust::default() };
    let version = org.api_version.parse()?;
    let door = SalesforceDoor::new(instance.clone(), &trust, Limits::salesforce(), version)?;
    let secret = org.client_secret.as_deref().map(|reference| {
        let source: SecretSource = reference.parse()?;
        Ok::<_, keys::KeyError>(keys::ClientSecret::new(source.load()?.expose().to_owned()))
    });
    let app = App {
        login: instance,
        id: org.client_id.clone(),
        secret: secret.transpose()?,
        callback: format!("{}/oauth/callback", config.base_url()),
        scopes: App::SCOPES.map(str::to_owned).to_vec(),
        org: None,
    };
    Ok(Client::new(door, app, grants, clock))
}

//! The only way in. One thread writes; everyone else waits for their receipt or is refused.
//!
//! Entries that arrive while the disk is busy are written together in the next commit, which is what
//! makes thousands of durable entries a second possible.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use boundary::{Entry, UnixMillis};

use crate::envelope::{Annex, Body};
use crate::proof::Draft;
use crate::tree::Tree;
use crate::{
    Inclusion, KeptCheckpoint, LedgerError, LogReader, LogStorage, ProofStatus, SealedPart, Signer,
    StoredCheckpoint, VerifyingKeys,
};

mod deadline;
mod opening;
mod pending;
mod writer;

pub use pending::Pending;

use deadline::Deadlines;
use pending::Ticket;
use writer::Writer;

/// The gate's clock.
pub type Clock = Arc<dyn Fn() -> UnixMillis + Send + Sync>;

/// How much may wait, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries that may wait. One more is refused.
    pub queue: usize,
    /// Entries in one commit.
    pub batch: usize,
    /// An entry that is not durable after this long is refused.
    pub deadline: Duration,
    /// Time between two checkpoints of a growing log.
    pub checkpoint_every: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue: 4096,
            batch: 256,
            deadline: Duration::from_secs(5),
            checkpoint_every: Duration::from_secs(1),
        }
    }
}

/// How the ledger does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Durable entries.
    pub size: u64,
    /// Entries that wait.
    pub waiting: usize,
    /// Entries under the last checkpoint.
    pub signed: u64,
    /// When that was signed.
    pub signed_at: UnixMillis,
    /// Why the last commit or checkpoint failed; `None` once one has succeeded again.
    pub trouble: Option<LedgerError>,
}

/// Takes entries in and gives receipts out. Clones are handles of the same ledger.
#[derive(Clone)]
pub struct Sequencer(Arc<Core>);

struct Core {
    sender: SyncSender<Message>,
    shared: Arc<Shared>,
    deadlines: Deadlines,
    writer: Mutex<Option<JoinHandle<()>>>,
    keys: VerifyingKeys,
}

/// What the writer's thread and the handles both see.
struct Shared {
    published: RwLock<Published>,
    waiting: AtomicUsize,
}

/// What is durable, and what of it is signed.
struct Published {
    tree: Tree,
    checkpoint: StoredCheckpoint,
    trouble: Option<LedgerError>,
}

enum Message {
    Append(Box<Item>),
    Sign(SyncSender<Result<StoredCheckpoint, LedgerError>>),
    Stop,
}

struct Item {
    entry: Entry,
    body: Body,
    parts: Vec<SealedPart>,
    ticket: Ticket,
}

impl Sequencer {
    /// Checks the stored log and starts to write to it.
    ///
    /// Refuses a log that does not match its last signed checkpoint, and says what differs.
    pub fn start(
        storage: Box<dyn LogStorage>,
        signer: Signer,
        clock: Clock,
    ) -> Result<Self, LedgerError> {
        Self::start_with(storage, signer, clock, Limits::default())
    }

    /// Starts with other limits.
    pub fn start_with(
        storage: Box<dyn LogStorage>,
        signer: Signer,
        clock: Clock,
        limits: Limits,
    ) -> Result<Self, LedgerError> {
        Self::start_beside(storage, signer, clock, limits, &[])
    }

    /// Starts beside checkpoints that were kept outside the storage: a log that is shorter than one of them says, or another,
    /// is refused before anything is written or signed. They may lag behind.
    pub fn start_beside(
        mut storage: Box<dyn LogStorage>,
        signer: Signer,
        clock: Clock,
        limits: Limits,
        kept: &[KeptCheckpoint],
    ) -> Result<Self, LedgerError> {
        let keys = signer.verifying_keys()?;
        let (tree, checkpoint) = opening::open(storage.as_mut(), &signer, &clock, kept)?;
        let published = Published { tree, checkpoint, trouble: None };
        let shared =
            Arc::new(Shared { published: RwLock::new(published), waiting: AtomicUsize::new(0) });
        let (sender, receiver) = mpsc::sync_channel(limits.queue);
        let signing = (signer, keys.clone());
        let writer = Writer::new(storage, signing, clock, limits, Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(|error| LedgerError::Storage(error.to_string()))?;
        let deadlines = Deadlines::start(limits.deadline)?;
        let writer = Mutex::new(Some(thread));
        Ok(Self(Arc::new(Core { sender, shared, deadlines, writer, keys })))
    }

    /// Hands in an entry. What comes back gives the receipt once the entry is durable.
    pub fn append(&self, entry: Entry) -> Pending {
        self.append_with(entry, Annex::default(), Vec::new())
    }

    /// Hands in an entry with an annex and sealed parts, which are durable before the entry that
    /// commits to them is.
    pub fn append_with(&self, entry: Entry, mut annex: Annex, parts: Vec<SealedPart>) -> Pending {
        let (ticket, pending) = pending::pair();
        annex.sealed.extend(parts.iter().map(|part| part.commitment.clone()));
        let body = match Body::new(entry.facts(), &annex) {
            Ok(body) => body,
            Err(error) => {
                ticket.refuse(error);
                return pending;
            }
        };
        // Counted before it is sent, so that the writer never counts down first.
        self.0.shared.waiting.fetch_add(1, Ordering::Relaxed);
        match self.0.sender.try_send(Message::Append(Box::new(Item { entry, body, parts, ticket })))
        {
            Ok(()) => self.0.deadlines.watch(&pending),
            Err(error) => {
                self.0.shared.waiting.fetch_sub(1, Ordering::Relaxed);
                let (message, refusal) = match error {
                    TrySendError::Full(message) => (message, LedgerError::Busy),
                    TrySendError::Disconnected(message) => (message, LedgerError::Closed),
                };
                if let Message::Append(item) = message {
                    item.ticket.refuse(refusal);
                }
            }
        }
        pending
    }

    /// Number of durable entries.
    pub fn size(&self) -> u64 {
        self.published().tree.size()
    }

    /// The last signed and stored checkpoint.
    pub fn checkpoint(&self) -> StoredCheckpoint {
        self.published().checkpoint.clone()
    }

    /// The keys that verify this log's checkpoints.
    pub fn verifying_keys(&self) -> &VerifyingKeys {
        &self.0.keys
    }

    /// Signs and stores a checkpoint now, over everything that was handed in before.
    pub fn sign_now(&self) -> Result<StoredCheckpoint, LedgerError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.0.sender.send(Message::Sign(sender)).map_err(|_| LedgerError::Closed)?;
        receiver.recv().map_err(|_| LedgerError::Closed)?
    }

    /// Whether an entry is under a signed checkpoint. Looks nothing up; see [`Sequencer::prove`].
    pub fn proof_status(&self, index: u64) -> ProofStatus {
        ProofStatus::of(index, &self.published().checkpoint)
    }

    /// Proves that an entry is in the log as it stands in the storage, against the last signed
    /// checkpoint, and checks the proof before handing it out.
    pub fn prove(&self, reader: &dyn LogReader, index: u64) -> Result<Inclusion, LedgerError> {
        let draft = Draft::read(reader, self.checkpoint(), index)?;
        let proof = draft.prove(&self.published().tree)?;
        proof.check(&self.0.keys)?;
        Ok(proof)
    }

    /// The last checkpoint, and the request that asks a witness to sign it (c2sp.org/tlog-witness) when
    /// it last signed for `old` entries.
    pub fn witness_request(
        &self,
        reader: &dyn LogReader,
        old: u64,
    ) -> Result<(StoredCheckpoint, String), LedgerError> {
        let published = self.published();
        let checkpoint = published.checkpoint.clone();
        let request = crate::witness::request(reader, &published.tree, &checkpoint, old)?;
        Ok((checkpoint, request))
    }

    /// What a copy lacks that holds this checkpoint, or none yet, up to the last checkpoint.
    pub fn growth(
        &self,
        reader: &dyn LogReader,
        held: Option<&str>,
    ) -> Result<crate::Growth, LedgerError> {
        let (tree, checkpoint) = {
            let published = self.published();
            (published.tree.clone(), published.checkpoint.clone())
        };
        crate::Growth::new(reader, &self.0.keys, tree, checkpoint, held)
    }

    /// How the ledger does.
    pub fn health(&self) -> Health {
        let published = self.published();
        Health {
            size: published.tree.size(),
            waiting: self.0.shared.waiting.load(Ordering::Relaxed),
            signed: published.checkpoint.size,
            signed_at: published.checkpoint.at,
            trouble: published.trouble.clone(),
        }
    }

    /// Writes what waits, signs a last checkpoint and stops. Later entries are refused.
    pub fn close(&self) -> Result<(), LedgerError> {
        self.0.stop();
        self.published().trouble.clone().map_or(Ok(()), Err)
    }

    fn published(&self) -> RwLockReadGuard<'_, Published> {
        self.0.shared.published.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    fn stop(&self) {
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // An error means that the writer has stopped already.
            let _ = self.sender.send(Message::Stop);
            let _ = thread.join();
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Sequencer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sequencer({}, {} entries)", self.0.keys.origin(), self.size())
    }
}

//! Conversations in memory and at rest. One request at a time speaks in one conversation, so
//! that its tokens stay injective.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use boundary::{Conversation, Label, PersonId, SealKey, Subject, UnixMillis, Viewer};
use keys::{OsRandom, Random as _};
use store::{Conversation as Stored, Page, Store};

use crate::ask::ConversationInfo;
use crate::clock::Clock;
use crate::error::GateError;

/// Conversations kept open; the one that was used longest ago makes way.
const KEPT: usize = 256;
/// Characters of a title.
const TITLE: usize = 60;
/// Milliseconds between two looks for conversations that outlived their time.
const SWEEP: u64 = 60 * 60 * 1000;
/// Conversations read at once when a person is forgotten.
const PAGE: usize = 64;
/// Conversations in a list.
const LISTED: usize = 100;

/// A conversation that one request holds.
pub(crate) struct Open {
    pub(crate) conversation: Conversation,
    /// Version in the store; 0 before the first save.
    version: u64,
    /// Masked beginning of the first question.
    pub(crate) title: String,
    /// Whether it is worth keeping: it has a token, or a page will list it.
    pub(crate) listed: bool,
}

type Slot = Arc<tokio::sync::Mutex<Option<Open>>>;

/// All conversations of this process.
pub(crate) struct Conversations {
    store: Arc<Store>,
    key: SealKey,
    slots: Mutex<Slots>,
    clock: Clock,
    /// How long one is kept after it was last spoken in, in milliseconds.
    lifetime: u64,
    /// When those that outlived it are destroyed next.
    next_sweep: AtomicU64,
}

/// What was forgotten of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Conversations in which something of theirs was.
    pub conversations: u64,
    /// Values, and answers of the CRM that held some in the clear.
    pub values: u64,
    /// Where bytes of them may still stand, though no query finds them.
    pub remnants: Vec<store::Remnant>,
}

#[derive(Default)]
struct Slots {
    by_id: BTreeMap<(String, String), (u64, Slot)>,
    uses: u64,
}

impl Conversations {
    pub(crate) fn new(store: Arc<Store>, key: SealKey, clock: Clock, lifetime: u64) -> Self {
        let (slots, next_sweep) = (Mutex::default(), AtomicU64::new(0));
        Self { store, key, slots, clock, lifetime, next_sweep }
    }

    /// Destroys the conversations that outlived their time, once an hour at most.
    fn sweep(&self) -> Result<(), GateError> {
        let now = (self.clock)().0;
        let due = self.next_sweep.load(Ordering::Relaxed);
        let next = now.saturating_add(SWEEP);
        let taken =
            self.next_sweep.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if now < due || taken.is_err() {
            return Ok(());
        }
        let oldest = UnixMillis(now.saturating_sub(self.lifetime));
        let gone = self.store.state().delete_conversations_before(oldest).map_err(internal)?;
        if gone > 0 {
            tracing::info!(gone, "conversations outlived their time");
            // Those in memory are read again, or not found any more.
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.by_id.retain(|_, (_, slot)| Arc::strong_count(slot) > 1);
        }
        Ok(())
    }

    /// Records that a value, such as an e-mail address, is of in anybody's conversations.
    pub(crate) fn records_of(&self, value: &str) -> Result<BTreeSet<String>, GateError> {
        let mut found: BTreeSet<String> = BTreeSet::new();
        let mut after = String::new();
        loop {
            let page = self.store.state().every_conversation(&after, PAGE).map_err(internal)?;
            let Some(last) = page.last() else { return Ok(found) };
            after.clone_from(&last.id);
            for stored in page {
                let opened =
                    Conversation::open(&stored.id, &stored.person, &stored.sealed, &self.key);
                found.extend(opened.map_err(internal)?.records_of(value));
            }
        }
    }

    /// Forgets a person in every conversation of everybody. Waits for requests that speak in one. `elsewhere` is told
    /// what each conversation knew of them, before it knows it no longer.
    pub(crate) async fn forget(
        &self,
        subject: &Subject,
        elsewhere: impl Fn(&Subject) -> Result<usize, GateError>,
    ) -> Result<Forgotten, GateError> {
        let mut forgotten = Forgotten::default();
        let mut after = String::new();
        loop {
            let page = self.store.state().every_conversation(&after, PAGE).map_err(internal)?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for stored in page {
                let mut guard = self.take(&stored.id, &stored.person).await?;
                let Some(open) = guard.as_mut() else { continue };
                elsewhere(&open.conversation.known_of(subject))?;
                let gone = open.conversation.forget(subject);
                if gone > 0 {
                    // Forgetting is no use of it: it is not kept any longer for that.
                    self.save(open, stored.updated).await?;
                    forgotten.conversations += 1;
                    forgotten.values += gone;
                }
            }
        }
        forgotten.remnants = self.store.state().purge();
        Ok(forgotten)
    }

    /// Takes a conversation for one request. Waits while another request speaks in it.
    pub(crate) async fn take(
        &self,
        id: &str,
        owner: &PersonId,
    ) -> Result<tokio::sync::OwnedMutexGuard<Option<Open>>, GateError> {
        self.sweep()?;
        let slot = self.slot(id, owner);
        let mut guard = slot.lock_owned().await;
        if guard.is_none() {
            *guard = self.load(id, owner)?;
        }
        Ok(guard)
    }

    /// Makes an empty conversation in a slot that has none.
    pub(crate) fn begin(&self, id: &str, owner: &PersonId, listed: bool) -> Open {
        let conversation = Conversation::new(id.to_owned(), owner.clone());
        let conversation = conversation.checked_under(&self.key);
        Open { conversation, version: 0, title: String::new(), listed }
    }

    /// The turns of a conversation at rest.
    pub(crate) fn turns_of(
        &self,
        id: &str,
        owner: &PersonId,
    ) -> Result<Vec<Arc<boundary::Turn>>, GateError> {
        let open = self.load(id, owner)?;
        Ok(open.map(|open| open.conversation.turns().to_vec()).unwrap_or_default())
    }

    /// Closes the conversations of a person, whose rows are about to be destroyed.
    pub(crate) fn close_all(&self, owner: &PersonId) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.by_id.retain(|(person, _), _| person != owner.as_str());
    }

    fn slot(&self, id: &str, owner: &PersonId) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.uses += 1;
        let now = slots.uses;
        let key = (owner.as_str().to_owned(), id.to_owned());
        let entry = slots.by_id.entry(key).or_insert_with(|| (now, Slot::default()));
        entry.0 = now;
        let slot = Arc::clone(&entry.1);
        if slots.by_id.len() > KEPT {
            // One that a request still holds stays: dropping it would let two requests number apart.
            let idle = slots.by_id.iter().filter(|(_, (_, slot))| Arc::strong_count(slot) == 1);
            let oldest = idle.min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest {
                slots.by_id.remove(&oldest);
            }
        }
        slot
    }

    fn load(&self, id: &str, owner: &PersonId) -> Result<Option<Open>, GateError> {
        let Some(stored) = self.store.state().conversation(id, owner).map_err(internal)? else {
            return Ok(None);
        };
        let conversation =
            Conversation::open(id, owner, &stored.sealed, &self.key).map_err(internal)?;
        let title = self.title(id, owner, &stored.title)?;
        let listed = !title.is_empty();
        Ok(Some(Open { conversation, version: stored.version, title, listed }))
    }

    /// Saves what a request said. A conversation that no page lists is kept when it has tokens, or when more was
    /// read in it than a person types.
    pub(crate) async fn save(&self, open: &mut Open, now: UnixMillis) -> Result<(), GateError> {
        // What was read counts for what a client sends back of it, and for a later write.
        let label = open.conversation.label();
        let typed = Label::typed_by(open.conversation.owner());
        let plain = label.level() <= typed.level() && label.compliance().is_empty();
        let bare = plain && !label.is_tainted() && open.conversation.covered() == 0;
        if !open.listed && bare {
            return Ok(());
        }
        let conversation = &open.conversation;
        let (id, person) = (conversation.id().to_owned(), conversation.owner().clone());
        let title = if open.listed { open.title.as_str() } else { "" };
        let stored = Stored {
            title: self.seal_title(&id, &person, title)?,
            sealed: conversation.seal(&self.key, nonce()?).map_err(internal)?,
            version: open.version,
            updated: now,
            id,
            person,
        };
        let store = Arc::clone(&self.store);
        let saving = move || store.state().save_conversation(&stored);
        let saved = tokio::task::spawn_blocking(saving).await.map_err(internal)?;
        if saved.map_err(internal)? {
            open.version += 1;
            Ok(())
        } else {
            Err(GateError::Internal("another gate speaks in this conversation".to_owned()))
        }
    }

    /// The person's conversations, newest first, restored for them.
    pub(crate) async fn list(
        &self,
        owner: &PersonId,
        viewer: &Viewer<'_>,
    ) -> Result<Vec<ConversationInfo>, GateError> {
        let heads =
            self.store.state().conversations(owner, &Page::first(LISTED)).map_err(internal)?;
        let mut list = Vec::with_capacity(heads.len());
        for head in heads {
            let title = self.title(&head.id, owner, &head.title)?;
            if title.is_empty() {
                continue;
            }
            let title = if title.contains('{') {
                self.shown_title(&head.id, owner, &title, viewer)?
            } else {
                title
            };
            list.push(ConversationInfo { id: head.id, title, updated: head.updated });
        }
        Ok(list)
    }

    /// A title with its tokens restored. A conversation that is answering just now is not waited
    /// for: its title stays masked in this list.
    fn shown_title(
        &self,
        id: &str,
        owner: &PersonId,
        title: &str,
        viewer: &Viewer<'_>,
    ) -> Result<String, GateError> {
        let Ok(mut guard) = self.slot(id, owner).try_lock_owned() else {
            return Ok(title.to_owned());
        };
        if guard.is_none() {
            *guard = self.load(id, owner)?;
        }
        let shown = guard.as_ref().map(|open| open.conversation.show(title, viewer).text());
        Ok(shown.unwrap_or_else(|| title.to_owned()))
    }

    fn seal_title(&self, id: &str, owner: &PersonId, title: &str) -> Result<Vec<u8>, GateError> {
        let context = format!("title/{}/{id}", owner.as_str());
        self.key.seal_text(title, &context, nonce()?).map_err(internal)
    }

    fn title(&self, id: &str, owner: &PersonId, sealed: &[u8]) -> Result<String, GateError> {
        let context = format!("title/{}/{id}", owner.as_str());
        self.key.open_text(sealed, &context).map_err(internal)
    }
}

impl std::fmt::Debug for Conversations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Conversations(..)")
    }
}

/// The beginning of a masked question.
pub(crate) fn title_of(masked: &str) -> String {
    let line: String = masked.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= TITLE {
        return line;
    }
    let cut: String = line.chars().take(TITLE).collect();
    format!("{}…", cut.trim_end())
}

pub(crate) fn nonce() -> Result<[u8; 24], GateError> {
    let mut nonce = [0; 24];
    OsRandom.fill(&mut nonce).map_err(internal)?;
    Ok(nonce)
}

pub(crate) fn internal(error: impl std::fmt::Display) -> GateError {
    GateError::Internal(error.to_string())
}

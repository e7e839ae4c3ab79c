//! One call of a program outside the gate: an AI tool that asks for records itself. The gate does not
//! see the model behind it, so what it gets is treated exactly as for a model, and held against the
//! client's own clearance.
//!
//! A conversation per person, client and name keeps the tokens: `{EMAIL_2}` of one answer can be an
//! argument of the next call.

mod budget;
mod call;
mod cursors;
mod day;
mod decisions;
mod foreign;
mod objects;
mod reading;
mod writing;

use std::ops::Deref;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, PoisonError};

use boundary::{Act, Action, Form, PolicyVersion, Principal};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

use self::day::Day;
use crate::acting::{Acting, Refused};
use crate::clients::Caller;
use crate::config::Terms;
use crate::conversations::{Open, internal};
use crate::error::GateError;
use crate::gate::{Gate, Inner};
use crate::people::PersonView;
use crate::upstream::Upstream;

pub(crate) use budget::Budgets;
pub use call::{
    Decision, DirectAnswer, DirectCall, DirectField, DirectLimits, DirectObject, DirectPerson,
    DirectRefusal, Pending, Said,
};
pub(crate) use cursors::Cursors;
pub(crate) use day::Turns;
pub(crate) use decisions::{Decisions, of_standing};

/// The count of the org's calls is asked for once a minute.
const USAGE_MILLIS: u64 = 60_000;
/// Characters of the name of a conversation.
const NAME: usize = 64;
/// Values that one conversation may cover: its table is sealed whole.
const MOST_TOKENS: usize = 200_000;

/// One request of one client: any number of calls, each authorised and recorded by itself, which
/// share the request's row budget.
#[derive(Clone)]
pub struct Direct(Arc<Shared>);

/// What all calls of a request share.
struct Shared {
    inner: Arc<Inner>,
    who: Principal,
    act: Act,
    view: Arc<PersonView>,
    terms: Terms,
    conversation: String,
    form: Form,
    /// Rows that the request may still read.
    rows_left: AtomicU64,
    /// What its maker calls the program, where a key's label does not say so.
    label: Option<String>,
    /// The server of tools that it goes through.
    via: Option<Arc<Upstream>>,
    /// The day's rows of the program, set aside for this request.
    day: Option<Day>,
    _permits: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// One call of a request.
struct Session {
    shared: Arc<Shared>,
    /// The request while it makes this call.
    act: Act,
}

impl Deref for Session {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl Gate {
    /// Begins a request of a client outside the gate. `conversation` is the client's own name for
    /// what belongs together, letters, digits, `-` and `_`; without one, everything it asks does.
    pub async fn direct(
        &self,
        who: &Principal,
        conversation: Option<&str>,
        form: Form,
    ) -> Result<Direct, GateError> {
        self.begin_direct(who, None, None, conversation, form).await
    }

    /// The same for a program that a person let in, within what an administrator lets it do: objects
    /// it may not touch are not there for it, and its rows of the day are counted.
    pub async fn direct_as(
        &self,
        caller: &Caller,
        conversation: Option<&str>,
        form: Form,
    ) -> Result<Direct, GateError> {
        self.begin_direct(&caller.principal, Some(caller), None, conversation, form).await
    }

    /// The same through a server in the manner of Salesforce's hosted ones: reads and writes are calls of
    /// its tools.
    pub async fn direct_through(
        &self,
        caller: &Caller,
        server: &str,
        form: Form,
    ) -> Result<Direct, GateError> {
        let missing = || GateError::NotFound { what: "server", id: server.to_owned() };
        let via = self.0.upstreams.named(server).filter(|it| it.is_shaped()).ok_or_else(missing)?;
        self.begin_direct(&caller.principal, Some(caller), Some(Arc::clone(via)), None, form).await
    }

    async fn begin_direct(
        &self,
        who: &Principal,
        caller: Option<&Caller>,
        via: Option<Arc<Upstream>>,
        conversation: Option<&str>,
        form: Form,
    ) -> Result<Direct, GateError> {
        let inner = Arc::clone(&self.0);
        let name = conversation.unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.len() > NAME || !name.chars().all(plain) {
            let problem = format!(
                "the name of a conversation has at most {NAME} letters, digits, `-` and `_`"
            );
            return Err(GateError::invalid(problem, Some("conversation")));
        }
        inner.knowledge.ready().await?;
        let own =
            inner.own_permits(who.person()).try_acquire_owned().map_err(|_| GateError::Busy)?;
        let permit = Arc::clone(&inner.permits).try_acquire_owned().map_err(|_| GateError::Busy)?;
        let act = inner.act(who)?;
        let mut view = inner.view(who.person()).await?;
        if let Some(caller) = caller
            && !caller.objects.is_empty()
        {
            view = Arc::new(view.of_objects(&caller.objects, &inner.matrix()));
        }
        let terms = inner.config.direct.terms(who.client(), &inner.config.endpoints);
        let place = format!("{}/{}/{name}", who.person().as_str(), who.client());
        let day = match caller.and_then(|caller| caller.rows) {
            Some(limit) => Some(Day::begin(&inner, who, terms.rows, limit).await?),
            None => None,
        };
        Ok(Direct(Arc::new(Shared {
            conversation: format!("direct-{}", PolicyVersion::of(&place)),
            rows_left: AtomicU64::new(day.as_ref().map_or(terms.rows, Day::rows)),
            label: caller.and_then(|caller| caller.label.clone()),
            day,
            via,
            who: who.clone(),
            act,
            view,
            terms,
            form,
            inner,
            _permits: (own, permit),
        })))
    }
}

impl Direct {
    /// Runs one call. What the policy or Salesforce refuses is an answer; an error is the gate's own,
    /// or the end of the grant.
    ///
    /// A client that goes away does not stop it between its intent and its outcome.
    pub async fn run(&self, call: DirectCall) -> Result<DirectAnswer, GateError> {
        let session = self.session(call.tool());
        let work = tokio::spawn(async move { session.work(call).await });
        work.await.map_err(internal)?
    }

    fn session(&self, tool: Option<&str>) -> Session {
        let act = tool.map_or_else(|| self.0.act.clone(), |tool| self.0.act.calling(tool));
        Session { shared: Arc::clone(&self.0), act }
    }

    /// Records that something was asked for that this door keeps shut.
    pub async fn closed(&self, rule: &'static str) -> Result<u64, GateError> {
        self.session(None).acting().note_refusal(Action::Read, rule).await
    }

    /// Whether there is an object of which this client could propose a record.
    pub fn may_create(&self) -> bool {
        let may = |object: &DirectObject| {
            object.schema.summary.createable && object.fields.iter().any(|field| field.createable)
        };
        self.session(None).objects().iter().any(may)
    }

    /// Whether there is a field that this client could propose to change.
    pub fn may_update(&self) -> bool {
        let may = |object: &DirectObject| {
            object.schema.summary.updateable && object.fields.iter().any(|field| field.updateable)
        };
        self.session(None).objects().iter().any(may)
    }

    /// The trace of the request: 32 hexadecimal digits, in every entry of it and in Salesforce's logs.
    pub fn trace(&self) -> &str {
        &self.0.act.trace
    }

    /// The org's daily calls, most and left, as of a minute ago at most; `None` where the person may
    /// not know.
    pub async fn usage(&self) -> Option<(u64, u64)> {
        let inner = &self.0.inner;
        let now = inner.now();
        let known = *inner.usage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, most, left)) = known
            && now < since.plus(USAGE_MILLIS)
        {
            return Some((most, left));
        }
        let calls = inner.client.api_budget(self.0.who.person()).await.ok()?;
        let mut known = inner.usage.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((now, calls.most, calls.left));
        Some((calls.most, calls.left))
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.0.who
    }
}

impl std::fmt::Debug for Direct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Direct({})", self.0.act.trace)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(day) = &self.day {
            day.end(&self.inner, &self.who, *self.rows_left.get_mut());
        }
    }
}

impl Session {
    /// Whose rows of the hour are counted: a program's, for each person.
    fn budget_key(&self) -> String {
        format!("{}/{}", self.who.person().as_str(), self.who.client())
    }

    async fn work(&self, call: DirectCall) -> Result<DirectAnswer, GateError> {
        match call {
            DirectCall::Query { soql, deleted, page } => self.query(&soql, deleted, page).await,
            DirectCall::More { cursor, page } => self.more(&cursor, page).await,
            DirectCall::Sosl { sosl } => self.sosl(&sosl).await,
            DirectCall::Find { words, objects } => self.find(&words, objects).await,
            DirectCall::Recent { most } => self.recent(most).await,
            DirectCall::Record { object, id, fields } => {
                self.record(&object, "Id", &id, fields.as_deref()).await
            }
            DirectCall::RecordBy { object, field, value, fields } => {
                self.record(&object, &field, &value, fields.as_deref()).await
            }
            DirectCall::Objects => Ok(told(Said::Objects(self.objects()))),
            DirectCall::Describe { object } => self.describe(&object).await,
            DirectCall::UserInfo => self.person(),
            DirectCall::Limits => self.limits().await,
            DirectCall::Create { object, body } => self.write(&object, None, Some(&body)).await,
            DirectCall::Update { object, id, body } => {
                self.write(&object, Some(&id), Some(&body)).await
            }
            DirectCall::Upsert { object, field, value, body } => {
                self.upsert(&object, &field, &value, body).await
            }
            DirectCall::DeleteBy { object, field, value } => {
                self.delete_by(&object, &field, &value).await
            }
            DirectCall::Delete { object, id } => self.write(&object, Some(&id), None).await,
            DirectCall::Foreign { server, tool, arguments } => {
                self.foreign(&server, &tool, &arguments).await
            }
        }
    }

    fn acting(&self) -> Acting<'_> {
        let view = Arc::clone(&self.view);
        let via = self.via.as_deref();
        Acting { inner: &self.inner, who: &self.who, act: &self.act, view, via }
    }

    /// The conversation of this client, held while tokens are read or made.
    async fn open(&self) -> Result<OwnedMutexGuard<Option<Open>>, GateError> {
        let mut guard =
            self.inner.conversations.take(&self.conversation, self.who.person()).await?;
        if guard.is_none() {
            *guard =
                Some(self.inner.conversations.begin(&self.conversation, self.who.person(), false));
        }
        Ok(guard)
    }

    /// Records a refusal and makes an answer of it.
    async fn refuse(&self, action: Action, refused: Refused) -> Result<DirectAnswer, GateError> {
        let entry = match refused.entry {
            Some(entry) => entry,
            None => self.acting().note_refusal(action, refused.rule).await?,
        };
        let Refused { code, message, native, rule, field, .. } = refused;
        let fields = field.map(String::from).into_iter().collect();
        let refusal = DirectRefusal { code, message, native, fields };
        Ok(DirectAnswer::of(Said::Refused(refusal), rule, Some(entry)))
    }
}

/// An answer that holds no value of the CRM.
fn told(said: Said) -> DirectAnswer {
    DirectAnswer::of(said, "rights", None)
}

fn opened(guard: &mut Option<Open>) -> Result<&mut Open, GateError> {
    guard.as_mut().ok_or_else(|| internal("a conversation vanished"))
}

//! Telling people that a write waits. A receiver that is slow or dead holds up nobody: each has a short
//! queue of its own, and what does not fit is dropped, on record. A notice leaves the gate, so its intent is
//! durable first and its outcome afterwards.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use boundary::{Act, Action, Facts, Purpose, Receipt, UnixMillis, Verdict};
use egress::{EgressError, MailAddress, MailDoor, Mailbox, Message, NoticeDoor, Trust};

use keys::{SecretSource, SecretText};
use ledger::Annex;
use serde_json::json;
use tokio::sync::mpsc;

use crate::config::{NoticeConfig, NoticeKind};
use crate::error::GateError;
use crate::gate::{Inner, OpenError};
use crate::recorder::act_of_gate;

/// Notices that wait for one receiver.
const KEPT: usize = 64;
/// Pauses before each try of a notice; after the last try it is given up.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(10)];

/// Says that something waits, and where: no names, no values, and nothing in the address but the id of
/// what waits, which tells nothing to whoever is not signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What happened: `waiting` or `expired`.
    pub(crate) what: &'static str,
    /// `create`, `update` or `delete`.
    pub(crate) operation: &'static str,
    /// API name of the object.
    pub(crate) object: String,
    /// Address of the proposal at the gate.
    pub(crate) address: String,
    /// Its id.
    pub(crate) proposal: String,
    /// Of the request that proposed it.
    pub(crate) trace: String,
}

impl Notice {
    fn words(&self) -> String {
        let Self { what, operation, object, address, .. } = self;
        match *what {
            "waiting" => format!("A write waits for approval: {operation} {object}. {address}"),
            _ => format!("A write is {what}: {operation} {object}. {address}"),
        }
    }

    fn slack(&self) -> String {
        json!({ "text": self.words() }).to_string()
    }

    fn webhook(&self) -> String {
        let body = json!({
            "event": format!("approval.{}", self.what),
            "operation": self.operation,
            "object": self.object,
            "address": self.address,
        });
        body.to_string()
    }

    /// Subject and lines of a mail.
    fn mail(&self) -> (String, [String; 5]) {
        let subject = match self.what {
            "waiting" => "A write waits for approval".to_owned(),
            what => format!("A write is {what}"),
        };
        let lines = [
            format!("{subject}: {} {}.", self.operation, self.object),
            String::new(),
            self.address.clone(),
            String::new(),
            "The page asks you to sign in, and shows what you may see.".to_owned(),
        ];
        (subject, lines)
    }
}

/// The way to a receiver.
#[derive(Debug)]
enum Way {
    Webhook(NoticeDoor),
    Slack(NoticeDoor),
    Mail(MailDoor),
}

impl Way {
    fn new(config: &NoticeConfig) -> Result<Self, OpenError> {
        let trust = Trust { file: config.ca.clone(), ..Trust::default() };
        let secret = |reference: &Option<String>| -> Result<SecretText, OpenError> {
            let source: SecretSource = reference.as_deref().unwrap_or_default().parse()?;
            Ok(source.load()?)
        };
        let hook = || -> Result<NoticeDoor, OpenError> {
            Ok(NoticeDoor::new(secret(&config.url)?.expose().trim().parse()?, &trust)?)
        };
        Ok(match config.kind {
            NoticeKind::Webhook => Self::Webhook(hook()?),
            NoticeKind::Slack => Self::Slack(hook()?),
            NoticeKind::Mail => {
                let login = match &config.user {
                    Some(user) => Some((user.clone(), secret(&config.password)?)),
                    None => None,
                };
                let to: Result<Vec<MailAddress>, EgressError> =
                    config.to.iter().map(|to| to.parse()).collect();
                let from = config.from.as_deref().unwrap_or_default().parse()?;
                let mailbox = Mailbox { from, to: to?, login };
                let server = config.server.as_deref().unwrap_or_default();
                Self::Mail(MailDoor::new(server, &trust, mailbox)?)
            }
        })
    }

    async fn tell(&self, notice: &Notice, now: UnixMillis) -> Result<(), EgressError> {
        match self {
            Self::Webhook(door) => door.tell(notice.webhook()).await,
            Self::Slack(door) => door.tell(notice.slack()).await,
            Self::Mail(door) => {
                let (subject, lines) = notice.mail();
                let text = lines.each_ref().map(String::as_str);
                let date = date(now);
                door.tell(&Message { date: &date, subject: &subject, text: &text }).await
            }
        }
    }

    async fn probe(&self) -> Result<(), EgressError> {
        match self {
            Self::Webhook(door) | Self::Slack(door) => door.probe().await,
            Self::Mail(door) => door.probe().await,
        }
    }
}

/// `Sun, 22 Nov 2026 07:00:00 +0000`
fn date(now: UnixMillis) -> String {
    let millis = i64::try_from(now.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Everybody who is told.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    receivers: Vec<Receiver>,
}

#[derive(Debug)]
struct Receiver {
    told: Arc<Told>,
    queue: mpsc::Sender<Notice>,
    /// The other end, until somebody delivers.
    waiting: Mutex<Option<mpsc::Receiver<Notice>>>,
}

/// Who is told, and how.
#[derive(Debug)]
struct Told {
    name: String,
    /// What the ledger calls it.
    client: String,
    /// The rule that entries name.
    rule: &'static str,
    /// Mail addresses.
    to: Vec<String>,
    way: Way,
}

impl Notices {
    /// The receivers of the configuration. Opens no connection yet.
    pub(crate) fn new(configs: &[NoticeConfig]) -> Result<Self, OpenError> {
        let receivers = configs.iter().enumerate().map(|(at, it)| Receiver::new(at, it));
        let receivers = receivers.collect::<Result<_, _>>()?;
        Ok(Self { receivers })
    }

    /// Tells everybody, without waiting for anybody. Gives what the ledger calls those whose queue is full.
    pub(crate) fn tell(&self, notice: &Notice) -> Vec<(&'static str, String)> {
        let mut dropped = Vec::new();
        for Receiver { told, queue, .. } in &self.receivers {
            if queue.try_send(notice.clone()).is_err() {
                tracing::warn!(receiver = told.name, "a notice was dropped: its queue is full");
                dropped.push((told.rule, told.client.clone()));
            }
        }
        dropped
    }

    /// Each receiver, connected to now.
    pub(crate) async fn examine(&self) -> Vec<(String, Result<(), String>)> {
        let mut found = Vec::new();
        for receiver in &self.receivers {
            let reached = receiver.told.way.probe().await.map_err(|error| error.to_string());
            found.push((format!("notice {}", receiver.told.name), reached));
        }
        found
    }
}

impl Receiver {
    fn new(at: usize, config: &NoticeConfig) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel::<Notice>(KEPT);
        // Entries take printable ASCII without `@`; whatever else somebody chose stays in the log.
        let plain = |name: &str| {
            let fits = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'@';
            (1..=64).contains(&name.len()) && name.bytes().all(fits)
        };
        let client = Some(config.name.clone()).filter(|it| plain(it));
        let told = Told {
            name: config.name.clone(),
            client: client.unwrap_or_else(|| format!("notice-{at}")),
            rule: match config.kind {
                NoticeKind::Webhook => "notice-webhook",
                NoticeKind::Slack => "notice-slack",
                NoticeKind::Mail => "notice-mail",
            },
            to: config.to.clone(),
            way: Way::new(config)?,
        };
        Ok(Self { told: Arc::new(told), queue, waiting: Mutex::new(Some(waiting)) })
    }
}

impl Inner {
    /// Begins to deliver notices, for as long as the gate is there.
    pub(crate) fn deliver_notices(self: &Arc<Self>) {
        for Receiver { told, waiting, .. } in &self.notices.receivers {
            let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            let (gate, told) = (Arc::downgrade(self), Arc::clone(told));
            let Some(mut waiting) = waiting else { continue };
            tokio::spawn(async move {
                while let Some(notice) = waiting.recv().await {
                    deliver(&gate, &told, &notice).await;
                }
            });
        }
    }

    /// Tells everybody who is configured. What does not fit into a queue is on record.
    pub(crate) async fn announce(&self, notice: Notice, act: &Act) {
        for (rule, client) in self.notices.tell(&notice) {
            let door = "gate".to_owned();
            let act = Act { client, actor: door.clone(), door, ..act.clone() };
            let mut facts = Facts::new(Purpose::System, Action::Notify, Verdict::Failed, &act);
            facts.proposal = Some(notice.proposal.clone());
            // The proposal waits all the same.
            if let Err(error) = self.recorder.record(facts.rule(rule)).await {
                tracing::error!(%error, "that a notice was dropped was not recorded");
            }
        }
    }
}

/// The gate, in the request that proposed.
fn gate_for(notice: &Notice, policy: &str) -> Result<Act, GateError> {
    Ok(Act { trace: notice.trace.clone(), ..act_of_gate(policy)? })
}

async fn deliver(gate: &Weak<Inner>, told: &Told, notice: &Notice) {
    let mut intent: Option<(Act, Receipt)> = None;
    let mut sent = false;
    for pause in PAUSES {
        tokio::time::sleep(pause).await;
        // Not held while somebody is slow, so that the gate can end.
        let Some(inner) = gate.upgrade() else { return };
        if intent.is_none() {
            match told.intend(&inner, notice).await {
                Ok(recorded) => intent = Some(recorded),
                // Nothing leaves without its record.
                Err(error) => {
                    tracing::warn!(receiver = told.name, %error, "a notice was not recorded");
                    continue;
                }
            }
        }
        let now = inner.now();
        drop(inner);
        match told.way.tell(notice, now).await {
            Ok(()) => {
                sent = true;
                break;
            }
            Err(error) => {
                tracing::warn!(receiver = told.name, %error, "a notice was not delivered");
            }
        }
    }
    if !sent {
        tracing::error!(receiver = told.name, "a notice was given up");
    }
    let (Some((act, receipt)), Some(inner)) = (intent, gate.upgrade()) else { return };
    let verdict = if sent { Verdict::Done } else { Verdict::Failed };
    let outcome = Facts::new(Purpose::Outcome, Action::Notify, verdict, &act).answers(&receipt);
    let outcome = told.about(outcome, notice);
    if let Err(error) = inner.recorder.record(outcome).await {
        tracing::error!(receiver = told.name, %error, "the end of a notice was not recorded");
    }
}

impl Told {
    async fn intend(&self, inner: &Inner, notice: &Notice) -> Result<(Act, Receipt), GateError> {
        let gate = gate_for(notice, inner.matrix().version().as_str())?;
        let act = Act { client: self.client.clone(), ..gate };
        let facts = Facts::new(Purpose::Intent, Action::Notify, Verdict::Allowed, &act);
        let entry = self.about(facts, notice).entry();
        let to = self.to.iter().map(|to| inner.recorder.sealing().receiver(to));
        let subjects = to.collect::<Result<BTreeSet<String>, GateError>>()?;
        let annex = Annex { subjects, ..Annex::default() };
        let receipt = inner.recorder.append_with(entry, annex, Vec::new()).await?;
        Ok((act, receipt))
    }

    fn about(&self, facts: Facts, notice: &Notice) -> Facts {
        let mut facts = facts.rule(self.rule);
        facts.objects.insert(notice.object.clone());
        facts.proposal = Some(notice.proposal.clone());
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_that_and_where_and_no_more() {
        let notice = Notice {
            what: "waiting",
            operation: "update",
            object: "Opportunity".to_owned(),
            address: "https://gate.example/approvals/p_1".to_owned(),
            proposal: "p_1".to_owned(),
            trace: "0".repeat(32),
        };
        assert_eq!(
            notice.slack(),
            r#"{"text":"A write waits for approval: update Opportunity. https://gate.example/approvals/p_1"}"#
        );
        assert_eq!(
            notice.webhook(),
            r#"{"event":"approval.waiting","operation":"update","object":"Opportunity","address":"https://gate.example/approvals/p_1"}"#
        );
    }

    #[test]
    fn a_mail_says_no_more_and_when() {
        let notice = Notice {
            what: "waiting",
            operation: "delete",
            object: "Task".to_owned(),
            address: "https://gate.example/approvals/p_1".to_owned(),
            proposal: "p_1".to_owned(),
            trace: "0".repeat(32),
        };
        let (subject, lines) = notice.mail();
        assert_eq!(subject, "A write waits for approval");
        assert_eq!(
            lines.join("\n"),
            "A write waits for approval: delete Task.\n\nhttps://gate.example/approvals/p_1\n\n\
             The page asks you to sign in, and shows what you may see."
        );
        assert_eq!(date(UnixMillis(1_795_330_800_000)), "Sun, 22 Nov 2026 07:00:00 +0000");
    }

    /// Nobody waits for a receiver that is not there, and its queue does not grow.
    #[tokio::test]
    async fn a_dead_receiver_holds_up_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let config = hook("dead", NoticeKind::Webhook, dir.path());
        let notices = Notices::new(&[config]).unwrap();
        let notice = Notice {
            what: "waiting",
            operation: "create",
            object: "Task".to_owned(),
            address: String::new(),
            proposal: "p_1".to_owned(),
            trace: "0".repeat(32),
        };
        let dropped: usize = (0..10_000).map(|_| notices.tell(&notice).len()).sum();
        assert_eq!(dropped, 10_000 - KEPT, "and each that did not fit is told");
        assert!(notices.examine().await[0].1.is_err());
    }

    #[test]
    fn a_receiver_is_on_record_by_its_name_or_by_its_number() {
        let dir = tempfile::tempdir().unwrap();
        for (name, client) in [
            ("desk", "desk"),
            ("maya@example.com", "notice-3"),
            ("Büro", "notice-3"),
            ("", "notice-3"),
        ] {
            let config = hook(name, NoticeKind::Slack, dir.path());
            let receiver = Receiver::new(3, &config).unwrap();
            assert_eq!(
                (receiver.told.client.as_str(), receiver.told.rule),
                (client, "notice-slack")
            );
        }
    }

    /// A receiver at an address where nobody listens.
    fn hook(name: &str, kind: NoticeKind, dir: &std::path::Path) -> NoticeConfig {
        let url = dir.join("url");
        std::fs::write(&url, "http://127.0.0.1:9/hook\n").unwrap();
        NoticeConfig {
            name: name.to_owned(),
            kind,
            url: Some(format!("file:{}", url.display())),
            server: None,
            from: None,
            to: Vec::new(),
            user: None,
            password: None,
            ca: None,
        }
    }
}

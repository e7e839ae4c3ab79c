//! Telling people that a write waits. A receiver that is slow or dead holds up nobody: each has a short
//! queue of its own, and what does not fit is dropped and counted in the log.

use std::sync::Arc;
use std::time::Duration;

use boundary::UnixMillis;
use egress::{EgressError, MailAddress, MailDoor, Mailbox, Message, NoticeDoor, Trust};

use keys::{SecretSource, SecretText};
use serde_json::json;
use tokio::sync::mpsc::{Sender, channel};

use crate::clock::Clock;
use crate::config::{NoticeConfig, NoticeKind};
use crate::gate::OpenError;

/// Notices that wait for one receiver.
const KEPT: usize = 64;
/// Pauses before a notice is tried again; after the last it is dropped.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(10), Duration::from_mins(1)];

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
}

impl Notice {
    fn words(&self) -> String {
        let Self { what, operation, object, address } = self;
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
    name: String,
    way: Arc<Way>,
    queue: Sender<Notice>,
}

impl Notices {
    /// The receivers of the configuration. Opens no connection yet.
    pub(crate) fn new(configs: &[NoticeConfig], clock: &Clock) -> Result<Self, OpenError> {
        let receivers = configs.iter().map(|it| Receiver::new(it, clock));
        let receivers = receivers.collect::<Result<_, _>>()?;
        Ok(Self { receivers })
    }

    /// Tells everybody, without waiting for anybody.
    pub(crate) fn tell(&self, notice: &Notice) {
        for receiver in &self.receivers {
            if receiver.queue.try_send(notice.clone()).is_err() {
                tracing::warn!(receiver = receiver.name, "a notice was dropped: its queue is full");
            }
        }
    }

    /// Each receiver, connected to now.
    pub(crate) async fn examine(&self) -> Vec<(String, Result<(), String>)> {
        let mut found = Vec::new();
        for receiver in &self.receivers {
            let reached = receiver.way.probe().await.map_err(|error| error.to_string());
            found.push((format!("notice {}", receiver.name), reached));
        }
        found
    }
}

impl Receiver {
    fn new(config: &NoticeConfig, clock: &Clock) -> Result<Self, OpenError> {
        let way = Arc::new(Way::new(config)?);
        let (queue, mut waiting) = channel::<Notice>(KEPT);
        let (name, clock, sending) = (config.name.clone(), Arc::clone(clock), Arc::clone(&way));
        // It ends with the gate, which holds the other end of the queue.
        tokio::spawn(async move {
            while let Some(notice) = waiting.recv().await {
                deliver(&sending, &name, &notice, &clock).await;
            }
        });
        Ok(Self { name: config.name.clone(), way, queue })
    }
}

async fn deliver(way: &Way, name: &str, notice: &Notice, clock: &Clock) {
    for pause in PAUSES {
        match way.tell(notice, clock()).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(receiver = name, %error, "a notice was not delivered"),
        }
        tokio::time::sleep(pause).await;
    }
    tracing::error!(receiver = name, "a notice was given up");
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
        let url = dir.path().join("url");
        std::fs::write(&url, "http://127.0.0.1:9/hook\n").unwrap();
        let config = NoticeConfig {
            name: "dead".to_owned(),
            kind: NoticeKind::Webhook,
            url: Some(format!("file:{}", url.display())),
            server: None,
            from: None,
            to: Vec::new(),
            user: None,
            password: None,
            ca: None,
        };
        let notices = Notices::new(&[config], &crate::clock::system_clock()).unwrap();
        let notice = Notice {
            what: "waiting",
            operation: "create",
            object: "Task".to_owned(),
            address: String::new(),
        };
        for _ in 0..10_000 {
            notices.tell(&notice);
        }
        assert!(notices.examine().await[0].1.is_err());
    }
}

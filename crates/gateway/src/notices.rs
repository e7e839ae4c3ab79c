//! Telling people that a write waits. A receiver that is slow or dead holds up nobody: each has a short
//! queue of its own, and what does not fit is dropped and counted in the log.

use std::sync::Arc;
use std::time::Duration;

use egress::{NoticeDoor, Trust};
use keys::SecretSource;
use serde_json::json;
use tokio::sync::mpsc::{Sender, channel};

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

    fn body(&self, kind: NoticeKind) -> String {
        match kind {
            NoticeKind::Slack => json!({ "text": self.words() }),
            NoticeKind::Webhook => json!({
                "event": format!("approval.{}", self.what),
                "operation": self.operation,
                "object": self.object,
                "address": self.address,
            }),
        }
        .to_string()
    }
}

/// Everybody who is told.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    receivers: Vec<Receiver>,
}

#[derive(Debug)]
struct Receiver {
    name: String,
    door: Arc<NoticeDoor>,
    queue: Sender<Notice>,
}

impl Notices {
    /// The receivers of the configuration. Opens no connection yet.
    pub(crate) fn new(configs: &[NoticeConfig]) -> Result<Self, OpenError> {
        let receivers = configs.iter().map(Receiver::new).collect::<Result<_, _>>()?;
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
            let reached = receiver.door.probe().await.map_err(|error| error.to_string());
            found.push((format!("notice {}", receiver.name), reached));
        }
        found
    }
}

impl Receiver {
    fn new(config: &NoticeConfig) -> Result<Self, OpenError> {
        let source: SecretSource = config.url.parse()?;
        let address = source.load()?.expose().trim().parse()?;
        let trust = Trust { file: config.ca.clone(), ..Trust::default() };
        let door = Arc::new(NoticeDoor::new(address, &trust)?);
        let (queue, mut waiting) = channel::<Notice>(KEPT);
        let (name, kind, sending) = (config.name.clone(), config.kind, Arc::clone(&door));
        // It ends with the gate, which holds the other end of the queue.
        tokio::spawn(async move {
            while let Some(notice) = waiting.recv().await {
                deliver(&sending, &name, notice.body(kind)).await;
            }
        });
        Ok(Self { name: config.name.clone(), door, queue })
    }
}

async fn deliver(door: &NoticeDoor, name: &str, body: String) {
    for pause in PAUSES {
        match door.tell(body.clone()).await {
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
            notice.body(NoticeKind::Slack),
            r#"{"text":"A write waits for approval: update Opportunity. https://gate.example/approvals/p_1"}"#
        );
        assert_eq!(
            notice.body(NoticeKind::Webhook),
            r#"{"event":"approval.waiting","operation":"update","object":"Opportunity","address":"https://gate.example/approvals/p_1"}"#
        );
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
            url: format!("file:{}", url.display()),
            ca: None,
        };
        let notices = Notices::new(&[config]).unwrap();
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

//! An MCP server on standard input and output, for assistants that start their servers themselves.
//!
//! It understands just enough of each message to name it in the headers that the gate wants to agree
//! with the body. All else is the gate's: who may, what is treated, what waits.

use std::io::BufRead as _;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use egress::{GateDoor, Limits, Trust};
use keys::SecretSource;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::args::McpArgs;
use crate::output::{self, Exit};

/// Messages that may wait for the gate.
const AHEAD: usize = 64;
/// Where a request says its version (2026-07-28).
const VERSION: &str = "/params/_meta/io.modelcontextprotocol~1protocolVersion";

/// The way to the gate, and the version that was agreed on by clients that begin with `initialize`.
struct Relay {
    door: GateDoor,
    agreed: Mutex<Option<String>>,
}

pub(crate) async fn run(args: &McpArgs) -> anyhow::Result<Exit> {
    let source: SecretSource = args.key.parse().context("`--key` has to say where the key is")?;
    let key =
        source.load().inspect_err(|_| output::hint("make a key on the gate's page, under Keys"))?;
    let door = GateDoor::new(args.url.parse()?, &Trust::default(), Limits::model(), key)?;
    let relay = Arc::new(Relay { door, agreed: Mutex::default() });
    let mut lines = lines();
    let mut work = JoinSet::new();
    while let Some(line) = lines.recv().await {
        let Ok(message) = serde_json::from_str::<Value>(&line) else {
            say(&failure(&Value::Null, -32_700, "a message is one line of JSON"))?;
            continue;
        };
        // What comes after it rests on what it agrees.
        if message.get("method") == Some(&json!("initialize")) {
            relay.pass(message).await?;
        } else {
            let relay = Arc::clone(&relay);
            work.spawn(async move { relay.pass(message).await });
        }
        while work.try_join_next().is_some() {}
    }
    // What was asked is answered, also when nobody asks any more.
    while let Some(ended) = work.join_next().await {
        ended??;
    }
    Ok(Exit::Good)
}

/// Lines of standard input, read by a thread of its own: it may wait for ever.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if !line.trim().is_empty() && sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Relay {
    /// Hands a message to the gate, and its answer back.
    async fn pass(&self, message: Value) -> anyhow::Result<()> {
        let id = message.get("id").cloned();
        let headers = self.headers(&message);
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answered = self.door.post_with("/mcp", &headers, message.to_string()).await;
        let answer = match answered {
            Ok((_, body)) if body.is_empty() => return Ok(()),
            Ok((401, _)) => Err("the gate does not know this key".to_owned()),
            Ok((status, body)) => serde_json::from_slice::<Value>(&body)
                .map_err(|_| format!("the gate answered {status} without JSON")),
            Err(error) => Err(error.to_string()),
        };
        // A notification has no answer, not even a refusal.
        let Some(id) = id else { return Ok(()) };
        match answer {
            Ok(mut answer) => {
                // A refusal from before the message was read does not know its id.
                if let Some(given) = answer.get_mut("id").filter(|given| given.is_null()) {
                    *given = id;
                }
                self.agree(&message, &answer);
                say(&answer)
            }
            Err(problem) => say(&failure(&id, -32_000, &problem)),
        }
    }

    fn headers(&self, message: &Value) -> Vec<(&'static str, String)> {
        let text = |path: &str| message.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let own = text(VERSION);
        let agreed = || self.agreed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut headers = Vec::new();
        if own.is_some() {
            headers.extend(text("/method").map(|method| ("mcp-method", method)));
            let name = text("/params/name").or_else(|| text("/params/uri"));
            // What cannot stand in a header is refused by the gate, which misses it there.
            let name = name.filter(|it| it.bytes().all(|b| (0x20..0x7f).contains(&b)));
            headers.extend(name.map(|name| ("mcp-name", name)));
        }
        headers.extend(own.or_else(agreed).map(|version| ("mcp-protocol-version", version)));
        headers
    }

    fn agree(&self, message: &Value, answer: &Value) {
        if message.get("method") == Some(&json!("initialize")) {
            let version = answer.pointer("/result/protocolVersion").and_then(Value::as_str);
            *self.agreed.lock().unwrap_or_else(PoisonError::into_inner) =
                version.map(str::to_owned);
        }
    }
}

fn failure(id: &Value, code: i32, problem: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": problem } })
}

/// One message, one line.
fn say(message: &Value) -> anyhow::Result<()> {
    output::line(&message.to_string())
}

//! Recorded tool calls and results, given out again in the place of real ones.

use serde_json::{Value, json};

use crate::protocol::{Call, SOQL_QUERY, Turn};

/// Why a turn cannot go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// This call has no result yet.
    Need(Call),
    /// A tool refused; the text says so.
    Fail(String),
}

/// One utterance with the calls and results that followed it.
#[derive(Debug)]
pub(super) struct Round<'t> {
    pub(super) text: String,
    pub(super) exchanges: Vec<Exchange<'t>>,
}

/// A call and what came back.
#[derive(Debug)]
pub(super) struct Exchange<'t> {
    pub(super) call: &'t Call,
    pub(super) result: Option<Value>,
}

/// Cuts a conversation at the person's turns.
pub(super) fn rounds(turns: &[Turn]) -> Vec<Round<'_>> {
    let mut rounds: Vec<Round<'_>> = Vec::new();
    for turn in turns {
        match turn {
            Turn::User(text) => rounds.push(Round { text: text.clone(), exchanges: Vec::new() }),
            Turn::Assistant { calls, .. } => {
                if let Some(round) = rounds.last_mut() {
                    round
                        .exchanges
                        .extend(calls.iter().map(|call| Exchange { call, result: None }));
                }
            }
            Turn::ToolResult { call_id, content, .. } => {
                let open = rounds.last_mut().and_then(|r| {
                    r.exchanges.iter_mut().find(|e| e.call.id == *call_id && e.result.is_none())
                });
                if let Some(exchange) = open {
                    exchange.result = Some(serde_json::from_str(content).unwrap_or_else(|_| {
                        json!({"error": {"code": "UNREADABLE", "message": "the tool's answer could not be read"}})
                    }));
                }
            }
        }
    }
    rounds
}

/// The exchanges of the turn at work, each given out once.
#[derive(Debug)]
pub(super) struct Tools<'r> {
    exchanges: &'r [Exchange<'r>],
    used: Vec<bool>,
    number: usize,
    asked: usize,
}

impl<'r> Tools<'r> {
    pub(super) fn new(round: &'r Round<'_>, number: usize) -> Self {
        Self {
            exchanges: &round.exchanges,
            used: vec![false; round.exchanges.len()],
            number,
            asked: 0,
        }
    }

    /// The recorded answer to this call, or the need to make it.
    pub(super) fn call(&mut self, name: &str, arguments: Value) -> Result<&'r Value, Halt> {
        self.asked += 1;
        let call = Call {
            id: format!("call_{}_{}", self.number + 1, self.asked),
            name: name.to_owned(),
            arguments,
        };
        let Some(place) = self.place(&call) else { return Err(Halt::Need(call)) };
        if let Some(used) = self.used.get_mut(place) {
            *used = true;
        }
        match self.exchanges.get(place).and_then(|e| e.result.as_ref()) {
            Some(result) => Ok(result),
            // The call stands in the conversation without a result: asking again with the same id is the only way on.
            None => Err(Halt::Need(call)),
        }
    }

    /// Whether every recorded call was one of ours.
    pub(super) fn all_used(&self) -> bool {
        self.used.iter().all(|used| *used)
    }

    /// The same call, or else the next one of the same kind: names may have become tokens since it was made.
    fn place(&self, call: &Call) -> Option<usize> {
        let free = |i: &usize| self.used.get(*i) == Some(&false);
        let same = (0..self.exchanges.len()).filter(free).find(|i| {
            self.exchanges
                .get(*i)
                .is_some_and(|e| e.call.name == call.name && e.call.arguments == call.arguments)
        });
        same.or_else(|| {
            let next = (0..self.exchanges.len()).find(free)?;
            let theirs = self.exchanges.get(next)?.call;
            (theirs.name == call.name && alike(theirs, call)).then_some(next)
        })
    }
}

/// Whether two calls differ in their values only.
fn alike(a: &Call, b: &Call) -> bool {
    let field = |call: &Call, name: &str| {
        call.arguments.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    if a.name == SOQL_QUERY {
        let shape = |call: &Call| field(call, "q").map(|q| without_literals(&q));
        return shape(a) == shape(b);
    }
    field(a, "sobject-name") == field(b, "sobject-name") && field(a, "id") == field(b, "id")
}

/// A statement with the contents of its string literals taken out.
fn without_literals(statement: &str) -> String {
    let mut out = String::with_capacity(statement.len());
    let mut inside = false;
    let mut escaped = false;
    for c in statement.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '\'' => {
                inside = !inside;
                out.push(c);
            }
            _ if inside => {}
            _ => out.push(c),
        }
    }
    out
}

//! Answers: one object, or chunks of a stream.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use gateway::{ClientCall, Event, GateError, Summary, WithheldFields};
use serde_json::{Value, json};

use super::error;
use crate::error::WebError;
use crate::sse::{Next, Teller, frame};

/// What every object of an answer begins with.
#[derive(Debug)]
pub(crate) struct Head {
    /// 32 hexadecimal digits.
    pub(crate) trace: String,
    /// The model as the client named it.
    pub(crate) model: String,
    /// Unix seconds.
    pub(crate) created: u64,
    pub(crate) base_url: String,
    /// Members of the request that were left out.
    pub(crate) ignored: Vec<String>,
}

impl Head {
    fn object(&self, kind: &str, choices: &Value) -> Value {
        json!({
            "id": format!("chatcmpl-{}", self.trace),
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        })
    }
}

/// What has come so far.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    conversation: Option<String>,
    text: String,
    calls: Vec<ClientCall>,
    steps: Vec<String>,
    proposals: Vec<String>,
    withheld: WithheldFields,
    summary: Option<Summary>,
}

impl Gathered {
    /// Adds an event; a failure ends the answer.
    pub(crate) fn take(&mut self, event: Event) -> Result<(), GateError> {
        match event {
            Event::Heard { conversation, .. } => self.conversation = Some(conversation),
            Event::Sent { .. } => {}
            Event::Step(step) => {
                self.withheld.extend(step.withheld);
                self.steps.push(step.what);
            }
            Event::Text { shown, .. } => self.text.push_str(&shown.text()),
            Event::Proposed { proposal } => self.proposals.push(proposal),
            Event::ClientCalls(calls) => self.calls.extend(calls),
            Event::Done(summary) => self.summary = Some(summary),
            Event::Failed(error) => return Err(error),
        }
        Ok(())
    }

    /// The whole answer.
    pub(crate) fn whole(&self, head: &Head) -> Result<Value, GateError> {
        let summary = self.summary.as_ref().ok_or_else(broke_off)?;
        let mut message =
            json!({ "role": "assistant", "content": self.content(), "refusal": null });
        if !self.calls.is_empty()
            && let Some(members) = message.as_object_mut()
        {
            let calls: Vec<Value> = self.calls.iter().map(call).collect();
            members.insert("tool_calls".to_owned(), calls.into());
        }
        let finish = self.finish(summary);
        let choices =
            json!([{ "index": 0, "message": message, "logprobs": null, "finish_reason": finish }]);
        let mut object = head.object("chat.completion", &choices);
        if let Some(members) = object.as_object_mut() {
            members.insert("usage".to_owned(), usage(summary));
            members.insert("portcullis".to_owned(), self.extension(summary, head));
        }
        Ok(object)
    }

    /// `null` beside tool calls, as OpenAI has it.
    fn content(&self) -> Option<&str> {
        (self.calls.is_empty() || !self.text.is_empty()).then_some(self.text.as_str())
    }

    fn finish<'a>(&self, summary: &'a Summary) -> &'a str {
        if self.calls.is_empty() { &summary.finish } else { "tool_calls" }
    }

    /// What the gate did with it: our own member.
    fn extension(&self, summary: &Summary, head: &Head) -> Value {
        let proposals = self.proposals.iter().map(|id| {
            json!({ "id": id, "page": format!("{}/approvals/{id}", head.base_url.trim_end_matches('/')) })
        });
        let withheld: BTreeSet<_> = self.withheld.union(&summary.withheld).collect();
        let mut extension = json!({
            "conversation": self.conversation,
            "endpoint": summary.endpoint,
            "residency": summary.residency,
            "level": summary.level.name(),
            "tokens": summary.tokens,
            "unrestored": summary.unrestored,
            "invented": summary.invented,
            "steps": self.steps,
            "withheld": withheld,
            "proposals": proposals.collect::<Vec<_>>(),
            "entry": summary.entry,
            "trace": summary.trace,
        });
        if !head.ignored.is_empty()
            && let Some(members) = extension.as_object_mut()
        {
            members.insert("ignored".to_owned(), head.ignored.clone().into());
        }
        extension
    }
}

fn call(call: &ClientCall) -> Value {
    json!({ "id": call.id, "type": "function", "function": { "name": call.name, "arguments": call.arguments } })
}

fn usage(summary: &Summary) -> Value {
    let (prompt, completion) = summary.usage.unwrap_or_default();
    json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion })
}

/// An answer that ended without saying so.
pub(crate) fn broke_off() -> GateError {
    GateError::Model("the answer broke off".to_owned())
}

/// A stream in OpenAI's shape.
#[derive(Debug)]
pub(crate) struct Streaming {
    head: Head,
    include_usage: bool,
    gathered: Gathered,
    begun: bool,
}

impl Streaming {
    pub(crate) fn new(head: Head, include_usage: bool) -> Self {
        Self { head, include_usage, gathered: Gathered::default(), begun: false }
    }

    /// The text that goes out for an event.
    pub(crate) fn next(&mut self, event: Option<Event>) -> Next {
        let event = event.unwrap_or_else(|| Event::Failed(broke_off()));
        let delta = match &event {
            // What is held back until more has come makes empty pieces.
            Event::Text { shown, .. } if shown.is_empty() => Value::Null,
            Event::Text { shown, .. } => json!({ "content": shown.text() }),
            Event::ClientCalls(calls) => {
                let first = self.gathered.calls.len();
                let calls = calls.iter().enumerate().map(|(at, it)| indexed(first + at, call(it)));
                json!({ "tool_calls": calls.collect::<Vec<_>>() })
            }
            Event::Done(_) => return self.end(event),
            _ => Value::Null,
        };
        if let Err(error) = self.gathered.take(event) {
            let error = WebError::from(error);
            error.log();
            return Next::Last(frame(None, &error::body(&error).to_string()));
        }
        if delta.is_null() {
            return Next::More(String::new());
        }
        let mut out = self.opening();
        out.push_str(&self.chunk(&delta, None));
        Next::More(out)
    }

    fn end(&mut self, done: Event) -> Next {
        let mut out = self.opening();
        // `Done` cannot fail.
        let _ = self.gathered.take(done);
        if let Some(summary) = &self.gathered.summary {
            let finish = self.gathered.finish(summary);
            let choices =
                json!([{ "index": 0, "delta": {}, "logprobs": null, "finish_reason": finish }]);
            let extension = self.gathered.extension(summary, &self.head);
            out.push_str(&self.object(&choices, &Value::Null, Some(extension)));
            if self.include_usage {
                out.push_str(&self.object(&json!([]), &usage(summary), None));
            }
        }
        out.push_str(&frame(None, "[DONE]"));
        Next::Last(out)
    }

    /// The role, once, before anything else.
    fn opening(&mut self) -> String {
        if std::mem::replace(&mut self.begun, true) {
            return String::new();
        }
        self.chunk(&json!({ "role": "assistant", "content": "", "refusal": null }), None)
    }

    fn chunk(&self, delta: &Value, finish: Option<&str>) -> String {
        let choices =
            json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }]);
        self.object(&choices, &Value::Null, None)
    }

    fn object(&self, choices: &Value, usage: &Value, extension: Option<Value>) -> String {
        let mut object = self.head.object("chat.completion.chunk", choices);
        if let Some(members) = object.as_object_mut() {
            // With usage asked for, every other chunk says `null`.
            if self.include_usage {
                members.insert("usage".to_owned(), usage.clone());
            }
            if let Some(extension) = extension {
                members.insert("portcullis".to_owned(), extension);
            }
        }
        frame(None, &object.to_string())
    }
}

fn indexed(index: usize, mut call: Value) -> Value {
    if let Some(members) = call.as_object_mut() {
        members.shift_insert(0, "index".to_owned(), index.into());
    }
    call
}

impl Teller<Event> for Streaming {
    async fn tell(&mut self, event: Option<Event>) -> Next {
        self.next(event)
    }
}

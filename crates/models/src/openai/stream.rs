//! Bytes of an answer to deltas, whatever the parts in which they come.

use std::collections::VecDeque;

use egress::ModelStream;
use futures_core::Stream;
use futures_util::{StreamExt as _, stream};

use super::chunk::{CallPart, Chunk, Message, finish};
use super::lines::Events;
use crate::{Delta, Finish, ModelError, ToolCall, Usage};

/// Most bytes of text and arguments together.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// Most calls in one answer.
const MOST_CALLS: usize = 64;

/// Reads one answer.
#[derive(Debug)]
pub(crate) struct Decoder {
    form: Form,
    /// Makes ids for calls that come without.
    number: u64,
    calls: Vec<(Option<usize>, ToolCall)>,
    usage: Option<Usage>,
    finish: Option<Finish>,
    taken: usize,
    /// Whether there was a message, be it an empty one.
    spoke: bool,
    ended: bool,
}

/// How the server answers, which the first character tells.
#[derive(Debug)]
enum Form {
    Unknown,
    Events(Events),
    /// One JSON object: the server does not stream.
    Whole(Vec<u8>),
}

impl Decoder {
    /// `number` is one that no other answer of the conversation has.
    pub(crate) fn new(number: u64) -> Self {
        Self {
            form: Form::Unknown,
            number,
            calls: Vec::new(),
            usage: None,
            finish: None,
            taken: 0,
            spoke: false,
            ended: false,
        }
    }

    /// Takes the next bytes; adds the deltas that they complete, also those before an error.
    pub(crate) fn push(
        &mut self,
        mut part: &[u8],
        deltas: &mut Vec<Delta>,
    ) -> Result<(), ModelError> {
        if matches!(self.form, Form::Unknown) {
            part = part.trim_ascii_start();
            self.form = match part.first() {
                None => return Ok(()),
                Some(b'{') => Form::Whole(Vec::new()),
                Some(_) => Form::Events(Events::default()),
            };
        }
        match &mut self.form {
            Form::Events(events) => {
                let mut found = Vec::new();
                let pushed = events.push(part, &mut found);
                for event in found {
                    self.event(&event, deltas)?;
                }
                pushed
            }
            Form::Whole(body) => {
                body.extend_from_slice(part);
                if body.len() > LONGEST_ANSWER { Err(TOO_LONG) } else { Ok(()) }
            }
            Form::Unknown => Ok(()),
        }
    }

    /// The bytes have ended: adds the last deltas, or says that the answer was cut.
    pub(crate) fn end(&mut self, deltas: &mut Vec<Delta>) -> Result<(), ModelError> {
        match &mut self.form {
            Form::Unknown => {}
            Form::Events(events) => {
                let mut found = Vec::new();
                let finished = events.finish(&mut found);
                for event in found {
                    self.event(&event, deltas)?;
                }
                finished?;
            }
            Form::Whole(body) => {
                let body = std::mem::take(body);
                self.chunk(&body, deltas)?;
                // It parsed, so it is whole, whether or not it says why it ended.
                self.finish = self.finish.or(self.spoke.then_some(Finish::Stop));
            }
        }
        if !self.ended {
            if self.finish.is_none() {
                return Err(ModelError::Cut);
            }
            self.close(deltas);
        }
        Ok(())
    }

    /// Whether the proper end has come.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    fn event(&mut self, data: &[u8], deltas: &mut Vec<Delta>) -> Result<(), ModelError> {
        match data.trim_ascii() {
            b"" => Ok(()),
            b"[DONE]" if self.ended => Ok(()),
            b"[DONE]" => {
                // Some servers end without a reason; what counts is that they ended.
                self.close(deltas);
                Ok(())
            }
            data => self.chunk(data, deltas),
        }
    }

    fn chunk(&mut self, data: &[u8], deltas: &mut Vec<Delta>) -> Result<(), ModelError> {
        if self.ended {
            return Ok(());
        }
        let chunk: Chunk = serde_json::from_slice(data)
            .map_err(|_| ModelError::Shape { expected: "a chunk of a chat completion" })?;
        if let Some(code) = chunk.error() {
            return Err(ModelError::Stopped { code });
        }
        self.usage = chunk.usage().or(self.usage);
        // One answer was asked for; others would be strangers' words in between.
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(()) };
        self.spoke = true;
        if let Some(reason) = choice.finish_reason.as_deref().filter(|it| !it.is_empty()) {
            self.finish = Some(finish(reason));
        }
        self.message(choice.into_message(), deltas)
    }

    fn message(&mut self, message: Message, deltas: &mut Vec<Delta>) -> Result<(), ModelError> {
        let text = message.text();
        self.take(text.len())?;
        if !text.is_empty() {
            deltas.push(Delta::Text(text));
        }
        for part in message.tool_calls {
            self.call(part)?;
        }
        Ok(())
    }

    /// Adds a part to the call it belongs to, or begins one.
    fn call(&mut self, part: CallPart) -> Result<(), ModelError> {
        let CallPart { index, id, function } = part;
        let id = id.filter(|it| !it.is_empty());
        let name = function.name.clone().filter(|it| !it.is_empty());
        let arguments = function.arguments();
        self.take(arguments.len())?;
        let at = match index {
            Some(_) => self.calls.iter().rposition(|(of, _)| *of == index),
            None if id.is_some() => {
                self.calls.iter().rposition(|(_, call)| id.as_ref() == Some(&call.id))
            }
            None => self.calls.len().checked_sub(1),
        };
        let open = at.and_then(|at| self.calls.get_mut(at)).filter(|(_, call)| {
            // Some servers give every call the same index: another id, or a name after whole
            // arguments, begins another call.
            let other = id.as_ref().is_some_and(|id| !call.id.is_empty() && *id != call.id);
            let again = name.is_some() && is_object(&call.arguments);
            !other && !(again && (id.is_none() || call.id.is_empty()))
        });
        if let Some((_, call)) = open {
            call.arguments.push_str(&arguments);
            if call.id.is_empty() {
                call.id = id.unwrap_or_default();
            }
            // Some servers repeat the name with every part.
            if call.name.is_empty() {
                call.name = name.unwrap_or_default();
            }
            return Ok(());
        }
        if self.calls.len() >= MOST_CALLS {
            return Err(ModelError::TooLarge { limit: MOST_CALLS, of: "calls" });
        }
        let call =
            ToolCall { id: id.unwrap_or_default(), name: name.unwrap_or_default(), arguments };
        self.calls.push((index, call));
        Ok(())
    }

    /// The proper end: calls, cost, and why it ended.
    fn close(&mut self, deltas: &mut Vec<Delta>) {
        self.ended = true;
        let mut given: Vec<String> = Vec::new();
        for (at, (_, mut call)) in std::mem::take(&mut self.calls).into_iter().enumerate() {
            if call.id.is_empty() || given.contains(&call.id) {
                call.id = format!("call_{}_{at}", self.number);
            }
            given.push(call.id.clone());
            deltas.push(Delta::Call(call));
        }
        let called = !given.is_empty();
        deltas.extend(self.usage.map(Delta::Usage));
        // Calls are calls, whatever the server says of its reasons.
        let finish = match self.finish.unwrap_or(Finish::Stop) {
            Finish::Stop | Finish::Calls if called => Finish::Calls,
            Finish::Calls => Finish::Stop,
            other => other,
        };
        deltas.push(Delta::Done(finish));
    }

    fn take(&mut self, bytes: usize) -> Result<(), ModelError> {
        self.taken += bytes;
        if self.taken > LONGEST_ANSWER { Err(TOO_LONG) } else { Ok(()) }
    }
}

const TOO_LONG: ModelError = ModelError::TooLarge { limit: LONGEST_ANSWER, of: "bytes" };

fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The deltas of a stream of bytes.
pub(super) fn deltas(
    bytes: ModelStream,
    decoder: Decoder,
) -> impl Stream<Item = Result<Delta, ModelError>> + Send {
    let start = Reading { bytes: Some(bytes), decoder, ready: VecDeque::new() };
    stream::unfold(start, |mut reading| async move {
        loop {
            if let Some(delta) = reading.ready.pop_front() {
                return Some((delta, reading));
            }
            // An end, good or bad, has given the stream away.
            let bytes = reading.bytes.take()?;
            reading.step(bytes).await;
        }
    })
}

struct Reading {
    bytes: Option<ModelStream>,
    decoder: Decoder,
    ready: VecDeque<Result<Delta, ModelError>>,
}

impl Reading {
    async fn step(&mut self, mut bytes: ModelStream) {
        let part = bytes.next().await;
        let mut deltas = Vec::new();
        let result = match &part {
            Some(Ok(part)) => self.decoder.push(part, &mut deltas),
            Some(Err(error)) => Err(error.clone().into()),
            None => self.decoder.end(&mut deltas),
        };
        self.ready.extend(deltas.into_iter().map(Ok));
        match result {
            Err(error) => self.ready.push_back(Err(error)),
            Ok(()) if self.decoder.has_ended() => bytes.close(),
            Ok(()) => self.bytes = Some(bytes),
        }
    }
}

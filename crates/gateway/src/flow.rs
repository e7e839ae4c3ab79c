//! One request, in order: heard, masked, routed, recorded, asked, tools run, released.

mod hear;
mod release;
mod run;
mod write;

use std::sync::Arc;

use boundary::{
    Act, Action, Counts, Facts, Label, Level, Principal, Prompt, Purpose, Receipt, Tool, Verdict,
};
use futures_util::StreamExt as _;
use models::{Delta, Finish, LocalModel, ToolCall as ModelCall, Usage};
use tokio::sync::mpsc;

use crate::ask::{Ask, ClientCall, ConversationRef, Event, Input, Summary};
use crate::clock::date_of;
use crate::conversations::{Open, internal, title_of};
use crate::endpoints::Chosen;
use crate::error::{GateError, WithheldFields};
use crate::gate::{Inner, viewer};
use crate::people::PersonView;
use crate::sealing;
use crate::tools::{INSTRUCTIONS, OWN};

use release::Release;
pub(crate) use release::cover;
pub(crate) use run::searchable;

/// A request on its way through the gate.
pub(crate) struct Request {
    pub(crate) who: Principal,
    pub(crate) ask: Ask,
    pub(crate) act: Act,
    /// Id of the conversation.
    pub(crate) conversation: String,
    pub(crate) events: mpsc::Sender<Event>,
}

/// What a request gathers on its way.
struct Progress {
    view: Arc<PersonView>,
    /// The request while it calls a tool.
    act: Act,
    /// The question, restored: goes with a proposal.
    said: String,
    client_tools: Vec<Tool>,
    withheld: WithheldFields,
    highest: Level,
    usage: Option<Usage>,
    /// Text of outsiders was read in this request, so nothing more is read on its word.
    tainted: bool,
    /// Turns of the conversation whose text is sealed with an earlier entry.
    sealed: usize,
}

impl Progress {
    /// Whether the client will run a tool of this name.
    fn offers(&self, name: &str) -> bool {
        let named = |tool: &Tool| matches!(tool, Tool::Client { name: own, .. } if own == name);
        self.client_tools.iter().any(named)
    }
}

/// What one round with a model brought.
struct Round {
    text: String,
    calls: Vec<ModelCall>,
    finish: Finish,
    label: Label,
    endpoint: String,
    residency: String,
    /// The engine inside this process, whose plan comes from the person's words alone.
    local: bool,
    /// What the ledger is still to be told of the answer.
    outcome: Option<Facts>,
    usage: Option<ledger::Usage>,
}

impl Round {
    /// Records what the model answered, once.
    async fn record(&mut self, inner: &Inner) -> Result<(), GateError> {
        let Some(outcome) = self.outcome.take() else { return Ok(()) };
        let answer = sealing::answer(&self.text, &self.calls);
        inner.recorder.append_answer(outcome.entry(), &answer, self.usage).await.map(|_| ())
    }
}

/// A reader who takes nothing for so long is gone: it holds a place that others wait for.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);

/// The reader went away: stop, quietly.
struct Gone;

impl From<Gone> for GateError {
    fn from(_: Gone) -> Self {
        Self::Internal("the caller went away".to_owned())
    }
}

impl Request {
    /// Answers the request. Whatever goes wrong, nothing has left the gate without its record.
    pub(crate) async fn answer(&self, inner: &Inner) -> Result<(), GateError> {
        let mut guard = inner.conversations.take(&self.conversation, self.who.person()).await?;
        if guard.is_none() {
            if let ConversationRef::Existing(id) = &self.ask.conversation {
                return Err(GateError::NotFound { what: "conversation", id: id.clone() });
            }
            let listed = matches!(self.ask.input, Input::Say(_));
            *guard = Some(inner.conversations.begin(&self.conversation, self.who.person(), listed));
        }
        let open = guard.as_mut().ok_or_else(|| internal("a conversation vanished"))?;
        let before = open.conversation.turns().len();
        let result = self.work(inner, open).await;
        let summary = match result {
            Ok(summary) => summary,
            Err(error) => {
                // What a failed request said is forgotten; its tokens stay, for they may have been sent.
                open.conversation.rewind_to(before);
                if let Err(unsaved) = inner.conversations.save(open, inner.now()).await {
                    tracing::error!(%unsaved, "a conversation was not saved");
                }
                return Err(error);
            }
        };
        self.tell(Event::Done(summary)).await?;
        Ok(())
    }

    async fn work(&self, inner: &Inner, open: &mut Open) -> Result<Summary, GateError> {
        let view = inner.view(self.who.person()).await?;
        let heard = self.hear(inner, open, view).await;
        if let Err(GateError::Protected(_)) = &heard {
            let facts = Facts::new(Purpose::Refusal, Action::Ask, Verdict::Refused, &self.act);
            inner.recorder.record(facts.rule("protected-document")).await?;
        }
        let mut progress = heard?;
        let mut release = Release::new(inner);
        // A client that keeps the conversation itself sends the beginning of an answer back.
        let comes_back = matches!(self.ask.input, Input::Replay { .. });
        match self.rounds(inner, open, &mut progress, &mut release).await {
            Ok((round, finish)) => {
                let shown = release.label().clone();
                let ended = self.finish(inner, open, progress, release, round, finish).await;
                if comes_back && ended.is_err() {
                    open.conversation.carry(&shown);
                }
                ended
            }
            Err(error) => {
                if comes_back {
                    open.conversation.carry(release.label());
                }
                release.cut(&self.act).await?;
                Err(error)
            }
        }
    }

    /// Prompts and tools, until the model has said all or the client has to go on.
    async fn rounds(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: &mut Progress,
        release: &mut Release,
    ) -> Result<(Round, &'static str), GateError> {
        for _ in 0..inner.config.limits.rounds {
            let mut round = self.round(inner, open, progress, release).await?;
            let calls = round.calls.iter();
            let kept = calls.map(|it| (it.id.clone(), it.name.clone(), it.arguments.clone()));
            open.conversation.hear_model(round.text.clone(), kept.collect(), &round.label);
            release.said(&round.text);
            if round.calls.is_empty() {
                let finish = finish_name(round.finish);
                return Ok((round, finish));
            }
            round.record(inner).await?;
            // A tool that the client did not offer is not the client's to run: the gate says so.
            let (theirs, own): (Vec<_>, Vec<_>) =
                round.calls.iter().partition(|call| progress.offers(&call.name));
            // The client's tools act in the world: strangers' text must not call them either.
            let on_strangers_word = progress.tainted && !round.local;
            for call in own {
                self.run(inner, open, progress, release, call, round.local).await?;
            }
            if !theirs.is_empty() && on_strangers_word {
                for call in theirs {
                    self.refuse_tainted(inner, open, call).await?;
                }
            } else if !theirs.is_empty() {
                release.permit(&self.act).await?;
                self.hand_over(open, progress, release, &theirs, &round.label).await?;
                return Ok((round, "tool_calls"));
            }
        }
        Err(GateError::Model("it did not come to an end within the rounds allowed".to_owned()))
    }

    /// One prompt to one model, and its answer released as it arrives.
    async fn round(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: &mut Progress,
        release: &mut Release,
    ) -> Result<Round, GateError> {
        let mut prompt =
            Prompt::of(&open.conversation).instruct(INSTRUCTIONS).sample(self.ask.sampling);
        for tool in OWN.into_iter().chain(progress.client_tools.iter().cloned()) {
            prompt = prompt.offer(tool);
        }
        let label = prompt.label().clone();
        let chosen = self.route(inner, &label).await?;
        let name = chosen.endpoint.name().to_owned();
        let residency = chosen.endpoint.residency().name().to_owned();
        let cleared = prompt.clear(&chosen.endpoint, &self.act, inner.now());
        let (cleared, intent) =
            cleared.map_err(|error| GateError::NoEndpoint(error.to_string()))?;
        let turns = open.conversation.turns();
        let said = sealing::turns(turns.get(progress.sealed..).unwrap_or_default());
        progress.sealed = turns.len();
        let receipt = inner.recorder.append_text(intent, "prompt", &said).await?;
        let outcome = Facts::new(Purpose::Outcome, Action::Ask, Verdict::Done, &self.act)
            .rule("model")
            .answers(&receipt);
        progress.highest = progress.highest.max(label.level());
        release.answers(&label);
        self.tell(Event::Sent {
            endpoint: name.clone(),
            residency: residency.clone(),
            level: label.level(),
            entry: receipt.index(),
        })
        .await?;
        let dispatch = cleared.recorded(receipt).map_err(internal)?;
        let stream = if let Some(client) = chosen.client {
            client.answer(dispatch).await
        } else {
            let commands = progress.view.commands.clone();
            LocalModel::new(name.clone(), commands, date_of(inner.now())).answer(&dispatch)
        };
        let before = progress.usage;
        let result = match stream {
            Ok(stream) => self.listen(open, progress, release, stream).await,
            Err(error) => Err(GateError::Model(error.to_string())),
        };
        let (text, calls, finish) = match result {
            Ok(heard) => heard,
            Err(error) => {
                let outcome = Facts { verdict: Verdict::Failed, ..outcome };
                inner.recorder.record(outcome).await?;
                return Err(error);
            }
        };
        let bytes = text.len() as u64;
        let outcome = Some(outcome.counted(Counts { bytes, ..Counts::default() }));
        let usage = progress.usage.map(|sum| sealing::since(sum, before));
        let local = chosen.client.is_none();
        Ok(Round { text, calls, finish, label, endpoint: name, residency, local, outcome, usage })
    }

    /// Chooses an endpoint that covers the label. A refusal is recorded with its reasons' rule.
    async fn route<'a>(&self, inner: &'a Inner, label: &Label) -> Result<Chosen<'a>, GateError> {
        let wanted = self.ask.model.as_deref().filter(|model| *model != "portcullis");
        let chosen = inner.endpoints.choose(wanted, label, inner.now()).await;
        if let Err(GateError::NoEndpoint(_)) = &chosen {
            let facts = Facts::new(Purpose::Refusal, Action::Ask, Verdict::Refused, &self.act);
            inner.recorder.record(facts.rule("clearance").labelled(label)).await?;
        }
        chosen
    }

    /// Takes a model's answer in, releasing its text as it comes.
    async fn listen(
        &self,
        open: &Open,
        progress: &mut Progress,
        release: &mut Release,
        mut stream: models::AnswerStream,
    ) -> Result<(String, Vec<ModelCall>, Finish), GateError> {
        let mut text = String::new();
        let mut calls = Vec::new();
        let mut finish = None;
        let viewer = viewer(&self.who, &progress.view);
        let covers = release.covers();
        let mut speaker = release.speaker(covers.as_deref(), &open.conversation, &viewer);
        while let Some(delta) = stream.next().await {
            match delta.map_err(|error| GateError::Model(error.to_string()))? {
                Delta::Text(piece) => {
                    text.push_str(&piece);
                    let safe = speaker.screen(&piece)?;
                    if !safe.is_empty() {
                        release.permit(&self.act).await?;
                        self.say(&mut speaker, release, &safe).await?;
                    }
                }
                Delta::Call(mut call) => {
                    call.arguments = open.conversation.straighten(&call.arguments);
                    calls.push(call);
                }
                Delta::Usage(usage) => {
                    let sum = progress.usage.get_or_insert_default();
                    sum.prompt += usage.prompt;
                    sum.answer += usage.answer;
                }
                Delta::Done(how) => finish = Some(how),
            }
        }
        let finish = finish.ok_or_else(|| GateError::Model("its answer was cut off".to_owned()))?;
        let rest = speaker.screen_rest()?;
        if !rest.is_empty() || speaker.holds() {
            release.permit(&self.act).await?;
            self.say(&mut speaker, release, &rest).await?;
            let last = speaker.rest(release);
            if !last.is_empty() {
                self.tell(Event::Text { masked: String::new(), shown: last }).await?;
            }
        }
        Ok((text, calls, finish))
    }

    async fn say(
        &self,
        speaker: &mut release::Speaker<'_>,
        release: &mut Release,
        safe: &str,
    ) -> Result<(), GateError> {
        let shown = speaker.show(release, safe)?;
        self.tell(Event::Text { masked: safe.to_owned(), shown }).await?;
        Ok(())
    }

    /// Gives the client the calls of its own tools, values restored for the person.
    async fn hand_over(
        &self,
        open: &mut Open,
        progress: &Progress,
        release: &mut Release,
        calls: &[&ModelCall],
        label: &Label,
    ) -> Result<(), GateError> {
        let viewer = viewer(&self.who, &progress.view);
        let mut restored = Vec::with_capacity(calls.len());
        for call in calls {
            let covered = release.cover_json(&open.conversation, &viewer, &call.arguments)?;
            let arguments = open.conversation.show_json(&covered, &viewer).text();
            open.conversation.note_shown(&arguments, &call.arguments, label);
            restored.push(ClientCall { id: call.id.clone(), name: call.name.clone(), arguments });
        }
        self.tell(Event::ClientCalls(restored)).await?;
        Ok(())
    }

    /// The outcome is durable before the end of the answer is told.
    async fn finish(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: Progress,
        mut release: Release,
        mut round: Round,
        finish: &str,
    ) -> Result<Summary, GateError> {
        if open.title.is_empty() {
            open.title = title_of(&hear::masked_question(open));
        }
        if let Input::Replay { .. } = self.ask.input {
            let (shown, said) = release.words();
            open.conversation.note_shown(shown, said, &round.label);
        }
        let counts = Counts {
            tokens: open.conversation.coverage().len() as u64,
            withheld: progress.withheld.len() as u64,
            unrestored: release.unrestored(),
            invented: release.invented(),
            ..Counts::default()
        };
        // None of these waits for another, so the ledger commits its two at once.
        let label = round.label.clone();
        let (recorded, entry, saved) = tokio::join!(
            biased;
            round.record(inner),
            release.close(&self.act, &label, counts),
            inner.conversations.save(open, inner.now()),
        );
        recorded?;
        let entry = entry?;
        saved?;
        Ok(Summary {
            endpoint: round.endpoint,
            residency: round.residency,
            level: progress.highest,
            tokens: counts.tokens,
            unrestored: counts.unrestored,
            invented: counts.invented,
            withheld: progress.withheld,
            usage: progress.usage.map(|usage| (usage.prompt, usage.answer)),
            finish: finish.to_owned(),
            entry,
            trace: self.act.trace.clone(),
        })
    }

    async fn tell(&self, event: Event) -> Result<(), Gone> {
        self.events.send_timeout(event, PATIENCE).await.map_err(|_| Gone)
    }
}

fn finish_name(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::Calls => "stop",
        Finish::Length => "length",
        Finish::Filtered => "content_filter",
    }
}

/// The receipt of the release, and whether there is one yet.
type Released = Option<Receipt>;

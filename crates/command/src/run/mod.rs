//! The engine: replays the conversation so far and says what comes next.
//!
//! Nothing is kept between steps. Every step reads the whole conversation again, with the recorded tool results in the
//! place of calls, until a call is met that has no result yet: that call is the step. So the same conversation always
//! gives the same answer, and a restart loses nothing.

mod changing;
mod making;
mod reading;
mod replying;
mod resolving;
mod state;
mod tools;

use jiff::civil::Date;

use crate::grammar::{self, Scene};
use crate::intent::{Intent, Target, Who};
use crate::protocol::{Step, Turn};
use crate::schema::SchemaView;
use crate::words::{Run, Word, correct, split_words};
use state::{Pending, State};
use tools::{Halt, Round, Tools};

/// Longer utterances are not read: nobody says so much in one command.
const MAX_CHARS: usize = 8_000;
/// Commands in one utterance.
const MAX_COMMANDS: usize = 8;
/// Earlier turns of the person that still count.
const MAX_ROUNDS: usize = 60;

/// The local command engine for one schema.
#[derive(Debug, Clone)]
pub struct Engine {
    schema: SchemaView,
}

/// What became of one command.
enum Outcome {
    Done(String),
    /// A question; the commands after it wait.
    Ask(String, Box<Pending>),
}

impl Engine {
    /// An engine that may name the objects and fields of `schema` and nothing else.
    ///
    /// Names that are no API names are left out, so that no label can end up as SOQL.
    pub fn new(schema: SchemaView) -> Self {
        Self { schema: schema.sound() }
    }

    /// The next step of a conversation: tool calls or the final answer. `today` is the acting person's day.
    ///
    /// Text inside tool results is only ever shown, never read as a command. A write is called for only after a query
    /// of the same turn came back with exactly the one record it changes.
    pub fn next(&self, turns: &[Turn], today: Date) -> Step {
        let rounds = tools::rounds(turns);
        let start = rounds.len().saturating_sub(MAX_ROUNDS);
        let recent = rounds.get(start..).unwrap_or_default();
        let Some((last, earlier)) = recent.split_last() else {
            return Step::Say(crate::answer::help(&self.schema));
        };
        let mut state = State::default();
        for (round, number) in earlier.iter().zip(start..) {
            state = self.replay(state, round, number, today);
        }
        let mut session = Session::new(&self.schema, today, state, last, rounds.len() - 1);
        match session.say(&last.text) {
            Ok(text) | Err(Halt::Fail(text)) => Step::Say(text),
            Err(Halt::Need(call)) => Step::Calls(vec![call]),
        }
    }

    /// The state after an earlier turn of the person.
    fn replay(&self, state: State, round: &Round<'_>, number: usize, today: Date) -> State {
        let mut session = Session::new(&self.schema, today, state.clone(), round, number);
        match session.say(&round.text) {
            Ok(_) | Err(Halt::Fail(_)) if session.tools.all_used() => session.state,
            Ok(_) | Err(Halt::Fail(_)) => state::adopt(&self.schema, session.state, round),
            // Another model answered that turn, or it was broken off: take over what its last query showed.
            Err(Halt::Need(_)) => state::adopt(&self.schema, state, round),
        }
    }
}

/// One turn of the person being worked on.
struct Session<'s, 'r> {
    schema: &'s SchemaView,
    today: Date,
    state: State,
    tools: Tools<'r>,
    /// The commands of this utterance that come after the one at work, as said.
    rest: Vec<String>,
}

impl<'s, 'r> Session<'s, 'r> {
    fn new(
        schema: &'s SchemaView,
        today: Date,
        state: State,
        round: &'r Round<'_>,
        number: usize,
    ) -> Self {
        Self { schema, today, state, tools: Tools::new(round, number), rest: Vec::new() }
    }

    /// Works on one utterance and gives the answer.
    fn say(&mut self, text: &str) -> Result<String, Halt> {
        if text.chars().count() > MAX_CHARS {
            return Ok(
                "That is too long for me to read as a command. Please say it in a few words."
                    .to_owned(),
            );
        }
        let words = read_words(text);
        let run = Run::new(text, &words);
        if let Some(pending) = self.state.pending.take()
            && let Some(answer) = self.reply(pending, run)?
        {
            return Ok(answer);
        }
        let parts: Vec<String> =
            grammar::parts(run).into_iter().map(|p| p.rest_of_text(0)).collect();
        self.commands(parts)
    }

    /// Runs commands one after the other; a question holds the rest back.
    fn commands(&mut self, parts: Vec<String>) -> Result<String, Halt> {
        let many = parts.len() > MAX_COMMANDS;
        let mut parts: Vec<String> = parts.into_iter().take(MAX_COMMANDS).collect();
        parts.reverse();
        let mut answers: Vec<String> = Vec::new();
        while let Some(part) = parts.pop() {
            let mut intent = self.understand(&part, None);
            while let Some(more) = parts.last().and_then(|next| self.joined(&intent, next)) {
                intent = more;
                parts.pop();
            }
            self.rest = parts.iter().rev().cloned().collect();
            let outcome = match self.carry_out(intent) {
                // What was refused ends the turn, but what was done before it is still told.
                Err(Halt::Fail(why)) => Outcome::Done(why),
                other => other?,
            };
            match outcome {
                Outcome::Done(answer) => answers.push(answer),
                Outcome::Ask(question, mut pending) => {
                    pending.rest = std::mem::take(&mut self.rest);
                    self.state.pending = Some(*pending);
                    answers.push(question);
                    break;
                }
            }
        }
        if many {
            answers.push(format!(
                "I did the first {MAX_COMMANDS} of these; please say the others again."
            ));
        }
        answers.retain(|a| !a.is_empty());
        Ok(answers.join("\n\n"))
    }

    /// Reads one command in the light of the state, or of the object of the command before it.
    fn understand(&self, text: &str, before: Option<&str>) -> Intent {
        let words = read_words(text);
        let object = before.or(self.state.focus.as_ref().map(|f| f.object.as_str())).or(self
            .state
            .last
            .as_ref()
            .map(|s| s.object.as_str()));
        let scene = Scene {
            schema: self.schema,
            today: self.today,
            last: self.state.last.as_ref(),
            object: object.and_then(|name| self.schema.object(name)),
            has_focus: before.is_some() || self.state.focus.is_some(),
        };
        grammar::read(scene, Run::new(text, &words))
    }

    /// `move X to Negotiation` and then `set the amount to 250,000`: one change of one record.
    fn joined(&self, first: &Intent, next: &str) -> Option<Intent> {
        let Intent::Update { target, changes } = first else { return None };
        let object = match &target.who {
            Who::Focus | Who::Nth(_) | Who::Last => target
                .objects
                .first()
                .cloned()
                .or_else(|| self.state.focus.as_ref().map(|f| f.object.clone()))
                .or_else(|| self.state.last.as_ref().map(|s| s.object.clone()))?,
            _ => target.objects.first()?.clone(),
        };
        let Intent::Update { target: Target { who: Who::Focus, .. }, changes: more } =
            self.understand(next, Some(&object))
        else {
            return None;
        };
        let view = self.schema.object(&object)?;
        if !more.iter().all(|c| view.field(&c.field).is_some()) {
            return None;
        }
        let mut changes = changes.clone();
        changes.retain(|c| !more.iter().any(|m| m.field == c.field));
        changes.extend(more);
        let target = Target { objects: vec![object], who: target.who.clone() };
        Some(Intent::Update { target, changes })
    }

    fn carry_out(&mut self, intent: Intent) -> Result<Outcome, Halt> {
        let done = |text: String| Ok(Outcome::Done(text));
        match intent {
            Intent::Help => done(crate::answer::help(self.schema)),
            Intent::Greeting => done(
                "Hello. Ask me about your records, or say `help` to see what I understand."
                    .to_owned(),
            ),
            Intent::Thanks => done("You are welcome.".to_owned()),
            Intent::Cancel => done("Nothing was changed.".to_owned()),
            Intent::Unknown(unknown) => done(crate::answer::not_understood(&unknown)),
            Intent::WhoAmI => self.who_am_i().map(Outcome::Done),
            Intent::Values { object, field } => {
                done(crate::answer::values(self.schema, &object, &field))
            }
            Intent::List(search) => self.list(search),
            Intent::Tally(search, tally) => self.tally(search, &tally),
            Intent::Refine(refinement) => self.refine(refinement),
            Intent::More => self.more(),
            Intent::Show { target, columns } => self.show(&target, &columns),
            Intent::Related { search, of } => self.related(search, &of),
            Intent::Find { text, objects } => self.find(&text, &objects),
            Intent::Update { target, changes } => self.update(&target, &changes),
            Intent::Create(draft) => self.create(draft, false),
        }
    }
}

/// The words of a text, with slips of keywords put right.
fn read_words(text: &str) -> Vec<Word> {
    let mut words = split_words(text);
    correct(&mut words);
    words
}

//! Answers to the engine's own questions: a number, a name, a value, yes or no.

use super::state::{Pending, Question, Slot};
use super::tools::Halt;
use super::{Outcome, Session};
use crate::grammar::{Wish, is_refusal, ordinal_reply, read_value, strip_politeness};
use crate::intent::{Change, Intent, NewValue, Who};
use crate::records::Row;
use crate::words::{Run, squash};

impl Session<'_, '_> {
    /// Takes an utterance as the answer to the open question; nothing when it is a new command.
    pub(super) fn reply(&mut self, pending: Pending, run: Run<'_>) -> Result<Option<String>, Halt> {
        if is_refusal(run) {
            return Ok(Some("All right, nothing was changed.".to_owned()));
        }
        let Pending { intent, question, text, rest } = pending.clone();
        let resumed = match question {
            Question::Which { rows, slot } => {
                pick(&rows, run).and_then(|row| with_record(intent, slot, row))
            }
            Question::Value(place) => match self.value(&intent, place, run) {
                Some(NewValue::Unclear(why)) if !self.is_command(run) => {
                    let text = why.clone();
                    self.state.pending = Some(Pending { text: why, ..pending });
                    return Ok(Some(text));
                }
                Some(NewValue::Unclear(_)) | None => None,
                Some(value) => Some(with_value(intent, place, value)),
            },
            Question::Sure => {
                if is_consent(run) {
                    let Intent::Create(draft) = intent else { return Ok(None) };
                    let outcome = self.create(draft, true)?;
                    return self.go_on(outcome, rest).map(Some);
                }
                None
            }
        };
        match resumed {
            Some(intent) => {
                let outcome = self.carry_out(intent)?;
                self.go_on(outcome, rest).map(Some)
            }
            None if self.is_command(run) => Ok(None),
            None => {
                self.state.pending = Some(pending);
                Ok(Some(format!(
                    "I did not understand that as an answer. {text}\n\nSay `cancel` to leave it."
                )))
            }
        }
    }

    /// The answer of the resumed command and of those that waited behind it.
    fn go_on(&mut self, outcome: Outcome, rest: Vec<String>) -> Result<String, Halt> {
        match outcome {
            Outcome::Done(answer) if rest.is_empty() => Ok(answer),
            Outcome::Done(answer) => {
                let more = self.commands(rest)?;
                Ok(format!("{answer}\n\n{more}"))
            }
            Outcome::Ask(text, mut pending) => {
                pending.rest = rest;
                self.state.pending = Some(*pending);
                Ok(text)
            }
        }
    }

    /// Whether an utterance is a command of its own rather than an answer nobody asked for.
    fn is_command(&self, run: Run<'_>) -> bool {
        let text = run.rest_of_text(0);
        match self.understand(&text, None) {
            Intent::Unknown(_) | Intent::Thanks | Intent::Greeting | Intent::Refine(_) => false,
            // A bare name reads as `show me ..`; after a question it is more likely a wrong answer.
            Intent::Show { target, .. } => {
                matches!(target.who, Who::Named(_))
                    && run
                        .one_of(0, "show|show me|what|what's|find|who|who's|open|tell me")
                        .is_some()
            }
            _ => true,
        }
    }

    fn value(&self, intent: &Intent, place: usize, run: Run<'_>) -> Option<NewValue> {
        let (object, changes) = match intent {
            Intent::Update { target, changes } => (target.objects.first()?, changes),
            Intent::Create(draft) => (&draft.object, &draft.values),
            _ => return None,
        };
        let field = self.schema.object(object)?.field(&changes.get(place)?.field)?;
        let wish = Wish { field, today: self.today, currency: self.schema.currency.as_deref() };
        let run = strip_politeness(run.trimmed());
        let start = run
            .one_of(0, "make it|set it to|it's|it is|to|on|use|take|call it|name it|i'd say|closed")
            .filter(|n| *n < run.len() && run.at(0) != "closed")
            .unwrap_or(0);
        Some(read_value(wish, run.from(start)))
    }
}

fn is_consent(run: Run<'_>) -> bool {
    let run = run.trimmed();
    run.one_of(
        0,
        "yes|yep|yeah|sure|ok|okay|go ahead|do it|create it|create anyway|create it anyway|y|please do|\
         anyway|confirm|confirmed|correct|all the same",
    )
    .is_some_and(|end| run.len() - end <= 3)
}

/// The candidate that a reply means: by number, or by a part of its name or of what was shown with it.
fn pick(rows: &[Row], run: Run<'_>) -> Option<Row> {
    match ordinal_reply(run) {
        Some(Who::Nth(place)) => return rows.get(place.checked_sub(1)?).cloned(),
        Some(Who::Last) => return rows.last().cloned(),
        _ => {}
    }
    let run = strip_politeness(run.trimmed());
    let start = run
        .one_of(
            0,
            "i mean|i meant|the one|take|use|pick|choose|it's|i want|with|show me|open|go with",
        )
        .unwrap_or(0);
    let start = run
        .skip(start, &["the", "one", "with", "at", "from", "in", "called", "named", "for", "of"]);
    let mut rest = run.from(start);
    if rest.len() > 1
        && rest.any_of(
            rest.len() - 1,
            &["one", "deal", "account", "opportunity", "contact", "lead", "case", "record"],
        )
    {
        rest = rest.until(rest.len() - 1);
    }
    let said = squash(&rest.text());
    if said.chars().count() < 2 {
        return None;
    }
    let only = |fits: &dyn Fn(&Row) -> bool| {
        let mut found = rows.iter().filter(|r| fits(r));
        match (found.next(), found.next()) {
            (Some(one), None) => Some(one.clone()),
            _ => None,
        }
    };
    if let Some(row) =
        only(&|r| squash(&r.name) == said).or_else(|| only(&|r| squash(&r.name).contains(&said)))
    {
        return Some(row);
    }
    // What several names hold tells none of them apart, even if it is the account of one.
    if rows.iter().any(|r| squash(&r.name).contains(&said)) {
        return None;
    }
    only(&|r| r.about.iter().any(|a| squash(a) == said))
        .or_else(|| only(&|r| r.about.iter().any(|a| squash(a).contains(&said))))
        .or_else(|| only(&|r| squash(&r.object) == said))
}

/// The intent with the picked record in its place.
fn with_record(intent: Intent, slot: Slot, row: Row) -> Option<Intent> {
    let who = Who::Chosen { object: row.object.clone(), id: row.id.clone() };
    Some(match (intent, slot) {
        (Intent::Show { mut target, columns }, Slot::Target) => {
            target.objects = vec![row.object];
            target.who = who;
            Intent::Show { target, columns }
        }
        (Intent::Related { search, mut of }, Slot::Target) => {
            of.who = who;
            Intent::Related { search, of }
        }
        (Intent::Update { mut target, changes }, Slot::Target) => {
            target.objects = vec![row.object];
            target.who = who;
            Intent::Update { target, changes }
        }
        (Intent::Update { target, mut changes }, Slot::Value(place)) => {
            pin(&mut changes, place, &row)?;
            Intent::Update { target, changes }
        }
        (Intent::Create(mut draft), Slot::Link(place)) => {
            draft.links.get_mut(place)?.who = who;
            Intent::Create(draft)
        }
        (Intent::Create(mut draft), Slot::Value(place)) => {
            pin(&mut draft.values, place, &row)?;
            Intent::Create(draft)
        }
        _ => return None,
    })
}

fn pin(changes: &mut [Change], place: usize, row: &Row) -> Option<()> {
    let change = changes.get_mut(place)?;
    change.value = NewValue::Picked { object: row.object.clone(), id: row.id.clone() };
    Some(())
}

fn with_value(intent: Intent, place: usize, value: NewValue) -> Intent {
    let put = |mut changes: Vec<Change>| {
        if let Some(change) = changes.get_mut(place) {
            change.value = value;
        }
        changes
    };
    match intent {
        Intent::Update { target, changes } => Intent::Update { target, changes: put(changes) },
        Intent::Create(draft) => {
            Intent::Create(crate::intent::Draft { values: put(draft.values), ..draft })
        }
        other => other,
    }
}

//! New records from free speech: notes, calls, tasks, meetings, and the openings of everything else.

use super::dates::{Tense, period_at};
use super::pointing::target;
use super::{Scene, drafting, meetings, tasks};
use crate::intent::{Change, Draft, Intent, NewValue, Target, Unknown};
use crate::lexicon::noun_at;
use crate::schema::{FieldType, ObjectView};
use crate::words::{Kind, Run, Word};

const NOTE: &str = "add a note|add note|note|make a note|leave a note|write a note|create a note|take a note|new note|\
         put a note|jot down|add a comment|record a note|add the note|add a quick note|save a note|note down";
const CALL: &str = "log a call|log call|log my call|log the call|record a call|add a call|i called|i just called|\
         i spoke with|i spoke to|i just spoke with|i just spoke to|just spoke with|just spoke to|just called|\
         had a call|i had a call|spoke with|spoke to|i talked to|i talked with|called|\
         i just got off the phone|just got off the phone|log that i called|log that i spoke with|\
         log that i spoke to|i just had a call|log a phone call|while they call|log a quick call|\
         create a call|log an call";
const MEETING_LOG: &str = "met with|log a meeting|log the meeting|log my meeting|i met with|i met|i just met with|i just met|\
         just met with|had a meeting|i had a meeting|we met with|record a meeting";
const EMAIL_LOG: &str = "log an email|log email|log the email|i emailed|log a mail|log an e-mail|i just emailed|\
         record an email";
const REMIND: &str = "remind me|set a reminder|set up a reminder|add a reminder|create a reminder|set me a reminder|\
         reminder|make a reminder|don't let me forget";
const FOLLOW: &str = "follow up|follow-up|followup|schedule a follow-up|schedule a follow up|create a follow-up|\
         create a follow up|add a follow-up|add a follow up|set a follow-up|set a follow up|\
         set up a follow up|set up a follow-up|plan a follow up|create a follow-up task|\
         create a follow up task";
const TASK: &str = "create a task|create task|add a task|add task|new task|make a task|schedule a task|create a to-do|\
         create a todo|add a to-do|add a todo|create a new task|add a new task|set a task|set up a task|task|\
         todo|to-do|add to my to-do list|add to my todo list|make me a task|create an action item|\
         add an action item|log a task|assign myself a task|create a to do|add a to do|give me a task|\
         create a high priority task|add a high priority task|create an urgent task|add an urgent task";
const MEET: &str = "schedule a meeting|book a meeting|set up a meeting|create a meeting|add a meeting|new meeting|\
         schedule meeting|schedule a call|book a call|set up a call|create an event|add an event|\
         schedule a demo|book a demo|set up a demo|schedule an appointment|book an appointment|new event|\
         plan a meeting|arrange a meeting|schedule an event|put a meeting|create an appointment|\
         make an appointment|create a calendar entry|set a meeting";
const NEW: &str = "create|add|new|make|open|register|set up|enter|start|log|file|raise|create me|build|insert|record|\
         save|put in";

pub(super) fn read(scene: Scene<'_>, run: Run<'_>) -> Option<Intent> {
    if let Some(at) =
        run.one_of(0, NOTE).filter(|at| run.at(0) != "note" || !run.any_of(*at, &["s"]))
    {
        return note(scene, run.from(at), run);
    }
    for (words, subject, subtype) in
        [(CALL, "Call", "Call"), (MEETING_LOG, "Meeting", ""), (EMAIL_LOG, "Email", "Email")]
    {
        if let Some(at) = run.one_of(0, words) {
            return logged(scene, run.from(at), run, subject, subtype);
        }
    }
    if let Some(at) = run.one_of(0, FOLLOW).filter(|at| *at < run.len()) {
        return tasks::task(scene, run.from(at), "Follow up", run);
    }
    if let Some(at) = run
        .one_of(0, REMIND)
        .or_else(|| run.one_of(0, TASK))
        .filter(|at| *at < run.len() || run.len() > 1)
    {
        let priority = run.until(at).find(0, "high priority|urgent").is_some();
        return tasks::task(scene, run.from(at), "", run)
            .map(|intent| with_priority(scene, intent, priority));
    }
    if let Some(at) = run.one_of(0, MEET) {
        return meetings::meeting(scene, run.from(at), run.until(at));
    }
    let at = run.one_of(0, NEW)?;
    // `add Jane Doe as a contact at Acme`
    if let Some((end, next)) = run.find(at + 1, "as a new|as an|as a|as new")
        && let Some(noun) = noun_at(scene.schema, run, next).filter(|n| !n.plural)
    {
        return drafting::record(
            scene,
            noun.object,
            run.from(noun.next),
            run.until(at),
            run.between(at, end).text(),
        );
    }
    let article =
        run.skip(at, &["a", "an", "new", "the", "another", "me", "high", "priority", "urgent"]);
    let noun = noun_at(scene.schema, run, article).filter(|n| !n.plural)?;
    // `open the GenTech deal` shows it; `open a case` makes one.
    if run.at(0) == "open"
        && !(run.any_of(1, &["a", "an", "new", "another"]) || run.any_of(2, &["new"]))
    {
        return None;
    }
    if run.at(0) == "set" && article == at {
        return None;
    }
    if noun.object.name == "Task" || noun.object.name == "Event" {
        return tasks::task(scene, run.from(noun.next), "", run);
    }
    drafting::record(scene, noun.object, run.from(noun.next), run.until(noun.next), String::new())
}

fn with_priority(scene: Scene<'_>, intent: Intent, high: bool) -> Intent {
    match intent {
        Intent::Create(mut draft) if high => {
            if let Some(object) = scene.schema.object(&draft.object) {
                push_text(object, &mut draft.values, "Priority", "High");
            }
            Intent::Create(draft)
        }
        other => other,
    }
}

/// Words that begin the text of a note.
const BODY: &str = "saying|that|about|regarding|to say|and|which says|stating|re|with the note|with note|with text|\
         with the text|because|who|she|he|they|we|with notes|mentioning|concerning|noting|where";

/// The record and the words of `to Acme: they are concerned`, `with Jane about pricing`.
fn about_and_text(scene: Scene<'_>, run: Run<'_>, hint: &[&str]) -> (Option<Target>, String) {
    let run = run.from(run.skip(0, &["down"]));
    let start = run.one_of(
        0,
        "to|for|on|with|about|regarding|at|of|against|under|in|the phone with|off the phone with|from",
    );
    let Some(from) = start
        .or_else(|| (!run.is_mark(0, ":") && !run.any_of(0, &["that", "saying"])).then_some(0))
    else {
        return (None, body_text(run));
    };
    let mut ends: Vec<(usize, usize)> = (from + 1..run.len())
        .filter(|&i| {
            run.is_mark(i, ":")
                || run.is_mark(i, "-")
                || run.is_mark(i, ",")
                || run.is_mark(i, ".")
                || run.is_mark(i, "–")
                || run.is_mark(i, "—")
        })
        .map(|i| (i, i + 1))
        .collect();
    ends.extend((from + 1..run.len()).filter_map(|i| {
        run.one_of(i, BODY).map(|next| {
            (i, if run.any_of(i, &["she", "he", "they", "we", "who"]) { i } else { next })
        })
    }));
    ends.extend(
        (from + 1..run.len()).filter(|&i| run.kind(i) == Some(Kind::Quoted)).map(|i| (i, i)),
    );
    ends.push((run.len(), run.len()));
    ends.sort_unstable();
    // The record ends at the first mark or word that can begin the text.
    let (end, next) = ends.first().copied().unwrap_or((run.len(), run.len()));
    let who = run.between(from, end);
    if let Some(target) = target(scene, who, hint) {
        (Some(target), body_text(run.from(next)))
    } else {
        // `with Jane Doe yesterday`: a date at the end is no part of the name.
        let cut = (1..who.len()).find(|&i| {
            period_at(who, i, scene.today, Tense::Past).is_some_and(|(_, n)| n == who.len())
        });
        let cut = cut.map(|i| if who.any_of(i - 1, &["on", "at"]) { i - 1 } else { i });
        (cut.and_then(|i| target(scene, who.until(i), hint)), body_text(run.from(next)))
    }
}

/// The person's own words, as they are.
fn body_text(run: Run<'_>) -> String {
    let start = run
        .one_of(0, "saying that|saying|that|about|to say")
        .filter(|_| run.len() > 1)
        .unwrap_or(0);
    let mut at = start;
    while run.is_mark(at, ":") || run.is_mark(at, "-") || run.is_mark(at, ",") {
        at += 1;
    }
    run.rest_of_text(at)
}

pub(super) const ABOUT_NOTES: &[&str] = &["Account", "Opportunity", "Contact", "Lead", "Case"];
pub(super) const ABOUT_PEOPLE: &[&str] = &["Contact", "Lead", "Account", "Opportunity"];

fn note(scene: Scene<'_>, run: Run<'_>, all: Run<'_>) -> Option<Intent> {
    let (target, text) = about_and_text(scene, run, ABOUT_NOTES);
    if text.is_empty() {
        return Some(Unknown::because(
            all.text(),
            "What should the note say? For example: `add a note to Acme: they want a second demo`.",
        ));
    }
    let Some(target) =
        target.or_else(|| scene.has_focus.then(|| super::pointing::focus(scene.object)))
    else {
        return Some(Unknown::because(
            all.text(),
            "Which record is the note for? For example: `add a note to Acme: they want a second demo`.",
        ));
    };
    if let Some(object) =
        scene.schema.object("Note").filter(|o| o.field("ParentId").is_some_and(|f| f.createable))
    {
        let mut values = Vec::new();
        push_text(object, &mut values, "Title", &title(&text));
        push_text(object, &mut values, "Body", &text);
        return Some(Intent::Create(Draft {
            object: object.name.clone(),
            values,
            links: vec![target],
            deed: "add a note",
        }));
    }
    let object = scene.schema.object("Task")?;
    let mut values = Vec::new();
    push_text(object, &mut values, "Subject", "Note");
    done_today(scene, object, &mut values);
    push_text(object, &mut values, "Description", &text);
    Some(Intent::Create(Draft {
        object: object.name.clone(),
        values,
        links: vec![target],
        deed: "add a note",
    }))
}

fn logged(
    scene: Scene<'_>,
    run: Run<'_>,
    all: Run<'_>,
    subject: &str,
    subtype: &str,
) -> Option<Intent> {
    let (target, text) = about_and_text(scene, run, ABOUT_PEOPLE);
    let Some(target) = target.or_else(|| {
        (scene.has_focus && !run.any_of(0, &["with", "to"]))
            .then(|| super::pointing::focus(scene.object))
    }) else {
        return Some(Unknown::because(
            all.text(),
            "Whom was it with? For example: `log a call with Jane Doe: discussed pricing`.",
        ));
    };
    let object = scene.schema.object("Task")?;
    let mut values = Vec::new();
    push_text(object, &mut values, "Subject", subject);
    done_today(scene, object, &mut values);
    if !subtype.is_empty() {
        push_text(object, &mut values, "TaskSubtype", subtype);
    }
    if let Some((period, _)) = (0..run.len())
        .find_map(|i| period_at(run, i, scene.today, Tense::Past))
        .filter(|(p, _)| p.first == p.last && p.last < scene.today && text.is_empty())
        && let Some(date) = values.iter_mut().find(|c| c.field == "ActivityDate")
    {
        date.value = NewValue::Date(period.last);
    }
    if !text.is_empty() {
        push_text(object, &mut values, "Description", &text);
    }
    Some(Intent::Create(Draft {
        object: object.name.clone(),
        values,
        links: vec![target],
        deed: "log it",
    }))
}

/// Completed, with today's date: for what has already happened.
fn done_today(scene: Scene<'_>, object: &ObjectView, values: &mut Vec<Change>) {
    if let Some(field) = object.field("Status").filter(|f| f.createable)
        && let Some(value) = super::match_value(field, "completed")
    {
        values.push(Change { field: field.name.clone(), value: NewValue::Text(value) });
    }
    if let Some(field) = object.field("ActivityDate").filter(|f| f.createable) {
        values.push(Change { field: field.name.clone(), value: NewValue::Date(scene.today) });
    }
}

fn title(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 60 {
        return line.to_owned();
    }
    let mut cut = String::new();
    for word in line.split(' ') {
        if cut.chars().count() + word.chars().count() > 56 {
            break;
        }
        cut.push_str(word);
        cut.push(' ');
    }
    format!("{}..", cut.trim_end())
}

/// Adds a text when the field exists and may be set.
pub(super) fn push_text(object: &ObjectView, values: &mut Vec<Change>, field: &str, text: &str) {
    let Some(field) = object.field(field).filter(|f| f.createable) else { return };
    if field.kind == FieldType::Picklist
        && !field.picklist.is_empty()
        && super::match_value(field, text).is_none()
    {
        return;
    }
    values.retain(|c| c.field != field.name);
    values.push(Change { field: field.name.clone(), value: NewValue::Text(text.to_owned()) });
}

/// Whether a word looks like an e-mail address, or is a token for one.
pub(super) fn is_address(word: &Word) -> bool {
    word.is_token(&["EMAIL"]) || (word.kind == Kind::Word && word.text.contains('@'))
}

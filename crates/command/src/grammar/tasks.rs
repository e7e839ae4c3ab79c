//! Tasks from free speech: `to call John tomorrow`, `for GenTech: send the contract by next Friday`.

use super::Scene;
use super::creating::{ABOUT_NOTES, ABOUT_PEOPLE, push_text};
use super::dates::{Period, Tense, period_at, plus_days};
use super::pointing::{focus, target};
use crate::intent::{Change, Draft, Intent, NewValue, Target, Unknown, Who};
use crate::lexicon::noun_at;
use crate::schema::ObjectView;
use crate::words::{Kind, Run, among};

/// Words that end the record named before the text.
const ENDS_RECORD: &str = "to|about|regarding|that|on|by|for|next|tomorrow|in|this|due|today";

/// Reads a task. `lead` begins its subject, as `Follow up` does; then the record is part of the subject too.
pub(super) fn task(scene: Scene<'_>, run: Run<'_>, lead: &str, all: Run<'_>) -> Option<Intent> {
    let object = scene.schema.object("Task")?;
    let mut draft = Reading { scene, rest: run, due: None, links: Vec::new(), values: Vec::new() };
    draft.priority(object);
    draft.leading_date();
    let said = draft.leading_record(!lead.is_empty());
    draft.opening(lead.is_empty());
    draft.trailing();
    let own = draft.rest.trimmed().text();
    let subject = match (lead, own.as_str()) {
        ("", "") => {
            let why = "What is the task? For example: `create a task to send the proposal to Acme by Friday`.";
            return Some(Unknown::because(all.text(), why));
        }
        ("", own) => capitalised(own),
        (lead, "") => format!("{lead}{said}"),
        (lead, own) => format!("{lead}{said} {own}"),
    };
    draft.pronoun();
    Some(draft.finish(object, &subject))
}

struct Reading<'s, 'r> {
    scene: Scene<'s>,
    rest: Run<'r>,
    due: Option<Period>,
    links: Vec<Target>,
    values: Vec<Change>,
}

impl Reading<'_, '_> {
    fn priority(&mut self, object: &ObjectView) {
        let phrases = "with high priority|high priority|with priority high|priority high|urgently";
        if let Some((start, _)) =
            self.rest.find(0, phrases).filter(|(_, end)| *end == self.rest.len())
        {
            self.rest = self.rest.until(start);
            push_text(object, &mut self.values, "Priority", "High");
        }
    }

    /// A date right after the opening: `remind me tomorrow to ..`, `task for friday: ..`.
    fn leading_date(&mut self) {
        let at = self.rest.one_of(0, "for|on|by|due|due on").unwrap_or(0);
        let found = period_at(self.rest, at, self.scene.today, Tense::Future);
        if let Some((period, next)) = found.filter(|(p, _)| p.first == p.last) {
            self.due = Some(period);
            self.rest = self.rest.from(next);
        }
    }

    /// The record before the text: `for GenTech: ..`, `on the Acme deal to ..`. Gives the words when they are wanted.
    fn leading_record(&mut self, wanted: bool) -> String {
        let rest = self.rest;
        // `to the GenTech deal to send the SOW`: only with a noun, because `to` mostly begins the text.
        if rest.at(0) == "to"
            && let Some(to) = (2..rest.len()).find(|&i| rest.at(i) == "to" || rest.is_mark(i, ":"))
            && (1..to).any(|i| {
                noun_at(self.scene.schema, rest, i).is_some_and(|n| n.next == to && !n.plural)
            })
            && let Some(found) = target(self.scene, rest.between(1, to), ABOUT_NOTES)
        {
            self.links.push(found);
            self.rest = rest.from(to);
            return String::new();
        }
        let Some(at) = rest.one_of(0, "for|on|with|regarding|about|under|related to") else {
            return String::new();
        };
        let ends = |i: usize| {
            let mark = rest.is_mark(i, ":") || rest.is_mark(i, "-") || rest.is_mark(i, ",");
            mark || i > at
                && (among(ENDS_RECORD, rest.at(i)) || ends_with_date(self.scene, rest, i))
        };
        let end = (at..rest.len()).find(|i| ends(*i)).unwrap_or(rest.len());
        let hint = if wanted { ABOUT_PEOPLE } else { ABOUT_NOTES };
        let Some(found) = target(self.scene, rest.between(at, end), hint) else {
            return String::new();
        };
        self.links.push(found);
        self.rest = rest.from(end);
        if wanted { format!(" {}", rest.until(end).text()) } else { String::new() }
    }

    fn opening(&mut self, bare: bool) {
        let mut rest =
            self.rest.from(self.rest.skip(0, &["to", "that", "saying", "called", "named"]));
        while rest.kind(0) == Some(Kind::Mark) {
            rest = rest.from(1);
        }
        self.rest = if bare { rest.from(rest.skip(0, &["to"])) } else { rest };
    }

    /// A date and a record at the end, in either order.
    fn trailing(&mut self) {
        self.trailing_date();
        if self.links.is_empty()
            && let Some((cut, found)) = trailing_record(self.scene, self.rest)
        {
            self.links.push(found);
            self.rest = self.rest.until(cut);
            self.trailing_date();
        }
    }

    fn trailing_date(&mut self) {
        if let Some((cut, period)) = trailing_date(self.scene, self.rest) {
            self.due.get_or_insert(period);
            self.rest = self.rest.until(cut);
        }
    }

    /// `to call him`: the record spoken of.
    fn pronoun(&mut self) {
        let points = self.rest.find(0, "him|her|them|it|this account|this deal|this one").is_some();
        if self.links.is_empty() && self.scene.has_focus && points {
            self.links.push(focus(self.scene.object));
        }
    }

    fn finish(mut self, object: &ObjectView, subject: &str) -> Intent {
        push_text(object, &mut self.values, "Subject", subject);
        if let Some(period) = self.due
            && object.field("ActivityDate").is_some_and(|f| f.createable)
        {
            let week = period.first != period.last && plus_days(period.first, 8) > period.last;
            let value = if period.unclear || week {
                NewValue::Unclear("Which day is it due?".to_owned())
            } else {
                NewValue::Date(period.last)
            };
            self.values.push(Change { field: "ActivityDate".to_owned(), value });
        }
        let status = object.field("Status").filter(|f| f.createable);
        let open = status.and_then(|f| {
            super::match_value(f, "not started").or_else(|| super::match_value(f, "open"))
        });
        if let Some(open) = open {
            self.values.push(Change { field: "Status".to_owned(), value: NewValue::Text(open) });
        }
        let Self { values, links, .. } = self;
        Intent::Create(Draft {
            object: object.name.clone(),
            values,
            links,
            deed: "create the task",
        })
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn ends_with_date(scene: Scene<'_>, run: Run<'_>, i: usize) -> bool {
    period_at(run, i, scene.today, Tense::Future).is_some_and(|(_, next)| next == run.len())
        && run.word(i).is_some_and(|w| w.kind == Kind::Word)
}

/// A date at the end, with the word before it: `by Friday`, `tomorrow`, `due March 3`.
fn trailing_date(scene: Scene<'_>, run: Run<'_>) -> Option<(usize, Period)> {
    let run = run.trimmed();
    (0..run.len()).find_map(|i| {
        let at = run
            .one_of(
                i,
                "due on|due by|due|by|on|before|for|until|no later than|with due date|with a due date of",
            )
            .unwrap_or(i);
        let (period, next) = period_at(run, at, scene.today, Tense::Future)?;
        (next == run.len() && run.word(at).is_some()).then_some((i, period))
    })
}

/// `.. for the GenTech opportunity` at the end: only with a noun, because a name alone may belong to the text.
fn trailing_record(scene: Scene<'_>, run: Run<'_>) -> Option<(usize, Target)> {
    (0..run.len()).find_map(|i| {
        let at = run.one_of(
            i,
            "for|on|regarding|about|related to|in relation to|linked to|attached to|concerning|under|re",
        )?;
        let rest = run.from(at);
        let noun = (0..rest.len()).find_map(|j| {
            noun_at(scene.schema, rest, j).filter(|n| !n.plural && (n.next == rest.len() || j <= 1))
        })?;
        let found = target(scene, rest, &[])?;
        let fits = matches!(
            noun.object.name.as_str(),
            "Account" | "Opportunity" | "Contact" | "Lead" | "Case"
        );
        let pointing = !matches!(found.who, Who::Named(_));
        (fits || pointing).then_some((i, found))
    })
}

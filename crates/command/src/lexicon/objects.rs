//! Nouns for objects: the everyday synonyms first, then the schema's own labels.

use crate::schema::{ObjectView, SchemaView};
use crate::words::{Kind, Run, squash};

/// An object noun in a sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noun<'s> {
    pub(crate) object: &'s ObjectView,
    pub(crate) plural: bool,
    /// What the noun says besides its object: `pipeline` means open opportunities.
    pub(crate) hint: Hint,
    pub(crate) next: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    None,
    Open,
    Won,
    Call,
}

type Entry = (&'static str, &'static [&'static str], &'static [&'static str], Hint);

/// Object, singular nouns, plural nouns, hint.
const NOUNS: &[Entry] = &[
    (
        "Opportunity",
        &["opportunity", "deal", "opp", "oppty", "opty", "sales opportunity", "sale", "sales deal"],
        &[
            "opportunities",
            "deals",
            "opps",
            "oppties",
            "optys",
            "sales opportunities",
            "sales",
            "sales deals",
            "op's",
        ],
        Hint::None,
    ),
    ("Opportunity", &[], &["pipeline", "funnel", "sales pipeline", "pipe", "forecast"], Hint::Open),
    ("Opportunity", &["win"], &["wins", "bookings"], Hint::Won),
    (
        "Account",
        &[
            "account",
            "customer",
            "company",
            "client",
            "organization",
            "organisation",
            "business",
            "firm",
        ],
        &[
            "accounts",
            "customers",
            "companies",
            "clients",
            "organizations",
            "organisations",
            "businesses",
            "firms",
        ],
        Hint::None,
    ),
    (
        "Contact",
        &["contact", "person", "contact person"],
        &[
            "contacts",
            "people",
            "persons",
            "contact persons",
            "folks",
            "stakeholders",
            "decision makers",
        ],
        Hint::None,
    ),
    (
        "Lead",
        &["lead", "prospect", "suspect"],
        &["leads", "prospects", "inbound leads", "suspects"],
        Hint::None,
    ),
    (
        "Case",
        &["case", "ticket", "support case", "support ticket", "issue", "complaint"],
        &["cases", "tickets", "support cases", "support tickets", "issues", "complaints"],
        Hint::None,
    ),
    (
        "Task",
        &["task", "to-do", "todo", "to do", "action item", "activity", "reminder", "follow-up"],
        &[
            "tasks",
            "to-dos",
            "todos",
            "to dos",
            "action items",
            "activities",
            "reminders",
            "follow-ups",
            "to-do list",
            "todo list",
            "to do list",
            "followups",
            "follow ups",
        ],
        Hint::None,
    ),
    ("Task", &[], &["calls", "phone calls"], Hint::Call),
    (
        "Event",
        &["event", "meeting", "appointment", "calendar entry", "demo"],
        &["events", "meetings", "appointments", "calendar", "calendar entries", "demos"],
        Hint::None,
    ),
    (
        "Campaign",
        &["campaign", "marketing campaign"],
        &["campaigns", "marketing campaigns"],
        Hint::None,
    ),
    ("Product2", &["product"], &["products"], Hint::None),
    (
        "User",
        &["user", "colleague", "teammate", "rep", "sales rep"],
        &["users", "colleagues", "reps", "sales reps"],
        Hint::None,
    ),
    ("Note", &["note"], &["notes"], Hint::None),
    ("Contract", &["contract"], &["contracts"], Hint::None),
    ("Quote", &["quote"], &["quotes"], Hint::None),
    ("Order", &[], &["orders"], Hint::None),
    ("Asset", &["asset"], &["assets"], Hint::None),
];

/// The object noun that starts at `i`, the longest one.
pub(crate) fn noun_at<'s>(schema: &'s SchemaView, run: Run<'_>, i: usize) -> Option<Noun<'s>> {
    if !matches!(run.kind(i), Some(Kind::Word)) {
        return None;
    }
    let mut best: Option<Noun<'s>> = None;
    let mut offer = |noun: Noun<'s>| {
        if best.is_none_or(|b| noun.next > b.next) {
            best = Some(noun);
        }
    };
    for (name, singular, plural, hint) in NOUNS {
        let found = [(singular, false), (plural, true)]
            .into_iter()
            .filter_map(|(list, plural)| run.one_of(i, list).map(|next| (next, plural)))
            .max_by_key(|(next, _)| *next);
        if let Some((next, plural)) = found
            && let Some(object) = schema.object(name)
        {
            offer(Noun { object, plural, hint: *hint, next });
        }
    }
    for object in &schema.objects {
        let labels = [(&object.label_plural, true), (&object.label, false), (&object.name, false)];
        for (label, plural) in labels {
            if let Some(next) = label_at(run, i, label) {
                offer(Noun { object, plural, hint: Hint::None, next });
            }
        }
    }
    best
}

/// Matches a label at `i`, whatever its spacing and case.
pub(crate) fn label_at(run: Run<'_>, i: usize, label: &str) -> Option<usize> {
    let wanted = squash(label);
    if wanted.is_empty() {
        return None;
    }
    let mut so_far = String::new();
    for next in i..(i + 8).min(run.len()) {
        let word = run.word(next)?;
        if matches!(word.kind, Kind::Quoted | Kind::Token) {
            return None;
        }
        so_far.push_str(&squash(&word.lower));
        if so_far == wanted {
            return Some(next + 1);
        }
        if !wanted.starts_with(&so_far) {
            return None;
        }
    }
    None
}

/// The noun to use in an answer.
pub(crate) fn object_noun(object: &ObjectView, count: usize) -> String {
    let label = if count == 1 { &object.label } else { &object.label_plural };
    if label.is_empty() { object.name.to_lowercase() } else { label.to_lowercase() }
}

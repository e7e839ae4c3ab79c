//! Nouns for objects: the everyday synonyms first, then the schema's own labels.

use std::collections::HashMap;
use std::sync::LazyLock;

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

type Entry = (&'static str, &'static str, &'static str, Hint);

/// Object, singular nouns, plural nouns, hint.
const NOUNS: &[Entry] = &[
    (
        "Opportunity",
        "opportunity|deal|opp|oppty|opty|sales opportunity|sale|sales deal",
        "opportunities|deals|opps|oppties|optys|sales opportunities|sales|sales deals|op's",
        Hint::None,
    ),
    ("Opportunity", "", "pipeline|funnel|sales pipeline|pipe|forecast", Hint::Open),
    ("Opportunity", "", "wins|bookings", Hint::Won),
    (
        "Account",
        "account|customer|company|client|organization|organisation|business|firm",
        "accounts|customers|companies|clients|organizations|organisations|businesses|firms",
        Hint::None,
    ),
    (
        "Contact",
        "contact|person|contact person",
        "contacts|people|persons|contact persons|folks|stakeholders|decision makers",
        Hint::None,
    ),
    ("Lead", "lead|prospect|suspect", "leads|prospects|inbound leads|suspects", Hint::None),
    (
        "Case",
        "case|ticket|support case|support ticket|issue|complaint",
        "cases|tickets|support cases|support tickets|issues|complaints",
        Hint::None,
    ),
    (
        "Task",
        "task|to-do|todo|to do|action item|activity|reminder|follow-up",
        "tasks|to-dos|todos|to dos|action items|activities|reminders|follow-ups|to-do list|todo list|\
         to do list|followups|follow ups",
        Hint::None,
    ),
    ("Task", "", "calls|phone calls", Hint::Call),
    (
        "Event",
        "event|meeting|appointment|calendar entry|demo",
        "events|meetings|appointments|calendar|calendar entries|demos",
        Hint::None,
    ),
    ("Campaign", "campaign|marketing campaign", "campaigns|marketing campaigns", Hint::None),
    ("Product2", "product", "products", Hint::None),
    (
        "User",
        "user|colleague|teammate|rep|sales rep",
        "users|colleagues|reps|sales reps",
        Hint::None,
    ),
    ("Note", "note", "notes", Hint::None),
    ("Contract", "contract", "contracts", Hint::None),
    ("Quote", "quote", "quotes", Hint::None),
    ("Order", "", "orders", Hint::None),
    ("Asset", "asset", "assets", Hint::None),
];

/// Phrase, object, whether plural, hint.
type Phrase = (&'static str, &'static str, bool, Hint);

/// The nouns by their first word: phrase, object, whether plural, hint.
static INDEX: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut index: HashMap<&'static str, Vec<_>> = HashMap::new();
    for (object, singular, plural, hint) in NOUNS {
        for (list, plural) in [(singular, false), (plural, true)] {
            for phrase in list.split('|').filter(|p| !p.is_empty()) {
                let first = phrase.split(' ').next().unwrap_or(phrase);
                index.entry(first).or_default().push((phrase, *object, plural, *hint));
            }
        }
    }
    index
});

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
    for (phrase, name, plural, hint) in INDEX.get(run.at(i)).into_iter().flatten() {
        if let Some(next) = run.phrase(i, phrase)
            && let Some(object) = schema.object(name)
        {
            offer(Noun { object, plural: *plural, hint: *hint, next });
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
    // Most labels are told apart by their first letter, and nearly every word is tried against every label.
    let first = label.chars().find(|c| c.is_alphanumeric())?.to_lowercase().next()?;
    if !run.at(i).starts_with(first) {
        return None;
    }
    let wanted = squash(label);
    let mut so_far = String::new();
    for next in i..(i + 8).min(run.len()) {
        let word = run.word(next)?;
        if matches!(word.kind, Kind::Quoted | Kind::Token) {
            return None;
        }
        so_far.push_str(&squash(&word.lower));
        if so_far == wanted || so_far.strip_suffix('s') == Some(&wanted) {
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

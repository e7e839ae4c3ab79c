//! The conditions of a request: reads a run of words slot by slot and keeps what it could not place.

mod conditions;
mod dated;
mod fields;
mod naming;
mod people;
mod shape;
mod states;

use super::Scene;
use crate::intent::Group;
use crate::lexicon::{FILLERS, Noun, noun_at};
use crate::schema::ObjectView;
use crate::search::{Condition, Search};
use crate::words::{Kind, Run};

/// What a run of words says about the records of one object.
#[derive(Debug, Clone)]
pub(crate) struct Scan<'s, 'r> {
    pub(crate) scene: Scene<'s>,
    pub(crate) object: &'s ObjectView,
    pub(crate) run: Run<'r>,
    pub(crate) search: Search,
    pub(crate) group: Option<Group>,
    /// Runs of words that found no place, as start and end.
    pub(crate) left: Vec<(usize, usize)>,
    /// Whether the records are superlative: `biggest`, `latest`.
    pub(crate) superlative: bool,
    /// Whether they belong to the record spoken of last.
    pub(crate) of_focus: bool,
    /// The place of the object's noun.
    noun: Option<(usize, usize)>,
    negated: bool,
    /// Where the date of `new leads this week` ends, already read by `new`.
    dated_by_new: Option<usize>,
}

impl<'s, 'r> Scan<'s, 'r> {
    /// Scans `run`; the object's noun, when there is one, lies at `noun`.
    pub(crate) fn new(
        scene: Scene<'s>,
        object: &'s ObjectView,
        run: Run<'r>,
        noun: Option<(usize, usize)>,
    ) -> Self {
        let mut scan = Self {
            scene,
            object,
            run,
            search: Search::of(&object.name),
            group: None,
            left: Vec::new(),
            superlative: false,
            of_focus: false,
            noun,
            negated: false,
            dated_by_new: None,
        };
        scan.all();
        scan
    }

    /// Whether every word found a place.
    pub(crate) fn is_complete(&self) -> bool {
        self.left.is_empty()
    }

    /// Whether the words said anything at all.
    pub(crate) fn says_something(&self) -> bool {
        let s = &self.search;
        !s.conditions.is_empty()
            || s.order.is_some()
            || s.limit.is_some()
            || !s.columns.is_empty()
            || self.group.is_some()
            || s.with_ids
    }

    /// The words that found no place.
    pub(crate) fn leftovers(&self) -> String {
        let parts: Vec<String> =
            self.left.iter().map(|(a, b)| self.run.between(*a, *b).text()).collect();
        parts.join(" .. ")
    }

    fn all(&mut self) {
        let mut i = 0;
        while i < self.run.len() {
            let before = i;
            if self.noun.is_some_and(|(start, _)| start == i) {
                i = self.after_noun();
            } else if let Some(next) = self.negation(i) {
                self.negated = true;
                i = next;
                continue;
            } else if let Some(next) = self.slot(i) {
                i = next;
            } else if self.is_filler(i) {
                i += 1;
                if self.negated {
                    continue;
                }
            } else {
                i = self.unknown(i);
            }
            self.negated = false;
            if i <= before {
                i = before + 1;
            }
        }
    }

    fn slot(&mut self, i: usize) -> Option<usize> {
        self.shape(i)
            .or_else(|| self.person(i))
            .or_else(|| self.dated(i))
            .or_else(|| self.state(i))
            .or_else(|| self.field_test(i))
            .or_else(|| self.amount(i))
            .or_else(|| self.choice(i))
            .or_else(|| self.flag(i))
            .or_else(|| self.relation(i))
            .or_else(|| self.column(i))
    }

    /// `not`, `excluding`, `except`: the next slot is turned round.
    fn negation(&self, i: usize) -> Option<usize> {
        if self.run.one_of(i, "not contacted|not touched|not been contacted").is_some() {
            return None;
        }
        self.run.one_of(
            i,
            "not|excluding|except|except for|other than|but not|isn't|aren't|is not|are not|that are not|\
         that aren't|not in|exclude|besides",
        )
    }

    pub(crate) fn push(&mut self, condition: Condition) {
        let condition = if self.negated { negate(condition) } else { condition };
        if !self.search.conditions.contains(&condition) {
            self.search.conditions.push(condition);
        }
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.scene.schema.has(self.object, path)
    }

    fn is_filler(&self, i: usize) -> bool {
        match self.run.word(i) {
            Some(word) if word.kind == Kind::Mark => true,
            Some(word) if word.kind == Kind::Possessive => true,
            Some(word) if word.kind == Kind::Word => FILLERS.contains(word.lower.as_str()),
            _ => false,
        }
    }

    /// A word that fits nowhere: a name before or after the noun, or a leftover.
    fn unknown(&mut self, i: usize) -> usize {
        // Without a noun there is nothing the words could be the name of.
        if self.noun.is_some_and(|(start, _)| i < start) {
            return self.name_before_noun(i);
        }
        let end = super::names::name_end(self.scene, self.run, i).max(i + 1);
        match self.left.last_mut() {
            Some(last) if last.1 == i => last.1 = end,
            _ => self.left.push((i, end)),
        }
        end
    }

    pub(crate) fn noun_here(&self, i: usize) -> Option<Noun<'s>> {
        noun_at(self.scene.schema, self.run, i)
    }
}

/// Turns a condition round.
fn negate(condition: Condition) -> Condition {
    use crate::search::{Op, Value};
    match condition {
        Condition::Is { path, op: Op::Eq, value } => Condition::Is { path, op: Op::Ne, value },
        Condition::Is { path, op: Op::Ne, value } => Condition::Is { path, op: Op::Eq, value },
        Condition::Is { path, op: Op::Gt, value } => Condition::Is { path, op: Op::Le, value },
        Condition::Is { path, op: Op::Ge, value } => Condition::Is { path, op: Op::Lt, value },
        Condition::Is { path, op: Op::Lt, value } => Condition::Is { path, op: Op::Ge, value },
        Condition::Is { path, op: Op::Le, value } => Condition::Is { path, op: Op::Gt, value },
        Condition::Is { path, op: Op::Like, value } => {
            Condition::Is { path, op: Op::NotLike, value }
        }
        Condition::Is { path, op: Op::In, value: Value::OneOf(list) } => Condition::All(
            list.into_iter()
                .map(|v| Condition::Is { path: path.clone(), op: Op::Ne, value: Value::Text(v) })
                .collect(),
        ),
        Condition::Is { path, op, value } => Condition::Is { path, op, value },
        Condition::Any(of) => Condition::All(of.into_iter().map(negate).collect()),
        Condition::All(of) => Condition::Any(of.into_iter().map(negate).collect()),
    }
}

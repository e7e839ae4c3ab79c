//! Dates as conditions, with the verb that says which date is meant: `closing next week`, `created in May`.

use super::Scan;
use crate::grammar::dates::{Bound, DateTest, Tense, date_conditions, date_test_at, duration_at};
use crate::lexicon::main_date;
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};

/// Verbs before a date, the fields they mean, and where a date without a year lies.
const DATED: &[(&str, &str, Tense)] = &[
    (
        "closing|closes|to close|expected to close|closing up|close|set to close|due to close|that close|\
         will close|with close date|with a close date|close date|with closing date|with close dates|\
         close date is|scheduled to close|supposed to close|going to close|is closing|are closing|\
         close dates",
        "CloseDate",
        Tense::Future,
    ),
    (
        "due|is due|are due|due date|with due date|that are due|coming due|due date is",
        "ActivityDate|CloseDate",
        Tense::Future,
    ),
    (
        "created|opened|added|entered|generated|logged|came in|that came in|received|submitted|raised|\
         was created|were created|registered|created date|we got|we received|reported|got created|coming in",
        "CreatedDate",
        Tense::Past,
    ),
    (
        "modified|updated|changed|last modified|last updated|edited|touched|was updated|last changed|\
         last edited",
        "LastModifiedDate",
        Tense::Past,
    ),
    (
        "not contacted|no activity|without activity|with no activity|untouched|no contact|not touched|stale|\
         with no touch|without any activity|not been contacted|inactive",
        "LastActivityDate|LastModifiedDate",
        Tense::Past,
    ),
    (
        "contacted|active|with activity|last activity|last contacted",
        "LastActivityDate",
        Tense::Past,
    ),
    (
        "starting|starts|scheduled|scheduled for|planned|happening|taking place|that start|planned for",
        "StartDateTime|StartDate|ActivityDate",
        Tense::Future,
    ),
    (
        "ending|ends|expiring|expires|that expire|up for renewal",
        "EndDateTime|EndDate|ContractEndDate",
        Tense::Future,
    ),
];

impl Scan<'_, '_> {
    /// A date with the verb before it, or bare.
    pub(super) fn dated(&mut self, i: usize) -> Option<usize> {
        if self
            .dated_by_new
            .is_some_and(|end| i < end && self.noun.is_some_and(|(_, noun)| i >= noun))
        {
            return self.dated_by_new.take();
        }
        for (verbs, paths, tense) in DATED {
            let Some(at) = self.run.one_of(i, verbs) else { continue };
            let Some(path) = paths.split('|').find(|p| self.has(p)) else { continue };
            let negative = path.starts_with("LastActivity")
                && self
                    .run
                    .any_of(i, &["not", "no", "without", "with", "untouched", "stale", "inactive"])
                && !self.run.between(i, at).squashed().ends_with("withactivity")
                || self.run.any_of(i, &["not", "no", "untouched", "stale"]);
            let at = if negative {
                self.run.skip(at, &["for", "in", "since", "within", "over", "the"])
            } else {
                at
            };
            if negative && let Some((count, unit, next)) = duration_at(self.run, at) {
                let since = Value::Date(format!("LAST_N_{}S:{count}", unit.literal()));
                let old = Condition::is(path, Op::Lt, since);
                self.push(Condition::Any(vec![old, Condition::is(path, Op::Eq, Value::Null)]));
                return Some(next);
            }
            let tense = if self.run.at(i) == "due" { Tense::Future } else { *tense };
            let Some((test, next)) = date_test_at(self.run, at, self.scene.today, tense) else {
                continue;
            };
            let kind = self.scene.schema.path(self.object, path)?.kind;
            if negative {
                let before = DateTest { bound: Bound::Before, ..test };
                let old = date_conditions(path, kind, &before);
                self.push(Condition::Any(vec![old, Condition::is(path, Op::Eq, Value::Null)]));
            } else {
                self.push(date_conditions(path, kind, &test));
            }
            return Some(next);
        }
        if let Some(next) = self.outcome_then_date(i) {
            return Some(next);
        }
        let (path, kind) = {
            let field = main_date(self.object)?;
            (field.name.clone(), field.kind)
        };
        // The age of a record is counted from its creation.
        let aged = self.run.any_of(i, &["older", "newer", "younger"]) && self.has("CreatedDate");
        let (path, kind) =
            if aged { ("CreatedDate".to_owned(), FieldType::DateTime) } else { (path, kind) };
        let tense = if path == "CreatedDate" { Tense::Past } else { Tense::Future };
        let past = self
            .search
            .conditions
            .iter()
            .any(|c| c.paths().iter().any(|p| p == "IsWon" || p == "IsClosed") && !is_open(c));
        let (test, next) =
            date_test_at(self.run, i, self.scene.today, if past { Tense::Past } else { tense })?;
        // `from 50k` is no date, and neither is a bare number of days.
        self.push(date_conditions(&path, kind, &test));
        Some(next)
    }

    /// `won last month`, `closed this quarter`, `completed yesterday`: a state and the day it came about.
    fn outcome_then_date(&mut self, i: usize) -> Option<usize> {
        let at = self.run.one_of(
            i,
            "won|lost|closed|closed won|closed lost|converted|completed|closed one|resolved|finished|done|close",
        )?;
        let path = match self.object.name.as_str() {
            "Case" => "ClosedDate",
            "Lead" => "ConvertedDate",
            "Task" => "CompletedDateTime",
            _ => "CloseDate",
        };
        let kind = self.scene.schema.path(self.object, path)?.kind;
        let (test, next) = date_test_at(self.run, at, self.scene.today, Tense::Past)?;
        let word = self.run.between(i, at).squashed();
        if word.ends_with("won") || word.ends_with("one") {
            self.won(true)?;
        } else if word.ends_with("lost") {
            self.won(false)?;
        } else {
            self.open_or_closed(false, &word)?;
        }
        self.push(date_conditions(path, kind, &test));
        Some(next)
    }
}

fn is_open(condition: &Condition) -> bool {
    matches!(condition, Condition::Is { value: Value::Bool(false), .. })
}

//! Dates, amounts, picklist values, flags, names and places as conditions.

use super::Scan;
use crate::grammar::amounts::comparison_at;
use crate::grammar::dates::{Tense, date_conditions, date_test_at};
use crate::grammar::names::{Relation, about, name_end};
use crate::grammar::picklists::choice_at;
use crate::lexicon::{FILLERS, STOPPERS, column_at, main_amount, main_date};
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};
use crate::words::{Kind, squash};

/// Verbs before a date, the fields they mean, and where a date without a year lies.
const DATED: &[(&[&str], &[&str], Tense)] = &[
    (
        &[
            "closing",
            "closes",
            "to close",
            "expected to close",
            "closing up",
            "close",
            "set to close",
            "due to close",
            "that close",
            "will close",
            "with close date",
            "with a close date",
            "close date",
            "with closing date",
            "with close dates",
            "close date is",
            "scheduled to close",
            "supposed to close",
            "going to close",
            "is closing",
            "are closing",
            "close dates",
        ],
        &["CloseDate"],
        Tense::Future,
    ),
    (
        &[
            "due",
            "is due",
            "are due",
            "due date",
            "with due date",
            "that are due",
            "coming due",
            "due date is",
        ],
        &["ActivityDate", "CloseDate"],
        Tense::Future,
    ),
    (
        &[
            "created",
            "opened",
            "added",
            "entered",
            "generated",
            "logged",
            "came in",
            "that came in",
            "received",
            "submitted",
            "raised",
            "was created",
            "were created",
            "registered",
            "created date",
            "we got",
            "we received",
            "reported",
            "got created",
            "coming in",
        ],
        &["CreatedDate"],
        Tense::Past,
    ),
    (
        &[
            "modified",
            "updated",
            "changed",
            "last modified",
            "last updated",
            "edited",
            "touched",
            "was updated",
            "last changed",
            "last edited",
        ],
        &["LastModifiedDate"],
        Tense::Past,
    ),
    (
        &[
            "not contacted",
            "no activity",
            "without activity",
            "with no activity",
            "untouched",
            "no contact",
            "not touched",
            "stale",
            "with no touch",
            "without any activity",
            "not been contacted",
            "inactive",
        ],
        &["LastActivityDate", "LastModifiedDate"],
        Tense::Past,
    ),
    (
        &["contacted", "active", "with activity", "last activity", "last contacted"],
        &["LastActivityDate"],
        Tense::Past,
    ),
    (
        &[
            "starting",
            "starts",
            "scheduled",
            "scheduled for",
            "planned",
            "happening",
            "taking place",
            "that start",
            "planned for",
        ],
        &["StartDateTime", "StartDate", "ActivityDate"],
        Tense::Future,
    ),
    (
        &["ending", "ends", "expiring", "expires", "that expire", "up for renewal"],
        &["EndDateTime", "EndDate", "ContractEndDate"],
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
            let Some(path) = paths.iter().find(|p| self.has(p)) else { continue };
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
            let tense = if self.run.at(i) == "due" { Tense::Future } else { *tense };
            let Some((test, next)) = date_test_at(self.run, at, self.scene.today, tense) else {
                continue;
            };
            let kind = self.scene.schema.path(self.object, path)?.kind;
            if negative {
                let before = crate::grammar::dates::DateTest {
                    bound: crate::grammar::dates::Bound::Before,
                    ..test
                };
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
        let tense =
            if matches!(path.as_str(), "CreatedDate") { Tense::Past } else { Tense::Future };
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
            &[
                "won",
                "lost",
                "closed",
                "closed won",
                "closed lost",
                "converted",
                "completed",
                "closed one",
                "resolved",
                "finished",
                "done",
                "close",
            ],
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

    /// An amount of the field that a bare amount means, or of the field named after it: `over 100 employees`.
    pub(super) fn amount(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(
                i,
                &[
                    "worth",
                    "valued",
                    "with a value of",
                    "with a value",
                    "with value",
                    "of",
                    "for",
                    "sized",
                    "with",
                ],
            )
            .unwrap_or(i);
        let (comparison, next) =
            comparison_at(self.run, i).or_else(|| comparison_at(self.run, at))?;
        if let Some(column) = column_at(
            self.scene.schema,
            self.object,
            self.run,
            self.run.skip(next, &["in", "of", "a", "the"]),
        )
        .filter(|c| c.kind.is_number() && !c.path.contains('.'))
        .filter(|c| self.noun.is_none_or(|(start, _)| c.next <= start || next > start))
        {
            self.push(comparison.on(&column.path));
            return Some(column.next);
        }
        let percent = comparison.first.percent;
        let field = if percent {
            self.object
                .fields
                .iter()
                .find(|f| f.name == "Probability")
                .or_else(|| self.object.fields.iter().find(|f| f.kind == FieldType::Percent))?
        } else {
            main_amount(self.object)?
        };
        if field.name == "AnnualRevenue" && !comparison.is_surely_amount() {
            return None;
        }
        let path = field.name.clone();
        self.push(comparison.on(&path));
        // `over 100k in value`
        Some(
            self.run
                .one_of(
                    next,
                    &["in value", "in size", "or so", "chance", "in amount", "in revenue"],
                )
                .unwrap_or(next),
        )
    }

    /// A picklist value, or several of one field.
    pub(super) fn choice(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(
                i,
                &[
                    "in the", "in", "at the", "at", "from the", "from", "by", "via", "with", "on",
                    "of type", "the", "as",
                ],
            )
            .unwrap_or(i);
        let schema = self.scene.schema;
        let (first, at) = match choice_at(schema, self.object, self.run, i) {
            Some(found) => (found, i),
            None => (choice_at(schema, self.object, self.run, at).filter(|_| at > i)?, at),
        };
        // In `contacts at Banking Group` the capitals go on: that is a name.
        let name = name_end(self.scene, self.run, at);
        let capital =
            |i: usize| self.run.word(i).is_some_and(|w| w.kind == Kind::Word && w.is_capitalised());
        if at > i && name > first.next && capital(at) && capital(first.next) {
            return None;
        }
        let mut values = vec![first.value];
        let mut next = first.next;
        loop {
            let joined = self.run.skip(next, &["or", "and", "in", "the"]);
            let joined = if self.run.is_mark(joined, ",") {
                self.run.skip(joined + 1, &["or", "and", "in"])
            } else {
                joined
            };
            match choice_at(schema, self.object, self.run, joined)
                .filter(|c| joined > next && c.path == first.path)
            {
                Some(more) => {
                    values.push(more.value);
                    next = more.next;
                }
                None => break,
            }
        }
        let condition = match values.as_slice() {
            [one] => Condition::is(&first.path, Op::Eq, Value::Text(one.clone())),
            _ => Condition::is(&first.path, Op::In, Value::OneOf(values)),
        };
        self.push(condition);
        let tail = self.run.one_of(
            next,
            &[
                "stage", "status", "sector", "industry", "space", "phase", "rated", "rating",
                "vertical",
            ],
        );
        Some(tail.unwrap_or(next))
    }

    /// A yes-or-no field by its label: `escalated`, `not private`, `unread`.
    pub(super) fn flag(&mut self, i: usize) -> Option<usize> {
        let fields = self.object.fields.iter().filter(|f| f.kind == FieldType::Boolean);
        for field in fields {
            let label = squash(&field.label);
            let bare = squash(field.name.trim_end_matches("__c"));
            let short = bare
                .strip_prefix("is")
                .or_else(|| bare.strip_prefix("has"))
                .unwrap_or(&bare)
                .to_owned();
            for size in (1..=4).rev() {
                let said = self.run.between(i, i + size);
                if said.len() < size || said.words().iter().any(|w| w.kind != Kind::Word) {
                    continue;
                }
                let squashed = said.squashed();
                let yes = [&label, &bare, &short].into_iter().any(|n| *n == squashed);
                let no = [&label, &short].into_iter().any(|n| {
                    squashed
                        .strip_prefix("un")
                        .or_else(|| squashed.strip_prefix("non"))
                        .or_else(|| squashed.strip_prefix("not"))
                        .is_some_and(|s| s == n)
                });
                if yes || no {
                    let path = field.name.clone();
                    self.push(Condition::is(&path, Op::Eq, Value::Bool(yes)));
                    return Some(i + size);
                }
            }
        }
        None
    }

    /// A name with the word before it: `for Acme`, `at Globex`, `in Berlin`, `named Jane`.
    pub(super) fn relation(&mut self, i: usize) -> Option<usize> {
        if let Some(next) = self.run.one_of(
            i,
            &[
                "of it",
                "for it",
                "at it",
                "for them",
                "for this account",
                "for that account",
                "there",
                "for her",
                "for him",
                "at that company",
                "at this company",
                "at this account",
                "for this customer",
                "for this one",
                "for that one",
                "for this deal",
                "on it",
                "for that deal",
            ],
        ) && self.scene.has_focus
        {
            self.of_focus = true;
            return Some(next);
        }
        if let Some(next) = self.text_relation(i) {
            return Some(next);
        }
        let (relation, at) = if let Some(at) = self.run.one_of(
            i,
            &[
                "named",
                "called",
                "with the name",
                "with name",
                "by the name of",
                "titled",
                "name is",
            ],
        ) {
            (Relation::Named, at)
        } else if let Some(at) = self.run.one_of(
            i,
            &[
                "in the city of",
                "in",
                "based in",
                "located in",
                "headquartered in",
                "near",
                "out of",
                "living in",
                "within",
                "inside",
                "who live in",
                "that are in",
                "from around",
            ],
        ) {
            (Relation::In, at)
        } else if let Some(at) = self.run.phrase(i, "from") {
            (Relation::From, at)
        } else {
            let at = self.run.one_of(
                i,
                &[
                    "for",
                    "at",
                    "with",
                    "of",
                    "about",
                    "regarding",
                    "related to",
                    "on",
                    "concerning",
                    "to",
                    "associated with",
                    "linked to",
                    "connected to",
                    "by",
                    "working at",
                    "who work at",
                    "working for",
                    "who works at",
                    "who work for",
                    "attached to",
                    "under",
                    "tied to",
                    "against",
                ],
            )?;
            (Relation::About, at)
        };
        self.named_from(i, at, relation)
    }

    fn named_from(&mut self, i: usize, at: usize, relation: Relation) -> Option<usize> {
        let mut at = self.run.skip(at, &["the", "our", "a", "an", "my", "all"]);
        let mut of = None;
        if let Some(noun) =
            self.noun_here(at).filter(|n| !n.plural && n.object.name != self.object.name)
        {
            // `for account Acme`, `for the customer Acme`
            let follows = self
                .run
                .word(noun.next)
                .is_some_and(|w| w.kind != Kind::Mark && !STOPPERS.contains(&w.lower.as_str()));
            if follows {
                of = Some(noun.object);
                at = self.run.skip(noun.next, &["named", "called", ":"]);
            }
        }
        let end = name_end(self.scene, self.run, at);
        if end == at {
            return None;
        }
        let name_run = self.run.between(at, end);
        if name_run
            .words()
            .iter()
            .all(|w| w.kind == Kind::Word && FILLERS.contains(&w.lower.as_str()))
        {
            return None;
        }
        let mut next = end;
        if of.is_none()
            && let Some(noun) = self.noun_here(end).filter(|n| !n.plural)
        {
            // `for the Acme account`
            of = Some(noun.object);
            next = noun.next;
        }
        if self.run.kind(next) == Some(Kind::Possessive) {
            next += 1;
        }
        let mut any = vec![about(self.scene, self.object, &name_run.text(), relation, of)?];
        // `at Acme or Globex`
        while self.run.any_of(next, &["or", "and"]) && i > 0 {
            let second = name_end(self.scene, self.run, next + 1);
            let named = self
                .run
                .word(next + 1)
                .is_some_and(|w| w.is_capitalised() || w.kind == Kind::Token);
            if !named || second == next + 1 {
                break;
            }
            any.push(about(
                self.scene,
                self.object,
                &self.run.between(next + 1, second).text(),
                relation,
                of,
            )?);
            next = second;
        }
        let condition = Condition::any(any)?;
        self.push(condition);
        Some(next)
    }

    /// `whose name contains tech`, `starting with A`, `with solar in the name`.
    fn text_relation(&mut self, i: usize) -> Option<usize> {
        let own = self.object.name_field.clone();
        let contains = self.run.one_of(
            i,
            &[
                "containing",
                "that contain",
                "which contain",
                "whose name contains",
                "whose name contain",
                "with name containing",
                "name contains",
                "names contain",
                "matching",
                "with a name like",
                "name like",
                "with names containing",
                "where name contains",
                "where the name contains",
                "with a name containing",
                "whose subject contains",
                "mentioning",
                "that mention",
                "including the word",
                "with the word",
                "name includes",
            ],
        );
        let starts = self.run.one_of(
            i,
            &[
                "starting with",
                "beginning with",
                "that start with",
                "that begin with",
                "whose name starts with",
                "name starts with",
                "where name starts with",
                "which start with",
            ],
        );
        let (at, starts) = match (contains, starts) {
            (Some(at), _) => (at, false),
            (None, Some(at)) => (at, true),
            (None, None) => {
                // `with solar in the name`
                let at = self.run.phrase(i, "with")?;
                let end = name_end(self.scene, self.run, at);
                let next = self.run.one_of(
                    end,
                    &[
                        "in the name",
                        "in their name",
                        "in its name",
                        "in name",
                        "in the title",
                        "in the subject",
                    ],
                )?;
                let text = self.run.between(at, end).text();
                self.push(Condition::contains(&own, &text));
                return Some(next);
            }
        };
        let at = self.run.skip(
            at,
            &["the", "word", "letter", "a"].into_iter().take(3).collect::<Vec<_>>().as_slice(),
        );
        let end = name_end(self.scene, self.run, at).max(at + 1).min(self.run.len());
        if end <= at {
            return None;
        }
        let text = self.run.between(at, end).text();
        let value = if starts { Value::StartsWith(text) } else { Value::Contains(text) };
        self.push(Condition::is(&own, Op::Like, value));
        Some(end)
    }

    /// A name before the noun: `the Acme deals`, `Maria's leads`.
    pub(super) fn name_before_noun(&mut self, i: usize) -> usize {
        let (start, _) = self.noun.unwrap_or((i, i));
        let mut end = i + 1;
        while end < start && !self.is_filler(end) && self.clone().slot(end).is_none() {
            end += 1;
        }
        // `Bank of America deals`: a capital on either side of a filler.
        let capital = |at: usize| {
            self.run.word(at).is_some_and(|w| w.kind == Kind::Word && w.is_capitalised())
        };
        while end + 1 < start
            && capital(end - 1)
            && self.run.any_of(end, &["of", "and", "the"])
            && capital(end + 1)
        {
            end += 2;
        }
        let next = if self.run.kind(end) == Some(Kind::Possessive) { end + 1 } else { end };
        let relation = if next > end { Relation::Possessive } else { Relation::About };
        let name = self.run.between(i, end).text();
        let condition = about(self.scene, self.object, &name, relation, None);
        match condition {
            Some(condition) => self.push(condition),
            None => self.left.push((i, end)),
        }
        next
    }

    /// The noun itself, what it hints at, and a name right after it: `opportunity GenTech Expansion`.
    pub(super) fn after_noun(&mut self) -> usize {
        let Some((start, end)) = self.noun else { return usize::MAX };
        if let Some(noun) = self.noun_here(start) {
            use crate::lexicon::Hint;
            match noun.hint {
                Hint::Open => {
                    let decided = self
                        .search
                        .conditions
                        .iter()
                        .any(|c| c.paths().iter().any(|p| p == "IsClosed" || p == "IsWon"));
                    if !decided {
                        self.open_or_closed(true, "open");
                    }
                }
                Hint::Won => drop(self.won(true)),
                Hint::Call if self.has("TaskSubtype") => {
                    self.push(Condition::is("TaskSubtype", Op::Eq, Value::Text("Call".to_owned())));
                }
                Hint::Call => self.push(Condition::is(
                    "Subject",
                    Op::Like,
                    Value::Contains("Call".to_owned()),
                )),
                Hint::None => {}
            }
        }
        let free =
            self.run.word(end).is_some_and(|w| w.kind != Kind::Mark && w.kind != Kind::Possessive)
                && !self.is_filler(end)
                && !STOPPERS.contains(&self.run.at(end))
                && self.clone().slot(end).is_none();
        if !free {
            return end;
        }
        let stop = name_end(self.scene, self.run, end);
        let name = self.run.between(end, stop).text();
        match about(self.scene, self.object, &name, Relation::Named, None).filter(|_| stop > end) {
            Some(condition) => {
                self.push(condition);
                stop
            }
            None => end,
        }
    }
}

fn is_open(condition: &Condition) -> bool {
    matches!(condition, Condition::Is { value: Value::Bool(false), .. })
}

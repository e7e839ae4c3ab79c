//! States in one word: `open`, `closed`, `won`, `lost`, `overdue`, `unread`, `new`.

use super::Scan;
use crate::grammar::dates::{Tense, date_conditions, date_test_at};
use crate::grammar::picklists::match_value;
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};

impl Scan<'_, '_> {
    pub(super) fn state(&mut self, i: usize) -> Option<usize> {
        if let Some(next) = self.run.one_of(
            i,
            "overdue|past due|late|slipped|behind schedule|past their close date|past close date|slipping|\
         with a close date in the past|with close date in the past|with close dates in the past|\
         whose close date has passed|with a past close date",
        ) {
            return self.overdue().map(|()| next);
        }
        if let Some(next) = self.run.one_of(
            i,
            "open|still open|currently open|active|unresolved|outstanding|pending|not closed|in progress|ongoing|\
         unfinished|incomplete|not done|not completed|not finished|opened|left to do|to do|in play|unclosed|\
         in my pipeline|in the pipeline|in pipeline|unconverted|not converted|isn't closed|aren't closed|\
         still to do",
        ) {
            let word = self.run.between(i, next).squashed();
            if word == "opened" || (self.noun.is_some_and(|(start, _)| start == i)) {
                return None;
            }
            // `in progress` and the like may be a status of its own.
            if !word.contains("open")
                && let Some(condition) = self.status(&self.run.between(i, next).text())
            {
                self.push(condition);
                return Some(next);
            }
            return self.open_or_closed(true, &word).map(|()| next);
        }
        if let Some(next) = self.run.one_of(
            i,
            "closed won|closed one|close won|close one|closed-won|won|that we won|we won|did we win|did i win|we win|\
             i win|have we won|did we close|did i close|have i won|have i closed|have we closed|i won|i closed|win",
        ) {
            self.mine_if_said(i, next);
            return self.won(true).map(|()| next);
        }
        if let Some(next) = self
            .run
            .one_of(i, "closed lost|close lost|closed-lost|lost|that we lost|we lost|closed loss|did we lose|did i lose|have we lost|i lost|lose")
        {
            self.mine_if_said(i, next);
            return self.won(false).map(|()| next);
        }
        if let Some(next) = self
            .run
            .one_of(i, "closed|done|completed|finished|resolved|solved|converted|closed already")
        {
            let word = self.run.between(i, next).squashed();
            return self.open_or_closed(false, &word).map(|()| next);
        }
        self.quality(i).or_else(|| self.fresh(i))
    }

    /// `urgent`, `stale`: a state that is another field's value.
    fn quality(&mut self, i: usize) -> Option<usize> {
        if let Some(next) =
            self.run.one_of(i, "urgent|critical|top priority|high-priority|important")
        {
            let field = self.object.field("Priority").filter(|f| f.kind == FieldType::Picklist)?;
            self.push(Condition::is("Priority", Op::Eq, Value::Text(match_value(field, "high")?)));
            return Some(next);
        }
        if let Some(next) = self
            .run
            .one_of(i, "stale|neglected|dormant|idle|untouched")
            .filter(|_| self.has("LastActivityDate"))
        {
            let old =
                Condition::is("LastActivityDate", Op::Lt, Value::Date("LAST_N_DAYS:30".to_owned()));
            self.push(Condition::Any(vec![
                old,
                Condition::is("LastActivityDate", Op::Eq, Value::Null),
            ]));
            return Some(next);
        }
        None
    }

    /// `new`: a status of that name, or made lately.
    fn fresh(&mut self, i: usize) -> Option<usize> {
        let next = self.run.phrase(i, "new")?;
        let before_date = date_test_at(
            self.run,
            self.noun.map_or(next, |(_, end)| end),
            self.scene.today,
            Tense::Past,
        )
        .is_some();
        if !before_date
            && let Some(condition) = self.status("new").filter(|_| self.object.name != "Lead")
        {
            self.push(condition);
            return Some(next);
        }
        if self.has("CreatedDate") && !before_date {
            self.push(Condition::is(
                "CreatedDate",
                Op::Eq,
                Value::Date("LAST_N_DAYS:7".to_owned()),
            ));
            self.search.said.push("created in the last 7 days".to_owned());
        } else if before_date && self.has("CreatedDate") {
            // `new leads this week`: the date is the day of creation.
            let (test, end) = date_test_at(
                self.run,
                self.noun.map_or(next, |(_, end)| end),
                self.scene.today,
                Tense::Past,
            )?;
            self.push(date_conditions("CreatedDate", FieldType::DateTime, &test));
            if self.noun.is_none() {
                return Some(end);
            }
            self.dated_by_new = Some(end);
        }
        Some(next)
    }

    /// The condition that the status has a value of this name, when it has.
    fn status(&self, word: &str) -> Option<Condition> {
        let field = self.object.field("Status").filter(|f| f.kind == FieldType::Picklist)?;
        Some(Condition::is("Status", Op::Eq, Value::Text(match_value(field, word)?)))
    }

    /// `did I win` says whose as well.
    fn mine_if_said(&mut self, start: usize, end: usize) {
        if self.run.between(start, end).words().iter().any(|w| w.lower == "i")
            && self.has("OwnerId")
        {
            self.push(Condition::is("OwnerId", Op::Eq, Value::Me));
        }
    }

    fn overdue(&mut self) -> Option<()> {
        let path = ["CloseDate", "ActivityDate"].into_iter().find(|p| self.has(p))?;
        self.push(Condition::is(path, Op::Lt, Value::Date("TODAY".to_owned())));
        if self.has("IsClosed") {
            self.push(Condition::is("IsClosed", Op::Eq, Value::Bool(false)));
        }
        self.search.said.push("overdue".to_owned());
        Some(())
    }

    pub(super) fn open_or_closed(&mut self, open: bool, word: &str) -> Option<()> {
        let flag = |path: &str, value| Condition::is(path, Op::Eq, Value::Bool(value));
        if self.object.name == "Lead" && self.has("IsConverted") && (open || word == "converted") {
            self.push(flag("IsConverted", !open));
            return Some(());
        }
        if word == "active" && self.has("IsActive") {
            self.push(flag("IsActive", true));
            return Some(());
        }
        if self.has("IsClosed") {
            self.push(flag("IsClosed", !open));
            return Some(());
        }
        let field = self.object.field("Status").filter(|f| f.kind == FieldType::Picklist)?;
        let closed: Vec<String> = field
            .picklist
            .iter()
            .filter(|v| {
                let v = v.to_lowercase();
                ["closed", "completed", "done", "resolved", "converted"]
                    .iter()
                    .any(|w| v.starts_with(w))
            })
            .cloned()
            .collect();
        if closed.is_empty() {
            return None;
        }
        let op = if open { Op::Ne } else { Op::Eq };
        let each = closed
            .into_iter()
            .map(|v| Condition::is("Status", op, Value::Text(v)))
            .collect::<Vec<_>>();
        let condition =
            if open && each.len() > 1 { Condition::All(each) } else { Condition::any(each)? };
        self.push(condition);
        Some(())
    }

    pub(crate) fn won(&mut self, won: bool) -> Option<()> {
        if self.has("IsWon") && self.has("IsClosed") {
            if !won {
                self.push(Condition::is("IsClosed", Op::Eq, Value::Bool(true)));
            }
            self.push(Condition::is("IsWon", Op::Eq, Value::Bool(won)));
            return Some(());
        }
        let field = self.object.field("StageName")?;
        let value = match_value(field, if won { "closed won" } else { "closed lost" })?;
        self.push(Condition::is("StageName", Op::Eq, Value::Text(value)));
        Some(())
    }
}

//! Amounts, picklist values and flags as conditions.

use super::Scan;
use crate::grammar::amounts::comparison_at;
use crate::grammar::names::name_end;
use crate::grammar::picklists::choice_at;
use crate::lexicon::{column_at, main_amount};
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};
use crate::words::{Kind, squash};

impl Scan<'_, '_> {
    /// An amount of the field that a bare amount means, or of the field named after it: `over 100 employees`.
    pub(super) fn amount(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(i, "worth|valued|with a value of|with a value|with value|of|for|sized|with")
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
                .one_of(next, "in value|in size|or so|chance|in amount|in revenue")
                .unwrap_or(next),
        )
    }

    /// A picklist value, or several of one field.
    pub(super) fn choice(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(i, "in the|in|at the|at|from the|from|by|via|with|on|of type|the|as")
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
        let tail =
            self.run.one_of(next, "stage|status|sector|industry|space|phase|rated|rating|vertical");
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
                // `unread` for `Unread By Owner`.
                let begins =
                    label.strip_prefix(&squashed).is_some_and(|rest| rest.starts_with("by"));
                let yes = begins || [&label, &bare, &short].into_iter().any(|n| *n == squashed);
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
}

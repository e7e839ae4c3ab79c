//! Conditions on a field said by name, and fields asked for as columns.

use super::Scan;
use crate::grammar::amounts::comparison_at;
use crate::grammar::dates::{Tense, date_conditions, date_test_at};
use crate::grammar::names::name_end;
use crate::grammar::picklists::value_at;
use crate::lexicon::{Column, STOPPERS, column_at};
use crate::schema::FieldType;
use crate::search::{Condition, Op, Value};
use crate::words::{Kind, quantity_at};

impl Scan<'_, '_> {
    /// `close date before May`, `industry is Retail`, `without a phone`, `email contains acme`.
    pub(super) fn field_test(&mut self, i: usize) -> Option<usize> {
        if let Some(next) = self.missing(i) {
            return Some(next);
        }
        let lead = self
            .run
            .one_of(
                i,
                "with a|with an|with the|with|where the|where|whose|having a|having|and|their|the|that have a|\
         that have",
            )
            .unwrap_or(i);
        let column = self.column_not_noun(i).or_else(|| self.column_not_noun(lead))?;
        let at = column.next;
        if let Some(next) = self.emptiness(&column) {
            return Some(next);
        }
        let is = self.run.one_of(at, "is|are|=|equals|equal to|being|set to|of|:|is equal to|was");
        let not = self.run.one_of(at, "is not|isn't|not|!=|are not|other than|aren't");
        let value_from = not.or(is).unwrap_or(at);
        let value_from = self.run.skip(value_from, &["the", "a", "an"]);
        let condition = match column.kind {
            kind if kind.is_number() => {
                let found = comparison_at(self.run, at)
                    .or_else(|| comparison_at(self.run, value_from))
                    .map(|(c, next)| (c.on(&column.path), next));
                found.or_else(|| {
                    let (quantity, next) = quantity_at(self.run, value_from)
                        .filter(|_| is.is_some() || not.is_some())?;
                    Some((Condition::is(&column.path, Op::Eq, Value::Number(quantity.value)), next))
                })
            }
            kind if kind.is_date() => {
                let tense = if matches!(
                    column.path.as_str(),
                    "CreatedDate" | "LastModifiedDate" | "LastActivityDate"
                ) {
                    Tense::Past
                } else {
                    Tense::Future
                };
                date_test_at(self.run, at, self.scene.today, tense)
                    .or_else(|| date_test_at(self.run, value_from, self.scene.today, tense))
                    .map(|(test, next)| (date_conditions(&column.path, kind, &test), next))
            }
            FieldType::Picklist => self.picklist_test(&column, value_from),
            FieldType::Boolean => {
                let no = self.run.any_of(value_from, &["false", "no", "unchecked", "off"]);
                let yes = self.run.any_of(value_from, &["true", "yes", "checked", "on"]);
                let next = if yes || no { value_from + 1 } else { at };
                Some((Condition::is(&column.path, Op::Eq, Value::Bool(!no)), next))
            }
            FieldType::TextArea | FieldType::Other | FieldType::Id | FieldType::Reference => None,
            _ => self.text_test(&column, value_from, is.is_some() || not.is_some() || lead > i),
        };
        let (condition, next) = condition?;
        self.push(if not.is_some() { super::negate(condition) } else { condition });
        Some(next)
    }

    /// A column at `i` that is not the object's own noun.
    pub(super) fn column_not_noun(&self, i: usize) -> Option<Column> {
        let column = column_at(self.scene.schema, self.object, self.run, i)?;
        let noun = self
            .noun
            .is_some_and(|(start, end)| i <= start && column.next > start || i >= start && i < end);
        (!noun).then_some(column)
    }

    /// `without an email`, `no phone`, `missing amount`; `with an email` is the opposite.
    fn missing(&mut self, i: usize) -> Option<usize> {
        let none = self.run.one_of(
            i,
            "without a|without an|without any|without|with no|missing a|missing an|missing their|missing the|\
         missing|no|that have no|lacking|lacking a|that don't have a|that don't have an|having no|have no|\
         without their|who have no|that do not have a|don't have a|don't have an|with missing|with empty|\
         with blank",
        );
        let some = self.run.one_of(
            i,
            "with a|with an|that have a|that have an|who have a|who have an|having a|having an|have a|have an|\
         with any",
        );
        let at = none.or(some)?;
        let column = self.column_not_noun(at)?;
        let next = column.next;
        if none.is_none() {
            // `with an amount over 50k`, `with a close date in May`, `with a probability of 50` are tests of the value.
            let tests_value = comparison_at(self.run, next).is_some()
                || date_test_at(self.run, next, self.scene.today, Tense::Future).is_some()
                    && column.kind.is_date()
                || self.run.any_of(
                    next,
                    &[
                        "of",
                        "is",
                        "=",
                        "like",
                        "containing",
                        "that",
                        "in",
                        "equal",
                        "greater",
                        "above",
                        "over",
                        "set",
                        "named",
                    ],
                );
            if tests_value {
                return None;
            }
        }
        if column.kind == FieldType::TextArea {
            return None;
        }
        let path = self.null_path(&column.path);
        self.push(Condition::is(&path, if none.is_some() { Op::Eq } else { Op::Ne }, Value::Null));
        Some(next)
    }

    /// A parent's name is empty when there is no parent.
    fn null_path(&self, path: &str) -> String {
        match path.split_once('.') {
            Some((hop, "Name")) => {
                let link =
                    self.object.fields.iter().find(|f| f.relationship_name.as_deref() == Some(hop));
                link.map_or_else(|| path.to_owned(), |f| f.name.clone())
            }
            _ => path.to_owned(),
        }
    }

    /// `phone is missing`, `amount is empty`, `next step is not set`.
    fn emptiness(&mut self, column: &Column) -> Option<usize> {
        let empty = self.run.one_of(
            column.next,
            "is empty|is missing|is blank|is not set|isn't set|is unknown|is null|empty|missing|is not filled in|\
         not set|blank|is not filled|is unset|are missing|are empty|isn't filled in",
        );
        let filled = self.run.one_of(
            column.next,
            "is set|is filled|is known|is not empty|is not blank|is not null|is present|exists",
        );
        let next = empty.or(filled)?;
        if column.kind == FieldType::TextArea {
            return None;
        }
        let path = self.null_path(&column.path);
        self.push(Condition::is(&path, if empty.is_some() { Op::Eq } else { Op::Ne }, Value::Null));
        Some(next)
    }

    fn picklist_test(&mut self, column: &Column, at: usize) -> Option<(Condition, usize)> {
        let field = self.scene.schema.path(self.object, &column.path)?;
        let at = self.run.skip(at, &["in", "either", "the", "a"]);
        let (first, mut next) = value_at(field, self.run, at)?;
        let mut values = vec![first];
        loop {
            let joined = self.run.skip(next, &["or", "and"]);
            let joined = if self.run.is_mark(joined, ",") {
                self.run.skip(joined + 1, &["or", "and"])
            } else {
                joined
            };
            let Some((value, end)) = value_at(field, self.run, joined).filter(|_| joined > next)
            else {
                break;
            };
            values.push(value);
            next = end;
        }
        let value = match values.as_slice() {
            [one] => {
                return Some((Condition::is(&column.path, Op::Eq, Value::Text(one.clone())), next));
            }
            _ => Value::OneOf(values),
        };
        Some((Condition::is(&column.path, Op::In, value), next))
    }

    fn text_test(
        &mut self,
        column: &Column,
        value_from: usize,
        exact: bool,
    ) -> Option<(Condition, usize)> {
        let at = column.next;
        let contains = self.run.one_of(
            at,
            "contains|containing|contain|like|includes|including|has|is like|with|matches",
        );
        let starts =
            self.run.one_of(at, "starts with|starting with|begins with|beginning with|start with");
        let ends = self.run.one_of(at, "ends with|ending with|ending in|ends in|end with");
        let from = contains.or(starts).or(ends).unwrap_or(value_from);
        let quoted = self.run.kind(from) == Some(Kind::Quoted);
        let number = self.run.kind(from) == Some(Kind::Number);
        let mut end = if number { from + 1 } else { name_end(self.scene, self.run, from) };
        // A value such as `vp sales` may hold what is a noun elsewhere.
        while end > from
            && end < self.run.len()
            && !quoted
            && self.run.kind(end) == Some(Kind::Word)
            && !STOPPERS.contains(self.run.at(end))
        {
            end += 1;
        }
        // `email addresses of contacts`: the noun is no value.
        if self.noun.is_some_and(|(start, _)| (from..end).contains(&start)) {
            return None;
        }
        if end == from
            || !(exact || quoted || contains.is_some() || starts.is_some() || ends.is_some())
        {
            return None;
        }
        let text = self.run.between(from, end).text();
        let condition = if starts.is_some() {
            Condition::is(&column.path, Op::Like, Value::StartsWith(text))
        } else if ends.is_some() {
            Condition::is(&column.path, Op::Like, Value::EndsWith(text))
        } else if contains.is_some() || column.path.ends_with("Name") {
            Condition::contains(&column.path, &text)
        } else {
            Condition::is(&column.path, Op::Eq, Value::Text(text))
        };
        Some((condition, end))
    }

    /// A field without a condition is a column to show: `with their phone`, `name and amount of ..`.
    pub(super) fn column(&mut self, i: usize) -> Option<usize> {
        let lead = self
            .run
            .one_of(
                i,
                "with their|with the|with its|with|including their|including|and their|include|plus|show me the|\
         add the|and the",
            )
            .unwrap_or(i);
        let column = self.column_not_noun(i).or_else(|| self.column_not_noun(lead))?;
        if self.run.any_of(
            i,
            &[
                "close", "closes", "due", "created", "updated", "modified", "start", "end",
                "details", "person", "number",
            ],
        ) && column.next == i + 1
        {
            return None;
        }
        if !self.search.columns.contains(&column.path) {
            self.search.columns.push(column.path);
        }
        Some(column.next)
    }
}

//! The form of the answer: `top 5`, `sorted by close date`, `by stage`, `with ids`.

use super::Scan;
use crate::grammar::dates::Unit;
use crate::intent::Group;
use crate::lexicon::{Column, column_at, main_amount, main_date};
use crate::schema::FieldType;
use crate::search::{MAX_LIMIT, Order};
use crate::words::{Run, quantity_at};

const SORTED: &str = "sorted by|sort by|ordered by|order by|sort them by|order them by|ranked by|rank by|sort it by|\
         sort these by|sort those by|sort on|sorted on|in order of|sort the list by|sort that by|\
         rank them by";
const GROUPED: &str = "grouped by|group by|broken down by|break down by|split by|per|for each|by each|for every|\
         group them by|breakdown by|break it down by|break that down by|broken out by|split them by|\
         split it by|group it by|group those by|across each|across|segmented by";

impl Scan<'_, '_> {
    /// Order, grouping, number of rows, Ids.
    pub(super) fn shape(&mut self, i: usize) -> Option<usize> {
        self.top(i)
            .or_else(|| self.superlative(i))
            .or_else(|| self.sorted(i))
            .or_else(|| self.grouped(i))
            .or_else(|| self.direction(i))
            .or_else(|| self.ids(i))
    }

    fn top(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(i, "top|first|best|limit|limit to|limited to|max|only the first|the top")?;
        let (count, next) = count_at(self.run, at)?;
        self.search.limit = Some(count);
        if self.run.any_of(i, &["top", "best"]) || self.run.phrase(i, "the top").is_some() {
            self.superlative = true;
            self.order_by_main(true);
        }
        Some(next)
    }

    /// `5 biggest deals`, `largest deals`, `latest leads`.
    fn superlative(&mut self, i: usize) -> Option<usize> {
        let (count, at) = match count_at(self.run, i) {
            Some((count, next)) if superlative_word(self.run, next).is_some() => {
                (Some(count), next)
            }
            _ => (None, i),
        };
        let (kind, mut next) = superlative_word(self.run, at)?;
        if count.is_none()
            && let Some((after, end)) = count_at(self.run, next)
        {
            self.search.limit = Some(after);
            next = end;
        }
        if let Some(count) = count {
            self.search.limit = Some(count);
        }
        self.superlative = true;
        // `highest probability`, `smallest amount`: the field said decides.
        if let Some(column) = column_at(self.scene.schema, self.object, self.run, next)
            && (column.kind.is_number() || column.kind.is_date())
            && self.noun.is_none_or(|(start, _)| column.next <= start || next > start)
        {
            self.search.order = Some(Order { path: column.path, descending: kind.descending() });
            return Some(column.next);
        }
        match kind {
            Superlative::Most => self.order_by_main(true),
            Superlative::Least => self.order_by_main(false),
            Superlative::Newest => self.order_by_age(true),
            Superlative::Oldest => self.order_by_age(false),
            Superlative::Soonest => {
                if let Some(field) = main_date(self.object) {
                    self.search.order = Some(Order { path: field.name.clone(), descending: false });
                }
            }
        }
        Some(next)
    }

    fn order_by_main(&mut self, descending: bool) {
        let field = main_amount(self.object).or_else(|| self.object.field("LastModifiedDate"));
        if self.search.order.is_none()
            && let Some(field) = field
        {
            self.search.order = Some(Order { path: field.name.clone(), descending });
        }
    }

    fn order_by_age(&mut self, descending: bool) {
        let field = self.object.field("CreatedDate").or_else(|| main_date(self.object));
        if let Some(field) = field {
            self.search.order = Some(Order { path: field.name.clone(), descending });
        }
    }

    fn sorted(&mut self, i: usize) -> Option<usize> {
        let at = self.run.one_of(i, SORTED)?;
        let at = self.run.skip(at, &["the", "their", "its"]);
        let column = column_at(self.scene.schema, self.object, self.run, at)?;
        let next = column.next;
        self.order_by(column);
        Some(self.direction(next).unwrap_or(next))
    }

    fn order_by(&mut self, column: Column) {
        let descending = column.kind.is_number();
        self.search.order = Some(Order { path: column.path, descending });
    }

    /// `descending`, `newest first`, after an order was named.
    fn direction(&mut self, i: usize) -> Option<usize> {
        let marked = self.run.word(i).is_some_and(|w| w.text == ",");
        let at = if marked { i + 1 } else { i };
        let down = "descending|desc|highest first|largest first|biggest first|newest first|latest first|high to low|\
         from high to low|in descending order|from highest to lowest|most recent first|reversed|reverse|\
         from largest to smallest|descending order";
        let up = "ascending|asc|lowest first|smallest first|oldest first|earliest first|low to high|alphabetically|\
         in ascending order|from lowest to highest|a to z|soonest first|from smallest to largest|\
         from low to high|ascending order|in alphabetical order";
        let (descending, next) = match self.run.one_of(at, down) {
            Some(next) => (true, next),
            None => (false, self.run.one_of(at, up)?),
        };
        let by_age = self.run.any_of(at, &["newest", "latest", "oldest", "earliest", "most"]);
        let by_name = self.run.any_of(at, &["alphabetically", "a"])
            || self.run.phrase(at, "in alphabetical").is_some();
        match &mut self.search.order {
            Some(order) => order.descending = descending,
            None if by_age => self.order_by_age(descending),
            None if by_name => {
                self.search.order =
                    Some(Order { path: self.object.name_field.clone(), descending });
            }
            None => self.order_by_main(descending),
        }
        Some(next)
    }

    /// `by stage`, `per owner`, `by month`; `by amount` after `top 5` is an order.
    fn grouped(&mut self, i: usize) -> Option<usize> {
        let sure = self.run.one_of(i, GROUPED);
        let at = sure.or_else(|| self.run.phrase(i, "by"))?;
        let at = self.run.skip(at, &["the", "their", "its", "each"]);
        if let Some((group, next)) = self.calendar_group(at) {
            self.group = Some(group);
            return Some(next);
        }
        let column = column_at(self.scene.schema, self.object, self.run, at)?;
        let next = column.next;
        let amount = column.kind.is_number()
            || column.kind == FieldType::DateTime
            || column.kind == FieldType::Date;
        if sure.is_none() && (self.superlative || amount || column.path == self.object.name_field) {
            // `by close date` after `top` keeps the direction that `top` asked for.
            if self.superlative && amount {
                let descending = self.search.order.as_ref().is_none_or(|o| o.descending);
                self.search.order = Some(Order { path: column.path, descending });
            } else {
                self.order_by(column);
            }
            return Some(self.direction(next).unwrap_or(next));
        }
        if column.kind == FieldType::TextArea {
            return None;
        }
        if column.kind.is_date() {
            self.group = Some(Group::Calendar(Unit::Month, column.path));
        } else {
            self.group = Some(Group::Field(column.path));
        }
        Some(next)
    }

    /// `by month`, `by close month`, `per quarter`, `by month created`.
    fn calendar_group(&self, i: usize) -> Option<(Group, usize)> {
        let closing = self.run.one_of(i, "close|closing|calendar|fiscal").unwrap_or(i);
        let created = self.run.one_of(i, "creation|created").unwrap_or(closing);
        let unit = Unit::read(self.run.at(created))
            .filter(|u| matches!(u, Unit::Month | Unit::Quarter | Unit::Year))?;
        let mut next = created + 1;
        let mut path = main_date(self.object)?.name.clone();
        if (created > closing || self.run.any_of(next, &["created"])) && self.has("CreatedDate") {
            "CreatedDate".clone_into(&mut path);
            next = self.run.skip(next, &["created"]);
        }
        let next = self.run.skip(next, &["closed", "closing"]);
        Some((Group::Calendar(unit, path), next))
    }

    fn ids(&mut self, i: usize) -> Option<usize> {
        let at = self
            .run
            .one_of(i, "with|including|include|and|show|with the|and the|with their|show the")
            .unwrap_or(i);
        let next = self.run.one_of(
            at,
            "ids|id|record ids|record id|salesforce ids|salesforce id|the ids|their ids|id's",
        )?;
        self.search.with_ids = true;
        Some(next)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Superlative {
    Most,
    Least,
    Newest,
    Oldest,
    Soonest,
}

impl Superlative {
    fn descending(self) -> bool {
        matches!(self, Self::Most | Self::Newest)
    }
}

fn superlative_word(run: Run<'_>, i: usize) -> Option<(Superlative, usize)> {
    let table: [(&str, Superlative); 5] = [
        (
            "biggest|largest|highest|most valuable|greatest|top|best|highest value|most expensive|richest",
            Superlative::Most,
        ),
        ("smallest|lowest|least|cheapest|lowest value|least valuable", Superlative::Least),
        ("latest|newest|most recent|most recently created|freshest", Superlative::Newest),
        ("oldest|earliest", Superlative::Oldest),
        ("soonest|most urgent|next closing", Superlative::Soonest),
    ];
    table.into_iter().find_map(|(words, kind)| run.one_of(i, words).map(|next| (kind, next)))
}

/// A whole number of rows, in digits or words.
fn count_at(run: Run<'_>, i: usize) -> Option<(u32, usize)> {
    let (quantity, next) = quantity_at(run, i)?;
    let fits = !quantity.explicit
        && !quantity.percent
        && quantity.value.fract() == 0.0
        && quantity.value >= 1.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, at least 1 and capped"
    )]
    fits.then_some((quantity.value.min(f64::from(MAX_LIMIT)) as u32, next))
}

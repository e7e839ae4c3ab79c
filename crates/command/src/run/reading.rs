//! Lists, counts, single records, follow-ups: everything that only looks.

use serde_json::{Value, json};

use super::resolving::{Found, refusal};
use super::state::Slot;
use super::tools::Halt;
use super::{Outcome, Session};
use crate::answer;
use crate::intent::{Intent, Refinement, Tally, Target};
use crate::protocol::FIND;
use crate::query;
use crate::records::{self, Row};
use crate::schema::{FieldType, ObjectView};
use crate::search::{Condition, DEFAULT_LIMIT, Op, Search, Value as Wanted};

impl<'r> Session<'_, 'r> {
    pub(super) fn who_am_i(&mut self) -> Result<String, Halt> {
        let me = self.me()?;
        Ok(if me.name.is_empty() {
            "You are signed in, but your name was withheld.".to_owned()
        } else {
            format!("You are {}.", answer::safe(&me.name, 80))
        })
    }

    /// Rows of a search as a table.
    pub(super) fn list(&mut self, search: Search) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let me = self.me_for(&search)?;
        let Some(statement) = query::rows(schema, &search, me.as_deref()) else {
            return Ok(Outcome::Done("That cannot be read here.".to_owned()));
        };
        let found = self.query(&statement)?;
        let rows: Vec<Row> =
            found.records.iter().filter_map(|r| records::row(schema, r, &search.object)).collect();
        self.state.first = search.offset as usize;
        self.state.focus = match rows.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        self.state.list = rows;
        let text = answer::list(schema, &search, &found);
        self.state.last = Some(search);
        Ok(Outcome::Done(text))
    }

    /// Counts, sums, averages.
    pub(super) fn tally(&mut self, search: Search, tally: &Tally) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let me = self.me_for(&search)?;
        let Some(statement) = query::tally(schema, &search, tally, me.as_deref()) else {
            return Ok(Outcome::Done("That cannot be worked out here.".to_owned()));
        };
        let found = self.query(&statement)?;
        self.state.list = Vec::new();
        self.state.focus = None;
        self.state.first = 0;
        let text = answer::tally(schema, &search, tally, &found);
        self.state.last = Some(Search { limit: None, ..search });
        Ok(Outcome::Done(text))
    }

    /// The request before, changed.
    pub(super) fn refine(&mut self, refinement: Refinement) -> Result<Outcome, Halt> {
        let Some(mut search) = self.state.last.clone() else {
            return Ok(Outcome::Done("There is nothing before this that I could narrow down. Please say what to look for.".to_owned()));
        };
        let Refinement { conditions, said, order, limit, columns, with_ids, tally, .. } =
            refinement;
        search.offset = 0;
        search.said.extend(said);
        search.refine(conditions);
        search.order = order.or(search.order);
        search.limit = limit.or(search.limit);
        search.with_ids |= with_ids;
        for column in columns {
            if !search.columns.contains(&column) {
                search.columns.push(column);
            }
        }
        match tally {
            Some(tally) => {
                search.limit = None;
                search.order = None;
                self.tally(search, &tally)
            }
            None => self.list(search),
        }
    }

    pub(super) fn more(&mut self) -> Result<Outcome, Halt> {
        let Some(mut search) = self.state.last.clone() else {
            return Ok(Outcome::Done("There is no list to go on with.".to_owned()));
        };
        search.offset += search.limit.unwrap_or(DEFAULT_LIMIT);
        self.list(search)
    }

    /// One record, whole or some fields of it.
    pub(super) fn show(&mut self, target: &Target, columns: &[String]) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let wanted =
            if columns.is_empty() { self.detail_columns(target) } else { columns.to_vec() };
        let intent = Intent::Show { target: target.clone(), columns: columns.to_vec() };
        match self.resolve(target, &wanted, false)? {
            Found::Nothing(text) => Ok(Outcome::Done(text)),
            Found::Many(rows, heading) => {
                self.state.list.clone_from(&rows);
                self.state.first = 0;
                Ok(self.ask_which(rows, &heading, intent, Slot::Target))
            }
            Found::One(row, record, withheld) => {
                let Some(view) = schema.object(&row.object) else {
                    return Ok(Outcome::Done(String::new()));
                };
                self.state.focus = Some(row.clone());
                let wanted: Vec<String> = if columns.is_empty() {
                    query::details(schema, view)
                } else {
                    wanted.into_iter().filter(|c| schema.has(view, c)).collect()
                };
                let text = if columns.is_empty() {
                    answer::record(schema, view, &wanted, record, &withheld)
                } else {
                    answer::fields(schema, view, &wanted, record, &withheld)
                };
                Ok(Outcome::Done(text))
            }
        }
    }

    /// The details of every object a target may be of: each query keeps those that exist.
    fn detail_columns(&self, target: &Target) -> Vec<String> {
        let focus =
            self.state.focus.iter().chain(self.state.list.first()).map(|r| r.object.clone());
        let chosen = match &target.who {
            crate::intent::Who::Chosen { object, .. } => Some(object.clone()),
            _ => None,
        };
        let mut all: Vec<String> = Vec::new();
        for object in target.objects.iter().cloned().chain(focus).chain(chosen) {
            let columns = self
                .schema
                .object(&object)
                .map(|o| query::details(self.schema, o))
                .unwrap_or_default();
            all.extend(columns.into_iter().filter(|c| !all.contains(c)).collect::<Vec<_>>());
        }
        all
    }

    /// Records that belong to another: `its contacts`.
    pub(super) fn related(&mut self, mut search: Search, of: &Target) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let intent = Intent::Related { search: search.clone(), of: of.clone() };
        let (row, child) = match self.resolve(of, &[], false)? {
            Found::Nothing(text) => return Ok(Outcome::Done(text)),
            Found::Many(rows, heading) => {
                return Ok(self.ask_which(rows, &heading, intent, Slot::Target));
            }
            Found::One(row, ..) => {
                let Some(child) = schema.object(&search.object) else {
                    return Ok(Outcome::Done(String::new()));
                };
                (row, child)
            }
        };
        let Some(condition) = self.belonging(child, &row) else {
            let noun = crate::lexicon::object_noun(child, 2);
            return Ok(Outcome::Done(format!(
                "I do not know how {noun} belong to {}.",
                self.called(&row)
            )));
        };
        search.conditions.push(condition);
        let name = if row.name.is_empty() { "that record".to_owned() } else { row.name.clone() };
        search.said.push(format!("of {}", answer::safe(&name, 80)));
        self.list(search)
    }

    /// How records of `child` hang on a record: by a reference to it, or through its account.
    fn belonging(&self, child: &ObjectView, row: &Row) -> Option<Condition> {
        let links: Vec<String> = child
            .links_to(&row.object)
            .filter(|f| f.kind == FieldType::Reference && !is_staff(&f.name))
            .map(|f| f.name.clone())
            .collect();
        let direct: Vec<Condition> =
            links.iter().map(|l| Condition::is(l, Op::Eq, Wanted::Text(row.id.clone()))).collect();
        if let Some(condition) = Condition::any(direct) {
            return Some(condition);
        }
        let home = self.schema.object(&row.object)?;
        let account = |o: &ObjectView| {
            o.links_to("Account").find(|f| f.name == "AccountId").map(|f| f.name.clone())
        };
        let path = if child.name == "Account" { "Id".to_owned() } else { account(child)? };
        let field = account(home)?;
        Some(Condition::is(
            &path,
            Op::In,
            Wanted::From { field, object: home.name.clone(), id: row.id.clone() },
        ))
    }

    /// A text search over several objects.
    pub(super) fn find(&mut self, text: &str, objects: &[String]) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let result: &'r Value =
            self.tools.call(FIND, json!({ "search": text, "objects": objects }))?;
        if let Some(why) = refusal(result) {
            return Ok(Outcome::Done(why));
        }
        let records =
            result.get("searchRecords").or_else(|| result.get("records")).and_then(Value::as_array);
        let rows = records::rows_of(schema, records);
        self.state.focus = match rows.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let withheld = records::read(result).withheld;
        let lines: Vec<String> = rows
            .iter()
            .zip(1..)
            .map(|(row, number)| {
                let kind = schema
                    .object(&row.object)
                    .map(|o| crate::lexicon::object_noun(o, 1))
                    .unwrap_or_default();
                let name = if row.name.is_empty() {
                    "(name withheld)".to_owned()
                } else {
                    answer::safe(&row.name, 80)
                };
                format!("{number}. {name} ({kind})")
            })
            .collect();
        let text = answer::quoted(text);
        let answer = if lines.is_empty() {
            format!("I found nothing that mentions `{text}`.")
        } else {
            format!(
                "{} mention `{text}`:\n\n{}",
                answer::counted(rows.len(), "record", "records"),
                lines.join("\n")
            )
        };
        self.state.last = rows.first().map(|r| Search::of(&r.object));
        self.state.first = 0;
        self.state.list = rows;
        Ok(Outcome::Done(format!("{answer}{}", answer::withheld_note(schema, &withheld))))
    }
}

/// References to the people who keep a record say nothing about what it belongs to.
fn is_staff(field: &str) -> bool {
    matches!(field, "OwnerId" | "CreatedById" | "LastModifiedById" | "ParentId")
        && field != "ParentId"
}

//! New records: what they belong to is found first, then they are proposed.

use serde_json::{Map, Value, json};

use super::changing::{Ready, verdict, waiting};
use super::resolving::Found;
use super::state::{Pending, Question, Slot};
use super::tools::Halt;
use super::{Outcome, Session};
use crate::intent::{Draft, Intent, NewValue};
use crate::lexicon::object_noun;
use crate::protocol::CREATE_RECORD;
use crate::query;
use crate::records::Row;
use crate::schema::{FieldType, ObjectView};
use crate::search::{Condition, Op, Search, Value as Wanted};

impl Session<'_, '_> {
    /// Proposes a new record; `sure` when the person knows that there is one like it.
    pub(super) fn create(&mut self, draft: Draft, sure: bool) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let Some(view) = schema.object(&draft.object) else {
            return Ok(Outcome::Done("That cannot be created here.".to_owned()));
        };
        let mut body = Map::new();
        let mut lines = Vec::new();
        let mut linked: Vec<Row> = Vec::new();
        for (place, link) in draft.links.iter().enumerate() {
            let row = match self.resolve(link, &[], false)? {
                Found::One(row, ..) => row,
                Found::Nothing(text) => {
                    return Ok(Outcome::Done(format!("{text} Nothing was created.")));
                }
                Found::Many(rows, heading) => {
                    return Ok(self.ask_which(
                        rows,
                        &heading,
                        Intent::Create(draft),
                        Slot::Link(place),
                    ));
                }
            };
            let Some(field) = link_field(view, &row.object, &body) else {
                let noun = object_noun(view, 1);
                return Ok(Outcome::Done(format!(
                    "A {noun} cannot belong to {}. Nothing was created.",
                    self.called(&row)
                )));
            };
            body.insert(field, Value::String(row.id.clone()));
            linked.push(row);
        }
        for (place, change) in draft.values.iter().enumerate() {
            let Some(field) = view.field(&change.field).filter(|f| f.createable) else { continue };
            match self.ready(field, change, place, None, Intent::Create(draft.clone()))? {
                Ready::Json(value, text) => {
                    lines.push(format!("- {}: {text}", field.label));
                    body.insert(field.name.clone(), value);
                }
                Ready::Stop(outcome) => return Ok(outcome),
            }
        }
        if !sure && let Some(question) = self.twin(view, &draft)? {
            return Ok(Outcome::Ask(
                question.clone(),
                Box::new(Pending::new(Intent::Create(draft), Question::Sure, &question)),
            ));
        }
        if linked.is_empty() && matches!(view.name.as_str(), "Task" | "Event" | "Note") {
            // With nothing to hang on, it is the person's own: said so, instead of left to whoever's session it is.
            let me = self.me()?;
            if view.field("OwnerId").is_some_and(|f| f.createable) {
                body.insert("OwnerId".to_owned(), Value::String(me.id));
            }
        }
        let result =
            self.tools.call(CREATE_RECORD, json!({ "sobject-name": view.name, "body": body }))?;
        let belongs = match linked.as_slice() {
            [] => String::new(),
            rows => format!(
                " for {}",
                rows.iter().map(|r| self.called(r)).collect::<Vec<_>>().join(" and ")
            ),
        };
        if let [row] = linked.as_slice() {
            self.state.focus = Some(row.clone());
        }
        let noun = object_noun(view, 1);
        let heading = if let Some(why) = super::resolving::refusal(result) {
            format!("{why} Nothing was created. This was asked for: {noun}{belongs}")
        } else {
            let _ = verdict(result, "");
            let deed = if waiting(result).is_empty() { "Created" } else { "Proposed" };
            let what = match draft.deed {
                "add a note" => "a note".to_owned(),
                "put it into the calendar as an all-day entry" => format!("an all-day {noun}"),
                _ => format!("a new {noun}"),
            };
            format!("{deed}: {what}{belongs}")
        };
        Ok(Outcome::Done(format!("{heading}\n{}{}", lines.join("\n"), waiting(result))))
    }

    /// A question when a record of the same name is there already. Tasks and notes may be alike.
    fn twin(&mut self, view: &ObjectView, draft: &Draft) -> Result<Option<String>, Halt> {
        let schema = self.schema;
        if matches!(view.name.as_str(), "Task" | "Event" | "Note") {
            return Ok(None);
        }
        let text = |field: &str| {
            draft.values.iter().find(|c| c.field == field).and_then(|c| match &c.value {
                NewValue::Text(text) => Some(text.clone()),
                _ => None,
            })
        };
        let mut search = Search::of(&view.name);
        search.limit = Some(3);
        let people = [("FirstName", text("FirstName")), ("LastName", text("LastName"))];
        let own = view
            .field(&view.name_field)
            .filter(|f| f.kind == FieldType::String)
            .and_then(|f| text(&f.name).map(|t| (f.name.clone(), t)));
        if let Some((field, name)) = own {
            search.conditions.push(Condition::is(&field, Op::Eq, Wanted::Text(name)));
        } else {
            let known = people
                .into_iter()
                .filter(|(f, _)| schema.has(view, f))
                .filter_map(|(f, t)| Some(Condition::is(f, Op::Eq, Wanted::Text(t?))));
            search.conditions.extend(known);
            if search.conditions.is_empty() {
                let subject = text("Subject").filter(|_| schema.has(view, "Subject"));
                search
                    .conditions
                    .extend(subject.map(|s| Condition::is("Subject", Op::Eq, Wanted::Text(s))));
            }
        }
        if search.conditions.is_empty() {
            return Ok(None);
        }
        let Some(statement) = query::rows(schema, &search, None) else { return Ok(None) };
        let found = self.query(&statement)?;
        if found.records.is_empty() {
            return Ok(None);
        }
        let noun = if found.total == 1 {
            format!("a {}", object_noun(view, 1))
        } else {
            format!("{} {}", found.total, object_noun(view, 2))
        };
        Ok(Some(format!(
            "There is {noun} with that name already. Shall I propose another one all the same? (yes or no)"
        )))
    }
}

/// The reference that ties a new record to a parent, one that is not taken yet.
fn link_field(view: &ObjectView, parent: &str, taken: &Map<String, Value>) -> Option<String> {
    let mut fields: Vec<&str> = view
        .links_to(parent)
        .filter(|f| {
            f.createable
                && !matches!(f.name.as_str(), "OwnerId" | "CreatedById" | "LastModifiedById")
                && !taken.contains_key(&f.name)
        })
        .map(|f| f.name.as_str())
        .collect();
    let usual = ["WhoId", "WhatId", "AccountId", "ContactId", "ParentId"];
    fields.sort_by_key(|f| usual.iter().position(|u| u == f).unwrap_or(usual.len()));
    fields.first().map(|f| (*f).to_owned())
}

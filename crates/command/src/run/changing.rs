//! Changes of one record: found first, shown with old and new, then proposed.

use serde_json::{Map, Value, json};

use super::resolving::{Found, refusal};
use super::state::{Pending, Question, Slot};
use super::tools::Halt;
use super::{Outcome, Session};
use crate::answer;
use crate::grammar::dates::{Unit, plus_days, plus_months};
use crate::intent::{Change, Intent, NewValue, Target, Who};
use crate::protocol::UPDATE_RECORD;
use crate::records::{self, Row, Withheld};
use crate::schema::{FieldType, FieldView};

/// A value ready to be written, or why it is not.
pub(super) enum Ready {
    Json(Value, String),
    Stop(Outcome),
}

impl Session<'_, '_> {
    /// Proposes changes of the one record that the target means.
    pub(super) fn update(&mut self, target: &Target, changes: &[Change]) -> Result<Outcome, Halt> {
        let schema = self.schema;
        let fields: Vec<String> = changes.iter().map(|c| c.field.clone()).collect();
        let shown = self.shown_columns(target, &fields);
        let intent = Intent::Update { target: target.clone(), changes: changes.to_vec() };
        let (row, record, withheld) = match self.resolve(target, &shown, true)? {
            Found::Nothing(text) => return Ok(Outcome::Done(text)),
            Found::Many(rows, heading) => {
                return Ok(self.ask_which(rows, &heading, intent, Slot::Target));
            }
            Found::One(row, record, withheld) => (row, record, withheld),
        };
        let Some(view) = schema.object(&row.object) else {
            return Ok(Outcome::Done(String::new()));
        };
        self.state.focus = Some(row.clone());
        let chosen = Target {
            objects: vec![row.object.clone()],
            who: Who::Chosen { object: row.object.clone(), id: row.id.clone() },
        };
        let mut body = Map::new();
        let mut lines = Vec::new();
        for (place, change) in changes.iter().enumerate() {
            let Some(field) = view.field(&change.field).filter(|f| f.updateable) else {
                return Ok(Outcome::Done(format!(
                    "{} of {} cannot be changed.",
                    answer::label(schema, view, &change.field),
                    self.called(&row)
                )));
            };
            let intent = Intent::Update { target: chosen.clone(), changes: changes.to_vec() };
            let old = old_value(field, record, &withheld);
            let (new, new_text) =
                match self.ready(field, change, place, Some((&old, &row)), intent)? {
                    Ready::Json(value, text) => (value, text),
                    Ready::Stop(outcome) => return Ok(outcome),
                };
            if let Old::Value(value) = &old
                && same(value, &new)
            {
                lines.push(format!(
                    "- {} is {} already",
                    field.label,
                    answer::cell(schema, field.kind, &new)
                ));
                continue;
            }
            lines.push(format!(
                "- {}: {} → {new_text}",
                field.label,
                self.old_text(field, &old, record)
            ));
            body.insert(field.name.clone(), new);
        }
        if body.is_empty() {
            return Ok(Outcome::Done(format!(
                "Nothing to change on {}:\n{}",
                self.called(&row),
                lines.join("\n")
            )));
        }
        // INVARIANT: `row` came from a result with this one record, in this turn.
        let result = self.tools.call(
            UPDATE_RECORD,
            json!({ "sobject-name": row.object, "id": row.id, "body": body }),
        )?;
        Ok(Outcome::Done(format!(
            "{} {}:\n{}{}",
            verdict(result, "Proposed for"),
            self.called(&row),
            lines.join("\n"),
            waiting(result)
        )))
    }

    /// The changed fields, with a parent's name in the place of a bare reference.
    fn shown_columns(&self, target: &Target, fields: &[String]) -> Vec<String> {
        let mut columns = fields.to_vec();
        for view in target.objects.iter().filter_map(|o| self.schema.object(o)) {
            for field in fields.iter().filter_map(|f| view.field(f)) {
                columns.extend(field.relationship_name.as_ref().map(|hop| format!("{hop}.Name")));
            }
        }
        columns
    }

    fn old_text(&self, field: &FieldView, old: &Old, record: &Value) -> String {
        let parent = field
            .relationship_name
            .as_ref()
            .and_then(|hop| records::at(record, &format!("{hop}.Name")))
            .and_then(records::text);
        match (old, parent) {
            (Old::Withheld, _) => "(withheld)".to_owned(),
            (Old::Empty, _) => "(empty)".to_owned(),
            (Old::Value(_), Some(name)) => answer::safe(&name, 80),
            (Old::Value(_), None) if field.kind == FieldType::Reference => "(another)".to_owned(),
            (Old::Value(value), None) => answer::cell(self.schema, field.kind, value),
        }
    }

    /// Turns a value in words into one that can be written; looks records up, asks when unsure.
    pub(super) fn ready(
        &mut self,
        field: &FieldView,
        change: &Change,
        place: usize,
        on: Option<(&Old, &Row)>,
        intent: Intent,
    ) -> Result<Ready, Halt> {
        let schema = self.schema;
        let json = |value: Value| {
            let text = answer::cell(schema, field.kind, &value);
            Ok(Ready::Json(value, text))
        };
        match &change.value {
            NewValue::Text(text) => json(Value::String(text.clone())),
            NewValue::Number(number) => json(number_json(*number, field.kind)),
            NewValue::Bool(yes) => json(Value::Bool(*yes)),
            NewValue::Date(date) => json(Value::String(date.to_string())),
            NewValue::Empty => Ok(Ready::Json(Value::Null, "(empty)".to_owned())),
            NewValue::Plus(_) | NewValue::PlusPercent(_) => {
                let Some(old) = on.and_then(|(old, _)| old.number()) else {
                    return Ok(stop(format!(
                        "I cannot see the present {}, so please say what it should be.",
                        field.label
                    )));
                };
                let new = match &change.value {
                    NewValue::Plus(by) => old + by,
                    NewValue::PlusPercent(by) => old * (1.0 + by / 100.0),
                    _ => old,
                };
                json(number_json((new * 100.0).round() / 100.0, field.kind))
            }
            NewValue::Later(count, unit) => {
                let Some(old) = on.and_then(|(old, _)| old.date()) else {
                    return Ok(stop(format!(
                        "I cannot see the present {}, so please say the new date.",
                        field.label
                    )));
                };
                let new = match unit {
                    Unit::Day => plus_days(old, *count),
                    Unit::Week => plus_days(old, count * 7),
                    Unit::Month => plus_months(old, *count),
                    Unit::Quarter => plus_months(old, count * 3),
                    Unit::Year => plus_months(old, count * 12),
                };
                json(Value::String(new.to_string()))
            }
            NewValue::Me => {
                let me = self.me()?;
                let name =
                    if me.name.is_empty() { "you".to_owned() } else { answer::safe(&me.name, 80) };
                Ok(Ready::Json(Value::String(me.id), name))
            }
            NewValue::Record { objects, name } => {
                let objects: Vec<String> = objects
                    .iter()
                    .filter(|o| *o != "Group" && schema.object(o).is_some())
                    .cloned()
                    .collect();
                if objects.is_empty() {
                    return Ok(stop(format!(
                        "I cannot look up who `{}` is for {}.",
                        answer::quoted(name),
                        field.label
                    )));
                }
                let target = Target { objects, who: Who::Named(name.clone()) };
                match self.resolve(&target, &[], true)? {
                    Found::One(row, ..) => {
                        Ok(Ready::Json(Value::String(row.id), answer::safe(&row.name, 80)))
                    }
                    Found::Many(rows, heading) => {
                        Ok(Ready::Stop(self.ask_which(rows, &heading, intent, Slot::Value(place))))
                    }
                    Found::Nothing(text) => Ok(stop(text)),
                }
            }
            NewValue::Picked { object, id } => {
                let target = Target {
                    objects: vec![object.clone()],
                    who: Who::Chosen { object: object.clone(), id: id.clone() },
                };
                match self.resolve(&target, &[], true)? {
                    Found::One(row, ..) => {
                        Ok(Ready::Json(Value::String(row.id), answer::safe(&row.name, 80)))
                    }
                    Found::Many(..) => Ok(stop("That record cannot be told apart.".to_owned())),
                    Found::Nothing(text) => Ok(stop(text)),
                }
            }
            NewValue::Unclear(question) => {
                let about =
                    on.map(|(_, row)| format!("{}: ", self.called(row))).unwrap_or_default();
                let text = format!("{about}{question}");
                Ok(Ready::Stop(Outcome::Ask(
                    text.clone(),
                    Box::new(Pending::new(intent, Question::Value(place), &text)),
                )))
            }
        }
    }
}

fn stop(text: String) -> Ready {
    Ready::Stop(Outcome::Done(text))
}

/// The present value of a field.
pub(super) enum Old {
    Value(Value),
    Empty,
    Withheld,
}

impl Old {
    fn number(&self) -> Option<f64> {
        match self {
            Self::Value(value) => value.as_f64(),
            _ => None,
        }
    }

    fn date(&self) -> Option<jiff::civil::Date> {
        match self {
            Self::Value(Value::String(text)) => text.parse().ok(),
            _ => None,
        }
    }
}

fn old_value(field: &FieldView, record: &Value, withheld: &[Withheld]) -> Old {
    match record.get(&field.name) {
        Some(Value::Null) => Old::Empty,
        Some(value) => Old::Value(value.clone()),
        None if withheld.iter().any(|w| w.field == field.name) => Old::Withheld,
        // Missing without a word about it: nothing may be concluded from that.
        None => Old::Withheld,
    }
}

fn same(old: &Value, new: &Value) -> bool {
    match (old.as_f64(), new.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < 0.005,
        _ => old == new,
    }
}

fn number_json(number: f64, kind: FieldType) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within the range where a float is exact"
    )]
    if number.fract() == 0.0 && number.abs() < 9e15 || kind == FieldType::Int {
        return Value::from(number.round() as i64);
    }
    json!(number)
}

/// `Proposed for`, or what went wrong.
pub(super) fn verdict(result: &Value, proposed: &str) -> String {
    match refusal(result) {
        Some(why) => format!("{why} Nothing was changed. This was asked for"),
        None if is_waiting(result) => proposed.to_owned(),
        None => "Done for".to_owned(),
    }
}

fn is_waiting(result: &Value) -> bool {
    result.get("status").and_then(Value::as_str).is_some_and(|s| s == "waiting_for_approval")
}

/// That a person has to approve it, and the proposal's own name.
pub(super) fn waiting(result: &Value) -> String {
    if !is_waiting(result) {
        return String::new();
    }
    let proposal = result
        .get("proposal")
        .and_then(Value::as_str)
        .map(|p| answer::safe(p, 60))
        .unwrap_or_default();
    if proposal.is_empty() {
        "\n\nIt waits for approval.".to_owned()
    } else {
        format!("\n\nIt waits for approval (`{proposal}`).")
    }
}

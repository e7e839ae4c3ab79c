//! Running the gate's own tools for a model.

use std::collections::BTreeSet;

use boundary::{
    Act, Action, Facts, Integrity, Label, Level, Matrix, Purpose, Raw, Readers, Treatment, Verdict,
};
use models::ToolCall as ModelCall;
use serde_json::{Value, json};

use super::release::Release;
use super::{Progress, Request};
use crate::acting::{Acting, Refused};
use crate::ask::{Event, Step};
use crate::conversations::Open;
use crate::error::{GateError, WithheldFields};
use crate::gate::{Inner, viewer};
use crate::people::PersonView;
use crate::plan::probing::Probing;
use crate::plan::{Against, Plan, ReadRefusal, plain_name, plan_query, plan_search};
use crate::tools::ToolCall;

/// What a model hears that would do more after it has read text of outsiders.
const TAINTED: &str = "text that strangers can write was read in this request; the person has to \
                       ask for more in their own words";

/// How a tool ended: heard by the model either way, unless the gate itself failed.
pub(super) enum Ended {
    /// Records were treated and kept.
    Heard { what: String, withheld: WithheldFields },
    /// This is to be told.
    Tell { what: String, answer: Value },
    /// It was refused.
    Refused(Refused),
}

impl Request {
    /// Runs one call and keeps its answer in the conversation.
    pub(super) async fn run(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: &mut Progress,
        release: &mut Release,
        call: &ModelCall,
        local: bool,
    ) -> Result<(), GateError> {
        let ended = match ToolCall::parse(&call.name, &call.arguments) {
            Err(problem) => Ended::Refused(Refused::new("INVALID_ARGUMENT", problem)),
            Ok(parsed) => {
                progress.act = self.act.calling(parsed.tool());
                if parsed.reads() && progress.tainted && !local {
                    note_refusal(inner, &progress.act, Action::Read, "outsiders-text").await?;
                    Ended::Refused(Refused::new("OUTSIDERS_TEXT", TAINTED))
                } else {
                    self.carry_out(inner, open, progress, call, parsed, local).await?
                }
            }
        };
        let (what, withheld, refused) = match ended {
            Ended::Heard { what, withheld } => (what, withheld, false),
            Ended::Tell { what, answer } => {
                self.answer_call(inner, open, call, &answer)?;
                (what, BTreeSet::new(), false)
            }
            Ended::Refused(Refused { code, message, .. }) => {
                let answer = json!({ "error": { "code": code, "message": message } });
                self.answer_call(inner, open, call, &answer)?;
                (format!("refused: {code}"), BTreeSet::new(), true)
            }
        };
        tracing::info!(tool = call.name, what, "a tool ran");
        progress.withheld.extend(withheld.iter().cloned());
        let result = match open.conversation.turns().last().map(AsRef::as_ref) {
            Some(boundary::Turn::Tool { result, .. }) => result.as_str().to_owned(),
            _ => String::new(),
        };
        let viewer = viewer(&self.who, &progress.view);
        let masked = release.cover_json(&open.conversation, &viewer, &call.arguments)?;
        let covered = open.conversation.coverage_in(&[&masked, &result]);
        let tool = call.name.clone();
        let step = Step { tool, what, masked, result, covered, withheld, refused };
        self.tell(Event::Step(step)).await?;
        Ok(())
    }

    async fn carry_out(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: &mut Progress,
        call: &ModelCall,
        parsed: ToolCall,
        local: bool,
    ) -> Result<Ended, GateError> {
        let matrix = inner.matrix();
        let view = std::sync::Arc::clone(&progress.view);
        let rows = inner.config.limits.rows;
        let against = Against {
            schema: &view.schema,
            rights: &view.rights,
            matrix: &matrix,
            rows,
            clearance: None,
        };
        match parsed {
            ToolCall::Query { soql } => {
                let plan = plan_query(&soql, against);
                let plan = plan.and_then(|it| unprobed(it, None, open, &view, &matrix, local));
                match plan {
                    Ok(plan) => self.read(inner, open, progress, call, plan).await,
                    Err(refusal) => refuse(inner, progress, refusal.into()).await,
                }
            }
            ToolCall::Find { text, objects } => {
                let objects = searchable(&view, objects);
                let plan = plan_search(&text, &objects, against);
                let plan =
                    plan.and_then(|it| unprobed(it, Some(&text), open, &view, &matrix, local));
                match plan {
                    Ok(plan) => self.read(inner, open, progress, call, plan).await,
                    Err(refusal) => refuse(inner, progress, refusal.into()).await,
                }
            }
            ToolCall::Schema { object } => Ok(schema(object.as_deref(), against, &view)),
            ToolCall::UserInfo => {
                let person = inner.person(self.who.person())?;
                // The person's name is a field like any other; their user name is left out.
                let named = matrix.cell("User", "Name");
                let named = named.is_some_and(|it| it.read && it.treatment == Treatment::Pass);
                let answer = json!({
                    "user_id": self.who.person().user(),
                    "name": named.then_some(person.name),
                });
                Ok(Ended::Tell { what: "looked up who asks".to_owned(), answer })
            }
            ToolCall::Create { object, body } => {
                self.propose(inner, open, progress, &object, None, &body).await
            }
            ToolCall::Update { object, id, body } => {
                self.propose(inner, open, progress, &object, Some(&id), &body).await
            }
        }
    }

    /// A read: authorised, recorded, sent, treated.
    async fn read(
        &self,
        inner: &Inner,
        open: &mut Open,
        progress: &mut Progress,
        call: &ModelCall,
        plan: Plan,
    ) -> Result<Ended, GateError> {
        let acting = self.acting(inner, progress);
        let (lookup, entry) = match acting.authorise(&plan, &open.conversation) {
            Ok(authorised) => authorised,
            Err(refused) => return refuse(inner, progress, refused).await,
        };
        let found = match acting.fetch(&plan, lookup, entry).await? {
            Ok(found) => found,
            Err(refused) => return Ok(Ended::Refused(refused)),
        };
        let heard = open.conversation.hear_records(
            (call.id.as_str(), call.name.as_str()),
            &found.records,
            &plan.columns,
            plan.dropped,
            &inner.matrix(),
            inner.detector.as_ref(),
        );
        let (recorder, request) = (&inner.recorder, Some(found.request.as_str()));
        let treated = recorder.or_failed(heard, &found.outcome, request).await?;
        let label = treated.masked.label();
        progress.tainted |= label.is_tainted();
        let outcome = found.outcome.labelled(label).counted(treated.counts);
        let org = self.who.person().org();
        inner.recorder.append_about(outcome.entry(), &found.records, org, found.request).await?;
        let what = format!("read {} of {}", found.records.len(), plan.about);
        Ok(Ended::Heard { what, withheld: treated.withheld })
    }

    pub(super) fn acting<'a>(&'a self, inner: &'a Inner, progress: &'a Progress) -> Acting<'a> {
        let view = std::sync::Arc::clone(&progress.view);
        Acting { inner, who: &self.who, act: &progress.act, view, via: None }
    }

    /// Keeps a call of a client's tool from the client.
    pub(super) async fn refuse_tainted(
        &self,
        inner: &Inner,
        open: &mut Open,
        call: &ModelCall,
    ) -> Result<(), GateError> {
        note_refusal(inner, &self.act, Action::Answer, "outsiders-text").await?;
        let answer = json!({ "error": { "code": "OUTSIDERS_TEXT", "message": TAINTED } });
        self.answer_call(inner, open, call, &answer)
    }

    /// Keeps an answer of the gate itself.
    fn answer_call(
        &self,
        inner: &Inner,
        open: &mut Open,
        call: &ModelCall,
        answer: &Value,
    ) -> Result<(), GateError> {
        let readers = Readers::only(self.who.person());
        let label = Label::new(Level::Internal, BTreeSet::new(), Integrity::System, readers);
        let raw = Raw::new(answer.to_string(), label);
        let detector = inner.detector.as_ref();
        open.conversation.hear_gate(&call.id, &call.name, &raw, detector)?;
        Ok(())
    }
}

/// Records that a read is refused, and says so.
async fn refuse(inner: &Inner, progress: &Progress, refused: Refused) -> Result<Ended, GateError> {
    note_refusal(inner, &progress.act, Action::Read, "matrix").await?;
    Ok(Ended::Refused(refused))
}

async fn note_refusal(
    inner: &Inner,
    act: &Act,
    action: Action,
    rule: &str,
) -> Result<(), GateError> {
    let facts = Facts::new(Purpose::Refusal, action, Verdict::Refused, act);
    inner.recorder.record(facts.rule(rule)).await.map(|_| ())
}

/// The plan, unless it holds covered values against what a model thought of. The local engine thinks of
/// nothing: its plans are the person's words.
fn unprobed(
    plan: Plan,
    search: Option<&str>,
    open: &Open,
    view: &PersonView,
    matrix: &Matrix,
    local: bool,
) -> Result<Plan, ReadRefusal> {
    let said = |words: &str| open.conversation.person_said(words);
    let probing = Probing { schema: &view.schema, matrix, objects: &view.objects, said: &said };
    if !local {
        match search {
            Some(text) => probing.refuse_search(text, &plan)?,
            None => probing.refuse_query(&plan)?,
        }
    }
    Ok(plan)
}

/// The objects of a search that Salesforce's text search knows: one that it does not know would
/// fail the whole search. When none is left, Salesforce says so of those that were named.
pub(crate) fn searchable(view: &PersonView, named: Vec<String>) -> Vec<String> {
    let wanted = |object: &str| {
        named.is_empty() || named.iter().any(|name| name.eq_ignore_ascii_case(object))
    };
    let known = view.objects.iter().filter(|it| it.searchable && wanted(&it.summary.name));
    let known: Vec<String> = known.map(|it| it.summary.name.clone()).collect();
    if known.is_empty() { named } else { known }
}

/// The objects, or the fields of one, as the person sees them and the matrix lets them be named.
fn schema(object: Option<&str>, against: Against<'_>, view: &PersonView) -> Ended {
    let Some(wanted) = object else {
        let objects = view.commands.objects.iter();
        let list: Vec<Value> =
            objects.map(|it| json!({ "name": it.name, "label": it.label })).collect();
        return Ended::Tell {
            what: "listed the objects".to_owned(),
            answer: json!({ "objects": list }),
        };
    };
    let found = plain_name(wanted).and_then(|name| {
        view.commands.objects.iter().find(|it| it.name.eq_ignore_ascii_case(name))
    });
    let Some(object) = found else {
        let message = format!("sObject type '{wanted}' is not supported");
        return Ended::Refused(Refused::new("INVALID_TYPE", message));
    };
    let fields: Vec<Value> = object
        .fields
        .iter()
        .filter(|field| {
            against.matrix.cell(&object.name, &field.name).is_some_and(|cell| cell.read)
        })
        .map(|field| {
            let treatment = against
                .matrix
                .cell(&object.name, &field.name)
                .map_or("", |cell| cell.treatment.name());
            json!({
                "name": field.name,
                "label": field.label,
                "type": field.kind,
                "picklist": field.picklist,
                "reference_to": field.reference_to,
                "relationship_name": field.relationship_name,
                "updateable": field.updateable,
                "createable": field.createable,
                "comes_as": treatment,
            })
        })
        .collect();
    let answer = json!({ "name": object.name, "label": object.label, "fields": fields });
    Ended::Tell { what: format!("described {}", object.name), answer }
}

//! What the gate would do with a query, told instead of done: the same planner, nothing sent.

use boundary::{Level, Matrix, Rights, Treatment};
use serde_json::{Value, json};
use soql::{StaticSchema, Use, Write};

use super::probing::Probing;
use super::{Against, plan_query, reason_against};

/// What the gate would do with a query.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Every object and field it touches, and how each use is judged; empty when it cannot be read.
    pub touches: Vec<Judged>,
    /// The statement that would be sent, or why none would.
    pub outcome: Result<String, Refusal>,
    /// What it would change in the org while it reads: such a query is refused.
    pub writes: Vec<&'static str>,
    /// Why a model that is not the local engine may not ask it with values of its own.
    pub probes: Option<String>,
    /// Rows that would come at most.
    pub rows: u64,
}

/// One use of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// API name of the object.
    pub object: String,
    /// API name of the field.
    pub field: String,
    /// `select`, `filter`, `group`, `having`, `order` or `hop`.
    pub used: &'static str,
    /// `allowed`, `dropped` or `refused`.
    pub decision: &'static str,
    /// Why it is dropped or refused; what the matrix says of it otherwise.
    pub why: String,
    /// What a model gets of it, if the matrix has a row for it.
    pub treatment: Option<Treatment>,
    /// How sensitive the matrix says it is.
    pub level: Option<Level>,
}

/// Why no statement would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// As Salesforce writes its codes.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

impl Explanation {
    /// For programs: `{"touches", "writes", "sends", "refused", "rows", "values"}`.
    pub fn to_json(&self) -> Value {
        let touches = self.touches.iter().map(|it| {
            json!({
                "object": it.object,
                "field": it.field,
                "use": it.used,
                "decision": it.decision,
                "why": it.why,
                "treatment": it.treatment.map(Treatment::name),
                "level": it.level,
            })
        });
        let touches: Vec<Value> = touches.collect();
        let (sends, refused) = match &self.outcome {
            Ok(statement) => (json!(statement), Value::Null),
            Err(it) => (Value::Null, json!({ "code": it.code, "message": it.message })),
        };
        json!({
            "touches": touches,
            "writes": self.writes,
            "sends": sends,
            "refused": refused,
            "rows": self.rows,
            "values": self.probes,
        })
    }
}

/// Explains a query as somebody with this schema and these rights would have a model ask it.
pub fn explain_query(
    text: &str,
    schema: &StaticSchema,
    rights: &Rights,
    matrix: &Matrix,
    rows: u64,
) -> Explanation {
    let against = Against { schema, rights, matrix, rows, clearance: None };
    let plan = plan_query(text, against);
    let touched = soql::parse(text).and_then(|mut query| {
        soql::expand_fields(&mut query, schema)?;
        soql::touched(&query, schema)
    });
    let (mut touches, mut writes) = (Vec::new(), Vec::new());
    if let Ok(touched) = touched {
        let judged = touched.fields.iter().filter_map(|touch| judge(touch, plan.is_ok(), against));
        touches.extend(judged);
        writes.extend(touched.writes.iter().map(|write| written(*write)));
    }
    let said = |_: &str| false;
    let probing = Probing { schema, matrix, objects: &[], said: &said };
    let probes = plan.as_ref().ok().and_then(|plan| probing.refuse_query(plan).err());
    Explanation {
        touches,
        outcome: match plan {
            Ok(plan) => Ok(plan.statement),
            Err(refusal) => Err(Refusal { code: refusal.code, message: refusal.message }),
        },
        writes,
        probes: probes.map(|refusal| refusal.message),
        rows,
    }
}

/// A part of a compound field is worth a line only when it stands in the way.
fn judge(touch: &soql::Touch, passes: bool, against: Against<'_>) -> Option<Judged> {
    let reason = reason_against(touch, against);
    if touch.implied && reason.is_none() {
        return None;
    }
    let cell = against.matrix.cell(&touch.object, &touch.field);
    let decision = match (&reason, touch.used) {
        (None, _) => "allowed",
        (Some(_), Use::Select) if passes => "dropped",
        (Some(_), _) => "refused",
    };
    let why = reason.or_else(|| cell.map(|it| it.why.clone())).unwrap_or_default();
    Some(Judged {
        object: touch.object.clone(),
        field: touch.field.clone(),
        used: use_name(touch.used),
        decision,
        why,
        treatment: cell.map(|it| it.treatment),
        level: cell.map(|it| it.level),
    })
}

fn use_name(used: Use) -> &'static str {
    match used {
        Use::Select => "select",
        Use::Filter => "filter",
        Use::Group => "group",
        Use::Having => "having",
        Use::Order => "order",
        Use::Hop => "hop",
    }
}

fn written(write: Write) -> &'static str {
    match write {
        Write::View => "FOR VIEW",
        Write::Reference => "FOR REFERENCE",
        Write::Tracking => "UPDATE TRACKING",
        Write::ViewStat => "UPDATE VIEWSTAT",
    }
}

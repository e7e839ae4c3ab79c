//! A write asks for a person: inside the client where that is enough, at the queue otherwise.
//!
//! 2026-07-28 knows a result that asks for input. The question carries a state that only the gate can
//! read, bound to the person, the client and the very call; it is good once. Inside the client a person
//! may decide only about what they see there in full: a write in which no token stands for a value and
//! which no outsider's text preceded, and only where an administrator allows it for the client.
//! All others decide at the queue, whose address holds no secret: it asks them to sign in.
//! Older clients are told that it waits, and where.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use boundary::Operation;
use gateway::{AskedWrite, Caller, Decision, GateError, Pending, Standing};
use rmcp::RoleServer;
use rmcp::model::{
    CallToolResponse, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequiredResult, InputResponses, ProtocolVersion,
};
use rmcp::service::RequestContext;
use serde_json::{Map, Value, json};

use super::call::BODY;
use super::server::Tools;
use super::{answer, task};

/// The name of our one question.
const KEY: &str = "approval";
/// The member of the form.
const APPROVE: &str = "approve";
/// Characters of one value in a question.
const SHOWN: usize = 200;

/// What the client can ask its person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    form: bool,
    url: bool,
    /// It can come back later to ask what became of a call.
    tasks: bool,
}

impl Capabilities {
    /// Those of this request; none before 2026-07-28, where no result could ask.
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Self {
        let version = context.protocol_version();
        let stateless =
            version.is_some_and(|it| it.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
        let declared = context.meta.client_capabilities().filter(|_| stateless);
        let tasks = task::declared(declared.as_ref());
        let Some(declared) = declared.and_then(|it| it.elicitation) else {
            return Self { tasks, ..Self::default() };
        };
        // An empty declaration means forms (2025-11-25, "Capabilities").
        Self {
            form: declared.form.is_some() || declared.url.is_none(),
            url: declared.url.is_some(),
            tasks,
        }
    }
}

/// A call for which a person may have to be asked.
pub(super) struct Question {
    /// The call with its arguments, in one text: a state is good for no other.
    call: String,
    arguments: Map<String, Value>,
    capabilities: Capabilities,
}

impl Question {
    pub(super) fn new(
        tool: &str,
        arguments: &Map<String, Value>,
        capabilities: Capabilities,
    ) -> Self {
        // Ordered by name: a client may send the same arguments in another order.
        let sorted: BTreeMap<&String, &Value> = arguments.iter().collect();
        let call = format!("{tool}\n{}", json!(sorted));
        Self { call, arguments: arguments.clone(), capabilities }
    }

    /// Whether the client's person would not see every value as it would be written.
    fn hides(&self) -> bool {
        // Fields as text are read once more before they are written: the text is not what is.
        let text =
            |name: &String, value: &Value| BODY.contains(&name.as_str()) && !value.is_object();
        self.arguments.iter().any(|(name, value)| hides(value) || text(name, value))
    }
}

/// Asks about a write that waits, or says that it does.
pub(super) async fn ask(
    tools: &Tools,
    caller: &Caller,
    question: &Question,
    pending: &Pending,
) -> Result<CallToolResponse, GateError> {
    let who = &caller.principal;
    let view = tools.gate.proposal(who, &pending.proposal).await?;
    let Capabilities { form, url, tasks: knows_tasks } = question.capabilities;
    let alone = view.ruling == boundary::Ruling::Alone;
    // Somebody else has to decide: no question to the client's own person helps.
    if knows_tasks && !alone {
        return Ok(task::created(&view));
    }
    let inside = form && caller.decides && alone && !view.tainted && !question.hides();
    let request = if inside {
        form_request(question, pending)?
    } else if url {
        ElicitRequestParams::UrlElicitationParams {
            meta: None,
            message: "A change of a record waits for your decision. Open the page, look at it and decide there."
                .to_owned(),
            url: pending.address.clone(),
            elicitation_id: String::new(),
        }
    } else {
        return Ok(waits(tools, &pending.proposal));
    };
    let asked = AskedWrite { proposal: pending.proposal.clone(), digest: view.digest, inside };
    let state = tools.gate.seal_asked(who, &question.call, &asked)?;
    let request = InputRequest::Elicitation(ElicitRequest::new(request));
    let requests = BTreeMap::from([(KEY.to_owned(), request)]);
    Ok(InputRequiredResult::new(Some(requests), Some(state)).into())
}

fn form_request(question: &Question, pending: &Pending) -> Result<ElicitRequestParams, GateError> {
    let what = match pending.operation {
        Operation::Call => "Approve this call of another server's tool?",
        _ => "Approve this write to Salesforce?",
    };
    let mut message = format!("{what} {} {}", pending.operation.name(), pending.object);
    for (name, value) in &question.arguments {
        let Value::Object(body) = value else {
            write_pair(&mut message, name, value);
            continue;
        };
        for (field, value) in body {
            write_pair(&mut message, field, value);
        }
    }
    // Nothing to fail here, but the text goes into a String.
    let _ = write!(message, "\nOld values are at {}", pending.address);
    let schema = ElicitationSchema::builder().required_bool(APPROVE).build();
    let requested_schema = schema.map_err(|error| GateError::Internal(error.to_owned()))?;
    Ok(ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema })
}

fn write_pair(message: &mut String, name: &str, value: &Value) {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let _ = write!(message, "\n{name}: {text}");
}

/// Takes up a call that a person was asked about.
pub(super) async fn resume(
    tools: &Tools,
    caller: &Caller,
    question: &Question,
    state: &str,
    responses: &InputResponses,
) -> Result<CallToolResponse, GateError> {
    let who = &caller.principal;
    let asked = tools.gate.open_asked(who, &question.call, state)?;
    let said = responses.get(KEY).cloned().and_then(|it| serde_json::from_value(it).ok());
    let said: Option<ElicitResult> = said;
    // Its administrator may have taken that back since.
    let inside = asked.inside && caller.decides;
    match said {
        Some(said) if inside && said.action == ElicitationAction::Accept && says_yes(&said) => {
            let executed = tools.gate.approve(who, &asked.proposal, &asked.digest).await?;
            Ok(ended(tools, &asked.proposal, executed.standing, executed.record, executed.problem))
        }
        // The form was sent with a no, or declined.
        Some(said) if inside && said.action != ElicitationAction::Cancel => {
            tools.gate.reject(who, &asked.proposal, None).await?;
            Ok(ended(tools, &asked.proposal, Standing::Rejected, None, None))
        }
        Some(said) if !asked.inside && said.action == ElicitationAction::Accept => {
            // To open the page is not to decide: the queue alone knows what the person did there.
            let view = tools.gate.proposal(who, &asked.proposal).await?;
            if !matches!(view.standing, Standing::Waiting | Standing::Executing) {
                return Ok(ended(tools, &asked.proposal, view.standing, view.record, view.problem));
            }
            let wait = Duration::from_secs(tools.gate.config().mcp.wait_seconds);
            let decision = tools.gate.decision_within(who, &asked.proposal, wait).await?;
            Ok(decided(tools, &asked.proposal, decision))
        }
        _ => Ok(waits(tools, &asked.proposal)),
    }
}

fn says_yes(said: &ElicitResult) -> bool {
    said.content.as_ref().and_then(|it| it.get(APPROVE)).and_then(Value::as_bool) == Some(true)
}

/// It waits: never said in words that could pass for done.
fn waits(tools: &Tools, proposal: &str) -> CallToolResponse {
    let address = tools.site.address(&format!("/approvals/{proposal}"));
    answer::structured(json!({
        "status": "waiting_for_approval",
        "written": false,
        "proposal": proposal,
        "address": address,
        "note": format!("Nothing has been written. A person has to decide at {address}"),
    }))
}

fn decided(tools: &Tools, proposal: &str, decision: Decision) -> CallToolResponse {
    let (standing, record, problem) = match decision {
        Decision::Waiting => return waits(tools, proposal),
        Decision::Done(record) => (Standing::Done, record, None),
        Decision::Failed(problem) => (Standing::Failed, None, Some(problem)),
        Decision::Rejected => (Standing::Rejected, None, None),
        Decision::Unknown => (Standing::Unknown, None, None),
    };
    ended(tools, proposal, standing, record, problem)
}

pub(super) fn ended(
    tools: &Tools,
    proposal: &str,
    standing: Standing,
    record: Option<String>,
    problem: Option<String>,
) -> CallToolResponse {
    let note = match standing {
        Standing::Waiting | Standing::Executing => return waits(tools, proposal),
        Standing::Done => "It was carried out.",
        Standing::Failed => "It was refused: the problem says how.",
        Standing::Unknown => {
            "Nobody knows whether it was carried out: look there before trying again."
        }
        Standing::Rejected => "The person said no; nothing was written.",
        Standing::Expired => "Nobody decided in time; nothing was written.",
        Standing::Conflict => "The record is gone; nothing was written.",
    };
    let mut out = json!({
        "status": standing.name(),
        "written": standing == Standing::Done,
        "proposal": proposal,
        "note": note,
    });
    if let Some(out) = out.as_object_mut() {
        let more = [("record", record), ("problem", problem)];
        let more = more.into_iter().filter_map(|(name, value)| Some((name, value?)));
        out.extend(more.map(|(name, value)| (name.to_owned(), Value::String(value))));
    }
    answer::structured(out)
}

/// Whether a question would not show all of this value: a token stands for a part of it, it is long,
/// or it has characters that a screen does not show, or shows elsewhere.
fn hides(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let odd = text.chars().any(char::is_control) || crate::text::legible(text) != *text;
            text.chars().count() > SHOWN || odd || holds_token(text)
        }
        Value::Array(list) => list.iter().any(hides),
        Value::Object(members) => {
            members.iter().any(|(name, value)| hides(&Value::String(name.clone())) || hides(value))
        }
        _ => false,
    }
}

/// Whether `{KIND_nxy}` stands somewhere in it, with the letters that check it or without.
fn holds_token(text: &str) -> bool {
    text.split('{').skip(1).any(|part| {
        let name = part.split('}').next().unwrap_or_default();
        let name = name.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
        part.contains('}')
            && kind.len() < name.len()
            && kind.len() > 1
            && kind.ends_with('_')
            && kind.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Capabilities, Question, hides};

    #[test]
    fn a_value_that_a_question_would_not_show_is_noticed() {
        for hidden in [
            json!("{EMAIL_2}"),
            json!("to {EMAIL_2kd}"),
            json!({"a": ["x {NAME_13}'s"]}),
            json!("{ORG_NAME_1}"),
            json!({"{NAME_1}": 1}),
            json!("x".repeat(201)),
            json!("safe\u{202e}evil"),
            json!("one\nApproved: yes"),
            json!("ben@exam\u{200c}ple.com"),
            json!("a\u{e0041}b"),
            json!("a\u{ad}b"),
        ] {
            assert!(hides(&hidden), "{hidden}");
        }
        for plain in
            [json!("{}"), json!("{EMAIL_}"), json!("{x_1}"), json!("{_1"), json!(3), json!("Zoë")]
        {
            assert!(!hides(&plain), "{plain}");
        }
    }

    #[test]
    fn fields_as_text_are_not_what_is_written() {
        let hides = |text: &str| {
            let arguments = serde_json::from_str(text).unwrap();
            Question::new("createSobjectRecord", &arguments, Capabilities::default()).hides()
        };
        assert!(!hides(r#"{"object":"Lead","body":{"Company":"Acme"}}"#));
        // A token that is spelt otherwise, and a field that stands twice.
        assert!(hides(r#"{"object":"Lead","body":"{\"Email\":\"\\u007bEMAIL_1kd}\"}"}"#));
        assert!(hides(r#"{"object":"Lead","fields":"{\"Company\":\"A\",\"Company\":\"B\"}"}"#));
    }

    #[test]
    fn the_same_call_is_the_same_in_any_order() {
        let question = |text: &str| {
            let arguments = serde_json::from_str(text).unwrap();
            Question::new("updateSobjectRecord", &arguments, Capabilities::default()).call
        };
        assert_eq!(
            question(r#"{"id":"1","body":{"A":1}}"#),
            question(r#"{"body":{"A":1},"id":"1"}"#)
        );
        assert_ne!(
            question(r#"{"id":"1","body":{"A":1}}"#),
            question(r#"{"id":"1","body":{"A":2}}"#)
        );
    }
}

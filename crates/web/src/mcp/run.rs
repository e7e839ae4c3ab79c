//! Running a call through the gate.

use boundary::Form;
use gateway::{Caller, Direct, DirectCall, DirectObject, GateError, Said};
use rmcp::model::{CallToolRequestParams, CallToolResponse};
use serde_json::{Map, Value};

use super::answer;
use super::asking::{self, Capabilities, Question};
use super::call::Call;
use super::server::Tools;
use super::upstream;

/// Records come as for a model, with what was withheld.
pub(super) const FORM: Form = Form::Model;

/// Runs one call of a tool.
pub(super) async fn call(
    tools: &Tools,
    caller: &Caller,
    request: CallToolRequestParams,
    capabilities: Capabilities,
) -> Result<CallToolResponse, GateError> {
    let arguments = request.arguments.unwrap_or_default();
    let question = Question::new(&request.name, &arguments, capabilities);
    if let Some(state) = &request.request_state {
        let responses = request.input_responses.unwrap_or_default();
        return asking::resume(tools, caller, &question, state, &responses).await;
    }
    let (server, name) = match tools.gate.behind(&request.name) {
        Some((server, tool, false)) => {
            return upstream::call(tools, caller, &question, (server, tool), arguments).await;
        }
        Some((server, tool, true)) => (Some(server), tool),
        None => (None, request.name.to_string()),
    };
    let call = match Call::parse(&name, arguments) {
        Ok(call) => call,
        Err(problem) => return Ok(answer::failed("INVALID_ARGUMENT", &problem)),
    };
    let direct = match &server {
        Some(server) => tools.gate.direct_through(caller, server, FORM).await?,
        None => tools.gate.direct_as(caller, None, FORM).await?,
    };
    let only = match &call {
        Call::Recent { object, .. } => object.clone(),
        _ => None,
    };
    let call = match translate(&direct, call).await? {
        Ok(call) => call,
        Err(response) => return Ok(response),
    };
    let answered = direct.run(call).await?;
    drop(direct);
    match answered.said {
        Said::Proposed(pending) => asking::ask(tools, caller, &question, &pending).await,
        _ => Ok(answer::read(answered, only.as_deref())),
    }
}

type Translated = Result<DirectCall, CallToolResponse>;

async fn translate(direct: &Direct, call: Call) -> Result<Translated, GateError> {
    Ok(Ok(match call {
        Call::Query { soql } => DirectCall::Query { soql, deleted: false, page: None },
        Call::More { cursor } => DirectCall::More { cursor, page: None },
        Call::Find { words, .. } if is_sosl(&words) => DirectCall::Sosl { sosl: words },
        Call::Find { words, objects } => DirectCall::Find { words, objects },
        Call::Schema { object: None } => DirectCall::Objects,
        Call::Schema { object: Some(object) } => DirectCall::Describe { object },
        Call::Recent { object: None, limit } => DirectCall::Recent { most: limit },
        // One object's are picked from all of them.
        Call::Recent { .. } => DirectCall::Recent { most: 200 },
        Call::UserInfo => DirectCall::UserInfo,
        Call::Create { object, body } => DirectCall::Create { object, body },
        Call::Update { object, id, body } => DirectCall::Update { object, id, body },
        Call::Related { object, id, path, fields } => {
            return related(direct, &object, &id, &path, &fields).await;
        }
        Call::UpdateRelated { object, id, path, body } => {
            return update_related(direct, &object, &id, &path, body).await;
        }
    }))
}

fn is_sosl(words: &str) -> bool {
    let mut rest = words.trim_start().chars();
    let find: String = rest.by_ref().take(4).collect();
    find.eq_ignore_ascii_case("find") && rest.as_str().trim_start().starts_with('{')
}

async fn related(
    direct: &Direct,
    object: &str,
    id: &str,
    path: &str,
    fields: &[String],
) -> Result<Translated, GateError> {
    let from = match described(direct, object).await? {
        Ok(from) => from,
        Err(response) => return Ok(Err(response)),
    };
    let children = &from.schema.children;
    if let Some(child) = children.iter().find(|it| it.relationship.eq_ignore_ascii_case(path)) {
        let to = match described(direct, &child.object).await? {
            Ok(to) => to,
            Err(response) => return Ok(Err(response)),
        };
        let Some(wanted) = names(&to, fields) else {
            return Ok(Err(answer::failed("INVALID_FIELD", "a name in `fields` is none")));
        };
        let wanted = wanted.join(", ");
        let Some(id) = quoted(id) else { return Ok(Err(malformed_id())) };
        let soql =
            format!("SELECT {wanted} FROM {} WHERE {} = {id}", to.schema.summary.name, child.field);
        return Ok(Ok(DirectCall::Query { soql, deleted: false, page: None }));
    }
    match parent(direct, &from, id, path).await? {
        Ok((object, id)) => {
            let fields = (!fields.is_empty()).then(|| fields.to_vec());
            Ok(Ok(DirectCall::Record { object, id, fields }))
        }
        Err(response) => Ok(Err(response)),
    }
}

async fn update_related(
    direct: &Direct,
    object: &str,
    id: &str,
    path: &str,
    body: Map<String, Value>,
) -> Result<Translated, GateError> {
    let from = match described(direct, object).await? {
        Ok(from) => from,
        Err(response) => return Ok(Err(response)),
    };
    let parent = parent(direct, &from, id, path).await?;
    Ok(parent.map(|(object, id)| DirectCall::Update { object, id, body }))
}

/// The object and id that a relationship to a parent leads to; the id as the client may have it.
async fn parent(
    direct: &Direct,
    from: &DirectObject,
    id: &str,
    path: &str,
) -> Result<Result<(String, String), CallToolResponse>, GateError> {
    let named =
        |name: &Option<String>| name.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(path));
    let field = from.fields.iter().find(|field| named(&field.schema.relationship));
    let name = &from.schema.summary.name;
    let unknown = || {
        let path: String = path.chars().take(80).collect();
        answer::failed(
            "INVALID_FIELD",
            &format!("`{name}` has no relationship `{path}` to one object"),
        )
    };
    let Some(field) = field else { return Ok(Err(unknown())) };
    let [object] = field.schema.reference_to.as_slice() else { return Ok(Err(unknown())) };
    let field = &field.schema.name;
    let call = DirectCall::Record {
        object: name.clone(),
        id: id.to_owned(),
        fields: Some(vec![field.clone()]),
    };
    let answered = direct.run(call).await?;
    let Said::Records { records, .. } = &answered.said else {
        return Ok(Err(answer::read(answered, None)));
    };
    let reply: Value = serde_json::from_str(records.text()).unwrap_or_default();
    let found = reply.pointer(&format!("/records/0/{field}")).and_then(Value::as_str);
    Ok(match found {
        Some(id) => Ok((object.clone(), id.to_owned())),
        None => Err(answer::failed("NOT_FOUND", "the relationship leads to no record")),
    })
}

async fn described(
    direct: &Direct,
    object: &str,
) -> Result<Result<DirectObject, CallToolResponse>, GateError> {
    let answered = direct.run(DirectCall::Describe { object: object.to_owned() }).await?;
    Ok(match answered.said {
        Said::Object(object) => Ok(object),
        _ => Err(answer::read(answered, None)),
    })
}

/// The fields to select: those asked for, or every one there is. `None` when a name is none.
fn names(of: &DirectObject, asked: &[String]) -> Option<Vec<String>> {
    if asked.is_empty() {
        return Some(of.fields.iter().map(|field| field.schema.name.clone()).collect());
    }
    // Only names that are names get into the query.
    let plain = |name: &String| {
        let dotted = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        !name.is_empty() && name.len() <= 255 && name.chars().all(dotted)
    };
    asked.iter().all(plain).then(|| asked.to_vec())
}

/// A record's id or its token as a SOQL string.
fn quoted(id: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "{}_".contains(c);
    (!id.is_empty() && id.len() <= 64 && id.chars().all(plain)).then(|| format!("'{id}'"))
}

fn malformed_id() -> CallToolResponse {
    answer::failed("MALFORMED_ID", "`id` has to be a record id of 15 or 18 letters and digits")
}

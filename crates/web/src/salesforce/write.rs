//! Writes. They wait for a person, and the answer says so: nothing here looks like a success before
//! Salesforce has said that it is one.

use std::time::Duration;

use boundary::Operation;
use gateway::{Decision, DirectAnswer, DirectCall, Pending, Said};
use http::{HeaderName, StatusCode, header};
use serde_json::{Value, json};

use super::answer::{Answer, of_gate};
use super::error::{self, Place};
use super::resource::Call;
use super::{Context, Outcome};

const PREFERENCE: HeaderName = HeaderName::from_static("preference-applied");

/// What stands where an error code does while a person has not decided.
pub(super) const PENDING: &str = "PENDING_APPROVAL";

/// How Salesforce answers the write once it has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 201 with the id of a new record.
    Create,
    /// 204 without a body.
    Change,
    /// 201 or 200, and whether the record is new.
    Upsert,
}

pub(super) async fn create(context: &Context<'_>, call: &Call, object: &str) -> Outcome {
    let body = match call.fields() {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let object = object.to_owned();
    propose(context, DirectCall::Create { object, body }, Kind::Create).await
}

pub(super) async fn update(context: &Context<'_>, call: &Call, object: &str, id: &str) -> Outcome {
    let body = match call.fields() {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let (object, id) = (object.to_owned(), id.to_owned());
    propose(context, DirectCall::Update { object, id, body }, Kind::Change).await
}

pub(super) async fn upsert(
    context: &Context<'_>,
    call: &Call,
    (object, field, value): (&str, &str, &str),
) -> Outcome {
    let body = match call.fields() {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let (object, field, value) = (object.to_owned(), field.to_owned(), value.to_owned());
    propose(context, DirectCall::Upsert { object, field, value, body }, Kind::Upsert).await
}

pub(super) async fn delete(context: &Context<'_>, object: &str, id: &str) -> Outcome {
    let (object, id) = (object.to_owned(), id.to_owned());
    propose(context, DirectCall::Delete { object, id }, Kind::Change).await
}

/// `DELETE sobjects/Account/Customer_Number__c/A-17`
pub(super) async fn delete_by(
    context: &Context<'_>,
    (object, field, value): (&str, &str, &str),
) -> Outcome {
    let (object, field, value) = (object.to_owned(), field.to_owned(), value.to_owned());
    propose(context, DirectCall::DeleteBy { object, field, value }, Kind::Change).await
}

/// Proposes a write, and waits for the decision as long as the client wants.
pub(super) async fn propose(context: &Context<'_>, call: DirectCall, kind: Kind) -> Outcome {
    let answer = context.direct.run(call).await.map_err(of_gate)?;
    let pending = match &answer.said {
        Said::Proposed(pending) => pending,
        Said::Refused(refusal) => return Ok(error::refused(&answer, refusal, Place::Write)),
        _ => return Ok(error::not_found().decided(&answer)),
    };
    let decision = match context.wants.wait {
        Some(time) if time > Duration::ZERO => {
            context.direct.decision(&pending.proposal, time).await
        }
        _ => Decision::Waiting,
    };
    let decided = of_decision(&answer, pending, &decision, kind);
    Ok(match context.wants.wait {
        Some(time) if decision != Decision::Waiting => {
            decided.with(PREFERENCE, format!("wait={}", time.as_secs()))
        }
        _ => decided,
    })
}

fn of_decision(
    answer: &DirectAnswer,
    pending: &Pending,
    decision: &Decision,
    kind: Kind,
) -> Answer {
    let said = match decision {
        Decision::Waiting => waiting(pending),
        Decision::Done(record) => done(pending, record.as_deref(), kind),
        Decision::Failed(code) => {
            let message = "Salesforce refused the write that was approved";
            error::of(error::status_of(code), code, message)
        }
        Decision::Rejected => {
            let message = "the person whose approval it needs said no; nothing was written";
            error::of(403, "INSUFFICIENT_ACCESS_OR_READONLY", message)
        }
        Decision::Unknown => {
            let message = "nobody knows whether the write happened; look at the record";
            error::of(500, "UNKNOWN_EXCEPTION", message)
        }
    };
    Answer { wrote: true, ..said.decided(answer) }
}

fn done(pending: &Pending, record: Option<&str>, kind: Kind) -> Answer {
    match (kind, record) {
        (Kind::Change, _) => Answer::empty(StatusCode::NO_CONTENT),
        (Kind::Create, Some(id)) => {
            let body = json!({ "id": id, "success": true, "errors": [] });
            Answer::new(StatusCode::CREATED, body)
        }
        (Kind::Upsert, Some(id)) => {
            let created = pending.operation == Operation::Create;
            let status = if created { StatusCode::CREATED } else { StatusCode::OK };
            let body = json!({ "id": id, "success": true, "errors": [], "created": created });
            Answer::new(status, body)
        }
        // It is done, and Salesforce did not say under which id: a success without one would be
        // taken for one with.
        (_, None) => Answer::ok(status(pending, "done", "the write has happened; look for it")),
    }
}

/// 202: the shape of a save that did not succeed, for clients that look at the body, and where to
/// decide, for people.
fn waiting(pending: &Pending) -> Answer {
    let message = format!(
        "This write has not happened. It waits for a person to approve it: {}",
        pending.address
    );
    Answer::new(StatusCode::ACCEPTED, status(pending, "waiting", &message))
        .with(header::LOCATION, &pending.address)
}

fn status(pending: &Pending, status: &str, message: &str) -> Value {
    json!({
        "id": null,
        "success": false,
        "errors": [{ "statusCode": PENDING, "message": message, "fields": [] }],
        "portcullis": {
            "status": status,
            "proposal": pending.proposal,
            "address": pending.address,
            "operation": pending.operation.name(),
            "object": pending.object,
        },
    })
}

/// The answer to one of several writes, as lists of them have it.
pub(super) fn saved(answer: &Answer) -> Value {
    let body = answer.json();
    if let Value::Array(errors) = &body {
        let error = |it: &Value| {
            json!({
                "statusCode": it.get("errorCode").cloned().unwrap_or_default(),
                "message": it.get("message").cloned().unwrap_or_default(),
                "fields": it.get("fields").cloned().unwrap_or_else(|| json!([])),
            })
        };
        return json!({ "success": false, "errors": errors.iter().map(error).collect::<Vec<_>>() });
    }
    if body.is_object() { body } else { json!({ "success": answer.is_good(), "errors": [] }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(operation: Operation) -> Pending {
        Pending {
            proposal: "p_1".to_owned(),
            operation,
            object: "Contact".to_owned(),
            address: "https://gate.example/approvals/p_1".to_owned(),
        }
    }

    #[test]
    fn what_waits_is_never_a_success() {
        let answer = waiting(&pending(Operation::Create));
        let body = answer.json();
        assert_eq!(answer.status, 202);
        assert_eq!((&body["success"], &body["id"]), (&json!(false), &Value::Null));
        assert_eq!(body["errors"][0]["statusCode"], PENDING);
        assert!(body["errors"][0]["message"].as_str().unwrap().contains("/approvals/p_1"));
    }

    #[test]
    fn what_happened_is_answered_as_salesforce_does() {
        let made = pending(Operation::Create);
        let changed = pending(Operation::Update);
        assert_eq!(done(&changed, Some("003"), Kind::Change).status, 204);
        let answer = done(&made, Some("003"), Kind::Create);
        assert_eq!((answer.status.as_u16(), &answer.json()["success"]), (201, &json!(true)));
        let answer = done(&changed, Some("003"), Kind::Upsert);
        assert_eq!((answer.status.as_u16(), &answer.json()["created"]), (200, &json!(false)));
        assert_eq!(done(&made, None, Kind::Create).json()["success"], json!(false));
    }

    #[test]
    fn a_list_of_saves_has_errors_in_its_own_shape() {
        let refused = error::of(400, "INVALID_FIELD", "no such column");
        let list = saved(&refused);
        assert_eq!(list["errors"][0]["statusCode"], "INVALID_FIELD");
        assert_eq!(list["success"], json!(false));
        let waits = saved(&waiting(&pending(Operation::Update)));
        assert_eq!(waits["success"], json!(false));
    }
}

//! One record, by its id or by a value of it.

use gateway::{DirectCall, Said};
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::{Answer, of_gate};
use super::error::{self, Place};
use super::resource::Call;
use super::{Context, Outcome, query};

pub(super) async fn get(context: &Context<'_>, call: &Call, object: &str, id: &str) -> Outcome {
    let (object, id) = (object.to_owned(), id.to_owned());
    read(context, DirectCall::Record { object, id, fields: call.list("fields") }).await
}

/// `sobjects/Account/Customer_Number__c/A-17`
pub(super) async fn get_by(
    context: &Context<'_>,
    call: &Call,
    (object, field, value): (&str, &str, &str),
) -> Outcome {
    let (object, field, value) = (object.to_owned(), field.to_owned(), value.to_owned());
    let fields = call.list("fields");
    read(context, DirectCall::RecordBy { object, field, value, fields }).await
}

async fn read(context: &Context<'_>, call: DirectCall) -> Outcome {
    let answer = context.direct.run(call).await.map_err(of_gate)?;
    if let Said::Refused(refusal) = &answer.said {
        // A filter on a field that is not there is a path that is not there.
        return Ok(error::refused(&answer, refusal, Place::Path));
    }
    let mut rows = query::rows(&answer);
    Ok(match rows.len() {
        0 => error::not_found().decided(&answer),
        1 => Answer::ok(rows.pop().unwrap_or_default()).decided(&answer),
        _ => {
            let url = |row: &Value| row.pointer("/attributes/url").cloned();
            let urls: Vec<Value> = rows.iter().filter_map(url).collect();
            Answer::new(StatusCode::MULTIPLE_CHOICES, json!(urls)).decided(&answer)
        }
    })
}

//! The public web-to-lead form: anyone may post to it, so what comes in is an outsider's text.

use serde_json::{Map, Value as Json, json};

use crate::exchange::{ApiError, Reply, Request};
use crate::org::Org;
use crate::save::{self, Writer};
use crate::state::State;
use crate::value::Value;

/// Form field and the lead's field.
const FIELDS: [(&str, &str); 12] = [
    ("salutation", "Salutation"),
    ("first_name", "FirstName"),
    ("last_name", "LastName"),
    ("company", "Company"),
    ("title", "Title"),
    ("email", "Email"),
    ("phone", "Phone"),
    ("mobile", "MobilePhone"),
    ("city", "City"),
    ("country", "Country"),
    ("industry", "Industry"),
    ("description", "Description"),
];

/// `POST /servlet/servlet.WebToLead`. The reply never says whether a lead came of it, as the platform's does not.
pub(crate) fn answer(org: &Org, request: &Request) -> Reply {
    let form = request.form();
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim());
    let meant = crate::id::Id::parse(field("oid")) == Some(org.id());
    let mut body = Map::new();
    for (from, to) in FIELDS {
        if !field(from).is_empty() {
            body.insert(to.to_owned(), json!(field(from)));
        }
    }
    body.insert("LeadSource".to_owned(), json!("Web"));
    if meant {
        let reply = org.write(|state| match make(org, state, body) {
            Ok(()) => Reply::empty(200),
            Err(error) => error.into(),
        });
        tracing::debug!(status = reply.status, "a web lead");
    }
    Reply::text(
        200,
        "text/html; charset=utf-8",
        "<!doctype html><title>Thank you</title><p>Thank you.</p>".to_owned(),
    )
    .with("content-security-policy", "default-src 'none'")
}

/// The lead is the queue's, and an administrator is written down as its maker.
fn make(org: &Org, state: &mut State, mut body: Map<String, Json>) -> Result<(), ApiError> {
    let queue = state.schema.object("Group").and_then(|groups| {
        let found = state
            .rows(groups)
            .find(|row| row.named(groups, "DeveloperName").as_str() == Some("Web_Leads"));
        found.and_then(|row| row.id())
    });
    if let Some(queue) = queue {
        body.insert("OwnerId".to_owned(), json!(queue.to_string()));
    }
    let maker = state.row(org.id()).map(|row| row.get(crate::schema::system::CREATED_BY).clone());
    let Some(Value::Id(maker)) = maker else { return Err(ApiError::unknown()) };
    let actor =
        crate::access::Actor::of(state, &org.profiles(), maker).ok_or_else(ApiError::unknown)?;
    let object = state.schema.object("Lead").ok_or_else(ApiError::unknown)?;
    save::create(state, Writer { actor: &actor, now: org.now() }, object, &body).map(|_| ())
}

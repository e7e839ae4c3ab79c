//! What this door keeps shut: whatever would go round the plan, the treatment or the approval.

use boundary::Form;
use gateway::Direct;
use http::{HeaderMap, StatusCode};

use super::answer::{Answer, of_gate};
use super::{Outcome, admit, error};
use crate::doors::Doors;

/// First parts of paths that Salesforce has and this door has not.
const KNOWN: [&str; 24] = [
    "actions",
    "analytics",
    "apexrest",
    "async",
    "async-queries",
    "chatter",
    "commerce",
    "connect",
    "consent",
    "dedupe",
    "einstein",
    "event",
    "folders",
    "graphql",
    "jobs",
    "knowledgeManagement",
    "metadata",
    "process",
    "smartdatadiscovery",
    "support",
    "tooling",
    "ui-api",
    "wave",
    "oauth2",
];

/// Refuses and records it. `first` is the part of the path that tells the API.
pub(super) async fn closed(direct: &Direct, first: &str) -> Outcome {
    let entry = direct.closed("closed-path").await.map_err(of_gate)?;
    let answer = if KNOWN.contains(&first) {
        let message = "This feature is not enabled for your organization.";
        error::of(403, "FUNCTIONALITY_NOT_ENABLED", message)
    } else {
        error::not_found()
    };
    Ok(answer.by("closed-path", entry))
}

/// SOAP answers in XML. Signing in with a password is one of its calls, so there may be no key.
pub(super) async fn soap(doors: &Doors, headers: &HeaderMap) -> Outcome {
    let answer = Answer::xml(
        StatusCode::INTERNAL_SERVER_ERROR,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:sf=\"urn:fault.partner.soap.sforce.com\"><soapenv:Body><soapenv:Fault>\
         <faultcode>sf:API_DISABLED_FOR_ORG</faultcode><faultstring>API_DISABLED_FOR_ORG: SOAP is \
         closed here; use a key of the gate as access token of the REST API</faultstring>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
            .to_owned(),
    );
    // What strangers ask is not recorded: they could fill the ledger.
    let Ok(who) = admit::admit(doors, headers, None).await else { return Ok(answer) };
    let direct = doors.gate.direct(&who, None, Form::Rest(68)).await.map_err(of_gate)?;
    let entry = direct.closed("closed-path").await.map_err(of_gate)?;
    Ok(answer.by("closed-path", entry))
}

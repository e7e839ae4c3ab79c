#![expect(clippy::needless_pass_by_value, reason = "literals are handed in as they are written")]

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::entry::UnixMillis;
use crate::matrix::Matrix;
use crate::principal::{Door, Principal, Rights, Viewer};
use crate::proposal::{CallDraft, Operation, Proposal};
use crate::seal::SealKey;
use crate::testing::{AtSigns, MATRIX, ana, ben, real, typed};

fn act() -> Act {
    let text = |text: &str| text.to_owned();
    let (actor, door, client, policy) = (text("a"), text("mcp"), text("k"), text("p"));
    Act { trace: "0".repeat(32), actor, door, client, policy, tenant: None, tool: None }
}

fn tool() -> ForeignTool {
    let text = |text: &str| text.to_owned();
    let via = Via { server: text("tickets"), tool: text("search"), definition: text("d1") };
    ForeignTool { via, level: Level::Confidential, compliance: BTreeSet::new() }
}

fn conversation() -> Conversation {
    let mut conversation = Conversation::new("c1".to_owned(), ana());
    conversation.hear_person(&typed("mail ana@example.com"), &AtSigns).unwrap();
    conversation
}

fn arguments(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn inquiry(value: Value) -> Result<(Inquiry, Entry), ForeignError> {
    let mut conversation = conversation();
    let value = real(conversation.table(), &value.to_string());
    let value = arguments(serde_json::from_str(&value).unwrap());
    Inquiry::authorise(&tool(), &value, &mut conversation, &ana(), &AtSigns, &act())
}

#[test]
fn what_the_mask_would_change_stays_here() {
    assert!(
        inquiry(json!({ "words": "broken lamps", "most": 5, "deep": [{ "a": null }] })).is_ok()
    );
    for covered in [
        // A token, a value that it stands for, one that a detector finds, one deep inside, one as a name.
        json!({ "words": "{EMAIL_1}" }),
        json!({ "words": "about ana@example.com" }),
        json!({ "words": "ben@example.com" }),
        json!({ "deep": [{ "a": "ben@example.com" }] }),
        json!({ "ben@example.com": 1 }),
    ] {
        let refused = inquiry(covered.clone());
        assert!(matches!(refused, Err(ForeignError::Covered)), "{covered}");
    }
}

#[test]
fn only_the_receipt_of_its_own_intent_sends_a_call() {
    let ((first, own), (_, other)) =
        (inquiry(json!({ "q": "a" })).unwrap(), inquiry(json!({ "q": "b" })).unwrap());
    assert_eq!(own.facts().objects.first().map(String::as_str), Some("tickets.search"));
    assert!(first.recorded(other.attest_durable(1)).is_err());
    let (second, own) = inquiry(json!({ "q": "c" })).unwrap();
    let errand = second.recorded(own.attest_durable(2)).unwrap();
    let label = errand.label_of_reply();
    assert!(label.is_tainted() && label.readers().admit(&ana()) && !label.readers().admit(&ben()));
    let wire = errand.into_call();
    let sent: Value = serde_json::from_slice(&wire.body).unwrap();
    assert_eq!(sent["params"]["arguments"], json!({ "q": "c" }));
    assert_eq!(
        (sent["params"]["name"].as_str(), sent["id"].as_str()),
        (Some("search"), Some(&*wire.id))
    );
}

fn reply(result: Value) -> Raw<Vec<u8>> {
    let body = json!({ "jsonrpc": "2.0", "id": "x", "result": result }).to_string();
    let readers = Readers::only(&ana());
    let label = Label::new(Level::Confidential, BTreeSet::new(), Integrity::Outsider, readers);
    Raw::new(body.into_bytes(), label)
}

#[test]
fn an_answer_is_masked_to_its_last_text() {
    let mut conversation = conversation();
    let answered = Answered::parse(reply(json!({
        "content": [
            { "type": "text", "text": "write to ana@example.com or eve@evil.example {EMAIL_1}" },
            { "type": "image", "data": "QUJD", "mimeType": "image/png" },
            { "type": "resource", "resource": { "uri": "a://b", "text": "from ana@example.com" } },
        ],
        "structuredContent": { "ana@example.com": ["eve@evil.example"] },
        "isError": true,
    })))
    .unwrap();
    assert!(answered.failed());
    let masked = conversation.treat_answer(&answered, &AtSigns).unwrap();
    assert!(
        !masked.as_str().contains('@') && !masked.as_str().contains("QUJD"),
        "{}",
        masked.as_str()
    );
    // A token that a stranger wrote is text: it names nothing.
    assert!(masked.as_str().contains("{!EMAIL_1}"), "{}", masked.as_str());
    assert!(masked.label().is_tainted());
    for broken in [json!([1]), json!("x"), Value::Null] {
        assert!(Answered::parse(reply(broken)).is_err());
    }
}

#[test]
fn records_come_as_structured_content_or_as_the_only_text() {
    let records = json!({ "totalSize": 1, "done": true, "records": [{ "Id": "1" }] });
    let structured =
        Records::parse_call(reply(json!({ "structuredContent": records, "content": [] })));
    assert_eq!(structured.unwrap().len(), 1);
    let text = json!({ "content": [{ "type": "text", "text": records.to_string() }] });
    assert_eq!(Records::parse_call(reply(text)).unwrap().len(), 1);
    for broken in [
        json!({ "content": [{ "type": "text", "text": "1 record: Ana" }] }),
        json!({ "isError": true, "structuredContent": records }),
        json!({ "structuredContent": { "rows": [] } }),
    ] {
        assert!(Records::parse_call(reply(broken)).is_err());
    }
}

fn proposal(value: Value, definition: &str) -> Proposal {
    let conversation = conversation();
    let value = real(conversation.table(), &value.to_string());
    let value = arguments(serde_json::from_str(&value).unwrap());
    let principal = Principal::new(ana(), Door::Mcp, "k1".to_owned());
    let draft = CallDraft {
        id: "p_1".to_owned(),
        salt: [7; 16],
        principal: &principal,
        via: Via { definition: definition.to_owned(), ..tool().via },
        arguments: &value,
        said: "",
        batch: "b1",
        now: UnixMillis(1_000),
    };
    let (person, rights) = (ana(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    Proposal::draft_call(draft, &conversation, &viewer, &Matrix::parse(MATRIX).unwrap()).unwrap()
}

#[test]
fn a_write_carries_the_values_and_its_digest_the_definition() {
    let arguments = json!({ "to": "{EMAIL_1}", "deep": { "cc": ["{EMAIL_1}"] }, "urgent": true });
    let one = proposal(arguments.clone(), "d1");
    assert_eq!((one.operation(), one.object()), (Operation::Call, "tickets.search"));
    assert_eq!(one.digest(), proposal(arguments.clone(), "d1").digest());
    assert_ne!(one.digest(), proposal(arguments, "d2").digest());
    // Sealed and opened it is the same call.
    let key = SealKey::new([3; 32]);
    let sealed = one.seal(&key, [1; 24]).unwrap();
    let opened = Proposal::open("p_1", &ana(), &sealed, &key).unwrap();
    assert_eq!(opened.digest(), one.digest());
    let sent: Value = serde_json::from_slice(&opened.bytes_for_tests()).unwrap();
    let wanted =
        json!({ "to": "ana@example.com", "deep": { "cc": ["ana@example.com"] }, "urgent": true });
    assert_eq!(sent["params"]["arguments"], wanted);
    // An edit is another call with another digest.
    let edited =
        opened.edit([8; 16], vec![("to".to_owned(), typed("ben@example.com"))], UnixMillis(2_000));
    let edited = edited.unwrap();
    let sent: Value = serde_json::from_slice(&edited.bytes_for_tests()).unwrap();
    assert_eq!(sent["params"]["arguments"]["to"], "ben@example.com");
    assert_eq!(edited.replaces(), Some(one.digest().as_str()));
}

#[test]
fn others_see_arguments_but_no_value_from_where_they_may_not_read() {
    let (person, rights) = (ben(), Rights::none());
    let viewer = Viewer { person: &person, rights: &rights };
    let shown = proposal(json!({ "title": "plain" }), "d1").show(&viewer, None);
    assert_eq!(shown.changes[0].new.text(), "plain");
    assert!(!shown.withheld);
}

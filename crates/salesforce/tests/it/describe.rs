use std::sync::Arc;
use std::sync::atomic::Ordering;

use boundary::PersonId;
use futures_util::future::join_all;
use salesforce::Error;
use soql::Schema as _;

use crate::org::{Memory, client, grant, person};
use crate::server::{Act, Seen, Server, json, json_with};

/// As Salesforce describes it, cut to what is read and a little of what is not.
const CONTACT: &str = r#"{"actionOverrides":[],"name":"Contact","label":"Kontakt","labelPlural":"Kontakte",
"keyPrefix":"003","custom":false,"queryable":true,"createable":true,"updateable":true,"deletable":true,
"searchable":true,"childRelationships":[
 {"cascadeDelete":false,"childSObject":"Case","field":"ContactId","relationshipName":"Cases"},
 {"childSObject":"ContactHistory","field":"ContactId","relationshipName":null}],
"fields":[
 {"name":"Id","label":"ID","type":"id","length":18,"createable":false,"updateable":false,"nillable":false,
  "filterable":true,"sortable":true,"picklistValues":[],"referenceTo":[],"relationshipName":null},
 {"name":"Name","label":"Name","type":"string","length":121,"nameField":true,"compoundFieldName":"Name"},
 {"name":"FirstName","label":"First","type":"string","compoundFieldName":"Name","createable":true,"updateable":true},
 {"name":"AccountId","label":"Account","type":"reference","createable":true,"updateable":true,"nillable":true,
  "referenceTo":["Account"],"relationshipName":"Account"},
 {"name":"LeadSource","label":"Source","type":"picklist","createable":true,"updateable":false,
  "picklistValues":[{"active":true,"defaultValue":false,"label":"Netz","validFor":null,"value":"Web"},
                    {"active":false,"label":null,"value":"Old"}]}],
"urls":{"sobject":"/services/data/v68.0/sobjects/Contact"}}"#;

fn org(seen: &Seen) -> Act {
    match seen.line() {
        "GET /services/data/v68.0/sobjects/Contact/describe" => {
            if seen.header("if-none-match") == Some("\"e1\"") {
                return Act::Send("HTTP/1.1 304 X\r\n\r\n".to_owned());
            }
            json_with(200, "etag: \"e1\"\r\n", CONTACT)
        }
        line if line.ends_with("/describe") => json(404, r#"[{"errorCode":"NOT_FOUND"}]"#),
        "GET /services/data/v68.0/sobjects" => json(
            200,
            r#"{"encoding":"UTF-8","sobjects":[{"name":"Contact","label":"Kontakt","queryable":true}]}"#,
        ),
        "GET /services/data/v68.0/limits" => {
            json(200, r#"{"DailyApiRequests":{"Max":15000,"Remaining":14998}}"#)
        }
        "GET /services/data" => json(200, r#"[{"label":"X","url":"/","version":"68.0"}]"#),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_description_becomes_rights_and_a_schema() {
    let server = Server::start(org).await;
    let (client, _) = client(&server, &Memory::with(grant(1)));
    // This org knows one spelling; another one must not hide it.
    assert!(client.schema(&person(), "contact").await.unwrap().is_none());
    let schema = client.schema(&person(), "Contact").await.unwrap().unwrap();
    let rights = client.rights(&person(), &["Contact", "Secret__c"]).await.unwrap();
    assert!(rights.may_read("Contact", "leadsource") && !rights.may_read("Contact", "Salary__c"));
    assert!(rights.object("Secret__c").is_none());
    let source = rights.field("Contact", "LeadSource").unwrap();
    assert!(source.createable && !source.updateable && source.kind == "picklist");
    let name = rights.field("Contact", "Name").unwrap();
    assert!(!name.createable && !name.updateable, "what is not said is not allowed");

    assert_eq!(schema.summary.label_plural, "Kontakte");
    assert!(schema.field("name").unwrap().names_record);
    assert_eq!(schema.field("Name").unwrap().part_of, None);
    let values: Vec<_> = schema.field("LeadSource").unwrap().picklist.iter().collect();
    assert_eq!((values[0].value.as_str(), values[0].label.as_str()), ("Web", "Netz"));
    assert!(values[0].active && !values[1].active && values[1].label == "Old");
    assert_eq!(schema.children.len(), 1);

    let resolved: soql::StaticSchema = [schema.soql()].into_iter().collect();
    let contact = resolved.object("contact").unwrap();
    assert_eq!(contact.parent("account").unwrap().1.targets, ["Account"]);
    assert_eq!(contact.children("cases").unwrap().field, "ContactId");
    assert_eq!(contact.parts("Name").count(), 1);
}

#[tokio::test]
async fn a_description_is_used_for_a_minute_then_asked_after_then_read_anew() {
    let server = Server::start(org).await;
    let (client, time) = client(&server, &Memory::with(grant(1)));
    let look = async |at: u64| {
        time.store(at, Ordering::SeqCst);
        client.schema(&person(), "Contact").await.unwrap().unwrap();
        let seen = server.seen();
        (seen.len(), seen.last().unwrap().header("if-none-match").map(str::to_owned))
    };
    assert_eq!(look(0).await, (1, None));
    assert_eq!(look(59_999).await, (1, None));
    assert_eq!(look(60_000).await, (2, Some("\"e1\"".to_owned())));
    assert_eq!(look(119_999).await.0, 2);
    assert_eq!(look(299_999).await.0, 3);
    // Five minutes after it was read whole, it is not enough that nothing has changed.
    assert_eq!(look(360_000).await, (4, None));
}

#[tokio::test]
async fn many_ask_once_and_each_person_for_themselves() {
    let server = Server::start(org).await;
    let store = Memory::with(grant(1));
    let other = PersonId::new(crate::org::ORG, "005000000000002AAA");
    store.grants.lock().unwrap().insert(other.clone(), grant(2));
    let (client, _) = client(&server, &store);
    let (person, names) = (person(), ["Contact"; 10]);
    join_all(names.iter().map(|name| client.schema(&person, name))).await;
    assert_eq!(server.seen().len(), 1);
    client.schema(&other, "Contact").await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].header("authorization"), Some("Bearer access2"));
    // That the object is hidden is remembered, too.
    for _ in 0..2 {
        assert!(client.schema(&person, "Secret__c").await.unwrap().is_none());
    }
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let mut calls = 0;
    let server = Server::start(move |seen| {
        calls += 1;
        if calls == 1 { json(503, "{}") } else { org(seen) }
    })
    .await;
    let (client, _) = client(&server, &Memory::with(grant(1)));
    assert!(client.schema(&person(), "Contact").await.is_err());
    assert!(client.schema(&person(), "Contact").await.unwrap().is_some());
}

#[tokio::test]
async fn nonsense_is_an_error_and_not_a_right() {
    let server = Server::start(|_| json(200, r#"{"name":"Contact"}"#)).await;
    let (client, _) = client(&server, &Memory::with(grant(1)));
    let error = client.rights(&person(), &["Contact"]).await.unwrap_err();
    assert!(matches!(error, Error::Shape { .. }), "{error}");
    let no_name = client.schema(&person(), "Contact'--").await.unwrap_err();
    assert!(matches!(no_name, Error::Egress(_)), "{no_name}");
}

#[tokio::test]
async fn lists_limits_and_versions_are_read() {
    let server = Server::start(org).await;
    let (client, _) = client(&server, &Memory::with(grant(1)));
    let objects = client.objects(&person()).await.unwrap();
    assert_eq!((objects[0].name.as_str(), objects[0].queryable), ("Contact", true));
    assert!(!objects[0].createable);
    let budget = client.api_budget(&person()).await.unwrap();
    assert_eq!((budget.most, budget.left), (15000, 14998));
    let (nobody, _) = client_without_grant(&server);
    assert_eq!(nobody.versions().await.unwrap(), ["68.0"]);
}

fn client_without_grant(
    server: &Server,
) -> (Arc<salesforce::Client>, Arc<std::sync::atomic::AtomicU64>) {
    client(server, &Arc::default())
}

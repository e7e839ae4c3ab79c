//! Making, changing and deleting records.

use http::Method;
use serde_json::json;

use crate::client::{MAYA, SAM, TOM, served};

#[tokio::test]
async fn the_demonstrations_sentence_can_be_carried_out() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let find = "SELECT Id, StageName, Amount, Probability, IsClosed, LastModifiedById, LastModifiedDate, SystemModstamp FROM Opportunity WHERE Account.Name = 'GenTech' AND IsClosed = false";
    let before = maya.rows(find).await;
    assert_eq!(before.len(), 1);
    let path = format!("sobjects/Opportunity/{}", before[0]["Id"].as_str().unwrap());
    served.later(60);
    let reply =
        maya.patch(&path, json!({ "StageName": "Negotiation/Review", "Amount": 250_000 })).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    let after = maya.rows(find).await;
    assert_eq!(after[0]["Amount"].to_string(), "250000.0");
    assert_eq!(after[0]["Probability"].to_string(), "90.0");
    assert_eq!(after[0]["LastModifiedDate"], "2026-11-22T12:01:00.000+0000");
    assert_eq!(after[0]["SystemModstamp"], after[0]["LastModifiedDate"]);
    let me = maya.rows(&format!("SELECT Id FROM User WHERE Username = '{MAYA}'")).await;
    assert_eq!(after[0]["LastModifiedById"], me[0]["Id"]);
    let history = maya
        .rows(&format!("SELECT Field, OldValue, NewValue FROM OpportunityFieldHistory WHERE OpportunityId = '{}' AND CreatedDate = TODAY ORDER BY Field", before[0]["Id"].as_str().unwrap()))
        .await;
    let fields: Vec<&str> = history.iter().map(|row| row["Field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"Amount") && fields.contains(&"StageName"), "{history:?}");
}

#[tokio::test]
async fn a_record_lives_and_dies() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let made =
        maya.post("sobjects/Account/", json!({ "Name": "Fresh", "Industry": "Retail" })).await;
    assert_eq!(made.status, 201);
    assert_eq!(
        (made.json()["success"].as_bool(), made.json()["errors"].clone()),
        (Some(true), json!([]))
    );
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("sobjects/Account/{id}");
    let row = maya.get(&path).await.json();
    assert_eq!((row["Name"].as_str(), row["Id"].as_str()), (Some("Fresh"), Some(id.as_str())));
    assert_eq!(row["BillingAddress"], json!(null));
    let short = maya
        .get(&format!("sobjects/Account/{}?fields=Name,Industry", id.get(..15).unwrap()))
        .await
        .json();
    assert_eq!(short["Industry"], "Retail");
    let contact = maya
        .post(
            "sobjects/Contact",
            json!({ "LastName": "Leaf", "AccountId": id, "Email": "l@fresh.example" }),
        )
        .await;
    assert_eq!(contact.status, 201);
    let contact = contact.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(maya.delete(&path).await.status, 204);
    let gone = maya.get(&path).await;
    assert_eq!((gone.status, gone.code().as_str()), (404, "ENTITY_IS_DELETED"));
    assert_eq!(maya.get(&format!("sobjects/Contact/{contact}")).await.code(), "ENTITY_IS_DELETED");
    assert_eq!(maya.rows(&format!("SELECT Id FROM Account WHERE Id = '{id}'")).await.len(), 0);
    let all = maya
        .get(&format!("queryAll?q=SELECT+Id,IsDeleted+FROM+Account+WHERE+Id='{id}'"))
        .await
        .json();
    assert_eq!(all["records"][0]["IsDeleted"], true);
    let deleted = maya
        .get("sobjects/Account/deleted/?start=2026-11-22T00:00:00Z&end=2026-11-23T00:00:00Z")
        .await
        .json();
    assert_eq!(deleted["deletedRecords"][0]["id"], id.as_str());
}

#[tokio::test]
async fn what_is_wrong_with_a_write_is_told_in_the_platforms_words() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    for (object, body, code) in [
        ("Account", json!({}), "REQUIRED_FIELD_MISSING"),
        ("Account", json!({ "Name": "" }), "REQUIRED_FIELD_MISSING"),
        ("Account", json!({ "Name": "x".repeat(256) }), "STRING_TOO_LONG"),
        ("Account", json!({ "Name": "x", "Nope__c": 1 }), "INVALID_FIELD"),
        (
            "Account",
            json!({ "Name": "x", "CreatedDate": "2020-01-01T00:00:00Z" }),
            "INVALID_FIELD_FOR_INSERT_UPDATE",
        ),
        ("Account", json!({ "Name": "x", "AnnualRevenue": "many" }), "JSON_PARSER_ERROR"),
        ("Account", json!({ "Name": "x", "ParentId": "nothing" }), "MALFORMED_ID"),
        (
            "Account",
            json!({ "Name": "x", "ParentId": "003gK0000000001" }),
            "FIELD_INTEGRITY_EXCEPTION",
        ),
        ("Account", json!({ "Name": "x", "External_Key__c": "ACC-00001" }), "DUPLICATE_VALUE"),
        ("Contact", json!({ "LastName": "x", "Email": "nowhere" }), "INVALID_EMAIL_ADDRESS"),
        (
            "Contact",
            json!({ "LastName": "x", "Birthdate": "2030-01-01" }),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        ),
        (
            "Opportunity",
            json!({ "Name": "x", "StageName": "Closed Won", "CloseDate": "2026-12-01" }),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        ),
        (
            "Opportunity",
            json!({ "Name": "x", "StageName": "Prospecting", "CloseDate": "01.12.2026" }),
            "JSON_PARSER_ERROR",
        ),
    ] {
        let reply = maya.post(&format!("sobjects/{object}"), body.clone()).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, code), "{body}");
    }
    let held = maya.rows("SELECT Id FROM Account WHERE Name = 'Acme'").await[0]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(maya.delete(&format!("sobjects/Account/{held}")).await.code(), "DELETE_FAILED");
    let broken = maya.call(Method::POST, "sobjects/Account", &[], "{\"Name\": ").await;
    assert_eq!(broken.code(), "JSON_PARSER_ERROR");
    let media =
        maya.call(Method::POST, "sobjects/Account", &[("content-type", "text/plain")], "x").await;
    assert_eq!((media.status, media.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
    assert_eq!(maya.call(Method::PUT, "sobjects/Account", &[], "{}").await.status, 405);
    assert_eq!(maya.get("sobjects/Nothing").await.status, 404);
    assert_eq!(maya.get("/services/data/v29.0/limits").await.status, 404);
}

#[tokio::test]
async fn conditions_protect_a_record_from_a_lost_update() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let id = maya.rows("SELECT Id FROM Account WHERE Name = 'GenTech'").await[0]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("sobjects/Account/{id}");
    let read = maya.get(&path).await;
    let tag = read.header("etag").to_owned();
    let same = maya.call(Method::GET, &path, &[("if-none-match", &tag)], "").await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    served.later(5);
    let change = json!({ "Site": "A" }).to_string();
    assert_eq!(
        maya.call(Method::PATCH, &path, &[("if-match", &tag)], change.clone()).await.status,
        204
    );
    let lost = maya.call(Method::PATCH, &path, &[("if-match", &tag)], change.clone()).await;
    assert_eq!(lost.status, 412);
    let stale = [("if-unmodified-since", "Sun, 22 Nov 2026 12:00:01 GMT")];
    assert_eq!(maya.call(Method::PATCH, &path, &stale, change.clone()).await.status, 412);
    assert_eq!(
        maya.call(Method::PATCH, &path, &[("if-match", "nonsense")], change).await.status,
        400
    );
    let describe = maya.get("sobjects/Account/describe").await;
    let tag = describe.header("etag").to_owned();
    assert_eq!(
        maya.call(Method::GET, "sobjects/Account/describe", &[("if-none-match", &tag)], "")
            .await
            .status,
        304
    );
    let since = describe.header("last-modified").to_owned();
    assert_eq!(
        maya.call(Method::GET, "sobjects/Account/describe", &[("if-modified-since", &since)], "")
            .await
            .status,
        304
    );
}

#[tokio::test]
async fn external_keys_collections_and_references() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let path = "sobjects/Account/External_Key__c/K-1";
    let first = maya.patch(path, json!({ "Name": "Keyed" })).await;
    assert_eq!((first.status, first.json()["created"].as_bool()), (201, Some(true)));
    let second = maya.patch(path, json!({ "Name": "Keyed again" })).await;
    assert_eq!((second.status, second.json()["created"].as_bool()), (200, Some(false)));
    assert_eq!(maya.get(path).await.json()["Name"], "Keyed again");
    let child = maya
        .post(
            "sobjects/Contact",
            json!({ "LastName": "Kid", "Account": { "External_Key__c": "K-1" } }),
        )
        .await;
    assert_eq!(child.status, 201);
    let body = json!({ "allOrNone": false, "records": [
        { "attributes": { "type": "Account" }, "Name": "One" },
        { "attributes": { "type": "Account" } }
    ] });
    let mixed = maya.post("composite/sobjects", body).await.json();
    assert_eq!(
        (mixed[0]["success"].as_bool(), mixed[1]["success"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(mixed[1]["errors"][0]["statusCode"], "REQUIRED_FIELD_MISSING");
    let body = json!({ "allOrNone": true, "records": [
        { "attributes": { "type": "Account" }, "Name": "Two" },
        { "attributes": { "type": "Account" } }
    ] });
    let none = maya.post("composite/sobjects", body).await.json();
    assert_eq!(none[0]["errors"][0]["statusCode"], "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(maya.rows("SELECT Id FROM Account WHERE Name = 'Two'").await.len(), 0);
    let id = mixed[0]["id"].as_str().unwrap();
    let read = maya
        .post(
            "composite/sobjects/Account",
            json!({ "ids": [id, "001gK0000000zzz"], "fields": ["Name"] }),
        )
        .await
        .json();
    assert_eq!((read[0]["Name"].as_str(), read[1].is_null()), (Some("One"), true));
    let gone = maya.delete(&format!("composite/sobjects?ids={id}")).await.json();
    assert_eq!(gone[0]["success"], true);
}

#[tokio::test]
async fn composite_requests_refer_to_each_other_and_stand_or_fall() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let request = |all_or_none: bool, stage: &str| {
        json!({ "allOrNone": all_or_none, "compositeRequest": [
            { "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "account", "body": { "Name": "Composite" } },
            { "method": "POST", "url": "/services/data/v66.0/sobjects/Opportunity", "referenceId": "deal",
              "body": { "Name": "Deal", "AccountId": "@{account.id}", "StageName": stage, "CloseDate": "2026-12-01" } },
            { "method": "GET", "url": "/services/data/v66.0/sobjects/Opportunity/@{deal.id}?fields=AccountId", "referenceId": "back" }
        ] })
    };
    let good = maya.post("composite", request(true, "Prospecting")).await.json();
    let all = good["compositeResponse"].as_array().unwrap();
    assert_eq!(all[2]["body"]["AccountId"], all[0]["body"]["id"]);
    assert_eq!(all[1]["httpStatusCode"], 201);
    let bad = maya.post("composite", request(true, "")).await.json();
    let all = bad["compositeResponse"].as_array().unwrap();
    assert_eq!(all[0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(all[1]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(
        maya.query("SELECT COUNT() FROM Account WHERE Name = 'Composite'").await["totalSize"],
        1
    );
    let loose = maya.post("composite", request(false, "")).await.json();
    assert_eq!(loose["compositeResponse"][0]["httpStatusCode"], 201);
    assert_eq!(loose["compositeResponse"][2]["body"][0]["errorCode"], "PROCESSING_HALTED");
    let batch = json!({ "haltOnError": true, "batchRequests": [
        { "method": "GET", "url": "v66.0/limits" },
        { "method": "GET", "url": "v66.0/sobjects/Nope" },
        { "method": "GET", "url": "v66.0/limits" }
    ] });
    let batch = maya.post("composite/batch", batch).await.json();
    assert_eq!(batch["hasErrors"], true);
    assert_eq!(batch["results"][2]["statusCode"], 412);
    let tree = json!({ "records": [{ "attributes": { "type": "Account", "referenceId": "a" }, "Name": "Tree",
        "Contacts": { "records": [{ "attributes": { "type": "Contact", "referenceId": "c" }, "LastName": "Twig" }] } }] });
    let tree = maya.post("composite/tree/Account", tree).await;
    assert_eq!((tree.status, tree.json()["results"].as_array().unwrap().len()), (201, 2));
    let graph = json!({ "graphs": [{ "graphId": "1", "compositeRequest": [
        { "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "x", "body": { "Name": "Graph" } }
    ] }] });
    assert_eq!(maya.post("composite/graph", graph).await.json()["graphs"][0]["isSuccessful"], true);
}

#[tokio::test]
async fn writes_are_on_disk_before_the_reply_and_snapshots_bring_them_back() {
    let served = served().await;
    let (maya, tom, sam) =
        (served.sign_in(MAYA).await, served.sign_in(TOM).await, served.sign_in(SAM).await);
    let before = served.org.snapshot();
    let made = maya.post("sobjects/Account", json!({ "Name": "Durable" })).await.json();
    let path = format!("sobjects/Account/{}", made["id"].as_str().unwrap());
    assert_eq!(tom.get(&path).await.status, 404);
    assert_eq!(sam.get(&path).await.status, 200);
    let mut config =
        practice::OrgConfig::new(served.folder.path(), 1, jiff::civil::date(2026, 11, 22));
    config.clock = std::sync::Arc::new(|| "2026-11-22T12:00:00Z".parse().unwrap());
    let reopened = practice::Org::open(config).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(practice::serve(reopened, listener, std::future::pending()));
    let bearer = format!("Bearer {}", sam.token);
    let elsewhere = format!("{base}/services/data/v66.0/{path}");
    let elsewhere = served.send(Method::GET, &elsewhere, &[("authorization", &bearer)], "").await;
    assert_eq!(elsewhere.status, 200, "the record and the token are both on disk");
    served.org.restore(&before).unwrap();
    assert_eq!(sam.get(&path).await.status, 404);
}

#[tokio::test]
async fn products_add_up_and_details_go_with_their_record() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let deal = json!({ "Name": "Sum", "StageName": "Prospecting", "CloseDate": "2026-12-01" });
    let deal =
        maya.post("sobjects/Opportunity", deal).await.json()["id"].as_str().unwrap().to_owned();
    let entry = maya.rows("SELECT Id, UnitPrice, Product2.Name FROM PricebookEntry LIMIT 1").await
        [0]
    .clone();
    let item = json!({ "OpportunityId": deal, "PricebookEntryId": entry["Id"], "Quantity": 2 });
    let item = maya.post("sobjects/OpportunityLineItem", item).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = format!(
        "SELECT Amount, HasOpportunityLineItem, (SELECT Name, TotalPrice FROM OpportunityLineItems) FROM Opportunity WHERE Id = '{deal}'"
    );
    let row = maya.rows(&read).await[0].clone();
    let total = entry["UnitPrice"].as_f64().unwrap() * 2.0;
    assert_eq!(
        (row["Amount"].as_f64(), row["HasOpportunityLineItem"].as_bool()),
        (Some(total), Some(true))
    );
    assert_eq!(row["OpportunityLineItems"]["records"][0]["Name"], entry["Product2"]["Name"]);
    let task = json!({ "Subject": "Call", "WhatId": deal, "Status": "Completed" });
    let task = maya.post("sobjects/Task", task).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        maya.get(&format!("sobjects/Task/{task}?fields=IsClosed")).await.json()["IsClosed"],
        true
    );
    assert_eq!(maya.delete(&format!("sobjects/Opportunity/{deal}")).await.status, 204);
    for path in [format!("sobjects/OpportunityLineItem/{item}"), format!("sobjects/Task/{task}")] {
        assert_eq!(maya.get(&path).await.code(), "ENTITY_IS_DELETED", "{path}");
    }
}

#[tokio::test]
async fn searches_return_what_they_are_asked_for() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let find = async |sosl: &str| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", sosl).finish();
        maya.get(&format!("search?{query}")).await
    };
    let found = find("FIND {gentech} IN NAME FIELDS RETURNING Account(Id, Name), Opportunity(Id, Name, Amount WHERE IsClosed = false ORDER BY Name LIMIT 5)").await.json();
    let types: Vec<&str> = found["searchRecords"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["attributes"]["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["Account", "Opportunity"]);
    let anything = find("FIND {gen*}").await.json();
    assert!(
        anything["searchRecords"].as_array().unwrap().iter().all(|row| row
            .as_object()
            .unwrap()
            .len()
            == 2)
    );
    assert_eq!(find("FIND {a}").await.code(), "MALFORMED_SEARCH");
    assert_eq!(find("FIND gentech").await.code(), "MALFORMED_SEARCH");
    assert_eq!(
        find("FIND {gentech} RETURNING Opportunity(Discount_Model__c)").await.code(),
        "INVALID_FIELD"
    );
    let asked = maya.get("parameterizedSearch?q=GenTech&sobject=Opportunity&Opportunity.fields=Name,StageName&overallLimit=5").await.json();
    assert_eq!(asked["searchRecords"][0]["StageName"], "Proposal/Price Quote");
    let body = json!({ "q": "jane doe", "in": "NAME", "fields": ["Name", "Email"], "sobjects": [{ "name": "Contact", "where": "Account.Name = 'Acme'" }] });
    let asked = maya.post("parameterizedSearch", body).await.json();
    assert_eq!(asked["searchRecords"][0]["Email"], "jane.doe@acme.example");
}

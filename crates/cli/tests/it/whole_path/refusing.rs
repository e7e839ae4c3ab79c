//! What the gate does not let a model have, and how it says so.

use serde_json::{Value, json};

use super::{Setting, last_result, restored};
use crate::demo::{SAM, body, content};
use crate::leaks::Secrets;
use crate::scripted::{Say, reads, soql};

/// Nothing else in the world is called this.
const MODEL_OF_PRICES: &str = "quartz-lantern ladder 31/17/9";

#[test]
fn the_mission_critical_field_never_arrives() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    let org = setting.demo.org(SAM);
    let id = org.query("SELECT Id FROM Opportunity LIMIT 1")[0]["Id"].as_str().unwrap().to_owned();
    org.update("Opportunity", &id, &json!({ "Discount_Model__c": MODEL_OF_PRICES }));
    let mut secrets = Secrets::default();
    secrets.add(MODEL_OF_PRICES, "Opportunity.Discount_Model__c");
    let (key, _) = setting.demo.make_key(SAM);
    let select =
        format!("SELECT Id, Discount_Model__c, StageName FROM Opportunity WHERE Id = '{id}'");
    setting.model.play(reads(vec![soql(&select)]));
    let answer = setting.demo.ask(&key, "What is the discount model?");
    let result = last_result(&setting.model);
    assert_eq!(result["records"][0]["Id"], id.as_str());
    assert!(result["records"][0].get("Discount_Model__c").is_none(), "{result}");
    let withheld = &answer["portcullis"]["withheld"][0];
    assert_eq!(withheld["field"], "Discount_Model__c");
    assert_eq!(withheld["why"], "how we price; never leaves the company");
    // It does not decide either: each of these would tell a little of it.
    for (at, query) in [
        "SELECT Id FROM Opportunity WHERE Discount_Model__c LIKE 'quartz%'",
        "SELECT Id FROM Opportunity WHERE Discount_Model__c != null",
        "SELECT Id FROM Opportunity ORDER BY Discount_Model__c LIMIT 1",
        "SELECT Id FROM Opportunity WHERE Id IN (SELECT OpportunityId FROM OpportunityContactRole WHERE Opportunity.Discount_Model__c LIKE 'q%')",
        "SELECT Discount_Model__c, COUNT(Id) FROM Opportunity GROUP BY Discount_Model__c",
        "SELECT MAX(Discount_Model__c) m FROM Opportunity",
        "SELECT Opportunity.Discount_Model__c FROM OpportunityContactRole WHERE Opportunity.Discount_Model__c != null",
    ]
    .into_iter()
    .enumerate()
    {
        setting.model.play(reads(vec![soql(query)]));
        setting.demo.ask(&key, &format!("Try number {at}"));
        let result = last_result(&setting.model);
        assert_eq!(result["error"]["code"], "INVALID_FIELD", "{query}: {result}");
    }
    setting.model.play(reads(vec![(
        "updateSobjectRecord",
        json!({ "sobject-name": "Opportunity", "id": id, "body": { "Discount_Model__c": "none" } }),
    )]));
    let answer = setting.demo.ask(&key, "Clear it.");
    assert_eq!(last_result(&setting.model)["error"]["code"], "NOT_ALLOWED");
    assert_eq!(answer["portcullis"]["proposals"], json!([]));
    secrets.assert_absent("what the model's server received", &setting.received());
}

#[test]
fn a_covered_value_cannot_be_asked_for_bit_by_bit() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    for (at, (tool, arguments)) in [
        soql("SELECT Id FROM Contact WHERE Email LIKE 'a%'"),
        soql("SELECT Id FROM Contact WHERE Name > 'M' ORDER BY Name LIMIT 1"),
        soql("SELECT COUNT() FROM Contact WHERE Account.Name LIKE '__n%'"),
        soql("SELECT OwnerId FROM Contact GROUP BY OwnerId HAVING MAX(Email) > 'm'"),
        ("find", json!({ "search": "Amelia", "objects": ["Contact"] })),
    ]
    .into_iter()
    .enumerate()
    {
        setting.model.play(reads(vec![(tool, arguments.clone())]));
        setting.demo.ask(setting.demo.key(), &format!("Try number {at}"));
        let result = last_result(&setting.model);
        assert_eq!(result["error"]["code"], "UNSAID_VALUE", "{arguments}: {result}");
    }
    // The person's own word is another matter.
    setting.model.play(reads(vec![soql("SELECT Id FROM Contact WHERE Email LIKE '%example%'")]));
    setting.demo.ask(setting.demo.key(), "Whose address has example in it?");
    assert!(last_result(&setting.model)["totalSize"].is_number());
}

#[test]
fn a_hidden_field_answers_as_missing() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    let ask = |field: &str, query: &str| {
        setting.model.play(reads(vec![soql(&query.replace("FIELD", field))]));
        let answer = setting.demo.ask(setting.demo.key(), &format!("{field} in {query}"));
        let result = last_result(&setting.model).to_string().replace(field, "FIELD");
        (result, answer["portcullis"]["withheld"].to_string())
    };
    // A sales representative may not see the first; nobody has the second.
    for (object, hidden, missing) in [
        ("Opportunity", "Discount_Model__c", "Discount_Modem__c"),
        ("Contact", "Risk_Rating__c", "Risk_Ratinf__c"),
    ] {
        for query in [
            "SELECT Id, FIELD FROM OBJECT LIMIT 1",
            "SELECT Id FROM OBJECT WHERE FIELD = 'x' LIMIT 1",
            "SELECT Id FROM OBJECT ORDER BY FIELD LIMIT 1",
            "SELECT FIELD, COUNT(Id) FROM OBJECT GROUP BY FIELD",
        ] {
            let query = query.replace("OBJECT", object);
            assert_eq!(ask(hidden, &query), ask(missing, &query), "{query}");
        }
        setting.model.play(reads(vec![("getObjectSchema", json!({ "object-name": object }))]));
        setting.demo.ask(setting.demo.key(), &format!("What fields has {object}?"));
        let schema = last_result(&setting.model).to_string();
        assert!(!schema.contains(hidden) && schema.contains("\"Id\""), "{schema}");
    }
}

#[test]
fn a_prompt_that_no_endpoint_covers_is_not_sent() {
    // The score is proprietary, even rounded, and the server is not cleared for that.
    let query = "SELECT Id, Win_Score__c FROM Opportunity LIMIT 5";
    let setting = Setting::new(reads(vec![soql(query)]));
    let answer = setting.demo.complete(setting.demo.key(), &body("server", "How likely are they?"));
    assert_eq!(answer.status, 403, "{}", answer.text());
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "no_endpoint");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("server") && message.contains("PROPRIETARY"), "{message}");
    assert_eq!(setting.model.heard().len(), 1, "the result of the read was sent nowhere");
    // In a stream the status is the same: nothing had been said yet.
    let mut request = body("server", "How likely are they, streamed?");
    request["stream"] = json!(true);
    let answer = setting.demo.complete(setting.demo.key(), &request);
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert_eq!(setting.model.heard().len(), 2);
    // What was said in the failed request is forgotten, and the gate works on.
    setting.model.play(reads(vec![soql("SELECT COUNT() FROM Opportunity")]));
    setting.demo.ask(setting.demo.key(), "How likely are they?");
    let ledger = setting.demo.verify();
    assert_eq!(ledger["open"], json!([]));
}

#[test]
fn an_unknown_token_refuses_a_write_and_a_read() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    let contact = setting
        .demo
        .org(crate::demo::MAYA)
        .query("SELECT Id, Email, LastName FROM Contact LIMIT 1");
    let id = contact[0]["Id"].as_str().unwrap();
    for (at, value) in ["{EMAIL_99}", "Call {PHONE_7} first", "{NAME_1}"].into_iter().enumerate() {
        setting.model.play(reads(vec![(
            "updateSobjectRecord",
            json!({ "sobject-name": "Contact", "id": id, "body": { "Description": value } }),
        )]));
        let answer = setting.demo.ask(setting.demo.key(), &format!("Change it {at}"));
        let result = last_result(&setting.model);
        assert_eq!(result["error"]["code"], "UNKNOWN_TOKEN", "{value}: {result}");
        assert_eq!(answer["portcullis"]["proposals"], json!([]), "{value}");
    }
    setting.model.play(reads(vec![soql("SELECT Id FROM Contact WHERE Email = '{EMAIL_99}'")]));
    setting.demo.ask(setting.demo.key(), "Look for it");
    assert_eq!(last_result(&setting.model)["error"]["code"], "UNKNOWN_TOKEN");
    // A new record must not carry one either.
    setting.model.play(reads(vec![(
        "createSobjectRecord",
        json!({ "sobject-name": "Task", "body": { "Subject": "Write to {EMAIL_3}" } }),
    )]));
    let answer = setting.demo.ask(setting.demo.key(), "Make a task");
    assert_eq!(last_result(&setting.model)["error"]["code"], "UNKNOWN_TOKEN");
    assert_eq!(answer["portcullis"]["proposals"], json!([]));
}

#[test]
fn only_plain_reads_pass_as_soql() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    for (at, query) in [
        "SELECT Id FROM Contact LIMIT 1 FOR UPDATE",
        "SELECT Id FROM Contact LIMIT 1 FOR VIEW",
        "SELECT Id FROM Contact LIMIT 1 FOR REFERENCE",
        "SELECT Id FROM Contact LIMIT 1 ALL ROWS",
        "SELECT Id FROM Contact LIMIT 1; SELECT Id FROM Lead",
        "SELECT Id FROM Contact -- WHERE Name = 'x'",
        "SELECT Id /* all */ FROM Contact",
        "SELECT Id FROM Contact WHERE Name = 'x' OR Name = 'y\\",
        "DELETE FROM Contact",
        "SELECT Id, Password__c FROM Contact",
        "SELECT Id FROM SetupAuditTrail",
        "SELECT Id FROM OauthToken",
        "SELECT Email FROM User",
        "SELECT Owner.Email FROM Account",
        "",
    ]
    .into_iter()
    .enumerate()
    {
        setting.model.play(reads(vec![soql(query)]));
        let answer = setting.demo.ask(setting.demo.key(), &format!("Query {at}"));
        let result = last_result(&setting.model);
        let refused = result["error"]["code"].is_string();
        // A column of many may be withheld instead; then nothing of it is there.
        let emptied = result["withheld"].as_array().is_some_and(|withheld| !withheld.is_empty())
            && !result["records"].to_string().contains("@practice.example");
        assert!(refused || emptied, "{query}: {result}");
        assert!(restored(content(&answer)).is_empty(), "{query}: {answer}");
    }
}

#[test]
fn calls_that_make_no_sense_are_refused_and_the_model_may_go_on() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    let calls: [(&str, Value); 6] = [
        ("soqlQuery", json!({})),
        ("soqlQuery", json!({ "q": 7 })),
        ("soqlQuery", json!([1])),
        (
            "updateSobjectRecord",
            json!({ "sobject-name": "Contact", "id": "../Lead", "body": { "Title": "x" } }),
        ),
        ("createSobjectRecord", json!({ "sobject-name": "Contact", "body": {} })),
        // Not a tool of the gate, and no client offered it.
        ("deleteSobjectRecord", json!({ "id": "003000000000001AAA" })),
    ];
    for (at, (name, arguments)) in calls.into_iter().enumerate() {
        setting.model.play(reads(vec![(name, arguments.clone())]));
        let request = body("server", &format!("Call {at}"));
        let answer = setting.demo.complete(setting.demo.key(), &request);
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(last_result(&setting.model)["error"]["code"].is_string(), "{name} {arguments}");
        assert_eq!(answer.json()["portcullis"]["proposals"], json!([]));
    }
}

/// A document whose passages no model may read, masked or not.
#[test]
fn a_passage_of_a_protected_document_stops_the_prompt() {
    const PRICES: &str = "Pricing model. The list price of the Falcon platform is 84 euros for each seat and month. \
        Partners of the gold tier get 31 percent off the list price once they commit to 400 seats, silver partners get 22 percent. \
        The floor below which no sales director may go is 47 euros; the board alone can approve less.";
    let rules = "[[protected]]\nname = \"pricing model\"\nfile = \"pricing.txt\"\n";
    let setting = Setting::with_files(&[("rules.toml", rules), ("pricing.txt", PRICES)], |_| {
        Say::Text("Fine.".to_owned())
    });
    let (key, _) = setting.demo.make_key(SAM);
    let reworded = "Put this nicely: gold tier partners are getting 31 percent off list price when they commit to 400 seats, silver partners just 22 percent";
    let refused = setting.demo.complete(&key, &body("portcullis", reworded));
    assert_eq!(refused.status, 403);
    let answer = refused.json();
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("protected document `pricing model`"), "{message}");
    assert!(setting.received().is_empty(), "nothing was sent");
    let answer = setting.demo.ask(&key, "What do partners of the gold tier get?");
    assert_eq!(content(&answer), "Fine.");
}

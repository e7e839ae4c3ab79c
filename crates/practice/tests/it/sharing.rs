//! Two users, the same request, different answers.

use serde_json::json;

use practice::{FieldAccess, SharedRecords, SharedWith, SharingRule};

use crate::client::{ELENA, INGRID, MAYA, SAM, TOM, served};

#[tokio::test]
async fn the_same_query_shows_each_user_their_own_rows() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let (elena, ingrid) = (served.sign_in(ELENA).await, served.sign_in(INGRID).await);
    for object in ["Account", "Contact", "Opportunity", "Case", "Lead"] {
        let count = format!("SELECT COUNT() FROM {object}");
        let mut totals = Vec::new();
        for session in [&maya, &tom, &elena, &ingrid] {
            totals.push(session.query(&count).await["totalSize"].as_u64().unwrap());
        }
        let [of_maya, of_tom, of_elena, of_ingrid] = totals[..] else { panic!() };
        assert!(of_maya > 0 && of_tom > 0, "{object} {totals:?}");
        assert!(of_maya < of_elena && of_tom < of_elena, "{object} {totals:?}");
        assert_eq!(of_elena, of_ingrid, "{object}");
    }
    let gentech = "SELECT Id, Name FROM Opportunity WHERE Name LIKE 'GenTech%'";
    assert_eq!(maya.rows(gentech).await.len(), 1);
    assert_eq!(tom.rows(gentech).await.len(), 0);
}

#[tokio::test]
async fn an_invisible_record_is_answered_like_a_missing_one() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let id = maya.rows("SELECT Id FROM Opportunity WHERE Name LIKE 'GenTech%'").await[0]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("sobjects/Opportunity/{id}");
    let missing = tom.get("sobjects/Opportunity/006gK0000000zzzAAA").await;
    for reply in [
        tom.get(&path).await,
        tom.patch(&path, json!({ "Amount": 1 })).await,
        tom.delete(&path).await,
    ] {
        assert_eq!((reply.status, &reply.text), (404, &missing.text));
    }
    let outcome = tom.post("sobjects/Task", json!({ "Subject": "x", "WhatId": id })).await;
    assert_eq!(outcome.code(), "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY");
}

#[tokio::test]
async fn a_hidden_field_is_answered_like_a_missing_one() {
    let served = served().await;
    let (maya, elena) = (served.sign_in(MAYA).await, served.sign_in(ELENA).await);
    for template in [
        "SELECT Id, {} FROM Opportunity LIMIT 1",
        "SELECT Id FROM Opportunity WHERE {} LIKE '%floor%' LIMIT 1",
        "SELECT Id FROM Opportunity ORDER BY {} LIMIT 1",
        "SELECT COUNT(Id) n FROM Opportunity GROUP BY {}",
        "SELECT MAX({}) FROM Opportunity",
        "SELECT Opportunity.{} FROM OpportunityContactRole LIMIT 1",
        "SELECT (SELECT {} FROM Opportunities) FROM Account LIMIT 1",
        "SELECT Id FROM OpportunityContactRole WHERE Opportunity.{} != null",
    ] {
        let hidden = maya.try_query(&template.replace("{}", "Discount_Model__c")).await;
        let missing = maya.try_query(&template.replace("{}", "Discount_Madel__c")).await;
        assert_eq!(hidden.status, 400, "{template}: {}", hidden.text);
        assert_eq!(hidden.code(), "INVALID_FIELD", "{template}");
        assert_eq!(hidden.text.replace("Model", "Madel"), missing.text, "{template}");
        if !template.contains("GROUP BY") {
            assert_eq!(
                elena.try_query(&template.replace("{}", "Discount_Model__c")).await.status,
                200,
                "{template}"
            );
        }
    }
    let describe = maya.get("sobjects/Opportunity/describe").await.text;
    assert!(!describe.contains("Discount_Model__c"));
    assert!(elena.get("sobjects/Opportunity/describe").await.text.contains("Discount_Model__c"));
    let id =
        maya.rows("SELECT Id FROM Opportunity LIMIT 1").await[0]["Id"].as_str().unwrap().to_owned();
    let path = format!("sobjects/Opportunity/{id}");
    assert!(!maya.get(&path).await.text.contains("Discount_Model__c"));
    assert_eq!(maya.get(&format!("{path}?fields=Discount_Model__c")).await.code(), "INVALID_FIELD");
    assert_eq!(
        maya.patch(&path, json!({ "Discount_Model__c": "x" })).await.code(),
        "INVALID_FIELD"
    );
    assert!(
        !maya
            .query("SELECT FIELDS(ALL) FROM Opportunity LIMIT 1")
            .await
            .to_string()
            .contains("Discount_Model__c")
    );
}

#[tokio::test]
async fn hidden_values_are_not_found_by_search_or_told_by_history() {
    let served = served().await;
    let (maya, sam) = (served.sign_in(MAYA).await, served.sign_in(SAM).await);
    let id = maya.rows("SELECT Id FROM Opportunity WHERE Name LIKE 'GenTech%'").await[0]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("sobjects/Opportunity/{id}");
    assert_eq!(
        sam.patch(&path, json!({ "Discount_Model__c": "canaryword tier" })).await.status,
        204
    );
    let find = "search?q=FIND%20%7Bcanaryword%7D%20IN%20ALL%20FIELDS%20RETURNING%20Opportunity(Id)";
    assert_eq!(maya.get(find).await.json()["searchRecords"].as_array().unwrap().len(), 0);
    assert_eq!(sam.get(find).await.json()["searchRecords"].as_array().unwrap().len(), 1);
    let history = "SELECT Field, NewValue FROM OpportunityFieldHistory";
    assert!(!maya.query(history).await.to_string().contains("canaryword"));
    assert!(sam.query(history).await.to_string().contains("canaryword"));
}

#[tokio::test]
async fn read_only_means_read_only() {
    let served = served().await;
    let (ingrid, maya) = (served.sign_in(INGRID).await, served.sign_in(MAYA).await);
    let id =
        ingrid.rows("SELECT Id FROM Account LIMIT 1").await[0]["Id"].as_str().unwrap().to_owned();
    let path = format!("sobjects/Account/{id}");
    assert_eq!(
        ingrid.patch(&path, json!({ "Name": "x" })).await.code(),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
    assert_eq!(ingrid.delete(&path).await.status, 403);
    assert_eq!(
        ingrid.post("sobjects/Account", json!({ "Name": "x" })).await.code(),
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    );
    let own = maya.rows("SELECT Id FROM Account WHERE Name = 'gentech'").await[0]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply =
        maya.patch(&format!("sobjects/Account/{own}"), json!({ "Portfolio_Value__c": 1 })).await;
    assert_eq!(reply.code(), "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(
        maya.patch("sobjects/User/005gK0000000002", json!({ "ProfileId": "00egK0000000001" }))
            .await
            .status,
        403
    );
    let profile = maya.rows("SELECT ProfileId FROM User WHERE Username LIKE 'maya%'").await;
    let admin = maya.rows("SELECT Id FROM Profile WHERE Name = 'System Administrator'").await;
    assert_ne!(profile[0]["ProfileId"], admin[0]["Id"]);
}

#[tokio::test]
async fn permissions_take_effect_at_once() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    assert_eq!(maya.try_query("SELECT Phone FROM Contact LIMIT 1").await.status, 200);
    let hidden = FieldAccess::Hidden;
    assert!(served.org.set_field_access("Sales Representative", "Contact", "Phone", hidden));
    assert_eq!(maya.try_query("SELECT Phone FROM Contact LIMIT 1").await.code(), "INVALID_FIELD");
    assert!(served.org.hide_object("Sales Representative", "Case"));
    let reply = maya.try_query("SELECT Id FROM Case").await;
    assert_eq!(reply.code(), "INVALID_TYPE");
    assert_eq!(maya.get("sobjects/Case/describe").await.status, 404);
    assert!(!maya.get("sobjects").await.text.contains("\"Case\""));
}

fn rule(object: &str, records: SharedRecords, with: SharedWith, edit: bool) -> SharingRule {
    SharingRule { object: object.to_owned(), records, with, edit }
}

#[tokio::test]
async fn a_region_is_open_to_another_for_reading() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let brazil = "SELECT Id, OwnerId, Owner.Username FROM Account WHERE BillingCountry = 'Brazil'";
    let of_tom = tom.rows(brazil).await;
    let seen = maya.rows(brazil).await;
    let id = of_tom.iter().find(|row| row["Owner"]["Username"] == TOM).unwrap()["Id"].clone();
    assert!(seen.iter().any(|row| row["Id"] == id), "{seen:?}");
    let path = format!("sobjects/Account/{}", id.as_str().unwrap());
    let refused = maya.patch(&path, json!({ "Rating": "Hot" })).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    // The account and nothing under it.
    let under =
        format!("SELECT Id FROM Contact WHERE AccountId = {}", id.to_string().replace('"', "'"));
    assert!(!tom.rows(&under).await.is_empty());
    assert_eq!(maya.rows(&under).await, Vec::<serde_json::Value>::new());
    // Tom's other accounts stay his, and Europe's stay closed to him.
    let other = "SELECT COUNT() FROM Account WHERE Owner.Username = 'tom.okafor@practice.example' AND BillingCountry != 'Brazil'";
    assert_eq!(maya.query(other).await["totalSize"], 0);
    assert!(served.org.set_sharing_rules(Vec::new()));
    assert_eq!(maya.get(&path).await.status, 404);
}

#[tokio::test]
async fn rules_open_by_owner_or_by_value_to_a_role_those_above_it_and_groups() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let elena = served.sign_in(ELENA).await;
    let role = |name: &str| name.to_owned();
    let gentech = "SELECT Id FROM Opportunity WHERE Name LIKE 'GenTech%'";
    let id = maya.rows(gentech).await[0]["Id"].as_str().unwrap().to_owned();
    let path = format!("sobjects/Opportunity/{id}");
    let ids = format!(
        "SELECT RecordId, MaxAccessLevel FROM UserRecordAccess WHERE RecordId = '{id}' AND UserId = "
    );
    let tom_id = tom
        .rows("SELECT Id FROM User WHERE Username = 'tom.okafor@practice.example'")
        .await[0]["Id"]
        .clone();
    let access = format!("{ids}'{}'", tom_id.as_str().unwrap());

    // By owner, for editing.
    let europe = SharedRecords::OwnedByRole(role("Sales Europe"));
    let americas = SharedWith::Role(role("Sales Americas and Pacific"));
    assert!(served.org.set_sharing_rules(vec![rule(
        "Opportunity",
        europe.clone(),
        americas.clone(),
        true
    )]));
    assert_eq!(tom.patch(&path, json!({ "NextStep": "Tom called" })).await.status, 204);
    assert_eq!(tom.rows(&access).await[0]["MaxAccessLevel"], "Edit");
    assert_eq!(tom.delete(&path).await.code(), "INSUFFICIENT_ACCESS_OR_READONLY");
    // A record of somebody in another role is not meant.
    let key =
        "SELECT COUNT() FROM Opportunity WHERE Owner.Username = 'elena.marchetti@practice.example'";
    let teams = tom.query(key).await["totalSize"].as_u64().unwrap();
    assert!(elena.query(key).await["totalSize"].as_u64().unwrap() > teams + 10);

    // By value, in any case, for reading; to a role and those below it.
    let named = SharedRecords::Where { field: "NextStep".to_owned(), is: "TOM CALLED".to_owned() };
    let head = SharedWith::RoleAndBelow(role("Head of Sales"));
    assert!(served.org.set_sharing_rules(vec![rule("Opportunity", named.clone(), head, false)]));
    assert_eq!(tom.get(&path).await.status, 200);
    assert_eq!(tom.patch(&path, json!({ "NextStep": "x" })).await.status, 403);
    let only_head = SharedWith::Role(role("Head of Sales"));
    assert!(served.org.set_sharing_rules(vec![rule(
        "Opportunity",
        named.clone(),
        only_head,
        false
    )]));
    assert_eq!(tom.get(&path).await.status, 404);

    // To a group; and a rule that has stopped to fit closes the record again.
    let queue = SharedWith::Group("Web Leads".to_owned());
    assert!(served.org.set_sharing_rules(vec![rule("Opportunity", named, queue, true)]));
    assert_eq!(tom.patch(&path, json!({ "NextStep": "Somebody else called" })).await.status, 204);
    assert_eq!(tom.get(&path).await.status, 404);

    // What nobody has is no rule, and changes none.
    let wrong = SharedRecords::Where { field: "Nope__c".to_owned(), is: String::new() };
    assert!(!served.org.set_sharing_rules(vec![rule("Opportunity", wrong, americas, false)]));
}

#[tokio::test]
async fn the_history_of_an_opportunity_hides_what_the_opportunity_hides() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let history = "SELECT Amount, StageName FROM OpportunityHistory WHERE Amount != null LIMIT 5";
    assert!(!maya.rows(history).await.is_empty());
    let (profile, object) = ("Sales Representative", "Opportunity");
    assert!(served.org.set_field_access(profile, object, "Amount", FieldAccess::Hidden));
    let reply = maya.try_query(history).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "INVALID_FIELD"));
    let described = maya.get("sobjects/OpportunityHistory/describe").await.json();
    let named =
        |name: &str| described["fields"].as_array().unwrap().iter().any(|it| it["name"] == name);
    assert!(named("StageName") && !named("Amount"));
    assert!(!maya.rows("SELECT StageName FROM OpportunityHistory LIMIT 5").await.is_empty());
}

#[tokio::test]
async fn an_owner_shares_a_record_by_hand_and_takes_it_back() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let id_of = |rows: Vec<serde_json::Value>| rows[0]["Id"].as_str().unwrap().to_owned();
    let user = id_of(maya.rows(&format!("SELECT Id FROM User WHERE Username = '{TOM}'")).await);
    let deal = id_of(maya.rows("SELECT Id FROM Opportunity WHERE Name LIKE 'GenTech%'").await);
    let path = format!("sobjects/Opportunity/{deal}");
    assert_eq!(tom.get(&path).await.status, 404);
    let share = |level: &str| json!({ "OpportunityId": deal, "UserOrGroupId": user, "OpportunityAccessLevel": level });
    // Nobody shares what they may not hand over, and nobody gives more than Edit.
    let refused = tom.post("sobjects/OpportunityShare", share("Read")).await;
    assert_eq!(refused.code(), "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY");
    assert_eq!(maya.post("sobjects/OpportunityShare", share("All")).await.status, 400);
    let made = maya.post("sobjects/OpportunityShare", share("Read")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(tom.get(&path).await.status, 200);
    assert_eq!(tom.patch(&path, json!({ "NextStep": "x" })).await.status, 403);
    // Seeing it, he sees with whom it is shared, and cannot share it on.
    let rows = tom.rows("SELECT Id, RowCause, UserOrGroupId FROM OpportunityShare").await;
    assert_eq!((rows.len(), &rows[0]["RowCause"]), (1, &json!("Manual")));
    let refused = tom.post("sobjects/OpportunityShare", share("Edit")).await;
    assert_eq!(refused.code(), "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY");
    let share_path = format!("sobjects/OpportunityShare/{}", id_of(rows));
    assert_eq!(tom.delete(&share_path).await.status, 403);
    let more = maya.patch(&share_path, json!({ "OpportunityAccessLevel": "Edit" })).await;
    assert_eq!(more.status, 204, "{}", more.text);
    assert_eq!(tom.patch(&path, json!({ "NextStep": "Call" })).await.status, 204);
    assert_eq!(tom.delete(&path).await.status, 403, "an editor does not delete");
    assert_eq!(maya.delete(&share_path).await.status, 204);
    assert_eq!(tom.get(&path).await.status, 404);

    // An account opens as much of what hangs on it as the share says.
    let with_contacts =
        "SELECT AccountId FROM Contact WHERE AccountId != null AND Account.Owner.Username = '";
    let account =
        maya.rows(&format!("{with_contacts}{MAYA}' LIMIT 1")).await[0]["AccountId"].clone();
    let contacts =
        format!("SELECT Id FROM Contact WHERE AccountId = '{}'", account.as_str().unwrap());
    let all = maya.rows(&contacts).await.len();
    if tom.rows(&contacts).await.is_empty() {
        let share = json!({ "AccountId": account, "UserOrGroupId": user, "AccountAccessLevel": "Read", "ContactAccessLevel": "Read" });
        let made = maya.post("sobjects/AccountShare", share).await;
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(tom.rows(&contacts).await.len(), all);
    }
}

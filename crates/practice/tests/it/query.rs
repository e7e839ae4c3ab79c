//! The SOQL executor over HTTP.

use serde_json::{Value as Json, json};

use crate::client::{ELENA, MAYA, SAM, Session, served};

async fn names(session: &Session<'_>, soql: &str) -> Vec<String> {
    let rows = session.rows(soql).await;
    rows.iter().map(|row| row["Name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn records_have_the_shape_clients_expect() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let reply = maya
        .query("SELECT Id, Name, Amount, CloseDate, CreatedDate, IsClosed, Account.Name, Account.Owner.Name, Owner.Type, (SELECT Contact.Name, Role, IsPrimary FROM OpportunityContactRoles), (SELECT Id FROM Notes) FROM Opportunity WHERE Name = 'gentech platform expansion'")
        .await;
    assert_eq!(reply["totalSize"], 1);
    assert_eq!(reply["done"], true);
    let row = &reply["records"][0];
    let id = row["Id"].as_str().unwrap();
    assert_eq!(id.len(), 18);
    assert_eq!(
        row["attributes"],
        json!({ "type": "Opportunity", "url": format!("/services/data/v66.0/sobjects/Opportunity/{id}") })
    );
    assert_eq!(row["Amount"].to_string(), "180000.0");
    assert_eq!(row["CloseDate"], "2026-12-30");
    assert!(row["CreatedDate"].as_str().unwrap().ends_with(".000+0000"));
    assert_eq!(row["IsClosed"], false);
    assert_eq!(row["Account"]["Name"], "GenTech");
    assert_eq!(row["Account"]["Owner"]["Name"], "Maya Lindqvist");
    assert_eq!(row["Owner"]["Type"], "User");
    let roles = &row["OpportunityContactRoles"];
    assert_eq!(roles["done"], true);
    assert_eq!(roles["records"][0]["Contact"]["attributes"]["type"], "Contact");
    let count = maya.query("SELECT COUNT() FROM Account").await;
    assert_eq!(count["records"], json!([]));
}

#[tokio::test]
async fn filters_do_what_they_say() {
    let served = served().await;
    let sam = served.sign_in(SAM).await;
    let total = async |condition: &str| {
        let query = format!("SELECT COUNT() FROM Opportunity WHERE {condition}");
        sam.query(&query).await["totalSize"].as_u64().unwrap()
    };
    let all = total("Id != null").await;
    assert_eq!(all, 600);
    assert_eq!(total("IsClosed = true").await + total("IsClosed = false").await, all);
    assert_eq!(total("Amount > 100000").await + total("NOT (Amount > 100000)").await, all);
    assert_eq!(total("Amount = null").await + total("Amount != null").await, all);
    assert_eq!(
        total("StageName IN ('closed won', 'Closed Lost')").await,
        total("IsClosed = true").await
    );
    assert_eq!(
        total("StageName NOT IN ('Closed Won', 'Closed Lost')").await,
        total("IsClosed = false").await
    );
    assert_eq!(
        total("CloseDate < TODAY").await
            + total("CloseDate = TODAY").await
            + total("CloseDate > TODAY").await,
        all
    );
    assert_eq!(total("CloseDate <= TODAY").await + total("CloseDate > TODAY").await, all);
    assert_eq!(
        total("CloseDate >= 2026-01-01 AND CloseDate <= 2026-12-31").await,
        total("CloseDate = THIS_YEAR").await
    );
    assert_eq!(
        total("CALENDAR_YEAR(CloseDate) = 2026").await,
        total("CloseDate = THIS_YEAR").await
    );
    assert!(total("CreatedDate = LAST_N_DAYS:365").await > 0);
    assert_eq!(total("AccountId IN (SELECT Id FROM Account WHERE Name = 'GenTech')").await, 1);
    assert_eq!(
        total("AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'GenTech')").await,
        all - 1
    );
    assert_eq!(
        total("Account.Name LIKE 'gen_ech' AND (StageName = 'x' OR Amount = 180000)").await,
        1
    );
    assert_eq!(total("Name LIKE '%\\\\%%'").await, 0);
    let mine = sam.query("SELECT COUNT() FROM Opportunity USING SCOPE mine").await;
    assert_eq!(mine["totalSize"], 0);
}

#[tokio::test]
async fn order_limit_and_offset() {
    let served = served().await;
    let sam = served.sign_in(SAM).await;
    let amounts = async |tail: &str| -> Vec<Option<f64>> {
        let rows = sam.rows(&format!("SELECT Amount FROM Opportunity {tail}")).await;
        rows.iter().map(|row| row["Amount"].as_f64()).collect()
    };
    let ascending = amounts("ORDER BY Amount").await;
    assert!(ascending[0].is_none(), "nulls come first unless told otherwise");
    let known: Vec<f64> = ascending.iter().flatten().copied().collect();
    assert!(known.windows(2).all(|pair| pair[0] <= pair[1]));
    let descending = amounts("ORDER BY Amount DESC NULLS LAST").await;
    assert!(descending[0].is_some() && descending.last().unwrap().is_none());
    assert_eq!(amounts("ORDER BY Amount DESC NULLS LAST LIMIT 3 OFFSET 2").await, descending[2..5]);
    let first =
        names(&sam, "SELECT Name FROM Account ORDER BY Industry DESC, Name ASC LIMIT 2").await;
    assert!(first[0].to_lowercase() < first[1].to_lowercase());
    assert_eq!(
        sam.try_query("SELECT Id FROM Account OFFSET 2001").await.code(),
        "NUMBER_OUTSIDE_VALID_RANGE"
    );
}

#[tokio::test]
async fn aggregates_add_up() {
    let served = served().await;
    let elena = served.sign_in(ELENA).await;
    let groups = elena
        .rows("SELECT StageName, COUNT(Id) n, SUM(Amount) total, MAX(CloseDate) latest FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC")
        .await;
    assert!(groups.len() > 5);
    assert_eq!(groups[0]["attributes"], json!({ "type": "AggregateResult" }));
    let counts: Vec<u64> = groups.iter().map(|group| group["n"].as_u64().unwrap()).collect();
    assert!(counts.windows(2).all(|pair| pair[0] >= pair[1]));
    assert_eq!(
        counts.iter().sum::<u64>(),
        elena.query("SELECT COUNT() FROM Opportunity").await["totalSize"].as_u64().unwrap()
    );
    let whole = elena.rows("SELECT SUM(Amount), AVG(Amount), COUNT(Amount), COUNT_DISTINCT(StageName) FROM Opportunity").await;
    let sum = whole[0]["expr0"].as_f64().unwrap();
    let parts: f64 = groups.iter().filter_map(|group| group["total"].as_f64()).sum();
    assert!((sum - parts).abs() < 1.0);
    assert!(
        (whole[0]["expr1"].as_f64().unwrap() * whole[0]["expr2"].as_f64().unwrap() - sum).abs()
            < 1.0
    );
    assert_eq!(whole[0]["expr3"], 10);
    let rolled = elena.rows("SELECT IsClosed, StageName, GROUPING(StageName) sub, COUNT(Id) n FROM Opportunity GROUP BY ROLLUP(IsClosed, StageName)").await;
    let grand: Vec<&Json> = rolled.iter().filter(|row| row["IsClosed"].is_null()).collect();
    assert_eq!(grand.len(), 1);
    assert_eq!(
        (grand[0]["n"].as_u64(), grand[0]["sub"].as_u64()),
        (Some(counts.iter().sum()), Some(1))
    );
    let by_owner = elena.rows("SELECT Owner.Name, SUM(Amount) FROM Opportunity WHERE IsClosed = false GROUP BY Owner.Name").await;
    assert!(by_owner.iter().any(|row| row["Name"] == "Maya Lindqvist"));
    let empty =
        elena.rows("SELECT COUNT(Id) n, SUM(Amount) s FROM Opportunity WHERE Name = 'none'").await;
    assert_eq!((empty.len(), empty[0]["n"].as_u64(), empty[0]["s"].is_null()), (1, Some(0), true));
    assert_eq!(
        elena.try_query("SELECT Name, COUNT(Id) FROM Opportunity GROUP BY StageName").await.code(),
        "MALFORMED_QUERY"
    );
}

#[tokio::test]
async fn polymorphic_lookups() {
    let served = served().await;
    let sam = served.sign_in(SAM).await;
    let rows = sam
        .rows("SELECT TYPEOF What WHEN Opportunity THEN StageName, Account.Name WHEN Account THEN Industry END, Who.Type FROM Task WHERE WhatId != null LIMIT 50")
        .await;
    assert!(rows.iter().any(|row| row["What"]["StageName"].is_string()));
    assert!(rows.iter().all(|row| row["Who"]["Type"] == "Contact"));
    let named = sam
        .rows("SELECT What.Name, What.Type FROM Task WHERE What.Type = 'Opportunity' LIMIT 1")
        .await;
    assert!(named[0]["What"]["Name"].is_string());
    let queue = sam
        .rows("SELECT Owner.Name, Owner.Type FROM Lead WHERE Owner.Type = 'Group' LIMIT 1")
        .await;
    assert_eq!(queue[0]["Owner"]["Name"], "Web Leads");
}

#[tokio::test]
async fn long_answers_come_in_batches_that_belong_to_one_user() {
    let served = served().await;
    let (sam, maya) = (served.sign_in(SAM).await, served.sign_in(MAYA).await);
    let options = [("sforce-query-options", "batchSize=200")];
    let first = sam
        .call(http::Method::GET, "query?q=SELECT+Id+FROM+Contact+ORDER+BY+Name", &options, "")
        .await
        .json();
    assert_eq!(
        (first["done"].as_bool(), first["records"].as_array().unwrap().len()),
        (Some(false), 200)
    );
    let mut ids: Vec<String> = Vec::new();
    let mut page = first.clone();
    loop {
        ids.extend(
            page["records"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["Id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["nextRecordsUrl"].as_str() else { break };
        page = sam.call(http::Method::GET, next, &options, "").await.json();
    }
    assert_eq!(page["done"], true);
    assert_eq!(ids.len() as u64, first["totalSize"].as_u64().unwrap());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len() as u64, first["totalSize"].as_u64().unwrap());
    let stolen = maya.get(first["nextRecordsUrl"].as_str().unwrap()).await;
    assert_eq!(stolen.code(), "INVALID_QUERY_LOCATOR");
}

#[tokio::test]
async fn errors_point_at_their_place() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let reply = maya.try_query("SELECT Id,Invalid__x FROM Contact LIMIT 1").await;
    assert_eq!(reply.status, 400);
    assert_eq!(
        reply.json(),
        json!([{
            "message": "\nSELECT Id,Invalid__x FROM Contact LIMIT 1\n          ^\nERROR at Row:1:Column:11\nNo such column 'Invalid__x' on entity 'Contact'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
            "errorCode": "INVALID_FIELD"
        }])
    );
    for (query, code) in [
        ("SELECT Id FROM Widget__c", "INVALID_TYPE"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Nobody.Name FROM Contact", "INVALID_FIELD"),
        ("SELECT Id, (SELECT Id FROM Widgets) FROM Contact", "INVALID_TYPE"),
        ("SELECT Id FROM Contact WHERE Description LIKE '%a%'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Opportunity WHERE Amount = '5'", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Contact FOR UPDATE", "MALFORMED_QUERY"),
        ("SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id = :x", "MALFORMED_QUERY"),
    ] {
        assert_eq!(maya.try_query(query).await.code(), code, "{query}");
    }
}

#[tokio::test]
async fn classification_is_served_by_tooling() {
    let served = served().await;
    let (sam, maya) = (served.sign_in(SAM).await, served.sign_in(MAYA).await);
    let query = "tooling/query?q=SELECT+QualifiedApiName,SecurityClassification,ComplianceGroup,EntityDefinition.QualifiedApiName+FROM+FieldDefinition+WHERE+EntityDefinition.QualifiedApiName='Opportunity'";
    let rows = sam.get(query).await.json();
    let model = rows["records"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["QualifiedApiName"] == "Discount_Model__c")
        .unwrap();
    assert_eq!(model["SecurityClassification"], "MissionCritical");
    assert_eq!(model["EntityDefinition"]["QualifiedApiName"], "Opportunity");
    assert!(!maya.get(query).await.text.contains("Discount_Model__c"));
    let unfiltered = sam.get("tooling/query?q=SELECT+Id+FROM+FieldDefinition").await;
    assert_eq!(unfiltered.status, 400);
    let contact = sam.query("SELECT QualifiedApiName, ComplianceGroup FROM FieldDefinition WHERE EntityDefinitionId = 'Contact' AND QualifiedApiName = 'Email'").await;
    assert_eq!(contact["records"][0]["ComplianceGroup"], "PII;GDPR");
}

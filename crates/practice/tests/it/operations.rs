//! Bulk jobs, the UI API, limits, faults, logs, TLS, and the public form.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;
use practice::Fault;
use serde_json::json;

use crate::client::{INGRID, MAYA, SAM, TOM, served};

#[tokio::test]
async fn bulk_queries_come_in_parts_and_show_only_the_users_rows() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let job = maya
        .post(
            "jobs/query",
            json!({ "operation": "query", "query": "SELECT Id, Name, Account.Name FROM Contact" }),
        )
        .await;
    assert_eq!(job.status, 200, "{}", job.text);
    assert_eq!(job.json()["state"], "UploadComplete");
    let id = job.json()["id"].as_str().unwrap().to_owned();
    let info = maya.get(&format!("jobs/query/{id}")).await.json();
    assert_eq!(info["state"], "JobComplete");
    let expected = maya.query("SELECT COUNT() FROM Contact").await["totalSize"].as_u64().unwrap();
    assert_eq!(info["numberRecordsProcessed"], expected);
    let mut rows = 0;
    let mut locator = String::new();
    loop {
        let part =
            maya.get(&format!("jobs/query/{id}/results?maxRecords=100&locator={locator}")).await;
        assert!(part.text.starts_with("\"Id\",\"Name\",\"Account.Name\"\n"));
        rows += part.header("sforce-numberofrecords").parse::<u64>().unwrap();
        part.header("sforce-locator").clone_into(&mut locator);
        if locator == "null" {
            break;
        }
    }
    assert_eq!(rows, expected);
    assert_eq!(tom.get(&format!("jobs/query/{id}")).await.status, 404, "a job is its user's own");
    let hidden = maya
        .post(
            "jobs/query",
            json!({ "operation": "query", "query": "SELECT Discount_Model__c FROM Opportunity" }),
        )
        .await;
    assert_eq!(hidden.code(), "INVALID_FIELD");
    assert_eq!(maya.delete(&format!("jobs/query/{id}")).await.status, 204);
    assert_eq!(maya.get(&format!("jobs/query/{id}")).await.status, 404);
}

#[tokio::test]
async fn bulk_ingest_reports_each_row() {
    let served = served().await;
    let (maya, ingrid) = (served.sign_in(MAYA).await, served.sign_in(INGRID).await);
    let job = maya
        .post("jobs/ingest", json!({ "object": "Account", "operation": "insert" }))
        .await
        .json();
    let id = job["id"].as_str().unwrap();
    let path = format!("jobs/ingest/{id}");
    assert_eq!(job["contentUrl"], format!("services/data/v66.0/jobs/ingest/{id}/batches"));
    let csv = [("content-type", "text/csv")];
    let upload = "Name,Industry,AnnualRevenue\n\"Bulk, One\",Retail,5\n,Retail,\nBulk Two,,many\n";
    assert_eq!(maya.call(Method::PUT, &format!("{path}/batches"), &csv, upload).await.status, 201);
    assert_eq!(maya.patch(&path, json!({ "state": "UploadComplete" })).await.status, 200);
    let info = maya.get(&path).await.json();
    assert_eq!(
        (info["numberRecordsProcessed"].as_u64(), info["numberRecordsFailed"].as_u64()),
        (Some(3), Some(2))
    );
    let good = maya.get(&format!("{path}/successfulResults")).await.text;
    assert!(good.contains("\"true\",\"Bulk, One\",\"Retail\""), "{good}");
    let bad = maya.get(&format!("{path}/failedResults")).await.text;
    assert!(bad.contains("REQUIRED_FIELD_MISSING") && bad.contains("JSON_PARSER_ERROR"), "{bad}");
    assert_eq!(maya.rows("SELECT Id FROM Account WHERE Name LIKE 'Bulk%'").await.len(), 1);
    let job = ingrid
        .post("jobs/ingest", json!({ "object": "Account", "operation": "insert" }))
        .await
        .json();
    let path = format!("jobs/ingest/{}", job["id"].as_str().unwrap());
    ingrid.call(Method::PUT, &format!("{path}/batches"), &csv, "Name\nx\n").await;
    ingrid.patch(&path, json!({ "state": "UploadComplete" })).await;
    assert_eq!(ingrid.get(&path).await.json()["numberRecordsFailed"], 1);
}

#[tokio::test]
async fn the_ui_api_drops_optional_fields_and_refuses_required_ones() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let id = maya.rows("SELECT Id FROM Opportunity WHERE Name LIKE 'GenTech%'").await[0]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("ui-api/records/{id}");
    let record = maya
        .get(&format!("{path}?fields=Opportunity.Name,Opportunity.Account.Name&optionalFields=Opportunity.Discount_Model__c,Opportunity.Amount"))
        .await
        .json();
    assert_eq!(record["fields"]["Name"]["value"], "GenTech Platform Expansion");
    assert_eq!(record["fields"]["Account"]["value"]["fields"]["Name"]["value"], "GenTech");
    assert_eq!(record["fields"]["Amount"]["value"].to_string(), "180000.0");
    assert!(record["fields"].get("Discount_Model__c").is_none());
    assert_eq!(maya.get(&format!("{path}?fields=Opportunity.Discount_Model__c")).await.status, 400);
    assert!(!maya.get("ui-api/object-info/Opportunity").await.text.contains("Discount_Model__c"));
    let made = maya
        .post("ui-api/records", json!({ "apiName": "Account", "fields": { "Name": "Ui" } }))
        .await;
    assert_eq!((made.status, made.json()["fields"]["Name"]["value"].as_str()), (201, Some("Ui")));
    let batch = maya
        .get(&format!("ui-api/records/batch/{id},006gK0000000zzzAAA?fields=Opportunity.Name"))
        .await
        .json();
    assert_eq!(
        (batch["results"][0]["statusCode"].as_u64(), batch["results"][1]["statusCode"].as_u64()),
        (Some(200), Some(404))
    );
}

#[tokio::test]
async fn limits_run_out() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    served.org.set_api_usage(14_998, 15_000);
    let reply = maya.get("limits").await;
    assert_eq!(reply.header("sforce-limit-info"), "api-usage=14999/15000");
    assert_eq!(reply.json()["DailyApiRequests"], json!({ "Max": 15_000, "Remaining": 1 }));
    assert_eq!(maya.get("limits").await.status, 200);
    let refused = maya.get("limits").await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "REQUEST_LIMIT_EXCEEDED"));
    served.later(86_400);
    let maya = served.sign_in(MAYA).await;
    assert_eq!(maya.get("limits").await.status, 200);
}

#[tokio::test]
async fn planned_faults_happen_and_end() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let control = served.org.control();
    control.fail_next(1, "/query", Fault::Status { status: 503, code: "SERVER_UNAVAILABLE" });
    assert_eq!(maya.try_query("SELECT Id FROM Account LIMIT 1").await.code(), "SERVER_UNAVAILABLE");
    assert_eq!(maya.try_query("SELECT Id FROM Account LIMIT 1").await.status, 200);
    control.fail_next(1, "", Fault::ExpiredSession);
    assert_eq!(maya.get("limits").await.code(), "INVALID_SESSION_ID");
    control.fail_next(1, "", Fault::Latency(Duration::from_millis(80)));
    let begun = Instant::now();
    assert_eq!(maya.get("limits").await.status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(80));
    let bearer = format!("Bearer {}", maya.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    for (fault, name, made) in [(Fault::DropBefore, "Before", 0), (Fault::DropAfter, "After", 1)] {
        control.fail_next(1, "/sobjects", fault);
        let body = json!({ "Name": name }).to_string();
        let reply = served
            .try_send(Method::POST, "/services/data/v66.0/sobjects/Account", &headers, body)
            .await;
        assert!(reply.is_none(), "{reply:?}");
        let count = maya.query(&format!("SELECT COUNT() FROM Account WHERE Name = '{name}'")).await;
        assert_eq!(count["totalSize"], made);
    }
    served.org.expire_sessions(Some(MAYA)).unwrap();
    assert_eq!(maya.get("limits").await.status, 401);
}

#[tokio::test]
async fn requests_can_be_found_in_the_event_log_by_their_id() {
    let served = served().await;
    let (maya, sam) = (served.sign_in(MAYA).await, served.sign_in(SAM).await);
    let trace = "0af7651916cd43dd8448eb211c80319c";
    maya.call(
        Method::GET,
        "query?q=SELECT+Id+FROM+Account+WHERE+Name='GenTech'",
        &[("x-sfdc-request-id", trace)],
        "",
    )
    .await;
    assert_eq!(maya.try_query("SELECT Id FROM EventLogFile").await.code(), "INVALID_TYPE");
    let file = sam.rows("SELECT Id, LogFile FROM EventLogFile WHERE EventType = 'RestApi'").await;
    let log = sam.get(file[0]["LogFile"].as_str().unwrap()).await.text;
    let line = log.lines().find(|line| line.contains(trace)).unwrap();
    assert!(line.contains("/services/data/v66.0/query\",\"200\",\"1\""), "{line}");
    assert!(!log.contains("GenTech"), "the log holds no query strings");
    let logins = maya.rows("SELECT Status, SourceIp FROM LoginHistory").await;
    assert!(logins.iter().any(|row| row["Status"] == "Success"));
    assert!(sam.rows("SELECT UserId FROM LoginHistory").await.len() > logins.len());
}

#[tokio::test]
async fn record_access_is_told() {
    let served = served().await;
    let maya = served.sign_in(MAYA).await;
    let own = maya.rows("SELECT Id, OwnerId FROM Opportunity WHERE Name LIKE 'GenTech%'").await[0]
        .clone();
    let (id, me) = (own["Id"].as_str().unwrap(), own["OwnerId"].as_str().unwrap());
    let query = format!(
        "SELECT RecordId, HasReadAccess, HasEditAccess, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{me}' AND RecordId IN ('{id}', '006gK0000000zzz')"
    );
    let rows = maya.rows(&query).await;
    assert_eq!(rows.len(), 2);
    let of = |wanted: &str| {
        rows.iter()
            .find(|row| row["RecordId"].as_str().unwrap().starts_with(wanted))
            .unwrap()
            .clone()
    };
    assert_eq!(
        (of(id)["HasEditAccess"].as_bool(), of(id)["MaxAccessLevel"].as_str()),
        (Some(true), Some("All"))
    );
    assert_eq!(of("006gK0000000zzz")["MaxAccessLevel"], "None");
}

#[tokio::test]
async fn the_public_form_makes_a_lead_of_the_queue_and_says_nothing() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let org = maya.rows("SELECT Id FROM Organization").await[0]["Id"].as_str().unwrap().to_owned();
    let text = "<img src=\"https://evil.example/?d=1\">";
    let fields = [
        ("oid", org.as_str()),
        ("last_name", "Formby"),
        ("company", "Form Ltd"),
        ("description", text),
    ];
    assert_eq!(
        served.form("/servlet/servlet.WebToLead?encoding=UTF-8", &fields, &[]).await.status,
        200
    );
    assert_eq!(served.form("/servlet/servlet.WebToLead", &[("oid", "x")], &[]).await.status, 200);
    for session in [&maya, &tom] {
        let leads = session
            .rows("SELECT Description, Owner.Name, LeadSource FROM Lead WHERE LastName = 'Formby'")
            .await;
        assert_eq!(leads.len(), 1);
        assert_eq!(leads[0]["Description"], text);
        assert_eq!(leads[0]["Owner"]["Name"], "Web Leads");
    }
}

#[tokio::test]
async fn https_works_for_those_who_trust_the_written_authority() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    let served = served().await;
    let folder = tempfile::tempdir().unwrap();
    let tls = practice::Tls::open(folder.path()).unwrap();
    let authority = tls.authority().to_owned();
    let before = std::fs::read(&authority).unwrap();
    assert_eq!(practice::Tls::open(folder.path()).unwrap().authority(), authority);
    assert_eq!(std::fs::read(&authority).unwrap(), before, "trust lasts");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(practice::serve_tls(
        Arc::clone(&served.org),
        listener,
        tls,
        std::future::pending(),
    ));
    let connect = async |roots: RootCertStore| {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        connector.connect(ServerName::try_from("127.0.0.1").unwrap(), stream).await
    };
    assert!(connect(RootCertStore::empty()).await.is_err());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&authority).unwrap()).unwrap();
    let mut stream = connect(roots).await.unwrap();
    stream.write_all(b"GET /.well-known/openid-configuration HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.contains("\"issuer\":\"https://127.0.0.1\""), "{reply}");
}

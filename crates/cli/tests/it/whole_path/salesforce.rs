//! The Salesforce-compatible door: what programs made for Salesforce get of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Setting;
use crate::demo::{Demo, MAYA, SAM, TOM};
use crate::http::{Answer, send, split};
use crate::scripted::Say;

pub(super) const DATA: &str = "/services/data/v59.0";

/// A program with a key, and every byte it was given.
pub(super) struct Program<'a> {
    demo: &'a Demo,
    pub(super) key: String,
    received: Vec<Vec<u8>>,
}

impl<'a> Program<'a> {
    pub(super) fn of(demo: &'a Demo, username: &str) -> Self {
        Self { demo, key: demo.make_key(username).0, received: Vec::new() }
    }

    pub(super) fn call(
        &mut self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut headers =
            vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend_from_slice(more);
        let path = if path.starts_with('/') { path.to_owned() } else { format!("{DATA}/{path}") };
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let (host, _) = split(self.demo.page());
        let answer = send(&host, method, &path, &headers, &bytes).unwrap();
        self.received.push(answer.body.clone());
        self.received.push(format!("{:?}", answer.headers).into_bytes());
        answer
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        self.call("GET", path, &[], &Value::Null)
    }

    pub(super) fn query(&mut self, soql: &str) -> Answer {
        let path = format!("query?q={}", encoded(soql));
        self.get(&path)
    }

    /// The records of a query, over all its pages.
    pub(super) fn records(&mut self, soql: &str) -> Vec<Value> {
        let mut answer = self.query(soql);
        let mut records = Vec::new();
        loop {
            assert_eq!(answer.status, 200, "{soql}: {}", answer.text());
            let page = answer.json();
            records.extend(page["records"].as_array().unwrap().iter().cloned());
            match page["nextRecordsUrl"].as_str() {
                Some(next) => answer = self.get(next),
                None => return records,
            }
        }
    }
}

pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

pub(super) fn silent() -> Setting {
    Setting::new(|_| Say::Text("Nothing.".to_owned()))
}

/// Code of the first error.
pub(super) fn code(answer: &Answer) -> String {
    answer.json()[0]["errorCode"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

pub(super) fn rule(answer: &Answer) -> (String, u64) {
    let header = answer.header("portcullis-decision").unwrap_or_else(|| panic!("{answer:?}"));
    let (rule, entry) = header.split_once(", entry=").unwrap();
    (rule.strip_prefix("rule=").unwrap().to_owned(), entry.parse().unwrap())
}

pub(super) fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["Id"].as_str().unwrap().to_owned()).collect()
}

fn names(described: &Value) -> BTreeSet<String> {
    let fields = described["fields"].as_array().unwrap();
    fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn two_users_see_different_rows_and_fields_and_neither_more_than_in_the_org() {
    // A field that only some profiles have, let through by the matrix.
    let field = "Contact,Risk_Rating__c,";
    let rows = include_str!("../../../demo/matrix.csv").lines();
    let rows = rows.map(|row| {
        if row.starts_with(field) {
            format!("{field}yes,no,no,Internal System,pass,")
        } else {
            row.to_owned()
        }
    });
    let matrix: Vec<String> = rows.collect();
    assert!(matrix.iter().any(|row| row.starts_with(field)));
    let matrix = matrix.join("\n") + "\n";
    let setting = Setting::with_matrix(Some(&matrix), |_| Say::Text("Nothing.".to_owned()));
    let demo = &setting.demo;
    let queries = [
        "SELECT Id, Name, Phone FROM Account ORDER BY Id LIMIT 1000",
        "SELECT Id, Name, Email, Title, Account.Name FROM Contact ORDER BY Id LIMIT 250",
        "SELECT Id, Name, StageName, Amount FROM Opportunity ORDER BY Id LIMIT 1000",
    ];
    let mut seen: Vec<Vec<BTreeSet<String>>> = Vec::new();
    let mut fields: Vec<BTreeSet<String>> = Vec::new();
    for username in [MAYA, TOM, SAM] {
        let mut program = Program::of(demo, username);
        let org = demo.org(username);
        let mut rows = Vec::new();
        for query in queries {
            let (mine, theirs) = (program.records(query), org.query(query));
            assert_eq!(ids(&mine), ids(&theirs), "{username}: {query}");
            for (treated, clear) in mine.iter().zip(&theirs) {
                let columns = treated.as_object().unwrap().keys();
                let known = clear.as_object().unwrap();
                assert!(columns.into_iter().all(|it| known.contains_key(it)), "{treated}");
                assert_eq!(treated["attributes"]["type"], clear["attributes"]["type"]);
                assert!(
                    clear["Name"].is_null()
                        || treated["Name"] != clear["Name"]
                        || query.contains("Opportunity")
                );
            }
            rows.push(ids(&mine).into_iter().collect());
        }
        let mut all = BTreeSet::new();
        for object in ["Account", "Contact", "Opportunity", "Lead", "Case"] {
            let gate = program.get(&format!("sobjects/{object}/describe"));
            assert_eq!(gate.status, 200, "{}", gate.text());
            let org = org.describe(object);
            let (gate, org) = (names(&gate.json()), names(&org));
            assert!(gate.is_subset(&org), "{username} {object}: {:?}", gate.difference(&org));
            all.extend(gate.into_iter().map(|field| format!("{object}.{field}")));
        }
        seen.push(rows);
        fields.push(all);
    }
    assert!(seen[0][0].difference(&seen[1][0]).count() > 20);
    assert!(seen[1][0].difference(&seen[0][0]).count() > 20);
    let more: Vec<_> = fields[2].difference(&fields[0]).collect();
    assert_eq!(more, ["Contact.Risk_Rating__c"]);
    let rated = "SELECT Id, Risk_Rating__c FROM Contact LIMIT 5";
    assert_eq!(Program::of(demo, SAM).records(rated).len(), 5);
    let (mine, theirs) = (Program::of(demo, MAYA).query(rated), demo.org(MAYA).try_query(rated));
    assert_eq!(
        (mine.status, code(&mine)),
        (theirs.status, code(&theirs)),
        "a hidden field is none"
    );
}

#[test]
fn what_a_program_receives_holds_no_covered_value() {
    let setting = silent();
    let contacts = "SELECT FIRSTNAME, LastName, Name, Email, Phone, MobilePhone, Title, MailingStreet, Description FROM Contact LIMIT 300";
    let accounts = "SELECT Name, Phone, Website, BillingStreet, AnnualRevenue, Description FROM Account LIMIT 150";
    let leads = "SELECT Name, Company, Email, Phone, Description FROM Lead LIMIT 100";
    let mut secrets =
        setting.secrets(&[&contacts.replace("FIRSTNAME", "FirstName"), accounts, leads]);
    let mut program = Program::of(&setting.demo, MAYA);
    // What every client is told is no secret: picklists hold words that are names elsewhere.
    for path in [
        "sobjects",
        "limits",
        "sobjects/Contact/describe",
        "sobjects/Account/describe",
        "sobjects/Lead/describe",
    ] {
        let answer = program.get(path);
        secrets.allow_all_in(&answer.body);
    }
    program.received.clear();
    assert!(secrets.len() > 500, "{}", secrets.len());
    for query in [contacts, accounts, leads] {
        assert!(program.records(query).len() > 20);
    }
    let one =
        program.records("SELECT Id, Email FROM Contact WHERE Email != null LIMIT 1").remove(0);
    let id = one["Id"].as_str().unwrap().to_owned();
    assert_eq!(program.get(&format!("sobjects/Contact/{id}")).status, 200);
    assert_eq!(program.get("recent").status, 200);
    let search = encoded("FIND {GenTech} RETURNING Account(Id, Name, Phone), Contact(Id, Name)");
    assert_eq!(program.get(&format!("search?q={search}")).status, 200);
    let grouped = "SELECT Email, COUNT(Id) n, MAX(LastName) FROM Contact GROUP BY Email LIMIT 20";
    assert_eq!(program.query(grouped).status, 200);
    let nested = "SELECT Name, (SELECT Name, Email FROM Contacts) FROM Account LIMIT 20";
    assert_eq!(program.query(nested).status, 200);
    program.query("SELECT Id FROM Contact WHERE Email LIKE 'a%'");
    let batch = json!({ "batchRequests": [{ "method": "GET", "url": format!("v59.0/sobjects/Contact/{id}") }] });
    assert_eq!(program.call("POST", "composite/batch", &[], &batch).status, 200);
    let list = json!({ "ids": [id], "fields": ["Name", "Email", "Phone"] });
    assert_eq!(program.call("POST", "composite/sobjects/Contact", &[], &list).status, 200);
    let body = json!({ "Description": format!("Seen by {}", one["Email"].as_str().unwrap()) });
    assert_eq!(program.call("PATCH", &format!("sobjects/Contact/{id}"), &[], &body).status, 202);
    secrets.assert_absent("a program", &program.received);
    setting.demo.verify();
}

#[test]
fn a_token_is_an_argument_and_a_made_up_one_is_refused() {
    let setting = silent();
    let mut program = Program::of(&setting.demo, MAYA);
    let found = program.records("SELECT Id, Email FROM Contact WHERE Email != null LIMIT 3");
    let token = found[1]["Email"].as_str().unwrap().to_owned();
    assert!(token.starts_with("{EMAIL_"), "{token}");
    let again = program.records(&format!("SELECT Id, Email FROM Contact WHERE Email = '{token}'"));
    assert!(ids(&again).contains(&ids(&found)[1]));
    assert_eq!(again[0]["Email"], token, "a token stays what it is");
    let by = program.get(&format!("sobjects/Contact/Email/{}?fields=Id", encoded(&token)));
    assert!(by.status == 200 || by.status == 300, "{}", by.text());
    for made_up in ["{EMAIL_99999}", "{NAME_1_1}{EMAIL_99998}"] {
        let answer = program.query(&format!("SELECT Id FROM Contact WHERE Email = '{made_up}'"));
        assert_eq!((answer.status, code(&answer).as_str()), (400, "UNKNOWN_TOKEN"), "{made_up}");
    }
    // The same token of another person's program means nothing there.
    let mut other = Program::of(&setting.demo, TOM);
    let answer = other.query(&format!("SELECT Id FROM Contact WHERE Email = '{token}'"));
    assert_eq!(code(&answer), "UNKNOWN_TOKEN");
    let probe = program.query("SELECT Id FROM Contact WHERE Email LIKE 'a%'");
    assert_eq!((code(&probe).as_str(), rule(&probe).0.as_str()), ("INVALID_FIELD", "guess"));
}

#[test]
fn a_long_result_goes_on_for_its_client_alone() {
    let setting = silent();
    let mut program = Program::of(&setting.demo, MAYA);
    let size = [("sforce-query-options", "batchSize=200")];
    let path = format!("query/?q={}", encoded("SELECT Id FROM Contact"));
    let first = program.call("GET", &path, &size, &Value::Null).json();
    assert_eq!(
        (first["done"].clone(), first["records"].as_array().unwrap().len()),
        (json!(false), 200)
    );
    let next = first["nextRecordsUrl"].as_str().unwrap().to_owned();
    assert!(next.starts_with("/services/data/v59.0/query/01g"), "{next}");
    let mut other = Program::of(&setting.demo, MAYA);
    let answer = other.get(&next);
    assert_eq!((answer.status, code(&answer).as_str()), (400, "INVALID_QUERY_LOCATOR"));
    let second = program.call("GET", &next, &size, &Value::Null).json();
    assert_eq!(second["records"].as_array().unwrap().len(), 200);
    assert_eq!(second["totalSize"], first["totalSize"]);
    assert_ne!(second["records"][0]["Id"], first["records"][0]["Id"]);
}

/// How many proposals wait for the first user.
fn waiting(demo: &Demo) -> usize {
    let (mut browser, _) = demo.signed_in(MAYA);
    let page = browser.get(&format!("{}/approvals", demo.page())).text();
    page.matches("name=\"digest\"").count()
}

#[test]
fn every_part_of_a_composite_is_recorded_by_itself() {
    let setting = silent();
    let mut program = Program::of(&setting.demo, MAYA);
    program.query("SELECT Id FROM Account LIMIT 1");
    let size = |demo: &Demo| demo.verify()["size"].as_u64().unwrap();
    let before = size(&setting.demo);
    let part = |method: &str, path: &str, body: Value, reference: &str| {
        let mut part =
            json!({ "method": method, "url": format!("{DATA}/{path}"), "referenceId": reference });
        if !body.is_null() {
            part["body"] = body;
        }
        part
    };
    let first =
        format!("query?q={}", encoded("SELECT Id, Email FROM Contact WHERE Email != null LIMIT 1"));
    let body = json!({ "compositeRequest": [
        part("GET", &first, Value::Null, "a"),
        part("GET", "sobjects/Contact/@{a.records[0].Id}?fields=Id,Name,Phone", Value::Null, "b"),
        part("GET", "query?q=SELECT+Id+FROM+Contact+WHERE+Secret__c=1", Value::Null, "c"),
        part("POST", "sobjects/Task", json!({ "Subject": "Call @{a.records[0].Email}" }), "d"),
        part("GET", "sobjects/Task/@{d.id}", Value::Null, "e"),
        part("POST", "tooling/executeAnonymous", Value::Null, "f"),
    ]});
    let answer = program.call("POST", "composite", &[], &body).json();
    let parts = answer["compositeResponse"].as_array().unwrap();
    let statuses: Vec<u64> =
        parts.iter().map(|it| it["httpStatusCode"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 400, 202, 400, 403], "{answer}");
    assert_eq!(parts[4]["body"][0]["errorCode"], "PROCESSING_HALTED");
    let decisions: Vec<&str> =
        parts.iter().filter_map(|it| it["httpHeaders"]["Portcullis-Decision"].as_str()).collect();
    let entries: BTreeSet<&str> =
        decisions.iter().map(|it| it.rsplit_once('=').unwrap().1).collect();
    assert_eq!((decisions.len(), entries.len()), (5, 5), "{decisions:?}");
    // Two reads of two entries each, a refusal, a proposal, a closed path; others write beside it.
    assert!(size(&setting.demo) - before >= 7);
    let waiting = waiting(&setting.demo);
    assert_eq!(waiting, 1);
    let together = json!({ "allOrNone": true, "compositeRequest": [
        part("POST", "sobjects/Task", json!({ "Subject": "1" }), "a"),
        part("POST", "sobjects/Task", json!({ "Subject": "2" }), "b"),
    ]});
    let answer = program.call("POST", "composite", &[], &together);
    assert_eq!(code(&answer), "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(self::waiting(&setting.demo), waiting, "nothing was proposed");
}

#[test]
fn closed_paths_answer_as_salesforce_does_and_are_recorded() {
    let setting = silent();
    let mut program = Program::of(&setting.demo, MAYA);
    let user = "005000000000001AAA";
    for (method, path, expected) in [
        ("GET", "/services/async/59.0/job", "FUNCTIONALITY_NOT_ENABLED"),
        ("POST", "jobs/query", "FUNCTIONALITY_NOT_ENABLED"),
        ("POST", "jobs/ingest", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", "tooling/query?q=SELECT+Id+FROM+ApexClass", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", "tooling/executeAnonymous?anonymousBody=x", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", "/services/apexrest/Mine", "FUNCTIONALITY_NOT_ENABLED"),
        ("POST", "graphql", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", "connect/organization", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", "chatter/feeds", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", "ui-api/object-info/Contact", "FUNCTIONALITY_NOT_ENABLED"),
        ("GET", &format!("sobjects/User/{user}/password"), "NOT_FOUND"),
        ("POST", &format!("sobjects/User/{user}/password"), "NOT_FOUND"),
        ("GET", "whatever/there/may/be", "NOT_FOUND"),
    ] {
        let answer = program.call(method, path, &[], &Value::Null);
        assert_eq!(code(&answer), expected, "{method} {path}");
        assert_eq!(rule(&answer).0, "closed-path", "{method} {path}");
    }
    let soap = program.call("POST", "/services/Soap/m/59.0", &[], &Value::Null);
    assert!(soap.status == 500 && soap.text().contains("faultcode"), "{}", soap.text());
    let (host, _) = split(setting.demo.page());
    let stranger =
        send(&host, "GET", &format!("{DATA}/limits"), &[("authorization", "Bearer x")], b"");
    let stranger = stranger.unwrap();
    assert_eq!((stranger.status, code(&stranger).as_str()), (401, "INVALID_SESSION_ID"));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let password = send(
        &host,
        "POST",
        "/services/oauth2/token",
        &form,
        b"grant_type=password&username=a&password=b",
    );
    assert_eq!(password.unwrap().json()["error"], "unsupported_grant_type");
}

#[test]
fn a_client_may_fetch_its_token_and_ask_only_after_changes() {
    let setting = silent();
    let mut program = Program::of(&setting.demo, MAYA);
    let (host, _) = split(setting.demo.page());
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("grant_type=client_credentials&client_id=any&client_secret={}", program.key);
    let token =
        send(&host, "POST", "/services/oauth2/token", &form, body.as_bytes()).unwrap().json();
    assert_eq!(token["access_token"], program.key);
    assert_eq!(token["instance_url"], setting.demo.page());
    let identity = token["id"].as_str().unwrap().strip_prefix(setting.demo.page()).unwrap();
    let person = program.get(identity).json();
    assert_eq!(person, program.get("/services/oauth2/userinfo").json());
    assert!(identity.ends_with(person["user_id"].as_str().unwrap()));
    assert_eq!(program.get("/id/00D000000000001AAA/005000000000001AAA").status, 403);
    let versions = program.get("/services/data").json();
    assert_eq!(versions.as_array().unwrap().len(), 39);
    let described = program.get("sobjects/Contact/describe");
    for name in ["etag", "last-modified"] {
        let value = described.header(name).unwrap().to_owned();
        let ask = if name == "etag" { "if-none-match" } else { "if-modified-since" };
        let again =
            program.call("GET", "sobjects/Contact/describe", &[(ask, &value)], &Value::Null);
        assert_eq!((again.status, again.body.len()), (304, 0), "{ask}");
    }
    assert!(described.header("sforce-limit-info").unwrap().starts_with("api-usage="));
    assert_eq!(program.get("/services/data/v12.0/limits").status, 404);
}

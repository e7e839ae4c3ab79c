//! Reads of every kind of record: the model gets tokens, the person gets values.

use serde_json::json;

use super::{Setting, is_covered_everywhere, restored, streamed, streaming};
use crate::demo::{MAYA, body, content, run};
use crate::leaks::Secrets;
use crate::org::cells;
use crate::scripted::{Say, quote, reads, soql};

/// Reads whose answers hold people, customers, addresses, sums and free text.
const QUERIES: [&str; 17] = [
    "SELECT Id, FirstName, LastName, Name, Email, Phone, MobilePhone, Birthdate, Title, Account.Name FROM Contact ORDER BY LastName LIMIT 60",
    "SELECT Id, MailingStreet, MailingCity, MailingPostalCode, MailingAddress FROM Contact LIMIT 60",
    // What a text mentions is known only once the columns after it were read.
    "SELECT Description, Email, MobilePhone, LastName, FirstName, Account.Name FROM Contact LIMIT 60",
    "SELECT Id, Name, Description, Phone, Website, Industry, BillingStreet, BillingCity, BillingAddress FROM Account LIMIT 60",
    "SELECT Name, AnnualRevenue, NumberOfEmployees, Portfolio_Value__c FROM Account LIMIT 60",
    "SELECT Name, (SELECT Name, Email, Phone FROM Contacts), (SELECT Name, Amount, NextStep FROM Opportunities) FROM Account LIMIT 30",
    "SELECT Id, Name, Account.Name, StageName, Amount, CloseDate, NextStep, Description FROM Opportunity LIMIT 100",
    "SELECT Description, NextStep, Name, Account.Name, Account.Website FROM Opportunity ORDER BY Amount DESC LIMIT 60",
    "SELECT Contact.Name, Contact.Email, Role, Opportunity.Name, Opportunity.Account.Name FROM OpportunityContactRole LIMIT 60",
    "SELECT Description, Subject, CaseNumber, Contact.Name, Contact.Email, Account.Name FROM Case LIMIT 60",
    "SELECT SuppliedName, SuppliedEmail, SuppliedPhone, Subject, Description FROM Case LIMIT 60",
    "SELECT Body, Title, ParentId FROM Note LIMIT 60",
    "SELECT Description, Subject, ActivityDate FROM Task LIMIT 60",
    "SELECT Description, Subject, Location FROM Event LIMIT 60",
    "SELECT LastName, COUNT(Id) n FROM Contact GROUP BY LastName ORDER BY COUNT(Id) DESC LIMIT 50",
    "SELECT MAX(Email) Title, MIN(LastName) Industry, COUNT_DISTINCT(Email) n FROM Contact",
    // Outsiders' text last: nothing is read after it.
    "SELECT Description, FirstName, LastName, Name, Company, Email, Phone, MobilePhone, Street, Website FROM Lead LIMIT 100",
];

#[test]
fn no_clear_value_reaches_the_model_by_the_api() {
    let setting = Setting::new(|_| Say::Text(String::new()));
    let always = setting.the_same_for_everybody();
    let mut everyone = Secrets::default();
    setting.addresses_of_everyone(&mut everyone);
    assert!(everyone.len() > 2_000, "{}", everyone.len());
    let (mut covered, mut looked_for) = (0, 0);
    for (at, query) in QUERIES.into_iter().enumerate() {
        setting.model.play(reads(vec![soql(query)]));
        let mark = setting.model.mark();
        let request = body("server", &format!("Number {at}, please."));
        let text = if at % 2 == 0 {
            let answer = setting.demo.complete(setting.demo.key(), &request);
            assert_eq!(answer.status, 200, "{query}: {}", answer.text());
            content(&answer.json()).to_owned()
        } else {
            let answer = setting.demo.complete(setting.demo.key(), &streaming(request));
            assert_eq!(answer.status, 200, "{query}: {}", answer.text());
            streamed(&answer.events()).0
        };
        let heard = setting.model.heard();
        let last = heard.last().unwrap().results().pop().unwrap();
        assert!(!last.contains("\"error\""), "{query}: {last}");
        // What stands in the records of this conversation, and what its tokens stood for.
        let mut secrets = setting.secrets(&[query]);
        let found = restored(&text);
        covered += found.len();
        for (token, value) in found.iter().filter(|(token, _)| is_covered_everywhere(token)) {
            secrets.add(value, &format!("what {token} stood for"));
        }
        secrets.allow_all_in(&always);
        looked_for += secrets.len();
        secrets.assert_absent(&format!("what was sent for {query}"), &setting.model.since(&mark));
    }
    assert!(covered > 500 && looked_for > 1_000, "{covered} covered, {looked_for} looked for");
    everyone.assert_absent("what the model's server received", &setting.received());
    setting.demo.verify();
}

/// The other tests of this file look for what is not there. This one has them find it.
#[test]
fn a_leak_would_be_found() {
    let own = include_str!("../../../demo/matrix.csv");
    let covered = "Contact,Email,yes,yes,yes,Confidential PII GDPR Staff,token,";
    let open = own.replace(covered, "Contact,Email,yes,yes,yes,Confidential PII GDPR System,pass,");
    assert_ne!(open, own);
    let query = "SELECT Email FROM Contact ORDER BY Id LIMIT 20";
    let setting = Setting::with_matrix(Some(&open), reads(vec![soql(query)]));
    let mut secrets = Secrets::default();
    for cell in cells(&setting.demo.org(MAYA).query(query)) {
        secrets.add(cell.value.as_str().unwrap(), "an address");
    }
    setting.demo.ask(setting.demo.key(), "Which addresses?");
    let found = secrets.found_in(&setting.received().concat());
    assert_eq!((found.len(), secrets.len()), (20, 20));
}

#[test]
fn a_search_by_name_is_masked_too() {
    // The model searches for what it was given, as a token or a word; for nothing of its own.
    let setting = Setting::new(|heard| {
        let question = heard.question();
        let (first, second) = question.trim_start_matches("Look for ").split_once(" and ").unwrap();
        reads(vec![
            ("find", json!({ "search": first })),
            ("find", json!({ "search": second, "objects": ["Account", "Opportunity"] })),
        ])(heard)
    });
    let answer = setting.demo.ask(setting.demo.key(), "Look for Amelia and GenTech");
    let found = restored(content(&answer));
    let results = setting.model.heard().last().unwrap().results();
    assert!(found.len() > 5, "{found:?}: {results:?}");
    let mut secrets = setting.secrets(&[
        "SELECT Name FROM Contact",
        "SELECT Name FROM Account",
        "SELECT Name FROM Lead",
    ]);
    for (token, value) in found {
        secrets.add(&value, &token);
    }
    // The person typed a part of the account's name, and a part alone is no known value.
    secrets.allow("GenTech");
    secrets.allow_all_in(&setting.the_same_for_everybody());
    secrets.assert_absent("what the model's server received", &setting.received());
}

#[test]
fn the_command_line_is_a_door_like_the_others() {
    let query = "SELECT Name, Email, Phone FROM Contact ORDER BY Name LIMIT 10";
    let setting = Setting::new(reads(vec![soql(query)]));
    let key = setting.folder.path().join("key");
    std::fs::write(&key, setting.demo.key()).unwrap();
    let reference = format!("file:{}", key.display());
    let ask = |more: &[&str]| {
        let mut arguments =
            vec!["ask", "--url", setting.demo.page(), "--key", &reference, "--model", "server"];
        arguments.extend_from_slice(more);
        run(&arguments)
    };
    let output = ask(&["Who", "are", "they?"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let found = restored(&text);
    assert!(found.len() > 25, "{text}");
    let mut secrets = setting.secrets(&[query]);
    for (token, value) in &found {
        secrets.add(value, token);
    }
    assert_eq!(setting.model.heard()[0].question(), "Who are they?");
    let output = ask(&["--json", "And in JSON?"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["portcullis"]["endpoint"], "server");
    assert_eq!(restored(content(&answer)).len(), found.len());
    secrets.assert_absent("what the model's server received", &setting.received());
    setting.model.play(|_| Say::Status(500));
    let output = ask(&["And now?"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("error: the model failed"), "{errors}");
}

#[test]
fn a_token_is_an_argument_of_the_next_query() {
    let setting = Setting::new(|heard| {
        let results = heard.results();
        let Some(first) = results.first() else {
            return Say::Calls(vec![query(
                "SELECT Email FROM Contact WHERE Email != null ORDER BY Email LIMIT 3",
            )]);
        };
        let first: serde_json::Value = serde_json::from_str(first).unwrap();
        let token = first["records"][1]["Email"].as_str().unwrap();
        match results.len() {
            1 => Say::Calls(vec![query(&format!(
                "SELECT Id, Name, Email FROM Contact WHERE Email = '{token}'"
            ))]),
            2 => Say::Calls(vec![query(&format!(
                "SELECT COUNT() FROM Contact WHERE Email IN ('{token}', 'nobody@x.example')"
            ))]),
            _ => Say::Text(quote(&results[1])),
        }
    });
    let answer = setting.demo.ask(setting.demo.key(), "Who has the second address?");
    let heard = setting.model.heard();
    let results = heard.last().unwrap().results();
    let second: serde_json::Value = serde_json::from_str(&results[1]).unwrap();
    assert!(second["totalSize"].as_u64().is_some_and(|found| found >= 1), "{second}");
    let found = restored(content(&answer));
    let address = found.iter().find(|(token, _)| token.starts_with("EMAIL")).unwrap().1;
    let all = setting
        .demo
        .org(MAYA)
        .query("SELECT Email FROM Contact WHERE Email != null ORDER BY Email LIMIT 3");
    assert_eq!(all[1]["Email"].as_str().unwrap(), address);
}

fn query(soql: &str) -> (String, serde_json::Value) {
    ("soqlQuery".to_owned(), json!({ "q": soql }))
}

//! Writes: proposed, shown, signed, carried out once, by the person's own grant.

mod approving;

use serde_json::{Value, json};

use super::Setting;
use crate::demo::{ELENA, MAYA, TOM};
use crate::http::{Answer, Browser, hidden, unescape};
use crate::org::Org;
use crate::scripted::{Say, reads, soql, tokens};

/// A browser that is signed in, before a setting.
struct Desk<'a> {
    setting: &'a Setting,
    browser: Browser,
    csrf: String,
}

/// A proposal as its card shows it.
#[derive(Debug)]
struct Card {
    id: String,
    digest: String,
    html: String,
}

impl Card {
    fn of(html: &str) -> Self {
        let at = html.find("data-proposal=\"").expect("a card") + "data-proposal=\"".len();
        let id = html[at..].split('"').next().unwrap().to_owned();
        Self { id, digest: hidden(html, "digest").expect("it waits"), html: unescape(html) }
    }
}

impl<'a> Desk<'a> {
    fn of(setting: &'a Setting, username: &str) -> Self {
        let (browser, csrf) = setting.demo.signed_in(username);
        Self { setting, browser, csrf }
    }

    /// Has the model call this, and gives the card that comes of it.
    fn propose(&mut self, tool: &str, arguments: &Value) -> Card {
        self.setting.model.play(reads(vec![(tool, arguments.clone())]));
        let told = self.setting.ask_on_page(&mut self.browser, &self.csrf, "Change it", None);
        assert_eq!(told.proposed.len(), 1, "{told:?}");
        Card::of(&told.proposed[0])
    }

    fn decide(&mut self, id: &str, verb: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        let address = format!("{}/approvals/{id}/{verb}", self.setting.demo.page());
        self.browser.submit_with(&address, &all, &[("x-fragment", "card")])
    }

    fn approve(&mut self, card: &Card) -> Answer {
        self.decide(&card.id, "approve", &[("digest", &card.digest)])
    }

    fn look(&mut self, id: &str) -> Answer {
        self.browser.get(&format!("{}/approvals/{id}", self.setting.demo.page()))
    }
}

fn silent() -> Setting {
    Setting::new(|_| Say::Text("It waits.".to_owned()))
}

/// An open opportunity of the first user's.
fn opportunity(org: &Org) -> (String, Value) {
    let found = org.one(
        "SELECT Id, Name, Amount, StageName, NextStep FROM Opportunity WHERE Name LIKE 'GenTech%' AND IsClosed = false ORDER BY CreatedDate LIMIT 1",
    );
    (found["Id"].as_str().unwrap().to_owned(), found)
}

fn change(id: &str, body: &Value) -> Value {
    json!({ "sobject-name": "Opportunity", "id": id, "body": body })
}

fn now(org: &Org, id: &str) -> Value {
    org.one(&format!(
        "SELECT Amount, StageName, NextStep, LastModifiedById FROM Opportunity WHERE Id = '{id}'"
    ))
}

#[test]
fn a_write_waits_for_the_person_and_is_done_as_the_person() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    // Somebody else changed it last.
    org.update("Opportunity", &id, &json!({ "NextStep": "Call on Monday" }));
    let mut desk = Desk::of(&setting, MAYA);
    let body = json!({ "StageName": "Negotiation/Review", "Amount": 251_337 });
    let card = desk.propose("updateSobjectRecord", &change(&id, &body));
    assert!(card.html.contains("251,337"), "{}", card.html);
    assert!(card.html.contains(before["StageName"].as_str().unwrap()), "{}", card.html);
    let waiting = super::last_result(&setting.model);
    assert_eq!(waiting["status"], "waiting_for_approval");
    assert_eq!(now(&org, &id)["Amount"], before["Amount"], "nothing is written before the click");
    let maya = org.one(&format!("SELECT Id FROM User WHERE Username = '{MAYA}'"));
    assert_ne!(now(&org, &id)["LastModifiedById"], maya["Id"]);
    let done = desk.approve(&card);
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("It is in Salesforce."), "{}", done.text());
    assert_eq!(done.header("x-waiting"), Some("0"));
    let after = now(&org, &id);
    assert_eq!(after["Amount"].as_f64(), Some(251_337.0));
    assert_eq!(after["StageName"], "Negotiation/Review");
    assert_eq!(after["LastModifiedById"], maya["Id"], "by the person's own grant");
    // The model finds it so too.
    setting.model.play(reads(vec![soql(&format!(
        "SELECT Amount, LastModifiedById FROM Opportunity WHERE Id = '{id}'"
    ))]));
    setting.demo.ask(setting.demo.key(), "Is it there?");
    let seen = super::last_result(&setting.model);
    assert_eq!(seen["records"][0]["LastModifiedById"], maya["Id"]);
    // A second click changes nothing.
    org.update("Opportunity", &id, &json!({ "Amount": 9 }));
    let again = desk.approve(&card);
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(again.text().contains("The proposal is done"), "{}", again.text());
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(9.0));
    assert_eq!(setting.demo.verify()["open"], json!([]));
}

#[test]
fn many_clicks_at_once_write_once() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let account = org.query("SELECT Id FROM Account LIMIT 1")[0]["Id"].clone();
    let mut desk = Desk::of(&setting, MAYA);
    let create = json!({ "sobject-name": "Task", "body": { "Subject": "Once and no more", "WhatId": account } });
    let card = desk.propose("createSobjectRecord", &create);
    let page = setting.demo.page();
    let csrf = &desk.csrf;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let clicks: Vec<_> = (0..6)
            .map(|_| {
                let mut browser = desk.browser.clone();
                let card = &card;
                scope.spawn(move || {
                    let address = format!("{page}/approvals/{}/approve", card.id);
                    let fields = [("csrf", csrf.as_str()), ("digest", card.digest.as_str())];
                    browser.submit_with(&address, &fields, &[("x-fragment", "card")]).status
                })
            })
            .collect();
        clicks.into_iter().map(|click| click.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert_eq!(org.query("SELECT Id FROM Task WHERE Subject = 'Once and no more'").len(), 1);
}

#[test]
fn what_differs_from_what_was_seen_is_not_written() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    let mut desk = Desk::of(&setting, MAYA);
    let card = desk.propose("updateSobjectRecord", &change(&id, &json!({ "Amount": 251_338 })));
    // Another digest, a digest of nothing, none at all.
    for digest in [card.digest.replace(['0', '1', '2'], "3"), "0".repeat(64), String::new()] {
        let refused = desk.decide(&card.id, "approve", &[("digest", &digest)]);
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert_eq!(now(&org, &id)["Amount"], before["Amount"]);
    }
    // The record changes while the person thinks.
    org.update("Opportunity", &id, &json!({ "Amount": 77_000 }));
    let conflict = desk.approve(&card);
    assert_eq!(conflict.status, 409, "{}", conflict.text());
    assert!(conflict.text().contains("changed"), "{}", conflict.text());
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(77_000.0), "nothing was written");
    // It is back in the queue, brought up to date, and the old digest is worth nothing.
    let fresh = Card::of(&conflict.text());
    assert_eq!(fresh.id, card.id);
    assert_ne!(fresh.digest, card.digest);
    assert!(fresh.html.contains("77,000"), "{}", fresh.html);
    assert_eq!(desk.approve(&card).status, 409);
    assert_eq!(desk.approve(&fresh).status, 200);
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(251_338.0));
}

#[test]
fn a_person_may_edit_or_reject() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    let mut desk = Desk::of(&setting, MAYA);
    let body = json!({ "NextStep": "Send the offer", "Amount": 251_339 });
    let card = desk.propose("updateSobjectRecord", &change(&id, &body));
    let edited = desk.decide(
        &card.id,
        "edit",
        &[("field.NextStep", "Send the better offer"), ("field.Amount", "251339")],
    );
    assert_eq!(edited.status, 200, "{}", edited.text());
    let fresh = Card::of(&desk.look(&card.id).text());
    assert_ne!(fresh.digest, card.digest, "an edit is another thing to sign");
    assert_eq!(desk.approve(&card).status, 409);
    assert_eq!(now(&org, &id)["Amount"], before["Amount"]);
    assert_eq!(desk.approve(&fresh).status, 200);
    assert_eq!(now(&org, &id)["NextStep"], "Send the better offer");
    let card = desk.propose("updateSobjectRecord", &change(&id, &json!({ "Amount": 1 })));
    assert_eq!(desk.decide(&card.id, "reject", &[]).status, 200);
    let late = desk.approve(&card);
    assert_eq!(late.status, 409, "{}", late.text());
    assert!(late.text().contains("The proposal is rejected"), "{}", late.text());
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(251_339.0));
}

#[test]
fn a_token_in_a_write_becomes_its_value_for_the_person_alone() {
    let setting = Setting::new(|heard| {
        let said = tokens(&heard.question());
        if !heard.results().is_empty() {
            return Say::Text("It waits.".to_owned());
        }
        println!("the model reads: {}", heard.question());
        // The id is one word, covered or not; a token of it names the record as well.
        let id = heard.question().split_whitespace().nth(3).unwrap().to_owned();
        let number = said.iter().find(|token| token.starts_with("{PHONE")).unwrap();
        let body =
            json!({ "MobilePhone": number, "Description": format!("Prefers {number} over mail") });
        Say::Calls(vec![(
            "updateSobjectRecord".to_owned(),
            json!({ "sobject-name": "Contact", "id": id, "body": body }),
        )])
    });
    let org = setting.demo.org(ELENA);
    let maya = org.one(&format!("SELECT Id FROM User WHERE Username = '{MAYA}'"));
    let contact = org.query(&format!(
        "SELECT Id FROM Contact WHERE Account.OwnerId = '{}' LIMIT 1",
        maya["Id"].as_str().unwrap()
    ));
    let id = contact[0]["Id"].as_str().unwrap();
    let mut desk = Desk::of(&setting, MAYA);
    let number = "+44 20 7946 0444";
    let question = format!("The mobile of {id} is {number} now.");
    let told = setting.ask_on_page(&mut desk.browser, &desk.csrf, &question, None);
    let card = Card::of(&told.proposed[0]);
    assert!(card.html.contains(number), "{}", card.html);
    assert_eq!(desk.approve(&card).status, 200);
    let after = org.one(&format!("SELECT MobilePhone, Description FROM Contact WHERE Id = '{id}'"));
    assert_eq!(after["MobilePhone"], number);
    assert_eq!(after["Description"], format!("Prefers {number} over mail"));
    let mut secrets = crate::leaks::Secrets::default();
    secrets.add(number, "typed");
    secrets.assert_absent("what the model's server received", &setting.received());
}

#[test]
fn another_persons_proposal_is_not_there() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    let mut maya = Desk::of(&setting, MAYA);
    let card = maya.propose("updateSobjectRecord", &change(&id, &json!({ "Amount": 251_340 })));
    for username in [TOM, ELENA] {
        let mut other = Desk::of(&setting, username);
        assert_eq!(other.look(&card.id).status, 404);
        for verb in ["approve", "edit", "reject"] {
            let answer =
                other.decide(&card.id, verb, &[("digest", &card.digest), ("field.Amount", "3")]);
            assert_eq!(answer.status, 404, "{verb}: {}", answer.text());
        }
        let list = other.browser.get(&format!("{}/approvals", setting.demo.page())).text();
        assert!(!list.contains(&card.id));
    }
    assert_eq!(now(&org, &id)["Amount"], before["Amount"]);
    assert_eq!(maya.approve(&card).status, 200);
}

#[test]
fn what_the_person_may_not_write_is_not_proposed() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (mine, _) = opportunity(&org);
    let all = "SELECT Id FROM Opportunity";
    let visible = setting.demo.org(MAYA).query(all);
    let theirs =
        setting.demo.org(TOM).query(all).into_iter().find(|it| !visible.contains(it)).unwrap();
    let theirs = theirs["Id"].as_str().unwrap();
    for (at, (id, body, code)) in [
        // Read only for a representative; then open to her, and not to a model.
        (mine.as_str(), json!({ "Win_Score__c": 99 }), "INVALID_FIELD"),
        (&mine, json!({ "TotalOpportunityQuantity": 99 }), "NOT_ALLOWED"),
        (&mine, json!({ "Nonsense__c": 1 }), "INVALID_FIELD"),
        (&mine, json!({ "Amount": 5, "CreatedDate": "2020-01-01T00:00:00Z" }), "INVALID_FIELD"),
        (theirs, json!({ "Amount": 5 }), "NOT_FOUND"),
        ("006000000000001AAA", json!({ "Amount": 5 }), "NOT_FOUND"),
    ]
    .into_iter()
    .enumerate()
    {
        setting.model.play(reads(vec![("updateSobjectRecord", change(id, &body))]));
        let answer = setting.demo.ask(setting.demo.key(), &format!("Change this {at}"));
        let result = super::last_result(&setting.model);
        assert_eq!(result["error"]["code"], code, "{body}: {result}");
        assert_eq!(answer["portcullis"]["proposals"], json!([]), "{body}");
    }
}

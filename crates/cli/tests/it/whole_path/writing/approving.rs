//! Who may approve what, by the rules that a demo begins with; lists, reasons, and taking back.

use serde_json::json;

use super::{Card, Desk, change, now, opportunity, silent};
use crate::demo::{ELENA, MAYA, SAM, TOM};

/// What Maya says. It may tell a value as well as a field does.
const WORDS: &str = "Change it to what quill.wordsworth@elsewhere.example told us at last";
/// A part of them that is no value.
const PLAIN: &str = "told us at last";
const INGRID: &str = "ingrid.solheim@practice.example";

#[test]
fn two_people_other_than_the_asker_sign_the_largest_sums() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    let mut maya = Desk::of(&setting, MAYA);
    let card = maya_proposes(&mut maya, &id, 12_000_000);
    let own = maya.decide(&card.0, "approve", &[("digest", &card.1)]);
    assert_eq!(own.status, 409, "{}", own.text());
    assert!(own.text().contains("The policy does not let you approve it"), "{}", own.text());

    let mut elena = Desk::of(&setting, ELENA);
    let list = elena.browser.get(&format!("{}/approvals", setting.demo.page())).text();
    assert!(list.contains(&card.0) && !list.contains("12,000,000"), "values come with the record");
    assert!(!list.contains(PLAIN), "so do the words that tell them");
    let seen = Card::of(&elena.look(&card.0).text());
    assert_eq!(seen.digest, card.1, "everybody signs the same digest");
    assert!(seen.html.contains("12,000,000") && seen.html.contains("Two people"), "{}", seen.html);
    // The words are there, without what is not on the card.
    assert!(seen.html.contains(PLAIN) && seen.html.contains("{EMAIL_"), "{}", seen.html);
    assert!(!seen.html.contains("quill.wordsworth"), "{}", seen.html);
    let own = maya.look(&card.0).text();
    assert!(
        own.contains("quill.wordsworth@elsewhere.example"),
        "whoever asked reads their own words: {own}"
    );
    for _ in 0..2 {
        let first = elena.approve(&seen);
        assert_eq!(first.status, 200, "{}", first.text());
        assert!(first.text().contains("one more person is needed"), "{}", first.text());
        assert_eq!(now(&org, &id)["Amount"], before["Amount"], "twice the same person is one");
    }
    let mut sam = Desk::of(&setting, SAM);
    let seen = Card::of(&sam.look(&card.0).text());
    let second = sam.approve(&seen);
    assert!(second.text().contains("It is in Salesforce."), "{}", second.text());
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(12_000_000.0));
    let asker = org.one(&format!("SELECT Id FROM User WHERE Username = '{MAYA}'"));
    assert_eq!(now(&org, &id)["LastModifiedById"], asker["Id"], "by the grant of who asked");
    // What was used is used.
    assert_eq!(sam.approve(&seen).status, 409);
    let history = maya.look(&card.0).text();
    for step in ["proposed by", "signed by Elena", "signed by Sam", "done"] {
        assert!(history.contains(step), "{step}: {history}");
    }
    assert_eq!(setting.demo.verify()["open"], json!([]));
}

/// The id and digest of a change of the amount that Maya may not approve herself.
fn maya_proposes(maya: &mut Desk<'_>, id: &str, amount: u64) -> (String, String) {
    let call = change(id, &json!({ "Amount": amount }));
    maya.setting.model.play(crate::scripted::reads(vec![("updateSobjectRecord", call)]));
    let told = maya.setting.ask_on_page(&mut maya.browser, &maya.csrf, WORDS, None);
    let html = &told.proposed[0];
    assert!(html.contains("Somebody else has to approve this."), "{html}");
    let at = html.find("data-proposal=\"").unwrap() + "data-proposal=\"".len();
    let proposal = html[at..].split('"').next().unwrap().to_owned();
    let mut elena = Desk::of(maya.setting, ELENA);
    let digest = Card::of(&elena.look(&proposal).text()).digest;
    (proposal, digest)
}

#[test]
fn an_approver_sees_and_signs_no_more_than_salesforce_lets_them() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    let mut maya = Desk::of(&setting, MAYA);
    let (proposal, digest) = maya_proposes(&mut maya, &id, 2_000_000);
    let name = before["Name"].as_str().unwrap();
    // Sees none of Europe: not the record, nor its name or values.
    let mut tom = Desk::of(&setting, TOM);
    let page = tom.look(&proposal).text();
    assert!(!page.contains(name) && !page.contains("2,000,000"), "{page}");
    assert!(page.contains("(hidden from you)"), "{page}");
    assert!(!page.contains(PLAIN), "the words may tell what is hidden: {page}");
    let blind = tom.decide(&proposal, "approve", &[("digest", &digest)]);
    assert_eq!(blind.status, 409, "{}", blind.text());
    assert!(blind.text().contains("may not see every value"), "{}", blind.text());
    // Reads everything and may write nothing.
    let mut ingrid = Desk::of(&setting, INGRID);
    let seen = Card::of(&ingrid.look(&proposal).text());
    let powerless = ingrid.approve(&seen);
    assert_eq!(powerless.status, 409, "{}", powerless.text());
    assert!(powerless.text().contains("may not write"), "{}", powerless.text());
    // Only who asked edits.
    let mut elena = Desk::of(&setting, ELENA);
    let edit = elena.decide(&proposal, "edit", &[("field.Amount", "3")]);
    assert_eq!(edit.status, 404, "{}", edit.text());
    assert_eq!(now(&org, &id)["Amount"], before["Amount"]);
    let seen = Card::of(&elena.look(&proposal).text());
    assert_eq!(seen.digest, digest, "nobody's refusal changed it");
    assert_eq!(elena.approve(&seen).status, 200);
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(2_000_000.0));
}

#[test]
fn a_conflict_voids_what_was_signed_and_a_reason_reaches_the_asker() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, _) = opportunity(&org);
    let mut maya = Desk::of(&setting, MAYA);
    let (proposal, _) = maya_proposes(&mut maya, &id, 13_000_000);
    let (mut elena, mut sam) = (Desk::of(&setting, ELENA), Desk::of(&setting, SAM));
    let first = Card::of(&elena.look(&proposal).text());
    assert_eq!(elena.approve(&first).status, 200);
    org.update("Opportunity", &id, &json!({ "NextStep": "Changed meanwhile" }));
    let seen = Card::of(&sam.look(&proposal).text());
    let stale = sam.approve(&seen);
    assert_eq!(stale.status, 409, "{}", stale.text());
    let fresh = Card::of(&stale.text());
    assert_ne!(fresh.digest, first.digest);
    let alone = sam.approve(&fresh);
    assert!(alone.text().contains("one more person is needed"), "{}", alone.text());
    let reason = "Ask the board <first>";
    let no = elena.decide(&proposal, "reject", &[("reason", reason)]);
    assert_eq!(no.status, 200, "{}", no.text());
    let told = crate::http::unescape(&maya.look(&proposal).text());
    assert!(told.contains("said no; nothing was written.") && told.contains(reason), "{told}");
    assert_eq!(sam.approve(&fresh).status, 409);
    assert_ne!(now(&org, &id)["Amount"].as_f64(), Some(13_000_000.0));
}

#[test]
fn writes_of_one_request_are_decided_together_and_each_by_itself() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let maya_id = org.one(&format!("SELECT Id FROM User WHERE Username = '{MAYA}'"));
    let open = org.query(&format!(
        "SELECT Id FROM Opportunity WHERE OwnerId = '{}' AND IsClosed = false LIMIT 4",
        maya_id["Id"].as_str().unwrap()
    ));
    let ids: Vec<String> = open.iter().map(|it| it["Id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 4);
    let mut maya = Desk::of(&setting, MAYA);
    let calls = ids
        .iter()
        .map(|id| ("updateSobjectRecord", change(id, &json!({ "NextStep": "Decided together" }))));
    setting.model.play(crate::scripted::reads(calls.collect()));
    let told = setting.ask_on_page(&mut maya.browser, &maya.csrf, "Change them", None);
    assert_eq!(told.proposed.len(), 4, "{told:?}");
    let cards: Vec<Card> = told.proposed.iter().map(|html| Card::of(html)).collect();
    let page = maya.look(&cards[0].id).text();
    let at = page.find("/approvals/batch/").expect("a way to the others");
    let batch = page[at..].split('"').next().unwrap().to_owned();
    let address = format!("{}{batch}", setting.demo.page());
    let list = maya.browser.get(&address).text();
    assert!(cards.iter().all(|card| list.contains(&card.digest)), "{list}");
    // One is left out, one is signed with another digest, one has changed since.
    org.update("Opportunity", &ids[2], &json!({ "Amount": 5 }));
    let names: Vec<String> = cards.iter().map(|card| format!("chosen.{}", card.id)).collect();
    let zeros = "0".repeat(64);
    let fields = [
        ("csrf", maya.csrf.as_str()),
        ("decision", "approve"),
        (names[0].as_str(), cards[0].digest.as_str()),
        (names[1].as_str(), zeros.as_str()),
        (names[2].as_str(), cards[2].digest.as_str()),
    ];
    let done = maya.browser.submit_with(&address, &fields, &[]);
    assert_eq!(done.status, 200, "{}", done.text());
    let text = done.text();
    assert!(text.contains("1 written") && text.contains("2 not carried out"), "{text}");
    assert!(text.contains("What you saw is not what is stored"), "{text}");
    assert!(text.contains("The record has changed"), "{text}");
    let steps: Vec<bool> =
        ids.iter().map(|id| now(&org, id)["NextStep"] == "Decided together").collect();
    assert_eq!(steps, [true, false, false, false]);
    let rest = [
        ("csrf", maya.csrf.as_str()),
        ("decision", "reject"),
        (names[3].as_str(), cards[3].digest.as_str()),
    ];
    let text = maya.browser.submit_with(&address, &rest, &[]).text();
    assert!(text.contains("1 rejected."), "{text}");
}

#[test]
fn a_write_is_taken_back_by_another_proposal() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    let mut maya = Desk::of(&setting, MAYA);
    let card = maya.propose("updateSobjectRecord", &change(&id, &json!({ "Amount": 271_000 })));
    assert_eq!(maya.decide(&card.id, "undo", &[]).status, 409, "nothing was done yet");
    assert_eq!(maya.approve(&card).status, 200);
    let undo = maya.decide(&card.id, "undo", &[]);
    assert_eq!(undo.status, 200, "{}", undo.text());
    let undo = Card::of(&undo.text());
    assert_ne!(undo.id, card.id);
    assert_eq!(now(&org, &id)["Amount"].as_f64(), Some(271_000.0), "it waits like any other");
    assert_eq!(maya.approve(&undo).status, 200);
    assert_eq!(now(&org, &id)["Amount"], before["Amount"]);
    // The first one cannot be undone again: its value is not there any more.
    let again = maya.decide(&card.id, "undo", &[]);
    assert_eq!(again.status, 409, "{}", again.text());
    assert!(again.text().contains("has been changed since"), "{}", again.text());
}

#[test]
fn of_an_approval_and_a_rejection_at_once_one_counts() {
    let setting = silent();
    let org = setting.demo.org(ELENA);
    let (id, before) = opportunity(&org);
    for amount in [281_000, 282_000, 283_000] {
        let mut desk = Desk::of(&setting, MAYA);
        let card = desk.propose("updateSobjectRecord", &change(&id, &json!({ "Amount": amount })));
        let (approved, rejected) = std::thread::scope(|scope| {
            let decide = |verb: &'static str| {
                let (mut browser, csrf) = (desk.browser.clone(), desk.csrf.clone());
                let (card, page) = (&card, setting.demo.page());
                scope.spawn(move || {
                    let address = format!("{page}/approvals/{}/{verb}", card.id);
                    let fields = [("csrf", csrf.as_str()), ("digest", card.digest.as_str())];
                    browser.submit_with(&address, &fields, &[("x-fragment", "card")])
                })
            };
            let (one, other) = (decide("approve"), decide("reject"));
            (one.join().unwrap(), other.join().unwrap())
        });
        let written = now(&org, &id)["Amount"].as_f64() == Some(f64::from(amount));
        assert_eq!(approved.status == 200, written, "{}", approved.text());
        assert!(written != (rejected.status == 200), "{written}: {}", rejected.text());
        let shown = desk.look(&card.id).text();
        let word = if written { "It is in Salesforce." } else { "said no" };
        assert!(shown.contains(word), "{shown}");
    }
    let _ = before;
    assert_eq!(setting.demo.verify()["open"], json!([]));
}

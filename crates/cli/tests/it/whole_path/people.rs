//! Persons apart: conversations, keys, tokens, records.

use serde_json::{Value, json};

use super::{Setting, last_result, restored};
use crate::demo::{MAYA, TOM, body, content};
use crate::scripted::{Say, quote, reads, soql};

#[test]
fn a_key_reads_as_its_person_alone() {
    let query = "SELECT Id, Name FROM Account ORDER BY Id LIMIT 200";
    let setting = Setting::new(reads(vec![soql(query)]));
    let (tom, _) = setting.demo.make_key(TOM);
    let seen = |key: &str, username: &str| {
        let answer = setting.demo.ask(key, "Which accounts?");
        assert!(restored(content(&answer)).len() > 20, "{answer}");
        let ids = |records: &Value| -> Vec<String> {
            let records = records.as_array().unwrap().iter();
            records.map(|record| record["Id"].as_str().unwrap().to_owned()).collect()
        };
        let found = ids(&last_result(&setting.model)["records"]);
        assert_eq!(found, ids(&setting.demo.org(username).query(query).into()), "{username}");
        found
    };
    let mine = seen(setting.demo.key(), MAYA);
    let theirs = seen(&tom, TOM);
    assert!(mine.iter().filter(|id| !theirs.contains(id)).count() > 20);
    assert!(theirs.iter().filter(|id| !mine.contains(id)).count() > 20);
}

#[test]
fn a_conversation_of_the_same_name_is_another_persons_own() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.everything())));
    let (tom, _) = setting.demo.make_key(TOM);
    let named = |text: &str| {
        json!({ "model": "server", "metadata": { "conversation_id": "shared" },
            "messages": [{ "role": "user", "content": text }] })
    };
    let said = "alice@a.example and bob@b.example";
    let answer = setting.demo.complete(setting.demo.key(), &named(said)).json();
    assert_eq!(restored(content(&answer)).len(), 2);
    // Tokens of the other conversation mean nothing here, whoever writes them.
    let foreign = crate::scripted::tokens(&setting.model.heard()[0].question());
    let theirs = foreign.join(", ");
    setting.model.play(move |heard| Say::Text(format!("Take {theirs}, {}.", heard.question())));
    let answer = setting.demo.complete(&tom, &named("carol@c.example")).json();
    let text = content(&answer);
    assert!(text.contains("carol@c.example"), "{text}");
    assert!(!text.contains("alice") && !text.contains("bob"), "{text}");
    let query = format!("SELECT Id FROM Contact WHERE Email = '{}'", foreign[1]);
    setting.model.play(reads(vec![soql(&query)]));
    setting.demo.complete(&tom, &named("again"));
    assert_eq!(last_result(&setting.model)["error"]["code"], "UNKNOWN_TOKEN");
}

#[test]
fn another_persons_conversation_is_not_there() {
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let (mut maya, csrf) = setting.demo.signed_in(MAYA);
    let told = setting.ask_on_page(&mut maya, &csrf, "Remember alice@a.example", None);
    let (mut tom, theirs) = setting.demo.signed_in(TOM);
    let address = format!("{}/c/{}", setting.demo.page(), told.conversation);
    assert_eq!(maya.get(&address).status, 200);
    let foreign = tom.get(&address);
    assert_eq!(foreign.status, 404);
    assert!(!foreign.text().contains("alice"));
    let before = setting.model.heard().len();
    let told = setting.ask_on_page(&mut tom, &theirs, "And now?", Some(&told.conversation));
    assert_eq!(told.names, ["failed"], "{told:?}");
    assert_eq!(setting.model.heard().len(), before);
    let home = tom.get(setting.demo.page()).text();
    assert!(!home.contains("Remember"), "{home}");
    // Nor is there a way to it by a name that a client chooses.
    let id = told.conversation;
    let named = json!({ "model": "server", "metadata": { "conversation_id": id }, "messages": [{ "role": "user", "content": "x" }] });
    let answer = setting.demo.complete(setting.demo.key(), &named);
    assert!([200, 400].contains(&answer.status));
}

#[test]
fn a_revoked_key_and_a_wrong_one_are_401() {
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let (key, id) = setting.demo.make_key(MAYA);
    assert_eq!(setting.demo.complete(&key, &body("server", "x")).status, 200);
    // Another person cannot revoke it.
    let (mut tom, csrf) = setting.demo.signed_in(TOM);
    let address = format!("{}/keys/{id}/revoke", setting.demo.page());
    assert_eq!(tom.submit(&address, &[("csrf", &csrf)]).status, 404);
    assert_eq!(setting.demo.complete(&key, &body("server", "x")).status, 200);
    let (mut maya, csrf) = setting.demo.signed_in(MAYA);
    assert_eq!(maya.submit(&address, &[("csrf", &csrf)]).status, 200);
    let before = setting.model.heard().len();
    let changed =
        format!("{}{}", &key[..key.len() - 1], if key.ends_with('A') { 'B' } else { 'A' });
    for wrong in [key.as_str(), &changed, "portcullis_", "", "x"] {
        let answer = setting.demo.complete(wrong, &body("server", "x"));
        assert_eq!(answer.status, 401, "{}", answer.text());
        assert_eq!(answer.json()["error"]["type"], "authentication_error");
        assert_eq!(answer.json()["error"]["code"], "invalid_api_key");
    }
    assert_eq!(setting.model.heard().len(), before);
}

#[test]
fn a_session_ends_when_its_person_signs_out() {
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let (mut browser, csrf) = setting.demo.signed_in(MAYA);
    // A thief's copy of the cookie.
    let mut copy = browser.clone();
    let address = format!("{}/approvals", setting.demo.page());
    assert!(!copy.get(&address).text().contains("Sign in with"));
    browser.submit(&format!("{}/sign-out", setting.demo.page()), &[("csrf", &csrf)]);
    let page = copy.get(&address);
    assert!(page.text().contains("Sign in with"), "{}", page.text());
}

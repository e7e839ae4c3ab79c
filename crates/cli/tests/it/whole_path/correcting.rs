//! What an administrator corrects, and what a model may learn from its own words.

use serde_json::{Value, json};

use super::Setting;
use crate::demo::{Demo, MAYA, SAM, content};
use crate::leaks::Secrets;
use crate::scripted::{Say, quote};

const SENTENCE: &str = "the crate that zqtulv orvane wanted is late";

fn correct(demo: &Demo, username: &str, kind: &str, words: &str, example: &str) -> u16 {
    let (mut browser, csrf) = demo.signed_in(username);
    let fields = [("csrf", csrf.as_str()), ("kind", kind), ("words", words), ("example", example)];
    browser.submit(&format!("{}/corrections", demo.page()), &fields).status
}

#[test]
fn a_corrected_miss_is_hidden_at_once_and_after_a_restart() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.question())));
    let heard = |demo: &Demo| {
        let before = setting.model.heard().len();
        demo.ask(demo.key(), SENTENCE);
        setting.model.heard()[before].question()
    };
    assert!(heard(&setting.demo).contains("zqtulv orvane"), "else this shows nothing");
    assert_eq!(correct(&setting.demo, MAYA, "NAME", "Zqtulv Orvane", SENTENCE), 404);
    assert_eq!(correct(&setting.demo, SAM, "NAME", "Zqtulv Orvane", "another text"), 400);
    assert_eq!(correct(&setting.demo, SAM, "NAME", "Zqtulv Orvane", SENTENCE), 200);
    assert!(!heard(&setting.demo).contains("orvane"));
    let (mut browser, _) = setting.demo.signed_in(SAM);
    let page = browser.get(&format!("{}/corrections", setting.demo.page())).text();
    assert!(page.contains("Zqtulv Orvane") && page.contains("holds"), "{page}");

    let mut secrets = Secrets::default();
    secrets.add("zqtulv orvane", "what was corrected");
    let log = std::fs::read(&setting.demo.log).unwrap();
    secrets.assert_absent("the log", &[log]);
    let (folder, url) = (setting.folder.path().join("data"), setting.model.url());
    let gate = folder.join("gate");
    assert!(setting.demo.stop().success());
    let files = std::fs::read_dir(&gate).unwrap().flatten();
    let files: Vec<Vec<u8>> = files.filter_map(|it| std::fs::read(it.path()).ok()).collect();
    assert!(!files.is_empty());
    secrets.assert_absent("what the gate keeps", &files);

    let again = Demo::with_model(&folder, &url);
    let before = setting.model.heard().len();
    again.ask(again.key(), SENTENCE);
    assert!(!setting.model.heard()[before].question().contains("orvane"));
}

/// A list of guesses comes back as it was written, the right ones among them too.
#[test]
fn a_model_learns_nothing_from_what_it_said_itself() {
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let known = setting.demo.org(MAYA).query("SELECT Name FROM Contact LIMIT 1");
    let known = known[0]["Name"].as_str().unwrap().to_owned();
    let guesses =
        format!("Is it {known}, or {}, or Quorvane Zeltsa, or {{NAME_1zz}}?", known.to_lowercase());
    let said = guesses.clone();
    setting.model.play(move |_| Say::Text(said.clone()));
    let first = json!({ "role": "user", "content": "Who is it? Take your time." });
    let answer = setting
        .demo
        .complete(setting.demo.key(), &json!({ "model": "server", "messages": [first] }));
    let answer = answer.json();
    assert_eq!(content(&answer), guesses);
    let message = &answer["choices"][0]["message"];
    let second = json!({ "role": "user", "content": "Go on." });
    let body = json!({ "model": "server", "messages": [first, message, second] });
    let before = setting.model.heard().len();
    setting.demo.complete(setting.demo.key(), &body);
    let heard = setting.model.heard();
    let messages = heard[before].body["messages"].as_array().unwrap();
    let own: Vec<&Value> = messages.iter().filter(|it| it["role"] == "assistant").collect();
    assert_eq!(own[0]["content"], guesses.as_str());
    // What the client changes is the client's word, and masked.
    let changed = json!({ "role": "assistant", "content": format!("{guesses} Yes.") });
    let body = json!({ "model": "server", "messages": [first, changed, second] });
    setting.demo.complete(setting.demo.key(), &body);
    let last = setting.model.heard().last().unwrap().everything();
    assert!(!last.contains(&known), "{last}");
}

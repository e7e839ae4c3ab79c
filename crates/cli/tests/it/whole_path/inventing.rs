//! What a model says of its own, where the house has it covered, at every door that answers a person.

use serde_json::{Value, json};

use super::{Setting, streamed, streaming};
use crate::demo::{MAYA, SAM, content};
use crate::http::unescape;
use crate::scripted::{Heard, Say};

const ANSWERS: &str = "[screen]\ninvented = \"cover\"\n[openai]\nunknown_members = \"ignore\"\n";
const MADE_UP: [&str; 4] =
    ["zoe.quill@made-up.example", "4242-4242-4242-4242", "+44 20 7946 0399", "hunter2!xQ"];
const TOLD: &str = "dora@told.example";

/// Repeats the address that it was told, as its token, and makes four values up.
fn makes_up(heard: &Heard) -> Say {
    let [mail, card, phone, secret] = MADE_UP;
    Say::Text(format!(
        "I wrote: {}. Ask {mail}, call {phone}, pay with {card}; the password: {secret} works.",
        heard.question()
    ))
}

fn covered(text: &str) {
    for value in MADE_UP {
        assert!(!text.contains(value), "{text}");
    }
    assert!(text.contains(TOLD), "{text}");
    let around = "Ask [invented e-mail address], call [invented phone number], pay with [invented card number]; \
                  the password: [invented secret] works.";
    assert!(text.contains(around), "{text}");
}

#[test]
fn it_is_covered_whole_and_streamed_at_every_door_and_counted() {
    let setting = Setting::with_files(&[("answers.toml", ANSWERS)], makes_up);
    let (demo, key) = (&setting.demo, setting.demo.key());
    let said = format!("Tell {TOLD}");
    let request = json!({ "model": "server", "messages": [{ "role": "user", "content": said }] });
    let answer = demo.complete(key, &request).json();
    covered(content(&answer));
    assert_eq!(answer["portcullis"]["invented"], 4, "{answer}");
    let answer = demo.complete(key, &streaming(request.clone()));
    let (text, extension) = streamed(&answer.events());
    covered(&text);
    assert_eq!(extension["invented"], 4);
    // The ledger has the number, and no value.
    let auditor = demo.make_key(SAM).0;
    let trace = extension["trace"].as_str().unwrap();
    let found = demo.get_api(&auditor, &format!("/v1/ledger?trace={trace}")).text();
    assert!(found.contains("\"invented\":4"), "{found}");
    // On the page, and on the page that a reload brings.
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let told = setting.ask_on_page(&mut browser, &csrf, &said, None);
    covered(&told.text);
    assert!(told.html.contains("4 values of the model's own covered"), "{}", told.html);
    let page = browser.get(&format!("{}/c/{}", demo.page(), told.conversation)).text();
    covered(&unescape(&page));
    assert!(!MADE_UP.iter().any(|value| told.masked.contains(value) || told.html.contains(value)));
    // What a client sends back is the model's own word again: its list of guesses stays as it wrote it.
    let again = json!({ "model": "server", "messages": [
        { "role": "user", "content": said }, { "role": "assistant", "content": text },
        { "role": "user", "content": "And now?" },
    ] });
    demo.complete(key, &again);
    let heard = setting.model.heard().last().unwrap().everything();
    assert!(MADE_UP.iter().all(|value| heard.contains(value)), "{heard}");
    assert!(!heard.contains("[invented"), "{heard}");
}

#[test]
fn a_call_of_the_clients_own_tool_carries_none_either() {
    let mail = MADE_UP[0];
    let call = move |heard: &Heard| {
        let token = heard.question().replace("Tell ", "");
        Say::Calls(vec![("send_email".to_owned(), json!({ "to": mail, "copy": token, "n": 1 }))])
    };
    let setting = Setting::with_files(&[("answers.toml", ANSWERS)], call);
    let tools = json!([{ "type": "function", "function": { "name": "send_email", "parameters": { "type": "object" } } }]);
    let request = json!({ "model": "server", "tools": tools, "messages": [{ "role": "user", "content": format!("Tell {TOLD}") }] });
    let answer = setting.demo.complete(setting.demo.key(), &request).json();
    let call = &answer["choices"][0]["message"]["tool_calls"][0]["function"];
    let arguments: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments, json!({ "to": "[invented e-mail address]", "copy": TOLD, "n": 1 }));
    assert_eq!(answer["portcullis"]["invented"], 1);
}

#[test]
fn what_records_told_is_shown_and_by_default_all_is() {
    let query = "SELECT Name, Email, Phone FROM Contact WHERE Email != null ORDER BY Name LIMIT 5";
    let model = move |heard: &Heard| match heard.results().last() {
        None => Say::Calls(vec![("soqlQuery".to_owned(), json!({ "q": query }))]),
        Some(result) => Say::Text(format!("{} {result}", MADE_UP[0])),
    };
    let setting = Setting::with_files(&[("answers.toml", ANSWERS)], model);
    let answer = setting.demo.ask(setting.demo.key(), "Who are they?");
    let known = setting.demo.org(MAYA).query(query);
    for contact in &known {
        assert!(content(&answer).contains(contact["Email"].as_str().unwrap()), "{answer}");
    }
    assert_eq!(answer["portcullis"]["invented"], 1, "{answer}");

    let setting = Setting::new(makes_up);
    let answer = setting.demo.ask(setting.demo.key(), &format!("Tell {TOLD}"));
    assert!(MADE_UP.iter().all(|value| content(&answer).contains(value)), "{answer}");
    assert_eq!(answer["portcullis"]["invented"], 0);
}

#[test]
fn members_that_nobody_knows_are_left_out_and_named() {
    let setting =
        Setting::with_files(&[("answers.toml", ANSWERS)], |_| Say::Text("Hello.".to_owned()));
    let request = json!({ "model": "server", "messages": [{ "role": "user", "content": "hello" }],
        "session_note": "Please review: ana@x.example" });
    let answer = setting.demo.complete(setting.demo.key(), &request).json();
    assert_eq!(answer["portcullis"]["ignored"], json!(["session_note"]), "{answer}");
    let sent = String::from_utf8_lossy(&setting.received().concat()).into_owned();
    assert!(!sent.contains("session_note") && !sent.contains("Please review"), "{sent}");
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let answer = setting.demo.complete(setting.demo.key(), &request);
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"]["param"], "session_note");
}

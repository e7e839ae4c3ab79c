//! What a person types: covered before a model sees it, the same token for the same value, restored to the right one.

use serde_json::{Value, json};

use super::{Setting, restored, streamed, streaming};
use crate::demo::{body, content};
use crate::leaks::Secrets;
use crate::scripted::{Say, quote, tokens};

const TYPED: [(&str, &str); 7] = [
    ("EMAIL", "zephyrine.quillfeather@canary-optics.example"),
    ("EMAIL", "o'brien+news@sub.canary.example"),
    ("PHONE", "+49 30 90182048"),
    ("PHONE", "+1 (617) 555-0143"),
    ("CARD", "4242 4242 4242 4242"),
    ("CARD", "5555-5555-5555-4444"),
    ("IBAN", "GB29 NWBK 6016 1331 9268 19"),
];

fn question() -> String {
    let typed: Vec<String> = TYPED.iter().map(|(_, value)| format!("it is {value}, ")).collect();
    format!("Please note the following for the meeting: {} thank you.", typed.concat())
}

fn secrets() -> Secrets {
    let mut secrets = Secrets::default();
    for (kind, value) in TYPED {
        secrets.add(value, kind);
        secrets.add(&value.replace([' ', '-', '(', ')'], ""), kind);
    }
    secrets
}

#[test]
fn what_is_typed_is_covered_and_comes_back() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.everything())));
    let answers = [
        content(&setting.demo.ask(setting.demo.key(), &question())).to_owned(),
        streamed(
            &setting
                .demo
                .complete(setting.demo.key(), &streaming(body("server", &question())))
                .events(),
        )
        .0,
    ];
    for answer in answers {
        let found = restored(&answer);
        for (kind, value) in TYPED {
            let token = found.iter().find(|(_, restored)| *restored == value);
            let (token, _) =
                token.unwrap_or_else(|| panic!("`{value}` did not come back: {answer}"));
            assert!(token.starts_with(kind), "{value} is {token}");
        }
    }
    secrets().assert_absent("what the model's server received", &setting.received());
}

#[test]
fn every_part_of_a_request_is_masked() {
    let setting = Setting::new(|_| Say::Text("Done.".to_owned()));
    let request = json!({ "model": "server",
        "messages": [
            { "role": "system", "content": question() },
            { "role": "developer", "content": [{ "type": "text", "text": question() }] },
            { "role": "user", "content": "Hello", "name": "zephyrine.quillfeather@canary-optics.example" },
            { "role": "assistant", "content": question(), "tool_calls": [{ "id": "c1", "type": "function",
                "function": { "name": "send_mail", "arguments": json!({ "to": TYPED[0].1, "n": { "x": [TYPED[4].1, TYPED[2].1] } }).to_string() } }] },
            { "role": "tool", "tool_call_id": "c1", "content": question() },
            { "role": "user", "content": [{ "type": "text", "text": "And" }, { "type": "text", "text": question() }] },
        ],
        "tools": [{ "type": "function", "function": { "name": "send_mail", "description": question(),
            "parameters": { "type": "object", "properties": { "to": { "type": "string", "description": question(), "default": TYPED[1].1 } } } } }],
        "user": TYPED[0].1,
        "metadata": { "conversation_id": "every-part" } });
    let answer = setting.demo.complete(setting.demo.key(), &request);
    assert_eq!(answer.status, 200, "{}", answer.text());
    secrets().assert_absent("what the model's server received", &setting.received());
}

#[test]
fn a_clients_tool_gets_values_and_the_model_tokens() {
    let setting = Setting::new(|heard| {
        let token = tokens(&heard.question())[0].clone();
        match heard.results().pop() {
            None => Say::Calls(vec![(
                "send_mail".to_owned(),
                json!({ "to": token, "text": format!("Dear {token}") }),
            )]),
            Some(result) => Say::Text(quote(&result)),
        }
    });
    let address = TYPED[0].1;
    let tools = json!([{ "type": "function", "function": { "name": "send_mail", "parameters": { "type": "object" } } }]);
    let user = json!({ "role": "user", "content": format!("Write to {address}") });
    let first = json!({ "model": "server", "messages": [user], "tools": tools });
    let answer = setting.demo.complete(setting.demo.key(), &first).json();
    let message = &answer["choices"][0]["message"];
    assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
    let call = &message["tool_calls"][0]["function"];
    let arguments: Value = serde_json::from_str(call["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments, json!({ "to": address, "text": format!("Dear {address}") }));
    let id = &message["tool_calls"][0]["id"];
    let result = json!({ "role": "tool", "tool_call_id": id, "content": format!("sent to {address}, copy to {}", TYPED[1].1) });
    let second = json!({ "model": "server", "messages": [user, message, result], "tools": tools });
    let answer = setting.demo.complete(setting.demo.key(), &second).json();
    let found = restored(content(&answer));
    assert!(found.values().any(|value| value == address), "{answer}");
    assert!(found.values().any(|value| value == TYPED[1].1), "{answer}");
    secrets().assert_absent("what the model's server received", &setting.received());
}

/// LiteLLM issue 31959: numbers that begin anew in each message give two people one token.
#[test]
fn two_people_in_several_messages_keep_their_own_tokens() {
    let setting = Setting::new(|heard| {
        let messages = heard.body["messages"].as_array().unwrap();
        let said: Vec<&Value> =
            messages.iter().filter(|message| message["role"] == "user").collect();
        let first = tokens(said[0]["content"].as_str().unwrap());
        Say::Text(format!(
            "Write to the first one at {}; all: {}",
            first[0],
            quote(&heard.everything())
        ))
    });
    let messages = json!([
        { "role": "user", "content": "Alice Adams, alice@a.example, +44 20 7946 0301" },
        { "role": "assistant", "content": "Noted." },
        { "role": "user", "content": "Bob Brown, bob@b.example, +44 20 7946 0302" },
        { "role": "assistant", "content": "Noted." },
        { "role": "user", "content": "Write to the first one." },
    ]);
    for stream in [false, true] {
        let request = json!({ "model": "server", "messages": messages, "stream": stream });
        let answer = setting.demo.complete(setting.demo.key(), &request);
        let text =
            if stream { streamed(&answer.events()).0 } else { content(&answer.json()).to_owned() };
        assert!(
            text.starts_with("Write to the first one at alice@a.example;")
                || text.starts_with("Write to the first one at Alice Adams;"),
            "{text}"
        );
        let found = restored(&text);
        let token_of = |value: &str| {
            let tokens: Vec<&String> = found
                .iter()
                .filter(|(_, restored)| *restored == value)
                .map(|(token, _)| token)
                .collect();
            assert_eq!(tokens.len(), 1, "{value} in {found:?}");
            tokens[0].clone()
        };
        let values = ["alice@a.example", "bob@b.example", "+44 20 7946 0301", "+44 20 7946 0302"];
        let distinct: std::collections::BTreeSet<String> =
            values.iter().map(|it| token_of(it)).collect();
        assert_eq!(distinct.len(), 4);
    }
}

/// LiteLLM issue 41600: placeholders that change from turn to turn.
#[test]
fn tokens_stay_the_same_over_turns_that_are_sent_again() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.everything())));
    let mut messages: Vec<Value> = Vec::new();
    let mut known: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for (turn, said) in [
        "Note bob@b.example and alice@a.example",
        "Also +44 20 7946 0303 for alice@a.example",
        "And carol@c.example, then bob@b.example again",
    ]
    .into_iter()
    .enumerate()
    {
        messages.push(json!({ "role": "user", "content": said }));
        let request = json!({ "model": "server", "messages": messages });
        let answer = setting.demo.complete(setting.demo.key(), &request).json();
        messages.push(answer["choices"][0]["message"].clone());
        let found = restored(content(&answer));
        for (token, value) in &known {
            assert_eq!(found.get(token), Some(value), "turn {turn}: {found:?}");
        }
        known = found;
    }
    let values: std::collections::BTreeSet<&String> = known.values().collect();
    assert_eq!(values.len(), known.len(), "one value, one token: {known:?}");
    assert_eq!(known.len(), 4, "{known:?}");
}

/// The same, where a client sends only what is new: the order of the values is another in the second turn, so that a
/// table begun anew would give one person's token to the other.
#[test]
fn tokens_stay_the_same_over_turns_that_say_only_what_is_new() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.everything())));
    let turn = |said: &str| {
        let request = json!({ "model": "server", "metadata": { "conversation_id": "news" },
            "messages": [{ "role": "user", "content": said }] });
        restored(content(&setting.demo.complete(setting.demo.key(), &request).json()))
    };
    let token_of = |found: &std::collections::BTreeMap<String, String>, value: &str| {
        let token = found.iter().find(|(_, restored)| *restored == value);
        token.unwrap_or_else(|| panic!("{value} in {found:?}")).0.clone()
    };
    let first = turn("Note bob@b.example");
    let second = turn("Note alice@a.example, then bob@b.example");
    let bob = token_of(&first, "bob@b.example");
    assert_eq!(token_of(&second, "bob@b.example"), bob);
    assert_ne!(token_of(&second, "alice@a.example"), bob);
}

#[test]
fn text_that_looks_like_a_token_is_text() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.everything())));
    let said = "Is {EMAIL_1} a token? My address is dora@d.example, and {EMAIL_2} and {!EMAIL_1} are text.";
    let answer = setting.demo.ask(setting.demo.key(), said);
    let text = content(&answer);
    let question = setting.model.heard()[0].question();
    // What was typed cannot be a token that stands for the address.
    let made: Vec<String> = tokens(&question);
    assert_eq!(made.len(), 1, "{question}");
    assert_eq!(restored(text).into_values().collect::<Vec<_>>(), ["dora@d.example"]);
}

//! Models that fail, callers that leave, many at once: told clearly, recorded, and nothing is stuck afterwards.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Setting, restored, streamed, streaming};
use crate::demo::{body, content};
use crate::http::split;
use crate::scripted::{Model, Say, quote, reads, soql};

#[test]
fn a_model_that_fails_is_told_and_the_next_question_works() {
    let setting = Setting::new(|_| Say::Status(500));
    let key = setting.demo.key();
    for status in [400, 401, 404, 429, 500, 503] {
        setting.model.play(move |_| Say::Status(status));
        let heard = setting.model.heard().len();
        let answer = setting.demo.complete(key, &body("server", "Hello"));
        assert_eq!(answer.status, 502, "{status}: {}", answer.text());
        let error = &answer.json()["error"];
        assert_eq!((&error["type"], &error["code"]), (&json!("server_error"), &json!("model")));
        assert!(!answer.text().contains("scripted"), "words of the server stay: {}", answer.text());
        assert_eq!(setting.model.heard().len(), heard + 1, "{status}: asked once");
        // Not yet begun, a stream fails with a status too.
        let answer = setting.demo.complete(key, &streaming(body("server", "Hello, streamed")));
        assert_eq!(answer.status, 502, "{}", answer.text());
    }
    setting.model.play(|_| Say::Text("Hello.".to_owned()));
    assert_eq!(content(&setting.demo.ask(key, "Hello")), "Hello.");
    assert_eq!(setting.demo.verify()["open"], json!([]));
}

#[test]
fn a_model_that_is_not_there_is_told() {
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let Setting { demo, model, folder } = setting;
    drop(model);
    // Whatever takes the port now is no model; most likely nothing does.
    std::thread::sleep(Duration::from_millis(100));
    let answer = demo.complete(demo.key(), &body("server", "Hello"));
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert!(answer.text().contains("cannot be reached"), "{}", answer.text());
    // The engine inside still answers when it is asked for.
    let answer = demo.complete(demo.key(), &body("local", "How many accounts do I have?"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    demo.verify();
    drop(folder);
}

#[test]
fn an_answer_that_is_cut_off_says_so_and_what_came_before_it_stands() {
    let setting = Setting::new(|_| Say::CutOff("The first words are here and then".to_owned()));
    let key = setting.demo.key();
    let answer = setting.demo.complete(key, &streaming(body("server", "Hello")));
    assert_eq!(answer.status, 200);
    assert!(answer.whole, "the gate ends its own stream well");
    let events = answer.events();
    assert!(answer.text().contains("\"content\":"), "{}", answer.text());
    let last: Value = serde_json::from_str(&events.last().unwrap().1).unwrap();
    assert_eq!(last["error"]["code"], "model", "{last}");
    let answer = setting.demo.complete(key, &body("server", "Hello again"));
    assert_eq!(answer.status, 502, "half an answer is none: {}", answer.text());
    assert_eq!(setting.demo.verify()["open"], json!([]));
}

#[test]
fn a_model_that_never_comes_to_an_end_is_stopped() {
    let setting = Setting::new(|_| {
        Say::Calls(vec![
            ("getUserInfo".to_owned(), json!({})),
            ("getObjectSchema".to_owned(), json!({})),
        ])
    });
    let answer = setting.demo.complete(setting.demo.key(), &body("server", "Hello"));
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert!(answer.text().contains("rounds"), "{}", answer.text());
    let asked = setting.model.heard().len();
    assert!((2..=16).contains(&asked), "{asked}");
}

#[test]
fn a_caller_that_leaves_stops_the_work_and_blocks_nobody() {
    let long = "word ".repeat(400);
    let setting = Setting::new(move |_| Say::Slow(long.clone(), Duration::from_millis(5)));
    let (host, _) = split(setting.demo.page());
    let request =
        json!({ "model": "server", "stream": true, "metadata": { "conversation_id": "left" },
        "messages": [{ "role": "user", "content": "Tell me of alice@a.example" }] })
        .to_string();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(&host).unwrap();
        let key = setting.demo.key();
        let length = request.len();
        write!(stream, "POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{request}").unwrap();
        let mut first = [0; 600];
        stream.read_exact(&mut first).unwrap();
    }
    setting.model.play(|heard| Say::Text(quote(&heard.everything())));
    let next = json!({ "model": "server", "metadata": { "conversation_id": "left" },
        "messages": [{ "role": "user", "content": "And bob@b.example, alice@a.example?" }] });
    let answer = setting.demo.complete(setting.demo.key(), &next);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let values: Vec<String> = restored(content(&answer.json())).into_values().collect();
    assert!(values.contains(&"alice@a.example".to_owned()) && values.len() == 2, "{values:?}");
    setting.demo.verify();
}

#[test]
fn many_at_once_in_one_conversation_get_each_their_own() {
    let setting = Setting::new(|heard| Say::Text(quote(&heard.question())));
    let (demo, key) = (&setting.demo, setting.demo.key());
    std::thread::scope(|scope| {
        for number in 0..12 {
            scope.spawn(move || {
                let address = format!("person{number}@many.example");
                let request = json!({ "model": "server", "metadata": { "conversation_id": "many" },
                    "messages": [{ "role": "user", "content": format!("Write to {address}, please") }] });
                for _ in 0..3 {
                    let text = if number % 2 == 0 {
                        content(&demo.complete(key, &request).json()).to_owned()
                    } else {
                        streamed(&demo.complete(key, &streaming(request.clone())).events()).0
                    };
                    let values: Vec<String> = restored(&text).into_values().collect();
                    assert_eq!(values, std::slice::from_ref(&address), "{text}");
                }
            });
        }
    });
    demo.verify();
}

#[test]
fn nonsense_of_a_server_is_an_error_and_no_more() {
    // A server may say that it is done before it is, send calls with broken arguments, or an unknown finish.
    let setting = Setting::new(|heard| match heard.results().len() {
        0 => Say::Raw(vec![
            r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"soqlQuery","arguments":"{\"q\": \"SELECT"}}]}}]}"#,
            r#"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
        ]),
        _ => Say::Text(heard.results().concat()),
    });
    let answer = setting.demo.complete(setting.demo.key(), &body("server", "Hello"));
    if answer.status == 200 {
        assert!(content(&answer.json()).contains("INVALID_ARGUMENT"), "{}", answer.text());
    } else {
        assert_eq!(answer.status, 502, "{}", answer.text());
    }
    for nonsense in
        ["not json", "{}", r#"{"choices":[]}"#, r#"{"error":{"message":"overloaded"}}"#, "[1,2]"]
    {
        setting.model.play(move |_| Say::Raw(vec![nonsense]));
        let answer = setting.demo.complete(setting.demo.key(), &body("server", "Hello"));
        assert!([200, 502].contains(&answer.status), "{nonsense}: {}", answer.text());
        if answer.status == 200 {
            assert_eq!(content(&answer.json()), "", "{nonsense}");
        }
    }
    // And works on.
    let (model, demo): (&Model, _) = (&setting.model, &setting.demo);
    model.play(reads(vec![soql("SELECT COUNT() FROM Contact")]));
    demo.ask(demo.key(), "How many?");
    demo.verify();
}

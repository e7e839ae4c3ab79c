use boundary::{Conversation, Level, PersonId, Rights, Shown, Viewer, Withheld};
use gateway::{ClientCall, Event, GateError, Step, Summary};
use proptest::prelude::*;
use serde_json::Value;

use super::{Gathered, Head, Streaming};
use crate::sse::Next;

fn head() -> Head {
    Head {
        trace: "0123".to_owned(),
        model: "portcullis".to_owned(),
        created: 1_795_321_200,
        ignored: Vec::new(),
        base_url: "https://gate.example.com/".to_owned(),
    }
}

fn shown(text: &str) -> Shown {
    let person = PersonId::new("00D", "005");
    let rights = Rights::none();
    Conversation::new("c".to_owned(), person.clone())
        .show(text, &Viewer { person: &person, rights: &rights })
}

fn text(text: &str) -> Event {
    Event::Text { masked: text.to_owned(), shown: shown(text) }
}

fn withheld(field: &str) -> Withheld {
    Withheld { object: "Contact".to_owned(), field: field.to_owned(), why: "no row".to_owned() }
}

fn step() -> Event {
    Event::Step(Step {
        tool: "read".to_owned(),
        what: "read 12 of Opportunity".to_owned(),
        masked: String::new(),
        result: String::new(),
        covered: Vec::new(),
        withheld: [withheld("Birthdate")].into(),
        refused: false,
    })
}

fn heard() -> Event {
    Event::Heard {
        conversation: "c1".to_owned(),
        masked: "hello".to_owned(),
        shown: shown("hello"),
    }
}

fn done() -> Event {
    Event::Done(Summary {
        endpoint: "local".to_owned(),
        residency: "machine".to_owned(),
        level: Level::Internal,
        tokens: 2,
        unrestored: 0,
        invented: 0,
        withheld: [withheld("Phone"), withheld("Birthdate")].into(),
        usage: Some((11, 4)),
        finish: "stop".to_owned(),
        entry: 7,
        trace: "0123".to_owned(),
    })
}

fn call(id: &str) -> ClientCall {
    ClientCall {
        id: id.to_owned(),
        name: "open_ticket".to_owned(),
        arguments: "{\"subject\":\"x\"}".to_owned(),
    }
}

#[test]
fn a_whole_answer_has_the_shape_of_openai() {
    let mut gathered = Gathered::default();
    for event in [
        heard(),
        step(),
        text("You have "),
        text("12."),
        Event::Proposed { proposal: "p1".to_owned() },
        done(),
    ] {
        gathered.take(event).unwrap();
    }
    insta::assert_json_snapshot!(gathered.whole(&head()).unwrap(), @r#"
    {
      "id": "chatcmpl-0123",
      "object": "chat.completion",
      "created": 1795321200,
      "model": "portcullis",
      "choices": [
        {
          "index": 0,
          "message": {
            "role": "assistant",
            "content": "You have 12.",
            "refusal": null
          },
          "logprobs": null,
          "finish_reason": "stop"
        }
      ],
      "usage": {
        "prompt_tokens": 11,
        "completion_tokens": 4,
        "total_tokens": 15
      },
      "portcullis": {
        "conversation": "c1",
        "endpoint": "local",
        "residency": "machine",
        "level": "Internal",
        "tokens": 2,
        "unrestored": 0,
        "invented": 0,
        "steps": [
          "read 12 of Opportunity"
        ],
        "withheld": [
          {
            "object": "Contact",
            "field": "Birthdate",
            "why": "no row"
          },
          {
            "object": "Contact",
            "field": "Phone",
            "why": "no row"
          }
        ],
        "proposals": [
          {
            "id": "p1",
            "page": "https://gate.example.com/approvals/p1"
          }
        ],
        "entry": 7,
        "trace": "0123"
      }
    }
    "#);
}

#[test]
fn calls_of_the_clients_tools_end_with_their_own_reason() {
    let mut gathered = Gathered::default();
    for event in [Event::ClientCalls(vec![call("call_1")]), done()] {
        gathered.take(event).unwrap();
    }
    let whole = gathered.whole(&head()).unwrap();
    assert_eq!(whole["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(whole["choices"][0]["message"]["content"], Value::Null);
    assert_eq!(whole["choices"][0]["message"]["tool_calls"][0]["function"]["name"], "open_ticket");
}

#[test]
fn an_answer_without_an_end_is_an_error() {
    let mut gathered = Gathered::default();
    gathered.take(text("You have")).unwrap();
    assert!(matches!(gathered.whole(&head()), Err(GateError::Model(_))));
    assert!(matches!(gathered.take(Event::Failed(GateError::Busy)), Err(GateError::Busy)));
}

fn stream(usage: bool, events: Vec<Event>) -> String {
    let mut streaming = Streaming::new(head(), usage);
    let mut out = String::new();
    for event in events.into_iter().map(Some).chain([None]) {
        match streaming.next(event) {
            Next::More(text) => out.push_str(&text),
            Next::Last(text) => return out + &text,
        }
    }
    panic!("a stream has an end");
}

#[test]
fn a_stream_has_the_shape_of_openai() {
    insta::assert_snapshot!(stream(true, vec![heard(), step(), text("You have "), text("12."), done()]), @r#"
    data: {"id":"chatcmpl-0123","object":"chat.completion.chunk","created":1795321200,"model":"portcullis","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-0123","object":"chat.completion.chunk","created":1795321200,"model":"portcullis","choices":[{"index":0,"delta":{"content":"You have "},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-0123","object":"chat.completion.chunk","created":1795321200,"model":"portcullis","choices":[{"index":0,"delta":{"content":"12."},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-0123","object":"chat.completion.chunk","created":1795321200,"model":"portcullis","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null,"portcullis":{"conversation":"c1","endpoint":"local","residency":"machine","level":"Internal","tokens":2,"unrestored":0,"invented":0,"steps":["read 12 of Opportunity"],"withheld":[{"object":"Contact","field":"Birthdate","why":"no row"},{"object":"Contact","field":"Phone","why":"no row"}],"proposals":[],"entry":7,"trace":"0123"}}

    data: {"id":"chatcmpl-0123","object":"chat.completion.chunk","created":1795321200,"model":"portcullis","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":4,"total_tokens":15}}

    data: [DONE]
    "#);
}

#[test]
fn calls_are_numbered_through_a_stream() {
    let out = stream(
        false,
        vec![
            Event::ClientCalls(vec![call("a"), call("b")]),
            Event::ClientCalls(vec![call("c")]),
            done(),
        ],
    );
    let calls: Vec<(u64, String)> = chunks(&out)
        .iter()
        .filter_map(|chunk| chunk["choices"][0]["delta"]["tool_calls"].as_array().cloned())
        .flatten()
        .map(|call| (call["index"].as_u64().unwrap(), call["id"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(calls, [(0, "a".to_owned()), (1, "b".to_owned()), (2, "c".to_owned())]);
    assert!(out.contains("\"finish_reason\":\"tool_calls\"") && !out.contains("usage"));
}

#[test]
fn a_stream_that_fails_says_so_and_is_not_done() {
    for events in [vec![text("You"), Event::Failed(GateError::Ledger)], vec![text("You")]] {
        let out = stream(false, events);
        let last = chunks(&out).pop().unwrap();
        assert_eq!(last["error"]["type"], "server_error", "{out}");
        assert!(!out.contains("[DONE]"));
    }
}

fn chunks(out: &str) -> Vec<Value> {
    let data = out.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
    data.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).unwrap()).collect()
}
proptest! {
    #[test]
    fn a_stream_says_what_the_whole_says(parts in proptest::collection::vec("[a-z\n\"{}<é ]{1,9}", 0..8)) {
        let events: Vec<Event> = parts.iter().map(|part| text(part)).chain([done()]).collect();
        let out = stream(true, events);
        let chunks = chunks(&out);
        prop_assert_eq!(&chunks[0]["choices"][0]["delta"]["role"], "assistant");
        let streamed: String = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
        prop_assert_eq!(streamed, parts.concat());
        let ends = chunks.iter().filter(|chunk| chunk["choices"][0]["finish_reason"].is_string()).count();
        prop_assert_eq!(ends, 1);
        prop_assert!(out.ends_with("data: [DONE]\n\n"));
    }
}

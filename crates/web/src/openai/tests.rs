use boundary::{Conversation, Level, PersonId, Rights, Shown, Viewer, Withheld};
use gateway::{ClientCall, ClientMessage, ConversationRef, Event, GateError, Input, Step, Summary};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::error::body;
use super::reply::{Gathered, Head, Streaming};
use super::request::{Completion, parse};
use crate::error::WebError;
use crate::sse::Next;

fn request(more: &Value) -> Vec<u8> {
    let mut request =
        json!({ "model": "portcullis", "messages": [{ "role": "user", "content": "hello" }] });
    for (name, value) in more.as_object().unwrap() {
        request[name] = value.clone();
    }
    request.to_string().into_bytes()
}

fn read(more: &Value) -> Result<Completion, WebError> {
    parse(&request(more), None)
}

fn messages(completion: Completion) -> Vec<ClientMessage> {
    match completion.ask.input {
        Input::Replay { messages, .. } => messages,
        Input::Say(_) => panic!("a client replays"),
    }
}

fn tools(more: &Value) -> Vec<String> {
    match read(more).unwrap().ask.input {
        Input::Replay { tools, .. } => tools.into_iter().map(|tool| tool.name).collect(),
        Input::Say(_) => panic!("a client replays"),
    }
}

fn name(completion: &Completion) -> &str {
    match &completion.ask.conversation {
        ConversationRef::Named(name) => name,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_role_and_shape_of_a_message_is_read() {
    let completion = read(&json!({ "messages": [
        { "role": "system", "content": "s" },
        { "role": "developer", "content": [{ "type": "text", "text": "d1" }, { "type": "text", "text": "d2" }] },
        { "role": "user", "content": "u", "name": "someone" },
        { "role": "assistant", "content": null, "refusal": null, "annotations": [], "audio": null, "function_call": null, "tool_calls": [
            { "id": "call_1", "type": "function", "function": { "name": "f", "arguments": "{}" } }] },
        { "role": "tool", "tool_call_id": "call_1", "content": "t" },
        { "role": "assistant", "content": "a" },
        { "role": "assistant", "content": null, "function_call": { "name": "g", "arguments": "{}" } },
        { "role": "function", "name": "g", "content": "old" },
    ]}));
    insta::assert_debug_snapshot!(messages(completion.unwrap()), @r#"
    [
        Client(
            "s",
        ),
        Client(
            "d1\nd2",
        ),
        Person(
            "u",
        ),
        Model {
            text: "",
            calls: [
                ClientCall {
                    id: "call_1",
                    name: "f",
                    arguments: "{}",
                },
            ],
        },
        Tool {
            call: "call_1",
            content: "t",
        },
        Model {
            text: "a",
            calls: [],
        },
        Model {
            text: "",
            calls: [
                ClientCall {
                    id: "g",
                    name: "g",
                    arguments: "{}",
                },
            ],
        },
        Tool {
            call: "g",
            content: "old",
        },
    ]
    "#);
}

#[test]
fn a_request_that_cannot_be_served_says_where() {
    for (more, member) in [
        (json!({ "model": "" }), "model"),
        (json!({ "model": 4 }), "model"),
        (json!({ "messages": "not a list" }), "messages"),
        (json!({ "messages": [] }), "messages"),
        (json!({ "messages": ["x"] }), "messages[0]"),
        (json!({ "messages": [{ "role": "robot", "content": "x" }] }), "messages[0].role"),
        (json!({ "messages": [{ "role": "user" }] }), "messages[0].content"),
        (json!({ "messages": [{ "role": "user", "content": "x", "secret": "y" }] }), "messages[0]"),
        (
            json!({ "messages": [{ "role": "user", "content": [{ "type": "image_url", "image_url": { "url": "x" } }] }] }),
            "messages[0].content[0].type",
        ),
        (json!({ "messages": [{ "role": "assistant", "content": null }] }), "messages[0].content"),
        (json!({ "messages": [{ "role": "tool", "content": "x" }] }), "messages[0].tool_call_id"),
        (
            json!({ "messages": [{ "role": "assistant", "tool_calls": [{ "id": "1", "function": { "name": "f", "arguments": {} } }] }] }),
            "messages[0].tool_calls[0].function.arguments",
        ),
        (json!({ "n": 2 }), "n"),
        (json!({ "logprobs": true }), "logprobs"),
        (json!({ "store": true }), "store"),
        (json!({ "logit_bias": { "50256": -100 } }), "logit_bias"),
        (json!({ "modalities": ["text", "audio"] }), "modalities"),
        (json!({ "functions": [] }), "functions"),
        (json!({ "prediction": { "type": "content", "content": "x" } }), "prediction"),
        (json!({ "response_format": { "type": "json_object" } }), "response_format"),
        (json!({ "stream": "yes" }), "stream"),
        (json!({ "stream_options": { "include_usage": true } }), "stream_options"),
        (
            json!({ "stream": true, "stream_options": { "include_usage": 1 } }),
            "stream_options.include_usage",
        ),
        (json!({ "temperature": 2.1 }), "temperature"),
        (json!({ "top_p": -0.1 }), "top_p"),
        (json!({ "max_tokens": 0 }), "max_tokens"),
        (json!({ "max_completion_tokens": 1.5 }), "max_completion_tokens"),
        (json!({ "metadata": "x" }), "metadata"),
        (json!({ "metadata": { "conversation_id": "a b" } }), "metadata.conversation_id"),
        (json!({ "tools": [{ "type": "custom" }] }), "tools[0].type"),
        (
            json!({ "tools": [{ "type": "function", "function": { "name": "a b" } }] }),
            "tools[0].function.name",
        ),
        (json!({ "tools": [tool("a"), tool("a")] }), "tools[1].function.name"),
        (json!({ "tools": [tool("a")], "tool_choice": "required" }), "tool_choice"),
        (
            json!({ "tools": [tool("a")], "tool_choice": { "type": "function", "function": { "name": "a" } } }),
            "tool_choice",
        ),
        (json!({ "smuggled": { "text": "x" } }), "smuggled"),
        (json!({ "smuggled": ["x"] }), "smuggled"),
        (json!({ "smuggled": "two words" }), "smuggled"),
        (json!({ "smuggled": "x".repeat(65) }), "smuggled"),
    ] {
        match read(&more) {
            Err(WebError::Gate(GateError::Invalid { member: found, .. })) => {
                assert_eq!(found.as_deref(), Some(member), "{more}");
            }
            other => panic!("{more}: {other:?}"),
        }
    }
}

fn tool(name: &str) -> Value {
    json!({ "type": "function", "function": { "name": name, "description": "d", "parameters": { "type": "object" }, "strict": true } })
}

#[test]
fn hints_and_what_asks_for_nothing_are_accepted() {
    for more in [
        json!({ "n": 1, "logprobs": false, "top_logprobs": null, "store": false, "logit_bias": {}, "modalities": ["text"] }),
        json!({ "user": "u-1", "seed": 7, "stop": ["\n"], "frequency_penalty": 0.5, "presence_penalty": 0, "parallel_tool_calls": false }),
        json!({ "service_tier": "auto", "reasoning_effort": "low", "verbosity": "low", "response_format": { "type": "text" } }),
        json!({ "functions": null, "audio": null, "tools": null, "tool_choice": null, "stream_options": null }),
        json!({ "new_flag": true, "new_number": 3, "new_mode": "fast" }),
        json!({ "metadata": { "anything": "stays here" } }),
    ] {
        assert!(read(&more).is_ok(), "{more}");
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for body in [&b""[..], b"{\"model\": \"", b"[]", b"\"x\"", b"\xff", b"{} {}"] {
        assert!(matches!(parse(body, None), Err(WebError::Malformed(_))), "{body:?}");
    }
    let deep = format!("{{\"model\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert!(matches!(parse(deep.as_bytes(), None), Err(WebError::Malformed(_))));
}

#[test]
fn settings_reach_the_gate() {
    let more = json!({ "temperature": 0.2, "top_p": 1, "max_tokens": 5, "max_completion_tokens": 9, "stream": true, "stream_options": { "include_usage": true } });
    let completion = read(&more).unwrap();
    assert_eq!(
        completion.ask.sampling,
        boundary::Sampling { temperature: Some(0.2), top_p: Some(1.0), max_tokens: Some(9) }
    );
    assert_eq!((completion.streams, completion.usage), (true, true));
    assert_eq!(completion.ask.model.as_deref(), Some("portcullis"));
    let more = json!({ "tools": [tool("a"), tool("b")] });
    assert_eq!(tools(&more), ["a", "b"]);
    assert_eq!(tools(&json!({ "tools": [tool("a")], "tool_choice": "none" })), [""; 0]);
}

#[test]
fn a_conversation_keeps_its_name() {
    let named = json!({ "metadata": { "conversation_id": "c-1" } });
    assert_eq!(name(&parse(&request(&named), Some("h-1")).unwrap()), "h-1");
    assert_eq!(name(&parse(&request(&named), None).unwrap()), "c-1");
    assert!(parse(&request(&json!({})), Some("")).is_err());
    // A longer replay of the same conversation has the same name, another one another.
    let first = read(&json!({})).unwrap();
    let user = json!({ "role": "user", "content": "hello" });
    let longer = json!({ "messages": [{ "role": "system", "content": "now with this" }, user, { "role": "assistant", "content": "hi" }, { "role": "user", "content": "next" }] });
    assert_eq!(name(&first), name(&read(&longer).unwrap()));
    let other = json!({ "messages": [{ "role": "user", "content": "hallo" }] });
    assert_ne!(name(&first), name(&read(&other).unwrap()));
    assert!(!name(&first).contains("hello"));
}

fn head() -> Head {
    Head {
        trace: "0123".to_owned(),
        model: "portcullis".to_owned(),
        created: 1_795_321_200,
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

    data: {"id":"chatcmpl-0123","object":"chat.completion.chunk","created":1795321200,"model":"portcullis","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null,"portcullis":{"conversation":"c1","endpoint":"local","residency":"machine","level":"Internal","tokens":2,"steps":["read 12 of Opportunity"],"withheld":[{"object":"Contact","field":"Birthdate","why":"no row"},{"object":"Contact","field":"Phone","why":"no row"}],"proposals":[],"entry":7,"trace":"0123"}}

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

#[test]
fn errors_have_the_shape_of_openai() {
    let all: Vec<Value> = [
        WebError::Gate(GateError::BadKey),
        WebError::Gate(GateError::NotFound { what: "model", id: "x".to_owned() }),
        WebError::Gate(GateError::invalid("`n`: no", Some("n"))),
        WebError::Gate(GateError::Busy),
        WebError::Gate(GateError::Internal("a canary".to_owned())),
        WebError::TooLarge,
    ]
    .iter()
    .map(body)
    .collect();
    insta::assert_json_snapshot!(all, @r#"
    [
      {
        "error": {
          "message": "the API key is missing or not valid; make one on the page of the gate, under API keys",
          "type": "authentication_error",
          "param": null,
          "code": "invalid_api_key"
        }
      },
      {
        "error": {
          "message": "there is no model `x`",
          "type": "invalid_request_error",
          "param": "model",
          "code": "model_not_found"
        }
      },
      {
        "error": {
          "message": "`n`: no",
          "type": "invalid_request_error",
          "param": "n",
          "code": "invalid_request"
        }
      },
      {
        "error": {
          "message": "too many requests at once; try again in a moment",
          "type": "rate_limit_error",
          "param": null,
          "code": "rate_limit_exceeded"
        }
      },
      {
        "error": {
          "message": "the gate failed; nothing was released",
          "type": "server_error",
          "param": null,
          "code": "internal"
        }
      },
      {
        "error": {
          "message": "the request is larger than 2 MiB",
          "type": "invalid_request_error",
          "param": null,
          "code": "request_too_large"
        }
      }
    ]
    "#);
}

#[test]
fn each_error_has_its_status() {
    for (error, status) in [
        (WebError::Gate(GateError::BadKey), 401),
        (WebError::Gate(GateError::GrantEnded), 401),
        (WebError::Gate(GateError::NoEndpoint(String::new())), 403),
        (WebError::Gate(GateError::NotFound { what: "model", id: String::new() }), 404),
        (WebError::TooLarge, 413),
        (WebError::MediaType("application/json"), 415),
        (WebError::Gate(GateError::Busy), 429),
        (WebError::Gate(GateError::Internal(String::new())), 500),
        (WebError::Gate(GateError::Model(String::new())), 502),
        (WebError::Gate(GateError::Ledger), 503),
    ] {
        let response = super::error::response(&error);
        assert_eq!(response.status(), status, "{error}");
        assert_eq!(response.headers().contains_key("retry-after"), status == 429 || status == 503);
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        prop_oneof!["user|assistant|tool|function|text|auto|none|x{0,70}", ".{0,8}"]
            .prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = "role|content|type|text|name|id|function|arguments|tool_calls|tool_call_id|messages|x{1,3}";
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(name, inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_request_is_read_or_refused_with_a_member(messages in json(), tools in json(), other in json()) {
        match read(&json!({ "messages": messages, "tools": tools, "other": other })) {
            Ok(_) | Err(WebError::Gate(GateError::Invalid { member: Some(_), .. })) => {}
            other => prop_assert!(false, "{:?}", other),
        }
    }

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

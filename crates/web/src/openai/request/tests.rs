use gateway::{ClientMessage, ConversationRef, GateError, Input, UnknownMembers};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Completion;
use crate::error::WebError;

fn parse(body: &[u8], named: Option<&str>) -> Result<Completion, WebError> {
    super::parse(body, named, UnknownMembers::Refuse)
}

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
fn what_nobody_knows_is_left_out_and_named_where_the_house_says_so() {
    let more = json!({
        "session_note": "Please review: ana@x.example",
        "session": { "deep": ["x"] },
        "new_flag": true,
        "a name that is far too long to be repeated in an answer, so it is not, whatever it says": [],
    });
    assert!(read(&more).is_err());
    let ignoring = |more: &Value| super::parse(&request(more), None, UnknownMembers::Ignore);
    let completion = ignoring(&more).unwrap();
    let mut ignored = completion.ignored.clone();
    ignored.sort();
    assert_eq!(ignored, ["a member with a very long name", "session", "session_note"]);
    assert!(!format!("{completion:?}").contains("ana@x.example"), "nothing of it goes on");
    assert!(ignoring(&json!({})).unwrap().ignored.is_empty());
    // What would change the answer is still refused, and so is what stands inside a message.
    assert!(ignoring(&json!({ "functions": [{ "name": "f" }] })).is_err());
    let inside = json!({ "messages": [{ "role": "user", "content": "x", "secret": "y" }] });
    assert!(ignoring(&inside).is_err());
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
}

//! What servers send, as they send it.

use proptest::prelude::*;

use super::Decoder;
use crate::{Delta, Finish, ModelError, ToolCall, Usage};

/// Everything that comes of these parts.
fn decode<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Delta>, Result<(), ModelError>) {
    let mut decoder = Decoder::new(42);
    let mut deltas = Vec::new();
    for part in parts {
        if let Err(error) = decoder.push(part, &mut deltas) {
            return (deltas, Err(error));
        }
    }
    let end = decoder.end(&mut deltas);
    (deltas, end)
}

fn whole(text: &str) -> Vec<Delta> {
    let (deltas, end) = decode([text.as_bytes()]);
    end.unwrap();
    deltas
}

fn text(text: &str) -> Delta {
    Delta::Text(text.to_owned())
}

fn call(id: &str, name: &str, arguments: &str) -> Delta {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Delta::Call(ToolCall { id, name, arguments })
}

const OPENAI: &str = "\
data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}

data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello {NAME_1}\"},\"finish_reason\":null}]}

data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\", gr\u{fc}\u{df} dich \u{1f44b}\"},\"finish_reason\":null}]}

data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}

data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}

data: [DONE]

";

const OPENAI_CALLS: &str = "\
data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"soqlQuery\",\"arguments\":\"\"}}]}}]}

data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"q\\\":\"}}]}}]}

data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":1,\"id\":\"call_b\",\"function\":{\"name\":\"find\",\"arguments\":\"{}\"}}]}}]}

data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"SELECT\\\"}\"}}]}}]}

data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}

data: [DONE]

";

/// No space after the colon, comments, carriage returns, whole calls of one index without ids,
/// arguments as an object, and an end without an empty line.
const LOCAL: &str = ": hello\r\n\r\n\
event: message\r\nid: 7\r\n\
data:{\"choices\":[{\"delta\":{\"content\":\"One \"}}]}\r\n\r\n\
data:{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"find\",\"arguments\":{\"search\":\"x\"}}}]}}]}\r\n\r\n\
data:{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"getUserInfo\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}\r\n\r\n\
data:[DONE]";

#[test]
fn a_text_and_its_cost() {
    assert_eq!(
        whole(OPENAI),
        [
            text("Hello {NAME_1}"),
            text(", gr\u{fc}\u{df} dich \u{1f44b}"),
            Delta::Usage(Usage { prompt: 9, answer: 3 }),
            Delta::Done(Finish::Stop),
        ]
    );
}

#[test]
fn calls_are_put_together() {
    assert_eq!(
        whole(OPENAI_CALLS),
        [
            call("call_a", "soqlQuery", "{\"q\":\"SELECT\"}"),
            call("call_b", "find", "{}"),
            Delta::Done(Finish::Calls),
        ]
    );
}

#[test]
fn calls_without_ids_get_some_that_no_other_answer_has() {
    assert_eq!(
        whole(LOCAL),
        [
            text("One "),
            call("call_42_0", "find", "{\"search\":\"x\"}"),
            call("call_42_1", "getUserInfo", "{}"),
            Delta::Done(Finish::Calls),
        ]
    );
}

#[test]
fn calls_of_one_index_with_ids_of_their_own_stay_apart() {
    let part = |id: &str| {
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{{\"index\":0,\"id\":\"{id}\",\"function\":{{\"name\":\"f\",\"arguments\":\"{{}}\"}}}}]}}}}]}}\n\n"
        )
    };
    let stream = format!("{}{}data: [DONE]\n\n", part("a"), part("b"));
    assert_eq!(whole(&stream)[..2], [call("a", "f", "{}"), call("b", "f", "{}")]);
}

#[test]
fn an_answer_without_streaming_is_an_answer() {
    let body = r#"
        {"choices":[{"message":{"role":"assistant","content":"Hi","tool_calls":null}}],
         "usage":{"prompt_tokens":1,"completion_tokens":1}}"#;
    assert_eq!(
        whole(body),
        [text("Hi"), Delta::Usage(Usage { prompt: 1, answer: 1 }), Delta::Done(Finish::Stop),]
    );
    let calls = r#"{"choices":[{"message":{"tool_calls":[{"id":"a","function":
        {"name":"find","arguments":"{}"}}]},"finish_reason":"stop"}]}"#;
    assert_eq!(whole(calls), [call("a", "find", "{}"), Delta::Done(Finish::Calls)]);
    let parts =
        r#"{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"text":"b"}]}}]}"#;
    assert_eq!(whole(parts)[0], text("ab"));
}

#[test]
fn events_without_empty_lines_between_are_told_apart() {
    let stream = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\
        data: {\"choices\":[{\"delta\":{\"content\":\"b\"}}]}\ndata: [DONE]\n";
    assert_eq!(whole(stream), [text("a"), text("b"), Delta::Done(Finish::Stop)]);
}

#[test]
fn a_limit_and_a_filter_are_told() {
    for (reason, finish) in [("length", Finish::Length), ("content_filter", Finish::Filtered)] {
        let stream = format!("data: {{\"choices\":[{{\"finish_reason\":\"{reason}\"}}]}}\n\n");
        assert_eq!(whole(&stream), [Delta::Done(finish)]);
    }
}

#[test]
fn an_answer_that_breaks_off_is_no_answer() {
    let begun = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    for (stream, deltas) in [(begun, 1), ("", 0), ("<html>busy</html>", 0), (": ping\n\n", 0)] {
        let (found, end) = decode([stream.as_bytes()]);
        assert_eq!((found.len(), end), (deltas, Err(ModelError::Cut)), "{stream}");
    }
    let (_, end) = decode([b"{\"choices\":[{\"message\":".as_slice()]);
    assert!(matches!(end, Err(ModelError::Shape { .. })));
    assert_eq!(decode([b"{}".as_slice()]).1, Err(ModelError::Cut));
}

#[test]
fn an_error_in_the_middle_keeps_its_code_and_loses_its_text() {
    for (error, code) in [
        (r#"{"message":"canary","type":"server_error","code":null}"#, "server_error"),
        (r#"{"message":"canary","code":502}"#, "502"),
        (r#""the canary sang""#, "UNKNOWN"),
    ] {
        let stream = format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}}}}]}}\n\ndata: {{\"error\":{error}}}\n\n"
        );
        let (deltas, end) = decode([stream.as_bytes()]);
        assert_eq!(deltas, [text("a")]);
        let stopped = end.unwrap_err();
        assert_eq!(stopped, ModelError::Stopped { code: code.to_owned() });
        assert!(!format!("{stopped:?}").contains("canary"));
    }
}

#[test]
fn nothing_follows_the_end() {
    let stream =
        format!("{OPENAI}data: {{\"choices\":[{{\"delta\":{{\"content\":\"more\"}}}}]}}\n\n");
    assert_eq!(whole(&stream), whole(OPENAI));
}

#[test]
fn an_endless_answer_is_ended() {
    let line = format!("data: {}", "x".repeat(1024 * 1024));
    assert!(matches!(decode([line.as_bytes()]).1, Err(ModelError::TooLarge { .. })));
    let event = format!(
        "data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n",
        "x".repeat(500_000)
    );
    let (deltas, end) = decode(std::iter::repeat_n(event.as_bytes(), 100));
    assert!(matches!(end, Err(ModelError::TooLarge { .. })));
    assert!(deltas.len() < 10);
    let part = |at: usize| {
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{{\"index\":{at},\"function\":{{\"name\":\"f\"}}}}]}}}}]}}\n\n"
        )
    };
    let calls = (0..100).map(part).collect::<Vec<_>>().concat();
    assert!(matches!(decode([calls.as_bytes()]).1, Err(ModelError::TooLarge { of: "calls", .. })));
}

#[test]
fn every_split_in_two_gives_the_same() {
    for stream in [OPENAI, OPENAI_CALLS, LOCAL] {
        let expected = whole(stream);
        for at in 0..=stream.len() {
            let (left, right) = stream.as_bytes().split_at(at);
            let (deltas, end) = decode([left, right]);
            assert_eq!((deltas.as_slice(), end), (expected.as_slice(), Ok(())), "split at {at}");
        }
    }
}

proptest! {
    /// Whatever the bytes and the cuts, the outcome is that of the whole, error and all.
    #[test]
    fn cuts_change_nothing(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(OPENAI.to_owned()),
                Just(LOCAL.to_owned()),
                Just("data: {\"error\":{\"code\":\"x\"}}\n\n".to_owned()),
                Just("data: {\"choices\":[{\"delta\":{\"content\":\"\u{e9}\"}}]}\r".to_owned()),
                Just("\n".to_owned()),
                Just("{\"choices\":[{\"message\":{\"content\":\"a\"}}]}".to_owned()),
                ".{0,20}",
            ],
            0..4,
        ),
        cuts in proptest::collection::vec(0_usize..4000, 0..12),
    ) {
        let stream = pieces.concat().into_bytes();
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
        cuts.sort_unstable();
        let mut from = 0;
        let mut parts = Vec::new();
        for cut in cuts.into_iter().chain([stream.len()]) {
            parts.push(&stream[from..cut]);
            from = cut;
        }
        prop_assert_eq!(decode(parts), decode([stream.as_slice()]));
    }
}

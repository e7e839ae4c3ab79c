use super::events::Events;
use super::{answers, is_of_request, new_id};

fn all(stream: &[u8], cut: usize) -> Vec<String> {
    let mut events = Events::default();
    let mut told = Vec::new();
    for part in stream.chunks(cut) {
        told.extend(events.push(part));
    }
    told.extend(events.finish());
    told.into_iter().map(|data| String::from_utf8(data.to_vec()).unwrap()).collect()
}

#[test]
fn however_a_stream_is_cut_its_events_are_the_same() {
    let stream = ": hello\nid: 1\ndata: {\"a\":1}\n\nevent: message\r\ndata:{\"b\":\r\ndata:2}\r\n\r\nretry: 1\n\ndata: Zoë\r\rdata: last";
    let whole = ["{\"a\":1}", "{\"b\":\n2}", "Zoë", "last"];
    for cut in 1..=stream.len() {
        assert_eq!(all(stream.as_bytes(), cut), whole, "cut at {cut}");
    }
}

#[test]
fn only_the_answer_to_the_own_request_is_one() {
    let is = |text: &str| answers(text.as_bytes(), "p_1");
    assert!(is(r#"{"jsonrpc":"2.0","id":"p_1","result":{}}"#));
    assert!(is(r#"{"jsonrpc":"2.0","id":"p_1","error":{"code":-32602}}"#));
    assert!(is(r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600}}"#));
    for other in [
        r#"{"jsonrpc":"2.0","id":"p_2","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":"p_1","method":"sampling/createMessage"}"#,
        r#"{"jsonrpc":"2.0","id":null,"result":{}}"#,
        "[]",
        "no json",
    ] {
        assert!(!is(other), "{other}");
    }
}

#[test]
fn only_an_error_of_the_request_proves_that_nothing_ran() {
    assert!(is_of_request("-32602") && is_of_request("-32601"));
    assert!(!is_of_request("-32603") && !is_of_request("-32000") && !is_of_request("NO_RESULT"));
}

#[test]
fn a_new_id_has_the_form_of_one() {
    let id = |text: &str| new_id(&serde_json::from_str(text).unwrap());
    let good = r#"{"structuredContent":{"id":"001000000000001AAA"}}"#;
    assert_eq!(id(good).as_deref(), Some("001000000000001AAA"));
    assert_eq!(id(r#"{"structuredContent":{"id":"Alice Adams"}}"#), None);
    assert_eq!(id(r#"{"content":[]}"#), None);
}

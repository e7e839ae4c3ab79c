use super::*;

fn code(body: &str) -> String {
    Refusal::read(body.as_bytes()).code
}

#[test]
fn a_code_is_found_in_every_shape() {
    let rest =
        r#"[{"message":"no such column 'Ada'","errorCode":"INVALID_FIELD","fields":["Name"]}]"#;
    let refusal = Refusal::read(rest.as_bytes());
    assert_eq!(refusal.code, "INVALID_FIELD");
    assert_eq!(refusal.fields, ["Name"]);
    assert_eq!(code(r#"{"error":"invalid_grant","error_description":"expired"}"#), "invalid_grant");
    assert_eq!(
        code(
            r#"{"error":{"message":"..","type":"invalid_request_error","code":"context_length_exceeded"}}"#
        ),
        "context_length_exceeded"
    );
    assert_eq!(code(r#"{"error":{"type":"server_error","code":null}}"#), "server_error");
}

#[test]
fn a_text_is_not_taken_for_a_code() {
    for body in [
        "",
        "<html>Ada Lovelace</html>",
        r#"{"error":"the value 'Ada' is wrong"}"#,
        r#"[{"errorCode":"Ada Lovelace"}]"#,
        r#"[{"errorCode":""}]"#,
        r#"{"error":{"message":"Ada"}}"#,
        "[]",
        "null",
    ] {
        assert_eq!(code(body), UNKNOWN, "{body}");
    }
    let fields = Refusal::read(br#"[{"errorCode":"A","fields":["Name","Ada L."]}]"#).fields;
    assert_eq!(fields, ["Name"]);
}

#[test]
fn the_time_to_wait_is_bounded() {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, "7".parse().unwrap());
    assert_eq!(retry_after(&headers), Some(Duration::from_secs(7)));
    headers.insert(RETRY_AFTER, "99999999".parse().unwrap());
    assert_eq!(retry_after(&headers), Some(Duration::from_hours(1)));
    headers.insert(RETRY_AFTER, "Wed, 21 Oct 2026 07:28:00 GMT".parse().unwrap());
    assert_eq!(retry_after(&headers), None);
}

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use egress::{
    Bearer, Clear, EgressError, Form, Limits, Metadata, Phase, SalesforceDoor, Stamp, Trust,
    WriteError, Written,
};
use keys::AccessToken;

use crate::permits;
use crate::server::{Act, Server, json, json_with};

const PAGE: &str = r#"{"totalSize":0,"done":true,"records":[]}"#;
const EXPIRED: &str = r#"[{"message":"canary","errorCode":"INVALID_SESSION_ID"}]"#;

fn door(url: &str, limits: Limits) -> SalesforceDoor {
    let version = "68.0".parse().unwrap();
    SalesforceDoor::new(url.parse().unwrap(), &Trust::default(), limits, version).unwrap()
}

fn quick() -> Limits {
    Limits {
        connect: Duration::from_millis(500),
        first_byte: Duration::from_millis(150),
        idle: Duration::from_millis(150),
        total: Duration::from_millis(600),
        reply_bytes: 1000,
    }
}

/// Gives `t0`, then `t1`, and so on.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Bearer for Counting {
    type Error = EgressError;

    async fn token(&self) -> Result<AccessToken, EgressError> {
        Ok(AccessToken::new(format!("t{}", self.0.load(Ordering::SeqCst))))
    }

    async fn renewed(&self, expired: &AccessToken) -> Result<AccessToken, EgressError> {
        assert!(expired.matches(&format!("t{}", self.0.load(Ordering::SeqCst))));
        self.0.fetch_add(1, Ordering::SeqCst);
        self.token().await
    }
}

async fn fetch(server: &Server) -> Result<egress::Reply, EgressError> {
    door(&server.url(), quick()).fetch(permits::fetch(), &Counting::default()).await
}

async fn write(server: &Server) -> Result<Written, WriteError<EgressError>> {
    door(&server.url(), quick()).write(permits::approved(), &Counting::default()).await
}

#[tokio::test]
async fn a_read_goes_out_under_its_person_and_its_trace() {
    let server = Server::start(|_| json(200, PAGE)).await;
    let reply = fetch(&server).await.unwrap();
    assert_eq!(reply.bytes, PAGE.len() as u64);
    assert!(boundary::Records::parse(reply.body).unwrap().is_empty());
    let [seen] = server.seen().try_into().unwrap();
    assert_eq!(seen.line(), "GET /services/data/v68.0/query?q=SELECT%20Name%20FROM%20Contact");
    assert_eq!(seen.header("authorization"), Some("Bearer t0"));
    assert_eq!(seen.header("x-sfdc-request-id"), Some(permits::TRACE));
    assert_eq!(seen.header("host"), Some(server.address.to_string().as_str()));
    assert_eq!(reply.request, permits::TRACE);
}

#[tokio::test]
async fn every_call_has_an_id_in_salesforces_logs() {
    let own = "4practice0000000000001";
    let server =
        Server::start(move |_| json_with(200, &format!("x-sfdc-request-id: {own}\r\n"), PAGE))
            .await;
    assert_eq!(fetch(&server).await.unwrap().request, own);
    let strange = "what <else>";
    let server =
        Server::start(move |_| json_with(200, &format!("x-sfdc-request-id: {strange}\r\n"), PAGE))
            .await;
    assert_eq!(fetch(&server).await.unwrap().request, permits::TRACE);
    let door = door(&server.url(), quick());
    for _ in 0..2 {
        door.metadata(&Metadata::Versions, None).await.unwrap();
    }
    let seen = server.seen();
    let ids: Vec<_> = seen.iter().map(|it| it.header("x-sfdc-request-id").unwrap()).collect();
    assert!(ids.iter().all(|id| id.len() == 32) && ids[1] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn a_write_names_the_version_that_was_signed() {
    let server = Server::start(|_| json(204, "")).await;
    write(&server).await.unwrap();
    let [seen] = server.seen().try_into().unwrap();
    assert_eq!(seen.header("if-unmodified-since"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
    assert_eq!(seen.header("x-sfdc-request-id"), Some(permits::TRACE));
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let server = Server::start(|seen| match seen.header("authorization") {
        Some("Bearer t1") => json(200, PAGE),
        _ => json(401, EXPIRED),
    })
    .await;
    fetch(&server).await.unwrap();
    assert_eq!(server.seen().len(), 2);

    let server = Server::start(|_| json(401, EXPIRED)).await;
    let error = fetch(&server).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(401), Some("INVALID_SESSION_ID")));
    assert_eq!(server.seen().len(), 2);
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_loses_its_text() {
    let server = Server::start(|_| {
        let body = r#"[{"message":"No such column 'canary'","errorCode":"INVALID_FIELD"}]"#;
        json_with(400, "retry-after: 9\r\n", body)
    })
    .await;
    let error = fetch(&server).await.unwrap_err();
    let EgressError::Refused { status, code, retry_after, .. } = &error else { panic!("{error}") };
    assert_eq!((*status, code.as_str()), (400, "INVALID_FIELD"));
    assert_eq!(*retry_after, Some(Duration::from_secs(9)));
    assert!(!format!("{error}{error:?}").contains("canary"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start(|seen| {
        assert!(!seen.line().contains("elsewhere"));
        json_with(302, "location: /elsewhere\r\n", "{}")
    })
    .await;
    assert_eq!(fetch(&server).await.unwrap_err().status(), Some(302));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn every_wait_and_every_size_has_an_end() {
    let server = Server::start(|_| Act::Hang).await;
    let timed_out = |error| match error {
        EgressError::TimedOut { phase, .. } => phase,
        other => panic!("{other}"),
    };
    assert_eq!(timed_out(fetch(&server).await.unwrap_err()), Phase::FirstByte);

    let head = b"HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n".to_vec();
    let start = vec![(Duration::ZERO, head.clone())];
    let server = Server::start(move |_| {
        let mut parts = start.clone();
        parts.push((Duration::from_secs(5), b"late".to_vec()));
        Act::Drip(parts)
    })
    .await;
    assert_eq!(timed_out(fetch(&server).await.unwrap_err()), Phase::NextByte);

    let server = Server::start(move |_| {
        let drops = std::iter::repeat_n((Duration::from_millis(60), b"x".to_vec()), 400);
        Act::Drip([(Duration::ZERO, head.clone())].into_iter().chain(drops).collect())
    })
    .await;
    assert_eq!(timed_out(fetch(&server).await.unwrap_err()), Phase::Total);

    let server = Server::start(|_| json(200, &"x".repeat(1001))).await;
    let error = fetch(&server).await.unwrap_err();
    assert!(matches!(error, EgressError::TooLarge { limit: 1000, .. }), "{error}");
}

#[tokio::test]
async fn a_read_survives_a_kept_connection_that_died() {
    // Closes every connection after one answer without saying so.
    let server = Server::start(|seen| {
        let _ = seen;
        Act::SendAndClose(format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n{PAGE}", PAGE.len()))
    })
    .await;
    let door = door(&server.url(), quick());
    for _ in 0..5 {
        door.fetch(permits::fetch(), &Counting::default()).await.unwrap();
    }
    // And when the connection dies only while the second request is on it.
    let mut count = 0;
    let server = Server::start(move |_| {
        count += 1;
        if count == 2 { Act::Close } else { json(200, PAGE) }
    })
    .await;
    let door = self::door(&server.url(), quick());
    door.fetch(permits::fetch(), &Counting::default()).await.unwrap();
    door.fetch(permits::fetch(), &Counting::default()).await.unwrap();
    let connections: Vec<_> = server.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [0, 0, 1]);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::start(|_| json(200, PAGE)).await;
    let door = door(&server.url(), quick());
    for _ in 0..3 {
        door.fetch(permits::fetch(), &Counting::default()).await.unwrap();
    }
    assert!(server.seen().iter().all(|seen| seen.connection == 0));
}

#[tokio::test]
async fn a_write_sends_the_signed_bytes() {
    let server = Server::start(|_| Act::Send("HTTP/1.1 204 X\r\n\r\n".to_owned())).await;
    assert_eq!(write(&server).await.unwrap(), Written { id: None });
    let [seen] = server.seen().try_into().unwrap();
    assert_eq!(seen.line(), "PATCH /services/data/v68.0/sobjects/Contact/003000000000001AAA");
    assert_eq!(seen.body, r#"{"Name":"New"}"#);
    assert_eq!(seen.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_write_that_happened_is_not_doubted() {
    // The answer says it happened, and then breaks off.
    let server = Server::start(|_| {
        Act::SendAndClose("HTTP/1.1 201 X\r\ncontent-length: 99\r\n\r\n{\"id\"".to_owned())
    })
    .await;
    assert_eq!(write(&server).await.unwrap(), Written { id: None });
    let body = r#"{"id":"003000000000009AAA","success":true,"errors":[]}"#;
    let server = Server::start(move |_| json(201, body)).await;
    assert_eq!(write(&server).await.unwrap().id.as_deref(), Some("003000000000009AAA"));
}

#[tokio::test]
async fn a_write_is_refused_unknown_or_not_sent_and_never_repeated() {
    let server = Server::start(|_| {
        let body =
            r#"[{"message":"canary","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name"]}]"#;
        json(400, body)
    })
    .await;
    let refused = WriteError::Refused {
        status: 400,
        code: "REQUIRED_FIELD_MISSING".to_owned(),
        fields: vec!["Name".to_owned()],
    };
    assert_eq!(write(&server).await.unwrap_err(), refused);

    for act in [
        || Act::Close,
        || Act::Hang,
        || json(500, "{}"),
        || json(503, "{}"),
        // Not how Salesforce says that a write happened.
        || json(200, "<html>"),
        || Act::SendAndClose("HTTP/1.1 200 X\r\ncontent-length: 99\r\n\r\n{\"id\"".to_owned()),
    ] {
        let server = Server::start(move |_| act()).await;
        let error = write(&server).await.unwrap_err();
        assert!(matches!(error, WriteError::Unknown(_)), "{error}");
        assert_eq!(server.seen().len(), 1);
    }

    let closed = Server::start(|_| Act::Close).await;
    let nobody = door("http://127.0.0.1:1", quick());
    let error = nobody.write(permits::approved(), &Counting::default()).await.unwrap_err();
    assert!(matches!(error, WriteError::NotSent(_)), "{error}");
    assert!(closed.seen().is_empty());
}

#[tokio::test]
async fn a_write_uses_no_kept_connection() {
    let server =
        Server::start(|seen| json(if seen.line().starts_with("GET") { 200 } else { 201 }, PAGE))
            .await;
    let door = door(&server.url(), quick());
    door.fetch(permits::fetch(), &Counting::default()).await.unwrap();
    door.write(permits::approved(), &Counting::default()).await.unwrap();
    let connections: Vec<_> = server.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [0, 1]);
}

#[tokio::test]
async fn an_expired_token_lets_a_write_be_sent_again() {
    let server = Server::start(|seen| match seen.header("authorization") {
        Some("Bearer t1") => Act::Send("HTTP/1.1 204 X\r\n\r\n".to_owned()),
        _ => json(401, EXPIRED),
    })
    .await;
    write(&server).await.unwrap();
    assert_eq!(server.seen().len(), 2);
    // Any other refusal of that status is final: it does not say that nothing was executed.
    let server = Server::start(|_| json(401, r#"[{"errorCode":"INVALID_AUTH_HEADER"}]"#)).await;
    assert!(matches!(write(&server).await, Err(WriteError::Refused { status: 401, .. })));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn metadata_asks_only_after_changes() {
    let server = Server::start(|seen| match seen.header("if-none-match") {
        Some("\"e1\"") => Act::Send("HTTP/1.1 304 X\r\n\r\n".to_owned()),
        _ => json_with(200, "etag: \"e1\"\r\nlast-modified: Mon\r\n", "{}"),
    })
    .await;
    let door = door(&server.url(), quick());
    let token = AccessToken::new("t".to_owned());
    let describe = |known| Metadata::Describe { object: "Contact".to_owned(), known };
    let first = door.metadata(&describe(Stamp::default()), Some(&token)).await.unwrap();
    let Clear::Fresh { stamp, .. } = first else { panic!() };
    assert_eq!(stamp.modified.as_deref(), Some("Mon"));
    let second = door.metadata(&describe(stamp), Some(&token)).await.unwrap();
    assert!(matches!(second, Clear::Unchanged));
    assert_eq!(server.seen()[1].header("if-modified-since"), Some("Mon"));
}

#[tokio::test]
async fn metadata_takes_api_names_only_and_forms_have_no_token() {
    let server = Server::start(|_| json(200, "{}")).await;
    let door = door(&server.url(), quick());
    for object in ["", "Contact/../Account", "Contact?x=1", "a b"] {
        let metadata = Metadata::Describe { object: object.to_owned(), known: Stamp::default() };
        let error = door.metadata(&metadata, None).await.unwrap_err();
        assert!(!error.may_have_been_sent(), "{object}");
    }
    assert!(server.seen().is_empty());
    let form = Form::new().with("token", "5Aep canary");
    door.metadata(&Metadata::Revoke(form), None).await.unwrap();
    let [seen] = server.seen().try_into().unwrap();
    assert_eq!(seen.line(), "POST /services/oauth2/revoke");
    assert_eq!(seen.body, "token=5Aep+canary");
    assert_eq!(seen.header("authorization"), None);
}

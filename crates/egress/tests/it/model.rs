use std::time::Duration;

use boundary::{Dispatch, Endpoint, EndpointSpec, Residency, Transport};
use egress::{
    Dialect, DialectRequest, EgressError, KeyHeader, Limits, ModelDoor, Phase, Trust, in_process,
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use keys::SecretText;

use crate::permits::{NOW, dispatch};
use crate::server::{Act, Server, json};

struct Plain(KeyHeader);

impl Dialect for Plain {
    fn request(&self, _: &Dispatch) -> DialectRequest {
        DialectRequest { path: "/ask?v=1".to_owned(), key: self.0, body: b"{}".to_vec() }
    }
}

const BEARER: Plain = Plain(KeyHeader::Bearer);

fn quick() -> Limits {
    Limits {
        connect: Duration::from_millis(500),
        first_byte: Duration::from_millis(200),
        idle: Duration::from_millis(200),
        total: Duration::from_secs(2),
        reply_bytes: 1000,
    }
}

fn door(url: &str) -> ModelDoor {
    let key = Some(SecretText::new("sk-1".to_owned()));
    let address = url.parse().unwrap();
    ModelDoor::new("local".to_owned(), address, &Trust::default(), quick(), key).unwrap()
}

async fn ask(url: &str) -> Result<Vec<u8>, EgressError> {
    let stream = door(url).send(dispatch("local", Residency::Machine), &BEARER).await?;
    stream
        .try_fold(Vec::new(), |mut all, part| async move {
            all.extend_from_slice(&part);
            Ok(all)
        })
        .await
}

#[tokio::test]
async fn a_prompt_goes_to_its_endpoint_with_its_key() {
    let server = Server::start(|_| json(200, "{\"a\":1}")).await;
    let url = format!("{}/v1", server.url());
    assert_eq!(ask(&url).await.unwrap(), b"{\"a\":1}");
    let named = Plain(KeyHeader::Named("api-key"));
    door(&url).send(dispatch("local", Residency::Machine), &named).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].line(), "POST /v1/ask?v=1");
    assert_eq!(seen[0].header("authorization"), Some("Bearer sk-1"));
    assert_eq!(seen[1].header("api-key"), Some("sk-1"));
    assert_eq!(seen[1].header("authorization"), None);
}

#[tokio::test]
async fn a_prompt_for_another_endpoint_is_not_sent() {
    let server = Server::start(|_| json(200, "{}")).await;
    let prompt = dispatch("elsewhere", Residency::Machine);
    let error = door(&server.url()).send(prompt, &BEARER).await.unwrap_err();
    assert!(matches!(error, EgressError::WrongEndpoint { .. }), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn parts_arrive_as_they_are_sent() {
    let server = Server::start(|_| {
        let head = b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        Act::Drip(vec![
            (Duration::ZERO, head),
            (Duration::ZERO, b"3\r\none\r\n".to_vec()),
            (Duration::from_millis(60), b"3\r\ntwo\r\n".to_vec()),
            (Duration::from_millis(60), b"0\r\n\r\n".to_vec()),
        ])
    })
    .await;
    let prompt = dispatch("local", Residency::Machine);
    let mut stream = door(&server.url()).send(prompt, &BEARER).await.unwrap();
    let start = tokio::time::Instant::now();
    assert_eq!(stream.next().await.unwrap().unwrap(), "one");
    assert!(start.elapsed() < Duration::from_millis(50));
    assert_eq!(stream.next().await.unwrap().unwrap(), "two");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_silent_or_broken_model_is_an_error_and_asked_once() {
    let server = Server::start(|_| Act::Hang).await;
    let error = ask(&server.url()).await.unwrap_err();
    assert!(matches!(error, EgressError::TimedOut { phase: Phase::FirstByte, .. }), "{error}");
    assert_eq!(server.seen().len(), 1);

    let server = Server::start(|_| Act::Close).await;
    let error = ask(&server.url()).await.unwrap_err();
    assert!(matches!(error, EgressError::Broken { .. }), "{error}");
    assert_eq!(server.seen().len(), 1);

    let server = Server::start(|_| {
        Act::SendAndClose("HTTP/1.1 200 X\r\ncontent-length: 50\r\n\r\ncut".to_owned())
    })
    .await;
    let error = ask(&server.url()).await.unwrap_err();
    assert!(matches!(error, EgressError::Broken { .. }), "{error}");
    assert_eq!(server.seen().len(), 1);

    let server = Server::start(|_| json(429, r#"{"error":{"code":"rate_limit"}}"#)).await;
    assert_eq!(ask(&server.url()).await.unwrap_err().code(), Some("rate_limit"));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    // A port that nobody listens on until the first attempt has failed.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let (mut socket, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\nok";
        tokio::io::AsyncWriteExt::write_all(&mut socket, answer).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    });
    assert_eq!(ask(&format!("http://{address}")).await.unwrap(), b"ok");
    late.abort();
    assert!(matches!(
        ask("http://127.0.0.1:1").await.unwrap_err(),
        EgressError::Unreachable { .. }
    ));
}

#[tokio::test]
async fn dropping_the_answer_ends_the_request() {
    let (closed, is_closed) = tokio::sync::oneshot::channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let head = b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut socket, head).await.unwrap();
        let mut bytes = [0; 4096];
        while let Ok(read) = tokio::io::AsyncReadExt::read(&mut socket, &mut bytes).await {
            if read == 0 {
                break;
            }
        }
        closed.send(()).unwrap();
    });
    let prompt = dispatch("local", Residency::Machine);
    let door = door(&format!("http://{address}"));
    let mut stream = door.send(prompt, &BEARER).await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    tokio::time::timeout(Duration::from_secs(1), is_closed).await.unwrap().unwrap();
}

#[tokio::test]
async fn evidence_tells_where_the_connection_led() {
    let server = Server::start(|_| Act::Hang).await;
    let evidence = door(&server.url()).probe(NOW).await.unwrap();
    assert_eq!(evidence, boundary::Evidence::observed(Transport::Loopback, NOW));
    assert_eq!(in_process(NOW), boundary::Evidence::observed(Transport::InProcess, NOW));
    let spec = EndpointSpec {
        name: "local".to_owned(),
        clearance: boundary::Clearance {
            level: boundary::Level::Internal,
            compliance: std::collections::BTreeSet::new(),
        },
        residency: Residency::Machine,
    };
    assert!(Endpoint::verify(spec, &evidence).is_ok());
    assert!(door("http://127.0.0.1:1").probe(NOW).await.is_err());
}

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{HEAD, PATIENCE, serve};

/// Time stands still in these tests and jumps when everything waits.
async fn start(
    router: Router,
) -> (TcpStream, oneshot::Sender<()>, JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let stopped = async {
        let _ = stopped.await;
    };
    let served = tokio::spawn(serve(listener, router, stopped));
    (TcpStream::connect(address).await.unwrap(), stop, served)
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_is_not_waited_for() {
    let router = Router::new().route("/", get(|| async { "in" }));
    let (mut stream, _stop, _served) = start(router).await;
    let begun = tokio::time::Instant::now();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(!answer.contains("in"), "{answer}");
    let waited = begun.elapsed();
    assert!(waited >= HEAD && waited < 2 * HEAD, "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_under_way_is_finished() {
    let slow = || async {
        tokio::time::sleep(PATIENCE / 2).await;
        "finished"
    };
    let (mut stream, stop, served) = start(Router::new().route("/", get(slow))).await;
    stream.write_all(REQUEST).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.send(()).unwrap();
    assert!(rest(&mut stream).await.ends_with("finished"));
    served.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_an_end_is_cut() {
    let (mut stream, stop, served) =
        start(Router::new().route("/", get(std::future::pending::<()>))).await;
    stream.write_all(REQUEST).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let announced = tokio::time::Instant::now();
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    let waited = announced.elapsed();
    assert!(waited >= PATIENCE && waited < 2 * PATIENCE, "{waited:?}");
    assert_eq!(rest(&mut stream).await, "");
}

//! A server that does what a test tells it, also what no decent server does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Request line and headers, as sent.
    pub(crate) head: String,
    pub(crate) body: String,
    /// The how-manieth connection it came through, from 0.
    pub(crate) connection: usize,
}

impl Seen {
    /// `POST /path?query`
    pub(crate) fn line(&self) -> &str {
        let line = self.head.lines().next().unwrap();
        line.strip_suffix(" HTTP/1.1").unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What the server does with a request.
pub(crate) enum Act {
    /// Sends these bytes.
    Send(String),
    /// Sends these parts, each after a pause.
    Drip(Vec<(Duration, Vec<u8>)>),
    /// Sends these bytes and closes.
    SendAndClose(String),
    /// Closes without a word.
    Close,
    /// Says nothing and keeps the connection.
    Hang,
}

pub(crate) fn json(status: u16, body: &str) -> Act {
    json_with(status, "", body)
}

/// `headers` end in `\r\n` each.
pub(crate) fn json_with(status: u16, headers: &str, body: &str) -> Act {
    let length = body.len();
    Act::Send(format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    ))
}

type Script = Arc<Mutex<dyn FnMut(&Seen) -> Act + Send>>;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) async fn start(script: impl FnMut(&Seen) -> Act + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log): (Script, _) = (Arc::new(Mutex::new(script)), Arc::clone(&seen));
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((socket, _)) = listener.accept().await else { return };
                tokio::spawn(serve(socket, connection, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(
    mut socket: TcpStream,
    connection: usize,
    script: Script,
    log: Arc<Mutex<Vec<Seen>>>,
) {
    while let Some(request) = read(&mut socket, connection).await {
        log.lock().unwrap().push(request.clone());
        let act = (script.lock().unwrap())(&request);
        match act {
            Act::Send(text) => socket.write_all(text.as_bytes()).await.unwrap_or(()),
            Act::Drip(parts) => {
                for (pause, part) in parts {
                    tokio::time::sleep(pause).await;
                    if socket.write_all(&part).await.is_err() || socket.flush().await.is_err() {
                        return;
                    }
                }
            }
            Act::SendAndClose(text) => {
                socket.write_all(text.as_bytes()).await.unwrap_or(());
                socket.shutdown().await.unwrap_or(());
                return;
            }
            Act::Close => return,
            Act::Hang => tokio::time::sleep(Duration::from_hours(1)).await,
        }
        socket.flush().await.unwrap_or(());
    }
}

async fn read(socket: &mut TcpStream, connection: usize) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut seen = Seen { head: head.to_owned(), body: body.to_owned(), connection };
            let length = seen
                .head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(key, _)| key.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, length)| length.parse().unwrap());
            if body.len() >= length {
                seen.body.truncate(length);
                return Some(seen);
            }
        }
        let mut part = [0; 4096];
        match socket.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
}

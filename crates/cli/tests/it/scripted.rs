//! A model that does what a test tells it. It keeps every byte it is sent, and answers in the most
//! awkward pieces the protocol allows.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// What the model says to a request.
#[derive(Clone, Debug)]
pub(crate) enum Say {
    /// A text, in small pieces.
    Text(String),
    /// A text that comes slowly: a pause after each piece.
    Slow(String, Duration),
    /// Calls of tools: names and arguments.
    Calls(Vec<(String, Value)>),
    /// A text, and then the connection breaks.
    CutOff(String),
    /// The data of these events, and nothing else.
    Raw(Vec<&'static str>),
    /// An error of the server.
    Status(u16),
}

/// A request as the model understands it.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) body: Value,
}

impl Heard {
    fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The last thing the person said, as the model sees it.
    pub(crate) fn question(&self) -> String {
        let said = self.messages().iter().rev().find(|message| message["role"] == "user");
        said.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned()
    }

    /// What the tools answered since the person spoke last.
    pub(crate) fn results(&self) -> Vec<String> {
        let since = self.messages().iter().rev().take_while(|message| message["role"] != "user");
        let mut results: Vec<String> = since
            .filter(|message| message["role"] == "tool")
            .map(|message| message["content"].as_str().unwrap_or_default().to_owned())
            .collect();
        results.reverse();
        results
    }

    /// Everything in it that a model reads, as one text.
    pub(crate) fn everything(&self) -> String {
        let said = self.messages().iter().filter(|message| message["role"] != "system");
        said.map(Value::to_string).collect()
    }
}

type Script = dyn Fn(&Heard) -> Say + Send + Sync;

/// The server. It ends when this is dropped.
pub(crate) struct Model {
    pub(crate) address: String,
    shared: Arc<Shared>,
}

struct Shared {
    script: Mutex<Arc<Script>>,
    /// One buffer a connection, in the order of arrival.
    received: Mutex<Vec<Vec<u8>>>,
    heard: Mutex<Vec<Heard>>,
    odd: AtomicUsize,
    over: AtomicBool,
}

impl Model {
    pub(crate) fn start(script: impl Fn(&Heard) -> Say + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared {
            script: Mutex::new(Arc::new(script)),
            received: Mutex::default(),
            heard: Mutex::default(),
            odd: AtomicUsize::new(1),
            over: AtomicBool::new(false),
        });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if served.over.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), served) = (stream, Arc::clone(&served)) else { continue };
                thread::spawn(move || serve(&stream, &served));
            }
        });
        Self { address, shared }
    }

    /// What it does from now on.
    pub(crate) fn play(&self, script: impl Fn(&Heard) -> Say + Send + Sync + 'static) {
        *self.shared.script.lock().unwrap() = Arc::new(script);
    }

    /// What `portcullis demo --model-url` takes.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Every byte that arrived, one buffer a connection.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.shared.received.lock().unwrap().clone()
    }

    /// How much arrived on each connection so far.
    pub(crate) fn mark(&self) -> Vec<usize> {
        self.shared.received.lock().unwrap().iter().map(Vec::len).collect()
    }

    /// What arrived after the mark.
    pub(crate) fn since(&self, mark: &[usize]) -> Vec<Vec<u8>> {
        let all = self.received().into_iter().enumerate();
        all.map(|(at, bytes)| bytes[mark.get(at).copied().unwrap_or(0)..].to_vec()).collect()
    }

    /// Every request so far.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().unwrap().clone()
    }
}

impl Drop for Model {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the listener, which then ends. It may be gone already.
        let _ = TcpStream::connect(&self.address);
    }
}

fn serve(stream: &TcpStream, shared: &Shared) {
    stream.set_nodelay(true).unwrap();
    let place = {
        let mut received = shared.received.lock().unwrap();
        received.push(Vec::new());
        received.len() - 1
    };
    while let Some(body) = request(stream, shared, place) {
        let heard = Heard { body: serde_json::from_slice(&body).unwrap_or_default() };
        shared.heard.lock().unwrap().push(heard.clone());
        let script = Arc::clone(&shared.script.lock().unwrap());
        let says = script(&heard);
        let odd = shared.odd.fetch_add(1, Ordering::Relaxed);
        let streams = heard.body["stream"] == true;
        // The gate hangs up when its own caller did.
        if answer(stream, &says, streams, odd).is_err() {
            return;
        }
    }
}

/// The body of the next request, everything kept as it comes.
fn request(mut stream: &TcpStream, shared: &Shared, place: usize) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head
                .split("content-length:")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().trim().parse().unwrap());
            assert!(!head.contains("transfer-encoding"), "this server reads no chunked requests");
            if bytes.len() >= end + 4 + length {
                return Some(bytes[end + 4..].to_vec());
            }
        }
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        shared.received.lock().unwrap()[place].extend_from_slice(&buffer[..read]);
    }
}

fn answer(stream: &TcpStream, says: &Say, streams: bool, odd: usize) -> std::io::Result<()> {
    let (choice, finish) = match says {
        Say::Status(status) => {
            let body = r#"{"error":{"message":"scripted","type":"server_error"}}"#;
            return plain(stream, *status, body);
        }
        Say::Raw(datas) => return raw(stream, datas),
        Say::Text(text) | Say::Slow(text, _) | Say::CutOff(text) => {
            (json!({ "role": "assistant", "content": text }), "stop")
        }
        Say::Calls(calls) => {
            let calls: Vec<Value> = calls
                .iter()
                .enumerate()
                .map(|(at, (name, arguments))| {
                    json!({ "id": format!("call_{odd}_{at}"), "type": "function",
                        "function": { "name": name, "arguments": arguments.to_string() } })
                })
                .collect();
            (json!({ "role": "assistant", "content": null, "tool_calls": calls }), "tool_calls")
        }
    };
    if !streams {
        let body = json!({ "id": "x", "object": "chat.completion", "created": 1, "model": "scripted",
            "choices": [{ "index": 0, "message": choice, "finish_reason": finish }],
            "usage": { "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15 } });
        return plain(stream, 200, &body.to_string());
    }
    let pause = if let Say::Slow(_, pause) = says { *pause } else { Duration::ZERO };
    let cut = matches!(says, Say::CutOff(_));
    events(stream, &choice, finish, Manner { odd, pause, cut })
}

fn raw(mut stream: &TcpStream, datas: &[&str]) -> std::io::Result<()> {
    stream.write_all(HEAD)?;
    for data in datas {
        segment(stream, format!("data: {data}\n\n").as_bytes())?;
    }
    stream.write_all(b"0\r\n\r\n")
}

/// How a stream is sent.
struct Manner {
    /// Decides where pieces and segments end.
    odd: usize,
    pause: Duration,
    cut: bool,
}

const HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

fn plain(mut stream: &TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A stream whose deltas cut tokens, whose segments cut characters, with comments and both kinds of line ends.
fn events(
    mut stream: &TcpStream,
    message: &Value,
    finish: &str,
    Manner { odd, pause, cut }: Manner,
) -> std::io::Result<()> {
    let chunk = |delta: Value, finish: Option<&str>| {
        json!({ "id": "x", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] })
        .to_string()
    };
    let mut datas = vec![chunk(json!({ "role": "assistant", "content": "" }), None)];
    for piece in pieces(message["content"].as_str().unwrap_or_default(), odd) {
        datas.push(chunk(json!({ "content": piece }), None));
    }
    for (at, call) in message["tool_calls"].as_array().into_iter().flatten().enumerate() {
        let name = &call["function"]["name"];
        let first = json!({ "index": at, "id": call["id"], "type": "function", "function": { "name": name, "arguments": "" } });
        datas.push(chunk(json!({ "tool_calls": [first] }), None));
        for piece in pieces(call["function"]["arguments"].as_str().unwrap_or_default(), odd + at) {
            let more = json!({ "index": at, "function": { "arguments": piece } });
            datas.push(chunk(json!({ "tool_calls": [more] }), None));
        }
    }
    if !cut {
        datas.push(chunk(json!({}), Some(finish)));
        datas.push("[DONE]".to_owned());
    }
    stream.write_all(HEAD)?;
    let end = if odd.is_multiple_of(2) { "\r\n" } else { "\n" };
    let mut held: Vec<u8> = Vec::new();
    for (at, data) in datas.iter().enumerate() {
        if at % 5 == 4 {
            held.extend_from_slice(format!(": a comment{end}{end}").as_bytes());
        }
        held.extend_from_slice(format!("data: {data}{end}{end}").as_bytes());
        // Segments end anywhere, also inside a character.
        let length = 40 + (at * 7 + odd * 13) % 170;
        while held.len() > length {
            segment(stream, &held.drain(..length).collect::<Vec<_>>())?;
        }
        if !pause.is_zero() {
            segment(stream, &std::mem::take(&mut held))?;
            thread::sleep(pause);
        }
    }
    segment(stream, &held)?;
    if cut {
        return Err(std::io::ErrorKind::ConnectionAborted.into());
    }
    stream.write_all(b"0\r\n\r\n")
}

fn segment(mut stream: &TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend_from_slice(bytes);
    chunk.extend_from_slice(b"\r\n");
    stream.write_all(&chunk)
}

/// Cuts a text into pieces of one to four characters, differently for each answer. Long texts begin so and go on
/// in longer ones.
fn pieces(text: &str, odd: usize) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let long = if pieces.len() < 400 { 0 } else { 97 };
        let length = 1 + (pieces.len() * 3 + odd) % 4 + long;
        let end = (at + length).min(characters.len());
        pieces.push(characters[at..end].iter().collect());
        at = end;
    }
    pieces
}

/// Every token (`{EMAIL_3kd}`) in a text, once, in the order of appearance.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('{') {
        let Some(end) = text[at..].find('}') else { break };
        let token = &text[at..=at + end];
        let inner = &token[1..token.len() - 1];
        let Some((kind, number)) = inner.rsplit_once('_') else { continue };
        let plain =
            !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain && numbered && !found.iter().any(|known| known == token) {
            found.push(token.to_owned());
        }
    }
    found
}

/// A text that quotes every token of `text` so that [`values`] finds what each was restored to.
pub(crate) fn quote(text: &str) -> String {
    let quoted = tokens(text).into_iter().map(|token| {
        // A token without its braces would be restored as well.
        let (kind, number) = token.trim_matches(['{', '}']).rsplit_once('_').unwrap();
        let name = format!("{kind}#{number}");
        format!("«{name}»{token}«»")
    });
    format!("Here is everything. {}", quoted.collect::<String>())
}

/// Names of tokens and the values they were restored to, from an answer made by [`quote`].
pub(crate) fn values(answer: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = answer;
    while let Some(open) = rest.find('«') {
        let Some(close) = rest[open..].find('»').map(|at| open + at) else { break };
        let name = &rest[open + '«'.len_utf8()..close];
        let Some(end) = rest[close..].find("«»").map(|at| close + at) else { break };
        found.push((name.to_owned(), rest[close + '»'.len_utf8()..end].to_owned()));
        rest = &rest[end + "«»".len()..];
    }
    found
}

/// A script that calls these tools, one round each, and then quotes every token that came back.
pub(crate) fn reads(calls: Vec<(&str, Value)>) -> impl Fn(&Heard) -> Say + Send + Sync + use<> {
    let calls: Vec<(String, Value)> =
        calls.into_iter().map(|(name, arguments)| (name.to_owned(), arguments)).collect();
    move |heard| match calls.get(heard.results().len()) {
        Some(call) => Say::Calls(vec![call.clone()]),
        None => Say::Text(quote(&heard.everything())),
    }
}

/// The arguments of `soqlQuery`.
pub(crate) fn soql(query: &str) -> (&'static str, Value) {
    ("soqlQuery", json!({ "q": query }))
}

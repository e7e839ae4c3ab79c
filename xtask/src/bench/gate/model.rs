//! A model server that takes no time: it answers at once, with the same words, streamed or whole.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// A question with this in it gets [`WORDS`] words, each in a segment of its own.
pub(super) const LONG: &str = "[long]";
/// A question with this in it is answered after one read of the CRM.
pub(super) const READ: &str = "[read]";
/// Words of a long answer.
pub(super) const WORDS: usize = 400;

/// What the model wants read.
const CALL: &str = r#"{"index":0,"id":"call_1","type":"function","function":{"name":"soqlQuery","arguments":"{\"q\":\"SELECT Name, Email, Phone FROM Contact LIMIT 20\"}"}}"#;

/// Starts the server, which ends with the process.
pub(super) fn start() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A connection that breaks is its caller's loss.
            thread::spawn(move || serve(stream).ok());
        }
    });
    Ok(address)
}

fn serve(stream: TcpStream) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(body) = request(&mut reader)? {
        answer(&mut writer, &body)?;
    }
    Ok(())
}

/// The body of the next request; `None` at the end of the connection.
fn request(reader: &mut BufReader<TcpStream>) -> anyhow::Result<Option<String>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(String::from_utf8(body)?))
}

fn answer(writer: &mut TcpStream, body: &str) -> anyhow::Result<()> {
    let reads = body.contains(READ) && !body.contains(r#""role":"tool""#);
    let whom = addressee(body);
    if !body.contains(r#""stream":true"#) {
        let message = if reads {
            format!(r#"{{"role":"assistant","content":null,"tool_calls":[{CALL}]}}"#)
        } else {
            format!(r#"{{"role":"assistant","content":"Noted, I will write to {whom} today."}}"#)
        };
        let json = format!(
            r#"{{"id":"x","object":"chat.completion","created":1,"model":"fixed","choices":[{{"index":0,"message":{message},"finish_reason":"stop"}}]}}"#
        );
        let head = format!("content-type: application/json\r\ncontent-length: {}", json.len());
        return Ok(write!(writer, "HTTP/1.1 200 OK\r\n{head}\r\n\r\n{json}")?);
    }
    let head = "content-type: text/event-stream\r\ntransfer-encoding: chunked";
    let mut held = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n");
    let long = body.contains(LONG);
    let mut say = |delta: &str, finish: &str, flush: bool| -> anyhow::Result<()> {
        let event = format!(
            "data: {{\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fixed\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{finish}}}]}}\n\n"
        );
        held.extend([&format!("{:x}", event.len()), "\r\n", &event, "\r\n"]);
        if flush {
            writer.write_all(held.as_bytes())?;
            held.clear();
        }
        Ok(())
    };
    say(r#"{"role":"assistant","content":""}"#, "null", false)?;
    if reads {
        say(&format!(r#"{{"tool_calls":[{CALL}]}}"#), "null", false)?;
        say("{}", "\"tool_calls\"", true)?;
    } else {
        for word in ["Noted,", " I", " will", " write", " to ", whom, " today."] {
            say(&format!(r#"{{"content":"{word}"}}"#), "null", long)?;
        }
        for _ in 7..if long { WORDS } else { 0 } {
            say(r#"{"content":" word"}"#, "null", true)?;
        }
        say("{}", "\"stop\"", true)?;
    }
    let end = "data: [DONE]\n\n";
    Ok(write!(writer, "{:x}\r\n{end}\r\n0\r\n\r\n", end.len())?)
}

/// The first token for an address, so that the gate has something to restore.
fn addressee(body: &str) -> &str {
    // Instructions before it may speak of tokens in general.
    let said = body.rfind(r#""role":"user""#).and_then(|at| body.get(at..)).unwrap_or(body);
    let token = said.find("{EMAIL_").and_then(|at| said.get(at..));
    let token = token.and_then(|rest| rest.get(..=rest.find('}')?));
    token.unwrap_or("nobody")
}

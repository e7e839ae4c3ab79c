//! A client that keeps its connection and does nothing more than it must.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, ensure};

/// How a piece of a streamed answer begins, wherever it comes from.
const PIECE: &[u8] = br#""delta":{"content":""#;

/// One connection to a server of chat completions.
#[derive(Debug)]
pub(super) struct Line {
    reader: BufReader<TcpStream>,
    head: String,
    buffer: Vec<u8>,
}

impl Line {
    /// Connects to `host:port`. `key` goes along where one is needed.
    pub(super) fn open(host: &str, key: Option<&str>) -> anyhow::Result<Self> {
        let stream =
            TcpStream::connect(host).with_context(|| format!("`{host}` does not answer"))?;
        stream.set_nodelay(true)?;
        let key = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n{key}"
        );
        Ok(Self { reader: BufReader::new(stream), head, buffer: Vec::new() })
    }

    /// One request. `on_piece` is called for each piece of text as soon as it is there; gives the whole body.
    pub(super) fn ask(&mut self, body: &str, mut on_piece: impl FnMut()) -> anyhow::Result<&[u8]> {
        let request = format!("{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.reader.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        ensure!(status.starts_with("HTTP/1.1 200"), "the answer is {status}");
        let mut length = None;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = Some(value.trim().parse::<usize>()?);
            }
        }
        self.buffer.clear();
        if let Some(length) = length {
            self.take(length)?;
            return Ok(&self.buffer);
        }
        let mut searched = 0;
        loop {
            let size = self.line()?;
            let size =
                usize::from_str_radix(&size, 16).with_context(|| format!("a chunk of `{size}`"))?;
            self.take(size)?;
            let end = self.line()?;
            ensure!(end.is_empty(), "a chunk does not end where it says");
            if size == 0 {
                return Ok(&self.buffer);
            }
            while let Some(at) = find(self.buffer.get(searched..).unwrap_or_default(), PIECE) {
                searched += at + PIECE.len();
                // An empty one only says who speaks.
                if self.buffer.get(searched) != Some(&b'"') {
                    on_piece();
                }
            }
        }
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        ensure!(self.reader.read_line(&mut line)? > 0, "the connection was closed");
        line.truncate(line.trim_end().len());
        Ok(line)
    }

    fn take(&mut self, size: usize) -> anyhow::Result<()> {
        let from = self.buffer.len();
        self.buffer.resize(from + size, 0);
        let place = self.buffer.get_mut(from..).unwrap_or_default();
        Ok(self.reader.read_exact(place)?)
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

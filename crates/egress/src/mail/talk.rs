//! Lines to and from a mail server.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::{EgressError, Phase};

/// Longest line of an answer; RFC 5321 has 512 bytes.
const LINE: usize = 2_048;
/// Most lines of an answer.
const LINES: usize = 64;
/// For one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A conversation with a mail server.
pub(super) struct Talk<S> {
    stream: S,
    host: String,
    /// What came and was not yet taken.
    rest: Vec<u8>,
    /// The last command, for the error that it leads to.
    said: &'static str,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    pub(super) fn new(stream: S, host: String) -> Self {
        Self { stream, host, rest: Vec::new(), said: "CONNECT" }
    }

    /// Sends a line.
    pub(super) async fn say(&mut self, line: &str) -> Result<(), EgressError> {
        const KNOWN: [&str; 8] =
            ["EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "RSET", "QUIT", "DATA"];
        // A message comes after DATA, and errors about it are about that.
        let known = KNOWN.into_iter().find(|word| line.starts_with(word));
        self.said = known.filter(|_| !line.contains('\n')).unwrap_or("DATA");
        let whole = zeroize::Zeroizing::new([line.as_bytes(), b"\r\n"].concat());
        let sent = async {
            self.stream.write_all(&whole).await?;
            self.stream.flush().await
        };
        match timeout(PATIENCE, sent).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.broken()),
            Err(_) => Err(self.slow()),
        }
    }

    /// Waits for an answer with one of these codes; any other is an error.
    pub(super) async fn expect(&mut self, code: &[u16]) -> Result<(), EgressError> {
        self.answer(code).await.map(drop)
    }

    /// Says hello, and takes what the server offers: its extensions, one a line.
    pub(super) async fn greet(&mut self) -> Result<Vec<String>, EgressError> {
        // The gate receives no mail and has no name there (RFC 5321, 4.1.4).
        self.say("EHLO [127.0.0.1]").await?;
        let mut lines = self.answer(&[250]).await?;
        lines.drain(..lines.len().min(1));
        Ok(lines)
    }

    /// The bare stream, provided that nothing came beyond the last answer.
    pub(super) fn into_silent(self) -> Result<S, EgressError> {
        if self.rest.is_empty() { Ok(self.stream) } else { Err(self.broken()) }
    }

    async fn answer(&mut self, wanted: &[u16]) -> Result<Vec<String>, EgressError> {
        match timeout(PATIENCE, self.lines()).await {
            Ok(Ok((code, lines))) if wanted.contains(&code) => Ok(lines),
            Ok(Ok((status, _))) => Err(EgressError::Refused {
                host: self.host.clone(),
                status,
                code: self.said.to_owned(),
                retry_after: None,
            }),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(self.slow()),
        }
    }

    /// The lines of one answer: `250-` and more follow, `250 ` and it is over.
    async fn lines(&mut self) -> Result<(u16, Vec<String>), EgressError> {
        let mut lines = Vec::new();
        let mut first = None;
        loop {
            let line = self.line().await?;
            let code: Option<u16> = line.get(..3).and_then(|code| code.parse().ok());
            let Some(code) = code.filter(|code| first.is_none_or(|first| first == *code)) else {
                return Err(self.broken());
            };
            first = Some(code);
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            match line.as_bytes().get(3) {
                Some(b'-') if lines.len() < LINES => {}
                None | Some(b' ') => return Ok((code, lines)),
                _ => return Err(self.broken()),
            }
        }
    }

    async fn line(&mut self) -> Result<String, EgressError> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.rest.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return String::from_utf8(line).map_err(|_| self.broken());
            }
            if self.rest.len() >= LINE {
                let (host, limit) = (self.host.clone(), LINE);
                return Err(EgressError::TooLarge { host, limit });
            }
            let mut part = [0; 1_024];
            match self.stream.read(&mut part).await {
                Ok(more @ 1..) => self.rest.extend(part.get(..more).unwrap_or_default()),
                _ => return Err(self.broken()),
            }
        }
    }

    fn broken(&self) -> EgressError {
        EgressError::Broken { host: self.host.clone() }
    }

    fn slow(&self) -> EgressError {
        EgressError::TimedOut { host: self.host.clone(), phase: Phase::FirstByte }
    }
}

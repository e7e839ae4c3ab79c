//! The way to whoever is told by mail that something waits: SMTP submission (RFC 6409) with TLS, from the first
//! byte (RFC 8314) or after STARTTLS (RFC 3207).
//!
//! What goes out is what a web hook gets: that there is something, and where to look.

mod talk;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keys::SecretText;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

use self::talk::Talk;
use crate::connect::{Connector, Stream};
use crate::{Address, EgressError, Phase, Trust};

/// For a connection with its TLS handshake.
const CONNECT: Duration = Duration::from_secs(10);
/// For everything: servers may think about a message for a while.
const TOTAL: Duration = Duration::from_mins(2);

/// Whose mailbox: `name@host`, in ASCII, with nothing that means something to a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn host(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, host)| host)
    }
}

impl FromStr for MailAddress {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, EgressError> {
        let wrong = || EgressError::Address {
            text: text.to_owned(),
            expected: "an address of a mailbox such as `sales-desk@example.com`",
        };
        let text = text.trim();
        let (name, host) = text.split_once('@').ok_or_else(wrong)?;
        // Atoms of RFC 5322, and hosts: no quotes, no brackets, no line breaks.
        let atom = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&c);
        let label = |c: u8| c.is_ascii_alphanumeric() || b"-.".contains(&c);
        let sound = |part: &str, fits: &dyn Fn(u8) -> bool| {
            !part.is_empty()
                && part.bytes().all(fits)
                && !part.starts_with('.')
                && !part.ends_with('.')
                && !part.contains("..")
        };
        if text.len() <= 254 && sound(name, &atom) && sound(host, &label) {
            Ok(Self(text.to_owned()))
        } else {
            Err(wrong())
        }
    }
}

/// Who sends, and to whom.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The sender.
    pub from: MailAddress,
    /// The receivers. Each gets a message of its own.
    pub to: Vec<MailAddress>,
    /// Name and password at the server, where it asks for them.
    pub login: Option<(String, SecretText)>,
}

/// What is sent: plain ASCII, line by line.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// When, as RFC 5322 writes it: `Sun, 22 Nov 2026 07:00:00 +0000`.
    pub date: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// The lines.
    pub text: &'a [&'a str],
}

/// A client of one mail server.
pub struct MailDoor {
    connector: Connector,
    /// Whether it begins in the clear.
    starts_bare: bool,
    mailbox: Mailbox,
}

impl MailDoor {
    /// A client of the server at `smtps://host[:465]`, or with STARTTLS at `smtp://host[:587]`. Opens nothing
    /// yet.
    pub fn new(server: &str, trust: &Trust, mailbox: Mailbox) -> Result<Self, EgressError> {
        let wrong = || EgressError::Address {
            text: server.to_owned(),
            expected: "`smtps://host[:port]`, or with STARTTLS `smtp://host[:port]`",
        };
        let (scheme, rest) = server.trim().split_once("://").ok_or_else(wrong)?;
        let (starts_bare, port) = match scheme {
            "smtps" => (false, 465),
            "smtp" => (true, 587),
            _ => return Err(wrong()),
        };
        if rest.contains(['/', '@', '?']) || mailbox.to.is_empty() {
            return Err(wrong());
        }
        let given = rest.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let rest = if given { rest.to_owned() } else { format!("{rest}:{port}") };
        let address: Address = format!("https://{rest}").parse().map_err(|_| wrong())?;
        Ok(Self { connector: Connector::new(address, trust)?, starts_bare, mailbox })
    }

    /// Sends a message to every receiver. A receiver that is refused keeps no other from getting theirs.
    pub async fn tell(&self, message: &Message<'_>) -> Result<(), EgressError> {
        let sent = timeout(TOTAL, self.talk(Some(message))).await;
        sent.map_err(|_| EgressError::TimedOut { host: self.host(), phase: Phase::Total })?
    }

    /// Connects, signs in where that is configured, and goes again.
    pub async fn probe(&self) -> Result<(), EgressError> {
        let asked = timeout(TOTAL, self.talk(None)).await;
        asked.map_err(|_| EgressError::TimedOut { host: self.host(), phase: Phase::Total })?
    }

    fn host(&self) -> String {
        self.connector.address().authority()
    }

    async fn talk(&self, message: Option<&Message<'_>>) -> Result<(), EgressError> {
        let deadline = Instant::now() + CONNECT;
        if !self.starts_bare {
            let (stream, _) = self.connector.stream(false, deadline).await?;
            return self.over(stream, true, message).await;
        }
        let (socket, at_home) = self.connector.bare(false, deadline).await?;
        let mut talk = Talk::new(socket, self.host());
        talk.expect(&[220]).await?;
        let offers = talk.greet().await?;
        if offers.iter().any(|offer| offer.eq_ignore_ascii_case("STARTTLS")) {
            talk.say("STARTTLS").await?;
            talk.expect(&[220]).await?;
            // Whatever came with that answer was not protected, and would be taken for what is (CVE-2011-0411).
            let socket = talk.into_silent()?;
            let stream = self.connector.go_on_in_tls(socket, Instant::now() + CONNECT).await?;
            return self.over(stream, false, message).await;
        }
        // A server of this machine may have no certificate; anywhere else there is TLS or nothing.
        if !at_home || self.mailbox.login.is_some() {
            return Err(self.refused(502, "STARTTLS"));
        }
        self.mail(&mut talk, message).await
    }

    /// The rest in TLS. `greets` says that the server speaks first.
    async fn over(
        &self,
        stream: Stream,
        greets: bool,
        message: Option<&Message<'_>>,
    ) -> Result<(), EgressError> {
        match stream {
            Stream::Tls(stream) => {
                let mut talk = Talk::new(*stream, self.host());
                if greets {
                    talk.expect(&[220]).await?;
                }
                let offers = talk.greet().await?;
                self.sign_in(&mut talk, &offers).await?;
                self.mail(&mut talk, message).await
            }
            Stream::Plain(_) => Err(self.refused(502, "STARTTLS")),
        }
    }

    async fn sign_in<S>(&self, talk: &mut Talk<S>, offers: &[String]) -> Result<(), EgressError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Some((name, password)) = &self.mailbox.login else { return Ok(()) };
        let plain = |offer: &String| {
            let mut words = offer.split_ascii_whitespace();
            words.next().is_some_and(|word| word.eq_ignore_ascii_case("AUTH"))
                && words.any(|word| word.eq_ignore_ascii_case("PLAIN"))
        };
        if !offers.iter().any(plain) {
            return Err(self.refused(504, "AUTH"));
        }
        let secret = Zeroizing::new(format!("\0{name}\0{}", password.expose().trim()));
        let secret = Zeroizing::new(STANDARD.encode(secret.as_bytes()));
        talk.say(&Zeroizing::new(format!("AUTH PLAIN {}", *secret))).await?;
        talk.expect(&[235]).await
    }

    async fn mail<S>(
        &self,
        talk: &mut Talk<S>,
        message: Option<&Message<'_>>,
    ) -> Result<(), EgressError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut failed = None;
        if let Some(message) = message {
            for to in &self.mailbox.to {
                match self.deliver(talk, to, message).await {
                    Ok(()) => {}
                    Err(error @ EgressError::Refused { .. }) => {
                        failed = Some(error);
                        talk.say("RSET").await?;
                        talk.expect(&[250]).await?;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        // It has what it was to have; how it says goodbye is its own affair.
        drop(talk.say("QUIT").await);
        failed.map_or(Ok(()), Err)
    }

    async fn deliver<S>(
        &self,
        talk: &mut Talk<S>,
        to: &MailAddress,
        message: &Message<'_>,
    ) -> Result<(), EgressError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        talk.say(&format!("MAIL FROM:<{}>", self.mailbox.from.as_str())).await?;
        talk.expect(&[250]).await?;
        talk.say(&format!("RCPT TO:<{}>", to.as_str())).await?;
        // 251: it goes on to another mailbox.
        talk.expect(&[250, 251]).await?;
        talk.say("DATA").await?;
        talk.expect(&[354]).await?;
        talk.say(&self.written(to, message)?).await?;
        talk.expect(&[250]).await
    }

    /// The message with the line that ends it: every line plain ASCII, a dot at its beginning doubled
    /// (RFC 5321, 4.5.2).
    fn written(&self, to: &MailAddress, message: &Message<'_>) -> Result<String, EgressError> {
        let Message { date, subject, text } = *message;
        let plain = |line: &&str| {
            line.len() <= 990 && line.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        };
        if ![&date, &subject].into_iter().chain(text).all(plain) {
            let reason = "a line of the message is no plain text";
            return Err(EgressError::Request { reason });
        }
        let id = keys::random_hex(&mut keys::OsRandom)
            .map_err(|_| EgressError::Request { reason: "there is no randomness for its id" })?;
        let from = &self.mailbox.from;
        let heads = [
            format!("From: Portcullis <{}>", from.as_str()),
            format!("To: <{}>", to.as_str()),
            format!("Date: {date}"),
            format!("Subject: {subject}"),
            format!("Message-ID: <{id}@{}>", from.host()),
            // Nobody's holiday answers it (RFC 3834).
            "Auto-Submitted: auto-generated".to_owned(),
            "MIME-Version: 1.0".to_owned(),
            "Content-Type: text/plain; charset=us-ascii".to_owned(),
            String::new(),
        ];
        let mut written = String::new();
        for line in heads.iter().map(String::as_str).chain(text.iter().copied()) {
            if line.starts_with('.') {
                written.push('.');
            }
            written.push_str(line);
            written.push_str("\r\n");
        }
        written.push('.');
        Ok(written)
    }

    fn refused(&self, status: u16, code: &str) -> EgressError {
        let (host, code) = (self.host(), code.to_owned());
        EgressError::Refused { host, status, code, retry_after: None }
    }
}

impl fmt::Debug for MailDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailDoor({})", self.host())
    }
}

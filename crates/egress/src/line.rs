//! Requests to one address: reuse of connections, waits, and what may be tried again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, USER_AGENT};
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

use crate::body::Body;
use crate::connect::{Connector, Link};
use crate::{Address, EgressError, Phase, Trust};

/// Most connections kept open for the next request.
const KEPT: usize = 32;

/// How long to wait and how much to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection with its TLS handshake.
    pub connect: Duration,
    /// From the request to the first byte of the answer.
    pub first_byte: Duration,
    /// Between two parts of the answer.
    pub idle: Duration,
    /// For everything.
    pub total: Duration,
    /// Size of an answer, in bytes.
    pub reply_bytes: usize,
}

impl Limits {
    /// For Salesforce, which ends a query itself after two minutes.
    pub const fn salesforce() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(125),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(3),
            reply_bytes: 32 * 1024 * 1024,
        }
    }

    /// For a model, which may think before it speaks.
    pub const fn model() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_mins(2),
            idle: Duration::from_mins(1),
            total: Duration::from_mins(10),
            reply_bytes: 16 * 1024 * 1024,
        }
    }
}

/// How a request may use connections that are already open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// Any, and once more on a new one when the old one turns out to be dead: for what changes
    /// nothing.
    Freely,
    /// One that was used just now, which its server hardly closes at this moment: for what
    /// costs but changes nothing.
    Warm,
    /// None: a connection that dies under a write leaves nobody knowing whether it happened.
    Never,
}

impl Reuse {
    const fn oldest(self) -> Duration {
        match self {
            Self::Freely => Duration::from_secs(30),
            Self::Warm => Duration::from_secs(3),
            Self::Never => Duration::ZERO,
        }
    }
}

/// Connections to one address.
pub(crate) struct Line {
    connector: Connector,
    limits: Limits,
    kept: Arc<Kept>,
}

/// An answer whose body is still on the way.
pub(crate) struct Answer {
    pub(crate) response: Response<()>,
    pub(crate) body: Body,
}

impl Line {
    pub(crate) fn new(
        address: Address,
        trust: &Trust,
        limits: Limits,
    ) -> Result<Self, EgressError> {
        Ok(Self { connector: Connector::new(address, trust)?, limits, kept: Arc::default() })
    }

    /// The same, to public addresses alone.
    pub(crate) fn to_public(
        address: Address,
        trust: &Trust,
        limits: Limits,
    ) -> Result<Self, EgressError> {
        let connector = Connector::new(address, trust)?.public_only();
        Ok(Self { connector, limits, kept: Arc::default() })
    }

    pub(crate) fn address(&self) -> &Address {
        self.connector.address()
    }

    pub(crate) fn host(&self) -> String {
        self.address().authority()
    }

    /// Opens a connection, looks where it leads, and closes it again.
    pub(crate) async fn probe(&self) -> Result<boundary::Transport, EgressError> {
        let link = self.connector.open(false, Instant::now() + self.limits.connect).await?;
        Ok(link.transport)
    }

    /// Sends one request and waits for the head of its answer. With `here`, only to this machine.
    pub(crate) async fn ask(
        &self,
        mut request: Request<Full<Bytes>>,
        reuse: Reuse,
        here: bool,
    ) -> Result<Answer, EgressError> {
        let start = Instant::now();
        let total = start + self.limits.total;
        let host = HeaderValue::try_from(self.host())
            .map_err(|_| EgressError::Request { reason: "its host cannot stand in a header" })?;
        request.headers_mut().insert(HOST, host);
        let agent = concat!("portcullis/", env!("CARGO_PKG_VERSION"));
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(agent));

        let spare = (reuse == Reuse::Freely).then(|| request.clone());
        if let Some(link) = self.kept.take(reuse.oldest(), here).await {
            match self.send(link, request, total).await {
                Ok(answer) => return Ok(answer),
                Err(Unsent::Back(back)) => request = *back,
                Err(Unsent::Failed(EgressError::Broken { host })) => match spare {
                    Some(spare) => request = spare,
                    None => return Err(EgressError::Broken { host }),
                },
                Err(Unsent::Failed(error)) => return Err(error),
            }
        }
        let link = self.open(here).await?;
        self.send(link, request, total).await.map_err(|unsent| match unsent {
            Unsent::Failed(error) => error,
            Unsent::Back(_) => EgressError::Unreachable {
                host: self.host(),
                reason: "it closed the connection at once".to_owned(),
            },
        })
    }

    /// Opens a connection; a refused one is tried once more, for nothing was sent.
    async fn open(&self, here: bool) -> Result<Link, EgressError> {
        let deadline = Instant::now() + self.limits.connect;
        match self.connector.open(here, deadline).await {
            Err(EgressError::Unreachable { .. }) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                self.connector.open(here, deadline).await
            }
            result => result,
        }
    }

    async fn send(
        &self,
        mut link: Link,
        request: Request<Full<Bytes>>,
        total: Instant,
    ) -> Result<Answer, Unsent> {
        let first = (Instant::now() + self.limits.first_byte).min(total);
        let failed = |error| Err(Unsent::Failed(error));
        let response = match timeout_at(first, link.sender.try_send_request(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(mut error)) => {
                return match error.take_message() {
                    Some(request) => Err(Unsent::Back(Box::new(request))),
                    None => failed(EgressError::Broken { host: self.host() }),
                };
            }
            Err(_) => {
                let phase = if first == total { Phase::Total } else { Phase::FirstByte };
                return failed(EgressError::TimedOut { host: self.host(), phase });
            }
        };
        let (head, incoming) = response.into_parts();
        let body = self.body(incoming, link, total);
        Ok(Answer { response: Response::from_parts(head, ()), body })
    }

    fn body(&self, incoming: Incoming, link: Link, total: Instant) -> Body {
        Body {
            incoming,
            link: Some(link),
            kept: Arc::clone(&self.kept),
            host: self.host(),
            idle: self.limits.idle,
            total,
            limit: self.limits.reply_bytes,
            taken: 0,
        }
    }
}

/// A request without an answer.
enum Unsent {
    /// Nothing of it went out: here it is again.
    Back(Box<Request<Full<Bytes>>>),
    /// It may have gone out.
    Failed(EgressError),
}

/// Open connections that wait for the next request, the longest unused first.
#[derive(Default)]
pub(crate) struct Kept {
    links: Mutex<Vec<(Instant, Link)>>,
}

impl Kept {
    /// Puts a connection back after the end of an answer.
    pub(crate) fn put(&self, link: Link) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        links.retain(|(since, link)| {
            now.duration_since(*since) < Reuse::Freely.oldest() && !link.sender.is_closed()
        });
        if links.len() < KEPT {
            links.push((now, link));
        }
    }

    async fn take(&self, oldest: Duration, here: bool) -> Option<Link> {
        while let Some(mut link) = self.latest(oldest, here) {
            // Free at once, or busy with an answer that ended before its request did.
            let ready = tokio::time::timeout(Duration::from_millis(20), link.sender.ready());
            if let Ok(Ok(())) = ready.await {
                return Some(link);
            }
        }
        None
    }

    fn latest(&self, oldest: Duration, here: bool) -> Option<Link> {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let fits = |(since, link): &(Instant, Link)| {
            now.duration_since(*since) < oldest
                && !link.sender.is_closed()
                && (!here || link.transport == boundary::Transport::Loopback)
        };
        let at = links.iter().rposition(fits)?;
        Some(links.remove(at).1)
    }
}

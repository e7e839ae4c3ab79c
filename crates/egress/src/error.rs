//! What can go wrong on the way out, and whether anything may have left.

use std::time::Duration;

/// Whose fault an error is, which decides the status that a door answers and what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Whoever asked.
    Caller,
    /// Salesforce, or the way there.
    Salesforce,
    /// The model's server, or the way there.
    Model,
    /// This gate or its configuration.
    Gate,
}

/// What was being waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A connection, with its TLS handshake. Nothing was sent.
    Connect,
    /// The first byte of an answer.
    FirstByte,
    /// The next byte of an answer.
    NextByte,
    /// The whole exchange.
    Total,
}

impl Phase {
    const fn words(self) -> &'static str {
        match self {
            Self::Connect => "a connection",
            Self::FirstByte => "an answer",
            Self::NextByte => "the rest of an answer",
            Self::Total => "the end of an answer",
        }
    }
}

/// Why something did not go out or come back. Holds addresses of the configuration and error
/// codes, never a text of a request or an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// An address of the configuration cannot be used.
    #[error("`{text}` is not an address to call: expected {expected}")]
    Address {
        /// As configured.
        text: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A certificate file of the configuration cannot be used.
    #[error("the certificates in `{place}` cannot be used: {reason}")]
    Certificates {
        /// The file, or `the system`.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// No connection; nothing was sent.
    #[error("`{host}` cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// The connection leads off this machine and may not; nothing was sent.
    #[error("`{host}` is not on this machine, as it has to be")]
    Elsewhere {
        /// Host and port.
        host: String,
    },
    /// The address leads into a network of somebody's own; nothing was sent.
    #[error("`{host}` is not at a public address, as it has to be")]
    Private {
        /// Host and port.
        host: String,
    },
    /// A prompt was cleared for another endpoint; nothing was sent.
    #[error("the prompt is for endpoint `{cleared}`, this is the door to `{door}`")]
    WrongEndpoint {
        /// Where it may go.
        cleared: String,
        /// Where it would have gone.
        door: String,
    },
    /// The request cannot be put on the wire; nothing was sent.
    #[error("the request cannot be sent: {reason}")]
    Request {
        /// Why.
        reason: &'static str,
    },
    /// It took too long.
    #[error("`{host}` kept the gate waiting too long for {}", phase.words())]
    TimedOut {
        /// Host and port.
        host: String,
        /// For what.
        phase: Phase,
    },
    /// The connection was lost after the request had gone out, at least in part.
    #[error("the connection to `{host}` was lost")]
    Broken {
        /// Host and port.
        host: String,
    },
    /// The answer is larger than the gate accepts.
    #[error("the answer of `{host}` is larger than {limit} bytes")]
    TooLarge {
        /// Host and port.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The upstream said no, or that it is in trouble.
    #[error("`{host}` answered {status} `{code}`")]
    Refused {
        /// Host and port.
        host: String,
        /// HTTP status.
        status: u16,
        /// The upstream's error code (`INVALID_FIELD`, `invalid_grant`), or `UNKNOWN`.
        code: String,
        /// When the upstream asks to be left alone until then.
        retry_after: Option<Duration>,
    },
}

impl EgressError {
    /// Whether a part of the request may have reached the other side.
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::Address { .. }
            | Self::Certificates { .. }
            | Self::Unreachable { .. }
            | Self::Elsewhere { .. }
            | Self::Private { .. }
            | Self::WrongEndpoint { .. }
            | Self::Request { .. }
            | Self::TimedOut { phase: Phase::Connect, .. } => false,
            Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::TooLarge { .. }
            | Self::Refused { .. } => true,
        }
    }

    /// The HTTP status of the upstream, where it gave one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The error code of the upstream, where it gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

/// How a write ended that did not succeed. `E` is the error of whoever supplies the token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError<E> {
    /// Salesforce refused it; nothing happened.
    #[error("Salesforce refused the write with {status} `{code}`")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Salesforce's error code.
        code: String,
        /// API names of the fields it complained about.
        fields: Vec<String>,
    },
    /// It was never sent; nothing happened.
    #[error("the write was not sent: {0}")]
    NotSent(E),
    /// It was sent and nobody knows whether it happened.
    #[error("the write was sent, and nobody knows whether it happened: {0}")]
    Unknown(EgressError),
}

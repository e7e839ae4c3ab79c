//! A request to the CRM in the clear, on its way into the socket.

use std::fmt;

use zeroize::Zeroizing;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create.
    Post,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

/// A request in the clear. Exists only between a restore and the socket.
pub struct Wire {
    /// Method.
    pub method: Method,
    /// Path below `/services/data/vNN.0/`, with its query, percent-encoded.
    pub path: Zeroizing<String>,
    /// JSON body.
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// 32 hexadecimal digits for `X-SFDC-REQUEST-ID`.
    pub trace: String,
    /// Rows wanted in one page of a query, where the caller said.
    pub page: Option<u16>,
    /// The version of the record that a write was signed for, as the CRM tells it:
    /// `2026-01-01T00:00:00.000+0000`.
    pub unchanged_since: Option<String>,
}

impl Wire {
    pub(crate) fn new(
        method: Method,
        path: String,
        body: Option<Zeroizing<Vec<u8>>>,
        trace: String,
    ) -> Self {
        Self { method, path: Zeroizing::new(path), body, trace, page: None, unchanged_since: None }
    }

    /// Wants the record to be as it was then.
    pub(crate) fn unchanged_since(self, version: Option<&str>) -> Self {
        Self { unchanged_since: version.map(str::to_owned), ..self }
    }

    /// Asks for pages of this many rows.
    pub(crate) fn paged(self, page: Option<u16>) -> Self {
        Self { page, ..self }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({:?})", self.method)
    }
}

/// Everything but unreserved characters (RFC 3986) as `%XX`.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}

//! A client that sends what it is told and keeps every byte that comes back, also of an answer that is cut off.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Without the marks of chunked encoding.
    pub(crate) body: Vec<u8>,
    /// Whether it came to its end.
    pub(crate) whole: bool,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The data of each server-sent event, with its name.
    pub(crate) fn events(&self) -> Vec<(String, String)> {
        let text = self.text();
        let mut events = Vec::new();
        // An event that was cut off has no empty line after it, and is none.
        for block in text.split_inclusive("\n\n").filter(|block| block.ends_with("\n\n")) {
            let lines = |name: &str| {
                block.lines().filter_map(|line| line.strip_prefix(name)).collect::<String>()
            };
            if block.lines().any(|line| line.starts_with("data: ")) {
                events.push((lines("event: "), lines("data: ")));
            }
        }
        events
    }
}

/// One request on a connection of its own. `None` when nothing, or no whole head, came back.
pub(crate) fn send(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    let length = body.len().to_string();
    let length = (method != "GET").then_some(("content-length", length.as_str()));
    for (name, value) in headers.iter().copied().chain(length) {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    let mut request = request.into_bytes();
    request.extend_from_slice(body);
    stream.write_all(&request).ok()?;
    let mut bytes = Vec::new();
    // A connection that is reset has still brought what came before.
    let ended = stream.read_to_end(&mut bytes).is_ok();
    read(&bytes, ended)
}

fn read(bytes: &[u8], ended: bool) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let header = |wanted: &str| {
        headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    let (body, whole) = match (header("transfer-encoding"), header("content-length")) {
        (Some(_), _) => dechunk(rest),
        (None, Some(length)) => (rest.to_vec(), rest.len() == length.parse::<usize>().unwrap()),
        (None, None) => (rest.to_vec(), ended),
    };
    Some(Answer { status, headers, body, whole })
}

fn dechunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = rest.windows(2).position(|two| two == b"\r\n") else {
            return (body, false);
        };
        let size = std::str::from_utf8(&rest[..end]).ok();
        let Some(size) = size.and_then(|size| usize::from_str_radix(size, 16).ok()) else {
            return (body, false);
        };
        rest = &rest[end + 2..];
        if size == 0 {
            return (body, true);
        }
        body.extend_from_slice(&rest[..size.min(rest.len())]);
        if rest.len() < size + 2 {
            return (body, false);
        }
        rest = &rest[size + 2..];
    }
}

/// `host:port` and path of an `http://` address.
pub(crate) fn split(address: &str) -> (String, String) {
    let rest = address.strip_prefix("http://").unwrap_or_else(|| panic!("not http: {address}"));
    let at = rest.find('/').unwrap_or(rest.len());
    let path = if rest[at..].is_empty() { "/" } else { &rest[at..] };
    (rest[..at].to_owned(), path.to_owned())
}

/// A form, encoded as browsers do.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Keeps cookies and follows redirects, as browsers do. Cookies know hosts and no ports.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// What it sends as `Cookie`.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn get(&mut self, address: &str) -> Answer {
        self.follow("GET", address, &[], b"").unwrap_or_else(|| panic!("no answer from {address}"))
    }

    /// A form that is sent, and wherever that leads.
    pub(crate) fn submit(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        self.submit_with(address, fields, &[])
    }

    pub(crate) fn submit_with(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        self.try_submit(address, fields, headers)
            .unwrap_or_else(|| panic!("no answer from {address}"))
    }

    /// The same, `None` when nobody answers. A header that is given replaces the browser's own.
    pub(crate) fn try_submit(
        &mut self,
        address: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Option<Answer> {
        let (host, _) = split(address);
        let origin = format!("http://{host}");
        let own = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        let given = |name: &str| headers.iter().any(|(other, _)| *other == name);
        let mut all: Vec<(&str, &str)> = own.into_iter().filter(|(name, _)| !given(name)).collect();
        all.extend_from_slice(headers);
        self.follow("POST", address, &all, form(fields).as_bytes())
    }

    fn follow(
        &mut self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let mut answer = self.once(method, address, headers, body)?;
        let mut here = address.to_owned();
        for _ in 0..8 {
            let Some(next) = answer.header("location").filter(|_| answer.status / 100 == 3) else {
                return Some(answer);
            };
            if next.starts_with('/') {
                here = format!("http://{}{next}", split(&here).0);
            } else {
                next.clone_into(&mut here);
            }
            answer = self.once("GET", &here, &[], b"")?;
        }
        panic!("too many redirects, last to {here}")
    }

    fn once(
        &mut self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let (host, path) = split(address);
        let cookies = self.cookies();
        let mut all = headers.to_vec();
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        let answer = send(&host, method, &path, &all, body)?;
        for (_, set) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(answer)
    }
}

/// The value of a hidden input of a page.
pub(crate) fn hidden(page: &str, name: &str) -> Option<String> {
    let at = page.find(&format!("name=\"{name}\" value=\""))?;
    let rest = &page[at + name.len() + 15..];
    let value = &rest[..rest.find('"')?];
    Some(unescape(value))
}

/// Text out of HTML.
pub(crate) fn unescape(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.into_iter().fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

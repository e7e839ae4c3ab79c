//! A program as the tests play it: its metadata document, its way in, its requests.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::demo::Demo;
use crate::http::{Browser, form, hidden, send, split};

/// RFC 7636, appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A program with a metadata document on this machine, which also answers where browsers come back.
pub(super) struct Program {
    pub(super) base: String,
}

impl Program {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let document = json!({
            "client_id": format!("{base}/client.json"),
            "client_name": "Test assistant",
            "redirect_uris": [format!("{base}/back")],
            "token_endpoint_auth_method": "none",
        });
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut head = Vec::new();
                let mut part = [0; 4096];
                while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                    match stream.read(&mut part) {
                        Ok(read) if read > 0 => head.extend_from_slice(&part[..read]),
                        _ => break,
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let path = head.split(' ').nth(1).unwrap_or_default();
                let body =
                    if path == "/client.json" { document.to_string() } else { path.to_owned() };
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { base }
    }

    pub(super) fn id(&self) -> String {
        format!("{}/client.json", self.base)
    }

    pub(super) fn back(&self) -> String {
        format!("{}/back", self.base)
    }

    /// The address that it opens a browser at, with these members changed.
    pub(super) fn authorize(&self, demo: &Demo, change: &[(&str, &str)]) -> String {
        let (id, back, resource) = (self.id(), self.back(), format!("{}/mcp", demo.page()));
        let own = [
            ("response_type", "code"),
            ("client_id", id.as_str()),
            ("redirect_uri", back.as_str()),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "st4te"),
            ("resource", resource.as_str()),
        ];
        let changed: Vec<(&str, &str)> = own
            .into_iter()
            .map(|(name, value)| {
                let other = change.iter().find(|(other, _)| *other == name);
                (name, other.map_or(value, |(_, value)| *value))
            })
            .collect();
        format!("{}/authorize?{}", demo.page(), form(&changed))
    }

    /// A person agrees in their browser; the query that the program gets.
    pub(super) fn agree(&self, demo: &Demo, browser: &mut Browser) -> String {
        self.agree_with(demo, browser, &[])
    }

    /// The same with more members in its request.
    pub(super) fn agree_with(
        &self,
        demo: &Demo,
        browser: &mut Browser,
        more: &[(&str, &str)],
    ) -> String {
        let more = form(more);
        let address = self.authorize(demo, &[]);
        let page = browser.get(&format!("{address}&{more}"));
        assert_eq!(page.status, 200, "{}", page.text());
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains(&format!("form-action 'self' {};", self.base)), "{policy}");
        let page = page.text();
        let fields = [
            ("csrf", hidden(&page, "csrf").unwrap()),
            ("ticket", hidden(&page, "ticket").unwrap()),
            ("answer", "allow".to_owned()),
        ];
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.submit(&format!("{}/authorize", demo.page()), &fields).text()
    }

    /// The token endpoint's answer to a code, with these members changed.
    pub(super) fn exchange(&self, demo: &Demo, code: &str, change: &[(&str, &str)]) -> Value {
        let (id, back) = (self.id(), self.back());
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("client_id", id.as_str()),
            ("code", code),
            ("redirect_uri", back.as_str()),
            ("code_verifier", VERIFIER),
        ];
        for (name, value) in change {
            fields.retain(|(other, _)| other != name);
            fields.push((*name, *value));
        }
        token(demo, &fields)
    }

    pub(super) fn refresh(&self, demo: &Demo, token_: &str) -> Value {
        let id = self.id();
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", id.as_str()),
            ("refresh_token", token_),
        ];
        token(demo, &fields)
    }

    /// A person lets it in; its tokens.
    pub(super) fn let_in(&self, demo: &Demo, username: &str) -> Value {
        let (mut browser, _) = demo.signed_in(username);
        let query = self.agree(demo, &mut browser);
        let tokens = self.exchange(demo, &member(&query, "code"), &[]);
        assert!(tokens["access_token"].is_string(), "{tokens}");
        tokens
    }

    /// An administrator decides about it.
    pub(super) fn decide(&self, demo: &Demo, standing: &str, more: &[(&str, &str)]) {
        let (mut browser, csrf) = demo.signed_in(crate::demo::SAM);
        let id = self.id();
        let mut fields = vec![
            ("csrf", csrf.as_str()),
            ("client", id.as_str()),
            ("standing", standing),
            ("rows", "1000"),
            ("objects", ""),
        ];
        for (name, value) in more {
            fields.retain(|(other, _)| other != name);
            fields.push((*name, *value));
        }
        let page = browser.submit(&format!("{}/clients/decide", demo.page()), &fields);
        assert_eq!(page.status, 200, "{}", page.text());
    }
}

fn token(demo: &Demo, fields: &[(&str, &str)]) -> Value {
    let (host, _) = split(demo.page());
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    send(&host, "POST", "/token", &headers, form(fields).as_bytes()).unwrap().json()
}

/// A member of a query.
pub(super) fn member(query: &str, name: &str) -> String {
    let (_, query) = query.split_once('?').unwrap_or_else(|| panic!("no query: {query}"));
    let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    let found = found.unwrap_or_else(|| panic!("no `{name}` in {query}"));
    percent_encoding::percent_decode_str(found).decode_utf8().unwrap().into_owned()
}

/// A request of 2026-07-28.
pub(super) fn new(method: &str, params: Value, capabilities: &Value) -> Value {
    let mut params = params;
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "t", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    });
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

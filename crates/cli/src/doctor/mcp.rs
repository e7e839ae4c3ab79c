//! A door of tools seen from outside, as an assistant sees it that wants to come in.

use std::time::Duration;

use egress::{Limits, Looked, Trust, look};
use serde_json::{Value, json};

use super::Finding;

/// What strangers are asked first.
const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"portcullis doctor","version":"1"}}}"#;

type Told = Result<String, String>;

pub(super) async fn examine(address: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |what: &str, state: Told| {
        findings.push(Finding { what: what.to_owned(), state });
    };
    let metadata = match challenge(address).await {
        Ok(metadata) => {
            note("challenge", Ok(format!("401, and the metadata is at {metadata}")));
            metadata
        }
        Err(problem) => {
            note("challenge", Err(problem));
            return findings;
        }
    };
    note("origin", foreign_origin(address).await);
    let resource = document(&metadata).await;
    let server = resource.as_ref().ok().and_then(|it| it.pointer("/authorization_servers/0"));
    let server = server.and_then(Value::as_str).map(str::to_owned);
    note("audience", resource.and_then(|resource| audience(&resource, address)));
    let Some(server) = server else {
        note("sign-in", Err("the metadata names no authorization server".to_owned()));
        return findings;
    };
    match document(&well_known(&server, "oauth-authorization-server")).await {
        Ok(found) => {
            note("sign-in", sign_in(&found, &server));
            note("tokens", tokens(&found).await);
        }
        Err(problem) => note("sign-in", Err(problem)),
    }
    findings
}

/// Where the metadata is, as a refusal says it.
async fn challenge(address: &str) -> Result<String, String> {
    let looked = ask(address, &[], Some(("application/json", HELLO.to_owned()))).await?;
    if (300..400).contains(&looked.status) {
        let to = looked.location.unwrap_or_default();
        return Err(format!(
            "{} to `{to}`: assistants do not follow redirects with a token; give them the last address",
            looked.status
        ));
    }
    if looked.status == 200 {
        return Err("it lets strangers in: expected 401".to_owned());
    }
    if looked.status != 401 {
        return Err(format!("it answers {}, expected 401", looked.status));
    }
    let challenge = looked
        .challenge
        .ok_or("401 without `WWW-Authenticate`: a proxy in between may have removed the header")?;
    let found = challenge.split_once("resource_metadata=\"").and_then(|(_, it)| it.split_once('"'));
    let (metadata, _) =
        found.ok_or_else(|| format!("`{challenge}` does not say where the metadata is"))?;
    if origin(metadata) != origin(address) {
        return Err(format!(
            "the metadata is said to be at `{metadata}`, another origin than `{address}`: set `base_url` to what assistants use"
        ));
    }
    Ok(metadata.to_owned())
}

async fn foreign_origin(address: &str) -> Told {
    let headers = [("origin", "https://stranger.example")];
    let looked = ask(address, &headers, Some(("application/json", HELLO.to_owned()))).await?;
    match looked.status {
        403 => Ok("pages of other sites are refused".to_owned()),
        other => Err(format!("a page of another site is answered {other}, expected 403")),
    }
}

/// The address that tokens are good at has to be the one that assistants are given, to the letter.
fn audience(resource: &Value, address: &str) -> Told {
    let named = resource.get("resource").and_then(Value::as_str).unwrap_or_default();
    if named == address {
        return Ok(format!("tokens are good at {named}"));
    }
    let slash = named.trim_end_matches('/') == address.trim_end_matches('/');
    let why = if slash { " (a slash at the end differs)" } else { "" };
    Err(format!("tokens are good at `{named}`, assistants are given `{address}`{why}"))
}

fn sign_in(found: &Value, server: &str) -> Told {
    let text = |name: &str| found.get(name).and_then(Value::as_str).unwrap_or_default();
    let has = |name: &str, value: &str| {
        let list = found.get(name).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|it| it == value))
    };
    if text("issuer") != server {
        return Err(format!("it calls itself `{}`, not `{server}`", text("issuer")));
    }
    for name in ["authorization_endpoint", "token_endpoint"] {
        if origin(text(name)) != origin(server) {
            return Err(format!("`{name}` is `{}`, at another origin", text(name)));
        }
    }
    if !has("code_challenge_methods_supported", "S256") {
        return Err("it does not say that it takes proof keys (S256)".to_owned());
    }
    let documents = found.get("client_id_metadata_document_supported") == Some(&json!(true));
    if !documents && found.get("registration_endpoint").is_none() {
        return Err("assistants cannot say who they are: no metadata documents".to_owned());
    }
    Ok(format!("{server}, proof keys, clients by metadata document"))
}

/// An exchange of nothing is refused as OAuth refuses, and not by something in between.
async fn tokens(found: &Value) -> Told {
    let address = found.get("token_endpoint").and_then(Value::as_str).unwrap_or_default();
    let body = ("application/x-www-form-urlencoded", String::new());
    let looked = ask(address, &[], Some(body)).await?;
    let said: Value = serde_json::from_slice(&looked.body).unwrap_or_default();
    match (looked.status, said.get("error")) {
        (400, Some(_)) => Ok("codes are exchanged here".to_owned()),
        (status, _) => Err(format!("`{address}` answers {status} without an OAuth error")),
    }
}

async fn document(address: &str) -> Result<Value, String> {
    let looked = ask(address, &[], None).await?;
    if looked.status != 200 {
        return Err(format!("`{address}` answers {}, expected a document", looked.status));
    }
    serde_json::from_slice(&looked.body).map_err(|_| format!("`{address}` is no JSON"))
}

async fn ask(
    address: &str,
    headers: &[(&str, &str)],
    body: Option<(&str, String)>,
) -> Result<Looked, String> {
    let limits = Limits { total: Duration::from_secs(20), ..Limits::salesforce() };
    let looked = look(address, &Trust::default(), limits, headers, body).await;
    looked.map_err(|error| error.to_string())
}

/// The well-known address of a server: the word goes before its path (RFC 8414, section 3.1).
fn well_known(server: &str, name: &str) -> String {
    let origin = origin(server);
    let path = server.get(origin.len()..).unwrap_or_default().trim_end_matches('/');
    format!("{origin}/.well-known/{name}{path}")
}

/// Scheme, host and port.
fn origin(address: &str) -> &str {
    let after = address.find("://").map_or(0, |at| at + 3);
    let rest = address.get(after..).unwrap_or_default();
    let end = rest.find('/').map_or(address.len(), |at| after + at);
    address.get(..end).unwrap_or(address)
}

//! Tokens that are bound to a key of the program (RFC 9449).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::program::{Program, VERIFIER, member};
use super::{demo, old};
use crate::demo::{Demo, MAYA};
use crate::http::{Answer, form, send, split};

struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap())
    }

    fn coordinates(&self) -> (String, String) {
        let point = self.0.public_key().as_ref();
        (encode(&point[1..33]), encode(&point[33..]))
    }

    fn thumbprint(&self) -> String {
        let (x, y) = self.coordinates();
        encode(Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)))
    }

    fn proof(&self, address: &str, token: Option<&str>) -> String {
        let (x, y) = self.coordinates();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
        let now = gateway::system_clock()().0 / 1000;
        let id = keys::random_hex(&mut keys::OsRandom).unwrap();
        let mut claims = json!({
            "jti": id, "htm": "POST", "htu": address, "iat": now,
        });
        if let Some(token) = token {
            claims["ath"] = json!(encode(Sha256::digest(token)));
        }
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encode(signature))
    }
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The token endpoint's answer to these members and proofs.
fn token(demo: &Demo, fields: &[(&str, &str)], proofs: &[&str]) -> Value {
    let (host, _) = split(demo.page());
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend(proofs.iter().map(|proof| ("dpop", *proof)));
    send(&host, "POST", "/token", &headers, form(fields).as_bytes()).unwrap().json()
}

fn ping(demo: &Demo, scheme: &str, token: &str, proofs: &[&str]) -> Answer {
    let (host, _) = split(demo.page());
    let authorization = format!("{scheme} {token}");
    let mut headers = vec![
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("authorization", authorization.as_str()),
    ];
    headers.extend(proofs.iter().map(|proof| ("dpop", *proof)));
    let message = old("ping", &json!({})).to_string();
    send(&host, "POST", "/mcp", &headers, message.as_bytes()).unwrap()
}

/// What the program sends for the code that this query brought it.
fn of_code(program: &Program, query: &str) -> [(&'static str, String); 5] {
    [
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", program.id()),
        ("code", member(query, "code")),
        ("redirect_uri", program.back()),
        ("code_verifier", VERIFIER.to_owned()),
    ]
}

#[test]
fn a_bound_token_is_nothing_without_its_key() {
    let (_folder, demo) = demo();
    let (program, key, thief) = (Program::start(), Key::new(), Key::new());
    let (mut browser, _) = demo.signed_in(MAYA);
    let (at_tools, at_token) = (format!("{}/mcp", demo.page()), format!("{}/token", demo.page()));
    let query = program.agree(&demo, &mut browser);
    let id = program.id();
    let fields = of_code(&program, &query);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let wrong = key.proof(&at_tools, None);
    assert_eq!(token(&demo, &fields, &[&wrong])["error"], "invalid_dpop_proof");
    let (one, two) = (key.proof(&at_token, None), key.proof(&at_token, None));
    assert_eq!(token(&demo, &fields, &[&one, &two])["error"], "invalid_dpop_proof");
    let tokens = token(&demo, &fields, &[&one]);
    assert_eq!(tokens["token_type"], "DPoP", "{tokens}");
    let access = tokens["access_token"].as_str().unwrap().to_owned();

    let good = key.proof(&at_tools, Some(&access));
    assert_eq!(ping(&demo, "DPoP", &access, &[&good]).status, 200);
    let again = ping(&demo, "DPoP", &access, &[&good]);
    assert_eq!(again.status, 401);
    assert!(again.header("www-authenticate").unwrap().contains("invalid_dpop_proof"));
    let (cut, _) = access.split_once('.').unwrap();
    let exchanged = format!("{cut}.{}", thief.thumbprint());
    for (scheme, token, proofs) in [
        ("Bearer", access.as_str(), vec![]),
        ("Bearer", access.as_str(), vec![key.proof(&at_tools, Some(&access))]),
        ("Bearer", cut, vec![]),
        ("DPoP", access.as_str(), vec![]),
        ("DPoP", access.as_str(), vec![thief.proof(&at_tools, Some(&access))]),
        ("DPoP", access.as_str(), vec![key.proof(&at_tools, None)]),
        ("DPoP", access.as_str(), vec![key.proof(&at_token, Some(&access))]),
        ("DPoP", exchanged.as_str(), vec![thief.proof(&at_tools, Some(&exchanged))]),
        ("DPoP", demo.key(), vec![key.proof(&at_tools, Some(demo.key()))]),
    ] {
        let proofs: Vec<&str> = proofs.iter().map(String::as_str).collect();
        let refused = ping(&demo, scheme, token, &proofs);
        assert_eq!(refused.status, 401, "{scheme} with {} proofs", proofs.len());
    }

    // A thief of the refresh token can neither use it nor spend it.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fields =
        [("grant_type", "refresh_token"), ("client_id", id.as_str()), ("refresh_token", refresh)];
    assert_eq!(token(&demo, &fields, &[])["error"], "invalid_grant");
    let stolen = thief.proof(&at_token, None);
    assert_eq!(token(&demo, &fields, &[&stolen])["error"], "invalid_grant");
    let next = token(&demo, &fields, &[&key.proof(&at_token, None)]);
    assert_eq!(next["token_type"], "DPoP", "{next}");
    let access = next["access_token"].as_str().unwrap();
    let good = |access: &str| key.proof(&at_tools, Some(access));
    assert_eq!(ping(&demo, "DPoP", access, &[&good(access)]).status, 200);
    let (host, _) = split(demo.page());
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("token={access}");
    assert_eq!(send(&host, "POST", "/revoke", &headers, body.as_bytes()).unwrap().status, 200);
    assert_eq!(ping(&demo, "DPoP", access, &[&good(access)]).status, 401);
}

#[test]
fn a_code_can_be_bound_before_there_is_a_token() {
    let (_folder, demo) = demo();
    let (program, key, thief) = (Program::start(), Key::new(), Key::new());
    let (mut browser, _) = demo.signed_in(MAYA);
    let bad = browser.get(&format!("{}&dpop_jkt=short", program.authorize(&demo, &[]))).text();
    assert_eq!(member(&bad, "error"), "invalid_request");
    let address = format!("{}/token", demo.page());
    for (proof, expected) in [
        (None, false),
        (Some(thief.proof(&address, None)), false),
        (Some(key.proof(&address, None)), true),
    ] {
        let more = [("dpop_jkt", key.thumbprint())];
        let more: Vec<(&str, &str)> = more.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let query = program.agree_with(&demo, &mut browser, &more);
        let fields = of_code(&program, &query);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let proofs: Vec<&str> = proof.iter().map(String::as_str).collect();
        let answer = token(&demo, &fields, &proofs);
        assert_eq!(answer["access_token"].is_string(), expected, "{answer}");
    }
}

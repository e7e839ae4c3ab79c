use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_800_000_000;
const OF: Proven<'_> =
    Proven { method: "POST", address: "https://gate.example/mcp", token: Some("pat_x"), now: NOW };

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn claims() -> Value {
    json!({
        "jti": "1", "htm": "POST", "htu": "https://gate.example/mcp?x=1", "iat": NOW,
        "ath": digest(b"pat_x"),
    })
}

struct Es256(EcdsaKeyPair);

impl Es256 {
    fn new() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap())
    }

    fn jwk(&self) -> Value {
        let point = self.0.public_key().as_ref();
        json!({ "kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..]) })
    }

    fn proof(&self, claims: &Value, header: &[(&str, Value)]) -> String {
        let mut head = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk() });
        for (name, value) in header {
            head[*name] = value.clone();
        }
        let signed = format!("{}.{}", encode(head.to_string()), encode(claims.to_string()));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", encode(signature))
    }
}

#[test]
fn a_proof_holds_for_its_own_request_key_and_time() {
    let key = Es256::new();
    let proof = Proof::verify(&key.proof(&claims(), &[]), &OF).unwrap();
    assert_eq!(proof.expires, NOW + PROOF_SECONDS);
    assert_eq!(Thumbprint::parse(proof.thumbprint.as_str()), Some(proof.thumbprint.clone()));
    let other = Proof::verify(&Es256::new().proof(&claims(), &[]), &OF).unwrap();
    assert_ne!(other.thumbprint, proof.thumbprint);
    assert!(other.id != proof.id, "an id counts for its own key");

    let cases = [
        ("htm", json!("GET"), ProofError::OtherRequest),
        ("htu", json!("https://gate.example/token"), ProofError::OtherRequest),
        ("htu", json!("https://gate.example/mcp/"), ProofError::OtherRequest),
        ("ath", json!(digest(b"pat_y")), ProofError::OtherToken),
        ("ath", Value::Null, ProofError::OtherToken),
        ("iat", json!(NOW - PROOF_SECONDS - 1), ProofError::Stale),
        ("iat", json!(NOW + AHEAD + 1), ProofError::Stale),
        ("iat", json!(-1), ProofError::Malformed),
        ("jti", json!(""), ProofError::Malformed),
    ];
    for (member, value, expected) in cases {
        let mut claims = claims();
        claims[member] = value.clone();
        let found = Proof::verify(&key.proof(&claims, &[]), &OF).unwrap_err();
        assert_eq!(found, expected, "{member}: {value}");
    }
    // At the token endpoint there is no token yet.
    let first = Proven { token: None, ..OF };
    assert!(Proof::verify(&key.proof(&claims(), &[]), &first).is_ok());
}

#[test]
fn only_a_signature_of_the_named_public_key_counts() {
    let (key, other) = (Es256::new(), Es256::new());
    let mut private = key.jwk();
    private["d"] = json!("AA");
    let mut off_curve = key.jwk();
    off_curve["y"] = other.jwk()["y"].clone();
    let cases = [
        (vec![("jwk", other.jwk())], ProofError::Signature),
        (vec![("jwk", off_curve)], ProofError::Signature),
        (vec![("jwk", private)], ProofError::Algorithm),
        (vec![("alg", json!("none"))], ProofError::Algorithm),
        (vec![("alg", json!("HS256"))], ProofError::Algorithm),
        (vec![("alg", json!("EdDSA"))], ProofError::Algorithm),
        (vec![("typ", json!("JWT"))], ProofError::Malformed),
        (vec![("crit", json!(["b64"]))], ProofError::Malformed),
        (vec![("jwk", json!({}))], ProofError::Malformed),
    ];
    for (header, expected) in cases {
        let found = Proof::verify(&key.proof(&claims(), &header), &OF).unwrap_err();
        assert_eq!(found, expected, "{header:?}");
    }
    for text in ["", ".", "..", "a.b.c", "a.b.c.d", &"a".repeat(LONGEST + 1)] {
        assert_eq!(Proof::verify(text, &OF).unwrap_err(), ProofError::Malformed);
    }
    let mut bent = key.proof(&claims(), &[]).into_bytes();
    let middle = bent.iter().position(|&byte| byte == b'.').unwrap() + 9;
    bent[middle] = if bent[middle] == b'A' { b'B' } else { b'A' };
    assert!(Proof::verify(std::str::from_utf8(&bent).unwrap(), &OF).is_err());
}

#[test]
fn an_edwards_key_is_taken_and_has_the_thumbprint_of_the_standard() {
    // RFC 8037, appendices A.1 to A.3: the key, and its thumbprint.
    let seed = part("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = Ed25519KeyPair::from_seed_and_public_key(&seed, &part(x).unwrap()).unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    let head = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk });
    let signed = format!("{}.{}", encode(head.to_string()), encode(claims().to_string()));
    let text = format!("{signed}.{}", encode(key.sign(signed.as_bytes())));
    let proof = Proof::verify(&text, &OF).unwrap();
    assert_eq!(proof.thumbprint.as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

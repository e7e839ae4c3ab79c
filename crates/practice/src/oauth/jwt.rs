//! JSON web tokens: signed with the org's own P-256 key, verified with an app's.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::{Map, Value as Json, json};

use crate::error::OrgError;

/// A new P-256 key, PKCS#8.
pub(super) fn new_key() -> Result<Vec<u8>, OrgError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    Ok(made.map_err(|_| OrgError::Key)?.as_ref().to_vec())
}

fn pair(key: &[u8]) -> Option<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key, &SystemRandom::new()).ok()
}

/// The name of the org's key.
const KEY_ID: &str = "1";

pub(super) fn sign(key: &[u8], claims: &Json) -> Option<String> {
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": KEY_ID });
    let encode = |json: &Json| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", encode(&header), encode(claims));
    let signature = pair(key)?.sign(&SystemRandom::new(), text.as_bytes()).ok()?;
    Some(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}

/// The org's public key as a JWK set.
pub(super) fn key_set(key: &[u8]) -> Option<Json> {
    let pair = pair(key)?;
    let point = pair.public_key().as_ref();
    let coordinate = |from: usize, to: usize| {
        point.get(from..to).map(|part| BASE64_URL_SAFE_NO_PAD.encode(part))
    };
    Some(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KEY_ID,
        "x": coordinate(1, 33)?, "y": coordinate(33, 65)?
    }] }))
}

/// Whether the org itself signed this token.
fn is_own(token: &str, key: &[u8]) -> bool {
    pair(key).is_some_and(|pair| verify(token, pair.public_key().as_ref()))
}

/// The subject of a token this org signed, until it expires.
pub(crate) fn own_subject(token: &str, key: &[u8], now: jiff::Timestamp) -> Option<String> {
    let claims = unverified(token).filter(|_| is_own(token, key))?;
    let good =
        claims.get("exp").and_then(Json::as_i64).is_some_and(|expires| expires > now.as_second());
    if good { claims.get("sub")?.as_str().map(str::to_owned) } else { None }
}

/// The claims, before anything is known of the signature.
pub(super) fn unverified(token: &str) -> Option<Map<String, Json>> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Whether the holder of this public key signed the token. The key decides the algorithm, never the token alone.
pub(super) fn verify(token: &str, public: &[u8]) -> bool {
    let Some((text, signature)) = token.rsplit_once('.') else { return false };
    let header = text.split('.').next().and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let header: Option<Json> = header.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let named = header.as_ref().and_then(|header| header.get("alg")).and_then(Json::as_str);
    let (algorithm, name): (&'static dyn VerificationAlgorithm, _) = if public.len() == 65 {
        (&ECDSA_P256_SHA256_FIXED, "ES256")
    } else {
        (&RSA_PKCS1_2048_8192_SHA256, "RS256")
    };
    let Ok(signature) = BASE64_URL_SAFE_NO_PAD.decode(signature) else { return false };
    named == Some(name)
        && UnparsedPublicKey::new(algorithm, public).verify(text.as_bytes(), &signature).is_ok()
}

/// An RSA public key in PEM (`BEGIN RSA PUBLIC KEY` or `BEGIN PUBLIC KEY`), as [`crate::ExternalClientApp`] takes it.
/// `None` for anything else. Whether the key is a good one shows when an assertion is verified with it.
pub fn rsa_public_key(pem: &str) -> Option<Vec<u8>> {
    /// `rsaEncryption` without parameters, and the start of the bit string that holds the key (RFC 3279).
    const ALGORITHM: [u8; 17] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 3, 0x82];
    let (_, body) = pem.split_once("PUBLIC KEY-----")?;
    let (body, _) = body.split_once("-----END")?;
    let text: String = body.split_whitespace().collect();
    let der = BASE64_STANDARD.decode(text).ok()?;
    if pem.contains("BEGIN RSA PUBLIC KEY") {
        return Some(der);
    }
    let at = der.windows(ALGORITHM.len()).position(|window| window == ALGORITHM)?;
    // Two bytes of length and the count of unused bits, which is none.
    der.get(at + ALGORITHM.len() + 3..).map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_own, new_key, rsa_public_key, sign, unverified};

    /// The same key in both wrappings, made for this test.
    const BARE: &str = "-----BEGIN RSA PUBLIC KEY-----\n\
        MIIBCgKCAQEApGRNwzwXd6QPosOY57mDkW5xyJuBsdXay9WIXLb5fxmtz1LblaCk\n\
        FjvxLO/rkuSbgN8JhAYeUW3iDnUdaFF9DwyuEtloKbejCLs3sLmexSF7GzwtXINe\n\
        GANGfFMrKlmbUG7A8FPkDaLH3uCe4+DYQmOgHMp3TGMWQoCw/cq5Gqpv0LfrlQwT\n\
        O0sz10t5xjjJptPomHcL1pUg32bB5k4zePXrMqU0iIfn7a8YaQpuDj0lA8/XGA1x\n\
        Czj7VMcHGr6PL3htqIlgLAlYcNX/OcSRcxETIgPC+BgBosDV+GOCMm4F4WGLWMC3\n\
        g74fQnWpc/YW1Pr3blyoG5fEKwkZp2J4sQIDAQAB\n\
        -----END RSA PUBLIC KEY-----";
    const WRAPPED: &str = "-----BEGIN PUBLIC KEY-----\n\
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApGRNwzwXd6QPosOY57mD\n\
        kW5xyJuBsdXay9WIXLb5fxmtz1LblaCkFjvxLO/rkuSbgN8JhAYeUW3iDnUdaFF9\n\
        DwyuEtloKbejCLs3sLmexSF7GzwtXINeGANGfFMrKlmbUG7A8FPkDaLH3uCe4+DY\n\
        QmOgHMp3TGMWQoCw/cq5Gqpv0LfrlQwTO0sz10t5xjjJptPomHcL1pUg32bB5k4z\n\
        ePXrMqU0iIfn7a8YaQpuDj0lA8/XGA1xCzj7VMcHGr6PL3htqIlgLAlYcNX/OcSR\n\
        cxETIgPC+BgBosDV+GOCMm4F4WGLWMC3g74fQnWpc/YW1Pr3blyoG5fEKwkZp2J4\n\
        sQIDAQAB\n\
        -----END PUBLIC KEY-----";

    #[test]
    fn a_public_key_is_the_same_in_either_wrapping() {
        let bare = rsa_public_key(BARE).unwrap();
        assert_eq!(bare[..2], [0x30, 0x82]);
        assert_eq!(rsa_public_key(WRAPPED).unwrap(), bare);
        for wrong in
            ["", "BEGIN PUBLIC KEY", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
        {
            assert_eq!(rsa_public_key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_token_is_its_signers_and_cannot_be_altered() {
        let (key, other) = (new_key().unwrap(), new_key().unwrap());
        let token = sign(&key, &json!({ "sub": "a" })).unwrap();
        assert!(is_own(&token, &key));
        assert!(!is_own(&token, &other));
        assert_eq!(unverified(&token).unwrap()["sub"], "a");
        let forged = sign(&other, &json!({ "sub": "b" })).unwrap();
        let (mine, theirs): (Vec<&str>, Vec<&str>) =
            (token.split('.').collect(), forged.split('.').collect());
        assert!(!is_own(&format!("{}.{}.{}", mine[0], theirs[1], mine[2]), &key));
        assert!(!is_own(&format!("{}.{}.", mine[0], mine[1]), &key));
    }
}

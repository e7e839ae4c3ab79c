//! The flows without a browser: JWT bearer, client credentials, token exchange, SOAP, discovery.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::Method;
use practice::ExternalClientApp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value as Json, json};

use crate::client::{MAYA, SAM, Served, TOM, served, served_with};

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

fn assertion(key: &EcdsaKeyPair, claims: &Json) -> String {
    let encode = |json: &Json| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", encode(&json!({ "alg": "ES256" })), encode(claims));
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

async fn bearer(served: &Served, assertion: &str) -> crate::client::Answer {
    let fields =
        [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];
    served.form("/services/oauth2/token", &fields, &[]).await
}

#[tokio::test]
async fn a_signed_assertion_stands_for_a_pre_authorised_user() {
    let served = served().await;
    let (key, stranger) = (key(), key());
    let app = ExternalClientApp {
        client_id: "job".to_owned(),
        pre_authorized: true,
        assertion_keys: vec![key.public_key().as_ref().to_vec()],
        ..ExternalClientApp::default()
    };
    served.org.register_client(app.clone()).unwrap();
    let now = served.clock.lock().unwrap().as_second();
    let claims = json!({ "iss": "job", "sub": TOM, "aud": served.base, "exp": now + 180 });
    let reply = bearer(&served, &assertion(&key, &claims)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.json().get("refresh_token").is_none());
    let header = format!("Bearer {}", reply.json()["access_token"].as_str().unwrap());
    let info = served
        .send(Method::GET, "/services/oauth2/userinfo", &[("authorization", &header)], "")
        .await;
    assert_eq!(info.json()["preferred_username"], TOM);
    let change = |name: &str, value: Json| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    for (signer, claims) in [
        (&stranger, claims.clone()),
        (&key, change("exp", json!(now - 1))),
        (&key, change("exp", json!("tomorrow"))),
        (&key, change("aud", json!("https://login.salesforce.com"))),
        (&key, change("sub", json!("nobody@practice.example"))),
        (&key, change("iss", json!("gate"))),
    ] {
        assert_eq!(bearer(&served, &assertion(signer, &claims)).await.status, 400, "{claims}");
    }
    served.org.register_client(ExternalClientApp { pre_authorized: false, ..app }).unwrap();
    assert_eq!(
        bearer(&served, &assertion(&key, &claims)).await.json()["error"],
        "invalid_app_access"
    );
}

#[tokio::test]
async fn client_credentials_act_as_the_one_user_set_up() {
    let served = served().await;
    served
        .org
        .register_client(ExternalClientApp {
            client_id: "system".to_owned(),
            client_secret: Some("s".to_owned()),
            run_as: Some(SAM.to_owned()),
            token_exchange: true,
            ..ExternalClientApp::default()
        })
        .unwrap();
    let basic = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode("system:s"));
    let reply = served
        .form(
            "/services/oauth2/token",
            &[("grant_type", "client_credentials")],
            &[("authorization", &basic)],
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let maya = served.sign_in(MAYA).await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", maya.token.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("client_id", "system"),
        ("client_secret", "s"),
    ];
    let reply = served.form("/services/oauth2/token", &fields, &[]).await.json();
    assert_eq!(reply["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    let header = format!("Bearer {}", reply["access_token"].as_str().unwrap());
    let info = served
        .send(Method::GET, "/services/oauth2/userinfo", &[("authorization", &header)], "")
        .await;
    assert_eq!(info.json()["preferred_username"], MAYA);
    let mut closed = fields;
    closed[3].1 = "gate";
    closed[4].1 = crate::client::SECRET;
    assert_eq!(
        served.form("/services/oauth2/token", &closed, &[]).await.json()["error"],
        "invalid_client"
    );
}

#[tokio::test]
async fn soap_login_gives_a_session_that_rest_takes() {
    let served = served().await;
    let body = |password: &str| {
        format!(
            "<se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\"><se:Header/><se:Body><login xmlns=\"urn:partner.soap.sforce.com\"><username>{MAYA}</username><password>{password}</password></login></se:Body></se:Envelope>"
        )
    };
    let xml = [("content-type", "text/xml")];
    let reply = served
        .send(Method::POST, "/services/Soap/u/50.0", &xml, body(&served.password(MAYA)))
        .await;
    assert_eq!(reply.status, 200);
    let element = |name: &str| {
        reply.text.split(&format!("<{name}>")).nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    assert!(element("serverUrl").starts_with(&format!("{}/services/Soap/u/50.0/00D", served.base)));
    assert_eq!(element("organizationId").len(), 18);
    let header = format!("Bearer {}", element("sessionId"));
    assert_eq!(
        served
            .send(Method::GET, "/services/data/v50.0/limits", &[("authorization", &header)], "")
            .await
            .status,
        200
    );
    let wrong = served.send(Method::POST, "/services/Soap/u/50.0", &xml, body("x")).await;
    assert_eq!(wrong.status, 500);
    assert!(wrong.text.contains("<faultcode>sf:INVALID_LOGIN</faultcode>"));
    let logout = format!(
        "<e:Envelope><e:Header><u:SessionHeader><u:sessionId>{}</u:sessionId></u:SessionHeader></e:Header><e:Body><u:logout/></e:Body></e:Envelope>",
        element("sessionId")
    );
    assert_eq!(served.send(Method::POST, "/services/Soap/u/50.0", &xml, logout).await.status, 200);
    assert_eq!(
        served
            .send(Method::GET, "/services/data/v50.0/limits", &[("authorization", &header)], "")
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn the_password_flow_is_off_until_switched_on() {
    let served = served_with(|config| config.password_flow = true).await;
    let password = served.password(MAYA);
    let fields = [
        ("grant_type", "password"),
        ("username", MAYA),
        ("password", password.as_str()),
        ("client_id", "gate"),
        ("client_secret", "gate-secret"),
    ];
    assert_eq!(served.form("/services/oauth2/token", &fields, &[]).await.status, 200);
}

#[tokio::test]
async fn discovery_names_what_is_there_and_the_key_verifies() {
    let served = served().await;
    let found = served.send(Method::GET, "/.well-known/openid-configuration", &[], "").await.json();
    assert_eq!(found["issuer"], served.base);
    for name in ["jwks_uri", "authorization_endpoint"] {
        let status = served.send(Method::GET, found[name].as_str().unwrap(), &[], "").await.status;
        assert!(status == 200 || status == 400, "{name}");
    }
    let keys = served.send(Method::GET, found["jwks_uri"].as_str().unwrap(), &[], "").await.json();
    let part = |name: &str| {
        BASE64_URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap()
    };
    let point = [vec![4], part("x"), part("y")].concat();
    let code = served.code(MAYA, &[("scope", "openid api"), ("nonce", "n1")]).await;
    let token = served.redeem(&code, crate::client::VERIFIER).await.json()["id_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let public =
        ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, &point);
    public.verify(text.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(text.split('.').nth(1).unwrap()).unwrap();
    let claims: Json = serde_json::from_slice(&claims).unwrap();
    assert_eq!((claims["nonce"].as_str(), claims["aud"].as_str()), (Some("n1"), Some("gate")));
}

#[tokio::test]
async fn what_was_deleted_comes_back_from_the_recycle_bin() {
    let served = served().await;
    let (maya, tom) = (served.sign_in(MAYA).await, served.sign_in(TOM).await);
    let made = maya.post("sobjects/Account", json!({ "Name": "Short Lived" })).await;
    let account = made.json()["id"].as_str().unwrap().to_owned();
    let contact = json!({ "LastName": "Brief", "AccountId": account });
    let contact =
        maya.post("sobjects/Contact", contact).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(maya.delete(&format!("sobjects/Account/{account}")).await.status, 204);
    let deleted = format!("queryAll?q=SELECT+IsDeleted+FROM+Account+WHERE+Id='{account}'");
    assert_eq!(maya.get(&deleted).await.json()["records"][0]["IsDeleted"], true);
    let undelete = async |token: &str, id: &str| {
        let body = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader>\
             <sessionId>{token}</sessionId></SessionHeader></e:Header><e:Body>\
             <undelete xmlns=\"urn:partner.soap.sforce.com\"><ids>{id}</ids></undelete></e:Body></e:Envelope>"
        );
        served
            .send(Method::POST, "/services/Soap/u/68.0", &[("content-type", "text/xml")], body)
            .await
            .text
    };
    // Not by a stranger, not by somebody who never saw it, not a part without its whole.
    assert!(undelete("00Dx!no", &account).await.contains("INVALID_SESSION_ID"));
    let refused = undelete(&tom.token, &account).await;
    assert!(refused.contains("<success>false</success>"), "{refused}");
    let back = undelete(&maya.token, &account).await;
    assert!(back.contains(&format!("<id>{account}</id><success>true</success>")), "{back}");
    for path in [format!("sobjects/Account/{account}"), format!("sobjects/Contact/{contact}")] {
        assert_eq!(maya.get(&path).await.status, 200, "{path}");
    }
    let again = undelete(&maya.token, &account).await;
    assert!(again.contains("UNDELETE_FAILED"), "{again}");
}

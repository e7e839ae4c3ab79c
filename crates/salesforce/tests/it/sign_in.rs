use std::sync::Arc;

use keys::{PredictableRandom, Verifier};
use salesforce::{Error, Fault};

use crate::org::{Memory, ORG, SPENT, client, grant, person, tokens};
use crate::server::{Act, Seen, Server, json};

fn verifier() -> Verifier {
    Verifier::generate(&mut PredictableRandom::new(1)).unwrap()
}

fn user_info(org: &str) -> Act {
    let user = person().user().to_owned();
    json(
        200,
        &format!(
            r#"{{"user_id":"{user}","organization_id":"{org}","preferred_username":"ada@acme.example",
            "name":"Ada","zoneinfo":"Europe/Berlin","locale":"de_DE"}}"#
        ),
    )
}

/// An org in which everything goes well, for the people of `org`.
fn kind(org: &'static str) -> impl FnMut(&Seen) -> Act + Send {
    move |seen| match seen.line() {
        "POST /services/oauth2/token" => tokens(7, org, person().user()),
        "GET /services/oauth2/userinfo" => user_info(org),
        "POST /services/oauth2/revoke" => json(200, ""),
        other => panic!("{other}"),
    }
}

fn revoked(server: &Server) -> Vec<String> {
    let seen = server.seen().into_iter();
    seen.filter(|it| it.line().ends_with("/revoke")).map(|it| it.body).collect()
}

#[tokio::test]
async fn a_code_becomes_a_grant_of_who_signed_in() {
    let server = Server::start(kind(ORG)).await;
    let store = Arc::default();
    let (client, _) = client(&server, &store);
    let identity = client.exchange_code("c0de/1", &verifier()).await.unwrap();
    assert_eq!(identity.person, person());
    assert_eq!((identity.username.as_str(), identity.name.as_str()), ("ada@acme.example", "Ada"));
    assert!(store.grant().unwrap().refresh.matches("refresh7"));
    let form = &server.seen()[0].body;
    let expected = format!(
        "grant_type=authorization_code&client_id=app&client_secret=s3cret&code=c0de%2F1\
         &redirect_uri=https%3A%2F%2Fgate.example%2Fcallback&code_verifier={}",
        verifier().expose()
    );
    assert_eq!(*form, expected);
    assert_eq!(server.seen()[1].header("authorization"), Some("Bearer access7"));
    assert!(revoked(&server).is_empty());
}

#[tokio::test]
async fn a_second_sign_in_ends_the_first_grant() {
    let server = Server::start(kind(ORG)).await;
    let store = Memory::with(grant(3));
    let (client, _) = client(&server, &store);
    client.exchange_code("c", &verifier()).await.unwrap();
    assert!(store.grant().unwrap().generation > 3);
    assert_eq!(revoked(&server), ["token=refresh3"]);
}

#[tokio::test]
async fn somebody_of_another_org_is_turned_away_and_their_grant_ended() {
    let server = Server::start(kind("00D000000000002AAA")).await;
    let store = Arc::default();
    let (client, _) = client(&server, &store);
    let error = client.exchange_code("c", &verifier()).await.unwrap_err();
    assert!(matches!(error, Error::WrongOrg { .. }), "{error}");
    assert_eq!(error.fault(), Fault::Caller);
    assert!(store.grants.lock().unwrap().is_empty());
    assert_eq!(revoked(&server), ["token=refresh7"]);
}

#[tokio::test]
async fn a_refused_code_and_a_refused_app_are_told_apart() {
    for (body, fault) in [(SPENT, Fault::Caller), (r#"{"error":"invalid_client"}"#, Fault::Gate)] {
        let server = Server::start(move |_| json(400, body)).await;
        let (client, _) = client(&server, &Arc::default());
        let error = client.exchange_code("c", &verifier()).await.unwrap_err();
        assert_eq!(error.fault(), fault, "{error}");
    }
}

#[tokio::test]
async fn a_sign_out_forgets_here_whatever_salesforce_says() {
    for (answer, good) in [(200, true), (400, true), (500, false)] {
        let server = Server::start(move |_| json(answer, "")).await;
        let store = Memory::with(grant(3));
        let (client, _) = client(&server, &store);
        assert_eq!(client.sign_out(&person()).await.is_ok(), good);
        assert!(store.grant().is_none());
        assert_eq!(revoked(&server), ["token=refresh3"]);
        let error = client.objects(&person()).await.unwrap_err();
        assert_eq!(error, Error::SignIn);
    }
}

#[tokio::test]
async fn the_user_info_of_another_person_is_refused() {
    let server = Server::start(|_| user_info("00D000000000002AAA")).await;
    let (client, _) = client(&server, &Memory::with(grant(3)));
    assert_eq!(client.userinfo(&person()).await.unwrap_err(), Error::WrongPerson);
}

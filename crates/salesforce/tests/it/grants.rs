use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use salesforce::Error;

use crate::org::{Memory, Rotating, SPENT, client, grant, person, refreshes, tokens};
use crate::permits;
use crate::server::{Act, Server, json};

/// A rotating org, and a handle to expire its tokens with.
async fn rotating(slow: Duration) -> (Server, Arc<Mutex<Rotating>>) {
    let org = Arc::new(Mutex::new(Rotating { slow, ..Rotating::new() }));
    let script = Arc::clone(&org);
    (Server::start(move |seen| script.lock().unwrap().answer(seen)).await, org)
}

#[tokio::test]
async fn a_grant_is_renewed_and_the_rotated_token_kept() {
    let (server, org) = rotating(Duration::ZERO).await;
    let store = Memory::with(grant(0));
    let (client, _) = client(&server, &store);
    client.fetch(permits::fetch()).await.unwrap();
    let kept = store.grant().unwrap();
    assert!(kept.access.matches("access1") && kept.refresh.matches("refresh1"));
    assert!(kept.generation > 0);
    // And again, with the token that the first refresh gave.
    org.lock().unwrap().expire();
    client.fetch(permits::fetch()).await.unwrap();
    assert!(store.grant().unwrap().refresh.matches("refresh2"));
    assert_eq!(refreshes(&server), 2);
    // The secret travels in the body, never in an address.
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| !seen.line().contains("refresh") || seen.line().ends_with("/oauth2/token"))
    );
}

#[tokio::test]
async fn many_calls_at_once_refresh_once() {
    let (server, _) = rotating(Duration::from_millis(80)).await;
    let store = Memory::with(grant(0));
    let (client, _) = client(&server, &store);
    let calls = (0..20).map(|_| client.fetch(permits::fetch()));
    for result in join_all(calls).await {
        result.unwrap();
    }
    assert_eq!(refreshes(&server), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_nothing() {
    let (server, _) = rotating(Duration::from_millis(150)).await;
    let store = Memory::with(grant(0));
    let (client, _) = client(&server, &store);
    let caller = {
        let client = Arc::clone(&client);
        tokio::spawn(async move { client.fetch(permits::fetch()).await })
    };
    while refreshes(&server) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    // Salesforce has spent the old token by now; the new one must arrive all the same.
    client.fetch(permits::fetch()).await.unwrap();
    assert_eq!(refreshes(&server), 1);
    assert!(store.grant().unwrap().refresh.matches("refresh1"));
}

#[tokio::test]
async fn a_store_that_fails_holds_calls_up_and_loses_nothing() {
    let (server, _) = rotating(Duration::ZERO).await;
    let store = Memory::with(grant(0));
    let (client, _) = client(&server, &store);
    store.fails.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let error = client.fetch(permits::fetch()).await.unwrap_err();
        assert!(matches!(error, Error::Store(_)), "{error}");
    }
    assert!(store.grant().unwrap().refresh.matches("refresh0"));
    store.fails.store(false, Ordering::SeqCst);
    client.fetch(permits::fetch()).await.unwrap();
    assert!(store.grant().unwrap().refresh.matches("refresh1"));
    assert_eq!(refreshes(&server), 1);
}

#[tokio::test]
async fn what_another_gate_renewed_is_used() {
    let (server, org) = rotating(Duration::ZERO).await;
    let store = Memory::with(grant(0));
    let (one, _) = client(&server, &store);
    let (other, _) = client(&server, &store);
    one.fetch(permits::fetch()).await.unwrap();
    org.lock().unwrap().expire();
    other.fetch(permits::fetch()).await.unwrap();
    assert_eq!(refreshes(&server), 2);
    // The first still has the expired one in hand, and finds the other's in the store.
    one.fetch(permits::fetch()).await.unwrap();
    assert_eq!(refreshes(&server), 2);
}

#[tokio::test]
async fn a_grant_that_has_ended_asks_for_a_sign_in() {
    let server = Server::start(|seen| match seen.line() {
        "POST /services/oauth2/token" => json(400, SPENT),
        _ => json(401, crate::org::EXPIRED),
    })
    .await;
    let store = Memory::with(grant(0));
    let (client, _) = client(&server, &store);
    for _ in 0..2 {
        assert_eq!(client.fetch(permits::fetch()).await.unwrap_err(), Error::SignIn);
    }
    assert!(store.grant().is_none());
    assert_eq!(refreshes(&server), 1);
    // A write learns the same, and that it was not sent: Salesforce had refused the token.
    let error = client.write(permits::approved()).await.unwrap_err();
    assert_eq!(error, egress::WriteError::NotSent(Error::SignIn));
}

#[tokio::test]
async fn a_token_refused_although_new_asks_for_a_sign_in() {
    let server = Server::start(|seen| match seen.line() {
        "POST /services/oauth2/token" => tokens(1, crate::org::ORG, person().user()),
        _ => json(401, crate::org::EXPIRED),
    })
    .await;
    let (client, _) = client(&server, &Memory::with(grant(0)));
    assert_eq!(client.fetch(permits::fetch()).await.unwrap_err(), Error::SignIn);
    assert_eq!(refreshes(&server), 1);
}

#[tokio::test]
async fn trouble_with_the_app_or_the_server_keeps_the_grant() {
    for (act, check) in [
        (
            (|| json(400, r#"{"error":"invalid_client_id"}"#)) as fn() -> Act,
            (|error| matches!(error, Error::App { .. })) as fn(&Error) -> bool,
        ),
        (|| json(503, "{}"), |error| matches!(error, Error::Egress(_))),
        (|| Act::Close, |error| matches!(error, Error::Egress(_))),
        (|| json(200, "{}"), |error| matches!(error, Error::Shape { .. })),
        (
            || tokens(1, crate::org::ORG, "005000000000002AAA"),
            |error| matches!(error, Error::WrongPerson),
        ),
    ] {
        let server = Server::start(move |seen| match seen.line() {
            "POST /services/oauth2/token" => act(),
            _ => json(401, crate::org::EXPIRED),
        })
        .await;
        let store = Memory::with(grant(0));
        let (client, _) = client(&server, &store);
        let error = client.fetch(permits::fetch()).await.unwrap_err();
        assert!(check(&error), "{error}");
        assert!(store.grant().unwrap().refresh.matches("refresh0"));
        assert_eq!(refreshes(&server), 1);
    }
}

#[tokio::test]
async fn without_a_grant_nothing_is_sent() {
    let (server, _) = rotating(Duration::ZERO).await;
    let (client, _) = client(&server, &Arc::default());
    assert_eq!(client.fetch(permits::fetch()).await.unwrap_err(), Error::SignIn);
    assert!(server.seen().is_empty());
}

use egress::{EgressError, Reach, Trust, document};

use crate::server::{Act, Server, json, json_with};

async fn fetch(address: &str, reach: Reach) -> Result<String, EgressError> {
    let bytes = document(address, &Trust::default(), reach).await?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_document_on_this_machine_is_fetched_only_where_that_is_allowed() {
    let server = Server::start(|_| json(200, "{\"client_name\":\"x\"}")).await;
    let address = format!("{}/client.json", server.url());
    let refused = fetch(&address, Reach::Public).await;
    assert!(matches!(refused, Err(EgressError::Private { .. })), "{refused:?}");
    assert!(server.seen().is_empty(), "nothing was sent");
    let got = fetch(&address, Reach::PublicAndMachine).await.unwrap();
    assert_eq!(got, "{\"client_name\":\"x\"}");
    assert_eq!(server.seen()[0].line(), "GET /client.json");
    assert_eq!(server.seen()[0].header("authorization"), None);
}

#[tokio::test]
async fn private_networks_are_not_looked_at() {
    for address in [
        "https://10.0.0.1/c",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/c",
        "https://[::ffff:192.168.0.1]/c",
        "https://0.0.0.0/c",
    ] {
        // What a demo may do does not open other networks either.
        for reach in [Reach::Public, Reach::PublicAndMachine] {
            let refused = fetch(address, reach).await;
            assert!(matches!(refused, Err(EgressError::Private { .. })), "{address}: {refused:?}");
        }
    }
    assert!(matches!(
        fetch("http://client.example/c", Reach::PublicAndMachine).await,
        Err(EgressError::Address { .. })
    ));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_page_is_no_document() {
    let server = Server::start(|seen| match seen.line() {
        "GET /moved" => json_with(302, "location: /client.json\r\n", ""),
        "GET /page" => Act::Send(
            "HTTP/1.1 200 X\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
        ),
        "GET /large" => json(200, &"x".repeat(6_000)),
        _ => json(200, "{}"),
    })
    .await;
    for (path, code) in [("/moved", "NO_DOCUMENT"), ("/page", "NO_JSON")] {
        let refused = fetch(&format!("{}{path}", server.url()), Reach::PublicAndMachine).await;
        assert_eq!(refused.unwrap_err().code(), Some(code));
    }
    let large = fetch(&format!("{}/large", server.url()), Reach::PublicAndMachine).await;
    assert!(matches!(large, Err(EgressError::TooLarge { limit: 5_120, .. })), "{large:?}");
    assert_eq!(server.seen().len(), 3);
}

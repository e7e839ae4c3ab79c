use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use tower::ServiceExt as _;

use crate::site::Site;

fn site() -> Arc<Site> {
    Arc::new(Site {
        base_url: "https://gate.example.com".to_owned(),
        org_name: "Example".to_owned(),
        demo_users: Vec::new(),
        examples: Vec::new(),
        now: || boundary::UnixMillis(0),
    })
}

fn door() -> Router {
    let panics = || async {
        let canary = "a canary in a panic";
        assert!(canary.is_empty(), "{canary}");
    };
    Router::new()
        .route("/", get(|| async { "in" }).post(|| async { "in" }))
        .route("/panics", get(panics))
}

async fn ask(router: Router, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn status(method: &str, headers: &[(&str, &str)]) -> StatusCode {
    ask(super::pages(door(), site()), method, "/", headers).await.status()
}

async fn body(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn only_our_names_are_answered_to() {
    for host in [
        "gate.example.com",
        "GATE.example.com",
        "localhost:8080",
        "127.0.0.1:1",
        "[::1]:8080",
        "localhost",
    ] {
        assert_eq!(status("GET", &[("host", host)]).await, 200, "{host}");
    }
    for host in [
        "evil.example",
        "gate.example.com.evil.example",
        "gate.example.com:8443",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:80",
        "localhost:80:evil",
        "",
    ] {
        assert_eq!(status("GET", &[("host", host)]).await, 421, "{host}");
    }
    assert_eq!(status("GET", &[]).await, 421);
}

#[tokio::test]
async fn a_post_comes_from_our_own_pages_or_from_no_page() {
    let host = ("host", "gate.example.com");
    let own = ("origin", "https://gate.example.com");
    for headers in [
        &[host][..],
        &[host, own],
        &[host, own, ("sec-fetch-site", "same-origin")],
        &[host, ("sec-fetch-site", "none")],
    ] {
        assert_eq!(status("POST", headers).await, 200, "{headers:?}");
    }
    for headers in [
        &[host, ("origin", "https://evil.example")][..],
        &[host, ("origin", "null")],
        &[host, ("origin", "gate.example.com")],
        &[host, ("origin", "https://localhost")],
        &[host, ("sec-fetch-site", "cross-site")],
        &[host, ("sec-fetch-site", "same-site")],
        &[host, own, ("sec-fetch-site", "cross-site")],
    ] {
        assert_eq!(status("POST", headers).await, 403, "{headers:?}");
    }
    // A link from elsewhere may lead here.
    assert_eq!(status("GET", &[host, ("sec-fetch-site", "cross-site")]).await, 200);
}

#[tokio::test]
async fn the_api_refuses_pages_of_others_in_its_own_shape() {
    let headers = [("host", "gate.example.com"), ("origin", "https://evil.example")];
    let response =
        ask(super::api(door(), site(), crate::openai::error::response), "GET", "/", &headers).await;
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(body(response).await.contains(r#""code":"foreign_origin""#));
}

#[tokio::test]
async fn every_page_forbids_what_it_does_not_need() {
    let response = ask(super::pages(door(), site()), "GET", "/", &[("host", "localhost")]).await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
}

#[tokio::test]
async fn a_panic_is_a_plain_500_at_either_door() {
    for router in
        [super::pages(door(), site()), super::api(door(), site(), crate::openai::error::response)]
    {
        let response = ask(router, "GET", "/panics", &[("host", "localhost")]).await;
        assert_eq!(response.status(), 500);
        let text = body(response).await.to_lowercase();
        assert!(text.contains("the gate failed") && !text.contains("canary"), "{text}");
    }
}

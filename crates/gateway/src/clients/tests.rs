use super::document::{address_of_document, may_return_to, parse_document, same_redirect};

const ID: &str = "https://assistant.example/oauth/client.json";

fn document(extra: &str) -> String {
    format!(r#"{{"client_id":"{ID}","redirect_uris":["https://assistant.example/back"]{extra}}}"#)
}

#[test]
fn an_address_of_a_document_is_plain() {
    for good in [ID, "https://a.example/x"] {
        assert!(address_of_document(good, false), "{good}");
    }
    for bad in [
        "https://a.example",
        "https://a.example/",
        "https://a.example/x/",
        "https://a.example/../x",
        "https://a.example//x",
        "https://a.example/x?y",
        "https://a.example/x#y",
        "https://user@a.example/x",
        "http://a.example/x",
        "http://127.0.0.1:80/x",
        "ftp://a.example/x",
        "my-client",
        "",
    ] {
        assert!(!address_of_document(bad, false), "{bad}");
    }
    assert!(address_of_document("http://127.0.0.1:8000/x", true));
    assert!(!address_of_document("http://127.0.0.1.evil.example/x", true));
    assert!(!address_of_document("http://10.0.0.1/x", true));
}

#[test]
fn a_document_speaks_of_its_own_address_alone() {
    let read = parse_document(ID, document(r#","client_name":" Helper\u0007 ""#).as_bytes());
    let read = read.unwrap();
    assert_eq!((read.name.as_str(), read.redirects.len()), ("Helper", 1));
    let nameless = parse_document(ID, document("").as_bytes()).unwrap();
    assert_eq!(nameless.name, "assistant.example");
    let none = parse_document(ID, document(r#","token_endpoint_auth_method":"none""#).as_bytes());
    assert!(none.is_ok());
    for bad in [
        document("").replace("client.json", "other.json"),
        document(r#","client_secret":"x""#),
        document(r#","token_endpoint_auth_method":"client_secret_basic""#),
        document("").replace("https://assistant.example/back", "javascript:alert(1)"),
        document("").replace(r#""https://assistant.example/back""#, ""),
        "[]".to_owned(),
        String::new(),
    ] {
        assert!(parse_document(ID, bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn browsers_are_sent_to_safe_places_alone() {
    for good in [
        "https://a.example/back?x=1",
        "http://127.0.0.1:33418/",
        "http://localhost/cb",
        "http://[::1]:1/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "com.example.app://back",
    ] {
        assert!(may_return_to(good), "{good}");
    }
    for bad in [
        "http://a.example/back",
        "https:///x",
        "https://u@a.example/x",
        "https://a.example/x#y",
        "javascript://%0aalert(1)",
        "data://x",
        "JavaScript://x",
        "https://a.example/x; script-src *",
        "file:///etc/passwd",
        "mailto:x",
        "",
    ] {
        assert!(!may_return_to(bad), "{bad}");
    }
}

#[test]
fn only_the_port_of_this_machine_may_differ() {
    assert!(same_redirect("https://a.example/back", "https://a.example/back"));
    assert!(same_redirect("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb"));
    assert!(same_redirect("http://localhost:1/cb?x", "http://localhost:2/cb?x"));
    for (known, asked) in [
        ("https://a.example/back", "https://a.example:8443/back"),
        ("https://a.example/back", "https://a.example/back/"),
        ("https://a.example/back", "https://a.example/back?x"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1/other"),
        ("http://127.0.0.1/cb", "http://localhost:1/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb"),
    ] {
        assert!(!same_redirect(known, asked), "{known} {asked}");
    }
}

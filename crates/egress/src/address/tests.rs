use super::*;

fn address(text: &str) -> Result<Address, EgressError> {
    text.parse()
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    for text in ["http://127.0.0.1:8080", "http://localhost:11434/v1", "http://[::1]:1"] {
        assert!(!address(text).unwrap().is_tls(), "{text}");
    }
    for text in [
        "http://acme.my.salesforce.com",
        "http://10.0.0.7:11434",
        "http://localhost.evil.example",
        "http://127.0.0.1.nip.example",
        "http://0.0.0.0:80",
        "http://[::]:80",
        "http://2130706433",
    ] {
        assert!(address(text).is_err(), "{text}");
    }
}

#[test]
fn an_address_keeps_its_parts() {
    let models = address("https://Models.Example:8443/openai/v1/").unwrap();
    assert_eq!(models.origin(), "https://models.example:8443");
    assert_eq!(
        models.target("/chat/completions").unwrap().to_string(),
        "/openai/v1/chat/completions"
    );
    let org = address("https://acme.my.salesforce.com").unwrap();
    assert_eq!(org.authority(), "acme.my.salesforce.com");
    assert_eq!(org.target("/services").unwrap().to_string(), "/services");
    assert_eq!(address("http://[::1]:81").unwrap().authority(), "[::1]:81");
}

#[test]
fn what_is_no_address_is_refused_and_a_password_is_not_repeated() {
    for text in ["", "acme", "ftp://acme", "https://", "https://a/?b=c", "https:///x"] {
        assert!(address(text).is_err(), "{text}");
    }
    let error = address("https://me:canary@acme.example").unwrap_err().to_string();
    assert!(!error.contains("canary"), "{error}");
}

#[test]
fn a_statement_too_long_for_a_uri_is_an_error() {
    let org = address("https://acme.my.salesforce.com").unwrap();
    assert!(org.target(&format!("/q?{}", "a".repeat(70_000))).is_err());
}

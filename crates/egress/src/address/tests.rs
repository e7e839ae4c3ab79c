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

#[test]
fn only_addresses_that_everybody_reaches_are_public() {
    for public in
        ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
    {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
    for private in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2001::1",
        "2001:db8::1",
        "2002:a00:1::",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "ff02::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
}

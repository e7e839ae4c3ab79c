use std::sync::Arc;
use std::time::Duration;

use boundary::{Evidence, Residency, Transport};
use egress::{Address, EgressError, Limits, ModelDoor, Trust};
use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::permits::NOW;

/// A TLS server on loopback with a certificate for `name`; gives its port and the certificate.
async fn server(name: &str) -> (u16, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(socket).await else { return };
                let mut bytes = [0; 4096];
                let _ = stream.read(&mut bytes).await;
                let _ = stream.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 2\r\n\r\nok").await;
            });
        }
    });
    (port, certificate.pem())
}

fn door(url: &str, trust: &Trust) -> Result<ModelDoor, EgressError> {
    let limits = Limits { connect: Duration::from_secs(2), ..Limits::model() };
    ModelDoor::new("m".to_owned(), url.parse::<Address>()?, trust, limits, None)
}

fn trusting(pem: &str) -> (tempfile::NamedTempFile, Trust) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pem).unwrap();
    let trust = Trust { system: false, file: Some(file.path().to_owned()) };
    (file, trust)
}

#[tokio::test]
async fn a_certificate_of_the_file_is_believed_for_its_name_alone() {
    let (port, pem) = server("localhost").await;
    let (_file, trust) = trusting(&pem);
    let good = door(&format!("https://localhost:{port}"), &trust).unwrap();
    // Encrypted or not, it is this machine.
    assert_eq!(good.probe(NOW).await.unwrap(), Evidence::observed(Transport::Loopback, NOW));
    let other_name = door(&format!("https://127.0.0.1:{port}"), &trust).unwrap();
    let error = other_name.probe(NOW).await.unwrap_err();
    assert!(matches!(error, EgressError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn an_unknown_certificate_is_not_believed() {
    let (port, _) = server("localhost").await;
    let (_, other) = server("localhost").await;
    let (_file, trust) = trusting(&other);
    let door = door(&format!("https://localhost:{port}"), &trust).unwrap();
    let error = door.probe(NOW).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn a_prompt_travels_through_tls() {
    use egress::{Dialect, DialectRequest, KeyHeader};
    use futures_util::StreamExt as _;
    struct Plain;
    impl Dialect for Plain {
        fn request(&self, _: &boundary::Dispatch) -> DialectRequest {
            DialectRequest { path: "/".into(), key: KeyHeader::Bearer, body: Vec::new() }
        }
    }
    let (port, pem) = server("localhost").await;
    let (_file, trust) = trusting(&pem);
    let door = door(&format!("https://localhost:{port}"), &trust).unwrap();
    let prompt = crate::permits::dispatch("m", Residency::Machine);
    let mut stream = door.send(prompt, &Plain).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap(), "ok");
}

#[test]
fn no_door_opens_without_tls_or_certificates() {
    assert!(door("http://models.example", &Trust::default()).is_err());
    let nothing = Trust { system: false, file: None };
    assert!(matches!(
        door("https://models.example", &nothing).unwrap_err(),
        EgressError::Certificates { .. }
    ));
    let (_file, empty) = trusting("no certificate");
    let error = door("https://models.example", &empty).unwrap_err();
    assert!(error.to_string().contains("holds no certificate"), "{error}");
}

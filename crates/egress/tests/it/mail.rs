//! Mail, to a server that others wrote: aiosmtpd, with TLS from the first byte and after STARTTLS.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use egress::{EgressError, MailDoor, Mailbox, Message, Trust};
use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;

const MESSAGE: Message<'_> = Message {
    date: "Sun, 22 Nov 2026 07:00:00 +0000",
    subject: "A write waits for approval",
    text: &[
        "A write waits for approval: update Opportunity.",
        "",
        "https://gate.example/approvals/p_1",
    ],
};

/// The server, until this is dropped.
struct Server {
    child: Child,
    output: Lines<BufReader<ChildStdout>>,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing for nobody.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(form: &str) -> Self {
        let python = std::env::var("MAIL_PYTHON").expect("MAIL_PYTHON");
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (pem, secret) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&pem, certificate.pem()).unwrap();
        std::fs::write(&secret, key.serialize_pem()).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/server.py");
        let mut child = Command::new(&python)
            .args(["-W", "ignore", script, form, pem.to_str().unwrap(), secret.to_str().unwrap()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = output.next().unwrap().unwrap().parse().unwrap();
        Self { child, output, port, folder }
    }

    fn door(&self, scheme: &str, to: &[&str], password: Option<&str>) -> MailDoor {
        let trust = Trust { system: false, file: Some(self.folder.path().join("cert.pem")) };
        self.door_trusting(scheme, to, password, &trust)
    }

    fn door_trusting(
        &self,
        scheme: &str,
        to: &[&str],
        password: Option<&str>,
        trust: &Trust,
    ) -> MailDoor {
        let mailbox = Mailbox {
            from: "portcullis@example.com".parse().unwrap(),
            to: to.iter().map(|to| to.parse().unwrap()).collect(),
            login: password.map(|it| ("gate".to_owned(), keys::SecretText::new(it.to_owned()))),
        };
        MailDoor::new(&format!("{scheme}://localhost:{}", self.port), trust, mailbox).unwrap()
    }

    fn taken(&mut self) -> Value {
        serde_json::from_str(&self.output.next().unwrap().unwrap()).unwrap()
    }
}

const DESK: &[&str] = &["desk@example.com"];
const PASSWORD: Option<&str> = Some("secret of the gate");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MAIL_PYTHON to name a Python that has aiosmtpd"]
async fn a_message_arrives_through_tls_of_either_kind() {
    for (form, scheme) in [("smtps", "smtps"), ("starttls", "smtp")] {
        let mut server = Server::start(form);
        let door = server.door(scheme, &["desk@example.com", "night@example.com"], PASSWORD);
        door.probe().await.unwrap();
        door.tell(&MESSAGE).await.unwrap();
        for to in ["desk@example.com", "night@example.com"] {
            let taken = server.taken();
            assert_eq!(taken["to"], serde_json::json!([to]), "each by itself: {taken}");
            assert_eq!((&taken["tls"], &taken["signed_in"]), (&true.into(), &true.into()));
            assert_eq!(taken["from"], "portcullis@example.com");
            let text = taken["text"].as_str().unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("To: <{to}>\r\n")), "{head}");
            assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
            assert_eq!(body.trim_end().lines().collect::<Vec<_>>(), MESSAGE.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MAIL_PYTHON to name a Python that has aiosmtpd"]
async fn without_tls_without_trust_or_without_the_password_nothing_is_sent() {
    let mut server = Server::start("plain");
    // A password never goes in the clear; neither does a message off this machine.
    let refused = server.door("smtp", DESK, PASSWORD).tell(&MESSAGE).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(502), Some("STARTTLS")));
    // A server of this machine may do without, where no password is at stake.
    server.door("smtp", DESK, None).tell(&MESSAGE).await.unwrap();
    assert_eq!(server.taken()["tls"], false);

    let server = Server::start("starttls");
    let refused = server.door("smtp", DESK, Some("guessed")).tell(&MESSAGE).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(535), Some("AUTH")));
    let refused = server.door("smtp", DESK, None).tell(&MESSAGE).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(530), Some("MAIL")));
    let stranger = Server::start("smtps");
    let trust = Trust { system: false, file: Some(stranger.folder.path().join("cert.pem")) };
    let door = server.door_trusting("smtp", DESK, PASSWORD, &trust);
    assert!(matches!(door.tell(&MESSAGE).await, Err(EgressError::Unreachable { .. })));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MAIL_PYTHON to name a Python that has aiosmtpd"]
async fn one_who_is_refused_keeps_nobody_from_getting_theirs() {
    let mut server = Server::start("smtps");
    let door = server.door("smtps", &["refused@example.com", "desk@example.com"], PASSWORD);
    let refused = door.tell(&MESSAGE).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (Some(550), Some("RCPT")));
    assert_eq!(server.taken()["to"][0], "desk@example.com");
}

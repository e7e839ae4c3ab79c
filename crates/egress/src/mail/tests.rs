use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

fn door() -> MailDoor {
    let mailbox = Mailbox {
        from: "portcullis@example.com".parse().unwrap(),
        to: vec!["desk@example.com".parse().unwrap()],
        login: None,
    };
    MailDoor::new("smtp://localhost", &Trust::default(), mailbox).unwrap()
}

const DATE: &str = "Sun, 22 Nov 2026 07:00:00 +0000";

#[test]
fn only_a_plain_mailbox_is_an_address() {
    for good in ["a@b", "sales-desk+gate@mail.example.com", "o'neill@x.example"] {
        assert!(good.parse::<MailAddress>().is_ok(), "{good}");
    }
    for bad in [
        "",
        "desk",
        "@x",
        "a@",
        "a@b@c",
        "a b@c",
        "a@b>\r\nRCPT TO:<c@d",
        "<a@b>",
        "\"a\"@b",
        "a@[1.2.3.4]",
        ".a@b",
        "a..b@c",
        "a@b c",
        "ä@b",
    ] {
        assert!(bad.parse::<MailAddress>().is_err(), "{bad}");
    }
}

#[test]
fn a_server_is_behind_tls_and_nothing_else_is_one() {
    let mailbox = || door().mailbox;
    let door = |url: &str| MailDoor::new(url, &Trust::default(), mailbox());
    let host = |url: &str| door(url).unwrap().host();
    assert_eq!(host("smtps://mail.example.com"), "mail.example.com:465");
    assert_eq!(host("smtp://mail.example.com"), "mail.example.com:587");
    assert_eq!(host("smtp://mail.example.com:2525"), "mail.example.com:2525");
    for bad in ["mail.example.com", "https://a", "smtp://a/b", "smtp://u:p@a", "smtp://"] {
        assert!(door(bad).is_err(), "{bad}");
    }
    let nobody = Mailbox { to: Vec::new(), ..mailbox() };
    assert!(MailDoor::new("smtp://a", &Trust::default(), nobody).is_err());
}

#[test]
fn a_message_is_plain_text_and_ends_where_it_ends() {
    let door = door();
    let to = &door.mailbox.to[0];
    let message = Message { date: DATE, subject: "It waits", text: &["One.", ".", "..two"] };
    let written = door.written(to, &message).unwrap();
    assert!(written.ends_with("\r\n\r\nOne.\r\n..\r\n...two\r\n."), "{written:?}");
    assert!(written.starts_with(
        "From: Portcullis <portcullis@example.com>\r\nTo: <desk@example.com>\r\nDate: Sun"
    ));
    assert_eq!(written.matches("\r\n.\r\n").count(), 0);
    for bad in ["a\r\nBcc: b@c", "a\n.\nQUIT", "caf\u{e9}"] {
        let message = Message { date: DATE, subject: bad, text: &[] };
        assert!(matches!(door.written(to, &message), Err(EgressError::Request { .. })), "{bad:?}");
        let message = Message { date: DATE, subject: "", text: &[bad] };
        assert!(matches!(door.written(to, &message), Err(EgressError::Request { .. })), "{bad:?}");
    }
}

/// What a server says, in one piece.
fn heard(said: &'static [u8]) -> Talk<tokio::io::DuplexStream> {
    let (ours, mut theirs) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        theirs.write_all(said).await.unwrap();
        let mut sent = Vec::new();
        let _ = theirs.read_to_end(&mut sent).await;
    });
    Talk::new(ours, "mail".to_owned())
}

#[tokio::test]
async fn what_comes_before_tls_is_not_taken_for_what_comes_in_it() {
    let mut talk = heard(b"220 go on\r\n250-mail\r\n250 AUTH PLAIN\r\n");
    talk.expect(&[220]).await.unwrap();
    assert!(matches!(talk.into_silent(), Err(EgressError::Broken { .. })));
    let mut talk = heard(b"220 go on\r\n");
    talk.expect(&[220]).await.unwrap();
    assert!(talk.into_silent().is_ok());
}

#[tokio::test]
async fn an_answer_has_one_code_and_an_end() {
    let mut talk = heard(b"250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n");
    assert_eq!(talk.greet().await.unwrap(), ["STARTTLS", "AUTH PLAIN LOGIN"]);
    let mut talk = heard(b"554 no\r\n");
    talk.say("MAIL FROM:<a@b>").await.unwrap();
    let error = talk.expect(&[250]).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(554), Some("MAIL")));
    let endless: &[u8] = &[b'2'; 5000];
    for strange in
        [&b"250-a\r\n251 b\r\n"[..], b"hello\r\n", b"250_x\r\n", b"\xff\xff\xff\r\n", endless]
    {
        let mut talk = heard(strange);
        assert!(talk.expect(&[250]).await.is_err());
    }
    let mut chatty = heard(Box::leak("250-more\r\n".repeat(1_000).into_bytes().into_boxed_slice()));
    assert!(chatty.expect(&[250]).await.is_err());
}

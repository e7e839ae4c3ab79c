//! Notices that a write waits: each stands in the ledger before it leaves, with what came of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use boundary::{Action, Facts, Form, Purpose, Verdict};
use gateway::{DirectCall, NoticeConfig, NoticeKind};
use ledger::{Envelope, LogReader as _};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::exporting::{collector, free};
use crate::overtaken::proposed;
use crate::setting::{Setting, terms};

/// A server of mail that takes what it is given: whom it is for, and the text.
#[derive(Clone, Default)]
struct Post(Arc<Mutex<Vec<(String, String)>>>);

impl Post {
    async fn start() -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let post = Self::default();
        let into = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(into.clone().serve(stream));
            }
        });
        (post, port)
    }

    async fn serve(self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink ESMTP\r\n").await.ok()?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    let mut text = String::new();
                    loop {
                        let line = lines.next_line().await.ok()??;
                        if line == "." {
                            break;
                        }
                        text.push_str(&line);
                        text.push('\n');
                    }
                    self.0.lock().unwrap().push((to.clone(), text));
                    "250 taken"
                }
                "RCPT" => {
                    to = line;
                    "250 good"
                }
                "QUIT" => "221 bye",
                _ => "250 good",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }

    fn taken(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap().clone()
    }
}

fn hook(name: &str, file: &std::path::Path, url: &str) -> NoticeConfig {
    std::fs::write(file, format!("{url}\n")).unwrap();
    NoticeConfig {
        name: name.to_owned(),
        kind: NoticeKind::Webhook,
        url: Some(format!("file:{}", file.display())),
        server: None,
        from: None,
        to: Vec::new(),
        user: None,
        password: None,
        ca: None,
    }
}

fn mail(name: &str, port: u16, to: &[&str]) -> NoticeConfig {
    NoticeConfig {
        name: name.to_owned(),
        kind: NoticeKind::Mail,
        url: None,
        server: Some(format!("smtp://localhost:{port}")),
        from: Some("gate@example.com".to_owned()),
        to: to.iter().map(|it| (*it).to_owned()).collect(),
        user: None,
        password: None,
        ca: None,
    }
}

fn create(subject: &str) -> DirectCall {
    let body = json!({ "Subject": subject }).as_object().cloned().unwrap();
    DirectCall::Create { object: "Task".to_owned(), body }
}

/// The entries about notices so far.
fn notices(setting: &Setting) -> Vec<Envelope> {
    let log = store::SqliteLog::read_only(&setting.data()).unwrap();
    let rows = log.rows(0, 10_000).unwrap();
    let entries = rows.iter().map(|row| Envelope::parse(&row.body).unwrap());
    entries.filter(|it| it.facts.action == Action::Notify).collect()
}

async fn until(setting: &Setting, done: impl Fn(&[Envelope]) -> bool) -> Vec<Envelope> {
    for _ in 0..300 {
        let found = notices(setting);
        if done(&found) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:?}", notices(setting));
}

fn outcomes(entries: &[Envelope]) -> usize {
    entries.iter().filter(|it| it.facts.purpose == Purpose::Outcome).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_on_record_before_it_leaves_and_so_is_what_came_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (address, dead) = (free().await, free().await);
    let (taken, _served) = collector(address, 0).await;
    let (post, port) = Post::start().await;
    let first = folder.path().join("first");
    let second = folder.path().join("second");
    let mut setting = Setting::with(terms(), |config| {
        let username = "maya.lindqvist@practice.example";
        config.notices = vec![
            hook("desk", &first, &format!("http://{address}/hook")),
            hook("nobody@home", &second, &format!("http://{dead}/hook")),
            mail("night", port, &["night.desk@example.com", username]),
        ];
    })
    .await;
    let pending = proposed(&setting, create("Told of")).await;
    let found = until(&setting, |it| outcomes(it) == 3).await;

    let facts = |client: &str, purpose| -> &Facts {
        let mut all = found.iter().map(|it| &it.facts);
        let one = all.find(|it| it.client == client && it.purpose == purpose);
        one.unwrap_or_else(|| panic!("{client} {purpose:?}: {found:?}"))
    };
    for (client, rule, verdict) in [
        ("desk", "notice-webhook", Verdict::Done),
        ("notice-1", "notice-webhook", Verdict::Failed),
        ("night", "notice-mail", Verdict::Done),
    ] {
        let (intent, outcome) = (facts(client, Purpose::Intent), facts(client, Purpose::Outcome));
        assert_eq!((intent.rule.as_str(), outcome.rule.as_str()), (rule, rule));
        assert_eq!((intent.verdict, outcome.verdict), (Verdict::Allowed, verdict), "{client}");
        assert_eq!(intent.actor, "gate");
        for it in [intent, outcome] {
            assert_eq!(it.proposal.as_deref(), Some(pending.proposal.as_str()));
            assert!(it.objects.contains("Task"), "{it:?}");
        }
        let index = found.iter().find(|it| it.facts == *intent).unwrap().seq;
        assert_eq!(outcome.link, Some(index), "the outcome answers its intent");
    }
    // To whom stands there as pseudonyms: of a person whom the gate knows, and of an address.
    let intent = found.iter().find(|it| it.facts.client == "night").unwrap();
    assert_eq!(intent.annex.subjects.len(), 2, "{intent:?}");
    let who = setting.gate.activity(&setting.who, false, None, 50).await.unwrap();
    let mine = &who.entries.iter().find(|it| it.facts.door == "salesforce").unwrap().facts.actor;
    assert!(intent.annex.subjects.contains(mine), "{mine}: {intent:?}");
    // One trace from the request to the notice.
    let log = store::SqliteLog::read_only(&setting.data()).unwrap();
    let proposing = log.rows(0, 10_000).unwrap().into_iter().find_map(|row| {
        let entry = Envelope::parse(&row.body).unwrap();
        (entry.facts.action == Action::Propose).then_some(entry)
    });
    assert_eq!(proposing.unwrap().facts.trace, intent.facts.trace);

    let hooks = taken.lock().unwrap().clone();
    assert_eq!(hooks.len(), 1);
    assert!(hooks[0].1.contains(&pending.proposal), "{hooks:?}");
    let mails = post.taken();
    assert_eq!(mails.len(), 2, "each by itself: {mails:?}");
    assert!(mails[0].0.contains("night.desk@example.com"), "{mails:?}");
    assert!(mails.iter().all(|(_, text)| text.contains(&pending.proposal)), "{mails:?}");

    // The same address is the same pseudonym, also after a restart.
    let before = intent.annex.subjects.clone();
    setting.restart().await;
    proposed(&setting, create("Told of again")).await;
    let found = until(&setting, |it| {
        it.iter()
            .filter(|it| it.facts.client == "night" && it.facts.purpose == Purpose::Outcome)
            .count()
            == 2
    })
    .await;
    let again = found
        .iter()
        .rev()
        .find(|it| it.facts.client == "night" && it.facts.purpose == Purpose::Intent);
    assert_eq!(again.unwrap().annex.subjects, before);
    setting.gate.close().await.unwrap();
    let keys = std::fs::read_to_string(setting.data().join("ledger.vkey")).unwrap();
    let keys = ledger::VerifyingKeys::parse(&[keys.trim()]).unwrap();
    ledger::verify(&store::SqliteLog::read_only(&setting.data()).unwrap(), &keys, &[]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_record_no_notice_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let address = free().await;
    let (taken, _served) = collector(address, 1).await;
    let file = folder.path().join("url");
    let setting = Setting::with(terms(), |config| {
        config.notices = vec![hook("desk", &file, &format!("http://{address}/hook"))];
    })
    .await;
    // One that says no at first is asked again, under the same intent.
    proposed(&setting, create("Second try")).await;
    let found = until(&setting, |it| outcomes(it) == 1).await;
    assert_eq!((found.len(), taken.lock().unwrap().len()), (2, 1), "{found:?}");
    assert_eq!(found[1].facts.verdict, Verdict::Done);
    // Every notice that left has an intent; one that waited when the ledger closed did not leave.
    setting.gate.close().await.unwrap();
    let late = setting.gate.direct(&setting.who, None, Form::Rest(68)).await;
    if let Ok(request) = late {
        let closed = request.run(create("Too late")).await;
        assert!(closed.is_err(), "{closed:?}");
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((notices(&setting).len(), taken.lock().unwrap().len()), (2, 1));
}

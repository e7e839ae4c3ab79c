//! A witness that does not sign is an alarm wherever somebody looks.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gateway::{Alarm, Session, WitnessConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::setting::{Setting, terms};

/// The key of RFC 8032's first example, as a witness's.
const VKEY: &str = "witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const NAME: &str = "witness witness.example/w1";

/// A witness that gives this status and body to whoever asks.
async fn witness(answer: Arc<Mutex<(u16, String)>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (status, body) = answer.lock().unwrap().clone();
            let mut request = [0; 16_384];
            let _ = stream.read(&mut request).await;
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://{address}")
}

fn session(setting: &Setting, auditor: bool) -> Session {
    Session {
        principal: setting.who.clone(),
        username: setting.username.clone(),
        name: String::new(),
        csrf: String::new(),
        auditor,
        compliance: false,
        admin: false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_refused_or_stale_is_told_to_auditors_doctor_and_metrics() {
    let answer = Arc::new(Mutex::new((409, "999999\n".to_owned())));
    let url = witness(Arc::clone(&answer)).await;
    let setting = Setting::with(terms(), |config| {
        config.witnesses = vec![WitnessConfig { url, vkey: VKEY.to_owned(), ca: None }];
    })
    .await;
    for (status, body, words) in [
        (409, "999999\n", "put back to an old copy"),
        (422, "", "it was rewritten"),
        (403, "", "it answered 403"),
        (200, "nonsense\n", "no cosignature of its own"),
    ] {
        *answer.lock().unwrap() = (status, body.to_owned());
        let patience = Instant::now() + Duration::from_mins(1);
        let alarm = loop {
            let alarms = setting.gate.alarms(&session(&setting, true));
            let found = alarms.into_iter().find(|it| it.problem.contains(words));
            if let Some(found) = found {
                break found;
            }
            assert!(Instant::now() < patience, "no alarm says `{words}`");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        assert_eq!(alarm, Alarm { about: NAME.to_owned(), problem: alarm.problem.clone() });
        let metrics = setting.gate.metrics(None).unwrap();
        assert!(
            metrics.contains("portcullis_witness_alarm{witness=\"witness.example/w1\"} 1"),
            "{metrics}"
        );
        let found = setting.gate.examine().await;
        let (_, state) = found.iter().find(|(what, _)| what == NAME).unwrap();
        assert!(state.as_ref().is_err_and(|problem| problem.contains(words)), "{state:?}");
    }
    assert!(setting.gate.alarms(&session(&setting, false)).is_empty(), "not everybody's matter");
}

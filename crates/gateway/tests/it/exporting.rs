//! Collectors that are down, slow, or say no: nothing is lost, and nobody waits for them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gateway::{ExportConfig, ExportForm, ExportKind};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::setting::{Setting, terms};

const SELECT: &str = "SELECT Id FROM Account LIMIT 1";

fn export(name: &str, kind: ExportKind, url: String) -> ExportConfig {
    let form = ExportForm::Ocsf;
    ExportConfig { name: name.to_owned(), kind, url, form, authorization: None, ca: None }
}

/// An address that nobody listens at now.
pub(crate) async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Path and body of every request that was answered well.
pub(crate) type Taken = Arc<Mutex<Vec<(String, String)>>>;

/// A collector at this address; answers 503 to the first `moody` requests.
pub(crate) async fn collector(
    address: SocketAddr,
    moody: usize,
) -> (Taken, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind(address).await.unwrap();
    let taken = Taken::default();
    let (into, moods) = (Arc::clone(&taken), Arc::new(AtomicUsize::new(moody)));
    let served = tokio::spawn(async move {
        // Whoever ends this ends the connections too.
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, Arc::clone(&into), Arc::clone(&moods)));
        }
    });
    (taken, served)
}

async fn serve(mut stream: TcpStream, taken: Taken, moods: Arc<AtomicUsize>) {
    let mut held = Vec::new();
    loop {
        let head = loop {
            if let Some(at) = held.windows(4).position(|it| it == b"\r\n\r\n") {
                break at + 4;
            }
            let mut part = [0; 8192];
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => return,
                Ok(more) => held.extend_from_slice(&part[..more]),
            }
        };
        let text = String::from_utf8_lossy(&held[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap().trim().parse().unwrap();
        while held.len() < head + length {
            let mut part = [0; 8192];
            match stream.read(&mut part).await {
                Ok(0) | Err(_) => return,
                Ok(more) => held.extend_from_slice(&part[..more]),
            }
        }
        let path = text.split(' ').nth(1).unwrap().to_owned();
        let body = String::from_utf8(held[head..head + length].to_vec()).unwrap();
        held.drain(..head + length);
        let less = |left: usize| left.checked_sub(1);
        let moody = moods.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less).is_ok();
        if !moody {
            taken.lock().unwrap().push((path, body));
        }
        let status = if moody { 503 } else { 200 };
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The numbers of the entries in OCSF events, in the order they came.
fn numbers(lines: &str) -> Vec<u64> {
    let number = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["metadata"]["sequence"].as_u64().unwrap()
    };
    lines.lines().map(number).collect()
}

fn said(taken: &Taken) -> String {
    taken.lock().unwrap().iter().map(|(_, body)| body.as_str()).collect()
}

/// Waits until a metric has this value.
async fn until(setting: &Setting, line: &str) {
    let patience = Instant::now() + Duration::from_mins(2);
    loop {
        let metrics = setting.gate.metrics(None).unwrap();
        if metrics.lines().any(|it| it == line) {
            return;
        }
        assert!(Instant::now() < patience, "{line}:\n{metrics}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn size(setting: &Setting) -> u64 {
    let metrics = setting.gate.metrics(None).unwrap();
    let line = metrics.lines().find_map(|it| it.strip_prefix("portcullis_ledger_entries "));
    line.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_was_down_gets_everything_in_order() {
    let address = free().await;
    let mut setting = Setting::with(terms(), |config| {
        config.exports = vec![export("siem", ExportKind::Http, format!("http://{address}/in"))];
    })
    .await;
    for _ in 0..150 {
        setting.query(SELECT).await;
    }
    until(&setting, "portcullis_export_alarm{export=\"siem\"} 1").await;
    assert!(size(&setting) > 300, "more than one batch");
    // It comes up, says no for a while, and takes everything then.
    let (taken, served) = collector(address, 2).await;
    until(&setting, "portcullis_export_lag_entries{export=\"siem\"} 0").await;
    until(&setting, "portcullis_export_alarm{export=\"siem\"} 0").await;
    let first = numbers(&said(&taken));
    assert_eq!(first, (0..first.len() as u64).collect::<Vec<_>>(), "each once and in order");
    assert!(taken.lock().unwrap().iter().all(|(path, _)| path == "/in"));

    // It goes, the gate goes on and is started anew, it comes back: from where it was.
    served.abort();
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..20 {
        setting.query(SELECT).await;
    }
    setting.restart().await;
    let (more, _served) = collector(address, 0).await;
    until(&setting, "portcullis_export_lag_entries{export=\"siem\"} 0").await;
    let all = [first, numbers(&said(&more))].concat();
    assert_eq!(all, (0..all.len() as u64).collect::<Vec<_>>(), "nothing lost, nothing twice");
    assert!(all.len() as u64 >= size(&setting) - 2);
    let found = setting.gate.examine().await;
    let (_, state) = found.iter().find(|(what, _)| what == "export siem").unwrap();
    assert_eq!(state, &Ok("reached, 0 entries behind".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_never_answers_slows_nobody() {
    let hung = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = hung.local_addr().unwrap();
    let held = tokio::spawn(async move {
        let mut all = Vec::new();
        while let Ok((stream, _)) = hung.accept().await {
            all.push(stream);
        }
    });
    let time = async |setting: &Setting| {
        let begun = Instant::now();
        for _ in 0..60 {
            setting.query(SELECT).await;
        }
        begun.elapsed()
    };
    let alone = Setting::new(terms()).await;
    let told = Setting::with(terms(), |config| {
        config.exports = vec![
            export("http", ExportKind::Http, format!("http://{address}")),
            export("syslog", ExportKind::Syslog, format!("tcp://{address}")),
            export("otlp", ExportKind::Otlp, format!("http://{address}")),
        ];
    })
    .await;
    let (without, with) = (time(&alone).await, time(&told).await);
    // Far below the 30 seconds that the collector is waited for; the rest is the machine's mood.
    assert!(with < without * 5 + Duration::from_secs(2), "{with:?}, without {without:?}");
    let metrics = told.gate.metrics(None).unwrap();
    assert!(!metrics.contains("portcullis_export_lag_entries{export=\"syslog\"} 0"), "{metrics}");
    held.abort();
}

/// Messages of a stream, by their lengths.
fn framed(mut bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(at) = bytes.iter().position(|it| *it == b' ') {
        let length: usize = std::str::from_utf8(&bytes[..at]).unwrap().parse().unwrap();
        let Some(message) = bytes.get(at + 1..at + 1 + length) else { break };
        all.push(String::from_utf8(message.to_vec()).unwrap());
        bytes = &bytes[at + 1 + length..];
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_syslog_server_that_dies_in_the_middle_gets_the_rest_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let into = Arc::clone(&taken);
    tokio::spawn(async move {
        for number in 0.. {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            if number < 2 {
                // Reads a little and is gone, with bytes unread: the system resets the connection.
                let mut part = [0; 100];
                let _ = stream.read(&mut part).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            let mut all = Vec::new();
            if stream.read_to_end(&mut all).await.is_ok() {
                into.lock().unwrap().push(all);
            }
        }
    });
    let setting = Setting::with(terms(), |config| {
        let url = format!("tcp://{address}");
        config.exports = vec![export("log", ExportKind::Syslog, url)];
    })
    .await;
    for _ in 0..5 {
        setting.query(SELECT).await;
    }
    until(&setting, "portcullis_export_lag_entries{export=\"log\"} 0").await;
    let messages: Vec<String> = taken.lock().unwrap().iter().flat_map(|it| framed(it)).collect();
    let events: Vec<&str> =
        messages.iter().map(|it| it.split_once('\u{feff}').unwrap().1).collect();
    let seen = numbers(&events.join("\n"));
    assert_eq!(seen, (0..seen.len() as u64).collect::<Vec<_>>());
    assert!(seen.len() > 10);
    // RFC 5424: priority, version, time, host, application, process, kind, data.
    let head = messages[0].split_once('\u{feff}').unwrap().0;
    let parts: Vec<&str> = head.split(' ').collect();
    assert_eq!((parts[0], parts[2], parts[3]), ("<110>1", "127.0.0.1", "portcullis"), "{head}");
    assert_eq!(&parts[4..7], ["-", "ledger", "-"]);
    assert!(parts[1].ends_with('Z') && parts[1].len() == 24, "{head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_and_metrics_add_up() {
    let address = free().await;
    let (taken, _served) = collector(address, 0).await;
    let setting = Setting::with(terms(), |config| {
        config.exports = vec![export("otel", ExportKind::Otlp, format!("http://{address}"))];
    })
    .await;
    for _ in 0..10 {
        setting.query(SELECT).await;
    }
    setting.query("SELECT Nothing FROM Nowhere").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    until(&setting, "portcullis_export_lag_entries{export=\"otel\"} 0").await;
    let taken = taken.lock().unwrap().clone();
    let of = |wanted: &str| -> Vec<Value> {
        let bodies = taken.iter().filter(|(path, _)| path == wanted);
        bodies.map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
    };
    let spans: Vec<Value> = of("/v1/traces")
        .iter()
        .flat_map(|it| it["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone())
        .collect();
    let called = |it: &&Value| it["name"].as_str().unwrap().starts_with("execute_tool ");
    let reads: Vec<&Value> = spans.iter().filter(called).collect();
    let queries = reads.iter().filter(|it| it["name"] == "execute_tool soqlQuery").count();
    assert!(queries >= 10, "{spans:#?}");
    for read in &reads {
        assert_eq!(read["traceId"].as_str().unwrap().len(), 32);
        assert_eq!(read["spanId"].as_str().unwrap().len(), 16);
        let time = |name: &str| read[name].as_str().unwrap().parse::<u64>().unwrap();
        assert!(time("endTimeUnixNano") >= time("startTimeUnixNano"));
    }
    assert!(spans.iter().any(|it| it["status"]["code"] == 2), "the refusal is an error");
    let metrics: Vec<Value> = of("/v1/metrics")
        .iter()
        .flat_map(|it| {
            it["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap().clone()
        })
        .collect();
    let points = |name: &str, kind: &str| -> Vec<Value> {
        let named = metrics.iter().filter(|it| it["name"] == name);
        named.flat_map(|it| it[kind]["dataPoints"].as_array().unwrap().clone()).collect()
    };
    let sum = |points: Vec<Value>, key: &str| -> u64 {
        points.iter().map(|it| it[key].as_str().unwrap().parse::<u64>().unwrap()).sum()
    };
    assert_eq!(sum(points("portcullis.ledger.entries", "sum"), "asInt"), size(&setting));
    let durations = points("gen_ai.client.operation.duration", "histogram");
    assert_eq!(durations[0]["explicitBounds"].as_array().unwrap().len(), 14);
    assert_eq!(durations[0]["bucketCounts"].as_array().unwrap().len(), 15);
    assert_eq!(sum(durations, "count"), reads.len() as u64);
    // What others wrote reads it: the messages of `opentelemetry-proto`, where a Python has them.
    if let Ok(python) = std::env::var("OTLP_PYTHON") {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/otlp.py");
        for (path, body) in &taken {
            let child = std::process::Command::new(&python)
                .args([script, path])
                .arg(body)
                .output()
                .unwrap();
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
        }
    }
}

/// Python's own TLS as a syslog server, until this is dropped.
struct Syslog {
    child: std::process::Child,
    port: u16,
    said: Arc<Mutex<Vec<String>>>,
}

impl Syslog {
    fn start(folder: &std::path::Path, certificate: &str, key: &str) -> Option<Self> {
        use std::io::BufRead as _;

        let (certificate_file, key_file) = (folder.join("server.pem"), folder.join("server.key"));
        std::fs::write(&certificate_file, certificate).unwrap();
        std::fs::write(&key_file, key).unwrap();
        let started = std::process::Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/syslog.py"))
            .args([certificate_file, key_file])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn();
        let Ok(mut child) = started else {
            eprintln!("not run: this machine has no `python3`");
            return None;
        };
        let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let into = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        Some(Self { child, port, said })
    }
}

impl Drop for Syslog {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority, and what it signed for this name: all as PEM.
fn certified(name: &str) -> (String, String, String) {
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let server = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = server.signed_by(&key, &issuer).unwrap();
    (authority_certificate.pem(), certificate.pem(), key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn syslog_goes_through_tls_to_the_server_that_the_authority_vouches_for() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, certificate, key) = certified("localhost");
    let Some(server) = Syslog::start(folder.path(), &certificate, &key) else { return };
    let (trusted, strange) = (folder.path().join("ca.pem"), folder.path().join("other.pem"));
    std::fs::write(&trusted, authority).unwrap();
    std::fs::write(&strange, certified("localhost").0).unwrap();
    let port = server.port;
    let to = |name: &str, host: &str, ca: &std::path::Path| ExportConfig {
        ca: Some(ca.to_owned()),
        ..export(name, ExportKind::Syslog, format!("tls://{host}:{port}"))
    };
    let setting = Setting::with(terms(), |config| {
        config.exports = vec![
            to("good", "localhost", &trusted),
            to("another-name", "127.0.0.1", &trusted),
            to("another-authority", "localhost", &strange),
        ];
    })
    .await;
    for _ in 0..5 {
        setting.query(SELECT).await;
    }
    until(&setting, "portcullis_export_lag_entries{export=\"good\"} 0").await;
    for refused in ["another-name", "another-authority"] {
        until(&setting, &format!("portcullis_export_alarm{{export=\"{refused}\"}} 1")).await;
    }
    let said = server.said.lock().unwrap().clone();
    let events: Vec<&str> = said.iter().map(|it| it.split_once('\u{feff}').unwrap().1).collect();
    let seen = numbers(&events.join("\n"));
    assert_eq!(seen, (0..seen.len() as u64).collect::<Vec<_>>(), "from one collector alone");
    assert!(seen.len() > 10);
}

//! Killed at any moment, under load: no answer was released without its record, and the ledger holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use boundary::{Action, Facts, Purpose, Verdict};
use ledger::{Envelope, LogReader as _};
use serde_json::{Value, json};

use crate::demo::{Demo, MAYA, SAM, prepared, verify};
use crate::http::{Answer, Browser, hidden};
use crate::scripted::{Heard, Model, Say, quote};

/// How often, unless `PORTCULLIS_KILLS` says another number.
const KILLS: u64 = 12;

/// What a client has in its hands.
struct Got {
    trace: String,
    answer: Answer,
    streamed: bool,
}

#[test]
fn nothing_is_released_without_its_record_whenever_the_process_dies() {
    let kills = std::env::var("PORTCULLIS_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut chance = Chance(u64::from(std::process::id()));
    println!("seed {}", chance.0);
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    let model = Model::start(script);
    let mut browser = None;
    let tasks = AtomicU64::new(0);
    let mut written = BTreeSet::new();
    let mut partial = 0;
    for round in 0..kills {
        let demo = Demo::with_model(&data, &model.url());
        if round == 0 {
            browser = Some(demo.signed_in(MAYA));
        }
        // The session outlives the process.
        let (browser, csrf) = browser.clone().unwrap();
        let pause = Duration::from_millis(60 + chance.below(900));
        let (got, done) = load(demo, &browser, &csrf, &tasks, pause);
        verify(&data);
        let entries = entries(&data);
        for got in &got {
            partial += u64::from(!got.answer.whole);
            check(got, &entries);
        }
        check_writes(&done, &entries);
        written.extend(done);
        let asked = entries
            .values()
            .flatten()
            .filter(|it| it.action == Action::Ask && it.purpose == Purpose::Intent);
        assert!(asked.count() >= model.heard().len(), "a prompt left without its intent");
    }
    let demo = Demo::with_model(&data, &model.url());
    verify(&data);
    // Every write that was told to be done is done, and none was done twice.
    let subjects = demo.org(SAM).query("SELECT Subject FROM Task WHERE Subject LIKE 'Killed %'");
    let mut found = BTreeSet::new();
    for task in &subjects {
        let subject = task["Subject"].as_str().unwrap().to_owned();
        assert!(found.insert(subject.clone()), "{subject} was written twice");
    }
    assert!(written.is_subset(&found), "{written:?} are not all of {found:?}");
    assert!(demo.stop().success());
    let report = verify(&data);
    println!("{report}; {} writes, {partial} answers cut off", written.len());
}

/// A read, then words that quote what came back, with pauses in which a process can die.
fn script(heard: &Heard) -> Say {
    let question = heard.question();
    if let Some(subject) = question.strip_prefix("task ") {
        return match heard.results().len() {
            0 => Say::Calls(vec![(
                "createSobjectRecord".to_owned(),
                json!({ "sobject-name": "Task", "body": { "Subject": subject } }),
            )]),
            _ => Say::Text("It waits.".to_owned()),
        };
    }
    match heard.results().first() {
        None => Say::Calls(vec![(
            "soqlQuery".to_owned(),
            json!({ "q": "SELECT Name, Email FROM Contact LIMIT 4" }),
        )]),
        Some(result) if question.contains("slowly") => {
            Say::Slow(quote(result), Duration::from_millis(2))
        }
        Some(result) => Say::Text(quote(result)),
    }
}

/// Clients at work until the process is killed: what each got, and the tasks that were told to be written.
fn load(
    demo: Demo,
    browser: &Browser,
    csrf: &str,
    tasks: &AtomicU64,
    pause: Duration,
) -> (Vec<Got>, Vec<String>) {
    let got = Mutex::new(Vec::new());
    let done = Mutex::new(Vec::new());
    let over = AtomicBool::new(false);
    let (key, page) = (demo.key().to_owned(), demo.page().to_owned());
    let demo = Mutex::new(Some(demo));
    let host = page.strip_prefix("http://").unwrap();
    std::thread::scope(|scope| {
        for client in 0..5 {
            let (got, over, key) = (&got, &over, key.as_str());
            scope.spawn(move || {
                for number in 0.. {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let streamed = client < 3;
                    let how = if client % 2 == 0 { "slowly" } else { "quickly" };
                    let question = format!("Client {client}, number {number}, {how}");
                    let body = json!({ "model": "server", "stream": streamed, "messages": [{ "role": "user", "content": question }] });
                    let bearer = format!("Bearer {key}");
                    let headers =
                        [("authorization", bearer.as_str()), ("content-type", "application/json")];
                    let body = body.to_string();
                    let answer = crate::http::send(host, "POST", "/v1/chat/completions", &headers, body.as_bytes());
                    let Some(answer) = answer else { continue };
                    let trace = answer.header("x-request-id").unwrap_or_default().to_owned();
                    got.lock().unwrap().push(Got { trace, answer, streamed });
                }
            });
        }
        let (done, ended, page) = (&done, &over, page.as_str());
        scope.spawn(move || {
            let browser = browser.clone();
            while !ended.load(Ordering::SeqCst) {
                let subject = format!("Killed {}", tasks.fetch_add(1, Ordering::SeqCst));
                // Whatever is cut off in between is not done.
                if let Some(true) = write(&browser, page, csrf, &subject) {
                    done.lock().unwrap().push(subject);
                }
            }
        });
        std::thread::sleep(pause);
        demo.lock().unwrap().take().unwrap().kill();
        over.store(true, Ordering::SeqCst);
    });
    (got.into_inner().unwrap(), done.into_inner().unwrap())
}

/// Proposes a task on the page and approves it. Whether the page said that it is done; `None` when it was cut off.
fn write(browser: &Browser, page: &str, csrf: &str, subject: &str) -> Option<bool> {
    let question = format!("task {subject}");
    let fields = [("csrf", csrf), ("question", question.as_str()), ("model", "server")];
    let told = browser.clone().try_submit(
        &format!("{page}/ask"),
        &fields,
        &[("accept", "text/event-stream")],
    )?;
    let (_, data) = told.events().into_iter().find(|(name, _)| name == "proposed")?;
    let data: Value = serde_json::from_str(&data).ok()?;
    let card = data["html"].as_str()?;
    let at = card.find("data-proposal=\"")? + "data-proposal=\"".len();
    let id = card[at..].split('"').next()?;
    let digest = hidden(card, "digest")?;
    let address = format!("{page}/approvals/{id}/approve");
    let fields = [("csrf", csrf), ("digest", digest.as_str())];
    let answer = browser.clone().try_submit(&address, &fields, &[("x-fragment", "card")])?;
    Some(answer.status == 200 && answer.text().contains("It is in Salesforce."))
}

/// The facts of every entry, by trace, with their places in the log.
fn entries(data: &Path) -> BTreeMap<String, Vec<Facts>> {
    let log = store::SqliteLog::read_only(&data.join("gate")).unwrap();
    let mut by_trace: BTreeMap<String, Vec<Facts>> = BTreeMap::new();
    let size = log.size().unwrap();
    let mut next = 0;
    while next < size {
        for row in log.rows(next, 1000).unwrap() {
            let facts = Envelope::parse(&row.body).unwrap().facts;
            by_trace.entry(facts.trace.clone()).or_default().push(facts);
            next += 1;
        }
    }
    by_trace
}

/// What a client got stands in the ledger, in the order in which it had to.
fn check(got: &Got, entries: &BTreeMap<String, Vec<Facts>>) {
    if got.answer.status != 200 {
        return;
    }
    let words = if got.streamed { said(&got.answer) } else { got.answer.text() };
    if words.is_empty() {
        return;
    }
    let of =
        entries.get(&got.trace).unwrap_or_else(|| panic!("no record of {}: {words}", got.trace));
    let place = |wanted: &dyn Fn(&Facts) -> bool| of.iter().position(wanted);
    let release = place(&|it| it.purpose == Purpose::Release && it.action == Action::Answer);
    let release = release.unwrap_or_else(|| panic!("no release of {}: {words}", got.trace));
    let before = &of[..release];
    let intents = |action: Action| {
        before.iter().filter(|it| it.purpose == Purpose::Intent && it.action == action).count()
    };
    assert_eq!(intents(Action::Ask), 2, "{of:?}");
    assert_eq!(intents(Action::Read), 1, "{of:?}");
    let ended = !got.streamed || got.answer.text().contains("\"portcullis\":");
    if ended {
        let outcome = place(&|it| it.purpose == Purpose::Outcome && it.action == Action::Answer);
        assert!(outcome.is_some_and(|outcome| outcome > release), "{of:?}");
    }
}

/// The text of a stream, as far as it came.
fn said(answer: &Answer) -> String {
    let chunks = answer
        .events()
        .into_iter()
        .filter_map(|(_, data)| serde_json::from_str::<Value>(&data).ok());
    chunks
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
        .collect()
}

/// A write that was told to be done has its approval and its outcome.
fn check_writes(done: &[String], entries: &BTreeMap<String, Vec<Facts>>) {
    let count = |purpose: Purpose, action: Action, verdict: Verdict| {
        let all = entries.values().flatten();
        all.filter(|it| it.purpose == purpose && it.action == action && it.verdict == verdict)
            .count()
    };
    assert!(count(Purpose::Outcome, Action::Write, Verdict::Done) >= done.len());
    assert!(count(Purpose::Approval, Action::Propose, Verdict::Allowed) >= done.len());
}

/// Numbers that differ from run to run, and are told, so that a run can be had again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

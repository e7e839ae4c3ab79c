//! A ledger that cannot take an entry closes every door: the caller hears it, nothing leaves, and the doors open by
//! themselves once it can.

mod choked;

use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway::{Config, Detection, Gate};
use practice::{ExternalClientApp, Org};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::http::{Answer, Browser, hidden, send};
use crate::scripted::{Model, Say};
use choked::{Choke, Choked, Fault};

/// Entries that may wait.
const QUEUE: usize = 2;
/// Milliseconds that an entry may wait.
const DEADLINE: u64 = 800;

/// A gate in this process, in front of an org in this process, with its doors open to this machine.
struct House {
    choke: Choke,
    model: Model,
    org: Arc<Org>,
    /// `host:port` of the doors.
    host: String,
    key: String,
    browser: Browser,
    csrf: String,
    gate: Gate,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl House {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let model = Model::start(|_| Say::Text("Hello.".to_owned()));
        let choke = Choke::default();
        let here = folder.path().to_owned();
        let (url, held) = (model.url(), choke.clone());
        let (gate, org, host) = runtime.block_on(async move {
            let doors = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let host = doors.local_addr().unwrap().to_string();
            let (org, instance) = org(&here, &host).await;
            let config = config(&here, &host, &instance, &url);
            let files = store::Store::open(&here.join("files")).unwrap();
            let backend = Box::new(Choked { files, choke: held });
            let detector = Arc::new(detect::Detectors::standard(&["US"]));
            let detection = Detection { detector, learner: None, corrected: None };
            let clock = gateway::system_clock();
            let gate = Gate::open_on(Some(backend), config, detection, clock).await.unwrap();
            let site = web::Site {
                base_url: format!("http://{host}"),
                org_name: "the practice org".to_owned(),
                demo_users: Vec::new(),
                examples: Vec::new(),
                now: || gateway::system_clock()(),
            };
            let router = web::router(gate.clone(), site);
            tokio::spawn(web::serve(doors, router, std::future::pending()));
            (gate, org, host)
        });
        let user = org.users().into_iter().next().unwrap();
        let mut browser = Browser::default();
        let login = browser.get(&format!("http://{host}/oauth/start?return_to=/")).text();
        let start = hidden(&login, "start").unwrap();
        let token = hidden(&login, "csrf").unwrap();
        let fields = [
            ("username", user.username.as_str()),
            ("password", user.password.as_str()),
            ("start", start.as_str()),
            ("csrf", token.as_str()),
        ];
        let address = format!("{}/login", gate.config().org.instance);
        let home = browser.submit(&address, &fields).text();
        let csrf = hidden(&home, "csrf").expect("the page is for somebody signed in");
        let key = runtime.block_on(async {
            let address = gate.begin_sign_in("/").await.unwrap();
            let back = org.sign_in_at(&address, &user.username, &user.password).unwrap();
            let (signed_in, _) = gate.finish_sign_in(&back.state, &back.code).await.unwrap();
            gate.create_key(&signed_in.session.principal, "A test").await.unwrap().secret
        });
        Self { choke, model, org, host, key, browser, csrf, gate, runtime, _folder: folder }
    }

    fn post(&self, path: &str, more: &[(&str, &str)], body: &serde_json::Value) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        let mut headers =
            vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend_from_slice(more);
        send(&self.host, "POST", path, &headers, body.to_string().as_bytes()).expect("an answer")
    }

    fn get(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.key);
        send(&self.host, "GET", path, &[("authorization", bearer.as_str())], b"").unwrap()
    }

    /// What left: queries to the org, and requests to the model. Describes are looked up again each minute.
    fn left(&self) -> (usize, usize) {
        (self.org.requests_to("/query"), self.model.heard().len())
    }

    fn metric(&self, name: &str) -> u64 {
        let metrics = self.gate.metrics(None).unwrap();
        let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name}: {metrics}")).parse().unwrap()
    }
}

async fn org(folder: &std::path::Path, host: &str) -> (Arc<Org>, String) {
    let today = jiff::civil::date(2026, 11, 22);
    let org = Org::open(practice::OrgConfig::new(folder.join("org"), 7, today)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let instance = format!("http://{}", listener.local_addr().unwrap());
    let app =
        ExternalClientApp::gate("gate", "of the gate", format!("http://{host}/oauth/callback"));
    org.register_client(app).unwrap();
    tokio::spawn(practice::serve(Arc::clone(&org), listener, std::future::pending()));
    (org, instance)
}

fn config(folder: &std::path::Path, host: &str, instance: &str, model: &str) -> Config {
    let here = folder.display();
    std::fs::write(folder.join("matrix.csv"), include_str!("../../demo/matrix.csv")).unwrap();
    std::fs::write(folder.join("secret"), "of the gate").unwrap();
    let text = format!(
        "listen = \"{host}\"\ndata = \"{here}/gate\"\nseal_key = \"{here}/seal.key\"\nmatrix = \"{here}/matrix.csv\"\n\
         [org]\ninstance = \"{instance}\"\nclient_id = \"gate\"\nclient_secret = \"file:{here}/secret\"\n\
         [limits]\nledger_queue = {QUEUE}\nledger_millis = {DEADLINE}\n\
         [direct]\nlevel = \"Confidential\"\ncompliance = [\"GDPR\", \"PII\"]\n\
         [[endpoint]]\nname = \"server\"\nkind = \"openai\"\nurl = \"{model}\"\nmodel = \"scripted\"\n\
         residency = \"machine\"\nlevel = \"Confidential\"\ncompliance = [\"GDPR\", \"PII\"]\n"
    );
    Config::parse(&text).unwrap()
}

/// A door: what goes in, whether it was served, and whether it was closed in the way of that door.
struct Door {
    name: &'static str,
    knock: fn(&House) -> Answer,
    served: fn(&Answer) -> bool,
    closed: fn(&Answer) -> bool,
}

/// What each door says, in its own way; pages begin a sentence with a capital.
const SENTENCE: &str = "he ledger cannot write; nothing was sent";

const DOORS: &[Door] = &[
    Door {
        name: "OpenAI",
        knock: |house| house.post("/v1/chat/completions", &[], &question(false)),
        served: |answer| answer.status == 200,
        closed: |answer| answer.status == 503 && answer.json()["error"]["code"] == "ledger",
    },
    Door {
        name: "OpenAI, streamed",
        knock: |house| house.post("/v1/chat/completions", &[], &question(true)),
        served: |answer| answer.status == 200 && answer.text().contains("[DONE]"),
        closed: |answer| answer.status == 503 && answer.json()["error"]["code"] == "ledger",
    },
    Door {
        name: "Salesforce",
        knock: |house| house.get("/services/data/v68.0/query?q=SELECT+Id+FROM+Account+LIMIT+1"),
        served: |answer| answer.status == 200 && answer.json()["records"][0]["Id"].is_string(),
        closed: |answer| {
            answer.status == 503 && answer.json()[0]["errorCode"] == "SERVER_UNAVAILABLE"
        },
    },
    Door {
        name: "MCP",
        knock: |house| {
            let query = json!({ "query": "SELECT Id FROM Account LIMIT 1" });
            let params = json!({ "name": "soqlQuery", "arguments": query });
            let call =
                json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
            let accept = ("accept", "application/json, text/event-stream");
            house.post("/mcp", &[accept, ("mcp-protocol-version", "2025-06-18")], &call)
        },
        served: |answer| {
            let result = &answer.json()["result"];
            result["isError"] != true && result["structuredContent"]["records"][0]["Id"].is_string()
        },
        // The protocol's own: the call failed, and its text is for the model to read.
        closed: |answer| {
            let text = answer.text();
            text.contains(SENTENCE) && !text.contains("records")
        },
    },
    Door {
        name: "page",
        knock: |house| house.ask(&[]),
        served: |answer| answer.status == 200 && answer.text().contains("Hello."),
        closed: |answer| answer.text().contains(SENTENCE) && !answer.text().contains("Hello."),
    },
    Door {
        name: "page, streamed",
        knock: |house| house.ask(&[("accept", "text/event-stream")]),
        served: |answer| answer.events().iter().any(|(name, _)| name == "done"),
        // The stream's own: its last event says so.
        closed: |answer| {
            let events = answer.events();
            events.last().is_some_and(|(name, data)| name == "failed" && data.contains(SENTENCE))
        },
    },
];

fn question(stream: bool) -> serde_json::Value {
    json!({ "model": "server", "stream": stream, "messages": [{ "role": "user", "content": "Hello" }] })
}

impl House {
    fn ask(&self, headers: &[(&str, &str)]) -> Answer {
        let fields = [("csrf", self.csrf.as_str()), ("question", "Hello"), ("model", "server")];
        self.browser.clone().submit_with(&format!("http://{}/ask", self.host), &fields, headers)
    }

    /// Every door at once, as callers come.
    fn knock(&self) -> Vec<(&'static str, Answer)> {
        std::thread::scope(|scope| {
            let knocks: Vec<_> =
                DOORS.iter().map(|door| (door, scope.spawn(|| (door.knock)(self)))).collect();
            knocks.into_iter().map(|(door, knock)| (door.name, knock.join().unwrap())).collect()
        })
    }

    fn all_served(&self, when: &str) {
        let patience = Instant::now() + Duration::from_secs(30);
        while self.metric("portcullis_ledger_waiting") > 0 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(10));
        }
        // One after the other: more at once than the queue holds would be refused.
        for door in DOORS {
            let answer = (door.knock)(self);
            assert!((door.served)(&answer), "{when}, {}: {}", door.name, answer.text());
        }
        assert_eq!(self.get("/readyz").status, 200, "{when}");
    }
}

#[test]
fn a_ledger_that_cannot_write_closes_every_door_until_it_can() {
    let house = House::open();
    house.all_served("at first");
    for fault in [Fault::ReadOnly, Fault::Full, Fault::Stuck] {
        let left = house.left();
        let entries = house.metric("portcullis_ledger_entries");
        house.choke.set(Some(fault));
        let begun = Instant::now();
        for (door, (name, answer)) in DOORS.iter().zip(house.knock()) {
            assert!(
                (door.closed)(&answer),
                "{fault:?}, {name}: {}: {}",
                answer.status,
                answer.text()
            );
        }
        // Six at once are more than the queue holds: some were refused because it was full, some because their time
        // was over. Far below the minute after which a caller would give up.
        assert!(begun.elapsed() < Duration::from_secs(40), "{fault:?}: {:?}", begun.elapsed());
        assert_eq!(house.left(), left, "{fault:?}: something left");
        assert_eq!(house.metric("portcullis_ledger_entries"), entries, "{fault:?}");
        if fault != Fault::Stuck {
            assert_eq!(house.get("/readyz").status, 503, "{fault:?}");
            assert_eq!(house.metric("portcullis_ledger_trouble"), 1, "{fault:?}");
        }
        house.choke.set(None);
        house.all_served(&format!("after {fault:?}"));
        assert_eq!(house.metric("portcullis_ledger_trouble"), 0, "{fault:?}");
        assert!(house.metric("portcullis_ledger_entries") > entries, "{fault:?}");
    }
}

#[test]
fn a_queue_that_is_full_refuses_at_once_and_takes_again() {
    let house = House::open();
    house.all_served("at first");
    house.choke.set(Some(Fault::Stuck));
    let left = house.left();
    let (refused, waited) = std::thread::scope(|scope| {
        // One entry is being written and two wait; whoever comes then is refused before the deadline.
        let knock = || {
            let begun = Instant::now();
            let answer = house.post("/v1/chat/completions", &[], &question(false));
            (answer.status, begun.elapsed())
        };
        let knocks: Vec<_> = (0..8).map(|_| scope.spawn(knock)).collect();
        let all: Vec<_> = knocks.into_iter().map(|it| it.join().unwrap()).collect();
        let deadline = Duration::from_millis(DEADLINE);
        assert!(all.iter().all(|it| it.0 == 503), "{all:?}");
        let refused = all.iter().filter(|it| it.1 < deadline).count();
        (refused, all.len() - refused)
    });
    assert_eq!(house.left(), left);
    assert!(waited >= 1 && refused + waited == 8, "{refused} at once, {waited} at the deadline");
    house.choke.set(None);
    house.all_served("afterwards");
    let verified = house.runtime.block_on(house.gate.close());
    verified.unwrap();
}

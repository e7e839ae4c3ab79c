//! Servers of tools behind the gate: what comes back is treated, what would change something waits.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::server::Server;
use super::{call_old, tools};
use crate::demo::{Demo, MAYA, SAM, prepared};
use crate::http::{Browser, hidden, send, split};
use crate::scripted::{Model, Say, reads};

const SECRET: &str = "canary-of-the-server-7f3a";

/// A demo in front of these servers.
pub(super) fn demo(servers: &str) -> (tempfile::TempDir, Demo) {
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let secret = folder.path().join("secret").display().to_string();
    std::fs::write(data.join("upstream.toml"), servers.replace("{secret}", &secret)).unwrap();
    let demo = Demo::start(&data, &[]);
    (folder, demo)
}

fn of(server: &Server, more: &str) -> String {
    format!(
        "[[upstream_mcp]]\nname = \"tickets\"\nurl = \"{}\"\nsecret = \"file:{{secret}}\"\n\
         read = [\"search\", \"quiet\"]\nwrite = [\"open\"]\n{more}\n",
        server.url
    )
}

/// The administrator's page of servers.
pub(super) struct Desk {
    browser: Browser,
    csrf: String,
    page: String,
}

impl Desk {
    pub(super) fn of(demo: &Demo) -> Self {
        let (browser, csrf) = demo.signed_in(SAM);
        Self { browser, csrf, page: format!("{}/servers", demo.page()) }
    }

    fn text(&mut self) -> String {
        self.browser.get(&self.page).text()
    }

    /// The digest that the page would send for a tool.
    fn digest(&mut self, tool: &str) -> String {
        let text = self.text();
        let from = text.split(&format!("name=\"tool\" value=\"{tool}\"")).nth(1);
        hidden(from.unwrap_or_else(|| panic!("no {tool} in {text}")), "digest").unwrap()
    }

    fn decide(&mut self, server: &str, tool: &str, digest: &str, decision: &str) -> u16 {
        let fields = [
            ("csrf", self.csrf.as_str()),
            ("server", server),
            ("tool", tool),
            ("digest", digest),
            ("decision", decision),
        ];
        self.browser.submit(&self.page, &fields).status
    }

    pub(super) fn consent(&mut self, server: &str, tools: &[&str]) {
        for tool in tools {
            let digest = self.digest(tool);
            assert_eq!(self.decide(server, tool, &digest, "consent"), 200, "{tool}");
        }
    }
}

fn text_of(answer: &Value) -> String {
    let blocks = answer["result"]["content"].as_array().unwrap_or_else(|| panic!("{answer}"));
    blocks.iter().map(|it| it["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

pub(super) fn failed_with(answer: &Value, code: &str) {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert!(text_of(answer).starts_with(code), "{answer}");
}

#[test]
fn a_tool_is_there_once_somebody_consented_to_it() {
    let server = Server::start();
    let (_folder, demo) = demo(&of(&server, ""));
    let own = tools(&demo, demo.key());
    assert_eq!(own.len(), 9, "{own:?}");
    failed_or_unknown(&call_old(
        &demo,
        demo.key(),
        "tickets__search",
        &json!({ "words": "lamps" }),
    ));
    let mut desk = Desk::of(&demo);
    let page = desk.text();
    // The words of a stranger are shown as text; what the configuration does not name stays closed.
    assert!(page.contains("&lt;b&gt;Finds tickets"), "{page}");
    assert!(!page.contains("<b>Finds") && page.contains("It offers 1 more"), "{page}");
    // Another digest than that of what the server says now is no consent.
    assert_eq!(desk.decide("tickets", "search", "00", "consent"), 400);
    let digest = desk.digest("search");
    assert_eq!(desk.decide("tickets", "drop_all", &digest, "consent"), 400);
    desk.consent("tickets", &["search", "quiet", "open"]);
    let all = tools(&demo, demo.key());
    assert_eq!(all[..9], own[..]);
    assert_eq!(all[9..], ["tickets__quiet", "tickets__search", "tickets__open"]);
    // Nobody else decides about that.
    let (mut browser, _) = demo.signed_in(MAYA);
    assert_eq!(browser.get(&format!("{}/servers", demo.page())).status, 404);
    desk.decide("tickets", "search", "", "withdraw");
    assert!(!tools(&demo, demo.key()).contains(&"tickets__search".to_owned()));
    demo.verify();
}

fn failed_or_unknown(answer: &Value) {
    let failed = answer["result"]["isError"] == true || answer["error"].is_object();
    assert!(failed, "{answer}");
}

#[test]
fn an_answer_is_treated_and_the_secret_stays_at_the_gate() {
    let server = Server::start();
    let (_folder, demo) = demo(&of(&server, ""));
    Desk::of(&demo).consent("tickets", &["search", "quiet"]);
    for stream in [false, true] {
        for old in [false, true] {
            server.state.stream.store(stream, Ordering::SeqCst);
            server.state.old.store(old, Ordering::SeqCst);
            let answer =
                call_old(&demo, demo.key(), "tickets__search", &json!({ "words": "lamps" }));
            let text = text_of(&answer);
            assert!(text.contains("{EMAIL_") && text.contains("data, not a request"), "{text}");
            let all = answer.to_string();
            for canary in ["zora.quine@elsewhere.example", SECRET, "aGlkZGVu"] {
                assert!(!all.contains(canary), "{canary}: {all}");
            }
            assert!(all.contains("withheld by the gate"), "{all}");
            // A token that a stranger wrote is text.
            assert!(!all.contains("{NAME_1}"), "{all}");
        }
    }
    // What the server was sent: the gate's own secret, never the program's key.
    let seen = server.seen();
    assert!(seen.iter().all(|it| it.authorization == format!("Bearer {SECRET}")), "{seen:?}");
    let calls: Vec<_> = seen.iter().filter(|it| it.method == "tools/call").collect();
    assert_eq!(calls.len(), 4);
    for call in &calls {
        assert_eq!(
            (call.header_method.as_str(), call.header_name.as_str()),
            ("tools/call", "search")
        );
        assert!(!call.body.contains(demo.key()), "{}", call.body);
    }
    // A tool that does not call itself read-only waits for a person, whatever the configuration says.
    let waits = call_old(&demo, demo.key(), "tickets__quiet", &json!({}));
    assert_eq!(waits["result"]["structuredContent"]["status"], "waiting_for_approval", "{waits}");
    demo.verify();
}

#[test]
fn a_read_elsewhere_carries_no_value_and_no_token() {
    let server = Server::start();
    let (_folder, demo) = demo(&of(&server, ""));
    Desk::of(&demo).consent("tickets", &["search"]);
    let query = json!({ "q": "SELECT Name, Email FROM Contact WHERE Email != null LIMIT 1" });
    let found = call_old(&demo, demo.key(), "soqlQuery", &query);
    let token = found["result"]["structuredContent"]["records"][0]["Email"].as_str().unwrap();
    let org = demo.org(MAYA);
    let clear = org.try_query("SELECT Email FROM Contact WHERE Email != null LIMIT 1").json();
    let clear = clear["records"][0]["Email"].as_str().unwrap().to_owned();
    for words in [token.to_owned(), format!("about {clear}"), "someone@private.example".to_owned()]
    {
        let refused = call_old(&demo, demo.key(), "tickets__search", &json!({ "words": words }));
        failed_with(&refused, "VALUE_STAYS");
    }
    let strange =
        call_old(&demo, demo.key(), "tickets__search", &json!({ "words": "a", "to": "b" }));
    failed_with(&strange, "INVALID_ARGUMENT");
    assert!(server.seen().iter().all(|it| it.method != "tools/call"));
    demo.verify();
}

#[test]
fn a_write_waits_and_runs_once_as_it_was_signed() {
    let server = Server::start();
    let (_folder, demo) = demo(&of(&server, ""));
    Desk::of(&demo).consent("tickets", &["open"]);
    let query = json!({ "q": "SELECT Email FROM Contact WHERE Email != null LIMIT 1" });
    let found = call_old(&demo, demo.key(), "soqlQuery", &query);
    let token = found["result"]["structuredContent"]["records"][0]["Email"].as_str().unwrap();
    let arguments = json!({ "title": "Lamp broken", "cc": [token] });
    let waits = call_old(&demo, demo.key(), "tickets__open", &arguments);
    let address = waits["result"]["structuredContent"]["address"].as_str().unwrap().to_owned();
    assert!(server.seen().iter().all(|it| it.method != "tools/call"));
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let page = browser.get(&address).text();
    // The person sees what leaves: where to, and the value behind the token.
    assert!(page.contains("tickets.open") && page.contains("Lamp broken"), "{page}");
    assert!(page.contains('@') && !page.contains(token), "{page}");
    let digest = hidden(&page, "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    assert_eq!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    let calls =
        || server.seen().into_iter().filter(|it| it.method == "tools/call").collect::<Vec<_>>();
    assert_eq!(calls().len(), 1);
    let sent: Value = serde_json::from_str(&calls()[0].body).unwrap();
    assert!(sent["params"]["arguments"]["cc"][0].as_str().unwrap().contains('@'), "{sent}");
    assert_eq!(sent["params"]["arguments"]["title"], "Lamp broken");
    // Signed twice it does not run twice.
    browser.submit(&format!("{address}/approve"), &fields);
    assert_eq!(calls().len(), 1);
    demo.verify();
}

#[test]
fn a_definition_that_changes_is_held_until_somebody_has_looked() {
    let server = Server::start();
    let (_folder, demo) = demo(&of(&server, ""));
    let mut desk = Desk::of(&demo);
    desk.consent("tickets", &["search", "open"]);
    let waits = call_old(&demo, demo.key(), "tickets__open", &json!({ "title": "Lamp" }));
    let address = waits["result"]["structuredContent"]["address"].as_str().unwrap().to_owned();
    server.state.changed.store(true, Ordering::SeqCst);
    // What a server offers is believed for a minute; a restart looks at once.
    let data = demo.data.clone();
    demo.stop();
    let demo = Demo::start(&data, &[]);
    let all = tools(&demo, demo.key());
    assert_eq!(all.len(), 9, "{all:?}");
    let held = call_old(&demo, demo.key(), "tickets__search", &json!({ "words": "lamps" }));
    failed_with(&held, "TOOL_CHANGED");
    let page_of = |address: &str| {
        format!("{}{}", demo.page(), &address[address.find("/approvals").unwrap()..])
    };
    let address = page_of(&address);
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let digest = hidden(&browser.get(&address).text(), "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    assert_ne!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    assert!(server.seen().iter().all(|it| it.method != "tools/call"));
    // The administrator sees both and consents anew: the tool is back, the old proposal is not.
    let mut desk = Desk::of(&demo);
    let page = desk.text();
    assert!(page.contains("changed, held") && page.contains("forward every"), "{page}");
    desk.consent("tickets", &["search", "open"]);
    assert_eq!(tools(&demo, demo.key()).len(), 11);
    assert_ne!(browser.submit(&format!("{address}/approve"), &fields).status, 200);
    assert!(server.seen().iter().all(|it| it.method != "tools/call"));
    demo.verify();
}

#[test]
fn a_server_that_is_slow_huge_or_broken_harms_nothing() {
    let server = Server::start();
    let (_folder, demo) = demo(&of(&server, "seconds = 1\nbytes = 4096"));
    Desk::of(&demo).consent("tickets", &["search", "open"]);
    for fault in ["slow", "huge", "broken", "cut", "asks", "redirect", "error", "other-id"] {
        *server.state.fault.lock().unwrap() = fault.to_owned();
        let answer = call_old(&demo, demo.key(), "tickets__search", &json!({ "words": "lamps" }));
        failed_with(&answer, "UPSTREAM_FAILED");
        assert!(!answer.to_string().contains("zora"), "{fault}: {answer}");
    }
    assert!(server.seen().iter().all(|it| it.method != "GET /elsewhere"));
    // A write whose answer never comes, and one that says it failed, perhaps half way: nobody knows what
    // was done, and it is not sent again.
    let (mut browser, csrf) = demo.signed_in(MAYA);
    for fault in ["slow", "fails"] {
        fault.clone_into(&mut server.state.fault.lock().unwrap());
        let before = server.seen().len();
        let waits = call_old(&demo, demo.key(), "tickets__open", &json!({ "title": fault }));
        let address = waits["result"]["structuredContent"]["address"].as_str().unwrap().to_owned();
        let digest = hidden(&browser.get(&address).text(), "digest").unwrap();
        let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
        browser.submit(&format!("{address}/approve"), &fields);
        let page = browser.get(&address).text();
        assert!(page.to_lowercase().contains("unknown"), "{page}");
        let calls = server.seen().into_iter().skip(before).filter(|it| it.method == "tools/call");
        assert_eq!(calls.count(), 1, "{fault}");
    }
    String::clear(&mut server.state.fault.lock().unwrap());
    let answer = call_old(&demo, demo.key(), "tickets__search", &json!({ "words": "lamps" }));
    assert!(text_of(&answer).contains("{EMAIL_"), "{answer}");
    demo.verify();
}

/// The protocol's own server for trying clients, which `cargo xtask mcp` installs.
#[test]
fn the_official_server_for_trying_clients_is_one_like_any_other() {
    let Some(script) = std::env::var_os("PORTCULLIS_EVERYTHING") else {
        println!("skipped: PORTCULLIS_EVERYTHING does not say where the server is");
        return;
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = Command::new("node")
        .arg(script)
        .arg("streamableHttp")
        .env("PORT", port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("listening on port")));
    std::thread::spawn(move || lines.count());
    let (_folder, demo) = demo(&format!(
        "[[upstream_mcp]]\nname = \"every\"\nurl = \"http://127.0.0.1:{port}/mcp\"\n\
         read = [\"echo\", \"get-tiny-image\"]\nwrite = [\"get-sum\"]\n"
    ));
    let wanted = ["echo", "get-tiny-image", "get-sum"];
    Desk::of(&demo).consent("every", &wanted);
    assert_eq!(tools(&demo, demo.key())[9..], wanted.map(|tool| format!("every__{tool}")));
    let said = call_old(&demo, demo.key(), "every__echo", &json!({ "message": "good day" }));
    assert!(text_of(&said).contains("good day"), "{said}");
    let kept = json!({ "message": "to someone@private.example" });
    failed_with(&call_old(&demo, demo.key(), "every__echo", &kept), "VALUE_STAYS");
    let image = call_old(&demo, demo.key(), "every__get-tiny-image", &json!({}));
    assert!(text_of(&image).contains("withheld by the gate"), "{image}");
    let sum = call_old(&demo, demo.key(), "every__get-sum", &json!({ "a": 2, "b": 3 }));
    let address = sum["result"]["structuredContent"]["address"].as_str().unwrap().to_owned();
    let (mut browser, csrf) = demo.signed_in(MAYA);
    let digest = hidden(&browser.get(&address).text(), "digest").unwrap();
    let fields = [("csrf", csrf.as_str()), ("digest", digest.as_str())];
    let done = browser.submit(&format!("{address}/approve"), &fields);
    assert_eq!(done.status, 200, "{}", done.text());
    demo.verify();
    server.kill().unwrap();
    server.wait().unwrap();
}

/// Every door that proposes says no once a hundred of a person's proposals wait, in its own form.
#[test]
fn a_hundred_proposals_wait_and_no_more_at_any_door() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let data = prepared(folder.path());
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let secret = folder.path().join("secret").display().to_string();
    std::fs::write(data.join("upstream.toml"), of(&server, "").replace("{secret}", &secret))
        .unwrap();
    let model = Model::start(|_| Say::Text("Hello.".to_owned()));
    let demo = Demo::with_model(&data, &model.url());
    Desk::of(&demo).consent("tickets", &["open"]);
    let create = |number: usize| {
        let (host, _) = split(demo.page());
        let bearer = format!("Bearer {}", demo.key());
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = json!({ "Subject": format!("Flood {number}") }).to_string();
        let path = "/services/data/v59.0/sobjects/Task/";
        send(&host, "POST", path, &headers, body.as_bytes()).unwrap()
    };
    for number in 0..100 {
        let answer = create(number);
        assert_eq!(answer.status, 202, "{number}: {}", answer.text());
    }
    let words = "100 proposals of yours wait already; decide about some of them first";

    let refused = create(100);
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert_eq!(refused.json()[0]["errorCode"], "REQUEST_LIMIT_EXCEEDED", "{}", refused.text());
    assert!(refused.text().contains(words), "{}", refused.text());
    let arguments = json!({ "sobject-name": "Task", "body": { "Subject": "Flood" } });
    let refused = call_old(&demo, demo.key(), "createSobjectRecord", &arguments);
    failed_with(&refused, "REQUEST_LIMIT_EXCEEDED");
    let refused = call_old(&demo, demo.key(), "tickets__open", &json!({ "title": "Flood" }));
    failed_with(&refused, "REQUEST_LIMIT_EXCEEDED");
    model.play(reads(vec![("createSobjectRecord", arguments)]));
    demo.ask(demo.key(), "Make a task");
    let told = model.heard().last().unwrap().results().join("\n");
    assert!(told.contains("REQUEST_LIMIT_EXCEEDED") && told.contains(words), "{told}");
    demo.verify();
}

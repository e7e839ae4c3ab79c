//! The page: signed in through the org, asked as its script asks, and without the script.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use super::{Setting, restored};
use crate::demo::MAYA;
use crate::http::{Answer, Browser, split, unescape};
use crate::scripted::{Say, quote, reads, soql};

/// What the page's script makes of the events of an answer.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) conversation: String,
    /// The answer as a model wrote it.
    pub(super) masked: String,
    /// The answer as the person reads it.
    pub(super) text: String,
    /// The cards of writes that wait.
    pub(super) proposed: Vec<String>,
    /// The HTML that stands at the end.
    pub(super) html: String,
    /// Names of the events.
    pub(super) names: Vec<String>,
}

impl Told {
    pub(super) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut told = Self::default();
        for (name, data) in answer.events() {
            let data: Value = serde_json::from_str(&data).unwrap();
            let html = || data["html"].as_str().unwrap_or_default().to_owned();
            match name.as_str() {
                "heard" => {
                    data["conversation"].as_str().unwrap().clone_into(&mut told.conversation);
                }
                "text" => {
                    told.masked.push_str(data["masked"].as_str().unwrap());
                    for piece in data["pieces"].as_array().unwrap() {
                        told.text.push_str(piece[0].as_str().unwrap());
                    }
                }
                "proposed" => told.proposed.push(html()),
                "done" | "failed" => told.html = html(),
                _ => {}
            }
            told.names.push(name);
        }
        told
    }
}

impl Setting {
    /// Asks as the page's script does.
    pub(super) fn ask_on_page(
        &self,
        browser: &mut Browser,
        csrf: &str,
        question: &str,
        conversation: Option<&str>,
    ) -> Told {
        let mut fields = vec![("csrf", csrf), ("question", question), ("model", "server")];
        fields.extend(conversation.map(|id| ("conversation", id)));
        let address = format!("{}/ask", self.demo.page());
        let answer = browser.submit_with(&address, &fields, &[("accept", "text/event-stream")]);
        assert!(answer.whole, "the stream has an end");
        Told::of(&answer)
    }
}

#[test]
fn a_question_on_the_page_is_masked_and_restored() {
    let query = "SELECT Name, Email, Phone FROM Contact ORDER BY Name LIMIT 5";
    let setting = Setting::new(reads(vec![soql(query)]));
    let (mut browser, csrf) = setting.demo.signed_in(MAYA);
    let question = "Who are they? Copy to zephyrine@canary-optics.example please.";
    let told = setting.ask_on_page(&mut browser, &csrf, question, None);
    assert_eq!(told.names[..3], ["heard", "sent", "step"], "{:?}", told.names);
    assert_eq!(told.names.last().unwrap(), "done");
    let found = restored(&told.text);
    assert!(found.len() >= 14, "{found:?}");
    assert!(told.masked.contains("{EMAIL_"), "{}", told.masked);
    assert!(
        told.html.contains("The model saw") && told.html.contains("Answered by"),
        "{}",
        told.html
    );
    let mut secrets = setting.secrets(&[query]);
    for (token, value) in &found {
        secrets.add(value, token);
    }
    // The next question knows what was said, on the page that a reload brings too.
    setting.model.play(|heard| Say::Text(quote(&heard.everything())));
    let next = setting.ask_on_page(&mut browser, &csrf, "And again?", Some(&told.conversation));
    assert_eq!(restored(&next.text), found);
    let page = browser.get(&format!("{}/c/{}", setting.demo.page(), told.conversation));
    let page = unescape(&page.text());
    assert!(page.contains("zephyrine@canary-optics.example") && page.contains("And again?"));
    secrets.assert_absent("what the model's server received", &setting.received());
    // Values are in no address of a request and in no header that a proxy would log.
    secrets.assert_absent("the log", &[std::fs::read(&setting.demo.log).unwrap()]);
}

#[test]
fn the_page_works_without_its_script() {
    let setting = Setting::new(|_| Say::Text("Good **morning**.".to_owned()));
    let (mut browser, csrf) = setting.demo.signed_in(MAYA);
    let fields = [("csrf", csrf.as_str()), ("question", "Hello"), ("model", "server")];
    let answer = browser.submit(&format!("{}/ask", setting.demo.page()), &fields);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("Good <strong>morning</strong>."), "{}", answer.text());
    setting.model.play(|_| Say::Status(500));
    let answer = browser.submit(&format!("{}/ask", setting.demo.page()), &fields);
    assert!(answer.text().contains("The model failed"), "{}", answer.text());
}

#[test]
fn forms_of_other_sites_and_other_sessions_do_nothing() {
    let setting = Setting::new(|_| Say::Text("Hello.".to_owned()));
    let (mut browser, csrf) = setting.demo.signed_in(MAYA);
    let (mut other, _) = setting.demo.signed_in(MAYA);
    let address = format!("{}/ask", setting.demo.page());
    let fields = [("csrf", csrf.as_str()), ("question", "Hello")];
    assert_eq!(other.submit(&address, &fields).status, 403);
    let wrong = [("csrf", "AAAAAAAAAAAAAAAAAAAAAA"), ("question", "Hello")];
    assert_eq!(browser.submit(&address, &wrong).status, 403);
    assert_eq!(browser.submit(&address, &[("question", "Hello")]).status, 403);
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(browser.submit_with(&address, &fields, &foreign).status, 403);
    assert!(setting.model.heard().is_empty());
}

/// The beginning of what a page that follows the queue hears, and the connection that it goes on in.
fn follow(page: &str, cookies: &str) -> (String, TcpStream) {
    let (host, _) = split(page);
    let mut stream = TcpStream::connect(&host).unwrap();
    let request =
        format!("GET /approvals/events HTTP/1.1\r\nhost: {host}\r\ncookie: {cookies}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut heard = Vec::new();
    let mut part = [0; 4096];
    while !heard.windows(4).any(|it| it == b"\r\n\r\n") {
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&heard));
        heard.extend_from_slice(&part[..read]);
    }
    (String::from_utf8(heard).unwrap(), stream)
}

#[test]
fn a_person_follows_the_queue_with_eight_pages_and_is_told_why_not_with_nine() {
    let setting = super::salesforce::silent();
    let demo = &setting.demo;
    let cookies = demo.signed_in(MAYA).0.cookies();
    let status = |heard: &str| heard.split(' ').nth(1).unwrap().to_owned();
    let mut pages = Vec::new();
    for _ in 0..8 {
        let (heard, stream) = follow(demo.page(), &cookies);
        assert_eq!(status(&heard), "200", "{heard}");
        pages.push(stream);
    }
    let (heard, _) = follow(demo.page(), &cookies);
    assert_eq!(status(&heard), "429", "{heard}");
    // Somebody else has eight of their own.
    let others = demo.signed_in(crate::demo::ELENA).0.cookies();
    assert_eq!(status(&follow(demo.page(), &others).0), "200");
    // One that is closed makes room, once the gate has noticed.
    pages.pop();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(40);
    loop {
        let (heard, stream) = follow(demo.page(), &cookies);
        if status(&heard) == "200" {
            pages.push(stream);
            break;
        }
        assert!(std::time::Instant::now() < patience, "{heard}");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

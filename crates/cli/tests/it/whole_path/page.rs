//! The page: signed in through the org, asked as its script asks, and without the script.

use serde_json::Value;

use super::{Setting, restored};
use crate::demo::MAYA;
use crate::http::{Answer, Browser, unescape};
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

//! The whole path through each door, with a scripted server as the model and the practice org as the CRM.

mod canaries;
mod correcting;
mod deleting;
mod door_reads;
mod door_writes;
mod erasing;
mod failing;
mod inventing;
mod outsiders;
mod page;
mod people;
mod reading;
mod refusing;
mod salesforce;
mod sending;
mod typed;
mod writing;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::demo::{Demo, MAYA, SAM, content, prepared};
use crate::leaks::Secrets;
use crate::org::{Cell, cells};
use crate::scripted::{Heard, Model, Say, values};

/// A demo with a scripted model beside it.
struct Setting {
    model: Model,
    demo: Demo,
    folder: tempfile::TempDir,
}

impl Setting {
    fn new(script: impl Fn(&Heard) -> Say + Send + Sync + 'static) -> Self {
        Self::with_matrix(None, script)
    }

    /// The same with a file of the company's own in the data folder.
    fn with_files(
        files: &[(&str, &str)],
        script: impl Fn(&Heard) -> Say + Send + Sync + 'static,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let model = Model::start(script);
        let data = prepared(folder.path());
        for (name, text) in files {
            std::fs::write(data.join(name), text).unwrap();
        }
        let demo = Demo::with_model(&data, &model.url());
        Self { model, demo, folder }
    }

    /// The same with another matrix than the demo's own.
    fn with_matrix(
        matrix: Option<&str>,
        script: impl Fn(&Heard) -> Say + Send + Sync + 'static,
    ) -> Self {
        let matrix = matrix.map(|it| ("matrix.csv", it));
        Self::with_files(matrix.as_slice(), script)
    }

    /// Everything the model's server received, and what it had received at `from` left out.
    fn received(&self) -> Vec<Vec<u8>> {
        self.model.received()
    }

    /// What the first user sees in these queries and a model may not: by the matrix of the demo.
    fn secrets(&self, queries: &[&str]) -> Secrets {
        let matrix = Treatments::of(&self.demo);
        let org = self.demo.org(MAYA);
        let mut secrets = Secrets::default();
        let mut passed = Vec::new();
        for cell in queries.iter().flat_map(|query| cells(&org.query(query))) {
            if matrix.passes(&cell) {
                passed.push(text(&cell.value));
            } else if !is_round(&cell.value) {
                secrets.add(&text(&cell.value), &format!("{}.{}", cell.object, cell.field));
            }
        }
        // The same word may be no secret elsewhere: London is a contact's city and a lead's.
        for value in passed {
            secrets.allow(&value);
        }
        secrets
    }

    /// Every e-mail address and telephone number in the org, whoever may see it.
    fn addresses_of_everyone(&self, secrets: &mut Secrets) {
        let org = self.demo.org(SAM);
        for query in [
            "SELECT Email, Phone, MobilePhone FROM Contact",
            "SELECT Email, Phone, MobilePhone FROM Lead",
            "SELECT SuppliedEmail, SuppliedPhone FROM Case",
        ] {
            for cell in cells(&org.query(query)) {
                secrets
                    .add(&text(&cell.value), &format!("{}.{} of anyone", cell.object, cell.field));
            }
        }
    }

    /// What every request holds, whoever asks whatever.
    fn the_same_for_everybody(&self) -> Vec<u8> {
        self.model.play(|_| Say::Text("Hello.".to_owned()));
        let mark = self.model.mark();
        let answer = self.demo.ask(self.demo.key(), "hello");
        assert_eq!(content(&answer), "Hello.");
        self.model.since(&mark).concat()
    }
}

/// A value as text, numbers without a fraction that says nothing.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        other => other.to_string(),
    }
}

/// A number of one or two digits and zeros: rounding leaves it as it is.
fn is_round(value: &Value) -> bool {
    value.is_number() && text(value).trim_end_matches('0').len() <= 2
}

/// Whether a token of this name stands for something that is covered wherever it is found. Dates, sums and places
/// that a text mentions stand in fields that pass, too; a name is one for sure where it is a field's.
fn is_covered_everywhere(token: &str) -> bool {
    ["EMAIL_", "PHONE_", "CARD_", "IBAN_"].iter().any(|kind| token.starts_with(kind))
}

/// Treatments of the demo's matrix: `Object.Field` and its treatment.
struct Treatments(BTreeMap<String, String>);

impl Treatments {
    fn of(demo: &Demo) -> Self {
        let csv = std::fs::read_to_string(demo.data.join("matrix.csv")).unwrap();
        let row = |line: &str| {
            let mut parts = line.split(',');
            let name = format!("{}.{}", parts.next().unwrap(), parts.next().unwrap());
            let read = parts.next().unwrap() == "yes";
            let treatment = parts.nth(3).unwrap();
            (name, if read { treatment.to_owned() } else { "strip".to_owned() })
        };
        Self(csv.lines().skip(1).map(row).collect())
    }

    /// Whether a model may get the value as it is. What has no row, it may not.
    fn passes(&self, cell: &Cell) -> bool {
        let treatment = self.0.get(&format!("{}.{}", cell.object, cell.field));
        treatment.is_some_and(|treatment| treatment == "pass")
    }
}

/// The values that an answer restored, by token. The answer was made by [`crate::scripted::quote`].
fn restored(answer: &str) -> BTreeMap<String, String> {
    let found: BTreeMap<String, String> = values(answer).into_iter().collect();
    for (name, value) in &found {
        assert!(!value.contains(&format!("{{{name}}}")), "{name} was not restored: {value}");
    }
    found
}

/// A streamed answer of the API, put together: its text and the member `portcullis` of its last object.
fn streamed(events: &[(String, String)]) -> (String, Value) {
    assert_eq!(events.last().unwrap().1, "[DONE]");
    let mut text = String::new();
    let mut extension = Value::Null;
    for (_, data) in &events[..events.len() - 1] {
        let chunk: Value = serde_json::from_str(data).unwrap();
        assert!(chunk.get("error").is_none(), "{chunk}");
        text.push_str(chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
        if let Some(found) = chunk.get("portcullis") {
            extension = found.clone();
        }
    }
    (text, extension)
}

/// A body that asks for a stream.
fn streaming(mut body: Value) -> Value {
    body["stream"] = json!(true);
    body
}

/// The last result of a tool that the model heard, as JSON.
fn last_result(model: &Model) -> Value {
    let heard = model.heard();
    let result = heard.last().unwrap().results().pop().expect("a tool answered");
    serde_json::from_str(&result).unwrap()
}

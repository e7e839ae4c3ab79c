use std::collections::BTreeSet;

use boundary::{
    Act, Clearance, Conversation, Detector, DetectorFailure, Endpoint, EndpointSpec, Evidence,
    Finding, Label, Level, PersonId, Prompt, Raw, Residency, Transport, UnixMillis,
};
use command::{FieldType, FieldView, ObjectView};
use futures_util::{FutureExt as _, StreamExt as _};

use super::*;

const NOW: UnixMillis = UnixMillis(1_000_000);

struct Blind;

impl Detector for Blind {
    fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(Vec::new())
    }
}

fn schema() -> SchemaView {
    let field = |name: &str, kind| FieldView {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        ..FieldView::default()
    };
    SchemaView {
        objects: vec![ObjectView {
            name: "Account".to_owned(),
            label: "Account".to_owned(),
            label_plural: "Accounts".to_owned(),
            name_field: "Name".to_owned(),
            fields: vec![field("Id", FieldType::Id), field("Name", FieldType::String)],
        }],
        currency: None,
    }
}

const TOOL: Tool = Tool::Own { name: "soqlQuery", description: "d", parameters: "{}" };

fn dispatch(said: &[&str], endpoint: &str, tool: Option<Tool>) -> Dispatch {
    let person = PersonId::new("00D", "005");
    let clearance = Clearance { level: Level::Restricted, compliance: BTreeSet::new() };
    let spec = EndpointSpec { name: endpoint.to_owned(), clearance, residency: Residency::Machine };
    let endpoint = Endpoint::verify(spec, &Evidence::observed(Transport::InProcess, NOW)).unwrap();
    let mut conversation = Conversation::new("c".to_owned(), person.clone());
    for text in said {
        let raw = Raw::new((*text).to_owned(), Label::typed_by(&person));
        match text.strip_prefix("client: ") {
            Some(_) => conversation.hear_client(&raw, &Blind).unwrap(),
            None => drop(conversation.hear_person(&raw, &Blind).unwrap()),
        }
    }
    let act = Act {
        trace: "ab".repeat(16),
        actor: "p".to_owned(),
        door: "page".to_owned(),
        client: "c".to_owned(),
        policy: "0".repeat(16),
        tenant: None,
        tool: None,
    };
    let prompt = Prompt::of(&conversation);
    let prompt = match tool {
        Some(tool) => prompt.offer(tool),
        None => prompt,
    };
    let (cleared, entry) = prompt.clear(&endpoint, &act, NOW).unwrap();
    cleared.recorded(entry.attest_durable(1)).unwrap()
}

fn answer(dispatch: &Dispatch) -> Result<Vec<Delta>, ModelError> {
    let today = jiff::civil::date(2026, 11, 22);
    let stream = LocalModel::new("local".to_owned(), schema(), today).answer(dispatch)?;
    let deltas = stream.collect::<Vec<_>>().now_or_never().unwrap();
    deltas.into_iter().collect()
}

fn text_of(deltas: &[Delta]) -> String {
    let text = |delta: &Delta| match delta {
        Delta::Text(text) => Some(text.clone()),
        _ => None,
    };
    deltas.iter().filter_map(text).collect()
}

#[test]
fn a_question_becomes_a_call_of_an_offered_tool() {
    let deltas = answer(&dispatch(&["list all accounts"], "local", Some(TOOL))).unwrap();
    let [Delta::Call(call), Delta::Done(Finish::Calls)] = deltas.as_slice() else {
        panic!("{deltas:?}")
    };
    assert_eq!(call.name, "soqlQuery");
    let arguments: Value = serde_json::from_str(&call.arguments).unwrap();
    assert!(arguments["q"].as_str().unwrap().contains("FROM Account"), "{arguments}");
}

#[test]
fn a_tool_that_is_not_offered_is_not_called() {
    let theirs = || {
        let mut conversation = Conversation::new("c".to_owned(), PersonId::new("00D", "005"));
        let raw = Raw::new("{}".to_owned(), Label::lowest());
        let text = Box::new(conversation.mask_aside(&raw, &Blind).unwrap());
        Tool::Client { name: "soqlQuery".to_owned(), description: text.clone(), parameters: text }
    };
    for tool in [None, Some(theirs())] {
        let deltas = answer(&dispatch(&["list all accounts"], "local", tool)).unwrap();
        assert!(text_of(&deltas).contains("`soqlQuery`"));
        assert_eq!(deltas.last(), Some(&Delta::Done(Finish::Stop)));
    }
}

#[test]
fn a_text_comes_word_by_word_and_whole() {
    let deltas = answer(&dispatch(&["help"], "local", Some(TOOL))).unwrap();
    assert!(deltas.len() > 5);
    let whole = said("one  two\nthree");
    assert_eq!(text_of(&whole), "one  two\nthree");
    assert_eq!(whole.len(), 5);
}

#[test]
fn the_application_gives_no_commands() {
    let deltas = answer(&dispatch(&["client: list all accounts"], "local", Some(TOOL))).unwrap();
    assert!(deltas.iter().all(|delta| !matches!(delta, Delta::Call(_))), "{deltas:?}");
}

#[test]
fn a_prompt_for_another_endpoint_is_not_read() {
    let error = answer(&dispatch(&["help"], "elsewhere", None)).unwrap_err();
    assert!(matches!(error, ModelError::WrongEndpoint { .. }), "{error}");
}

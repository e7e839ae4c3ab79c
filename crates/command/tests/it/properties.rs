//! Whatever is said and whatever the tools answer: no panic, no statement that is not SOQL, and no write without the
//! record it changes having come back alone before.

use command::{CREATE_RECORD, Call, Engine, GET_USER_INFO, SOQL_QUERY, Step, Turn, UPDATE_RECORD};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::org::{schema, today};
use crate::statements::must_resolve;

/// Words that lead deep into the grammar when they are thrown together.
const WORDS: &str = "show list find my open deals opportunity opportunities account contact contacts lead leads case task GenTech Acme jane doe move set \
    update mark close won lost to the of and then also amount stage close date phone email owner 250k 1.5 million over under between 100k \
    this quarter next month tomorrow march 31 2026-12-31 by sum total average how many top 5 first second one it its him her create add new log a \
    call with note task remind me : , ; . ' \" \\ % _ {NAME_3} {EMAIL_2} named contains without in Berlin negotiation high priority is not or \
    yes no cancel 2 all every delete push increase 10% assign rename closed as for at from on more what who when which 'x' O'Brien <b> | ` [x](y) ? !";

fn utterance() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = WORDS.split_whitespace().collect();
    let spoken =
        prop::collection::vec(prop::sample::select(words), 1..14).prop_map(|w| w.join(" "));
    prop_oneof![6 => spoken.clone(), 1 => any::<String>(), 2 => (spoken, any::<String>()).prop_map(|(a, b)| format!("{a} {b}"))]
}

/// What a tool answers: rows, several or none, an error, or nonsense.
fn answer(call: &Call, kind: u8, hostile: &str) -> String {
    let statement = call.arguments["q"].as_str().unwrap_or_default();
    let object =
        statement.split(" FROM ").nth(1).and_then(|r| r.split(' ').next()).unwrap_or("Account");
    let row = |n: u8| json!({"attributes": {"type": object}, "Id": format!("{object}{n}"), "Name": format!("{hostile}{n}"), "Subject": hostile, "Amount": 5 * i32::from(n), "Account": {"Name": hostile}});
    let rows = |n: u8| json!({"totalSize": n, "done": true, "records": (1..=n).map(row).collect::<Vec<_>>(), "withheld": [{"object": object, "field": "Amount", "why": hostile}]});
    match (call.name.as_str(), kind % 7) {
        (GET_USER_INFO, 0..=4) => json!({"user_id": OWN, "username": hostile}).to_string(),
        (_, 0..=2) => rows(1).to_string(),
        (_, 3) => rows(0).to_string(),
        (_, 4) => rows(3).to_string(),
        (_, 5) => json!({"error": {"code": "X", "message": hostile}}).to_string(),
        _ => hostile.to_owned(),
    }
}

/// The person's own Id, as [`GET_USER_INFO`] answers it.
const OWN: &str = "005ME";

/// The Ids that came back alone from a query in this turn, and the person's own once it was told in any.
fn known_ids(turns: &[Turn]) -> Vec<String> {
    let told = |turn: &Turn| matches!(turn, Turn::ToolResult { name, content, .. } if name == GET_USER_INFO && content.contains(OWN));
    let own = turns.iter().any(told).then(|| OWN.to_owned());
    let start = turns.iter().rposition(|t| matches!(t, Turn::User(_))).unwrap_or(0);
    let alone = turns[start..].iter().filter_map(|t| match t {
        Turn::ToolResult { name, content, .. } if name == SOQL_QUERY => {
            let value: Value = serde_json::from_str(content).ok()?;
            let records = value["records"].as_array()?;
            let [one] = records.as_slice() else { return None };
            one["Id"].as_str().map(str::to_owned)
        }
        _ => None,
    });
    alone.chain(own).collect()
}

fn check(call: &Call, turns: &[Turn]) {
    match call.name.as_str() {
        SOQL_QUERY => must_resolve(call.arguments["q"].as_str().unwrap()),
        UPDATE_RECORD => {
            let id = call.arguments["id"].as_str().unwrap();
            assert!(
                known_ids(turns).iter().any(|k| k == id && k != OWN),
                "changes `{id}` unseen: {turns:#?}"
            );
        }
        CREATE_RECORD => {
            let known = known_ids(turns);
            let body = call.arguments["body"].as_object().unwrap();
            let points = |field: &str, value: &str| {
                field.ends_with("Id") || field.ends_with("__c") && value.starts_with("Account")
            };
            let ids: Vec<&str> = body
                .iter()
                .filter_map(|(field, value)| Some((field, value.as_str()?)))
                .filter_map(|(field, value)| points(field, value).then_some(value))
                .collect();
            // Who the person is may have been told in an earlier turn: a task of their own needs no other look.
            let of_their_own = !ids.is_empty() && ids.iter().all(|id| *id == OWN);
            assert!(
                of_their_own || matches!(turns.last(), Some(Turn::ToolResult { .. })),
                "creates without a look: {turns:#?}"
            );
            for id in ids {
                assert!(known.iter().any(|k| k == id), "points at `{id}`, unseen: {turns:#?}");
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_said_or_answered_breaks_the_rules(
        said in prop::collection::vec(utterance(), 1..4),
        kinds in prop::collection::vec(any::<u8>(), 12),
        hostile in any::<String>(),
    ) {
        let engine = Engine::new(schema());
        let mut turns = Vec::new();
        let mut kinds = kinds.into_iter().cycle();
        for text in said {
            turns.push(Turn::User(text));
            for step in 0.. {
                prop_assert!(step < 60, "no end: {turns:#?}");
                match engine.next(&turns, today()) {
                    Step::Say(text) => {
                        turns.push(Turn::Assistant { text, calls: Vec::new() });
                        break;
                    }
                    Step::Calls(calls) => {
                        prop_assert!(!calls.is_empty());
                        for call in &calls {
                            check(call, &turns);
                        }
                        turns.push(Turn::Assistant { text: String::new(), calls: calls.clone() });
                        for call in calls {
                            let content = answer(&call, kinds.next().unwrap_or(0), &hostile);
                            turns.push(Turn::ToolResult { call_id: call.id, name: call.name, content });
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn any_text_at_all_is_answered_without_a_write(text in any::<String>()) {
        let engine = Engine::new(schema());
        let step = engine.next(&[Turn::User(text)], today());
        if let Step::Calls(calls) = step {
            prop_assert!(calls.iter().all(|c| c.name != CREATE_RECORD && c.name != UPDATE_RECORD));
        }
    }
}

#[test]
fn long_winded_speech_comes_to_an_end() {
    let engine = Engine::new(schema());
    let repeated = [
        "set the amount of the GenTech deal to 250k and ",
        "create a contact Jane Doe at Acme with email and phone ",
        "add a note to Acme: for the deal on the account regarding the contact ",
        "remind me to call for the deal on the account by friday ",
        "show deals for Acme and Globex or closing in march over 50k not in negotiation ",
        "open a case for Acme about the deal with the account for the contact ",
        "to to to by on for of is as in at ",
        "and then show ",
        "' \" ( [ { % _ \\ ",
        "\u{1F600}\u{301} ",
    ];
    for part in repeated {
        for size in [700, 7_900] {
            let text: String = part.chars().cycle().take(size).collect();
            let _ = engine.next(&[Turn::User(text)], today());
        }
    }
}

//! A stand-in for the tools: answers every query with rows made from its columns, and records the calls.

use std::sync::LazyLock;

use command::{
    CREATE_RECORD, Call, Engine, FIND, FieldType, GET_USER_INFO, SOQL_QUERY, SchemaView, Step,
    Turn, UPDATE_RECORD,
};
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

/// The day of every test: a Sunday.
pub(crate) fn today() -> Date {
    date(2026, 11, 22)
}

pub(crate) fn schema() -> SchemaView {
    static SCHEMA: LazyLock<SchemaView> = LazyLock::new(|| {
        SchemaView::from_json(include_str!("schema.json")).expect("the fixture is valid")
    });
    SCHEMA.clone()
}

/// One conversation with the stand-in.
pub(crate) struct Talk {
    pub(crate) engine: Engine,
    pub(crate) turns: Vec<Turn>,
    /// Answers for queries that contain a text, tried before the made-up rows.
    pub(crate) scripted: Vec<(String, Value)>,
}

impl Talk {
    pub(crate) fn new() -> Self {
        Self { engine: Engine::new(schema()), turns: Vec::new(), scripted: Vec::new() }
    }

    pub(crate) fn script(mut self, part: &str, answer: Value) -> Self {
        self.scripted.push((part.to_owned(), answer));
        self
    }

    /// Says something and works off every tool call; gives the calls and the final text.
    pub(crate) fn say(&mut self, text: &str) -> (Vec<Call>, String) {
        self.turns.push(Turn::User(text.to_owned()));
        let mut made = Vec::new();
        for _ in 0..24 {
            match self.engine.next(&self.turns, today()) {
                Step::Say(text) => {
                    self.turns.push(Turn::Assistant { text: text.clone(), calls: Vec::new() });
                    return (made, text);
                }
                Step::Calls(calls) => {
                    self.turns.push(Turn::Assistant { text: String::new(), calls: calls.clone() });
                    for call in calls {
                        let content = self.answer(&call).to_string();
                        self.turns.push(Turn::ToolResult {
                            call_id: call.id.clone(),
                            name: call.name.clone(),
                            content,
                        });
                        made.push(call);
                    }
                }
            }
        }
        panic!("`{text}` never came to an end: {made:?}");
    }

    fn answer(&self, call: &Call) -> Value {
        let said = call.arguments.to_string();
        let unescaped = call.arguments.get("q").and_then(Value::as_str).unwrap_or(&said);
        if let Some((_, answer)) =
            self.scripted.iter().find(|(part, _)| unescaped.contains(part.as_str()))
        {
            return answer.clone();
        }
        match call.name.as_str() {
            SOQL_QUERY => {
                crate::statements::must_resolve(unescaped);
                made_up(unescaped)
            }
            GET_USER_INFO => {
                json!({"user_id": "005ME", "username": "maria@practice.example", "name": "Maria Gomez", "time_zone": "Europe/Berlin"})
            }
            CREATE_RECORD | UPDATE_RECORD => {
                json!({"status": "waiting_for_approval", "proposal": "p_1"})
            }
            FIND => {
                json!({"searchRecords": [{"attributes": {"type": "Account"}, "Id": "001F", "Name": "Solar One"}]})
            }
            other => panic!("no such tool: {other}"),
        }
    }
}

/// Rows with the columns of the statement: one where a single record is looked for, else three.
fn made_up(statement: &str) -> Value {
    let columns =
        statement.trim_start_matches("SELECT ").split(" FROM ").next().unwrap_or_default();
    let object = statement
        .split(" FROM ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    if columns.contains('(') {
        return json!({"totalSize": 1, "done": true, "records": [aggregate(columns)]});
    }
    let schema = schema();
    // People are contacts or leads, companies are accounts with deals.
    let homes: &[(&str, &[&str])] = &[
        ("%jane doe%", &["Contact", "User"]),
        ("%john smith%", &["Lead"]),
        ("%acme%", &["Account", "Opportunity"]),
        ("%gentech%", &["Account", "Opportunity"]),
    ];
    let lower = statement.to_lowercase();
    let elsewhere = homes.iter().any(|(name, homes)| {
        lower.contains(name) && lower.ends_with("limit 11") && !homes.contains(&object)
    });
    let count = if elsewhere {
        0
    } else if statement.ends_with("LIMIT 1") || statement.ends_with("LIMIT 11") {
        1
    } else if statement.ends_with("LIMIT 3") {
        0
    } else {
        3
    };
    let records: Vec<Value> = (1..=count).map(|n| record(&schema, object, columns, n)).collect();
    json!({"totalSize": records.len(), "done": true, "records": records})
}

fn aggregate(columns: &str) -> Value {
    let mut row = Map::new();
    row.insert("attributes".to_owned(), json!({"type": "AggregateResult"}));
    for column in columns.split(", ") {
        match column.rsplit_once(' ') {
            Some((_, "year")) => row.insert("year".to_owned(), json!(2026)),
            Some((_, "part")) => row.insert("part".to_owned(), json!(3)),
            Some((_, "howmany")) => row.insert("howmany".to_owned(), json!(7)),
            Some((_, alias)) => row.insert(alias.to_owned(), json!(1_250_000)),
            None => {
                row.insert(column.rsplit('.').next().unwrap_or(column).to_owned(), json!("Group A"))
            }
        };
    }
    Value::Object(row)
}

fn record(schema: &SchemaView, object: &str, columns: &str, n: usize) -> Value {
    let view = schema
        .objects
        .iter()
        .find(|o| o.name == object)
        .unwrap_or_else(|| panic!("no object {object}"));
    let mut row = Map::new();
    row.insert("attributes".to_owned(), json!({"type": object}));
    for column in columns.split(", ") {
        if let Some((hop, rest)) = column.split_once('.') {
            let parent =
                row.entry(hop.to_owned()).or_insert_with(|| json!({"attributes": {"type": hop}}));
            parent[rest] = json!(format!("{hop} {n}"));
            continue;
        }
        let field = view
            .fields
            .iter()
            .find(|f| f.name == column)
            .unwrap_or_else(|| panic!("no field {object}.{column}"));
        let value = match field.kind {
            FieldType::Id => json!(format!("{}{n}", &object[..3].to_uppercase())),
            FieldType::Currency => json!(100_000 * n),
            FieldType::Double | FieldType::Int | FieldType::Percent => json!(10 * n),
            FieldType::Date => json!(format!("2026-12-{:02}", 10 + n)),
            FieldType::DateTime => json!(format!("2026-11-{:02}T09:30:00.000+0000", 10 + n)),
            FieldType::Boolean => json!(false),
            FieldType::Picklist => json!(field.picklist.first()),
            FieldType::Reference => json!(format!("REF{n}")),
            _ if column == view.name_field => json!(format!("{} {n}", view.label)),
            _ => json!(format!("{column} {n}")),
        };
        row.insert(column.to_owned(), value);
    }
    Value::Object(row)
}

/// A call in one line, as the tables write it.
pub(crate) fn line(call: &Call) -> String {
    match call.name.as_str() {
        SOQL_QUERY => call.arguments["q"].as_str().unwrap_or_default().to_owned(),
        CREATE_RECORD => format!(
            "CREATE {} {}",
            call.arguments["sobject-name"].as_str().unwrap_or_default(),
            call.arguments["body"]
        ),
        UPDATE_RECORD => format!(
            "UPDATE {} {} {}",
            call.arguments["sobject-name"].as_str().unwrap_or_default(),
            call.arguments["id"].as_str().unwrap_or_default(),
            call.arguments["body"]
        ),
        GET_USER_INFO => "WHOAMI".to_owned(),
        other => format!("{} {}", other.to_uppercase(), call.arguments),
    }
}

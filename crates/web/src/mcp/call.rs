//! Arguments of tools, understood. Public descriptions of Salesforce's hosted servers disagree about
//! some names, so each spelling that is seen is taken; an unknown argument is refused by name.

use serde_json::{Map, Value};

/// Characters of an unknown argument's name in an error.
const SHOWN: usize = 60;
const OBJECT: &[&str] = &["sobject-name", "object-name", "sobjectName", "objectName", "object"];
const ID: &[&str] = &["id", "record-id", "recordId"];
const PATH: &[&str] = &["relationship-path", "relationshipPath", "relationship"];
/// Names of the argument with the fields of a write.
pub(super) const BODY: &[&str] = &["body", "fields", "record"];

/// A call, understood.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    Query { soql: String },
    More { cursor: String },
    Find { words: String, objects: Vec<String> },
    Schema { object: Option<String> },
    Related { object: String, id: String, path: String, fields: Vec<String> },
    Recent { object: Option<String>, limit: u16 },
    UserInfo,
    Create { object: String, body: Map<String, Value> },
    Update { object: String, id: String, body: Map<String, Value> },
    UpdateRelated { object: String, id: String, path: String, body: Map<String, Value> },
}

impl Call {
    /// Understands a call; the error is for the model.
    pub(super) fn parse(tool: &str, arguments: Map<String, Value>) -> Result<Self, String> {
        let mut given = Given(arguments);
        let call = match tool {
            "soqlQuery" => match given.optional(&["cursor", "nextCursor"])? {
                Some(cursor) => Self::More { cursor },
                None => Self::Query { soql: given.text(&["q", "query", "soql"])? },
            },
            "find" => Self::Find {
                words: given.text(&["search", "q", "query", "sosl"])?,
                objects: given.list(&["objects", "object-name", "sobject-name", "object"])?,
            },
            "getObjectSchema" => Self::Schema { object: given.optional(OBJECT)? },
            "getRelatedRecords" => Self::Related {
                object: given.text(OBJECT)?,
                id: given.text(ID)?,
                path: given.text(PATH)?,
                fields: given.list(&["fields"])?,
            },
            "listRecentSobjectRecords" => Self::Recent {
                object: given.optional(OBJECT)?,
                limit: given.number(&["limit", "pageSize"])?.unwrap_or(20),
            },
            "getUserInfo" => Self::UserInfo,
            "createSobjectRecord" => {
                Self::Create { object: given.text(OBJECT)?, body: given.body()? }
            }
            "updateSobjectRecord" => Self::Update {
                object: given.text(OBJECT)?,
                id: given.text(ID)?,
                body: given.body()?,
            },
            "updateRelatedRecord" => Self::UpdateRelated {
                object: given.text(OBJECT)?,
                id: given.text(ID)?,
                path: given.text(PATH)?,
                body: given.body()?,
            },
            other => return Err(format!("there is no tool `{other}`")),
        };
        match given.0.keys().next() {
            None => Ok(call),
            Some(strange) => {
                let strange: String = strange.chars().take(SHOWN).collect();
                Err(format!("`{tool}` takes no argument `{strange}`"))
            }
        }
    }
}

/// Arguments that were not understood yet.
struct Given(Map<String, Value>);

impl Given {
    /// The first of these names that is there. Null is the same as nothing.
    fn take(&mut self, names: &[&str]) -> Option<Value> {
        names.iter().find_map(|name| self.0.remove(*name).filter(|value| !value.is_null()))
    }

    fn optional(&mut self, names: &[&str]) -> Result<Option<String>, String> {
        match self.take(names) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{}` has to be text", first(names))),
        }
    }

    fn text(&mut self, names: &[&str]) -> Result<String, String> {
        let text = self.optional(names)?;
        text.ok_or_else(|| format!("`{}` is missing, expected text", first(names)))
    }

    /// A list of texts; one text counts as a list of one, with commas as of several.
    fn list(&mut self, names: &[&str]) -> Result<Vec<String>, String> {
        let wrong = || format!("`{}` has to be a list of texts", first(names));
        match self.take(names) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Ok(parts.map(str::to_owned).collect())
            }
            Some(Value::Array(list)) => {
                let text = |value: Value| match value {
                    Value::String(text) => Some(text),
                    _ => None,
                };
                list.into_iter().map(text).collect::<Option<_>>().ok_or_else(wrong)
            }
            Some(_) => Err(wrong()),
        }
    }

    fn number(&mut self, names: &[&str]) -> Result<Option<u16>, String> {
        let wrong = || format!("`{}` has to be a number from 1 to 200", first(names));
        let Some(value) = self.take(names) else { return Ok(None) };
        let number = value.as_u64().or_else(|| value.as_str().and_then(|it| it.parse().ok()));
        let number = number.filter(|number| (1..=200).contains(number)).ok_or_else(wrong)?;
        Ok(u16::try_from(number).ok())
    }

    fn body(&mut self) -> Result<Map<String, Value>, String> {
        let wrong = || "`body` is missing, expected an object of field names and values".to_owned();
        match self.take(BODY) {
            Some(Value::Object(body)) if !body.is_empty() => Ok(body),
            // Some models write the object as text.
            Some(Value::String(text)) => serde_json::from_str(&text).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

fn first<'a>(names: &[&'a str]) -> &'a str {
    names.first().copied().unwrap_or_default()
}

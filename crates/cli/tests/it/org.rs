//! The practice org without the gate in between: what is really in it.

use serde_json::Value;

use crate::http::{Answer, send, split};

/// A user's session with the org.
pub(crate) struct Org {
    host: String,
    token: String,
}

/// One value of a record.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) object: String,
    pub(crate) field: String,
    pub(crate) value: Value,
}

impl Org {
    pub(crate) fn sign_in(base: &str, username: &str, password: &str) -> Self {
        let (host, _) = split(base);
        let body = format!(
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
             <login xmlns=\"urn:partner.soap.sforce.com\"><username>{username}</username>\
             <password>{password}</password></login></soapenv:Body></soapenv:Envelope>"
        );
        let headers = [("content-type", "text/xml; charset=UTF-8"), ("soapaction", "login")];
        let answer = send(&host, "POST", "/services/Soap/u/68.0", &headers, body.as_bytes());
        let text = answer.unwrap().text();
        let (_, rest) = text.split_once("<sessionId>").unwrap_or_else(|| panic!("{text}"));
        let token = rest.split_once('<').unwrap().0.to_owned();
        Self { host, token }
    }

    fn call(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/services/data/v68.0/{path}")
        };
        send(&self.host, method, &path, &headers, body).unwrap()
    }

    /// What stands at an address of the org's.
    pub(crate) fn text(&self, path: &str) -> String {
        let answer = self.call("GET", path, b"");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// What the org answers to a query, whatever it is.
    pub(crate) fn try_query(&self, soql: &str) -> Answer {
        let encoded =
            percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
        self.call("GET", &format!("query?q={encoded}"), b"")
    }

    /// Records of a query, deleted ones too.
    pub(crate) fn query_all(&self, soql: &str) -> Vec<Value> {
        let encoded =
            percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
        let answer = self.call("GET", &format!("queryAll?q={encoded}"), b"");
        assert_eq!(answer.status, 200, "{soql}: {}", answer.text());
        answer.json()["records"].as_array().unwrap().clone()
    }

    /// All records of a query.
    pub(crate) fn query(&self, soql: &str) -> Vec<Value> {
        let encoded =
            percent_encoding::utf8_percent_encode(soql, percent_encoding::NON_ALPHANUMERIC);
        let mut records = Vec::new();
        let mut path = format!("query?q={encoded}");
        loop {
            let answer = self.call("GET", &path, b"");
            assert_eq!(answer.status, 200, "{soql}: {}", answer.text());
            let page = answer.json();
            records.extend(page["records"].as_array().unwrap().iter().cloned());
            match page["nextRecordsUrl"].as_str() {
                Some(next) => next.clone_into(&mut path),
                None => return records,
            }
        }
    }

    /// An object as this user may know it.
    pub(crate) fn describe(&self, object: &str) -> Value {
        self.call("GET", &format!("sobjects/{object}/describe"), b"").json()
    }

    /// The only record of a query.
    pub(crate) fn one(&self, soql: &str) -> Value {
        let records = self.query(soql);
        assert_eq!(records.len(), 1, "{soql}: {records:?}");
        records[0].clone()
    }

    /// Makes a record; gives its id.
    pub(crate) fn create(&self, object: &str, fields: &Value) -> String {
        let path = format!("sobjects/{object}");
        let answer = self.call("POST", &path, fields.to_string().as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Changes a record.
    pub(crate) fn update(&self, object: &str, id: &str, fields: &Value) {
        let path = format!("sobjects/{object}/{id}");
        let answer = self.call("PATCH", &path, fields.to_string().as_bytes());
        assert_eq!(answer.status, 204, "{}", answer.text());
    }

    /// Deletes a record.
    pub(crate) fn delete(&self, object: &str, id: &str) {
        let answer = self.call("DELETE", &format!("sobjects/{object}/{id}"), b"");
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
}

/// Every value in records, also of parents and children.
pub(crate) fn cells(records: &[Value]) -> Vec<Cell> {
    let mut found = Vec::new();
    for record in records {
        let object = record["attributes"]["type"].as_str().unwrap_or_default();
        for (field, value) in record.as_object().unwrap() {
            match value {
                _ if field == "attributes" => {}
                Value::Object(map) if map.contains_key("attributes") => {
                    found.extend(cells(std::slice::from_ref(value)));
                }
                Value::Object(map) if map.contains_key("records") => {
                    found.extend(cells(value["records"].as_array().unwrap()));
                }
                Value::Null => {}
                value => leaves(object, field, value, &mut found),
            }
        }
    }
    found
}

/// The parts of a compound value, such as an address, are values of their own.
fn leaves(object: &str, field: &str, value: &Value, found: &mut Vec<Cell>) {
    if let Value::Object(parts) = value {
        for part in parts.values().filter(|part| !part.is_null()) {
            leaves(object, field, part, found);
        }
        return;
    }
    found.push(Cell { object: object.to_owned(), field: field.to_owned(), value: value.clone() });
}

//! Who changed what, by the org's own word, asked as the user that the app runs as.

use egress::{Metadata, Trail};
use serde_json::Value;

use crate::Error;
use crate::client::Client;

/// Users or records named in one question, so that the address stays short.
const NAMED: usize = 100;

const EXPECTED: Error = Error::Shape { expected: "a list of changes" };

/// A change that the org tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Id of the record.
    pub record: String,
    /// Id of the user.
    pub user: String,
    /// When, as the org writes it: `2026-11-22T10:46:59.000+0000`.
    pub at: String,
    /// The field, where the org's field history says so.
    pub field: Option<String>,
}

impl Client {
    /// Records of an object that these users were the last to change since a moment, as SOQL writes it. `None`
    /// where the org does not say.
    pub async fn changed_by(
        &self,
        object: &str,
        users: &[String],
        since: &str,
    ) -> Result<Option<Vec<Changed>>, Error> {
        let ask = |users: &[String], after| Trail::Users {
            object: object.to_owned(),
            users: users.to_vec(),
            since: since.to_owned(),
            after,
        };
        self.by_users(users, ask).await
    }

    /// Which fields of an object's records these users changed since a moment, where it has a field history.
    pub async fn fields_changed_by(
        &self,
        object: &str,
        users: &[String],
        since: &str,
    ) -> Result<Option<Vec<Changed>>, Error> {
        let ask = |users: &[String], after| Trail::Fields {
            object: object.to_owned(),
            users: users.to_vec(),
            since: since.to_owned(),
            after,
        };
        self.by_users(users, ask).await
    }

    /// Who changed these records last. Those that are gone are left out.
    pub async fn changed_last(
        &self,
        object: &str,
        records: &[String],
    ) -> Result<Option<Vec<Changed>>, Error> {
        let mut all = Vec::new();
        for records in records.chunks(NAMED) {
            let (object, records) = (object.to_owned(), records.to_vec());
            let Some(rows) = self.trail(Trail::Records { object, records }).await? else {
                return Ok(None);
            };
            all.extend(rows.into_iter().map(|(_, row)| row));
        }
        Ok(Some(all))
    }

    async fn by_users(
        &self,
        users: &[String],
        ask: impl Fn(&[String], String) -> Trail,
    ) -> Result<Option<Vec<Changed>>, Error> {
        let mut all = Vec::new();
        for users in users.chunks(NAMED) {
            let mut after = String::new();
            loop {
                let Some(rows) = self.trail(ask(users, after)).await? else { return Ok(None) };
                let full = rows.len() >= Trail::ROWS;
                after = rows.last().map(|(id, _)| id.clone()).unwrap_or_default();
                all.extend(rows.into_iter().map(|(_, row)| row));
                if !full {
                    break;
                }
            }
        }
        Ok(Some(all))
    }

    /// One answer, each change with the id of its row. `None` for what the user may not ask about.
    async fn trail(&self, trail: Trail) -> Result<Option<Vec<(String, Changed)>>, Error> {
        let body = match self.own(&Metadata::Trail(trail)).await {
            Ok(body) => body,
            Err(Error::Egress(error)) if matches!(error.status(), Some(400 | 403 | 404)) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        read(&body).map(Some)
    }
}

fn read(body: &[u8]) -> Result<Vec<(String, Changed)>, Error> {
    let list: Value = serde_json::from_slice(body).map_err(|_| EXPECTED)?;
    // A part of a list is none: nobody would know what is missing.
    let whole = list.get("done").and_then(Value::as_bool).unwrap_or(false);
    let records = list.get("records").and_then(Value::as_array).filter(|_| whole);
    records.ok_or(EXPECTED)?.iter().map(row).collect::<Option<_>>().ok_or(EXPECTED)
}

fn row(row: &Value) -> Option<(String, Changed)> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let id = text("Id")?;
    let Some(field) = text("Field") else {
        let (user, at) = (text("LastModifiedById")?, text("LastModifiedDate")?);
        return Some((id.clone(), Changed { record: id, user, at, field: None }));
    };
    let parent = row
        .as_object()?
        .iter()
        .find(|(name, _)| name.ends_with("Id") && !matches!(name.as_str(), "Id" | "CreatedById"));
    let record = parent?.1.as_str()?.to_owned();
    let (user, at) = (text("CreatedById")?, text("CreatedDate")?);
    Some((id, Changed { record, user, at, field: Some(field) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_list_is_none_and_histories_name_their_record() {
        let whole = br#"{"done":true,"records":[{"attributes":{},"Id":"017","AccountId":"001",
            "Field":"Phone","CreatedById":"005","CreatedDate":"2026-11-22T10:46:59.000+0000"}]}"#;
        let [(id, change)] = <[_; 1]>::try_from(read(whole).unwrap()).unwrap();
        assert_eq!(
            (id.as_str(), change.record.as_str(), change.user.as_str()),
            ("017", "001", "005")
        );
        assert_eq!(change.field.as_deref(), Some("Phone"));
        assert!(read(br#"{"done":false,"records":[]}"#).is_err());
        assert!(read(br#"{"done":true,"records":[{"Id":"001"}]}"#).is_err());
    }
}

//! What Salesforce says of changes: which record, by whom and when; no values.

use crate::EgressError;

/// Rows of an answer: as many as Salesforce gives in one.
pub(crate) const ROWS: usize = 2_000;

/// A question about changes.
#[derive(Clone, Debug)]
pub enum Trail {
    /// Records of an object that these users were the last to change since a moment.
    Users {
        /// API name.
        object: String,
        /// Their ids.
        users: Vec<String>,
        /// As SOQL writes it.
        since: String,
        /// Records after this id; empty for the first ones.
        after: String,
    },
    /// Who changed these records last.
    Records {
        /// API name.
        object: String,
        /// Their ids.
        records: Vec<String>,
    },
    /// Which fields these users changed since a moment: rows of the object's field history, without the
    /// values.
    Fields {
        /// API name of the object that has the history.
        object: String,
        /// Ids of the users.
        users: Vec<String>,
        /// As SOQL writes it.
        since: String,
        /// Rows after this id; empty for the first ones.
        after: String,
    },
}

impl Trail {
    /// Rows of one answer, at most.
    pub const ROWS: usize = ROWS;

    /// The statement, as it stands in an address. `plain` refuses what has not the form of a name or an id,
    /// `moment` what is none.
    pub(crate) fn soql<'a>(
        &'a self,
        plain: impl Fn(&'a str) -> Result<&'a str, EgressError>,
        moment: impl Fn(&'a str) -> Result<&'a str, EgressError>,
    ) -> Result<String, EgressError> {
        let list = |ids: &'a [String]| -> Result<String, EgressError> {
            let ids: Result<Vec<&str>, EgressError> = ids.iter().map(|id| plain(id)).collect();
            Ok(format!("('{}')", ids?.join("','")))
        };
        let beyond = |after: &'a str| -> Result<String, EgressError> {
            let beyond = |id| format!("+AND+Id%3E'{id}'");
            if after.is_empty() { Ok(String::new()) } else { plain(after).map(beyond) }
        };
        Ok(match self {
            Self::Users { object, users, since, after } => format!(
                "SELECT+Id,LastModifiedById,LastModifiedDate+FROM+{}+WHERE+LastModifiedDate%3E={}\
                 +AND+LastModifiedById+IN+{}{}+ORDER+BY+Id+LIMIT+{ROWS}",
                plain(object)?,
                moment(since)?,
                list(users)?,
                beyond(after)?
            ),
            Self::Records { object, records } => format!(
                "SELECT+Id,LastModifiedById,LastModifiedDate+FROM+{}+WHERE+Id+IN+{}",
                plain(object)?,
                list(records)?
            ),
            Self::Fields { object, users, since, after } => {
                let (history, parent) = history(plain(object)?);
                format!(
                    "SELECT+Id,{parent},Field,CreatedById,CreatedDate+FROM+{history}\
                     +WHERE+CreatedDate%3E={}+AND+CreatedById+IN+{}{}+ORDER+BY+Id+LIMIT+{ROWS}",
                    moment(since)?,
                    list(users)?,
                    beyond(after)?
                )
            }
        })
    }
}

/// What the history of an object is called, and its field that names the record.
fn history(object: &str) -> (String, String) {
    if let Some(custom) = object.strip_suffix("__c") {
        return (format!("{custom}__History"), "ParentId".to_owned());
    }
    // `OpportunityHistory` is the history of stages.
    let between = if object == "Opportunity" { "Field" } else { "" };
    (format!("{object}{between}History"), format!("{object}Id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soql(trail: &Trail) -> Result<String, EgressError> {
        let plain = |text: &'static str| Ok(text);
        let trail: &'static Trail = Box::leak(Box::new(trail.clone()));
        trail.soql(plain, plain)
    }

    #[test]
    fn histories_are_asked_by_their_names() {
        let of = |object: &str| {
            let (object, since) = (object.to_owned(), "2026-11-22T10:00:00Z".to_owned());
            let users = vec!["005A".to_owned(), "005B".to_owned()];
            soql(&Trail::Fields { object, users, since, after: "017".to_owned() }).unwrap()
        };
        assert!(of("Account").contains(",AccountId,Field,"));
        assert!(of("Account").contains("+FROM+AccountHistory+"));
        assert!(of("Opportunity").contains("+FROM+OpportunityFieldHistory+"));
        assert!(of("Bus__c").contains(",ParentId,") && of("Bus__c").contains("+Bus__History+"));
        assert!(of("Bus__c").contains("IN+('005A','005B')+AND+Id%3E'017'+ORDER"));
    }
}

//! Who signed in.

use boundary::PersonId;
use serde::Deserialize;

use crate::Error;

/// A person as Salesforce names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Org and user.
    pub person: PersonId,
    /// The user name, in the form of an e-mail address.
    pub username: String,
    /// The name on the screen.
    pub name: String,
    /// IANA time zone, such as `Europe/Berlin`.
    pub zone: Option<String>,
    /// Language and country, such as `de_DE`.
    pub locale: Option<String>,
}

/// What `/services/oauth2/userinfo` answers.
#[derive(Deserialize)]
struct UserInfo {
    user_id: String,
    organization_id: String,
    preferred_username: String,
    name: Option<String>,
    zoneinfo: Option<String>,
    locale: Option<String>,
}

impl Identity {
    /// Reads the answer of the user-info endpoint.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Error> {
        const EXPECTED: Error = Error::Shape { expected: "the user info of a person" };
        let info: UserInfo = serde_json::from_slice(body).map_err(|_| EXPECTED)?;
        let person = person(&info.organization_id, &info.user_id).ok_or(EXPECTED)?;
        let name = info.name.unwrap_or_else(|| info.preferred_username.clone());
        Ok(Self {
            person,
            username: info.preferred_username,
            name,
            zone: info.zoneinfo,
            locale: info.locale,
        })
    }
}

/// The person in an identity URL: `https://login.salesforce.com/id/<org>/<user>`.
pub(crate) fn person_of_url(url: &str) -> Option<PersonId> {
    let mut parts = url.rsplit('/');
    let user = parts.next()?;
    person(parts.next()?, user)
}

fn person(org: &str, user: &str) -> Option<PersonId> {
    Some(PersonId::new(&id18(org)?, &id18(user)?))
}

/// The 18-character form of an id, or `None` when it is none. The last three characters tell
/// which of the others are capitals, five at a time.
pub fn id18(id: &str) -> Option<String> {
    if !matches!(id.len(), 15 | 18) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if id.len() == 18 {
        return Some(id.to_owned());
    }
    let short = id;
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut long = short.to_owned();
    for five in short.as_bytes().chunks(5) {
        let capitals = five
            .iter()
            .rev()
            .fold(0_usize, |bits, byte| bits << 1 | usize::from(byte.is_ascii_uppercase()));
        long.push(char::from(*letters.get(capitals)?));
    }
    Some(long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_get_their_three_characters() {
        assert_eq!(id18("001A0000006Vm9u").as_deref(), Some("001A0000006Vm9uIAC"));
        assert_eq!(id18("001A0000006Vm9uIAC").as_deref(), Some("001A0000006Vm9uIAC"));
        assert_eq!(id18("short"), None);
        assert_eq!(id18("001A0000006Vm9'"), None);
    }

    #[test]
    fn a_person_is_read_from_either_place() {
        let url = "https://login.salesforce.com/id/00Dx0000001T0zk/005x0000001S2b9";
        let person = person_of_url(url).unwrap();
        let body = br#"{"sub":"..","user_id":"005x0000001S2b9","organization_id":"00Dx0000001T0zk",
            "preferred_username":"ada@acme.example","name":"Ada","zoneinfo":"Europe/Berlin"}"#;
        let identity = Identity::read(body).unwrap();
        assert_eq!(identity.person, person);
        assert_eq!(person.user().len(), 18);
        assert_eq!(identity.zone.as_deref(), Some("Europe/Berlin"));
        assert!(Identity::read(b"Bad_OAuth_Token").is_err());
        assert!(person_of_url("https://login.salesforce.com/id/x/y").is_none());
    }
}

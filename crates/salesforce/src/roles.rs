//! What the org says a person is: profile and permission sets.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Error;

/// Names that the org's administrators gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Name of the profile.
    pub profile: String,
    /// API names of the permission sets that were assigned.
    pub permission_sets: BTreeSet<String>,
}

const EXPECTED: Error = Error::Shape { expected: "the profile and permission sets of a person" };

impl Roles {
    /// Reads the answers of two queries.
    pub(crate) fn read(profile: &[u8], sets: &[u8]) -> Result<Self, Error> {
        let names = |body: &[u8], of: &str| -> Result<Vec<String>, Error> {
            let list: Value = serde_json::from_slice(body).map_err(|_| EXPECTED)?;
            // A part of a list is none: nobody would know what is missing.
            let whole = list.get("done").and_then(Value::as_bool) == Some(true);
            let records = list.get("records").and_then(Value::as_array).filter(|_| whole);
            let name = |it: &Value| Some(it.get(of)?.get("Name")?.as_str()?.to_owned());
            records.ok_or(EXPECTED)?.iter().map(name).collect::<Option<_>>().ok_or(EXPECTED)
        };
        let [profile] =
            <[String; 1]>::try_from(names(profile, "Profile")?).map_err(|_| EXPECTED)?;
        Ok(Self { profile, permission_sets: names(sets, "PermissionSet")?.into_iter().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_a_part_of_them_is_an_error() {
        let profile = br#"{"done":true,"records":[{"Profile":{"Name":"Compliance"}}]}"#;
        let sets = br#"{"done":true,"records":[{"PermissionSet":{"Name":"A"}},{"PermissionSet":{"Name":"B"}}]}"#;
        let roles = Roles::read(profile, sets).unwrap();
        assert_eq!(roles.profile, "Compliance");
        assert_eq!(roles.permission_sets, ["A", "B"].map(str::to_owned).into());
        let none = br#"{"done":true,"records":[]}"#;
        assert!(Roles::read(profile, none).unwrap().permission_sets.is_empty());
        let part = br#"{"done":false,"records":[]}"#;
        for (profile, sets) in [(&profile[..], &part[..]), (none, sets), (b"[]", sets)] {
            assert!(Roles::read(profile, sets).is_err());
        }
    }
}

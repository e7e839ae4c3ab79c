//! `[access]`: who sees what of the gate itself.

use std::collections::BTreeSet;

use salesforce::Roles;
use serde::Deserialize;

use super::ConfigError;

/// Who sees what of the gate itself. Each list has user names, profiles of the org (`profile:Name`) and permission sets
/// (`permission-set:Api_Name`); what a person is, the org says under their own grant, at most a minute ago.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessConfig {
    /// Who may read everybody's entries of the ledger.
    #[serde(default)]
    pub auditors: BTreeSet<String>,
    /// Who may read what entries commit to: prompts, answers, queries, values. Each reading is recorded. An auditor
    /// who is not among them sees entries alone.
    #[serde(default)]
    pub compliance: BTreeSet<String>,
    /// Who decides which programs may come in.
    #[serde(default)]
    pub admins: BTreeSet<String>,
}

const PROFILE: &str = "profile:";
const PERMISSION_SET: &str = "permission-set:";

impl AccessConfig {
    /// Whether anybody has a role by what the org says of them.
    pub(crate) fn asks_the_org(&self) -> bool {
        self.all().any(|(_, name)| name.starts_with(PROFILE) || name.starts_with(PERMISSION_SET))
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let lists = [
            ("auditors", &self.auditors),
            ("compliance", &self.compliance),
            ("admins", &self.admins),
        ];
        lists.into_iter().flat_map(|(list, names)| names.iter().map(move |name| (list, name)))
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        // A misspelt prefix would name a user that nobody is; so would an empty name.
        let good = |name: &str| {
            let named = name.strip_prefix(PROFILE).or_else(|| name.strip_prefix(PERMISSION_SET));
            named.map_or(!name.contains(':'), |named| named.trim() == named) && !name.ends_with(':')
        };
        match self.all().find(|(_, name)| name.is_empty() || !good(name)) {
            None => Ok(()),
            Some((list, name)) => Err(ConfigError(format!(
                "`access.{list}` has `{name}`, expected a user name, `{PROFILE}Name` or `{PERMISSION_SET}Api_Name`"
            ))),
        }
    }
}

/// Whether a list of `[access]` has this person.
pub(crate) fn lists(list: &BTreeSet<String>, username: &str, roles: Option<&Roles>) -> bool {
    // INVARIANT: a user name has no colon, so nobody is called as a profile is named here.
    if !username.contains(':') && list.contains(username) {
        return true;
    }
    roles.is_some_and(|roles| {
        list.contains(&format!("{PROFILE}{}", roles.profile))
            || roles
                .permission_sets
                .iter()
                .any(|it| list.contains(&format!("{PERMISSION_SET}{it}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_person_is_listed_by_name_profile_or_permission_set() {
        let named = list(&["ada@a.example", "profile:Compliance", "permission-set:Ledger"]);
        let roles = |profile: &str, set: &str| Roles {
            profile: profile.to_owned(),
            permission_sets: list(&[set]),
        };
        assert!(lists(&named, "ada@a.example", None));
        assert!(!lists(&named, "eve@a.example", None), "nobody says so");
        assert!(!lists(&named, "profile:Compliance", None), "a name is no profile");
        assert!(lists(&named, "eve@a.example", Some(&roles("Compliance", "x"))));
        assert!(lists(&named, "eve@a.example", Some(&roles("x", "Ledger"))));
        assert!(!lists(&named, "eve@a.example", Some(&roles("Ledger", "Compliance"))));
        assert!(!lists(&named, "eve@a.example", Some(&roles("compliance", "ledger"))));
    }

    #[test]
    fn a_misspelt_kind_is_refused() {
        let with = |name: &str| AccessConfig { admins: list(&[name]), ..AccessConfig::default() };
        for good in ["ada@a.example", "profile:System Administrator", "permission-set:A_B"] {
            assert_eq!(with(good).check(), Ok(()), "{good}");
        }
        for bad in ["", "profil:X", "profile:", "permission-set: A", "permissionset:A"] {
            assert!(with(bad).check().is_err(), "{bad}");
        }
        assert!(with("profile:X").asks_the_org() && !with("ada@a.example").asks_the_org());
    }
}

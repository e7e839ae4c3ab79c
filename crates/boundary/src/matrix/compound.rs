//! Compound fields: a value that holds the values of other fields is kept as closely as the closest
//! of them.
//!
//! Salesforce names the parts after the whole, so the matrix can tell without an org: `Name` holds
//! `LastName`; `MailingAddress` holds `MailingStreet`; `Site__c` holds `Site__Latitude__s` (API
//! reference, "Compound Fields"). A part without a row is left to the row of the whole.

use std::collections::BTreeMap;

use super::{Cell, Treatment};

const NAME: [&str; 6] =
    ["firstname", "lastname", "middlename", "suffix", "salutation", "informalname"];
const ADDRESS: [&str; 10] = [
    "street",
    "city",
    "state",
    "statecode",
    "postalcode",
    "country",
    "countrycode",
    "latitude",
    "longitude",
    "geocodeaccuracy",
];

/// Raises the row of every compound field to the strictest of its own and its parts' rows.
pub(super) fn raise(cells: &mut BTreeMap<(String, String), Cell>) {
    let raised: Vec<_> = cells
        .iter()
        .filter_map(|((object, field), cell)| {
            let parts = parts_of(field).into_iter();
            let parts = parts.filter_map(|part| cells.get(&(object.clone(), part)));
            let raised = parts.fold(cell.clone(), Cell::no_laxer_than);
            (raised != *cell).then(|| ((object.clone(), field.clone()), raised))
        })
        .collect();
    cells.extend(raised);
}

/// The names that the parts of a field would have, all in lower case.
fn parts_of(field: &str) -> Vec<String> {
    let parts = |before: &str, after: &str| {
        ADDRESS.iter().map(|part| format!("{before}{part}{after}")).collect()
    };
    if field == "name" {
        return NAME.map(str::to_owned).to_vec();
    }
    match (field.strip_suffix("address"), field.strip_suffix("__c")) {
        (Some(before), _) => parts(before, ""),
        (None, Some(custom)) => parts(&format!("{custom}__"), "__s"),
        (None, None) => Vec::new(),
    }
}

impl Cell {
    /// Whether this row keeps its field at least as closely as another row keeps another one.
    pub fn covers(&self, other: &Self) -> bool {
        *self == self.clone().no_laxer_than(other)
    }

    /// This row, made as strict as that of a part of its field.
    fn no_laxer_than(mut self, part: &Self) -> Self {
        let before = self.clone();
        self.read &= part.read;
        self.level = self.level.max(part.level);
        self.compliance.extend(part.compliance.iter().copied());
        self.integrity = self.integrity.min(part.integrity);
        if strictness(part.treatment) > strictness(self.treatment) {
            self.treatment = part.treatment;
        }
        // A hint at the whole must not tell of a part that has none.
        if part.treatment != Treatment::Pass && part.hint != self.hint {
            self.hint = None;
        }
        if self != before {
            let why = if part.why.is_empty() { String::new() } else { format!(": {}", part.why) };
            self.why = format!("as strict as its part {}{why}", part.field);
        }
        self
    }
}

/// A place in the order of treatments, the strictest last. What rounds, encrypts or strips is never
/// chosen by; of a compound value, rounding leaves nothing.
fn strictness(treatment: Treatment) -> u8 {
    match treatment {
        Treatment::Pass => 0,
        Treatment::Token => 1,
        Treatment::Shift => 2,
        Treatment::Round => 3,
        Treatment::Encrypt => 4,
        Treatment::Strip => 5,
    }
}

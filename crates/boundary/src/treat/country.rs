//! The country of a record, which tells how the telephone numbers in its texts are dialled.

use serde_json::{Map, Value};

use crate::{
    detector::{Detector, DetectorFailure, Finding, Owned, WordSort},
    label::Level,
};

/// What a record says of its country: its own address, or else that of a record it belongs to.
pub(super) fn country_of(row: &Map<String, Value>) -> Option<&str> {
    let is_record = |value: &&Map<String, Value>| value.contains_key("attributes");
    let objects = || row.values().filter_map(Value::as_object);
    written(row)
        .or_else(|| objects().filter(|it| !is_record(it)).find_map(written))
        .or_else(|| objects().filter(is_record).find_map(country_of))
}

/// `BillingCountryCode`, or `MailingCountry`, or `country` of an address.
fn written(fields: &Map<String, Value>) -> Option<&str> {
    let of = |ending: &str| {
        fields.iter().find_map(|(name, value)| {
            let named = name.to_ascii_lowercase().ends_with(ending);
            value.as_str().filter(|it| named && !it.is_empty())
        })
    };
    of("countrycode").or_else(|| of("country"))
}

/// A detector that reads texts of one country.
pub(super) struct There<'a> {
    pub(super) detector: &'a dyn Detector,
    pub(super) country: &'a str,
}

impl Detector for There<'_> {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        Ok(self.detect_owned(text)?.into_iter().map(|owned| owned.finding).collect())
    }

    fn detect_owned(&self, text: &str) -> Result<Vec<Owned>, DetectorFailure> {
        self.detector.detect_owned_in(text, self.country)
    }

    fn forbids(&self, text: &str) -> Option<String> {
        self.detector.forbids(text)
    }

    fn detect_forms(&self, text: &str, from: usize) -> Result<Vec<Finding>, DetectorFailure> {
        self.detector.detect_forms(text, from)
    }

    fn takes_long(&self, text: &str) -> bool {
        self.detector.takes_long(text)
    }

    fn sort(&self, word: &str) -> WordSort {
        self.detector.sort(word)
    }

    fn unread(&self) -> Option<Level> {
        self.detector.unread()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::country_of;

    #[test]
    fn a_record_says_its_country_itself_or_what_it_belongs_to_does() {
        for (row, country) in [
            (
                json!({ "MailingCountry": "Peru", "Account": { "attributes": {}, "BillingCountryCode": "DE" } }),
                Some("Peru"),
            ),
            (json!({ "BillingCountry": "Germany", "BillingCountryCode": "DE" }), Some("DE")),
            (json!({ "MailingAddress": { "city": "Lima", "country": "Peru" } }), Some("Peru")),
            (
                json!({ "Contact": { "attributes": {}, "Account": { "attributes": {}, "BillingCountry": "Peru" } } }),
                Some("Peru"),
            ),
            (json!({ "MailingCountry": null, "Description": "Peru" }), None),
            (json!({ "Contacts": { "records": [{ "MailingCountry": "Peru" }] } }), None),
        ] {
            assert_eq!(country_of(row.as_object().unwrap()), country, "{row}");
        }
    }
}

//! The index of known values as the gate keeps it up to date.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use boundary::{Learner, RecordRef, Topic};

use crate::known::{Known, KnownValues};

/// Records expected at first; the index grows as they come.
const EXPECTED: usize = 4_096;

/// Changes, as a share of all records, above which the index is built anew.
const WORN: f64 = 0.5;

/// What is read of the standard objects that name people and organisations.
const TOPICS: &[Topic] = &[
    Topic { object: "Account", fields: &["Id", "Name", "Phone", "AccountNumber", "BillingStreet"] },
    Topic {
        object: "Contact",
        fields: &[
            "Id",
            "FirstName",
            "LastName",
            "Email",
            "Phone",
            "MobilePhone",
            "HomePhone",
            "OtherPhone",
            "MailingStreet",
        ],
    },
    Topic {
        object: "Lead",
        fields: &[
            "Id",
            "FirstName",
            "LastName",
            "Company",
            "Email",
            "Phone",
            "MobilePhone",
            "Street",
        ],
    },
    Topic {
        object: "User",
        fields: &["Id", "FirstName", "LastName", "Email", "Phone", "MobilePhone"],
    },
];

/// Known values behind the lock that detectors read through, and a new index while one is built.
#[derive(Debug)]
pub struct Knowledge {
    key: [u8; 16],
    known: Arc<RwLock<KnownValues>>,
    next: Mutex<Option<KnownValues>>,
}

impl Knowledge {
    /// Knows nothing yet. The key must be secret; it need not outlive the process.
    pub fn new(key: [u8; 16]) -> Self {
        let known = Arc::new(RwLock::new(KnownValues::new(key, EXPECTED)));
        Self { key, known, next: Mutex::default() }
    }

    /// For [`crate::Detectors::with_known`].
    pub fn values(&self) -> Arc<RwLock<KnownValues>> {
        Arc::clone(&self.known)
    }

    /// Changes the index under construction, else the one in use.
    fn change(&self, change: impl Fn(&mut KnownValues)) {
        // A writer that panicked left a consistent index: each change is one step.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        match next.as_mut() {
            Some(next) => change(next),
            None => change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner)),
        }
    }
}

impl Learner for Knowledge {
    fn topics(&self) -> &'static [Topic] {
        TOPICS
    }

    fn renew(&self) {
        let records = self.known.read().unwrap_or_else(PoisonError::into_inner).len();
        let mut fresh = KnownValues::new(self.key, records.max(EXPECTED));
        fresh.begin();
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
    }

    fn renewed(&self) {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut next) = next {
            next.finish();
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
    }

    fn learn(&self, record: &RecordRef, values: &[(&str, &str)]) {
        let of = |field: &str| {
            let found = values.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
            found.map_or("", |(_, value)| *value)
        };
        let mut known = Vec::with_capacity(values.len());
        let (first, last) = (of("FirstName"), of("LastName"));
        if !last.is_empty() {
            known.push(Known::Person { first, last });
        }
        known.extend(values.iter().filter_map(|(name, value)| match *name {
            "Name" | "Company" => Some(Known::Org(value)),
            "Email" => Some(Known::Email(value)),
            "AccountNumber" => Some(Known::AccountNumber(value)),
            name if name.ends_with("Phone") => Some(Known::Phone(value)),
            name if name.ends_with("Street") => Some(Known::Street(value)),
            _ => None,
        }));
        self.change(|index| {
            // A full index is worn: it is built anew before long, and until then knows what it knew.
            let _ = index.upsert(record.id(), &known);
        });
    }

    fn forget(&self, id: &str) {
        self.change(|index| {
            index.remove(id);
        });
    }

    fn is_worn(&self) -> bool {
        self.known.read().unwrap_or_else(PoisonError::into_inner).stale() > WORN
    }
}

#[cfg(test)]
mod tests {
    use boundary::{Detector as _, Kind, Layer};

    use super::*;
    use crate::Detectors;

    fn names(detectors: &Detectors, text: &str) -> Vec<String> {
        let found = detectors.detect(text).unwrap();
        let named = found.iter().filter(|it| it.kind == Kind::Name || it.kind == Kind::Org);
        named.map(|it| text.get(it.start..it.end).unwrap().to_owned()).collect()
    }

    #[test]
    fn what_changes_in_the_crm_changes_what_is_found() {
        let knowledge = Knowledge::new([7; 16]);
        let detectors =
            Detectors::standard(&["DE"]).with_known(knowledge.values()).only(&[Layer::Known]);
        let contact = RecordRef::new("Contact", "003000000000001AAA").unwrap();
        let account = RecordRef::new("Account", "001000000000001AAA").unwrap();
        knowledge.renew();
        knowledge.learn(&contact, &[("FirstName", "Odalys"), ("LastName", "Quevedo")]);
        knowledge.learn(&account, &[("Name", "Brackwater Milling")]);
        let text = "odalys quevedo of Brackwater Milling called";
        assert!(names(&detectors, text).is_empty(), "the new index is not in use yet");
        knowledge.renewed();
        assert_eq!(names(&detectors, text), ["odalys quevedo", "Brackwater Milling"]);
        knowledge.learn(&contact, &[("FirstName", "Odalys"), ("LastName", "Marrero")]);
        knowledge.forget("001000000000001AAA");
        assert!(!names(&detectors, text).contains(&"Brackwater Milling".to_owned()));
        assert_eq!(names(&detectors, "Marrero, Odalys"), ["Marrero, Odalys"]);
    }

    #[test]
    fn every_topic_asks_for_the_id() {
        for topic in TOPICS {
            assert_eq!(topic.fields.first(), Some(&"Id"), "{}", topic.object);
        }
    }
}

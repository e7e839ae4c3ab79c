//! What a detector may do: see text, answer with offsets.
//!
//! A detector is trusted by its dependencies (no socket, no file, no logger), never by its
//! answers: [`crate::Conversation`] checks every offset and hides the rest of a text whose
//! findings make no sense.

use serde::{Deserialize, Serialize};

use crate::label::{Label, Level};

/// What a covered value is. The name stands in the token: `{EMAIL_3}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A number or code that names an account, a contract, a customer.
    AccountNumber,
    /// A street address or a part of one.
    Address,
    /// An age of a person.
    Age,
    /// A sum of money or another sensitive number.
    Amount,
    /// A payment card number.
    Card,
    /// A pattern or list entry of the house.
    Custom,
    /// A calendar date.
    Date,
    /// A date of birth.
    DateOfBirth,
    /// An e-mail address.
    Email,
    /// An international bank account number.
    Iban,
    /// An IP or MAC address.
    Ip,
    /// A place.
    Location,
    /// A person's name.
    Name,
    /// A number that a state gave to a person.
    NationalId,
    /// A nationality.
    Nationality,
    /// An organisation.
    Org,
    /// A telephone number.
    Phone,
    /// A Salesforce record id.
    RecordId,
    /// A password, key or token.
    Secret,
    /// A whole value of no narrower kind.
    Text,
    /// A person's title.
    Title,
    /// A web address.
    Url,
}

impl Kind {
    /// Every kind, in the order of [`Kind::name`].
    pub const ALL: [Self; 22] = [
        Self::AccountNumber,
        Self::Address,
        Self::Age,
        Self::Amount,
        Self::Card,
        Self::Custom,
        Self::Date,
        Self::DateOfBirth,
        Self::Email,
        Self::Iban,
        Self::Ip,
        Self::Location,
        Self::Name,
        Self::NationalId,
        Self::Nationality,
        Self::Org,
        Self::Phone,
        Self::RecordId,
        Self::Secret,
        Self::Text,
        Self::Title,
        Self::Url,
    ];

    /// The name as it stands in a token.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountNumber => "ACCOUNT_NUMBER",
            Self::Address => "ADDRESS",
            Self::Age => "AGE",
            Self::Amount => "AMOUNT",
            Self::Card => "CARD",
            Self::Custom => "CUSTOM",
            Self::Date => "DATE",
            Self::DateOfBirth => "DATE_OF_BIRTH",
            Self::Email => "EMAIL",
            Self::Iban => "IBAN",
            Self::Ip => "IP",
            Self::Location => "LOCATION",
            Self::Name => "NAME",
            Self::NationalId => "NATIONAL_ID",
            Self::Nationality => "NATIONALITY",
            Self::Org => "ORG",
            Self::Phone => "PHONE",
            Self::RecordId => "RECORD_ID",
            Self::Secret => "SECRET",
            Self::Text => "TEXT",
            Self::Title => "TITLE",
            Self::Url => "URL",
        }
    }

    /// Whether a value of this kind says by itself whom or what it leads to: addresses, numbers and keys, not
    /// names, places, dates or sums.
    pub const fn identifies(self) -> bool {
        matches!(
            self,
            Self::Card | Self::Email | Self::Iban | Self::NationalId | Self::Phone | Self::Secret
        )
    }

    /// The kind with this name, exactly as it stands in a token.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Which layer of detection found a value, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The field it was read from says so, or the label before it: by construction. Tables sealed earlier say `field`.
    #[serde(rename = "construction", alias = "field")]
    Field,
    /// The CRM knows the value.
    Known,
    /// It was covered before in this conversation.
    Memory,
    /// Its form, and a check digit or context, say so.
    Pattern,
    /// A recogniser thinks so.
    Model,
    /// A rule of the house says so.
    House,
}

/// One covered range of a text. Offsets are bytes, on character boundaries, `start < end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Which layer says so.
    pub layer: Layer,
}

/// A finding, and the record whose value it is when a detector knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owned {
    /// What was found.
    pub finding: Finding,
    /// The first fifteen characters of the id of the one record that has this value.
    pub record: Option<[u8; 15]>,
}

/// A detector could not look at a text. The text is then not used at all.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("detector `{detector}` failed: {reason}")]
pub struct DetectorFailure {
    /// Which detector.
    pub detector: &'static str,
    /// Why, without any of the text.
    pub reason: &'static str,
}

/// Finds personal and proprietary data. Sees text, returns only offsets.
pub trait Detector: Send + Sync {
    /// Findings sorted by `start`, without overlap.
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure>;

    /// The name of a protected document that a text repeats a passage of. Such a text reaches no model,
    /// masked or not.
    fn forbids(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }

    /// The same findings, each with its record: values of one record get one number.
    fn detect_owned(&self, text: &str) -> Result<Vec<Owned>, DetectorFailure> {
        let found = self.detect(text)?.into_iter();
        Ok(found.map(|finding| Owned { finding, record: None }).collect())
    }

    /// The same for a text of a record that says its country, a name or two letters of ISO 3166: its telephone numbers
    /// may be written as they are dialled there.
    fn detect_owned_in(&self, text: &str, country: &str) -> Result<Vec<Owned>, DetectorFailure> {
        let _ = country;
        self.detect_owned(text)
    }

    /// What at or after byte `from` is somebody's e-mail address, number or key by its form, whoever it belongs to:
    /// nothing is asked of what the CRM knows. What stands before `from` only helps to tell. For texts of a model,
    /// which are looked at word by word as they arrive.
    fn detect_forms(&self, text: &str, from: usize) -> Result<Vec<Finding>, DetectorFailure> {
        let mut found = self.detect(text)?;
        found.retain(|it| it.start >= from && it.kind.identifies());
        Ok(found)
    }

    /// Whether looking at this text keeps a thread busy for milliseconds, not microseconds.
    fn takes_long(&self, _text: &str) -> bool {
        false
    }

    /// What a word is by itself. Whoever knows no words takes each for an everyday one.
    fn sort(&self, _word: &str) -> WordSort {
        WordSort::Everyday
    }

    /// The level that a text of people counts as at least, because this detector lacks a part that would have
    /// read it.
    fn unread(&self) -> Option<Level> {
        None
    }
}

/// What a word is by itself, in whatever case it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordSort {
    /// One that people write without meaning anybody.
    Everyday,
    /// A form of company, such as `GmbH`.
    LegalForm,
    /// One that hardly stands anywhere by chance.
    Telling,
}

/// The label of what is left of a text once `detector` has looked.
pub(crate) fn left_of(label: &Label, detector: &dyn Detector) -> Label {
    detector.unread().map_or_else(|| label.clone(), |level| label.clone().at_least(level))
}

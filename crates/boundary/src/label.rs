//! Labels: what a value is, where it came from, and who may have it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How sensitive a value is: Salesforce's own data sensitivity levels, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Anyone may know it.
    Public,
    /// Anyone in the company.
    Internal,
    /// Some in the company.
    Confidential,
    /// Few, each for a reason.
    Restricted,
    /// Its loss would end the business.
    MissionCritical,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 5] =
        [Self::Public, Self::Internal, Self::Confidential, Self::Restricted, Self::MissionCritical];

    /// The name as Salesforce spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Internal => "Internal",
            Self::Confidential => "Confidential",
            Self::Restricted => "Restricted",
            Self::MissionCritical => "MissionCritical",
        }
    }

    /// One step less sensitive, never below `Internal`: what remains of a rounded value.
    #[must_use]
    pub const fn rounded(self) -> Self {
        match self {
            Self::Public => Self::Public,
            Self::Internal | Self::Confidential => Self::Internal,
            Self::Restricted => Self::Confidential,
            Self::MissionCritical => Self::Restricted,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A rule book that a value falls under (Salesforce's compliance categorisation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Compliance {
    /// California Consumer Privacy Act.
    Ccpa,
    /// Children's Online Privacy Protection Act.
    Coppa,
    /// General Data Protection Regulation.
    Gdpr,
    /// Health Insurance Portability and Accountability Act.
    Hipaa,
    /// Payment card industry.
    Pci,
    /// Personally identifiable information.
    Pii,
    /// Knowledge the company earns its money with.
    Proprietary,
}

impl Compliance {
    /// Every category.
    pub const ALL: [Self; 7] =
        [Self::Ccpa, Self::Coppa, Self::Gdpr, Self::Hipaa, Self::Pci, Self::Pii, Self::Proprietary];

    /// The name as Salesforce spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ccpa => "CCPA",
            Self::Coppa => "COPPA",
            Self::Gdpr => "GDPR",
            Self::Hipaa => "HIPAA",
            Self::Pci => "PCI",
            Self::Pii => "PII",
            Self::Proprietary => "PROPRIETARY",
        }
    }
}

impl FromStr for Compliance {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|group| group.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// The categories a value falls under.
pub type ComplianceSet = BTreeSet<Compliance>;

/// Who wrote a value, least trusted first: the join of two is the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Integrity {
    /// Anyone at all: a web form, an inbound e-mail, a case.
    Outsider,
    /// An employee, in a field of the CRM.
    Staff,
    /// The platform itself: ids, dates, picklists.
    System,
    /// The person who is asking, just now.
    Person,
}

impl Integrity {
    /// Every class, least trusted first.
    pub const ALL: [Self; 4] = [Self::Outsider, Self::Staff, Self::System, Self::Person];

    /// The name as it stands in the matrix.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outsider => "Outsider",
            Self::Staff => "Staff",
            Self::System => "System",
            Self::Person => "Person",
        }
    }
}

impl FromStr for Integrity {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|class| class.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// A person of one org: `<org id>/<user id>`, 18-character ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonId(Arc<str>);

impl PersonId {
    /// The person with this user id in this org.
    pub fn new(org: &str, user: &str) -> Self {
        Self(format!("{org}/{user}").into())
    }

    /// Reads back what [`PersonId::as_str`] gave.
    pub fn parse(text: &str) -> Option<Self> {
        let (org, user) = text.split_once('/')?;
        (!org.is_empty() && !user.is_empty() && !user.contains('/')).then(|| Self::new(org, user))
    }

    /// `<org id>/<user id>`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The user id.
    pub fn user(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, user)| user)
    }

    /// The org id.
    pub fn org(&self) -> &str {
        self.0.split_once('/').map_or("", |(org, _)| org)
    }
}

/// Who may have a value in the clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Readers {
    /// No restriction of its own.
    Everyone,
    /// These persons and nobody else.
    Only(BTreeSet<PersonId>),
}

impl Readers {
    /// One person alone.
    pub fn only(person: &PersonId) -> Self {
        Self::Only(BTreeSet::from([person.clone()]))
    }

    /// Whether this person is among them.
    pub fn admit(&self, person: &PersonId) -> bool {
        match self {
            Self::Everyone => true,
            Self::Only(persons) => persons.contains(person),
        }
    }

    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Everyone, any) | (any, Self::Everyone) => any.clone(),
            (Self::Only(left), Self::Only(right)) => {
                Self::Only(left.intersection(right).cloned().collect())
            }
        }
    }
}

/// Where a value stood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Provenance {
    /// The org's id, or the name of a door for what was typed there.
    pub org: Arc<str>,
    /// API name of the object.
    pub object: Arc<str>,
    /// The record's id; `None` when several records were joined.
    pub record: Option<Arc<str>>,
    /// API name of the field.
    pub field: Arc<str>,
    /// Who may have written there.
    pub author: Integrity,
}

/// Beyond this many places a joined label keeps objects and fields and forgets the records.
const PLACES_KEPT: usize = 32;

/// What is known of a value. Joining two labels never loses a restriction.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    level: Level,
    compliance: ComplianceSet,
    integrity: Integrity,
    readers: Readers,
    provenance: BTreeSet<Provenance>,
}

impl Label {
    /// A label of these parts.
    pub fn new(
        level: Level,
        compliance: ComplianceSet,
        integrity: Integrity,
        readers: Readers,
    ) -> Self {
        Self { level, compliance, integrity, readers, provenance: BTreeSet::new() }
    }

    /// The label of a value nothing is known of: Restricted, and anyone may have written it.
    pub fn unknown() -> Self {
        Self::new(Level::Restricted, BTreeSet::new(), Integrity::Outsider, Readers::Everyone)
    }

    /// The identity of [`Label::join`]: constrains nothing.
    pub fn lowest() -> Self {
        Self::new(Level::Public, BTreeSet::new(), Integrity::Person, Readers::Everyone)
    }

    /// What a person typed at a door.
    pub fn typed_by(person: &PersonId) -> Self {
        let readers = Readers::only(person);
        Self::new(Level::Internal, BTreeSet::new(), Integrity::Person, readers)
    }

    /// The same label with one more place.
    #[must_use]
    pub fn found_at(mut self, place: Provenance) -> Self {
        self.provenance.insert(place);
        self
    }

    /// The same label, at this level or above.
    #[must_use]
    pub fn at_least(mut self, level: Level) -> Self {
        self.level = self.level.max(level);
        self
    }

    /// Highest level, all compliance, lowest integrity, fewest readers, every place.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        joined.absorb(other);
        joined
    }

    /// Joins `other` into this label.
    pub fn absorb(&mut self, other: &Self) {
        self.level = self.level.max(other.level);
        self.compliance.extend(&other.compliance);
        self.integrity = self.integrity.min(other.integrity);
        self.readers = self.readers.join(&other.readers);
        self.provenance.extend(other.provenance.iter().cloned());
        if self.provenance.len() > PLACES_KEPT {
            let places = std::mem::take(&mut self.provenance);
            let forget = |place| Provenance { record: None, ..place };
            self.provenance = places.into_iter().map(forget).collect();
        }
    }

    /// Sensitivity.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Rule books.
    pub fn compliance(&self) -> &ComplianceSet {
        &self.compliance
    }

    /// The least trusted author.
    pub fn integrity(&self) -> Integrity {
        self.integrity
    }

    /// Who may have the value in the clear.
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// Where it stood.
    pub fn provenance(&self) -> &BTreeSet<Provenance> {
        &self.provenance
    }

    /// Whether text of outsiders took part.
    pub fn is_tainted(&self) -> bool {
        self.integrity == Integrity::Outsider
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.level)?;
        for group in &self.compliance {
            write!(f, " {}", group.name())?;
        }
        write!(f, " {}", self.integrity.name())
    }
}

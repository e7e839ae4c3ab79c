//! Where a prompt may go: destinations whose place was verified, for a time.

use crate::entry::UnixMillis;
use crate::label::{Compliance, ComplianceSet, Label, Level};

/// How long evidence holds: one hour.
const EVIDENCE_HOLDS_MILLIS: u64 = 60 * 60 * 1000;

/// Where an endpoint's operator says it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Residency {
    /// On this machine.
    Machine,
    /// In the company's own rooms.
    Premises,
    /// In a named region, such as `eu` or `us`.
    Region(String),
}

impl Residency {
    /// The name as it stands in the configuration and the ledger.
    pub fn name(&self) -> &str {
        match self {
            Self::Machine => "machine",
            Self::Premises => "premises",
            Self::Region(region) => region,
        }
    }
}

/// What may be left in the clear in a prompt for an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearance {
    /// The highest level.
    pub level: Level,
    /// The rule books.
    pub compliance: ComplianceSet,
}

impl Clearance {
    /// Whether something with this label may be left in the clear.
    pub fn covers(&self, label: &Label) -> Result<(), Uncovered> {
        self.admits(label.level(), label.compliance())
    }

    /// The same for a level and rule books.
    pub fn admits(&self, level: Level, compliance: &ComplianceSet) -> Result<(), Uncovered> {
        if level > self.level {
            return Err(Uncovered::Level { found: level, cleared: self.level });
        }
        let mut lacking = compliance.difference(&self.compliance);
        lacking.next().map_or(Ok(()), |&group| Err(Uncovered::Compliance { group }))
    }
}

/// What the configuration says of an endpoint. Nothing of it is believed before evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSpec {
    /// The name in the configuration.
    pub name: String,
    /// What it may get.
    pub clearance: Clearance,
    /// Where it is said to run.
    pub residency: Residency,
}

/// How an endpoint was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// It runs inside this process.
    InProcess,
    /// A loopback address.
    Loopback,
    /// TLS to a host whose certificate was verified.
    Tls {
        /// The host name that the certificate was verified for.
        host: String,
    },
    /// Without TLS, to another machine.
    Clear,
}

/// What was seen when the endpoint was last reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    transport: Transport,
    seen: UnixMillis,
}

impl Evidence {
    /// What `egress` saw when it reached the endpoint; `clippy.toml` refuses the call elsewhere.
    pub fn observed(transport: Transport, seen: UnixMillis) -> Self {
        Self { transport, seen }
    }
}

/// The evidence does not bear out the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// Off this machine TLS is a must.
    #[error("endpoint `{0}` was reached without TLS")]
    Clear(String),
    /// The configuration says `machine`, the socket said otherwise.
    #[error("endpoint `{0}` is said to run on this machine, but was reached over the network")]
    NotHere(String),
}

/// A destination whose clearance and residency were verified, until a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    spec: EndpointSpec,
    until: UnixMillis,
}

impl Endpoint {
    /// Holds the configuration against the evidence.
    pub fn verify(spec: EndpointSpec, evidence: &Evidence) -> Result<Self, Unverified> {
        match (&evidence.transport, &spec.residency) {
            (Transport::Clear, _) => return Err(Unverified::Clear(spec.name)),
            (Transport::Tls { .. }, Residency::Machine) => {
                return Err(Unverified::NotHere(spec.name));
            }
            _ => {}
        }
        Ok(Self { spec, until: evidence.seen.plus(EVIDENCE_HOLDS_MILLIS) })
    }

    /// The name in the configuration.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// Where it runs.
    pub fn residency(&self) -> &Residency {
        &self.spec.residency
    }

    /// What it may get.
    pub fn clearance(&self) -> &Clearance {
        &self.spec.clearance
    }

    /// When the evidence ends.
    pub fn until(&self) -> UnixMillis {
        self.until
    }

    /// Whether it may get a prompt with this label, now.
    pub fn covers(&self, label: &Label, now: UnixMillis) -> Result<(), Uncovered> {
        if now > self.until {
            return Err(Uncovered::Expired);
        }
        self.spec.clearance.covers(label)
    }
}

/// Why an endpoint may not get a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncovered {
    /// Too sensitive.
    #[error("the prompt is {found}, the endpoint is cleared up to {cleared}")]
    Level {
        /// The prompt's level.
        found: Level,
        /// The endpoint's.
        cleared: Level,
    },
    /// A rule book the endpoint is not cleared for.
    #[error("the prompt falls under {}, for which the endpoint is not cleared", group.name())]
    Compliance {
        /// The first such rule book.
        group: Compliance,
    },
    /// The evidence is too old.
    #[error("the endpoint has to be verified again")]
    Expired,
}

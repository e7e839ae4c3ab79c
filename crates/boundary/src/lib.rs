//! The trusted base: labels, the matrix, and the types that hold the laws.
//!
//! A value of the CRM enters as [`Raw`] and leaves only through five functions: mask
//! ([`Conversation::hear_person`] and its kin), restore ([`Fetch::into_wire`],
//! [`Approved::into_wire`]), show ([`Conversation::show`], [`ShowStream`], [`Proposal::show`]), encrypt and
//! synthesise. The last two have no door yet: a field that asks for them is withheld.
//!
//! Compile time proves that a check happened. The check itself compares labels at run time.

#![forbid(unsafe_code)]

mod detector;
mod entry;
mod label;
mod raw;

pub use detector::{Detector, DetectorFailure, Finding, Kind, Layer};
pub use entry::{
    Act, Action, Counts, Entry, Facts, Purpose, Receipt, UnixMillis, Verdict, WrongReceipt,
};
pub use label::{
    Compliance, ComplianceSet, Integrity, Label, Level, PersonId, Provenance, Readers,
};
pub use raw::Raw;

//! The trusted base: labels, the matrix, and the types that hold the laws.
//!
//! A value of the CRM enters as [`Raw`] and leaves only through five functions: mask (the
//! `hear_` functions of [`Conversation`]), restore ([`Fetch::into_wire`] and
//! [`Approved::into_wire`], for the CRM alone), show ([`Conversation::show`], [`ShowStream`]
//! and [`Proposal::show`], for one viewer), encrypt and synthesise. The last two have no door
//! yet: a field that asks for them is withheld.
//!
//! Compile time proves that a check happened. The check itself compares labels at run time.

#![forbid(unsafe_code)]

mod conversation;
mod correction;
mod detector;
mod endpoint;
mod entry;
mod fetch;
mod fill;
mod foreign;
mod handover;
mod label;
mod learn;
mod mask;
mod matrix;
mod part;
mod principal;
mod prompt;
mod proposal;
mod raw;
mod records;
mod seal;
mod show;
#[cfg(test)]
mod testing;
mod token;
mod treat;
mod wire;

pub use conversation::{Call, Conversation, Coverage, Subject, Told, Turn, around_tokens};
pub use correction::{Corrected, Correction};
pub use detector::{Detector, DetectorFailure, Finding, Kind, Layer, Owned, WordSort};
pub use endpoint::{
    Clearance, Endpoint, EndpointSpec, Evidence, Residency, Transport, Uncovered, Unverified,
};
pub use entry::{
    Act, Action, Counts, Entry, Facts, Purpose, Receipt, UnixMillis, Verdict, WrongReceipt,
};
pub use fetch::{Denied, Fetch, Lookup, RecordRef, Statement, Touch, Usage};
pub use fill::UnknownToken;
pub use foreign::{Answered, CallWire, Errand, ForeignError, ForeignTool, Inquiry, Via};
pub use handover::{HandedOver, Handover};
pub use label::{
    Compliance, ComplianceSet, Integrity, Label, Level, PersonId, Provenance, Readers,
};
pub use learn::{Learner, Lesson, Topic};
pub use mask::{MaskError, MaskStream, Masked, Replaced};
pub use matrix::{Cell, Hint, Matrix, MatrixError, PolicyVersion, Treatment};
pub use part::{Mark, MarkKey, PartError, PartPlace, words};
pub use principal::{Door, FieldRights, ObjectRights, Principal, Rights, Viewer};
pub use prompt::{Cleared, Dispatch, Prompt, Sampling, Tool};
pub use proposal::{
    ApprovalError, Approved, Approver, CallDraft, Case, Draft, DraftError, Judge, Known, Landed,
    Operation, OwnWrites, Proposal, ReadBefore, Risk, Ruling, Seen, ShownChange, ShownProposal,
    Signature, Signed, Span, Undo,
};
pub use raw::Raw;
pub use records::{Records, ShapeError};
pub use seal::{SealError, SealKey};
pub use show::{Piece, ShowStream, Shown};
pub use token::Token;
pub use treat::{Columns, Form, Source, Treated, Withheld};
pub use wire::{Method, Wire};

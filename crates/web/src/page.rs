//! Pages as functions of what they show.
//!
//! A component takes types that a person may see ([`boundary::Shown`], views of the gate,
//! facts of the ledger). There is no way to hand it a [`boundary::Raw`]: it has no `Render`.

pub(crate) mod activity;
pub(crate) mod approvals;
pub(crate) mod chat;
pub(crate) mod clients;
pub(crate) mod consent;
pub(crate) mod corrections;
pub(crate) mod exchange;
mod field;
pub(crate) mod frame;
pub(crate) mod keys;
pub(crate) mod landing;
pub(crate) mod ledger;
mod parts;
pub(crate) mod problem;
pub(crate) mod programs;
pub(crate) mod proposal;
pub(crate) mod servers;
#[cfg(test)]
mod tests;

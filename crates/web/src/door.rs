//! The doors for people.

pub(crate) mod access;
pub(crate) mod activity;
pub(crate) mod approvals;
pub(crate) mod chat;
pub(crate) mod clients;
pub(crate) mod consent;
pub(crate) mod corrections;
pub(crate) mod explain;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod programs;
pub(crate) mod servers;

//! The Salesforce client: sign-in, grants, describes, reads and writes.
//!
//! Every call runs under the grant of the person it is for. A read or a write names that person
//! itself ([`boundary::Fetch::person`], [`boundary::Approved::person`]), so no caller can mix
//! two persons up.

#![forbid(unsafe_code)]

mod app;
mod client;
mod describe;
mod described;
mod error;
mod grant;
mod grants;
mod identity;
mod own;
mod roles;
mod through;
mod trail;

pub use app::App;
pub use client::{ApiBudget, Client, Clock, WriteError};
pub use describe::{
    ChildSchema, FieldForm, FieldSchema, ObjectSchema, ObjectSummary, PicklistValue,
};
pub use egress::{Fault, Reply, SalesforceDoor, Written};
pub use error::Error;
pub use grant::{Grant, GrantStore, Later, StoreFailure};
pub use identity::{Identity, id18};
pub use roles::Roles;
pub use trail::Changed;

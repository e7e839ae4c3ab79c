//! The practice org: an embedded server that speaks Salesforce's REST API and OAuth.
//!
//! [`Org::open`] makes and seeds an invented company, or opens the one that is there; [`serve`] answers for it.
//! Every access runs as the user of its token: sharing, object permissions and field-level security are real, and
//! what a user may not see is answered like what does not exist. Records are in memory and written through to one
//! SQLite file before a reply leaves.

#![forbid(unsafe_code)]
// A describe result is one flat JSON object of some fifty members.
#![recursion_limit = "256"]

mod access;
mod config;
mod control;
mod csv;
mod disk;
mod error;
mod exchange;
mod hosted;
mod id;
mod jobs;
mod log;
mod oauth;
mod org;
mod query;
mod render;
mod rest;
mod save;
mod schema;
mod search;
mod seed;
mod serve;
mod state;
mod usage;
mod value;

pub use access::{SharedRecords, SharedWith, SharingRule};
pub use config::{Clock, OrgConfig};
pub use control::{Control, Fault, FieldAccess};
pub use error::OrgError;
pub use oauth::{ComeBack, ExternalClientApp, rsa_public_key};
pub use org::{Org, Person, Snapshot};
pub use serve::{Handshakes, Tls, serve, serve_tls};

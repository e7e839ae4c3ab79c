//! The only sockets out: the Salesforce door and the model door.
//!
//! Each door takes what `boundary` says may leave (a [`boundary::Fetch`], an
//! [`boundary::Approved`], a [`boundary::Dispatch`]) and consumes it by sending it. Besides
//! that only the closed list [`Metadata`] goes out, and nothing else comes back in the clear.
//!
//! Off this machine there is TLS or nothing; redirects are not followed; every wait and every
//! size has a limit; an error holds an upstream's error code and never a word of its text.

#![forbid(unsafe_code)]

mod address;
mod body;
mod bucket;
mod code;
mod collector;
mod connect;
mod document;
mod error;
mod gate;
mod line;
mod mail;
mod metadata;
mod model;
mod moment;
mod notice;
mod salesforce;
mod trail;
mod trust;
mod upstream;
mod witness;

pub use address::Address;
pub use bucket::{Bucket, BucketDoor, BucketKey, BucketLock, Put, Retention};
pub use collector::{CollectorDoor, SyslogDoor};
pub use document::{Reach, document};
pub use error::{EgressError, Fault, Phase, WriteError};
pub use gate::{GateDoor, Looked, look};
pub use line::Limits;
pub use mail::{MailAddress, MailDoor, Mailbox, Message};
pub use metadata::{Clear, Form, Metadata, Stamp};
pub use model::{Dialect, DialectRequest, KeyHeader, ModelDoor, ModelStream, in_process};
pub use notice::NoticeDoor;
pub use salesforce::{ApiVersion, Bearer, Reply, SalesforceDoor, Written};
pub use trail::Trail;
pub use trust::Trust;
pub use upstream::UpstreamDoor;
pub use witness::WitnessDoor;

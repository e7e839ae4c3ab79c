//! The only sockets out: the Salesforce door and the model door.

#![forbid(unsafe_code)]

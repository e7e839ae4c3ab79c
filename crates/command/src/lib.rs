//! Plain language to CRM commands: the local engine.

#![forbid(unsafe_code)]
